#include "demo/fulfilment.h"

#include <algorithm>

#include "demo/json_out.h"

namespace aisle::demo {
namespace {

// Trace numbers of a session from here on belong to its order: 16 attempts for each step.
constexpr uint32_t kFirstTrace = 64;
constexpr uint32_t kAttempts = 16;

constexpr Nanos kReservationExpires = 10 * kMinute;

constexpr Remote kCarrierLabel = {"api.parcelwing.example", "/v2/labels", "POST /v2/labels"};
constexpr Remote kMailApi = {"api.mailpost.example", "/v3/messages", "POST /v3/messages"};

constexpr std::array<std::string_view, 3> kTemplates = {"order-confirmed", "order-shipped",
                                                        "order-delivered"};

std::string trackingId(uint64_t session) {
    return "PW" + std::to_string(300'000'000 + session * 7);
}

} // namespace

Fulfilment::Fulfilment(Calls& calls, Queue& queue, uint64_t seed)
    : calls_(calls), queue_(queue), seed_(mix64(seed + 0xf01f)), busyUntil_(calls.topology().size(), 0) {}

void Fulfilment::accept(const Session::Placed& placed) {
    Rng rng(mix64(seed_ ^ placed.order.session));
    Task task{placed.order, placed.message, Step::Process, 0, 0};
    task.at = placed.message.sentAt + wideLogNormal(rng, 30 * kMilli);
    agenda_.add(task.at, task);
}

void Fulfilment::runNext() {
    const Task task = agenda_.take();
    const uint32_t number = kFirstTrace + static_cast<uint32_t>(task.step) * kAttempts + task.attempt;
    Rng rng(mix64(seed_ ^ (task.order.session << 12 | number)));
    calls_.begin(task.order.session, number, rng);
    switch (task.step) {
    case Step::Process:
        process(task);
        break;
    case Step::Reserve:
        reserve(task);
        break;
    case Step::Pack:
        pack(task);
        break;
    case Step::Ship:
        ship(task);
        break;
    case Step::Deliver:
        deliver(task);
        break;
    case Step::MailConfirmed:
    case Step::MailShipped:
    case Step::MailDelivered:
        mail(task);
        break;
    }
    calls_.finish();
}

void Fulfilment::plan(const Task& after, Step step, const Message& cause, Nanos at) {
    agenda_.add(at, Task{after.order, cause, step, 0, at});
}

void Fulfilment::retry(const Task& task, Nanos at, uint8_t most) {
    if (task.attempt >= most)
        return; // stuck until somebody looks
    Task again = task;
    ++again.attempt;
    again.at = at;
    agenda_.add(at, again);
}

InstanceId Fulfilment::replica(Service service) {
    return calls_.topology().instance(service, calls_.rng().below(info(service).replicas));
}

void Fulfilment::process(const Task& task) {
    const std::string id = orderId(task.order.session);
    Cursor root = queue_.consume(replica(Service::Fulfilment), task.cause, task.at, id);
    addAmount(calls_.attributes(root), "order.amount", task.order.basket.totalCents());
    calls_.query(root, statements::kOrderSelect);
    calls_.work(root, 2 * kMilli);
    calls_.query(root, statements::kOrderUpdate);

    const Message reservation = queue_.send(root, Topic::Reservations, task.cause.partition, id);
    plan(task, Step::Reserve, reservation, reservation.sentAt + logNormal(calls_.rng(), 20 * kMilli));
    sendMail(root, task, Step::MailConfirmed);
    calls_.end(root);
}

void Fulfilment::reserve(const Task& task) {
    Rng& rng = calls_.rng();
    const std::string id = orderId(task.order.session);
    const Basket& basket = task.order.basket;
    const InstanceId consumer = calls_.model().reservationConsumer(task.cause.partition);
    Nanos& busyUntil = busyUntil_[consumer];
    const Nanos start = std::max(task.at, busyUntil + 2 * kMilli);

    Cursor root = queue_.consume(consumer, task.cause, start, id);
    addNumber(calls_.attributes(root), "cart.items.count", basket.count);
    if (start - task.at > kReservationExpires) {
        calls_.work(root, 2 * kMilli);
        calls_.raise(root, faults::kDeadLetter);
        queue_.send(root, Topic::DeadReservations, 0, id);
        calls_.end(root);
        busyUntil = root.now;
        return;
    }

    const Nanos lockWait = calls_.model().stockLockWait(consumer);
    bool failed = false;
    for (uint8_t line = 0; line < basket.count && !failed; ++line) {
        calls_.query(root, statements::kStockUpdate, statements::kStockUpdate.median + lockWait);
        failed = lockWait > 0 && rng.chance(40);
        if (!failed)
            calls_.query(root, statements::kReservationInsert);
    }
    calls_.work(root, 4 * kMilli);

    if (failed) {
        calls_.raise(root, faults::kReserveLock);
        retry(task, root.now + kMinute, 3);
    } else if (rng.chance(30)) {
        // Sold, but not on the shelf: wait for the next delivery to the warehouse.
        calls_.fail(root, "out_of_stock", "Not enough stock to reserve");
        retry(task, root.now + rng.between(15 * kMinute, 40 * kMinute), 2);
    } else {
        const Message pickList = queue_.send(root, Topic::PickLists, task.cause.partition, id);
        const Nanos queued = 2 * kMinute + wideLogNormal(rng, 5 * kMinute);
        plan(task, Step::Pack, pickList, pickList.sentAt + queued);
    }
    calls_.end(root);
    busyUntil = root.now;
}

void Fulfilment::pack(const Task& task) {
    Rng& rng = calls_.rng();
    const std::string id = orderId(task.order.session);
    Cursor root = queue_.consume(replica(Service::Warehouse), task.cause, task.at, id);
    calls_.query(root, statements::kPickUpdate);
    Cursor packing = calls_.inner(root, "pack");
    packing.now += logNormal(rng, 25 * kSecond) * task.order.basket.count;
    addNumber(calls_.attributes(packing), "cart.items.count", task.order.basket.count);
    calls_.leaveInner(root, packing);
    calls_.query(root, statements::kPickUpdate);
    const Message shipment = queue_.send(root, Topic::Shipments, task.cause.partition, id);
    calls_.end(root);
    plan(task, Step::Ship, shipment, shipment.sentAt + 5 * kMinute + logNormal(rng, 15 * kMinute));
}

void Fulfilment::ship(const Task& task) {
    Rng& rng = calls_.rng();
    const std::string id = orderId(task.order.session);
    Cursor root = queue_.consume(replica(Service::Delivery), task.cause, task.at, id);
    calls_.work(root, 3 * kMilli);
    if (rng.chance(60)) {
        calls_.external(root, kCarrierLabel, logNormal(rng, 900 * kMilli), 503);
        calls_.raise(root, faults::kCarrierUnavailable);
        calls_.end(root);
        retry(task, root.now + rng.between(5 * kMinute, 12 * kMinute), 3);
        return;
    }
    calls_.external(root, kCarrierLabel, logNormal(rng, 380 * kMilli), 201, task.attempt);
    addText(calls_.attributes(root), "shipping.tracking.id", trackingId(task.order.session));
    calls_.query(root, statements::kParcelInsert);
    sendMail(root, task, Step::MailShipped);
    calls_.end(root);

    if (rng.chance(20))
        return; // lost on the way: no delivery is ever reported
    Message handOver;
    handOver.producer = calls_.writer().span(root.span).id;
    handOver.partition = task.cause.partition;
    plan(task, Step::Deliver, handOver, root.now + 30 * kMinute + wideLogNormal(rng, 60 * kMinute));
}

void Fulfilment::deliver(const Task& task) {
    // The carrier calls back; the shop ties the call to the shipment it knows.
    Cursor root = calls_.root(replica(Service::Delivery), Kind::Server, "POST /webhooks/carrier", task.at);
    calls_.writer().addLink(root.span, task.cause.producer);
    std::string& attributes = calls_.attributes(root);
    addText(attributes, "http.request.method", "POST");
    addText(attributes, "http.route", "/webhooks/carrier");
    addText(attributes, "url.scheme", "https");
    addText(attributes, "url.path", "/webhooks/carrier");
    addText(attributes, "user_agent.original", "ParcelWing-Hooks/1.4");
    addText(attributes, "order.id", orderId(task.order.session));
    addText(attributes, "shipping.tracking.id", trackingId(task.order.session));
    calls_.work(root, 2 * kMilli);
    calls_.query(root, statements::kParcelUpdate);
    sendMail(root, task, Step::MailDelivered);
    addNumber(calls_.attributes(root), "http.response.status_code", 204);
    calls_.end(root);
}

void Fulfilment::sendMail(Cursor& cursor, const Task& task, Step mail) {
    const Message message =
        queue_.send(cursor, Topic::Mails, task.cause.partition, orderId(task.order.session));
    plan(task, mail, message, message.sentAt + wideLogNormal(calls_.rng(), 400 * kMilli));
}

void Fulfilment::mail(const Task& task) {
    Rng& rng = calls_.rng();
    const std::string id = orderId(task.order.session);
    const auto which = static_cast<std::size_t>(task.step) - static_cast<std::size_t>(Step::MailConfirmed);
    Cursor root = queue_.consume(replica(Service::Email), task.cause, task.at, id);
    addText(calls_.attributes(root), "user.email", mailAddress(task.order.person));
    addText(calls_.attributes(root), "email.template", kTemplates[which]);
    Cursor render = calls_.inner(root, "render");
    calls_.work(render, 6 * kMilli);
    calls_.leaveInner(root, render);
    if (rng.chance(10)) {
        calls_.external(root, kMailApi, logNormal(rng, 160 * kMilli), 422);
        calls_.raise(root, faults::kMailbox);
    } else {
        calls_.external(root, kMailApi, logNormal(rng, 130 * kMilli), 202);
        calls_.query(root, statements::kMailInsert);
    }
    calls_.end(root);
}

} // namespace aisle::demo
