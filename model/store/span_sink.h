#pragma once
// What an importer says to the store: contexts, spans, logs and problems. Importers know nothing else of
// the model, and the model knows no format.
//
// Thread: all calls of one sink come from one thread. Text is borrowed for the duration of a call and need
// not be valid UTF-8 (the sink replaces invalid sequences by U+FFFD and flags the span). Times are
// nanoseconds since the Unix epoch, UTC; durations are nanoseconds.

#include "table/ids.h"

#include <cstdint>
#include <exception>
#include <limits>
#include <string_view>
#include <vector>

namespace aisle {

/// Type of an attribute's value. Values are handed over as text: numbers as in JSON, bool as true/false,
/// bytes as base64, arrays and maps as JSON.
enum class ValueType : uint8_t { String, Int, Double, Bool, Bytes, Array, Map };

struct Attribute {
    std::string_view key;
    ValueType type = ValueType::String;
    std::string_view value;
};

using Attributes = std::vector<Attribute>;

/// Resource and instrumentation scope that spans share. Names one (resource, scope) pair of one file.
using ContextHandle = uint32_t;

struct ContextRecord {
    Attributes resource; ///< `service.name` among them
    std::string_view resourceSchema;
    std::string_view scopeName, scopeVersion;
    Attributes scope;
    void clear() { *this = {}; }
};

/// An id as read: a number, and the text it stood for when it was no hex number.
struct TraceIdRecord {
    TraceId id;
    std::string_view text;
};
struct SpanIdRecord {
    SpanId id = 0;
    std::string_view text;
};

struct EventRecord {
    int64_t time = 0;
    std::string_view name;
    Attributes attributes;
};

struct LinkRecord {
    TraceIdRecord trace;
    SpanIdRecord span;
    std::string_view traceState;
    Attributes attributes;
};

/// Whether an `error` attribute says error: not empty, "false" in any case, or "0".
bool saysError(std::string_view text);

/// What was seen of a span while reading it; stored with it. Derived flags are in table/derived.h.
enum RecordedFlag : uint8_t {
    kUnfinished = 1,     ///< no end or duration in the file
    kNoStart = 2,        ///< no start in the file
    kRepaired = 4,       ///< something in the record could not be read as it was (see the import report)
    kNegative = 8,       ///< ends before it starts
    kErrorByRule = 16,   ///< an error: by status, or by attributes where the status is unset (set by the sink)
    kSharedId = 32,      ///< Zipkin `shared`: the server half of a span whose client half has the same id
    kHasSideRecords = 64, ///< has events, links or a status message in side tables (set by the sink)
    kFollowsFrom = 128   ///< its parent is an OpenTracing FOLLOWS_FROM: the parent does not wait for it
};

/// The sink keeps times within these bounds (1951 to 2116, at most 73 years long), so that sums and differences
/// of times never overflow anywhere behind it. What lies outside is replaced, flagged and reported.
inline constexpr int64_t kMinTime = -(1LL << 59), kMaxTime = 1LL << 62, kMaxDuration = 1LL << 61;

/// Why a record cannot be taken, in words: "this record", never "this file". `why`: a literal.
struct RecordError : std::exception {
    explicit RecordError(const char* why) : reason(why) {}
    const char* what() const noexcept override { return reason.data(); }
    std::string_view reason;
};

/// Events and links that one span may have. Each may be two bytes of a file and takes a hundred of memory.
inline constexpr size_t kSpanParts = 1'000'000;

/// Reused by importers: clear() keeps the capacity.
struct SpanRecord {
    TraceIdRecord trace;
    SpanIdRecord span, parent;
    ContextHandle context = 0;
    std::string_view name;
    Kind kind = Kind::Unspecified;
    Status status = Status::Unset;
    std::string_view statusMessage, traceState;
    int64_t start = 0;
    int64_t duration = 0;
    uint8_t flags = 0;
    Attributes attributes;

    /// Events and links in use are the first eventCount and linkCount; the rest is kept capacity.
    std::vector<EventRecord> events;
    std::vector<LinkRecord> links;
    size_t eventCount = 0, linkCount = 0;

    /// Throws RecordError beyond kSpanParts.
    EventRecord& addEvent() {
        checkParts();
        if (eventCount == events.size())
            events.emplace_back();
        EventRecord& event = events[eventCount++];
        event.time = 0;
        event.name = {};
        event.attributes.clear();
        return event;
    }
    LinkRecord& addLink() {
        checkParts();
        if (linkCount == links.size())
            links.emplace_back();
        LinkRecord& link = links[linkCount++];
        link.trace = {};
        link.span = {};
        link.traceState = {};
        link.attributes.clear();
        return link;
    }
    void clear() {
        trace = {};
        span = parent = {};
        context = 0;
        name = statusMessage = traceState = {};
        kind = Kind::Unspecified;
        status = Status::Unset;
        start = duration = 0;
        flags = 0;
        attributes.clear();
        eventCount = linkCount = 0;
    }
    /// Sets start and duration from two times, and the flags that follow; `end` 0 means unfinished. Without a start there is
    /// no duration, unless the clock itself counts from 0: an end of this century would make it 50 years.
    void setTimes(int64_t startTime, int64_t endTime) {
        start = startTime;
        if (startTime == 0)
            flags |= kNoStart;
        constexpr int64_t kYear = 365LL * 86400 * 1'000'000'000;
        if (endTime == 0 || (startTime == 0 && endTime > kYear)) {
            flags |= kUnfinished;
            duration = 0;
        } else {
            if (__builtin_sub_overflow(endTime, startTime, &duration))
                duration = endTime < startTime ? std::numeric_limits<int64_t>::min()
                                               : std::numeric_limits<int64_t>::max();
            if (duration < 0)
                flags |= kNegative;
        }
    }

private:
    void checkParts() const {
        if (eventCount + linkCount >= kSpanParts)
            throw RecordError{"more than a million events and links in one span"};
    }
};

struct LogRecord {
    TraceIdRecord trace;
    SpanIdRecord span;
    ContextHandle context = 0;
    int64_t time = 0;
    int severity = 0; ///< OpenTelemetry severity number
    std::string_view severityText, eventName;
    ValueType bodyType = ValueType::String;
    std::string_view body;
    Attributes attributes;
    void clear() {
        trace = {};
        span = {};
        context = 0;
        time = 0;
        severity = 0;
        severityText = eventName = body = {};
        bodyType = ValueType::String;
        attributes.clear();
    }
};

/// Where in the decompressed input something was: byte offset, and the 1-based record number when counted.
struct Position {
    uint64_t offset = 0;
    uint64_t record = 0;
};

class SpanSink {
public:
    virtual ~SpanSink() = default;

    /// The context of that content; the same content gives the same handle.
    virtual ContextHandle context(const ContextRecord& record) = 0;
    /// A context whose content comes later in the document; complete() it, or it stays without a service.
    virtual ContextHandle openContext() = 0;
    /// Also of a context that has content already, of which more became known.
    virtual void complete(ContextHandle handle, const ContextRecord& record) = 0;

    virtual void span(const SpanRecord& record) = 0;
    virtual void log(const LogRecord& record) = 0;

    /// A record that was not imported, or not whole, and why ("not a JSON object"); counted by reason, the
    /// first positions of each are kept as examples.
    virtual void skipped(std::string_view reason, Position at) = 0;
    /// A record that was imported after a repair ("invalid UTF-8 replaced").
    virtual void repaired(std::string_view what, Position at) = 0;
    /// Something other than a span that the file holds and Aisle leaves out ("metrics").
    virtual void ignored(std::string_view what, uint64_t count) = 0;
    /// Of a table: what its columns were taken for, as in --map; not `sure` when a unit had to be assumed.
    virtual void columns(std::string_view, bool /*sure*/) {}
};

} // namespace aisle
