#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace aisle::demo {

// What goes wrong in the shop, if anything. scenario.h says what each one changes.
enum class Scenario { Steady, FlashSale, BadRelease, SlowInventory };

// "steady", "flash-sale", "bad-release", "slow-inventory"; anything else is nothing.
std::optional<Scenario> scenarioFromName(std::string_view name);
std::string_view scenarioName(Scenario scenario);

struct Options {
    Scenario scenario = Scenario::Steady;
    uint64_t sessions = 600;
    // When non-zero: new sessions stop arriving once at least this many spans are written, and
    // `sessions` is ignored. The sessions and orders under way are still finished.
    uint64_t spans = 0;
    uint64_t seed = 1;
};

struct Totals {
    uint64_t spans = 0;
    uint64_t traces = 0;
    uint64_t sessions = 0; // sessions that began, bots included
    uint64_t orders = 0;   // orders paid for; fulfilment of some is still open at the end of the file
    uint64_t logs = 0;     // log records, all of them exceptions
    uint64_t bytes = 0;    // handed to `out`
};

// Receives whole lines, a few hundred kB at a time; the view is valid during the call only.
// Returns false to stop.
using Output = std::function<bool(std::string_view chunk)>;

// Writes a shop's telemetry as OTLP JSON lines: each line is one `{"resourceSpans":[...]}` or one
// `{"resourceLogs":[...]}` message. Times are nanoseconds since the Unix epoch and begin at
// 2026-03-14T09:00:00Z, whatever the day. The same options give the same bytes on every machine;
// with more sessions the file is the same up to the arrival of the first one added.
//
// Memory depends on how many sessions and orders are under way at one simulated moment, not on the
// length of the file. Runs in the calling thread, and throws nothing but std::bad_alloc and what
// `out` throws.
Totals write(const Options& options, const Output& out);

} // namespace aisle::demo
