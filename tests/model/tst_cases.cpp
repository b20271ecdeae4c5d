// Cases and funnels (domain.md, section 5 and 9): hand-worked cases, and all assignments tried on random ones.

#include "cases/funnel_table.h"
#include "cases/journey_model.h"
#include "selection/scope.h"
#include "workspace_fixture.h"

#include <QTest>

#include <map>
#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr int64_t kMs = 1'000'000, kSecond = 1'000'000'000, kBegin = 1'773'478'800 * kSecond;

/// One request of a customer: a SERVER span, a trace of its own unless `trace` says which.
struct Visit {
    std::string session;
    int64_t at; ///< ns after kBegin
    std::string name;
    Pairs attributes = {};
    uint64_t trace = 0;
    int64_t duration = kMs;
    Kind kind = Kind::Server;
    std::string service = "shop";
    SpanId parent = 0;
};

class Shop {
public:
    explicit Shop(const std::vector<Visit>& visits) {
        workspace_ = fixture_.open();
        WorkspaceFixture::add(*workspace_, "shop.json", [&](SpanSink& sink) {
            SpanRecord s;
            uint64_t id = 1;
            for (const Visit& v : visits) {
                s.clear();
                s.trace.id = {0, v.trace != 0 ? v.trace : 1'000'000 + id};
                s.span.id = id++;
                s.parent.id = v.parent;
                s.context = serviceContext(sink, v.service);
                s.name = v.name;
                s.kind = v.kind;
                s.setTimes(kBegin + v.at, kBegin + v.at + v.duration);
                if (!v.session.empty())
                    s.attributes.push_back({"session.id", ValueType::String, v.session == "(empty)" ? std::string_view() : std::string_view(v.session)});
                for (const auto& [key, value] : v.attributes)
                    s.attributes.push_back({key, ValueType::String, value});
                sink.span(s);
            }
        });
        table = workspace_->table();
        db = workspace_->connect();
    }

    CaseIndex cases(const std::string& attribute = "session.id") const {
        const std::vector<ColumnSpec> specs = {{{attribute}, true}};
        return CaseIndex::build(*table, readColumns(*db, *table, specs)[0], {"session", "Session", "sessions", {attribute}});
    }
    FunnelResult funnel(const JourneyDefinition& journey) const {
        const auto columns = readColumns(*db, *table, journeyColumns());
        return aisle::funnel(*table, cases(), journey, stageEvents(*table, journey, columns[0], columns[1]));
    }

    SpanTablePtr table;
    std::unique_ptr<Database> db;

private:
    WorkspaceFixture fixture_;
    std::shared_ptr<Workspace> workspace_;
};

/// JSON with \' for each quotation mark.
JourneyDefinition quoted(std::string text) {
    std::replace(text.begin(), text.end(), '\'', '"');
    return journeyFromJson(text);
}

/// Stages A, B, C, ...: a span fills those whose letter is in its name.
JourneyDefinition letters(size_t stages, int64_t window = 0) {
    JourneyDefinition journey;
    journey.id = journey.name = "letters";
    journey.window = window;
    for (size_t k = 0; k < stages; ++k) {
        const std::string letter(1, static_cast<char>('A' + k));
        journey.stages.push_back({letter, {{"", "", ".*" + letter + ".*", ""}}, false});
    }
    return journey;
}

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
    for (size_t k = 0; k < progress.events.size(); ++k)
        if ((progress.events[k] != kNoRow) != progress.reached(k) || progress.reached(k) != (k < progress.last))
            qFatal("events and stages differ");
    return progress.last;
}

} // namespace

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
        QCOMPARE(f.stages[1].medianFromPrevious, 5 * kSecond);
        QCOMPARE(f.stages[1].p90FromPrevious, 9 * kSecond);
        QCOMPARE(f.stages[0].medianFromPrevious, 0);
    }

    void onlyTheAskedCasesCount() {
        const Shop shop({{"a", 0, "A"}, {"b", 1, "A"}, {"b", 2, "B"}});
        const CaseIndex cases = shop.cases();
        const JourneyDefinition journey = letters(2);
        const auto columns = readColumns(*shop.db, *shop.table, journeyColumns());
        std::vector<bool> only(2, false);
        only[cases.find("b")] = true;
        const FunnelResult f = aisle::funnel(*shop.table, cases, journey, stageEvents(*shop.table, journey, columns[0], columns[1]), &only);
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
        const auto columns = readColumns(*shop.db, *shop.table, journeyColumns());
        const auto events = stageEvents(*shop.table, journey, columns[0], columns[1]);
        const FunnelResult whole = aisle::funnel(*shop.table, cases, journey, events);
        for (int round = 0; round < 20; ++round) {
            std::vector<bool> only(cases.cases().size());
            for (size_t c = 0; c < only.size(); ++c)
                only[c] = random() % 3 != 0;
            const FunnelResult expected = aisle::funnel(*shop.table, cases, journey, events, &only), found = funnelOf(whole, only);
            QCOMPARE(found.cases, expected.cases);
            QCOMPARE(found.notEntered, expected.notEntered);
            QCOMPARE(found.openCases, expected.openCases);
            QCOMPARE(found.stages.size(), expected.stages.size());
            for (size_t k = 0; k < found.stages.size(); ++k) {
                const FunnelStage &a = found.stages[k], &b = expected.stages[k];
                QCOMPARE(std::tuple(a.name, a.reached, a.dropped, a.open, a.medianFromPrevious, a.p90FromPrevious), std::tuple(b.name, b.reached, b.dropped, b.open, b.medianFromPrevious, b.p90FromPrevious));
            }
        }
    }

    void whatFillsAStage() {
        const Shop shop({{"s", 1, "POST", {{"http.request.method", "POST"}, {"http.route", "/cart"}}},
                         {"s", 2, "GET", {{"http.method", "GET"}, {"http.target", "/cart?id=7"}}},
                         {"s", 3, "POST", {{"http.method", "POST"}, {"http.url", "https://shop.example/cart?x#y"}}},
                         {"s", 4, "client", {{"http.method", "POST"}, {"http.route", "/cart"}}, 0, kMs, Kind::Client},
                         {"s", 5, "inner", {}, 9, kMs, Kind::Internal},
                         {"s", 6, "no route"}});
        JourneyDefinition journey;
        const auto rows = [&](StageCondition condition, bool anySpan = false) {
            journey.stages = {{"stage", {std::move(condition)}, anySpan}};
            const auto columns = readColumns(*shop.db, *shop.table, journeyColumns());
            std::vector<Row> out;
            for (const StageEvent& e : stageEvents(*shop.table, journey, columns[0], columns[1]))
                out.push_back(e.row);
            return out;
        };
        QCOMPARE(rows({"POST", "/cart", "", ""}), (std::vector<Row>{0, 2}));
        QCOMPARE(rows({"GET", "/cart", "", ""}), (std::vector<Row>{1})); // without its query
        QCOMPARE(rows({"", "/cart", "", ""}), (std::vector<Row>{0, 1, 2}));
        QCOMPARE(rows({"", "/car", "", ""}), (std::vector<Row>{})); // the whole text
        QCOMPARE(rows({"POST", "/cart", "", ""}, true), (std::vector<Row>{0, 2, 3}));
        QCOMPARE(rows({"", "", "inner|client", ""}), (std::vector<Row>{4})); // a root INTERNAL is an entry, a CLIENT is none
        QCOMPARE(rows({"", "", "", "sho."}), (std::vector<Row>{0, 1, 2, 4, 5}));
        QCOMPARE(rows({"", "", "", "other"}), (std::vector<Row>{}));
    }

    void botsAreLeftOut() {
        std::vector<Visit> visits;
        for (const char* session : {"human", "other", "bot"}) {
            visits.push_back({session, 1, "A"});
            visits.push_back({session, 2, "B"});
        }
        visits.back().attributes = {{"user_agent.synthetic.type", "bot"}};
        const Shop shop(visits);
        const JourneyState state = workOutJourney(*shop.db, shop.table, letters(2));
        QCOMPARE(state.everything.botCases, uint64_t(1));
        QCOMPARE(state.everything.cases, uint64_t(2));
        QCOMPARE(state.everything.stages[1].reached, uint64_t(2));
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::Name;
        term.text = "B";
        const FunnelResult scoped = funnelInScope(state, evaluate(Scope().with(term), {shop.table}));
        QCOMPARE(scoped.cases, uint64_t(2));
        QCOMPARE(scoped.botCases, uint64_t(1));
        const Tabular table = tabulateFunnel(state, state.everything);
        QCOMPARE(table.rows.size(), size_t(2));
        QVERIFY(std::any_of(table.notes.begin(), table.notes.end(), [](const std::string& n) { return n.find("bots") != std::string::npos; }));
    }

    void problemsInWords() {
        const Shop noKey({{"", 1, "A"}, {"", 2, "B"}});
        QVERIFY(workOutJourney(*noKey.db, noKey.table, letters(2)).problem.find("session") != std::string::npos);
        const Shop noStages({{"s", 1, "X"}, {"t", 2, "Y"}});
        const JourneyState state = workOutJourney(*noStages.db, noStages.table, std::nullopt);
        QVERIFY(!state.definition && state.problem.find("None of the known journeys") != std::string::npos);
    }

    void definitions() {
        QVERIFY(journeyPresets().size() >= 1);
        QVERIFY(caseKeys().size() >= 3);
        for (const char* bad : {"", "{", "[]", "{}", "{\"id\":\"a\",\"name\":\"b\",\"stages\":[]}", "{\"id\":1,\"name\":\"b\",\"stages\":[{\"name\":\"x\",\"any\":[]}]}",
                                "{\"id\":\"a\",\"name\":\"b\",\"stages\":[{\"name\":\"x\",\"any\":[{\"route\":\"(\"}]}]}"}) {
            std::string said;
            try {
                (void)journeyFromJson(bad);
            } catch (const std::runtime_error& e) {
                said = e.what();
            }
            QVERIFY2(said.starts_with("The journey cannot be read: "), bad);
        }
        const JourneyDefinition j = journeyFromJson("{\"id\":\"a\",\"name\":\"b\",\"window_s\":60,\"stages\":[{\"name\":\"x\",\"any\":[{\"method\":\"GET\"}],\"any_span\":true}]}");
        QCOMPARE(j.window, 60 * kSecond);
        QVERIFY(j.stages[0].anySpan && j.caseKey == "session");
    }

    void definitionsThatContradictThemselves_data() {
        QTest::addColumn<QString>("more");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* more, const char* said) { QTest::newRow(more) << QString::fromLatin1(more) << QString::fromLatin1(said); };
        row("'stages': [{'name': 'A', 'any': [], 'optional': true}]", "the first stage cannot be optional");
        row("'stages': [{'name': 'A', 'any': []}, {'name': 'A', 'any': []}]", "two stages");
        row("'stages': [{'name': 'A', 'any': [], 'times': 0}]", "takes 1 to 20 events");
        row("'order': 'any', 'stages': [{'name': 'A', 'any': [], 'times': 2}]", "in any order");
        row("'order': 'any', 'open': true, 'stages': [{'name': 'A', 'any': []}]", "nothing between them");
        row("'order': 'back', 'stages': [{'name': 'A', 'any': []}]", "sequential, strict or any");
        row("'hold': ['a', 'b', 'c', 'd'], 'stages': [{'name': 'A', 'any': []}]", "at most 3 attributes");
        row("'window_s': -1, 'stages': [{'name': 'A', 'any': []}]", "not negative");
        row("'stages': [{'name': 'A', 'any': []}, {'name': 'B', 'any': []}], 'exclude': [{'name': 'x', 'any': [], 'after': 'B', 'before': 'A'}]", "begins after it ends");
        row("'stages': [{'name': 'A', 'any': []}, {'name': 'B', 'any': []}], 'exclude': [{'name': 'x', 'any': [], 'after': 'A', 'before': 'C'}]", "there is no stage");
        row("'stages': [{'name': 'A', 'any': []}, {'name': 'B', 'any': [], 'optional': true}, {'name': 'C', 'any': []}], 'exclude': [{'name': 'x', 'any': [], 'after': 'B', 'before': 'C'}]", "optional");
    }
    void definitionsThatContradictThemselves() {
        QFETCH(QString, more);
        QFETCH(QString, said);
        QString message;
        try {
            (void)quoted("{'id': 'a', 'name': 'b', " + more.toStdString() + "}");
        } catch (const std::runtime_error& e) {
            message = QString::fromStdString(e.what());
        }
        QVERIFY2(message.contains(said), qPrintable(message));
    }

    /// From the file to the funnel: exclusions, stages that are optional, and a value that is held, on the span or on another one of its trace.
    void journeyWithEverything() {
        const JourneyDefinition journey = quoted("{'id': 'a', 'name': 'b', 'hold': ['product.id'], 'stages': [ "
            "{'name': 'Look', 'any': [{'operation': 'look'}]}, {'name': 'Note', 'any': [{'operation': 'note'}], 'optional': true}, "
            "{'name': 'Cart', 'any': [{'operation': 'cart'}]}, {'name': 'Pay', 'any': [{'operation': 'pay'}], 'holds': false}], "
            "'exclude': [{'name': 'Emptied', 'any': [{'operation': 'empty'}], 'after': 'Cart', 'before': 'Pay'}]}");
        const std::pair<std::string, std::string> one{"product.id", "1"}, two{"product.id", "2"};
        const Shop shop({{"buys", 1 * kSecond, "look", {one}}, {"buys", 2 * kSecond, "cart", {one}}, {"buys", 3 * kSecond, "pay"},
                         {"other", 1 * kSecond, "look", {one}}, {"other", 2 * kSecond, "cart", {two}}, {"other", 3 * kSecond, "pay"},
                         {"empties", 1 * kSecond, "look", {two}}, {"empties", 2 * kSecond, "cart", {two}}, {"empties", 3 * kSecond, "empty"}, {"empties", 4 * kSecond, "pay"},
                         {"notes", 1 * kSecond, "look", {}, 77}, {"", 1 * kSecond + 1, "find", {two}, 77, kMs, Kind::Client}, {"notes", 2 * kSecond, "note", {two}}, {"notes", 3 * kSecond, "cart", {two}}, {"notes", 5 * kSecond, "pay"},
                         {"late", 90'000 * kSecond, "x"}});
        const JourneyState state = workOutJourney(*shop.db, shop.table, journey);
        const auto& stages = state.everything.stages;
        QCOMPARE(stages[0].reached, uint64_t(4));
        QCOMPARE(stages[1].reached, uint64_t(1));
        QCOMPARE(stages[2].reached, uint64_t(3));
        QCOMPARE(stages[3].reached, uint64_t(2));
        QCOMPARE(state.everything.converted, uint64_t(2));
        QCOMPARE(stages[0].dropped, uint64_t(1));
        QCOMPARE(stages[2].dropped, uint64_t(1));
        QCOMPARE(stages[3].dropped, uint64_t(0));
        QCOMPARE(stages[2].medianFromPrevious, 1 * kSecond); // from whatever stage came before
        QCOMPARE(stages[3].p90FromPrevious, 2 * kSecond);
        QVERIFY(state.everything.progress[state.cases.find("empties")].stoppedAt(2));
        QVERIFY(!state.everything.progress[state.cases.find("buys")].reached(1));
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
            const CaseProgress& progress = f.progress[cases.find(session)];
            QVERIFY2(fits({progress.events.begin(), progress.events.begin() + std::min<std::ptrdiff_t>(progress.last, static_cast<std::ptrdiff_t>(progress.events.size()))}), session.c_str());
            // Where events fill several stages and are simultaneous, which one comes first is not searched for.
            if (ties && several)
                QVERIFY2(progress.last <= most, session.c_str());
            else
                QVERIFY2(progress.last == most, (session + ": " + std::to_string(progress.last) + " not " + std::to_string(most)).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestCases)
#include "tst_cases.moc"
