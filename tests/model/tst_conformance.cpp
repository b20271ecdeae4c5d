// How orders differ from the flow that is expected of them.

#include "order_fixture.h"
#include "orders/conformance.h"

#include <QTest>

#include <map>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

/// "B again (2): twice thrice" of each.
QStringList said(const Conformance& found, const JourneyState& state, const FulfilmentLog& log) {
    QStringList out;
    for (const Deviation& d : found.deviations) {
        std::string words = wordsOf(d, log) + " (" + std::to_string(d.times) + "):";
        for (const CaseNumber c : d.orders)
            words += " " + state.cases().cases()[c].value;
        out << QString::fromStdString(words);
    }
    return out;
}

} // namespace

class TestConformance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        const OrderShop shop({{"good", "A", 0, 1}, {"good", "B", 2, 3}, {"good", "C", 4, 5},
                              {"skips", "A", 10, 11}, {"skips", "C", 14, 15},
                              {"thrice", "A", 20, 21}, {"thrice", "B", 22, 23}, {"thrice", "B", 24, 25}, {"thrice", "B", 26, 27}, {"thrice", "C", 28, 29},
                              {"turned", "A", 30, 31}, {"turned", "C", 32, 33}, {"turned", "B", 34, 35},
                              {"stuck", "A", 40, 41}, {"stuck", "B", 42, 43}, {"stuck", "B", 44, 45},
                              {"waits", "A", 980, 981},
                              {"other", "nothing of the flow", 1, 2}}, 1000);
        const JourneyState state = shop.workOut(flowOf(3));
        const FulfilmentLog log = fulfilmentLog(state);
        const Conformance found = conformance(state, log, state.counted);
        QCOMPARE(said(found, state, log), (QStringList{QStringLiteral("B again (3): thrice stuck"), QStringLiteral("skipped B (1): skips"), QStringLiteral("C before B (1): turned"), QStringLiteral("stuck after B (1): stuck")}));
        QCOMPARE((std::vector<uint64_t>{found.orders, found.conforming, found.notJudged}), (std::vector<uint64_t>{6, 1, 1}));
        QCOMPARE(found.share(), 0.2);
        QCOMPARE(std::count(state.counted.begin(), state.counted.end(), true), std::ptrdiff_t(7));
        const std::vector<bool> again = casesOf(found.deviations[0], log.cases());
        QVERIFY(again[numberOf(state, "thrice")] && again[numberOf(state, "stuck")] && std::count(again.begin(), again.end(), true) == 2);
        const Tabular table = tabulate(found, state, log);
        QCOMPARE(table.rows.size(), size_t(4));
        QCOMPARE(table.rows[0].size(), table.columns.size());
        QCOMPARE(QString::fromStdString(table.notes[0]), QStringLiteral("20.0 % of 5 orders went through the stages as expected: each once, in their order, to the end."));
        // An order that is done although a stage failed for good had gone through all as expected.
        const OrderShop failing({{"half", "A", 0, 1}, {"half", "B", 2, 3, true}, {"half", "C", 4, 5}, {"again", "A", 0, 1}, {"again", "B", 2, 3, true}, {"again", "B", 3, 4}, {"again", "C", 4, 5}}, 1000);
        const JourneyState failed = failing.workOut(flowOf(3));
        const FulfilmentLog logOfFailed = fulfilmentLog(failed);
        QCOMPARE(logOfFailed.state[numberOf(failed, "half")], OrderState::Done);
        QCOMPARE(said(conformance(failed, logOfFailed, failed.counted), failed, logOfFailed), (QStringList{QStringLiteral("B again (1): again"), QStringLiteral("failed at B (1): half")}));
        // Of some of them.
        std::vector<bool> only(state.counted.size(), false);
        only[numberOf(state, "good")] = only[numberOf(state, "skips")] = true;
        QCOMPARE(conformance(state, log, only).share(), 0.5);
        QVERIFY(conformance(state, log, std::vector<bool>(state.counted.size(), false)).deviations.empty());
    }

    void whatIsAllowed() {
        const OrderShop shop({{"o", "A", 0, 1}, {"o", "C", 2, 3}, {"o", "B", 4, 5}, {"o", "D", 6, 7}, {"p", "A", 0, 1}, {"p", "D", 2, 3}, {"q", "A", 0, 1}, {"q", "B", 1, 2}, {"q", "B", 3, 4}, {"q", "D", 5, 6}}, 1000);
        JourneyDefinition flow = flowOf(4);
        flow.stages[1].isOptional = flow.stages[2].isOptional = true; // wherever they come
        flow.stages[1].times = 2;
        const JourneyState state = shop.workOut(flow);
        const Conformance found = conformance(state, fulfilmentLog(state), state.counted);
        QVERIFY(found.deviations.empty());
        QCOMPARE(found.conforming, uint64_t(3));
        flow = flowOf(4);
        flow.order = StageOrder::Any;
        const OrderShop mixed({{"o", "D", 0, 1}, {"o", "C", 2, 3}, {"o", "B", 4, 5}, {"o", "A", 6, 7}}, 1000);
        const JourneyState any = mixed.workOut(flow);
        QCOMPARE(conformance(any, fulfilmentLog(any), any.counted).conforming, uint64_t(1));
    }

    // The clocks of these services have whole milliseconds (here: seconds): at one moment is in order.
    void tiesAreInOrder() {
        const OrderShop shop({{"tie", "B", 5, 6}, {"tie", "A", 5, 6}, {"tie", "C", 7, 8}, {"no tie", "B", 5, 6}, {"no tie", "A", 6, 7}, {"no tie", "C", 8, 9}}, 1000);
        const JourneyState state = shop.workOut(flowOf(3));
        const FulfilmentLog log = fulfilmentLog(state);
        QCOMPARE(said(conformance(state, log, state.counted), state, log), (QStringList{QStringLiteral("B before A (1): no tie")}));
    }

    void againstANaiveCount() {
        for (uint32_t round = 0; round < 30; ++round) {
            const size_t stages = 2 + round % 4;
            const std::vector<Step> steps = randomSteps(200 + round, 3 + round * 2, stages, 20 + size_t(round) * 8);
            const OrderShop shop(steps, 520);
            const JourneyState state = shop.workOut(flowOf(stages));
            const FulfilmentLog log = fulfilmentLog(state);
            std::map<std::string, std::set<std::string>> expected; // orders, by words
            std::map<std::string, uint64_t> again;
            std::set<std::string> orders, deviating;
            for (const Step& step : steps)
                orders.insert(step.order);
            for (const std::string& order : orders) {
                std::map<char, int64_t> first; // by stage
                std::map<char, uint64_t> times;
                for (const Step& step : steps)
                    if (step.order == order) {
                        const auto [at, isNew] = first.try_emplace(step.name[0], step.from);
                        at->second = std::min(at->second, step.from);
                        ++times[step.name[0]];
                    }
                const auto add = [&](const std::string& words) {
                    expected[words].insert(order);
                    deviating.insert(order);
                };
                for (char k = 'A'; k < first.rbegin()->first; ++k)
                    if (!first.contains(k))
                        add(std::string("skipped ") + k);
                for (const auto& [k, n] : times)
                    if (n > 1) {
                        add(std::string(1, k) + " again");
                        again[std::string(1, k) + " again"] += n - 1;
                    }
                std::vector<std::pair<int64_t, char>> inTime; // of one moment in the order of the flow
                for (const auto& [k, at] : first)
                    inTime.emplace_back(at, k);
                std::sort(inTime.begin(), inTime.end());
                for (size_t i = 1; i < inTime.size(); ++i)
                    if (inTime[i - 1].second > inTime[i].second)
                        add(std::string(1, inTime[i - 1].second) + " before " + inTime[i].second);
                const CaseNumber c = numberOf(state, order);
                if (log.state[c] == OrderState::Stuck)
                    add("stuck after " + log.stages[log.cameTo[c]]);
                if (log.failedAt[c] != kNoStage)
                    add("failed at " + log.stages[log.failedAt[c]]);
            }
            const Conformance found = conformance(state, log, state.counted);
            QCOMPARE(found.deviations.size(), expected.size());
            for (size_t i = 0; i < found.deviations.size(); ++i) {
                const Deviation& d = found.deviations[i];
                const std::string words = wordsOf(d, log);
                std::set<std::string> of;
                for (const CaseNumber c : d.orders)
                    of.insert(state.cases().cases()[c].value);
                QVERIFY2(of == expected[words], words.c_str());
                QCOMPARE(of.size(), d.orders.size());
                QCOMPARE(d.times, again.contains(words) ? again[words] : uint64_t(d.orders.size()));
                if (i > 0)
                    QVERIFY(found.deviations[i - 1].orders.size() >= d.orders.size());
            }
            QCOMPARE(found.orders, uint64_t(orders.size()));
            uint64_t conforming = 0;
            for (const std::string& order : orders)
                conforming += !deviating.contains(order) && log.state[numberOf(state, order)] == OrderState::Done;
            QCOMPARE(found.conforming, conforming);
            QCOMPARE(found.notJudged, uint64_t(orders.size() - deviating.size()) - conforming);
        }
    }
};

QTEST_GUILESS_MAIN(TestConformance)
#include "tst_conformance.moc"
