#pragma once
// Text of a stranger within Markdown: what is shown is the text itself, and it is left readable where nothing of it could be taken for a mark.
//
// Source: CommonMark 0.31, 2.4 (backslash escapes), 4 (leaf blocks), 5 (blocks of containers), 6 (inlines); GitHub Flavored Markdown 0.29 for
// tables, strikethrough and addresses that become links by themselves.

#include <string>
#include <string_view>

namespace aisle {

/// Line: begins a paragraph, a heading or an item of a list. Cell: of a table. Within: behind other text of its line.
enum class MarkdownPlace { Line, Cell, Within };

/// `text` is one line. A backslash stands before
/// - \ * ` [ ] < ~ anywhere; _ but within a word; & where an entity may follow;
/// - the : of :// and the . of www., which GitHub makes a link of;
/// - at the beginning of a line # > + - =, and the . or ) of a number that may be that of a list; the last # of a line, which would close a heading;
/// - | in a table.
/// Blanks before it are left out: four of them make code.
std::string markdownText(std::string_view text, MarkdownPlace place);

} // namespace aisle
