#pragma once
// Where orders lose time: stages at which they wait, are worked on or are tried again longer than they have to, ranked by the time that this
// costs. That a stage takes long is none (a carrier takes hours, the same for all): it needs evidence.
//
// What is looked at: by stage and instance (service.instance.id, else pod or host) the time that a message lay in the queue, the wait of
// the hand-over where no queue is known or before it, the work; by stage the time from a failure to the end of the next attempt, whose
// waits count nowhere else.
// Evidence: the instance is saturated (orders/saturation.h; all orders of the file count there, as they occupy it), or its times are longer than
// those of the other instances of the same service at that stage (analysis/mann_whitney.h, corrected over all comparisons by Benjamini and Hochberg 1995; at
// least kLeastVisits on each side, medians apart by kLeastFactor); of repeats that they are, and of one
// instance where at least kLeastVisits failed there, and significantly more often than elsewhere (associationChance() of analysis/odds_ratio.h).
// Cost: the sum of what is above the usual: the median of the stage's other instances of that service that are not saturated themselves; where there are not enough of them
// the median there of what was not back to back, else 0. As a share of the lead time of all orders. The same time may count in more than one.
// Operation: which one has most of the self time of the visits there, with all that is below them; of repeats the one with which most
// failures began. What is alike at all instances, and never keeps one busy, is no bottleneck, and is said so (`longest`).

#include "export/tabular.h"
#include "orders/fulfilment_log.h"
#include "orders/saturation.h"

#include <optional>

namespace aisle {

struct Bottleneck {
    enum class Kind : uint8_t { Queue, HandOver, Work, Repeats };
    struct Example {
        CaseNumber number = kNoCase;
        Row row = kNoRow; ///< the visit; of repeats the one that failed
    };
    struct Imbalance {
        uint64_t others = 0;   ///< visits of the other instances
        double p = 1, q = 1;   ///< q: corrected for all comparisons
        int64_t othersP50 = 0; ///< ns, of these visits, saturated instances or not; of repeats 0
    };

    Kind kind = Kind::Queue;
    size_t stage = 0;
    std::string stageName;
    std::string service, instance;          ///< instance: empty: none is named, or of repeats they are of no one instance
    std::string operation, operationService; ///< empty: none is known
    double operationShare = 0;               ///< of the self time; of repeats of the failures
    std::optional<Saturation> saturation;    ///< it is saturated
    std::optional<Imbalance> imbalance;      ///< its times are longer than elsewhere; of repeats: it fails more often
    uint64_t visits = 0;                     ///< with such a time; of repeats: those that failed and were tried again
    int64_t p50 = 0, p90 = 0;                ///< of these times, ns
    int64_t usual = 0;                       ///< ns, what is above counts
    int64_t excess = 0;                      ///< ns, over all orders
    double share = 0;                        ///< of the lead time of all orders
    int64_t excessP50 = 0, excessP90 = 0;    ///< by order, of those that lost time, ns
    std::vector<CaseNumber> orders;          ///< that lost time, ascending
    std::vector<Example> examples;           ///< of those that lost most, these first
};

/// A stage that orders wait for long, and that is no bottleneck.
struct LongWait {
    size_t stage = 0;
    std::string stageName;
    uint64_t visits = 0;
    int64_t p50 = 0, p90 = 0; ///< of the waits, ns
    uint64_t instances = 0;
    bool isCompared = false; ///< with enough visits at two instances
    double busy = 0;         ///< of the busiest instance, while something waited for it
};

struct Bottlenecks {
    std::vector<Bottleneck> found; ///< by excess, largest first
    std::vector<LongWait> longest; ///< longest median first
    uint64_t orders = 0;           ///< with visits
    int64_t lead = 0;              ///< of all of these, ns, saturated
    uint64_t compared = 0;         ///< comparisons of instances
    uint64_t small = 0;            ///< with evidence, that cost less than kLeastShare
    std::string problem;           ///< why nothing could be looked for, in words

    static constexpr uint64_t kLeastVisits = 10;
    static constexpr double kLeastFactor = 1.5, kMostFalse = 0.05;
    static constexpr double kLeastShare = 0.001; ///< of the lead time, of what is worth a sentence
    static constexpr double kLeastWait = 0.01;   ///< of the median lead time, of a long wait
    static constexpr size_t kMostExamples = 10, kMostLongest = 3, kMostSampled = 500; ///< kMostSampled: visits whose spans are looked at for an operation
};

/// `only`: by CaseNumber, which orders count. O(visits log visits + spans of the traces that are looked at). Throws Stopped. Keep it off the UI thread.
Bottlenecks bottlenecks(const JourneyState& state, const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop = {});

/// "Orders wait 7 min 36 s (p50) in the queue for Reserved at inventory-2 of inventory, which works without a pause: 92 % of those that waited
/// began right after the one before; UPDATE stock takes 80.0 % of its time." Where it takes longer than the others: "..., against 10.0 ms at the
/// others; ...", which is their median and not what is usual: that may be of fewer of them, or of none.
std::string sentenceOf(const Bottleneck& bottleneck);
/// "Orders wait 1 h 26 min (p50) for Delivered, 2 h 40 min (p90); it is alike for all and no bottleneck."
std::string sentenceOf(const LongWait& wait);
/// "26 h 10 min over 243 orders, 6.2 % of the time of all orders; by order 7 min 36 s (p50), 9 min 50 s (p90)"
std::string figuresOf(const Bottleneck& bottleneck);
std::string_view kindWord(Bottleneck::Kind kind); ///< "queue"
/// What was looked at, and what the words mean; where nothing was found, that.
std::vector<std::string> bottleneckNotes(const Bottlenecks& all);

/// Bottlenecks, then the long waits, which are marked as none.
Tabular tabulateBottlenecks(const Bottlenecks& all, const JourneyState& state);

} // namespace aisle
