#pragma once
// Trace and span identifiers, and the small enumerations of a span.
//
// Identifiers are numbers: hex text is parsed, so that an id with stripped leading zeros or in upper case
// is the same id. Text that is not an id in hex is kept as text beside a hash of it (IdText).

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace aisle {

struct TraceId {
    uint64_t high = 0, low = 0;
    auto operator<=>(const TraceId&) const = default;
    explicit operator bool() const { return (high | low) != 0; }
};

using SpanId = uint64_t; // 0: none

/// Row of a span: segment (high 16 bits) and offset in it (low 16 bits). Rows are never renumbered.
using Row = uint32_t;
inline constexpr Row kNoRow = 0xffffffffU;
inline constexpr uint32_t kSegmentRows = 1U << 16;

/// Index of a trace in the workspace, in order of first appearance.
using TraceIndex = uint32_t;
inline constexpr TraceIndex kNoTrace = 0xffffffffU;

/// OpenTelemetry's SpanKind, with its numbers.
enum class Kind : uint8_t { Unspecified, Internal, Server, Client, Producer, Consumer };
/// OpenTelemetry's StatusCode, with its numbers.
enum class Status : uint8_t { Unset, Ok, Error };

std::string_view kindName(Kind kind);       ///< "server", "client", ...; "unspecified"
std::string_view statusName(Status status); ///< "unset", "ok", "error"

/// Hex to number; nothing when the text is empty, longer than the id or not hex.
std::optional<TraceId> traceIdFromHex(std::string_view text);
std::optional<SpanId> spanIdFromHex(std::string_view text);

/// A stable number for an id that is text (FNV-1a); never 0.
TraceId traceIdFromText(std::string_view text);
SpanId spanIdFromText(std::string_view text);

/// 16 digits when the high half is zero (64-bit trace ids), 32 otherwise.
std::string toHex(TraceId id);
std::string toHex(SpanId id);

} // namespace aisle

template <>
struct std::hash<aisle::TraceId> {
    size_t operator()(const aisle::TraceId& id) const noexcept {
        uint64_t x = id.low ^ (id.high * 0x9e3779b97f4a7c15ULL);
        x ^= x >> 32;
        x *= 0xd6e8feb86659fd93ULL;
        return static_cast<size_t>(x ^ (x >> 32));
    }
};
