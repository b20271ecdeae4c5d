// Which stages are acts of the customer, worked out by hand; what is said of orders that wait for one.

#include "orders/customer_steps.h"
#include "orders/fulfilment.h"
#include "shop_fixture.h"

#include <QTest>

#include <algorithm>

using namespace aisle;
using namespace aisle::test;

namespace {

JourneyDefinition flow() {
    JourneyDefinition out = letters(5);
    out.caseKey = "order";
    out.idleLimit = 100 * kSecond;
    return out;
}

Visit span(const std::string& order, int64_t at, const char* name, Kind kind, const char* service, uint64_t trace, SpanId parent = 0, bool failed = false) {
    Pairs attributes = {{"order.id", order}};
    if (failed)
        attributes.push_back({"error", "true"});
    return {"", at * kSecond, name, std::move(attributes), trace, kMs, kind, service, parent};
}

/// A: the checkout, behind a proxy. B: the payment, a request of its own. C: what is done with a message. D: in the same trace as the payment. E: the
/// carrier calls another service.
std::vector<Visit> shop() {
    std::vector<Visit> out;
    const auto checkout = [&](const std::string& order, int64_t at, uint64_t trace) {
        out.push_back(span(order, at, "load", Kind::Client, "browser", trace));
        const SpanId root = out.size();
        out.push_back(span(order, at, "ingress", Kind::Server, "proxy", trace, root));
        out.push_back(span(order, at, "A", Kind::Server, "frontend", trace, root + 1));
    };
    checkout("good", 0, 1);
    out.push_back(span("good", 10, "ingress", Kind::Server, "proxy", 2));
    const SpanId proxy = out.size();
    out.push_back(span("good", 10, "B", Kind::Server, "frontend", 2, proxy));
    out.push_back(span("good", 11, "D", Kind::Server, "payment", 2, proxy + 1));
    out.push_back(span("good", 12, "ingress", Kind::Server, "proxy", 3));
    out.push_back(span("good", 12, "send", Kind::Producer, "proxy", 3, out.size()));
    out.push_back(span("good", 13, "C", Kind::Consumer, "stock", 3, out.size())); // a message that a request of the front door sent
    out.push_back(span("good", 20, "E", Kind::Server, "delivery", 4));
    checkout("left", 1, 5);
    checkout("failed", 2, 6);
    out.back().attributes.push_back({"error", "true"});
    checkout("paid", 3, 7);
    out.push_back(span("paid", 14, "ingress", Kind::Server, "proxy", 8));
    out.push_back(span("paid", 14, "B", Kind::Server, "frontend", 8, out.size()));
    checkout("late", 250, 9);
    out.push_back({"", 300 * kSecond, "end of the file", {}, 99});
    return out;
}

} // namespace

class TestCustomerSteps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        const Shop file(shop());
        const JourneyState state = file.workOut(flow());
        const FulfilmentLog log = fulfilmentLog(state);
        QVERIFY(log.isOfCustomer == (std::vector<bool>{true, true, false, false, false}));
        const auto awaited = [&](const char* order) { return awaitedOfCustomer(log, state.cases().find(order)); };
        QCOMPARE(awaited("left"), 1U);
        QCOMPARE(awaited("late"), 1U); // is under way
        QCOMPARE(awaited("failed"), kNoStage); // the customer saw an error
        QCOMPARE(awaited("paid"), kNoStage);   // waits for the stock
        QCOMPARE(awaited("good"), kNoStage);
        QVERIFY(log.state[state.cases().find("left")] == OrderState::Stuck && log.state[state.cases().find("late")] == OrderState::UnderWay && log.state[state.cases().find("good")] == OrderState::Done);

        const FulfilmentFigures figures = fulfilment(state, log, state.counted);
        QCOMPARE(figures.stages[0].leftByCustomer, uint64_t(1));
        QCOMPARE(figures.stages[1].leftByCustomer, uint64_t(0));
        // The manual told of a figure that the table did not have.
        const Tabular table = tabulate(figures, state, log);
        const auto column = std::find_if(table.columns.begin(), table.columns.end(), [](const Column& one) { return one.key == "left_by_customer"; });
        QVERIFY(column != table.columns.end() && (column - 1)->key == "stuck");
        const auto at = static_cast<size_t>(column - table.columns.begin());
        QCOMPARE(table.rows[0].size(), table.columns.size());
        QCOMPARE(std::get<int64_t>(table.rows[0][at].value), int64_t(1));
        QCOMPARE(std::get<int64_t>(table.rows[1][at].value), int64_t(0));
        const std::vector<std::string> notes = fulfilmentNotes(figures, state, log);
        const auto is = [&](const char* text) { return std::find(notes.begin(), notes.end(), text) != notes.end(); };
        QVERIFY(is("1 of those that are stuck waits for the customer, who did not go on: from A to B."));
    }

    // A webhook of the carrier was an act of the customer where all requests come in by one gateway.
    void behindAGateway() {
        for (const bool isOfGateway : {false, true}) { // the stages are seen there as well
            std::vector<Visit> visits;
            const auto request = [&](int64_t at, const char* name, const char* service, uint64_t trace) {
                visits.push_back(span("1", at, isOfGateway ? name : "ingress", Kind::Server, "proxy", trace));
                visits.push_back(span("1", at, name, Kind::Server, service, trace, visits.size()));
            };
            request(0, "A", "frontend", 1);
            request(10, "B", "frontend", 2);
            request(20, "E", "delivery", 3);
            visits.push_back({"", 300 * kSecond, "end of the file", {}, 99});
            const Shop file(visits);
            const FulfilmentLog log = fulfilmentLog(file.workOut(flow()));
            QVERIFY2(log.isOfCustomer == (std::vector<bool>{true, true, false, false, false}), isOfGateway ? "seen at the gateway" : "seen behind it");
        }
    }

    // What the front end does not do itself is an act all the same.
    void behindAFrontEnd() {
        const Shop file({span("1", 0, "A", Kind::Server, "frontend", 1), span("1", 10, "pay", Kind::Server, "frontend", 2), span("1", 10, "B", Kind::Server, "payment", 2, 2), {"", 300 * kSecond, "end of the file", {}, 99}});
        QVERIFY(fulfilmentLog(file.workOut(flow())).isOfCustomer == (std::vector<bool>{true, true, false, false, false}));
    }

    void inAnyOrderNobodyKnowsWhatIsNext() {
        const Shop file(shop());
        JourneyDefinition any = flow();
        any.order = StageOrder::Any;
        const JourneyState state = file.workOut(any);
        const FulfilmentLog log = fulfilmentLog(state);
        QCOMPARE(awaitedOfCustomer(log, state.cases().find("left")), kNoStage);
    }

    // What was skipped on the way, and what may be left out, is not waited for.
    void optionalStages() {
        const Shop file(shop());
        JourneyDefinition optional = flow();
        optional.stages[1].isOptional = true;
        const JourneyState state = file.workOut(optional);
        QCOMPARE(awaitedOfCustomer(fulfilmentLog(state), state.cases().find("left")), kNoStage); // C is no act of the customer
    }

    void withoutTheFirstStage() {
        const Shop file({span("1", 0, "B", Kind::Server, "frontend", 1), {"", 300 * kSecond, "end of the file", {}, 99}});
        const JourneyState state = file.workOut(flow());
        QVERIFY(fulfilmentLog(state).isOfCustomer == std::vector<bool>(5));
    }
};

QTEST_GUILESS_MAIN(TestCustomerSteps)
#include "tst_customer_steps.moc"
