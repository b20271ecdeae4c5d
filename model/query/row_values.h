#pragma once
// The value of a field for each span: for calculations, aggregates and groups. Where a field has several values, the first
// counts: the span's own before its resource's, the present name before former ones.

#include "query/source.h"
#include "query/traceql.h"
#include "store/postings.h"
#include "table/cancel.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace aisle::traceql {

struct Value {
    enum class Type : uint8_t { Nil, Bool, Number, Duration, Text, Status, Kind };
    Type type = Type::Nil;
    bool isNumber = false;  ///< `number` is one: also of a text that is a number, because formats lose types
    double number = 0;      ///< ns of a duration; 0 or 1 of a bool; of Status and Kind their number
    std::string_view text;  ///< of a text, status or kind; lives as long as the field's values

    std::string toText() const; ///< exact: "1.5s", "error", "(none)"
    /// Equal for equal values only, as far as toText() does; behind the first byte is that text.
    std::string key() const { return static_cast<char>(type) + toText(); }
};

/// Thread: that of the source's database while it is made; then any, one at a time.
class FieldValues {
public:
    /// `rows`: which will be asked for. Reads an attribute of 5 M spans in about 50 ms, values that are kept with their spans
    /// at about 0.5 M a second. Throws StoreError and Stopped.
    FieldValues(const Source& source, const Field& field, const RowSet& rows, const StopToken& stop);
    Value operator()(Row row) const { return get_(row); }

    /// Of an attribute (not of a parent): equal values have one number, below valueNumbers(); 0: none. With Source::readsKept off, all
    /// values that are kept with their spans are number 1, which is Nil.
    uint32_t valueNumber(Row row) const;
    uint32_t valueNumbers() const;
    Value numbered(uint32_t number) const;
    /// Of an attribute of spans alone: of the rows that were asked for those that have one. Null: not known.
    const RowSet* rowsWithOne() const;

private:
    struct Column;
    std::function<Value(Row)> get_;
    std::shared_ptr<Column> column_;
};

/// Calculates an expression of a span; fields are read when it is made.
class RowExpression {
public:
    RowExpression(const Query& query, NodeIndex node, const Source& source, const RowSet& rows, const StopToken& stop);
    Value operator()(Row row) const { return get_(row); }

private:
    std::function<Value(Row)> get_;
};

/// Of two values, as TraceQL's operators: what does not fit together gives nil, or false of a comparison.
Value calculated(Op op, const Value& a, const Value& b);
Value literalValue(const Literal& literal);

} // namespace aisle::traceql
