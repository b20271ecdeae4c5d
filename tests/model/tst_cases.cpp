// Cases (session, user, order): which traces belong to one.

#include "shop_fixture.h"
#include "store/user_items.h"

#include <QTest>

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
        row("{\"id\": \"a\", \"title\": \"A\", \"plural\": \"as\", \"keys\": [\"x\", \"x\"]}", "twice");
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
        shop.context.cases->keysChanged();
        keepUserItem(*shop.db, kCaseKey, {"bad", "{\"id\": 7}", 3});
        const std::vector<CaseKey> all = caseKeys(*shop.db);
        QCOMPARE(all.size(), caseKeys().size() + 1);
        QCOMPARE(all[0], session); // the newest, in place of the preset
        QCOMPARE(all[1], till);
        const auto index = shop.context.cases->cases("session");
        QCOMPARE(index->key().title, std::string("Visit"));
        QCOMPARE(index->attribute(), std::string("till"));
        QCOMPARE(index->cases().size(), size_t(2));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, keepCaseKey(*shop.db, CaseKey{}, 4));
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
