#include "analysis/trace_compare.h"

#include "text/format.h"

#include <algorithm>
#include <unordered_map>

namespace aisle {

namespace {

constexpr uint64_t kMissing = ~uint64_t(0);

class Matcher {
public:
    Matcher(const SpanTable& table, const Waterfall& before, const Waterfall& after, const StopToken& stop)
        : table_(table), before_(before), after_(after), stop_(stop) {}

    TraceComparison run() {
        matchChildren(kNoNode, kNoNode);
        while (!open_.empty()) {
            const SpanPair pair = open_.back();
            open_.pop_back();
            if ((++steps_ & 0xfff) == 0)
                stop_.check();
            out_.pairs.push_back(pair);
            count(pair);
            if (pair.isMatched())
                matchChildren(pair.before, pair.after);
            else
                addBelow(pair);
        }
        return std::move(out_);
    }

private:
    uint64_t keyOf(const Waterfall& tree, NodeIndex node) const {
        const Row row = tree.nodes[node].row;
        return row == kNoRow ? kMissing : static_cast<uint64_t>(table_.service(row)) << 32 | table_.name(row);
    }

    void count(const SpanPair& pair) {
        const bool isSpan = (pair.before != kNoNode ? before_.nodes[pair.before].row : after_.nodes[pair.after].row) != kNoRow;
        if (isSpan)
            ++(pair.isMatched() ? out_.matched : pair.before != kNoNode ? out_.removed : out_.added);
    }

    template <typename F>
    static void forEachBelow(const Waterfall& tree, NodeIndex parent, F&& f) {
        if (parent == kNoNode)
            tree.forEachRoot(f);
        else
            tree.forEachChild(parent, f);
    }

    /// In the order of the later trace, what was removed behind it.
    void matchChildren(NodeIndex before, NodeIndex after) {
        struct Children {
            std::vector<NodeIndex> nodes;
            size_t next = 0;
        };
        std::unordered_map<uint64_t, Children> byKey;
        std::vector<NodeIndex> all;
        forEachBelow(before_, before, [&](NodeIndex child) {
            byKey[keyOf(before_, child)].nodes.push_back(child);
            all.push_back(child);
        });
        std::vector<SpanPair> pairs;
        std::vector<NodeIndex> taken;
        forEachBelow(after_, after, [&](NodeIndex child) {
            const auto found = byKey.find(keyOf(after_, child));
            const bool isThere = found != byKey.end() && found->second.next < found->second.nodes.size();
            pairs.push_back({isThere ? found->second.nodes[found->second.next++] : kNoNode, child});
            if (isThere)
                taken.push_back(pairs.back().before);
        });
        std::sort(taken.begin(), taken.end());
        for (const NodeIndex child : all)
            if (!std::binary_search(taken.begin(), taken.end(), child))
                pairs.push_back({child, kNoNode});
        open_.insert(open_.end(), pairs.rbegin(), pairs.rend());
    }

    /// Everything below what has no partner; nodes are in pre-order.
    void addBelow(const SpanPair& top) {
        const bool isRemoved = top.before != kNoNode;
        const Waterfall& tree = isRemoved ? before_ : after_;
        const NodeIndex node = isRemoved ? top.before : top.after;
        for (NodeIndex below = node + 1; below < tree.nodes[node].end; ++below) {
            const SpanPair pair = isRemoved ? SpanPair{below, kNoNode} : SpanPair{kNoNode, below};
            out_.pairs.push_back(pair);
            count(pair);
        }
    }

    const SpanTable& table_;
    const Waterfall &before_, &after_;
    const StopToken& stop_;
    TraceComparison out_;
    std::vector<SpanPair> open_;
    uint64_t steps_ = 0;
};

Row rowOf(const Waterfall& tree, NodeIndex node) { return node == kNoNode ? kNoRow : tree.nodes[node].row; }

} // namespace

UsualTrace usualTrace(const SpanTable& table, const BitSet* scope, TraceIndex trace, const StopToken& stop) {
    const Row root = table.summary(trace).root;
    std::vector<TraceIndex> alike;
    for (TraceIndex t = 0; t < table.traceSlots() && root != kNoRow; ++t) {
        if ((t & 0xffff) == 0)
            stop.check();
        const Row other = t == trace || table.summary(t).spans == 0 || (scope != nullptr && (t >= scope->size() || !(*scope)[t])) ? kNoRow : table.summary(t).root;
        if (other != kNoRow && table.name(other) == table.name(root) && table.service(other) == table.service(root))
            alike.push_back(t);
    }
    if (alike.empty())
        return {};
    const auto middle = alike.begin() + static_cast<std::ptrdiff_t>((alike.size() - 1) / 2);
    std::nth_element(alike.begin(), middle, alike.end(), [&](TraceIndex a, TraceIndex b) {
        return std::pair(table.summary(a).duration, table.traceId(a)) < std::pair(table.summary(b).duration, table.traceId(b));
    });
    return {*middle, alike.size()};
}

TraceComparison compareTraces(const SpanTable& table, const Waterfall& before, const Waterfall& after, const StopToken& stop) {
    return Matcher(table, before, after, stop).run();
}

int64_t selfChange(const SpanTable& table, const Waterfall& before, const Waterfall& after, const SpanPair& pair) {
    const Row was = rowOf(before, pair.before), is = rowOf(after, pair.after);
    return (is != kNoRow ? table.selfTime(is) : 0) - (was != kNoRow ? table.selfTime(was) : 0); // both 0 or more
}

Tabular tabulate(const SpanTable& table, const Waterfall& before, const Waterfall& after, const TraceComparison& comparison) {
    Tabular out;
    out.columns = {{"name", "Operation"},
                   {"service", "Service"},
                   {"change", "What"},
                   {"self_time_change_ns", "Self, change", true},
                   {"self_time_before_ns", "before", true},
                   {"self_time_after_ns", "after", true},
                   {"duration_before_ns", "Duration, before", true},
                   {"duration_after_ns", "after", true},
                   {"span_id_before", "Span id, before"},
                   {"span_id_after", "after"}};
    struct Line {
        int64_t change;
        const SpanPair* pair;
    };
    std::vector<Line> lines;
    lines.reserve(comparison.pairs.size());
    for (const SpanPair& pair : comparison.pairs)
        if (rowOf(before, pair.before) != kNoRow || rowOf(after, pair.after) != kNoRow)
            lines.push_back({selfChange(table, before, after, pair), &pair});
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return std::abs(a.change) > std::abs(b.change); });
    const auto signedDuration = [](int64_t ns) {
        Cell cell = Cell::duration(ns);
        if (ns > 0)
            cell.shown.insert(0, "+");
        return cell;
    };
    for (const Line& line : lines) {
        const Row was = rowOf(before, line.pair->before), is = rowOf(after, line.pair->after), any = is != kNoRow ? is : was;
        const auto duration = [&](Row row) { return row == kNoRow || (table.flags(row) & kUnfinished) != 0 ? Cell() : Cell::duration(table.duration(row)); };
        const auto self = [&](Row row) { return row == kNoRow ? Cell() : Cell::duration(table.selfTime(row)); };
        const auto id = [&](Row row) { return row == kNoRow ? Cell() : Cell(toHex(table.id(row))); };
        std::string what = was == kNoRow ? "added" : is == kNoRow ? "removed" : "";
        if (was != kNoRow && is != kNoRow && table.isError(is) != table.isError(was))
            what = table.isError(is) ? "fails now" : "fails no more";
        out.rows.push_back({Cell(std::string(table.nameText(any))), Cell(std::string(table.serviceText(any))), Cell(std::move(what)), signedDuration(line.change), self(was),
                            self(is), duration(was), duration(is), id(was), id(is)});
    }
    out.notes.push_back("Before: " + toHex(before.traceIds.front()) + ", " + formatDuration(before.end - before.start) + ". After: " + toHex(after.traceIds.front()) + ", " +
                        formatDuration(after.end - after.start) + ". " + counted(comparison.matched, "span is in both", "spans are in both") + ", " +
                        formatCount(comparison.added) + " added, " + formatCount(comparison.removed) + " removed.");
    return out;
}

} // namespace aisle
