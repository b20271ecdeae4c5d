#pragma once
// How often the values of a field occur: for completion, and to compare a selection with the rest.

#include "query/source.h"
#include "query/traceql.h"
#include "store/span_sink.h"
#include "table/cancel.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle::traceql {

struct ValueCount {
    std::string text;
    ValueType type = ValueType::String;
    uint64_t spans = 0;
};

struct ValueCounts {
    std::vector<ValueCount> values; ///< most frequent first, ties by text
    uint64_t present = 0;           ///< spans that have the field
    uint64_t uncounted = 0;         ///< of these, spans whose value is kept with them and was not looked at
    bool isCut = false;             ///< there are more values than were asked for
};

/// Of a span or resource attribute (Any: of both), or an intrinsic with texts (names, services, paths, status, kind, file). `rows` null:
/// all spans. `containing`: only values that hold it, without regard to the case of ASCII letters; of a key with very many values
/// only those that begin with it. Attributes of 5 M spans take about 20 ms. Throws StoreError and Stopped.
ValueCounts valueCounts(const Source& source, const Field& field, const RowSet* rows, std::string_view containing, size_t limit, const StopToken& stop = {});

struct KeyCount {
    std::string name;
    Scope scope = Scope::Span; ///< Span or Resource
    uint64_t spans = 0;        ///< that have it
    uint64_t selected = 0;     ///< of these, how many are among the rows asked about
};
/// All keys of spans and resources, most frequent first. `rows` null: all are selected.
std::vector<KeyCount> keyCounts(const Source& source, const StopToken& stop = {}, const RowSet* rows = nullptr);

/// Fields by which spans are compared: operation, service, kind, status, and every attribute of spans and resources. Former and
/// present names of one attribute are one field.
std::vector<Field> comparedFields(const Source& source, const StopToken& stop = {});

} // namespace aisle::traceql
