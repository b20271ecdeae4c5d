// What events of cases are called, and the log of them: hand-worked shops.

#include "journey/case_list.h"
#include "journey/funnel_table.h"
#include "paths/case_log.h"
#include "paths/path_folding.h"
#include "paths/paths_table.h"
#include "query/evaluate.h"
#include "shop_fixture.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

/// "A B": the names of a case's events in order.
std::string sequence(const CaseLog& log, CaseNumber c) {
    std::string out;
    for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i)
        out += (out.empty() ? "" : " ") + log.activities[log.activity[i]];
    return out;
}

std::map<std::string, size_t> counts(const Activities& found) {
    std::map<std::string, size_t> out;
    for (const Activities::Event& event : found.events)
        ++out[found.names[event.activity]];
    return out;
}

/// The condition of each activity selects its spans and no others.
void verifyConditions(const Shop& shop, const Activities& found) {
    for (size_t a = 0; a < found.names.size(); ++a) {
        traceql::ParseError error;
        const auto query = traceql::parse(found.conditions[a], error);
        QVERIFY2(query, found.conditions[a].c_str());
        RowSet wanted(*shop.table);
        for (const Activities::Event& event : found.events)
            if (event.activity == a)
                wanted.set(event.row);
        QVERIFY2(traceql::evaluate(*query, shop.context).spans == wanted, found.conditions[a].c_str());
    }
}

std::string leftOut(const Activities& found) {
    std::string out;
    for (const Activities::LeftOut& kind : found.background)
        out += (out.empty() ? "" : ", ") + kind.what + " " + std::to_string(kind.requests);
    return out;
}

Visit visit(const std::string& session, int64_t seconds, const std::string& name, const Pairs& attributes = {}) { return {session, seconds * kSecond, name, attributes}; }

} // namespace

class TestPathActivities : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void idSegments_data() {
        QTest::addColumn<QByteArray>("segment");
        QTest::addColumn<bool>("isId");
        for (const char* id : {"0", "17", "007", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "abcdefab-abcd-abcd-abcd-abcdefabcdef", "deadbeef1", "507f1f77bcf86cd799439011", "66VCHSJNUP", "0PUK6V6E"})
            QTest::addRow("%s", id) << QByteArray(id) << true;
        for (const char* word : {"", "products", "v2", "p95", "deadbeef", "facade", "abc123", "CHECKOUT", "iphone-15", "3fa85f64-5717-4562-b3fc-2c963f66afa", "GetCart2", "{}"})
            QTest::addRow("word %s", word) << QByteArray(word) << false;
    }
    void idSegments() {
        QFETCH(QByteArray, segment);
        QTEST(isIdSegment(segment.toStdString()), "isId");
    }

    void folding() {
        QCOMPARE(foldedPaths({"/", "", "/cart", "/cart/", "/orders/17/items/3", "/oteldemo.CartService/GetCart"}),
                 (std::vector<std::string>{"/", "", "/cart", "/cart/", "/orders/{}/items/{}", "/oteldemo.CartService/GetCart"}));
        // As many names as may be stay; with one more they are folded, and what follows them is one.
        std::vector<std::string> paths;
        for (size_t i = 0; i < kMostSiblings; ++i) {
            paths.push_back("/shoes/" + std::string(1 + i, 'x') + "/size");
            paths.push_back("/about/" + std::string(1 + i, 'x'));
        }
        QCOMPARE(foldedPaths(paths), paths);
        paths.emplace_back("/shoes/red/" + std::string("colour"));
        const std::vector<std::string> folded = foldedPaths(paths);
        QCOMPARE(folded[0], std::string("/shoes/{}/size"));
        QCOMPARE(folded[1], paths[1]);
        QCOMPARE(folded.back(), std::string("/shoes/{}/colour"));
        // An id is one sibling, however many there are.
        std::vector<std::string> numbers = {"/orders/new"};
        for (size_t i = 0; i < 200; ++i)
            numbers.push_back("/orders/" + std::to_string(i));
        QCOMPARE(foldedPaths(numbers).front(), std::string("/orders/new"));
        QCOMPARE(foldedPaths(numbers).back(), std::string("/orders/{}"));
        // A path may be megabytes of slashes, each of which was a segment.
        std::string deep, expected;
        for (size_t i = 1; i <= kMostFoldedSegments + 2; ++i) {
            deep += "/7";
            expected += i < kMostFoldedSegments ? "/{}" : "/7";
        }
        QCOMPARE(foldedPaths({deep}), std::vector<std::string>{expected});
    }

    void requestsByPath() {
        const Shop shop({visit("s", 0, "GET", {{"http.request.method", "GET"}, {"http.route", "/products/{id}"}, {"url.path", "/products/17"}}),
                         visit("s", 1, "GET", {{"http.method", "GET"}, {"http.target", "/orders/17?x=1"}}),
                         visit("s", 2, "GET", {{"http.request.method", "GET"}, {"url.full", "http://shop/orders/18"}}),
                         visit("s", 3, "POST", {{"http.request.method", "POST"}, {"url.path", "/orders/18"}}),
                         visit("s", 4, "GET", {{"http.request.method", "GET"}, {"url.path", "/orders/new"}}),
                         visit("s", 5, "oteldemo.CartService/AddItem"),
                         visit("s", 6, "no method", {{"url.path", "/x"}}),
                         visit("t", 7, "GET", {{"http.request.method", "GET"}, {"http.route", "/orders/{id}"}})});
        const Activities found = activities(shop.context, shop.workOut(std::nullopt), {});
        QCOMPARE(counts(found), (std::map<std::string, size_t>{{"GET /products/{id}", 1}, {"GET /orders/{}", 2}, {"POST /orders/{}", 1}, {"GET /orders/new", 1}, {"oteldemo.CartService/AddItem", 1},
                                                               {"/x", 1}, {"GET /orders/{id}", 1}}));
        verifyConditions(shop, found);
    }

    void sameNames() {
        // What two conditions say of one name is one activity, whatever it was known by.
        const Shop shop({visit("s", 0, "x", {{"http.request.method", "GET"}, {"url.path", "/cart"}}), visit("s", 1, "GET /cart"), visit("t", 2, "/cart"), visit("t", 3, "x", {{"url.path", "/cart"}})});
        const Activities found = activities(shop.context, shop.workOut(std::nullopt), {});
        QCOMPARE(counts(found), (std::map<std::string, size_t>{{"GET /cart", 2}, {"/cart", 2}}));
        verifyConditions(shop, found);
    }

    void background() {
        const auto get = [](const std::string& session, int64_t at, const std::string& path, const std::string& route = {}) {
            Visit v = visit(session, at, "GET", {{"http.request.method", "GET"}, {"url.path", path}});
            if (!route.empty())
                v.attributes.emplace_back("http.route", route);
            return v;
        };
        std::vector<Visit> visits = {get("s", 0, "/"), get("s", 1, "/favicon.ico"), get("s", 2, "/cart"), get("s", 3, "/css/shop.css", "/**"), get("s", 4, "/about", "/**"), get("t", 5, "/livez"),
                                     visit("t", 6, "grpc.health.v1.Health/Check"), visit("t", 7, "GET", {{"http.route", "/*"}, {"http.method", "GET"}, {"http.url", "http://shop/a.png?x=1"}}),
                                     get("", 8, "/b.png"), visit("bot", 9, "GET", {{"url.path", "/c.png"}, {"user_agent.synthetic.type", "bot"}})};
        for (int i = 0; i < 60; ++i) {
            visits.push_back(get("t", 10 + i, "/products/x" + std::to_string(i) + "y"));
            visits.push_back(get("t", 100 + i, "/products/x" + std::to_string(i) + "y.jpg"));
        }
        const Shop shop(visits);
        const JourneyState state = shop.workOut(std::nullopt);
        const Activities found = activities(shop.context, state, {});
        QCOMPARE(counts(found), (std::map<std::string, size_t>{{"GET /", 1}, {"GET /cart", 1}, {"GET /**", 1}, {"GET /products/{}", 60}}));
        QCOMPARE(leftOut(found), std::string("static assets 63, health checks 2")); // of those who are counted
        QCOMPARE(backgroundSentence(found, "--every-request"), std::string("65 requests that are no acts of customers are left out (static assets 63, health checks 2); --every-request counts them."));
        const auto products = std::find(found.names.begin(), found.names.end(), "GET /products/{}") - found.names.begin();
        RowSet wanted(*shop.table);
        for (const Activities::Event& event : found.events)
            if (event.activity == static_cast<uint32_t>(products))
                wanted.set(event.row);
        traceql::ParseError error;
        const auto query = traceql::parse(found.conditions[static_cast<size_t>(products)], error);
        QVERIFY2(query && traceql::evaluate(*query, shop.context).spans == wanted, found.conditions[static_cast<size_t>(products)].c_str());

        const Activities every = activities(shop.context, state, activityChoice("requests", true));
        QVERIFY(every.background.empty() && backgroundSentence(every, "--every-request").empty());
        QCOMPARE(every.events.size(), found.events.size() + 65);
        QCOMPARE(counts(every).at("GET /favicon.ico"), 1U);
        const Activities byField = activities(shop.context, state, activityChoice("span:name"));
        QCOMPARE(leftOut(byField), leftOut(found));
        QCOMPARE(counts(byField), (std::map<std::string, size_t>{{"GET", 63}}));
        QVERIFY(activities(shop.context, state, activityChoice("span:name", true)).background.empty());

        const Shop one({get("s", 0, "/a.png"), get("s", 1, "/cart")});
        QCOMPARE(backgroundSentence(activities(one.context, one.workOut(std::nullopt), {}), "\"Every request\""), std::string("1 request that is no act of a customer is left out (static assets 1); \"Every request\" counts them."));
    }

    void manyPaths() {
        // More different ones than are kept once each would be too slow to make here; but all are folded to one.
        std::vector<Visit> visits;
        for (int i = 0; i < 300; ++i)
            visits.push_back(visit("s" + std::to_string(i % 7), i, "GET", {{"http.request.method", "GET"}, {"url.path", "/p/shoe-" + std::to_string(i) + "x"}}));
        visits.push_back(visit("s0", 400, "GET", {{"http.request.method", "GET"}, {"url.path", "/p"}}));
        const Shop shop(visits);
        QCOMPARE(counts(activities(shop.context, shop.workOut(std::nullopt), {})), (std::map<std::string, size_t>{{"GET /p/{}", 300}, {"GET /p", 1}}));
    }

    void requestsByField() {
        const Shop shop({visit("s", 0, "a", {{"app.page", "home"}}), visit("s", 1, "b", {{"app.page", ""}}), visit("s", 2, "c"), visit("t", 3, "d", {{"app.page", "home"}})});
        const JourneyState state = shop.workOut(std::nullopt);
        const Activities pages = activities(shop.context, state, activityChoice(".app.page"));
        QCOMPARE(counts(pages), (std::map<std::string, size_t>{{"home", 2}, {"(empty)", 1}}));
        QCOMPARE(pages.without, 1U);
        QCOMPARE(pages.conditions[0], std::string("{ .app.page = \"home\" }"));
        QCOMPARE(counts(activities(shop.context, state, activityChoice("span:name"))).size(), 4U);
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, activityChoice("no field at all"));
        QVERIFY(activityChoice("").of == ActivityChoice::Of::Requests);
        QVERIFY(activityChoice("stages").of == ActivityChoice::Of::Stages);
    }

    void rarestTogether() {
        std::vector<Visit> visits;
        for (size_t i = 0; i < Activities::kMost + 5; ++i)
            for (size_t twice = i < 3 ? 2 : 1; twice > 0; --twice)
                visits.push_back(visit("s" + std::to_string(i % 2), static_cast<int64_t>(i), "n" + std::to_string(i)));
        const Shop shop(visits);
        const Activities found = activities(shop.context, shop.workOut(std::nullopt), activityChoice("span:name"));
        QCOMPARE(found.names.size(), Activities::kMost);
        QCOMPARE(found.rest, 6U);
        QCOMPARE(found.names.back(), std::string("(6 others)"));
        QVERIFY(found.conditions.back().empty());
        const auto of = counts(found);
        QCOMPARE(of.at("(6 others)"), 6U);
        QCOMPARE(of.at("n2"), 2U);
        for (size_t a = 0; a + 1 < found.names.size(); ++a)
            QCOMPARE(found.conditions[a], "{ span:name = \"" + found.names[a] + "\" }");
        QCOMPARE(found.events.size(), visits.size());
    }

    void frontDoor() {
        // A trace: proxy, shop behind it through a client span, a nested server span of the shop, a worker behind the shop. Then one of a message.
        std::vector<Visit> visits = {{"s", 0, "in", {}, 1, kSecond, Kind::Server, "proxy", 0},
                                     {"s", 1, "call", {}, 1, kSecond, Kind::Client, "proxy", 1},
                                     {"s", 2, "cart", {}, 1, kSecond, Kind::Server, "shop", 2},
                                     {"s", 3, "again", {}, 1, kSecond, Kind::Client, "shop", 3},
                                     {"s", 4, "self", {}, 1, kSecond, Kind::Server, "shop", 4},
                                     {"s", 5, "work", {}, 1, kSecond, Kind::Consumer, "worker", 5},
                                     {"s", 6, "message", {}, 2, kSecond, Kind::Consumer, "worker", 0},
                                     visit("t", 9, "other")};
        const Shop shop(visits);
        const JourneyState state = shop.workOut(std::nullopt);
        QCOMPARE(counts(activities(shop.context, state, activityChoice("span:name"))), (std::map<std::string, size_t>{{"in", 1}, {"other", 1}}));
        QCOMPARE(counts(activities(shop.context, state, activityChoice("span:name", true))), (std::map<std::string, size_t>{{"in", 1}, {"cart", 1}, {"work", 1}, {"message", 1}, {"other", 1}}));
    }

    void frontDoorsOfRandomTraces() {
        for (unsigned seed = 0; seed < 30; ++seed) {
            std::mt19937 random(seed);
            std::vector<Visit> visits;
            for (size_t i = 0; i < 200; ++i) {
                Visit v = visit("s", static_cast<int64_t>(i), "x");
                v.trace = 1;
                v.parent = i == 0 || random() % 20 == 0 ? 0 : 1 + random() % i;
                v.kind = random() % 3 == 0 ? Kind::Server : random() % 2 == 0 ? Kind::Client : random() % 2 == 0 ? Kind::Consumer : Kind::Internal;
                v.service = "service" + std::to_string(random() % 3);
                visits.push_back(v);
            }
            const Shop shop(visits);
            const SpanTable& table = *shop.table;
            const RowSet all = requests(table), found = frontDoors(table, all);
            all.forEach([&](Row row) {
                bool isBehind = table.kind(row) == Kind::Consumer;
                for (Row up = table.parent(row); up != kNoRow; up = table.parent(up))
                    isBehind |= table.isEntry(up) && table.service(up) != table.service(row);
                QCOMPARE(found[row], !isBehind);
            });
            QVERIFY(found.any());
        }
    }

    // A first stage that any page fills took the pages of the second, which never appeared.
    void eventsOfSeveralStages() {
        const Shop shop({visit("s", 0, "A"), visit("s", 1, "AB"), visit("s", 2, "AB"), visit("s", 3, "A"), visit("t", 4, "AB"), visit("t", 5, "A")});
        const JourneyState state = shop.workOut(letters(2));
        const CaseLog log = caseLog(state, activities(shop.context, state, activityChoice("stages")));
        QCOMPARE(sequence(log, 0), std::string("A A B A")); // the attempt that came furthest began latest
        QCOMPARE(sequence(log, 1), std::string("A A"));
    }

    void stages() {
        const Shop shop({visit("s", 0, "A"), visit("s", 1, "CB"), visit("s", 2, "x"), visit("s", 3, "C"), visit("t", 4, "B")});
        const JourneyState state = shop.workOut(letters(3));
        const Activities found = activities(shop.context, state, activityChoice("stages"));
        QCOMPARE(found.names, (std::vector<std::string>{"A", "B", "C"}));
        QCOMPARE(found.conditions[0], letters(3).stages[0].where);
        const CaseLog log = caseLog(state, found);
        QCOMPARE(sequence(log, 0), std::string("A B C"));
        QCOMPARE(sequence(log, 1), std::string("B"));
        QVERIFY(log.isConverted[0]);
        QVERIFY(!log.isConverted[1]);
        const JourneyState none = shop.workOut(std::nullopt);
        QVERIFY(!none.definition);
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, activities(shop.context, none, activityChoice("stages")));
    }

    void log() {
        // By start, ties by row; one that claims to begin before what it is part of begins with it. Without a journey, too.
        std::vector<Visit> visits = {visit("s", 5, "late"), visit("s", 1, "tie1"), visit("s", 1, "tie2"), visit("bot", 2, "robot", {{"user_agent.synthetic.type", "bot"}}),
                                     visit("", 3, "nobody"), visit("end", 50'000, "last"), visit("end", 50'001, "last2")};
        visits.push_back({"s", 2 * kSecond, "outer", {}, 77, 4 * kSecond, Kind::Server, "proxy", 0});
        visits.push_back({"s", 0, "inner", {}, 77, kSecond, Kind::Server, "shop", 8}); // claims to be first
        const Shop shop(visits);
        const JourneyState state = shop.workOut(std::nullopt);
        QVERIFY(!state.definition);
        const Activities found = activities(shop.context, state, activityChoice("span:name", true));
        QCOMPARE(found.events.size(), size_t(7)); // neither the robot's nor nobody's
        const CaseLog log = caseLog(state, found);
        const CaseNumber s = state.cases().find("s"), end = state.cases().find("end"), bot = state.cases().find("bot");
        QCOMPARE(sequence(log, s), std::string("tie1 tie2 outer inner late"));
        const uint32_t inner = log.first[s] + 3;
        QCOMPARE(log.start[inner], kBegin + 2 * kSecond);
        QCOMPARE(log.end[inner], kBegin + 2 * kSecond); // 1 s after its recorded start, but not before it began
        QCOMPARE(log.duration(s), 5 * kSecond); // from 1 s to the end of the outer one
        QVERIFY(!log.isOpen[s]);
        QVERIFY(log.isOpen[end]);
        QCOMPARE(sequence(log, bot), std::string());
        QVERIFY(log.isConverted.empty());
        QCOMPARE(log.events(), 7U);
    }

    // The two of a shop that had converted and might go on were open in paths, and not in the funnel.
    void openIsWhatItIsInTheFunnel() {
        // Gaps of 2 s: the limit is 20 s. The file ends at 100 s.
        const Shop shop({visit("over", 0, "A"), visit("over", 2, "x"), visit("open", 95, "A"), visit("open", 97, "x"), visit("done", 98, "A"), visit("done", 100, "B"), visit("never", 96, "x"), visit("never", 98, "x")});
        const JourneyState state = shop.workOut(letters(2));
        const Activities found = activities(shop.context, state, activityChoice("span:name", true));
        const CaseLog log = caseLog(state, found);
        for (CaseNumber c = 0; c < log.cases(); ++c)
            QCOMPARE(bool(log.isOpen[c]), state.everything.progress[c].isOpen);
        QCOMPARE(state.everything.openCases, uint64_t(2)); // open and never
        QCOMPARE(followGraph(log, state.counted).openCases, uint64_t(2));
        uint64_t open = 0;
        for (const Variants::Variant& variant : variants(log, state.counted).variants)
            open += variant.open;
        QCOMPARE(open, uint64_t(2));
        QCOMPARE(log.convertedGoOn, uint64_t(1));
        const auto says = [](const std::vector<std::string>& notes, const std::string& sentence) { return std::find(notes.begin(), notes.end(), sentence) != notes.end(); };
        QVERIFY(says(pathNotes(state, found, log, "--every-request"), "1 of those that have converted may still go on; they count as ended, not as open."));
        QVERIFY(says(funnelNotes(state, state.everything), "4 sessions by session.id, 1 of them never reached the first stage (1 may still go on)."));
    }

    // A case that support came back to hours later lasted two hours in one list and seconds in the other, both called duration.
    void firstToLastIsNotTheDurationOfEvents() {
        const Shop shop({visit("s", 0, "A", {{"order.id", "1"}}), visit("s", 2, "B"), visit("", 7200, "support", {{"order.id", "1"}})});
        const JourneyState state = shop.workOut(letters(2));
        const Tabular list = tabulateCases(state, caseTotals(state), {0}, true);
        QCOMPARE(list.columns[2].key + ": " + list.columns[2].title, std::string("first_to_last_ns: First to last"));
        const CaseLog log = caseLog(state, activities(shop.context, state, activityChoice("stages")));
        const Tabular ways = tabulate(state, log, variants(log, state.counted));
        QCOMPARE(ways.columns[4].key + ": " + ways.columns[4].title, std::string("p50_of_events_ns: p50 of events"));
        QVERIFY(!ways.columns[4].help.empty() && std::find(ways.notes.begin(), ways.notes.end(), ways.columns[4].help) != ways.notes.end());
        const int64_t whole = std::get<int64_t>(list.rows[0][2].value), ofEvents = std::get<int64_t>(ways.rows[0][4].value);
        QVERIFY(whole >= 7200 * kSecond && whole < 7201 * kSecond);
        QVERIFY(ofEvents >= 2 * kSecond && ofEvents < 4 * kSecond);
    }
};

QTEST_GUILESS_MAIN(TestPathActivities)
#include "tst_path_activities.moc"
