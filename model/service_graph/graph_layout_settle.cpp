#include "service_graph/graph_layout_settle.h"

#include <cstddef>

namespace aisle {

namespace {

struct Block {
    double sum, weight; ///< of wishes
    size_t count;
    double mean() const { return sum / weight; }
};

} // namespace

std::vector<double> settleInOrder(const std::vector<double>& wish, const std::vector<double>& weight, const std::vector<double>& offset) {
    std::vector<Block> blocks;
    for (size_t i = 0; i < wish.size(); ++i) {
        blocks.push_back({(wish[i] - offset[i]) * weight[i], weight[i], 1});
        while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() > blocks.back().mean()) {
            const Block last = blocks.back();
            blocks.pop_back();
            blocks.back().sum += last.sum;
            blocks.back().weight += last.weight;
            blocks.back().count += last.count;
        }
    }
    std::vector<double> place;
    for (const Block& block : blocks)
        for (size_t k = 0; k < block.count; ++k)
            place.push_back(block.mean() + offset[place.size()]);
    return place;
}

} // namespace aisle
