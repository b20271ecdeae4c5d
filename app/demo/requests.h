#pragma once

#include <array>
#include <optional>

#include "demo/messaging.h"

namespace aisle::demo {

// Who is in front of the browser, as far as spans show it.
struct Shopper {
    uint64_t session = 0; // session.id
    uint32_t user = 0;    // user.id; 0 for a guest
    uint32_t person = 0;  // whose e-mail address it is
    uint8_t agent = 0;    // of browsers() or crawlers()
    uint8_t address = 1;  // last byte of client.address
    bool bot = false;
};

struct Basket {
    std::array<uint8_t, 5> products{}; // of products()
    uint8_t count = 0;

    int64_t cents() const; // without shipping
    int64_t shippingCents() const { return count == 0 ? 0 : 390 + 100 * count; }
    int64_t totalCents() const { return cents() + shippingCents(); }
};

struct Outcome {
    Nanos end = 0;
    int status = 200; // HTTP
};

// The span trees of what customers can ask of the shop. Each call appends one whole trace between
// Calls::begin() and Calls::finish(), which are the caller's.
class Requests {
public:
    Requests(Calls& calls, Queue& queue) : calls_(calls), queue_(queue) {}

    Outcome browse(const Shopper& shopper, const Basket& basket, Nanos at);
    Outcome search(const Shopper& shopper, Nanos at);
    Outcome product(const Shopper& shopper, uint8_t product, Nanos at);
    Outcome addToCart(const Shopper& shopper, const Basket& basket, uint8_t product, Nanos at);
    Outcome viewCart(const Shopper& shopper, const Basket& basket, Nanos at);
    Outcome quote(const Shopper& shopper, const Basket& basket, Nanos at);
    // Creates the order, unpaid. 409: something is sold out.
    Outcome checkout(const Shopper& shopper, const Basket& basket, std::string_view orderId, Nanos at);
    // Pays for it. 402: the card was declined. On 200 `placed` is the message to the fulfilment.
    Outcome pay(const Shopper& shopper, const Basket& basket, std::string_view orderId, uint8_t partition,
                Nanos at, std::optional<Message>& placed);

private:
    struct Page {
        std::string_view name; // "METHOD route"
        std::string_view method;
        std::string_view route;
    };
    static const Page kHome, kSearch, kProduct, kAddToCart, kCart, kQuote, kCheckout, kPayment;

    Cursor open(const Shopper& shopper, const Page& page, std::string_view path, Nanos at);
    Outcome close(Cursor& root, int status);

    void readCart(Cursor& caller, const Shopper& shopper, const Basket& basket, bool withProducts);
    void convertPrices(Cursor& caller);
    void recommend(Cursor& caller, uint8_t product, uint32_t others);
    // The gRPC status of the answer.
    std::string_view checkStock(Cursor& caller, const Basket& basket, bool soldOut);
    bool applyDiscounts(Cursor& checkout, uint32_t faultChance);
    std::string_view charge(Cursor& caller, const Shopper& shopper, const Basket& basket,
                            std::string_view orderId);
    void identify(const Cursor& cursor, const Shopper& shopper, std::string_view orderId);

    Calls& calls_;
    Queue& queue_;
};

} // namespace aisle::demo
