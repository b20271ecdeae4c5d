// Orders of OpenTelemetry's demo, with the attributes that its services say: version 2 (app.) and version 3 (demo. and user., renamed in its
// pull requests 3389 to 3393, and with all orders of its load generator marked as synthetic, 3628). The order is named by the checkout, who
// gets the mail by the mail service, the sum by a span of the payment's own below the request.

#include "orders/fulfilment.h"
#include "orders/order_flow.h"
#include "shop_fixture.h"
#include "story/order_document.h"
#include "story/order_page.h"

#include <QTest>

#include <algorithm>

using namespace aisle;
using namespace aisle::test;

namespace {

Visit span(int64_t at, const char* name, Kind kind, const char* service, uint64_t trace, SpanId parent, Pairs attributes = {}) { return {"", at, name, std::move(attributes), trace, kMs, kind, service, parent}; }

std::string orderId(uint64_t n) { return "8a3f11ee-7b0c-11ee-b962-0242ac12000" + std::to_string(n); }
std::string trackingId(uint64_t n) { return "5f1d6a3e-9d2b-4a55-8a8d-7f4a0f2f9b1" + std::to_string(n); }

void addOrder(std::vector<Visit>& out, bool isNew, uint64_t n) {
    const std::string prefix = isNew ? "demo." : "app.";
    const auto begin = static_cast<int64_t>(n) * kSecond;
    const auto add = [&, first = out.size()](int64_t at, const char* name, Kind kind, const char* service, size_t parent, Pairs attributes = {}) {
        out.push_back(span(begin + at * kMs, name, kind, service, n, parent == 0 ? 0 : first + parent, std::move(attributes)));
        out.back().duration = (100 - at) * kMs;
    };
    Pairs placed = {{prefix + "order.id", orderId(n)}, {prefix + "shipping.amount", "8"}, {prefix + "order.amount", "411"}, {prefix + "order.items.count", "2"}, {prefix + "shipping.tracking.id", trackingId(n)}};
    if (isNew)
        placed.insert(placed.end(), {{"user.id", "u" + std::to_string(n)}, {"demo.user_context.selected_currency", "USD"}, {"user_agent.synthetic.type", "test"}, {"rpc.system.name", "grpc"}});
    else
        placed.insert(placed.end(), {{"app.user.id", "u" + std::to_string(n)}, {"app.user.currency", "USD"}, {"rpc.system", "grpc"}});
    Pairs charged = {{prefix + "payment.card_type", "visa"}, {prefix + "payment.card_valid", "true"}, {prefix + "payment.amount", "411.25"}, {prefix + "payment.charged", "true"}};
    add(0, "POST", Kind::Server, "frontend", 0, {{"http.request.method", "POST"}, {"url.path", "/api/checkout"}, {"http.response.status_code", "200"}});
    add(1, "grpc.oteldemo.CheckoutService/PlaceOrder", Kind::Client, "frontend", 1);
    add(2, "oteldemo.CheckoutService/PlaceOrder", Kind::Server, "checkout", 2, std::move(placed));
    add(3, "prepareOrderItemsAndShippingQuoteFromCart", Kind::Internal, "checkout", 3, {{prefix + "cart.items.count", "3"}, {prefix + "order.items.count", "2"}});
    add(10, "oteldemo.PaymentService/Charge", Kind::Client, "checkout", 3);
    add(11, "grpc.oteldemo.PaymentService/Charge", Kind::Server, "payment", 5);
    add(12, "charge", Kind::Internal, "payment", 6, std::move(charged));
    add(20, "HTTP POST", Kind::Client, "checkout", 3);
    add(21, "POST /ship-order", Kind::Server, "shipping", 8, {{"http.request.method", "POST"}, {"url.path", "/ship-order"}});
    add(30, "POST /send_order_confirmation", Kind::Server, "email", 3, {{"http.request.method", "POST"}, {"url.path", "/send_order_confirmation"}, {prefix + "order.id", orderId(n)}});
    add(31, "send_email", Kind::Internal, "email", 10, {{isNew ? "demo.notification.recipient" : "app.email.recipient", "ada" + std::to_string(n) + "@lovelace.example"}});
    add(40, "orders publish", Kind::Producer, "checkout", 3, {{"messaging.system", "kafka"}, {"messaging.destination.name", "orders"}});
    add(41, "orders receive", Kind::Consumer, "accounting", 12, {{"messaging.system", "kafka"}, {"messaging.destination.name", "orders"}});
}

} // namespace

class TestOtelDemoOrders : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bothVersions_data() {
        QTest::addColumn<bool>("isNew");
        QTest::newRow("version 2") << false;
        QTest::newRow("version 3") << true;
    }

    void bothVersions() {
        QFETCH(bool, isNew);
        std::vector<Visit> visits;
        for (uint64_t n = 1; n <= 3; ++n)
            addOrder(visits, isNew, n);
        const Shop shop(visits);
        const JourneyState state = workOutFulfilment(shop.context, std::nullopt);
        QVERIFY2(state.definition.has_value(), state.problem.c_str());
        QCOMPARE(state.definition->id, std::string("otel-demo-orders"));
        QCOMPARE(state.cases().key().id, std::string("order"));
        QCOMPARE(state.cases().attribute(), std::string(isNew ? "demo.order.id" : "app.order.id"));
        QCOMPARE(std::count(state.counted.begin(), state.counted.end(), true), std::ptrdiff_t(3)); // version 3 says of all that they are synthetic
        const FulfilmentLog log = fulfilmentLog(state);
        const FulfilmentFigures figures = fulfilment(state, log, state.counted);
        QCOMPARE(figures.orders, uint64_t(3));
        QCOMPARE(figures.stages.size(), size_t(6));
        for (size_t k = 0; k < 5; ++k)
            QVERIFY2(figures.stages[k].orders == 3, figures.stages[k].name.c_str());
        QCOMPARE(figures.stages[5].orders, uint64_t(0)); // nothing checks for fraud here

        const CaseNumber number = state.cases().find(orderId(2));
        QVERIFY(number != kNoCase);
        const OrderPage page = orderPage(orderStory(shop.db.get(), state, log, number, StoryTemplates::english()), *shop.table, StoryTemplates::english(), Redactor(), false, {true});
        QCOMPARE(page.title, "Order " + orderId(2));
        std::string told, shown;
        for (const auto& line : page.lines)
            told += line.text + "\n";
        for (const auto& figure : page.figures)
            shown += figure.label + "=" + figure.value + "; ";
        // The sum that was charged, which has cents; the one of the order has lost them.
        QVERIFY2(told.find("The customer paid 411.25 USD by visa.\n") != std::string::npos, told.c_str());
        QVERIFY2(shown.find("Charged=411.25 USD; ") != std::string::npos, shown.c_str());
        QVERIFY2(shown.find("Customer=ada2@lovelace.example; ") != std::string::npos, shown.c_str());
        QVERIFY2(shown.find("=" + trackingId(2) + "; ") != std::string::npos, shown.c_str());
    }
};

QTEST_GUILESS_MAIN(TestOtelDemoOrders)
#include "tst_otel_demo_orders.moc"
