#include "step_times/step_times_view.h"

#include "charts/duration_ticks.h"
#include "text/format.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace aisle {

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

int stepTimesHeight(const StepTimes& times, double lineHeight) { return static_cast<int>(std::ceil(static_cast<double>(rowsOf(times).size()) * rowHeight(lineHeight) + kAxisHeight + kMargin)); }

StepTimesLayout layOutStepTimes(const StepTimes& times, QSizeF size, double lineHeight) {
    StepTimesLayout out;
    out.rows = rowsOf(times);
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
        row.words = QRectF(x + wide + 12, y, kWordsWidth - 12, row.area.height());
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
    setMinimumHeight(stepTimesHeight(times_, QFontMetricsF(theme().font).height()));
    QStringList words;
    for (const StepTimesLayout::Row& row : rowsOf(times_))
        words.append(tr("%1: p50 %2").arg(titleOf(row), toQString(formatDuration(row.times->p50))));
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    update();
}

StepTimesLayout StepTimesChart::layoutNow() const { return layOutStepTimes(times_, size(), QFontMetricsF(theme().font).height()); }

QString StepTimesChart::titleOf(const StepTimesLayout::Row& row) const {
    if (row.stage >= times_.stages.size())
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
        text(QRectF(layout.rows.front().words.left(), layout.axis.top(), layout.rows.front().words.width(), layout.axis.height()), tr("thick line p50, thin p95"), t.mutedText, t.axisFont, Qt::AlignLeft | Qt::AlignVCenter);
    for (const StepTimesLayout::Row& row : layout.rows) {
        const bool isWhole = row.stage >= times_.stages.size();
        const bool isFocused = focused && !isWhole && *focused == row.stage;
        const double half = row.title.height() / 2;
        QFont heavy = t.font;
        heavy.setWeight(row.isStayed ? QFont::Normal : QFont::DemiBold);
        text(row.title.adjusted(0, 0, 0, -half), titleOf(row), isFocused ? t.accent : row.isStayed ? t.mutedText : t.text, heavy, Qt::AlignLeft | Qt::AlignBottom);
        const QString cases = toQString(formatCount(row.times->cases) + (row.isStayed ? " had stayed so long" : isWhole ? " converted" : " came here"));
        text(row.title.adjusted(0, half, 0, 0), cases, t.mutedText, t.axisFont, Qt::AlignLeft | Qt::AlignTop);

        uint64_t most = 1;
        for (const uint64_t n : row.times->bars)
            most = std::max(most, n);
        const QColor fill = row.isStayed ? mixed(t.mutedText, t.surface, 0.35) : t.ramp(t.isDark ? 0.55 : 0.45);
        p.fillRect(QRectF(row.bars.left(), row.bars.bottom(), row.bars.width(), 1), t.line);
        for (size_t i = 0; i < row.times->bars.size(); ++i) {
            if (row.times->bars[i] == 0)
                continue;
            const double x0 = std::floor(layout.xOf(times_.edges[i])), x1 = std::max(x0 + 2, std::floor(layout.xOf(times_.edges[i + 1])) - 1);
            const double high = std::max(2.0, std::round(row.bars.height() * static_cast<double>(row.times->bars[i]) / static_cast<double>(most)));
            p.fillRect(QRectF(x0, row.bars.bottom() - high, x1 - x0, high), fill);
        }
        for (const int64_t mark : {row.times->p50, row.times->p95})
            p.fillRect(QRectF(std::round(layout.xOf(mark)), row.bars.top(), mark == row.times->p50 ? 2 : 1, row.bars.height()), mark == row.times->p50 ? t.text : t.mutedText);
        text(row.words.adjusted(0, 0, 0, -half), QStringLiteral("p50 %1").arg(toQString(formatDuration(row.times->p50))), t.text, t.tabular(), Qt::AlignLeft | Qt::AlignBottom);
        text(row.words.adjusted(0, half, 0, 0), QStringLiteral("p90 %1 · p95 %2").arg(toQString(formatDuration(row.times->p90)), toQString(formatDuration(row.times->p95))), t.mutedText, t.axisFont, Qt::AlignLeft | Qt::AlignTop);
    }
}

void StepTimesChart::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), theme().surface);
    paint(p, layoutNow(), focusedStage());
    if (hasFocus())
        frameRect(p, rect(), theme().accent);
}

QString StepTimesChart::describe(QPointF at) const {
    const StepTimesLayout layout = layoutNow();
    for (const StepTimesLayout::Row& row : layout.rows) {
        if (!row.area.contains(at) || at.x() < row.bars.left() || at.x() > row.bars.right())
            continue;
        for (size_t i = 0; i < row.times->bars.size(); ++i)
            if (at.x() >= layout.xOf(times_.edges[i]) && at.x() < layout.xOf(times_.edges[i + 1]))
                return (row.isStayed ? tr("%1 had stayed %2 to %3") : tr("%1 took %2 to %3")).arg(toQString(counted(row.times->bars[i], "case", "cases")), toQString(formatDuration(times_.edges[i])), toQString(formatDuration(times_.edges[i + 1])));
    }
    return {};
}

void StepTimesChart::mouseMoveEvent(QMouseEvent* event) {
    const QString words = describe(event->position());
    QToolTip::showText(event->globalPosition().toPoint(), words.isEmpty() ? QString() : plainToolTip(words), this);
}

void StepTimesChart::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    for (const StepTimesLayout::Row& row : layoutNow().rows)
        if (row.area.contains(event->position()) && row.stage < times_.stages.size())
            context_.selection().setFocus(Focus::onStage(times_.stages[row.stage].name));
}

void StepTimesChart::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    if (step == 0 || times_.stages.empty())
        return QWidget::keyPressEvent(event);
    const auto focused = focusedStage();
    const auto next = static_cast<size_t>(std::clamp(focused ? static_cast<int>(*focused) + step : 0, 0, static_cast<int>(times_.stages.size()) - 1));
    context_.selection().setFocus(Focus::onStage(times_.stages[next].name));
    for (const StepTimesLayout::Row& row : layoutNow().rows)
        if (row.stage == next)
            Q_EMIT walkedTo(row.area.toAlignedRect());
}

} // namespace aisle
