#pragma once
// Rows on their way from the reader thread (BatchSink) to the writer thread (StoreWriter).
// A batch owns its text in one buffer; rows refer to it by offset.

#include "store/span_sink.h"

#include <optional>
#include <string>
#include <vector>

namespace aisle {

/// Part of Batch::text.
struct Slice {
    uint32_t begin = 0, size = 0;
};

struct Batch {
    struct String {
        uint32_t id;
        Slice text;
    };
    struct AttributePair {
        uint32_t id, key;
        ValueType type;
        Slice value;
    };
    struct Context {
        ContextHandle handle;
        std::optional<uint32_t> service;  ///< string id
        std::optional<uint32_t> instance; ///< string id of service.instance.id, or the host or pod
        Slice resource, schema, scopeName, scopeVersion, scope;
    };
    struct Span {
        TraceId trace;
        SpanId id, parent;
        int64_t start, duration;
        uint32_t context, name;
        Kind kind;
        Status status;
        uint8_t flags, attributeCount;
        Slice attributes, statusMessage, traceState;
    };
    struct Event {
        uint32_t span; ///< index in `spans`
        uint32_t name;
        int64_t time;
        Slice attributes;
    };
    struct Link {
        uint32_t span; ///< index in `spans`
        TraceId trace;
        SpanId id;
        Slice traceState, attributes;
    };
    struct Log {
        TraceId trace;
        SpanId span;
        uint32_t context;
        int64_t time;
        int severity;
        ValueType bodyType;
        Slice severityText, eventName, body, attributes;
    };
    struct IdText {
        TraceId id; ///< high 0 for a span id
        Slice text;
    };

    std::string text;
    std::vector<String> strings;
    std::vector<AttributePair> attributes;
    std::vector<Context> contexts;
    std::vector<Span> spans;
    std::vector<Event> events;
    std::vector<Link> links;
    std::vector<Log> logs;
    std::vector<IdText> idTexts;
    std::vector<uint32_t> manyValued; ///< string ids of keys whose values leave the dictionary from here on

    std::string_view operator[](Slice slice) const {
        return std::string_view(text).substr(slice.begin, slice.size);
    }
    /// Full enough to be handed over: 8,192 spans keep both threads busy, 4 MB bounds what is in flight.
    bool isFull() const { return spans.size() >= 8192 || logs.size() >= 8192 || text.size() >= (4U << 20); }
    bool isEmpty() const {
        return strings.empty() && attributes.empty() && contexts.empty() && spans.empty() && logs.empty();
    }
};

} // namespace aisle
