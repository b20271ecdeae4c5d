#pragma once
// Who called whom in what order: the calls of one trace, or of several on one timeline, as a UML sequence diagram.
//
// Rules
// - The calls are those that the service graph has of these traces, one for each of its pairs; so a CLIENT with two SERVER
//   spans (a redirect) is two of them, each with the times of its server. Messages come in two: to the queue and from it.
// - A call has the times of its caller's span, of the callee's where the caller has none in these traces or is a queue. It
//   failed when either side did. It is named by the callee's span, by the caller's where the callee has none.
// - Depth: how many callees' spans there are above. Siblings were made below the same callee's span, through whatever INTERNAL
//   spans, in no callee below the same root. Calls by users are never siblings.
// - Loops: siblings that repeat each other, one by one or in a period of 2 to 4, are listed once; the longest run from the left
//   wins, of equal ones that of the smaller period. Calls are alike when participants, kind and name are, and so is everything
//   below them, whatever the number of repetitions there. A loop that is expanded is like nothing else, so that what it lies in
//   is not folded with its neighbours.
// - Too many messages: failed ones are kept first, then the less nested, then the longest; still in order of time.
//
// Times are nanoseconds since the Unix epoch, UTC, as far as the clocks of the hosts agree. Rows are of the SpanTable snapshot.
// Thread: any; pure functions over immutable input. Everything is iterative.

#include "analysis/waterfall.h"
#include "export/export.h"
#include "service_graph/graph_calls.h"

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace aisle {

struct SequenceOptions {
    bool foldRepeats = true;
    std::set<Row> expanded;          ///< by Loop::key: loops whose calls are listed one by one
    uint32_t maxDepth = 0xffffffffU; ///< what is deeper is counted, and not listed
    uint32_t most = 2000;            ///< messages that are listed
};

struct SequenceDiagram {
    using NodeKind = ServiceGraph::NodeKind;
    using EdgeKind = ServiceGraph::EdgeKind;

    struct Participant {
        NodeKind kind = NodeKind::Service;
        std::string name;
        uint32_t service = ServiceGraph::kNoService; ///< as in ServiceGraph::Node
    };
    struct Call {
        Row client = kNoRow, server = kNoRow; ///< kNoRow: that side has no span. A client may be in a trace that is not shown
        int64_t start = 0;                    ///< without `hasStart` that of the diagram
        int64_t duration = 0;                 ///< ns; 0 without `hasDuration`
        bool hasStart = false, hasDuration = false, isError = false;
        int64_t end() const { return start + duration; }
    };
    /// One arrow: a call, or in a loop all calls that are in its place.
    struct Message {
        uint32_t from = 0, to = 0; ///< numbers of participants; equal for calls of a service to itself
        EdgeKind kind = EdgeKind::Sync; ///< of a call by a PRODUCER or to a CONSUMER Messaging, whatever else its edge holds
        std::string label;
        uint32_t depth = 0;
        uint32_t firstCall = 0, endCall = 0; ///< calls[firstCall..endCall), by iteration; the first one has its place in the diagram
        int64_t total = 0;      ///< ns, sum of the durations, saturated
        uint32_t errors = 0;    ///< calls that failed
        bool hasReturn = false; ///< Sync, and the end of the first call is known
        Row expandedLoop = kNoRow; ///< key of the loop that it would be in
        uint32_t count() const { return endCall - firstCall; }
    };
    /// What happens one after the other: requests and returns.
    struct Step {
        uint32_t message = 0;
        bool isReturn = false;
    };
    /// A frame around steps. Frames nest.
    struct Loop {
        uint32_t firstStep = 0, endStep = 0;
        uint32_t depth = 0;      ///< frames around it
        uint32_t period = 1;     ///< siblings that repeat
        uint32_t iterations = 0; ///< of a loop within a loop in all
        uint64_t errors = 0;     ///< failed calls in it
        int64_t start = 0, end = 0; ///< from the first call's start to the last end
        Row key = kNoRow; ///< the first call's server, else its client
    };
    /// The time that the callee was busy with the first call of a message: its own span's; of a callee without spans the
    /// caller's. Users have none.
    struct Activation {
        uint32_t participant = 0, message = 0;
        int64_t from = 0, to = 0; ///< not included; equal when the end is not known
        uint32_t level = 0; ///< the lowest one that is free: those of one level do not overlap
    };

    /// Who is in a message, by first appearance; then services that call nobody and are called by nobody.
    std::vector<Participant> participants;
    std::vector<Call> calls;       ///< that are listed, by message
    std::vector<Message> messages; ///< in order of their requests
    /// By time, those of a loop together at its start. At one time: returns, then requests.
    std::vector<Step> steps;
    std::vector<Loop> loops;             ///< by firstStep, outer ones first
    std::vector<Activation> activations; ///< by participant, then from; the longer first
    int64_t start = 0, end = 0;          ///< of the waterfall
    uint32_t maxDepth = 0;               ///< of all calls, listed or not
    uint64_t leftOut = 0, leftOutErrors = 0; ///< calls beyond SequenceOptions::most, and how many of them failed
    uint64_t deeper = 0, deeperErrors = 0;   ///< calls below SequenceOptions::maxDepth, and how many of them failed
    uint64_t unnamedCalls = 0;               ///< see ServiceGraph

    std::span<const Call> callsOf(const Message& message) const { return {calls.data() + message.firstCall, message.count()}; }
};

/// `tree` says which traces; `calls` are of the same snapshot, whatever its clocks. Throws Stopped. O(calls of the table + n log n).
SequenceDiagram sequenceDiagram(const SpanTable& table, const Waterfall& tree, const GraphCalls& calls, const SequenceOptions& options = {},
                                const StopToken& stop = {});

/// What the diagram does not show, in sentences.
std::vector<std::string> notesOf(const SequenceDiagram& diagram);
/// One line per message, with the sum of its durations.
Tabular tabulate(const SequenceDiagram& diagram);
/// A Mermaid sequenceDiagram. Names are redacted, cut at 200 bytes, and escaped: they are text of strangers, and Mermaid knows
/// comments, directives, HTML and formulas.
std::string mermaidSequence(const SequenceDiagram& diagram, const Redactor& redactor);

} // namespace aisle
