#pragma once
// The values of some attribute keys over all spans: what analyses read of attributes.

#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace aisle {

class AttributeDictionary;

/// Which keys a column is made of: the first one that a span (then its resource) has wins, so that old and new
/// names of one thing are one column.
struct ColumnSpec {
    std::vector<std::string> keys;
    bool withResource = true;
};

/// One value for some of the rows, in row order.
class AttributeColumn {
public:
    static constexpr uint32_t kNone = 0xffffffffU;
    /// Number of the row's value, kNone when it has none. O(log n).
    uint32_t at(Row row) const;
    std::string_view textAt(Row row) const; ///< empty when the row has none
    const std::vector<Row>& rows() const { return rows_; }
    const std::vector<uint32_t>& values() const { return values_; } ///< parallel to rows()
    const std::vector<std::string>& distinct() const { return distinct_; }
    const std::string& key() const { return key_; } ///< the first of its keys that occurs in the workspace

private:
    friend class ColumnReader;
    std::string key_;
    std::vector<Row> rows_;
    std::vector<uint32_t> values_;
    std::vector<std::string> distinct_;
};

/// Reads several columns in one pass over the spans (about 2 M spans/s). Hidden rows are left out. Throws
/// StoreError and Stopped. Thread: that of `db`; keep it off the UI thread.
std::vector<AttributeColumn> readColumns(Database& db, const SpanTable& table, std::span<const ColumnSpec> specs,
                                         const StopToken& stop = {});

/// The same by postings, some 40 ms for each key that occurs and 5 M spans; in one pass where they are not made, or where so many values
/// are kept with their spans that it is faster. `dictionary`: of that table.
std::vector<AttributeColumn> readColumns(Database& db, const SpanTable& table, const AttributeDictionary& dictionary, std::span<const ColumnSpec> specs,
                                         const StopToken& stop = {});

} // namespace aisle
