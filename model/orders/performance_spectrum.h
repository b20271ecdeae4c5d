#pragma once
// The performance spectrum of two stages (Denisov, Fahland, van der Aalst 2018, "Unbiased, fine-grained description of processes
// performance from event data"): each order as a segment from the end of the one stage to the start of the other. Side by side they show
// what figures hide: queues that keep their order, overtaking, batches, blockages.
//
// Times are ns since the Unix epoch, durations ns. Pure; on any thread.

#include "export/tabular.h"
#include "orders/fulfilment_log.h"
#include "orders/time_bins.h"

#include <optional>

namespace aisle {

/// Visits of one stage that another one followed directly (the next of the same order), and what passed between them in all.
struct StagePair {
    uint32_t from = 0, to = 0;
    uint64_t orders = 0, segments = 0;
    int64_t total = 0;             ///< saturated
    int64_t p50 = 0, p95 = 0, longest = 0; ///< nearest rank
};
/// Of the orders of `only`; the largest total first, then by stage. A stage that follows itself is a pair, too. Throws Stopped.
std::vector<StagePair> stagePairs(const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop = {});
/// The one with the largest total, of two stages where there is one; nothing: no order came further than one visit.
std::optional<StagePair> widestPair(const std::vector<StagePair>& pairs);

struct SpectrumAsked {
    uint32_t from = 0, to = 1; ///< stages
    /// Each visit of `from` whose next visit is of `to`; else of each order its first visit of `from` and the first of `to` after it.
    bool directly = true;
    bool byTarget = false; ///< segments are classed as within the target or later, where there is one; else by quartile
    uint32_t bins = 100;   ///< some so many
    bool operator==(const SpectrumAsked&) const = default;
};

struct PerformanceSpectrum {
    static constexpr uint32_t kNone = 0xffffffffU;

    struct Segment {
        CaseNumber order = kNoCase;
        Row fromRow = kNoRow, toRow = kNoRow;
        int64_t start = 0, end = 0; ///< end of the one visit, start of the other; both that start where the visits overlap
        uint8_t quartile = 0;       ///< 0: the quickest quarter; see p25 to p75, of which each belongs to the quicker one
        bool isLate = false;        ///< longer than `target` from end to start, as `within` is counted
        uint32_t overtook = 0;      ///< others that started earlier and ended later
        uint32_t overtakenBy = 0;   ///< others that started later and ended earlier
        uint32_t batch = kNone;     ///< number of its batch
        int64_t duration() const { return timeBetween(start, end); }
    };
    /// An order whose last visit is of `from` (not directly: that came to `from` and not to `to` after it) and that is not done: it has not come
    /// to `to` by `observedUntil`.
    struct Waiting {
        CaseNumber order = kNoCase;
        Row row = kNoRow;
        int64_t start = 0;
        bool isStuck = false;
    };
    /// At least 3 that ended one after another, each at most `batchGap` after the one before, while their starts are spread over more than
    /// that and over more than twice as long as their ends: they waited for each other. What comes and goes at one pace is none.
    struct Batch {
        int64_t firstEnd = 0, lastEnd = 0, firstStart = 0, lastStart = 0;
        uint32_t segments = 0;
    };
    /// A time in which nothing came out although something in there was due, that is, had been in for the median duration; longer than
    /// `blockageLimit`. Ends with what came out next, or with what the files saw. An order that never came out although one that started
    /// later did was lost, and blocks nothing.
    struct Blockage {
        int64_t start = 0, end = 0;
        uint32_t waiting = 0;  ///< how many were in at its end
        bool isOpen = false;   ///< nothing came out after it
    };
    struct Bin {
        uint64_t in = 0, out = 0;
        uint64_t waiting = 0;  ///< were in at its end, stuck ones too
    };

    SpectrumAsked asked;
    std::string from, to;          ///< names of the stages
    std::vector<Segment> segments; ///< by start, end, order
    std::vector<Waiting> waiting;  ///< by start, order
    uint64_t orders = 0;           ///< different ones of the segments
    uint64_t overlapping = 0;      ///< segments whose visits overlap
    int64_t p25 = 0, p50 = 0, p75 = 0, p95 = 0, longest = 0; ///< of the segments, nearest rank
    int64_t target = 0;            ///< `within` of the stage `to`, where `from` is the stage that it is counted from; 0: none
    uint64_t late = 0;
    uint64_t overtakings = 0;      ///< pairs
    uint64_t inOrder = 0;          ///< segments that neither overtook nor were overtaken
    std::vector<Batch> batches;    ///< by first end
    int64_t batchGap = 0;          ///< 1 % of the median duration, at most 1 s
    std::vector<Blockage> blockages; ///< by start
    int64_t blockageLimit = 0;     ///< 3 times the p95 of the gaps between one end and the next; 0: fewer than 5 gaps, and none is looked for
    TimeBins bins;                 ///< from the first start to the last end, with what waits to what the files saw
    std::vector<Bin> counts;       ///< by bin
    /// Of first in, first out: the share of segments that kept their order. 1 without segments.
    double fifo() const { return segments.empty() ? 1 : static_cast<double>(inOrder) / static_cast<double>(segments.size()); }
};

/// Of the orders of `only` (by CaseNumber). O(n log n) of their visits. Throws Stopped.
PerformanceSpectrum performanceSpectrum(const FulfilmentLog& log, const std::vector<bool>& only, const SpectrumAsked& asked, const StopToken& stop = {});

/// Segments of the same two columns and class are one line: what a screen can show.
struct SpectrumLines {
    struct Line {
        uint32_t from = 0, to = 0;    ///< columns of its ends
        uint8_t kind = 0;             ///< quartile; by target 0 within, 3 later
        uint32_t count = 0;
        uint32_t first = 0;           ///< number of the first segment
    };
    uint32_t columns = 0;             ///< evenly over the time of the bins
    std::vector<Line> lines;          ///< the slow ones last, by from, to
    std::vector<uint32_t> waiting;    ///< by column: that started in it and have not ended
};
/// At most so many lines: columns are halved until they are (1 for one column of each class).
SpectrumLines spectrumLines(const PerformanceSpectrum& spectrum, uint32_t columns, size_t mostLines = 50'000);

/// A row for each segment, at most so many (0: all); for each pair of stages; for each bin that is not empty; for each batch or blockage.
Tabular tabulate(const PerformanceSpectrum& spectrum, const JourneyState& state, uint64_t limit, bool utc);
Tabular tabulatePairs(const std::vector<StagePair>& pairs, const FulfilmentLog& log);
Tabular tabulateBins(const PerformanceSpectrum& spectrum, bool utc);
Tabular tabulateBatches(const PerformanceSpectrum& spectrum, bool utc);
Tabular tabulateBlockages(const PerformanceSpectrum& spectrum, bool utc);
/// What stands out, in sentences; each of these tables but that of the pairs has them.
std::vector<std::string> spectrumNotes(const PerformanceSpectrum& spectrum);

} // namespace aisle
