#pragma once

#include <cstdint>

#include "demo/rng.h"

namespace aisle::demo {

using Nanos = int64_t; // a duration, or a time since the Unix epoch (UTC)

constexpr Nanos kMicro = 1'000;
constexpr Nanos kMilli = 1'000'000;
constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kMinute = 60 * kSecond;
constexpr Nanos kHour = 60 * kMinute;

// Latencies are drawn from tables of quantiles in integers, because exp() and log() may differ in
// the last bit between machines. `median` and `mean` are in ns, and so are the results.
Nanos logNormal(Rng& rng, Nanos median);     // sigma 0.4: work of a service, a query
Nanos wideLogNormal(Rng& rng, Nanos median); // sigma 0.9: other companies' services, people
Nanos exponential(Rng& rng, Nanos mean);     // gaps between arrivals

} // namespace aisle::demo
