#pragma once
// An attribute as cases need it: which traces say which of its values.

#include "store/attribute_column.h"
#include "store/attribute_dictionary.h"
#include "table/span_table.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

struct CaseColumn {
    struct Said {
        TraceIndex trace;
        uint32_t value; ///< in `distinct`
    };
    std::string attribute;
    std::vector<std::string> distinct;
    /// Each pair once, by trace; of one trace the value on its earliest span (spans without a start last) first. Empty texts are no values.
    std::vector<Said> said;
    uint64_t spans = 0;                ///< that have a value
    std::vector<uint64_t> ofService;   ///< of these, by service
    bool isEmpty() const { return said.empty(); }
    /// Is it the first of its trace?
    bool decides(size_t i) const { return i == 0 || said[i].trace != said[i - 1].trace; }
};

/// O(spans that have a value). Throws Stopped.
CaseColumn caseColumn(const SpanTable& table, const AttributeColumn& column, const StopToken& stop = {});

/// Of each attribute, in their order: what a span or its resource says, else its baggage: attributes "baggage.KEY", or a header of W3C
/// baggage that was recorded (http.request.header.baggage, baggage). With postings some 40 ms for each attribute that occurs and 5 M
/// spans, without one pass over the spans. `dictionary` null: one pass. Throws StoreError and Stopped. Thread: that of `db`.
std::vector<CaseColumn> readCaseColumns(Database& db, const SpanTable& table, const AttributeDictionary* dictionary, const std::vector<std::string>& attributes,
                                        const StopToken& stop = {});

/// Members of a header of W3C baggage: "session.id=a%20b;ttl=3,user=7". Or of a list of such headers, as JSON. What is none is skipped.
/// `asked`: only the first member with each of these keys, so that a header of a million members takes no memory; null: all.
/// https://www.w3.org/TR/baggage/#baggage-http-header-format
using BaggageMembers = std::vector<std::pair<std::string, std::string>>;
BaggageMembers baggageMembers(std::string_view header, const std::vector<std::string>* asked = nullptr);

} // namespace aisle
