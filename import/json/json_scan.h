#pragma once
// Finds the end of a JSON object or array without parsing it: brackets outside strings are counted, nothing
// else is looked at, so that any damage inside costs only that value.
//
// 64 bytes at a time with SSE2 (the x86-64 baseline, no dispatch needed); other machines and the last bytes
// of a window take the byte loop, which has the same state. Figures: json_scan.cpp.

#include <cstddef>
#include <cstdint>

namespace aisle {

inline constexpr int64_t kExactDepth = 500;

/// Carried from one window to the next; zero at the opening bracket.
struct ScanState {
    int64_t depth = 0;
    /// The deepest nesting seen; below kExactDepth it may be up to 64 too high.
    int64_t deepest = 0;
    bool inString = false;
    bool escaped = false; ///< the byte before was a backslash that escapes the next one
};

enum class ScanStop : uint8_t {
    Complete, ///< behind the closing bracket
    Newline,  ///< at a raw '\n' (only when asked for)
    More      ///< all bytes used up
};

/// Scans from `*at` to at most `end` and moves `*at`. The first call starts at the opening bracket.
ScanStop scanContainer(const char** at, const char* end, ScanState& state, bool stopAtNewline);

/// Moves behind the closing quote of a string; `*at` is behind the opening quote at first.
ScanStop scanString(const char** at, const char* end, ScanState& state, bool stopAtNewline);

} // namespace aisle
