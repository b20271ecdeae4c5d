#pragma once
// Which attributes the selected spans have and with which values, beside the spans that are not selected.

#include "export/tabular.h"
#include "query/value_counts.h"
#include "selection/scope.h"

#include <vector>

namespace aisle {

struct AttributeCounts {
    struct Key {
        traceql::Field field;
        uint64_t selected = 0, others = 0; ///< spans that have it
    };
    struct Value {
        std::string text;
        ValueType type = ValueType::String;
        uint64_t selected = 0, others = 0;
    };
    uint64_t selected = 0, others = 0; ///< spans
};

struct AttributeKeys : AttributeCounts {
    std::vector<Key> keys; ///< operation, service, kind and status first, then most frequent among the selected first
};
/// 5 M spans take some 300 ms. Throws StoreError and Stopped.
AttributeKeys attributeKeys(const traceql::Context& context, const ScopeResult& scope, const StopToken& stop = {});

struct AttributeValues : AttributeCounts {
    traceql::Field field;
    std::vector<Value> values;  ///< most frequent among the selected first, then among the others
    bool isCut = false;         ///< there are more than kMost
    uint64_t uncounted = 0;     ///< spans whose value is kept with them, because there are so many different ones, and was not looked at
    static constexpr size_t kMost = 200;
};
AttributeValues attributeValues(const traceql::Context& context, const ScopeResult& scope, const traceql::Field& field, const StopToken& stop = {});

/// `service`, `operation` of the intrinsics; else the key.
std::string fieldWords(const traceql::Field& field);
Tabular tabulate(const AttributeKeys& keys);
Tabular tabulate(const AttributeValues& values);

} // namespace aisle
