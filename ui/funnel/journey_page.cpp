#include "funnel/journey_page.h"

#include "widgets/empty_state.h"
#include "widgets/plain_text.h"

namespace aisle {

JourneyPage::JourneyPage(ViewContext& shared, QString title, QString words, QWidget* parent)
    : View(shared, parent), title_(std::move(title)), words_(std::move(words)), journey_(shared.journey()), scope_(shared.scopeResult()) {
    setAccessibleName(title_);
    connect(&context(), &ViewContext::journeyChanged, this, &JourneyPage::refresh);
    connect(&context(), &ViewContext::scopeSettled, this, &JourneyPage::refresh);
}

void JourneyPage::setEmptyState(QWidget* over) {
    empty_ = new EmptyState(over);
    connect(empty_, &EmptyState::buttonClicked, this, [this] {
        if (context().table()->isEmpty())
            Q_EMIT context().openRequested();
        else
            selection().setScope({});
    });
}

void JourneyPage::refresh() {
    whenSeen([this] { follow(); });
}

void JourneyPage::follow() {
    journey_ = context().journey();
    scope_ = context().scopeResult();
    problem_.clear();
    if (!journey_->definition || journey_->table != context().table()) {
        worker_.cancel();
        clear();
        showEmptyState();
        return;
    }
    count();
}

void JourneyPage::showEmptyState() {
    Q_EMIT statusTextChanged();
    if (!isEmpty())
        empty_->hideState();
    else if (!problem_.isEmpty())
        empty_->show(tr("This could not be counted"), problem_);
    else if (context().table()->isEmpty())
        empty_->show(title_, words_, tr("Open a file..."));
    else if (context().isProvisional())
        empty_->show(tr("The import goes on"), tr("Journeys are counted when all spans are there."));
    else if (!journey_->problem.empty())
        empty_->show(tr("No journey for this file"), toQString(journey_->problem));
    else if (!journey_->definition)
        empty_->show(tr("Counting"), tr("Sessions are being put together."));
    else if (!scope_->everything)
        empty_->show(tr("No case in this scope"), tr("No case of the scope has come to a stage of the journey."), tr("Clear the scope"));
    else
        empty_->show(title_, tr("No case has come to a stage of the journey."));
}

} // namespace aisle
