#pragma once
// Fields of CSV (RFC 4180) that a spreadsheet does not run as a formula.

#include <string>
#include <string_view>

namespace aisle {

/// Appends a field, quoted where it has to be. A text (`isText`, not a number) that begins like a formula gets a leading
/// apostrophe, and so does one that begins with apostrophes before that, so that withoutFormulaGuard() gives it back.
void appendCsvField(std::string& out, std::string_view text, bool isText);
std::string_view withoutFormulaGuard(std::string_view field);

} // namespace aisle
