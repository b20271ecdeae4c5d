// Which order flow a file has: a preset, one that is proposed, or none, and why.

#include "journey/journey_proposal.h"
#include "order_fixture.h"
#include "orders/fulfilment.h"
#include "orders/order_flow.h"

#include <QTest>

#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

QString stages(const JourneyState& state) {
    QStringList out;
    for (const FunnelStage& stage : state.everything.stages)
        out << QString::fromStdString(stage.name) + (stage.isOptional ? QStringLiteral("? ") : QStringLiteral(" ")) + QString::number(stage.reached);
    return out.join(QStringLiteral(", "));
}

Step request(const std::string& order, int64_t at, const char* path, const char* status = "200") { return {order, "POST", at, at + 1, false, false, Kind::Server, 0, "web", {{"http.request.method", "POST"}, {"url.path", path}, {"http.response.status_code", status}}}; }
Step message(const std::string& order, int64_t at, const std::string& queue) { return {order, "process " + queue, at, at + 1, false, false, Kind::Consumer, 0, "worker", {{"messaging.destination.name", queue}}}; }
Step placedBy(const std::string& user, int64_t at, const char* name) { return {"", name, at, at + 1, false, false, Kind::Server, 0, "checkout", {{"app.user.id", user}}}; }

} // namespace

class TestOrderFlow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void presets() {
        std::set<std::string> ids;
        for (const JourneyDefinition& journey : journeyPresets())
            ids.insert(journey.id);
        QVERIFY(fulfilmentPresets().size() >= 3);
        for (const JourneyDefinition& flow : fulfilmentPresets()) {
            QVERIFY2(ids.insert(flow.id).second, flow.id.c_str());
            QCOMPARE(flow.caseKey, std::string("order"));
            QCOMPARE(problemOf(flow), std::string());
            QVERIFY(journeyFromJson(toJson(flow)) == flow);
        }
    }

    void presetOfTheFile() {
        std::vector<Step> steps;
        for (const char* order : {"a", "b", "c"}) {
            steps.push_back(request(order, 0, "/api/checkout"));
            steps.push_back(request(order, 10, "/api/payment", order[0] == 'c' ? "402" : "200"));
        }
        steps.push_back(message("a", 20, "orders"));
        const OrderShop shop(steps, 30);
        const JourneyState state = workOutFulfilment(shop.context, std::nullopt);
        QCOMPARE(stages(state), QStringLiteral("Placed 3, Paid 2, Accepted 1, Reserved 0, Packed 0, Shipped 0, Delivered 0"));
        QCOMPARE(state.definition->id, std::string("shop-orders"));
        QVERIFY(state.problem.empty());
        QCOMPARE(stages(workOutFulfilment(shop.context, flowOf(1))), QStringLiteral("A 0")); // that was asked for
    }

    void proposedFromQueues() {
        std::vector<Step> steps;
        for (int64_t o = 0; o < 30; ++o) {
            const std::string order = "o" + std::to_string(o);
            steps.push_back({order, "place", 100 * o, 100 * o + 1});
            steps.push_back(message(order, 100 * o + 10, "bills"));
            steps.push_back(message(order, 100 * o + 20, "parcels"));
            if (o % 3 == 0)
                steps.push_back(message(order, 100 * o + 15, "gifts"));
            if (o == 7)
                steps.push_back(message(order, 100 * o + 16, "odd"));
        }
        const OrderShop shop(steps);
        const JourneyState state = workOutFulfilment(shop.context, std::nullopt);
        QCOMPARE(stages(state), QStringLiteral("place 30, process bills 30, process gifts? 10, process parcels 30"));
        QVERIFY(isProposal(*state.definition));
        QVERIFY(proposeOrderFlow(shop.context, state) == state.definition);
        const JourneyState asked = workOutFulfilment(shop.context, flowOf(1)); // proposed also where another flow is on show
        QVERIFY(proposeOrderFlow(shop.context, asked) == state.definition);
        QVERIFY(!proposeOrderFlow(shop.context, JourneyState()));
    }

    void whatStandsForAnOrder() {
        const OrderShop shop({placedBy("u1", 0, "oteldemo.CheckoutService/PlaceOrder"), placedBy("u1", 2, "oteldemo.PaymentService/Charge"), placedBy("u2", 5, "oteldemo.CheckoutService/PlaceOrder")});
        const JourneyState state = workOutFulfilment(shop.context, std::nullopt);
        QCOMPARE(state.definition->caseKey, std::string("user"));
        QCOMPARE(state.everything.stages[0].reached, uint64_t(2));
        QCOMPARE(state.everything.stages[1].reached, uint64_t(1));
        const FulfilmentLog log = fulfilmentLog(state);
        const auto notes = fulfilmentNotes(fulfilment(state, log, state.counted), state, log);
        QVERIFY(std::find(notes.begin(), notes.end(), "Each user stands for one order.") != notes.end());
        const JourneyState asked = workOutFulfilment(shop.context, flowOf(2)); // by order, which nobody says
        QVERIFY(!asked.definition && asked.problem.starts_with("No span of this file says which order it belongs to (order.id, "));
        QVERIFY(asked.everything.stages.empty() && asked.events.empty());
        QVERIFY(asked.cases().cases().empty() && asked.counted.empty()); // the users are no orders
        QVERIFY(asked.table == shop.context.table);
        JourneyDefinition byParcel = flowOf(2);
        byParcel.caseKey = "parcel.id";
        const JourneyState parcels = workOutFulfilment(shop.context, byParcel);
        QVERIFY(!parcels.definition && parcels.cases().cases().empty());
        QCOMPARE(parcels.problem, std::string("No span of this file says which parcel.id it belongs to."));
        byParcel.ownCase = CaseKey{"parcel", "Parcel", "parcels", {"parcel.id"}};
        const JourneyState ofOwn = workOutFulfilment(shop.context, byParcel);
        QVERIFY(!ofOwn.definition && ofOwn.cases().cases().empty());
        QCOMPARE(ofOwn.problem, "No span of this file says which " + byParcel.ownCase->noun() + " it belongs to.");
        QCOMPARE(workOutFulfilmentBy(shop.context, "app.user.id", {}).everything.stages[0].reached, uint64_t(2));
        QVERIFY(workOutFulfilmentBy(shop.context, "nowhere", {}).problem.starts_with("No span of this file says which nowhere"));
    }

    void withoutOrders() {
        const JourneyState state = workOutFulfilment(OrderShop({{"", "A", 0, 1}}).context, std::nullopt);
        QVERIFY(!state.definition && !state.problem.empty());
        QCOMPARE(fulfilmentLog(state).cases(), size_t(0));
    }
};

QTEST_GUILESS_MAIN(TestOrderFlow)
#include "tst_order_flow.moc"
