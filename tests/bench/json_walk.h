#pragma once
// "simdjson alone" for any JSON: On-Demand over a document with one object of its array a line, every key compared,
// every string unescaped, every number converted; nothing is stored.

#include <array>
#include <cstdint>
#include <string_view>

#include <simdjson.h>

namespace aisle::bench {

class JsonWalk {
public:
    uint64_t known = 0, sum = 0; ///< read by the caller, so that nothing is optimised away

    /// `bytes` has simdjson's padding behind it. Lines that are no whole object (what is around
    /// the spans) are passed over.
    void read(std::string_view bytes) {
        size_t at = 0;
        while (at < bytes.size()) {
            const size_t end = std::min(bytes.find('\n', at), bytes.size());
            const size_t comma = end > at && bytes[end - 1] == ',' ? 1 : 0;
            if (bytes[at] == '{' && bytes[end - comma - 1] == '}')
                walk(parser_.iterate(bytes.data() + at, end - comma - at, bytes.size() - at + simdjson::SIMDJSON_PADDING).get_value());
            at = end + 1;
        }
    }

private:
    using Value = simdjson::ondemand::value;

    void key(std::string_view text) {
        static constexpr std::array<std::string_view, 16> keys = {"key",      "value",       "stringValue", "type",      "traceId", "spanId",     "traceID", "spanID",
                                                                  "name",     "kind",        "duration",    "startTime", "tags",    "attributes", "logs",    "references"};
        for (const std::string_view k : keys) {
            if (text == k) {
                ++known;
                return;
            }
        }
    }

    void walk(Value value) {
        switch (value.type()) {
        case simdjson::ondemand::json_type::object:
            for (auto field : value.get_object()) {
                key(field.unescaped_key());
                walk(field.value());
            }
            break;
        case simdjson::ondemand::json_type::array:
            for (auto item : value.get_array())
                walk(item.value());
            break;
        case simdjson::ondemand::json_type::string: sum += value.get_string().value().size(); break;
        case simdjson::ondemand::json_type::number:
            if (value.get_number_type() == simdjson::ondemand::number_type::floating_point_number)
                sum += static_cast<uint64_t>(value.get_double().value());
            else
                sum += static_cast<uint64_t>(value.get_int64().value());
            break;
        case simdjson::ondemand::json_type::boolean: sum += value.get_bool().value() ? 1 : 0; break;
        default: break;
        }
    }

    simdjson::ondemand::parser parser_;
};

} // namespace aisle::bench
