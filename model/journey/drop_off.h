#pragma once
// Why customers stopped at a stage: what they met with there, ranked by how much more often those who met with it stopped.
//
// Who is compared, and which traces count as the stage's: journey/stage_experience.h. Each comparison is among the cases that made the same
// request or call for the first time there: those in which it failed, took long, carried a value, with those in which it did not.
// Cases that never made it are on neither side, because who stops early makes fewer requests of any kind.
// What is compared (DropFactor::Kind), of operations within one kind of request: failures where they began, with and without their kind
// (analysis/error_kinds.h); durations above thresholds, of what did not fail; calls that were made again after a failure; resource attributes by service, span attributes by operation, of at most
// kMostValues values; which service took most of the critical path of a request.
// Tests: odds ratio with Woolf's interval, Fisher's exact or chi-squared test (analysis/odds_ratio.h), corrected over all comparisons
// that were made, each threshold one of them (Benjamini and Hochberg). What is found counts once, with all that it explains: a failure
// that shows in fifty attributes must not make chance look fifty times as rare.
// Ranked by the lower end of the interval; but what no longer stands out when the cases of a stronger one are left out (a failure of the
// frontend because one of checkout, the release that brought the failure) is named with it, and the deeper of two failures or delays comes
// before the one that it explains. All of that is correlation: what goes together with stopping need not be its cause.

#include "analysis/odds_ratio.h"
#include "export/tabular.h"
#include "journey/case_money.h"
#include "query/context.h"

#include <array>

namespace aisle {

class Redactor;

struct DropFactor {
    enum class Kind : uint8_t { Failure, Latency, Repeated, Resource, Attribute, RequestFailed, CriticalPath };
    Kind kind = Kind::Failure;
    std::string service, operation; ///< of a resource attribute no operation
    std::string request; ///< operation of the root, where that is another one
    aisle::Kind spanKind = aisle::Kind::Unspecified;
    std::string field;     ///< of Resource and Attribute, as TraceQL names it
    std::string value;     ///< of it; of Failure its kind, or empty; of CriticalPath a service
    int64_t threshold = 0; ///< ns, of Latency: longer than
    std::string condition; ///< TraceQL of such spans, without braces; empty where it cannot say it
    double depth = 0;      ///< of the spans of the operation, mean
    bool isOutcome = false; ///< says how it ended, not why: a status code, the failure of the whole request

    /// Behind "Sessions": "whose POST /api/payment of frontend took over 2 s".
    std::string toWords() const;
};

struct DropCause {
    struct Example {
        CaseNumber number = kNoCase;
        Row row = kNoRow; ///< the span that failed, took long, or has the value
    };
    DropFactor factor;
    TwoByTwo cases; ///< the outcome is "stopped here"
    OddsRatio odds;
    double p = 1, q = 1; ///< q: corrected for all comparisons
    std::vector<DropFactor> same;    ///< in nearly the same cases
    std::vector<DropFactor> related; ///< more often there, and not more than chance without these cases
    std::vector<Example> examples;   ///< of those that stopped, in order of time
    std::vector<CaseNumber> stopped; ///< all of them
    CaseMoney money;                 ///< of the same

    /// The share of those with it that would not have stopped, had they fared like the others.
    double excessShare() const { return cases.with == 0 ? 0 : std::max(0.0, cases.excess() / static_cast<double>(cases.with)); }
    /// What is expected to be lost of that share, in words; empty: none is known, or what they stopped with may be chance.
    std::string moneyWords() const;
};

struct DropOff {
    size_t stage = 0;
    std::string stageName, caseName = "case", casePlural = "cases";
    uint64_t stopped = 0, wentOn = 0, open = 0; ///< open: left out
    std::vector<DropCause> causes; ///< q at most kMostFalse, and more often
    std::vector<DropCause> chance; ///< what comes next, and may be chance
    uint64_t compared = 0;
    CaseMoney money; ///< of all that stopped here
    std::string problem; ///< why nothing could be compared

    static constexpr uint64_t kLeastCases = 5;   ///< with the factor, and without it
    static constexpr uint64_t kLeastStopped = 3; ///< of those with it
    static constexpr double kMostFalse = 0.05;   ///< of what is found
    static constexpr double kSame = 0.95;        ///< Jaccard index of two sets of cases that are nearly the same
    static constexpr size_t kMostValues = 50, kMostExamples = 10, kMostChance = 20;
    /// Below, nobody notices a delay (Miller 1968, "Response time in man-computer conversational transactions").
    static constexpr int64_t kLeastLatency = 100'000'000;
    /// Thresholds that are tried, beside the quantiles of an operation.
    static constexpr std::array<int64_t, 4> kRound = {500'000'000, 1'000'000'000, 2'000'000'000, 5'000'000'000};
    static constexpr std::array<double, 4> kQuantiles = {0.5, 0.75, 0.9, 0.95};
};

/// `only`: see casesInScope(). Of `context` table and attributes are used. Throws StoreError and Stopped. Two threads; keep it off the UI
/// thread.
DropOff dropOff(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, size_t stage, const StopToken& stop = {});

/// Of the other stages at which somebody can be compared the one whose first cause is the clearest (lower end of its odds ratio); nothing:
/// nobody can be compared at any. As long as dropOff() for each of them. Throws StoreError and Stopped.
std::optional<DropOff> clearestDropOff(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, size_t except, const StopToken& stop = {});

/// Where nobody has chosen a stage, `first` is of the one at which most stopped (stageOfMostStops()) and answers when it has a cause.
/// Without one, what clearestDropOff() found is begun with, if that has one, or can at least be compared.
bool isClearer(const std::optional<DropOff>& elsewhere, const DropOff& first);

/// The stage at which most stopped, but the last; nothing: nobody stopped at any.
std::optional<size_t> stageOfMostStops(const FunnelResult& funnel);

/// "Sessions whose shipping quote took over 2 s stopped at Checkout 3.4 times as often: 212 of 540 against 116 of 1,010."
std::string sentenceOf(const DropOff& drop, const DropCause& cause);
/// "In nearly the same sessions: ..." and what goes together with it, a value or a call that shows in several places once; empty: nothing.
std::string alsoOf(const DropOff& drop, const DropCause& cause);
/// "odds ratio 3.4 (2.1 to 5.6), q <0.001, 21 more than among the others; about 1,204 EUR expected to be lost"
std::string figuresOf(const DropCause& cause);
/// What was compared, and that correlation is correlation; where nothing stands out, that.
std::vector<std::string> dropOffNotes(const DropOff& drop);

/// As it may leave: values are redacted as those of their attributes, which a sentence does not say to a redactor.
DropOff redacted(DropOff drop, const Redactor& redactor);
DropCause redacted(DropCause cause, const Redactor& redactor);

Tabular tabulate(const DropOff& drop, const JourneyState& state);

} // namespace aisle
