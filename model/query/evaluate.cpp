#include "query/evaluate.h"

#include "cases/case_index.h"
#include "query/conditions.h"
#include "query/relations.h"
#include "query/row_values.h"
#include "store/string_pool.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle::traceql {

namespace {

constexpr size_t kLongestLabel = 1024; ///< bytes; groups are told apart by the whole value
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// What a condition about several spansets is about: a trace, or a group of its spans.
class Units {
public:
    explicit Units(const SpanTable& table) : table_(table) {}
    bool isGrouped() const { return !groupOf_.empty(); }
    uint32_t of(Row row) const { return groupOf_.empty() ? table_.trace(row) : groupOf_[row >> 16][row & 0xffff]; }
    uint32_t count() const { return groupOf_.empty() ? table_.traceSlots() : static_cast<uint32_t>(traces_.size()); }
    TraceIndex trace(uint32_t unit) const { return groupOf_.empty() ? unit : traces_[unit]; }

    const std::vector<std::string>& labels(uint32_t unit) const { return labels_[unit]; }

    /// Divides units by the values of fields.
    void divide(const RowSet& rows, const std::vector<FieldValues>& fields, const StopToken& stop) {
        StringPool keys, texts;
        std::vector<std::vector<uint32_t>> groupOf(table_.segmentCount());
        for (uint32_t s = 0; s < table_.segmentCount(); ++s)
            groupOf[s].resize(table_.hasSegment(s) ? table_.segmentAt(s).rows() : 0);
        std::vector<TraceIndex> traces;
        std::vector<std::vector<std::string>> labels;
        std::vector<uint32_t> key(fields.size() + 1);
        uint64_t n = 0;
        rows.forEach([&](Row row) {
            if ((++n & 0xffff) == 0)
                stop.check();
            key[0] = of(row);
            for (size_t i = 0; i < fields.size(); ++i)
                key[i + 1] = texts.insert(fields[i](row).key()).id;
            const auto found = keys.insert({reinterpret_cast<const char*>(key.data()), key.size() * sizeof(uint32_t)});
            if (found.isNew) {
                traces.push_back(table_.trace(row));
                auto& names = labels.emplace_back(isGrouped() ? labels_[key[0]] : std::vector<std::string>());
                for (size_t i = 1; i < key.size(); ++i)
                    names.emplace_back(texts[key[i]].substr(1, kLongestLabel));
            }
            groupOf[row >> 16][row & 0xffff] = found.id;
        });
        groupOf_ = std::move(groupOf);
        traces_ = std::move(traces);
        labels_ = std::move(labels);
    }
    void join() {
        groupOf_.clear();
        traces_.clear();
        labels_.clear();
    }

private:
    const SpanTable& table_;
    std::vector<std::vector<uint32_t>> groupOf_; ///< by segment and offset; empty: traces
    std::vector<TraceIndex> traces_;
    std::vector<std::vector<std::string>> labels_;
};

class Evaluator {
public:
    Evaluator(const Query& query, const Source& source, const StopToken& stop, int64_t step)
        : query_(query), source_(source), table_(*source.table), stop_(stop), step_(step), conditions_(query, source, stop, result_.problems) {}

    Result run() {
        Units units(table_);
        const Node& root = query_.nodes[query_.root];
        if (root.type == Node::Type::Spanset && !root.children.empty())
            if (auto traces = conditions_.wholeTraces(root.children[0])) { // not found again by their spans, which takes longer
                result_.spans = conditions_.rowsOf(*traces);
                result_.spanCount = result_.spans.count();
                result_.traceCount = traces->count();
                result_.traces = std::move(*traces);
                return std::move(result_);
            }
        result_.spans = root.type == Node::Type::Pipeline ? pipeline(root, conditions_.all(), units, true) : spansets(query_.root, conditions_.all(), units);
        result_.traces = BitSet(table_.traceSlots());
        result_.spans.forEach([&](Row row) {
            result_.traces.set(table_.trace(row));
            ++result_.spanCount;
        });
        result_.traceCount = result_.traces.count();
        result_.isPartial = conditions_.isPartial();
        if (units.isGrouped() || !result_.valueNames.empty())
            groups(units);
        std::sort(result_.problems.begin(), result_.problems.end());
        result_.problems.erase(std::unique(result_.problems.begin(), result_.problems.end()), result_.problems.end());
        return std::move(result_);
    }

private:
    const Node& node(NodeIndex index) const { return query_.nodes[index]; }

    /// Of the spans that came so far, those that a spanset expression takes.
    RowSet spansets(NodeIndex index, const RowSet& input, const Units& units) {
        const Node& it = node(index);
        switch (it.type) {
        case Node::Type::Spanset: {
            if (it.children.empty())
                return input;
            RowSet out = conditions_.where(it.children[0]);
            out &= input;
            return out;
        }
        case Node::Type::Pipeline: {
            Units own = units;
            return pipeline(it, input, own, false);
        }
        case Node::Type::Within: return within(it, input, units);
        case Node::Type::Combined: break;
        default: return RowSet(table_);
        }
        if (it.op != Op::And && it.op != Op::Or) {
            const RowSet left = spansets(it.children[0], input, units), right = spansets(it.children[1], input, units);
            return related(table_, left, right, it.op, it.form, stop_);
        }
        std::vector<RowSet> parts;
        for (const NodeIndex child : it.children)
            parts.push_back(spansets(child, input, units));
        RowSet out = parts[0];
        for (size_t i = 1; i < parts.size(); ++i)
            out |= parts[i];
        if (it.op == Op::And) {
            BitSet inAll(units.count(), true);
            for (const RowSet& part : parts) {
                BitSet in(units.count());
                part.forEach([&](Row row) { in.set(units.of(row)); });
                inAll &= in;
            }
            keepWhere(out, [&](Row row) { return inAll[units.of(row)]; });
        }
        return out;
    }

    template <typename F>
    void keepWhere(RowSet& rows, F&& f) {
        RowSet out(table_);
        uint64_t n = 0;
        rows.forEach([&](Row row) {
            if ((++n & 0xffff) == 0)
                stop_.check();
            if (f(row))
                out.set(row);
        });
        rows = std::move(out);
    }

    // --- conditions about all spans of a trace or case
    struct Whole {
        const CaseIndex* cases; ///< null: traces
        size_t count;
        uint32_t of(TraceIndex trace) const { return cases == nullptr ? trace : cases->caseOf(trace); }
    };

    RowSet within(const Node& it, const RowSet& input, const Units& units) {
        RowSet out(table_);
        Whole whole{nullptr, table_.traceSlots()};
        if (it.function == "case") {
            if (source_.cases == nullptr || source_.cases->cases().empty()) {
                result_.problems.emplace_back("Nothing here ties traces together to cases, or the journey is not worked out yet.");
                return out;
            }
            whole = {source_.cases, source_.cases->cases().size()};
        }
        const BitSet which = holding(it.children[0], whole, input, units, out);
        const auto numberOf = [&](Row row) { return whole.of(table_.trace(row)); };
        BitSet named(whole.count);
        keepWhere(out, [&](Row row) {
            const uint32_t number = numberOf(row);
            const bool is = number < whole.count && which[number];
            if (is)
                named.set(number);
            return is;
        });
        // Where it holds because something is not there, all of it is meant.
        RowSet rest = input;
        keepWhere(rest, [&](Row row) {
            const uint32_t number = numberOf(row);
            return number < whole.count && which[number] && !named[number];
        });
        out |= rest;
        return out;
    }

    /// Traces or cases for which it holds; `rows` gets the spans that say so.
    BitSet holding(NodeIndex index, const Whole& whole, const RowSet& input, const Units& units, RowSet& rows) {
        const Node& it = node(index);
        if (it.type == Node::Type::Unary) {
            RowSet unused(table_);
            BitSet out(whole.count, true);
            out -= holding(it.children[0], whole, input, units, unused);
            return out;
        }
        if (it.type == Node::Type::Combined && (it.op == Op::And || it.op == Op::Or)) {
            BitSet out = holding(it.children[0], whole, input, units, rows);
            for (size_t i = 1; i < it.children.size(); ++i) {
                const BitSet next = holding(it.children[i], whole, input, units, rows);
                if (it.op == Op::And)
                    out &= next;
                else
                    out |= next;
            }
            return out;
        }
        const RowSet found = spansets(index, input, units);
        rows |= found;
        BitSet out(whole.count);
        found.forEach([&](Row row) {
            if (const uint32_t number = whole.of(table_.trace(row)); number < whole.count)
                out.set(number);
        });
        return out;
    }

    // --- stages
    RowSet pipeline(const Node& it, const RowSet& input, Units& units, bool isWhole) {
        RowSet rows = spansets(it.children[0], input, units);
        for (size_t i = 1; i < it.children.size(); ++i) {
            stop_.check();
            const Node& stage = node(it.children[i]);
            switch (stage.type) {
            case Node::Type::By: {
                std::vector<FieldValues> fields;
                for (const NodeIndex child : stage.children) {
                    fields.emplace_back(source_, node(child).field, rows, stop_);
                    if (isWhole)
                        result_.labelNames.push_back(query_.toText(child));
                }
                units.divide(rows, fields, stop_);
                if (isWhole) { // what was worked out is of units that are no more
                    result_.valueNames.clear();
                    result_.isDuration.clear();
                    values_.clear();
                }
                break;
            }
            case Node::Type::Coalesce:
                units.join();
                if (isWhole) {
                    result_.labelNames.clear();
                    result_.valueNames.clear();
                    result_.isDuration.clear();
                    values_.clear();
                }
                break;
            case Node::Type::Select:
                for (const NodeIndex child : stage.children)
                    if (isWhole && std::find(result_.selected.begin(), result_.selected.end(), node(child).field) == result_.selected.end())
                        result_.selected.push_back(node(child).field);
                break;
            case Node::Type::Metric:
                if (stage.function == "topk" || stage.function == "bottomk")
                    choose(query_, stage, *result_.metrics);
                else if (stage.function == "compare")
                    result_.metrics = compared(query_, stage, source_, rows, spansets(stage.children[0], rows, units), step_, stop_);
                else
                    result_.metrics = measured(query_, stage, source_, rows, step_, stop_);
                break;
            case Node::Type::Binary: {
                const std::vector<Scalar> is = scalar(it.children[i], rows, units, isWhole);
                keepWhere(rows, [&](Row row) { return is[units.of(row)].number == 1; });
                break;
            }
            default: rows = spansets(it.children[i], rows, units);
            }
        }
        return rows;
    }

    struct Scalar {
        double number = kNaN;
        bool isDuration = false;
    };

    /// One value for each unit: NaN where there is none, 1 and 0 of a comparison.
    std::vector<Scalar> scalar(NodeIndex index, const RowSet& rows, const Units& units, bool isWhole) {
        const Node& it = node(index);
        std::vector<Scalar> out; // not before its operands are there: they may be nested deeply
        switch (it.type) {
        case Node::Type::Literal: {
            const Value value = literalValue(it.literal);
            out.assign(units.count(), Scalar{value.isNumber ? value.number : kNaN, value.type == Value::Type::Duration});
            return out;
        }
        case Node::Type::Unary: {
            out = scalar(it.children[0], rows, units, isWhole);
            for (Scalar& value : out)
                value.number = -value.number;
            return out;
        }
        case Node::Type::Binary: {
            out = scalar(it.children[0], rows, units, isWhole);
            const std::vector<Scalar> right = scalar(it.children[1], rows, units, isWhole);
            const auto value = [](const Scalar& s) { return Value{s.isDuration ? Value::Type::Duration : Value::Type::Number, !std::isnan(s.number), s.number, {}}; };
            const bool isComparison = it.op >= Op::Equal && it.op <= Op::GreaterOrEqual;
            for (size_t i = 0; i < out.size(); ++i) {
                const bool isThere = !std::isnan(out[i].number) && !std::isnan(right[i].number);
                const Value made = calculated(it.op, value(out[i]), value(right[i]));
                out[i] = {isComparison ? (isThere && made.number != 0 ? 1.0 : 0.0) : isThere && made.isNumber ? made.number : kNaN, made.type == Value::Type::Duration};
            }
            return out;
        }
        case Node::Type::Aggregate: break;
        default: return std::vector<Scalar>(units.count());
        }
        out.resize(units.count());
        const bool isCount = it.function == "count";
        std::vector<uint64_t> count(units.count());
        std::optional<RowExpression> of;
        if (!isCount)
            of.emplace(query_, it.children[0], source_, rows, stop_);
        uint64_t n = 0;
        bool isDuration = false;
        rows.forEach([&](Row row) {
            if ((++n & 0xffff) == 0)
                stop_.check();
            const uint32_t unit = units.of(row);
            if (isCount) {
                ++count[unit];
                return;
            }
            const Value value = (*of)(row);
            if (!value.isNumber)
                return;
            isDuration |= value.type == Value::Type::Duration;
            double& at = out[unit].number;
            const bool isFirst = count[unit]++ == 0;
            if (it.function == "min")
                at = isFirst ? value.number : std::min(at, value.number);
            else if (it.function == "max")
                at = isFirst ? value.number : std::max(at, value.number);
            else
                at = isFirst ? value.number : at + value.number;
        });
        for (size_t i = 0; i < out.size(); ++i) {
            if (isCount)
                out[i].number = static_cast<double>(count[i]);
            else if (it.function == "avg" && count[i] > 0)
                out[i].number /= static_cast<double>(count[i]);
            out[i].isDuration = isDuration;
        }
        if (isWhole) {
            const std::string name = query_.toText(index);
            auto at = static_cast<size_t>(std::find(result_.valueNames.begin(), result_.valueNames.end(), name) - result_.valueNames.begin());
            if (at == result_.valueNames.size()) {
                result_.valueNames.push_back(name);
                result_.isDuration.push_back(false);
                values_.emplace_back();
            }
            result_.isDuration[at] = isDuration;
            std::vector<double>& values = values_[at]; // of a later stage it is about the spans that are left
            values.clear();
            for (const Scalar& value : out)
                values.push_back(value.number);
        }
        return out;
    }

    void groups(const Units& units) {
        std::vector<uint64_t> spans(units.count());
        result_.spans.forEach([&](Row row) { ++spans[units.of(row)]; });
        for (uint32_t unit = 0; unit < units.count(); ++unit) {
            if (spans[unit] == 0)
                continue;
            Group group{units.trace(unit), units.isGrouped() ? units.labels(unit) : std::vector<std::string>(), {}, spans[unit]};
            for (const std::vector<double>& values : values_)
                group.values.push_back(unit < values.size() ? values[unit] : kNaN);
            result_.groups.push_back(std::move(group));
        }
        std::stable_sort(result_.groups.begin(), result_.groups.end(), [](const Group& a, const Group& b) { return a.trace < b.trace; });
    }

    const Query& query_;
    const Source& source_;
    const SpanTable& table_;
    const StopToken& stop_;
    const int64_t step_;
    Result result_;
    Conditions conditions_;
    std::vector<std::vector<double>> values_; ///< of valueNames, by unit
};

} // namespace

Result evaluate(const Query& query, const Source& source, const StopToken& stop, int64_t step) { return Evaluator(query, source, stop, step).run(); }

} // namespace aisle::traceql
