#include "waterfall/waterfall_layout.h"

#include <QPainter>

#include <algorithm>

namespace aisle {

/// Spans that fall on the same pixels are drawn once: a million spans are folded into the pixels there are. Over them the
/// critical path, and over everything errors.
/// The line of a span follows from its place in the tree, so the picture has the shape of the waterfall.
QImage drawMinimap(const TraceData& data, QSize size, double dpr, const Theme& theme) {
    const int width = std::max(1, qRound(size.width() * dpr)),
              height = std::max(1, qRound(size.height() * dpr));
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(theme.surface);
    image.setDevicePixelRatio(dpr);
    const Waterfall& tree = data.tree;
    const TimeRange bounds = data.axis.places();
    const auto count = static_cast<int64_t>(tree.nodes.size());
    if (count == 0)
        return image;
    const int line = std::max(1, std::min(qRound(3 * dpr), static_cast<int>(height / count)));
    const double perNs = static_cast<double>(width) / static_cast<double>(bounds.length());
    const auto xOf = [&](int64_t time) {
        return static_cast<int>(
            std::clamp(static_cast<double>(data.axis.at(time) - bounds.from) * perNs, 0.0, width - 1.0));
    };
    std::vector<QRgb> colours(data.table->services().size(), 0);
    const auto fill = [&](NodeIndex node, QRgb colour, int least) {
        const Row row = tree.nodes[node].row;
        const int y = static_cast<int>(static_cast<int64_t>(node) * height / count);
        const int from = xOf(data.table->start(row)), to = std::max(from + least, xOf(data.table->end(row)));
        for (int k = y; k < std::min(y + line, height); ++k) {
            auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(k));
            std::fill(pixels + from, pixels + std::min(to, width), colour);
        }
    };
    int lastY = -1, lastFrom = 0, lastTo = 0; // what is already covered on this line
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        const Row row = tree.nodes[i].row;
        if (row == kNoRow || (data.table->flags(row) & kNoStart) != 0)
            continue;
        const int y = static_cast<int>(static_cast<int64_t>(i) * height / count);
        const int from = xOf(data.table->start(row)), to = xOf(data.table->end(row));
        if (y == lastY && from >= lastFrom && to <= lastTo)
            continue;
        lastY = y;
        lastFrom = from;
        lastTo = to;
        QRgb& colour = colours[data.table->service(row)];
        if (colour == 0)
            colour = data.colours.of(data.table->serviceText(row), theme).rgb();
        fill(i, colour, 1);
    }
    // The critical path as a line through the bars, in what stands out from them.
    const QRgb ink = theme.text.rgb();
    const int thickness = std::max(1, qRound(dpr));
    int pathY = -1, pathTo = -1;
    for (const PathSection& section : data.pathByNode) {
        const int y = std::min(height - 1, static_cast<int>(static_cast<int64_t>(section.node) * height / count) + line / 2);
        const int from = xOf(section.from), to = std::min(width, std::max(from + 1, xOf(section.to)));
        if (y == pathY && to <= pathTo)
            continue; // on pixels that have it
        pathY = y;
        pathTo = to;
        for (int k = y; k < std::min(y + thickness, height); ++k) {
            auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(k));
            std::fill(pixels + from, pixels + to, ink);
        }
    }
    const QRgb error = theme.error.rgb();
    for (const NodeIndex node : tree.errors)
        if ((data.table->flags(tree.nodes[node].row) & kNoStart) == 0)
            fill(node, error, qRound(2 * dpr));
    return image;
}

} // namespace aisle
