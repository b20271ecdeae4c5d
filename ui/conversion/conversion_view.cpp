#include "conversion/conversion_view.h"

#include "text/format.h"
#include "widgets/elided_label.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QPainter>
#include <QVBoxLayout>

namespace aisle {

ConversionView::ConversionView(ViewContext& shared, QWidget* parent)
    : JourneyPage(shared, tr("Conversion"), tr("How the share of customers who come to the end of the journey changes over time. Drag to select a time."), parent, {ScopeTerm::Kind::TraceTime}), chart_(new ConversionChart(shared, trend_, this)),
      words_(new ElidedLabel(this)) {
    words_->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 6, measure::kPadding, 2);
    bar->addWidget(words_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(chart_, 1);
    setEmptyState(this);
    connect(chart_, &ConversionChart::casesWanted, this, &ConversionView::list);
    connect(&context(), &ViewContext::timeZoneChanged, chart_, qOverload<>(&QWidget::update));
    connect(&selection(), &SelectionModel::scopeChanged, chart_, qOverload<>(&QWidget::update));
    refresh();
}

void ConversionView::count() {
    work<FunnelTrend>([](const JourneyState& journey, const std::vector<bool>& only, const StopToken& stop) { return funnelTrend(journey, only, 60, stop); },
                      [this](FunnelTrend found) {
                          trend_ = std::move(found);
                          words_->setText(tr("Share that converted of those that entered in a step of %1 and converted or are over, with an interval of 95 %; below, how many entered").arg(toQString(formatDuration(trend_.step))));
                          chart_->contentChanged();
                      });
}

void ConversionView::clear() {
    trend_ = {};
    words_->setText({});
    chart_->contentChanged();
}

void ConversionView::list(size_t step, const CaseFilter& filter) {
    if (!shownJourney())
        return;
    const int64_t from = trend_.start + trend_.step * static_cast<int64_t>(step);
    listCases(filter, rangeWords(from, from + trend_.step, context().timeZone()).toStdString() + ", " + toWords(*shownJourney(), filter),
              [trend = trend_, journey = shownJourney(), step](CaseNumber c) { return stepOf(trend, *journey, c) == step; });
}

bool ConversionView::isEmpty() const {
    return std::all_of(trend_.steps.begin(), trend_.steps.end(), [](const FunnelTrend::Step& s) { return s.entered == 0; });
}

QString ConversionView::statusText() const {
    uint64_t converted = 0, over = 0;
    for (const FunnelTrend::Step& step : trend_.steps) {
        converted += step.converted;
        over += step.over();
    }
    return over == 0 ? QString() : tr("%1 of %2 converted; those still open do not count").arg(toQString(formatCount(converted)), toQString(formatCount(over)));
}

std::unique_ptr<Tabular> ConversionView::tabular() const { return isEmpty() ? nullptr : std::make_unique<Tabular>(tabulate(trend_, context().timeZone().utc, context().journey()->orders != nullptr)); }
void ConversionView::takeFocus() { chart_->setFocus(); }
QSize ConversionView::pictureSize(int) const { return isEmpty() ? QSize() : QSize(960, 360); }

void ConversionView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    chart_->paint(painter, ConversionLayout(trend_, size));
}

} // namespace aisle
