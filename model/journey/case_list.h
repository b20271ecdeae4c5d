#pragma once
// The cases of a scope one by one: how long each was, what is in it and how far it came on the journey; and one of them event by event.
// From first to last is from the start of its first span to the end of its last one, those included that were tied to it hours later; what
// variants say of their cases is of their events alone (CaseLog::duration()).

#include "journey/case_filter.h"

#include <optional>

namespace aisle {

/// The stage that it came to last, of an order the last one with success (FulfilmentLog::reached); empty: not even the first.
std::string_view stageOf(const JourneyState& state, CaseNumber number);

/// By CaseNumber. O(traces).
struct CaseTotals {
    std::vector<uint64_t> spans, errors;
};
CaseTotals caseTotals(const JourneyState& state);

enum class CaseOrder : uint8_t { Value, Start, Duration, Traces, Spans, Errors, Stage, Outcome };
/// Those of `only` (see casesInScope()) that pass. Equal ones by start. 100,000 cases take some 20 ms.
std::vector<CaseNumber> listCases(const JourneyState& state, const CaseTotals& totals, const std::vector<bool>& only, const CaseFilter& filter = {}, CaseOrder order = CaseOrder::Start,
                                  bool descending = false, const StopToken& stop = {});
/// A row each. Keep it off the UI thread. Throws Stopped.
Tabular tabulateCases(const JourneyState& state, const CaseTotals& totals, const std::vector<CaseNumber>& cases, bool utc, const StopToken& stop = {});

/// What happened in a case: its traces, and its spans that may fill stages or end an attempt; by time, a trace before its spans.
struct CaseStory {
    struct Entry {
        std::optional<int64_t> time; ///< ns, of a span as the journey counts it (causalStart()); nothing: nobody knows, it comes last
        Row row = kNoRow;       ///< the span; of a trace its root, kNoRow: it has none
        TraceIndex trace = 0;
        bool isTrace = false;
        std::string stage;      ///< names of the stages it may fill, and of exclusions
        bool fills = false;     ///< the best attempt of the case has it as the event of a stage
    };
    CaseNumber number = kNoCase;
    std::vector<Entry> entries;
};
/// O(events of the journey).
CaseStory caseStory(const JourneyState& state, CaseNumber number);
Tabular tabulate(const JourneyState& state, const CaseStory& story, bool utc);

} // namespace aisle
