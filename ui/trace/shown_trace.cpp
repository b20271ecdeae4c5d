#include "trace/shown_trace.h"

#include "view_context.h"

namespace aisle {

ShownTrace::ShownTrace(ViewContext& context) : QObject(nullptr), context_(context), worker_(new Worker(this)) {
    connect(&context.selection(), &SelectionModel::focusChanged, this, &ShownTrace::follow);
    connect(&context, &ViewContext::tableChanged, this, &ShownTrace::tableChanged);
    connect(&context, &ViewContext::focusMatchesChanged, this, &ShownTrace::followMatches);
}

ShownTrace::~ShownTrace() = default;

bool ShownTrace::isBusy() const { return worker_->isBusy(); }

void ShownTrace::follow(const Focus& focus) {
    const SpanTablePtr table = context_.table();
    if ((focus.kind != Focus::Kind::Trace && focus.kind != Focus::Kind::Span) || table->isEmpty())
        return;
    const auto trace = focus.traceIn(*table);
    if (!trace)
        return; // of another table: what is shown stays
    wanted_ = focus.trace;
    if (data_ && data_->table == table && data_->tree.traceId == wanted_)
        worker_->cancel(); // another one may be on its way
    else
        build(*trace);
}

void ShownTrace::followMatches() {
    const SpanTablePtr table = context_.table();
    const Focus::Kind kind = context_.selection().focus().kind;
    const FocusMatches& matches = *context_.focusMatches();
    if (kind == Focus::Kind::None || kind == Focus::Kind::Trace || kind == Focus::Kind::Span || matches.traceCount == 0 || table->isEmpty())
        return;
    if (data_ && data_->table == table && data_->tree.trace < matches.traces.size() && matches.traces[data_->tree.trace])
        return;
    const TraceIndex longest = slowestTrace(*table, &matches.traces);
    if (longest == kNoTrace)
        return;
    wanted_ = table->traceId(longest);
    build(longest);
}

void ShownTrace::tableChanged() {
    const SpanTablePtr table = context_.table();
    const auto trace = wanted_ && !table->isEmpty() ? table->findTrace(wanted_) : std::nullopt;
    if (trace) {
        build(*trace);
        return;
    }
    worker_->cancel();
    wanted_ = {};
    data_.reset();
    problem_.clear();
    Q_EMIT changed();
    follow(context_.selection().focus());
}

void ShownTrace::setGroupsSiblings(bool groups) {
    if (groups == groupsSiblings())
        return;
    options_.groupFrom = groups ? kGroupFrom : 0;
    if (const auto trace = wanted_ ? context_.table()->findTrace(wanted_) : std::nullopt)
        build(*trace);
}

void ShownTrace::build(TraceIndex trace) {
    worker_->run<TraceDataPtr>(
        [table = context_.table(), workspace = context_.workspace(), trace, options = options_](const StopToken& stop) {
            return makeTraceData(table, trace, workspace, options, stop);
        },
        [this](TraceDataPtr data) {
            problem_.clear();
            data_ = std::move(data);
            Q_EMIT changed();
        },
        [this](const QString& problem) {
            problem_ = problem;
            Q_EMIT changed();
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
