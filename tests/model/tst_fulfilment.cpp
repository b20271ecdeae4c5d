// What the stages of orders took, which orders are late, and the list of them.

#include "order_fixture.h"
#include "orders/fulfilment.h"
#include "orders/order_list.h"
#include "text/format.h"

#include <QTest>

#include <map>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

std::vector<bool> onlyOf(const JourneyState& state, const std::vector<std::string>& orders) {
    std::vector<bool> out(state.counted.size(), false);
    for (const std::string& order : orders)
        out[numberOf(state, order)] = true;
    return out;
}

std::string valuesOf(const JourneyState& state, const std::vector<CaseNumber>& orders) {
    std::string out;
    for (const CaseNumber c : orders)
        out += (out.empty() ? "" : " ") + state.cases().cases()[c].value;
    return out;
}

int64_t nearestRank(std::vector<int64_t> values, int64_t percent) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[(values.size() * static_cast<size_t>(percent) + 99) / 100 - 1];
}

std::vector<Step> byHand() {
    return {{"good", "A", 0, 10}, {"good", "send", 8, 12, false, false, Kind::Producer}, {"good", "B", 20, 30, false, false, Kind::Consumer, 2}, {"good", "C", 25, 60},
            {"tries", "A", 100, 110}, {"tries", "B", 120, 125, true}, {"tries", "B", 140, 150},
            {"hangs", "A", 200, 0, false, true},
            {"late start", "B", 205, 215}, {"late start", "C", 225, 235},
            {"other", "nothing of the flow", 1, 2}};
}

} // namespace

class TestFulfilment : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void figuresByHand() {
        const OrderShop shop(byHand(), 290);
        const JourneyState state = shop.workOut(flowOf(3));
        const FulfilmentLog log = fulfilmentLog(state);
        const FulfilmentFigures f = fulfilment(state, log, state.counted);
        QCOMPARE((std::vector<uint64_t>{f.orders, f.without, f.done, f.underWay, f.stuck, f.late}), (std::vector<uint64_t>{4, 1, 2, 1, 1, 0}));
        const auto counts = [&](size_t k) { return std::vector<uint64_t>{f.stages[k].orders, f.stages[k].visits, f.stages[k].reworked, f.stages[k].failed, f.stages[k].unfinished, f.stages[k].underWay, f.stages[k].stuck}; };
        QCOMPARE(counts(0), (std::vector<uint64_t>{3, 3, 0, 0, 1, 1, 0}));
        QCOMPARE(counts(1), (std::vector<uint64_t>{3, 4, 1, 1, 0, 0, 1}));
        QCOMPARE(counts(2), (std::vector<uint64_t>{2, 2, 0, 0, 0, 0, 0}));
        const auto seconds = [](const FulfilmentFigures::Times& t) { return std::vector<int64_t>{static_cast<int64_t>(t.visits), t.p50 / kSecond, t.p90 / kSecond, t.p95 / kSecond}; };
        QCOMPARE(seconds(f.stages[0].wait), (std::vector<int64_t>{0, 0, 0, 0}));
        QCOMPARE(seconds(f.stages[1].wait), (std::vector<int64_t>{3, 10, 15, 15})); // 10, 10, 15
        QCOMPARE(seconds(f.stages[1].queue), (std::vector<int64_t>{1, 8, 8, 8}));
        QCOMPARE(seconds(f.stages[1].work), (std::vector<int64_t>{4, 10, 10, 10})); // 5, 10, 10, 10
        QCOMPARE(seconds(f.stages[2].wait), (std::vector<int64_t>{2, 0, 10, 10}));
        QCOMPARE(seconds(f.stages[0].work), (std::vector<int64_t>{2, 10, 10, 10})); // not of what never ended
        // Of the 60 + 50 + 0 + 30 s of all: A worked 20; B waited 35 and worked 10 + 15 + 10; C waited 10 and worked 30 (five of its seconds are B's) + 10.
        QCOMPARE(f.stages[0].workShare, 20.0 / 140);
        QCOMPARE(f.stages[1].waitShare, 35.0 / 140);
        QCOMPARE(f.stages[1].workShare, 35.0 / 140);
        QCOMPARE(f.stages[2].waitShare, 10.0 / 140);
        QCOMPARE(f.stages[2].workShare, 40.0 / 140);
        QCOMPARE(f.workingShare, 95.0 / 140);
        QCOMPARE(seconds(f.lead), (std::vector<int64_t>{1, 60, 60, 60})); // nobody saw when the other one that is done began
        QCOMPARE(fulfilmentNotes(f, state, log)[0], std::string("letters: 4 orders by order.id, 2 done, 1 under way, 1 stuck."));
        // The waits of the two that are under way or stuck still go on: they have a lead time so far, in which these are not.
        QCOMPARE(fulfilmentNotes(f, state, log)[2], formatPercent(95.0 / 140) + " of the lead time of all orders together something was done for them; the rest they waited, and what those that are under way or stuck wait now is in neither.");
        const FulfilmentFigures done = fulfilment(state, log, onlyOf(state, {"good"}));
        QVERIFY(fulfilmentNotes(done, state, log)[2].ends_with("something was done for them; the rest they waited."));
        QVERIFY(fulfilmentNotes(f, state, log)[1].ends_with("95 % of at most 1 min 00 s (1 whose first stage is not in the file is left out)."));
        // Beside the figures they are not said again.
        const auto without = fulfilmentNotes(f, state, log, false);
        QCOMPARE(without[0], std::string("1 order is left out of the lead time: the first stage is not in the file."));
        for (const std::string& note : without)
            QVERIFY2(note.find("under way,") == std::string::npos && note.find("something was done") == std::string::npos && note.find("half had") == std::string::npos, note.c_str());

        const FulfilmentFigures one = fulfilment(state, log, onlyOf(state, {"tries"}));
        QCOMPARE((std::vector<uint64_t>{one.orders, one.without, one.stuck, one.stages[1].visits}), (std::vector<uint64_t>{1, 0, 1, 2}));
        const Tabular table = tabulate(f, state, log);
        QCOMPARE(table.rows.size(), size_t(3));
        for (const auto& row : table.rows)
            QCOMPARE(row.size(), table.columns.size());
        const Tabular beside = tabulateBeside(f, one, state);
        for (const auto& row : beside.rows)
            QCOMPARE(row.size(), beside.columns.size());
        QCOMPARE(std::get<int64_t>(beside.rows[1][1].value), int64_t(3));
        QCOMPARE(std::get<int64_t>(beside.rows[1][2].value), int64_t(1));
    }

    // What a stage took, and that it was tried again, made the next one late.
    void lateForWhatItTookItself() {
        const OrderShop shop({{"retried", "A", 0, 1}, {"retried", "B", 10, 12, true}, {"retried", "B", 30, 38}, {"retried", "C", 47, 48},
                              {"late", "A", 0, 1}, {"late", "B", 10, 12}, {"late", "C", 23, 24},
                              {"failed before", "A", 0, 1}, {"failed before", "B", 10, 12, true}, {"failed before", "C", 23, 24},
                              {"at once", "A", 0, 1}, {"at once", "B", 10, 12}, {"at once", "C", 11, 13},
                              {"never", "A", 0, 1}, {"never", "C", 50, 51}}, 100);
        JourneyDefinition flow = flowOf(3);
        flow.stages[2].within = 10 * kSecond;
        const JourneyState state = shop.workOut(flow);
        const FulfilmentLog log = fulfilmentLog(state);
        const auto time = [&](const char* order) { return timeToStage(log, numberOf(state, order), 2); };
        QCOMPARE(time("retried"), std::optional(9 * kSecond));
        QCOMPARE(time("late"), std::optional(11 * kSecond));
        QCOMPARE(time("failed before"), std::optional(11 * kSecond));
        QCOMPARE(time("at once"), std::optional(int64_t(0)));
        QCOMPARE(time("never"), std::optional<int64_t>());
        QCOMPARE(QString::fromStdString(valuesOf(state, listOrders(state, log, state.counted, {std::nullopt, true}))), QStringLiteral("failed before late"));
    }

    void late() {
        const OrderShop shop({{"in time", "A", 0, 5}, {"in time", "B", 30, 35}, {"in time", "C", 50, 60},
                              {"late at B", "A", 0, 5}, {"late at B", "B", 31, 32}, {"late at B", "C", 40, 50},
                              {"late as a whole", "A", 0, 5}, {"late as a whole", "B", 10, 11}, {"late as a whole", "C", 50, 61},
                              {"late and waits", "A", 60, 65},
                              {"waits", "A", 70, 75},
                              {"skips B", "A", 0, 5}, {"skips B", "C", 50, 51}}, 100);
        JourneyDefinition flow = flowOf(3);
        flow.stages[1].within = 25 * kSecond;
        flow.target = 60 * kSecond;
        const JourneyState state = shop.workOut(flow);
        const FulfilmentLog log = fulfilmentLog(state);
        const FulfilmentFigures f = fulfilment(state, log, state.counted);
        QCOMPARE(f.stages[1].late, uint64_t(2));
        QCOMPARE(f.stages[2].late, uint64_t(0)); // has no target
        // "1 late" beside a list of three.
        QCOMPARE((std::vector<uint64_t>{f.late, f.lateAsAWhole}), (std::vector<uint64_t>{3, 1}));
        QCOMPARE(fulfilmentNotes(f, state, log)[3], std::string("3 orders are late: longer under way than 1 min 00 s (1), or later at B than 25.0 s after the end of the stage before (2). 1 of them waits for the customer, who did not go on."));
        QCOMPARE(QString::fromStdString(valuesOf(state, listOrders(state, log, state.counted, {std::nullopt, true}))), QStringLiteral("late as a whole late at B late and waits"));
        QVERIFY(isLateAt(log, numberOf(state, "late and waits"), 1) && !isLateAt(log, numberOf(state, "waits"), 1));
        const Tabular table = tabulateOrders(state, log, {numberOf(state, "late at B"), numberOf(state, "late as a whole")}, true);
        QCOMPARE(std::get<std::string>(table.rows[0].back().value), std::string("B"));
        QCOMPARE(std::get<std::string>(table.rows[1].back().value), std::string("the whole"));
        // An optional stage in between has no part in it.
        flow.stages[2].within = 44 * kSecond;
        flow.stages[1].isOptional = true;
        const JourneyState other = shop.workOut(flow);
        const FulfilmentLog ofOther = fulfilmentLog(other);
        QVERIFY(isLateAt(ofOther, numberOf(other, "in time"), 2) && !isLateAt(ofOther, numberOf(other, "late at B"), 2));
    }

    // An order whose card was declined was said to be stuck: it waits for nothing, and nobody can help it on.
    void whatFailedIsOver() {
        const OrderShop shop({{"declined", "A", 0, 1}, {"declined", "refused", 5, 6},
                              {"tried again", "A", 10, 11}, {"tried again", "refused", 15, 16}, {"tried again", "B", 20, 21},      // paid, and stuck after that
                              {"had succeeded", "A", 20, 21}, {"had succeeded", "B", 25, 26}, {"had succeeded", "refused", 30, 31}, // the same
                              {"with an error", "A", 30, 31}, {"with an error", "B", 35, 36, true},
                              {"first stage", "A", 40, 41, true},
                              {"left", "A", 50, 51},                                                                             // nothing failed
                              {"good", "A", 60, 61}, {"good", "refused", 65, 66}, {"good", "B", 70, 71}, {"good", "C", 80, 81},
                              {"recent", "A", 940, 941}, {"recent", "refused", 950, 951}},                                          // may be tried again
                             1000);
        JourneyDefinition flow = flowOf(3);
        flow.stages[1].failed = "{ name = \"refused\" }";
        const JourneyState state = shop.workOut(flow);
        QVERIFY(state.problems.empty());
        QCOMPARE(state.everything.stages[1].reached, uint64_t(4)); // what failed fills no stage, unless its condition says so
        const FulfilmentLog log = fulfilmentLog(state);
        QCOMPARE(words(log, numberOf(state, "declined")), std::string("A 1 wait - queue - | B 1! wait 4 queue -"));
        QCOMPARE(words(log, numberOf(state, "tried again")), std::string("A 1 wait - queue - | B 1! wait 4 queue - | B 2 wait 4 queue -"));
        const auto list = [&](OrderState of) { return QString::fromStdString(valuesOf(state, listOrders(state, log, state.counted, {of, false}))); };
        QCOMPARE(list(OrderState::Failed), QStringLiteral("declined with an error first stage"));
        QCOMPARE(list(OrderState::Stuck), QStringLiteral("tried again had succeeded left"));
        QCOMPARE(list(OrderState::UnderWay), QStringLiteral("recent"));
        QCOMPARE(list(OrderState::Done), QStringLiteral("good"));
        const FulfilmentFigures f = fulfilment(state, log, state.counted);
        QCOMPARE((std::vector<uint64_t>{f.orders, f.done, f.underWay, f.stuck, f.failed}), (std::vector<uint64_t>{8, 1, 1, 3, 3}));
        QCOMPARE((std::vector<uint64_t>{f.stages[0].failedOrders, f.stages[1].failedOrders, f.stages[2].failedOrders}), (std::vector<uint64_t>{1, 2, 0}));
        QCOMPARE((std::vector<uint64_t>{f.stages[1].orders, f.stages[1].visits, f.stages[1].failed}), (std::vector<uint64_t>{6, 9, 6}));
        QCOMPARE(fulfilmentNotes(f, state, log)[0], std::string("letters: 8 orders by order.id, 1 done, 1 under way, 3 stuck, 3 failed."));
        const Tabular table = tabulateOrders(state, log, {numberOf(state, "declined")}, true);
        QCOMPARE(std::get<std::string>(table.rows[0][2].value), std::string("failed"));
        QCOMPARE(std::get<std::string>(table.rows[0][3].value), std::string("A")); // with success
        QVERIFY(std::holds_alternative<std::monostate>(table.rows[0][4].value)); // it waits for nothing
        // It is late for nothing that it will not come to.
        flow.stages[2].within = kSecond;
        const JourneyState hasty = shop.workOut(flow);
        const FulfilmentLog late = fulfilmentLog(hasty);
        QVERIFY(!isLateAt(late, numberOf(hasty, "declined"), 2) && isLateAt(late, numberOf(hasty, "tried again"), 2));
    }

    void listOfOrders() {
        const OrderShop shop(byHand(), 290);
        const JourneyState state = shop.workOut(flowOf(3));
        const FulfilmentLog log = fulfilmentLog(state);
        const auto list = [&](const OrderFilter& filter) { return QString::fromStdString(valuesOf(state, listOrders(state, log, state.counted, filter))); };
        QCOMPARE(list({}), QStringLiteral("good tries hangs late start"));
        QCOMPARE(list({OrderState::Done, false}), QStringLiteral("good late start"));
        QCOMPARE(list({OrderState::UnderWay, false}), QStringLiteral("hangs"));
        QCOMPARE(list({OrderState::Stuck, false}), QStringLiteral("tries"));
        QCOMPARE(list({std::nullopt, true}), QString());
        const Tabular table = tabulateOrders(state, log, listOrders(state, log, state.counted), true);
        const auto text = [&](size_t row, size_t column) { return std::get<std::string>(table.rows[row][column].value); };
        QCOMPARE(table.columns[0].title, std::string("Order"));
        QCOMPARE(table.columns[1].title, std::string("A"));
        QCOMPARE(text(1, 0) + "/" + text(1, 2) + "/" + text(1, 3), std::string("tries/stuck/B"));
        QCOMPARE(std::get<int64_t>(table.rows[1][4].value), 140 * kSecond);
        QCOMPARE(std::get<int64_t>(table.rows[1][5].value), 50 * kSecond);
        QCOMPARE(std::get<int64_t>(table.rows[1][6].value), 25 * kSecond);
        QVERIFY(std::holds_alternative<std::monostate>(table.rows[0][4].value)); // what is done waits for nothing
        QVERIFY(std::holds_alternative<std::monostate>(table.rows[3][1].value)); // its beginning is not in the file
        for (const auto& row : table.rows)
            QCOMPARE(row.size(), table.columns.size());
    }

    // What was done for it outside the stages made the lead time of one list another one than that of the other, both called first to last.
    void leadTimeIsNotFirstToLast() {
        const OrderShop shop({{"o", "A", 0, 10}, {"o", "B", 20, 30}, {"o", "mail", 100, 101}, {"none", "mail", 5, 7}}, 290);
        const JourneyState state = shop.workOut(flowOf(2));
        const FulfilmentLog log = fulfilmentLog(state);
        const Tabular table = tabulateOrders(state, log, {numberOf(state, "o"), numberOf(state, "none")}, true);
        const auto at = [&](const std::string& key) { return static_cast<size_t>(std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& column) { return column.key == key; }) - table.columns.begin()); };
        const size_t lead = at("lead_ns"), whole = at("first_to_last_ns");
        QVERIFY(lead < table.columns.size() && whole < table.columns.size());
        QCOMPARE(table.columns[lead].title + "/" + table.columns[whole].title, std::string("Lead time/First to last"));
        QCOMPARE(table.columns[lead].help, std::string("From the start of its first stage to the end of its last one"));
        QCOMPARE(std::get<int64_t>(table.rows[0][lead].value), 30 * kSecond);
        QCOMPARE(std::get<int64_t>(table.rows[0][whole].value), 101 * kSecond);
        // Of one that came to no stage little is known.
        QCOMPARE(std::get<int64_t>(table.rows[1][whole].value), 2 * kSecond);
        for (const char* key : {"state", "silent_ns", "lead_ns", "working_ns"})
            QVERIFY2(std::holds_alternative<std::monostate>(table.rows[1][at(key)].value), key);
        QCOMPARE(std::get<std::string>(table.rows[1][at("came_to")].value), std::string());
        StopToken stop;
        stop.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, tabulateOrders(state, log, {numberOf(state, "o")}, true, stop));
    }

    void againstANaiveCount() {
        for (uint32_t round = 0; round < 25; ++round) {
            const size_t stages = 2 + round % 4;
            const std::vector<Step> steps = randomSteps(100 + round, 3 + round, stages, 20 + size_t(round) * 8);
            const OrderShop shop(steps, 520);
            const JourneyState state = shop.workOut(flowOf(stages));
            const FulfilmentLog log = fulfilmentLog(state);
            std::vector<bool> only(state.counted.size());
            for (size_t c = 0; c < only.size(); ++c)
                only[c] = (c + round) % 3 != 0;
            const FulfilmentFigures f = fulfilment(state, log, only);
            uint64_t there = f.done;
            double shares = 0;
            int64_t leads = 0, worked = 0;
            for (size_t k = 0; k < stages; ++k) {
                std::map<std::string, uint64_t> times;
                std::vector<int64_t> waits, works;
                uint64_t failed = 0, visits = 0;
                for (CaseNumber c = 0; c < only.size(); ++c)
                    for (uint32_t i = log.first[c]; only[c] && i < log.first[c + 1]; ++i)
                        if (log.visits[i].stage == k && log.visits[i].wait >= 0)
                            waits.push_back(log.visits[i].wait);
                for (const Step& step : steps) {
                    if (step.name[0] != static_cast<char>('A' + k) || !only[numberOf(state, step.order)])
                        continue;
                    ++visits;
                    ++times[step.order];
                    failed += step.failed;
                    if (!step.isUnfinished)
                        works.push_back((step.to - step.from) * kSecond);
                }
                const FulfilmentFigures::Stage& stage = f.stages[k];
                QCOMPARE(stage.orders, uint64_t(times.size()));
                QCOMPARE(stage.visits, visits);
                QCOMPARE(stage.failed, failed);
                QCOMPARE(stage.reworked, static_cast<uint64_t>(std::count_if(times.begin(), times.end(), [](const auto& one) { return one.second > 1; })));
                QCOMPARE(stage.wait.visits, uint64_t(waits.size()));
                QCOMPARE(stage.wait.p50, nearestRank(waits, 50));
                QCOMPARE(stage.wait.p95, nearestRank(waits, 95));
                QCOMPARE(stage.work.p90, nearestRank(works, 90));
                there += stage.underWay + stage.stuck + stage.failedOrders;
                shares += stage.waitShare + stage.workShare;
            }
            for (CaseNumber c = 0; c < only.size(); ++c) {
                leads += only[c] ? log.lead[c] : 0;
                worked += only[c] ? log.working[c] : 0;
            }
            QCOMPARE(there, f.orders);
            QCOMPARE(f.done + f.underWay + f.stuck + f.failed, f.orders);
            if (leads > 0) {
                QVERIFY(std::abs(shares - 1) < 1e-9);
                QVERIFY(std::abs(f.workingShare - static_cast<double>(worked) / static_cast<double>(leads)) < 1e-9);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestFulfilment)
#include "tst_fulfilment.moc"
