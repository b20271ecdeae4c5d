#pragma once
// What a case could be in a file: every attribute that stands for a notion of one, and others that look like it.

#include "cases/case_key.h"
#include "export/tabular.h"
#include "query/context.h"

namespace aisle {

struct CaseCandidate {
    std::string id;         ///< for a journey's `case`: that of a notion ("session"), else the attribute
    std::string attribute;
    CaseKey key;            ///< title and plural say what it is called
    bool isPreset = false;  ///< a preset or the user's own names it
    bool isOwn = false;     ///< the user's own
    bool isGood = false;    ///< else cases by it say little, without those of bots, which journeys leave out; `sentence` says why
    uint64_t cases = 0;     ///< of everybody; so are the numbers below
    uint64_t bots = 0;      ///< of these, with a trace of a bot or of synthetic traffic that names it
    uint64_t traces = 0;    ///< that have a value
    uint64_t spans = 0;
    uint64_t most = 0;      ///< traces of the largest case
    std::string sentence;   ///< "session.id: 220 sessions over 3,105 of 13,211 traces, 14 traces each."
    double tracesPerCase() const { return cases == 0 ? 0 : static_cast<double>(traces) / static_cast<double>(cases); }
};

/// What the user's own notions are in this file, also those of which it has nothing, what the keys of the presets are, in their order,
/// then other attributes whose names end like those of ids, good ones first, of these the ones on most traces; at most 100 of these, those
/// on most spans. Attributes of which very many values are kept with their spans are not counted. With postings some
/// 40 ms for each attribute and 5 M spans. Throws StoreError and Stopped. Keep it off the UI thread.
std::vector<CaseCandidate> caseCandidates(const traceql::Context& context, const StopToken& stop = {});

Tabular tabulate(const std::vector<CaseCandidate>& candidates);

/// One notion, kept or not, in all its parts.
struct CaseTrial {
    CaseCandidate candidate;
    std::shared_ptr<const CaseIndex> index; ///< never null; without cases when the file has none of its attributes
    uint64_t bots = 0;               ///< cases of bots and synthetic traffic
    std::vector<std::string> notes;  ///< what it says, what traces were tied by, what is left out, in sentences
};
/// O(spans). Throws StoreError and Stopped. Keep it off the UI thread.
CaseTrial tryCaseKey(const traceql::Context& context, const CaseKey& key, const StopToken& stop = {});
Tabular tabulate(const CaseTrial& trial);

} // namespace aisle
