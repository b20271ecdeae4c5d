#pragma once
// Which traces belong to one case: a session, a user, an order. The only way to group traces.
//
// Rule: the case of a trace is the key's value on the trace's earliest span that has one; a trace with several values is counted as
// ambiguous. A trace that names none may be tied to one that does (cases/case_ties.h).

#include "cases/case_key.h"
#include "cases/case_ties.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace aisle {

/// What cases are made of beside their key.
struct CaseParts {
    std::vector<const CaseColumn*> ties; ///< best first
    std::vector<TraceIndex> synthetic;   ///< traces of bots and tests
};

class CaseIndex {
public:
    struct Case {
        std::string value; ///< of the key
        std::span<const TraceIndex> traces; ///< by start, then index; without a start last. Lives as long as the index or a copy of it
        int64_t start = 0, end = 0;     ///< earliest start, latest end, ns
        int64_t lastStart = 0;          ///< of its last entry span
        bool isSynthetic = false;       ///< of a bot or a test, as one of its spans says
    };

    /// `key` says whether links tie. O(spans). Throws Stopped.
    static CaseIndex build(const SpanTable& table, const CaseColumn& column, const CaseKey& key, const CaseParts& parts = {}, const StopToken& stop = {});
    /// By what spans say themselves.
    static CaseIndex build(const SpanTable& table, const AttributeColumn& column, const CaseKey& key) { return build(table, caseColumn(table, column), key); }

    const CaseKey& key() const { return key_; }
    const std::string& attribute() const { return attribute_; } ///< the key the file has
    const std::vector<Case>& cases() const { return cases_; }   ///< by start, then value
    CaseNumber caseOf(TraceIndex trace) const { return trace < ofTrace_.size() ? ofTrace_[trace] : kNoCase; }
    CaseNumber find(std::string_view value) const; ///< O(log n)

    CaseTie tieOf(TraceIndex trace) const { return trace < by_.size() ? std::min(static_cast<CaseTie>(by_[trace]), CaseTie::Attribute) : CaseTie::None; }
    /// "session.id", "tied by app.order.id", "tied by a span link"; empty: it has no case.
    std::string tieWords(TraceIndex trace) const;
    /// How many traces have no value of the key and were tied: to what, "app.order.id" or "span links", with how many; most first.
    const std::vector<std::pair<std::string, uint64_t>>& tied() const { return tied_; }
    uint64_t ambiguousTraces() const { return ambiguous_; }
    uint64_t tracesWithoutCase() const { return without_; }
    /// How cases were put together, in sentences.
    std::vector<std::string> notes() const;

    /// A case is over when it has been silent longer than this: 10 times the p95, over all cases, of the gaps between the starts of
    /// consecutive traces, within 10 s to 30 min. Traces that were tied are no steps of a customer and make no gaps.
    int64_t idleLimit() const { return idleLimit_; }

private:
    CaseKey key_;
    std::string attribute_;
    std::vector<Case> cases_;
    std::shared_ptr<const std::vector<TraceIndex>> traces_; ///< of the cases, one behind the other
    std::vector<CaseNumber> ofTrace_, byValue_;
    std::vector<uint8_t> by_; ///< CaseTies::by
    std::vector<std::string> ties_;
    std::vector<std::pair<std::string, uint64_t>> tied_;
    uint64_t ambiguous_ = 0, without_ = 0, contested_ = 0;
    int64_t idleLimit_ = 0;
};

} // namespace aisle
