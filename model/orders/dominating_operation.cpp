#include "orders/dominating_operation.h"

#include "analysis/span_marks.h"

#include <algorithm>
#include <map>

namespace aisle {

namespace {

using Weights = std::map<std::pair<uint32_t, uint32_t>, double>; // by service and name

DominatingOperation heaviest(const SpanTable& table, const Weights& weights) {
    DominatingOperation out;
    double most = 0, all = 0;
    for (const auto& [operation, weight] : weights) {
        all += weight;
        if (weight <= most)
            continue;
        most = weight;
        out.service = table.services()[operation.first];
        out.name = std::string(table.text(operation.second));
    }
    out.share = all > 0 ? most / all : 0;
    return out;
}

/// Calls f(tree, node) for each row that has one, trace by trace: a tree is made once.
template <typename F>
void forEachNode(const SpanTable& table, std::vector<Row> rows, const StopToken& stop, F&& f) {
    std::stable_sort(rows.begin(), rows.end(), [&](Row a, Row b) { return table.trace(a) < table.trace(b); });
    Waterfall tree;
    TraceIndex of = kNoTrace;
    for (const Row row : rows) {
        stop.check();
        if (table.trace(row) != of)
            tree = waterfall(table, of = table.trace(row), {}, stop);
        if (const NodeIndex node = tree.nodeOf(row); node != kNoNode)
            f(tree, node);
    }
}

} // namespace

DominatingOperation dominatingWork(const SpanTable& table, const std::vector<Row>& rows, const StopToken& stop) {
    std::vector<Row> sorted = rows;
    std::sort(sorted.begin(), sorted.end());
    Weights weights;
    forEachNode(table, rows, stop, [&](const Waterfall& tree, NodeIndex top) {
        for (NodeIndex node = top; node < tree.nodes[top].end;) {
            const Row row = tree.nodes[node].row;
            const NodeIndex parent = tree.nodes[node].parent;
            const bool isOther = node != top && std::binary_search(sorted.begin(), sorted.end(), row);
            const bool isSetOff = node != top && table.kind(row) == Kind::Consumer && table.kind(tree.nodes[parent].row) == Kind::Producer;
            if (isOther || isSetOff) {
                node = tree.nodes[node].end;
                continue;
            }
            weights[{table.service(row), table.name(row)}] += static_cast<double>(std::max<int64_t>(0, table.selfTime(row)));
            ++node;
        }
    });
    return heaviest(table, weights);
}

DominatingOperation dominatingFailure(const SpanTable& table, const std::vector<Row>& rows, const StopToken& stop) {
    Weights weights;
    forEachNode(table, rows, stop, [&](const Waterfall& tree, NodeIndex node) {
        const Row row = tree.nodes[errorOrigin(table, tree, node)].row;
        weights[{table.service(row), table.name(row)}] += 1;
    });
    return heaviest(table, weights);
}

} // namespace aisle
