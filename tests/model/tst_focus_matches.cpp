// Who is marked and counted while a stage or a step is in focus.

#include "selection/focus_matches.h"
#include "shop_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

class TestFocusMatches : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Everybody who had come to a stage was marked where those who stopped there were meant.
    void stoppedIsNotReached() {
        QCOMPARE(tracesOf(Focus::onStage("B")), (std::vector<uint64_t>{2, 5, 9}));
        QCOMPARE(tracesOf(Focus::onStopped("B")), (std::vector<uint64_t>{5, 9}));
        QCOMPARE(tracesOf(Focus::onStopped("A")), (std::vector<uint64_t>{6}));
        QCOMPARE(tracesOf(Focus::onStopped("C")), std::vector<uint64_t>()); // who came to the end did not stop
        QCOMPARE(tracesOf(Focus::onStopped("nowhere")), std::vector<uint64_t>());
    }

    // And everybody who had come to either stage, where those were meant that went from one to the other.
    void aStepIsOfThoseWhoTookIt() {
        QCOMPARE(tracesOf(Focus::onStep("A", "B")), (std::vector<uint64_t>{1, 2, 4, 5}));
        QCOMPARE(tracesOf(Focus::onStep("A", "C")), (std::vector<uint64_t>{7, 8}));
        QCOMPARE(tracesOf(Focus::onStep("C", "B")), (std::vector<uint64_t>{8, 9}));
        QCOMPARE(tracesOf(Focus::onStep("B", "A")), std::vector<uint64_t>());
        QCOMPARE(tracesOf(Focus::onStep("A", "nowhere")), std::vector<uint64_t>());
    }

    // A line of a map that leaves stages out marked those only who had gone without any in between.
    void aStepPastWhatIsLeftOut() {
        QCOMPARE(tracesOf(Focus::onStep("A", "C", {"B"})), (std::vector<uint64_t>{1, 3, 7, 8}));
        QCOMPARE(tracesOf(Focus::onStep("A", "B", {"C"})), (std::vector<uint64_t>{1, 2, 4, 5, 7, 9}));
        QCOMPARE(tracesOf(Focus::onStep("A", "B", {"nowhere"})), (std::vector<uint64_t>{1, 2, 4, 5}));
        QCOMPARE(tracesOf(Focus::onStep("A", "A", {"B", "C"})), std::vector<uint64_t>());
    }

private:
    /// Numbers of the traces, each a visit below.
    static std::vector<uint64_t> tracesOf(const Focus& focus) {
        std::vector<Visit> visits;
        const auto visit = [&](const char* session, int64_t seconds, const char* name) {
            visits.push_back({session, seconds * kSecond, name});
            visits.back().trace = visits.size();
        };
        visit("all", 0, "A");
        visit("all", 1, "B");
        visit("all", 2, "C");
        visit("two", 0, "A");
        visit("two", 1, "B");
        visit("one", 0, "A");
        visit("around", 0, "A");
        visit("around", 1, "C");
        visit("around", 2, "B");
        visit("end of the file", 10'000, "x");
        const Shop shop(visits);
        JourneyDefinition journey = letters(3);
        journey.idleLimit = 100 * kSecond;
        traceql::Context context = shop.context;
        context.journey = std::make_shared<const JourneyState>(shop.workOut(journey));
        const FocusMatches found = matchFocus(focus, context);
        std::vector<uint64_t> out;
        for (uint64_t trace = 1; trace <= visits.size(); ++trace)
            if (const auto at = shop.table->findTrace(TraceId{0, trace}); at && found.traces[*at])
                out.push_back(trace);
        if (found.traceCount != out.size())
            out.push_back(0); // which no trace is
        return out;
    }
};

QTEST_GUILESS_MAIN(TestFocusMatches)
#include "tst_focus_matches.moc"
