#include "service_graph/graph_layout_layers.h"

#include <algorithm>
#include <limits>

namespace aisle {

namespace {

/// How strongly two neighbours pull each other level: long edges shall be straight where they pass layers.
double pull(const LayerItem& a, const LayerItem& b) { return a.isNode && b.isNode ? 1 : a.isNode || b.isNode ? 2 : 8; }

double separation(const LayerItem& a, const LayerItem& b, double nodeGap) {
    const double gap = a.isNode && b.isNode ? nodeGap : a.isNode || b.isNode ? nodeGap * 0.75 : nodeGap * 0.5;
    return a.half + b.half + gap;
}

struct Block {
    double sum, weight; ///< of wishes
    size_t count;
    double mean() const { return sum / weight; }
};

/// Moves the items of a layer as near to their wishes as their order and distances allow: least squares, by pooling
/// neighbours that want to pass each other. Linear.
void settle(LayeredPart& part, const std::vector<uint32_t>& layer, const std::vector<double>& wish,
            const std::vector<double>& weight, double nodeGap) {
    std::vector<Block> blocks;
    std::vector<double> offset(layer.size(), 0);
    for (size_t i = 0; i < layer.size(); ++i) {
        if (i > 0)
            offset[i] = offset[i - 1] + separation(part.items[layer[i - 1]], part.items[layer[i]], nodeGap);
        blocks.push_back({(wish[i] - offset[i]) * weight[i], weight[i], 1});
        while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() > blocks.back().mean()) {
            const Block last = blocks.back();
            blocks.pop_back();
            blocks.back().sum += last.sum;
            blocks.back().weight += last.weight;
            blocks.back().count += last.count;
        }
    }
    size_t i = 0;
    for (const Block& block : blocks)
        for (size_t k = 0; k < block.count; ++k, ++i)
            part.items[layer[i]].y = block.mean() + offset[i];
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
        // Without neighbours on that side: stay, but make room for the others.
        wish[i] = total > 0 ? sum / total : item.y;
        weight[i] = total > 0 ? total : 0.05;
    }
    settle(part, layer, wish, weight, nodeGap);
}

} // namespace

double placeItems(LayeredPart& part, double nodeGap, const StopToken& stop) {
    for (const auto& layer : part.layers) {
        double y = 0;
        for (size_t i = 0; i < layer.size(); ++i) {
            if (i > 0)
                y += separation(part.items[layer[i - 1]], part.items[layer[i]], nodeGap);
            part.items[layer[i]].y = y;
        }
        for (const uint32_t item : layer) // around a common middle
            part.items[item].y -= y / 2;
    }
    const size_t layers = part.layers.size();
    for (int round = 0; round < 12; ++round) {
        stop.check();
        for (size_t l = 1; l < layers; ++l)
            settleBy(part, l, Side::Before, nodeGap);
        for (size_t l = layers - 1; l-- > 0;)
            settleBy(part, l, Side::After, nodeGap);
    }
    for (int round = 0; round < 6; ++round) {
        stop.check();
        for (size_t l = 0; l < layers; ++l)
            settleBy(part, l, Side::Both, nodeGap);
    }
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
