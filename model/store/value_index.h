#pragma once
// Finds spans by the value of an attribute whose values are many: order numbers, sessions, e-mails, URLs.
//
// Such keys are those whose values left the dictionary (Dictionary::kValuesPerKey). Their values are indexed in runs:
// for each key and each million rows of a file the values in ascending order, packed in chunks, with trigrams where
// the values look like ids (short). A run is made in memory and written in one transaction, so that building needs
// neither a sort of everything nor, after a kill, a repair; a file that is added or removed touches no other's runs.
// An SQL index for the same takes ten times the time and space.
//
// Measured on 2 cores, 5 M spans: tests/bench/bench_import.

#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

/// False in a workspace of version 1 that cannot be written.
bool hasValueIndex(Database& db);

/// What there is of the index.
struct ValueIndexSize {
    uint32_t keys = 0;
    uint64_t values = 0; ///< occurrences: rows with a value
    uint64_t bytes = 0;  ///< in the workspace
    bool operator==(const ValueIndexSize&) const = default;
};
ValueIndexSize valueIndexSize(Database& db);

/// The attribute keys of a workspace, by name.
struct ValueKey {
    std::string name;
    uint64_t values = 0;       ///< different ones in the dictionary
    bool isManyValued = false; ///< there are more than that
};
std::vector<ValueKey> valueKeys(Database& db);

/// Are there rows that the index should cover and does not?
bool valueIndexIsDue(Database& db, const SpanTable& table);

/// Limits of a run; tests make them small.
struct ValueRunLimits {
    uint32_t rows = 1U << 20;
    uint64_t bytes = 96U << 20; ///< of memory while it is made
};

/// Covers the rows that are not covered yet. `progress` is told how many rows of how many are done. Throws StoreError
/// and Stopped; what was done until then stays. Thread: that of `db`, beside whatever else the workspace does.
void buildValueIndex(Database& db, const SpanTable& table, const StopToken& stop = {},
                     const std::function<void(uint64_t done, uint64_t all)>& progress = {}, ValueRunLimits limits = {});

enum class ValueMatch : uint8_t { Exact, Prefix, Contains }; ///< Contains: without regard to the case of ASCII letters

struct ValueHit {
    std::string value;
    std::vector<Row> rows; ///< ascending, visible ones only
};
struct ValueHits {
    std::vector<ValueHit> values; ///< by value, ascending bytes
    bool isCut = false;           ///< there are more than `limit`; these are the first
    uint64_t rowsRead = 0;        ///< rows that had to be read because the index does not cover them
};

/// Right for every key of spans, with or without the index; with it a few milliseconds, without it about 2 M rows a
/// second. A damaged index throws StoreError. Thread: that of `db`; keep it off the UI thread.
ValueHits findValues(Database& db, const SpanTable& table, std::string_view key, ValueMatch match, std::string_view text,
                     size_t limit, const StopToken& stop = {});

/// The same for all values, without collecting them: calls f(row) for each visible row with one that matches, in no order, some
/// rows more than once.
void forEachRowWithValue(Database& db, const SpanTable& table, std::string_view key, ValueMatch match, std::string_view text, const std::function<void(Row)>& f,
                         const StopToken& stop = {});

} // namespace aisle
