#include "step_times/step_times_view.h"

#include "charts/duration_ticks.h"
#include "text/format.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace aisle {

using Hit = StepTimesLayout::Hit;

namespace {

constexpr double kTitleWidth = 200, kWordsWidth = 210, kAxisHeight = 20, kMargin = 12;

double rowHeight(double lineHeight) { return 2 * lineHeight + 14; }

std::vector<StepTimesLayout::Row> rowsOf(const StepTimes& times) {
    std::vector<StepTimesLayout::Row> rows;
    const auto add = [&](size_t stage, bool isStayed, const StepTimes::Times& of) {
        if (of.cases == 0)
            return;
        StepTimesLayout::Row& row = rows.emplace_back();
        row.stage = stage;
        row.isStayed = isStayed;
        row.isWhole = stage >= times.stages.size();
        row.times = &of;
    };
    for (size_t k = 0; k < times.stages.size(); ++k) {
        add(k, false, times.stages[k].fromPrevious);
        add(k, true, times.stages[k].stayed);
    }
    add(times.stages.size(), false, times.whole);
    return rows;
}

} // namespace

double StepTimesLayout::xOf(int64_t ns) const {
    const double share = std::log(static_cast<double>(std::max(ns, shortest)) / static_cast<double>(shortest)) / std::log(static_cast<double>(longest) / static_cast<double>(shortest));
    return axis.left() + std::clamp(share, 0.0, 1.0) * axis.width();
}

QRectF StepTimesLayout::barOf(const Row& row, size_t bar) const {
    if (row.times->bars[bar] == 0)
        return {};
    const uint64_t most = *std::max_element(row.times->bars.begin(), row.times->bars.end());
    const double x0 = std::floor(xOf(edges[bar])), x1 = std::max(x0 + 2, std::floor(xOf(edges[bar + 1])) - 1);
    const double high = std::max(2.0, std::round(row.bars.height() * static_cast<double>(row.times->bars[bar]) / static_cast<double>(most)));
    return {x0, row.bars.bottom() - high, x1 - x0, high};
}

StepTimesLayout::Hit StepTimesLayout::hit(QPointF at) const {
    for (size_t r = 0; r < rows.size(); ++r) {
        const Row& row = rows[r];
        if (!row.area.contains(at))
            continue;
        if (row.title.contains(at))
            return {Hit::Part::All, r};
        for (const auto& [rect, part] : {std::pair(row.p50, Hit::Part::P50), std::pair(row.p90, Hit::Part::P90), std::pair(row.p95, Hit::Part::P95)})
            if (rect.contains(at))
                return {part, r};
        if (at.x() < row.bars.left() || at.x() > row.bars.right())
            continue;
        for (size_t i = 0; i < row.times->bars.size(); ++i) // above a low bar as well
            if (row.times->bars[i] > 0 && at.x() >= xOf(edges[i]) && at.x() < xOf(edges[i + 1]))
                return {Hit::Part::Bar, r, i};
    }
    return {};
}

CaseFilter StepTimesLayout::filterOf(const Hit& hit) const {
    const Row& row = rows[hit.row];
    CaseFilter out;
    out.which = CaseFilter::Which::Time;
    out.time = row.isWhole ? StepTime::Whole : row.isStayed ? StepTime::Stayed : StepTime::FromPrevious;
    out.stage = row.isWhole ? 0 : row.stage;
    switch (hit.part) {
    case Hit::Part::Bar:
        out.from = edges[hit.bar];
        out.to = edges[hit.bar + 1];
        break;
    case Hit::Part::P50: out.from = row.times->p50; break;
    case Hit::Part::P90: out.from = row.times->p90; break;
    case Hit::Part::P95: out.from = row.times->p95; break;
    default: break;
    }
    return out;
}

int stepTimesHeight(const StepTimes& times, double lineHeight) { return static_cast<int>(std::ceil(static_cast<double>(rowsOf(times).size()) * rowHeight(lineHeight) + kAxisHeight + kMargin)); }

StepTimesLayout layOutStepTimes(const StepTimes& times, QSizeF size, double lineHeight) {
    StepTimesLayout out;
    out.rows = rowsOf(times);
    out.edges = times.edges;
    const double wide = std::max(80.0, size.width() - kTitleWidth - kWordsWidth - 2 * kMargin), x = kMargin + kTitleWidth;
    out.axis = QRectF(x, 4, wide, kAxisHeight);
    if (times.edges.size() >= 2) {
        out.shortest = std::max<int64_t>(1, times.edges[1] / 2);
        out.longest = std::max(out.shortest * 2, times.edges.back());
    }
    double y = out.axis.bottom() + 4;
    for (StepTimesLayout::Row& row : out.rows) {
        row.area = QRectF(0, y, size.width(), rowHeight(lineHeight));
        row.title = QRectF(kMargin, y, kTitleWidth - 12, row.area.height());
        row.bars = QRectF(x, y + 4, wide, row.area.height() - 9);
        const double left = x + wide + 12, half = row.area.height() / 2, room = (kWordsWidth - 12) / 2;
        row.p50 = QRectF(left, y, 2 * room, half);
        row.p90 = QRectF(left, y + half, room, half);
        row.p95 = QRectF(left + room, y + half, room, half);
        y += row.area.height();
    }
    return out;
}

StepTimesChart::StepTimesChart(ViewContext& context, const StepTimes& times, QWidget* parent) : QWidget(parent), context_(context), times_(times) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Times of the steps"));
    setAttribute(Qt::WA_OpaquePaintEvent);
}

void StepTimesChart::contentChanged() {
    cursor_ = {}; // rows are others
    setMinimumHeight(stepTimesHeight(times_, QFontMetricsF(theme().font).height()));
    QStringList words;
    for (const StepTimesLayout::Row& row : rowsOf(times_))
        words.append(tr("%1: p50 %2").arg(titleOf(row), toQString(formatDuration(row.times->p50))));
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    update();
}

StepTimesLayout StepTimesChart::layoutNow() const { return layOutStepTimes(times_, size(), QFontMetricsF(theme().font).height()); }

QString StepTimesChart::titleOf(const StepTimesLayout::Row& row) const {
    if (row.isWhole)
        return tr("Whole journey");
    const QString name = singleLine(toQString(times_.stages[row.stage].name));
    return row.isStayed ? tr("Stopped at %1").arg(name) : tr("To %1").arg(name);
}

std::optional<size_t> StepTimesChart::focusedStage() const {
    const Focus& focus = context_.selection().focus();
    if (focus.kind == Focus::Kind::Stage)
        for (size_t k = 0; k < times_.stages.size(); ++k)
            if (times_.stages[k].name == focus.name)
                return k;
    return std::nullopt;
}

void StepTimesChart::paint(QPainter& p, const StepTimesLayout& layout, std::optional<size_t> focused) const {
    const Theme& t = theme();
    const auto text = [&](const QRectF& room, const QString& words, const QColor& colour, const QFont& font, int flags) {
        p.setFont(font);
        p.setPen(colour);
        p.drawText(room, flags | Qt::TextSingleLine, QFontMetrics(font).elidedText(words, Qt::ElideRight, static_cast<int>(room.width())));
    };
    const double bottom = layout.rows.empty() ? layout.axis.bottom() : layout.rows.back().bars.bottom();
    double free = layout.axis.left() - 1;
    const double end = layout.axis.right() + 8; // behind it are words
    for (const int64_t tick : durationTicks(layout.longest)) {
        if (tick < layout.shortest)
            continue;
        const double x = std::round(layout.xOf(tick));
        p.fillRect(QRectF(x, layout.axis.bottom(), 1, bottom - layout.axis.bottom()), t.line);
        const QString words = toQString(formatDuration(tick));
        const double wide = QFontMetricsF(t.axisFont).horizontalAdvance(words);
        if (x - wide / 2 < free || x + wide / 2 > end)
            continue;
        text(QRectF(x - wide / 2 - 2, layout.axis.top(), wide + 4, layout.axis.height()), words, t.mutedText, t.axisFont, Qt::AlignCenter);
        free = x + wide / 2 + 10;
    }
    if (!layout.rows.empty())
        text(QRectF(layout.rows.front().p50.left(), layout.axis.top(), layout.rows.front().p95.right() - layout.rows.front().p50.left(), layout.axis.height()), tr("thick line p50, thin p95"), t.mutedText, t.axisFont, Qt::AlignLeft | Qt::AlignVCenter);
    for (const StepTimesLayout::Row& row : layout.rows) {
        const bool isWhole = row.isWhole;
        const bool isFocused = focused && !isWhole && *focused == row.stage;
        const double half = row.title.height() / 2;
        QFont heavy = t.font;
        heavy.setWeight(row.isStayed ? QFont::Normal : QFont::DemiBold);
        text(row.title.adjusted(0, 0, 0, -half), titleOf(row), isFocused ? t.accent : row.isStayed ? t.mutedText : t.text, heavy, Qt::AlignLeft | Qt::AlignBottom);
        const QString cases = toQString(formatCount(row.times->cases) + (row.isStayed ? " had stayed so long" : isWhole ? " converted" : " came here"));
        text(row.title.adjusted(0, half, 0, 0), cases, t.mutedText, t.axisFont, Qt::AlignLeft | Qt::AlignTop);

        const QColor fill = row.isStayed ? mixed(t.mutedText, t.surface, 0.35) : t.ramp(t.isDark ? 0.55 : 0.45);
        p.fillRect(QRectF(row.bars.left(), row.bars.bottom(), row.bars.width(), 1), t.line);
        for (size_t i = 0; i < row.times->bars.size(); ++i)
            p.fillRect(layout.barOf(row, i), fill);
        for (const int64_t mark : {row.times->p50, row.times->p95})
            p.fillRect(QRectF(std::round(layout.xOf(mark)), row.bars.top(), mark == row.times->p50 ? 2 : 1, row.bars.height()), mark == row.times->p50 ? t.text : t.mutedText);
        text(row.p50, QStringLiteral("p50 %1").arg(toQString(formatDuration(row.times->p50))), t.text, t.tabular(), Qt::AlignLeft | Qt::AlignBottom);
        text(row.p90, QStringLiteral("p90 %1").arg(toQString(formatDuration(row.times->p90))), t.mutedText, t.axisFont, Qt::AlignLeft | Qt::AlignTop);
        text(row.p95, QStringLiteral("p95 %1").arg(toQString(formatDuration(row.times->p95))), t.mutedText, t.axisFont, Qt::AlignLeft | Qt::AlignTop);
    }
}

void StepTimesChart::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), theme().surface);
    const StepTimesLayout layout = layoutNow();
    paint(p, layout, focusedStage());
    if (!hasFocus())
        return;
    frameRect(p, rect(), theme().accent);
    if (cursor_.part == Hit::Part::All && cursor_.row < layout.rows.size())
        frameRect(p, layout.rows[cursor_.row].title.adjusted(-4, 2, 4, -2), theme().accent);
    else if (cursor_.part == Hit::Part::Bar && cursor_.row < layout.rows.size())
        frameRect(p, layout.barOf(layout.rows[cursor_.row], cursor_.bar).adjusted(-2, -2, 2, 2), theme().accent);
}

QString StepTimesChart::describe(const StepTimesLayout& layout, const Hit& hit) const {
    if (hit.part == Hit::Part::None || hit.row >= layout.rows.size())
        return {};
    const StepTimesLayout::Row& row = layout.rows[hit.row];
    const StepTimes::Times& times = *row.times;
    const auto ns = [](int64_t time) { return toQString(formatDuration(time)); };
    const auto orLonger = [&](const QString& name, int64_t time) { return tr("%1: double click lists those of %2 or longer").arg(name, ns(time)); };
    switch (hit.part) {
    case Hit::Part::Bar:
        return (row.isStayed ? tr("%1 had stayed %2 to %3\nDouble click lists them") : tr("%1 took %2 to %3\nDouble click lists them")).arg(toQString(counted(times.bars[hit.bar], "case", "cases")), ns(times_.edges[hit.bar]), ns(times_.edges[hit.bar + 1]));
    case Hit::Part::P50: return orLonger(tr("p50, half of them took no longer"), times.p50);
    case Hit::Part::P90: return orLonger(tr("p90, nine of ten took no longer"), times.p90);
    case Hit::Part::P95: return orLonger(tr("p95, 19 of 20 took no longer"), times.p95);
    default: break;
    }
    const QString name = row.isWhole ? tr("Whole journey") : toQString(times_.stages[row.stage].name);
    const QString count = toQString(counted(times.cases, "case", "cases"));
    return (row.isWhole ? tr("%1: %2 converted").arg(name, count) : row.isStayed ? tr("%1 stopped at %2").arg(count, name) : tr("%1 came to %2 from an event before").arg(count, name)) +
           tr("; p50 %1, p90 %2, p95 %3\nDouble click lists them").arg(ns(times.p50), ns(times.p90), ns(times.p95));
}

void StepTimesChart::mouseMoveEvent(QMouseEvent* event) {
    const StepTimesLayout layout = layoutNow();
    const QString words = describe(layout, layout.hit(event->position()));
    QToolTip::showText(event->globalPosition().toPoint(), words.isEmpty() ? QString() : plainToolTip(words), this);
}

/// A stage of a row is in focus with it.
void StepTimesChart::moveTo(const StepTimesLayout& layout, const Hit& hit) {
    cursor_ = hit;
    if (hit.part == Hit::Part::None)
        return;
    const StepTimesLayout::Row& row = layout.rows[hit.row];
    if (!row.isWhole)
        context_.selection().setFocus(Focus::onStage(times_.stages[row.stage].name));
    setAccessibleDescription(describe(layout, hit));
    Q_EMIT cursorMoved(row.area.toRect());
    update();
}

void StepTimesChart::mousePressEvent(QMouseEvent* event) {
    const StepTimesLayout layout = layoutNow();
    Hit hit = layout.hit(event->position());
    for (size_t r = 0; r < layout.rows.size() && hit.part == Hit::Part::None; ++r)
        if (layout.rows[r].area.contains(event->position()))
            hit = {Hit::Part::All, r};
    moveTo(layout, hit);
}

void StepTimesChart::mouseDoubleClickEvent(QMouseEvent* event) {
    const StepTimesLayout layout = layoutNow();
    const Hit hit = layout.hit(event->position());
    if (event->button() == Qt::LeftButton && hit.part != Hit::Part::None)
        Q_EMIT casesWanted(layout.filterOf(hit));
}

void StepTimesChart::contextMenuEvent(QContextMenuEvent* event) {
    const StepTimesLayout layout = layoutNow();
    Hit hit = event->reason() == QContextMenuEvent::Keyboard ? cursor_ : layout.hit(event->pos());
    for (size_t r = 0; r < layout.rows.size() && hit.part == Hit::Part::None; ++r)
        if (layout.rows[r].area.contains(event->pos()))
            hit = {Hit::Part::All, r};
    if (hit.part == Hit::Part::None || hit.row >= layout.rows.size())
        return;
    const StepTimes::Times& times = *layout.rows[hit.row].times;
    QMenu menu(this);
    const auto add = [&](const QString& words, const Hit& of) {
        connect(menu.addAction(words), &QAction::triggered, this, [this, filter = layout.filterOf(of)] { Q_EMIT casesWanted(filter); }); // the times may be others while it is open
    };
    if (hit.part == Hit::Part::Bar)
        add(tr("List the %1 of this bar\tEnter").arg(toQString(formatCount(times.bars[hit.bar]))), hit);
    add(tr("List all %1%2").arg(toQString(formatCount(times.cases)), hit.part == Hit::Part::All ? QStringLiteral("\tEnter") : QString()), {Hit::Part::All, hit.row});
    const auto addOrLonger = [&](const QString& name, int64_t time, Hit::Part part) { add(tr("List those of %1 (%2) or longer").arg(name, toQString(formatDuration(time))), {part, hit.row}); };
    addOrLonger(QStringLiteral("p50"), times.p50, Hit::Part::P50);
    addOrLonger(QStringLiteral("p90"), times.p90, Hit::Part::P90);
    addOrLonger(QStringLiteral("p95"), times.p95, Hit::Part::P95);
    menu.exec(event->globalPos());
}

/// Up and down from row to row, right and left over its bars; left of the first bar it is the whole row.
void StepTimesChart::keyPressEvent(QKeyEvent* event) {
    const StepTimesLayout layout = layoutNow();
    if (layout.rows.empty())
        return QWidget::keyPressEvent(event);
    const bool isAt = cursor_.part != Hit::Part::None && cursor_.row < layout.rows.size();
    const size_t row = isAt ? cursor_.row : 0;
    const auto& bars = layout.rows[row].times->bars;
    const size_t bar = isAt && cursor_.part == Hit::Part::Bar ? cursor_.bar : bars.size();
    switch (event->key()) {
    case Qt::Key_Down: moveTo(layout, {Hit::Part::All, isAt ? std::min(row + 1, layout.rows.size() - 1) : 0}); break;
    case Qt::Key_Up: moveTo(layout, {Hit::Part::All, row > 0 ? row - 1 : 0}); break;
    case Qt::Key_Right: {
        size_t next = bar < bars.size() ? bar + 1 : 0;
        while (next < bars.size() && bars[next] == 0)
            ++next;
        if (next < bars.size())
            moveTo(layout, {Hit::Part::Bar, row, next});
        break;
    }
    case Qt::Key_Left: {
        if (bar >= bars.size())
            break;
        size_t before = bar;
        while (before > 0 && bars[before - 1] == 0)
            --before;
        moveTo(layout, before > 0 ? Hit{Hit::Part::Bar, row, before - 1} : Hit{Hit::Part::All, row});
        break;
    }
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (isAt)
            Q_EMIT casesWanted(layout.filterOf(cursor_));
        break;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace aisle
