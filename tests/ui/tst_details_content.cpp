// What is said of stages, services, calls, traces and spans, without a panel.

#include "details_fixture.h"
#include "model/graph_fixture.h"
#include "model/trace_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestDetailsContent : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // A stage always said the numbers of the whole workspace, next to a funnel of the scope.
    void stageOfTheScope() {
        const auto of = [](uint64_t reached) {
            FunnelResult funnel;
            for (const uint64_t n : {10U * reached, reached}) {
                funnel.stages.emplace_back();
                funnel.stages.back().name = funnel.stages.size() == 1 ? "Browse" : "Cart";
                funnel.stages.back().reached = n;
            }
            return funnel;
        };
        JourneyState journey;
        journey.everything = of(700);
        const DetailsContent all = stageContent(journey, journey.everything, false, "Cart"), some = stageContent(journey, of(3), true, "Cart");
        QCOMPARE(all.facts[0].value, std::string("700 cases, 10.0 % of the first stage"));
        QVERIFY(all.subtitle.ends_with("in the whole workspace"));
        QCOMPARE(some.facts[0].value, std::string("3 cases, 10.0 % of the first stage"));
        QVERIFY(some.subtitle.ends_with("in the present scope"));
        // Of those who stopped it said what it says of the whole stage.
        journey.everything.stages[0].dropped = 1750;
        journey.everything.stages[0].open = 3;
        const DetailsContent stopped = stageContent(journey, journey.everything, false, "Browse", true),
                             stage = stageContent(journey, journey.everything, false, "Browse");
        QCOMPARE(stopped.title, std::string("Stopped at Browse"));
        QCOMPARE(stopped.facts[0].name, std::string("Stopped here"));
        QCOMPARE(stopped.facts[0].value, std::string("1,750 cases, 25.0 % of those that reached it"));
        QCOMPARE(stopped.facts.size(), size_t(3));
        QCOMPARE(stopped.terms[0].second, (ScopeTerm{ScopeTerm::Kind::Dropped, "Browse", {}, 0, 0}));
        QCOMPARE(stopped.targets.size(), size_t(1));
        QCOMPARE(stopped.targets[0].second, Focus::onStage("Browse"));
        QCOMPARE(stage.title, std::string("Browse"));
        QCOMPARE(stage.facts[1].value, std::string("1,750 cases, 25.0 %"));
        QVERIFY(stage.targets.empty());
        // Of orders the list of stages said 284 came and 22 ended here, and beside it that 262 reached it and none stopped.
        journey.orders = std::make_shared<const FulfilmentLog>();
        const DetailsContent ofOrders = stageContent(journey, journey.everything, false, "Browse");
        QCOMPARE(ofOrders.facts[0].name, std::string("Passed"));
        QCOMPARE(ofOrders.facts[1].name, std::string("Went no further"));
        QVERIFY2(ofOrders.facts[1].value.ends_with(", 25.0 % of those that passed it"), ofOrders.facts[1].value.c_str());
    }

    // "Calls" led to a call from service to service that the graph does not have, where a queue lies between.
    void callsAreThoseOfTheGraph() {
        GraphFixture f;
        f.add(1, 1, 0, "checkout", Kind::Server);
        f.add(1, 2, 1, "checkout", Kind::Producer).attributes = {{"messaging.destination.name", "orders"}, {"messaging.system", "kafka"}};
        f.add(1, 3, 2, "mail", Kind::Consumer);
        const SpanTablePtr table = f.table();
        const ServiceGraph graph = f.graph();
        const auto names = [&](const char* service, const char* group) {
            QStringList out;
            const DetailsContent content = serviceContent(*table, *table->serviceByName(service), nullptr, graph, nullptr);
            if (const DetailItem* found = find(content.groups, group))
                for (const DetailItem& item : found->children) {
                    out << QString::fromStdString(item.key);
                    if (!edgeRows(graph, item.term->text, item.term->other))
                        qFatal("a call that is not in the graph");
                }
            return out;
        };
        QCOMPARE(names("checkout", "Calls"), QStringList{QStringLiteral("orders")});
        QCOMPARE(names("mail", "Called by"), QStringList{QStringLiteral("orders")});
    }

    // Calls that all are unfinished took 0 ns, and a service that had only such calls was said to have none.
    void unfinishedCallsHaveNoLatency() {
        GraphFixture f;
        f.add(1, 1, 0, "shop", Kind::Server);
        f.add(1, 2, 1, "shop", Kind::Client).flags = kUnfinished;
        auto& server = f.add(1, 3, 2, "stock", Kind::Server);
        server.flags = kUnfinished;
        server.instance = "stock-1";
        const SpanTablePtr table = f.table();
        const ServiceGraph graph = serviceGraph(*table, nullptr, f.peers(*table));
        const GraphDetails more = graphDetails(*table, graph, nullptr, {}, {});
        const DetailsContent stock = serviceContent(*table, *table->serviceByName("stock"), nullptr, graph, &more, {});
        QCOMPARE(find(stock.groups, "Called by")->children.at(0).value, std::string("1 call"));
        QCOMPARE(find(stock.groups, "Instances")->children.at(0).value, std::string("1 call"));
        QCOMPARE(stock.notices.at(0), std::string("None of its entry spans here has a duration, so there is no latency of its calls."));
        const DetailsContent shop = serviceContent(*table, *table->serviceByName("shop"), nullptr, graph, &more, {});
        QCOMPARE(find(shop.groups, "Called by")->children.at(0).value, std::string("1 call · p95 10 ns"));
    }

    // Spans without a start were shown as of 1970, and their events as decades after them.
    void nothingOf1970() {
        TraceFixture f;
        f.add({1, 0, "op", "shop", 0, 10, Kind::Server, Status::Unset, kNoStart});
        const SpanTablePtr table = f.table();
        const DetailsContent trace = traceContent(*table, 0, {true});
        SpanDetails details;
        details.row = 0;
        details.found = true;
        details.events.emplace_back();
        details.events[0].name = "charged";
        details.events[0].time = kStart;
        const DetailsContent span = spanContent(*table, details, {true});
        for (const DetailsContent* content : {&trace, &span})
            for (const auto& fact : content->facts)
                QVERIFY2(fact.name != "Start" && fact.name != "In trace", fact.value.c_str());
        QCOMPARE(find(span.groups, "Events")->children[0].value, std::string("2023-11-14 22:13:20.000000 UTC"));
        QVERIFY(!find(find(span.groups, "Identifiers")->children, "start_ns"));
    }

    // Five spans of 73 years each overflowed the sums of a trace and of an operation.
    void sumsDoNotOverflow() {
        TraceFixture f;
        for (SpanId id = 1; id <= 9; ++id)
            f.add({id, 0, "op", "shop", 0, kMaxDuration, Kind::Server});
        const SpanTablePtr table = f.table();
        QVERIFY(find(traceContent(*table, 0, {}).groups, "Services by self time")->children[0].value.starts_with("100 %"));
        const DetailsContent service = serviceContent(*table, *table->serviceByName("shop"), nullptr, {}, nullptr);
        QVERIFY(find(service.groups, "Operations by total time")->children[0].value[0] != '-');
    }
};

QTEST_MAIN(TestDetailsContent)
#include "orders/fulfilment_log.h"
#include "tst_details_content.moc"
