#pragma once
// What the resources of a workspace say. Spans share them by their context, and contexts are few: all of them are read in
// milliseconds, where a column over the spans (attribute_column.h) takes seconds.

#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <functional>
#include <span>
#include <string_view>
#include <utility>

namespace aisle {

/// Key and value (text, as in Attribute) of each attribute, in the order of the file; a key may come twice. Valid during the call only,
/// but the keys live as long as the table.
using ResourceAttributes = std::span<const std::pair<std::string_view, std::string_view>>;

/// Calls f(number of the context, its resource) for the contexts that the table knows, in the order of their numbers. What is damaged is
/// left out. Throws StoreError and Stopped. Thread: that of `db`; keep it off the UI thread. 20,000 contexts of 15 attributes: 10 ms.
void forEachResource(Database& db, const SpanTable& table, const std::function<void(uint32_t context, ResourceAttributes)>& f,
                     const StopToken& stop = {});

} // namespace aisle
