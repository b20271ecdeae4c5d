#pragma once
// A sequence diagram and the trace it is of, worked out off the UI thread; immutable. What a person can point at, in words.

#include "sequence/sequence_scene.h"
#include "trace/trace_data.h"

#include <memory>

namespace aisle {

class GraphSource;

struct SequenceContent {
    TraceDataPtr data;
    SequenceDiagram diagram;
    std::vector<std::pair<Row, uint32_t>> rows; ///< of spans, and their messages; sorted

    /// The span that a message leads to: the first call's at the callee, else at the caller.
    Row rowOf(uint32_t message) const;
    /// The message of a span, else of the nearest span that it is in; SequenceScene::kNone: it is in no call on show.
    uint32_t messageAround(Row row) const;
    uint32_t participantNamed(std::string_view name) const; ///< kNone: it is not in the diagram
    /// The key of the loop that a message is listed for one by one, itself or with the call it lies in; kNoRow: none.
    Row expandedLoopOf(uint32_t message) const;
    /// By message: whether a span of one of its calls is among these.
    std::vector<bool> messagesWith(const RowSet& found) const;
};
using SequenceContentPtr = std::shared_ptr<const SequenceContent>;

/// `source` is of the table that `data` is of. Throws StoreError and Stopped.
SequenceContentPtr sequenceContent(TraceDataPtr data, GraphSource& source, const SequenceOptions& options, const StopToken& stop = {});

/// One line, for a screen reader; several, for a tool tip. Plain text of a stranger.
QString messageWords(const SequenceContent& content, uint32_t message);
QString messageToolTip(const SequenceContent& content, uint32_t message);
QString participantToolTip(const SequenceContent& content, uint32_t participant);
QString loopToolTip(const SequenceScene::Loop& loop);

} // namespace aisle
