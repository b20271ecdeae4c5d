#pragma once
// What the OpenTelemetry collector puts into Zipkin spans that have no place for it: attributes of events, in the
// annotation's value (name|{"key":value}|dropped), and links, in tags otlp.link.0 and on
// (trace id|span id|trace state|{"key":value}|dropped).

#include "json/json_value.h"

#include <optional>
#include <string_view>

namespace aisle {

inline constexpr std::string_view kZipkinLinkTag = "otlp.link.";

/// The number in a tag's name otlp.link.<number>; nothing for others.
std::optional<uint32_t> zipkinLinkNumber(std::string_view key);

class ZipkinOtlp {
public:
    /// A text that ends in |{...}|<number>: gives what stands before it, and fills `attributes`; nothing for others. The
    /// views are `text`'s and the pool's.
    std::optional<std::string_view> readAttributes(std::string_view text, Attributes& attributes, TextPool& pool);
    /// False when the tag's value is no link.
    bool readLink(std::string_view text, LinkRecord& link, TextPool& pool);

private:
    JsonParser m_parser;
};

} // namespace aisle
