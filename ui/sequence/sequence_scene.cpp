#include "sequence/sequence_scene.h"

#include "sequence/sequence_loops.h"
#include "service_graph/node_words.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QCoreApplication>
#include <QFontMetrics>

#include <algorithm>
#include <tuple>

namespace aisle {

using namespace sequence_measure;

namespace {

constexpr int kFrameLeft = 14, kFrameRight = 24; ///< of a frame beyond the outermost lifelines, with their bars
constexpr int kFrameStep = 6;                    ///< of a frame around another one
constexpr int kLabelSpace = 36;                  ///< of a column beyond its labels: bars, heads of arrows

QString tr(const char* text) { return QCoreApplication::translate("aisle::SequenceView", text); }

/// More than the widest column holds; so a name of a stranger takes no longer to measure than others.
QString measured(const QString& text) { return text.left(120); }

class SceneBuilder {
public:
    SceneBuilder(const SequenceDiagram& diagram, const Theme& theme, const Redactor* redactor)
        : diagram_(diagram), theme_(theme), redactor_(redactor), small_(theme.axisFont) {}

    SequenceScene build() {
        out_.loops = sequenceLoops(diagram_);
        addTexts();
        addLines();
        addBars();
        addColumns();
        placeFrames();
        return std::move(out_);
    }

private:
    using Message = SequenceDiagram::Message;
    static constexpr uint32_t kNone = SequenceScene::kNone;

    QString shown(const char* key, const std::string& text) const {
        return singleLine(toQString(redactor_ != nullptr ? redactor_->redact(key, text) : text));
    }

    void addTexts() {
        for (const Message& message : diagram_.messages) {
            const SequenceDiagram::Call& first = diagram_.calls[message.firstCall];
            const auto calls = diagram_.callsOf(message);
            const bool hasDuration = std::any_of(calls.begin(), calls.end(), [](const auto& call) { return call.hasDuration; });
            const QString duration = (message.count() > 1 ? tr("%1 in all") : QStringLiteral("%1")).arg(toQString(formatDuration(message.total)));
            SequenceScene::Label& request = out_.requests.emplace_back();
            request.name = shown("name", message.label);
            request.isFailed = message.errors > 0;
            if (message.count() > 1)
                setFailedWords(request, message.errors);
            if (!message.hasReturn && hasDuration)
                request.note = duration;
            SequenceScene::Label& answer = out_.returns.emplace_back();
            answer.note = duration;
            answer.isFailed = request.isFailed;
            out_.offsets.push_back(first.hasStart ? toQString(formatDuration(first.start - diagram_.start)) : QString());
        }
        int widest = small_.horizontalAdvance(QStringLiteral("00.0 ms"));
        for (const QString& offset : out_.offsets)
            widest = std::max(widest, small_.horizontalAdvance(offset));
        out_.gutter = widest + 2 * measure::kPadding;
    }

    void addLine(SequenceScene::Line::Kind kind, uint32_t number = kNone) { out_.lines.push_back({kind, number}); }
    uint32_t lineCount() const { return static_cast<uint32_t>(out_.lines.size()); }

    void addLines() {
        using Kind = SequenceScene::Line::Kind;
        out_.requestLine.assign(diagram_.messages.size(), kNone);
        out_.returnLine = out_.requestLine;
        std::vector<uint32_t> open; // loops with frames
        uint32_t next = 0;
        for (uint32_t step = 0; step <= diagram_.steps.size(); ++step) {
            endLoops(open, step);
            for (; next < out_.loops.size() && out_.loops[next].firstStep == step; ++next) {
                out_.loops[next].firstLine = lineCount();
                if (out_.loops[next].hasFrame)
                    open.push_back(next);
                addLine(Kind::Title, next);
            }
            if (step == diagram_.steps.size())
                break;
            const SequenceDiagram::Step& now = diagram_.steps[step];
            (now.isReturn ? out_.returnLine : out_.requestLine)[now.message] = lineCount();
            lineOfStep_.push_back(lineCount());
            addLine(now.isReturn ? Kind::Return : Kind::Request, now.message);
        }
        for (SequenceScene::Loop& loop : out_.loops)
            if (!loop.hasFrame)
                loop.endLine = lineOfStep_[loop.endStep - 1] + 1;
    }

    /// Their lower edges share a line: the inner ones are above.
    void endLoops(std::vector<uint32_t>& open, uint32_t step) {
        const auto ended = static_cast<int>(std::count_if(open.begin(), open.end(), [&](uint32_t loop) { return out_.loops[loop].endStep == step; }));
        if (ended == 0)
            return;
        const int gap = ended == 1 ? 0 : std::min(4, (kRow - 10) / (ended - 1));
        for (int i = 0; i < ended; ++i, open.pop_back()) {
            out_.loops[open.back()].endLine = lineCount();
            out_.loops[open.back()].below = 5 + i * gap;
        }
        addLine(SequenceScene::Line::Kind::Ends);
    }

    void addBars() {
        for (const SequenceDiagram::Activation& activation : diagram_.activations) {
            SequenceScene::Bar bar{activation.participant, activation.message, out_.requestLine[activation.message], 0, 0, false};
            bar.isOpen = out_.returnLine[bar.message] == kNone;
            bar.lastLine = bar.isOpen ? lastLineUntil(activation.to, bar.message) : out_.returnLine[bar.message];
            out_.bars.push_back(bar);
        }
        std::sort(out_.bars.begin(), out_.bars.end(), [](const auto& a, const auto& b) {
            return std::tie(a.participant, a.firstLine, b.lastLine) < std::tie(b.participant, b.firstLine, a.lastLine);
        });
        std::vector<uint32_t> until; // by level: the last line of the bar there
        uint32_t participant = kNone;
        for (SequenceScene::Bar& bar : out_.bars) {
            if (bar.participant != participant)
                until.clear();
            participant = bar.participant;
            bar.level = static_cast<uint32_t>(std::find_if(until.begin(), until.end(), [&](uint32_t last) { return last < bar.firstLine; }) - until.begin());
            if (bar.level == until.size())
                until.push_back(0);
            until[bar.level] = bar.lastLine;
        }
    }

    /// Of what happens in the same loop before that time.
    uint32_t lastLineUntil(int64_t time, uint32_t message) const {
        const uint32_t first = out_.requestLine[message], loop = out_.loopOf(message);
        const uint32_t end = loop == kNone ? lineCount() : out_.loops[loop].endLine;
        uint32_t last = first;
        for (uint32_t line = first + 1; line < end; ++line) {
            const SequenceScene::Line& at = out_.lines[line];
            if (at.kind != SequenceScene::Line::Kind::Request && at.kind != SequenceScene::Line::Kind::Return)
                continue;
            const SequenceDiagram::Call& call = diagram_.calls[diagram_.messages[at.number].firstCall];
            if ((at.kind == SequenceScene::Line::Kind::Return ? call.end() : call.start) > time)
                break;
            last = line;
        }
        return last;
    }

    /// As wide as names want them, and labels, which are beside their callers.
    void addColumns() {
        QFont bold = theme_.font;
        bold.setWeight(QFont::DemiBold);
        const QFontMetrics names(bold);
        for (const SequenceDiagram::Participant& participant : diagram_.participants) {
            SequenceScene::Column& column = out_.columns.emplace_back();
            const bool isUser = participant.kind == SequenceDiagram::NodeKind::User; // no name from a file
            const char* key = participant.kind == SequenceDiagram::NodeKind::Service ? "service.name" : "service.peer.name";
            column.name = isUser ? toQString(nodeWords(participant.name)) : shown(key, participant.name);
            widen(column, names.horizontalAdvance(measured(column.name)) + 55);
        }
        for (uint32_t i = 0; i < diagram_.messages.size(); ++i) {
            const Message& message = diagram_.messages[i];
            const bool isSelf = message.from == message.to;
            const uint32_t next = message.to < message.from ? message.from - 1 : std::min<uint32_t>(message.from + 1, static_cast<uint32_t>(out_.columns.size()) - 1);
            SequenceScene::Column &caller = out_.columns[message.from], &neighbour = out_.columns[next];
            if (caller.width == kMost && neighbour.width == kMost)
                continue;
            const int wanted = out_.requests[i].width(theme_) + kLabelSpace + (isSelf ? kSelf : 0);
            widen(caller, wanted);
            widen(neighbour, wanted);
        }
        for (SequenceScene::Column& column : out_.columns) {
            column.left = out_.width;
            out_.width += column.width;
        }
        for (uint32_t i = 0; i < diagram_.messages.size(); ++i) {
            out_.reach.push_back(reachOf(i));
            out_.width = std::max(out_.width, out_.reach.back() + kFrameRight); // of calls of the last one to itself
        }
    }

    static void widen(SequenceScene::Column& column, int wanted) { column.width = std::clamp(wanted + wanted % 2, std::max(kLeast, column.width), kMost); }

    int reachOf(uint32_t message) const {
        const uint32_t from = diagram_.messages[message].from, to = diagram_.messages[message].to;
        if (from != to)
            return out_.columns[std::max(from, to)].x();
        const int x = out_.columns[to].x();
        const int room = (to + 1 < out_.columns.size() ? out_.columns[to + 1].x() - x : kMost) - kFrameRight - kBar;
        return x + std::min(room, kSelf + kLabelSpace + out_.requests[message].width(theme_));
    }

    /// Around what is in them and their titles. From the inner ones to the outer.
    void placeFrames() {
        for (size_t i = out_.loops.size(); i-- > 0;) {
            SequenceScene::Loop& loop = out_.loops[i];
            int left = out_.width, right = 0;
            for (uint32_t step = loop.firstStep; step < loop.endStep; ++step) {
                const uint32_t message = diagram_.steps[step].message;
                left = std::min(left, out_.columns[std::min(diagram_.messages[message].from, diagram_.messages[message].to)].x());
                right = std::max(right, out_.reach[message]);
            }
            loop.left = left - kFrameLeft;
            loop.right = std::max(right + kFrameRight, loop.left + loop.title.width(theme_) + kChevron + 2 * kSpace);
            for (size_t inner = i + 1; loop.hasFrame && inner < out_.loops.size() && out_.loops[inner].firstStep < loop.endStep; ++inner) {
                if (!out_.loops[inner].hasFrame)
                    continue;
                loop.left = std::min(loop.left, out_.loops[inner].left - kFrameStep);
                loop.right = std::max(loop.right, out_.loops[inner].right + kFrameStep);
            }
            loop.left = std::max(loop.left, 2);
            out_.width = std::max(out_.width, loop.right + measure::kPadding);
        }
    }

    const SequenceDiagram& diagram_;
    const Theme& theme_;
    const Redactor* redactor_;
    const QFontMetrics small_;
    SequenceScene out_;
    std::vector<uint32_t> lineOfStep_;
};

} // namespace

int SequenceScene::Label::widthOfNotes(const Theme& theme) const {
    const QFontMetrics small(theme.axisFont);
    int width = isFailed ? kMark : 0;
    for (const QString& text : {note, failed})
        if (!text.isEmpty())
            width += small.horizontalAdvance(text) + kSpace;
    return width;
}

/// With a pixel for what was rounded off.
int SequenceScene::Label::width(const Theme& theme) const { return widthOfNotes(theme) + QFontMetrics(theme.font).horizontalAdvance(measured(name)) + 1; }

uint32_t SequenceScene::loopOf(uint32_t message) const {
    const uint32_t line = requestLine[message];
    uint32_t found = kNone;
    for (uint32_t i = 0; i < loops.size() && loops[i].firstLine < line; ++i)
        if (line < loops[i].endLine)
            found = i;
    return found;
}

const SequenceScene::Bar* SequenceScene::barAt(uint32_t participant, uint32_t line) const {
    const auto first = std::lower_bound(bars.begin(), bars.end(), participant, [](const Bar& bar, uint32_t wanted) { return bar.participant < wanted; });
    const Bar* found = nullptr;
    for (auto bar = first; bar != bars.end() && bar->participant == participant && bar->firstLine <= line; ++bar)
        if (line <= bar->lastLine && (found == nullptr || bar->level > found->level))
            found = &*bar;
    return found;
}

SequenceScene sequenceScene(const SequenceDiagram& diagram, const Theme& theme, const Redactor* redactor) {
    return SceneBuilder(diagram, theme, redactor).build();
}

} // namespace aisle
