#pragma once
// What the cases did that never reached the first stage of a journey (of an open one, and in any order, any stage).

#include "journey/journey_model.h"

namespace aisle {

struct NeverBegan {
    struct Request {
        std::string name; ///< as paths/activities.h calls it among those of these cases: plain text of strangers
        std::vector<CaseNumber> cases; ///< that asked for it, ascending
    };
    std::vector<CaseNumber> cases; ///< ascending
    std::vector<Request> requests; ///< what most of them asked for first, at most kMost
    uint64_t others = 0;           ///< requests that are not among these
    uint64_t silent = 0;           ///< cases without a request that is an act of a customer
    uint64_t unheld = 0;           ///< cases with a span that the stage selects, which lacks what the journey holds constant
    static constexpr size_t kMost = 5;
};

/// Of `only` (see casesInScope()). Reads what their requests asked for. Throws StoreError and Stopped. Keep it off the UI thread.
NeverBegan neverBegan(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, const StopToken& stop = {});

/// "112 sessions never reached Visit: they only asked for GET /api/cart (107) and GET /api/data (5)." Empty: all began.
std::string sentenceOf(const NeverBegan& never, const JourneyState& state);

} // namespace aisle
