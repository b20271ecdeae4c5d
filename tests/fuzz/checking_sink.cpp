#include "checking_sink.h"

#include "fuzz.h"
#include "text/utf8.h"

#include <algorithm>
#include <charconv>

namespace aisle::fuzz {

namespace {

bool isBase64(std::string_view text) {
    const auto isDigit = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/' || c == '-' || c == '_'; };
    while (text.ends_with('='))
        text.remove_suffix(1);
    return std::all_of(text.begin(), text.end(), isDigit);
}

/// span_sink.h: numbers as in JSON, bool as true or false, bytes as base64, arrays and maps as JSON.
bool fitsType(ValueType type, std::string_view value) {
    switch (type) {
    case ValueType::String: return true;
    case ValueType::Int: {
        int64_t number = 0;
        const auto result = std::from_chars(value.data(), value.data() + value.size(), number);
        return result.ec == std::errc() && result.ptr == value.data() + value.size();
    }
    case ValueType::Double: return isJson(value) && value.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    case ValueType::Bool: return value == "true" || value == "false";
    case ValueType::Bytes: return isBase64(value);
    case ValueType::Array:
    case ValueType::Map: {
        const std::string text = toUtf8(value); // as the sink stores it
        return isJson(text) && text[0] == (type == ValueType::Array ? '[' : '{');
    }
    }
    return false;
}

} // namespace

void CheckingSink::write(std::string_view text) {
    m_transcript += ' ';
    appendJsonString(m_transcript, text);
}

void CheckingSink::write(int64_t number) {
    m_transcript += ' ';
    m_transcript += std::to_string(number);
}

void CheckingSink::write(const TraceIdRecord& id) {
    require(id.text.empty() || id.id, "a trace id that is text has a number");
    m_transcript += ' ' + toHex(id.id);
    write(id.text);
}

void CheckingSink::write(const SpanIdRecord& id) {
    require(id.text.empty() || id.id != 0, "a span id that is text has a number");
    m_transcript += ' ' + toHex(id.id);
    write(id.text);
}

void CheckingSink::write(const Attributes& attributes) {
    m_transcript += " [";
    for (const Attribute& attribute : attributes) {
        if (!fitsType(attribute.type, attribute.value)) {
            const std::string what = "an attribute's text is of its type " + std::to_string(static_cast<int>(attribute.type)) + ": " +
                                     std::string(attribute.key) + " = " + std::string(attribute.value);
            require(false, what);
        }
        write(attribute.key);
        write(static_cast<int64_t>(attribute.type));
        write(attribute.value);
    }
    m_transcript += ']';
}

void CheckingSink::write(const ContextRecord& record) {
    write(record.resource);
    write(record.resourceSchema);
    write(record.scopeName);
    write(record.scopeVersion);
    write(record.scope);
    m_transcript += '\n';
}

ContextHandle CheckingSink::context(const ContextRecord& record) {
    m_transcript += "context";
    write(record);
    m_handles.push_back(m_next ? m_next->context(record) : 0);
    return static_cast<ContextHandle>(m_handles.size() - 1);
}

ContextHandle CheckingSink::openContext() {
    m_transcript += "open\n";
    m_handles.push_back(m_next ? m_next->openContext() : 0);
    return static_cast<ContextHandle>(m_handles.size() - 1);
}

ContextHandle CheckingSink::forwarded(ContextHandle handle) const {
    require(handle < m_handles.size(), "a context was given out before it is used");
    return m_handles[handle];
}

void CheckingSink::complete(ContextHandle handle, const ContextRecord& record) {
    const ContextHandle next = forwarded(handle);
    m_transcript += "complete";
    write(static_cast<int64_t>(handle));
    write(record);
    if (m_next)
        m_next->complete(next, record);
}

void CheckingSink::span(const SpanRecord& record) {
    const ContextHandle next = forwarded(record.context);
    require(record.kind <= Kind::Consumer && record.status <= Status::Error, "kind and status are known ones");
    require((record.flags & (kErrorByRule | kHasSideRecords)) == 0, "flags that the sink sets are left to it");
    require(((record.flags & kNegative) != 0) == (record.duration < 0), "a negative duration is flagged, and no other");
    require((record.flags & kUnfinished) == 0 || record.duration == 0, "what is unfinished has no duration");
    require(record.eventCount <= record.events.size() && record.linkCount <= record.links.size(), "events and links are there");
    m_transcript += "span";
    write(record.trace);
    write(record.span);
    write(record.parent);
    write(static_cast<int64_t>(record.context));
    write(record.name);
    write(static_cast<int64_t>(record.kind));
    write(static_cast<int64_t>(record.status));
    write(record.statusMessage);
    write(record.traceState);
    write(record.start);
    write(record.duration);
    write(static_cast<int64_t>(record.flags));
    write(record.attributes);
    for (size_t i = 0; i < record.eventCount; ++i) {
        write(record.events[i].time);
        write(record.events[i].name);
        write(record.events[i].attributes);
    }
    for (size_t i = 0; i < record.linkCount; ++i) {
        write(record.links[i].trace);
        write(record.links[i].span);
        write(record.links[i].traceState);
        write(record.links[i].attributes);
    }
    m_transcript += '\n';
    ++m_spans;
    if (m_next) {
        m_spanCopy = record;
        m_spanCopy.context = next;
        m_next->span(m_spanCopy);
    }
}

void CheckingSink::log(const LogRecord& record) {
    const ContextHandle next = forwarded(record.context);
    require(fitsType(record.bodyType, record.body), "a log's body is of its type");
    m_transcript += "log";
    write(record.trace);
    write(record.span);
    write(static_cast<int64_t>(record.context));
    write(record.time);
    write(static_cast<int64_t>(record.severity));
    write(record.severityText);
    write(record.eventName);
    write(static_cast<int64_t>(record.bodyType));
    write(record.body);
    write(record.attributes);
    m_transcript += '\n';
    ++m_logs;
    if (m_next) {
        m_logCopy = record;
        m_logCopy.context = next;
        m_next->log(m_logCopy);
    }
}

void CheckingSink::problem(const char* kind, std::string_view words, Position at) {
    require(!words.empty(), "a problem is said in words");
    require(at.offset <= m_inputBytes, "a position lies in the input");
    m_transcript += kind;
    write(words);
    write(static_cast<int64_t>(at.offset));
    write(static_cast<int64_t>(at.record));
    m_transcript += '\n';
}

void CheckingSink::skipped(std::string_view reason, Position at) {
    problem("skipped", reason, at);
    if (m_next)
        m_next->skipped(reason, at);
}

void CheckingSink::repaired(std::string_view what, Position at) {
    problem("repaired", what, at);
    if (m_next)
        m_next->repaired(what, at);
}

void CheckingSink::ignored(std::string_view what, uint64_t count) {
    problem("ignored", what, {});
    write(static_cast<int64_t>(count));
    require(count > 0, "what is left out is more than nothing");
    if (m_next)
        m_next->ignored(what, count);
}

} // namespace aisle::fuzz
