#pragma once
// The funnel divided by the values of a field, over time, and beside that of other cases.

#include "analysis/proportions.h"
#include "export/tabular.h"
#include "journey/journey_model.h"
#include "query/context.h"
#include "selection/scope.h"

namespace aisle {

/// Of which trace of a case the value is: the first or the last one that has a value, or the one that filled a stage.
struct Attribution {
    enum class Of : uint8_t { First, Last, Stage };
    Of of = Of::First;
    size_t stage = 0;
    bool operator==(const Attribution&) const = default;
};

/// Cases with one value: all that were asked for, whether they began or not (`funnel.cases`). What is converted is a share of those of them
/// that entered: came to the first stage, of an open journey to any.
struct FunnelGroup {
    std::string label;      ///< the value; empty with `isNone`
    std::string condition;  ///< TraceQL of spans with it; empty for the others
    bool isNone = false;    ///< cases of which no trace has a value; by Attribution::Of::Stage those whose event there has none, or that did not come there
    FunnelResult funnel;    ///< counts and times, without cases
    Interval conversion;    ///< of converted in those that entered, 95 % (Wilson)
    uint64_t entered() const { return aisle::entered(funnel); }
    double rate() const { return entered() == 0 ? 0 : static_cast<double>(funnel.converted) / static_cast<double>(entered()); }
};

struct FunnelBreakdown {
    std::string field; ///< as TraceQL names it
    Attribution attribution;
    std::vector<FunnelGroup> groups; ///< by cases; what is left over together, then those without a value
    FunnelGroup all;
    std::vector<uint32_t> ofCase; ///< by CaseNumber: its group; kNone: was not looked at
    static constexpr size_t kMostGroups = 50;
    static constexpr uint32_t kNone = 0xffffffffU;
};

/// A value of a trace is its root's, otherwise that of the first of its spans that has one. 5 M spans take some 100 ms. Throws
/// std::runtime_error when `field` is none, StoreError and Stopped.
FunnelBreakdown funnelBreakdown(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, const std::string& field,
                                Attribution attribution = {}, const StopToken& stop = {});
Tabular tabulate(const FunnelBreakdown& breakdown, bool isOfOrders); ///< orders are done where other cases have converted

/// By what cases are divided as long as nobody has chosen: the first of service.version and the span attributes that say what customers came
/// with (device, browser, country, plan), before them of orders those on which it hangs how they go on (payment method, carrier, region:
/// resources/presets/usual_fields.json), of which the cases have 2 to kMostUsualValues first values, and at least half of them one: what only
/// buyers have says nothing about who buys. Of at most kMostUsualTried fields; where none is so service.version. 5 M spans take some 100 ms
/// for each field that is tried. Throws StoreError and Stopped.
std::string usualField(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, const StopToken& stop = {});
inline constexpr size_t kMostUsualValues = 12, kMostUsualTried = 8;

/// Cases by when they entered: the event of their first stage.
struct FunnelTrend {
    struct Step {
        uint64_t entered = 0, converted = 0, dropped = 0, open = 0;
        Interval conversion; ///< of converted in those that are not open, 95 % (Wilson)
        uint64_t over() const { return converted + dropped; }
    };
    int64_t start = 0, step = 0; ///< ns: of the first step, a multiple of `step`, and of each
    std::vector<Step> steps;
};
/// The step in which it entered; nothing: it never did.
std::optional<size_t> stepOf(const FunnelTrend& trend, const JourneyState& state, CaseNumber number);
/// From the first to the last entry of all that count, whatever the scope, so that what is brushed does not move: orders go on for hours after.
FunnelTrend funnelTrend(const JourneyState& state, const std::vector<bool>& only, size_t mostSteps = 60, const StopToken& stop = {});
Tabular tabulate(const FunnelTrend& trend, bool utc, bool isOfOrders);

/// Two groups of cases beside each other. A case may be in both.
struct FunnelComparison {
    FunnelResult a, b;
    std::vector<bool> ofA, ofB; ///< by CaseNumber: that each counts
    struct Stage {
        Interval ofEntered, ofBefore; ///< difference of the shares in a and in b, 95 % (Newcombe)
        bool hasBefore = false;       ///< both have shareOfBefore()
        bool isClear() const { return hasBefore && (ofBefore.low > 0 || ofBefore.high < 0); }
    };
    std::vector<Stage> stages;
    Interval conversion; ///< the same of converted in those that entered
};
FunnelComparison compareFunnels(const JourneyState& state, const std::vector<bool>& a, const std::vector<bool>& b);
/// Of the cases in a scope, and those in another one; an empty one is all cases that are not in the first. What both hold is the first's,
/// but of everything it is the other's. Throws StoreError and Stopped.
FunnelComparison compareFunnels(const JourneyState& state, const ScopeResult& scope, const Scope& baseline, const traceql::Context& context, const StopToken& stop = {});
Tabular tabulate(const FunnelComparison& comparison);

} // namespace aisle
