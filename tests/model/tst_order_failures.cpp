// What an order's story tells of what failed: why, in whose words, and that nobody is named by it where values are masked.

#include "masking_fixture.h"
#include "order_story_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

class TestOrderFailures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // The shop refused the order, because nothing was left, and the page said that the customer had not gone on.
    void checkoutRefused() {
        JourneyDefinition own = flow();
        own.stages[0].where = "{ aisle:path = \"/api/checkout\" && .http.response.status_code < 400 }";
        own.stages[0].failed = "{ aisle:path = \"/api/checkout\" && .http.response.status_code >= 400 }";
        std::vector<Visit> visits = {
            span(0, "POST /api/checkout", Kind::Server, "frontend", 1, 0, 20 * kMs, {{"order.id", "1"}, {"url.path", "/api/checkout"}, {"http.response.status_code", "409"}}),
            span(kMs, "shop.CheckoutService/CreateOrder", Kind::Client, "frontend", 1, 1, 10 * kMs, {{"error", "true"}, {"rpc.response.status_code", "FAILED_PRECONDITION"}, {"error.type", "FAILED_PRECONDITION"}}),
            span(2 * kMs, "shop.StockService/Check", Kind::Client, "checkout", 1, 2, 5 * kMs, {{"error", "true"}, {"error.type", "FAILED_PRECONDITION"}}),
            span(3 * kMs, "shop.StockService/Check", Kind::Server, "inventory", 1, 3, 3 * kMs, {{"stock.available", "false"}, {"rpc.response.status_code", "FAILED_PRECONDITION"}}),
            span(60 * kMinute, "end of the file", Kind::Internal, "a", 9, 0, kSecond, {})};
        const Told told(visits, own);
        QCOMPARE(told.page("1").headline, std::string("Order 1 failed: placing the order did not succeed and was not tried again."));
        const std::string expected = "Customer: The customer went to the checkout.\n"
                                     "Failure: The order could not be placed because there was not enough in stock.\n"
                                     "Customer saw: The customer saw that this was no longer possible.\n";
        QCOMPARE(told.text("1").substr(0, expected.size()), expected);
        // Without a word about the stock what is known is that a condition was not met.
        visits[3].attributes[0].second = "true";
        QVERIFY2(Told(visits, own).text("1").find("Failure: The order could not be placed because a condition for it was not met.\n") != std::string::npos, Told(visits, own).text("1").c_str());
        // Nothing behind it says that it failed.
        visits.erase(visits.begin() + 1, visits.begin() + 4);
        QVERIFY2(Told(visits, own).text("1").find("Failure: The order could not be placed because of something that was not recorded.\n") != std::string::npos, Told(visits, own).text("1").c_str());
    }

    // That it was paid hid why it was refused.
    void refusedAfterTheCharge() {
        JourneyDefinition own = flow();
        own.stages[0].where = "{ aisle:path = \"/api/checkout\" && .http.response.status_code < 400 }";
        own.stages[0].failed = "{ aisle:path = \"/api/checkout\" && .http.response.status_code >= 400 }";
        const Told told({span(0, "POST /api/checkout", Kind::Server, "frontend", 1, 0, 20 * kMs, {{"order.id", "1"}, {"url.path", "/api/checkout"}, {"http.response.status_code", "409"}}),
                         span(kMs, "pay.PaymentService/Charge", Kind::Server, "payment", 1, 1, kMs, {{"payment.amount", "5"}}),
                         span(3 * kMs, "shop.StockService/Check", Kind::Server, "inventory", 1, 1, 3 * kMs, {{"stock.available", "false"}})},
                        own);
        QVERIFY2(told.text("1").find("The customer paid 5.00") != std::string::npos, told.text("1").c_str());
        QVERIFY2(told.text("1").find("The order could not be placed because there was not enough in stock.") != std::string::npos, told.text("1").c_str());
    }

    // A request with an answer of 402 is no error, and its amount was told as paid.
    void refusedPaymentIsNotPaid() {
        JourneyDefinition own = flow();
        own.stages[1].name = "Paid";
        own.stages[1].where = "{ aisle:path = \"/api/payment\" && .http.response.status_code < 400 }";
        own.stages[1].failed = "{ aisle:path = \"/api/payment\" && .http.response.status_code >= 400 }";
        const Told told({span(0, "POST /api/payment", Kind::Server, "frontend", 1, 0, 20 * kMs, {{"order.id", "1"}, {"url.path", "/api/payment"}, {"http.response.status_code", "402"}, {"payment.amount", "45.50"}})}, own);
        const std::string text = told.text("1");
        QVERIFY2(text.find("paid") == std::string::npos && text.find("45.50") != std::string::npos, text.c_str());
        for (const auto& figure : told.page("1").figures)
            QVERIFY2(figure.value.find("45.50") == std::string::npos, figure.value.c_str());
    }

    // A call beside it that did not matter was the reason why the shop refused the order.
    void reasonOfTheRefusalItself() {
        JourneyDefinition own = flow();
        own.stages[0].where = "{ aisle:path = \"/api/checkout\" && .http.response.status_code < 400 }";
        own.stages[0].failed = "{ aisle:path = \"/api/checkout\" && .http.response.status_code >= 400 }";
        const Told told({span(0, "POST /api/checkout", Kind::Server, "frontend", 1, 0, 20 * kMs, {{"order.id", "1"}, {"url.path", "/api/checkout"}, {"http.response.status_code", "409"}}),
                         span(kMs, "shop.RecommendationService/List", Kind::Client, "frontend", 1, 1, 5 * kMs, {{"error", "true"}, {"error.type", "timeout"}}),
                         span(7 * kMs, "shop.StockService/Check", Kind::Server, "inventory", 1, 1, 3 * kMs, {{"stock.available", "false"}})},
                        own);
        QVERIFY2(told.text("1").find("The order could not be placed because there was not enough in stock.") != std::string::npos, told.text("1").c_str());
    }

    // A mailbox that was not there was told as something that was not accepted, for the status of the answer below it.
    void whatSaysMoreIsTheReason() {
        const auto because = [](const char* outer, const char* inner) {
            Visit mail = span(0, "x", Kind::Internal, "a", 1, 0, kSecond, {{"order.id", "1"}, {"error", "true"}, {"error.type", outer}});
            return Told({mail, span(kMs, "POST", Kind::Client, "a", 1, 1, kMs, {{"error", "true"}, {"error.type", inner}})}).text("1");
        };
        QVERIFY2(because("550 5.1.1 mailbox unavailable", "422").find("because the address did not take it") != std::string::npos, because("550 5.1.1 mailbox unavailable", "422").c_str());
        QVERIFY(because("card_declined", "402").find("because the card was declined") != std::string::npos);
        QVERIFY(because("e17", "422").find("because what was sent was not accepted") != std::string::npos);
        QVERIFY(because("card_declined", "connection refused").find("because another system could not be reached") != std::string::npos); // the innermost of those that say much
    }

    // A mail whose message was set aside was told as sent.
    void mailThatIsSetAside() {
        JourneyDefinition own = flow();
        own.stages[1].name = "Confirmed by e-mail";
        own.stages[1].where = "{ name = \"process mails\" }";
        const Told told({span(0, "process mails", Kind::Consumer, "email", 1, 0, kSecond, {{"order.id", "1"}, {"user.email", "anna@example.com"}}),
                         span(kMs, "send mails.dlq", Kind::Producer, "email", 1, 1, kMs, {})},
                        own);
        QVERIFY2(told.text("1").find("could not be sent") != std::string::npos, told.text("1").c_str());
    }

    // "send shipments" was told as the parcel's handing over.
    void whatIsSentIsNotDone() {
        const Told told({span(0, "send shipments", Kind::Producer, "shop", 1, 0, kMs, {{"order.id", "1"}, {"messaging.destination.name", "shipments"}}),
                         span(kSecond, "process shipments", Kind::Consumer, "shop", 2, 0, kMs, {{"order.id", "2"}, {"messaging.destination.name", "shipments"}})});
        QVERIFY2(told.text("1").find("carrier") == std::string::npos, told.text("1").c_str());
        QVERIFY2(told.text("2").find("The parcel was handed to the carrier.") != std::string::npos, told.text("2").c_str());
    }

    // A trace that begins with the charge told of no payment.
    void chargeWithoutARequest() {
        const Told told({span(0, "pay.PaymentService/Charge", Kind::Server, "payment", 1, 0, kMs, {{"order.id", "1"}})});
        QVERIFY2(told.text("1").find("The customer paid an amount that was not recorded by a method that was not recorded.") != std::string::npos, told.text("1").c_str());
    }

    // A number before a closing quote stayed in the name of a step.
    void quotedNumbers() {
        const std::string said = masked("stage", "the step “send sms to +49 171 2345678”");
        QVERIFY2(said.find("2345678") == std::string::npos && said.ends_with("”"), said.c_str());
    }

    // A masked page had the address in the path of a request, in words, and those in the names of steps of a proposed flow.
    void nobodyIsNamedInSteps() {
        JourneyDefinition own = flow();
        own.stages[1].name = "notify hilde@hostile.example";
        own.stages[1].where = "{ name = \"notify hilde@hostile.example\" }";
        const Told told({span(0, "POST", Kind::Server, "frontend", 1, 0, kMs, {{"order.id", "1"}, {"url.path", "/api/v2/account/hilde@hostile.example"}}),
                         span(kSecond, "POST", Kind::Server, "frontend", 2, 0, kMs, {{"order.id", "1"}, {"url.path", "/profile/Hildegard-Hostile"}}),
                         span(2 * kSecond, "GET", Kind::Server, "frontend", 3, 0, kMs, {{"order.id", "1"}, {"http.route", "/wishlist/shared"}, {"url.path", "/wishlist/shared"}}),
                         span(3 * kSecond, "GET", Kind::Server, "frontend", 4, 0, kMs, {{"order.id", "1"}, {"url.path", "/Hildegard/hostile"}}),
                         span(4 * kSecond, "notify hilde@hostile.example", Kind::Consumer, "mailer", 5, 0, kMs, {{"order.id", "1"}})},
                        own);
        const Redactor none{};
        const auto pageOf = [&](bool isMasked) {
            const OrderPage page = orderPage(told.story("1"), *told.shop.table, StoryTemplates::english(), isMasked ? redactor() : none, isMasked, {true});
            std::string out = page.headline + "\n";
            for (const auto& line : page.lines)
                out += line.text + "\n";
            return out;
        };
        const std::string masked = pageOf(true), open = pageOf(false);
        for (const char* who : {"ilde", "ostile"})
            QVERIFY2(masked.find(who) == std::string::npos, masked.c_str());
        for (const char* said : {"The customer used account.", "The customer used profile.", "The customer used wishlist shared.", "The customer used a page of the shop.", "the step “notify e-mail "})
            QVERIFY2(masked.find(said) != std::string::npos, masked.c_str());
        QVERIFY2(open.find("The customer used profile hildegard hostile.") != std::string::npos && open.find("notify hilde@hostile.example") != std::string::npos, open.c_str());
    }

    // "because of something that was not recorded", although the status said why.
    void whyTheStatusSays() {
        const auto because = [](const std::string& message, const Redactor& redactor = Redactor()) {
            Visit failed = span(0, "x", Kind::Internal, "a", 1, 0, kSecond, {{"order.id", "1"}, {"error", "true"}});
            failed.statusMessage = message;
            return Told({failed}).page("1", redactor).lines.at(0).text;
        };
        QCOMPARE(because("The issuer declined the card"), std::string("“x” failed because the card was declined; the customer may not have seen it."));
        QCOMPARE(because("Your cart is empty."), std::string("“x” failed because the shop noted “Your cart is empty”; the customer may not have seen it."));
        // Any failure with a message counted as a fault of the shop's own.
        QCOMPARE(because("402 Payment Required"), std::string("“x” failed because the payment was refused; the customer may not have seen it."));
        QCOMPARE(because("Payment Required"), std::string("“x” failed because the payment was refused; the customer may not have seen it."));
        // "of something that was not recorded", though it was; and before, "of a fault in the shop's own software", which nobody knew.
        QCOMPARE(because("E17 at 4711"), std::string("“x” failed because of an error that is noted in technical words only; the customer may not have seen it."));
        class Hidden : public Redactor {
        public:
            std::string redact(std::string_view key, std::string_view value) const override { return key == "status.message" ? std::string("(hidden)") : std::string(value); }
        };
        QCOMPARE(because("Anna Berg has moved away", Hidden()), std::string("“x” failed because (hidden); the customer may not have seen it."));
    }

    // A masked page quoted who had moved away.
    void nobodyIsNamedInWhatTheStatusSays() {
        const Redactor none{};
        const auto because = [&](const std::string& message, bool isMasked) {
            Visit failed = span(0, "x", Kind::Internal, "a", 1, 0, kSecond, {{"order.id", "1"}, {"error", "true"}});
            failed.statusMessage = message;
            const Told told({failed});
            return orderPage(told.story("1"), *told.shop.table, StoryTemplates::english(), isMasked ? redactor() : none, isMasked, {true}).lines.at(0).text;
        };
        for (const char* who : {"Anna Berg has moved away", "Anna has moved away", "anna has moved away", "Berg is not known here", "The customer Berg is not known", "The customer Small is not known", "Small is not known here", "customer low cannot be found", "Änne is not known here"}) {
            QVERIFY2(because(who, false).find(who) != std::string::npos, who);
            QCOMPARE(because(who, true), std::string("“x” failed because of something that the shop noted, and that is masked here; the customer may not have seen it."));
        }
        for (const char* nobody : {"Your cart is empty", "The delivery address is not complete, order cancelled"})
            QVERIFY2(because(nobody, true).find(nobody) != std::string::npos, nobody);
    }
};

QTEST_GUILESS_MAIN(TestOrderFailures)
#include "tst_order_failures.moc"
