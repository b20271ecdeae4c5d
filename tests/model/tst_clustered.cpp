// Intervals for calls that come in traces: closed forms, exact binomial tails, and what chance does to clustered data.

#include "analysis/clustered.h"
#include "analysis/proportions.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace aisle;

namespace {

bool isNear(double a, double b, double off = 1e-9) { return std::abs(a - b) <= off * std::max(1.0, std::abs(b)); }

bool holds(const Interval& interval, double value) { return interval.low <= value && value <= interval.high; }

/// P(B <= k) of n tosses.
double binomialUpTo(int k, int n, double p) {
    double sum = 0;
    for (int i = 0; i <= k; ++i)
        sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0) + i * std::log(p) + (n - i) * std::log(1 - p));
    return sum;
}

/// The calls of some traces. Traces differ in size, in how often their calls fail and in how long they take.
struct Sample {
    Clusters failures, each; ///< each: as if every call were a trace of its own
    ClusteredValues durations, single;

    Sample(std::mt19937& random, int traces, double more = 1, double worse = 1, double slower = 1) {
        std::uniform_real_distribution<double> uniform(0, 1);
        std::lognormal_distribution<double> ofTrace(0, 0.7), ofCall(0, 0.4);
        std::geometric_distribution<int> size(0.15 / more);
        for (int t = 0; t < traces; ++t) {
            const auto calls = static_cast<uint64_t>(1 + size(random));
            const double failing = uniform(random) < 0.1 * worse ? 0.8 : 0.01, speed = ofTrace(random) * slower;
            uint64_t failed = 0;
            for (uint64_t c = 0; c < calls; ++c) {
                const bool fails = uniform(random) < failing;
                failed += fails;
                each.add(1, fails);
                durations.values.push_back(static_cast<int64_t>(1e6 * speed * ofCall(random)));
            }
            failures.add(calls, failed);
            durations.ends.push_back(static_cast<uint32_t>(durations.values.size()));
        }
        single.values = durations.values;
        for (uint32_t i = 1; i <= single.values.size(); ++i)
            single.ends.push_back(i);
    }
};

Interval ratioOf(const Clusters& before, const Clusters& after, uint64_t traces, const JointLevel& level) {
    const auto exposure = static_cast<double>(traces);
    return rateRatio({before, exposure, traces}, {after, exposure, traces}, level);
}

} // namespace

class TestClustered : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void levels() {
        const JointLevel one = JointLevel::of(0.95, 1), many = JointLevel::of(0.95, 1000);
        QVERIFY(isNear(one.limit, std::log(40.0)) && isNear(one.z, 1.959964, 1e-6));
        QVERIFY(isNear(many.limit, std::log(40'000.0)) && isNear(many.z, 4.055627, 1e-6));
    }

    /// Of none the bound is 1 - chance^(1/n), as is exact; of some it is where the divergence says.
    void shares() {
        const JointLevel level = JointLevel::of(0.95, 1);
        const Interval none = shareInterval(0, 50, level), all = shareInterval(1, 50, level), some = shareInterval(0.2, 50, level);
        QCOMPARE(none.low, 0.0);
        QVERIFY(isNear(none.high, 1 - std::pow(0.025, 1.0 / 50)));
        QVERIFY(isNear(all.low, std::pow(0.025, 1.0 / 50)));
        QCOMPARE(all.high, 1.0);
        for (const double end : {some.low, some.high})
            QVERIFY(isNear(50 * (0.2 * std::log(0.2 / end) + 0.8 * std::log(0.8 / (1 - end))), std::log(40.0), 1e-6));
        QVERIFY(some.low < 0.2 && 0.2 < some.high);
    }

    /// The bounds of a share keep what they promise in every tail, beside the exact binomial.
    void neverTooSure() {
        for (const uint64_t tests : {1, 1000, 100'000}) {
            const JointLevel level = JointLevel::of(0.95, tests);
            const double chance = std::exp(-level.limit); // on one side
            for (const int n : {5, 30, 200})
                for (int x = 0; x < n; x += 1 + n / 10) {
                    const double high = shareInterval(x / static_cast<double>(n), n, level).high;
                    QVERIFY(binomialUpTo(x, n, high) <= chance * (1 + 1e-6));
                }
        }
    }

    /// One failed call of five, none of a thousand: a chance of one in two hundred, and many are looked at.
    void oneFailureIsNoFinding() {
        Clusters before, after;
        for (int i = 0; i < 1000; ++i)
            before.add(1, 0);
        for (int i = 0; i < 5; ++i)
            after.add(1, i == 0);
        const JointLevel level = JointLevel::of(0.95, 1000);
        QVERIFY(differenceInterval(1, 5, 0, 1000, level.z).low > 0);
        QVERIFY(shareDifference(before, after, level).low < 0);
    }

    void effects() {
        const JointLevel level = JointLevel::of(0.95, 1);
        Clusters single, twins, constant;
        for (int i = 0; i < 20'000; ++i) {
            single.add(1, i % 4 == 0);
            twins.add(2, i % 4 == 0 ? 2 : 0);
            constant.add(3, 0);
        }
        QCOMPARE(*shareEffect(single, level), 1.0);            // traces of one call are independent calls
        QVERIFY(isNear(*shareEffect(twins, level), 2, 1e-3));  // both calls fail together
        QVERIFY(!shareEffect(constant, level));
        QVERIFY(isNear(countEffect(single, 40'000, level), 0.5, 1e-3));           // in half of the traces: the variance of a toss
        QVERIFY(isNear(countEffect(single, std::nullopt, level), 1, 1e-3));       // Poisson's
        QVERIFY(isNear(countEffect(twins, std::nullopt, level), 2, 1e-3));        // they come in pairs
        QVERIFY(countEffect(constant, 20'000, level) < 1e-4);                     // always three
        QVERIFY(isNear(countEffect(constant, std::nullopt, level), 3, 1e-3));
        // Of five traces t is 2.776 and not 1.96: what clusters beyond independent calls is taken twice as seriously.
        Clusters few;
        for (int i = 0; i < 5; ++i)
            few.add(2, i == 0 ? 2 : 0);
        QVERIFY(isNear(*shareEffect(few, level), 1 + std::pow(2.776 / 1.96, 2), 0.02));
    }

    /// Where there are no calls on one side.
    void ratios() {
        const JointLevel level = JointLevel::of(0.95, 1);
        Clusters none, twenty;
        for (int i = 0; i < 20; ++i)
            twenty.add(1, 0);
        const Interval added = rateRatio({none, 100, {}}, {twenty, 100, {}}, level), removed = rateRatio({twenty, 100, {}}, {none, 100, {}}, level);
        QVERIFY(added.low > 1 && std::isinf(added.high));
        QVERIFY(removed.low == 0 && removed.high < 1);
        QVERIFY(isNear(added.low * removed.high, 1));
        // Given twenty calls, all of them on one side: p^20 = 0.025.
        const double p = std::pow(0.025, 1.0 / 20);
        QVERIFY(isNear(added.low, p / (1 - p), 0.02));
        // As many calls in a tenth of the time are ten times the rate.
        const Interval denser = rateRatio({twenty, 100, {}}, {twenty, 10, {}}, level);
        QVERIFY(holds(denser, 10) && denser.low > 1);
        // All in traces of ten calls each: two traces are no evidence.
        Clusters tens;
        tens.add(10, 0);
        tens.add(10, 0);
        const Interval lone = rateRatio({none, 100, {}}, {tens, 100, {}}, level);
        QVERIFY(lone.low == 0 && std::isinf(lone.high));
    }

    /// The ranks of a quantile, beside exact tails: never too near, and at most a few ranks too far.
    void ranks() {
        const JointLevel level = JointLevel::of(0.95, 1);
        ClusteredValues zeros, values;
        for (uint32_t i = 1; i <= 2000; ++i) { // their quantiles are known for sure
            zeros.values.push_back(0);
            zeros.ends.push_back(i);
        }
        for (int i = 1; i <= 400; ++i) { // a value is its rank, whatever the order
            values.values.push_back((i * 7) % 401);
            values.ends.push_back(static_cast<uint32_t>(i));
        }
        for (const double q : {0.5, 0.95}) {
            const Interval found = quantileDifference(q, zeros, values, level);
            const int low = static_cast<int>(found.low), high = static_cast<int>(found.high);
            QVERIFY(low < q * 400 && q * 400 < high && high <= 400);
            QVERIFY(binomialUpTo(low - 1, 400, q) <= 0.025 && binomialUpTo(low + 9, 400, q) > 0.025);
            QVERIFY(1 - binomialUpTo(high - 1, 400, q) <= 0.025 && 1 - binomialUpTo(high - 11, 400, q) > 0.025);
        }
        values.values.resize(60); // the 95th of a hundred may be beyond all of them
        values.ends.resize(60);
        QVERIFY(std::isinf(quantileDifference(0.95, zeros, values, level).high));
        QVERIFY(std::isfinite(quantileDifference(0.5, zeros, values, level).high));
    }

    /// No difference but chance: found in at most one of twenty. Calls taken for independent are found to differ much more often.
    void chanceIsNoFinding_data() {
        QTest::addColumn<int>("traces");
        for (const int traces : {6, 15, 60, 300})
            QTest::addRow("%d traces", traces) << traces;
    }
    void chanceIsNoFinding() {
        QFETCH(int, traces);
        const JointLevel level = JointLevel::of(0.95, 1);
        std::mt19937 random(11);
        constexpr int kRounds = 1000;
        const auto n = static_cast<uint64_t>(traces);
        int rate = 0, poisson = 0, share = 0, median = 0, late = 0, naiveShare = 0, naiveMedian = 0, naiveRate = 0;
        for (int round = 0; round < kRounds; ++round) {
            const Sample a(random, traces), b(random, traces);
            // By chance there are more traces on one side, too.
            const Sample c(random, std::poisson_distribution<int>(traces)(random)), d(random, std::poisson_distribution<int>(traces)(random));
            rate += !holds(ratioOf(a.failures, b.failures, n, level), 1);
            poisson += !holds(rateRatio({c.failures, 1, {}}, {d.failures, 1, {}}, level), 1);
            share += !holds(shareDifference(a.failures, b.failures, level), 0);
            median += !holds(quantileDifference(0.5, a.durations, b.durations, level), 0);
            late += !holds(quantileDifference(0.95, a.durations, b.durations, level), 0);
            naiveRate += !holds(rateRatio({a.each, 1, {}}, {b.each, 1, {}}, level), 1);
            naiveShare += !holds(shareDifference(a.each, b.each, level), 0);
            naiveMedian += !holds(quantileDifference(0.5, a.single, b.single, level), 0);
        }
        for (const int wrong : {rate, poisson, share, median, late})
            QVERIFY2(wrong <= kRounds / 20, qPrintable(QStringLiteral("rate %1 %2 share %3 p50 %4 p95 %5").arg(rate).arg(poisson).arg(share).arg(median).arg(late)));
        for (const int wrong : {naiveRate, naiveShare, naiveMedian})
            QVERIFY2(wrong > kRounds / 10, qPrintable(QStringLiteral("rate %1 share %2 p50 %3").arg(naiveRate).arg(naiveShare).arg(naiveMedian)));
        qInfo("rate %d %d share %d p50 %d p95 %d, naive %d %d %d of %d", rate, poisson, share, median, late, naiveRate, naiveShare, naiveMedian, kRounds);
    }

    /// Far out, where many intervals together take place, and with sets of different size.
    void chanceIsNoFindingAmongMany() {
        const JointLevel level = JointLevel::of(0.95, 50);
        std::mt19937 random(13);
        constexpr int kRounds = 3000;
        int rate = 0, share = 0, median = 0, late = 0;
        for (int round = 0; round < kRounds; ++round) {
            const Sample a(random, 30), b(random, 90);
            rate += !holds(rateRatio({a.failures, 30, 30}, {b.failures, 90, 90}, level), 1);
            share += !holds(shareDifference(a.failures, b.failures, level), 0);
            median += !holds(quantileDifference(0.5, a.durations, b.durations, level), 0);
            late += !holds(quantileDifference(0.95, a.durations, b.durations, level), 0);
        }
        for (const int wrong : {rate, share, median, late})
            QVERIFY2(wrong <= 5, qPrintable(QStringLiteral("rate %1 share %2 p50 %3 p95 %4").arg(rate).arg(share).arg(median).arg(late))); // 3 of 3000 are due
    }

    /// Twice as much is found among a hundred intervals.
    void twiceIsFound() {
        const JointLevel level = JointLevel::of(0.95, 100);
        std::mt19937 random(12);
        int rate = 0, share = 0, median = 0, late = 0;
        constexpr int kRounds = 100, kTraces = 1500;
        for (int round = 0; round < kRounds; ++round) {
            const Sample a(random, kTraces), more(random, kTraces, 2), worse(random, kTraces, 1, 2), slower(random, kTraces, 1, 1, 2);
            rate += ratioOf(a.failures, more.failures, kTraces, level).low > 1;
            share += shareDifference(a.failures, worse.failures, level).low > 0;
            median += quantileDifference(0.5, a.durations, slower.durations, level).low > 0;
            late += quantileDifference(0.95, a.durations, slower.durations, level).low > 0;
        }
        qInfo("rate %d share %d p50 %d p95 %d", rate, share, median, late);
        QVERIFY(rate >= 90 && share >= 90 && median >= 90 && late >= 90);
    }
};

QTEST_GUILESS_MAIN(TestClustered)
#include "tst_clustered.moc"
