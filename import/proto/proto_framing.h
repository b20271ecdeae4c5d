#pragma once
// How protobuf messages of traces lie in a file, found by trying each way on the head: the lengths must fit
// and what they frame must read as spans (16-byte trace ids, 8-byte span ids) all the way.

#include <cstdint>
#include <string_view>

namespace aisle {

enum class ProtoFraming : uint8_t {
    None,
    Raw,           ///< one message, to the end of the input
    BigEndian32,   ///< uint32 big-endian length in front of each (OpenTelemetry collector's file exporter)
    LittleEndian64,///< int64 little-endian length
    Varint         ///< varint length (protobuf's "delimited" streams)
};

std::string_view framingName(ProtoFraming framing);

struct FramingGuess {
    ProtoFraming framing = ProtoFraming::None;
    uint64_t spans = 0; ///< found in the head
    bool logs = false;  ///< no spans, but reads as OTLP log records
};

/// `complete`: the head is the whole input.
FramingGuess guessFraming(std::string_view head, bool complete);

/// A length prefix at the start of `bytes`: its own size and the length; size 0 when it is cut or no length.
struct FrameHeader {
    size_t size = 0;
    uint64_t length = 0;
};
FrameHeader frameHeader(ProtoFraming framing, std::string_view bytes);

/// A base-128 varint; size 0 when cut or longer than 10 bytes.
FrameHeader readVarint(std::string_view bytes);

} // namespace aisle
