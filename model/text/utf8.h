#pragma once
// UTF-8 and JSON text, as far as the store needs them on its hot path.

#include <string>
#include <string_view>

namespace aisle {

/// True for well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool isUtf8(std::string_view text);
/// Every ill-formed sequence replaced by U+FFFD.
std::string toUtf8(std::string_view text);
/// One line, without control characters and marks that turn the direction of writing (spaces instead): text of a
/// stranger must not steer the terminal, nor look like another name.
std::string printable(std::string_view text);
/// The same of several lines, which stay lines.
std::string printableLines(std::string_view text);
/// Its beginning: at most so many bytes, and whole characters.
std::string_view beginning(std::string_view text, size_t most);
/// Of a stranger, within a sentence or a table: printable, and at most `most` bytes, the last "..." where it is longer.
std::string shortened(std::string_view text, size_t most = 80);
/// Does `text` hold `wanted`, without regard to the case of ASCII letters? An empty one is in every text.
bool containsFolded(std::string_view text, std::string_view wanted);
/// Appends `text` (UTF-8) as a JSON string with its quotes.
void appendJsonString(std::string& out, std::string_view text);

} // namespace aisle
