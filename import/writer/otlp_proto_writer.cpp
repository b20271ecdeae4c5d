// OTLP protobuf as the OpenTelemetry collector's file exporter writes it: messages (TracesData, LogsData) with 32-bit
// big-endian lengths, each with the records of one resource and scope.

#include "format/ids_text.h"
#include "writer/context_groups.h"
#include "writer/otlp_times.h"
#include "writer/trace_writer.h"

#include <protozero/pbf_writer.hpp>

#include <charconv>
#include <vector>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

using protozero::pbf_writer;

void addText(pbf_writer& message, uint32_t field, std::string_view text) {
    if (!text.empty())
        message.add_bytes(field, text.data(), text.size());
}

void addBigEndian(pbf_writer& message, uint32_t field, uint64_t high, uint64_t low, size_t size) {
    if (high == 0 && low == 0)
        return;
    char bytes[16];
    for (size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>(high >> (56 - 8 * i));
        bytes[8 + i] = static_cast<char>(low >> (56 - 8 * i));
    }
    message.add_bytes(field, bytes + (16 - size), size);
}

template <typename Number>
Number numberOf(std::string_view text) {
    Number number{};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

class OtlpProtoWriter : public TraceWriter {
public:
    using TraceWriter::TraceWriter;

    void finish() override {
        groups_.takeAll();
        flush(out_, true);
    }

private:
    struct Context {
        std::string resource, scope, schema; ///< their fields in ResourceSpans and ScopeSpans
    };

    void addContext(const ContextRecord& record) override {
        Context& out = contexts_.emplace_back();
        pbf_writer resource(out.resource), scope(out.scope), schema(out.schema);
        {
            pbf_writer content(resource, 1);
            attributes(content, 1, record.resource);
        }
        {
            pbf_writer content(scope, 1);
            addText(content, 1, record.scopeName);
            addText(content, 2, record.scopeVersion);
            attributes(content, 3, record.scope);
        }
        addText(schema, 3, record.resourceSchema);
    }

    void dropContexts() override {
        groups_.takeAll();
        contexts_.clear();
    }

    void writeLog(const LogRecord& log) override {
        loseOf(log.context);
        {
            pbf_writer records(groups_.begin(log.context, true));
            pbf_writer message(records, 2);
            message.add_fixed64(1, time(log.time));
            if (log.severity != 0)
                message.add_enum(2, log.severity);
            addText(message, 3, log.severityText);
            {
                pbf_writer body(message, 5);
                value(body, log.bodyType, log.body);
            }
            attributes(message, 6, log.attributes);
            traceId(message, 9, log.trace);
            spanId(message, 10, log.span);
            addText(message, 12, log.eventName);
        }
        groups_.end();
    }

    void writeSpan(const SpanRecord& s) override {
        {
            pbf_writer records(groups_.begin(s.context, false));
            pbf_writer message(records, 2);
            traceId(message, 1, s.trace);
            spanId(message, 2, s.span);
            addText(message, 3, s.traceState);
            spanId(message, 4, s.parent);
            addText(message, 5, s.name);
            message.add_enum(6, static_cast<int32_t>(s.kind));
            const OtlpTimes times = otlpTimes(s, [this](std::string_view what) { lose(what); });
            message.add_fixed64(7, time(times.start));
            message.add_fixed64(8, time(times.end));
            attributes(message, 9, s.attributes);
            events(message, s);
            links(message, s);
            if (s.status != Status::Unset || !s.statusMessage.empty()) {
                pbf_writer status(message, 15);
                addText(status, 2, s.statusMessage);
                status.add_enum(3, static_cast<int32_t>(s.status));
            }
        }
        groups_.end();
    }

    void message(ContextHandle handle, std::string_view records) {
        const Context& context = contexts_[handle];
        std::string scopeRecords = context.scope;
        scopeRecords += records;
        std::string resourceRecords = context.resource;
        pbf_writer(resourceRecords).add_message(2, scopeRecords);
        resourceRecords += context.schema;
        std::string message;
        pbf_writer(message).add_message(1, resourceRecords);
        for (int shift = 24; shift >= 0; shift -= 8)
            out_ += static_cast<char>(message.size() >> shift & 255);
        out_ += message;
        flush(out_);
    }

    /// OTLP's times are unsigned.
    uint64_t time(int64_t nanoseconds) {
        if (nanoseconds >= 0)
            return static_cast<uint64_t>(nanoseconds);
        lose(loss::kBefore1970);
        return 0;
    }

    void traceId(pbf_writer& message, uint32_t field, const TraceIdRecord& id) {
        if (!id.text.empty())
            lose(loss::kIdText);
        addBigEndian(message, field, id.id.high, id.id.low, 16);
    }

    void spanId(pbf_writer& message, uint32_t field, const SpanIdRecord& id) {
        if (!id.text.empty())
            lose(loss::kIdText);
        addBigEndian(message, field, 0, id.id, 8);
    }

    void events(pbf_writer& message, const SpanRecord& s) {
        for (size_t i = 0; i < s.eventCount; ++i) {
            pbf_writer event(message, 11);
            event.add_fixed64(1, time(s.events[i].time));
            addText(event, 2, s.events[i].name);
            attributes(event, 3, s.events[i].attributes);
        }
    }

    void links(pbf_writer& message, const SpanRecord& s) {
        for (size_t i = 0; i < s.linkCount; ++i) {
            std::string bytes;
            pbf_writer link(bytes);
            traceId(link, 1, s.links[i].trace);
            spanId(link, 2, s.links[i].span);
            addText(link, 3, s.links[i].traceState);
            attributes(link, 4, s.links[i].attributes);
            message.add_message(13, bytes);
        }
    }

    void attributes(pbf_writer& message, uint32_t field, const Attributes& attributes) {
        for (const Attribute& attribute : attributes) {
            pbf_writer pair(message, field);
            addText(pair, 1, attribute.key);
            pbf_writer any(pair, 2);
            value(any, attribute.type, attribute.value);
        }
    }

    void value(pbf_writer& any, ValueType type, std::string_view value) {
        switch (writableType(type, value)) {
        case ValueType::String: any.add_string(1, value.data(), value.size()); break;
        case ValueType::Bool: any.add_bool(2, value == "true"); break;
        case ValueType::Int: any.add_int64(3, numberOf<int64_t>(value)); break;
        case ValueType::Double: any.add_double(4, numberOf<double>(value)); break;
        case ValueType::Array:
        case ValueType::Map: nestedValue(any, nested(value)); break;
        case ValueType::Bytes: any.add_bytes(7, *bytesFromBase64(value)); break;
        }
    }

    static void nestedValue(pbf_writer& any, JsonValue value) {
        switch (value.type()) {
        case ondemand::json_type::array:
        case ondemand::json_type::object: {
            // By way of strings: a pbf_writer leaves out what is empty, but an empty list is one, and null in it too.
            const uint32_t field = value.type() == ondemand::json_type::array ? 5 : 6;
            std::string list;
            pbf_writer items(list);
            forEachNested(value, [&](JsonValue item, const std::string_view* key) {
                std::string content, pair;
                pbf_writer anyOfItem(content);
                nestedValue(anyOfItem, item);
                if (key != nullptr) {
                    pbf_writer entry(pair);
                    addText(entry, 1, *key);
                    entry.add_message(2, content);
                }
                items.add_message(1, key != nullptr ? pair : content);
            });
            any.add_message(field, list);
            break;
        }
        case ondemand::json_type::number: {
            const std::string_view text = scalarText(value);
            if (isJsonInteger(text))
                any.add_int64(3, numberOf<int64_t>(text));
            else
                any.add_double(4, numberOf<double>(text));
            break;
        }
        case ondemand::json_type::boolean: any.add_bool(2, scalarText(value) == "true"); break;
        case ondemand::json_type::null: break;
        default: {
            const std::string_view text = scalarText(value);
            any.add_string(1, text.data(), text.size());
        }
        }
    }

    std::vector<Context> contexts_;
    ContextGroups groups_{[this](ContextHandle context, bool, std::string_view records) { message(context, records); }};
    std::string out_;
};

} // namespace

extern const WriterFormat kOtlpProtoWriter;
constinit const WriterFormat kOtlpProtoWriter = {"otlp-proto", "OTLP protobuf", "pb", ReplayOrder::Rows, makeTraceWriter<OtlpProtoWriter>};

} // namespace aisle
