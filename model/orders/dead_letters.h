#pragma once
// Which visits of an order ended in a dead-letter queue: what could not be done is set aside there, for somebody to look at, and nothing tries it again.
//
// A message is one to such a queue where the span that sends it says so in its name, which by OpenTelemetry's conventions has the destination:
// "send reservations.dlq", "orders-dead-letter publish". Clients of clouds' queues send with CLIENT spans, which have to say that they send as
// well: one that reads the queue sets nothing aside, but what is read lay there. A broker that moves messages by itself makes no span, and nothing is known of that.

#include "journey/journey_model.h"
#include "table/cancel.h"
#include "table/row_set.h"

#include <string_view>
#include <vector>

namespace aisle {

bool isDeadLetterQueue(std::string_view operation);
bool saysThatItSends(std::string_view operation);

struct SetAside {
    RowSet visits;           ///< those below which something is sent to such a queue, of several that are above it the nearest
    std::vector<Row> others; ///< what else is sent there, and what is read from there (CONSUMER): it is known of no visit
};
/// O(spans). Throws Stopped.
SetAside setAside(const SpanTable& table, const RowSet& visits, const StopToken& stop = {});
/// Of all that may fill a stage, or failed to.
SetAside setAside(const JourneyState& state, const StopToken& stop = {});

} // namespace aisle
