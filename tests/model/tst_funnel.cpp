// Funnels: hand-worked cases, and all assignments tried on random ones.

#include "journey/funnel_table.h"
#include "journey/journey_matcher.h"
#include "shop_fixture.h"

#include <QTest>

#include <map>
#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

/// "A1 B3 C5": one session that makes these requests at these seconds, and another one much later, so that the
/// first is over.
uint32_t reached(const std::string& visits, int64_t windowSeconds = 0, size_t stages = 3) {
    std::vector<Visit> all;
    for (size_t i = 0; i < visits.size();) {
        const size_t end = std::min(visits.find(' ', i), visits.size());
        const size_t digits = visits.find_first_of("0123456789", i);
        all.push_back({"s", std::stoi(visits.substr(digits, end - digits)) * kSecond, visits.substr(i, digits - i)});
        i = end + 1;
    }
    all.push_back({"other", 100'000 * kSecond, "X"});
    const Shop shop(all);
    const FunnelResult f = shop.funnel(letters(stages, windowSeconds * kSecond));
    const CaseNumber c = shop.cases().find("s");
    const CaseProgress& progress = f.progress[c];
    for (size_t k = 0; k < stages; ++k)
        if ((f.rows[f.at(c, k)] != kNoRow) != progress.reached(k) || progress.reached(k) != (k < progress.last))
            qFatal("events and stages differ");
    return progress.last;
}

bool says(const Tabular& table, const std::string& note) { return std::find(table.notes.begin(), table.notes.end(), note) != table.notes.end(); }

} // namespace

class TestFunnel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void spansOfEachStage() {
        std::vector<StageEvent> events(4);
        events[0].stages = 0b001;
        events[1].stages = 0b101;
        events[2].stages = 0b100; // events[3] only ends attempts
        QCOMPARE(eventsByStage(events, 3), (std::vector<uint64_t>{2, 0, 2}));
        QCOMPARE(eventsByStage(events, 1), (std::vector<uint64_t>{2}));
        QCOMPARE(eventsByStage({}, 2), (std::vector<uint64_t>{0, 0}));
        StopToken stop;
        stop.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, eventsByStage(events, 3, stop));
    }

    void funnel_data() {
        QTest::addColumn<QString>("visits");
        QTest::addColumn<int>("window"); // s
        QTest::addColumn<int>("reached");
        const auto row = [](const char* visits, int window, int stages) { QTest::addRow("%s in %d", visits, window) << QString::fromLatin1(visits) << window << stages; };
        row("A1 B2 C3", 0, 3);
        row("A1 X2 B3 X4 C5", 0, 3); // others between
        row("A1 C2", 0, 1);
        row("B1 C2", 0, 0);
        row("B1 A2 C3", 0, 1);          // order
        row("B1 A2 B3 C4", 0, 3);       // a step also seen earlier still counts (SigNoz' minIf does not)
        row("C1 B2 A3", 0, 1);
        row("A1 B2 A3 C4", 0, 3);       // the second A does not restart what B has reached
        row("A1 A2 A3", 0, 1);
        row("ABC1", 0, 1);              // one event, one stage
        row("AB1 AB2", 0, 2);
        row("ABC1 ABC2 ABC3", 0, 3);
        row("AB1 BC2", 0, 2);
        row("AB1 BC2 C3", 0, 3);
        row("A1 B1 C1", 0, 3);          // ties in funnel order
        row("C1 B1 A1", 0, 3);
        row("A1 B2 C3", 2, 3);          // window: from the first stage, inclusive
        row("A1 B2 C4", 2, 2);
        row("A1 B5", 2, 1);
        row("A1 A10 B11 C12", 2, 3);    // re-entry: the later attempt counts
        row("A1 B2 A10 B11 C12", 2, 3);
        row("A1 B2 A10 C11", 2, 2);     // C is too late for the first, and the second has no B
        row("A1 B2 A3 B9 C10", 8, 3);   // and the window is not reset by it
        row("A1 B2 A3 C11", 8, 2);
    }
    void funnel() {
        QFETCH(QString, visits);
        QFETCH(int, window);
        QFETCH(int, reached);
        QCOMPARE(::reached(visits.toStdString(), window), static_cast<uint32_t>(reached));
    }

    // A clock of milliseconds cannot tell what came first within one.
    void tiesWithinTheCoarserClock() {
        const auto reachedWith = [](int64_t b) {
            const Shop shop({{"s", 5 * kMs, "A", {}, 0, kMs, Kind::Server, "coarse"}, {"s", b, "B", {}, 0, kMs, Kind::Server, "fine"}, {"t", 9 * kSecond + 1, "X", {}, 0, kMs, Kind::Server, "fine"}});
            return shop.funnel(letters(2)).progress[shop.cases().find("s")].last;
        };
        QCOMPARE(reachedWith(5 * kMs + 999'999), 2U);
        QCOMPARE(reachedWith(4 * kMs + 999'999), 1U);
    }

    void openDroppedAndSingleTraces() {
        // Gaps of 2 s: the limit is 20 s. The file ends at 100 s + 1 ms.
        std::vector<Visit> visits = {{"over", 0, "A"},          {"over", 2 * kSecond, "X"},
                                     {"open", 95 * kSecond, "A"}, {"open", 97 * kSecond, "X"},
                                     {"edge", 78 * kSecond + kMs, "A"}, {"edge", 80 * kSecond + kMs, "X"},
                                     {"before", 78 * kSecond + kMs - 1, "A"}, {"before", 80 * kSecond + kMs - 1, "X"},
                                     {"single", 99 * kSecond, "A"},
                                     {"done", 98 * kSecond, "A"}, {"done", 100 * kSecond, "B"},
                                     {"never", 96 * kSecond, "X"}, {"never", 98 * kSecond, "X"}};
        const Shop shop(visits);
        const CaseIndex cases = shop.cases();
        QCOMPARE(cases.idleLimit(), 20 * kSecond);
        const FunnelResult f = shop.funnel(letters(2));
        const auto of = [&](const char* name) { return f.progress[cases.find(name)]; };
        QVERIFY(!of("over").isOpen);
        QVERIFY(of("open").isOpen);
        QVERIFY(of("edge").isOpen); // silent for exactly the limit
        QVERIFY(!of("before").isOpen);
        QVERIFY(!of("single").isOpen); // the file holds the whole trace
        QVERIFY(!of("done").isOpen);
        QVERIFY(of("never").isOpen && of("never").last == 0);
        QCOMPARE(f.cases, uint64_t(7));
        QCOMPARE(f.notEntered, uint64_t(1));
        QCOMPARE(f.stages[0].reached, uint64_t(6));
        QCOMPARE(f.stages[1].reached, uint64_t(1));
        QCOMPARE(f.stages[0].open + f.stages[0].dropped, uint64_t(5));
        QCOMPARE(f.stages[0].open, uint64_t(2));
        QCOMPARE(f.stages[1].open + f.stages[1].dropped, uint64_t(0));
        QCOMPARE(f.idleLimit, cases.idleLimit());
    }

    void timesBetweenStages() {
        std::vector<Visit> visits;
        for (int i = 1; i <= 10; ++i) { // 1 s, 2 s, ..., 10 s
            visits.push_back({"s" + std::to_string(i), 0, "A"});
            visits.push_back({"s" + std::to_string(i), i * kSecond, "B"});
        }
        const FunnelResult f = Shop(visits).funnel(letters(2));
        QCOMPARE(f.stages[1].p50FromPrevious, 5 * kSecond);
        QCOMPARE(f.stages[1].p90FromPrevious, 9 * kSecond);
        QCOMPARE(f.stages[1].p95FromPrevious, 10 * kSecond);
        QCOMPARE(f.stages[0].p50FromPrevious, 0);
    }

    void onlyTheAskedCasesCount() {
        const Shop shop({{"a", 0, "A"}, {"b", 1, "A"}, {"b", 2, "B"}});
        const CaseIndex cases = shop.cases();
        const JourneyDefinition journey = letters(2);
        std::vector<bool> only(2, false);
        only[cases.find("b")] = true;
        const FunnelResult f = shop.funnel(journey, &only);
        QCOMPARE(f.cases, uint64_t(1));
        QCOMPARE(f.stages[0].reached, uint64_t(1));
        QCOMPARE(f.progress[cases.find("a")].last, 0U);
    }

    /// The funnel of some cases is counted from the progress of all; the same as gone through anew.
    void someOfAWholeFunnel() {
        std::mt19937 random(3);
        std::vector<Visit> visits;
        for (int session = 0; session < 60; ++session)
            for (size_t n = random() % 6; n > 0; --n)
                visits.push_back({"s" + std::to_string(session), static_cast<int>(random() % 5000) * kSecond, std::string(1, static_cast<char>('A' + random() % 4))});
        const Shop shop(visits);
        const CaseIndex cases = shop.cases();
        const JourneyDefinition journey = letters(4);
        const FunnelResult whole = shop.funnel(journey);
        for (int round = 0; round < 20; ++round) {
            std::vector<bool> only(cases.cases().size());
            for (size_t c = 0; c < only.size(); ++c)
                only[c] = random() % 3 != 0;
            const FunnelResult expected = shop.funnel(journey, &only), found = funnelOf(whole, only);
            QCOMPARE(found.cases, expected.cases);
            QCOMPARE(found.notEntered, expected.notEntered);
            QCOMPARE(found.openCases, expected.openCases);
            QCOMPARE(found.stages.size(), expected.stages.size());
            for (size_t k = 0; k < found.stages.size(); ++k) {
                const FunnelStage &a = found.stages[k], &b = expected.stages[k];
                QCOMPARE(std::tuple(a.name, a.reached, a.dropped, a.open, a.p50FromPrevious, a.p90FromPrevious, a.p95FromPrevious), std::tuple(b.name, b.reached, b.dropped, b.open, b.p50FromPrevious, b.p90FromPrevious, b.p95FromPrevious));
            }
        }
    }

    void botsAreLeftOut() {
        std::vector<Visit> visits;
        for (const char* session : {"human", "other", "bot"}) {
            visits.push_back({session, 1, "A"});
            visits.push_back({session, 2, "B"});
        }
        visits.back().attributes = {{"user_agent.synthetic.type", "bot"}};
        const Shop shop(visits);
        const JourneyState state = shop.workOut(letters(2));
        QCOMPARE(state.everything.cases, uint64_t(2));
        QCOMPARE(state.everything.stages[1].reached, uint64_t(2));
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::Name;
        term.text = "B";
        const FunnelResult scoped = funnelInScope(state, evaluate(Scope().with(term), shop.context));
        QCOMPARE(scoped.cases, uint64_t(2));
        JourneyDefinition all = letters(2);
        all.withBots = true;
        QCOMPARE(shop.workOut(all).everything.cases, uint64_t(3));
        const Tabular table = tabulateFunnel(state, state.everything);
        QCOMPARE(table.rows.size(), size_t(2));
        QVERIFY(says(table, "1 session of bots and synthetic traffic is left out."));
    }

    // "1 traces name no session and are not counted."
    void oneIsOne() {
        const Shop shop({{"s", 1, "A"}, {"s", 2, "B"}, {"", 3, "A"}, {"s", 4, "A", {}, 7}, {"t", 5, "A", {}, 7}});
        const JourneyState state = shop.workOut(letters(2));
        const Tabular table = tabulateFunnel(state, state.everything);
        QVERIFY(says(table, "1 trace names no session and is not counted."));
        QVERIFY(says(table, "A session is over when it has been silent for 10.0 s; one that is a single trace, when that trace has ended. Those that are not over yet count as open, not as stopped."));
        QVERIFY(says(table, "1 trace names more than one session; the earliest span decides."));
    }

    // Cases with too many values to hold were those of the whole file in every scope.
    void casesThatWereCutAreThoseOfTheScope() {
        JourneyDefinition journey = letters(1);
        journey.hold = {"product.id"};
        std::vector<Visit> visits = {{"few", 0, "A", {{"product.id", "1"}}}};
        for (size_t i = 0; i <= JourneyMatcher::kMostValues; ++i)
            visits.push_back({"many", static_cast<int64_t>(i), "A", {{"product.id", std::to_string(i)}}});
        const Shop shop(visits);
        const JourneyState state = shop.workOut(journey);
        QCOMPARE(state.everything.cutCases, uint64_t(1));
        QVERIFY(says(tabulateFunnel(state, state.everything), "1 session had more than 1,000 values to hold constant; the first were tried."));
        std::vector<bool> only(2, false);
        only[state.cases().find("few")] = true;
        QCOMPARE(funnelOf(state.everything, only).cutCases, uint64_t(0));
        only.flip();
        QCOMPARE(funnelOf(state.everything, only).cutCases, uint64_t(1));
    }

    // In any order a case may stop at the stage that stands last; the table left it out, as if it had gone. And a step that nobody took took 0 ns.
    void whatTheTableLeavesEmpty() {
        JourneyDefinition journey = letters(2);
        journey.order = StageOrder::Any;
        const Shop shop({{"s", kSecond, "B"}, {"t", 2 * kSecond, "A"}, {"late", 90'000 * kSecond, "X"}});
        const JourneyState state = shop.workOut(journey);
        const Tabular any = tabulateFunnel(state, state.everything);
        QCOMPARE(std::get<int64_t>(any.rows[1][4].value), int64_t(1));
        for (size_t column = 6; column < 9; ++column)
            QVERIFY(std::holds_alternative<std::monostate>(any.rows[1][column].value));
        const JourneyState sequential = shop.workOut(letters(2));
        QVERIFY(std::holds_alternative<std::monostate>(tabulateFunnel(sequential, sequential.everything).rows[1][4].value)); // the end of the journey
    }

    void problemsInWords() {
        const Shop noKey({{"", 1, "A"}, {"", 2, "B"}});
        QVERIFY(noKey.workOut(letters(2)).problem.find("session") != std::string::npos);
        const Shop noStages({{"s", 1, "X"}, {"t", 2, "Y"}});
        const JourneyState state = noStages.workOut(std::nullopt);
        QVERIFY(!state.definition && state.problem.find("None of the known journeys") != std::string::npos);
    }

    /// From the file to the funnel: exclusions, stages that are optional, and a value that is held, on the span or on another one of its trace.
    void journeyWithEverything() {
        const JourneyDefinition journey = journeyOf("{'id': 'a', 'name': 'b', 'hold': ['product.id'], 'stages': [ "
            "{'name': 'Look', 'where': '{ name = \"look\" }'}, {'name': 'Note', 'where': '{ name = \"note\" }', 'optional': true}, "
            "{'name': 'Cart', 'where': '{ name = \"cart\" }'}, {'name': 'Pay', 'where': '{ name = \"pay\" }', 'holds': false}], "
            "'exclude': [{'name': 'Emptied', 'where': '{ name = \"empty\" }', 'after': 'Cart', 'before': 'Pay'}]}");
        const std::pair<std::string, std::string> one{"product.id", "1"}, two{"product.id", "2"};
        const Shop shop({{"buys", 1 * kSecond, "look", {one}}, {"buys", 2 * kSecond, "cart", {one}}, {"buys", 3 * kSecond, "pay"},
                         {"other", 1 * kSecond, "look", {one}}, {"other", 2 * kSecond, "cart", {two}}, {"other", 3 * kSecond, "pay"},
                         {"empties", 1 * kSecond, "look", {two}}, {"empties", 2 * kSecond, "cart", {two}}, {"empties", 3 * kSecond, "empty"}, {"empties", 4 * kSecond, "pay"},
                         {"notes", 1 * kSecond, "look", {}, 77}, {"", 1 * kSecond + 1, "find", {two}, 77, kMs, Kind::Client}, {"notes", 2 * kSecond, "note", {two}}, {"notes", 3 * kSecond, "cart", {two}}, {"notes", 5 * kSecond, "pay"},
                         {"late", 90'000 * kSecond, "x"}});
        const JourneyState state = shop.workOut(journey);
        const auto& stages = state.everything.stages;
        QCOMPARE(stages[0].reached, uint64_t(4));
        QCOMPARE(stages[1].reached, uint64_t(1));
        QCOMPARE(stages[2].reached, uint64_t(3));
        QCOMPARE(stages[3].reached, uint64_t(2));
        QCOMPARE(state.everything.converted, uint64_t(2));
        QCOMPARE(stages[0].dropped, uint64_t(1));
        QCOMPARE(stages[2].dropped, uint64_t(1));
        QCOMPARE(stages[3].dropped, uint64_t(0));
        QCOMPARE(stages[2].p50FromPrevious, 1 * kSecond); // from whatever stage came before
        QCOMPARE(stages[3].p90FromPrevious, 2 * kSecond);
        QVERIFY(state.everything.progress[state.cases().find("empties")].stoppedAt(2));
        QVERIFY(!state.everything.progress[state.cases().find("buys")].reached(1));
    }

    // The value of a span without a start counted before that of the first one: it seemed to be of 1970.
    void aHeldValueWithoutAStartComesLast() {
        JourneyDefinition journey = letters(2);
        journey.hold = {"product.id"};
        const std::pair<std::string, std::string> one{"product.id", "1"}, two{"product.id", "2"};
        const Shop shop({{"s", kSecond, "A", {one}}, {"s", 2 * kSecond, "B", {}, 7}, {"", -kBegin, "undated", {two}, 7, kMs, Kind::Client}, {"", 2 * kSecond + 1, "find", {one}, 7, kMs, Kind::Client}});
        QCOMPARE(shop.workOut(journey).everything.converted, uint64_t(1));
    }

    // All ways to choose events for stages, tried one after the other.
    void randomAgainstAllAssignments_data() {
        QTest::addColumn<bool>("ties");
        QTest::addColumn<bool>("several"); // stages per event
        QTest::addColumn<int>("window");
        for (const int window : {0, 3, 6}) {
            QTest::addRow("ties, window %d", window) << true << false << window;
            QTest::addRow("several stages, window %d", window) << false << true << window;
            QTest::addRow("both, window %d", window) << true << true << window;
        }
    }
    void randomAgainstAllAssignments() {
        QFETCH(bool, ties);
        QFETCH(bool, several);
        QFETCH(int, window);
        constexpr size_t kStages = 4;
        std::mt19937 rng(static_cast<unsigned>(17 + window + 10 * ties + 20 * several));
        std::vector<Visit> visits;
        for (int s = 0; s < 1500; ++s) {
            std::vector<int> seconds = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
            std::shuffle(seconds.begin(), seconds.end(), rng);
            for (size_t n = 1 + rng() % 7; n > 0; --n) {
                std::string name = "-";
                for (char letter = 'A'; letter < 'E'; ++letter)
                    if (several && rng() % 3 == 0)
                        name += letter;
                if (!several)
                    name += static_cast<char>('A' + rng() % 4);
                visits.push_back({"s" + std::to_string(s), (ties ? static_cast<int>(rng() % 4) : seconds[n]) * kSecond, name});
            }
        }
        const Shop shop(visits);
        const CaseIndex cases = shop.cases();
        const FunnelResult f = shop.funnel(letters(kStages, window * kSecond));
        std::map<std::string, std::vector<Row>> bySession;
        for (size_t i = 0; i < visits.size(); ++i)
            bySession[visits[i].session].push_back(static_cast<Row>(i));
        const auto fills = [&](Row r, size_t stage) { return shop.table->nameText(r).find(static_cast<char>('A' + stage)) != std::string::npos; };
        const auto fits = [&](const std::vector<Row>& chosen) {
            for (size_t k = 0; k < chosen.size(); ++k) {
                if (!fills(chosen[k], k) || std::count(chosen.begin(), chosen.end(), chosen[k]) != 1)
                    return false;
                if (k > 0 && (shop.table->start(chosen[k]) < shop.table->start(chosen[k - 1]) ||
                              (window > 0 && shop.table->start(chosen[k]) - shop.table->start(chosen[0]) > window * kSecond)))
                    return false;
            }
            return true;
        };
        for (const auto& [session, rows] : bySession) {
            size_t most = 0;
            std::vector<Row> chosen;
            const std::function<void()> choose = [&] {
                most = std::max(most, chosen.size());
                if (chosen.size() == kStages)
                    return;
                for (const Row r : rows) {
                    chosen.push_back(r);
                    if (fits(chosen))
                        choose();
                    chosen.pop_back();
                }
            };
            choose();
            const CaseNumber c = cases.find(session);
            const CaseProgress& progress = f.progress[c];
            const auto begin = f.rows.begin() + static_cast<std::ptrdiff_t>(f.at(c, 0));
            QVERIFY2(fits({begin, begin + progress.last}), session.c_str());
            // Where events fill several stages and are simultaneous, which one comes first is not searched for.
            if (ties && several)
                QVERIFY2(progress.last <= most, session.c_str());
            else
                QVERIFY2(progress.last == most, (session + ": " + std::to_string(progress.last) + " not " + std::to_string(most)).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestFunnel)
#include "tst_funnel.moc"
