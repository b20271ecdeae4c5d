#pragma once
// Which visits of an order ended in a dead-letter queue: what could not be done is set aside there, for somebody to look at, and nothing tries it again.
//
// A message is one to such a queue where the span that sends it (PRODUCER, or CLIENT as clients of clouds' queues have it) says so in its name,
// which by OpenTelemetry's conventions has the destination: "send reservations.dlq", "orders-dead-letter publish", "SQS.SendMessage pay_DLQ".
// It is of the visit that it is sent below. A broker that moves messages by itself makes no span, and nothing is known of that.

#include "orders/fulfilment_log.h"

#include <string_view>

namespace aisle {

bool isDeadLetterQueue(std::string_view operation);

/// Marks FulfilmentLog::Visit::isSetAside; what is set aside has failed. O(spans), of most one comparison. Throws Stopped.
void markSetAside(const SpanTable& table, FulfilmentLog& log, const StopToken& stop = {});

} // namespace aisle
