#pragma once

#include "demo/agenda.h"
#include "demo/requests.h"

namespace aisle::demo {

// An order that has been paid for, as the fulfilment needs it.
struct Order {
    uint64_t session = 0; // index
    uint32_t person = 0;
    Basket basket;
};

std::string orderId(uint64_t session);

// One customer's visit: which page comes next, after how long, and why they leave. Its random
// numbers depend on the seed and its index alone, so what a customer wants does not depend on how
// many others there are.
class Session {
public:
    Session(uint64_t seed, uint64_t index, Nanos arrival);

    Nanos at() const { return at_; }
    bool over() const { return stage_ == Stage::Gone; }

    struct Placed {
        Order order;
        Message message;
    };
    // Makes the next request and decides what follows.
    std::optional<Placed> step(Calls& calls, Requests& requests);

private:
    enum class Stage : uint8_t {
        Browse,
        Search,
        Product,
        AddToCart,
        ViewCart,
        Quote,
        Checkout,
        Payment,
        Gone
    };

    Outcome request(Requests& requests, std::optional<Message>& placed);
    void decide(const Outcome& outcome, Nanos duration);
    void afterFailure(Stage again);
    void crawl();
    void go(Stage stage, Nanos thinking);

    Rng rng_;
    uint64_t index_;
    Nanos at_;
    Shopper shopper_;
    Basket basket_;
    Stage stage_ = Stage::Browse;
    uint8_t product_ = 0;
    uint8_t requests_ = 0;
    uint8_t retries_ = 0;
};

} // namespace aisle::demo
