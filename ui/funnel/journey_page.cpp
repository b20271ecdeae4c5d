#include "funnel/journey_page.h"

#include "journey_words.h"
#include "widgets/plain_text.h"

namespace aisle {

JourneyEmptyState::JourneyEmptyState(ViewContext& context, QString title, QString words, QWidget* over) : EmptyState(over), context_(context), title_(std::move(title)), words_(std::move(words)) {
    connect(this, &EmptyState::buttonClicked, this, [this] {
        if (context_.table()->isEmpty())
            Q_EMIT context_.openRequested();
        else
            context_.selection().setScope({});
    });
}

bool JourneyEmptyState::showWithoutJourney() {
    const JourneyState& journey = *context_.journey();
    if (context_.table()->isEmpty())
        show(title_, words_, tr("Open a file..."));
    else if (context_.isProvisional())
        show(tr("The import goes on"), context_.isOfOrders() ? tr("Orders are put together when all spans are there.") : tr("Journeys are counted when all spans are there."));
    else if (!journey.problem.empty())
        show(context_.isOfOrders() ? tr("No flow of orders for this file") : tr("No journey for this file"), toQString(journey.problem));
    else if (!journey.definition || journey.table != context_.table())
        show(tr("Counting"), context_.isOfOrders() ? tr("The traces of each order are being put together.") : tr("The traces of each session, user or order are being put together."));
    else
        return false;
    return true;
}

void JourneyEmptyState::showWithoutCases(const ScopeResult& scope) {
    const auto& cases = context_.journey()->cases();
    const JourneyWords words = JourneyWords::of(context_);
    if (!scope.everything)
        show(tr("No %1 in this scope").arg(words.one), context_.isOfOrders() ? tr("None of the traces in the scope belongs to an order that is counted.") : tr("None of the traces in the scope belongs to a session, user or order that is counted."), tr("Clear the scope"));
    else
        show(tr("No %1 that is counted").arg(words.one), tr("All %1 are of bots and synthetic traffic, which the %2 leaves out.").arg(toQString(counted(cases.cases().size(), cases.key().noun(), cases.key().plural)), words.journey));
}

CaseNumber caseInFocus(const JourneyState& journey, const Focus& focus) {
    if (focus.kind == Focus::Kind::Case)
        return journey.cases().find(focus.name);
    const auto trace = focus.traceIn(*journey.table);
    return trace ? journey.cases().caseOf(*trace) : kNoCase;
}

JourneyPage::JourneyPage(ViewContext& shared, QString title, QString words, QWidget* parent, ScopeWithout::Kinds own)
    : CasePage(shared, parent), title_(std::move(title)), words_(std::move(words)), journey_(shared.journey()), scope_(shared.scopeResult()), without_(shared, std::move(own), this) {
    setAccessibleName(title_);
    connect(&without_, &ScopeWithout::changed, this, &JourneyPage::follow);
    connect(&context(), &ViewContext::journeyChanged, this, &JourneyPage::refresh);
    connect(&context(), &ViewContext::scopeSettled, this, [this] {
        if (isVisible())
            without_.follow(); // not anew for what is brushed here
        else
            refresh();
    });
}

void JourneyPage::setEmptyState(QWidget* over) { empty_ = new JourneyEmptyState(context(), title_, words_, over); }

void JourneyPage::refresh() {
    whenSeen([this] {
        if (!without_.follow())
            follow();
    });
}

void JourneyPage::follow() {
    journey_ = context().journey();
    scope_ = without_.result();
    problem_.clear();
    if (!hasJourney() || !lacks().isEmpty()) {
        worker_.cancel();
        clear();
        showEmptyState();
        return;
    }
    count();
}

void JourneyPage::showEmptyState() {
    Q_EMIT statusTextChanged();
    const JourneyWords words = JourneyWords::of(context());
    if (!isEmpty())
        empty_->hideState();
    else if (!problem_.isEmpty())
        empty_->show(tr("This could not be counted"), problem_);
    else if (!hasJourney() && empty_->showWithoutJourney())
        return;
    else if (const QString what = lacks(); !what.isEmpty())
        empty_->show(title_, what);
    else if (!scope_->everything)
        empty_->show(tr("No %1 in this scope").arg(words.one), tr("No %1 of the scope has come to a stage of the %2.").arg(words.one, words.journey), tr("Clear the scope"));
    else
        empty_->show(title_, tr("No %1 has come to a stage of the %2.").arg(words.one, words.journey));
}

} // namespace aisle
