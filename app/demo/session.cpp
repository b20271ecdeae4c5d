#include "demo/session.h"

#include <algorithm>

namespace aisle::demo {
namespace {

constexpr uint32_t kBots = 40;      // in 1/1000 of the sessions
constexpr uint32_t kSignedIn = 600; // of the people
constexpr uint32_t kCustomers = 40'000;
constexpr uint8_t kMostRequests = 40;
constexpr uint8_t kMostRetries = 2;
constexpr Nanos kPatience = 2 * kSecond; // with a shipping quote

uint8_t pickProduct(Rng& rng) {
    // Of two draws the smaller one: some products sell better.
    const auto count = static_cast<uint32_t>(products().size());
    return static_cast<uint8_t>(std::min(rng.below(count), rng.below(count)));
}

} // namespace

std::string orderId(uint64_t session) {
    return "ORD-" + std::to_string(1'000'000 + session);
}

Session::Session(uint64_t seed, uint64_t index, Nanos arrival)
    : rng_(mix64(mix64(seed) + index)), index_(index), at_(arrival) {
    shopper_.session = mix64(mix64(seed + 0x5e55) ^ index);
    shopper_.bot = rng_.chance(kBots);
    shopper_.agent = static_cast<uint8_t>(
        rng_.below(static_cast<uint32_t>(shopper_.bot ? crawlers().size() : browsers().size())));
    shopper_.address = static_cast<uint8_t>(1 + rng_.below(254));
    shopper_.person = rng_.below(kCustomers);
    if (!shopper_.bot && rng_.chance(kSignedIn))
        shopper_.user = 100'000 + shopper_.person;
    product_ = pickProduct(rng_);
    if (!shopper_.bot && rng_.chance(60))
        stage_ = Stage::Search; // came by a link
}

std::optional<Session::Placed> Session::step(Calls& calls, Requests& requests) {
    // The trace gets its own generator: how long the customer thinks must not depend on how many
    // spans a request happened to have.
    Rng trace(rng_.next());
    std::optional<Message> placed;
    calls.begin(index_, requests_, trace);
    const Nanos began = at_;
    const Outcome outcome = request(requests, placed);
    calls.finish();
    ++requests_;
    at_ = outcome.end;

    if (requests_ >= kMostRequests)
        stage_ = Stage::Gone;
    else if (shopper_.bot)
        crawl();
    else
        decide(outcome, outcome.end - began);

    if (!placed)
        return std::nullopt;
    return Placed{{index_, shopper_.person, basket_}, *placed};
}

Outcome Session::request(Requests& requests, std::optional<Message>& placed) {
    switch (stage_) {
    case Stage::Search:
        return requests.search(shopper_, at_);
    case Stage::Product:
        return requests.product(shopper_, product_, at_);
    case Stage::AddToCart:
        return requests.addToCart(shopper_, basket_, product_, at_);
    case Stage::ViewCart:
        return requests.viewCart(shopper_, basket_, at_);
    case Stage::Quote:
        return requests.quote(shopper_, basket_, at_);
    case Stage::Checkout:
        return requests.checkout(shopper_, basket_, orderId(index_), at_);
    case Stage::Payment: {
        const auto partition = static_cast<uint8_t>(mix64(index_) % kPartitions);
        return requests.pay(shopper_, basket_, orderId(index_), partition, at_, placed);
    }
    case Stage::Browse:
    case Stage::Gone:
        break;
    }
    return requests.browse(shopper_, basket_, at_);
}

void Session::go(Stage stage, Nanos thinking) {
    stage_ = stage;
    at_ += 400 * kMilli + wideLogNormal(rng_, thinking);
    if (stage == Stage::Product && !rng_.chance(250))
        product_ = pickProduct(rng_);
}

void Session::afterFailure(Stage again) {
    if (retries_ < kMostRetries && rng_.chance(450)) {
        ++retries_;
        go(again, 6 * kSecond);
    } else {
        stage_ = Stage::Gone;
    }
}

void Session::crawl() {
    const uint32_t roll = rng_.below(100);
    if (roll < 12) {
        stage_ = Stage::Gone;
        return;
    }
    stage_ = roll < 60 ? Stage::Browse : Stage::Search;
    at_ += kSecond + logNormal(rng_, kSecond);
}

void Session::decide(const Outcome& outcome, Nanos duration) {
    const uint32_t roll = rng_.below(100);
    if (outcome.status >= 500) {
        afterFailure(stage_);
        return;
    }
    switch (stage_) {
    case Stage::Browse:
        if (roll < 34)
            go(Stage::Product, 12 * kSecond);
        else if (roll < 55)
            go(Stage::Search, 10 * kSecond);
        else if (roll < 65)
            go(Stage::Browse, 14 * kSecond);
        else
            stage_ = Stage::Gone;
        break;
    case Stage::Search:
        // A search that takes a second loses a quarter of those who would have gone on.
        if (duration > kSecond && rng_.chance(250))
            stage_ = Stage::Gone;
        else if (roll < 68)
            go(Stage::Product, 9 * kSecond);
        else if (roll < 84)
            go(Stage::Search, 8 * kSecond);
        else
            stage_ = Stage::Gone;
        break;
    case Stage::Product:
        if (roll < 41 && basket_.count < basket_.products.size()) {
            basket_.products[basket_.count++] = product_;
            go(Stage::AddToCart, 18 * kSecond);
        } else if (roll < 66)
            go(Stage::Product, 15 * kSecond);
        else if (roll < 74)
            go(Stage::Search, 10 * kSecond);
        else
            stage_ = Stage::Gone;
        break;
    case Stage::AddToCart:
        if (outcome.status == 409) {
            --basket_.count;
            if (roll < 55)
                stage_ = Stage::Gone;
            else
                go(Stage::Product, 15 * kSecond);
        } else if (roll < 74)
            go(Stage::ViewCart, 6 * kSecond);
        else if (roll < 94)
            go(Stage::Product, 12 * kSecond);
        else
            stage_ = Stage::Gone;
        break;
    case Stage::ViewCart:
        if (roll < 88)
            go(Stage::Quote, 9 * kSecond);
        else if (roll < 93)
            go(Stage::Product, 12 * kSecond);
        else
            stage_ = Stage::Gone;
        break;
    case Stage::Quote:
        if (duration > kPatience ? roll < 60 : roll < 5)
            stage_ = Stage::Gone;
        else
            go(Stage::Checkout, 25 * kSecond);
        break;
    case Stage::Checkout:
        if (outcome.status == 409 || roll < 9)
            stage_ = Stage::Gone;
        else
            go(Stage::Payment, 20 * kSecond);
        break;
    case Stage::Payment:
        if (outcome.status == 402)
            afterFailure(Stage::Payment);
        else
            stage_ = Stage::Gone;
        break;
    case Stage::Gone:
        break;
    }
}

} // namespace aisle::demo
