// OTLP JSON lines: one line per run of spans of one resource and scope.

#include "text/utf8.h"
#include "writer/trace_writer.h"

#include <charconv>
#include <vector>

namespace aisle {

namespace {

constexpr size_t kSpansPerLine = 200;
constexpr size_t kFlushBytes = 1U << 20;

bool isNumber(std::string_view text, bool& isInteger) {
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    isInteger = text.find_first_of(".eE") == std::string_view::npos;
    return !text.empty() && result.ec == std::errc() && result.ptr == text.data() + text.size() &&
           text.find_first_of("nN") == std::string_view::npos;
}

/// Compact JSON, as values of arrays and maps are stored, to OTLP's AnyValue. Nested no deeper than the importers
/// let in (100 levels), so it may recurse.
class AnyValue {
public:
    AnyValue(std::string& out, std::string_view json) : out_(out), json_(json) {}
    /// False when the text is no such JSON; then nothing was appended.
    bool append() {
        const size_t start = out_.size();
        if (value(0) && at_ == json_.size())
            return true;
        out_.resize(start);
        return false;
    }

private:
    bool value(int depth) {
        if (at_ >= json_.size() || depth > 200)
            return false;
        switch (json_[at_]) {
        case '"': {
            const std::string_view text = string();
            out_.append("{\"stringValue\":").append(text) += '}';
            return !text.empty();
        }
        case '[': return list(depth, ']', "{\"arrayValue\":{\"values\":[");
        case '{': return list(depth, '}', "{\"kvlistValue\":{\"values\":[");
        default: return scalar();
        }
    }

    bool list(int depth, char end, const char* open) {
        ++at_;
        out_ += open;
        for (bool first = true; at_ < json_.size() && json_[at_] != end; first = false) {
            if (!first && json_[at_++] != ',')
                return false;
            if (!first)
                out_ += ',';
            if (end == '}') {
                const std::string_view key = string();
                if (key.empty() || at_ >= json_.size() || json_[at_++] != ':')
                    return false;
                out_.append("{\"key\":").append(key).append(",\"value\":");
            }
            if (!value(depth + 1))
                return false;
            if (end == '}')
                out_ += '}';
        }
        out_ += "]}}";
        return at_ < json_.size() && json_[at_++] == end;
    }

    bool scalar() {
        const size_t start = at_;
        at_ = std::min(json_.find_first_of(",]}", at_), json_.size());
        const std::string_view text = json_.substr(start, at_ - start);
        bool isInteger = false;
        if (text == "null")
            out_ += "{}";
        else if (text == "true" || text == "false")
            out_.append("{\"boolValue\":").append(text) += '}';
        else if (!isNumber(text, isInteger))
            return false;
        else if (isInteger)
            out_.append("{\"intValue\":\"").append(text).append("\"}");
        else
            out_.append("{\"doubleValue\":").append(text) += '}';
        return true;
    }

    /// With its quotes; empty when there is none.
    std::string_view string() {
        if (at_ >= json_.size() || json_[at_] != '"')
            return {};
        const size_t start = at_++;
        while (at_ < json_.size() && json_[at_] != '"')
            at_ += json_[at_] == '\\' ? 2 : 1;
        if (at_ >= json_.size())
            return {};
        ++at_;
        return json_.substr(start, at_ - start);
    }

    std::string& out_;
    std::string_view json_;
    size_t at_ = 0;
};

class OtlpJsonWriter : public TraceWriter {
public:
    explicit OtlpJsonWriter(Write write) : write_(std::move(write)) {}

    ContextHandle context(const ContextRecord& record) override {
        // Both halves of what surrounds the spans, ready to be repeated.
        Context& out = contexts_.emplace_back();
        out.open = "{\"resource\":{\"attributes\":";
        attributes(out.open, record.resource);
        out.open += '}';
        if (!record.resourceSchema.empty()) {
            out.open += ",\"schemaUrl\":";
            appendJsonString(out.open, record.resourceSchema);
        }
        out.scope = "{\"scope\":{";
        if (!record.scopeName.empty()) {
            out.scope += "\"name\":";
            appendJsonString(out.scope, record.scopeName);
            out.scope += ',';
        }
        if (!record.scopeVersion.empty()) {
            out.scope += "\"version\":";
            appendJsonString(out.scope, record.scopeVersion);
            out.scope += ',';
        }
        out.scope += "\"attributes\":";
        attributes(out.scope, record.scope);
        out.scope += "},";
        return static_cast<ContextHandle>(contexts_.size() - 1);
    }

    void span(const SpanRecord& s) override {
        beginRecord(s.context, false);
        out_ += "{\"traceId\":";
        id(s.trace.text, s.trace.id.high, s.trace.id.low, true);
        out_ += ",\"spanId\":";
        id(s.span.text, 0, s.span.id, false);
        if (s.parent.id != 0) {
            out_ += ",\"parentSpanId\":";
            id(s.parent.text, 0, s.parent.id, false);
        }
        text("traceState", s.traceState);
        out_ += ",\"name\":";
        appendJsonString(out_, s.name);
        out_ += ",\"kind\":" + std::to_string(static_cast<int>(s.kind));
        times(s);
        out_ += ",\"attributes\":";
        attributes(out_, s.attributes);
        events(s);
        links(s);
        if (s.status != Status::Unset || !s.statusMessage.empty()) {
            out_ += ",\"status\":{\"code\":" + std::to_string(static_cast<int>(s.status));
            text("message", s.statusMessage);
            out_ += '}';
        }
        out_ += '}';
        endRecord();
    }

    void log(const LogRecord& log) override {
        beginRecord(log.context, true);
        out_ += "{\"timeUnixNano\":\"" + std::to_string(log.time) + '"';
        if (log.severity != 0)
            out_ += ",\"severityNumber\":" + std::to_string(log.severity);
        text("severityText", log.severityText);
        text("eventName", log.eventName);
        out_ += ",\"body\":";
        value(out_, log.bodyType, log.body);
        out_ += ",\"attributes\":";
        attributes(out_, log.attributes);
        if (log.trace.id) {
            out_ += ",\"traceId\":";
            id(log.trace.text, log.trace.id.high, log.trace.id.low, true);
        }
        if (log.span.id != 0) {
            out_ += ",\"spanId\":";
            id(log.span.text, 0, log.span.id, false);
        }
        out_ += '}';
        endRecord();
    }

    void finish() override {
        endLine();
        write_(out_);
        out_.clear();
    }

private:
    struct Context {
        std::string open, scope;
    };

    void beginRecord(ContextHandle context, bool isLog) {
        if (inLine_ && (context != context_ || isLog != isLog_ || records_ >= kSpansPerLine))
            endLine();
        if (inLine_) {
            out_ += ',';
            return;
        }
        out_ += isLog ? "{\"resourceLogs\":[" : "{\"resourceSpans\":[";
        out_ += contexts_[context].open;
        out_ += isLog ? ",\"scopeLogs\":[" : ",\"scopeSpans\":[";
        out_ += contexts_[context].scope;
        out_ += isLog ? "\"logRecords\":[" : "\"spans\":[";
        context_ = context;
        isLog_ = isLog;
        inLine_ = true;
        records_ = 0;
    }

    void endRecord() { ++records_; }

    void endLine() {
        if (!inLine_)
            return;
        out_ += "]}]}]}\n";
        inLine_ = false;
        if (out_.size() >= kFlushBytes) {
            write_(out_);
            out_.clear();
        }
    }

    /// OTLP has no word for a span without an end; 0 is what SDKs write.
    void times(const SpanRecord& s) {
        const bool hasStart = (s.flags & kNoStart) == 0, hasEnd = (s.flags & kUnfinished) == 0;
        if (hasStart && s.start == 0)
            lose("a start at 1970-01-01 00:00 (0 means no start)");
        if (!hasStart && hasEnd)
            lose("the duration of a span without a start");
        out_ += ",\"startTimeUnixNano\":\"" + std::to_string(hasStart ? s.start : 0) + "\",\"endTimeUnixNano\":\"" +
                std::to_string(hasStart && hasEnd ? s.start + s.duration : 0) + '"';
        if ((s.flags & kSharedId) != 0)
            lose("the mark of a shared span (Zipkin)");
        if ((s.flags & kFollowsFrom) != 0)
            lose("that a span follows from its parent (Jaeger)");
    }

    void events(const SpanRecord& s) {
        if (s.eventCount == 0)
            return;
        out_ += ",\"events\":[";
        for (size_t i = 0; i < s.eventCount; ++i) {
            const EventRecord& event = s.events[i];
            out_ += (i > 0 ? ",{\"timeUnixNano\":\"" : "{\"timeUnixNano\":\"") + std::to_string(event.time) + "\",\"name\":";
            appendJsonString(out_, event.name);
            out_ += ",\"attributes\":";
            attributes(out_, event.attributes);
            out_ += '}';
        }
        out_ += ']';
    }

    void links(const SpanRecord& s) {
        if (s.linkCount == 0)
            return;
        out_ += ",\"links\":[";
        for (size_t i = 0; i < s.linkCount; ++i) {
            const LinkRecord& link = s.links[i];
            out_ += i > 0 ? ",{\"traceId\":" : "{\"traceId\":";
            id(link.trace.text, link.trace.id.high, link.trace.id.low, true);
            out_ += ",\"spanId\":";
            id(link.span.text, 0, link.span.id, false);
            text("traceState", link.traceState);
            out_ += ",\"attributes\":";
            attributes(out_, link.attributes);
            out_ += '}';
        }
        out_ += ']';
    }

    /// An id that is text stays that; hex has all its digits, as other tools want it.
    void id(std::string_view text, uint64_t high, uint64_t low, bool isTrace) {
        if (!text.empty()) {
            appendJsonString(out_, text);
            return;
        }
        char digits[33];
        if (isTrace)
            std::snprintf(digits, sizeof digits, "%016llx%016llx", static_cast<unsigned long long>(high), static_cast<unsigned long long>(low));
        else
            std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(low));
        out_.append("\"").append(low == 0 && high == 0 ? "" : digits) += '"';
    }

    void text(const char* key, std::string_view value) {
        if (value.empty())
            return;
        out_.append(",\"").append(key).append("\":");
        appendJsonString(out_, value);
    }

    static void attributes(std::string& out, const Attributes& attributes) {
        out += '[';
        for (const Attribute& attribute : attributes) {
            out += out.back() == '[' ? "{\"key\":" : ",{\"key\":";
            appendJsonString(out, attribute.key);
            out += ",\"value\":";
            value(out, attribute.type, attribute.value);
            out += '}';
        }
        out += ']';
    }

    static void value(std::string& out, ValueType type, std::string_view value) {
        bool isInteger = false;
        switch (type) {
        case ValueType::Int:
            if (isNumber(value, isInteger) && isInteger) {
                out.append("{\"intValue\":\"").append(value).append("\"}");
                return;
            }
            break;
        case ValueType::Double:
            if (isNumber(value, isInteger)) {
                out.append("{\"doubleValue\":").append(value) += '}';
                return;
            }
            break;
        case ValueType::Bool:
            if (value == "true" || value == "false") {
                out.append("{\"boolValue\":").append(value) += '}';
                return;
            }
            break;
        case ValueType::Bytes:
            out += "{\"bytesValue\":";
            appendJsonString(out, value);
            out += '}';
            return;
        case ValueType::Array:
        case ValueType::Map:
            if (AnyValue(out, value).append())
                return;
            break;
        case ValueType::String: break;
        }
        out += "{\"stringValue\":";
        appendJsonString(out, value);
        out += '}';
    }

    Write write_;
    std::string out_;
    std::vector<Context> contexts_;
    ContextHandle context_ = 0;
    bool inLine_ = false, isLog_ = false;
    size_t records_ = 0;
};

} // namespace

extern const WriterFormat kOtlpJsonWriter;
constinit const WriterFormat kOtlpJsonWriter = {"otlp-json", [](TraceWriter::Write write) {
    return std::unique_ptr<TraceWriter>(std::make_unique<OtlpJsonWriter>(std::move(write)));
}};

} // namespace aisle
