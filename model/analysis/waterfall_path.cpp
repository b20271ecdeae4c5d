#include "analysis/waterfall_path.h"

#include "analysis/saturating.h"

#include <algorithm>
#include <tuple>

namespace aisle {

namespace {

struct Candidate {
    NodeIndex node;
    int64_t from, to; ///< clipped to the parent's stretch
    SpanId id;
};

/// A span on the path whose children are being looked at.
struct Frame {
    NodeIndex node;
    int64_t from;   ///< start of its stretch
    int64_t cursor; ///< everything from here to the end of its stretch is explained
    size_t next;    ///< in the shared list of candidates
    size_t first;
};

class PathWalker {
public:
    PathWalker(const SpanTable& table, const Waterfall& tree, const StopToken& stop)
        : table_(table), tree_(tree), stop_(stop) {}

    void walk(NodeIndex root) {
        const Row row = tree_.nodes[root].row;
        if (table_.duration(row) <= 0 || (table_.flags(row) & kNoStart) != 0)
            return;
        const size_t begin = out_.sections.size();
        enter(root, table_.start(row), table_.end(row));
        while (!frames_.empty())
            step();
        std::reverse(out_.sections.begin() + static_cast<ptrdiff_t>(begin), out_.sections.end());
    }

    CriticalPath take() {
        std::sort(out_.stretches.begin(), out_.stretches.end(),
                  [](const PathSection& a, const PathSection& b) { return a.node < b.node; });
        return std::move(out_);
    }

private:
    void enter(NodeIndex node, int64_t from, int64_t to) {
        if ((++steps_ & 0xfff) == 0)
            stop_.check();
        out_.stretches.push_back({node, from, to});
        const size_t first = candidates_.size();
        const bool producer = table_.kind(tree_.nodes[node].row) == Kind::Producer;
        tree_.forEachChild(node, [&](NodeIndex child) {
            const Row row = tree_.nodes[child].row;
            if ((producer && table_.kind(row) == Kind::Consumer) || (table_.flags(row) & (kFollowsFrom | kNoStart)) != 0)
                return;
            const int64_t start = std::max(table_.start(row), from), end = std::min(table_.end(row), to);
            if (end > start)
                candidates_.push_back({child, start, end, table_.id(row)});
        });
        std::sort(candidates_.begin() + static_cast<ptrdiff_t>(first), candidates_.end(),
                  [](const Candidate& a, const Candidate& b) {
                      return std::tie(b.to, b.from, a.id, a.node) < std::tie(a.to, a.from, b.id, b.node);
                  });
        frames_.push_back({node, from, to, first, first});
    }

    /// Candidates that end behind the cursor never come into question again: it only moves backwards.
    void step() {
        Frame& frame = frames_.back();
        while (frame.next < candidates_.size() && candidates_[frame.next].to > frame.cursor)
            ++frame.next;
        const bool done = frame.next == candidates_.size();
        const int64_t end = done ? frame.from : candidates_[frame.next].to;
        if (end < frame.cursor)
            out_.sections.push_back({frame.node, end, frame.cursor});
        if (done) {
            candidates_.resize(frame.first);
            frames_.pop_back();
            return;
        }
        const Candidate child = candidates_[frame.next++];
        frame.cursor = child.from;
        enter(child.node, child.from, child.to); // invalidates `frame`
    }

    const SpanTable& table_;
    const Waterfall& tree_;
    const StopToken& stop_;
    CriticalPath out_;
    std::vector<Frame> frames_;
    std::vector<Candidate> candidates_; ///< of all frames, one behind the other
    uint64_t steps_ = 0;
};

} // namespace

CriticalPath criticalPath(const SpanTable& table, const Waterfall& tree, const StopToken& stop) {
    PathWalker walker(table, tree, stop);
    tree.forEachRoot([&](NodeIndex root) {
        if (tree.nodes[root].row != kNoRow)
            walker.walk(root);
        else
            tree.forEachChild(root, [&](NodeIndex orphan) { walker.walk(orphan); });
    });
    return walker.take();
}

int64_t CriticalPath::length() const {
    int64_t length = 0;
    for (const PathSection& section : sections)
        addSaturated(length, section.to - section.from);
    return length;
}

const PathSection* CriticalPath::stretchOf(NodeIndex node) const {
    const auto found =
        std::lower_bound(stretches.begin(), stretches.end(), node,
                         [](const PathSection& s, NodeIndex wanted) { return s.node < wanted; });
    return found != stretches.end() && found->node == node ? &*found : nullptr;
}

Tabular tabulate(const SpanTable& table, const Waterfall& tree, const CriticalPath& path) {
    Tabular out;
    out.columns = {{"start_offset_ns", "From", true}, {"duration_ns", "Takes", true},  {"share", "Share", true}, {"name", "Operation"},
                   {"service", "Service"},            {"self_time_ns", "Self", true}, {"span_id", "Span id"}};
    std::vector<PathSection> sections = path.sections;
    std::stable_sort(sections.begin(), sections.end(), [](const PathSection& a, const PathSection& b) { return a.from < b.from; });
    const int64_t whole = path.length();
    out.rows.reserve(sections.size());
    for (const PathSection& section : sections) {
        const Row row = tree.nodes[section.node].row;
        out.rows.push_back({Cell::duration(section.from - tree.start), Cell::duration(section.to - section.from),
                            Cell::percent(static_cast<double>(section.to - section.from) / static_cast<double>(whole)),
                            Cell(std::string(table.nameText(row))), Cell(std::string(table.serviceText(row))),
                            Cell::duration(table.selfTime(row)), Cell(toHex(table.id(row)))});
    }
    out.notes.push_back("Timing-based: at each moment the span that the end of the trace waited for, as far as times tell.");
    return out;
}

} // namespace aisle
