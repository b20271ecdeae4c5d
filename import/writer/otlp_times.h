#pragma once
// Start and end of a span as OTLP has them, where 0 is none, and the marks of a span that it has no field for.

#include "store/span_sink.h"
#include "writer/losses.h"

namespace aisle {

struct OtlpTimes {
    int64_t start = 0, end = 0;
};

/// lose(what) for each thing that does not fit. A duration without a start ends that long after 0.
template <typename Lose>
OtlpTimes otlpTimes(const SpanRecord& span, Lose&& lose) {
    const bool hasStart = (span.flags & kNoStart) == 0, hasEnd = (span.flags & kUnfinished) == 0;
    OtlpTimes times;
    times.start = hasStart ? span.start : 0;
    times.end = hasEnd ? times.start + span.duration : 0;
    if (hasStart && times.start == 0)
        lose(loss::kZeroStart);
    if (hasEnd && times.end == 0)
        lose(loss::kZeroEnd);
    if ((span.flags & kSharedId) != 0)
        lose(loss::kShared);
    if ((span.flags & RecordedFlag::kFollowsFrom) != 0)
        lose(loss::kFollowsFrom);
    return times;
}

} // namespace aisle
