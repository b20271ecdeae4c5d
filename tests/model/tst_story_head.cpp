// What the headline and the figures of an order say of how it stands, and what is said to come.

#include "journey/journey_proposal.h"
#include "order_story_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

class TestStoryHead : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void declinedIsNotStuck() {
        const auto order = [](uint64_t trace, int64_t at, const char* path, const char* status) {
            return span(at, std::string("POST ") + path, Kind::Server, "frontend", trace, 0, kSecond,
                        {{"order.id", "1"}, {"url.path", path}, {"http.response.status_code", status}});
        };
        JourneyDefinition paid = flow();
        paid.stages[1].name = "Paid";
        paid.stages[1].where = "{ aisle:path = \"/api/payment\" && .http.response.status_code < 400 }";
        paid.stages[1].failed = "{ aisle:path = \"/api/payment\" && .http.response.status_code >= 400 }";
        paid.idleLimit = 10 * kSecond;
        std::vector<Visit> visits = {order(1, 0, "/api/checkout", "200"), order(2, kMinute, "/api/payment", "402")};
        visits.push_back(span(60 * kMinute, "end of the file", Kind::Internal, "a", 3, 0, kSecond, {}));
        const Told told(visits, paid);
        const OrderPage page = told.page("1");
        QCOMPARE(page.headline, std::string("Order 1 failed: the payment did not succeed and was not tried again."));
        QVERIFY(told.story("1").state == OrderState::Failed);
        const std::string text = told.text("1");
        QVERIFY2(text.find("Still to come") == std::string::npos && text.find("stuck") == std::string::npos, text.c_str());
        QVERIFY2(text.find("Customer saw: The customer saw that the payment was refused.\n") != std::string::npos, text.c_str());
        for (const auto& figure : page.figures)
            if (figure.label == "State")
                QCOMPARE(figure.value, std::string("failed"));
    }

    // The headline said that an order had waited "after packing" where its own line said that packing had failed.
    void afterAFailure() {
        std::vector<Visit> visits;
        addOrder(visits, 0, 0, kMinute, "ORD-0");
        std::erase_if(visits, [](const Visit& one) { return one.trace == 5; }); // the second attempt of packing
        visits.push_back(span(3 * kMinute, "end of the file", Kind::Internal, "a", 99, 0, kSecond, {}));
        QCOMPARE(Told(visits).page("ORD-0").headline,
                 std::string("Order ORD-0 is under way: it has waited 1 min 39 s since packing failed.")); // from 1 min 22 s to 3 min 01 s
        visits.back().at = 60 * kMinute; // longer than the idle limit: it ended there
        QCOMPARE(Told(visits).page("ORD-0").headline, std::string("Order ORD-0 failed: packing did not succeed and was not tried again."));
    }

    void setAside() {
        std::vector<Visit> visits;
        addOrder(visits, 0, 0, kMinute, "ORD-0");
        std::erase_if(visits, [](const Visit& one) { return one.trace >= 5; }); // the second attempt of packing, and what came after
        const auto packing = std::find_if(visits.begin(), visits.end(), [](const Visit& one) { return one.name == "process pick-lists"; });
        const auto number = static_cast<SpanId>(packing - visits.begin() + 1);
        visits.push_back(span(packing->at + kSecond, "send pick-lists.dlq", Kind::Producer, "warehouse", packing->trace, number, kMs, {}));
        visits.push_back(span(3 * kMinute, "end of the file", Kind::Internal, "a", 99, 0, kSecond, {}));
        const Told told(visits);
        QCOMPARE(told.page("ORD-0").headline, std::string("Order ORD-0 failed: packing did not succeed, and the order was set aside for somebody to look at."));
        QVERIFY2(told.text("ORD-0").find("Still to come") == std::string::npos, told.text("ORD-0").c_str());
    }

    void completeThoughSomethingFailed() {
        std::vector<Visit> visits;
        addOrder(visits, 0, 0, kMinute, "ORD-0");
        std::erase_if(visits, [](const Visit& one) { return one.trace == 5; }); // the second attempt of packing
        visits.push_back(span(3 * kMinute, "delivered", Kind::Consumer, "carrier", 99, 0, kSecond, {{"order.id", "ORD-0"}}));
        QCOMPARE(Told(visits).page("ORD-0").headline, std::string("Order ORD-0 is done, although packing did not succeed: it took 3 min 01 s from the first step to the last."));
    }

    // A story had no word about being late, which lists and figures said of its order.
    void late() {
        std::vector<Visit> visits;
        addOrder(visits, 0, 0, kMinute, "ORD-0");
        visits.push_back(span(10 * kMinute, "delivered", Kind::Consumer, "carrier", 99, 0, kSecond, {{"order.id", "ORD-0"}}));
        JourneyDefinition own = flow();
        own.target = 9 * kMinute;
        own.stages[1].within = kMinute;
        const Told told(visits, own);
        const OrderPage page = told.page("ORD-0");
        QCOMPARE(std::count_if(page.figures.begin(), page.figures.end(), [](const auto& figure) { return figure.label == "Late" && figure.value == "1 min 01 s longer than the target of 9 min 00 s"; }), 1);
        QVERIFY2(told.text("ORD-0").find("Wait: That was late: packing began 1 min 20 s after the step before it had ended; the target is 1 min 00 s.\n") != std::string::npos, told.text("ORD-0").c_str());
        own.target = 20 * kMinute;
        own.stages[1].within = 2 * kMinute;
        QVERIFY(Told(visits, own).text("ORD-0").find("late") == std::string::npos);
        // Of one that waits.
        visits.resize(1);
        visits.push_back(span(3 * kMinute, "end of the file", Kind::Internal, "a", 98, 0, kSecond, {}));
        QVERIFY2(Told(visits, own).text("ORD-0").find("Wait: Packing is late: the step before it ended 3 min 01 s ago; the target is 2 min 00 s.\n") != std::string::npos, Told(visits, own).text("ORD-0").c_str());
    }

    // Of an order of which the file had only the delivery: "it took 1.00 s from the first step to the last".
    void beginningNotSeen() {
        const std::vector<Visit> visits = {span(0, "delivered", Kind::Consumer, "carrier", 1, 0, kSecond, {{"order.id", "1"}}), span(kSecond, "process mails", Kind::Consumer, "email", 2, 0, kSecond, {{"order.id", "1"}})};
        const Told told(visits);
        const OrderPage page = told.page("1");
        QCOMPARE(page.headline, std::string("Order 1 is done; how it began is not in this file."));
        QVERIFY2(told.text("1").starts_with("Behind the scenes: What came before this is not in the file: nothing of placing the order was recorded.\n"), told.text("1").c_str());
        QVERIFY(std::none_of(page.figures.begin(), page.figures.end(), [](const auto& figure) { return figure.label == "Lead time"; }));
    }

    // "far longer than others waited that went on", where none had gone on.
    void stuckByAssumption() {
        std::vector<Visit> visits;
        addOrder(visits, 0, 0, kMinute, "ORD-0");
        visits.push_back(span(100 * kMinute, "end of the file", Kind::Internal, "a", 98, 0, kSecond, {}));
        const std::string text = Told(visits).text("ORD-0");
        QVERIFY2(text.find("Open: Still to come: delivery. Too few orders went on from here to say how long that takes; after 10 min 00 s of silence one is assumed to be stuck.\n") != std::string::npos, text.c_str());
    }

    // "it has waited 0 ns", of an order that the file ends with.
    void theLastThatWasSeen() {
        std::vector<Visit> visits;
        addOrder(visits, 0, 0, kMinute, "ORD-0");
        std::erase_if(visits, [](const Visit& one) { return one.trace >= 5; }); // all behind the first attempt of packing
        const std::string headline = Told(visits).page("ORD-0").headline;
        QVERIFY2(headline == "Order ORD-0 is under way: it has waited less than a second since packing failed.", headline.c_str());
    }

    // "Still to come: ." of an order of a proposed flow that came to its end, and failed on the way.
    void whatFailedIsToCome() {
        JourneyDefinition proposed = flow();
        nameAsProposal(proposed);
        std::vector<Visit> visits;
        addOrder(visits, 0, 0, kMinute, "ORD-0");
        std::erase_if(visits, [](const Visit& one) { return one.trace == 5; }); // the second attempt of packing
        visits.push_back(span(3 * kMinute, "delivered", Kind::Consumer, "carrier", 99, 0, kSecond, {{"order.id", "ORD-0"}}));
        const Told told(visits, proposed);
        QVERIFY(told.story("ORD-0").state == OrderState::UnderWay);
        QVERIFY2(told.text("ORD-0").find("Still to come: packing. ") != std::string::npos, told.text("ORD-0").c_str());
    }

    void leftByTheCustomer() {
        const auto request = [](const char* order, uint64_t trace, int64_t at, const char* path, Kind kind = Kind::Server) {
            return span(at, std::string("POST ") + path, kind, "frontend", trace, 0, kSecond, {{"order.id", order}, {"url.path", path}});
        };
        JourneyDefinition paid = flow();
        paid.idleLimit = 10 * kMinute;
        paid.stages[1].name = "Paid";
        paid.stages[1].where = "{ aisle:path = \"/api/payment\" }";
        std::vector<Visit> visits = {request("1", 1, 0, "/api/checkout"), request("2", 2, 0, "/api/checkout"), request("2", 3, kMinute, "/api/payment"),
                                     request("3", 4, 50 * kMinute, "/api/checkout")};
        visits.push_back(span(55 * kMinute - kSecond, "end of the file", Kind::Internal, "a", 9, 0, kSecond, {}));
        const Told told(visits, paid);
        QVERIFY(told.story("1").state == OrderState::Stuck); // it has no state of its own
        QCOMPARE(told.page("1").headline, std::string("Order 1 was not paid: the customer did not go on. Nothing has happened for 54 min 59 s."));
        QVERIFY2(told.text("1").find("Open: Still to come: the payment, delivery. The first of this is up to the customer.\n") != std::string::npos,
                 told.text("1").c_str());
        QCOMPARE(told.page("3").headline, std::string("Order 3 is under way: it has waited 4 min 59 s for the customer to go on to the payment."));
        QCOMPARE(told.page("2").headline, std::string("Order 2 is stuck: nothing has happened for 53 min 59 s after the payment.")); // for the shop
        // The same flow where the payment is taken from a queue: nothing of the customer's.
        visits[2].kind = Kind::Consumer;
        QCOMPARE(Told(visits, paid).page("1").headline.substr(0, 33), std::string("Order 1 is stuck: nothing has hap"));
        // A stage that the sentences do not know.
        visits[2].kind = Kind::Server;
        paid.stages[1].name = "Engraved";
        QVERIFY2(Told(visits, paid).page("1").headline.find("the customer did not go on.") != std::string::npos, Told(visits, paid).page("1").headline.c_str());
    }

    void skippedIsNotToCome() {
        std::vector<Visit> visits = {
            span(0, "POST /api/checkout", Kind::Server, "frontend", 1, 0, kSecond, {{"order.id", "1"}, {"url.path", "/api/checkout"}})};
        for (int n = 1; n < 3; ++n) // two parcels, packed one after the other: nothing is tried again
            visits.push_back(
                span(n * kMinute, "process pick-lists", Kind::Consumer, "warehouse", static_cast<uint64_t>(n) + 1, 0, kSecond, {{"order.id", "1"}}));
        QVERIFY(Told(visits).text("1").find("tried again") == std::string::npos);
        visits.erase(visits.begin());
        const std::string text = Told(visits).text("1");
        QVERIFY2(text.find("Still to come: delivery.") != std::string::npos, text.c_str());
    }
};

QTEST_GUILESS_MAIN(TestStoryHead)
#include "tst_story_head.moc"
