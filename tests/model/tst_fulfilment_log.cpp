// The log of what happened to orders: visits, waits, queues, states.

#include "journey/journey_proposal.h"
#include "order_fixture.h"
#include "orders/dead_letters.h"

#include <QTest>

#include <map>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

/// What is expected of one order, from its steps as they were written.
struct Naive {
    std::vector<Step> steps; ///< by start, then as they were written
    int64_t working = 0, lead = 0, end = 0;
    size_t cameTo = 0;
    uint32_t reached = kNoStage; ///< with success
    bool isDone = false;
    std::vector<int64_t> waits; ///< by step, -1: the first

    void workOut(size_t stages) {
        std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.from < b.from; });
        std::set<int64_t> busy; // seconds
        end = steps.front().from;
        for (size_t i = 0; i < steps.size(); ++i) {
            int64_t wait = -1;
            for (size_t k = 0; k < i; ++k) {
                const int64_t before = steps[i].from - endOf(steps[k]);
                wait = k == 0 ? before : std::min(wait, before);
            }
            waits.push_back(i == 0 ? -1 : std::max<int64_t>(0, wait));
            for (int64_t t = steps[i].from; t < endOf(steps[i]); ++t)
                busy.insert(t);
            end = std::max(end, endOf(steps[i]));
            cameTo = std::max(cameTo, stageOf(steps[i]));
            if (const auto stage = static_cast<uint32_t>(stageOf(steps[i])); !steps[i].failed)
                reached = reached == kNoStage ? stage : std::max(reached, stage);
            isDone = isDone || (stageOf(steps[i]) + 1 == stages && !steps[i].failed);
        }
        working = static_cast<int64_t>(busy.size());
        lead = end - steps.front().from;
    }
    /// Sorted: it was last at the furthest stage, and nothing there succeeded.
    bool hasFailed() const { return stageOf(steps.back()) == cameTo && std::all_of(steps.begin(), steps.end(), [&](const Step& step) { return stageOf(step) != cameTo || step.failed; }); }
    static size_t stageOf(const Step& step) { return static_cast<size_t>(step.name[0] - 'A'); }
    static int64_t endOf(const Step& step) { return step.isUnfinished ? step.from : step.to; }
};

} // namespace

class TestFulfilmentLog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        const OrderShop shop({
            {"good", "A", 0, 10},                                               // 1
            {"good", "send", 8, 12, false, false, Kind::Producer},              // 2
            {"good", "B", 20, 30, false, false, Kind::Consumer, 2},             // 3
            {"good", "C", 25, 60},                                              // 4
            {"tries", "A", 100, 110},                                           // 5
            {"tries", "send", 109, 112, false, false, Kind::Producer},          // 6
            {"tries", "B", 120, 125, true, false, Kind::Consumer, 6},           // 7
            {"tries", "B", 140, 150, false, false, Kind::Consumer, 6},          // 8: of the wait since the failure all, not since it was sent
            {"hangs", "A", 200, 0, false, true},
            {"fails", "A", 210, 211}, {"fails", "C", 215, 216, true},           // the last stage failed
            {"other", "nothing of the flow", 1, 2},
        }, 290);
        const JourneyState state = shop.workOut(flowOf(3));
        const FulfilmentLog log = fulfilmentLog(state);
        QCOMPARE(log.cases(), size_t(5));
        const CaseNumber good = numberOf(state, "good"), tries = numberOf(state, "tries"), hangs = numberOf(state, "hangs"), fails = numberOf(state, "fails"), other = numberOf(state, "other");
        QCOMPARE(words(log, good), std::string("A 1 wait - queue - | B 1 wait 10 queue 8 | C 1 wait 0 queue -"));
        QCOMPARE(words(log, tries), std::string("A 1 wait - queue - | B 1! wait 10 queue 8 | B 2 wait 15 queue 15"));
        QCOMPARE(words(log, hangs), std::string("A 1? wait - queue -"));
        QCOMPARE(words(log, fails), std::string("A 1 wait - queue - | C 1! wait 4 queue -"));
        QVERIFY(!log.hasVisits(other));
        QCOMPARE(std::pair(log.working[good], log.lead[good]), std::pair(50 * kSecond, 60 * kSecond)); // 0-10 and 20-60
        QCOMPARE(std::pair(log.working[tries], log.lead[tries]), std::pair(25 * kSecond, 50 * kSecond));
        QCOMPARE(std::pair(log.working[hangs], log.lead[hangs]), std::pair(int64_t(0), int64_t(0)));
        const FulfilmentLog::Visit& hanging = log.visits[log.first[hangs]];
        QVERIFY(hanging.end == hanging.start && hanging.isUnfinished);
        // All are silent until 290, and what never went on is stuck after the idle limit of 100 s.
        QCOMPARE(log.observedUntil, kBegin + 290 * kSecond);
        QCOMPARE(log.patience, (std::vector<int64_t>(3, 100 * kSecond)));
        QCOMPARE(log.state[good], OrderState::Done);
        QCOMPARE(log.silent[good], int64_t(0));
        QCOMPARE(log.state[tries], OrderState::Stuck);
        QCOMPARE(log.silent[tries], 140 * kSecond);
        QCOMPARE(log.state[hangs], OrderState::UnderWay);
        QCOMPARE(log.silent[hangs], 90 * kSecond);
        QCOMPARE(log.state[fails], OrderState::UnderWay);
        QCOMPARE((std::vector<uint32_t>{log.cameTo[good], log.cameTo[tries], log.cameTo[hangs], log.cameTo[fails], log.cameTo[other]}), (std::vector<uint32_t>{2, 1, 0, 2, kNoStage}));
        QCOMPARE(log.state[other], OrderState::Done);
        QCOMPARE((std::vector<std::string_view>{log.reachedName(good), log.reachedName(tries), log.reachedName(hangs), log.reachedName(fails), log.reachedName(other)}), (std::vector<std::string_view>{"C", "B", "A", "A", ""}));
    }

    // Orders whose messages lay in a dead-letter queue were under way for hours.
    void setAside() {
        const OrderShop shop({{"late", "A", 0, 1},                                                       // 1
                              {"late", "B", 10, 12, true, false, Kind::Consumer},                         // 2
                              {"", "send b.dlq", 11, 12, false, false, Kind::Producer, 0, "shop", {}, 2}, // 3
                              {"silent", "A", 0, 1},                                                     // 4
                              {"silent", "B", 10, 12, false, false, Kind::Consumer},                      // 5: no error, and set aside all the same
                              {"", "SQS.SendMessage", 11, 12, false, false, Kind::Client, 0, "shop", {}, 5}, // 6: wherever it sent that
                              {"", "publish b-dead-letter", 11, 12, false, false, Kind::Client, 0, "shop", {}, 5},
                              {"driven again", "A", 0, 1},                                               // 8
                              {"driven again", "B", 10, 12, true, false, Kind::Consumer},                 // 9
                              {"", "send b.dlq", 11, 12, false, false, Kind::Producer, 0, "shop", {}, 9},
                              {"driven again", "B", 20, 22},
                              {"reads", "A", 0, 1},                                                      // 12
                              {"reads", "B", 10, 12},                                                    // 13
                              {"", "receive b.dlq", 11, 12, false, false, Kind::Client, 0, "shop", {}, 13},
                              {"", "SELECT shop.dead_letters", 11, 12, false, false, Kind::Client, 0, "shop", {}, 13},
                              {"went on", "A", 0, 1},                                                    // 16
                              {"went on", "B", 10, 12, true},                                            // 17
                              {"", "send b.dlq", 11, 12, false, false, Kind::Producer, 0, "shop", {}, 17},
                              {"went on", "C", 20, 22},
                              {"at first", "A", 0, 1, true},                                             // 20
                              {"at first", "B", 10, 12},                                                 // 21
                              {"", "send b.dlq", 11, 12, false, false, Kind::Producer, 0, "shop", {}, 21},
                              {"found there", "A", 0, 1}, {"found there", "B", 10, 12, true}, {"found there", "process b.dlq", 14, 15, false, false, Kind::Consumer},
                              {"nothing failed", "A", 0, 1}, {"nothing failed", "process b.dlq", 14, 15, false, false, Kind::Consumer},
                              {"fails", "A", 0, 1}, {"fails", "B", 10, 12, true}},
                             30);
        const JourneyState state = shop.workOut(flowOf(3));
        const FulfilmentLog log = fulfilmentLog(state);
        const auto stands = [&](const char* order) { return std::pair(log.state[numberOf(state, order)], log.failedAt[numberOf(state, order)]); };
        QCOMPARE(stands("late"), std::pair(OrderState::Failed, uint32_t(1)));
        QCOMPARE(stands("silent"), std::pair(OrderState::Failed, uint32_t(1)));
        QCOMPARE(words(log, numberOf(state, "silent")), std::string("A 1 wait - queue - | B 1! wait 9 queue -"));
        QCOMPARE(stands("driven again"), std::pair(OrderState::UnderWay, kNoStage));
        QCOMPARE(stands("fails"), std::pair(OrderState::UnderWay, kNoStage)); // it may be tried again
        QCOMPARE(stands("found there"), std::pair(OrderState::Failed, uint32_t(1)));
        QCOMPARE(stands("nothing failed"), std::pair(OrderState::UnderWay, kNoStage));
        QCOMPARE(stands("reads"), std::pair(OrderState::UnderWay, kNoStage));
        QCOMPARE(stands("went on"), std::pair(OrderState::Done, uint32_t(1)));
        QCOMPARE(stands("at first"), std::pair(OrderState::Failed, uint32_t(1))); // not at A
        QCOMPARE(log.silent[numberOf(state, "late")], int64_t(0));
        for (const char* queue : {"send reservations.dlq", "orders-dead-letter publish", "pay_DLQ send", "ordersDLQ", "send orders-dlt", "send to DeadLetterExchange", "publish dead.letter.queue", "send dead letters", "send orders.parking-lot", "send poison-queue"})
            QVERIFY2(isDeadLetterQueue(queue), queue);
        for (const char* sends : {"send b.dlq", "publish dlq", "SQS.SendMessage dlq", "kafkaProduce dlq", "PutRecord dlq", "queue.put dlq", "enqueue dlq", "putRecord dlq", "asyncPut dlq", "queue.addJob dlq", "PUT /queues/dlq", "produce dlq", "SQS.SendMessage order-processing-dlq", "send payment-processor.dlq", "publish reader-dlq"})
            QVERIFY2(saysThatItSends(sends), sends);
        for (const char* other : {"receive b.dlq", "settle b.dlq", "GET /dlq/status", "SELECT shop.dead_letters", "compute dlq", "input dlq", "load dlq", "receive product-updates.dlq", "SQS.ReceiveMessage products-dlq", "GET /dlq/address-changes", "receive send-mail.dlq", "SQS.ReceiveMessage send-mail-dlq", "dlq products"})
            QVERIFY2(!saysThatItSends(other), other);
        for (const char* other : {"send orders", "DeadlineExceeded", "dead stock report", "handleDltOff", "send letters", "middle"})
            QVERIFY2(!isDeadLetterQueue(other), other);
    }

    // Of an order that went on after it was set aside nothing was said when it was set aside again.
    void setAsideTwice() {
        const OrderShop shop({{"a", "A", 0, 1}, {"a", "B", 10, 12, true}, {"", "send b.dlq", 11, 12, false, false, Kind::Producer, 0, "shop", {}, 2},
                              {"a", "C", 20, 22}, {"a", "D", 30, 32, true}, {"", "send d.dlq", 31, 32, false, false, Kind::Producer, 0, "shop", {}, 5}},
                             40);
        const JourneyState state = shop.workOut(flowOf(5));
        const FulfilmentLog log = fulfilmentLog(state);
        QCOMPARE(std::pair(log.state[numberOf(state, "a")], log.failedAt[numberOf(state, "a")]), std::pair(OrderState::Failed, uint32_t(3)));
    }

    // An order counted as done, because the mail about it was sent, though its goods were never reserved: what needs what is known of no proposal.
    void failedForGood() {
        const OrderShop shop({{"half", "A", 0, 1}, {"half", "B", 10, 12, true}, {"half", "C", 20, 22},
                              {"good", "A", 0, 1}, {"good", "B", 10, 12, true}, {"good", "B", 14, 15}, {"good", "C", 20, 22},
                              {"now", "A", 980, 981}, {"now", "B", 985, 986, true}, {"now", "C", 986, 987}},
                             1000);
        JourneyDefinition flow = flowOf(3);
        const auto stands = [&](const char* order) {
            const JourneyState state = shop.workOut(flow);
            const FulfilmentLog log = fulfilmentLog(state);
            return std::pair(log.state[numberOf(state, order)], log.failedAt[numberOf(state, order)]);
        };
        QCOMPARE(stands("half"), std::pair(OrderState::Done, uint32_t(1))); // who says what the stages are says that C follows from B
        QCOMPARE(stands("good"), std::pair(OrderState::Done, kNoStage));
        nameAsProposal(flow);
        QCOMPARE(stands("half"), std::pair(OrderState::Failed, uint32_t(1)));
        QCOMPARE(stands("good"), std::pair(OrderState::Done, kNoStage));
        QCOMPARE(stands("now"), std::pair(OrderState::UnderWay, kNoStage));
        flow.stages[1].isOptional = true;
        QCOMPARE(stands("half"), std::pair(OrderState::Done, kNoStage));
    }

    // Ten times what nearly all others waited; a target of the next stage may allow more.
    void patience() {
        std::vector<Step> steps;
        for (int64_t o = 0; o < 6; ++o) { // waits of 2 to 7 s, whose p95 is 7 s
            const std::string order = "o" + std::to_string(o);
            steps.push_back({order, "A", 10 * o, 10 * o + 1});
            steps.push_back({order, "B", 10 * o + 3 + o, 10 * o + 3 + o});
        }
        steps.push_back({"waits", "A", 929, 930});
        steps.push_back({"stuck", "A", 928, 929});
        steps.push_back({"stays", "B", 899, 900});
        const OrderShop shop(steps, 1000);
        JourneyDefinition flow = flowOf(3);
        const JourneyState state = shop.workOut(flow);
        const FulfilmentLog log = fulfilmentLog(state);
        QCOMPARE(log.patience, (std::vector<int64_t>{70 * kSecond, 100 * kSecond, 100 * kSecond}));
        QCOMPARE(log.state[numberOf(state, "waits")], OrderState::UnderWay); // exactly 70 s
        QCOMPARE(log.state[numberOf(state, "stuck")], OrderState::Stuck);
        QCOMPARE(log.state[numberOf(state, "stays")], OrderState::UnderWay);
        flow.stages[1].within = 80 * kSecond;
        const JourneyState later = shop.workOut(flow);
        const FulfilmentLog patient = fulfilmentLog(later);
        QCOMPARE(patient.patience[0], 80 * kSecond);
        QCOMPARE(patient.state[numberOf(later, "stuck")], OrderState::UnderWay);
        // What is optional is nothing to wait for.
        flow.stages[1].isOptional = true;
        QCOMPARE(fulfilmentLog(shop.workOut(flow)).patience[0], 70 * kSecond);
    }

    // The longest silence at the stage counts, that before a retry as well; at least 10 s.
    void retriesAreWaitsToo() {
        std::vector<Step> steps;
        for (int64_t o = 0; o < 5; ++o) {
            const std::string order = "o" + std::to_string(o);
            steps.push_back({order, "A", 100 * o, 100 * o});
            steps.push_back({order, "A", 100 * o + 30, 100 * o + 30});
            steps.push_back({order, "B", 100 * o + 31, 100 * o + 31});
            steps.push_back({order, "C", 100 * o + 31, 100 * o + 31});
        }
        const FulfilmentLog log = fulfilmentLog(OrderShop(steps).workOut(flowOf(3)));
        QCOMPARE(log.patience, (std::vector<int64_t>{300 * kSecond, 10 * kSecond, 100 * kSecond}));
    }

    // What was skipped, or is optional and came last, is nothing to wait for.
    void whatIsDone() {
        const OrderShop shop({{"skips", "A", 0, 1}, {"skips", "C", 2, 3}, {"starts late", "B", 0, 1}, {"starts late", "C", 2, 3}, {"beyond", "A", 0, 1}, {"beyond", "D", 2, 3, true}, {"short", "A", 0, 1}, {"short", "B", 2, 3},
                              {"again", "C", 0, 1, true}, {"again", "C", 2, 3}}, 1000);
        JourneyDefinition flow = flowOf(4);
        flow.stages[3].isOptional = true;
        const JourneyState state = shop.workOut(flow);
        const FulfilmentLog log = fulfilmentLog(state);
        for (const char* done : {"skips", "starts late", "beyond", "again"})
            QVERIFY2(log.state[numberOf(state, done)] == OrderState::Done, done);
        QCOMPARE(log.state[numberOf(state, "short")], OrderState::Stuck);
        // In any order there is no later stage: each has to be there.
        flow.order = StageOrder::Any;
        const JourneyState any = shop.workOut(flow);
        const FulfilmentLog ofAny = fulfilmentLog(any);
        QCOMPARE(ofAny.state[numberOf(any, "skips")], OrderState::Stuck);
        QCOMPARE(ofAny.cameTo[numberOf(any, "again")], uint32_t(2));
        const OrderShop mixed({{"mixed", "C", 0, 1}, {"mixed", "A", 2, 3}, {"mixed", "B", 4, 5}, {"mixed", "C", 6, 7}}, 1000);
        const JourneyState whole = mixed.workOut(flow);
        QCOMPARE(fulfilmentLog(whole).state[0], OrderState::Done);
        QCOMPARE(fulfilmentLog(whole).cameTo[0], uint32_t(1)); // the newest: C had been there before
        QCOMPARE(fulfilmentLog(whole).reached[0], uint32_t(1));
    }

    void withoutAFlow() {
        JourneyState state;
        QCOMPARE(fulfilmentLog(state).cases(), size_t(0));
        const OrderShop bots({{"robot", "A", 0, 1, false, false, Kind::Server, 0, "shop", {{"user_agent.synthetic.type", "bot"}}}, {"man", "A", 0, 1}});
        const JourneyState counted = bots.workOut(flowOf(2));
        const FulfilmentLog log = fulfilmentLog(counted);
        QVERIFY(!log.hasVisits(numberOf(counted, "robot")) && log.hasVisits(numberOf(counted, "man")));
    }

    void againstANaiveLog() {
        uint64_t failed = 0;
        for (uint32_t round = 0; round < 40; ++round) {
            const size_t stages = 2 + round % 4, orders = 1 + round;
            const std::vector<Step> steps = randomSteps(round, orders, stages, 10 + size_t(round) * 8);
            constexpr int64_t kUntil = 520;
            const OrderShop shop(steps, kUntil);
            JourneyDefinition flow = flowOf(stages);
            flow.idleLimit = 50 * kSecond;
            if (round % 3 == 0)
                flow.stages[1].within = 150 * kSecond;
            const JourneyState state = shop.workOut(flow);
            const FulfilmentLog log = fulfilmentLog(state);
            std::map<std::string, Naive> expected;
            for (const Step& step : steps)
                expected[step.order].steps.push_back(step);
            std::vector<std::vector<int64_t>> waited(stages);
            for (auto& [order, naive] : expected) {
                naive.workOut(stages);
                for (size_t k = 0; k < stages; ++k) { // of those that were at k and went beyond it
                    size_t at = stages, longest = 0;
                    for (size_t i = 0; i < naive.steps.size(); ++i) {
                        if (at == k)
                            longest = std::max(longest, static_cast<size_t>(std::max<int64_t>(0, naive.waits[i])));
                        const size_t stage = Naive::stageOf(naive.steps[i]);
                        if (at == k && stage > k)
                            waited[k].push_back(static_cast<int64_t>(longest));
                        at = at == stages ? stage : std::max(at, stage);
                    }
                }
            }
            for (size_t k = 0; k < stages; ++k) {
                std::sort(waited[k].begin(), waited[k].end());
                const size_t n = waited[k].size();
                int64_t patience = n < 5 ? 50 : std::max<int64_t>(10, 10 * waited[k][(n * 95 + 99) / 100 - 1]);
                if (k == 0 && round % 3 == 0)
                    patience = std::max<int64_t>(patience, 150);
                QCOMPARE(log.patience[k], patience * kSecond);
            }
            size_t visits = 0;
            for (const auto& [order, naive] : expected) {
                const CaseNumber c = numberOf(state, order);
                QCOMPARE(size_t(log.first[c + 1] - log.first[c]), naive.steps.size());
                visits += naive.steps.size();
                std::map<size_t, uint32_t> attempts;
                for (size_t i = 0; i < naive.steps.size(); ++i) {
                    const FulfilmentLog::Visit& visit = log.visits[log.first[c] + i];
                    const Step& step = naive.steps[i];
                    QCOMPARE(size_t(visit.stage), Naive::stageOf(step));
                    QCOMPARE(visit.start, kBegin + step.from * kSecond);
                    QCOMPARE(visit.end, kBegin + Naive::endOf(step) * kSecond);
                    QCOMPARE(visit.wait, naive.waits[i] < 0 ? -1 : naive.waits[i] * kSecond);
                    QCOMPARE(visit.attempt, ++attempts[Naive::stageOf(step)]);
                    QCOMPARE(visit.failed, step.failed);
                    QCOMPARE(visit.isUnfinished, step.isUnfinished);
                }
                QCOMPARE(log.working[c], naive.working * kSecond);
                QCOMPARE(log.lead[c], naive.lead * kSecond);
                QCOMPARE(size_t(log.cameTo[c]), naive.cameTo);
                QCOMPARE(log.reached[c], naive.reached);
                const int64_t silent = naive.isDone ? 0 : (kUntil - naive.end) * kSecond;
                const OrderState expectedState = naive.isDone ? OrderState::Done : silent <= log.patience[naive.cameTo] ? OrderState::UnderWay : naive.hasFailed() ? OrderState::Failed : OrderState::Stuck;
                QCOMPARE(log.state[c], expectedState);
                QCOMPARE(log.silent[c], expectedState == OrderState::Failed ? int64_t(0) : silent);
                failed += expectedState == OrderState::Failed;
            }
            QCOMPARE(log.visits.size(), visits);
        }
        QVERIFY2(failed > 5, std::to_string(failed).c_str());
    }

    void stops() {
        const OrderShop shop({{"o", "A", 0, 1}});
        const JourneyState state = shop.workOut(flowOf(2));
        StopToken stop;
        stop.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, fulfilmentLog(state, stop));
    }
};

QTEST_GUILESS_MAIN(TestFulfilmentLog)
#include "tst_fulfilment_log.moc"
