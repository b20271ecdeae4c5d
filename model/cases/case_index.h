#pragma once
// Which traces belong to one case: a session, later a user or an order. The only way to group traces.
//
// Rule: the case of a trace is the key's value on the trace's earliest span that has one; a trace with several
// values is counted as ambiguous.

#include "store/attribute_column.h"
#include "table/span_table.h"

#include <string>
#include <vector>

namespace aisle {

using CaseNumber = uint32_t;
inline constexpr CaseNumber kNoCase = 0xffffffffU;

/// One notion of a case and the attribute keys that stand for it, best first (resources/presets/cases.json).
struct CaseKey {
    std::string id;    ///< "session"
    std::string title; ///< "Session"
    std::string plural; ///< "sessions"
    std::vector<std::string> keys;
};
std::vector<CaseKey> caseKeys();

class CaseIndex {
public:
    struct Case {
        std::string value; ///< of the key
        std::vector<TraceIndex> traces; ///< by start, then index; without a start last
        int64_t start = 0, end = 0;     ///< earliest start, latest end, ns
        int64_t lastStart = 0;          ///< of its last entry span
        bool isSynthetic = false;       ///< of a bot or a test, as one of its spans says
    };

    /// `synthetic`: spans that have a value there are of bots and tests; null: none are.
    static CaseIndex build(const SpanTable& table, const AttributeColumn& column, const CaseKey& key, const AttributeColumn* synthetic = nullptr);

    const CaseKey& key() const { return key_; }
    const std::string& attribute() const { return attribute_; } ///< the key the file has
    const std::vector<Case>& cases() const { return cases_; }   ///< by start
    CaseNumber caseOf(TraceIndex trace) const { return trace < ofTrace_.size() ? ofTrace_[trace] : kNoCase; }
    CaseNumber find(std::string_view value) const;
    uint64_t ambiguousTraces() const { return ambiguous_; }
    uint64_t tracesWithoutCase() const { return without_; }

    /// A case is over when it has been silent longer than this: 10 times the p95, over all cases, of the gaps
    /// between the starts of consecutive traces, within 10 s to 30 min.
    int64_t idleLimit() const { return idleLimit_; }

private:
    CaseKey key_;
    std::string attribute_;
    std::vector<Case> cases_;
    std::vector<CaseNumber> ofTrace_;
    uint64_t ambiguous_ = 0, without_ = 0;
    int64_t idleLimit_ = 0;
};

} // namespace aisle
