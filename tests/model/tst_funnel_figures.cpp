// What is worked out of a funnel: times of steps, the values of a field, the trend, two funnels beside each other. By hand, and counted
// anew on random shops.

#include "analysis/quantile.h"
#include "journey/funnel_breakdown.h"
#include "journey/step_times.h"
#include "orders/fulfilment_log.h"
#include "shop_fixture.h"

#include <QTest>

#include <cmath>
#include <map>
#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

std::vector<Visit> randomVisits(std::mt19937& random, int sessions) {
    std::vector<Visit> visits;
    for (int s = 0; s < sessions; ++s) {
        const int begin = static_cast<int>(random() % 1000);
        for (size_t n = 1 + random() % 6; n > 0; --n) {
            Visit& visit = visits.emplace_back();
            visit.session = "s" + std::to_string(s);
            visit.at = (begin + static_cast<int>(random() % 60)) * kSecond;
            visit.name = std::string(1, static_cast<char>('A' + random() % 4));
            if (random() % 4 != 0)
                visit.attributes = {{"device", random() % 3 == 0 ? "phone" : random() % 2 == 0 ? "desk" : "tv"}};
        }
    }
    return visits;
}

} // namespace

class TestFunnelFigures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void intervalsOfShares() {
        // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I: Wilson's score method.
        const auto is = [](uint64_t x, uint64_t n, double low, double high) {
            const Interval found = shareInterval(x, n);
            return std::abs(found.low - low) < 5e-5 && std::abs(found.high - high) < 5e-5;
        };
        QVERIFY(is(81, 263, 0.2553, 0.3662));
        QVERIFY(is(15, 148, 0.0624, 0.1605));
        QVERIFY(is(0, 20, 0.0000, 0.1611));
        QVERIFY(is(1, 29, 0.0061, 0.1718));
        QVERIFY(is(0, 0, 0, 1));
    }

    // 14 sessions, all by one user agent, some with a device, each with a country, which is another one later.
    void whatCasesAreDividedByAtFirst() {
        const auto usual = [](int browsers, int devices, bool hasCountry) {
            std::vector<Visit> visits;
            for (int s = 0; s < 14; ++s) {
                Visit& first = visits.emplace_back();
                first.session = "s" + std::to_string(s);
                first.name = "A";
                first.attributes = {{"user_agent.original", "Mozilla"}, {"browser.name", "b" + std::to_string(s % browsers)}, {"http.route", s % 2 == 0 ? "/a" : "/b"}};
                if (s < devices)
                    first.attributes.emplace_back("device.type", s % 2 == 0 ? "phone" : "desk");
                if (!hasCountry)
                    continue;
                first.attributes.emplace_back("geo.country", s % 3 == 0 ? "NO" : "SE");
                Visit& second = visits.emplace_back();
                second.session = "s" + std::to_string(s);
                second.at = kSecond;
                second.name = "B";
                second.attributes = {{"geo.country", "c" + std::to_string(s)}};
            }
            const Shop shop(visits);
            const JourneyState state = workOutJourney(shop.context, letters(2));
            if (std::count(state.counted.begin(), state.counted.end(), true) != 14)
                qFatal("not 14 sessions");
            return usualField(shop.context, state, state.counted);
        };
        QCOMPARE(usual(14, 6, true), std::string("span.geo.country")); // too many browsers, too few devices
        QCOMPARE(usual(14, 7, true), std::string("span.device.type")); // half of them
        QCOMPARE(usual(13, 6, true), std::string("span.geo.country"));
        QCOMPARE(usual(12, 7, true), std::string("span.browser.name"));
        QCOMPARE(usual(2, 0, true), std::string("span.browser.name"));
        QCOMPARE(usual(1, 0, true), std::string("span.geo.country"));
        QCOMPARE(usual(1, 6, false), std::string("resource.service.version")); // a route is nothing that a customer came with
    }

    // Orders were divided by the browser of who placed them, which changes little about how they go on.
    void whatOrdersAreDividedByAtFirst() {
        std::vector<Visit> visits;
        for (int s = 0; s < 14; ++s) {
            Visit& visit = visits.emplace_back();
            visit.session = "s" + std::to_string(s);
            visit.name = "A";
            visit.attributes = {{"browser.name", "b" + std::to_string(s % 2)}, {"payment.cardType", s % 3 == 0 ? "visa" : "amex"}};
        }
        const Shop shop(visits);
        JourneyState state = workOutJourney(shop.context, letters(1));
        QCOMPARE(usualField(shop.context, state, state.counted), std::string("span.browser.name"));
        state.orders = std::make_shared<const FulfilmentLog>();
        QCOMPARE(usualField(shop.context, state, state.counted), std::string("span.payment.cardType"));
    }

    // Steps that took no time were said to take 0 ns.
    void noTimeIsAtOnce() {
        StepTimes times;
        times.stages.push_back({"A", {}, {}});
        times.stages.push_back({"B", {3, 0, kMs, kMs, {}}, {}});
        const Tabular table = tabulate(times);
        QCOMPARE(table.rows.size(), size_t(1));
        QCOMPARE(table.rows[0][3].shown + ", " + table.rows[0][4].shown, std::string("at once, 1.00 ms"));
        QCOMPARE(std::get<int64_t>(table.rows[0][3].value), int64_t(0));
    }

    void stepTimesByHand() {
        std::vector<Visit> visits;
        for (int i = 1; i <= 20; ++i) { // 1 s, 2 s, ..., 20 s from A to B; C follows 1 s later, of the first ten
            const std::string session = "s" + std::to_string(i);
            visits.push_back({session, 0, "A"});
            visits.push_back({session, i * kSecond, "B"});
            if (i <= 10)
                visits.push_back({session, (i + 1) * kSecond, "C"});
            else
                visits.push_back({session, (i + 7) * kSecond, "X", {}, 0, 2 * kSecond}); // stays, 9 s after B
        }
        visits.push_back({"late", 90'000 * kSecond, "X"});
        const Shop shop(visits);
        const JourneyState state = shop.workOut(letters(3));
        const StepTimes times = stepTimes(state, state.counted);
        QCOMPARE(times.stages.size(), size_t(3));
        QCOMPARE(times.stages[0].fromPrevious.cases, uint64_t(0));
        const StepTimes::Times& b = times.stages[1].fromPrevious;
        QCOMPARE(std::tuple(b.cases, b.p50, b.p90, b.p95), std::tuple(uint64_t(20), 10 * kSecond, 18 * kSecond, 19 * kSecond));
        QCOMPARE(times.stages[2].fromPrevious.p95, kSecond);
        const StepTimes::Times& stayed = times.stages[1].stayed;
        QCOMPARE(std::tuple(stayed.cases, stayed.p50, stayed.p95), std::tuple(uint64_t(10), 9 * kSecond, 9 * kSecond));
        QCOMPARE(times.stages[0].stayed.cases + times.stages[2].stayed.cases, uint64_t(0));
        QCOMPARE(std::tuple(times.whole.cases, times.whole.p50), std::tuple(uint64_t(10), 6 * kSecond));
        for (const auto* one : {&b, &stayed, &times.whole, &times.stages[2].fromPrevious}) {
            QCOMPARE(one->bars.size(), times.bars());
            uint64_t sum = 0;
            for (const uint64_t n : one->bars)
                sum += n;
            QCOMPARE(sum, one->cases);
        }
        QVERIFY(std::is_sorted(times.edges.begin(), times.edges.end()));
        QCOMPARE(tabulate(times).rows.size(), size_t(4));
        const StepTimes none = stepTimes(state, std::vector<bool>(state.counted.size()));
        QCOMPARE(none.whole.cases, uint64_t(0));
        QVERIFY(tabulate(none).rows.empty());
    }

    // Two requests by clocks of strangers, 155 years apart: the edges of bars ten times as long were no numbers any more.
    void farTimes() {
        constexpr int64_t kFar = 2'300'000'000 * kSecond, kFuture = 2'600'000'000 * kSecond;
        const Shop shop({{"buys", -kFar, "A"}, {"buys", kFuture, "B"}, {"stops", -kFar, "A"}, {"stops", kFuture - 90'000 * kSecond, "X"}, {"soon", kFuture - 90'000 * kSecond, "A"}, {"soon", kFuture - 89'999 * kSecond, "B"}});
        const JourneyState state = shop.workOut(letters(2));
        QCOMPARE(state.everything.converted, uint64_t(2));
        const StepTimes times = stepTimes(state, state.counted);
        QVERIFY(std::is_sorted(times.edges.begin(), times.edges.end()));
        QVERIFY(times.whole.p50 == kSecond && times.whole.p95 > int64_t(18 * 365 - 10) * 86'400 * kSecond);
        for (const StepTimes::Times& one : {times.whole, times.stages[1].fromPrevious, times.stages[0].stayed}) {
            uint64_t sum = 0;
            for (const uint64_t n : one.bars)
                sum += n;
            QCOMPARE(sum, one.cases);
            QVERIFY(one.cases > 0);
        }
        const FunnelTrend trend = funnelTrend(state, state.counted);
        QCOMPARE(trend.steps.front().entered + trend.steps.back().entered, uint64_t(3));
    }

    void valueOfACase_data() {
        QTest::addColumn<int>("of");
        QTest::addColumn<QString>("value");
        QTest::newRow("first") << static_cast<int>(Attribution::Of::First) << "phone";
        QTest::newRow("last") << static_cast<int>(Attribution::Of::Last) << "tv";
        QTest::newRow("at B") << static_cast<int>(Attribution::Of::Stage) << "desk";
    }
    void valueOfACase() {
        QFETCH(int, of);
        QFETCH(QString, value);
        const Shop shop({{"s", kSecond, "A"}, {"s", 2 * kSecond, "X", {{"device", "phone"}}}, {"s", 3 * kSecond, "B", {{"device", "desk"}}}, {"s", 4 * kSecond, "X", {{"device", "tv"}}}, {"s", 5 * kSecond, "X"},
                         {"t", 90'000 * kSecond, "A"}});
        const JourneyState state = shop.workOut(letters(2));
        const FunnelBreakdown found = funnelBreakdown(shop.context, state, state.counted, ".device", {static_cast<Attribution::Of>(of), 1});
        QCOMPARE(found.groups.size(), size_t(2));
        QCOMPARE(QString::fromStdString(found.groups[0].label), value);
        QCOMPARE(found.groups[0].funnel.converted, uint64_t(1));
        QVERIFY(found.groups[1].isNone);
        QCOMPARE(found.groups[1].funnel.cases, uint64_t(1));
        QCOMPARE(QString::fromStdString(found.groups[0].condition), QStringLiteral(".device = \"") + value + QLatin1Char('"'));
    }

    // Who has no value is counted like who has one: a share of those who came to the first stage, not of all without a value.
    void withoutAValue() {
        const Pairs phone{{"device", "phone"}}, desk{{"device", "desk"}};
        const Shop shop({{"buys", kSecond, "A", phone}, {"buys", 2 * kSecond, "B", desk}, {"silent", kSecond, "A"}, {"silent", 2 * kSecond, "B"}, {"looks", 3 * kSecond, "A"}, {"never", 4 * kSecond, "X"}, {"lost", 5 * kSecond, "X", phone},
                         {"late", 90'000 * kSecond, "A", phone}, {"late", 90'001 * kSecond, "X"}});
        const JourneyState state = shop.workOut(letters(2));
        const auto is = [](const FunnelGroup& group, uint64_t cases, uint64_t entered, uint64_t converted, uint64_t open) {
            const Interval share = shareInterval(converted, entered);
            return group.funnel.cases == cases && group.entered() == entered && group.funnel.stages[0].reached == entered && group.funnel.stages[1].reached == converted && group.funnel.converted == converted &&
                   group.funnel.openCases == open && group.conversion.low == share.low && group.conversion.high == share.high;
        };
        const FunnelBreakdown first = funnelBreakdown(shop.context, state, state.counted, ".device");
        QCOMPARE(first.groups.size(), size_t(2));
        QVERIFY(first.groups[0].label == "phone" && is(first.groups[0], 3, 2, 1, 1)); // buys, late; lost
        QVERIFY(first.groups[1].isNone && is(first.groups[1], 3, 2, 1, 0));           // silent, looks; never
        QVERIFY(is(first.all, 6, 4, 2, 1));
        QCOMPARE(first.groups[1].rate(), 0.5);
        const Tabular table = tabulate(first, false);
        QCOMPARE(table.columns[3].title, std::string("Converted"));
        QCOMPARE(tabulate(first, true).columns[3].title, std::string("Done"));
        QCOMPARE(std::get<std::string>(table.rows[1][0].value), std::string("(no value)"));
        QCOMPARE(QString::fromStdString(table.rows[1][4].shown), QStringLiteral("50.0 %"));
        // At B only what is said there counts, and who did not come there has said nothing.
        const FunnelBreakdown atB = funnelBreakdown(shop.context, state, state.counted, ".device", {Attribution::Of::Stage, 1});
        QCOMPARE(atB.groups.size(), size_t(2));
        QVERIFY(atB.groups[0].label == "desk" && is(atB.groups[0], 1, 1, 1, 0));
        QVERIFY(atB.groups[1].isNone && is(atB.groups[1], 5, 3, 1, 1));
    }

    void breakdownOfRandomShops() {
        std::mt19937 random(11);
        for (int round = 0; round < 10; ++round) {
            const std::vector<Visit> visits = randomVisits(random, 80);
            const Shop shop(visits);
            const JourneyState state = shop.workOut(letters(3));
            std::vector<bool> only(state.counted.size());
            for (size_t c = 0; c < only.size(); ++c)
                only[c] = random() % 5 != 0;
            const FunnelBreakdown found = funnelBreakdown(shop.context, state, only, ".device");
            // The first value of each session, and what became of it.
            std::map<std::string, std::pair<uint64_t, uint64_t>> expected; // cases, converted
            for (CaseNumber c = 0; c < only.size(); ++c) {
                if (!only[c])
                    continue;
                std::string value;
                for (const TraceIndex t : state.cases().cases()[c].traces)
                    if (const auto& attributes = visits[shop.table->rowsOf(t)[0]].attributes; value.empty() && !attributes.empty())
                        value = attributes[0].second;
                auto& [cases, converted] = expected[value];
                ++cases;
                converted += state.everything.progress[c].isConverted;
            }
            QCOMPARE(found.groups.size(), expected.size());
            uint64_t cases = 0;
            for (const FunnelGroup& group : found.groups) {
                QVERIFY(expected.contains(group.label));
                QCOMPARE(std::pair(group.funnel.cases, group.funnel.converted), expected[group.label]);
                QVERIFY(group.conversion.low <= group.rate() + 1e-12 && group.rate() <= group.conversion.high + 1e-12);
                cases += group.funnel.cases;
            }
            QCOMPARE(cases, found.all.funnel.cases);
        }
    }

    void manyValuesAreJoined() {
        std::vector<Visit> visits;
        for (int s = 0; s < 70; ++s)
            visits.push_back({"s" + std::to_string(s), s * kSecond, "A", {{"shop", "shop" + std::to_string(s)}}});
        const Shop shop(visits);
        const JourneyState state = shop.workOut(letters(1));
        const FunnelBreakdown found = funnelBreakdown(shop.context, state, state.counted, ".shop");
        QCOMPARE(found.groups.size(), FunnelBreakdown::kMostGroups);
        QCOMPARE(found.groups.back().funnel.cases, uint64_t(21));
        QCOMPARE(found.groups.back().label, std::string("21 other values"));
        QVERIFY(found.groups.back().condition.empty());
        QVERIFY_EXCEPTION_THROWN(funnelBreakdown(shop.context, state, state.counted, "}"), std::runtime_error);
    }

    void trendOfRandomShops() {
        std::mt19937 random(5);
        const Shop shop(randomVisits(random, 300));
        const JourneyState state = shop.workOut(letters(2));
        const FunnelTrend trend = funnelTrend(state, state.counted, 40);
        QVERIFY(trend.steps.size() <= 42 && trend.steps.size() >= 10);
        FunnelTrend::Step sum;
        for (const FunnelTrend::Step& step : trend.steps) {
            QCOMPARE(step.entered, step.converted + step.dropped + step.open);
            sum.entered += step.entered;
            sum.converted += step.converted;
            sum.open += step.open;
        }
        QCOMPARE(sum.entered, entered(state.everything));
        QCOMPARE(sum.converted, state.everything.converted);
        std::vector<uint64_t> expected(trend.steps.size(), 0);
        for (CaseNumber c = 0; c < state.everything.progress.size(); ++c)
            if (state.everything.progress[c].last > 0)
                ++expected[static_cast<size_t>((state.everything.times[state.everything.at(c, 0)] - trend.start) / trend.step)];
        for (size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(trend.steps[i].entered, expected[i]);
    }

    void comparedWithTheRest() {
        std::vector<Visit> visits;
        const auto add = [&](const char* name, int cases, int converted) {
            for (int i = 0; i < cases; ++i) {
                const std::string session = name + std::to_string(i);
                visits.push_back({session, i * kSecond, "A", {{"device", name}}});
                visits.push_back({session, (i + 1) * kSecond, i < converted ? "B" : "X"});
            }
        };
        add("phone", 80, 48);
        add("desk", 56, 48);
        visits.push_back({"late", 90'000 * kSecond, "X"});
        const Shop shop(visits);
        const JourneyState state = shop.workOut(letters(2));
        traceql::ParseError error;
        const auto phones = Scope::parse("{ .device = \"phone\" }", error);
        const FunnelComparison found = compareFunnels(state, evaluate(*phones, shop.context), Scope(), shop.context);
        QCOMPARE(found.a.cases, uint64_t(80));
        QCOMPARE(found.b.cases, uint64_t(57));
        QCOMPARE(std::pair(found.a.stages[1].reached, found.b.stages[1].reached), std::pair(uint64_t(48), uint64_t(48)));
        // The same shares as in Newcombe's example of 56/70 and 48/80, 0.0524 to 0.3339, but for their numbers.
        const Interval expected = differenceInterval(48, 80, 48, 56);
        QCOMPARE(found.stages[1].ofBefore.low, expected.low);
        QCOMPARE(found.stages[1].ofBefore.high, expected.high);
        QVERIFY(found.stages[1].isClear() && found.stages[1].ofBefore.high < 0);
        QVERIFY(!found.stages[0].hasBefore && !found.stages[0].isClear());
        // Everything beside a scope: what both hold is the scope's.
        const FunnelComparison turned = compareFunnels(state, evaluate(Scope(), shop.context), *phones, shop.context);
        QCOMPARE(std::pair(turned.a.cases, turned.b.cases), std::pair(uint64_t(57), uint64_t(80)));
        QCOMPARE(tabulate(found).rows.size(), size_t(2));
    }

    // Of a stage behind one that is optional more came than to the one before it: the share was over 100 %.
    void sharesBehindAnOptionalStage() {
        JourneyDefinition journey = letters(3);
        journey.stages[1].isOptional = true;
        const Shop shop({{"a", 0, "A"}, {"a", kSecond, "C"}, {"b", 0, "A"}, {"b", kSecond, "B"}, {"b", 2 * kSecond, "C"}, {"c", 0, "A"}, {"late", 90'000 * kSecond, "X"}});
        const FunnelResult f = shop.funnel(journey);
        QCOMPARE(*shareOfBefore(f, 1), 1.0 / 3);
        QCOMPARE(*shareOfBefore(f, 2), 2.0 / 3);
        QVERIFY(!shareOfBefore(f, 0));
        QCOMPARE(*shareOfEntered(f, 2), 2.0 / 3);
        journey = letters(2);
        journey.isOpen = true;
        const FunnelResult open = Shop({{"a", 0, "A"}, {"a", kSecond, "B"}, {"b", 0, "B"}, {"c", 0, "A"}}).funnel(journey);
        QCOMPARE(open.stages[1].reached, uint64_t(2));
        QCOMPARE(*shareOfBefore(open, 1), 0.5); // of the two that came to A, one
        journey = letters(2);
        journey.order = StageOrder::Any;
        QVERIFY(!shareOfBefore(Shop({{"a", 0, "A"}}).funnel(journey), 1));
    }
};

QTEST_GUILESS_MAIN(TestFunnelFigures)
#include "tst_funnel_figures.moc"
