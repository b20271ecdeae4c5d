#include "orders_context.h"

#include "journey/saved_journeys.h"
#include "orders/order_flow.h"

namespace aisle {

OrdersContext::OrdersContext(ViewContext& live, QObject* parent) : ViewContext(&live, parent), live_(live) {
    shareTable(live);
    shareScope(live);
    connect(&live, &ViewContext::tableChanged, this, &OrdersContext::followTable);
    connect(&live, &ViewContext::workspaceMoved, this, [this] {
        shareTable(live_); // it is no other file for who keeps things in it, nor for followTable()
        Q_EMIT workspaceMoved();
    });
    connect(&live, &ViewContext::scopeResultChanged, this, [this] {
        shareScope(live_);
        Q_EMIT scopeResultChanged();
    });
    connect(&live, &ViewContext::scopeSettled, this, &ViewContext::scopeSettled);
    connect(&live, &ViewContext::focusMatchesChanged, this, &OrdersContext::followFocus);
    connect(&live, &ViewContext::journeyChanged, this, [this] { setOtherJourney(live_.journey()); });
    connect(&live, &ViewContext::caseKeysChanged, this, [this] {
        if (isSeen_)
            evaluateJourney();
    });
    connect(&live, &ViewContext::maskingChanged, this, &ViewContext::maskingChanged);
    connect(&live, &ViewContext::timeZoneChanged, this, [this] { setTimeZone(live_.timeZone()); });
    connect(&live, &ViewContext::pinnedChanged, this, &ViewContext::pinnedChanged);
    connect(this, &ViewContext::openRequested, &live, &ViewContext::openRequested);
    connect(this, &ViewContext::traceRequested, &live, &ViewContext::traceRequested);
    connect(this, &ViewContext::revealRequested, &live, &ViewContext::revealRequested);
    connect(this, &ViewContext::undoOffered, &live, &ViewContext::undoOffered);
}

void OrdersContext::seen() {
    if (!std::exchange(isSeen_, true))
        evaluateJourney();
}

void OrdersContext::followTable() {
    const bool isOtherFile = workspace() != live_.workspace();
    shareTable(live_);
    shareScope(live_);
    if (isOtherFile)
        forgetJourney();
    log_.reset();
    Q_EMIT tableChanged();
    if (isSeen_)
        evaluateJourney();
}

/// Which stages are marked is said of ours.
void OrdersContext::followFocus() {
    auto matches = std::make_shared<FocusMatches>(*live_.focusMatches());
    std::swap(matches->stages, matches->otherStages);
    setFocusMatches(std::move(matches));
    Q_EMIT focusMatchesChanged();
}

void OrdersContext::evaluateJourney() {
    const auto show = [this](const std::shared_ptr<const JourneyState>& state) {
        log_ = state->orders;
        showJourney(state);
        live_.setOtherJourney(state);
    };
    if (!workspace() || table()->isEmpty() || isProvisional()) {
        worker_.cancel();
        show(std::make_shared<JourneyState>());
        return;
    }
    worker_.run<std::shared_ptr<const JourneyState>>(
        [context = queryContext(), workspace = workspace(), definition = chosenJourney(), isChosen = chosenJourney() || usesPresets()](const StopToken& stop) -> std::shared_ptr<const JourneyState> {
            return std::make_shared<const JourneyState>(workOutFulfilment(context, isChosen ? definition : lastJourney(*workspace->connect(), kOrderFlow), stop));
        },
        show,
        [show](const QString& problem) {
            auto state = std::make_shared<JourneyState>();
            state->problem = problem.toStdString();
            show(state);
        });
}

} // namespace aisle
