#pragma once
// What holds of every sequence diagram, whatever the traces.

#include "service_graph/sequence_diagram.h"

#include <QTest>

#include <limits>
#include <vector>

namespace aisle::test {

/// Every message is asked for once and answered once at most, after that; frames nest and are in order of time.
inline void verifySteps(const SequenceDiagram& d) {
    std::vector<int> requests(d.messages.size()), returns(d.messages.size());
    uint32_t next = 0;
    for (const SequenceDiagram::Step& step : d.steps) {
        if (!step.isReturn)
            QCOMPARE(step.message, next++);
        QVERIFY(!step.isReturn || requests[step.message] == 1);
        ++(step.isReturn ? returns : requests)[step.message];
    }
    for (size_t i = 0; i < d.messages.size(); ++i) {
        QCOMPARE(requests[i], 1);
        QCOMPARE(returns[i], d.messages[i].hasReturn ? 1 : 0);
    }
    struct Frame {
        uint32_t end;
        int64_t last;
    };
    constexpr int64_t kNever = std::numeric_limits<int64_t>::min();
    std::vector<Frame> frames{{static_cast<uint32_t>(d.steps.size()), kNever}};
    const auto moment = [&](int64_t time) {
        QVERIFY(time >= frames.back().last);
        frames.back().last = time;
    };
    size_t loop = 0;
    for (uint32_t i = 0; i < d.steps.size(); ++i) {
        while (frames.back().end == i)
            frames.pop_back();
        for (; loop < d.loops.size() && d.loops[loop].firstStep == i; ++loop) {
            const SequenceDiagram::Loop& l = d.loops[loop];
            QVERIFY(l.endStep > l.firstStep && l.endStep <= frames.back().end);
            QCOMPARE(l.depth, static_cast<uint32_t>(frames.size() - 1));
            moment(l.start);
            frames.push_back({l.endStep, kNever});
        }
        const SequenceDiagram::Call& first = d.calls[d.messages[d.steps[i].message].firstCall];
        moment(d.steps[i].isReturn ? first.end() : first.start);
    }
    QCOMPARE(loop, d.loops.size());
}

inline void verifyLoops(const SequenceDiagram& d) {
    for (const SequenceDiagram::Loop& l : d.loops) {
        QVERIFY(l.iterations > 1);
        uint64_t errors = 0;
        int64_t end = l.start;
        bool holdsKey = false;
        for (uint32_t i = l.firstStep; i < l.endStep; ++i) {
            if (d.steps[i].isReturn)
                continue;
            const SequenceDiagram::Message& m = d.messages[d.steps[i].message];
            errors += m.errors;
            for (const SequenceDiagram::Call& call : d.callsOf(m)) {
                end = std::max(end, call.end());
                holdsKey = holdsKey || (call.server != kNoRow ? call.server : call.client) == l.key;
            }
        }
        QCOMPARE(l.errors, errors);
        QCOMPARE(l.end, end);
        QVERIFY(holdsKey);
    }
}

inline void verifyBars(const SequenceDiagram& d) {
    for (size_t i = 0; i < d.activations.size(); ++i) {
        const SequenceDiagram::Activation& bar = d.activations[i];
        QCOMPARE(bar.participant, d.messages[bar.message].to);
        bool standsOnOne = bar.level == 0;
        for (size_t k = 0; k < i; ++k) {
            const SequenceDiagram::Activation& other = d.activations[k];
            if (other.participant != bar.participant)
                continue;
            QVERIFY(other.from <= bar.from);
            const bool covers = other.to > bar.from;
            QVERIFY(!covers || other.level != bar.level);
            standsOnOne = standsOnOne || (covers && other.level + 1 == bar.level);
        }
        QVERIFY(standsOnOne);
    }
}

} // namespace aisle::test
