#pragma once
// A field whose values have numbers: for whoever counts by value.

#include "query/row_values.h"

namespace aisle::traceql {

struct NumberedField {
    std::function<uint32_t(Row)> number;     ///< 0: the span has none
    uint32_t count = 1;                      ///< numbers are below
    std::function<Value(uint32_t)> value;    ///< of a number from 1 on; Nil: values kept with their spans, which were not read
    std::shared_ptr<const RowSet> rows = {}; ///< of an attribute of spans: of the rows that were asked for those that have one; else null
};

/// Attributes of spans and resources, and intrinsics of few values: span:name, span:kind, span:status, aisle:error, aisle:file,
/// aisle:path, trace:rootName, trace:rootService. Of other fields nobody has a value. `rows`: which will be asked for. Throws StoreError and
/// Stopped.
NumberedField numberedField(const Source& source, const Field& field, const RowSet& rows, const StopToken& stop);

} // namespace aisle::traceql
