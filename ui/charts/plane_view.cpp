#include "charts/plane_view.h"

#include "text/format.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/time_axis.h"
#include "widgets/words.h"

#include <QKeyEvent>
#include <QPainter>

#include <cmath>

namespace aisle {

namespace {
ScopeWithout::Kinds ofTraces() { return {ScopeTerm::Kind::TraceTime, ScopeTerm::Kind::TraceDuration}; }
ScopeWithout::Kinds ofSpans() { return {ScopeTerm::Kind::Time, ScopeTerm::Kind::Duration}; }
}

PlaneView::PlaneView(ViewContext& shared, QSizeF cell, QWidget* parent) : ChartView(shared, {ofTraces(), ofSpans()}, parent), cell_(cell) {}

std::pair<uint32_t, uint32_t> PlaneView::fitting(const HeatmapAxes& now) const {
    const auto columns = static_cast<uint32_t>(std::max(8.0, (body().width() - kAxisWidth - 8) / cell_.width()));
    const auto rows = static_cast<uint32_t>(std::max(8.0, (body().height() - kAxisHeight - 4) / cell_.height()));
    if (now.columns() <= columns && columns - now.columns() < 20 && now.rows() <= rows && rows - now.rows() < 8)
        return {now.columns(), now.rows()};
    return {columns, rows};
}

void PlaneView::paintAxes(QPainter& p, const PlaneLayout& layout) const {
    const Theme& t = theme();
    const QRectF plot = layout.plot();
    p.setFont(t.axisFont);
    for (const int64_t tick : layout.durationTicks()) {
        const double y = std::round(layout.yOf(tick));
        p.fillRect(QRectF(plot.left(), y, plot.width(), 1), t.line);
        p.setPen(t.mutedText);
        p.drawText(QRectF(0, y - 10, plot.left() - 6, 20), Qt::AlignRight | Qt::AlignVCenter, toQString(formatDuration(tick)));
    }
    paintTimeAxis(p, QRectF(plot.left(), plot.bottom() + 2, plot.width(), kAxisHeight - 2), axes().times.front(), axes().times.back(), context().timeZone(), t);
}

void PlaneView::paintBrush(QPainter& p, QSizeF size) const {
    const PlaneLayout layout(axes(), size, kAxisWidth, kAxisHeight);
    if (const auto cells = box())
        paintOutside(p, layout.plot(), layout.box(*cells));
}

QString PlaneView::placeWords(const PlaneCells& cells) const {
    return tr("%1, %2 to %3").arg(rangeWords(axes().times[cells.firstColumn], axes().times[cells.lastColumn + 1], context().timeZone()), toQString(formatDuration(axes().durations[cells.firstRow])),
                                 toQString(formatDuration(axes().durations[cells.lastRow + 1])));
}

std::vector<ScopeTerm> PlaneView::between(QPointF a, QPointF b) const {
    const PlaneCells cells = layoutNow().cellsBetween(a - body().topLeft(), b - body().topLeft());
    return heatmapTerms(axes(), items(), cells.firstColumn, cells.lastColumn, cells.firstRow, cells.lastRow);
}

std::optional<QRectF> PlaneView::brush() const {
    const auto cells = box();
    return cells ? std::optional(layoutNow().box(*cells).translated(body().topLeft())) : std::nullopt;
}

void PlaneView::setCells(const PlaneCells& cells, bool live) {
    setOwnTerms(heatmapTerms(axes(), items(), cells.firstColumn, cells.lastColumn, cells.firstRow, cells.lastRow), live);
}

/// Arrows move the box, with Shift they change its size, Escape takes it away.
void PlaneView::keyPressEvent(QKeyEvent* event) {
    const int dx = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0, dy = event->key() == Qt::Key_Up ? 1 : event->key() == Qt::Key_Down ? -1 : 0;
    if ((dx == 0 && dy == 0) || isEmpty())
        return ChartView::keyPressEvent(event);
    const auto columns = static_cast<int>(axes().columns()), rows = static_cast<int>(axes().rows());
    const auto now = box();
    if (!now)
        return setCells({0, static_cast<uint32_t>(columns / 10), 0, static_cast<uint32_t>(rows - 1)}, false);
    int c1 = static_cast<int>(now->firstColumn), c2 = static_cast<int>(now->lastColumn), r1 = static_cast<int>(now->firstRow), r2 = static_cast<int>(now->lastRow);
    if ((event->modifiers() & Qt::ShiftModifier) != 0) {
        c2 = std::clamp(c2 + dx, c1, columns - 1);
        r2 = std::clamp(r2 + dy, r1, rows - 1);
    } else {
        const int mx = std::clamp(dx, -c1, columns - 1 - c2), my = std::clamp(dy, -r1, rows - 1 - r2);
        c1 += mx;
        c2 += mx;
        r1 += my;
        r2 += my;
    }
    setCells({static_cast<uint32_t>(c1), static_cast<uint32_t>(c2), static_cast<uint32_t>(r1), static_cast<uint32_t>(r2)}, false);
}

} // namespace aisle
