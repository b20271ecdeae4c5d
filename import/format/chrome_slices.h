#pragma once
// What Trace Event's begins, ends, instants and flows come to: slices that are open, per thread and per
// asynchronous id, until they are spans.
//
// Nothing but open slices is held, up to 256 MB of them, and where each open flow left. A complete slice (X) is open until its
// thread's time has passed its end, so that the instants and flows inside it find it. Slices are nested in the
// order of the file, which writers keep per thread; one that is written after what it encloses gets no
// children (counted and said).

#include "store/span_sink.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace aisle {

/// One event as read; texts are borrowed, missing ones are empty.
struct ChromeEvent {
    char phase = 0;
    std::string_view pid, tid, name, category, id, scope, bind;
    bool localId = false, bindEnclosing = false, flowIn = false, flowOut = false, repaired = false;
    std::optional<int64_t> time, duration;
    Attributes attributes;
    void clear() { *this = {}; }
    std::string_view attribute(std::string_view key) const;
};

class ChromeSlices {
public:
    ChromeSlices(SpanSink& sink, TraceId trace) : m_sink(sink), m_trace(trace) {}

    void take(const ChromeEvent& event, Position at);
    /// What is still open is unfinished; contexts get what the metadata said, wherever it stood.
    void finish();

private:
    struct Field {
        std::string key, value;
        ValueType type;
    };
    using Fields = std::vector<Field>;
    struct Instant {
        int64_t time;
        std::string name;
        Fields fields;
    };
    struct Slice {
        SpanId id = 0, parent = 0;
        ContextHandle context = 0;
        std::optional<int64_t> start, end;
        bool outlived = false; ///< a slice around it has ended: no parent of what follows
        bool repaired = false;
        std::string name;
        Fields fields;
        std::vector<Instant> instants;
        std::vector<SpanId> links;
        size_t bytes = 0; ///< of memory, about
    };
    using Stack = std::vector<Slice>;
    struct Thread {
        std::string pid, tid, name;
        std::optional<ContextHandle> context;
        Stack open;
        std::vector<SpanId> flowsToNext; ///< sources of the flows that end at the next slice
        std::optional<int64_t> rootStart, rootEnd; ///< of the last complete slice outside any other
    };
    struct FlowPoint {
        int64_t time;
        SpanId slice;
    };
    struct Process {
        std::string name, labels;
    };

    /// Null, and said, for one thread too many.
    Thread* thread(const ChromeEvent& event, Position at);
    Slice slice(const ChromeEvent& event, Thread& thread);
    void begin(const ChromeEvent& event, Thread& thread);
    void end(const ChromeEvent& event, Thread& thread, Position at);
    void beginAsync(const ChromeEvent& event, Thread& thread);
    void endAsync(const ChromeEvent& event, Position at);
    void stepAsync(const ChromeEvent& event);
    void instant(const ChromeEvent& event, Slice* slice, std::string_view name);
    void metadata(const ChromeEvent& event, Thread& thread, Position at);
    void flow(const ChromeEvent& event, Thread& thread);
    void bindFlows(const ChromeEvent& event, Slice& slice);
    void startFlow(const std::string& key, FlowPoint from);
    /// The open flow's latest point not after `time`, taken out; nothing when there is none.
    std::optional<FlowPoint> takeFlow(const std::string& key, std::optional<int64_t> time);

    void noteOrder(Thread& thread, const Slice& slice);
    static size_t enclosing(const Stack& stack, std::optional<int64_t> start, std::optional<int64_t> end);
    Slice* enclosingAt(Thread& thread, std::optional<int64_t> time);
    /// The slice that an end with that name ends; stack.size() when none is open.
    static size_t toEnd(const Stack& stack, std::string_view name);
    void endSlice(Stack& stack, size_t index, const ChromeEvent& event, Position at);
    /// Hands over the complete slices on top that end before `time` (or at it, when a slice begins there).
    void passTime(Thread& thread, std::optional<int64_t> time, bool beginning);
    void emit(Slice& slice);
    void addLink(Slice& slice, SpanId from);
    void addBytes(Slice& slice, size_t bytes);
    /// Hands over all slices that are open.
    void closeAll(Position at);
    /// How many bytes that took.
    static size_t addFields(Fields& fields, const ChromeEvent& event);
    void completeContext(const Thread& thread);

    SpanSink& m_sink;
    const TraceId m_trace;
    SpanId m_lastId = 0;
    std::unordered_map<std::string, Thread> m_threads; ///< by pid and tid; as many as the file has threads
    std::unordered_map<std::string, Process> m_processes;
    std::unordered_map<std::string, Stack> m_async;
    /// Where open flows left last; several of one id, as some writers put all begins first.
    std::unordered_map<std::string, std::vector<FlowPoint>> m_flows;
    size_t m_flowPoints = 0, m_flowBytes = 0, m_openBytes = 0, m_threadBytes = 0;
    std::string m_key, m_lastKey;
    Thread* m_lastThread = nullptr;
    SpanRecord m_span;
};

} // namespace aisle
