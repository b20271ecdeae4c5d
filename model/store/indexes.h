#pragma once
// What finds spans by their attributes without reading them: postings of all keys, and the value index of those with many
// values. Made in the background after an import; nothing waits for it, what it does not cover is read.

#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <functional>
#include <string>

namespace aisle {

/// Is there something that the indexes should cover and do not?
bool indexesAreDue(Database& db, const SpanTable& table);

/// `progress` is told how much of how much is done. Throws StoreError and Stopped; what was done until then stays.
/// Thread: that of `db`, beside whatever else the workspace does.
void buildIndexes(Database& db, const SpanTablePtr& table, const StopToken& stop = {}, const std::function<void(uint64_t done, uint64_t all)>& progress = {});

/// "24 keys of attributes, 5.6 MB; 1 key with 817,544 values, 6.2 MB"
std::string indexWords(Database& db);
/// In the workspace.
uint64_t indexBytes(Database& db);

} // namespace aisle
