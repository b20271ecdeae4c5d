#include "service_graph/sequence_diagram.h"

#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>

namespace aisle {

using EdgeKind = ServiceGraph::EdgeKind;
using NodeKind = ServiceGraph::NodeKind;

namespace {

bool hasDuration(const SequenceDiagram& diagram, const SequenceDiagram::Message& message) {
    const auto calls = diagram.callsOf(message);
    return std::any_of(calls.begin(), calls.end(), [](const SequenceDiagram::Call& call) { return call.hasDuration; });
}

/// ", 2 of them failed"
std::string failed(uint64_t errors) { return errors == 0 ? std::string() : ", " + formatCount(errors) + " of them failed"; }

/// One line with an entity code in place of everything that could mean something to Mermaid, Markdown or HTML. What is not ASCII
/// stays readable, except for the sign with which Mermaid itself marks such codes while it reads.
std::string escaped(std::string_view text) {
    constexpr std::string_view kDegree = "\xc2\xb0", kPlain = " -_./,()";
    constexpr size_t kMost = 200;
    const std::string clean = printable(toUtf8(text));
    const std::string_view kept = beginning(clean, kMost);
    std::string out;
    for (size_t i = 0; i < kept.size(); ++i) {
        const char c = kept[i];
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (kept.substr(i).starts_with(kDegree)) {
            out += "#176;";
            ++i;
        } else if (isLetter || static_cast<unsigned char>(c) >= 0x80 || kPlain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '#' + std::to_string(static_cast<int>(c)) + ';';
        }
    }
    if (kept.size() < clean.size())
        out += "...";
    return out.find_first_not_of(' ') == std::string::npos ? "(no name)" : out;
}

class MermaidText {
public:
    MermaidText(const SequenceDiagram& diagram, const Redactor& redactor) : diagram_(diagram), redactor_(redactor) {}

    std::string write() {
        line("sequenceDiagram");
        indent_ = 1;
        for (uint32_t i = 0; i < diagram_.participants.size(); ++i)
            addParticipant(i);
        addSteps();
        addNotes();
        return std::move(out_);
    }

private:
    static std::string id(uint32_t participant) { return "P" + std::to_string(participant); }

    void line(const std::string& text) {
        constexpr size_t kMaxIndent = 20;
        out_.append(4 * std::min(indent_, kMaxIndent), ' ');
        out_ += text + '\n';
    }

    void addParticipant(uint32_t number) {
        const SequenceDiagram::Participant& participant = diagram_.participants[number];
        const bool isUser = participant.kind == NodeKind::User; // no name from a file
        const char* key = participant.kind == NodeKind::Service ? "service.name" : "service.peer.name";
        const std::string name = escaped(isUser ? participant.name : redactor_.redact(key, participant.name));
        line((isUser ? "actor " : "participant ") + id(number) + " as " + name);
    }

    void addSteps() {
        std::vector<uint32_t> ends; // of the loops that are open
        size_t loop = 0;
        for (uint32_t step = 0; step <= diagram_.steps.size(); ++step) {
            for (; !ends.empty() && ends.back() == step; ends.pop_back()) {
                --indent_;
                line("end");
            }
            for (; loop < diagram_.loops.size() && diagram_.loops[loop].firstStep == step; ++loop) {
                line("loop " + formatCount(diagram_.loops[loop].iterations) + (ends.empty() ? " times" : " times in all"));
                ends.push_back(diagram_.loops[loop].endStep);
                ++indent_;
            }
            if (step < diagram_.steps.size())
                addStep(diagram_.steps[step]);
        }
    }

    void addStep(const SequenceDiagram::Step& step) {
        const SequenceDiagram::Message& message = diagram_.messages[step.message];
        if (step.isReturn)
            line(id(message.to) + "-->>-" + id(message.from) + ": " + duration(message));
        else
            line(id(message.from) + (message.kind == EdgeKind::Messaging ? "-)" : "->>") + (message.hasReturn ? "+" : "") +
                 id(message.to) + ": " + escaped(redactor_.redact("name", message.label)) + remarks(message));
    }

    std::string duration(const SequenceDiagram::Message& message) const {
        return formatDuration(message.total) + (message.count() > 1 ? " in all" : "");
    }

    /// " (50 calls, 3 failed, 12 ms in all)"; the duration is said on the return where there is one.
    std::string remarks(const SequenceDiagram::Message& message) const {
        std::string out;
        const auto add = [&out](const std::string& remark) { out += (out.empty() ? " (" : ", ") + remark; };
        if (message.count() > 1)
            add(formatCount(message.count()) + " calls");
        if (message.errors > 0)
            add(message.count() > 1 ? formatCount(message.errors) + " failed" : "failed");
        if (!message.hasReturn && hasDuration(diagram_, message))
            add(duration(message));
        return out.empty() ? out : out + ")";
    }

    void addNotes() {
        if (diagram_.participants.empty())
            return;
        const size_t n = diagram_.participants.size();
        for (const std::string& note : notesOf(diagram_))
            line("Note over " + id(0) + (n > 1 ? "," + id(static_cast<uint32_t>(n - 1)) : "") + ": " + escaped(note));
    }

    const SequenceDiagram& diagram_;
    const Redactor& redactor_;
    size_t indent_ = 0;
    std::string out_;
};

} // namespace

std::vector<std::string> notesOf(const SequenceDiagram& diagram) {
    std::vector<std::string> out;
    if (diagram.leftOut > 0)
        out.push_back(counted(diagram.leftOut, "more call is", "more calls are") + " left out" + failed(diagram.leftOutErrors) +
                      ": failed ones come first, then the less nested, then the longest.");
    if (diagram.deeper > 0)
        out.push_back(counted(diagram.deeper, "call below those on show is", "calls below those on show are") + " not listed" +
                      failed(diagram.deeperErrors) + ".");
    if (diagram.unnamedCalls > 0)
        out.push_back(counted(diagram.unnamedCalls, "client or producer span has", "client and producer spans have") +
                      " no callee in the file and no name of one.");
    return out;
}

Tabular tabulate(const SequenceDiagram& diagram) {
    constexpr uint32_t kMaxIndent = 40; // a chain of 100,000 calls would be 10 GB of spaces
    Tabular out;
    out.columns = {{"start_offset_ns", "Start", true}, {"from", "From", false},           {"to", "To", false},
                   {"name", "Operation", false},       {"kind", "Kind", false},           {"duration_ns", "Duration", true},
                   {"calls", "Calls", true},           {"errors", "Errors", true},        {"depth", "Depth", true}};
    for (const SequenceDiagram::Message& message : diagram.messages) {
        const SequenceDiagram::Call& first = diagram.calls[message.firstCall];
        Cell name(message.label);
        name.shown = std::string(2 * std::min(message.depth, kMaxIndent), ' ') + message.label;
        out.rows.push_back({first.hasStart ? Cell::duration(first.start - diagram.start) : Cell(),
                            Cell(diagram.participants[message.from].name), Cell(diagram.participants[message.to].name), std::move(name),
                            Cell(std::string(edgeKindName(message.kind))),
                            hasDuration(diagram, message) ? Cell::duration(message.total) : Cell(), Cell::count(message.count()),
                            Cell::count(message.errors), Cell(static_cast<int64_t>(message.depth))});
    }
    out.notes = notesOf(diagram);
    return out;
}

std::string mermaidSequence(const SequenceDiagram& diagram, const Redactor& redactor) { return MermaidText(diagram, redactor).write(); }

} // namespace aisle
