// Work in progress: hand-worked, moment by moment on random logs, and Little's law.

#include "orders/work_in_progress.h"
#include "order_log_fixture.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace aisle;
using namespace aisle::test;

namespace {

std::string numbers(const WorkInProgress::Line& line, uint64_t WorkInProgress::Bin::*member) {
    std::string out;
    for (const auto& bin : line.bins)
        out += (out.empty() ? "" : " ") + std::to_string(bin.*member);
    return out;
}

bool isNear(double found, double expected) { return std::abs(found - expected) <= 1e-9 * std::max(1.0, std::abs(expected)); }

using Bin = WorkInProgress::Bin;
constexpr uint32_t kNowhere = 0xffffffffU;

/// Where an order is at a moment, and whether none of its visits runs, by the definitions.
struct At {
    uint32_t stage = kNowhere;
    bool isIdle = false, isStuck = false;
};
At at(const FulfilmentLog& log, CaseNumber order, int64_t to, int64_t time) {
    At out;
    int64_t last = std::numeric_limits<int64_t>::min();
    bool runs = false;
    for (uint32_t v = log.first[order]; v < log.first[order + 1]; ++v) {
        const auto& visit = log.visits[v];
        last = std::max(last, visit.end);
        if (visit.start <= time)
            out.stage = visit.stage;
        runs = runs || (visit.start <= time && time < visit.end);
    }
    if (time >= (isOver(log.state[order]) ? last : to + 1))
        out.stage = kNowhere;
    out.isIdle = out.stage != kNowhere && !runs;
    out.isStuck = out.stage != kNowhere && log.state[order] == OrderState::Stuck && time >= std::min(to, last + log.patience[log.cameTo[order]]);
    return out;
}

} // namespace

class TestWorkInProgress : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        // Ten bins of 1: 0 to 9.
        const FulfilmentLog log = orderLog({{"A0-1 B3-5"}, {"A1-2 B2-4 B6-7"}, {"A4-5", OrderState::UnderWay}, {""}}, 9);
        const WorkInProgress work = workInProgress(log, allOrders(log), 10);
        QCOMPARE(work.bins.step, int64_t(1));
        QCOMPARE(work.from, int64_t(0));
        QCOMPARE(work.to, int64_t(9));
        QCOMPARE(numbers(work.all, &Bin::arrivals), std::string("1 1 0 0 1 0 0 0 0 0"));
        QCOMPARE(numbers(work.all, &Bin::completions), std::string("0 0 0 0 0 1 0 1 0 0"));
        QCOMPARE(numbers(work.all, &Bin::inProgress), std::string("1 2 2 2 3 2 2 1 1 1"));
        QCOMPARE(numbers(work.all, &Bin::most), std::string("1 2 2 2 3 2 2 1 1 1")); // the first leaves as the bin of 5 begins
        QCOMPARE(numbers(work.all, &Bin::waiting), std::string("0 1 1 0 1 2 1 1 1 1"));
        QCOMPARE(work.all.peak, uint64_t(3));
        QCOMPARE(work.all.peakAt, int64_t(4));
        QCOMPARE(work.all.stayed, 5.0 + 6.0 + 5.0);
        QCOMPARE(work.all.waited, 2.0 + 2.0 + 4.0);
        QCOMPARE(numbers(work.stages[0], &Bin::inProgress), std::string("1 2 1 0 1 1 1 1 1 1"));
        QCOMPARE(numbers(work.stages[1], &Bin::inProgress), std::string("0 0 1 2 2 1 1 0 0 0"));
        QCOMPARE(work.stages[1].arrived, uint64_t(2)); // a repeat goes on with the stay
        QCOMPARE(work.stages[1].completed, uint64_t(2));
        QCOMPARE(work.stages[0].arrived, uint64_t(3));
        QCOMPARE(work.stages[0].completed, uint64_t(2));
        QCOMPARE(work.stages[2].arrived, uint64_t(0));
        QCOMPARE(work.underWay, uint64_t(1));
        QCOMPARE(work.stuck, uint64_t(0));
        const Tabular table = tabulate(work, true), byStage = tabulateStages(work, true);
        QCOMPARE(table.rows.size(), size_t(10));
        QCOMPARE(byStage.rows.size(), size_t(5));
        for (const Tabular* one : {&table, &byStage})
            for (const auto& row : one->rows)
                QCOMPARE(row.size(), one->columns.size());
        QCOMPARE(table.notes[0], std::string("At most 3 orders were in progress at once, first at 1970-01-01 00:00:00.000; on average 1.8."));
    }

    // A stuck order stays, and is counted apart from when its patience was over.
    void stuckOnes() {
        FulfilmentLog log = orderLog({{"A0-1 B2-3", OrderState::Stuck}, {"A0-1 B2-3"}}, 9);
        log.patience = {1, 4, 1, 1};
        const WorkInProgress work = workInProgress(log, allOrders(log), 10);
        QCOMPARE(numbers(work.all, &Bin::stuck), std::string("0 0 0 0 0 0 0 1 1 1"));
        QCOMPARE(numbers(work.stages[1], &Bin::stuck), std::string("0 0 0 0 0 0 0 1 1 1"));
        QCOMPARE(numbers(work.all, &Bin::inProgress), std::string("2 2 2 1 1 1 1 1 1 1"));
        QCOMPARE(work.stuck, uint64_t(1));
        QCOMPARE(workNotes(work, {true})[1], std::string("At the end 1 is neither done nor failed, of which 1 is stuck. They stay in progress."));
    }

    // One that failed is in progress until then.
    void failedOnes() {
        const FulfilmentLog log = orderLog({{"A0-1 B2-3", OrderState::Failed}, {"A0-1", OrderState::UnderWay}}, 9);
        const WorkInProgress work = workInProgress(log, allOrders(log), 10);
        QCOMPARE(numbers(work.all, &Bin::inProgress), std::string("2 2 2 1 1 1 1 1 1 1"));
        QCOMPARE(numbers(work.all, &Bin::completions), std::string("0 0 0 1 0 0 0 0 0 0"));
        QCOMPARE((std::vector<uint64_t>{work.underWay, work.stuck}), (std::vector<uint64_t>{1, 0}));
    }

    void momentByMoment() {
        std::mt19937 random(5);
        uint64_t stuck = 0, idle = 0;
        for (int round = 0; round < 200; ++round) {
            const int64_t range = 1 + static_cast<int64_t>(random() % 60), from = static_cast<int64_t>(random() % 100) - 50;
            FulfilmentLog log = randomOrderLog(random, random() % 30, 3, from, range, round % 3 == 0);
            for (int64_t& patience : log.patience)
                patience = static_cast<int64_t>(random() % 10);
            const std::vector<bool> only = someOrders(random, log);
            const WorkInProgress work = workInProgress(log, only, 1 + static_cast<uint32_t>(random() % 40));
            uint64_t peak = 0, area = 0, idleArea = 0;
            std::vector<uint64_t> stagePeak(3), stageArea(3);
            std::vector<uint64_t> most(work.bins.count);
            for (int64_t time = work.from; work.bins.count > 0 && time <= work.to; ++time) {
                std::vector<uint64_t> in(3);
                uint64_t idleNow = 0, stuckNow = 0;
                for (CaseNumber c = 0; c < log.cases(); ++c) {
                    if (!only[c])
                        continue;
                    const At where = at(log, c, work.to, time);
                    if (where.stage == kNowhere)
                        continue;
                    ++in[where.stage];
                    idleNow += where.isIdle;
                    stuckNow += where.isStuck;
                }
                const uint64_t all = in[0] + in[1] + in[2];
                peak = std::max(peak, all);
                const uint32_t bin = work.bins.at(time);
                most[bin] = std::max(most[bin], all);
                for (size_t k = 0; k < 3; ++k)
                    stagePeak[k] = std::max(stagePeak[k], in[k]);
                if (time < work.to) {
                    area += all;
                    idleArea += idleNow;
                    for (size_t k = 0; k < 3; ++k)
                        stageArea[k] += in[k];
                }
                if (time + 1 == work.bins.startOf(bin + 1) || time == work.to) { // times are whole: the end of the bin is as its last moment
                    QCOMPARE(work.all.bins[bin].inProgress, all);
                    QCOMPARE(work.all.bins[bin].waiting, idleNow);
                    QCOMPARE(work.all.bins[bin].stuck, stuckNow);
                    for (size_t k = 0; k < 3; ++k)
                        QCOMPARE(work.stages[k].bins[bin].inProgress, in[k]);
                    stuck += stuckNow;
                    idle += idleNow;
                }
            }
            QCOMPARE(work.all.peak, peak);
            QCOMPARE(work.all.stayed, static_cast<double>(area));
            QCOMPARE(work.all.waited, static_cast<double>(idleArea));
            for (size_t k = 0; k < 3; ++k) {
                QCOMPARE(work.stages[k].peak, stagePeak[k]);
                QCOMPARE(work.stages[k].stayed, static_cast<double>(stageArea[k]));
            }
            uint64_t arrived = 0, completed = 0;
            for (uint32_t b = 0; b < work.bins.count; ++b) {
                QCOMPARE(work.all.bins[b].most, most[b]);
                arrived += work.all.bins[b].arrivals;
                completed += work.all.bins[b].completions;
                QCOMPARE(work.all.bins[b].inProgress, arrived - completed);
            }
            QCOMPARE(arrived, work.all.arrived);
            QCOMPARE(completed, work.all.completed);
            QCOMPARE(arrived - completed, work.underWay + work.stuck);
        }
        QVERIFY(stuck > 100 && idle > 100);
    }

    // L = lambda W: what was counted moment by moment beside the lead times, which the log has by itself.
    void littlesLaw() {
        std::mt19937 random(9);
        for (int round = 0; round < 50; ++round) {
            const FulfilmentLog log = randomOrderLog(random, 1 + random() % 200, 4, -1'000'000'000, 3'600'000'000'000, true);
            const WorkInProgress work = workInProgress(log, allOrders(log), 60);
            if (work.all.arrived == 0)
                continue;
            double lead = 0, working = 0;
            for (CaseNumber c = 0; c < log.cases(); ++c) {
                lead += static_cast<double>(log.lead[c]);
                working += static_cast<double>(log.working[c]);
            }
            const double arrived = static_cast<double>(work.all.arrived), length = static_cast<double>(work.to - work.from);
            if (length == 0)
                continue;
            QVERIFY(isNear(work.mean(work.all), arrived / length * (lead / arrived)));
            QVERIFY(isNear(work.all.meanStay(), lead / arrived));
            QVERIFY(isNear(work.all.stayed - work.all.waited, working));
            double stages = 0;
            for (const auto& stage : work.stages) {
                stages += work.mean(stage);
                QCOMPARE(stage.arrived, stage.completed);
            }
            QVERIFY(isNear(stages, work.mean(work.all)));
        }
    }

    void ends() {
        constexpr int64_t kLast = std::numeric_limits<int64_t>::max(), kFirst = std::numeric_limits<int64_t>::min();
        const WorkInProgress none = workInProgress(orderLog({{""}}, 5), {true});
        QVERIFY(none.all.bins.empty() && none.stages.size() == 4 && none.mean(none.all) == 0);
        QCOMPARE(workNotes(none, {true}).front(), std::string("No order of the scope came to a stage."));
        QVERIFY(tabulate(none, true).rows.empty());
        // What begins and ends at once is never in progress.
        const WorkInProgress instant = workInProgress(orderLog({{"A-3--3"}}, 5), {true});
        QCOMPARE(instant.all.arrived, uint64_t(1));
        QCOMPARE(instant.all.completed, uint64_t(1));
        QCOMPARE(instant.all.peak, uint64_t(0));
        QCOMPARE(instant.bins.count, 1U);
        // One leaves as the next comes.
        QCOMPARE(workInProgress(orderLog({{"A0-5"}, {"A5-9"}}, 9), {true, true}).all.peak, uint64_t(1));
        FulfilmentLog log = emptyOrderLog(1);
        std::vector<FulfilmentLog::Visit> visits(1);
        visits[0].start = kFirst;
        visits[0].end = kLast;
        log.visits = visits;
        log.first = {0, 1};
        log.state = {OrderState::Stuck};
        log.cameTo = {0};
        log.observedUntil = kLast;
        const WorkInProgress far = workInProgress(log, {true});
        QVERIFY(!far.all.bins.empty() && far.all.bins.size() < 300);
        QVERIFY(isNear(far.mean(far.all), 1));
        StopToken stopped;
        stopped.stop();
        QVERIFY_EXCEPTION_THROWN((void)workInProgress(log, {true}, 100, stopped), Stopped);
    }
};

QTEST_GUILESS_MAIN(TestWorkInProgress)
#include "tst_work_in_progress.moc"
