#pragma once

#include "demo/agenda.h"
#include "demo/session.h"

namespace aisle::demo {

// What happens to an order after the payment: reserve, pack, ship, deliver, and an e-mail at three
// points. Every step is a trace of its own, consumes a message of an earlier one, and plans the
// next. Steps that fail are tried again later; some orders get stuck for good.
class Fulfilment {
public:
    Fulfilment(Calls& calls, Queue& queue, uint64_t seed);

    void accept(const Session::Placed& placed);

    bool idle() const { return agenda_.empty(); }
    Nanos nextAt() const { return agenda_.nextAt(); }
    void runNext();

private:
    enum class Step : uint8_t {
        Process,
        Reserve,
        Pack,
        Ship,
        Deliver,
        MailConfirmed,
        MailShipped,
        MailDelivered
    };

    struct Task {
        Order order;
        Message cause; // of Deliver: only `producer`, the shipping span
        Step step = Step::Process;
        uint8_t attempt = 0;
        Nanos at = 0;
    };

    void plan(const Task& after, Step step, const Message& cause, Nanos at);
    void retry(const Task& task, Nanos at, uint8_t most);
    InstanceId replica(Service service);

    void process(const Task& task);
    void reserve(const Task& task);
    void pack(const Task& task);
    void ship(const Task& task);
    void deliver(const Task& task);
    void mail(const Task& task);
    void sendMail(Cursor& cursor, const Task& task, Step mail);

    Calls& calls_;
    Queue& queue_;
    uint64_t seed_;
    Agenda<Task> agenda_;
    // An inventory pod takes one reservation after the other; its queue is the time it is busy until.
    std::vector<Nanos> busyUntil_;
};

} // namespace aisle::demo
