#pragma once
// Orders in progress over time: how many came, how many were done, how many were in between, in all and by stage.
//
// An order is in progress from its first start until it is done or has failed: to its last end, or, where it is not over, to what the files saw. At each
// moment it is at the stage of its latest visit: worked on while one of its visits runs, waiting after the stage otherwise. So the stages
// add up to the whole. A stuck order stays in progress, and is counted apart from when its patience was over. Times are half open: what
// ends when another begins does not meet it.
//
// Little's law (Little 1961, L = lambda W) holds over the time of the bins: the mean of what is in progress is the arrivals in that time,
// by its length, times how long each stayed in it.
//
// Times are ns since the Unix epoch. Pure; on any thread.

#include "export/tabular.h"
#include "orders/fulfilment_log.h"
#include "orders/time_bins.h"
#include "text/format.h"

namespace aisle {

struct WorkInProgress {
    struct Bin {
        uint64_t arrivals = 0, completions = 0; ///< of a stage: came to it, went on, were done or failed
        uint64_t inProgress = 0; ///< at the end of the bin; arrivals less completions of it and all before
        uint64_t most = 0;       ///< at any moment of the bin
        uint64_t waiting = 0;    ///< of inProgress, those no visit of which runs
        uint64_t stuck = 0;      ///< of these, those that are stuck
    };
    struct Line {
        std::string stage;       ///< empty: the whole
        std::vector<Bin> bins;
        uint64_t arrived = 0, completed = 0;
        uint64_t peak = 0;       ///< the most at one moment
        int64_t peakAt = 0;      ///< the first such moment
        double stayed = 0, waited = 0; ///< ns, of all together: in progress, and of that without a visit that runs
        double meanStay() const { return arrived == 0 ? 0 : stayed / static_cast<double>(arrived); } ///< ns; of those that have not gone on, so far
    };
    TimeBins bins;
    int64_t from = 0, to = 0;    ///< from the first arrival to the last completion, or to what the files saw where an order is not over
    Line all;
    std::vector<Line> stages;    ///< in the order of the flow
    uint64_t underWay = 0, stuck = 0; ///< orders, at the end
    /// Orders of a line in progress at once, on average over `from` to `to`. 0 where that is no time.
    double mean(const Line& line) const { return to > from ? line.stayed / (static_cast<double>(to) - static_cast<double>(from)) : 0; }
};

/// Of the orders of `only` (by CaseNumber), in some so many bins. O(n log n) of their visits. Throws Stopped.
WorkInProgress workInProgress(const FulfilmentLog& log, const std::vector<bool>& only, uint32_t bins = 100, const StopToken& stop = {});

/// A row for each bin of the whole; for each line, the whole first.
Tabular tabulate(const WorkInProgress& work, bool utc);
Tabular tabulateStages(const WorkInProgress& work, bool utc);
std::vector<std::string> workNotes(const WorkInProgress& work, TimeZone zone);

} // namespace aisle
