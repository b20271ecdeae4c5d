#pragma once
// What charts are made of: the traces that a scope selects, each by its start and length, or its matching spans; and their
// groups by the values of a field.

#include "analysis/trace_values.h"
#include "selection/scope.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace aisle {

enum class ItemsOf : uint8_t { Traces, Spans };

struct Item {
    int64_t start, duration; ///< ns since the epoch; ns
    TraceIndex trace;
    Row row; ///< the span; of a trace its root, kNoRow when it has none
    bool isError; ///< a trace has an error when one of its spans has
};

/// Calls f(Item) for what has a start and, where it is needed, an end, g() for what lacks one; `scope` null: everything. Traces come by index, spans by
/// row. Throws Stopped.
template <typename F, typename G>
void forEachItem(const SpanTable& table, const ScopeResult* scope, ItemsOf of, const StopToken& stop, F&& f, G&& g, bool needsEnd = true) {
    const bool isAll = scope == nullptr || scope->everything;
    uint64_t n = 0;
    if (of == ItemsOf::Traces) {
        const auto trace = [&](size_t t) {
            if ((++n & 0xffff) == 0)
                stop.check();
            const TraceSummary& s = table.summary(static_cast<TraceIndex>(t));
            if (s.spans == 0)
                return;
            if (s.hasStart)
                f(Item{s.start, s.duration, static_cast<TraceIndex>(t), s.root, s.errors > 0});
            else
                g();
        };
        if (!isAll)
            return scope->traces.forEach(trace);
        for (size_t t = 0; t < table.traceSlots(); ++t)
            trace(t);
        return;
    }
    const auto span = [&](Row row) {
        if ((++n & 0xffff) == 0)
            stop.check();
        if ((table.flags(row) & (needsEnd ? kNoStart | kUnfinished : kNoStart)) == 0)
            f(Item{table.start(row), table.duration(row), table.trace(row), row, table.isError(row)});
        else
            g();
    };
    if (isAll)
        table.forEachRow(span);
    else
        scope->spans.forEach(span);
}

/// Divides items by the values of a field: those that most items have, and the others together.
class ItemGroups {
public:
    static constexpr uint32_t kMost = 9; ///< that can be told apart by colour
    /// All in one group.
    ItemGroups();
    /// By the field that is called so in TraceQL; empty: all in one group. Throws std::runtime_error when it is none.
    static ItemGroups by(const std::string& text, const traceql::Context& context, const ScopeResult& scope, ItemsOf of, const StopToken& stop);
    /// At most so many groups, the one of the others and the one without a value included. A trace has the value of its root, otherwise the
    /// first one of its spans in row order. See traceql::numberedField() for the fields that can be. 5 M spans take some 100 ms.
    /// Throws StoreError and Stopped.
    ItemGroups(const traceql::Context& context, const ScopeResult& scope, ItemsOf of, const traceql::Field& field, uint32_t most, const StopToken& stop);

    struct Group {
        std::string label;      ///< as text; of the others "212 other values"
        std::string condition;  ///< in TraceQL; empty for the others
        uint64_t items = 0;
    };
    const std::vector<Group>& groups() const { return groups_; } ///< by number of items; the others last
    uint32_t of(const Item& item) const;

private:
    std::vector<Group> groups_;
    ItemsOf of_ = ItemsOf::Traces;
    std::function<uint32_t(Row)> number_; ///< of spans
    std::shared_ptr<const TraceValues> ofTraces_;
    std::vector<uint32_t> groupOfNumber_;
};

/// The keys of the file as fields, most frequent first; old and new names are one. Without service.name. Throws StoreError and Stopped.
std::vector<std::string> groupableFields(const traceql::Context& context, size_t most, const StopToken& stop = {});

/// As TraceQL names it: `.http.route`, `span:name`; nothing when the text is no field, or one that nothing is counted by.
std::optional<traceql::Field> fieldOf(std::string_view text);
/// The same; throws std::runtime_error with a sentence.
traceql::Field fieldNamed(const std::string& text);

} // namespace aisle
