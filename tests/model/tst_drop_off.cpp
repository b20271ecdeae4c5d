// Why cases stopped: counts by hand and beside a naive reference, what explains what, sentences.
#include "drop_off_fixture.h"
#include "journey/drop_factors.h"
#include "query/value_counts.h"

#include <QTest>

#include <map>
#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

std::string words(const DropOff& drop) {
    std::string out;
    for (const auto* list : {&drop.causes, &drop.chance})
        for (const DropCause& cause : *list)
            out += (list == &drop.causes ? "* " : "? ") + sentenceOf(drop, cause) + " " + alsoOf(drop, cause) + "\n";
    return out;
}

const DropCause* causeNamed(const std::vector<DropCause>& list, const std::string& words) {
    for (const DropCause& cause : list)
        if (cause.factor.toWords() == words)
            return &cause;
    return nullptr;
}

/// What a comparison is called in the reference.
std::string nameOf(const DropFactor& f) {
    return std::to_string(static_cast<int>(f.kind)) + "/" + f.service + "/" + f.operation + "/" + f.field + "/" + f.value + "/" + std::to_string(f.threshold);
}

} // namespace

class TestDropOff : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void slowRequestByHand() {
        Sessions sessions;
        for (int i = 0; i < 1550; ++i) {
            const bool isSlow = i < 540, stops = isSlow ? i < 212 : i < 540 + 116;
            sessions.add(i, "A", isSlow ? 2500 * kMs : i % 3 == 0 ? 1900 * kMs : 10 * kMs);
            if (!stops)
                sessions.add(i, "B");
        }
        const Looked looked(sessions);
        const DropOff& drop = looked.drop;
        QCOMPARE(drop.stopped, uint64_t(328));
        QCOMPARE(drop.wentOn, uint64_t(1222));
        QCOMPARE(drop.causes.size(), size_t(1));
        const DropCause& cause = drop.causes[0];
        QVERIFY((cause.cases == TwoByTwo{212, 328, 116, 894}));
        QCOMPARE(sentenceOf(drop, cause), std::string("Sessions whose A of shop took over 2 s stopped at A 3.4 times as often: 212 of 540 against 116 of 1,010."));
        QCOMPARE(cause.factor.condition, std::string("resource.service.name = \"shop\" && span:name = \"A\" && kind = server && span:duration > 2s"));
        QVERIFY(std::abs(cause.odds.value - 212.0 * 894 / (328.0 * 116)) < 1e-9);
        QVERIFY(cause.q >= cause.p && cause.q < 1e-20);
        QVERIFY(std::abs(cause.excessShare() - (212 - 540 * 116.0 / 1010) / 212) < 1e-9);
        QCOMPARE(cause.stopped.size(), size_t(212));
        QCOMPARE(cause.examples.size(), DropOff::kMostExamples);
        for (const DropCause::Example& example : cause.examples) {
            QVERIFY(looked.shop.table->duration(example.row) > 2 * kSecond);
            QCOMPARE(looked.state.cases().caseOf(looked.shop.table->trace(example.row)), example.number);
            QVERIFY(looked.state.everything.progress[example.number].stoppedAt(0));
        }
        const Tabular table = tabulate(drop, looked.state);
        QVERIFY(table.rows.size() >= 1 && table.rows[0].size() == table.columns.size());
    }

    void failuresBeginSomewhere() {
        // A bank that fails fails payment and the request, too.
        Sessions sessions;
        for (int i = 0; i < 200; ++i) {
            const bool fails = i < 30;
            sessions.add(i, "A", 10 * kMs, fails ? kFailed : Pairs());
            const SpanId call = sessions.below(sessions.last(), "shop", "charge", Kind::Client, fails ? kFailed : Pairs());
            const SpanId payment = sessions.below(call, "payment", "charge", Kind::Server, fails ? kFailed : Pairs());
            sessions.below(payment, "payment", "ask the bank", Kind::Client, fails ? Pairs{{"error", "true"}, {"error.type", "BankGone"}} : Pairs());
            if (!(fails ? i < 24 : i % 10 == 0))
                sessions.add(i, "B");
        }
        const Looked looked(sessions);
        QVERIFY2(looked.drop.causes.size() == 1, words(looked.drop).c_str());
        const DropCause& cause = looked.drop.causes[0];
        QCOMPARE(cause.factor.toWords(), std::string("whose ask the bank of payment in A failed with BankGone"));
        QVERIFY((cause.cases == TwoByTwo{24, 6, 17, 153}));
        QVERIFY(!cause.same.empty()); // the request that failed
        QCOMPARE(cause.same[0].toWords(), std::string("whose A of shop failed"));
        QCOMPARE(looked.shop.table->nameText(cause.examples[0].row), std::string_view("ask the bank"));
    }

    void whatBroughtTheFailureIsNamedWithIt() {
        // One instance in two fails a fifth of its requests; the others of it are as good as any.
        Sessions sessions;
        for (int i = 0; i < 1000; ++i) {
            const bool isBad = i % 2 == 0, fails = isBad && i % 10 == 0;
            sessions.add(i, "A", kMs, fails ? kFailed : Pairs()).instance = isBad ? "shop-2" : "shop-1";
            if (!(fails ? i % 100 != 0 : i % 10 == 3 || i % 10 == 4))
                sessions.add(i, "B").instance = isBad ? "shop-2" : "shop-1";
        }
        const Looked looked(sessions);
        QVERIFY2(looked.drop.causes.size() == 1, words(looked.drop).c_str());
        QCOMPARE(looked.drop.causes[0].factor.toWords(), std::string("whose A of shop failed"));
        QCOMPARE(looked.drop.causes[0].related.size(), size_t(1));
        QCOMPARE(looked.drop.causes[0].related[0].toWords(), std::string("served by shop with service.instance.id shop-2"));
        QVERIFY(alsoOf(looked.drop, looked.drop.causes[0]).find("shop-2") != std::string::npos);
    }

    void twoCausesAreTwo() {
        Sessions sessions;
        for (int i = 0; i < 1200; ++i) {
            const bool isSlow = i % 7 == 0, hasCard = i % 5 == 0; // apart but for one in 35
            sessions.add(i, "A", isSlow ? 3 * kSecond : kMs, {{"card", hasCard ? "amex" : "visa"}});
            if (!(isSlow ? i % 2 == 0 : hasCard ? i % 3 == 0 : i % 20 == 1))
                sessions.add(i, "B");
        }
        const Looked looked(sessions);
        QVERIFY2(looked.drop.causes.size() == 2, words(looked.drop).c_str());
        QVERIFY(causeNamed(looked.drop.causes, "whose A of shop took over 2 s") != nullptr);
        QVERIFY(causeNamed(looked.drop.causes, "whose A of shop had card amex") != nullptr);
        QVERIFY(looked.drop.causes[0].odds.low >= looked.drop.causes[1].odds.low);
    }

    void whoNeverAskedIsOnNeitherSide() {
        // Half of those who stop leave before the quote: that they saw no slow one is no evidence for it.
        Sessions sessions;
        for (int i = 0; i < 600; ++i) {
            sessions.add(i, "A");
            if (i < 300)
                continue;
            const bool isSlow = i % 3 == 0;
            sessions.add(i, "quote", isSlow ? 4 * kSecond : 10 * kMs);
            if (!(isSlow ? i % 2 == 0 : i % 10 == 1))
                sessions.add(i, "B");
        }
        const Looked looked(sessions);
        QVERIFY2(looked.drop.causes.size() == 1, words(looked.drop).c_str());
        QVERIFY((looked.drop.causes[0].cases == TwoByTwo{50, 50, 20, 180}));
    }

    void aFailedAttemptAtTheNextStage() {
        // Only payments that went well are payments; the others lie between checkout and the end.
        JourneyDefinition journey = letters(2);
        journey.stages[1].where = "{ name = \"B\" && .ok = \"yes\" }";
        Sessions sessions;
        for (int i = 0; i < 200; ++i) {
            sessions.add(i, "A");
            if (i % 4 == 0)
                sessions.add(i, "B", kMs, kFailed);
            if (i % 4 != 0 || i % 20 == 0)
                sessions.add(i, "B", kMs, {{"ok", "yes"}});
        }
        const Looked looked(sessions, journey);
        QVERIFY2(looked.drop.causes.size() == 1, words(looked.drop).c_str());
        QCOMPARE(looked.drop.causes[0].factor.toWords(), std::string("whose B of shop failed"));
        QVERIFY((looked.drop.causes[0].cases == TwoByTwo{40, 10, 0, 150})); // ten tried again
    }

    void anAttemptThatWasRepeatedCounts() {
        // Those who went on after a failure had it, too.
        Sessions sessions;
        for (int i = 0; i < 300; ++i) {
            const bool fails = i % 3 == 0;
            sessions.add(i, "A", kMs, fails ? kFailed : Pairs());
            if (fails && i % 2 == 0)
                continue;
            if (fails)
                sessions.add(i, "A");
            if (fails || i % 10 != 1)
                sessions.add(i, "B");
        }
        const Looked looked(sessions);
        QVERIFY2(!looked.drop.causes.empty(), words(looked.drop).c_str());
        QCOMPARE(looked.drop.causes[0].factor.toWords(), std::string("whose A of shop failed"));
        QCOMPARE(looked.drop.causes[0].cases.with, uint64_t(50));
        QCOMPARE(looked.drop.causes[0].cases.withOther, uint64_t(50));
    }

    void callsThatWereMadeAgain() {
        Sessions sessions;
        for (int i = 0; i < 300; ++i) {
            sessions.add(i, "A", 10 * kMs);
            const SpanId request = sessions.last();
            if (i % 4 == 0) {
                sessions.below(request, "shop", "call", Kind::Client, kFailed);
                sessions.visits().back().duration = kMs;
            }
            sessions.below(request, "shop", "call", Kind::Client);
            sessions.visits().back().at += 5 * kMs;
            sessions.visits().back().duration = kMs;
            if (i % 4 == 0 ? i % 8 == 0 : i % 10 != 1)
                sessions.add(i, "B");
        }
        const Looked looked(sessions);
        QVERIFY2(looked.drop.causes.size() == 1, words(looked.drop).c_str());
        QCOMPARE(looked.drop.causes[0].factor.toWords(), std::string("whose call of shop in A failed"));
        QVERIFY(!looked.drop.causes[0].same.empty());
        QCOMPARE(looked.drop.causes[0].same[0].toWords(), std::string("for whom call of shop in A was called again after a failure"));
    }

    void whoIsWaitedFor() {
        Sessions sessions;
        sessions.add(0, "A", 300 * kMs);
        sessions.below(sessions.last(), "slow", "work", Kind::Server);
        sessions.visits().back().at += 50 * kMs;
        sessions.visits().back().duration = 200 * kMs;
        const Shop shop(sessions.visits());
        const auto trace = shop.table->findTrace({0, 1'000'000 + sessions.last()});
        QVERIFY(trace.has_value());
        QCOMPARE(shop.table->services()[dominatingService(*shop.table, *trace, {})], std::string("slow"));
    }

    void nothingThere() {
        Sessions none;
        for (int i = 0; i < 40; ++i) {
            none.add(i, "A", kMs, {{"colour", i % 2 == 0 ? "red" : "blue"}});
            if (i % 4 < 2)
                none.add(i, "B");
        }
        const Looked looked(none);
        QVERIFY(looked.drop.causes.empty());
        QVERIFY(looked.drop.compared > 0);
        const auto notes = dropOffNotes(looked.drop);
        QVERIFY(std::any_of(notes.begin(), notes.end(), [](const std::string& note) { return note.starts_with("Nothing stands out."); }));
        QVERIFY(dropOff(looked.shop.context, looked.state, looked.state.counted, 1).problem.find("end of the journey") != std::string::npos);
        const std::vector<bool> nobody(looked.state.counted.size(), false);
        QCOMPARE(dropOff(looked.shop.context, looked.state, nobody, 0).problem, std::string("Nobody stopped at A."));
        QCOMPARE(stageOfMostStops(looked.state.everything), std::optional<size_t>(0));
        QVERIFY(!stageOfMostStops(funnelOf(looked.state.everything, nobody)));
        const StopToken stopped;
        stopped.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, dropOff(looked.shop.context, looked.state, looked.state.counted, 0, stopped));
    }

    void openCasesAreLeftOut() {
        Sessions sessions;
        for (int i = 0; i < 20; ++i) {
            sessions.add(i, "A");
            if (i % 2 == 0)
                sessions.add(i, "B");
        }
        Visit last = sessions.visits().back();
        last.session = "still here";
        last.name = "A";
        for (const int64_t second : {0, 1}) { // one trace alone is over when it has ended
            last.at = (4 * 3600 + second) * kSecond;
            sessions.visits().push_back(last);
        }
        const Looked looked(sessions);
        QCOMPARE(looked.drop.open, uint64_t(1));
        QCOMPARE(dropOffNotes(looked.drop).front(), std::string("10 of 20 sessions stopped at A; 1 that may still go on is left out."));
        QCOMPARE(looked.drop.stopped, uint64_t(10));
        QCOMPARE(looked.drop.wentOn, uint64_t(10));
    }

    // Who went on in the same millisecond, by a clock that tells no more, seemed to have gone on before coming, and was on neither side.
    void goingOnWithinOneTickOfTheClock() {
        std::vector<Visit> visits = {{"late", 4 * 3600 * kSecond, "unrelated"}};
        for (int i = 0; i < 6; ++i) {
            const std::string session = "s" + std::to_string(i);
            visits.push_back({session, i * kSecond + 700'000, "A", {}, 0, kMs, Kind::Server, "fine"});
            if (i < 4)
                visits.push_back({session, i * kSecond, "B", {}, 0, kMs, Kind::Server, "coarse"});
        }
        const Shop shop(visits);
        const JourneyState state = shop.workOut(letters(2));
        QCOMPARE(state.everything.converted, uint64_t(4));
        const StageExperience experience(state, state.counted, 0, {});
        QCOMPARE(experience.cases.size(), size_t(6));
        QCOMPARE(experience.stoppedCount, uint64_t(2));
    }

    // Each of very many candidates had its set of cases, gigabytes of them.
    void ofVeryManyCandidatesTheBest() {
        Sessions sessions;
        for (int i = 0; i < 40; ++i)
            sessions.add(i, "A");
        const Shop shop(sessions.visits());
        const JourneyState state = shop.workOut(letters(2));
        const StageExperience experience(state, state.counted, 0, {});
        DropComparisons comparisons(experience);
        const DropGroundPtr ground = comparisons.groundOf({0, 1, 2, 3});
        const TwoByTwo weak{8, 12, 4, 16}, strong{18, 2, 2, 18};
        QVERIFY(associationChance(weak) < 0.2 && associationChance(strong) < 1e-4);
        for (int i = 0; i < 12'000; ++i) {
            const TwoByTwo& table = i % 100 == 0 ? strong : weak;
            DropFactor factor;
            factor.value = std::to_string(i);
            comparisons.keep(comparisons.count(table), factor, {{0, 0}}, table, ground);
        }
        std::set<std::string> found;
        const std::vector<DropCandidate> left = comparisons.take();
        QVERIFY(left.size() >= 5000 && left.size() < 10'000);
        for (const DropCandidate& candidate : left)
            if (candidate.cases == strong)
                found.insert(candidate.factor.value);
        QCOMPARE(found.size(), size_t(120));
        QCOMPARE(comparisons.counted(), uint64_t(12'000));
    }

    void chanceIsRarelyFound() {
        // Forty attributes that mean nothing, thirty times: at 5 % one or two, and never most of them.
        int found = 0;
        for (uint64_t seed = 1; seed <= 30; ++seed) {
            std::mt19937_64 random(seed);
            Sessions sessions;
            for (int i = 0; i < 200; ++i) {
                Pairs attributes;
                for (int a = 0; a < 40; ++a)
                    attributes.emplace_back("a" + std::to_string(a), std::to_string(random() % 3));
                sessions.add(i, "A", static_cast<int64_t>(random() % 3000) * kMs, attributes);
                if (random() % 3 != 0)
                    sessions.add(i, "B");
            }
            const Looked looked(sessions);
            QVERIFY(looked.drop.compared >= 120);
            found += !looked.drop.causes.empty();
        }
        QVERIFY2(found <= 4, qPrintable(QString::number(found)));
    }

    // One value on four spans of a request, and both sides of a call, were told one by one, each with the name of the request.
    void whatGoesTogetherIsToldOnce() {
        const auto factor = [](DropFactor::Kind kind, const char* service, const char* operation, const char* field = "", const char* value = "") {
            DropFactor f;
            f.kind = kind;
            f.service = service;
            f.operation = operation;
            f.request = std::string_view(operation) == "GET /q" ? "" : "GET /q";
            f.field = field;
            f.value = value;
            return f;
        };
        using Kind = DropFactor::Kind;
        DropOff drop;
        drop.casePlural = "sessions";
        DropCause cause;
        cause.factor = factor(Kind::Attribute, "db", "SELECT", "code", "7");
        cause.same = {factor(Kind::Attribute, "web", "GET /q", "code", "7"), factor(Kind::Attribute, "web", "GET /q", "code", "8"), factor(Kind::Attribute, "cart", "Add", "code", "8"), factor(Kind::Failure, "web", "GET /q"),
                      factor(Kind::RequestFailed, "web", "GET /q")};
        cause.related = {factor(Kind::Failure, "web", "GET /q"), factor(Kind::Latency, "cart", "POST /add"), factor(Kind::Latency, "web", "POST /add")};
        cause.related[1].threshold = cause.related[2].threshold = 2 * kSecond;
        cause.related[1].spanKind = aisle::Kind::Server;
        cause.related[2].spanKind = aisle::Kind::Client;
        cause.related[2].request = "GET /other";
        QCOMPARE(alsoOf(drop, cause), std::string("In nearly the same sessions: those whose GET /q of web had code 8; whose GET /q of web failed. "
                                                  "More often with it: sessions whose POST /add of cart took over 2 s; whose POST /add of web in GET /other took over 2 s."));
        cause.related[2].request = "GET /q";
        QVERIFY(alsoOf(drop, cause).ends_with("sessions whose POST /add of cart took over 2 s."));
        // Two services with the same operation are two things, and "GET" may be of any two.
        cause.related[2].spanKind = aisle::Kind::Server;
        QVERIFY(alsoOf(drop, cause).ends_with("sessions whose POST /add of cart took over 2 s; whose POST /add of web took over 2 s."));
        cause.related[1].operation = cause.related[2].operation = "GET";
        cause.related[2].spanKind = aisle::Kind::Client;
        QVERIFY(alsoOf(drop, cause).ends_with("sessions whose GET of cart took over 2 s; whose GET of web took over 2 s."));
        cause.same.resize(1); // what the cause itself says
        cause.related.clear();
        QCOMPARE(alsoOf(drop, cause), std::string());
        for (const char* value : {"1", "2", "2", "3", "4", "5", "6"})
            cause.same.push_back(factor(Kind::Attribute, "db", "SELECT", "n", value));
        QVERIFY(alsoOf(drop, cause).ends_with("had n 4; and 2 more."));
    }

    // "odds ratio 97.6 (5.47 to 1.74e+03), q 5.4e-05"
    void figuresAreWrittenPlainly() {
        DropCause cause;
        cause.cases = {7, 0, 42, 276};
        cause.odds = {97.6, 0.968, 1738};
        cause.q = 5.4e-5;
        QCOMPARE(figuresOf(cause), std::string("odds ratio 97.6 (0.97 to 1,738), q <0.001, 6 more than among the others"));
        cause.cases = {1, 1, 1, 1};
        cause.odds = {999.6, 0.001, 1e300};
        cause.q = 0.0123;
        QCOMPARE(figuresOf(cause), std::string("odds ratio 1,000 (<0.01 to 1,000,000,000,000,000), q 0.012"));
    }

    void textOfStrangers() {
        Sessions sessions;
        for (int i = 0; i < 200; ++i) {
            sessions.add(i, "A", kMs, {{"note", i % 2 == 0 ? "one\nline " + std::string(90, 'x') : "two"}});
            if (i % 2 == 0 ? i % 8 == 0 : true)
                sessions.add(i, "B");
        }
        const Looked looked(sessions);
        QVERIFY(!looked.drop.causes.empty());
        const std::string sentence = sentenceOf(looked.drop, looked.drop.causes[0]);
        QVERIFY(sentence.find('\n') == std::string::npos && sentence.size() < 300);
        QVERIFY(sentence.ends_with("75 of 100 against none of 100."));
    }

    /// Random shops: every comparison that is told beside one that is counted straight from the visits, and none that is missing.
    void besideANaiveReference() {
        size_t checked = 0;
        for (uint64_t seed = 1; seed <= 40; ++seed) {
            std::mt19937_64 random(seed);
            Sessions sessions;
            struct Own {
                std::vector<Visit> visits;
            };
            std::map<std::string, Own> own;
            for (int i = 0; i < 120; ++i) {
                const auto request = [&](const std::string& name) {
                    Pairs attributes = {{"colour", std::to_string(random() % 4)}};
                    if (random() % 5 == 0)
                        attributes.emplace_back("error", "true");
                    Visit& v = sessions.add(i, name, kMs, attributes);
                    v.instance = "i" + std::to_string(random() % 3);
                    own[v.session].visits.push_back(v);
                };
                const size_t length = 1 + random() % 7;
                static const char* const kNames[] = {"A", "X", "A", "X", "Y", "B"};
                for (size_t n = 0; n < length; ++n) {
                    request(kNames[random() % 6]);
                    if (sessions.visits().back().attributes.size() > 1 && random() % 3 != 0)
                        break;
                }
            }
            const Shop shop(sessions.visits());
            const JourneyState state = shop.workOut(letters(2));
            const StageExperience experience(state, state.counted, 0, {});

            // From the first A to the first B after the A that counts, which is the last one that still has a B behind it.
            std::map<std::string, std::set<std::string>> with, could;
            std::set<std::string> stopped;
            size_t population = 0;
            for (const auto& [session, of] : own) {
                const auto& v = of.visits;
                const auto isA = [](const Visit& visit) { return visit.name == "A"; };
                const auto first = std::find_if(v.begin(), v.end(), isA);
                if (first == v.end())
                    continue;
                ++population;
                auto end = v.end();
                for (auto a = first; a != v.end(); ++a)
                    if (a->name == "A")
                        if (const auto b = std::find_if(a, v.end(), [](const Visit& visit) { return visit.name == "B"; }); b != v.end())
                            end = b; // of the last A
                if (end == v.end())
                    stopped.insert(session);
                std::set<std::string> seen;
                for (auto at = first; at != v.end() && at <= end; ++at) {
                    if (seen.insert("service").second) {
                        for (const char* instance : {"i0", "i1", "i2"})
                            could["3/shop//service.instance.id/" + std::string(instance) + "/0"].insert(session);
                        with["3/shop//service.instance.id/" + at->instance + "/0"].insert(session);
                    }
                    if (!seen.insert(at->name).second)
                        continue;
                    for (const char* colour : {"0", "1", "2", "3"})
                        could["4/shop/" + at->name + "/colour/" + colour + "/0"].insert(session);
                    with["4/shop/" + at->name + "/colour/" + at->attributes[0].second + "/0"].insert(session);
                    could["0/shop/" + at->name + "///0"].insert(session);
                    if (at->attributes.size() > 1)
                        with["0/shop/" + at->name + "///0"].insert(session);
                }
            }
            QCOMPARE(experience.cases.size(), population);
            QCOMPARE(experience.stoppedCount, uint64_t(stopped.size()));
            std::map<std::string, TwoByTwo> expected;
            uint64_t compared = 0;
            for (const auto& [name, ground] : could) {
                TwoByTwo t;
                for (const std::string& session : ground) {
                    const bool isStopped = stopped.contains(session), isWith = with[name].contains(session);
                    ++(isWith ? (isStopped ? t.with : t.withOther) : (isStopped ? t.without : t.withoutOther));
                }
                if (t.allWith() < DropOff::kLeastCases || t.allWithout() < DropOff::kLeastCases || t.outcomes() == 0 || t.outcomes() == t.all())
                    continue;
                ++compared;
                if (t.with >= DropOff::kLeastStopped && t.shareWith() > t.shareWithout() && associationChance(t) <= 0.2)
                    expected.emplace(name, t);
            }
            DropComparisons comparisons = compareFactors(shop.context, experience, traceql::comparedFields(traceql::OpenSource(shop.context, {.attributes = true}, {}).source()), {});
            std::map<std::string, TwoByTwo> found;
            // Of the attribute that says that it failed there is one value only; session ids are too many.
            for (const DropCandidate& candidate : comparisons.take()) {
                found.emplace(nameOf(candidate.factor), candidate.cases);
                QCOMPARE(uint64_t(candidate.with.count()), candidate.cases.allWith());
                QCOMPARE(candidate.ground->all, candidate.cases.all());
                QVERIFY(candidate.q >= candidate.p);
            }
            QCOMPARE(comparisons.counted(), compared);
            QCOMPARE(found.size(), expected.size());
            for (const auto& [name, table] : expected)
                QVERIFY2(found.contains(name) && found[name] == table, name.c_str());
            checked += expected.size();
        }
        QVERIFY(checked > 50);
    }
};

QTEST_GUILESS_MAIN(TestDropOff)
#include "tst_drop_off.moc"
