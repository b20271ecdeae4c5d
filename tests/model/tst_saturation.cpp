// Instances that have more to do than they can, and others that only look so.
#include "orders/saturation.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <queue>
#include <random>

using namespace aisle;

namespace {

constexpr int64_t kMs = 1'000'000, kSecond = 1'000'000'000;

bool isNear(double found, double expected) {
    if (std::abs(found - expected) <= 1e-9)
        return true;
    qWarning("%.12g is not %.12g", found, expected);
    return false;
}

/// Customers come at random, to servers that take the next one that waits.
std::vector<ServedVisit> queueAt(size_t servers, double arrivalsPerSecond, double meanWork, size_t visits, uint32_t seed) {
    std::mt19937 random(seed);
    std::exponential_distribution<double> gap(arrivalsPerSecond), work(1 / meanWork);
    std::priority_queue<int64_t, std::vector<int64_t>, std::greater<>> free;
    for (size_t i = 0; i < servers; ++i)
        free.push(0);
    std::vector<ServedVisit> out;
    double now = 0;
    for (size_t i = 0; i < visits; ++i) {
        now += gap(random);
        const auto since = static_cast<int64_t>(now * 1e9);
        const int64_t start = std::max(since, free.top() + 2 * kMs), end = start + static_cast<int64_t>(work(random) * 1e9);
        free.pop();
        free.push(end);
        out.push_back({start, end, start == since ? start : since});
    }
    return out;
}

/// Each waits for something else, for about as long, and there is always somebody to take it up.
std::vector<ServedVisit> natural(double arrivalsPerSecond, double meanWait, double meanWork, size_t visits, uint32_t seed) {
    std::mt19937 random(seed);
    std::exponential_distribution<double> gap(arrivalsPerSecond), work(1 / meanWork);
    std::lognormal_distribution<double> wait(std::log(meanWait), 0.5);
    std::vector<ServedVisit> out;
    double now = 0;
    for (size_t i = 0; i < visits; ++i) {
        now += gap(random);
        const auto since = static_cast<int64_t>(now * 1e9), start = since + static_cast<int64_t>(wait(random) * 1e9);
        out.push_back({start, start + static_cast<int64_t>(work(random) * 1e9), since});
    }
    return out;
}

} // namespace

class TestSaturation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aQueue() {
        // Twenty that are sent at once; one takes 10 s, and 2 ms go by until the next.
        std::vector<ServedVisit> visits;
        for (int64_t i = 0; i < 20; ++i)
            visits.push_back({i * 10'002 * kMs, i * 10'002 * kMs + 10 * kSecond, 0});
        const Saturation s = saturation(visits);
        QCOMPARE(s.slots, 1U);
        QCOMPARE(s.tolerance, kSecond); // 1 % of the median wait of 100.02 s is more than a tenth of the work
        QCOMPARE(s.waited, uint64_t(19));
        QCOMPARE(s.backToBack, uint64_t(19));
        QVERIFY(!s.isBackToBack[0] && s.isBackToBack[1] && s.isBackToBack[19]);
        // Something waits for 190.038 s, in which 19 run; 18 ends are followed by a second in which it does, the last one by 2 ms.
        QVERIFY(isNear(s.busy, 190.0 / 190.038));
        QVERIFY(isNear(s.chance, 18.002 / 190.038));
        QVERIFY(s.isSaturated());
        std::vector<ServedVisit> few(visits.begin(), visits.begin() + 10); // nine waited
        QVERIFY(!saturation(few).isSaturated());
        for (int64_t i = 0; i < 60; ++i) // and three times as many later on that met nobody
            visits.push_back({(1000 + i * 20) * kSecond, (1010 + i * 20) * kSecond, (1000 + i * 20) * kSecond});
        QVERIFY(saturation(visits).backToBack == 19 && !saturation(visits).isSaturated());
    }

    void aCarrier() {
        // Each waits for ten minutes, another one comes every 15 s, and it takes 10 ms.
        std::vector<ServedVisit> visits;
        for (int64_t i = 0; i < 40; ++i)
            visits.push_back({i * 15 * kSecond, i * 15 * kSecond + 10 * kMs, (i * 15 - 600) * kSecond});
        const Saturation s = saturation(visits);
        QCOMPARE(s.slots, 1U);
        QCOMPARE(s.tolerance, kMs);
        QCOMPARE(s.waited, uint64_t(40));
        QCOMPARE(s.backToBack, uint64_t(0));
        QVERIFY(isNear(s.busy, 0.39 / 1185));
        QVERIFY(isNear(s.chance, 0.039 / 1185));
        QVERIFY(!s.isSaturated());
    }

    void nothing() {
        QCOMPARE(saturation({}).slots, 0U);
        const Saturation points = saturation({{5, 5, 1}, {9, 9, 9}}); // they take no time
        QVERIFY(points.slots == 0 && points.busy == 0 && !points.isSaturated());
    }

    void itsOwnEndIsNoneBefore() {
        const Saturation s = saturation({{10 * kSecond, 10 * kSecond, 0}});
        QVERIFY(s.waited == 1 && s.backToBack == 0);
        const Saturation two = saturation({{10 * kSecond, 10 * kSecond, 0}, {10 * kSecond, 10 * kSecond, 0}});
        QCOMPARE(two.backToBack, uint64_t(2)); // each after the other
    }

    void whatEndedBeforeItCame() {
        // It came while nothing ran, and waited 2 ms for no reason.
        const Saturation s = saturation({{0, kSecond, 0}, {kSecond + 3 * kMs, 2 * kSecond, kSecond + kMs}});
        QCOMPARE(s.backToBack, uint64_t(0));
    }

    void queues_data() {
        QTest::addColumn<int>("servers");
        QTest::addColumn<double>("load");
        QTest::addColumn<bool>("isSaturated");
        QTest::addRow("one, too much") << 1 << 1.2 << true;
        QTest::addRow("three, too much") << 3 << 1.2 << true;
        QTest::addRow("ten, too much") << 10 << 1.2 << true;
        QTest::addRow("one, little") << 1 << 0.1 << false;
        QTest::addRow("three, little") << 3 << 0.1 << false;
    }
    void queues() {
        QFETCH(int, servers);
        QFETCH(double, load);
        QFETCH(bool, isSaturated);
        for (uint32_t seed = 1; seed <= 5; ++seed) {
            const Saturation s = saturation(queueAt(static_cast<size_t>(servers), load * servers / 10, 10, 400, seed));
            QVERIFY2(s.isSaturated() == isSaturated, qPrintable(QStringLiteral("seed %1: busy %2, share %3, chance %4").arg(seed).arg(s.busy).arg(s.share()).arg(s.chance)));
        }
    }

    void naturalWaits_data() {
        QTest::addColumn<double>("running"); // at once, on average
        for (const double running : {0.01, 0.5, 2.0, 10.0, 100.0})
            QTest::addRow("%g", running) << running;
    }
    void naturalWaits() {
        QFETCH(double, running);
        for (uint32_t seed = 1; seed <= 10; ++seed)
            QVERIFY(!saturation(natural(running / 30, 600, 30, 500, seed)).isSaturated());
    }

    void likeNaive() {
        std::mt19937 random(3);
        for (int round = 0; round < 300; ++round) {
            std::vector<ServedVisit> visits(1 + random() % 30);
            for (ServedVisit& v : visits) {
                v.start = static_cast<int64_t>(random() % 100) * kMs;
                v.end = v.start + static_cast<int64_t>(random() % 10) * kMs; // so that the tolerance is 1 ms
                v.since = v.start - (random() % 3 == 0 ? 0 : static_cast<int64_t>(random() % 40) * kMs);
            }
            const Saturation found = saturation(visits);
            QCOMPARE(found.tolerance, kMs);
            std::vector<double> timeWith(visits.size() + 1, 0);
            double waiting = 0, ended = 0, working = 0;
            for (const bool isSlotsKnown : {false, true})
                for (int64_t t = -50 * kMs; t < 150 * kMs; t += kMs) {
                    size_t running = 0;
                    bool isWaiting = false, justEnded = false;
                    for (const ServedVisit& v : visits) {
                        running += v.start <= t && t < v.end ? 1 : 0;
                        isWaiting = isWaiting || (v.start - v.since > kMs && v.since <= t && t < v.start);
                        justEnded = justEnded || (v.end <= t && t < v.end + kMs);
                    }
                    if (!isSlotsKnown) {
                        timeWith[running] += 1;
                    } else if (isWaiting) {
                        waiting += 1;
                        ended += justEnded ? 1 : 0;
                        working += static_cast<double>(std::min<size_t>(running, found.slots));
                    }
                }
            double all = 0, below = 0;
            for (size_t n = 1; n < timeWith.size(); ++n)
                all += timeWith[n];
            uint32_t slots = 0;
            while (all > 0 && below < all * Saturation::kSlotsIn)
                below += timeWith[++slots];
            QCOMPARE(found.slots, slots);
            QVERIFY(isNear(found.chance, waiting == 0 ? 0 : ended / waiting));
            QVERIFY(isNear(found.busy, waiting == 0 || slots == 0 ? 0 : working / (waiting * slots)));
            uint64_t waited = 0, backToBack = 0;
            for (size_t i = 0; i < visits.size(); ++i) {
                bool isAfter = false;
                for (size_t k = 0; k < visits.size(); ++k)
                    isAfter = isAfter || (k != i && visits[k].end > visits[i].since && visits[k].end <= visits[i].start && visits[i].start - visits[k].end <= kMs);
                const bool hasWaited = visits[i].start - visits[i].since > kMs;
                waited += hasWaited ? 1 : 0;
                backToBack += hasWaited && isAfter ? 1 : 0;
                QCOMPARE(found.isBackToBack[i], hasWaited && isAfter);
            }
            QCOMPARE(found.waited, waited);
            QCOMPARE(found.backToBack, backToBack);
        }
    }
};

QTEST_GUILESS_MAIN(TestSaturation)
#include "tst_saturation.moc"
