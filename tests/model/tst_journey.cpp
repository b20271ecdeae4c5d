// Definitions of journeys: as JSON, what contradicts itself, and which spans fill a stage.

#include "journey/funnel_table.h"
#include "journey/journey_proposal.h"
#include "shop_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

QString reached(const JourneyState& state) {
    QStringList out;
    for (const FunnelStage& stage : state.everything.stages)
        out.append(QStringLiteral("%1 %2").arg(QString::fromStdString(stage.name)).arg(stage.reached));
    return out.join(QStringLiteral(", "));
}

bool says(const std::vector<std::string>& notes, const std::string& words) {
    return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) { return note.find(words) != std::string::npos; });
}

} // namespace

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

    void orderStagesByWords_data() {
        QTest::addColumn<QString>("request");
        QTest::addColumn<QString>("stage");
        const auto row = [](const char* request, const char* stage) { QTest::newRow(request) << QString::fromLatin1(request) << QString::fromLatin1(stage); };
        row("POST /api/checkout", "Checkout");
        row("oteldemo.CheckoutService/PlaceOrder", "Place order");
        row("oteldemo.PaymentService/Charge", "Payment");
        row("oteldemo.ShippingService/ShipOrder", "Shipping");
        row("POST /ship-order", "Shipping"); // the stage that is the last, whichever word is
        row("POST /send_order_confirmation", "Confirmation");
        row("oteldemo.CartService/EmptyCart", "");
        row("POST /borders", "");
    }
    void orderStagesByWords() {
        QFETCH(QString, request);
        QFETCH(QString, stage);
        QCOMPARE(QString::fromStdString(orderStageByWords(request.toStdString())), stage);
    }

    // By session no order was shown, with the advice to choose users, and by user nothing at all, with the advice to choose sessions.
    void proposedForTheChosenCases() {
        const Shop shop(ordersWithoutSessions());
        const JourneyState sessions = shop.workOut(std::nullopt);
        QVERIFY(sessions.definition);
        QCOMPARE(sessions.definition->id, std::string("otel-demo"));
        QCOMPARE(reached(sessions), QStringLiteral("Visit 5, Cart 3, Place order 0"));
        QCOMPARE(sessions.unreached, (std::vector<std::string>{"4 spans match Place order, but none of their traces has a session.id; they have app.user.id: choose users as cases."}));

        const JourneyState users = shop.workOut(journeyByCases(shop.context, sessions.definition, "user", {}));
        QCOMPARE(users.cases().key().id, std::string("user"));
        QCOMPARE(reached(users), QStringLiteral("Checkout 4, Place order 4"));
        QVERIFY(isProposal(*users.definition) && users.unreached.empty());
        QVERIFY(journeyFromJson(toJson(*users.definition)) == *users.definition);
        QVERIFY(says(funnelNotes(users, users.everything), "The stages are proposed from what these users did"));
        QVERIFY(!says(funnelNotes(sessions, sessions.everything), "The stages are proposed"));

        const JourneyDefinition back = journeyByCases(shop.context, users.definition, "session", {});
        QVERIFY(back == *sessions.definition);
        // Of a notion that nobody has kept, and with bots.
        JourneyDefinition withBots = *sessions.definition;
        withBots.withBots = true;
        const CaseKey buyer{"buyer", "Buyer", "buyers", {"app.user.id"}};
        const JourneyDefinition own = journeyByCases(shop.context, withBots, "buyer", buyer);
        QVERIFY(own.ownCase == buyer && own.caseKey == "buyer" && own.withBots);
        QCOMPARE(reached(shop.workOut(own)), QStringLiteral("Checkout 4, Place order 4"));
    }

    // What somebody wrote stays, and so does a preset that such cases go through.
    void stagesThatStayWithOtherCases() {
        const Shop shop(ordersWithoutSessions());
        JourneyDefinition own = letters(3), expected = own;
        expected.caseKey = "user";
        QVERIFY(journeyByCases(shop.context, own, "user", {}) == expected);
        JourneyDefinition edited = *shop.workOut(std::nullopt).definition;
        edited.stages.pop_back();
        expected = edited;
        expected.caseKey = "user";
        QVERIFY(journeyByCases(shop.context, edited, "user", {}) == expected);
        // And so does a proposal that those cases go through.
        const JourneyDefinition proposed = journeyByCases(shop.context, shop.workOut(std::nullopt).definition, "user", {});
        QVERIFY(isProposal(proposed));
        QVERIFY(journeyByCases(shop.context, proposed, "user", {}) == proposed);
        std::vector<Visit> visits = ordersWithoutSessions();
        for (Visit& v : visits)
            if (!v.session.empty())
                v.attributes.emplace_back("app.user.id", v.session);
        const Shop both(visits);
        expected = *both.workOut(std::nullopt).definition;
        expected.caseKey = "user";
        QVERIFY(journeyByCases(both.context, both.workOut(std::nullopt).definition, "user", {}) == expected);
        // Nothing fits: the stages stay, to be seen empty with the reason why.
        const Shop strange({{"s", 1, "X", {}}, {"", 2, "Y", {{"app.user.id", "u"}}}, {"", 3, "Z", {{"app.user.id", "v"}}}});
        QCOMPARE(journeyByCases(strange.context, std::nullopt, "user", {}).caseKey, std::string("user"));
        QCOMPARE(journeyByCases(strange.context, std::nullopt, "user", {}).stages, journeyPresets().front().stages);
    }

    // Of which only one stage is there, with nothing behind it.
    void presetWithoutWhatNobodyHas() {
        std::vector<Visit> visits = ordersWithoutSessions();
        std::erase_if(visits, [](const Visit& v) { return v.service == "checkout"; });
        for (Visit& v : visits)
            if (v.session.empty())
                v.attributes.emplace_back("app.user.id", "u" + std::to_string(v.trace));
        const Shop shop(visits);
        const JourneyState users = shop.workOut(journeyByCases(shop.context, shop.workOut(std::nullopt).definition, "user", {}));
        QCOMPARE(users.everything.stages.size(), size_t(1));
        QCOMPARE(users.everything.converted, uint64_t(4));
        QVERIFY(isProposal(*users.definition));
    }

    // In the order of the file: in this shop one pays first.
    void orderStagesInTheirOrder() {
        std::vector<Visit> visits;
        for (uint64_t o = 0; o < 3; ++o) {
            const auto step = [&](int64_t at, const char* name, const std::string& service) {
                visits.push_back({"", static_cast<int64_t>(o) * kSecond + at * kMs, name, {{"app.user.id", "u" + std::to_string(o)}}, 100 + o, 10 * kMs, Kind::Server, service});
                if (at > 0)
                    visits.back().parent = visits.size() - static_cast<size_t>(at);
            };
            step(0, "POST /checkout", "web");
            step(1, "PaymentService/Charge", "payment");
            step(2, "OrderService/PlaceOrder", "orders");
            if (o > 0)
                step(3, "ShippingService/ShipOrder", "shipping");
        }
        const Shop shop(visits);
        QCOMPARE(reached(shop.workOut(journeyByCases(shop.context, std::nullopt, "user", {}))), QStringLiteral("Checkout 3, Payment 3, Place order 3, Shipping 2"));
    }

    // What an order is late against.
    void targets() {
        const JourneyDefinition flow = journeyOf("{'id': 'a', 'name': 'b', 'case': 'order', 'target_s': 3600, 'stages': [{'name': 'A', 'where': '{ }'}, {'name': 'B', 'where': '{ }', 'within_s': 90}]}");
        QCOMPARE(flow.target, 3600 * kSecond);
        QCOMPARE(flow.stages[1].within, 90 * kSecond);
        QVERIFY(journeyFromJson(toJson(flow)) == flow);
        QVERIFY(QString::fromStdString(toJson(letters(2))).indexOf(QStringLiteral("_s\"")) < 0); // none is not written
        JourneyDefinition wrong = flow;
        std::swap(wrong.stages[0], wrong.stages[1]);
        QCOMPARE(problemOf(wrong), std::string("the stage \"B\" has none before it that it could be late after"));
        wrong = flow;
        wrong.order = StageOrder::Any;
        QVERIFY(!problemOf(wrong).empty());
        wrong = flow;
        wrong.target = -1;
        QCOMPARE(problemOf(wrong), std::string("a time is not negative"));
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
