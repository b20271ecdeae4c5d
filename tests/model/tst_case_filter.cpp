// Which cases a number counts: as many as the number says, those that a naive selection finds, in words, and as a scope.

#include "journey/case_list.h"
#include "journey/case_scope.h"
#include "journey/funnel_breakdown.h"
#include "shop_fixture.h"

#include <QTest>

#include <random>

using namespace aisle;
using namespace aisle::test;
using Which = CaseFilter::Which;

namespace {

/// Some sessions end hours before the file does, others at its end, so that all outcomes are there.
std::vector<Visit> randomVisits(uint32_t seed, int sessions) {
    std::mt19937 rng(seed);
    std::vector<Visit> visits;
    for (int i = 0; i < sessions; ++i) {
        int64_t at = static_cast<int64_t>(rng() % 3 == 0 ? 30'000 : rng() % 9000) * kSecond;
        for (const char* name : {"x", "A", "B", "C"}) {
            if (rng() % 5 == 0)
                break;
            at += static_cast<int64_t>(rng() % 100'000) * kMs;
            if (rng() % 6 != 0)
                visits.push_back({"s" + std::to_string(i), at, name, {{"device", rng() % 2 == 0 ? "mobile" : "desktop"}}});
        }
    }
    return visits;
}

std::vector<CaseNumber> naive(const JourneyState& state, const std::vector<bool>& only, const std::function<bool(CaseNumber)>& isOne) {
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < only.size(); ++c)
        if (only[c] && state.everything.progress.size() > c && isOne(c))
            out.push_back(c);
    return out;
}

std::string valuesOf(const JourneyState& state, const std::vector<CaseNumber>& cases) {
    std::string out;
    for (const CaseNumber c : cases)
        out += (out.empty() ? "" : " ") + state.cases().cases()[c].value;
    return out;
}

} // namespace

class TestCaseFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Buys after 2 s and 3 s; takes 10 s to B and stops; stops at A after having stayed 4 s; never begins; is still there.
    void byHand() {
        const Shop shop({{"buys", 0, "A"}, {"buys", 2 * kSecond, "B"}, {"buys", 5 * kSecond, "C"},
                         {"slow", 0, "A"}, {"slow", 10 * kSecond, "B"},
                         {"stops", 0, "A"}, {"stops", 4 * kSecond, "x"},
                         {"strolls", 0, "x"},
                         {"stays", 90'000 * kSecond, "A"}, {"stays", 90'001 * kSecond, "B"}});
        const JourneyState state = workOutJourney(shop.context, letters(3));
        const auto list = [&](const CaseFilter& filter) {
            std::string values = valuesOf(state, casesThat(state, state.counted, filter));
            return toWords(state, filter) + ": " + values;
        };
        QCOMPARE(list({.which = Which::Entered}), std::string("entered: buys slow stops stays"));
        QCOMPARE(list({.which = Which::Reached, .stage = 1}), std::string("reached B: buys slow stays"));
        QCOMPARE(list({.which = Which::StoppedAt, .stage = 1}), std::string("stopped at B: slow"));
        QCOMPARE(list({.which = Which::OpenAt, .stage = 1}), std::string("still open at B: stays"));
        QCOMPARE(list({.which = Which::OpenAt, .stage = 0}), std::string("still open at A: "));
        QCOMPARE(list({.which = Which::FromBefore, .stage = 2}), std::string("reached B and C: buys"));
        QCOMPARE(list({.which = Which::FromBefore, .stage = 0}), std::string("reached A: buys slow stops stays"));
        QCOMPARE(list({.which = Which::Outcome, .outcome = CaseOutcome::Open}), std::string("still open: stays"));
        QCOMPARE(list({.which = Which::Outcome, .outcome = CaseOutcome::NotEntered}), std::string("never began: strolls"));
        QCOMPARE(list({.which = Which::Outcome}), std::string("converted: buys"));
        QCOMPARE(list({.which = Which::Time, .stage = 1}), std::string("A \u2192 B: buys slow stays"));
        QCOMPARE(list({.which = Which::Time, .stage = 1, .from = 2 * kSecond, .to = 10 * kSecond}), std::string("A \u2192 B, 2.00 s to 10.0 s: buys"));
        QCOMPARE(list({.which = Which::Time, .stage = 1, .from = 2 * kSecond}), std::string("A \u2192 B, 2.00 s or longer: buys slow"));
        QCOMPARE(list({.which = Which::Time, .stage = 1, .to = 2 * kSecond}), std::string("A \u2192 B, under 2.00 s: stays"));
        QCOMPARE(list({.which = Which::Time, .time = StepTime::Stayed}), std::string("stopped at A: stops"));
        QCOMPARE(list({.which = Which::Time, .time = StepTime::Stayed, .from = kSecond}), std::string("stopped at A, had stayed 1.00 s or longer: stops"));
        QCOMPARE(list({.which = Which::Time, .time = StepTime::Whole, .from = 5 * kSecond}), std::string("whole journey, 5.00 s or longer: buys"));
        QCOMPARE(list({.which = Which::Time, .time = StepTime::Whole, .from = 5 * kSecond + 1}), std::string("whole journey, 5.00 s or longer: "));
        QCOMPARE(list({.which = Which::Entered, .text = "ST"}), std::string("entered: stops stays"));
    }

    // A journey that may begin anywhere, or go in any order, does not say which stage was before.
    void wordsOfOtherOrders() {
        const Shop shop({{"a", 0, "A"}, {"a", kSecond, "B"}});
        JourneyDefinition journey = letters(2);
        journey.isOpen = true;
        QCOMPARE(toWords(workOutJourney(shop.context, journey), {.which = Which::Time, .stage = 1}), std::string("to B"));
        journey = letters(2);
        journey.order = StageOrder::Any;
        QCOMPARE(toWords(workOutJourney(shop.context, journey), {.which = Which::Time, .stage = 1}), std::string("to B"));
    }

    // Nothing says how far a case came.
    void withoutAJourney() {
        const Shop shop({{"a", 0, "inner", {}, 0, kMs, Kind::Internal}, {"b", 0, "inner", {}, 0, kMs, Kind::Internal}});
        const JourneyState state = workOutJourney(shop.context, std::nullopt);
        QVERIFY(!state.definition);
        QCOMPARE(casesThat(state, state.counted, {}).size(), size_t(2));
        for (const Which which : {Which::Reached, Which::Entered, Which::Time, Which::FromBefore, Which::OpenAt})
            QVERIFY(casesThat(state, state.counted, {.which = which}).empty());
    }

    void everyNumberCountsItsCases() {
        for (const uint32_t seed : {1U, 2U, 3U}) {
            const Shop shop(randomVisits(seed, 250));
            JourneyDefinition journey = letters(3);
            if (seed == 2)
                journey.stages[1].isOptional = true;
            if (seed == 3)
                journey.order = StageOrder::Any;
            const JourneyState state = workOutJourney(shop.context, journey);
            std::mt19937 rng(seed);
            std::vector<bool> only = state.counted;
            for (size_t c = 0; c < only.size(); ++c)
                only[c] = only[c] && rng() % 4 != 0;
            const FunnelResult f = funnelOf(state.everything, only);
            QVERIFY(f.openCases > 0 && f.converted > 0 && f.notEntered > 0);
            const auto count = [&](const CaseFilter& filter) { return casesThat(state, only, filter).size(); };
            QCOMPARE(count({.which = Which::Entered}), entered(f));
            QCOMPARE(count({.which = Which::Outcome}), f.converted);
            QCOMPARE(count({.which = Which::Outcome, .outcome = CaseOutcome::NotEntered}), f.notEntered);
            uint64_t stopped = 0;
            for (size_t k = 0; k < f.stages.size(); ++k) {
                QCOMPARE(count({.which = Which::Reached, .stage = k}), f.stages[k].reached);
                QCOMPARE(count({.which = Which::StoppedAt, .stage = k}), f.stages[k].dropped);
                QCOMPARE(count({.which = Which::OpenAt, .stage = k}), f.stages[k].open);
                if (f.stages[k].before != FunnelStage::kNone)
                    QCOMPARE(count({.which = Which::FromBefore, .stage = k}), f.stages[k].fromBefore);
                stopped += f.stages[k].dropped;
            }
            QVERIFY(stopped > 0);
            QCOMPARE(count({.which = Which::Outcome, .outcome = CaseOutcome::Stopped}), stopped);
        }
    }

    void everyBarAndPercentileCountsItsCases() {
        const Shop shop(randomVisits(5, 300));
        const JourneyState state = workOutJourney(shop.context, letters(3));
        const FunnelResult& all = state.everything;
        const StepTimes times = stepTimes(state, state.counted, 12);
        const auto check = [&](const StepTimes::Times& of, StepTime what, size_t stage, const std::function<std::optional<int64_t>(CaseNumber)>& timeOf) {
            QVERIFY(of.cases > 5);
            const auto list = [&](int64_t from, int64_t to) { return casesThat(state, state.counted, {.which = Which::Time, .stage = stage, .time = what, .from = from, .to = to}); };
            const auto expected = [&](int64_t from, int64_t to) {
                return naive(state, state.counted, [&](CaseNumber c) { return timeOf(c) && *timeOf(c) >= from && *timeOf(c) < to; });
            };
            QCOMPARE(list(0, CaseFilter::kForever).size(), of.cases);
            QCOMPARE(list(0, CaseFilter::kForever), expected(0, CaseFilter::kForever));
            for (size_t i = 0; i < of.bars.size(); ++i) {
                QCOMPARE(list(times.edges[i], times.edges[i + 1]).size(), of.bars[i]);
                QCOMPARE(list(times.edges[i], times.edges[i + 1]), expected(times.edges[i], times.edges[i + 1]));
            }
            for (const int64_t p : {of.p50, of.p90, of.p95})
                QCOMPARE(list(p, CaseFilter::kForever), expected(p, CaseFilter::kForever));
            // Nearest rank: with what is at the percentile at least the rest of them.
            QVERIFY(list(of.p90, CaseFilter::kForever).size() * 10 >= of.cases);
        };
        for (size_t k = 1; k < 3; ++k)
            check(times.stages[k].fromPrevious, StepTime::FromPrevious, k, [&](CaseNumber c) {
                return all.progress[c].reached(k) && all.progress[c].reached(k - 1) ? std::optional(all.times[all.at(c, k)] - all.times[all.at(c, k - 1)]) : std::nullopt;
            });
        check(times.stages[0].stayed, StepTime::Stayed, 0, [&](CaseNumber c) {
            return all.progress[c].stoppedAt(0) ? std::optional(state.cases().cases()[c].end - all.times[all.at(c, 0)]) : std::nullopt;
        });
        check(times.whole, StepTime::Whole, 0, [&](CaseNumber c) { return all.progress[c].isConverted ? std::optional(all.times[all.at(c, 2)] - all.times[all.at(c, 0)]) : std::nullopt; });
    }

    void everyStepOfTheTrendCountsItsCases() {
        const Shop shop(randomVisits(6, 200));
        const JourneyState state = workOutJourney(shop.context, letters(3));
        const FunnelTrend trend = funnelTrend(state, state.counted, 10);
        uint64_t seen = 0;
        for (size_t i = 0; i < trend.steps.size(); ++i) {
            const int64_t from = trend.start + trend.step * static_cast<int64_t>(i);
            const auto cases = naive(state, state.counted, [&](CaseNumber c) { return stepOf(trend, state, c) == i; });
            QCOMPARE(cases, naive(state, state.counted, [&](CaseNumber c) {
                         const int64_t time = state.everything.times[state.everything.at(c, 0)]; // in sequence the first is the entry
                         return state.everything.progress[c].last > 0 && time >= from && time < from + trend.step;
                     }));
            QCOMPARE(cases.size(), trend.steps[i].entered);
            const auto are = [&](CaseOutcome outcome) { return static_cast<uint64_t>(std::count_if(cases.begin(), cases.end(), [&](CaseNumber c) { return passes(state, c, {.which = Which::Outcome, .outcome = outcome}); })); };
            QCOMPARE(are(CaseOutcome::Converted), trend.steps[i].converted);
            QCOMPARE(are(CaseOutcome::Stopped), trend.steps[i].dropped);
            QCOMPARE(are(CaseOutcome::Open), trend.steps[i].open);
            seen += cases.size();
        }
        QCOMPARE(seen, entered(state.everything));
    }

    void everyGroupCountsItsCases() {
        std::vector<Visit> visits = randomVisits(8, 200);
        for (size_t i = 0; i < visits.size(); ++i)
            if (i % 7 == 0)
                visits[i].attributes.clear();
        visits.push_back({"bare", 5 * kSecond, "A"});
        const Shop shop(visits);
        const JourneyState state = workOutJourney(shop.context, letters(3));
        std::vector<bool> only = state.counted;
        only[3] = false;
        const FunnelBreakdown found = funnelBreakdown(shop.context, state, only, ".device");
        QCOMPARE(found.groups.size(), size_t(3)); // mobile, desktop, none
        QCOMPARE(found.ofCase.size(), only.size());
        QCOMPARE(found.ofCase[3], FunnelBreakdown::kNone);
        QVERIFY(found.groups.back().isNone);
        QCOMPARE(found.ofCase[state.cases().find("bare")], uint32_t(2));
        for (uint32_t g = 0; g < found.groups.size(); ++g) {
            const auto cases = naive(state, only, [&](CaseNumber c) { return found.ofCase[c] == g; });
            QCOMPARE(cases.size(), found.groups[g].funnel.cases);
            for (size_t k = 0; k < 3; ++k)
                QCOMPARE(static_cast<uint64_t>(std::count_if(cases.begin(), cases.end(), [&](CaseNumber c) { return state.everything.progress[c].reached(k); })), found.groups[g].funnel.stages[k].reached);
        }
    }

    // Of more values than groups the rest is one group.
    void theOtherValues() {
        std::vector<Visit> visits;
        for (int i = 0; i < 70; ++i)
            visits.push_back({"s" + std::to_string(i), i * kSecond, "A", {{"page", "p" + std::to_string(i)}}});
        const Shop shop(visits);
        const JourneyState state = workOutJourney(shop.context, letters(2));
        const FunnelBreakdown found = funnelBreakdown(shop.context, state, state.counted, ".page");
        QCOMPARE(found.groups.size(), FunnelBreakdown::kMostGroups);
        for (uint32_t g = 0; g < found.groups.size(); ++g)
            QCOMPARE(static_cast<uint64_t>(std::count(found.ofCase.begin(), found.ofCase.end(), g)), found.groups[g].funnel.cases);
        QCOMPARE(found.groups.back().funnel.cases, uint64_t(21));
    }

    void asAScope() {
        Shop shop(randomVisits(9, 300));
        const auto state = std::make_shared<const JourneyState>(workOutJourney(shop.context, letters(3)));
        shop.context.journey = state;
        const auto isExactly = [&](const std::optional<Scope>& scope, const std::vector<CaseNumber>& cases) {
            std::vector<bool> wanted(state->counted.size(), false);
            for (const CaseNumber c : cases)
                wanted[c] = true;
            return scope && casesInScope(*state, evaluate(*scope, shop.context)) == wanted;
        };
        const std::vector<CaseFilter> said = {{.which = Which::Reached, .stage = 1}, {.which = Which::StoppedAt, .stage = 1}, {.which = Which::Entered}, {.which = Which::Outcome}, {.which = Which::FromBefore, .stage = 2}, {.which = Which::Time, .stage = 1}};
        for (const CaseFilter& filter : said) {
            const auto cases = casesThat(*state, state->counted, filter);
            const auto candidates = scopesFor(*state, {}, filter);
            QCOMPARE(candidates.size(), size_t(1));
            const auto scope = scopeOfCases(shop.context, *state, cases, candidates);
            QVERIFY2(isExactly(scope, cases), toWords(*state, filter).c_str());
            QCOMPARE(*scope, candidates[0]);
        }
        // No query says who is still open; few are named, many are not.
        const auto open = casesThat(*state, state->counted, {.which = Which::Outcome, .outcome = CaseOutcome::Open});
        QVERIFY(scopesFor(*state, {}, {.which = Which::Outcome, .outcome = CaseOutcome::Open}).empty());
        const std::vector<CaseNumber> few(open.begin(), open.begin() + 5);
        QVERIFY(isExactly(scopeOfCases(shop.context, *state, few, {}), few));
        // One that says something else is not taken.
        const std::vector<Scope> wrong = {Scope()};
        QVERIFY(isExactly(scopeOfCases(shop.context, *state, few, wrong), few));
        const auto many = casesThat(*state, state->counted, {.which = Which::Entered});
        QVERIFY(many.size() > kMostCasesNamed);
        QVERIFY(!scopeOfCases(shop.context, *state, many, {}));
        QVERIFY(!scopeOfCases(shop.context, *state, {}, wrong));
    }

    // a and b stop at A, c at B, d and f never begin, e and g buy, h and i are still there.
    void aScopeInWords() {
        std::vector<Visit> visits;
        for (const char* session : {"a", "b", "c", "e", "g"})
            visits.push_back({session, 0, "A"});
        for (const char* session : {"c", "e", "g"})
            visits.push_back({session, kSecond, "B"});
        for (const char* session : {"e", "g"})
            visits.push_back({session, 2 * kSecond, "C"});
        for (const char* session : {"d", "f"})
            visits.push_back({session, 0, "x"});
        for (const char* session : {"h", "i"}) { // one that is a single trace is over when that has ended
            visits.push_back({session, 90'000 * kSecond, "A"});
            visits.push_back({session, 90'001 * kSecond, "x"});
        }
        const Shop shop(visits);
        const JourneyState state = workOutJourney(shop.context, letters(3));
        const auto naming = [&](const std::string& values) {
            std::vector<CaseNumber> cases;
            for (const char value : values)
                cases.push_back(state.cases().find(std::string(1, value)));
            return scopeNaming(state, cases);
        };
        QCOMPARE(toWords(naming("ab"), state), std::string("2 sessions that stopped at A"));
        QCOMPARE(toWords(naming("abc"), state), std::string("3 sessions that stopped"));
        QCOMPARE(toWords(naming("eg"), state), std::string("2 sessions that converted"));
        QCOMPARE(toWords(naming("df"), state), std::string("2 sessions that never began"));
        QCOMPARE(toWords(naming("hi"), state), std::string("2 sessions that are still open"));
        QCOMPARE(toWords(naming("ae"), state), std::string("2 sessions"));
        QCOMPARE(toWords(naming("ab"), JourneyState()), std::string("2 cases"));
        QCOMPARE(toWords(Scope(), state), std::string("everything"));
        // A scope by cases says nothing of the attribute that they are by, which may be a name.
        class ByKey : public Redactor {
        public:
            std::string redact(std::string_view key, std::string_view value) const override { return key == "session.id" ? "<\"" + std::string(value) + ">" : std::string(value); }
        };
        QCOMPARE(redactedQuery(naming("ab").toText(), state, ByKey()), std::string("{ aisle:case = \"<\\\"a>\" || aisle:case = \"<\\\"b>\" }"));
        QCOMPARE(redactedQuery("{ aisle:case =~ \"a\\\"b\" && .x = \"a\" && aisle:case != `c` } && aisle:case = \"cut", state, ByKey()),
                 std::string("{ aisle:case =~ \"<\\\"a\\\"b>\" && .x = \"a\" && aisle:case != `<\"c>` } && aisle:case = \"<\\\"cut>"));
        QCOMPARE(redactedQuery("", state, ByKey()), std::string());
        // A part says even less: a word of a value would have left as it is.
        const std::string query = "{ aisle:case = \"one two\" && .x = \"three four\" && .y != \"\" } && aisle:case = `five";
        const auto part = [&](const std::string& selected) { return redactedPart(query, query.find(selected), query.find(selected) + selected.size(), state, ByKey()); };
        QCOMPARE(part("two"), std::string("<\\\"one two>"));
        QCOMPARE(part("= \"o"), std::string("= \"<\\\"one two>"));
        QCOMPARE(part("two\" && .x = \"thr"), std::string("<\\\"one two>\" && .x = \"thr"));
        QCOMPARE(part("three"), std::string("three"));
        QCOMPARE(part("iv"), std::string("<\"five>"));
        QCOMPARE(part("!="), std::string("!="));
        QCOMPARE(part(query), redactedQuery(query, state, ByKey()));
        QCOMPARE(redactedPart(query, 5, 5, state, ByKey()), std::string());
        class Unquoted : public Redactor {
        public:
            std::string redact(std::string_view, std::string_view) const override { return "{ .cvv = \"code\" }"; }
        };
        QCOMPARE(redactedPart("{ .cvv = 672 }", 9, 11, state, Unquoted()), std::string("{ .cvv = \"code\" }"));
        const std::vector<ScopePart> parts = scopeParts(naming("ab"), state);
        QCOMPARE(parts.size(), size_t(1));
        QCOMPARE(parts[0].query, naming("ab").toText());
        QCOMPARE(parts[0].terms, std::vector<size_t>{0});

        // Read back it is a term for each case: a few are parts of their own, more are one.
        const auto parsed = [](const std::string& text) {
            traceql::ParseError error;
            return Scope::parse(text, error).value_or(Scope());
        };
        QCOMPARE(toWords(parsed(naming("ab").toText()), state), std::string("case a \xc2\xb7 case b"));
        ScopeTerm service;
        service.text = "shop";
        const Scope five = parsed(naming("abch").toText()).with(service).with(parsed(naming("d").toText()).terms().front());
        const std::vector<ScopePart> together = scopeParts(five, state);
        QCOMPARE(toWords(five, state), std::string("service shop \xc2\xb7 5 sessions"));
        QCOMPARE(together.back().terms, (std::vector<size_t>{0, 1, 2, 3, 5}));
        QCOMPARE(parsed(together.back().query), five.without(size_t(4)));
        QVERIFY(together.front().query.empty());

        // What says more is no list of cases; what is not in the file has nothing in common with the rest.
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::Query;
        term.text = "{ aisle:case = \"a\" } || { status = error }";
        QCOMPARE(toWords(Scope().with(term), state), term.text);
        term.text = "{ aisle:case = \"a\" || aisle:case = \"nobody\" }";
        QCOMPARE(toWords(Scope().with(term), state), std::string("2 sessions"));
    }
};

QTEST_GUILESS_MAIN(TestCaseFilter)
#include "tst_case_filter.moc"
