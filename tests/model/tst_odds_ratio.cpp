// Tests of association: published values, and each test beside its definition.
#include "analysis/odds_ratio.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace aisle;

namespace {

bool isNear(double found, double expected, double relative = 1e-4) {
    if (std::abs(found - expected) <= relative * std::abs(expected))
        return true;
    qWarning("%.10g is not %.10g", found, expected);
    return false;
}

/// By its definition: the probabilities of all tables, with factorials.
double fisherByDefinition(const TwoByTwo& t) {
    const auto choose = [](uint64_t n, uint64_t k) { return std::lgamma(double(n) + 1) - std::lgamma(double(k) + 1) - std::lgamma(double(n - k) + 1); };
    const auto chance = [&](uint64_t x) { return std::exp(choose(t.allWith(), x) + choose(t.allWithout(), t.outcomes() - x) - choose(t.all(), t.outcomes())); };
    double sum = 0;
    for (uint64_t x = 0; x <= std::min(t.allWith(), t.outcomes()); ++x)
        if (t.outcomes() - x <= t.allWithout() && chance(x) <= chance(t.with) * (1 + 1e-7))
            sum += chance(x);
    return std::min(1.0, sum);
}

} // namespace

class TestOddsRatio : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void woolfsInterval() {
        // ln 2.25 = 0.810930, its error sqrt(1/20 + 1/80 + 1/10 + 1/90) = 0.416667
        const OddsRatio odds = oddsRatio({20, 80, 10, 90}, 1.96);
        QVERIFY(isNear(odds.value, 2.25));
        QVERIFY(isNear(odds.low, std::exp(0.810930 - 0.816667)));
        QVERIFY(isNear(odds.high, std::exp(0.810930 + 0.816667)));
    }

    void anEmptyCell() {
        // 5.5 * 20.5 / (0.5 * 3.5)
        const OddsRatio odds = oddsRatio({5, 0, 3, 20});
        QVERIFY(isNear(odds.value, 64.428571));
        QVERIFY(odds.low > 1 && odds.low < odds.value && odds.value < odds.high);
        QVERIFY(std::isfinite(oddsRatio({0, 0, 0, 0}).value));
    }

    void fisherPublished() {
        // Fisher 1935, the lady tasting tea: 34 of 70.
        QVERIFY(isNear(fisherChance({3, 1, 1, 3}), 34.0 / 70));
        // Fisher 1962, convictions of twins of criminals.
        QVERIFY(isNear(fisherChance({2, 15, 10, 3}), 0.0005367, 1e-3));
        QCOMPARE(fisherChance({0, 0, 5, 5}), 1.0);
    }

    void chiSquaredPublished() {
        // Of the twins without a correction: 30 * (2 * 3 - 15 * 10)^2 / (17 * 13 * 12 * 18)
        QVERIFY(isNear(chiSquared({2, 15, 10, 3}), 30.0 * 144 * 144 / (17.0 * 13 * 12 * 18)));
        // Tables of chi squared, one degree of freedom.
        QVERIFY(isNear(chiSquaredChance(3.841459), 0.05));
        QVERIFY(isNear(chiSquaredChance(6.634897), 0.01));
        QVERIFY(isNear(chiSquaredChance(10.827566), 0.001));
        QCOMPARE(chiSquaredChance(0), 1.0);
        QCOMPARE(chiSquared({0, 0, 5, 5}), 0.0);
    }

    void whichTest() {
        // The smallest expected count is 10 * 10 / 20 = 5, and 9 * 10 / 20.
        const TwoByTwo many{7, 3, 3, 7}, few{6, 3, 4, 7};
        QCOMPARE(associationChance(many), chiSquaredChance(chiSquared(many)));
        QCOMPARE(associationChance(few), fisherChance(few));
        QCOMPARE(associationChance({}), 1.0);
    }

    void fisherBesideItsDefinition() {
        std::mt19937_64 random(7);
        for (int round = 0; round < 3000; ++round) {
            const uint64_t most = round % 3 == 0 ? 400 : 30;
            const TwoByTwo t{random() % most, random() % most, random() % most, random() % most};
            if (t.all() == 0)
                continue;
            const double found = fisherChance(t), expected = fisherByDefinition(t);
            QVERIFY2(std::abs(found - expected) <= 1e-9 + 1e-6 * expected, qPrintable(QStringLiteral("%1 %2 %3 %4: %5 %6").arg(t.with).arg(t.withOther).arg(t.without).arg(t.withoutOther).arg(found).arg(expected)));
            // Rows and columns may change places.
            QVERIFY(std::abs(found - fisherChance({t.with, t.without, t.withOther, t.withoutOther})) < 1e-9);
            QVERIFY(std::abs(found - fisherChance({t.without, t.withoutOther, t.with, t.withOther})) < 1e-9);
        }
        const double large = fisherChance({4, 96, 40, 99'860});
        QVERIFY(large > 0 && large < 1e-5);
        QCOMPARE(fisherChance({700, 0, 0, 99'300}), 0.0); // too small for a number, and no NaN
    }

    void falseDiscoveriesPublished() {
        // Benjamini and Hochberg 1995, section 4.2: the four smallest of fifteen hold at 5 %.
        const std::vector<double> chances = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
        const std::vector<double> rates = falseDiscoveryRates(chances);
        for (size_t i = 0; i < rates.size(); ++i)
            QCOMPARE(rates[i] <= 0.05, i < 4);
        QVERIFY(isNear(rates[3], 0.0095 * 15 / 4));
        QVERIFY(isNear(rates[4], 0.0201 * 15 / 5));
        QVERIFY(isNear(rates[5], 0.0298 * 15 / 7)); // a later one is lower
        QVERIFY(isNear(rates[14], 1));
        QVERIFY(falseDiscoveryRates({}).empty());
        // As if the others were there, and each of them 1.
        const std::vector<double> few = falseDiscoveryRates(std::vector<double>{0.004, 0.001}, 10);
        QVERIFY(isNear(few[0], 0.004 * 10 / 2) && isNear(few[1], 0.001 * 10));
    }

    void falseDiscoveriesBesideTheirDefinition() {
        std::mt19937_64 random(3);
        for (int round = 0; round < 200; ++round) {
            std::vector<double> chances(1 + random() % 40);
            for (double& p : chances)
                p = double(random() % 1000) / 999;
            const std::vector<double> rates = falseDiscoveryRates(chances);
            for (size_t i = 0; i < chances.size(); ++i) {
                double least = 1; // over all thresholds that let it in
                for (const double threshold : chances)
                    if (threshold >= chances[i])
                        least = std::min(least, threshold * double(chances.size()) / double(std::count_if(chances.begin(), chances.end(), [&](double p) { return p <= threshold; })));
                QVERIFY(std::abs(rates[i] - least) < 1e-12);
            }
        }
    }

    void excess() {
        const TwoByTwo t{212, 328, 116, 894};
        QVERIFY(isNear(t.shareWith() / t.shareWithout(), 3.418, 1e-3));
        QVERIFY(isNear(t.excess(), 212 - 540 * 116.0 / 1010));
    }
};

QTEST_GUILESS_MAIN(TestOddsRatio)
#include "tst_odds_ratio.moc"
