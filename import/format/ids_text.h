#pragma once
// Ids as the formats write them, to the store's id records; bytes as the store has them.

#include "store/span_sink.h"

#include <optional>
#include <string>
#include <string_view>

namespace aisle {

/// Hex of any length up to the id's (upper case, leading zeros stripped), or base64 of 16 and 8 bytes (24
/// and 12 characters, both alphabets); anything else is kept as text. The view is kept in the record.
/// Throws what checkIdText() throws.
TraceIdRecord traceIdFrom(std::string_view text);
SpanIdRecord spanIdFrom(std::string_view text);

/// Throws RecordError for an id that is longer: what stands once in a file and is the id of each of a million spans
/// would fill the disk.
inline constexpr size_t kIdText = 1000;
void checkIdText(std::string_view text);

/// A 64-bit number in decimal, "0" is none; anything else is kept as text.
SpanIdRecord spanIdFromDecimal(std::string_view text);

/// Big-endian bytes as in protobuf; other lengths than 16 and 8 give the shorter or cut number.
TraceId traceIdFromBytes(std::string_view bytes);
SpanId spanIdFromBytes(std::string_view bytes);

void appendBase64(std::string& out, std::string_view bytes);
/// Of either alphabet, with or without padding; nothing when it is none.
std::optional<std::string> bytesFromBase64(std::string_view text);

} // namespace aisle
