// Which order flow a file has: a preset, one that is proposed, or none, and why.

#include "journey/case_filter.h"
#include "journey/case_list.h"
#include "journey/funnel_table.h"
#include "journey/journey_proposal.h"
#include "order_fixture.h"
#include "orders/fulfilment.h"
#include "orders/order_flow.h"
#include "paths/follow_graph.h"
#include "paths/paths_table.h"
#include "paths/variants.h"

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

    // 349 orders had come to Reserved in the funnel, though 28 of them only failed there; those that failed to pay had not come to Paid.
    void whatFailsComesNowhere() {
        std::vector<Step> steps;
        for (const char* order : {"a", "b", "c"}) {
            steps.push_back(request(order, 0, "/api/checkout", order[0] == 'c' ? "409" : "200"));
            steps.push_back(request(order, 10, "/api/payment"));
            steps.push_back(message(order, 20, "orders"));
            steps.push_back(message(order, 30, "reservations"));
            steps.back().failed = order[0] != 'a';
        }
        const OrderShop shop(steps, 1000);
        const JourneyState state = workOutFulfilment(shop.context, std::nullopt);
        QCOMPARE(stages(state), QStringLiteral("Placed 2, Paid 2, Accepted 2, Reserved 1, Packed 0, Shipped 0, Delivered 0"));
        QCOMPARE(state.failed.size(), size_t(3));
        QVERIFY(std::is_sorted(state.failed.begin(), state.failed.end(), [](const StageEvent& a, const StageEvent& b) { return a.row < b.row; }));
        const FulfilmentFigures f = fulfilment(state, *state.orders, state.counted);
        for (size_t k = 0; k < 4; ++k) // "c" passed what came behind the checkout that was refused, in no order that a funnel counts
            QCOMPARE(std::pair(f.stages[k].orders, f.stages[k].passed), std::pair(uint64_t(3), (std::vector<uint64_t>{2, 3, 3, 1})[k]));
        const Activities visits = activities(shop.context, state, activityChoice("visits"));
        const auto conditionOf = [&](const char* name) { return visits.conditions[static_cast<size_t>(std::find(visits.names.begin(), visits.names.end(), name) - visits.names.begin())]; };
        for (const auto& [name, count] : {std::pair("Reserved", size_t(1)), std::pair("Reserved (failed)", size_t(2)), std::pair("Placed", size_t(2)), std::pair("Placed (failed)", size_t(1))}) {
            traceql::ParseError error;
            const auto query = traceql::parse(conditionOf(name), error);
            QVERIFY2(query.has_value(), conditionOf(name).c_str());
            size_t found = 0;
            traceql::evaluate(*query, shop.context).spans.forEach([&](Row) { ++found; });
            QCOMPARE(found, count);
        }
    }

    // Those that failed were to be left out by a condition, though they were, and where nothing else came no span was said to match.
    void whyNobodyCame() {
        std::vector<Step> steps;
        for (const char* order : {"a", "b"}) {
            steps.push_back({order, "A", 0, 1});
            steps.push_back({order, "B", 10, 12, true});
        }
        const JourneyState state = workOutFulfilment(OrderShop(steps, 1000).context, flowOf(2));
        QCOMPARE(stages(state), QStringLiteral("A 2, B 0"));
        QCOMPARE(state.unreached, std::vector<std::string>{"Nothing came to B: all 2 attempts at it failed."});
        steps.push_back({"c", "A", 0, 1});
        steps.push_back({"c", "B", 10, 12});
        QCOMPARE(workOutFulfilment(OrderShop(steps, 1000).context, flowOf(2)).unreached, std::vector<std::string>());
    }

    // The condition of a stage also found those of its visits that were set aside, which no error tells from the others.
    void noConditionTellsWhatIsSetAside() {
        const OrderShop shop({{"a", "A", 0, 1}, {"a", "B", 10, 12}, {"", "send b.dlq", 11, 12, false, false, Kind::Producer, 0, "shop", {}, 2}, {"b", "A", 0, 1}, {"b", "B", 10, 12}}, 1000);
        const JourneyState state = workOutFulfilment(shop.context, flowOf(2));
        QCOMPARE(stages(state), QStringLiteral("A 2, B 1"));
        const Activities ofVisits = activities(shop.context, state, activityChoice("visits"));
        QCOMPARE(ofVisits.names, (std::vector<std::string>{"A", "B", "B (failed)"}));
        QCOMPARE(ofVisits.conditions, (std::vector<std::string>{state.definition->stages[0].where, "", ""}));
        QCOMPARE(activities(shop.context, state, activityChoice("stages")).conditions[1], std::string());
    }

    // A failed visit of "Packed" that may be one of "Queued" as well counted as one of "Queued", which had succeeded.
    void whatFailsIsOfOneStage() {
        JourneyDefinition flow = flowOf(2);
        flow.stages[0].name = "Queued";
        flow.stages[0].where = "{ kind = consumer }";
        flow.stages[1].name = "Packed";
        flow.stages[1].where = "{ kind = consumer && name = \"process pack\" }";
        std::vector<Step> steps = {message("a", 0, "take"), message("a", 10, "pack")};
        steps.back().failed = true;
        const JourneyState state = workOutFulfilment(OrderShop(steps, 1000).context, flow);
        QCOMPARE(stages(state), QStringLiteral("Queued 1, Packed 0"));
        QCOMPARE(state.failed.size(), size_t(1));
        QCOMPARE(state.failed[0].stages, uint32_t(2));
        QCOMPARE(std::pair(state.orders->state[numberOf(state, "a")], state.orders->failedAt[numberOf(state, "a")]), std::pair(OrderState::Failed, uint32_t(1)));
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

    // Two words for open: 38 orders were under way, and the map had none of them, since all had been silent for half an hour.
    void openIsWhatIsUnderWay() {
        std::vector<Step> steps;
        for (int64_t o = 0; o < 6; ++o) { // waits of 2 to 7 s
            const std::string order = "o" + std::to_string(o);
            steps.push_back({order, "A", 10 * o, 10 * o + 1});
            steps.push_back({order, "B", 10 * o + 3 + o, 10 * o + 3 + o});
        }
        for (const Step& step : {Step{"stays", "A", 890, 891}, Step{"stays", "B", 899, 900}, Step{"stuck", "A", 918, 919}, Step{"waits", "A", 919, 920}}) // 8 s, whose tenfold is the patience at A
            steps.push_back(step);
        const OrderShop shop(steps, 1000);
        const JourneyState byOneSilence = shop.workOut(flowOf(3)), state = workOutFulfilment(shop.context, flowOf(3));
        QVERIFY(!byOneSilence.orders && state.orders);
        QCOMPARE(state.orders->patience, (std::vector<int64_t>{80 * kSecond, 100 * kSecond, 100 * kSecond}));
        QCOMPARE(byOneSilence.everything.openCases, uint64_t(0)); // "stays" began its last trace 101 s ago, and those with one trace are over when it has ended
        const auto outcome = [&](const char* order) { return std::string(outcomeName(outcomeOf(progressOf(state, numberOf(state, order))))); };
        QCOMPARE(outcome("waits"), std::string("open"));
        QCOMPARE(outcome("stays"), std::string("open"));
        QCOMPARE(outcome("stuck"), std::string("stopped"));
        QCOMPARE(outcome("o0"), std::string("stopped"));
        const FulfilmentFigures f = fulfilment(state, *state.orders, state.counted);
        QCOMPARE((std::vector<uint64_t>{f.underWay, f.stuck}), (std::vector<uint64_t>{2, 7}));
        QCOMPARE(state.everything.openCases, f.underWay);
        for (size_t k = 0; k < 3; ++k) {
            QCOMPARE(state.everything.stages[k].open, f.stages[k].underWay);
            QCOMPARE(state.everything.stages[k].dropped, f.stages[k].stuck);
            QCOMPARE(state.everything.stages[k].reached, byOneSilence.everything.stages[k].reached);
            QCOMPARE(state.everything.stages[k].p50FromPrevious, byOneSilence.everything.stages[k].p50FromPrevious);
        }
        const CaseLog log = caseLog(state, activities(shop.context, state, activityChoice("stages")));
        const DirectlyFollows map = followGraph(log, state.counted);
        QCOMPARE(map.openCases, f.underWay);
        QCOMPARE(map.nodes[map.nodeOf[0]].open, uint64_t(1));
        QCOMPARE(map.nodes[map.nodeOf[1]].open, uint64_t(1));
        uint64_t open = 0;
        for (const Variants::Variant& variant : variants(log, state.counted).variants)
            open += variant.open;
        QCOMPARE(open, f.underWay);
        QCOMPARE(caseNotes(state)[0], std::string("An order is open while it is under way: silent for no longer than others waited at its stage. Those that are stuck or have failed count as stopped."));
    }

    void whatIsDoneOrNot() {
        const OrderShop shop({{"fails", "A", 0, 1}, {"fails", "B", 5, 6, true}, {"skips", "A", 0, 1}, {"skips", "C", 5, 6}, {"good", "A", 0, 1}, {"good", "B", 5, 6}, {"good", "C", 8, 9}, {"other", "x", 0, 1}}, 1000);
        QCOMPARE(shop.workOut(flowOf(2)).everything.converted, uint64_t(2)); // its last stage was tried
        const JourneyState two = workOutFulfilment(shop.context, flowOf(2));
        QCOMPARE(two.everything.converted, uint64_t(1));
        QCOMPARE((std::vector<uint64_t>{two.everything.stages[0].dropped, two.everything.stages[1].dropped}), (std::vector<uint64_t>{2, 0})); // one failed to come to B, one never tried
        QCOMPARE(outcomeOf(progressOf(two, numberOf(two, "fails"))), CaseOutcome::Stopped);
        QCOMPARE(two.orders->state[numberOf(two, "fails")], OrderState::Failed);
        QCOMPARE(stageOf(two, numberOf(two, "fails")), std::string_view("A")); // with success
        QCOMPARE(stageOf(two, numberOf(two, "other")), std::string_view());
        const JourneyState three = workOutFulfilment(shop.context, flowOf(3));
        // Orders said that "skips" is done, and lists, variants and shares that it stopped.
        QCOMPARE(three.everything.converted, uint64_t(2));
        QCOMPARE(outcomeOf(progressOf(three, numberOf(three, "skips"))), CaseOutcome::Converted);
        QCOMPARE((std::vector<uint64_t>{three.everything.stages[0].reached, three.everything.stages[0].dropped, three.everything.stages[1].reached}), (std::vector<uint64_t>{3, 1, 1}));
        uint64_t done = 0;
        for (const Variants::Variant& variant : variants(caseLog(three, activities(shop.context, three, activityChoice("stages"))), three.counted).variants)
            done += variant.converted;
        QCOMPARE(done, fulfilment(three, *three.orders, three.counted).done);
        QCOMPARE(stageOf(three, numberOf(three, "skips")), std::string_view("C"));
        QVERIFY2(caseNotes(three)[0].ends_with(" One that came to no stage is open until it has been silent for 1 min 40 s. 1 order is done without each stage in its order: it did not stop, and counts at the stages as far as it kept to it."), caseNotes(three)[0].c_str());
    }

    void openAgainstANaiveCount() {
        uint64_t all = 0;
        for (uint32_t round = 0; round < 30; ++round) {
            const size_t count = 2 + round % 3;
            const OrderShop shop(randomSteps(500 + round, 4 + round, count, 20 + size_t(round) * 6), 470);
            const JourneyState state = workOutFulfilment(shop.context, flowOf(count));
            const FulfilmentLog log = fulfilmentLog(state);
            std::vector<uint64_t> open(count, 0), dropped(count, 0);
            uint64_t converted = 0, openCases = 0, notEntered = 0;
            for (CaseNumber c = 0; c < log.cases(); ++c) {
                const CaseProgress& progress = state.everything.progress[c];
                QVERIFY(log.hasVisits(c)); // each step is of a stage
                QCOMPARE(progress.isOpen, log.state[c] == OrderState::UnderWay);
                QVERIFY(!progress.isConverted || log.state[c] == OrderState::Done);
                converted += progress.isConverted;
                openCases += progress.isOpen;
                notEntered += progress.last == 0;
                if (progress.last > 0 && !progress.isConverted)
                    ++(progress.isOpen ? open : dropped)[progress.last - 1];
            }
            for (size_t k = 0; k < count; ++k) {
                QCOMPARE(state.everything.stages[k].open, open[k]);
                QCOMPARE(state.everything.stages[k].dropped, dropped[k]);
            }
            QCOMPARE((std::vector<uint64_t>{state.everything.converted, state.everything.openCases, state.everything.notEntered}), (std::vector<uint64_t>{converted, openCases, notEntered}));
            all += openCases;
        }
        QVERIFY2(all > 20, std::to_string(all).c_str());
    }

    // 42 visits of Paid that failed were on no map, and nothing said so.
    void visitsThatFailed() {
        const OrderShop shop({{"declined", "A", 0, 1}, {"declined", "refused", 5, 6}, {"again", "A", 10, 11}, {"again", "refused", 15, 16}, {"again", "B", 20, 21}, {"error", "A", 30, 31, true},
                              {"robot", "A", 0, 1, false, false, Kind::Server, 0, "shop", {{"user_agent.synthetic.type", "bot"}}}, {"robot", "refused", 2, 3}},
                             1000);
        JourneyDefinition flow = flowOf(2);
        flow.stages[1].failed = "{ name = \"refused\" }";
        const JourneyState state = workOutFulfilment(shop.context, flow);
        const auto ways = [&](const Activities& of) {
            const CaseLog log = caseLog(state, of);
            QStringList out;
            for (const Variants::Variant& variant : variants(log, state.counted).variants)
                out << QString::fromStdString(variantText(log, variant));
            out.sort();
            return out.join(QLatin1Char('|'));
        };
        const auto says = [&](const Activities& of, const std::string& sentence) {
            const auto notes = pathNotes(state, of, caseLog(state, of), "--every-request");
            return std::find(notes.begin(), notes.end(), sentence) != notes.end();
        };
        const Activities ofStages = activities(shop.context, state, activityChoice("stages")), ofVisits = activities(shop.context, state, activityChoice("visits"));
        QCOMPARE(ofStages.failed, uint64_t(3)); // the robot counts nowhere
        QVERIFY(says(ofStages, "3 visits that failed are left out."));
        QCOMPARE(ways(ofStages), QString::fromUtf8("A|A → B"));
        QCOMPARE(ofVisits.failed, uint64_t(0));
        QVERIFY(!says(ofVisits, "3 visits that failed are left out."));
        QCOMPARE(ofVisits.names, (std::vector<std::string>{"A", "B", "A (failed)", "B (failed)"}));
        QCOMPARE(ofVisits.conditions, (std::vector<std::string>{"{ (span:name =~ \".*A.*\") && aisle:error = false }", flow.stages[1].where, "{ ((span:name =~ \".*A.*\") && aisle:error = true) }", flow.stages[1].failed}));
        QCOMPARE(ways(ofVisits), QString::fromUtf8("A (failed)|A → B (failed)|A → B (failed) → B"));
        QVERIFY(std::is_sorted(ofVisits.events.begin(), ofVisits.events.end(), [](const Activities::Event& a, const Activities::Event& b) { return a.row < b.row; }));
        QCOMPARE(caseLog(state, ofVisits).events(), state.orders->visits.size());
    }

    void withoutOrders() {
        const JourneyState state = workOutFulfilment(OrderShop({{"", "A", 0, 1}}).context, std::nullopt);
        QVERIFY(!state.definition && !state.problem.empty() && !state.orders);
        QCOMPARE(fulfilmentLog(state).cases(), size_t(0));
    }
};

QTEST_GUILESS_MAIN(TestOrderFlow)
#include "tst_order_flow.moc"
