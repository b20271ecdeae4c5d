#include "privacy/column_rules.h"
#include "privacy/folded_text.h"
#include "privacy/masking.h"
#include "privacy/masking_text.h"
#include "privacy/sql_literals.h"

namespace aisle {

using namespace privacy;

namespace {

constexpr size_t kLongestStatement = size_t(16) << 20, kLongestQuoted = size_t(1) << 20; ///< bytes; of longer ones the rest is masked whole

/// Where a text is cut that may be no longer, between two characters.
size_t cutAt(std::string_view text, size_t most) {
    size_t end = std::min(text.size(), most);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80)
        --end;
    return end;
}

} // namespace

void Masking::findLiterals(const MaskingRules::OfKey& key, std::string_view value, const FoldedText& folded, std::vector<Part>& parts) const {
    if (!key.isSql || !looksLikeStatement(value)) {
        findQuotedLiterals(value, folded, parts);
        return;
    }
    // First by their columns, so that a person has the pseudonym that is theirs elsewhere.
    ColumnRules rules(rules_);
    const std::string_view named = value.substr(0, cutAt(value, kLongestQuoted));
    findLiteralsOfColumns(named, StatementIs::Whole, [&](const SqlLiteral& literal, const std::vector<std::string_view>& tables) {
        const std::string_view said = named.substr(literal.begin, literal.end - literal.begin);
        if (const uint32_t rule = literal.isNumber || saysNothing(said) ? MaskingRules::kNone : rules.of(literal, said, tables); rule != MaskingRules::kNone)
            parts.push_back({folded.at(literal.begin), folded.at(literal.end), rule, false});
    });
    const size_t end = cutAt(value, kLongestStatement);
    findSqlLiterals(value.substr(0, end), [&](size_t begin, size_t behind, bool isNumber) { parts.push_back({folded.at(begin), folded.at(behind), rules_.finders().sql, isNumber}); });
    if (end < value.size())
        parts.push_back({folded.at(end), folded.text().size(), rules_.finders().sql, false});
}

/// A program that quotes a statement says other things as well: only what is of people is masked.
void Masking::findQuotedLiterals(std::string_view value, const FoldedText& folded, std::vector<Part>& parts) const {
    const std::string_view text = folded.text();
    const size_t inText = findStatement(text);
    if (inText == std::string_view::npos)
        return;
    // As it was written, where its first quote was one: folded, \' has lost its backslash and ends a text too early.
    const size_t inValue = text == value ? inText : findStatement(value);
    const size_t quote = inValue == std::string_view::npos ? inValue : value.find_first_of("'\"", inValue);
    const bool isWritten = quote != std::string_view::npos && folded.beginOf(std::min(text.find_first_of("'\"", inText), text.size())) == quote;
    const std::string_view statement = isWritten ? value.substr(inValue) : text.substr(inText);
    const auto place = [&](size_t at) { return isWritten ? folded.at(inValue + at) : inText + at; };
    const size_t end = cutAt(statement, kLongestQuoted);
    ColumnRules rules(rules_);
    findLiteralsOfColumns(statement.substr(0, end), StatementIs::InText, [&](const SqlLiteral& literal, const std::vector<std::string_view>& tables) {
        const std::string_view said = statement.substr(literal.begin, literal.end - literal.begin);
        if (saysNothing(said))
            return;
        if (const uint32_t rule = rules.of(literal, said, tables); rule != MaskingRules::kNone)
            parts.push_back({place(literal.begin), place(literal.end), rule, literal.isNumber});
    });
    if (end < statement.size())
        parts.push_back({place(end), text.size(), rules_.finders().sql, false});
}

} // namespace aisle
