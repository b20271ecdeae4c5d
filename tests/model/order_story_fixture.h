#pragma once
// Orders with spans of all that is told of one, and what is told of them as text.

#include "shop_fixture.h"
#include "story/order_page.h"

namespace aisle::test {

inline constexpr int64_t kMinute = 60 * kSecond;

inline Visit span(int64_t at, std::string name, Kind kind, std::string service, uint64_t trace, SpanId parent, int64_t duration, Pairs attributes) {
    Visit out{"", at, std::move(name), std::move(attributes), trace, duration, kind, std::move(service), parent};
    return out;
}

/// An order: the checkout, a payment that is declined (spans 2 to 4), one that is not, packing that fails and is tried again after a wait, a mail, and
/// something that nobody knows. Traces 10 * n + 1 on.
inline void addOrder(std::vector<Visit>& out, uint64_t n, int64_t begin, int64_t wait, const std::string& number,
                     const std::string& email = "anna@example.com") {
    const uint64_t t = 10 * n + 1;
    const Pairs id = {{"order.id", number}};
    const auto with = [&](Pairs more) {
        more.insert(more.end(), id.begin(), id.end());
        return more;
    };
    out.push_back(span(begin, "POST /api/checkout", Kind::Server, "frontend", t, 0, 20 * kMs,
                       with({{"url.path", "/api/checkout"}, {"user.email", email}, {"order.currency", "EUR"}})));
    out.push_back(span(begin + 10 * kSecond, "POST /api/payment", Kind::Server, "frontend", t + 1, 0, 400 * kMs,
                       with({{"url.path", "/api/payment"}, {"http.response.status_code", "402"}})));
    const SpanId root = out.size();
    out.push_back(span(begin + 10 * kSecond, "pay.PaymentService/Charge", Kind::Client, "frontend", t + 1, root, 300 * kMs, {{"error", "true"}}));
    out.push_back(span(begin + 10 * kSecond, "pay.PaymentService/Charge", Kind::Server, "payment", t + 1, root + 1, 300 * kMs,
                       {{"payment.amount", "45.50"}, {"payment.card_type", "visa"}, {"error", "true"}, {"error.type", "card_declined"}}));
    out.push_back(span(begin + 20 * kSecond, "POST /api/payment", Kind::Server, "frontend", t + 2, 0, 400 * kMs,
                       with({{"url.path", "/api/payment"}, {"http.response.status_code", "200"}})));
    out.push_back(span(begin + 20 * kSecond, "pay.PaymentService/Charge", Kind::Server, "payment", t + 2, out.size(), 300 * kMs,
                       {{"payment.amount", "45.50"}, {"payment.card_type", "visa"}}));
    out.push_back(span(begin + 20 * kSecond + wait, "process pick-lists", Kind::Consumer, "warehouse", t + 3, 0, 2 * kSecond,
                       with({{"error", "true"}, {"error.type", "out_of_stock"}})));
    out.push_back(span(begin + 40 * kSecond + wait, "process pick-lists", Kind::Consumer, "warehouse", t + 4, 0, 3 * kSecond, id));
    out.push_back(span(begin + 50 * kSecond + wait, "process mails", Kind::Consumer, "email", t + 5, 0, kSecond,
                       with({{"user.email", email}, {"email.template", "order-shipped"}})));
    out.push_back(span(begin + 55 * kSecond + wait, "reconcile", Kind::Consumer, "ledger", t + 6, 0, kSecond, id));
}

inline JourneyDefinition flow() {
    return journeyOf("{'id': 'f', 'name': 'f', 'case': 'order', 'stages': ["
                     "{'name': 'Placed', 'where': '{ aisle:path = \"/api/checkout\" }'}, {'name': 'Packed', 'where': '{ name = \"process pick-lists\" }'},"
                     "{'name': 'Delivered', 'where': '{ name = \"delivered\" }'}]}");
}

struct Told {
    explicit Told(const std::vector<Visit>& visits, const JourneyDefinition& journey = flow())
        : shop(visits), state(workOutJourney(shop.context, journey)), log(fulfilmentLog(state)) {}
    OrderStory story(const std::string& order) const { return orderStory(shop.db.get(), state, log, state.cases().find(order), StoryTemplates::english()); }
    OrderPage page(const std::string& order, const Redactor& redactor = Redactor()) const {
        return orderPage(story(order), *shop.table, StoryTemplates::english(), redactor, false, {true});
    }
    std::string text(const std::string& order) const {
        std::string out;
        for (const auto& line : page(order).lines)
            out += line.label + ": " + line.text + "\n";
        return out;
    }
    Shop shop;
    JourneyState state;
    FulfilmentLog log;
};

} // namespace aisle::test
