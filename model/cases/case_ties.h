#pragma once
// Ties traces that name no case to those that do: by the values of attributes (an order, a message), and by span links.
//
// Rule: in rounds. A value that lies in traces of one case alone gives this case to all traces that have it; one that lies in traces of
// several gives nothing. When attributes give nothing more, links do: the trace of a linking span gets the case of the traces it links to,
// and, where it links to one trace only, gives it its own. Then attributes again, until nothing changes. A trace that two cases are given
// in one round has none and stays without: two cases never become one. The order of traces and values does not matter.
//
// Checked against a naive reference on random tables (tst_case_ties).

#include "cases/case_column.h"

#include <span>

namespace aisle {

using CaseNumber = uint32_t;
inline constexpr CaseNumber kNoCase = 0xffffffffU;

/// How a trace came to its case.
enum class CaseTie : uint8_t { None, Own, Link, Attribute };

struct CaseTies {
    std::vector<CaseNumber> ofTrace;
    /// By trace: a CaseTie; Attribute + a: by the a-th of the attributes.
    std::vector<uint8_t> by;
    uint64_t contested = 0; ///< traces that two cases were given
    static constexpr size_t kMostAttributes = 200;
};

/// `own`: by trace, kNoCase where it names none. O(spans + links, sorted). Throws Stopped.
CaseTies tieTraces(const SpanTable& table, std::vector<CaseNumber> own, std::span<const CaseColumn* const> attributes, bool links, const StopToken& stop = {});

} // namespace aisle
