#pragma once
// Spans, log records, resources and scopes of OTLP protobuf to the store's records, through protozero's pull parser.

#include "json/json_value.h"

#include <protozero/pbf_reader.hpp>

namespace aisle {

class OtlpProtoRecords {
public:
    /// Clears and fills `span` except its context. Views live until the bytes go and the next call.
    /// Throws protozero::exception and RecordError.
    void readSpan(std::string_view bytes, SpanRecord& span);
    void readLog(std::string_view bytes, LogRecord& log);
    void readContext(std::string_view resource, std::string_view schema, std::string_view scope,
                     ContextRecord& record, std::string& problem);
    /// What of the last span or log could not be read as it was; empty when all could.
    std::string_view remark() const { return m_remark; }

private:
    void begin(TextPool& pool);
    TraceId traceId(std::string_view bytes);
    SpanId spanId(std::string_view bytes);
    void readAttribute(protozero::pbf_reader message, Attributes& attributes, TextPool& pool);
    static void readAnyValue(protozero::pbf_reader message, ValueType& type, std::string_view& text, TextPool& pool);
    static void appendAnyValue(std::string& out, protozero::pbf_reader message, int depth);
    static void appendList(std::string& out, protozero::pbf_reader message, bool map, int depth);
    void readEvent(protozero::pbf_reader message, EventRecord& event);
    void readLink(protozero::pbf_reader message, LinkRecord& link);

    TextPool m_pool, m_contextPool;
    std::string_view m_remark;
    size_t m_attributes = 0; ///< of the record
};

} // namespace aisle
