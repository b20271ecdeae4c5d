#include "format/zipkin_record.h"

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

void add(Attributes& attributes, std::string_view key, std::string_view value) {
    if (!value.empty())
        attributes.push_back({key, ValueType::String, value});
}

void addPort(Attributes& attributes, std::string_view key, std::string_view port) {
    if (!port.empty() && port != "0")
        attributes.push_back({key, checkedType(ValueType::Int, port), port});
}

} // namespace

ZipkinEndpoint readZipkinEndpoint(JsonValue value) {
    return isNull(value) ? ZipkinEndpoint() : readZipkinEndpoint(JsonObject(value.get_object()));
}

ZipkinEndpoint readZipkinEndpoint(JsonObject object) {
    ZipkinEndpoint endpoint;
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& content = field.value();
        if (key == "serviceName")
            endpoint.service = scalarText(content);
        else if (key == "ipv4")
            endpoint.ipv4 = scalarText(content);
        else if (key == "ipv6")
            endpoint.ipv6 = scalarText(content);
        else if (key == "port")
            endpoint.port = scalarText(content);
    }
    return endpoint;
}

void addZipkinRemote(SpanRecord& span, const ZipkinEndpoint& endpoint) {
    add(span.attributes, "peer.service", endpoint.service);
    add(span.attributes, "net.peer.ip", endpoint.ipv4.empty() ? endpoint.ipv6 : endpoint.ipv4);
    addPort(span.attributes, "net.peer.port", endpoint.port);
}

std::optional<int64_t> zipkinMicros(JsonValue& value, std::string_view said, std::string_view& remark) {
    if (isNull(value))
        return std::nullopt;
    const auto nanos = scaledInteger(scalarText(value), 3);
    if (!nanos)
        remark = said;
    return nanos;
}

ContextHandle ZipkinContexts::of(std::string_view rawEndpoint, const ScopeTags& scope) {
    m_key = rawEndpoint; // JSON, which says where it ends
    appendKeyPart(m_key, scope.name());
    appendKeyPart(m_key, scope.version());
    return m_cache.get(m_key, [&] {
        m_context.clear();
        if (!rawEndpoint.empty())
            readEndpoint(rawEndpoint);
        m_context.scopeName = scope.name();
        m_context.scopeVersion = scope.version();
        return m_sink.context(m_context);
    });
}

void ZipkinContexts::readEndpoint(std::string_view rawEndpoint) {
    try {
        auto document = m_parser.iterateCopy(rawEndpoint);
        const ZipkinEndpoint endpoint = readZipkinEndpoint(JsonObject(document.get_object()));
        Attributes& resource = m_context.resource;
        add(resource, "service.name", endpoint.service == kNoServiceName ? std::string_view() : endpoint.service);
        add(resource, "net.host.ip", endpoint.ipv4.empty() ? endpoint.ipv6 : endpoint.ipv4);
        if (!endpoint.ipv4.empty())
            add(resource, "net.host.ipv6", endpoint.ipv6);
        addPort(resource, "net.host.port", endpoint.port);
    } catch (const simdjson::simdjson_error& error) {
        m_context.clear();
        const std::string why = simdjson::error_message(error.error());
        m_sink.repaired("an endpoint that could not be read: " + why, {});
    }
}

JsonTake ZipkinLists::classify(JsonSplitter&, std::string_view, char first, size_t level) {
    if (first != '[')
        return JsonTake::Whole;
    if (level < 4)
        return JsonTake::Descend;
    m_sink.skipped("a list nested deeper than four levels", {0, m_recordNumber});
    return JsonTake::Skip;
}

void ZipkinLists::value(std::string_view, const JsonSlice& slice, size_t) {
    const Position at{slice.offset, ++m_recordNumber};
    const RecordOutcome outcome = aisle::readRecord(m_parser, slice, [&](JsonObject object) {
        m_remark = {};
        readRecord(object);
    });
    if (!outcome.taken) {
        m_sink.skipped(outcome.reason, at);
        return;
    }
    const bool odd = !outcome.repair.empty() || !m_remark.empty();
    if (odd)
        m_sink.repaired(outcome.repair.empty() ? m_remark : outcome.repair, at);
    emit(odd ? kRepaired : 0);
}

void ZipkinLists::problem(std::string_view reason, uint64_t offset) {
    m_sink.skipped(reason, {offset, m_recordNumber});
}

} // namespace aisle
