#include "trace/shown_trace.h"

#include "view_context.h"

#include <QSettings>

#include <algorithm>

namespace aisle {

namespace {
const QString kClockSetting = QStringLiteral("trace/clock");
}

ShownTrace::ShownTrace(ViewContext& context)
    : QObject(nullptr), context_(context), worker_(new Worker(this)), skewWorker_(new Worker(this, Worker::Work::Long)), findingsWorker_(new Worker(this)) {
    options_.tree.groupFrom = kGroupFrom;
    showsClock_ = QSettings().value(kClockSetting, false).toBool();
    connect(&context.selection(), &SelectionModel::focusChanged, this, &ShownTrace::follow);
    connect(&context, &ViewContext::tableChanged, this, &ShownTrace::tableChanged);
    connect(&context, &ViewContext::focusMatchesChanged, this, &ShownTrace::followMatches);
}

ShownTrace::~ShownTrace() = default;

bool ShownTrace::isBusy() const { return worker_->isBusy(); }

void ShownTrace::follow(const Focus& focus) {
    const SpanTablePtr table = context_.table();
    if (table->isEmpty())
        return;
    if (focus.kind == Focus::Kind::Traces) {
        std::vector<TraceIndex> traces;
        for (const TraceId id : focus.traces)
            if (const auto trace = table->findTrace(id))
                traces.push_back(*trace);
        show(std::move(traces));
        return;
    }
    const auto trace = focus.traceIn(*table); // of a trace or span only
    if (!trace)
        return; // of another table: what is shown stays
    if (focus.kind == Focus::Kind::Span && wanted_.size() > 1 && std::find(wanted_.begin(), wanted_.end(), focus.trace) != wanted_.end())
        return; // within the timeline, which is shown or on its way
    show({*trace});
}

void ShownTrace::followMatches() {
    const SpanTablePtr table = context_.table();
    const Focus::Kind kind = context_.selection().focus().kind;
    const FocusMatches& matches = *context_.focusMatches();
    if (kind == Focus::Kind::None || kind == Focus::Kind::Trace || kind == Focus::Kind::Span || kind == Focus::Kind::Traces || matches.traceCount == 0 || table->isEmpty())
        return;
    if (kind == Focus::Kind::Case) {
        std::vector<TraceIndex> traces;
        matches.traces.forEach([&](size_t trace) { traces.push_back(static_cast<TraceIndex>(trace)); });
        show(std::move(traces));
        return;
    }
    const auto isAmong = [&](TraceIndex trace) { return trace < matches.traces.size() && matches.traces[trace]; };
    if (data_ && data_->source == table && std::any_of(data_->tree.traces.begin(), data_->tree.traces.end(), isAmong))
        return;
    if (const TraceIndex longest = slowestTrace(*table, &matches.traces); longest != kNoTrace)
        show({longest});
}

void ShownTrace::tableChanged() {
    const SpanTablePtr table = context_.table();
    skewWorker_->cancel();
    findingsWorker_->cancel();
    skew_.reset();
    findings_.reset();
    options_.skew.reset(); // contexts may have other numbers
    asked_ = shown_ = {};
    const bool isThere = !table->isEmpty() && std::any_of(wanted_.begin(), wanted_.end(), [&](TraceId id) { return table->findTrace(id).has_value(); });
    if (isThere) {
        build();
        return;
    }
    worker_->cancel();
    wanted_.clear();
    asked_ = shown_ = {};
    data_.reset();
    problem_.clear();
    Q_EMIT changed();
    follow(context_.selection().focus());
}

void ShownTrace::setGroupsSiblings(bool groups) {
    if (groups == groupsSiblings())
        return;
    options_.tree.groupFrom = groups ? kGroupFrom : 0;
    build();
}

void ShownTrace::setSkipsIdle(bool skips) {
    options_.skipsIdle = skips;
    build();
}

void ShownTrace::setShowsClock(bool shows) {
    if (shows == showsClock_)
        return;
    showsClock_ = shows;
    QSettings().setValue(kClockSetting, shows);
    Q_EMIT clockChanged();
}

void ShownTrace::setAdjustsClocks(bool adjusts, double share) {
    options_.clockShare = share;
    options_.skew = adjusts ? skew_ : nullptr;
    build();
}

void ShownTrace::setBaseline(std::optional<TraceId> trace) {
    if (trace == baseline_)
        return;
    baseline_ = trace;
    Q_EMIT baselineChanged();
}

/// What was chosen for another trace does not hold for this one.
void ShownTrace::show(std::vector<TraceIndex> traces) {
    const SpanTablePtr table = context_.table();
    std::sort(traces.begin(), traces.end(), [&](TraceIndex a, TraceIndex b) {
        return std::pair(table->summary(a).start, table->traceId(a)) < std::pair(table->summary(b).start, table->traceId(b));
    });
    leftOut_ = traces.size() - std::min(traces.size(), kMostTraces);
    traces.resize(traces.size() - leftOut_);
    std::vector<TraceId> ids;
    for (const TraceIndex trace : traces)
        ids.push_back(table->traceId(trace));
    if (ids.empty())
        return;
    if (ids != wanted_) {
        options_.skipsIdle.reset();
        options_.skew.reset();
        options_.clockShare = 0.5;
    }
    wanted_ = std::move(ids);
    build();
}

/// Nothing is done twice: what was asked for is on its way, what is shown only takes back what was asked for since.
void ShownTrace::build() {
    const SpanTablePtr table = context_.table();
    std::vector<TraceIndex> traces;
    for (const TraceId id : wanted_)
        if (const auto trace = table->findTrace(id))
            traces.push_back(*trace);
    Request request{table, wanted_, options_};
    if (traces.empty() || request == asked_)
        return;
    asked_ = request;
    if (data_ && request == shown_) {
        worker_->cancel();
        return;
    }
    worker_->run<TraceDataPtr>(
        [table, workspace = context_.workspace(), traces, options = options_, before = data_](const StopToken& stop) {
            return makeTraceData(table, traces, workspace, options, before.get(), stop);
        },
        [this, request](TraceDataPtr data) {
            const bool isOther = !data_ || data_->source != data->source || !data_->isSame(*data);
            problem_.clear();
            data_ = std::move(data);
            shown_ = request;
            if (isOther)
                findings_.reset();
            Q_EMIT changed();
            if (isOther)
                measureClocks();
        },
        [this](const QString& problem) {
            asked_ = shown_; // it may be asked for again
            problem_ = problem;
            Q_EMIT changed();
        });
}

/// Once for a table, when its first trace is shown: what was imported only half says nothing yet.
void ShownTrace::measureClocks() {
    if (skew_) {
        findClocks();
        return;
    }
    if (context_.isProvisional() || skewWorker_->isBusy())
        return;
    using Result = std::shared_ptr<const ClockSkew>;
    skewWorker_->run<Result>([table = context_.table()](const StopToken& stop) -> Result { return std::make_shared<ClockSkew>(ClockSkew::measure(*table, stop)); },
                             [this](Result skew) {
                                 skew_ = std::move(skew);
                                 findClocks();
                             });
}

void ShownTrace::findClocks() {
    if (!data_ || !skew_->isAny())
        return;
    using Result = std::shared_ptr<const ClockFindings>;
    findingsWorker_->run<Result>(
        [data = data_, skew = skew_](const StopToken& stop) -> Result {
            return std::make_shared<ClockFindings>(clockFindings(*data->source, *skew, data->tree.traces, skew->shifts(0.5), stop));
        },
        [this, data = data_](Result findings) {
            if (!data_ || !data_->isSame(*data))
                return;
            findings_ = findings->calls > 0 || findings->spans > 0 ? std::move(findings) : nullptr;
            Q_EMIT clocksMeasured();
        });
}

void ShownTrace::openSlowest() {
    const SpanTablePtr table = context_.table();
    const auto& scope = context_.scopeResult();
    TraceIndex trace = kNoTrace;
    if (scope && !scope->everything)
        trace = slowestTrace(*table, &scope->traces);
    if (trace == kNoTrace && !table->isEmpty())
        trace = slowestTrace(*table, nullptr);
    if (trace != kNoTrace)
        context_.selection().setFocus(Focus::onTrace(table->traceId(trace)));
}

} // namespace aisle
