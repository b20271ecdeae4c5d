#include "format/jaeger_record.h"

#include "format/ids_text.h"
#include "format/time_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

constexpr std::string_view kBadStart = "a start time could not be read";
constexpr std::string_view kBadDuration = "a duration could not be read";

/// The type that Jaeger names, where the value can be it.
ValueType typeOf(std::string_view name, ValueType seen, std::string_view value) {
    if (seen == ValueType::Array || seen == ValueType::Map)
        return seen;
    if (name == "string")
        return ValueType::String;
    const ValueType said = name == "bool"      ? ValueType::Bool
                           : name == "int64"   ? ValueType::Int
                           : name == "float64" ? ValueType::Double
                           : name == "binary"  ? ValueType::Bytes
                                               : seen;
    const ValueType type = checkedType(said, value);
    return type == ValueType::String ? seen : type;
}

/// Jaeger replaces the dots of tag names by '@' where Elasticsearch has them as fields.
std::string_view withDots(std::string_view key, TextPool& pool) {
    if (key.find('@') == std::string_view::npos)
        return key;
    std::string& text = pool.next();
    text = key;
    std::replace(text.begin(), text.end(), '@', '.');
    return text;
}

/// Unchanged when it is no hex.
std::string_view base64FromHex(std::string_view hex, TextPool& pool) {
    if (hex.size() % 2 != 0)
        return hex;
    std::string& bytes = pool.next();
    for (size_t i = 0; i < hex.size(); i += 2) {
        const auto byte = spanIdFromHex(hex.substr(i, 2));
        if (!byte)
            return hex;
        bytes += static_cast<char>(*byte);
    }
    std::string& out = pool.next();
    appendBase64(out, bytes);
    return out;
}

struct ModelType {
    std::string_view key, name, number;
    ValueType type;
    std::string_view unset; ///< protobuf leaves out what is zero
};
constexpr std::array<ModelType, 5> kModelTypes = {{{"vStr", "STRING", "0", ValueType::String, ""},
                                                   {"vBool", "BOOL", "1", ValueType::Bool, "false"},
                                                   {"vInt64", "INT64", "2", ValueType::Int, "0"},
                                                   {"vFloat64", "FLOAT64", "3", ValueType::Double, "0"},
                                                   {"vBinary", "BINARY", "4", ValueType::Bytes, ""}}};

} // namespace

/// A value of the model: vType names which of the other members it is.
struct JaegerRecords::ModelValue {
    std::array<std::optional<std::string_view>, kModelTypes.size()> values;
    std::string_view type;

    /// False when the member is none of the model's.
    bool take(std::string_view name, JsonValue& value) {
        if (name == "vType") {
            type = scalarText(value);
            return true;
        }
        for (size_t i = 0; i < kModelTypes.size(); ++i) {
            if (name == kModelTypes[i].key) {
                if (!isNull(value)) // null is protobuf's default as well
                    values[i] = scalarText(value);
                return true;
            }
        }
        return false;
    }
    /// False when the tag does not say its value, which is zero if the record is whole.
    bool get(ValueType& valueType, std::string_view& text) const {
        size_t at = 0;
        for (size_t i = 0; i < kModelTypes.size(); ++i)
            if (type.empty() ? values[i].has_value() : type == kModelTypes[i].name || type == kModelTypes[i].number)
                at = i;
        const bool said = values[at].has_value();
        text = values[at].value_or(kModelTypes[at].unset);
        valueType = checkedType(kModelTypes[at].type, text);
        return said;
    }
};

/// Tags as a list of {key, type, value} or as a map: take(key, type, text) for each.
template <typename Take>
void JaegerRecords::eachTag(JsonValue value, TextPool& pool, Take&& take) {
    if (isNull(value))
        return;
    if (value.type() == ondemand::json_type::object) {
        for (ondemand::field& field : members(value.get_object())) {
            const std::string_view key = field.unescaped_key();
            ValueType type = ValueType::String;
            std::string_view text;
            plainValue(field.value(), type, text, pool);
            take(key, type, text);
        }
        return;
    }
    if (!isList(value, m_remark))
        return;
    for (auto item : value.get_array()) {
        std::string_view key, text, typeName;
        ValueType type = ValueType::String;
        bool named = false, isPlain = false, isModel = false;
        ModelValue model;
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view name = rawKey(field);
            JsonValue& content = field.value();
            if (name == "key") {
                key = scalarText(content);
                named = true;
            } else if (name == "type") {
                typeName = scalarText(content);
            } else if (name == "value") {
                plainValue(content, type, text, pool);
                isPlain = true;
            } else {
                isModel = model.take(name, content) || isModel;
            }
        }
        if (!named)
            continue;
        if (!isPlain && (isModel || m_isModel)) {
            if (model.get(type, text) || !m_truncated)
                take(key, type, text);
        } else {
            type = typeOf(typeName, type, text);
            if (type == ValueType::Bytes && m_binary == JaegerBinary::Hex)
                text = base64FromHex(text, pool);
            take(key, type, text);
        }
    }
}

std::optional<int64_t> JaegerRecords::readTime(JsonValue& value, std::string_view remark) {
    if (isNull(value))
        return std::nullopt;
    const std::string_view text = scalarText(value);
    auto nanos = scaledInteger(text, 3);
    if (!nanos)
        nanos = nanosFromRfc3339(text);
    if (!nanos && text != "0001-01-01T00:00:00Z") // Go's time that was never set
        m_remark = remark;
    return nanos;
}

/// Microseconds, or text: "0.000005s" (protobuf), "5000ns" (as older gogo/protobuf has it).
std::optional<int64_t> JaegerRecords::readDuration(JsonValue& value) {
    if (isNull(value))
        return std::nullopt;
    const std::string_view text = scalarText(value);
    auto nanos = scaledInteger(text, 3);
    if (!nanos)
        nanos = text.ends_with("ns") ? scaledInteger(text.substr(0, text.size() - 2)) : nanosFromSeconds(text);
    if (!nanos)
        m_remark = kBadDuration;
    return nanos;
}

void JaegerRecords::readSpan(JsonObject object, std::string_view traceId, bool truncated, SpanRecord& span) {
    span.clear();
    m_pool.clear();
    m_references.clear();
    m_processId = m_process = m_remark = {};
    m_isModel = false;
    m_truncated = truncated;
    StatusTags status;
    m_scope = {};
    SpanIdRecord oldParent;
    std::optional<int64_t> start, startMillis, duration;
    const auto takeTag = [&](std::string_view name, ValueType type, std::string_view text) {
        if (name == "span.kind") {
            span.kind = kindFromText(text);
            if (span.kind != Kind::Unspecified)
                return;
        }
        if (!status.take(name, text) && !m_scope.take(name, text))
            span.attributes.push_back({name, type, text});
    };
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "traceID" || key == "traceId") {
            m_isModel = m_isModel || key == "traceId";
            span.trace = traceIdFrom(scalarText(value));
        } else if (key == "spanID" || key == "spanId") {
            span.span = spanIdFrom(scalarText(value));
        } else if (key == "parentSpanID") {
            oldParent = spanIdFrom(scalarText(value));
        } else if (key == "operationName") {
            span.name = scalarText(value);
        } else if (key == "startTime") {
            start = readTime(value, kBadStart);
        } else if (key == "duration") {
            duration = readDuration(value);
        } else if (key == "processID" || key == "processId") {
            m_processId = scalarText(value);
        } else if (key == "process") {
            if (!isNull(value))
                m_process = rawJson(value);
        } else if (key == "references") {
            readReferences(value);
        } else if (key == "logs") {
            readLogs(value, span);
        } else if (key == "tags") {
            eachTag(value, m_pool, takeTag);
        } else if (key == "tag") {
            eachTag(value, m_pool, [&](std::string_view name, ValueType type, std::string_view text) {
                takeTag(withDots(name, m_pool), type, text);
            });
        } else if (key == "startTimeMillis") {
            startMillis = scaledInteger(scalarText(value), 6);
        } else if (key == "warnings") {
            if (!isNull(value)) {
                Attribute warnings{"jaeger.warnings", ValueType::Array, {}};
                plainValue(value, warnings.type, warnings.value, m_pool);
                if (warnings.value != "[]")
                    span.attributes.push_back(warnings);
            }
        }
    }
    if (!span.trace.id)
        span.trace = traceIdFrom(traceId);
    if (!span.trace.id)
        throw RecordError{"a span without a trace id"};
    if (span.span.id == 0)
        throw RecordError{"a span without a span id"};
    setTimes(span, start ? start : startMillis, duration);
    status.apply(span);
    m_scope.apply(span);
    applyReferences(span, oldParent);
}

void JaegerRecords::readReferences(JsonValue value) {
    if (!isList(value, m_remark))
        return;
    for (auto item : value.get_array()) {
        Reference& reference = m_references.emplace_back();
        bool isModel = false;
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "refType") {
                reference.type = scalarText(content);
            } else if (key == "traceID" || key == "traceId") {
                isModel = key == "traceId";
                reference.trace = traceIdFrom(scalarText(content));
            } else if (key == "spanID" || key == "spanId") {
                reference.span = spanIdFrom(scalarText(content));
            }
        }
        // Protobuf: enumerations may be numbers, and the first of them may be left out.
        if (reference.type == "0" || (reference.type.empty() && isModel && !m_truncated))
            reference.type = "CHILD_OF";
        else if (reference.type == "1")
            reference.type = "FOLLOWS_FROM";
        reference.childOf = reference.type == "CHILD_OF" || reference.type == "child_of";
    }
}

/// The parent: the first CHILD_OF in the same trace, else the first other reference in the same trace, else
/// parentSpanID. All other references are links.
void JaegerRecords::applyReferences(SpanRecord& span, const SpanIdRecord& oldParent) {
    const Reference* parent = nullptr;
    for (Reference& reference : m_references) {
        if (!reference.trace.id)
            reference.trace = span.trace;
        if (reference.span.id == 0 || reference.trace.id != span.trace.id)
            continue;
        if (!parent || (reference.childOf && !parent->childOf))
            parent = &reference;
    }
    span.parent = parent ? parent->span : oldParent;
    if (parent && (parent->type == "FOLLOWS_FROM" || parent->type == "follows_from"))
        span.flags |= kFollowsFrom;
    for (const Reference& reference : m_references) {
        if (&reference == parent || reference.span.id == 0)
            continue;
        LinkRecord& link = span.addLink();
        link.trace = reference.trace;
        link.span = reference.span;
        // OpenTelemetry's attribute for this: opentracing.ref_type, "child_of" or "follows_from".
        if (!reference.type.empty())
            link.attributes.push_back({"opentracing.ref_type", ValueType::String,
                                       reference.childOf                    ? "child_of"
                                       : reference.type == "FOLLOWS_FROM" ? "follows_from"
                                                                            : reference.type});
    }
}

void JaegerRecords::readLogs(JsonValue value, SpanRecord& span) {
    if (!isList(value, m_remark))
        return;
    for (auto item : value.get_array()) {
        EventRecord& event = span.addEvent();
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "timestamp") {
                event.time = readTime(content, "a log time could not be read").value_or(0);
            } else if (key == "fields") {
                eachTag(content, m_pool, [&](std::string_view name, ValueType type, std::string_view text) {
                    event.attributes.push_back({name, type, text});
                });
            }
        }
        // The event's name is the field `event`, else `message`.
        for (const std::string_view name : {"event", "message"}) {
            if (!event.name.empty())
                break;
            for (size_t i = 0; i < event.attributes.size(); ++i) {
                if (event.attributes[i].key == name && !event.attributes[i].value.empty()) {
                    event.name = event.attributes[i].value;
                    event.attributes.erase(event.attributes.begin() + static_cast<std::ptrdiff_t>(i));
                    break;
                }
            }
        }
    }
}

void JaegerRecords::readProcess(JsonObject object, ContextRecord& record) {
    m_processPool.clear();
    const std::string_view ofSpan = std::exchange(m_remark, {});
    record.resource.push_back({"service.name", ValueType::String, {}});
    bool named = false;
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "serviceName") {
            if (const std::string_view name = scalarText(value); name != kNoServiceName) {
                record.resource[0].value = name;
                named = true;
            }
        } else if (key == "tags" || key == "tag") {
            const bool isMap = key == "tag";
            eachTag(value, m_processPool, [&](std::string_view tagName, ValueType type, std::string_view text) {
                const std::string_view name = isMap ? withDots(tagName, m_processPool) : tagName;
                if (name != "service.name")
                    record.resource.push_back({name, type, text});
                else if (record.resource[0].value.empty())
                    record.resource[0].value = text;
            });
        }
    }
    if (!named && record.resource[0].value.empty())
        record.resource.erase(record.resource.begin());
    m_processRemark = std::exchange(m_remark, ofSpan);
}

} // namespace aisle
