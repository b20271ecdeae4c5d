#pragma once
// A table of results as a document for people: Markdown for a ticket, HTML that needs nothing else. What stands in it is redacted like other
// text that leaves (Export::render), and is text, whatever it looks like.

#include "export/export.h"

namespace aisle {

/// `title`: the heading; no stranger writes it. Linear in the cells. Pure; any thread.
std::string tableMarkdown(const std::string& title, const Tabular& table, const Redactor& redactor);
/// A page.
std::string tableHtml(const std::string& title, const Tabular& table, const Redactor& redactor);
/// The table alone, and its notes below, for who has a page. At most `mostRows` rows, of each value the first kMostOfValue bytes; how many more rows
/// there are is said. 0: all of both.
inline constexpr size_t kMostOfValue = 500;
std::string tableHtmlPart(const Tabular& table, const Redactor& redactor, size_t mostRows = 0);

} // namespace aisle
