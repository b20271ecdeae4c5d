#pragma once
// The condition of a spanset, over all rows at once: columns are compared segment by segment, attributes through their
// postings, and what neither can say (calculations, two fields) row by row.

#include "query/attribute_rows.h"

#include <optional>
#include <string>
#include <vector>

namespace aisle::traceql {

class Conditions {
public:
    /// All outlive it.
    Conditions(const Query& query, const Source& source, const StopToken& stop, std::vector<std::string>& problems);

    /// Visible rows for which the condition holds. Throws StoreError and Stopped.
    RowSet where(NodeIndex condition);
    /// The traces that a condition is about when it is about whole traces only: where() is all their visible rows. Nothing of
    /// other conditions, and without a cache.
    std::optional<BitSet> wholeTraces(NodeIndex condition);
    RowSet rowsOf(const BitSet& traces);
    /// All visible rows (within Source::within).
    const RowSet& all() const { return all_; }
    bool isPartial() const { return isPartial_ || finder_.isPartial(); }

private:
    RowSet worked(NodeIndex condition);
    bool isKept(const Node& node) const;
    RowSet compared(const Node& node);
    RowSet leaf(const Field& field, Op op, const Literal& literal);
    RowSet byRow(NodeIndex condition);
    std::optional<RowSet> column(const Field& field, Op op, const Literal& literal);
    RowSet attribute(const Field& field, Op op, const Literal& literal);
    RowSet ids(const Field& field, Op op, const Literal& literal);
    BitSet traces(const Field& field, Op op, const Literal& literal);
    BitSet tracesStarting(int64_t from, int64_t to) const;
    /// Of a condition that is about whole traces and moves with a brush; nothing of others.
    std::optional<BitSet> ofTraces(NodeIndex condition);
    RowSet startingIn(int64_t from, int64_t to);
    RowSet extension(const Field& field, Op op, const Literal& literal);
    RowSet cases(const Field& field, const Literal& literal);
    RowSet statusMessages(const ValueTest* test, bool present);
    RowSet present(RowSet rows) const;
    template <typename F>
    RowSet rowsWhere(F&& f) const;
    template <typename F>
    RowSet textRows(const ValueTest& test, F&& stringOf);
    RowSet numbers(const ValueTest& test, const std::vector<int64_t> Segment::*column, uint8_t without);

    const Query& query_;
    const Source& source_;
    const SpanTable& table_;
    const StopToken& stop_;
    std::vector<std::string>& problems_;
    RowSet all_;
    std::shared_ptr<const ConditionCache::Facts> facts_; ///< null: without a cache
    bool isWhole_ = true;                                ///< all_ is every visible row
    bool isNamed_ = true;                                ///< all_ are rows that the cache has a name for: name_
    std::string name_;                                   ///< empty: of all rows
    AttributeFinder finder_;
    bool isPartial_ = false;
};

/// Of the rows still asked about those for which f(segment, derived, offset) holds.
template <typename F>
RowSet Conditions::rowsWhere(F&& f) const {
    RowSet out(table_);
    for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
        if (!all_.segment(number).any())
            continue;
        stop_.check();
        const Segment& segment = table_.segmentAt(number);
        const DerivedSegment& derived = table_.derivedAt(number);
        out.segment(number).setWhere(all_.segment(number), [&](size_t i) { return f(segment, derived, i); });
    }
    return out;
}

inline bool isComparison(Op op) { return op >= Op::Equal && op <= Op::GreaterOrEqual; }

/// A literal that a calculation of literals comes to.
std::optional<Literal> constant(const Query& query, NodeIndex node);

} // namespace aisle::traceql
