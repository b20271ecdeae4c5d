#pragma once
// One value of a field for each trace: its root's, otherwise that of the first one of its spans in row order that has one.

#include "query/context.h"
#include "query/numbered_field.h"

#include <vector>

namespace aisle {

class TraceValues {
public:
    /// `traces` null: of all. 5 M spans take some 100 ms. Throws StoreError and Stopped.
    TraceValues(const traceql::Source& source, const traceql::Field& field, const BitSet* traces, const StopToken& stop);

    /// 0: the trace has none.
    uint32_t number(TraceIndex trace) const { return numbers_[trace]; }
    uint32_t count() const { return values_.count; } ///< numbers are below
    /// Of a number from 1 on; Nil: the value is one of very many, kept with its span.
    traceql::Value value(uint32_t number) const { return values_.value(number); }
    /// The span that the value is of; kNoRow: none.
    Row row(TraceIndex trace) const { return rows_[trace]; }
    /// To sort by: values by number where all are numbers, else by text; those without one last. By trace.
    std::vector<int64_t> order() const;

private:
    traceql::NumberedField values_;
    std::vector<uint32_t> numbers_;
    std::vector<Row> rows_;
};

} // namespace aisle
