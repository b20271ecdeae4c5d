#pragma once
// Searching in one trace: words that all have to hold for a span.
//
//   checkout                in its operation, its service, or a value of its attributes; or its span id
//   service=cart            also name, kind, status and any key of an attribute of the span or its resource
//   http.response.status_code>=500, status!=ok, name="two words"
//   >100ms, duration<2s, self>=10ms
//
// = and != compare texts without regard to case, and what was recorded as a number as a number; < <= > >= compare numbers.
// A key in quotes is always an attribute: "status"=500. An attribute that a span has several times matches when one of its
// values does. What has no end matches no duration. Events, links and logs are not searched.

#include "analysis/waterfall.h"
#include "store/trace_attributes.h"

#include <optional>
#include <string>

namespace aisle {

struct SearchTerm {
    enum class Op { Contains, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };
    enum class On { Anything, Name, Service, Kind, Status, Duration, SelfTime, Attribute };
    On on = On::Anything;
    Op op = Op::Contains;
    std::string key;   ///< of an attribute
    std::string text;  ///< to compare with
    int64_t time = 0;  ///< ns, for Duration and SelfTime
};

class TraceQuery {
public:
    /// Nothing, with what is wrong in `problem`, when it cannot be understood. An empty text is a query without terms.
    static std::optional<TraceQuery> parse(std::string_view text, std::string& problem);
    const std::vector<SearchTerm>& terms() const { return terms_; }

private:
    std::vector<SearchTerm> terms_;
};

struct TraceMatches {
    std::vector<NodeIndex> found;   ///< ascending
    std::vector<size_t> pending;    ///< places of spans that match if one of their other values does, ascending
};

/// What names, times and the values of `attributes` say. Without `attributes` (null: not read yet) whatever may match one is
/// pending. A million spans take some 50 ms. Throws Stopped.
TraceMatches searchTrace(const SpanTable& table, const Waterfall& tree, const TraceQuery& query, const TraceAttributes* attributes,
                         const StopToken& stop = {});

/// Which of these pending places match: nodes, ascending. About 0.5 M/s. Thread: that of the reader's database.
std::vector<NodeIndex> searchPending(const SpanTable& table, const Waterfall& tree, const TraceQuery& query, const TraceAttributes& attributes,
                                     TraceAttributes::Reader& reader, std::span<const size_t> pending, const StopToken& stop = {});

} // namespace aisle
