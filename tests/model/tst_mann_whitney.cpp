// The rank-sum test: worked out by hand, and beside its definition over all ways to divide the values.
#include "analysis/mann_whitney.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace aisle;

namespace {

using Values = std::vector<int64_t>;

double pairs(const Values& a, const Values& b) {
    double u = 0;
    for (const int64_t x : a)
        for (const int64_t y : b)
            u += x > y ? 1 : x == y ? 0.5 : 0;
    return u;
}

/// The variance of U over all ways to take as many of the values as `a` has.
double varianceOverAll(const Values& a, const Values& b) {
    Values all = a;
    all.insert(all.end(), b.begin(), b.end());
    double sum = 0, squares = 0, ways = 0;
    for (uint32_t mask = 0; mask < 1U << all.size(); ++mask) {
        if (static_cast<size_t>(__builtin_popcount(mask)) != a.size())
            continue;
        Values in, out;
        for (size_t i = 0; i < all.size(); ++i)
            (mask >> i & 1 ? in : out).push_back(all[i]);
        const double u = pairs(in, out);
        sum += u;
        squares += u * u;
        ++ways;
    }
    return squares / ways - sum / ways * (sum / ways);
}

bool isNear(double found, double expected) {
    if (std::abs(found - expected) <= 1e-6 * std::max(1.0, std::abs(expected)))
        return true;
    qWarning("%.10g is not %.10g", found, expected);
    return false;
}

} // namespace

class TestMannWhitney : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        // No pair; mean 4.5, variance 3 * 3 * 7 / 12 = 5.25: z = -(4.5 - 0.5) / 2.291288
        const RankSum apart = rankSum(Values{3, 1, 2}, Values{4, 6, 5});
        QVERIFY(isNear(apart.u, 0) && isNear(apart.z, -1.745743) && isNear(apart.p, 0.0808556));
        // 2 is in two pairs of equals; mean 6; ties of 3 and 2: 12 / 12 * (8 - 30 / 42) = 7.285714
        const RankSum tied = rankSum(Values{1, 2, 2}, Values{2, 3, 4, 4});
        QVERIFY(isNear(tied.u, 1) && isNear(tied.z, -1.667157) && isNear(tied.p, 0.0954832));
        const RankSum turned = rankSum(Values{2, 3, 4, 4}, Values{1, 2, 2});
        QVERIFY(isNear(turned.u, 11) && isNear(turned.z, 1.667157) && isNear(turned.p, tied.p));
    }

    void nothingToTell() {
        QCOMPARE(rankSum({}, Values{1}).p, 1.0);
        QCOMPARE(rankSum(Values{1}, {}).p, 1.0);
        QCOMPARE(rankSum(Values{7, 7}, Values{7, 7, 7}).p, 1.0);
        QCOMPARE(rankSum(Values{7}, Values{7}).u, 0.5);
        QCOMPARE(rankSum(Values{1, 4}, Values{2, 3}).p, 1.0); // in the middle
    }

    void extremes() {
        constexpr int64_t kLeast = std::numeric_limits<int64_t>::min(), kMost = std::numeric_limits<int64_t>::max();
        QCOMPARE(rankSum(Values{kMost, kLeast}, Values{kLeast, 0}).u, 2.5);
    }

    void likeItsDefinition() {
        std::mt19937 random(7);
        for (int round = 0; round < 200; ++round) {
            Values a(1 + random() % 5), b(1 + random() % 5);
            const auto values = 1 + random() % 9; // few: many ties
            for (Values* side : {&a, &b})
                for (int64_t& value : *side)
                    value = static_cast<int64_t>(random() % values);
            const RankSum found = rankSum(a, b);
            QCOMPARE(found.u, pairs(a, b));
            const double variance = varianceOverAll(a, b), away = found.u - static_cast<double>(a.size() * b.size()) / 2;
            if (variance < 1e-9)
                QCOMPARE(found.p, 1.0);
            else
                QVERIFY(isNear(std::abs(found.z), std::max(0.0, std::abs(away) - 0.5) / std::sqrt(variance)));
        }
    }

    // Each group against all others, exactly as on values that were divided.
    void groupsAgainstTheOthers() {
        std::mt19937 random(7);
        for (uint32_t round = 0; round < 200; ++round) {
            const size_t groups = 1 + round % 6;
            const uint64_t different = 1 + random() % 12; // few: many ties
            std::vector<Values> own(groups);
            std::vector<GroupedValue> all;
            for (uint64_t n = random() % 60; n-- > 0;) {
                const auto group = static_cast<uint32_t>(random() % groups);
                const auto value = static_cast<int64_t>(random() % different);
                own[group].push_back(value);
                all.push_back({value, group});
            }
            std::sort(all.begin(), all.end(), [](const GroupedValue& a, const GroupedValue& b) { return a.value < b.value; });
            const std::vector<RankSum> found = rankSums(all, groups);
            QCOMPARE(found.size(), groups);
            for (size_t g = 0; g < groups; ++g) {
                Values others;
                for (size_t other = 0; other < groups; ++other)
                    if (other != g)
                        others.insert(others.end(), own[other].begin(), own[other].end());
                const RankSum expected = rankSum(own[g], others);
                QVERIFY(found[g].u == expected.u && found[g].z == expected.z && found[g].p == expected.p);
            }
        }
        QVERIFY(rankSums({}, 0).empty());
    }
};

QTEST_GUILESS_MAIN(TestMannWhitney)
#include "tst_mann_whitney.moc"
