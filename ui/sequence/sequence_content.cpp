#include "sequence/sequence_content.h"

#include "service_graph/graph_source.h"
#include "service_graph/node_words.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace aisle {

namespace {
constexpr uint32_t kNone = SequenceScene::kNone;

QString tr(const char* text) { return QCoreApplication::translate("aisle::SequenceView", text); }
} // namespace

SequenceContentPtr sequenceContent(TraceDataPtr data, GraphSource& source, const SequenceOptions& options, const StopToken& stop) {
    auto out = std::make_shared<SequenceContent>();
    const auto calls = source.calls(stop);
    out->diagram = sequenceDiagram(*data->table, data->tree, *calls, options, stop);
    for (uint32_t message = 0; message < out->diagram.messages.size(); ++message)
        for (const SequenceDiagram::Call& call : out->diagram.callsOf(out->diagram.messages[message]))
            for (const Row row : {call.server, call.client})
                if (row != kNoRow)
                    out->rows.emplace_back(row, message);
    std::sort(out->rows.begin(), out->rows.end());
    out->data = std::move(data);
    return out;
}

Row SequenceContent::rowOf(uint32_t message) const {
    const SequenceDiagram::Call& call = diagram.calls[diagram.messages[message].firstCall];
    return call.server != kNoRow ? call.server : call.client;
}

uint32_t SequenceContent::messageAround(Row row) const {
    for (NodeIndex node = data->tree.nodeOf(row); node != kNoNode; node = data->tree.parentOf(node)) {
        const Row at = data->tree.nodes[node].row;
        const auto found = std::lower_bound(rows.begin(), rows.end(), std::pair(at, 0U));
        if (at != kNoRow && found != rows.end() && found->first == at)
            return found->second;
    }
    return kNone;
}

uint32_t SequenceContent::participantNamed(std::string_view name) const {
    const auto found = std::find_if(diagram.participants.begin(), diagram.participants.end(),
                                    [&](const SequenceDiagram::Participant& participant) { return participant.name == name; });
    return found == diagram.participants.end() ? kNone : static_cast<uint32_t>(found - diagram.participants.begin());
}

/// What lies in a call comes after it and is deeper.
Row SequenceContent::expandedLoopOf(uint32_t message) const {
    uint32_t depth = diagram.messages[message].depth + 1;
    for (uint32_t i = message + 1; i-- > 0 && depth > 0;) {
        if (diagram.messages[i].depth >= depth)
            continue;
        depth = diagram.messages[i].depth;
        if (diagram.messages[i].expandedLoop != kNoRow)
            return diagram.messages[i].expandedLoop;
    }
    return kNoRow;
}

std::vector<bool> SequenceContent::messagesWith(const RowSet& found) const {
    std::vector<bool> out(diagram.messages.size(), false);
    for (const auto& [row, message] : rows)
        if (found[row])
            out[message] = true;
    return out;
}

namespace {

QString durationWords(const SequenceContent& content, uint32_t number) {
    const SequenceDiagram::Message& message = content.diagram.messages[number];
    const auto calls = content.diagram.callsOf(message);
    const QString duration = toQString(formatDuration(message.total));
    if (std::none_of(calls.begin(), calls.end(), [](const auto& call) { return call.hasDuration; }))
        return tr("no duration");
    return message.count() == 1 ? duration : tr("%1, %2 in all").arg(toQString(counted(message.count(), "call", "calls")), duration);
}

QString failedWords(const SequenceDiagram::Message& message) {
    if (message.errors == 0)
        return {};
    return message.count() == 1 ? tr("failed") : tr("%1 failed").arg(toQString(formatCount(message.errors)));
}

QString nameOf(const SequenceContent& content, uint32_t participant) { return singleLine(toQString(nodeWords(content.diagram.participants[participant].name))); }

} // namespace

QString messageWords(const SequenceContent& content, uint32_t number) {
    const SequenceDiagram::Message& message = content.diagram.messages[number];
    QString words = tr("%1 to %2: %3, %4").arg(nameOf(content, message.from), nameOf(content, message.to),
                                                singleLine(toQString(message.label)), durationWords(content, number));
    if (const QString failed = failedWords(message); !failed.isEmpty())
        words += QStringLiteral(", ") + failed;
    return words;
}

QString messageToolTip(const SequenceContent& content, uint32_t number) {
    const SequenceDiagram::Message& message = content.diagram.messages[number];
    const SequenceDiagram::Call& first = content.diagram.calls[message.firstCall];
    QStringList lines{toQString(message.label), tr("%1 → %2").arg(nameOf(content, message.from), nameOf(content, message.to)),
                      durationWords(content, number)};
    if (first.hasStart)
        lines << tr("starts after %1").arg(toQString(formatDuration(first.start - content.diagram.start)));
    if (message.kind == SequenceDiagram::EdgeKind::Messaging)
        lines << tr("a message: nobody waits for an answer");
    if (const QString failed = failedWords(message); !failed.isEmpty())
        lines << failed;
    return lines.join(QLatin1Char('\n'));
}

QString participantToolTip(const SequenceContent& content, uint32_t number) {
    uint64_t in = 0, out = 0;
    for (const SequenceDiagram::Message& message : content.diagram.messages) {
        in += message.to == number ? message.count() : 0;
        out += message.from == number ? message.count() : 0;
    }
    const SequenceDiagram::Participant& participant = content.diagram.participants[number];
    const QStringList lines{toQString(nodeWords(participant.name)), toQString(nodeKindName(participant.kind)),
                            tr("called %1, calls %2").arg(toQString(counted(in, "time", "times")), toQString(counted(out, "time", "times")))};
    return lines.join(QLatin1Char('\n'));
}

QString loopToolTip(const SequenceScene::Loop& loop) {
    QStringList lines{(loop.isExpanded ? tr("%1 in %2, one by one") : tr("%1 in %2, listed once")).arg(loop.title.name, loop.title.note)};
    if (loop.title.isFailed)
        lines << loop.title.failed;
    lines << (loop.isExpanded ? tr("Double click to fold them again") : tr("Double click to list them one by one"));
    return lines.join(QLatin1Char('\n'));
}

} // namespace aisle
