#include "query/tabulate.h"

#include "query/row_values.h"
#include "text/format.h"

#include <algorithm>
#include <cmath>

namespace aisle::traceql {

namespace {

constexpr size_t kLongestCell = 65'536;

Cell amount(double value, bool isDuration) {
    if (std::isnan(value))
        return {};
    if (isDuration)
        return Cell::duration(std::llround(std::clamp(value, -9e18, 9e18)));
    Value number{Value::Type::Number, true, value, {}};
    return Cell::real(value, number.toText());
}

Cell cellOf(const Value& value) {
    switch (value.type) {
    case Value::Type::Nil: return {};
    case Value::Type::Number:
    case Value::Type::Duration: return amount(value.number, value.type == Value::Type::Duration);
    default: return Cell(value.toText().substr(0, kLongestCell));
    }
}

class Tabulation {
public:
    Tabulation(const Context& context, const Result& result, uint64_t limit, bool utc, const StopToken& stop)
        : context_(context), table_(*context.table), result_(result), limit_(limit), utc_(utc), stop_(stop) {}

    Tabular series() {
        const Metrics& metrics = *result_.metrics;
        out_.columns.push_back({"time", "Time"});
        for (const std::string& label : metrics.labelNames)
            out_.columns.push_back({label, label});
        out_.columns.push_back({metrics.isDuration ? metrics.function + "_ns" : metrics.function, metrics.function, true});
        uint64_t rows = 0;
        for (const Series& series : metrics.series)
            for (size_t i = 0; i < series.values.size(); ++i) {
                if (std::isnan(series.values[i]))
                    continue;
                if (isCut(++rows))
                    continue;
                std::vector<Cell> row{Cell::time(metrics.start + static_cast<int64_t>(i) * metrics.step, utc_)};
                row.insert(row.end(), series.labels.begin(), series.labels.end());
                row.push_back(amount(series.values[i], metrics.isDuration));
                out_.rows.push_back(std::move(row));
            }
        note(rows, "values");
        if (metrics.step > 0)
            out_.notes.push_back("One value for each " + formatDuration(metrics.step) + ".");
        if (metrics.moreSeries > 0)
            out_.notes.push_back(counted(metrics.moreSeries, "series is", "series are") + " left out, those with the smallest sums; topk() and bottomk() choose.");
        return std::move(out_);
    }

    Tabular groups() {
        out_.columns.push_back({"trace_id", "Trace"});
        for (const std::string& label : result_.labelNames)
            out_.columns.push_back({label, label});
        out_.columns.push_back({"spans", "Spans", true});
        for (size_t i = 0; i < result_.valueNames.size(); ++i)
            out_.columns.push_back({result_.valueNames[i] + (result_.isDuration[i] ? "_ns" : ""), result_.valueNames[i], true});
        for (const Group& group : result_.groups) {
            if (isCut(out_.rows.size() + 1))
                break;
            std::vector<Cell> row{toHex(table_.traceId(group.trace))};
            row.insert(row.end(), group.labels.begin(), group.labels.end());
            row.push_back(Cell::count(group.spans));
            for (size_t i = 0; i < group.values.size(); ++i)
                row.push_back(amount(group.values[i], result_.isDuration[i]));
            out_.rows.push_back(std::move(row));
        }
        note(result_.groups.size(), "groups");
        return std::move(out_);
    }

    Tabular traces() {
        out_.columns = {{"trace_id", "Trace"}, {"start", "Start"}, {"service", "Service"}, {"operation", "Operation"}, {"duration_ns", "Duration", true}, {"matching", "Matching", true}, {"spans", "Spans", true}, {"errors", "Errors", true}};
        std::vector<uint64_t> matching(table_.traceSlots());
        result_.spans.forEach([&](Row row) { ++matching[table_.trace(row)]; });
        std::vector<TraceIndex> order;
        result_.traces.forEach([&](size_t t) { order.push_back(static_cast<TraceIndex>(t)); });
        std::stable_sort(order.begin(), order.end(), [&](TraceIndex a, TraceIndex b) { return table_.summary(a).start < table_.summary(b).start; });
        for (const TraceIndex t : order) {
            if (isCut(out_.rows.size() + 1))
                break;
            const TraceSummary& s = table_.summary(t);
            out_.rows.push_back({toHex(table_.traceId(t)), s.hasStart ? Cell::time(s.start, utc_) : Cell(), std::string(s.root == kNoRow ? "" : table_.serviceText(s.root)),
                                 std::string(s.root == kNoRow ? "" : table_.nameText(s.root)), Cell::duration(s.duration), Cell::count(matching[t]), Cell::count(s.spans), Cell::count(s.errors)});
        }
        note(order.size(), "traces");
        return std::move(out_);
    }

    Tabular spans() {
        out_.columns = {{"start", "Start"}, {"trace_id", "Trace"}, {"span_id", "Span"}, {"service", "Service"}, {"name", "Operation"}, {"duration_ns", "Duration", true}, {"status", "Status"}};
        std::vector<Row> order;
        result_.spans.forEach([&](Row row) { order.push_back(row); });
        std::stable_sort(order.begin(), order.end(), [&](Row a, Row b) { return table_.start(a) < table_.start(b); });
        const size_t all = order.size();
        if (limit_ > 0 && order.size() > limit_)
            order.resize(limit_);
        std::vector<FieldValues> selected;
        if (!result_.selected.empty()) {
            RowSet shown(table_);
            for (const Row row : order)
                shown.set(row);
            Needs needs;
            needs.attributes = needs.cases = true;
            const OpenSource open(context_, needs, stop_);
            for (const Field& field : result_.selected) {
                selected.emplace_back(open.source(), field, shown, stop_);
                out_.columns.push_back({toText(field), toText(field)});
            }
        }
        fill(order, selected);
        note(all, "spans");
        return std::move(out_);
    }

private:
    void fill(const std::vector<Row>& order, const std::vector<FieldValues>& selected) {
        for (const Row row : order) {
            std::vector<Cell> cells{(table_.flags(row) & kNoStart) != 0 ? Cell() : Cell::time(table_.start(row), utc_), toHex(table_.traceId(table_.trace(row))), toHex(table_.id(row)),
                                    std::string(table_.serviceText(row)), std::string(table_.nameText(row)), (table_.flags(row) & kUnfinished) != 0 ? Cell() : Cell::duration(table_.duration(row)),
                                    std::string(statusName(table_.status(row)))};
            for (const FieldValues& field : selected)
                cells.push_back(cellOf(field(row)));
            out_.rows.push_back(std::move(cells));
        }
    }
    bool isCut(uint64_t rows) const { return limit_ > 0 && rows > limit_; }
    void note(uint64_t all, std::string_view what) {
        if (isCut(all))
            out_.notes.push_back(formatCount(all - limit_) + " more " + std::string(what) + "; --limit shows more.");
    }

    const Context& context_;
    const SpanTable& table_;
    const Result& result_;
    const uint64_t limit_;
    const bool utc_;
    const StopToken& stop_;
    Tabular out_;
};

} // namespace

Tabular tabulate(const Context& context, const Result& result, Of of, uint64_t limit, bool utc, const StopToken& stop) {
    Tabulation tabulation(context, result, limit, utc, stop);
    if (result.metrics)
        return tabulation.series();
    if (of == Of::Spans)
        return tabulation.spans();
    if (!result.labelNames.empty() || !result.valueNames.empty())
        return tabulation.groups();
    return !result.selected.empty() ? tabulation.spans() : tabulation.traces();
}

} // namespace aisle::traceql
