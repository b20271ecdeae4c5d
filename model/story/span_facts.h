#pragma once
// What the spans of one order say in the attributes that its story is told from.

#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/row_set.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace aisle {

class SpanFacts {
public:
    struct Fact {
        std::string key, value; ///< as recorded: untrusted
    };

    SpanFacts() = default; ///< nothing is known
    /// Of these traces. Throws StoreError and Stopped. Thread: that of `db`; keep it off the UI thread.
    SpanFacts(Database& db, const SpanTable& table, std::span<const TraceIndex> traces, const StopToken& stop);

    /// Of these names the first that the span has. Null: none.
    const Fact* of(Row row, const std::vector<std::string>& names) const;
    /// The same of the first of these spans that has one.
    const Fact* ofAny(std::span<const Row> rows, const std::vector<std::string>& names) const;
    /// What the status of a span with an error says; empty: nothing.
    std::string_view message(Row row) const;
    /// All that the span has of these names, and the types and messages of its exceptions and of its status where it has an error.
    std::vector<std::string> reasons(Row row) const;
    /// What it had to refuse (StoryAttributes::refusals), "stock.available=false"; empty: nothing.
    std::string refusal(Row row) const;

private:
    void add(Row row, const std::string& key, const std::string& value);
    std::unordered_map<Row, std::vector<Fact>> facts_;
    std::unordered_map<Row, std::string> messages_;
};

} // namespace aisle
