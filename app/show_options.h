#pragma once
// What `aisle show` is asked for, and which of it goes together. An option that a view cannot honour is refused: a script that
// believes it was heard would go on with other numbers.

#include "export/export.h"
#include "journey/journey.h"
#include "mask_options.h"
#include "selection/scope.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

inline constexpr std::string_view kReport = "report"; ///< is shown like a view, but is about the files
inline constexpr std::string_view kCriticalPath = "critical-path"; ///< is a table here, and drawn as the rows of the waterfall that are on it
inline constexpr std::string_view kMasking = "masking"; ///< what --mask would do
inline constexpr std::string_view kCompare = "compare"; ///< of two traces
inline constexpr std::string_view kCase = "case", kCaseKeys = "case-keys"; ///< of one case; what a case could be
inline constexpr std::string_view kBottlenecks = "bottlenecks"; ///< of orders, as sentences and as a table
inline constexpr std::string_view kOrder = "order"; ///< what happened to one order
inline constexpr std::string_view kServiceGraph = "service-graph";
inline constexpr std::string_view kPaths = "paths";
inline constexpr std::string_view kVariants = "variants"; ///< of paths, as a table
inline constexpr std::string_view kFulfilment = "fulfilment", kOrders = "orders"; ///< of the order flow: its stages, and its orders one by one
inline constexpr std::string_view kByConformance = "conformance"; ///< of fulfilment: by how orders differ from the flow, not by stage

inline constexpr std::string_view kDottedChart = "dotted-chart", kPerformanceSpectrum = "performance-spectrum", kWorkInProgress = "work-in-progress"; ///< orders over time

/// What a case is to be.
struct CaseChoice {
    std::string id;             ///< CaseKey::id, or the name of an attribute
    std::optional<CaseKey> own; ///< of a file, with that id
};

struct ShowOptions {
    std::string order, words; ///< of order: its number, a file with its sentences
    bool technical = false;   ///< of order
    std::string view, file, select, baseline, journey, stage, byCase, caseValue, outcome, trace, with, by, measure, as = "text", out, theme;
    std::string sort, from, to; ///< of the charts of orders
    bool sinceStart = false, eventually = false, byTarget = false; ///< of these as well
    std::vector<std::string> targets; ///< of orders: "STAGE=DURATION", or a duration for the whole
    std::string of;             ///< paths: what activities are
    std::vector<double> detail; ///< paths: percent of activities, and of edges; one is both
    bool everyRequest = false, foldRepeats = false; ///< of paths
    bool withBots = false;
    std::optional<uint64_t> limit;
    bool utc = false, all = false, adjustClocks = false, spans = false;
    std::optional<JourneyDefinition> journeyDefinition; ///< what the file `journey` says; nothing: the preset that fits best
    bool isOrderFlow = false; ///< it is of orders: what is open is a matter of how they stand (followOrders())
    std::optional<CaseChoice> caseChoice; ///< what `byCase` says
    Scope scope, baselineScope; ///< what `select` and `baseline` say; empty: everything, and everything else

    MaskOptions masking;
    bool reveal = false; ///< of what is masked without being asked
    std::shared_ptr<const Redactor> redactor = std::make_shared<const Redactor>(); ///< of what was opened, which everything passes

    bool isPicture() const { return as == "png" || as == "svg" || as == "pdf"; }
    bool isDocument() const { return as == "md" || as == "html"; }
    /// No view draws it: a picture is of the table.
    bool isTableOnly() const;
};

inline bool isAny(std::string_view view, std::initializer_list<std::string_view> of) { return std::find(of.begin(), of.end(), view) != of.end(); }
bool isOfOneTrace(std::string_view view);
/// Of orders over time: dotted-chart, performance-spectrum and work-in-progress.
inline bool isOrderChart(std::string_view view) { return view == kDottedChart || view == kPerformanceSpectrum || view == kWorkInProgress; }
/// Of orders: fulfilment, orders, bottlenecks and these charts.
inline bool isOfOrders(std::string_view view) { return view == kFulfilment || view == kOrders || view == kBottlenecks || isOrderChart(view); }
/// Of the paths of cases: paths and variants.
inline bool isOfPaths(std::string_view view) { return view == kPaths || view == kVariants; }

/// Made to be given to customers, or to be asked for with a customer at the telephone: masked unless it is revealed.
inline bool isMaskedUnlessRevealed(std::string_view view) { return view == "order"; }

/// Why these options do not go together, without a full stop; empty when they do.
std::string wrongUsage(const ShowOptions& options);

} // namespace aisle
