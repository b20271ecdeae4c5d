#include "analysis/flame_graph.h"

#include "analysis/saturating.h"
#include "text/format.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

struct Key {
    FlameIndex parent;
    uint32_t service, name;
    bool isMissing;
    bool operator==(const Key&) const = default;
};

struct KeyHash {
    size_t operator()(const Key& key) const {
        uint64_t h = (static_cast<uint64_t>(key.parent) << 32 | key.name) * 0x9e3779b97f4a7c15ULL;
        h = (h ^ (h >> 29) ^ key.service ^ (key.isMissing ? 1ULL << 40 : 0)) * 0xbf58476d1ce4e5b9ULL;
        return h ^ (h >> 32);
    }
};

class Builder {
public:
    Builder(const SpanTable& table, const Waterfall& tree, const StopToken& stop) : table_(table), tree_(tree), stop_(stop) {}

    FlameGraph build(const CriticalPath& path) {
        gather();
        for (const PathSection& section : path.sections)
            addSaturated(found_[of_[section.node]].path, section.to - section.from);
        weigh();
        return sorted();
    }

private:
    /// Nodes are in pre-order: the parent's flame is known before its children's.
    void gather() {
        of_.assign(tree_.nodes.size(), kNoFlame);
        std::unordered_map<Key, FlameIndex, KeyHash> known;
        for (NodeIndex i = 0; i < tree_.nodes.size(); ++i) {
            if ((i & 0xffff) == 0)
                stop_.check();
            const WaterfallNode& node = tree_.nodes[i];
            const FlameIndex parent = node.parent == kNoNode ? kNoFlame : of_[node.parent];
            if (tree_.isGroup(i)) { // its members stand on what it stands on
                of_[i] = parent;
                continue;
            }
            const bool isMissing = node.row == kNoRow;
            const Key key{parent, isMissing ? 0 : table_.service(node.row), isMissing ? 0 : table_.name(node.row), isMissing};
            const auto [at, isNew] = known.try_emplace(key, static_cast<FlameIndex>(found_.size()));
            if (isNew) {
                Flame flame;
                flame.parent = parent;
                flame.depth = parent == kNoFlame ? 0 : found_[parent].depth + 1;
                flame.service = key.service;
                flame.name = key.name;
                flame.isMissing = isMissing;
                flame.longest = i;
                found_.push_back(flame);
            }
            of_[i] = at->second;
            if (!isMissing)
                add(found_[at->second], i);
        }
    }

    void add(Flame& flame, NodeIndex i) {
        const Row row = tree_.nodes[i].row;
        ++flame.spans;
        flame.errors += table_.isError(row);
        addSaturated(flame.total, std::max<int64_t>(0, table_.duration(row)));
        addSaturated(flame.self, table_.selfTime(row));
        if (table_.duration(row) > table_.duration(tree_.nodes[flame.longest].row))
            flame.longest = i;
    }

    /// A flame comes behind the one it stands on.
    void weigh() {
        for (Flame& flame : found_)
            flame.weight = flame.self;
        for (size_t i = found_.size(); i-- > 0;)
            if (found_[i].parent != kNoFlame)
                addSaturated(found_[found_[i].parent].weight, found_[i].weight);
    }

    FlameGraph sorted() {
        const auto n = static_cast<uint32_t>(found_.size());
        std::vector<uint32_t> order(n);
        for (uint32_t i = 0; i < n; ++i)
            order[i] = i;
        // By parent, the heaviest first; what weighs the same by its texts, so that the order of the spans does not matter.
        std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
            const Flame &x = found_[a], &y = found_[b];
            if (x.parent != y.parent)
                return x.parent < y.parent;
            if (x.weight != y.weight)
                return x.weight > y.weight;
            return std::tuple(y.isMissing, table_.services()[x.service], table_.text(x.name)) <
                   std::tuple(x.isMissing, table_.services()[y.service], table_.text(y.name));
        });
        // Children of a flame are one stretch of `order`; kNoFlame, the roots, is the last one.
        std::vector<uint32_t> firstChild(n + 1, n), lastChild(n + 1, n);
        for (uint32_t k = 0; k < n; ++k) {
            const uint32_t parent = found_[order[k]].parent == kNoFlame ? n : found_[order[k]].parent;
            if (firstChild[parent] == n)
                firstChild[parent] = k;
            lastChild[parent] = k + 1;
        }
        FlameGraph out;
        out.flames.reserve(n);
        std::vector<FlameIndex> numberOf(n);
        std::vector<uint32_t> stack;
        const auto push = [&](uint32_t parent) {
            if (firstChild[parent] != n)
                for (uint32_t k = lastChild[parent]; k > firstChild[parent]; --k)
                    stack.push_back(order[k - 1]);
        };
        push(n);
        while (!stack.empty()) {
            const uint32_t i = stack.back();
            stack.pop_back();
            const auto at = static_cast<FlameIndex>(out.flames.size());
            numberOf[i] = at;
            Flame flame = found_[i];
            if (flame.parent != kNoFlame)
                flame.parent = numberOf[flame.parent];
            else
                addSaturated(out.weight, flame.weight);
            flame.end = at + 1;
            out.maxDepth = std::max(out.maxDepth, flame.depth);
            out.flames.push_back(flame);
            push(i);
        }
        for (auto i = static_cast<FlameIndex>(out.flames.size()); i-- > 0;)
            if (const FlameIndex parent = out.flames[i].parent; parent != kNoFlame)
                out.flames[parent].end = std::max(out.flames[parent].end, out.flames[i].end);
        for (FlameIndex& flame : of_)
            if (flame != kNoFlame)
                flame = numberOf[flame];
        out.ofNode = std::move(of_);
        return out;
    }

    const SpanTable& table_;
    const Waterfall& tree_;
    const StopToken& stop_;
    std::vector<Flame> found_; ///< in the order in which they were found
    std::vector<FlameIndex> of_;
};

} // namespace

FlameGraph flameGraph(const SpanTable& table, const Waterfall& tree, const CriticalPath& path, const StopToken& stop) {
    return Builder(table, tree, stop).build(path);
}

Tabular tabulate(const SpanTable& table, const FlameGraph& graph) {
    constexpr uint32_t kMaxIndent = 40; // a chain of 100,000 would be 10 GB of spaces
    Tabular out;
    out.columns = {{"name", "Operation"},          {"service", "Service"},      {"spans", "Spans", true},
                   {"errors", "Errors", true},     {"weight_ns", "Time", true}, {"self_time_ns", "Self", true},
                   {"total_ns", "Durations", true}, {"critical_path_ns", "Critical path", true}, {"depth", "Depth", true}};
    out.rows.reserve(graph.flames.size());
    for (const Flame& flame : graph.flames) {
        Cell name(flame.isMissing ? std::string("missing parent") : std::string(table.text(flame.name)));
        name.shown = std::string(2 * std::min(flame.depth, kMaxIndent), ' ') + std::get<std::string>(name.value);
        out.rows.push_back({std::move(name), flame.isMissing ? Cell() : Cell(table.services()[flame.service]), Cell::count(flame.spans),
                            Cell::count(flame.errors), Cell::duration(flame.weight), Cell::duration(flame.self),
                            Cell::duration(flame.total), Cell::duration(flame.path), Cell(static_cast<int64_t>(flame.depth))});
    }
    out.notes.push_back("Time is the self time of the spans on a call path and of everything below it.");
    return out;
}

} // namespace aisle
