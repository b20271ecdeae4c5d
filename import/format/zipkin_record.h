#pragma once
// What Zipkin's v1 and v2 JSON have in common: lists of records, endpoints, contexts by endpoint.

#include "format/context_cache.h"
#include "format/span_fields.h"
#include "json/json_records.h"

#include <optional>
#include <string>
#include <string_view>

namespace aisle {

struct ZipkinEndpoint {
    std::string_view service, ipv4, ipv6, port;
};

ZipkinEndpoint readZipkinEndpoint(JsonObject object);
ZipkinEndpoint readZipkinEndpoint(JsonValue value); ///< or null

/// The other side of the span: peer.service, net.peer.ip, net.peer.port.
void addZipkinRemote(SpanRecord& span, const ZipkinEndpoint& endpoint);

/// Microseconds to nanoseconds; nothing for null, and `remark` set to `said` for what is no number.
std::optional<int64_t> zipkinMicros(JsonValue& value, std::string_view said, std::string_view& remark);

/// Contexts by the raw localEndpoint and the scope.
class ZipkinContexts {
public:
    explicit ZipkinContexts(SpanSink& sink) : m_sink(sink) {}
    /// Empty: no endpoint.
    ContextHandle of(std::string_view rawEndpoint, const ScopeTags& scope = {});

private:
    void readEndpoint(std::string_view rawEndpoint);

    SpanSink& m_sink;
    JsonParser m_parser;
    ContextRecord m_context;
    ContextCache m_cache;
    std::string m_key;
};

/// Walks lists of records, lists of lists, single records, JSON lines of them.
class ZipkinLists : public JsonHandler {
public:
    explicit ZipkinLists(SpanSink& sink) : m_sink(sink) {}

    JsonTake classify(JsonSplitter&, std::string_view key, char first, size_t level) final;
    void enter(std::string_view, char, size_t) final {}
    void leave(size_t) final {}
    void value(std::string_view, const JsonSlice& slice, size_t) final;
    void problem(std::string_view reason, uint64_t offset) final;

protected:
    /// Throws simdjson_error and RecordError. What could not be read as it was goes to m_remark.
    virtual void readRecord(JsonObject object) = 0;
    /// Hands over what was read, with `flags` on each span.
    virtual void emit(uint8_t flags) = 0;

    SpanSink& m_sink;
    std::string_view m_remark;

private:
    JsonParser m_parser;
    uint64_t m_recordNumber = 0;
};

} // namespace aisle
