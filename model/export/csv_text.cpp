#include "export/csv_text.h"

namespace aisle {

namespace {

/// Apostrophes, then what a spreadsheet takes for the beginning of a formula.
bool beginsLikeFormula(std::string_view text) {
    const size_t first = text.find_first_not_of('\'');
    return first != std::string_view::npos && std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos;
}

} // namespace

void appendCsvField(std::string& out, std::string_view text, bool isText) {
    const bool isGuarded = isText && beginsLikeFormula(text);
    if (!isGuarded && text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    if (isGuarded)
        out += '\'';
    for (const char c : text) {
        if (c == '"')
            out += '"';
        out += c;
    }
    out += '"';
}

std::string_view withoutFormulaGuard(std::string_view field) {
    return field.starts_with('\'') && beginsLikeFormula(field) ? field.substr(1) : field;
}

} // namespace aisle
