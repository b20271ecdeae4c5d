// Definitions of journeys: as JSON, what contradicts itself, and which spans fill a stage.

#include "journey/journey_proposal.h"
#include "shop_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

class TestJourney : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatFillsAStage_data() {
        QTest::addColumn<QString>("where");
        QTest::addColumn<bool>("anySpan");
        QTest::addColumn<QList<int>>("rows");
        const auto row = [](const char* where, bool anySpan, const QList<int>& rows) { QTest::addRow("%s%s", where, anySpan ? ", any span" : "") << QString::fromLatin1(where) << anySpan << rows; };
        row("{ .http.request.method = \"POST\" && aisle:path = \"/cart\" }", false, {0, 2});
        row("{ .http.request.method = \"GET\" && aisle:path = \"/cart\" }", false, {1}); // without its query
        row("{ aisle:path = \"/cart\" }", false, {0, 1, 2});
        row("{ aisle:path = \"/cart\" && .http.request.method = \"POST\" }", true, {0, 2, 3});
        row("{ name =~ \"inner|client\" }", false, {4}); // a root INTERNAL is an entry, a CLIENT is none
        row("{ resource.service.name = \"shop\" }", false, {0, 1, 2, 4, 5});
        row("{ resource.service.name = \"other\" }", false, {});
        row("{ kind = server } > { name = \"within\" }", true, {6});
        row("{ name = \"within\" } < { kind = server }", false, {5}); // structure sees spans that are no requests
        row("{ kind = server } > { name = \"within\" }", false, {}); // the same request
    }
    void whatFillsAStage() {
        QFETCH(QString, where);
        QFETCH(bool, anySpan);
        QFETCH(QList<int>, rows);
        const Shop shop({{"s", 1, "POST", {{"http.request.method", "POST"}, {"http.route", "/cart"}}},
                         {"s", 2, "GET", {{"http.method", "GET"}, {"http.target", "/cart?id=7"}}},
                         {"s", 3, "POST", {{"http.method", "POST"}, {"http.url", "https://shop.example/cart?x#y"}}},
                         {"s", 4, "client", {{"http.method", "POST"}, {"http.route", "/cart"}}, 0, kMs, Kind::Client},
                         {"s", 5, "inner", {}, 0, kMs, Kind::Internal},
                         {"s", 6, "no route", {}, 50},
                         {"s", 7, "within", {}, 50, kMs, Kind::Internal, "shop", 6}});
        JourneyDefinition journey;
        journey.stages.emplace_back().where = where.toStdString();
        journey.stages.back().anySpan = anySpan;
        QList<int> found;
        for (const StageEvent& e : shop.events(journey))
            found.append(static_cast<int>(e.row));
        QCOMPARE(found, rows);
    }

    void definitions() {
        QVERIFY(journeyPresets().size() >= 1);
        for (const char* bad : {"", "{", "[]", "{}", "{\"id\":\"a\",\"name\":\"b\",\"stages\":[]}", "{\"id\":1,\"name\":\"b\",\"stages\":[{\"name\":\"x\",\"where\":\"{ }\"}]}",
                                "{\"id\":\"a\",\"name\":\"b\",\"stages\":[{\"name\":\"x\"}]}"}) {
            std::string said;
            try {
                (void)journeyFromJson(bad);
            } catch (const std::runtime_error& e) {
                said = e.what();
            }
            QVERIFY2(said.starts_with("The journey cannot be read: "), bad);
        }
        const JourneyDefinition j = journeyFromJson("{\"id\":\"a\",\"name\":\"b\",\"window_s\":60,\"stages\":[{\"name\":\"x\",\"where\":\"{ }\",\"any_span\":true}]}");
        QCOMPARE(j.window, 60 * kSecond);
        QVERIFY(j.stages[0].anySpan && j.caseKey == "session");
    }

    void definitionsThatContradictThemselves_data() {
        QTest::addColumn<QString>("more");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* more, const char* said) { QTest::newRow(more) << QString::fromLatin1(more) << QString::fromLatin1(said); };
        row("'stages': [{'name': 'A', 'where': '{ }', 'optional': true}]", "the first stage cannot be optional");
        row("'stages': [{'name': 'A', 'where': '{ }'}, {'name': 'A', 'where': '{ }'}]", "two stages");
        row("'stages': [{'name': '', 'where': '{ }'}]", "stage 1 has no name");
        row("'stages': [{'name': 'A', 'where': '{ }', 'times': 0}]", "takes 1 to 20 events");
        row("'order': 'any', 'stages': [{'name': 'A', 'where': '{ }', 'times': 2}]", "in any order");
        row("'order': 'any', 'open': true, 'stages': [{'name': 'A', 'where': '{ }'}]", "nothing between them");
        row("'order': 'back', 'stages': [{'name': 'A', 'where': '{ }'}]", "sequential, strict or any");
        row("'hold': ['a', 'b', 'c', 'd'], 'stages': [{'name': 'A', 'where': '{ }'}]", "at most 3 attributes");
        row("'window_s': -1, 'stages': [{'name': 'A', 'where': '{ }'}]", "window_s is 0 to");
        row("'window_s': 0.5, 'stages': [{'name': 'A', 'where': '{ }'}]", "window_s is a whole number"); // was 0, the whole case
        row("'stages': [{'name': 'A', 'where': '{ }', 'times': 1.5}]", "times is a whole number");
        row("'hold': [''], 'stages': [{'name': 'A', 'where': '{ }'}]", "has no name"); // nobody had it, and nobody entered
        row("'window_s': 1e300, 'stages': [{'name': 'A', 'where': '{ }'}]", "window_s is 0 to");
        row("'stages': [{'name': 'A', 'where': '{ }'}, {'name': 'B', 'where': '{ }'}], 'exclude': [{'name': 'x', 'where': '{ }', 'after': 'B', 'before': 'A'}]", "begins after it ends");
        row("'stages': [{'name': 'A', 'where': '{ }'}, {'name': 'B', 'where': '{ }'}], 'exclude': [{'name': 'x', 'where': '{ }', 'after': 'A', 'before': 'C'}]", "there is no stage");
        row("'stages': [{'name': 'A', 'where': '{ }'}, {'name': 'B', 'where': '{ }', 'optional': true}, {'name': 'C', 'where': '{ }'}], 'exclude': [{'name': 'x', 'where': '{ }', 'after': 'B', 'before': 'C'}]", "optional");
        row("'stages': [{'name': 'A', 'where': 'name = '}]", "the stage \"A\": ");
        row("'stages': [{'name': 'A', 'where': '{ name = 1 }'}]", "the stage \"A\": ");
        row("'stages': [{'name': 'A', 'where': '{ aisle:stage = \"B\" }'}]", "made of stages");
        row("'stages': [{'name': 'A', 'where': '{ } | rate()'}]", "select spans");
    }
    void definitionsThatContradictThemselves() {
        QFETCH(QString, more);
        QFETCH(QString, said);
        QString message;
        try {
            (void)journeyOf("{'id': 'a', 'name': 'b', " + more.toStdString() + "}");
        } catch (const std::runtime_error& e) {
            message = QString::fromStdString(e.what());
        }
        QVERIFY2(message.contains(said), qPrintable(message));
    }

    // What is deep was copied, which takes a deep stack: the program crashed.
    void deepJson() {
        const std::string deep = std::string(400'000, '[') + std::string(400'000, ']');
        for (const std::string key : {"exclude", "stages", "hold", "id", "open"}) {
            std::string said;
            try {
                (void)journeyFromJson("{\"id\":\"a\",\"name\":\"b\"," + (key == "stages" ? std::string() : "\"stages\":[{\"name\":\"x\",\"where\":\"{ }\"}],") + "\"" + key + "\":" + deep + "}");
            } catch (const std::runtime_error& e) {
                said = e.what();
            }
            QVERIFY2(said.starts_with("The journey cannot be read: "), key.c_str());
        }
    }

    void stagesByWords_data() {
        QTest::addColumn<QString>("request");
        QTest::addColumn<QString>("stage");
        const auto row = [](const char* request, const char* stage) { QTest::newRow(request) << QString::fromLatin1(request) << QString::fromLatin1(stage); };
        row("GET /", "Visit");
        row("GET /api/products/{}", "Product");
        row("POST /cart/checkout", "Checkout"); // the last word that says one
        row("hipstershop.CheckoutService/PlaceOrder", "Order");
        row("AddItem", "Cart");
        row("POST /v1/orders/{}/payment", "Payment");
        row("GET /healthz", "");
        row("GET /ordered", ""); // whole words
        row("", "");
    }
    void stagesByWords() {
        QFETCH(QString, request);
        QFETCH(QString, stage);
        QCOMPARE(QString::fromStdString(stageByWords(request.toStdString())), stage);
    }

    void proposedFromWords() {
        std::vector<Visit> visits;
        for (int s = 0; s < 5; ++s) {
            const std::string session = "s" + std::to_string(s);
            visits.push_back({session, s * kSecond, "GET", {{"http.request.method", "GET"}, {"http.route", "/item/{id}"}}});
            visits.push_back({session, s * kSecond + 1, "GET", {{"http.request.method", "GET"}, {"http.route", "/basket"}}});
            if (s < 3)
                visits.push_back({session, s * kSecond + 2, "PUT", {{"http.request.method", "PUT"}, {"http.route", "/basket"}}});
            if (s < 2)
                visits.push_back({session, s * kSecond + 3, "POST", {{"http.request.method", "POST"}, {"http.route", "/buy"}}});
            visits.push_back({session, s * kSecond + 4, "GET", {{"http.request.method", "GET"}, {"http.route", "/status"}}});
        }
        visits.push_back({"s9", 9 * kSecond, "GET", {{"http.request.method", "GET"}, {"url.path", "/item/17.jpg"}}}); // a picture is no act of a customer
        const JourneyState state = Shop(visits).workOut(std::nullopt);
        QVERIFY(state.definition && state.definition->id == "proposed");
        QVERIFY(journeyFromJson(toJson(*state.definition)) == *state.definition);
        QStringList words;
        for (const FunnelStage& stage : state.everything.stages)
            words.append(QStringLiteral("%1 %2").arg(QString::fromStdString(stage.name)).arg(stage.reached));
        QCOMPARE(words, (QStringList{QStringLiteral("Product 5"), QStringLiteral("Cart 3"), QStringLiteral("Order 2")})); // to look at a basket is not to fill it
    }

    void proposedFromWhatIsFrequent() {
        std::vector<Visit> visits;
        for (int s = 0; s < 6; ++s) {
            const std::string session = "s" + std::to_string(s);
            visits.push_back({session, s * kSecond, "alpha"});
            if (s > 0)
                visits.push_back({session, s * kSecond + 1, "beta"});
            if (s > 2)
                visits.push_back({session, s * kSecond + 2, "gamma"});
            if (s > 4)
                visits.push_back({session, s * kSecond + 3, "delta"}); // once is no habit
        }
        const JourneyState state = Shop(visits).workOut(std::nullopt);
        QVERIFY(state.definition);
        QCOMPARE(state.everything.stages.size(), size_t(3));
        QCOMPARE(state.everything.stages[0].name, std::string("alpha"));
        QCOMPARE(std::tuple(state.everything.stages[0].reached, state.everything.stages[1].reached, state.everything.stages[2].reached), std::tuple(uint64_t(6), uint64_t(5), uint64_t(3)));
    }

    void jsonAndBack() {
        JourneyDefinition journey = journeyOf("{'id': 'a', 'name': 'b', 'case': 'user', 'bots': true, 'window_s': 60, 'idle_s': 5, 'order': 'strict', 'open': true, 'hold': ['product.id'], 'stages': ["
                                              "{'name': 'A', 'where': '{ name = \"x\" }', 'any_span': true}, {'name': 'B', 'where': '{ }', 'optional': true, 'times': 3, 'holds': false}, {'name': 'C', 'where': '{ }'}], "
                                              "'exclude': [{'name': 'x', 'where': '{ }', 'after': 'A', 'before': 'C'}]}");
        QVERIFY(journey.withBots && journey.isOpen && journey.order == StageOrder::Strict && journey.idleLimit == 5 * kSecond && journey.stages[1].times == 3);
        QVERIFY(journeyFromJson(toJson(journey)) == journey);
        for (const JourneyDefinition& preset : journeyPresets())
            QVERIFY(journeyFromJson(toJson(preset)) == preset);
        journey.name = "\xff<b>"; // what a user pasted
        QVERIFY(journeyFromJson(toJson(journey)).stages == journey.stages);
        journey.name = "b";
        journey.ownCase = CaseKey{"visit", "Visit", "visits", {"sid"}, {"order.id"}, true, "{ .agent = \"bot\" }"};
        journey.caseKey = "visit";
        QVERIFY(journeyFromJson(toJson(journey)) == journey);
    }
};

QTEST_GUILESS_MAIN(TestJourney)
#include "tst_journey.moc"
