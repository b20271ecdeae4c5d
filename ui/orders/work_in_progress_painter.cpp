#include "orders/work_in_progress_painter.h"

#include "charts/count_ticks.h"
#include "widgets/plain_text.h"
#include "widgets/time_axis.h"

#include <QPainter>

#include <cmath>

namespace aisle {

namespace {

constexpr double kMargin = 10, kLeft = 64, kAxisHeight = 20, kGap = 14, kTickRoom = 32;

std::vector<std::string> namesOf(const WorkInProgress& work) {
    std::vector<std::string> out;
    for (const WorkInProgress::Line& stage : work.stages)
        out.push_back(stage.stage);
    return out;
}

} // namespace

WorkLayout::WorkLayout(const WorkInProgress& work, QSizeF size, const Theme& theme, const Redactor* redactor) : bins(work.bins) {
    const std::vector<QColor> colours = stageColours(namesOf(work), theme);
    for (size_t k = 0; k < work.stages.size(); ++k)
        if (work.stages[k].arrived > 0)
            entries.push_back({shownStage(work.stages[k].stage, redactor), colours[k]});
    if (work.stuck > 0)
        entries.push_back({QStringLiteral("stuck"), theme.warning});
    entries.push_back({QStringLiteral("arrivals (above)"), theme.mutedText});
    entries.push_back({QStringLiteral("ended (below)"), theme.neutralBar});
    const double width = std::max(40.0, size.width() - kLeft - kMargin), legendHigh = legendHeight(entries, width, theme);
    const double high = std::max(80.0, size.height() - 2 * kMargin - kAxisHeight - 2 * kGap - legendHigh);
    stacks = QRectF(kLeft, kMargin, width, std::floor(high * 0.7));
    counts = QRectF(kLeft, stacks.bottom() + kGap, width, high - stacks.height());
    axis = QRectF(kLeft, counts.bottom() + 2, width, kAxisHeight - 2);
    legend = QRectF(kLeft, counts.bottom() + kAxisHeight + kGap, width, legendHigh);
    for (const WorkInProgress::Bin& bin : work.all.bins) {
        most = std::max(most, bin.inProgress);
        mostMoves = std::max({mostMoves, bin.arrivals, bin.completions});
    }
}

double WorkLayout::xOf(uint32_t bin) const { return stacks.left() + stacks.width() * bin / std::max<uint32_t>(1, bins.count); }
double WorkLayout::yOf(uint64_t orders) const { return stacks.bottom() - stacks.height() * static_cast<double>(orders) / static_cast<double>(most); }

std::vector<uint64_t> WorkLayout::ticks() const { return countTicks(most, stacks.height(), kTickRoom); }

std::optional<uint32_t> WorkLayout::binAt(double x) const {
    if (bins.count == 0 || x < stacks.left() || x >= stacks.right())
        return std::nullopt;
    return std::min(bins.count - 1, static_cast<uint32_t>((x - stacks.left()) / stacks.width() * bins.count));
}

void paintWorkInProgress(QPainter& p, QSizeF size, const WorkInProgress& work, TimeZone zone, const Theme& t, const Redactor* redactor) {
    const WorkLayout layout(work, size, t, redactor);
    const std::vector<QColor> colours = stageColours(namesOf(work), t);
    const double half = std::floor(layout.counts.height() / 2), middle = layout.counts.top() + half;
    const auto high = [&](uint64_t moves) { return std::round(half * static_cast<double>(moves) / static_cast<double>(layout.mostMoves)); };
    for (uint32_t i = 0; i < work.all.bins.size(); ++i) {
        const double x0 = std::round(layout.xOf(i)), wide = std::max(1.0, std::round(layout.xOf(i + 1)) - x0);
        uint64_t below = 0;
        for (size_t k = work.stages.size(); k-- > 0;) { // the last stage at the bottom: what is nearly done
            const uint64_t in = work.stages[k].bins[i].inProgress;
            if (in == 0)
                continue;
            const double bottom = std::round(layout.yOf(below)), top = std::round(layout.yOf(below + in));
            p.fillRect(QRectF(x0, top, wide, bottom - top), colours[k]);
            below += in;
        }
        if (work.all.bins[i].stuck > 0)
            p.fillRect(QRectF(x0, std::round(layout.yOf(work.all.bins[i].stuck)) - 1, wide, 2), t.warning);
        p.fillRect(QRectF(x0, middle - high(work.all.bins[i].arrivals), wide, high(work.all.bins[i].arrivals)), t.mutedText);
        p.fillRect(QRectF(x0, middle + 1, wide, high(work.all.bins[i].completions)), t.neutralBar);
    }
    for (const double y : {layout.stacks.bottom(), middle, layout.counts.bottom()})
        p.fillRect(QRectF(layout.stacks.left(), y, layout.stacks.width(), 1), t.line);
    p.setFont(t.axisFont);
    p.setPen(t.mutedText);
    const auto label = [&](double y, uint64_t value) { p.drawText(QRectF(0, y - 10, layout.stacks.left() - 6, 20), Qt::AlignRight | Qt::AlignVCenter, toQString(formatCount(value))); };
    for (const uint64_t tick : layout.ticks()) {
        const double y = std::round(layout.yOf(tick));
        label(y, tick);
        p.fillRect(QRectF(layout.stacks.left() - 4, y, 4, 1), t.line);
    }
    label(layout.counts.top() + 4, layout.mostMoves);
    paintTimeAxis(p, layout.axis, work.bins.start, work.bins.end(), zone, t);
    paintLegend(p, layout.legend, layout.entries, t);
}

} // namespace aisle
