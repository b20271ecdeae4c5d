#include "orders/performance_spectrum_painter.h"

#include "widgets/paint.h"
#include "widgets/plain_text.h"
#include "widgets/time_axis.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace aisle {

namespace {

constexpr double kMargin = 10, kLeft = 64, kAxisHeight = 20, kGap = 8, kTitle = 20;

bool isByTarget(const PerformanceSpectrum& s) { return s.asked.byTarget && s.target > 0; }

/// Slow is bright on dark and dark on light, so that it stands out; no red, which is an error.
QColor kindColour(uint8_t kind, const Theme& t) {
    const double place = t.isDark ? 0.35 + 0.2 * kind : 0.85 - 0.25 * kind;
    return t.ramp(place);
}

std::vector<LegendEntry> entriesOf(const PerformanceSpectrum& s, const Theme& t) {
    std::vector<LegendEntry> out;
    if (isByTarget(s)) {
        out.push_back({toQString("within " + formatDuration(s.target)), kindColour(0, t)});
        out.push_back({toQString("later " + formatCount(s.late)), kindColour(3, t)});
    } else {
        out.push_back({toQString("up to " + formatDuration(s.p25)), kindColour(0, t)});
        out.push_back({toQString("to " + formatDuration(s.p50)), kindColour(1, t)});
        out.push_back({toQString("to " + formatDuration(s.p75)), kindColour(2, t)});
        out.push_back({toQString("to " + formatDuration(s.longest)), kindColour(3, t)});
    }
    if (!s.waiting.empty())
        out.push_back({toQString("not come " + formatCount(s.waiting.size())), t.warning});
    if (!s.blockages.empty())
        out.push_back({toQString(counted(s.blockages.size(), "blockage", "blockages")), mixed(t.warning, t.surface, 0.25)});
    out.push_back({QStringLiteral("waiting"), t.neutralBar});
    return out;
}

} // namespace

SpectrumLayout::SpectrumLayout(const PerformanceSpectrum& spectrum, QSizeF size, const Theme& theme) : entries(entriesOf(spectrum, theme)), bins(spectrum.bins) {
    const double width = std::max(40.0, size.width() - kLeft - kMargin), legendHigh = legendHeight(entries, width, theme);
    const double high = std::max(80.0, size.height() - 2 * kMargin - 2 * kTitle - kAxisHeight - 2 * kGap - legendHigh);
    title = QRectF(kLeft, kMargin, width, kTitle);
    segments = QRectF(kLeft, title.bottom(), width, std::floor(high * 0.7));
    below = QRectF(kLeft, segments.bottom(), width, kTitle);
    counts = QRectF(kLeft, below.bottom() + kGap, width, high - segments.height());
    axis = QRectF(kLeft, counts.bottom() + 2, width, kAxisHeight - 2);
    legend = QRectF(kLeft, counts.bottom() + kAxisHeight + kGap, width, legendHigh);
    for (const PerformanceSpectrum::Bin& bin : spectrum.counts)
        most = std::max(most, bin.waiting);
}

double SpectrumLayout::xOf(int64_t time) const {
    const double whole = static_cast<double>(bins.step) * std::max<uint32_t>(1, bins.count);
    return segments.left() + std::clamp((static_cast<double>(time) - static_cast<double>(bins.start)) / whole, 0.0, 1.0) * segments.width();
}

int64_t SpectrumLayout::timeAt(double x) const {
    const double share = std::clamp((x - segments.left()) / segments.width(), 0.0, 1.0);
    return clamped(static_cast<__int128>(share * static_cast<double>(bins.step) * bins.count) + bins.start);
}

void paintPerformanceSpectrum(QPainter& p, QSizeF size, const PerformanceSpectrum& s, TimeZone zone, const Theme& t, const Redactor* redactor) {
    const SpectrumLayout layout(s, size, t);
    p.setFont(t.font);
    p.setPen(t.text);
    const auto words = [&](const QRectF& room, const std::string& stage) {
        p.drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, QFontMetricsF(t.font).elidedText(shownStage(stage, redactor), Qt::ElideMiddle, room.width()));
    };
    words(layout.title, s.from);
    words(layout.below, s.to);
    for (const PerformanceSpectrum::Blockage& blockage : s.blockages) {
        const double x0 = std::floor(layout.xOf(blockage.start)), x1 = std::max(x0 + 1, std::ceil(layout.xOf(blockage.end)));
        for (const QRectF& band : {layout.segments, layout.counts})
            p.fillRect(QRectF(x0, band.top(), x1 - x0, band.height()), mixed(t.warning, t.surface, 0.25));
    }
    for (const double y : {layout.segments.top(), layout.segments.bottom()})
        p.fillRect(QRectF(layout.segments.left(), y, layout.segments.width(), 1), t.line);

    const SpectrumLines lines = spectrumLines(s, static_cast<uint32_t>(layout.segments.width()));
    const auto x = [&](uint32_t column) { return layout.segments.left() + (column + 0.5) * layout.segments.width() / lines.columns; };
    // So many cover each other: smooth edges and widths would take seconds, and nobody could see them.
    constexpr size_t kMostSmooth = 4000;
    const bool isSmooth = lines.lines.size() <= kMostSmooth;
    p.setRenderHint(QPainter::Antialiasing, isSmooth);
    for (const SpectrumLines::Line& line : lines.lines) {
        p.setPen(QPen(kindColour(line.kind, t), isSmooth ? std::min(3.0, 1 + std::log2(static_cast<double>(line.count)) / 3) : 1));
        p.drawLine(QPointF(x(line.from), layout.segments.top()), QPointF(x(line.to), layout.segments.bottom()));
    }
    p.setRenderHint(QPainter::Antialiasing, false);
    constexpr double kTick = 8; // they came down no further
    for (uint32_t column = 0; column < lines.waiting.size(); ++column)
        if (lines.waiting[column] > 0)
            p.fillRect(QRectF(std::round(x(column)), layout.segments.top(), 2, kTick), t.warning);

    for (uint32_t i = 0; i < s.counts.size(); ++i) {
        const double x0 = std::round(layout.xOf(s.bins.startOf(i))), x1 = std::max(x0 + 1, std::round(layout.xOf(s.bins.startOf(i + 1))));
        const double high = std::round(layout.counts.height() * static_cast<double>(s.counts[i].waiting) / static_cast<double>(layout.most));
        p.fillRect(QRectF(x0, layout.counts.bottom() - high, x1 - x0, high), t.neutralBar);
    }
    p.fillRect(QRectF(layout.counts.left(), layout.counts.bottom(), layout.counts.width(), 1), t.line);
    p.setFont(t.axisFont);
    p.setPen(t.mutedText);
    p.drawText(QRectF(0, layout.counts.top() - 8, layout.counts.left() - 6, 20), Qt::AlignRight | Qt::AlignVCenter, toQString(formatCount(layout.most)));
    paintTimeAxis(p, layout.axis, s.bins.start, s.bins.end(), zone, t);
    paintLegend(p, layout.legend, layout.entries, t);
}

} // namespace aisle
