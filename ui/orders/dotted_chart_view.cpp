#include "orders/dotted_chart_view.h"

#include "orders/dotted_chart_painter.h"
#include "orders/order_canvas.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/plain_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>

#include <algorithm>

namespace aisle {

DottedChartView::DottedChartView(ViewContext& shared, QWidget* parent)
    : OrdersPage(shared, tr("Orders as dots"), tr("Every visit of a stage by every order as a dot, orders from top to bottom. Open a trace file or a workspace to see it."), parent), time_(new QComboBox(this)), sort_(new QComboBox(this)), words_(new ElidedLabel(this)),
      canvas_(new OrderCanvas(tr("Orders as dots"), this)) {
    time_->addItem(tr("Time of day"), static_cast<int>(DottedTime::Absolute));
    time_->addItem(tr("Time since its start"), static_cast<int>(DottedTime::SinceStart));
    time_->setAccessibleName(tr("Time from left to right"));
    time_->setToolTip(tr("What time goes from left to right"));
    sort_->addItem(tr("By start"), static_cast<int>(DottedSort::Start));
    sort_->addItem(tr("By how long they took"), static_cast<int>(DottedSort::Lead));
    sort_->addItem(tr("By how far they came"), static_cast<int>(DottedSort::LastStage));
    sort_->setAccessibleName(tr("Orders from top to bottom"));
    sort_->setToolTip(tr("In which order orders go from top to bottom"));
    words_->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(measure::kPadding, 4, measure::kPadding, 4);
    bar->setSpacing(measure::kPadding);
    bar->addWidget(time_);
    bar->addWidget(sort_);
    bar->addWidget(words_, 1);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addLayout(bar);
    box->addWidget(canvas_, 1);
    setEmptyState(canvas_);
    canvas_->content = [this](QPainter& p, QSizeF size) {
        if (!isEmpty())
            paintDottedChart(p, size, chart_, context().timeZone(), theme());
    };
    canvas_->cursor = [this] {
        if (!row_ || isEmpty())
            return QRectF();
        const DottedChartLayout layout(chart_, canvas_->size(), theme());
        return QRectF(layout.plot.left(), layout.plot.top() + *row_ * layout.rowHeight, layout.plot.width(), std::max(2.0, layout.rowHeight));
    };
    canvas_->overlay = [this](QPainter& p, QSizeF size) {
        if (!isEmpty() && marked_ != kNoCase && shownLog())
            paintDottedOrder(p, size, chart_, *shownLog(), marked_, toQString(shownJourney()->cases().cases()[marked_].value), theme());
    };
    canvas_->describe = [this](QPointF at) { return describe(at); };
    for (QComboBox* one : {time_, sort_})
        connect(one, &QComboBox::currentIndexChanged, this, &DottedChartView::refresh);
    connect(canvas_, &OrderCanvas::resized, this, [this] {
        const auto [columns, rows] = DottedChartLayout::cellsFor(canvas_->size());
        if (!isEmpty() && (columns != chart_.asked.columns || rows != chart_.asked.rows))
            refresh();
    });
    connect(canvas_, &OrderCanvas::clicked, this, [this](QPointF at) {
        if (const auto cell = cellAt(at))
            focusOn(cell->first);
    });
    connect(canvas_, &OrderCanvas::opened, this, [this](QPointF at) {
        const auto cell = cellAt(at);
        if (!cell || !shownLog() || shownJourney()->table != context().table())
            return;
        const std::vector<uint32_t> visits = visitsAt(chart_, *shownLog(), cell->first, cell->second);
        if (visits.empty())
            return;
        selection().setFocus(Focus::onSpan(*context().table(), shownLog()->visits[visits.front()].row));
        Q_EMIT context().traceRequested();
    });
    connect(canvas_, &OrderCanvas::menuWanted, this, &DottedChartView::openMenu);
    connect(canvas_, &OrderCanvas::walked, this, &DottedChartView::walk);
    connect(canvas_, &OrderCanvas::activated, this, [this] {
        if (row_)
            list(*row_);
    });
    connect(&context(), &ViewContext::timeZoneChanged, canvas_, &OrderCanvas::redraw);
    connect(&selection(), &SelectionModel::focusChanged, this, &DottedChartView::followFocus);
    refresh();
}

void DottedChartView::count() {
    DottedChartAsked asked;
    asked.time = static_cast<DottedTime>(time_->currentData().toInt());
    asked.sort = static_cast<DottedSort>(sort_->currentData().toInt());
    std::tie(asked.columns, asked.rows) = DottedChartLayout::cellsFor(canvas_->size());
    workOnOrders<DottedChart>([asked](const JourneyState&, const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop) { return dottedChart(log, only, asked, stop); },
                              [this](DottedChart found) {
                                  chart_ = std::move(found);
                                  row_.reset();
                                  QStringList words;
                                  for (const std::string& note : dottedNotes(chart_))
                                      words << singleLine(toQString(note));
                                  words_->setText(words.join(QLatin1Char(' ')));
                                  followFocus();
                                  canvas_->redraw();
                              });
}

void DottedChartView::clear() {
    chart_ = {};
    row_.reset();
    marked_ = kNoCase;
    words_->setText({});
    canvas_->redraw();
}

std::optional<std::pair<uint32_t, uint32_t>> DottedChartView::cellAt(QPointF at) const {
    return isEmpty() ? std::nullopt : DottedChartLayout(chart_, canvas_->size(), theme()).cellAt(at, chart_);
}

QString DottedChartView::describe(QPointF at) const {
    const auto cell = cellAt(at);
    if (!cell || !shownLog())
        return {};
    const auto orders = chart_.ordersOf(cell->first);
    if (orders.empty())
        return {};
    QString words = toQString(shownJourney()->cases().cases()[orders.front()].value);
    if (orders.size() > 1)
        words += tr(" and %1 more").arg(toQString(formatCount(orders.size() - 1)));
    constexpr size_t kMost = 6;
    const std::vector<uint32_t> visits = visitsAt(chart_, *shownLog(), cell->first, cell->second);
    for (size_t i = 0; i < visits.size() && i < kMost; ++i) {
        const FulfilmentLog::Visit& visit = shownLog()->visits[visits[i]];
        words += QStringLiteral("\n%1  %2").arg(toQString(formatTime(visit.start, context().timeZone(), 0)), toQString(shownLog()->stages[visit.stage]));
        if (visit.failed)
            words += tr(", failed");
        if (visit.wait > 0)
            words += tr(", waited %1").arg(toQString(formatDuration(visit.wait)));
    }
    if (visits.size() > kMost)
        words += tr("\n%1 more visits").arg(toQString(formatCount(visits.size() - kMost)));
    return words;
}

void DottedChartView::followFocus() {
    marked_ = !isEmpty() && shownJourney() && shownJourney()->table == context().table() ? caseInFocus(*shownJourney(), selection().focus()) : kNoCase;
    if (const auto place = placeOfOrder(chart_, marked_))
        row_ = chart_.rowOf(*place);
    canvas_->update();
}

void DottedChartView::focusOn(uint32_t row) {
    const auto orders = chart_.ordersOf(row);
    if (!orders.empty() && shownJourney())
        selection().setFocus(Focus::onCase(shownJourney()->cases().cases()[orders.front()].value));
    row_ = row;
    canvas_->update();
}

void DottedChartView::walk(int, int rows) {
    if (rows == 0 || isEmpty())
        return;
    const int64_t to = row_ ? static_cast<int64_t>(*row_) + rows : 0;
    focusOn(static_cast<uint32_t>(std::clamp<int64_t>(to, 0, static_cast<int64_t>(chart_.rows) - 1)));
}

void DottedChartView::list(uint32_t row) {
    const auto orders = chart_.ordersOf(row);
    std::vector<CaseNumber> cases(orders.begin(), orders.end());
    std::sort(cases.begin(), cases.end());
    listOrders(std::move(cases), "orders of one line of dots");
}

void DottedChartView::openMenu(QPointF at, QPoint global) {
    const auto cell = cellAt(at);
    if (!cell)
        return;
    QMenu menu(this);
    connect(menu.addAction(tr("List the %1 of this line\tEnter").arg(toQString(counted(chart_.ordersOf(cell->first).size(), "order", "orders")))), &QAction::triggered, this,
            [this, row = cell->first, log = shownLog()] {
                if (log == shownLog()) // other lines may be there when the menu closes
                    list(row);
            });
    menu.exec(global);
}

QString DottedChartView::statusText() const { return isEmpty() ? QString() : tr("%1, %2").arg(toQString(counted(chart_.orders.size(), "order", "orders")), toQString(counted(chart_.visits, "visit", "visits"))); }
std::unique_ptr<Tabular> DottedChartView::tabular() const { return isEmpty() || !shownLog() ? nullptr : std::make_unique<Tabular>(tabulate(chart_, *shownLog(), *shownJourney(), 0, context().timeZone().utc)); }
QSize DottedChartView::pictureSize(int) const { return isEmpty() ? QSize() : QSize(960, 560); }
void DottedChartView::paintPicture(QPainter& painter, QSize size) const {
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    paintDottedChart(painter, size, chart_, context().timeZone(), theme(), &context().exporter().redactor());
}
void DottedChartView::takeFocus() { canvas_->setFocus(); }

QJsonObject DottedChartView::settings() const { return {{QStringLiteral("time"), time_->currentIndex()}, {QStringLiteral("sort"), sort_->currentIndex()}}; }
void DottedChartView::applySettings(const QJsonObject& settings) {
    for (const auto& [box, key] : {std::pair(time_, QStringLiteral("time")), std::pair(sort_, QStringLiteral("sort"))})
        if (const int at = settings[key].toInt(-1); at >= 0 && at < box->count())
            box->setCurrentIndex(at);
}

} // namespace aisle
