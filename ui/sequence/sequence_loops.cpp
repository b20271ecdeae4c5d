#include "sequence/sequence_loops.h"

#include "text/format.h"
#include "widgets/plain_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <tuple>

namespace aisle {

namespace {

using Loop = SequenceScene::Loop;

QString tr(const char* text) { return QCoreApplication::translate("aisle::SequenceView", text); }

/// The calls that are listed for a loop that is expanded.
struct Expanded {
    uint32_t firstStep = SequenceScene::kNone, endStep = 0;
    uint64_t calls = 0, errors = 0;
    int64_t start = 0, end = 0;
};

std::map<Row, Expanded> expandedLoops(const SequenceDiagram& diagram) {
    std::map<Row, Expanded> out;
    for (uint32_t step = 0; step < diagram.steps.size(); ++step) {
        const SequenceDiagram::Message& message = diagram.messages[diagram.steps[step].message];
        if (message.expandedLoop == kNoRow)
            continue;
        Expanded& loop = out[message.expandedLoop];
        const SequenceDiagram::Call& call = diagram.calls[message.firstCall];
        if (loop.firstStep == SequenceScene::kNone) {
            loop.firstStep = step;
            loop.start = call.start;
        }
        loop.endStep = step + 1;
        loop.end = std::max(loop.end, call.end());
        if (diagram.steps[step].isReturn)
            continue;
        loop.calls += message.count();
        loop.errors += message.errors;
    }
    return out;
}

bool beginsWithin(const Loop& one, const Loop& other) {
    return other.firstStep < one.firstStep && one.firstStep < other.endStep && other.endStep < one.endStep;
}

} // namespace

void setFailedWords(SequenceScene::Label& label, uint64_t errors) {
    label.isFailed = errors > 0;
    if (errors > 0)
        label.failed = tr("%1 failed").arg(toQString(formatCount(errors)));
}

std::vector<Loop> sequenceLoops(const SequenceDiagram& diagram) {
    std::vector<Loop> out;
    const auto add = [&out](Row key, uint32_t firstStep, uint32_t endStep, const QString& name, int64_t duration, uint64_t errors) -> Loop& {
        Loop& loop = out.emplace_back();
        loop.key = key;
        loop.firstStep = firstStep;
        loop.endStep = endStep;
        loop.title.name = name;
        loop.title.note = toQString(formatDuration(duration));
        setFailedWords(loop.title, errors);
        return loop;
    };
    for (const SequenceDiagram::Loop& loop : diagram.loops)
        add(loop.key, loop.firstStep, loop.endStep, tr(loop.depth > 0 ? "×%1 in all" : "×%1").arg(toQString(formatCount(loop.iterations))),
            loop.end - loop.start, loop.errors);
    for (const auto& [key, found] : expandedLoops(diagram)) {
        Loop& loop = add(key, found.firstStep, found.endStep, toQString(counted(found.calls, "call", "calls")), found.end - found.start, found.errors);
        loop.isExpanded = true;
        // What runs at the same time may begin in it and end later, or the other way round.
        loop.hasFrame = std::none_of(out.begin(), out.end(), [&loop](const Loop& other) {
            return other.hasFrame && (beginsWithin(loop, other) || beginsWithin(other, loop));
        });
    }
    std::stable_sort(out.begin(), out.end(), [](const Loop& a, const Loop& b) { return std::tie(a.firstStep, b.endStep) < std::tie(b.firstStep, a.endStep); });
    return out;
}

} // namespace aisle
