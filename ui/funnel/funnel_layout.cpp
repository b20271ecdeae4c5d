#include "funnel/funnel_layout.h"

#include "text/format.h"

#include <QtMath>

namespace aisle {

namespace {
constexpr double kPad = 16, kStep = 84, kMinBar = 2;
}

FunnelFrame::Hit FunnelFrame::hit(QPointF at) const {
    for (size_t k = 0; k < columns.size(); ++k) {
        const Column& c = columns[k];
        if (k > 0 && (c.dropped.contains(at) || c.open.contains(at)))
            return {Part::Dropped, k - 1};
        if (c.area.contains(at))
            return {Part::Stage, k};
    }
    return {};
}

FunnelFrame layOutFunnel(const FunnelResult& funnel, QSizeF size, double lineHeight) {
    FunnelFrame frame;
    frame.size = size;
    const size_t n = funnel.stages.size();
    if (n == 0)
        return frame;
    const double step = n > 1 ? std::min(kStep, (size.width() - 2 * kPad) / (3.0 * static_cast<double>(n - 1))) : 0;
    const double width =
        std::clamp((size.width() - 2 * kPad - step * static_cast<double>(n - 1)) / static_cast<double>(n), 40.0, 220.0);
    const double top = kPad + 3.4 * lineHeight, bottom = std::max(top + 40, size.height() - kPad);
    const double height = bottom - top;
    const auto first = static_cast<double>(std::max<uint64_t>(1, funnel.stages[0].reached));
    const auto scaled = [&](uint64_t count) { return std::round(static_cast<double>(count) / first * height); };
    double x = kPad;
    for (size_t k = 0; k < n; ++k) {
        const FunnelStage& s = funnel.stages[k];
        FunnelFrame::Column c;
        c.area = {x, kPad, width, bottom - kPad};
        c.title = {x, kPad, width, lineHeight};
        c.count = {x, kPad + lineHeight, width, lineHeight * 1.3};
        c.share = {x, kPad + 2.3 * lineHeight, width, lineHeight};
        const double bar = s.reached == 0 ? 0 : std::max(kMinBar, scaled(s.reached));
        c.bar = {x, bottom - bar, width, bar};
        if (k > 0) {
            const FunnelStage& before = funnel.stages[k - 1];
            // What did not come on: open cases next to the bar, stopped ones on top.
            const double open = before.open == 0 ? 0 : std::max(kMinBar, scaled(before.open));
            const double room = std::max(0.0, scaled(before.reached) - bar - open);
            const double dropped = before.dropped == 0 ? 0 : std::max(kMinBar, room);
            c.open = {x, c.bar.top() - open, width, open};
            c.dropped = {x, c.open.top() - dropped, width, dropped};
            FunnelFrame::Step between;
            between.area = {x - step, kPad, step, bottom - kPad};
            const double share = before.reached == 0 ? 0 : static_cast<double>(s.reached) / static_cast<double>(before.reached);
            between.conversion = QString::fromStdString(formatPercent(share));
            if (s.reached > 0 && s.p50FromPrevious > 0)
                between.time = QString::fromStdString(formatDuration(s.p50FromPrevious));
            frame.steps.push_back(between);
        }
        frame.columns.push_back(c);
        x += width + step;
    }
    frame.baseline = {kPad, bottom, x - step - kPad, 1};
    return frame;
}

} // namespace aisle
