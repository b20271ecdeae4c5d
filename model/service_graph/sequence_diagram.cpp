#include "service_graph/sequence_diagram.h"

#include "analysis/saturating.h"
#include "service_graph/sequence_fold.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <unordered_set>

namespace aisle {

using NodeKind = ServiceGraph::NodeKind;
using EdgeKind = ServiceGraph::EdgeKind;

namespace {

constexpr uint32_t kNone = SequenceCall::kNone;
constexpr size_t kStopInterval = 1U << 14;

class DiagramBuilder {
public:
    DiagramBuilder(const SpanTable& table, const ServiceGraph& graph, const std::vector<SequenceCall>& calls, const SequenceOptions& options,
                   const StopToken& stop)
        : table_(table), graph_(graph), calls_(calls), options_(options), stop_(stop), folded_(foldCalls(calls, options, stop)) {}

    SequenceDiagram build() {
        countDepths();
        findItems();
        stop_.check();
        sumLoops();
        keepSome();
        sortEvents();
        stop_.check();
        addSteps();
        addIdleServices();
        addActivations();
        return std::move(out_);
    }

private:
    /// What becomes a message unless there are too many.
    struct Item {
        uint32_t call; ///< the first
        uint32_t frame;
        uint32_t errors = 0;
        int64_t total = 0;
        bool isKept = true;
    };
    /// Where steps are in order of time: the diagram, number 0, or a loop.
    struct Frame {
        uint32_t parent = 0;
        uint32_t first = 0; ///< call
        uint32_t items = 0; ///< that are kept, in frames within it, too
        SequenceDiagram::Loop loop;
    };
    /// What has a place in a frame: a request, a return or an inner frame.
    struct Event {
        enum Rank : uint8_t { ReturnOfBefore, Start, ReturnAtOnce };
        uint32_t frame;
        int64_t time;
        Rank rank;
        int64_t depth, order; ///< negative of returns, so that those of callees come first
        uint32_t item, inner; ///< one of them is kNone
        auto key() const { return std::tuple(frame, time, rank, depth, order); }
    };

    template <typename F>
    void forEachCall(uint32_t first, F&& f) const {
        for (uint32_t call = first; call != kNone; call = folded_.next[call])
            f(calls_[call]);
    }

    void countDepths() {
        for (const SequenceCall& call : calls_) {
            out_.maxDepth = std::max(out_.maxDepth, call.depth);
            if (call.depth <= options_.maxDepth)
                continue;
            ++out_.deeper;
            out_.deeperErrors += call.isError ? 1 : 0;
        }
    }

    void findItems() {
        frames_.resize(1);
        std::vector<std::pair<uint32_t, uint32_t>> pending; // unit, frame
        for (const uint32_t unit : folded_.top)
            pending.emplace_back(unit, 0);
        while (!pending.empty()) {
            auto [number, frame] = pending.back();
            pending.pop_back();
            const SequenceUnit& unit = folded_.units[number];
            if (unit.isLoop)
                frame = newFrame(unit, frame);
            for (const uint32_t call : unit.calls) {
                if (items_.size() % kStopInterval == 0)
                    stop_.check();
                addItem(call, frame);
                for (const uint32_t below : folded_.body[call])
                    pending.emplace_back(below, frame);
            }
        }
    }

    uint32_t newFrame(const SequenceUnit& unit, uint32_t parent) {
        Frame frame;
        frame.parent = parent;
        frame.first = unit.calls[0];
        frame.loop.depth = parent == 0 ? 0 : frames_[parent].loop.depth + 1;
        frame.loop.period = static_cast<uint32_t>(unit.calls.size());
        frame.loop.iterations = unit.iterations;
        frame.loop.key = calls_[frame.first].key();
        frame.loop.start = calls_[frame.first].start;
        frame.loop.end = frame.loop.start;
        frames_.push_back(frame);
        return static_cast<uint32_t>(frames_.size() - 1);
    }

    void addItem(uint32_t first, uint32_t frame) {
        Item item{first, frame};
        SequenceDiagram::Loop& loop = frames_[frame].loop;
        forEachCall(first, [&](const SequenceCall& call) {
            item.errors += call.isError ? 1 : 0;
            addSaturated(item.total, call.duration);
            loop.end = std::max(loop.end, call.end());
        });
        loop.errors += item.errors;
        items_.push_back(item);
    }

    /// Frames come after those that they are in.
    void sumLoops() {
        for (size_t i = frames_.size(); i-- > 1;) {
            SequenceDiagram::Loop& outer = frames_[frames_[i].parent].loop;
            outer.errors += frames_[i].loop.errors;
            outer.end = std::max(outer.end, frames_[i].loop.end);
        }
    }

    void keepSome() {
        if (items_.size() > options_.most) {
            const auto rank = [this](const Item& item) {
                return std::tuple(item.errors == 0, calls_[item.call].depth, -item.total, item.call);
            };
            const auto end = items_.begin() + options_.most;
            std::nth_element(items_.begin(), end, items_.end(), [&](const Item& a, const Item& b) { return rank(a) < rank(b); });
            std::for_each(end, items_.end(), [this](Item& item) {
                item.isKept = false;
                forEachCall(item.call, [this](const SequenceCall&) { ++out_.leftOut; });
                out_.leftOutErrors += item.errors;
            });
        }
        for (const Item& item : items_)
            frames_[item.frame].items += item.isKept ? 1 : 0;
        for (size_t i = frames_.size(); i-- > 1;)
            frames_[frames_[i].parent].items += frames_[i].items;
    }

    bool hasReturn(const SequenceCall& call) const { return call.kind == EdgeKind::Sync && call.hasStart && call.hasDuration; }

    void sortEvents() {
        for (uint32_t i = 0; i < items_.size(); ++i) {
            const Item& item = items_[i];
            const SequenceCall& call = calls_[item.call];
            if (!item.isKept)
                continue;
            events_.push_back({item.frame, call.start, Event::Start, call.depth, item.call, i, kNone});
            const auto rank = call.duration > 0 ? Event::ReturnOfBefore : Event::ReturnAtOnce;
            if (hasReturn(call))
                events_.push_back({item.frame, call.end(), rank, -int64_t(call.depth), -int64_t(item.call), i, kNone});
        }
        for (uint32_t i = 1; i < frames_.size(); ++i)
            if (const SequenceCall& call = calls_[frames_[i].first]; frames_[i].items > 0)
                events_.push_back({frames_[i].parent, call.start, Event::Start, call.depth, frames_[i].first, kNone, i});
        std::sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) { return a.key() < b.key(); });
        firstEvent_.assign(frames_.size() + 1, 0);
        for (const Event& event : events_)
            ++firstEvent_[event.frame + 1];
        for (size_t i = 1; i < firstEvent_.size(); ++i)
            firstEvent_[i] += firstEvent_[i - 1];
    }

    void addSteps() {
        struct Open {
            uint32_t frame, next, loop;
        };
        std::vector<Open> open{{0, 0, kNone}};
        participantOf_.assign(graph_.nodes.size(), kNone);
        messageOf_.assign(items_.size(), kNone);
        while (!open.empty()) {
            Open& top = open.back();
            if (top.next == firstEvent_[top.frame + 1]) {
                if (top.loop != kNone)
                    out_.loops[top.loop].endStep = static_cast<uint32_t>(out_.steps.size());
                open.pop_back();
                continue;
            }
            const Event& event = events_[top.next++];
            if (event.inner != kNone) {
                open.push_back({event.inner, firstEvent_[event.inner], static_cast<uint32_t>(out_.loops.size())});
                out_.loops.push_back(frames_[event.inner].loop);
                out_.loops.back().firstStep = static_cast<uint32_t>(out_.steps.size());
                continue;
            }
            const bool isReturn = event.rank != Event::Start;
            if (!isReturn)
                addMessage(event.item);
            out_.steps.push_back({messageOf_[event.item], isReturn});
        }
    }

    uint32_t participant(uint32_t node) {
        if (participantOf_[node] == kNone) {
            participantOf_[node] = static_cast<uint32_t>(out_.participants.size());
            out_.participants.push_back({graph_.nodes[node].kind, graph_.nodes[node].name, graph_.nodes[node].service});
        }
        return participantOf_[node];
    }

    void addMessage(uint32_t number) {
        const Item& item = items_[number];
        const SequenceCall& call = calls_[item.call];
        messageOf_[number] = static_cast<uint32_t>(out_.messages.size());
        SequenceDiagram::Message message;
        message.from = participant(call.from);
        message.to = participant(call.to);
        message.kind = call.kind;
        message.label = table_.text(call.name);
        message.depth = call.depth;
        message.total = item.total;
        message.errors = item.errors;
        message.hasReturn = hasReturn(call);
        message.expandedLoop = folded_.expandedLoop[item.call];
        message.firstCall = static_cast<uint32_t>(out_.calls.size());
        forEachCall(item.call, [this](const SequenceCall& each) { out_.calls.push_back(each); });
        message.endCall = static_cast<uint32_t>(out_.calls.size());
        out_.messages.push_back(std::move(message));
    }

    /// Not those whose calls were left out.
    void addIdleServices() {
        std::vector<bool> calls(graph_.nodes.size(), false);
        for (const ServiceGraph::Edge& edge : graph_.edges)
            calls[edge.from] = calls[edge.to] = true;
        for (uint32_t node = 0; node < graph_.nodes.size(); ++node)
            if (!calls[node])
                participant(node);
    }

    void addActivations() {
        std::unordered_set<Row> known; // several messages may lead to one span
        for (uint32_t i = 0; i < out_.messages.size(); ++i) {
            const SequenceDiagram::Message& message = out_.messages[i];
            const SequenceDiagram::Participant& to = out_.participants[message.to];
            const SequenceDiagram::Call& call = out_.calls[message.firstCall];
            const bool isOwn = call.server != kNoRow && to.service == table_.service(call.server);
            const Row busy = isOwn ? call.server : call.client;
            if (busy != kNoRow && (table_.flags(busy) & kNoStart) == 0 && (!isOwn || known.insert(busy).second))
                out_.activations.push_back({message.to, i, table_.start(busy), table_.end(busy), 0});
        }
        std::sort(out_.activations.begin(), out_.activations.end(), [](const auto& a, const auto& b) {
            return std::tie(a.participant, a.from, b.to, a.message) < std::tie(b.participant, b.from, a.to, b.message);
        });
        for (size_t from = 0, to = 0; from < out_.activations.size(); from = to) {
            while (to < out_.activations.size() && out_.activations[to].participant == out_.activations[from].participant)
                ++to;
            setLevels({out_.activations.data() + from, to - from});
        }
    }

    static void setLevels(std::span<SequenceDiagram::Activation> bars) {
        Least<std::pair<int64_t, uint32_t>> busy; // until when, level
        Least<uint32_t> free;
        uint32_t levels = 0;
        for (SequenceDiagram::Activation& bar : bars) {
            for (; !busy.empty() && busy.top().first <= bar.from; busy.pop())
                free.push(busy.top().second);
            if (free.empty())
                free.push(levels++);
            bar.level = free.top();
            free.pop();
            busy.emplace(bar.to, bar.level);
        }
    }
    template <typename T>
    using Least = std::priority_queue<T, std::vector<T>, std::greater<>>;

    const SpanTable& table_;
    const ServiceGraph& graph_;
    const std::vector<SequenceCall>& calls_;
    const SequenceOptions& options_;
    const StopToken& stop_;
    const FoldedCalls folded_;
    SequenceDiagram out_;
    std::vector<Item> items_;
    std::vector<Frame> frames_;
    std::vector<Event> events_;       ///< by frame, in order of time
    std::vector<uint32_t> firstEvent_; ///< CSR, by frame
    std::vector<uint32_t> participantOf_, messageOf_; ///< by node of the graph, by item
};

} // namespace

SequenceDiagram sequenceDiagram(const SpanTable& table, const Waterfall& tree, const GraphCalls& calls, const SequenceOptions& options,
                                const StopToken& stop) {
    SequenceDiagram out;
    if (!tree.isEmpty()) {
        BitSet traces(table.traceSlots());
        for (const TraceIndex trace : tree.traces)
            traces.set(trace);
        const ServiceGraph graph = calls.count(&traces, stop);
        const std::vector<SequenceCall> found = sequenceCalls(table, tree, graph, stop);
        out = DiagramBuilder(table, graph, found, options, stop).build();
        out.unnamedCalls = graph.unnamedCalls;
    }
    out.start = tree.start;
    out.end = tree.end;
    return out;
}

} // namespace aisle
