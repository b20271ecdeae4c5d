#include "demo/messaging.h"

#include "demo/json_out.h"

namespace aisle::demo {
namespace {

struct TopicInfo {
    std::string_view name;
    std::string_view send;
    std::string_view process;
    std::string_view group;
};

constexpr std::array<TopicInfo, kTopics> kTopicInfo = {{
    {"orders", "send orders", "process orders", "order-fulfilment"},
    {"reservations", "send reservations", "process reservations", "inventory"},
    {"reservations.dlq", "send reservations.dlq", "process reservations.dlq", "none"},
    {"pick-lists", "send pick-lists", "process pick-lists", "warehouse"},
    {"shipments", "send shipments", "process shipments", "delivery"},
    {"mails", "send mails", "process mails", "email"},
}};

void describe(std::string& attributes, const Message& message, std::string_view orderId) {
    std::string id;
    appendHex(id, mix64(message.producer.span));
    addText(attributes, "messaging.system", "kafka");
    addText(attributes, "messaging.destination.name",
            kTopicInfo[static_cast<std::size_t>(message.topic)].name);
    addText(attributes, "messaging.destination.partition.id", std::to_string(message.partition));
    addNumber(attributes, "messaging.kafka.offset", static_cast<int64_t>(message.offset));
    addText(attributes, "messaging.message.id", id);
    addText(attributes, "server.address", "kafka");
    addNumber(attributes, "server.port", 9092);
    addText(attributes, "order.id", orderId);
}

} // namespace

Message Queue::send(Cursor& cursor, Topic topic, uint8_t partition, std::string_view orderId) {
    TraceWriter& writer = calls_.writer();
    const TopicInfo& about = kTopicInfo[static_cast<std::size_t>(topic)];
    const SpanIndex span =
        writer.beginChild(cursor.span, cursor.instance, Kind::Producer, about.send, cursor.now);
    cursor.now += logNormal(calls_.rng(), 2 * kMilli);
    SpanRecord& record = writer.span(span);
    record.end = cursor.now;

    Message message;
    message.producer = record.id;
    message.sentAt = cursor.now;
    message.offset = offsets_[static_cast<std::size_t>(topic) * kPartitions + partition]++;
    message.topic = topic;
    message.partition = partition;
    addText(record.attributes, "messaging.operation.type", "send");
    addText(record.attributes, "messaging.operation.name", "send");
    describe(record.attributes, message, orderId);
    return message;
}

Cursor Queue::consume(InstanceId instance, const Message& message, Nanos at, std::string_view orderId) {
    const TopicInfo& about = kTopicInfo[static_cast<std::size_t>(message.topic)];
    const Cursor cursor = calls_.root(instance, Kind::Consumer, about.process, at);
    std::string& attributes = calls_.attributes(cursor);
    addText(attributes, "messaging.operation.type", "process");
    addText(attributes, "messaging.operation.name", "process");
    addText(attributes, "messaging.consumer.group.name", about.group);
    describe(attributes, message, orderId);
    calls_.writer().addLink(cursor.span, message.producer);
    return cursor;
}

} // namespace aisle::demo
