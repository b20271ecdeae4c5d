#pragma once
// Everything the store knows about one span, beyond what the table holds; read when a span is looked at.

#include "store/span_sink.h"
#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <span>
#include <string>
#include <vector>

namespace aisle {

struct AttributeValue {
    std::string key;
    ValueType type = ValueType::String;
    std::string value; ///< as in Attribute
    bool operator==(const AttributeValue&) const = default;
};
using AttributeList = std::vector<AttributeValue>;

struct SpanEvent {
    int64_t time = 0; ///< ns since the Unix epoch, UTC
    std::string name;
    AttributeList attributes;
};

struct SpanLinkDetails {
    std::string traceId, spanId; ///< as in the file: hex, or text
    std::string traceState;
    Row target = kNoRow; ///< kNoRow: in no file of the workspace
    AttributeList attributes;
};

struct SpanLog {
    int64_t time = 0;
    int severity = 0;
    std::string severityText, eventName;
    ValueType bodyType = ValueType::String;
    std::string body;
    AttributeList attributes;
};

/// A record that was merged into the span, or a copy of it that is hidden.
struct MergedRecord {
    Row row = kNoRow;
    bool isFragment = false; ///< else a duplicate
    std::string file;
    AttributeList attributes;
};

struct SpanDetails {
    Row row = kNoRow;
    bool found = false; ///< false: not written yet (an import goes on) or gone; the rest is empty then
    std::string traceId, spanId, parentId; ///< as in the file: hex, or text; parentId empty: none
    std::string file;
    AttributeList attributes;
    AttributeList resource, scope;
    std::string resourceSchema, scopeName, scopeVersion;
    std::string statusMessage, traceState;
    std::vector<SpanEvent> events;
    std::vector<SpanLinkDetails> links;
    std::vector<Row> incoming; ///< spans that link here
    std::vector<SpanLog> logs;
    std::vector<MergedRecord> merged;
    /// Of events, links, incoming links, logs and merged records at most kPerSection are read; so many more
    /// exist.
    uint64_t moreEvents = 0, moreLinks = 0, moreIncoming = 0, moreLogs = 0, moreMerged = 0;
    static constexpr size_t kPerSection = 5000;
};

/// Damaged JSON, numbers out of range and missing rows give less, never an exception; SQL errors throw
/// StoreError. Thread: that of `db`; keep it off the UI thread.
SpanDetails readSpan(Database& db, const SpanTable& table, Row row, const StopToken& stop = {});

/// When something happened or was logged within spans, for ticks on their bars.
struct EventTime {
    Row row = kNoRow;
    int64_t time = 0;
    bool isException = false; ///< an event named `exception`, or a log record of severity ERROR or FATAL
};
/// Events, and log records that belong to spans, of `rows`, which ascend; in row order, at most `limit`.
std::vector<EventTime> readEventTimes(Database& db, const SpanTable& table, std::span<const Row> rows,
                                      size_t limit, const StopToken& stop = {});

} // namespace aisle
