#pragma once
// Text of a stranger within HTML, and the beginning of a page that needs nothing else: it runs no script, loads nothing and says so
// (Content-Security-Policy), and is read in light and in dark (prefers-color-scheme).

#include <string>
#include <string_view>

namespace aisle {

/// Escaped, for text and for attributes in double quotes.
std::string htmlText(std::string_view text);

/// From the doctype to the heading, which is `title`; <body> is open. `style`: of this kind of page, behind what is common to all; no stranger
/// writes it. `language`: what is no code of one is English.
std::string htmlPageHead(std::string_view title, std::string_view style, std::string_view language = "en");
inline constexpr std::string_view kHtmlPageEnd = "</body>\n</html>\n";

} // namespace aisle
