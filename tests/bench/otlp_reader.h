#pragma once
// "simdjson alone": On-Demand over OTLP JSON lines with every key compared, every string unescaped and every number
// and id converted; nothing is stored. What parsing costs at least, in one thread.

#include <cstdint>
#include <string_view>

#include <simdjson.h>

namespace aisle::bench {

class OtlpReader {
public:
    uint64_t spans = 0, logs = 0, strings = 0, sum = 0; ///< read by the caller, so that nothing is optimised away

    /// `bytes` has simdjson's padding behind it.
    void read(std::string_view bytes) {
        size_t at = 0;
        while (at < bytes.size()) {
            const size_t end = std::min(bytes.find('\n', at), bytes.size());
            if (end > at)
                document(bytes.data() + at, end - at, bytes.size() - at + simdjson::SIMDJSON_PADDING);
            at = end + 1;
        }
    }

private:
    using Value = simdjson::ondemand::value;
    using Object = simdjson::ondemand::object;

    void document(const char* data, size_t size, size_t allocated) {
        auto document = parser_.iterate(data, size, allocated);
        for (auto field : document.get_object()) {
            const std::string_view key = field.unescaped_key();
            if (key == "resourceSpans" || key == "resourceLogs")
                forEach(field.value(), [this](Object o) { resource(o); });
        }
    }

    template <typename F>
    void forEach(Value value, F&& f) {
        for (auto item : value.get_array())
            f(item.get_object().value());
    }

    void resource(Object o) {
        for (auto field : o) {
            const std::string_view key = field.unescaped_key();
            if (key == "resource")
                scope(field.value().get_object());
            else if (key == "scopeSpans")
                forEach(field.value(), [this](Object s) { scopeSpans(s); });
            else if (key == "scopeLogs")
                forEach(field.value(), [this](Object s) { scopeSpans(s); });
            else if (key == "schemaUrl")
                text(field.value());
        }
    }

    void scope(Object o) { // of a resource as well
        for (auto field : o) {
            const std::string_view key = field.unescaped_key();
            if (key == "attributes")
                attributes(field.value());
            else if (key == "name" || key == "version")
                text(field.value());
            else if (key == "droppedAttributesCount")
                number(field.value());
        }
    }

    void scopeSpans(Object o) {
        for (auto field : o) {
            const std::string_view key = field.unescaped_key();
            if (key == "scope")
                scope(field.value().get_object());
            else if (key == "spans")
                forEach(field.value(), [this](Object s) { span(s); });
            else if (key == "logRecords")
                forEach(field.value(), [this](Object s) { log(s); });
            else if (key == "schemaUrl")
                text(field.value());
        }
    }

    void span(Object o) {
        ++spans;
        for (auto field : o) {
            const std::string_view key = field.unescaped_key();
            if (key == "traceId" || key == "spanId" || key == "parentSpanId")
                id(field.value());
            else if (key == "name" || key == "traceState")
                text(field.value());
            else if (key == "startTimeUnixNano" || key == "endTimeUnixNano")
                numberInText(field.value());
            else if (key == "kind" || key == "flags" || key == "droppedAttributesCount" || key == "droppedEventsCount" || key == "droppedLinksCount")
                number(field.value());
            else if (key == "attributes")
                attributes(field.value());
            else if (key == "events")
                forEach(field.value(), [this](Object e) { event(e); });
            else if (key == "links")
                forEach(field.value(), [this](Object l) { link(l); });
            else if (key == "status")
                status(field.value().get_object());
        }
    }

    void status(Object o) {
        for (auto field : o) {
            const std::string_view key = field.unescaped_key();
            if (key == "code")
                number(field.value());
            else if (key == "message")
                text(field.value());
        }
    }

    void event(Object o) {
        for (auto field : o) {
            const std::string_view key = field.unescaped_key();
            if (key == "timeUnixNano")
                numberInText(field.value());
            else if (key == "name")
                text(field.value());
            else if (key == "attributes")
                attributes(field.value());
            else if (key == "droppedAttributesCount")
                number(field.value());
        }
    }

    void link(Object o) {
        for (auto field : o) {
            const std::string_view key = field.unescaped_key();
            if (key == "traceId" || key == "spanId")
                id(field.value());
            else if (key == "traceState")
                text(field.value());
            else if (key == "attributes")
                attributes(field.value());
            else if (key == "flags" || key == "droppedAttributesCount")
                number(field.value());
        }
    }

    void log(Object o) {
        ++logs;
        for (auto field : o) {
            const std::string_view key = field.unescaped_key();
            if (key == "timeUnixNano" || key == "observedTimeUnixNano")
                numberInText(field.value());
            else if (key == "severityNumber" || key == "flags" || key == "droppedAttributesCount")
                number(field.value());
            else if (key == "severityText" || key == "eventName")
                text(field.value());
            else if (key == "traceId" || key == "spanId")
                id(field.value());
            else if (key == "body")
                any(field.value().get_object());
            else if (key == "attributes")
                attributes(field.value());
        }
    }

    void attributes(Value value) {
        forEach(value, [this](Object o) {
            for (auto field : o) {
                const std::string_view key = field.unescaped_key();
                if (key == "key")
                    text(field.value());
                else if (key == "value")
                    any(field.value().get_object());
            }
        });
    }

    void any(Object o) {
        for (auto field : o) {
            const std::string_view key = field.unescaped_key();
            if (key == "stringValue" || key == "bytesValue")
                text(field.value());
            else if (key == "intValue")
                numberInText(field.value());
            else if (key == "doubleValue")
                sum += static_cast<uint64_t>(field.value().get_double().value());
            else if (key == "boolValue")
                sum += field.value().get_bool().value() ? 1 : 0;
            else if (key == "arrayValue")
                for (auto inner : field.value().get_object()) {
                    if (std::string_view(inner.unescaped_key()) == "values")
                        forEach(inner.value(), [this](Object v) { any(v); });
                }
            else if (key == "kvlistValue")
                for (auto inner : field.value().get_object()) {
                    if (std::string_view(inner.unescaped_key()) == "values")
                        attributes(inner.value());
                }
        }
    }

    void text(Value value) {
        const std::string_view t = value.get_string();
        ++strings;
        sum += t.size();
    }
    void number(Value value) { sum += value.get_uint64().value(); }
    void numberInText(Value value) {
        if (value.type() == simdjson::ondemand::json_type::string)
            sum += value.get_uint64_in_string().value();
        else
            sum += static_cast<uint64_t>(value.get_int64().value());
    }
    void id(Value value) {
        const std::string_view t = value.get_string();
        uint64_t n = 0;
        for (const char c : t) {
            const unsigned digit = c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 0x20) - 'a' + 10);
            n = n << 4 | digit;
        }
        sum += n;
    }

    simdjson::ondemand::parser parser_;
};

} // namespace aisle::bench
