#include "service_graph/graph_layout_layers.h"
#include "service_graph/graph_layout_settle.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace aisle {

namespace {

/// How strongly two neighbours pull each other level: long edges shall be straight where they pass layers.
double pull(const LayerItem& a, const LayerItem& b) { return a.isNode && b.isNode ? 1 : a.isNode || b.isNode ? 2 : 8; }

/// How much more strongly than all neighbours together the place in the layout on show pulls.
constexpr double kStay = 10;
/// How strongly the line pulls that an item shall be in: what is beside it gives way.
constexpr double kInLine = 1e6;

/// Distances in a layer.
struct Gaps {
    double node, line; ///< between cards, between lines

    /// Lines get as much room as the cards and a dozen lines besides, and stand closer where that does not do: of 190 lines past
    /// 30 cards every second pixel would be a gap.
    static Gaps of(const LayeredPart& part, const std::vector<uint32_t>& layer, double nodeGap) {
        double cards = 12 * nodeGap / 2, lines = 0;
        for (const uint32_t item : layer) {
            cards += part.items[item].isNode ? 2 * part.items[item].half : 0;
            lines += part.items[item].isNode ? 0 : 1;
        }
        return {nodeGap, std::clamp(cards / std::max(lines, 1.0), std::min(4.0, nodeGap / 2), nodeGap / 2)};
    }
    double between(const LayerItem& a, const LayerItem& b) const {
        return a.half + b.half + (a.isNode && b.isNode ? node : a.isNode || b.isNode ? node * 0.75 : line);
    }
};

/// Moves the items of a layer as near to their wishes as their order and distances allow.
void settle(LayeredPart& part, const std::vector<uint32_t>& layer, const std::vector<double>& wish,
            const std::vector<double>& weight, double nodeGap) {
    const Gaps gaps = Gaps::of(part, layer, nodeGap);
    std::vector<double> offset(layer.size(), 0);
    for (size_t i = 1; i < layer.size(); ++i)
        offset[i] = offset[i - 1] + gaps.between(part.items[layer[i - 1]], part.items[layer[i]]);
    const std::vector<double> place = settleInOrder(wish, weight, offset);
    for (size_t i = 0; i < layer.size(); ++i)
        part.items[layer[i]].y = place[i];
}

enum class Side { Before, After, Both };

void settleBy(LayeredPart& part, size_t number, Side side, double nodeGap) {
    const auto& layer = part.layers[number];
    std::vector<double> wish(layer.size()), weight(layer.size());
    for (size_t i = 0; i < layer.size(); ++i) {
        const LayerItem& item = part.items[layer[i]];
        double sum = 0, total = 0;
        const auto add = [&](const std::vector<uint32_t>& neighbours) {
            for (const uint32_t n : neighbours) {
                const double p = pull(item, part.items[n]);
                sum += part.items[n].y * p;
                total += p;
            }
        };
        if (side != Side::After)
            add(item.before);
        if (side != Side::Before)
            add(item.after);
        if (item.beforeY) {
            sum += *item.beforeY * (total * kStay + 1);
            total += total * kStay + 1;
        }
        if (item.lineY) {
            sum = *item.lineY * kInLine;
            total = kInLine;
        }
        // Without neighbours on that side: stay, but make room for the others.
        wish[i] = total > 0 ? sum / total : item.y;
        weight[i] = total > 0 ? total : 0.05;
    }
    settle(part, layer, wish, weight, nodeGap);
}

void startAfresh(LayeredPart& part, double nodeGap, const StopToken& stop) {
    for (const auto& layer : part.layers) {
        const Gaps gaps = Gaps::of(part, layer, nodeGap);
        double y = 0;
        for (size_t i = 0; i < layer.size(); ++i) {
            if (i > 0)
                y += gaps.between(part.items[layer[i - 1]], part.items[layer[i]]);
            part.items[layer[i]].y = y;
        }
        for (const uint32_t item : layer) // around a common middle
            part.items[item].y -= y / 2;
    }
    for (int round = 0; round < 12; ++round) {
        stop.check();
        for (size_t l = 1; l < part.layers.size(); ++l)
            settleBy(part, l, Side::Before, nodeGap);
        for (size_t l = part.layers.size() - 1; l-- > 0;)
            settleBy(part, l, Side::After, nodeGap);
    }
}

/// From the wishes of orderAsBefore(), where cards may still overlap.
void startAsBefore(LayeredPart& part, double nodeGap) {
    for (const auto& layer : part.layers) {
        std::vector<double> wish, weight;
        for (const uint32_t item : layer) {
            wish.push_back(part.items[item].y);
            weight.push_back(part.items[item].beforeY ? kStay : 1);
        }
        settle(part, layer, wish, weight, nodeGap);
    }
}

/// Each line where its items are on the average; then what is beside it.
void straighten(LayeredPart& part, double nodeGap, const StopToken& stop) {
    for (const auto& line : part.lines) {
        double sum = 0;
        for (const uint32_t item : line)
            sum += part.items[item].y;
        for (const uint32_t item : line)
            part.items[item].lineY = sum / static_cast<double>(line.size());
    }
    for (int round = 0; round < 6; ++round) {
        stop.check();
        for (size_t l = 0; l < part.layers.size(); ++l)
            settleBy(part, l, Side::Both, nodeGap);
    }
}

} // namespace

void joinLines(LayeredPart& part, const std::vector<bool>& isMain) {
    std::vector<uint32_t> lineOf(part.items.size());
    std::iota(lineOf.begin(), lineOf.end(), 0U);
    const auto find = [&](uint32_t item) {
        while (lineOf[item] != item)
            item = lineOf[item] = lineOf[lineOf[item]];
        return item;
    };
    for (size_t e = 0; e < isMain.size(); ++e)
        if (isMain[e])
            for (const uint32_t item : part.chains[e])
                lineOf[find(item)] = find(part.chains[e].front());
    std::map<uint32_t, std::vector<uint32_t>> lines;
    for (uint32_t item = 0; item < part.items.size(); ++item)
        lines[find(item)].push_back(item);
    for (auto& [first, line] : lines)
        if (line.size() > 1)
            part.lines.push_back(std::move(line));
}

double placeItems(LayeredPart& part, double nodeGap, const StopToken& stop) {
    const bool staysNear =
        std::any_of(part.items.begin(), part.items.end(), [](const LayerItem& item) { return item.beforeY.has_value(); });
    if (staysNear)
        startAsBefore(part, nodeGap);
    else
        startAfresh(part, nodeGap, stop);
    for (int round = 0; round < 6; ++round) {
        stop.check();
        for (size_t l = 0; l < part.layers.size(); ++l)
            settleBy(part, l, Side::Both, nodeGap);
    }
    if (!part.lines.empty())
        straighten(part, nodeGap, stop);
    double top = std::numeric_limits<double>::max(), bottom = std::numeric_limits<double>::lowest();
    for (const LayerItem& item : part.items) {
        top = std::min(top, item.y - item.half);
        bottom = std::max(bottom, item.y + item.half);
    }
    for (LayerItem& item : part.items)
        item.y -= top;
    return bottom - top;
}

} // namespace aisle
