#include "step_times/step_times_view.h"

#include "text/format.h"
#include "widgets/plain_text.h"

#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>

namespace aisle {

StepTimesView::StepTimesView(ViewContext& shared, QWidget* parent)
    : JourneyPage(shared, tr("Times"), tr("How long customers took from stage to stage, and how long those who stopped had stayed."), parent), chart_(new StepTimesChart(shared, times_, this)), scroll_(new QScrollArea(this)) {
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setWidgetResizable(true);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->setWidget(chart_);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(scroll_);
    setEmptyState(this);
    connect(chart_, &StepTimesChart::casesWanted, this, [this](const CaseFilter& filter) { listCases(filter); });
    connect(chart_, &StepTimesChart::cursorMoved, this, [this](const QRect& to) { scroll_->ensureVisible(to.center().x(), to.center().y(), 0, to.height()); });
    connect(&selection(), &SelectionModel::focusChanged, chart_, qOverload<>(&QWidget::update));
    refresh();
}

void StepTimesView::count() {
    work<StepTimes>([](const JourneyState& journey, const std::vector<bool>& only, const StopToken& stop) { return stepTimes(journey, only, 40, stop); },
                    [this](StepTimes found) {
                        times_ = std::move(found);
                        chart_->contentChanged();
                    });
}

void StepTimesView::clear() {
    times_ = {};
    chart_->contentChanged();
}

bool StepTimesView::isEmpty() const {
    return std::all_of(times_.stages.begin(), times_.stages.end(), [](const StepTimes::Stage& s) { return s.fromPrevious.cases + s.stayed.cases == 0; }) && times_.whole.cases == 0;
}

QString StepTimesView::statusText() const {
    return times_.whole.cases == 0 ? QString() : tr("Whole journey: p50 %1, p95 %2").arg(toQString(formatDuration(times_.whole.p50)), toQString(formatDuration(times_.whole.p95)));
}

std::unique_ptr<Tabular> StepTimesView::tabular() const { return isEmpty() ? nullptr : std::make_unique<Tabular>(tabulate(times_)); }

void StepTimesView::takeFocus() { chart_->setFocus(); }

QSize StepTimesView::pictureSize(int) const { return isEmpty() ? QSize() : QSize(960, stepTimesHeight(times_, QFontMetricsF(theme().font).height())); }

void StepTimesView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    chart_->paint(painter, layOutStepTimes(times_, size, QFontMetricsF(theme().font).height()), std::nullopt);
}

} // namespace aisle
