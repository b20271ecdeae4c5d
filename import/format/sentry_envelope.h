#pragma once
// The framing of Sentry's envelopes: lines and payloads, of which a payload may be binary.

#include "input/byte_source.h"
#include "json/json_value.h"

#include <optional>
#include <string>
#include <string_view>

namespace aisle {

/// The input with a window, from which lines and payloads are read.
class EnvelopeWindow {
public:
    explicit EnvelopeWindow(ByteSource& input) : m_input(input) {}

    uint64_t offset() const { return m_base + m_position; }
    bool atEnd() { return m_position == m_buffer.size() && !fill(); }
    char front() const { return m_buffer[m_position]; }
    /// What is there, at least a byte unless the input is at its end.
    std::string_view rest() { return atEnd() ? std::string_view() : std::string_view(m_buffer).substr(m_position); }
    void skip(size_t bytes) { m_position += bytes; }
    /// The line without its end; cut at kLineBytes.
    std::string line();
    void skipLine();

private:
    static constexpr size_t kLineBytes = 1U << 20;
    static constexpr size_t kReadBytes = 64 * 1024;

    bool fill();

    ByteSource& m_input;
    std::string m_buffer;
    size_t m_position = 0;
    uint64_t m_base = 0;
};

/// One item's payload: `length` bytes, or what is left of the line.
class EnvelopePayload : public ByteSource {
public:
    EnvelopePayload(EnvelopeWindow& window, std::optional<uint64_t> length) : m_window(window), m_length(length) {}

    size_t read(char* buffer, size_t size) override;
    void skipRest();
    /// Whether the header promises bytes that the input does not have; after the last read.
    bool isShort() const { return m_length && *m_length != 0; }

private:
    EnvelopeWindow& m_window;
    std::optional<uint64_t> m_length;
    bool m_ended = false;
};

struct EnvelopeHeader {
    std::string type; ///< empty: an envelope's header
    std::optional<uint64_t> length;
    bool lengthUnreadable = false;
};

/// Nothing when the line is no JSON object.
std::optional<EnvelopeHeader> readEnvelopeHeader(JsonParser& parser, std::string_view line);

/// Whether the head of an input is a line of JSON without `type` and a line with it.
bool isEnvelope(std::string_view head, bool complete);

} // namespace aisle
