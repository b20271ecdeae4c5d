#pragma once

#include <array>

#include "demo/calls.h"

namespace aisle::demo {

enum class Topic : uint8_t { Orders, Reservations, DeadReservations, PickLists, Shipments, Mails };
constexpr std::size_t kTopics = 6;
constexpr uint32_t kPartitions = 4;

// A message on its way, as far as its consumer's span shows it.
struct Message {
    SpanRef producer;
    Nanos sentAt = 0; // end of the PRODUCER span
    uint64_t offset = 0;
    Topic topic = Topic::Orders;
    uint8_t partition = 0;
};

// Kafka: a PRODUCER span in the sender's trace, a CONSUMER span as the root of another trace, and a
// span link from the second to the first.
class Queue {
public:
    explicit Queue(Calls& calls) : calls_(calls) {}

    Message send(Cursor& cursor, Topic topic, uint8_t partition, std::string_view orderId);
    Cursor consume(InstanceId instance, const Message& message, Nanos at, std::string_view orderId);

private:
    Calls& calls_;
    std::array<uint64_t, kTopics * kPartitions> offsets_{};
};

} // namespace aisle::demo
