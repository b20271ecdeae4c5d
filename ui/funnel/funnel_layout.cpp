#include "funnel/funnel_layout.h"

#include "text/format.h"

#include <QtMath>

namespace aisle {

namespace {
constexpr double kPad = 16, kStep = 84, kMinBar = 2;
constexpr double kLeastColumn = 76, kLeastStep = 52; ///< in which figures can be read
}

FunnelFrame::Hit FunnelFrame::hit(QPointF at) const {
    for (size_t k = 0; k < columns.size(); ++k) {
        const Column& c = columns[k];
        if (k > 0 && c.openLabel.contains(at)) // which may lie in the other part
            return {Part::Open, k - 1};
        if (k > 0 && (c.dropped.contains(at) || c.droppedLabel.contains(at)))
            return {Part::Dropped, k - 1};
        if (k > 0 && c.open.contains(at))
            return {Part::Open, k - 1};
        if (c.area.contains(at))
            return {Part::Stage, k};
        if (k > 0 && steps[k - 1].area.contains(at))
            return {Part::Between, k};
    }
    return {};
}

double funnelLeastWidth(size_t stages) {
    const auto n = static_cast<double>(stages);
    return stages == 0 ? 0 : 2 * kPad + n * kLeastColumn + (n - 1) * kLeastStep;
}

FunnelFrame layOutFunnel(const FunnelResult& funnel, QSizeF size, double lineHeight, const FunnelComparison* comparison) {
    FunnelFrame frame;
    frame.size = size;
    const size_t n = funnel.stages.size();
    if (n == 0)
        return frame;
    const double step = n > 1 ? std::clamp((size.width() - 2 * kPad) / (3.0 * static_cast<double>(n - 1)), kLeastStep, kStep) : 0;
    const double width =
        std::clamp((size.width() - 2 * kPad - step * static_cast<double>(n - 1)) / static_cast<double>(n), kLeastColumn, 220.0);
    const double top = kPad + 3.4 * lineHeight, bottom = std::max(top + 40, size.height() - kPad);
    const double height = bottom - top;
    const auto all = static_cast<double>(std::max<uint64_t>(1, entered(funnel)));
    const auto scaled = [&](uint64_t count) { return std::round(static_cast<double>(count) / all * height); };
    const double gap = comparison == nullptr ? 0 : 3, beside = comparison == nullptr ? 0 : std::round(width * 0.28);
    const double barWidth = width - gap - beside;
    double x = kPad;
    for (size_t k = 0; k < n; ++k) {
        const FunnelStage& s = funnel.stages[k];
        FunnelFrame::Column c;
        c.area = {x, kPad, width, bottom - kPad};
        c.title = {x, kPad, width, lineHeight};
        c.count = {x, kPad + lineHeight, width, lineHeight * 1.3};
        c.share = {x, kPad + 2.3 * lineHeight, width, lineHeight};
        const double bar = s.reached == 0 ? 0 : std::max(kMinBar, scaled(s.reached));
        c.bar = {x, bottom - bar, barWidth, bar};
        if (comparison != nullptr) {
            const double share = shareOfEntered(comparison->b, k).value_or(0), high = share == 0 ? 0 : std::max(kMinBar, std::round(share * height));
            c.baseline = {x + barWidth + gap, bottom - high, beside, high};
        }
        if (k > 0) {
            const FunnelStage& before = funnel.stages[k - 1];
            // What did not come on: open cases next to the bar, stopped ones on top.
            const double open = before.open == 0 ? 0 : std::max(kMinBar, scaled(before.open));
            const double dropped = before.dropped == 0 ? 0 : std::max(kMinBar, std::min(scaled(before.dropped), height - bar - open));
            c.open = {x, c.bar.top() - open, barWidth, open};
            c.dropped = {x, c.open.top() - dropped, barWidth, dropped};
            const auto labelAt = [&](double y) { return QRectF(x + 6, y, barWidth - 12, lineHeight); };
            const auto isRoomy = [&](const QRectF& part) { return part.height() >= lineHeight + 4; };
            double above = c.dropped.top();
            if (isRoomy(c.dropped)) {
                c.droppedLabel = labelAt(c.dropped.top() + 2);
            } else if (before.dropped > 0 && above - lineHeight - 1 >= c.share.bottom()) {
                c.droppedLabel = labelAt(above - lineHeight - 1);
                above = c.droppedLabel.top();
            }
            if (isRoomy(c.open))
                c.openLabel = labelAt(c.open.top() + 2);
            else if (before.open > 0 && c.dropped.height() >= 2 * lineHeight + 4)
                c.openLabel = labelAt(c.droppedLabel.bottom());
            else if (before.open > 0 && !isRoomy(c.dropped) && above - lineHeight - 1 >= c.share.bottom())
                c.openLabel = labelAt(above - lineHeight - 1);
            FunnelFrame::Step between;
            between.area = {x - step, kPad, step, bottom - kPad};
            const auto words = [&](const FunnelResult& of) {
                const auto share = shareOfBefore(of, k);
                return share ? QString::fromStdString(formatPercent(*share)) : QString();
            };
            between.conversion = words(funnel);
            if (comparison != nullptr) {
                between.baseline = words(comparison->b);
                if (comparison->stages[k].isClear())
                    between.difference = *shareOfBefore(comparison->a, k) - *shareOfBefore(comparison->b, k);
            }
            if (s.timed > 0)
                between.time = QString::fromStdString(formatWait(s.p50FromPrevious));
            frame.steps.push_back(between);
        }
        frame.columns.push_back(c);
        x += width + step;
    }
    frame.baseline = {kPad, bottom, x - step - kPad, 1};
    return frame;
}

} // namespace aisle
