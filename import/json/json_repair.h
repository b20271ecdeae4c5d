#pragma once
// Makes a record that simdjson refuses readable where that loses next to nothing.

#include <string>
#include <string_view>

namespace aisle {

/// The text as JSON with: invalid UTF-8 and lone surrogates as U+FFFD, raw control characters escaped,
/// unknown escapes taken literally, NaN and Infinity as null, surplus commas dropped, unterminated strings
/// and brackets closed. Empty when nothing was found to repair. `what` says in words what was (the first
/// two kinds). The result has no padding. Iterative; linear time.
/// `truncated`: the text was cut off, so that a string or number at its end is not what it was and is left out.
std::string repairJson(std::string_view text, std::string& what, bool truncated = false);

} // namespace aisle
