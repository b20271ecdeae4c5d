#include "format/sentry_envelope.h"

#include "json/json_probe.h"

#include <algorithm>
#include <cstring>

namespace aisle {

namespace ondemand = simdjson::ondemand;

std::string EnvelopeWindow::line() {
    std::string text;
    while (!atEnd()) {
        const std::string_view part = rest();
        const size_t end = part.find('\n');
        text += part.substr(0, std::min(end, kLineBytes - std::min(text.size(), kLineBytes)));
        skip(end == std::string_view::npos ? part.size() : end + 1);
        if (end != std::string_view::npos)
            break;
    }
    return text;
}

void EnvelopeWindow::skipLine() {
    for (bool ended = false; !ended && !atEnd();) {
        const std::string_view part = rest();
        const size_t end = part.find('\n');
        ended = end != std::string_view::npos;
        skip(ended ? end + 1 : part.size());
    }
}

bool EnvelopeWindow::fill() {
    m_base += m_position;
    m_position = 0;
    m_buffer.resize(kReadBytes);
    m_buffer.resize(m_input.read(m_buffer.data(), kReadBytes));
    return !m_buffer.empty();
}

size_t EnvelopePayload::read(char* buffer, size_t size) {
    if (m_ended || (m_length && *m_length == 0))
        return 0;
    std::string_view part = m_window.rest().substr(0, size);
    if (m_length)
        part = part.substr(0, static_cast<size_t>(std::min<uint64_t>(part.size(), *m_length)));
    else
        part = part.substr(0, part.find('\n'));
    if (part.empty()) {
        m_ended = true;
        return 0;
    }
    std::memcpy(buffer, part.data(), part.size());
    m_window.skip(part.size());
    if (m_length)
        *m_length -= part.size();
    return part.size();
}

void EnvelopePayload::skipRest() {
    char buffer[4096];
    while (read(buffer, sizeof buffer) != 0) {
    }
}

std::optional<EnvelopeHeader> readEnvelopeHeader(JsonParser& parser, std::string_view line) {
    EnvelopeHeader header;
    try {
        auto document = parser.iterateCopy(line);
        for (ondemand::field& field : members(document.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
            if (key == "type" && value.type() == ondemand::json_type::string) {
                header.type = scalarText(value);
            } else if (key == "length" && !isNull(value)) {
                const auto length = scaledInteger(scalarText(value));
                if (length && *length >= 0)
                    header.length = static_cast<uint64_t>(*length);
                else
                    header.lengthUnreadable = true;
            }
        }
        if (document.current_location().error() == simdjson::SUCCESS) // more behind the object
            return std::nullopt;
    } catch (const simdjson::simdjson_error&) {
        return std::nullopt;
    }
    return header;
}

bool isEnvelope(std::string_view head, bool complete) {
    if (head.starts_with("\xef\xbb\xbf"))
        head.remove_prefix(3);
    std::string_view lines[2];
    bool whole[2] = {};
    for (size_t i = 0; i < 2; ++i) {
        const size_t end = head.find('\n');
        lines[i] = head.substr(0, end);
        whole[i] = end != std::string_view::npos || complete;
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
    }
    if (!whole[0] || !whole[1] || lines[1].empty())
        return false;
    JsonParser parser;
    const auto first = readEnvelopeHeader(parser, lines[0]), second = readEnvelopeHeader(parser, lines[1]);
    if (!first || !first->type.empty() || !second || second->type.empty())
        return false;
    const JsonProbe probe(lines[0]);
    const auto has = [&](const char* key) { return probe.has(key); };
    return !probe.has("spans") && (has("event_id") || has("sent_at") || has("dsn") || has("sdk.name") || has("trace.trace_id"));
}

} // namespace aisle
