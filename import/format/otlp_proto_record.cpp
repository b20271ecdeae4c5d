#include "format/otlp_proto_record.h"

#include "format/ids_text.h"

#include <charconv>
#include <cmath>

namespace aisle {

namespace {

using protozero::pbf_reader;

constexpr std::string_view kLongId = "an id of more bytes than OTLP's is cut";

std::string_view bytesOf(pbf_reader& message) {
    const protozero::data_view view = message.get_view();
    return {view.data(), view.size()};
}

int64_t nanosOf(pbf_reader& message) {
    const uint64_t value = message.get_fixed64();
    return value > static_cast<uint64_t>(INT64_MAX) ? INT64_MAX : static_cast<int64_t>(value);
}

template <typename Number>
void appendNumber(std::string& out, Number value) {
    char text[32];
    const auto result = std::to_chars(text, text + sizeof text, value);
    out.append(text, result.ptr);
}

/// Inside a list or map nothing else says that it is no integer.
void appendJsonDouble(std::string& out, double value) {
    const size_t start = out.size();
    appendNumber(out, value);
    if (out.find_first_of(".e", start) == std::string::npos)
        out += ".0";
}

std::string_view doubleName(double value) { return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity"; }

} // namespace

void OtlpProtoRecords::begin(TextPool& pool) {
    pool.clear();
    m_attributes = 0;
}

TraceId OtlpProtoRecords::traceId(std::string_view bytes) {
    if (bytes.size() > 16)
        m_remark = kLongId;
    return traceIdFromBytes(bytes);
}

SpanId OtlpProtoRecords::spanId(std::string_view bytes) {
    if (bytes.size() > 8)
        m_remark = kLongId;
    return spanIdFromBytes(bytes);
}

void OtlpProtoRecords::readSpan(std::string_view bytes, SpanRecord& span) {
    span.clear();
    begin(m_pool);
    m_remark = {};
    int64_t start = 0, end = 0;
    pbf_reader message(bytes.data(), bytes.size());
    while (message.next()) {
        switch (message.tag_and_type()) {
        case protozero::tag_and_type(1, protozero::pbf_wire_type::length_delimited):
            span.trace.id = traceId(bytesOf(message));
            break;
        case protozero::tag_and_type(2, protozero::pbf_wire_type::length_delimited):
            span.span.id = spanId(bytesOf(message));
            break;
        case protozero::tag_and_type(3, protozero::pbf_wire_type::length_delimited):
            span.traceState = bytesOf(message);
            break;
        case protozero::tag_and_type(4, protozero::pbf_wire_type::length_delimited):
            span.parent.id = spanId(bytesOf(message));
            break;
        case protozero::tag_and_type(5, protozero::pbf_wire_type::length_delimited): span.name = bytesOf(message); break;
        case protozero::tag_and_type(6, protozero::pbf_wire_type::varint): {
            const int32_t kind = message.get_int32();
            span.kind = kind >= 0 && kind <= 5 ? static_cast<Kind>(kind) : Kind::Unspecified;
            if (kind < 0 || kind > 5)
                m_remark = "an unknown span kind";
            break;
        }
        case protozero::tag_and_type(7, protozero::pbf_wire_type::fixed64): start = nanosOf(message); break;
        case protozero::tag_and_type(8, protozero::pbf_wire_type::fixed64): end = nanosOf(message); break;
        case protozero::tag_and_type(9, protozero::pbf_wire_type::length_delimited):
            readAttribute(message.get_message(), span.attributes, m_pool);
            break;
        case protozero::tag_and_type(11, protozero::pbf_wire_type::length_delimited):
            readEvent(message.get_message(), span.addEvent());
            break;
        case protozero::tag_and_type(13, protozero::pbf_wire_type::length_delimited):
            readLink(message.get_message(), span.addLink());
            break;
        case protozero::tag_and_type(15, protozero::pbf_wire_type::length_delimited): {
            pbf_reader status = message.get_message();
            while (status.next()) {
                if (status.tag() == 2 && status.wire_type() == protozero::pbf_wire_type::length_delimited) {
                    span.statusMessage = bytesOf(status);
                } else if (status.tag() == 3 && status.wire_type() == protozero::pbf_wire_type::varint) {
                    const int32_t code = status.get_int32();
                    span.status = code == 1 ? Status::Ok : code == 2 ? Status::Error : Status::Unset;
                    if (code < 0 || code > 2)
                        m_remark = "an unknown status code";
                } else {
                    status.skip();
                }
            }
            break;
        }
        default: message.skip();
        }
    }
    if (!span.trace.id)
        throw RecordError{"a span without a trace id"};
    if (span.span.id == 0)
        throw RecordError{"a span without a span id"};
    span.setTimes(start, end);
}

void OtlpProtoRecords::readLog(std::string_view bytes, LogRecord& log) {
    log.clear();
    begin(m_pool);
    m_remark = {};
    int64_t observed = 0;
    pbf_reader message(bytes.data(), bytes.size());
    while (message.next()) {
        switch (message.tag_and_type()) {
        case protozero::tag_and_type(1, protozero::pbf_wire_type::fixed64): log.time = nanosOf(message); break;
        case protozero::tag_and_type(2, protozero::pbf_wire_type::varint): log.severity = message.get_int32(); break;
        case protozero::tag_and_type(3, protozero::pbf_wire_type::length_delimited): log.severityText = bytesOf(message); break;
        case protozero::tag_and_type(5, protozero::pbf_wire_type::length_delimited):
            readAnyValue(message.get_message(), log.bodyType, log.body, m_pool);
            break;
        case protozero::tag_and_type(6, protozero::pbf_wire_type::length_delimited):
            readAttribute(message.get_message(), log.attributes, m_pool);
            break;
        case protozero::tag_and_type(9, protozero::pbf_wire_type::length_delimited):
            log.trace.id = traceId(bytesOf(message));
            break;
        case protozero::tag_and_type(10, protozero::pbf_wire_type::length_delimited):
            log.span.id = spanId(bytesOf(message));
            break;
        case protozero::tag_and_type(11, protozero::pbf_wire_type::fixed64): observed = nanosOf(message); break;
        case protozero::tag_and_type(12, protozero::pbf_wire_type::length_delimited): log.eventName = bytesOf(message); break;
        default: message.skip();
        }
    }
    if (log.time == 0)
        log.time = observed;
}

void OtlpProtoRecords::readEvent(pbf_reader message, EventRecord& event) {
    while (message.next()) {
        if (message.tag() == 1 && message.wire_type() == protozero::pbf_wire_type::fixed64)
            event.time = nanosOf(message);
        else if (message.tag() == 2 && message.wire_type() == protozero::pbf_wire_type::length_delimited)
            event.name = bytesOf(message);
        else if (message.tag() == 3 && message.wire_type() == protozero::pbf_wire_type::length_delimited)
            readAttribute(message.get_message(), event.attributes, m_pool);
        else
            message.skip();
    }
}

void OtlpProtoRecords::readLink(pbf_reader message, LinkRecord& link) {
    while (message.next()) {
        if (message.wire_type() != protozero::pbf_wire_type::length_delimited) {
            message.skip();
            continue;
        }
        switch (message.tag()) {
        case 1: link.trace.id = traceId(bytesOf(message)); break;
        case 2: link.span.id = spanId(bytesOf(message)); break;
        case 3: link.traceState = bytesOf(message); break;
        case 4: readAttribute(message.get_message(), link.attributes, m_pool); break;
        default: message.skip();
        }
    }
}

void OtlpProtoRecords::readAttribute(pbf_reader message, Attributes& attributes, TextPool& pool) {
    if (++m_attributes > 4 * kSpanParts) // one may be two bytes
        throw RecordError{"more than four million attributes in one record"};
    Attribute attribute;
    while (message.next()) {
        if (message.tag() == 1 && message.wire_type() == protozero::pbf_wire_type::length_delimited)
            attribute.key = bytesOf(message);
        else if (message.tag() == 2 && message.wire_type() == protozero::pbf_wire_type::length_delimited)
            readAnyValue(message.get_message(), attribute.type, attribute.value, pool);
        else
            message.skip();
    }
    attributes.push_back(attribute);
}

void OtlpProtoRecords::readAnyValue(pbf_reader message, ValueType& type, std::string_view& text, TextPool& pool) {
    type = ValueType::String;
    while (message.next()) {
        switch (message.tag_and_type()) {
        case protozero::tag_and_type(1, protozero::pbf_wire_type::length_delimited): text = bytesOf(message); break;
        case protozero::tag_and_type(2, protozero::pbf_wire_type::varint):
            type = ValueType::Bool;
            text = message.get_bool() ? "true" : "false";
            break;
        case protozero::tag_and_type(3, protozero::pbf_wire_type::varint): {
            type = ValueType::Int;
            std::string& out = pool.next();
            appendNumber(out, message.get_int64());
            text = out;
            break;
        }
        case protozero::tag_and_type(4, protozero::pbf_wire_type::fixed64): {
            const double value = message.get_double();
            if (!std::isfinite(value)) { // JSON has no number for them
                text = doubleName(value);
                break;
            }
            type = ValueType::Double;
            std::string& out = pool.next();
            appendNumber(out, value);
            text = out;
            break;
        }
        case protozero::tag_and_type(5, protozero::pbf_wire_type::length_delimited):
        case protozero::tag_and_type(6, protozero::pbf_wire_type::length_delimited): {
            const bool map = message.tag() == 6;
            type = map ? ValueType::Map : ValueType::Array;
            std::string& out = pool.next();
            appendList(out, message.get_message(), map, 1);
            text = out;
            break;
        }
        case protozero::tag_and_type(7, protozero::pbf_wire_type::length_delimited): {
            type = ValueType::Bytes;
            std::string& out = pool.next();
            appendBase64(out, bytesOf(message));
            text = out;
            break;
        }
        default: message.skip();
        }
    }
}

/// ArrayValue and KeyValueList both have their items in field 1.
void OtlpProtoRecords::appendList(std::string& out, pbf_reader message, bool map, int depth) {
    if (depth > kValueDepth)
        throw RecordError{"a value nested deeper than 100 levels"};
    out += map ? '{' : '[';
    bool first = true;
    while (message.next()) {
        if (message.tag() != 1 || message.wire_type() != protozero::pbf_wire_type::length_delimited) {
            message.skip();
            continue;
        }
        if (!first)
            out += ',';
        first = false;
        pbf_reader item = message.get_message();
        if (!map) {
            appendAnyValue(out, item, depth);
            continue;
        }
        std::string_view key;
        pbf_reader value;
        while (item.next()) {
            if (item.tag() == 1 && item.wire_type() == protozero::pbf_wire_type::length_delimited)
                key = bytesOf(item);
            else if (item.tag() == 2 && item.wire_type() == protozero::pbf_wire_type::length_delimited)
                value = item.get_message();
            else
                item.skip();
        }
        appendJsonString(out, key);
        out += ':';
        appendAnyValue(out, value, depth);
    }
    out += map ? '}' : ']';
}

void OtlpProtoRecords::appendAnyValue(std::string& out, pbf_reader message, int depth) {
    const size_t start = out.size();
    while (message.next()) {
        switch (message.tag_and_type()) {
        case protozero::tag_and_type(1, protozero::pbf_wire_type::length_delimited):
            appendJsonString(out, bytesOf(message));
            break;
        case protozero::tag_and_type(2, protozero::pbf_wire_type::varint):
            out += message.get_bool() ? "true" : "false";
            break;
        case protozero::tag_and_type(3, protozero::pbf_wire_type::varint): appendNumber(out, message.get_int64()); break;
        case protozero::tag_and_type(4, protozero::pbf_wire_type::fixed64): {
            const double value = message.get_double();
            if (std::isfinite(value))
                appendJsonDouble(out, value);
            else
                appendJsonString(out, doubleName(value));
            break;
        }
        case protozero::tag_and_type(5, protozero::pbf_wire_type::length_delimited):
        case protozero::tag_and_type(6, protozero::pbf_wire_type::length_delimited): {
            const bool map = message.tag() == 6;
            appendList(out, message.get_message(), map, depth + 1);
            break;
        }
        case protozero::tag_and_type(7, protozero::pbf_wire_type::length_delimited):
            out += '"';
            appendBase64(out, bytesOf(message));
            out += '"';
            break;
        default: message.skip();
        }
    }
    if (out.size() == start)
        out += "null";
}

void OtlpProtoRecords::readContext(std::string_view resource, std::string_view schema, std::string_view scope,
                                   ContextRecord& record, std::string& problem) {
    begin(m_contextPool);
    problem.clear();
    record.resourceSchema = schema;
    try {
        pbf_reader message(resource.data(), resource.size());
        while (message.next()) {
            if (message.tag() == 1 && message.wire_type() == protozero::pbf_wire_type::length_delimited)
                readAttribute(message.get_message(), record.resource, m_contextPool);
            else
                message.skip();
        }
        message = pbf_reader(scope.data(), scope.size());
        while (message.next()) {
            if (message.wire_type() != protozero::pbf_wire_type::length_delimited) {
                message.skip();
                continue;
            }
            switch (message.tag()) {
            case 1: record.scopeName = bytesOf(message); break;
            case 2: record.scopeVersion = bytesOf(message); break;
            case 3: readAttribute(message.get_message(), record.scope, m_contextPool); break;
            default: message.skip();
            }
        }
    } catch (const protozero::exception& error) {
        problem = error.what();
    } catch (const RecordError& error) {
        problem = error.reason;
    }
}

} // namespace aisle
