#include "format/zipkin_otlp.h"

#include "format/ids_text.h"
#include "format/json_attributes.h"

#include <charconv>

namespace aisle {

namespace {

std::optional<uint32_t> numberFrom(std::string_view text) {
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// What stands before the next bar; `text` begins behind it then.
std::string_view takePart(std::string_view& text) {
    const size_t bar = std::min(text.find('|'), text.size());
    const std::string_view part = text.substr(0, bar);
    text.remove_prefix(std::min(bar + 1, text.size()));
    return part;
}

} // namespace

std::optional<uint32_t> zipkinLinkNumber(std::string_view key) {
    return key.starts_with(kZipkinLinkTag) ? numberFrom(key.substr(kZipkinLinkTag.size())) : std::nullopt;
}

std::optional<std::string_view> ZipkinOtlp::readAttributes(std::string_view text, Attributes& attributes, TextPool& pool) {
    const size_t last = text.rfind('|');
    if (last == std::string_view::npos || last == 0 || text[last - 1] != '}' || !numberFrom(text.substr(last + 1)))
        return std::nullopt;
    // A name may have bars and braces of its own; so many beginnings of the object are tried.
    size_t tries = 8;
    for (size_t at = text.find("|{"); at < last && tries > 0; at = text.find("|{", at + 1), --tries)
        if (readJsonAttributes(m_parser, text.substr(at + 1, last - at - 1), attributes, pool))
            return text.substr(0, at);
    return std::nullopt;
}

bool ZipkinOtlp::readLink(std::string_view text, LinkRecord& link, TextPool& pool) {
    const auto ids = readAttributes(text, link.attributes, pool);
    if (!ids)
        return false;
    std::string_view left = *ids;
    link.trace = traceIdFrom(takePart(left));
    link.span = spanIdFrom(takePart(left));
    link.traceState = left;
    return true;
}

} // namespace aisle
