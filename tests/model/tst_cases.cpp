// Cases (session, user, order): which traces belong to one.

#include "shop_fixture.h"
#include "store/user_items.h"
#include "text/small_file.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace aisle;
using namespace aisle::test;

class TestCases : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void earliestSpanDecides() {
        const Shop shop({{"late", 50, "x", {}, 1}, {"early", 10, "x", {}, 1}, {"", 5, "x", {}, 1}, {"late", 20, "x", {}, 2}, {"", 30, "x", {}, 3}, {"(empty)", 40, "x", {}, 4}});
        const CaseIndex index = shop.cases();
        QCOMPARE(index.cases().size(), size_t(2));
        QCOMPARE(index.attribute(), std::string("session.id"));
        const CaseNumber early = index.find("early"), late = index.find("late");
        QCOMPARE(index.cases()[early].traces.size(), size_t(1));
        QCOMPARE(index.caseOf(*shop.table->findTrace({0, 1})), early);
        QCOMPARE(index.caseOf(*shop.table->findTrace({0, 2})), late);
        QCOMPARE(index.caseOf(*shop.table->findTrace({0, 3})), kNoCase);
        QCOMPARE(index.caseOf(12345), kNoCase);
        QCOMPARE(index.find("nobody"), kNoCase);
        QCOMPARE(index.ambiguousTraces(), uint64_t(1));
        QCOMPARE(index.tracesWithoutCase(), uint64_t(2)); // none, and an empty text
        QCOMPARE(early, 0U);                              // by start
    }

    void oneValueTwiceIsNotAmbiguous() {
        const Shop shop({{"a", 1, "x", {}, 1}, {"a", 2, "y", {}, 1}});
        QCOMPARE(shop.cases().ambiguousTraces(), uint64_t(0));
    }

    // A trace without a start put the begin of its case into 1970, and the case lasted for decades.
    void traceWithoutStart() {
        const Shop shop({{"a", 5 * kSecond, "x"}, {"a", -kBegin, "x"}, {"a", 9 * kSecond, "x"}});
        const CaseIndex index = shop.cases();
        const CaseIndex::Case& c = index.cases()[0];
        QCOMPARE(c.traces.size(), size_t(3));
        QVERIFY(!shop.table->summary(c.traces.back()).hasStart);
        QCOMPARE(c.start, kBegin + 5 * kSecond);
        QCOMPARE(c.end, kBegin + 9 * kSecond + kMs);
    }

    void timesOfACase() {
        const Shop shop({{"a", 5 * kSecond, "x", {}, 0, 100 * kSecond}, {"a", kSecond, "x"}, {"a", 9 * kSecond, "x"}});
        const CaseIndex index = shop.cases();
        const auto& c = index.cases()[0];
        QCOMPARE(c.start, kBegin + kSecond);
        QCOMPARE(c.lastStart, kBegin + 9 * kSecond);
        QCOMPARE(c.end, kBegin + 105 * kSecond); // the latest end, not the end of the last
        QVERIFY(shop.table->summary(c.traces[0]).start < shop.table->summary(c.traces[1]).start);
    }

    void idleLimit_data() {
        QTest::addColumn<QList<qlonglong>>("gaps"); // between the starts of consecutive traces, ms
        QTest::addColumn<qlonglong>("limit");       // ms
        QList<qlonglong> twenty(19, 2000);
        twenty << 100'000;
        QTest::newRow("10 x p95: the 19th of 20") << twenty << 20'000LL;
        QTest::newRow("the 20th of 21") << (QList<qlonglong>(19, 2000) << 3000 << 100'000) << 30'000LL;
        QTest::newRow("one gap") << QList<qlonglong>{4000} << 40'000LL;
        QTest::newRow("at least 10 s") << QList<qlonglong>{100, 100, 100} << 10'000LL;
        QTest::newRow("at most 30 min") << QList<qlonglong>{600'000} << 1'800'000LL;
        QTest::newRow("just below") << QList<qlonglong>{179'999} << 1'799'990LL;
        QTest::newRow("no gaps: the longest") << QList<qlonglong>{} << 1'800'000LL;
    }
    void idleLimit() {
        QFETCH(QList<qlonglong>, gaps);
        QFETCH(qlonglong, limit);
        std::vector<Visit> visits;
        for (int i = 0; i < gaps.size(); ++i) { // each gap in a session of its own
            visits.push_back({"s" + std::to_string(i), i, "x"});
            visits.push_back({"s" + std::to_string(i), i + gaps[i] * kMs, "x"});
        }
        visits.push_back({"alone", 0, "x"});
        QCOMPARE(Shop(visits).cases().idleLimit(), int64_t(limit) * kMs);
    }

    // With gaps inside traces the limit was 0.2 s on the Astronomy Shop file, and nobody ever stayed.
    void gapsWithinATraceAreNoPause() {
        const Shop shop({{"a", 0, "x", {}, 1}, {"a", 1, "y", {}, 1}, {"a", 2, "y", {}, 1}, {"a", 5 * kSecond, "x", {}, 2}});
        QCOMPARE(shop.cases().idleLimit(), 50 * kSecond);
    }

    // Traces of a copy were those of the index it was made of, which is gone.
    void aCopyHasItsTraces() {
        const Shop shop({{"a", 1, "x"}, {"a", 2, "x"}, {"b", 3, "x"}});
        CaseIndex copy;
        {
            const CaseIndex index = shop.cases();
            copy = index;
        }
        QCOMPARE(copy.cases()[copy.find("a")].traces.size(), size_t(2));
        QCOMPARE(copy.caseOf(copy.cases()[copy.find("b")].traces[0]), copy.find("b"));
    }

    void findAmongMany() {
        std::vector<Visit> visits;
        for (int i = 0; i < 300; ++i)
            visits.push_back({"s" + std::to_string(i * 7919 % 300), i, "x"});
        const Shop shop(visits);
        const CaseIndex index = shop.cases();
        for (CaseNumber c = 0; c < index.cases().size(); ++c)
            QCOMPARE(index.find(index.cases()[c].value), c);
        QCOMPARE(index.find("s"), kNoCase);
        QCOMPARE(index.find("s300"), kNoCase);
        QCOMPARE(index.find(""), kNoCase);
    }

    void presets() {
        QVERIFY(caseKeys().size() >= 3);
        for (const CaseKey& key : caseKeys())
            QCOMPARE(caseKeyFromJson(toJson(key)), key);
        QVERIFY(syntheticMarks().contains("user_agent.synthetic.type"));
    }

    void ownOnesInFiles() {
        const CaseKey visit{"visit", "Visit", "visits", {"session.id", "sid"}, {"order.id"}, true, "{ .agent =~ \".*bot.*\" }"};
        QCOMPARE(caseKeyFromJson(toJson(visit)), visit);
        QCOMPARE(sentenceOf(visit), std::string("A visit is all traces with the same session.id, else sid; traces without one are tied to it by order.id, span links; one with a span of "
                                                "{ .agent =~ \".*bot.*\" } is of a bot."));
        QCOMPARE(sentenceOf({"o", "Order", "orders", {"x"}}), std::string("An order is all traces with the same x."));
        QTemporaryDir dir;
        const std::string path = dir.filePath(QStringLiteral("visit.json")).toStdString();
        std::ofstream(path) << toJson(visit);
        QCOMPARE(caseKeyOfFile(path), visit);
        std::ofstream(path) << "{}";
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, caseKeyOfFile(path));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, caseKeyOfFile(path + "x"));
    }

    // A pipe was waited for for ever.
    void onlyRegularFiles() {
        QTemporaryDir dir;
        const std::string pipe = dir.filePath(QStringLiteral("pipe")).toStdString(), link = dir.filePath(QStringLiteral("link")).toStdString(), file = dir.filePath(QStringLiteral("file")).toStdString();
        const auto problem = [](const std::string& path) {
            try {
                return "read " + std::to_string(readSmallFile(path).size());
            } catch (const std::runtime_error& e) {
                return std::string(e.what());
            }
        };
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QCOMPARE(problem(pipe), pipe + " is a pipe, a device or a socket, not a file.");
        std::filesystem::create_symlink(pipe, link);
        QCOMPARE(problem(link), link + " is a pipe, a device or a socket, not a file.");
        QCOMPARE(problem("/dev/zero"), std::string("/dev/zero is a pipe, a device or a socket, not a file."));
        const std::string folder = dir.path().toStdString();
        QCOMPARE(problem(folder), folder + " is a directory, not a file.");
        QCOMPARE(problem(file), file + " cannot be read.");
        std::ofstream(file) << std::string(1'000'000, 'x');
        QCOMPARE(problem(file), std::string("read 1000000"));
        std::filesystem::remove(link);
        std::filesystem::create_symlink(file, link);
        QCOMPARE(problem(link), std::string("read 1000000"));
        std::ofstream(file, std::ios::app) << 'x';
        QCOMPARE(problem(file), file + " is larger than 1 MB; nothing of this kind is.");
    }

    void nouns() {
        QCOMPARE(CaseKey{}.noun(), std::string("case"));
        QCOMPARE((CaseKey{"a", "Session", "sessions", {"x"}}.noun()), std::string("session"));
        QCOMPARE((CaseKey{"a", "VIP", "VIPs", {"x"}}.noun()), std::string("VIP"));
    }

    void articles() {
        QCOMPARE(withArticle("order"), std::string("an order"));
        QCOMPARE(withArticle("user"), std::string("a user"));
        QCOMPARE(withArticle("session.id"), std::string("a session.id"));
    }

    void keysThatAreNone_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* json, const char* said) { QTest::newRow(json) << QString::fromLatin1(json) << QString::fromLatin1(said); };
        row("[]", "cannot be read");
        row("{", "cannot be read");
        row("{\"id\": \"a\", \"title\": \"A\", \"plural\": \"as\"}", "keys");
        row("{\"id\": \"a\", \"title\": \"A\", \"plural\": \"as\", \"keys\": []}", "names no attribute");
        row("{\"id\": \"\", \"title\": \"A\", \"plural\": \"as\", \"keys\": [\"x\"]}", "no id");
        row("{\"id\": \"a\", \"title\": \"\", \"plural\": \"as\", \"keys\": [\"x\"]}", "no title");
        row("{\"id\": \"a\", \"title\": \"A\", \"plural\": \"as\", \"keys\": [\"x\", \"x\"]}", "the attribute x twice");
        row("{\"id\": \"a\", \"title\": \"A\", \"plural\": \"as\", \"keys\": [\"x\"], \"bots\": \"{ name = \"}", "condition of bots");
        row("{\"id\": \"a\", \"title\": \"A\", \"plural\": \"as\", \"keys\": [\"x\"], \"bots\": \"{ aisle:case = 7 }\"}", "condition of bots");
        row("{\"id\": \"a\", \"title\": \"A\", \"plural\": \"as\", \"keys\": [\"x\"], \"bots\": \"{ } | rate()\"}", "select spans");
        row("{\"id\": \"a\", \"title\": \"A\", \"plural\": \"as\", \"keys\": [\"x\"], \"ties\": [\"\"]}", "no name");
        row("{\"id\": \"a\", \"title\": \"A\", \"plural\": \"as\", \"keys\": [1]}", "cannot be read");
    }
    void keysThatAreNone() {
        QFETCH(QString, json);
        QFETCH(QString, said);
        QString message;
        try {
            (void)caseKeyFromJson(json.toStdString());
        } catch (const std::runtime_error& e) {
            message = QString::fromStdString(e.what());
        }
        QVERIFY2(message.startsWith(QLatin1String("The notion of a case cannot be read: ")) && message.contains(said), qPrintable(message));
    }

    void ownKeysComeFirst() {
        const Shop shop({{"a", 1, "x", {{"till", "1"}}}, {"a", 2, "x", {{"till", "2"}}}, {"b", 3, "x", {{"till", "2"}}}});
        QCOMPARE(caseKeys(*shop.db), caseKeys());
        QCOMPARE(shop.context.cases->cases("session")->key().title, std::string("Session"));
        const CaseKey till{"till", "Till", "tills", {"till"}}, session{"session", "Visit", "visits", {"till", "session.id"}, {}, true};
        keepCaseKey(*shop.db, till, 1);
        keepCaseKey(*shop.db, session, 2);
        QCOMPARE(shop.context.cases->cases("session")->key().title, std::string("Session"));
        keepUserItem(*shop.db, kCaseKey, {"bad", "{\"id\": 7}", 3});
        const std::vector<CaseKey> own = caseKeysOf(userItems(*shop.db, kCaseKey, kMostOwnCaseKeys));
        QCOMPARE(own, (std::vector<CaseKey>{session, till}));
        QVERIFY(isOwn(session) && isOwn(till) && !isOwn(caseKeys()[1]));
        QVERIFY(shop.context.cases->setOwn(own));
        QVERIFY(!shop.context.cases->setOwn(own));
        QCOMPARE(shop.context.cases->keys(), caseKeys(*shop.db));
        const std::vector<CaseKey> all = caseKeys(*shop.db);
        QCOMPARE(all.size(), caseKeys().size() + 1);
        QCOMPARE(all[0], session); // the newest, in place of the preset
        QCOMPARE(all[1], till);
        const auto index = shop.context.cases->cases("session");
        QCOMPARE(index->key().title, std::string("Visit"));
        QCOMPARE(index->attribute(), std::string("till"));
        QCOMPARE(index->cases().size(), size_t(2));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, keepCaseKey(*shop.db, CaseKey{}, 4));
        QVERIFY(shop.context.cases->setOwn({}));
        QCOMPARE(shop.context.cases->cases("session")->key().title, std::string("Session"));
    }

    void wordsOfNames() {
        QCOMPARE(attributeWords("app.cartId"), (std::vector<std::string>{"app", "cart", "id"}));
        QCOMPARE(attributeWords("order_NO"), (std::vector<std::string>{"order", "no"}));
        QCOMPARE(attributeWords(".."), (std::vector<std::string>{}));
        QCOMPARE(attributeWords("x2Y"), (std::vector<std::string>{"x2", "y"}));
    }

    void anyAttributeIsACase() {
        const Shop shop({{"s", 1, "x", {{"app.user.id", "u1"}, {"shop.order_no", "1"}}}, {"s", 2, "x", {{"app.user.id", "u2"}, {"table", "7"}}}, {"t", 3, "x", {{"app.user.id", "u2"}}}});
        const auto of = [&](const std::string& id) { return shop.context.cases->cases(id); };
        QCOMPARE(of("session")->attribute(), std::string("session.id"));
        QCOMPARE(of("app.user.id")->cases().size(), size_t(2));
        QCOMPARE(of("app.user.id")->key().id, std::string("app.user.id"));
        QCOMPARE(of("app.user.id")->key().plural, std::string("users"));
        QCOMPARE(of("shop.order_no")->key().plural, std::string("orders"));
        QCOMPARE(of("shop.order_no")->cases().size(), size_t(1)); // one case, but it was named
        QCOMPARE(of("table")->key().plural, std::string("cases"));
        QCOMPARE(of("nothing")->attribute(), std::string("session.id")); // what the file has instead
        QCOMPARE(of("user")->attribute(), std::string("app.user.id"));
        QCOMPARE(of("user")->key().id, std::string("user"));
        QCOMPARE(of("order")->attribute(), std::string("session.id")); // no preset knows shop.order_no
    }

    // One session for everything (a test) groups nothing.
    void oneValueForEverything() {
        const Shop shop({{"s", 1, "x", {{"user.id", "u1"}}}, {"s", 2, "x", {{"user.id", "u2"}}}});
        QCOMPARE(shop.context.cases->cases("session")->attribute(), std::string("user.id"));
        const Shop alone({{"s", 1, "x"}, {"s", 2, "x"}});
        QCOMPARE(alone.context.cases->cases("session")->attribute(), std::string("session.id"));
    }

    // A notion of a file or while it is edited: where the file has nothing of it there are no cases, and nothing else instead.
    void notionsThatAreNotKept() {
        const Shop shop({{"s", 1, "x", {{"till", "1"}}}, {"s", 2, "x", {{"till", "2"}}}, {"t", 3, "x"}});
        const auto index = shop.context.cases->cases(CaseKey{"till", "Till", "tills", {"box", "till"}});
        QCOMPARE(index->attribute(), std::string("till"));
        QCOMPARE(index->cases().size(), size_t(2));
        QVERIFY(shop.context.cases->cases(CaseKey{"box", "Box", "boxes", {"box"}})->cases().empty());
        QCOMPARE(shop.context.cases->cases(CaseKey{"till", "Till", "tills", {"session.id"}})->attribute(), std::string("session.id")); // the same id means something else
        QCOMPARE(shop.context.cases->cases("till")->key().plural, std::string("cases")); // nobody has kept it
    }

    void botsByACondition_data() {
        QTest::addColumn<QString>("where");
        QTest::addColumn<QStringList>("bots");
        QTest::newRow("an attribute") << QStringLiteral("{ .agent =~ \".*bot.*\" }") << QStringList{QStringLiteral("r")};
        QTest::newRow("two conditions") << QStringLiteral("{ .agent = \"a bot\" } || { name = \"ping\" }") << QStringList{QStringLiteral("p"), QStringLiteral("r")};
        QTest::newRow("how a trace is built") << QStringLiteral("{ name = \"look\" } >> { name = \"probe\" }") << QStringList{QStringLiteral("q")};
        QTest::newRow("calls") << QStringLiteral("{ aisle:edge = \"shop -> stock\" }") << QStringList{QStringLiteral("q")};
        QTest::newRow("nothing") << QStringLiteral("{ name = \"nothing is called so\" }") << QStringList();
        QTest::newRow("none") << QString() << QStringList();
    }
    void botsByACondition() {
        QFETCH(QString, where);
        QFETCH(QStringList, bots);
        std::vector<Visit> visits{{"p", 1, "ping"}, {"q", 2, "look", {}, 9, 10 * kMs}, {"", 3, "probe", {}, 9}, {"r", 4, "look", {{"agent", "a bot"}}}, {"r", 5, "look"}, {"s", 6, "look", {{"agent", "somebody"}}}};
        visits[2].parent = 2; // spans are numbered as they are listed
        visits[2].service = "stock";
        const Shop shop(visits);
        const CaseKey key{"visit", "Visit", "visits", {"session.id"}, {}, false, where.toStdString()};
        const auto index = shop.context.cases->cases(key);
        QStringList found;
        for (const CaseIndex::Case& one : index->cases())
            if (one.isSynthetic)
                found.append(QString::fromStdString(one.value));
        QCOMPARE(found, bots);
        JourneyDefinition journey = letters(1);
        journey.stages[0].where = "{ name = \"look\" }";
        journey.caseKey = key.id;
        journey.ownCase = key;
        const JourneyState without = shop.workOut(journey);
        QCOMPARE(without.everything.cases, uint64_t(4 - bots.size()));
        journey.withBots = true;
        QCOMPARE(shop.workOut(journey).everything.cases, uint64_t(4));
        QCOMPARE(syntheticCases(without), uint64_t(bots.size()));
    }

    // What the issue asks for: stages that are known by the session first and by the order at last; a trace that carries both ties them.
    void ordersThatSessionsLedTo() {
        const Shop shop({{"s", 1 * kSecond, "A"},
                         {"s", 2 * kSecond, "B", {{"order.id", "1"}}}, // both
                         {"", 3 * kSecond, "C", {{"order.id", "1"}}},
                         {"t", 4 * kSecond, "A"}, // orders twice
                         {"t", 5 * kSecond, "B", {{"order.id", "2"}}},
                         {"t", 6 * kSecond, "B", {{"order.id", "3"}}},
                         {"", 7 * kSecond, "C", {{"order.id", "2"}}},
                         {"", 8 * kSecond, "C", {{"order.id", "3"}}},
                         {"u", 9 * kSecond, "A"}, // orders nothing
                         {"", 10 * kSecond, "C", {{"order.id", "4"}}}}); // of nobody
        const auto reached = [](const JourneyState& state) {
            std::vector<uint64_t> out;
            for (const FunnelStage& stage : state.everything.stages)
                out.push_back(stage.reached);
            return out;
        };
        JourneyDefinition journey = letters(3);
        journey.ownCase = CaseKey{"visit", "Visit", "visits", {"session.id"}, {"order.id"}};
        journey.caseKey = "visit";
        const JourneyState visits = shop.workOut(journey);
        QCOMPARE(visits.everything.cases, uint64_t(3));
        QCOMPARE(reached(visits), (std::vector<uint64_t>{3, 2, 2})); // both orders of t are t's
        QCOMPARE(visits.cases().tied(), (std::vector<std::pair<std::string, uint64_t>>{{"order.id", 3}}));
        QCOMPARE(visits.cases().tracesWithoutCase(), uint64_t(1));
        journey.ownCase->ties.clear();
        QCOMPARE(reached(shop.workOut(journey)), (std::vector<uint64_t>{3, 2, 0}));

        // The other way round, the order that a session led to is the case. What t looked at led to two of them, and is neither's.
        journey.ownCase = CaseKey{"purchase", "Purchase", "purchases", {"order.id"}, {"session.id"}};
        journey.caseKey = "purchase";
        const JourneyState purchases = shop.workOut(journey);
        QCOMPARE(purchases.everything.cases, uint64_t(4));
        QCOMPARE(reached(purchases), (std::vector<uint64_t>{1, 1, 1}));
        const CaseIndex& index = purchases.cases();
        QCOMPARE(index.cases()[index.find("1")].traces.size(), size_t(3));
        QCOMPARE(index.cases()[index.find("2")].traces.size(), size_t(2));
        QCOMPARE(index.tracesWithoutCase(), uint64_t(2)); // A of t, A of u
        journey.isOpen = true; // those of t come to B and C without having looked
        QCOMPARE(reached(shop.workOut(journey)), (std::vector<uint64_t>{1, 3, 4}));
    }

    void syntheticTraffic_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("isSynthetic");
        QTest::newRow("a bot") << QStringLiteral("user_agent.synthetic.type") << QStringLiteral("bot") << true;
        QTest::newRow("false") << QStringLiteral("user_agent.synthetic.type") << QStringLiteral("false") << false;
        QTest::newRow("Datadog") << QStringLiteral("_dd.origin") << QStringLiteral("synthetics-browser") << true;
        QTest::newRow("Datadog, a browser of somebody") << QStringLiteral("_dd.origin") << QStringLiteral("rum") << false;
    }
    void syntheticTraffic() {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(bool, isSynthetic);
        const Shop shop({{"s", 1, "x", {{key.toStdString(), value.toStdString()}}}, {"s", 2, "x"}, {"t", 3, "x"}});
        const auto index = shop.context.cases->cases("session");
        QCOMPARE(index->cases()[index->find("s")].isSynthetic, isSynthetic);
        QVERIFY(!index->cases()[index->find("t")].isSynthetic);
    }
};

QTEST_GUILESS_MAIN(TestCases)
#include "tst_cases.moc"
