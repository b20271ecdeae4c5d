// Requests: shipping quote, checkout and payment.
#include "demo/json_out.h"
#include "demo/requests.h"

namespace aisle::demo {
namespace {

constexpr std::string_view kCurrency = "EUR";
constexpr std::array<std::string_view, 4> kCards = {"visa", "mastercard", "amex", "girocard"};
constexpr Remote kCarrierQuote = {"api.parcelwing.example", "/v2/rates", "POST /v2/rates"};
constexpr Remote kBank = {"api.cardbank.example", "/v1/charges", "POST /v1/charges"};

// In 1/1000. The declines are the customers' own; the rest is the shop's.
constexpr uint32_t kSlowQuote = 130;
constexpr uint32_t kQuoteFails = 8;
constexpr uint32_t kStaleOrder = 10;
constexpr uint32_t kDeclined = 130;
constexpr uint32_t kBadReleaseCreate = 90;
constexpr uint32_t kBadReleasePlace = 300;

int httpStatus(std::string_view grpc) {
    if (grpc == "OK")
        return 200;
    if (grpc == "FAILED_PRECONDITION")
        return 409;
    return grpc == "INTERNAL" ? 500 : 503;
}

} // namespace

const Requests::Page Requests::kQuote = {"GET /api/shipping/quote", "GET", "/api/shipping/quote"};
const Requests::Page Requests::kCheckout = {"POST /api/checkout", "POST", "/api/checkout"};
const Requests::Page Requests::kPayment = {"POST /api/payment", "POST", "/api/payment"};

Outcome Requests::quote(const Shopper& shopper, const Basket& basket, Nanos at) {
    Rng& rng = calls_.rng();
    Cursor root = open(shopper, kQuote, "/api/shipping/quote", at);
    addNumber(calls_.attributes(root), "cart.items.count", basket.count);
    readCart(root, shopper, basket, false);

    Cursor shipping = calls_.enter(root, Service::Shipping, "shop.shipping.ShippingService/GetQuote");
    calls_.work(shipping, 900 * kMicro);
    std::string_view status = "OK";
    if (rng.chance(kQuoteFails)) {
        calls_.external(shipping, kCarrierQuote, logNormal(rng, 300 * kMilli), 503);
        calls_.external(shipping, kCarrierQuote, logNormal(rng, 300 * kMilli), 503, 1);
        status = "UNAVAILABLE";
    } else {
        // The carrier answers within 200 ms or, when its own backlog is long, after seconds.
        const Nanos answer = rng.chance(kSlowQuote) ? 2200 * kMilli + logNormal(rng, 1500 * kMilli)
                                                    : logNormal(rng, 140 * kMilli);
        calls_.external(shipping, kCarrierQuote, answer, 200);
        calls_.query(shipping, statements::kQuoteInsert);
        addAmount(calls_.attributes(shipping), "shipping.quote.amount", basket.shippingCents());
    }
    calls_.leave(root, shipping, status);
    if (status == "OK")
        addAmount(calls_.attributes(root), "shipping.quote.amount", basket.shippingCents());
    return close(root, httpStatus(status));
}

bool Requests::applyDiscounts(Cursor& checkout, uint32_t faultChance) {
    const bool bad = calls_.topology()[checkout.instance].badRelease;
    Cursor inner = calls_.inner(checkout, "DiscountEngine.apply");
    calls_.work(inner, bad ? 90 * kMilli : 1500 * kMicro);
    const bool failed = bad && calls_.rng().chance(faultChance);
    if (failed)
        calls_.raise(inner, faults::kDiscountNull);
    calls_.leaveInner(checkout, inner);
    return !failed;
}

Outcome Requests::checkout(const Shopper& shopper, const Basket& basket, std::string_view orderId, Nanos at) {
    Rng& rng = calls_.rng();
    const int64_t amount = basket.totalCents();
    Cursor root = open(shopper, kCheckout, "/api/checkout", at);
    addText(calls_.attributes(root), "order.id", orderId);
    addAmount(calls_.attributes(root), "order.amount", amount);
    addText(calls_.attributes(root), "order.currency", kCurrency);
    addNumber(calls_.attributes(root), "cart.items.count", basket.count);

    Cursor order = calls_.enter(root, Service::Checkout, "shop.checkout.CheckoutService/CreateOrder");
    identify(order, shopper, orderId);
    addText(calls_.attributes(order), "user.email", mailAddress(shopper.person));
    calls_.work(order, 2 * kMilli);
    readCart(order, shopper, basket, false);

    const Nanos fork = order.now;
    convertPrices(order);
    const Nanos priced = order.now;
    order.now = fork + 90 * kMicro;
    std::string_view status = checkStock(order, basket, rng.chance(30));
    order.now = std::max(priced, order.now);

    if (status == "OK" && !applyDiscounts(order, kBadReleaseCreate))
        status = "INTERNAL";
    if (status == "OK" && rng.chance(kStaleOrder)) {
        calls_.query(order, statements::kOrderInsert);
        calls_.raise(order, faults::kStaleOrder);
        status = "INTERNAL";
    }
    if (status == "OK") {
        calls_.query(order, statements::kOrderInsert);
        addAmount(calls_.attributes(order), "order.amount", amount);
    }
    calls_.leave(root, order, status);
    return close(root, httpStatus(status));
}

std::string_view Requests::charge(Cursor& caller, const Shopper& shopper, const Basket& basket,
                                  std::string_view orderId) {
    Rng& rng = calls_.rng();
    Cursor payment = calls_.enter(caller, Service::Payment, "shop.payment.PaymentService/Charge");
    identify(payment, shopper, orderId);
    addText(calls_.attributes(payment), "payment.card_type",
            kCards[rng.below(static_cast<uint32_t>(kCards.size()))]);
    addAmount(calls_.attributes(payment), "payment.amount", basket.totalCents());

    Cursor check = calls_.inner(payment, "fraud.check");
    calls_.work(check, 12 * kMilli);
    calls_.leaveInner(payment, check);

    std::string_view status = "OK";
    if (rng.chance(calls_.model().timeoutChance(payment.now))) {
        calls_.external(payment, kBank, 5 * kSecond, 0);
        calls_.raise(payment, faults::kGatewayTimeout);
        status = "UNAVAILABLE";
    } else if (rng.chance(kDeclined)) {
        calls_.external(payment, kBank, logNormal(rng, 420 * kMilli), 402);
        calls_.writer().addExceptionEvent(payment.span, payment.now, faults::kCardDeclined.type,
                                          faults::kCardDeclined.message, faults::kCardDeclined.stack);
        calls_.fail(payment, "card_declined", faults::kCardDeclined.message);
        status = "FAILED_PRECONDITION";
    } else {
        calls_.external(payment, kBank, logNormal(rng, 320 * kMilli), 200);
        calls_.query(payment, statements::kPaymentInsert);
    }
    calls_.leave(caller, payment, status);
    return status;
}

Outcome Requests::pay(const Shopper& shopper, const Basket& basket, std::string_view orderId,
                      uint8_t partition, Nanos at, std::optional<Message>& placed) {
    const int64_t amount = basket.totalCents();
    Cursor root = open(shopper, kPayment, "/api/payment", at);
    addText(calls_.attributes(root), "order.id", orderId);
    addAmount(calls_.attributes(root), "order.amount", amount);
    addText(calls_.attributes(root), "order.currency", kCurrency);

    Cursor order = calls_.enter(root, Service::Checkout, "shop.checkout.CheckoutService/PlaceOrder");
    identify(order, shopper, orderId);
    addAmount(calls_.attributes(order), "order.amount", amount);
    calls_.query(order, statements::kOrderSelect);
    std::string_view status = "OK";
    if (!applyDiscounts(order, kBadReleasePlace))
        status = "INTERNAL";
    if (status == "OK")
        status = charge(order, shopper, basket, orderId);
    if (status == "OK") {
        calls_.query(order, statements::kOrderUpdate);
        placed = queue_.send(order, Topic::Orders, partition, orderId);
        Cursor cart = calls_.enter(order, Service::Cart, "shop.cart.CartService/EmptyCart");
        calls_.query(cart, statements::kCartDelete);
        calls_.leave(order, cart);
    }
    calls_.leave(root, order, status);
    return close(root, status == "FAILED_PRECONDITION" ? 402 : httpStatus(status));
}

} // namespace aisle::demo
