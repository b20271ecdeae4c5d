#pragma once
// Does one instance have more to do than it can? It is saturated where work waits for it, and it takes up what waits as soon as it has
// finished something. Work that waits for another reason (a carrier who comes in the evening) begins whenever it likes.
//
// An instance works on as many visits at once as were seen in 95 % of the time in which it worked: its slots. Back to back is a visit
// that had been waiting while another one ran there, and began within the tolerance of that one's end. Where many visits end, some begin
// right after one by chance: as large a share as these moments are of the waiting time, which is taken off (as Cohen 1960, "A coefficient of
// agreement for nominal scales", does for agreement by chance).
// Why all of it is asked for: an instance with enough slots is busy without a queue, one that waits for something else is idle beside it, and
// where now and then two meet, the second waits for the first without anything being wrong.

#include "table/cancel.h"

#include <cstdint>
#include <vector>

namespace aisle {

/// A visit at an instance. Times are ns.
struct ServedVisit {
    int64_t start = 0, end = 0; ///< end >= start
    int64_t since = 0;          ///< since when it had been waiting; start: it did not, or nobody knows
};

struct Saturation {
    uint64_t visits = 0;
    uint64_t waited = 0;     ///< for longer than the tolerance
    uint64_t backToBack = 0; ///< of these
    double chance = 0;       ///< share of the time in which something waited in which a visit would have begun back to back by chance
    double busy = 0;         ///< share of the slots that worked, of the time in which something waited
    uint32_t slots = 0;      ///< 0: it never worked
    int64_t tolerance = 0;   ///< ns
    std::vector<bool> isBackToBack; ///< by visit, in the order they were given

    double share() const { return waited == 0 ? 0 : static_cast<double>(backToBack) / static_cast<double>(waited); }
    /// The share without what is expected by chance; 0 where that is everything.
    double beyondChance() const { return chance >= 1 ? 0 : (share() - chance) / (1 - chance); }
    bool isSaturated() const { return waited >= kLeastWaited && static_cast<double>(backToBack) >= static_cast<double>(visits) * kLeastOfAll && busy >= kLeastBusy && beyondChance() >= kLeastBeyond; }

    static constexpr uint64_t kLeastWaited = 10;
    static constexpr double kLeastOfAll = 0.25, kLeastBusy = 0.8, kLeastBeyond = 0.5;
    static constexpr double kSlotsIn = 0.95; ///< of its working time
};

/// The tolerance is 100 ms, or 1 % of the median wait where that is more, but no more than a tenth of the time in which a slot comes free (the mean
/// work / slots), in which by chance one in ten would begin; and at least 1 ms, which is the resolution of many clocks. O(n log n). Throws Stopped.
Saturation saturation(const std::vector<ServedVisit>& visits, const StopToken& stop = {});

} // namespace aisle
