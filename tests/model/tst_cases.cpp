// Cases (session, user, order): which traces belong to one.

#include "shop_fixture.h"

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
        const CaseIndex::Case c = shop.cases().cases()[0];
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

    void presets() { QVERIFY(caseKeys().size() >= 3); }
};

QTEST_GUILESS_MAIN(TestCases)
#include "tst_cases.moc"
