// Conditions about whole traces and cases, and the fields that only Aisle has.

#include "query/conditions.h"

#include "cases/case_index.h"
#include "journey/funnel.h"
#include "query/edge_text.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>

namespace aisle::traceql {

RowSet Conditions::rowsOf(const BitSet& traces) {
    if (!isWhole_)
        return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) { return traces[segment.trace[i]]; });
    const auto last = source_.cache ? source_.cache->rowsOfTraces() : nullptr;
    const size_t changed = last ? last->traces.differences(traces) : traces.size(), count = traces.count();
    RowSet out;
    // Of so many traces one, or fewer: then their rows are visited and not all. Of 5 M spans 2 % in 1 ms, all in 8 ms.
    constexpr size_t kFew = 4;
    if (std::min(changed, count) * kFew < traces.size()) {
        const bool isFromLast = changed < count;
        const BitSet before = isFromLast ? last->traces : BitSet(traces.size());
        out = isFromLast ? last->rows : RowSet(table_);
        uint64_t n = 0;
        traces.forEachDifference(before, [&](size_t trace, bool isIn) {
            if ((++n & 0xfff) == 0)
                stop_.check();
            for (const Row row : table_.rowsOf(static_cast<TraceIndex>(trace))) {
                if (!isIn)
                    out.reset(row);
                else if (all_[row])
                    out.set(row);
            }
        });
    } else {
        out = rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) { return traces[segment.trace[i]]; });
    }
    if (source_.cache)
        source_.cache->keep(ConditionCache::RowsOfTraces{traces, out});
    return out;
}

std::optional<BitSet> Conditions::wholeTraces(NodeIndex condition) {
    if (!facts_ || !isWhole_)
        return std::nullopt;
    const Node& node = query_.nodes[condition];
    std::optional<BitSet> out = facts_->traces;
    if (node.type == Node::Type::Binary && node.op == Op::And) {
        for (const NodeIndex child : node.children) {
            const auto one = ofTraces(child);
            if (!one)
                return std::nullopt;
            *out &= *one;
        }
        return out;
    }
    const auto one = ofTraces(condition);
    if (!one)
        return std::nullopt;
    *out &= *one;
    return out;
}

BitSet Conditions::traces(const Field& field, Op op, const Literal& literal) {
    const bool isDuration = field.name == "trace:duration";
    BitSet found(table_.traceSlots());
    std::optional<ValueTest> test;
    if (literal.type != Literal::Type::Nil)
        test.emplace(op, literal);
    if (isDuration && test && facts_) {
        const auto range = test->range();
        const bool negative = test->isNegative();
        found.setWhere([duration = facts_->traceDurations.data(), low = range.first, high = range.second, negative](size_t t) { return ((duration[t] >= low) & (duration[t] <= high)) != negative; });
        found &= facts_->traces;
        return found;
    }
    for (TraceIndex t = 0; t < table_.traceSlots(); ++t) {
        const TraceSummary& summary = table_.summary(t);
        if (summary.spans == 0)
            continue;
        bool is = false;
        if (isDuration)
            is = test ? test->integer(summary.duration) != test->isNegative() : op == Op::NotEqual;
        else if (summary.root == kNoRow || !test)
            is = !test && (summary.root == kNoRow) == (op == Op::Equal);
        else
            is = test->text(field.name == "trace:rootName" ? table_.nameText(summary.root) : table_.serviceText(summary.root)) != test->isNegative();
        if (is)
            found.set(t);
    }
    return found;
}

namespace {
/// "from/to" in RFC 3339.
bool timeRange(std::string_view text, int64_t& from, int64_t& to) {
    const size_t slash = text.find('/');
    return slash != std::string_view::npos && parseRfc3339(text.substr(0, slash), from) && parseRfc3339(text.substr(slash + 1), to);
}
} // namespace

BitSet Conditions::tracesStarting(int64_t from, int64_t to) const {
    BitSet found(table_.traceSlots());
    if (facts_) {
        found.setWhere([start = facts_->traceStarts.data(), from, to](size_t t) { return (start[t] >= from) & (start[t] < to); });
        return found;
    }
    found.setWhere([&](size_t t) {
        const TraceSummary& summary = table_.summary(static_cast<TraceIndex>(t));
        return summary.hasStart && summary.start >= from && summary.start < to;
    });
    return found;
}

std::optional<BitSet> Conditions::ofTraces(NodeIndex condition) {
    const Node& node = query_.nodes[condition];
    if (node.type != Node::Type::Binary || !isComparison(node.op))
        return std::nullopt;
    const Node &left = query_.nodes[node.children[0]], &right = query_.nodes[node.children[1]];
    if (left.type != Node::Type::Field || right.type != Node::Type::Literal || left.field.scope != Scope::Intrinsic || left.field.ofParent)
        return std::nullopt;
    int64_t from = 0, to = 0;
    if (left.field.name == "trace:duration")
        return traces(left.field, node.op, right.literal);
    if (left.field.name == "aisle:traceTime" && node.op == Op::Equal && timeRange(right.literal.text, from, to))
        return tracesStarting(from, to);
    return std::nullopt;
}

/// Rows that start in [from, to). Segments that lie in or outside of it as a whole are not looked into: files are in the order
/// of time, more or less.
RowSet Conditions::startingIn(int64_t from, int64_t to) {
    const auto isIn = [&](const Segment& segment, size_t i) { return (segment.start[i] >= from) & (segment.start[i] < to); };
    if (!facts_)
        return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) { return isIn(segment, i); });
    RowSet out(table_);
    for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
        const auto& starts = facts_->starts[number];
        if (starts.last < from || starts.first >= to)
            continue;
        if (starts.first >= from && starts.last < to) {
            out.segment(number) = all_.segment(number);
            continue;
        }
        stop_.check();
        const Segment& segment = table_.segmentAt(number);
        out.segment(number).setWhere(all_.segment(number), [&](size_t i) { return isIn(segment, i); });
    }
    return out;
}

RowSet Conditions::extension(const Field& field, Op op, const Literal& literal) {
    const std::string& name = field.name;
    const auto unless = [&](RowSet rows) { // != is everything else
        if (op != Op::NotEqual)
            return rows;
        RowSet out = all_;
        out -= rows;
        return out;
    };
    if (name == "aisle:time" || name == "aisle:traceTime") {
        int64_t from = 0, to = 0;
        if (!timeRange(literal.text, from, to))
            return RowSet(table_);
        if (name == "aisle:time")
            return unless(startingIn(from, to));
        return unless(rowsOf(tracesStarting(from, to)));
    }
    if (name == "aisle:file") {
        const ValueTest test(op, literal);
        RowSet out(table_);
        bool any = false;
        for (const FileInfo& file : table_.files()) {
            // By the path as it was given, or by its last part.
            const std::string_view last = std::string_view(file.name).substr(file.name.rfind('/') + 1);
            if ((test.text(file.name) || test.text(last)) == test.isNegative())
                continue;
            any = true;
            const auto to = static_cast<uint32_t>((uint64_t(file.firstRow) + file.rows + 0xffff) >> 16);
            for (uint32_t number = file.firstRow >> 16; number < to && number < table_.segmentCount(); ++number)
                out.segment(number) |= all_.segment(number); // a file begins with a segment
        }
        if (!any && op == Op::Equal)
            problems_.push_back("No file of this workspace is called " + literal.text + ".");
        return out;
    }
    if (name == "aisle:edge") {
        RowSet out(table_);
        std::string from, to;
        if (!parseEdge(literal.text, from, to))
            return out; // check() lets none through
        bool any = false;
        if (source_.edgeRows != nullptr && source_.graph != nullptr)
            if (const auto rows = source_.edgeRows(source_.graph, from, to))
                for (const Row row : *rows) {
                    any = true;
                    if (all_[row])
                        out.set(row);
                }
        if (!any)
            problems_.push_back("No call from " + from + " to " + to + " is in this workspace.");
        return unless(std::move(out));
    }
    if (name == "aisle:text") {
        std::vector<uint8_t> names(table_.stringCount(), 2), services;
        for (const std::string& service : table_.services())
            services.push_back(containsFolded(service, literal.text));
        RowSet out = rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) {
            uint8_t& is = names[segment.name[i]];
            if (is == 2)
                is = containsFolded(table_.text(segment.name[i]), literal.text);
            return is == 1 || services[table_.contextInfo(segment.context[i]).service] == 1;
        });
        RowSet values = finder_.containing(literal.text);
        values &= all_;
        out |= values;
        return unless(std::move(out));
    }
    return unless(cases(field, literal));
}

RowSet Conditions::cases(const Field& field, const Literal& literal) {
    BitSet found(table_.traceSlots());
    const bool isCase = field.name == "aisle:case";
    if (source_.cases == nullptr || (!isCase && source_.funnel == nullptr)) {
        problems_.emplace_back("The journey is not worked out yet.");
        return RowSet(table_);
    }
    const auto add = [&](const CaseIndex& cases, CaseNumber number) {
        for (const TraceIndex t : cases.cases()[number].traces)
            if (t < table_.traceSlots())
                found.set(t);
    };
    // What the journey does not have may be of the other one (the flow of orders): one scope is for both.
    for (const auto& [cases, funnel] : {std::pair(source_.cases, source_.funnel), std::pair(source_.otherCases, source_.otherFunnel)}) {
        if (cases == nullptr)
            continue;
        if (isCase) {
            const CaseNumber number = cases->find(literal.text);
            if (number == kNoCase)
                continue;
            add(*cases, number);
            return rowsOf(found);
        }
        if (funnel == nullptr)
            continue;
        const auto& stages = funnel->stages;
        const auto at = std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& s) { return s.name == literal.text; });
        if (at == stages.end())
            continue;
        const auto stage = static_cast<uint32_t>(at - stages.begin());
        for (CaseNumber number = 0; number < funnel->progress.size(); ++number) {
            const CaseProgress& p = funnel->progress[number];
            if (field.name == "aisle:stage" ? p.reached(stage) : p.stoppedAt(stage))
                add(*cases, number);
        }
        return rowsOf(found);
    }
    problems_.push_back(isCase ? "No case here is " + literal.text + "." : "The journey has no stage " + literal.text + ".");
    return RowSet(table_);
}

} // namespace aisle::traceql
