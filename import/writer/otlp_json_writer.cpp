// OTLP JSON lines: one line per run of spans of one resource and scope.

#include "text/utf8.h"
#include "writer/context_groups.h"
#include "writer/otlp_times.h"
#include "writer/trace_writer.h"

#include <vector>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

class OtlpJsonWriter : public TraceWriter {
public:
    using TraceWriter::TraceWriter;

    void finish() override {
        groups_.takeAll();
        flush(out_, true);
    }

private:
    struct Context {
        std::string resource, scope;
    };

    void addContext(const ContextRecord& record) override {
        // Both halves of what surrounds the records, ready to be repeated.
        Context& out = contexts_.emplace_back();
        out.resource = "{\"resource\":{\"attributes\":";
        attributes(out.resource, record.resource);
        out.resource += '}';
        text(out.resource, "schemaUrl", record.resourceSchema);
        out.scope = "{\"scope\":{\"attributes\":";
        attributes(out.scope, record.scope);
        text(out.scope, "name", record.scopeName);
        text(out.scope, "version", record.scopeVersion);
        out.scope += "},";
    }

    void dropContexts() override {
        groups_.takeAll();
        contexts_.clear();
    }

    void writeLog(const LogRecord& log) override {
        loseOf(log.context);
        std::string& out = begin(log.context, true);
        out += "{\"timeUnixNano\":\"" + std::to_string(log.time) + '"';
        if (log.severity != 0)
            out += ",\"severityNumber\":" + std::to_string(log.severity);
        text(out, "severityText", log.severityText);
        text(out, "eventName", log.eventName);
        out += ",\"body\":";
        value(out, log.bodyType, log.body);
        out += ",\"attributes\":";
        attributes(out, log.attributes);
        text(out, "traceId", idText(log.trace, true));
        text(out, "spanId", idText(log.span));
        out += '}';
        groups_.end();
    }

    void writeSpan(const SpanRecord& s) override {
        std::string& out = begin(s.context, false);
        out += "{\"traceId\":";
        appendJsonString(out, idText(s.trace, true));
        text(out, "spanId", idText(s.span));
        text(out, "parentSpanId", idText(s.parent));
        text(out, "traceState", s.traceState);
        out += ",\"name\":";
        appendJsonString(out, s.name);
        out += ",\"kind\":" + std::to_string(static_cast<int>(s.kind));
        const OtlpTimes times = otlpTimes(s, [this](std::string_view what) { lose(what); });
        out += ",\"startTimeUnixNano\":\"" + std::to_string(times.start) + "\",\"endTimeUnixNano\":\"" + std::to_string(times.end) + '"';
        out += ",\"attributes\":";
        attributes(out, s.attributes);
        events(out, s);
        links(out, s);
        if (s.status != Status::Unset || !s.statusMessage.empty()) {
            out += ",\"status\":{\"code\":" + std::to_string(static_cast<int>(s.status));
            text(out, "message", s.statusMessage);
            out += '}';
        }
        out += '}';
        groups_.end();
    }

    std::string& begin(ContextHandle context, bool isLog) {
        std::string& out = groups_.begin(context, isLog);
        if (!out.empty())
            out += ',';
        return out;
    }

    void line(ContextHandle context, bool isLog, std::string_view records) {
        out_ += isLog ? "{\"resourceLogs\":[" : "{\"resourceSpans\":[";
        out_ += contexts_[context].resource;
        out_ += isLog ? ",\"scopeLogs\":[" : ",\"scopeSpans\":[";
        out_ += contexts_[context].scope;
        out_ += isLog ? "\"logRecords\":[" : "\"spans\":[";
        out_.append(records).append("]}]}]}\n");
        flush(out_);
    }

    void events(std::string& out, const SpanRecord& s) {
        if (s.eventCount == 0)
            return;
        out += ",\"events\":[";
        for (size_t i = 0; i < s.eventCount; ++i) {
            const EventRecord& event = s.events[i];
            out += (i > 0 ? ",{\"timeUnixNano\":\"" : "{\"timeUnixNano\":\"") + std::to_string(event.time) + "\",\"name\":";
            appendJsonString(out, event.name);
            out += ",\"attributes\":";
            attributes(out, event.attributes);
            out += '}';
        }
        out += ']';
    }

    void links(std::string& out, const SpanRecord& s) {
        if (s.linkCount == 0)
            return;
        out += ",\"links\":[";
        for (size_t i = 0; i < s.linkCount; ++i) {
            const LinkRecord& link = s.links[i];
            out += i > 0 ? ",{\"traceId\":" : "{\"traceId\":";
            appendJsonString(out, idText(link.trace, true));
            text(out, "spanId", idText(link.span));
            text(out, "traceState", link.traceState);
            out += ",\"attributes\":";
            attributes(out, link.attributes);
            out += '}';
        }
        out += ']';
    }

    static void text(std::string& out, const char* key, std::string_view value) {
        if (value.empty())
            return;
        out.append(",\"").append(key).append("\":");
        appendJsonString(out, value);
    }

    void attributes(std::string& out, const Attributes& attributes) {
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

    void value(std::string& out, ValueType type, std::string_view value) {
        switch (writableType(type, value)) {
        case ValueType::Int: out.append("{\"intValue\":\"").append(value).append("\"}"); break;
        case ValueType::Double: out.append("{\"doubleValue\":").append(value) += '}'; break;
        case ValueType::Bool: out.append("{\"boolValue\":").append(value) += '}'; break;
        case ValueType::Bytes:
            out += "{\"bytesValue\":";
            appendJsonString(out, value);
            out += '}';
            break;
        case ValueType::Array:
        case ValueType::Map: nestedValue(out, nested(value)); break;
        case ValueType::String:
            out += "{\"stringValue\":";
            appendJsonString(out, value);
            out += '}';
        }
    }

    static void nestedValue(std::string& out, JsonValue value) {
        switch (value.type()) {
        case ondemand::json_type::array:
        case ondemand::json_type::object:
            out += value.type() == ondemand::json_type::array ? "{\"arrayValue\":{\"values\":[" : "{\"kvlistValue\":{\"values\":[";
            forEachNested(value, [&](JsonValue item, const std::string_view* key) {
                if (out.back() != '[')
                    out += ',';
                if (key != nullptr) {
                    out += "{\"key\":";
                    appendJsonString(out, *key);
                    out += ",\"value\":";
                }
                nestedValue(out, item);
                if (key != nullptr)
                    out += '}';
            });
            out += "]}}";
            break;
        case ondemand::json_type::number: {
            const std::string_view text = scalarText(value);
            if (isJsonInteger(text))
                out.append("{\"intValue\":\"").append(text).append("\"}");
            else
                out.append("{\"doubleValue\":").append(text) += '}';
            break;
        }
        case ondemand::json_type::boolean: out.append("{\"boolValue\":").append(scalarText(value)) += '}'; break;
        case ondemand::json_type::null: out += "{}"; break;
        default:
            out += "{\"stringValue\":";
            appendJsonString(out, scalarText(value));
            out += '}';
        }
    }

    std::vector<Context> contexts_;
    ContextGroups groups_{[this](ContextHandle context, bool isLog, std::string_view records) { line(context, isLog, records); }};
    std::string out_;
};

} // namespace

extern const WriterFormat kOtlpJsonWriter;
constinit const WriterFormat kOtlpJsonWriter = {"otlp-json", "OTLP JSON lines", "jsonl", ReplayOrder::Rows, makeTraceWriter<OtlpJsonWriter>};

} // namespace aisle
