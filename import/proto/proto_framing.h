#pragma once
// How OTLP's protobuf messages lie in a file, found by trying each way on the head: the lengths must fit and what they
// frame must read as spans (16-byte trace ids, 8-byte span ids), log records or metrics all the way.

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

/// Requests of traces, logs and metrics are alike on the wire down to their records; those tell themselves apart by their
/// fields. `Unknown`: none of the three, or cut off too early.
enum class OtlpRecord : uint8_t { Unknown, Span, Log, Metric };
/// `cut`: the bytes are the beginning of a record.
OtlpRecord otlpRecordOf(std::string_view bytes, bool cut = false);

struct FramingGuess {
    ProtoFraming framing = ProtoFraming::None; ///< None: nothing of OTLP
    uint64_t spans = 0, logs = 0, metrics = 0; ///< found in the head
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
