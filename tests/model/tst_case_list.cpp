// The cases of a scope one by one, and one of them event by event.

#include "journey/case_list.h"
#include "shop_fixture.h"

#include <QTest>

#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

std::string words(const JourneyState& state, const std::vector<CaseNumber>& cases) {
    std::string out;
    for (const CaseNumber c : cases)
        out += (out.empty() ? "" : " ") + state.cases().cases()[c].value;
    return out;
}

/// Converts, stops at A, stays open, never begins; the file ends with the open one.
std::vector<Visit> fourFates() {
    return {{"buys", 10 * kSecond, "A"}, {"buys", 11 * kSecond, "B", {}, 77}, {"", 12 * kSecond, "inner", {}, 77, 5 * kSecond, Kind::Internal},
            {"stops", 5 * kSecond, "A"}, {"stops", 6 * kSecond, "A"}, {"stops", 7 * kSecond, "x", {{"error", "true"}}},
            {"strolls", 8 * kSecond, "x"},
            {"stays", 9000 * kSecond, "A"}, {"stays", 9001 * kSecond, "x"}};
}

} // namespace

class TestCaseList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fates() {
        const Shop shop(fourFates());
        const JourneyState state = workOutJourney(shop.context, letters(2));
        const CaseTotals totals = caseTotals(state);
        const auto list = [&](const CaseFilter& filter, CaseOrder order = CaseOrder::Start, bool descending = false) { return words(state, listCases(state, totals, state.counted, filter, order, descending)); };
        using Which = CaseFilter::Which;
        QCOMPARE(list({}), std::string("stops strolls buys stays"));
        QCOMPARE(list({}, CaseOrder::Start, true), std::string("stays buys strolls stops"));
        QCOMPARE(list({}, CaseOrder::Value), std::string("buys stays stops strolls"));
        QCOMPARE(list({}, CaseOrder::Traces, true), std::string("stops buys stays strolls"));
        QCOMPARE(list({}, CaseOrder::Spans, true), std::string("stops buys stays strolls"));
        QCOMPARE(list({}, CaseOrder::Duration, true), std::string("buys stops stays strolls")); // 7 s, 2 s, 1 s
        QCOMPARE(list({}, CaseOrder::Errors, true), std::string("stops strolls buys stays"));
        QCOMPARE(list({}, CaseOrder::Stage, true), std::string("buys stops stays strolls"));
        QCOMPARE(list({}, CaseOrder::Outcome), std::string("strolls stays stops buys"));
        QCOMPARE(list({Which::Reached, 0}), std::string("stops buys stays"));
        QCOMPARE(list({Which::Reached, 1}), std::string("buys"));
        QCOMPARE(list({Which::StoppedAt, 0}), std::string("stops"));
        QCOMPARE(list({Which::Outcome, 0, CaseOutcome::Open}), std::string("stays"));
        QCOMPARE(list({Which::Outcome, 0, CaseOutcome::NotEntered}), std::string("strolls"));
        QCOMPARE(list({Which::All, 0, CaseOutcome::Converted, "ST"}), std::string("stops strolls stays"));
        QCOMPARE(list({Which::All, 0, CaseOutcome::Converted, "nobody"}), std::string());
        const std::vector<CaseNumber> all = listCases(state, totals, state.counted);
        const Tabular table = tabulateCases(state, totals, all, true);
        StopToken stopped;
        stopped.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, tabulateCases(state, totals, all, true, stopped));
        QCOMPARE(table.rows.size(), size_t(4));
        QCOMPARE(table.columns[0].title, std::string("Session"));
        const auto text = [&](size_t row, size_t column) { return std::get<std::string>(table.rows[row][column].value); };
        QCOMPARE(text(0, 0) + "/" + text(0, 6) + "/" + text(0, 7), std::string("stops/A/stopped"));
        QCOMPARE(text(1, 6) + "/" + text(1, 7), std::string("/never began"));
        QCOMPARE(text(2, 6) + "/" + text(2, 7), std::string("B/converted"));
        QCOMPARE(text(3, 6) + "/" + text(3, 7), std::string("A/open"));
        QCOMPARE(std::get<int64_t>(table.rows[0][5].value), int64_t(1));
    }

    // Every order is one of the same rows, and equal ones are by start.
    void randomOrders() {
        std::mt19937 rng(7);
        std::vector<Visit> visits;
        for (int i = 0; i < 300; ++i)
            visits.push_back({"s" + std::to_string(rng() % 60), static_cast<int64_t>(rng() % 1000) * kSecond, rng() % 2 == 0 ? "A" : "B", {}, rng() % 3 == 0 ? 1 + rng() % 40 : 0});
        const Shop shop(visits);
        const JourneyState state = workOutJourney(shop.context, letters(2));
        const CaseTotals totals = caseTotals(state);
        const auto whole = listCases(state, totals, state.counted);
        uint64_t spans = 0;
        for (const CaseNumber c : whole)
            spans += totals.spans[c];
        QCOMPARE(spans + 0, shop.table->spanCount() - [&] {
            uint64_t without = 0;
            for (TraceIndex t = 0; t < shop.table->traceSlots(); ++t)
                without += state.cases().caseOf(t) == kNoCase ? shop.table->summary(t).spans : 0;
            return without;
        }());
        const auto valueOf = [&](CaseNumber c, CaseOrder order) -> int64_t {
            const auto& one = state.cases().cases()[c];
            switch (order) {
            case CaseOrder::Start: return one.start;
            case CaseOrder::Duration: return one.end - one.start;
            case CaseOrder::Traces: return static_cast<int64_t>(one.traces.size());
            case CaseOrder::Spans: return static_cast<int64_t>(totals.spans[c]);
            case CaseOrder::Stage: return state.everything.progress[c].last;
            default: return 0;
            }
        };
        for (const CaseOrder order : {CaseOrder::Start, CaseOrder::Duration, CaseOrder::Traces, CaseOrder::Spans, CaseOrder::Stage})
            for (const bool descending : {false, true}) {
                auto expected = whole;
                std::stable_sort(expected.begin(), expected.end(), [&](CaseNumber a, CaseNumber b) { return descending ? valueOf(a, order) > valueOf(b, order) : valueOf(a, order) < valueOf(b, order); });
                if (order == CaseOrder::Start && descending) {
                    expected = whole;
                    std::reverse(expected.begin(), expected.end());
                }
                QCOMPARE(listCases(state, totals, state.counted, {}, order, descending), expected);
            }
    }

    void theStoryOfACase() {
        const Shop shop(fourFates());
        const JourneyState state = workOutJourney(shop.context, letters(2));
        const CaseStory story = caseStory(state, state.cases().find("stops"));
        std::string said;
        for (const CaseStory::Entry& e : story.entries)
            said += (e.isTrace ? "trace " : e.fills ? "stage " : "event ") + e.stage + "@" + std::to_string((e.time.value_or(0) - kBegin) / kSecond) + "; ";
        QCOMPARE(said, std::string("trace @5; event A@5; trace @6; stage A@6; trace @7; "));
        const Tabular table = tabulate(state, story, true);
        QCOMPARE(table.rows.size(), size_t(5));
        QCOMPARE(table.columns.size(), table.rows[0].size());
        QCOMPARE(table.notes, (std::vector<std::string>{"letters: came to A, stopped."}));
        QCOMPARE(std::get<std::string>(table.rows[0][9].value), std::string("session.id"));
        QCOMPARE(tabulate(state, caseStory(state, state.cases().find("strolls")), true).notes, (std::vector<std::string>{"letters: never began."}));
        QCOMPARE(caseStory(state, state.cases().find("buys")).entries.size(), size_t(4)); // two traces, two events; the inner span is none
    }

    // By clocks as they were recorded the second stage was told before the first, and was said to fill it all the same.
    void whoseClockIsBehind() {
        const Shop shop({{"s", 10 * kMs, "A", {}, 7, 5 * kMs, Kind::Server, "web"}, {"", 9 * kMs, "B", {}, 7, 2 * kMs, Kind::Server, "shop", 1}, {"s", -kBegin, "A", {}, 8}, {"late", 90'000 * kSecond, "x"}});
        const JourneyState state = workOutJourney(shop.context, letters(2));
        const CaseNumber s = state.cases().find("s");
        QVERIFY(state.everything.progress[s].isConverted);
        std::string said;
        for (const CaseStory::Entry& e : caseStory(state, s).entries)
            said += (e.isTrace ? "trace" : e.stage) + "@" + (e.time ? std::to_string((*e.time - kBegin) / kMs) : "?") + " ";
        QCOMPARE(said, std::string("trace@9 A@10 B@10 trace@? A@? "));
    }
};

QTEST_GUILESS_MAIN(TestCaseList)
#include "tst_case_list.moc"
