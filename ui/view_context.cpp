#include "view_context.h"

#include "journey/saved_journeys.h"
#include "orders/order_flow.h"

#include "cases/case_keys.h"
#include "notes/notes.h"
#include "table/span_table_builder.h"

#include <algorithm>

namespace aisle {

namespace {

SpanTablePtr emptyTable() {
    static const SpanTablePtr table = SpanTableBuilder().snapshot();
    return table;
}

} // namespace

ViewContext::ViewContext(ViewContext* live, QObject* parent)
    : QObject(parent), selection_(live != nullptr ? &live->selection() : new SelectionModel(this)), evaluates_(live == nullptr), table_(emptyTable()), journey_(std::make_shared<JourneyState>()), graph_(std::make_shared<GraphSource>(nullptr, table_)),
      cases_(std::make_shared<CaseSource>(nullptr, table_)), attributes_(std::make_shared<traceql::DictionarySource>(nullptr, table_)), conditions_(std::make_shared<traceql::ConditionCache>(table_)) {
    scopeResult_ = std::make_shared<ScopeResult>(evaluate(Scope(), queryContext()));
    if (!evaluates_)
        return;
    connect(selection_, &SelectionModel::scopeChanged, this, &ViewContext::evaluateScope);
    connect(selection_, &SelectionModel::focusChanged, this, &ViewContext::evaluateFocus);
    connect(selection_, &SelectionModel::cameToRest, this, &ViewContext::settle);
    constexpr int kStill = 150; // ms
    settling_.setSingleShot(true);
    settling_.setInterval(kStill);
    connect(&settling_, &QTimer::timeout, this, &ViewContext::settle);
    shownTrace_ = std::make_unique<ShownTrace>(*this);
}

ViewContext::~ViewContext() = default;

Notes& ViewContext::notes() {
    if (!notes_)
        notes_ = std::make_unique<Notes>(*this, nullptr);
    return *notes_;
}

CaseKeys& ViewContext::caseKeys() {
    if (!caseKeys_)
        caseKeys_ = std::make_unique<CaseKeys>(*this);
    return *caseKeys_;
}

void ViewContext::setOwnCaseKeys(std::vector<CaseKey> keys) {
    ownCaseKeys_ = std::move(keys);
    if (!cases_->setOwn(*ownCaseKeys_))
        return;
    evaluateJourney();
    Q_EMIT caseKeysChanged();
}

void ViewContext::setRedactor(std::shared_ptr<const Redactor> redactor, bool masks) {
    Export next(std::move(redactor));
    next.clipboard = exporter_.clipboard;
    next.marked = exporter_.marked;
    exporter_ = std::move(next);
    masks_ = masks;
    Q_EMIT maskingChanged();
}

void ViewContext::setTimeZone(TimeZone zone) {
    timeZone_ = zone;
    Q_EMIT timeZoneChanged();
}

void ViewContext::setPinned(const void* pin, const std::optional<Scope>& scope) {
    std::erase_if(pinned_, [pin](const auto& one) { return one.first == pin; });
    if (scope)
        pinned_.emplace_back(pin, *scope);
    Q_EMIT pinnedChanged();
}

void ViewContext::setWorkspace(std::shared_ptr<Workspace> workspace) {
    if (workspace_ == workspace)
        return;
    workspace_ = std::move(workspace);
    forgetJourney();
    ownCaseKeys_.reset();
    selection_->clear();
    setTable(workspace_ ? workspace_->table() : emptyTable(), false);
}

void ViewContext::forgetJourney() {
    journey_ = std::make_shared<JourneyState>();
    definition_.reset();
    usesPresets_ = false;
}

void ViewContext::moveTo(std::shared_ptr<Workspace> workspace) {
    workspace_ = std::move(workspace);
    Q_EMIT workspaceMoved();
    setTable(workspace_->table(), false);
}

void ViewContext::setTable(SpanTablePtr table, bool provisional) {
    if (table_ == table && provisional_ == provisional)
        return;
    scopeWorker_.cancel(); // one that follows a brush would be shown with rows of the table before
    table_ = std::move(table);
    provisional_ = provisional;
    serviceColours_ = ServiceColours(table_->services());
    graph_ = std::make_shared<GraphSource>(workspace_, table_);
    attributes_ = std::make_shared<traceql::DictionarySource>(workspace_, table_);
    cases_ = std::make_shared<CaseSource>(workspace_, table_, attributes_);
    if (ownCaseKeys_)
        cases_->setOwn(*ownCaseKeys_);
    conditions_ = std::make_shared<traceql::ConditionCache>(table_);
    otherJourney_.reset();
    // Results of another table must not be used with this one's row numbers.
    scopeResult_ = std::make_shared<ScopeResult>(evaluate(Scope(), queryContext()));
    focusMatches_ = std::make_shared<FocusMatches>();
    Q_EMIT tableChanged();
    Q_EMIT scopeResultChanged();
    Q_EMIT scopeSettled();
    evaluateFocus();
    if (selection_->scope().isEmpty())
        scopeWorker_.cancel(); // one for the table before may be under way
    else
        evaluateScope();
    evaluateJourney();
}

void ViewContext::shareTable(const ViewContext& other) {
    workspace_ = other.workspace_;
    table_ = other.table_;
    provisional_ = other.provisional_;
    serviceColours_ = other.serviceColours_;
    graph_ = other.graph_;
    cases_ = other.cases_;
    attributes_ = other.attributes_;
    conditions_ = other.conditions_;
    timeZone_ = other.timeZone_;
}

void ViewContext::share(const ViewContext& other) {
    journeyWorker_.cancel();
    scopeWorker_.cancel();
    const bool isOther = table_ != other.table_;
    shareTable(other);
    journey_ = other.journey_;
    otherJourney_ = other.otherJourney_;
    definition_ = other.definition_;
    isOrderFlow_ = other.isOrderFlow_;
    usesPresets_ = other.usesPresets_;
    if (!isOther) {
        Q_EMIT journeyChanged();
        evaluateFocus();
        if (!selection_->scope().isEmpty())
            evaluateScope();
        return;
    }
    scopeResult_ = std::make_shared<ScopeResult>(evaluate(Scope(), queryContext()));
    focusMatches_ = std::make_shared<FocusMatches>();
    Q_EMIT tableChanged();
    Q_EMIT scopeResultChanged();
    Q_EMIT scopeSettled();
    Q_EMIT journeyChanged();
    evaluateFocus();
    if (!selection_->scope().isEmpty())
        evaluateScope();
}

void ViewContext::setOtherJourney(std::shared_ptr<const JourneyState> other) {
    if (otherJourney_ == other)
        return;
    otherJourney_ = std::move(other);
    Q_EMIT otherJourneyChanged();
    if (!evaluates_)
        return;
    evaluateFocus();
    evaluateIfAboutCases();
}

void ViewContext::setJourney(const JourneyDefinition& definition) {
    definition_ = definition;
    isOrderFlow_ = false;
    evaluateJourney();
}

void ViewContext::setOrderFlow(const JourneyDefinition& definition) {
    definition_ = definition;
    isOrderFlow_ = true;
    evaluateJourney();
}

void ViewContext::evaluateScope() {
    using Result = std::shared_ptr<const ScopeResult>;
    const auto work = [context = queryContext(), scope = selection_->scope()](const StopToken& stop) {
        return std::make_shared<const ScopeResult>(evaluate(scope, context, stop));
    };
    const auto done = [this](const Result& result) { show(result); };
    const auto failed = [this, scope = selection_->scope()](const QString& problem) {
        auto nothing = std::make_shared<ScopeResult>();
        nothing->scope = scope;
        nothing->everything = false;
        nothing->spans = RowSet(*table_);
        nothing->traces = BitSet(table_->traceSlots());
        nothing->problems.push_back(problem.toStdString());
        show(std::move(nothing));
    };
    if (isMoving()) {
        settling_.start();
        scopeWorker_.follow<Result>(work, done, failed);
    } else {
        scopeWorker_.run<Result>(work, done, failed);
    }
}

void ViewContext::show(std::shared_ptr<const ScopeResult> result) {
    scopeResult_ = std::move(result);
    Q_EMIT scopeResultChanged();
    if (!isMoving() || !settling_.isActive()) // it stood still while this was worked out
        settle();
}

/// What is on show belongs to the scope there is now; otherwise its result is on its way, and settles by itself.
void ViewContext::settle() {
    if (scopeWorker_.isBusy())
        return;
    settling_.stop();
    Q_EMIT scopeSettled();
}

void ViewContext::evaluateFocus() {
    if (focusMatches_->rows.count() > 0 || focusMatches_->traceCount > 0) {
        focusMatches_ = std::make_shared<FocusMatches>(); // the old ones are not about this focus
        Q_EMIT focusMatchesChanged();
    }
    focusWorker_.run<std::shared_ptr<const FocusMatches>>(
        [context = queryContext(), focus = selection_->focus()](const StopToken& stop) {
            return std::make_shared<const FocusMatches>(matchFocus(focus, context, stop));
        },
        [this](std::shared_ptr<const FocusMatches> matches) {
            focusMatches_ = std::move(matches);
            Q_EMIT focusMatchesChanged();
        },
        [](const QString&) {}); // nothing stays marked; what is in focus says its own problem in the details
}

void ViewContext::evaluateIfAboutCases() {
    traceql::ParseError error;
    if (const auto query = traceql::parse(selection_->scope().toText(), error); query && traceql::needsOf(*query).cases)
        evaluateScope();
}

void ViewContext::chooseJourney() {
    definition_.reset();
    usesPresets_ = true;
    evaluateJourney();
}

void ViewContext::evaluateJourney() {
    if (!workspace_ || table_->isEmpty() || provisional_) {
        journeyWorker_.cancel();
        showJourney(std::make_shared<JourneyState>());
        return;
    }
    journeyWorker_.run<std::shared_ptr<const JourneyState>>(
        [context = queryContext(), workspace = workspace_, definition = definition_, isOrderFlow = isOrderFlow_, usesPresets = usesPresets_](const StopToken& stop) {
            const auto chosen = definition || usesPresets ? definition : lastJourney(*workspace->connect());
            auto state = std::make_shared<JourneyState>(workOutJourney(context, chosen, stop));
            if (definition && isOrderFlow)
                followOrders(*state, context, stop);
            return std::shared_ptr<const JourneyState>(std::move(state));
        },
        [this](std::shared_ptr<const JourneyState> state) { showJourney(std::move(state)); },
        [this](const QString& problem) {
            auto state = std::make_shared<JourneyState>();
            state->problem = problem.toStdString();
            showJourney(std::move(state));
        });
}

void ViewContext::showJourney(std::shared_ptr<const JourneyState> state) {
    journey_ = std::move(state);
    Q_EMIT journeyChanged();
    if (!evaluates_)
        return;
    evaluateFocus();
    evaluateIfAboutCases();
}

} // namespace aisle
