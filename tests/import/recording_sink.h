#pragma once
// A SpanSink that keeps what it is told, with texts of its own, for tests to look at.

#include "store/span_sink.h"

#include <map>
#include <string>
#include <vector>

namespace aisle {

struct RecordedAttribute {
    std::string key;
    ValueType type;
    std::string value;
};

struct RecordedSpan {
    SpanRecord record; ///< numbers only: its texts are gone
    std::string name, statusMessage, traceState, traceText, spanText;
    std::vector<RecordedAttribute> attributes;
    struct Event {
        int64_t time;
        std::string name;
        std::vector<RecordedAttribute> attributes;
    };
    struct Link {
        TraceId trace;
        SpanId span;
        std::vector<RecordedAttribute> attributes;
    };
    std::vector<Event> events;
    std::vector<Link> links;

    std::string attribute(std::string_view key) const {
        for (const RecordedAttribute& attribute : attributes)
            if (attribute.key == key)
                return attribute.value;
        return "(none)";
    }
    ValueType type(std::string_view key) const {
        for (const RecordedAttribute& attribute : attributes)
            if (attribute.key == key)
                return attribute.type;
        return ValueType::String;
    }
};

struct RecordedContext {
    std::vector<RecordedAttribute> resource, scope;
    std::string scopeName, scopeVersion, schema;
    bool open = false;

    std::string attribute(std::string_view key) const {
        for (const RecordedAttribute& attribute : resource)
            if (attribute.key == key)
                return attribute.value;
        return "(none)";
    }
};

class RecordingSink : public SpanSink {
public:
    std::vector<RecordedSpan> spans;
    struct Log {
        LogRecord record;
        std::string body, severityText, eventName;
        std::vector<RecordedAttribute> attributes;
    };
    std::vector<Log> logs;
    std::vector<RecordedContext> contexts;
    std::map<std::string, std::vector<Position>> skips, repairs;
    std::map<std::string, uint64_t> ignores;

    ContextHandle context(const ContextRecord& record) override {
        RecordedContext context = copy(record);
        contexts.push_back(context);
        return static_cast<ContextHandle>(contexts.size() - 1);
    }
    ContextHandle openContext() override {
        contexts.emplace_back();
        contexts.back().open = true;
        return static_cast<ContextHandle>(contexts.size() - 1);
    }
    void complete(ContextHandle handle, const ContextRecord& record) override {
        if (handle >= contexts.size())
            qFatal("complete() of a context that was not given out");
        contexts[handle] = copy(record);
    }
    void span(const SpanRecord& record) override {
        if (record.context >= contexts.size())
            qFatal("a span with an unknown context");
        RecordedSpan span;
        span.name = record.name;
        span.statusMessage = record.statusMessage;
        span.traceState = record.traceState;
        span.traceText = record.trace.text;
        span.spanText = record.span.text;
        span.attributes = copy(record.attributes);
        for (size_t i = 0; i < record.eventCount; ++i) {
            const EventRecord& event = record.events[i];
            span.events.push_back({event.time, std::string(event.name), copy(event.attributes)});
        }
        for (size_t i = 0; i < record.linkCount; ++i) {
            const LinkRecord& link = record.links[i];
            span.links.push_back({link.trace.id, link.span.id, copy(link.attributes)});
        }
        span.record.trace.id = record.trace.id;
        span.record.span.id = record.span.id;
        span.record.parent.id = record.parent.id;
        span.record.context = record.context;
        span.record.kind = record.kind;
        span.record.status = record.status;
        span.record.start = record.start;
        span.record.duration = record.duration;
        span.record.flags = record.flags;
        spans.push_back(std::move(span));
    }
    void log(const LogRecord& record) override {
        Log log;
        log.record.trace.id = record.trace.id;
        log.record.span.id = record.span.id;
        log.record.context = record.context;
        log.record.time = record.time;
        log.record.severity = record.severity;
        log.record.bodyType = record.bodyType;
        log.body = record.body;
        log.severityText = record.severityText;
        log.eventName = record.eventName;
        log.attributes = copy(record.attributes);
        logs.push_back(std::move(log));
    }
    void skipped(std::string_view reason, Position at) override { skips[std::string(reason)].push_back(at); }
    void repaired(std::string_view what, Position at) override { repairs[std::string(what)].push_back(at); }
    void ignored(std::string_view what, uint64_t count) override { ignores[std::string(what)] += count; }

    std::string service(const RecordedSpan& span) const {
        return contexts[span.record.context].attribute("service.name");
    }
    size_t skipCount() const { return count(skips); }
    size_t repairCount() const { return count(repairs); }
    std::string problems() const {
        std::string text;
        for (const auto& [reason, positions] : skips)
            text += "skipped " + std::to_string(positions.size()) + ": " + reason + " at " +
                    std::to_string(positions[0].offset) + "; ";
        for (const auto& [what, positions] : repairs)
            text += "repaired " + std::to_string(positions.size()) + ": " + what + "; ";
        for (const auto& [what, number] : ignores)
            text += "ignored " + std::to_string(number) + ": " + what + "; ";
        return text;
    }

private:
    static size_t count(const std::map<std::string, std::vector<Position>>& map) {
        size_t total = 0;
        for (const auto& entry : map)
            total += entry.second.size();
        return total;
    }
    static std::vector<RecordedAttribute> copy(const Attributes& attributes) {
        std::vector<RecordedAttribute> out;
        for (const Attribute& attribute : attributes)
            out.push_back({std::string(attribute.key), attribute.type, std::string(attribute.value)});
        return out;
    }
    static RecordedContext copy(const ContextRecord& record) {
        RecordedContext context;
        context.resource = copy(record.resource);
        context.scope = copy(record.scope);
        context.scopeName = record.scopeName;
        context.scopeVersion = record.scopeVersion;
        context.schema = record.resourceSchema;
        return context;
    }
};

} // namespace aisle
