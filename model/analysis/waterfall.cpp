#include "analysis/waterfall.h"

#include "analysis/saturating.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

constexpr uint32_t kNone = 0xffffffffU;

/// What is sorted and linked before nodes have their numbers: the visible rows of the trace, in row order,
/// then one element per missing parent, then one per group.
struct Element {
    int64_t start = 0, end = 0;
    Row row = kNoRow; ///< of a missing parent and a group: its first child, for a stable order
    uint32_t parent = kNone;
    SpanId id = 0;         ///< its own, or the missing parent's, or that of the group's first member
    bool hasStart = false; ///< of a missing parent: one of its orphans has one
};

class TreeBuilder {
public:
    TreeBuilder(const SpanTable& table, std::span<const TraceIndex> traces, const WaterfallOptions& options, const StopToken& stop)
        : table_(table), options_(options), stop_(stop) {
        for (const TraceIndex trace : traces)
            if (trace < table.traceSlots() && !table.rowsOf(trace).empty())
                out_.traces.push_back(trace);
        std::sort(out_.traces.begin(), out_.traces.end(), [&](TraceIndex a, TraceIndex b) {
            return std::pair(table.summary(a).start, table.traceId(a)) < std::pair(table.summary(b).start, table.traceId(b));
        });
        out_.traces.erase(std::unique(out_.traces.begin(), out_.traces.end()), out_.traces.end());
        for (const TraceIndex trace : out_.traces)
            out_.traceIds.push_back(table.traceId(trace));
    }

    Waterfall build() {
        if (out_.traces.empty())
            return {};
        collect();
        adoptOrphans();
        sort(0);
        linkChildren();
        if (options_.groupFrom > 0 && groupSiblings())
            linkChildren();
        number();
        summarise();
        return std::move(out_);
    }

private:
    void collect() {
        std::vector<Row> several;
        std::span<const Row> rows = table_.rowsOf(out_.traces.front());
        if (out_.isOfSeveral()) {
            for (const TraceIndex trace : out_.traces)
                several.insert(several.end(), table_.rowsOf(trace).begin(), table_.rowsOf(trace).end());
            std::sort(several.begin(), several.end());
            rows = several;
        }
        std::vector<uint32_t> elementOf(rows.size(), kNone);
        elements_.reserve(rows.size());
        for (size_t i = 0; i < rows.size(); ++i) {
            if (table_.isHidden(rows[i]))
                continue;
            elementOf[i] = static_cast<uint32_t>(elements_.size());
            elements_.push_back({table_.start(rows[i]), table_.end(rows[i]), rows[i], kNone, table_.id(rows[i]),
                                 (table_.flags(rows[i]) & kNoStart) == 0});
        }
        spans_ = static_cast<uint32_t>(elements_.size());
        stop_.check();
        for (Element& element : elements_) {
            const Row parent = table_.parent(element.row);
            if (parent == kNoRow)
                continue;
            // Rows of one trace mostly follow each other; then the place is known without a search.
            size_t at = static_cast<size_t>(parent) - rows[0];
            if (parent < rows[0] || at >= rows.size() || rows[at] != parent) {
                const auto found = std::lower_bound(rows.begin(), rows.end(), parent);
                if (found == rows.end() || *found != parent)
                    continue;
                at = static_cast<size_t>(found - rows.begin());
            }
            element.parent = elementOf[at];
        }
    }

    void adoptOrphans() {
        std::unordered_map<TraceIndex, std::unordered_map<SpanId, uint32_t>> elementOf;
        for (uint32_t i = 0; i < spans_; ++i) {
            const Row row = elements_[i].row;
            if (elements_[i].parent != kNone || (table_.derivedFlags(row) & kOrphan) == 0)
                continue;
            const SpanId id = table_.parentId(row);
            const auto [found, isNew] = elementOf[table_.trace(row)].try_emplace(id, static_cast<uint32_t>(elements_.size()));
            if (isNew)
                elements_.push_back({elements_[i].start, elements_[i].end, row, kNone, id, elements_[i].hasStart});
            Element &missing = elements_[found->second], &orphan = elements_[i];
            orphan.parent = found->second;
            if (orphan.hasStart) {
                missing.start = missing.hasStart ? std::min(missing.start, orphan.start) : orphan.start;
                missing.end = missing.hasStart ? std::max(missing.end, orphan.end) : orphan.end;
                missing.hasStart = true;
            }
        }
    }

    /// Brings the elements from number `first` on into order_, which holds those before.
    void sort(uint32_t first) {
        const auto n = static_cast<uint32_t>(elements_.size());
        order_.resize(n);
        const auto middle = order_.begin() + first;
        std::iota(middle, order_.end(), first);
        const auto before = [this](uint32_t a, uint32_t b) {
            const Element &x = elements_[a], &y = elements_[b];
            return std::tie(x.start, y.end, x.id, x.row, a) < std::tie(y.start, x.end, y.id, y.row, b);
        };
        if (!std::is_sorted(middle, order_.end(), before))
            std::sort(middle, order_.end(), before);
        stop_.check();
        std::inplace_merge(order_.begin(), middle, order_.end(), before);
    }

    /// Children of each element, and the roots, by start: a stable distribution of the order.
    void linkChildren() {
        const auto n = static_cast<uint32_t>(elements_.size());
        first_.assign(n + 2, 0);
        const auto slot = [&](uint32_t i) { return elements_[i].parent == kNone ? n : elements_[i].parent; };
        for (uint32_t i = 0; i < n; ++i)
            ++first_[slot(i) + 1];
        std::partial_sum(first_.begin(), first_.end(), first_.begin());
        children_.resize(n);
        std::vector<uint32_t> next(first_.begin(), first_.end() - 1);
        for (const uint32_t i : order_)
            children_[next[slot(i)]++] = i;
        stop_.check();
    }

    /// Numbers of the operations (service and name) of the spans.
    std::vector<uint32_t> operations(uint32_t& count) const {
        std::vector<uint32_t> out(spans_);
        std::unordered_map<uint64_t, uint32_t> known;
        for (uint32_t i = 0; i < spans_; ++i) {
            const Row row = elements_[i].row;
            const uint64_t key = static_cast<uint64_t>(table_.service(row)) << 32 | table_.name(row);
            out[i] = known.try_emplace(key, static_cast<uint32_t>(known.size())).first->second;
        }
        count = static_cast<uint32_t>(known.size());
        return out;
    }

    /// An element for each group, as the parent of its members. Whether there is one.
    bool groupSiblings() {
        uint32_t count = 0;
        const std::vector<uint32_t> operation = operations(count);
        stop_.check();
        missingEnd_ = static_cast<uint32_t>(elements_.size());
        std::vector<uint32_t> members(count, 0), group(count, kNone);
        for (uint32_t parent = 0; parent <= missingEnd_; ++parent) {
            const uint32_t from = first_[parent], to = first_[parent + 1];
            if (to - from < options_.groupFrom || (parent == missingEnd_ && out_.isOfSeveral()))
                continue;
            for (uint32_t k = from; k < to; ++k)
                if (children_[k] < spans_)
                    ++members[operation[children_[k]]];
            for (uint32_t k = from; k < to; ++k) {
                const uint32_t i = children_[k];
                if (i >= spans_ || members[operation[i]] < options_.groupFrom)
                    continue;
                uint32_t& at = group[operation[i]];
                if (at == kNone) {
                    at = static_cast<uint32_t>(elements_.size());
                    elements_.push_back({elements_[i].start, elements_[i].end, elements_[i].row, elements_[i].parent, elements_[i].id, false});
                }
                elements_[i].parent = at;
                Element& element = elements_[at];
                if (!elements_[i].hasStart)
                    continue;
                element.start = element.hasStart ? std::min(element.start, elements_[i].start) : elements_[i].start;
                element.end = element.hasStart ? std::max(element.end, elements_[i].end) : elements_[i].end;
                element.hasStart = true;
            }
            for (uint32_t k = from; k < to; ++k) {
                if (children_[k] < spans_) {
                    members[operation[children_[k]]] = 0;
                    group[operation[children_[k]]] = kNone;
                }
            }
            stop_.check();
        }
        if (elements_.size() == missingEnd_)
            return false;
        sort(missingEnd_);
        return true;
    }

    void number() {
        const auto n = static_cast<uint32_t>(elements_.size());
        out_.nodes.reserve(n);
        nodeOf_.assign(n, kNoNode);
        std::vector<uint32_t> stack;
        const auto push = [&](uint32_t parent) {
            for (uint32_t k = first_[parent + 1]; k > first_[parent]; --k)
                stack.push_back(children_[k - 1]);
        };
        push(n);
        while (!stack.empty()) {
            const uint32_t i = stack.back();
            stack.pop_back();
            const auto at = static_cast<NodeIndex>(out_.nodes.size());
            if ((at & 0xffff) == 0)
                stop_.check();
            nodeOf_[i] = at;
            WaterfallNode node;
            node.children = first_[i + 1] - first_[i];
            node.end = at + 1;
            if (elements_[i].parent != kNone) {
                node.parent = nodeOf_[elements_[i].parent];
                node.depth = out_.nodes[node.parent].depth + 1;
            }
            if (i < spans_) {
                node.row = elements_[i].row;
                node.errors = table_.isError(node.row);
            } else if (i < missingEnd_) {
                out_.missing.push_back({at, elements_[i].id, elements_[i].start, elements_[i].end, elements_[i].hasStart});
            } else {
                out_.groups.push_back({at, elements_[i].start, elements_[i].end, elements_[i].hasStart, 0, kNoNode, node.children, 0});
            }
            out_.maxDepth = std::max(out_.maxDepth, node.depth);
            out_.nodes.push_back(node);
            push(i);
        }
    }

    void summarise() {
        bounds();
        auto& nodes = out_.nodes;
        for (NodeIndex i = 0; i < nodes.size(); ++i)
            if (nodes[i].errors > 0)
                out_.errors.push_back(i);
        for (auto i = static_cast<NodeIndex>(nodes.size()); i-- > 0;) {
            if (nodes[i].parent == kNoNode)
                continue;
            WaterfallNode& parent = nodes[nodes[i].parent];
            parent.end = std::max(parent.end, nodes[i].end);
            parent.errors += nodes[i].errors;
        }
        for (SiblingGroup& group : out_.groups)
            summarise(group);
        out_.byRow.reserve(spans_);
        for (uint32_t i = 0; i < spans_; ++i)
            if (nodeOf_[i] != kNoNode)
                out_.byRow.push_back(nodeOf_[i]);
    }

    /// Spans without a start do not stretch it, unless there are no others.
    void bounds() {
        const bool anyStart = std::any_of(elements_.begin(), elements_.begin() + spans_, [](const Element& e) { return e.hasStart; });
        std::vector<bool> services(table_.services().size(), false);
        out_.start = std::numeric_limits<int64_t>::max();
        out_.end = std::numeric_limits<int64_t>::min();
        for (uint32_t i = 0; i < spans_; ++i) {
            const Element& element = elements_[i];
            services[table_.service(element.row)] = true;
            if (anyStart && !element.hasStart)
                continue;
            out_.start = std::min(out_.start, element.start);
            out_.end = std::max(out_.end, element.end);
        }
        if (spans_ == 0)
            out_.start = out_.end = 0;
        out_.services = static_cast<uint32_t>(std::count(services.begin(), services.end(), true));
    }

    void summarise(SiblingGroup& group) const {
        for (NodeIndex member = group.node + 1; member < out_.nodes[group.node].end; member = out_.nodes[member].end) {
            const Row row = out_.nodes[member].row;
            group.errors += table_.isError(row);
            addSaturated(group.total, std::max<int64_t>(0, table_.duration(row)));
            if (group.longest == kNoNode || table_.duration(row) > table_.duration(out_.nodes[group.longest].row))
                group.longest = member;
        }
    }

    const SpanTable& table_;
    const WaterfallOptions& options_;
    const StopToken& stop_;
    Waterfall out_;
    std::vector<Element> elements_;
    std::vector<uint32_t> order_; ///< of the elements, by start
    uint32_t spans_ = 0;
    uint32_t missingEnd_ = kNone; ///< number of the first group
    std::vector<uint32_t> first_, children_; ///< CSR by element; the roots are the children of number n
    std::vector<NodeIndex> nodeOf_;
};

} // namespace

Waterfall waterfall(const SpanTable& table, std::span<const TraceIndex> traces, const WaterfallOptions& options, const StopToken& stop) {
    return TreeBuilder(table, traces, options, stop).build();
}

bool Waterfall::holds(TraceId trace) const { return std::find(traceIds.begin(), traceIds.end(), trace) != traceIds.end(); }

NodeIndex Waterfall::nodeOf(Row row) const {
    const auto found = std::lower_bound(byRow.begin(), byRow.end(), row, [this](NodeIndex node, Row wanted) {
        return nodes[node].row < wanted;
    });
    return found != byRow.end() && nodes[*found].row == row ? *found : kNoNode;
}

const MissingParent* Waterfall::missingAt(NodeIndex node) const {
    const auto found =
        std::lower_bound(missing.begin(), missing.end(), node,
                         [](const MissingParent& m, NodeIndex wanted) { return m.node < wanted; });
    return found != missing.end() && found->node == node ? &*found : nullptr;
}

const SiblingGroup* Waterfall::groupAt(NodeIndex node) const {
    const auto found = std::lower_bound(groups.begin(), groups.end(), node,
                                        [](const SiblingGroup& group, NodeIndex wanted) { return group.node < wanted; });
    return found != groups.end() && found->node == node ? &*found : nullptr;
}

uint32_t Waterfall::spansBelow(NodeIndex node) const {
    const auto before = [](const SiblingGroup& group, NodeIndex wanted) { return group.node < wanted; };
    const auto from = std::lower_bound(groups.begin(), groups.end(), node + 1, before), to = std::lower_bound(from, groups.end(), nodes[node].end, before);
    return nodes[node].end - node - 1 - static_cast<uint32_t>(to - from);
}

bool Waterfall::hasStart(const SpanTable& table, NodeIndex node) const {
    if (const Row row = nodes[node].row; row != kNoRow)
        return (table.flags(row) & kNoStart) == 0;
    if (const SiblingGroup* group = groupAt(node))
        return group->hasStart;
    const MissingParent* m = missingAt(node);
    return m != nullptr && m->hasStart;
}

int64_t Waterfall::startOf(const SpanTable& table, NodeIndex node) const {
    if (const Row row = nodes[node].row; row != kNoRow)
        return table.start(row);
    if (const SiblingGroup* group = groupAt(node))
        return group->start;
    const MissingParent* m = missingAt(node);
    return m != nullptr ? m->start : start;
}

int64_t Waterfall::endOf(const SpanTable& table, NodeIndex node) const {
    if (const Row row = nodes[node].row; row != kNoRow)
        return table.end(row);
    if (const SiblingGroup* group = groupAt(node))
        return group->end;
    const MissingParent* m = missingAt(node);
    return m != nullptr ? m->end : end;
}

} // namespace aisle
