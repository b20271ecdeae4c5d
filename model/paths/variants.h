#pragma once
// Variants: the different sequences of activities that cases went through, and how many went which way.

#include "paths/case_log.h"

namespace aisle {

struct Variants {
    /// An activity, so many times in a row. Where repeats are folded, from `least` to `most` times, by case.
    struct Step {
        uint32_t activity = 0; ///< in CaseLog::activities
        uint32_t least = 1, most = 1;
        bool operator==(const Step&) const = default;
    };
    struct Variant {
        std::vector<Step> steps;
        bool isCut = false; ///< goes on, in whatever way, behind what is compared
        uint64_t cases = 0;
        uint64_t open = 0, converted = 0; ///< of them: CaseLog::isOpen; came to the end of the journey
        double share = 0, cumulative = 0; ///< of the cases that have events; of this and those before it
        int64_t p50 = 0, p90 = 0;         ///< ns that the whole case took (CaseLog::duration()), nearest rank
        std::vector<CaseNumber> examples; ///< the first ones
    };
    static constexpr size_t kMostSteps = 200; ///< that are compared: events, or folded runs of them
    static constexpr size_t kMostExamples = 5;
    static constexpr uint32_t kNone = 0xffffffffU;

    std::vector<Variant> variants; ///< by cases, then by the names of their activities
    std::vector<uint32_t> ofCase;  ///< by CaseNumber; kNone: not looked at, or without events
    uint64_t cases = 0;            ///< looked at
    uint64_t emptyCases = 0;       ///< of them without events
    uint64_t cutCases = 0;         ///< of them longer than what is compared
    bool foldsRepeats = false;
};

/// Over the cases of `only` (by number). `foldRepeats`: how often an activity is repeated in a row makes no other variant. `kept`: the
/// activities that count (DirectlyFollows::kept); null: all. Sequences are compared, not their hashes. 1 M
/// events of 100,000 cases that go 64,000 ways take 0.3 s. Throws Stopped.
Variants variants(const CaseLog& log, const std::vector<bool>& only, bool foldRepeats = false, const std::vector<bool>* kept = nullptr, const StopToken& stop = {});

/// The cases of one, ascending.
std::vector<CaseNumber> casesOfVariant(const Variants& variants, uint32_t variant);

/// "Browse → Product x3 → Cart", "Product x2-5", " → ..." when it is cut. Each name passes the redactor: together they would be one value.
std::string variantText(const CaseLog& log, const Variants::Variant& variant, const Redactor& redactor = Redactor());

/// The same by what differs from `usual`, the most frequent one, where there is no room for all: "… → Reserved → Packed x2 → …". Of the steps with
/// which both begin and end, so many `around` what differs, and at least one where a step is only missing; "…" stands for the others. Of `usual`
/// itself as many and one more at either end.
std::string variantDifference(const CaseLog& log, const Variants::Variant& variant, const Variants::Variant& usual, size_t around);

} // namespace aisle
