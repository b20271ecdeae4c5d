#include "privacy/folded_text.h"
#include "privacy/masking.h"
#include "privacy/masking_text.h"
#include "privacy/sql_literals.h"

#include <unordered_map>

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

/// The rules of the columns of a statement, of which the same ones come again with each row.
class ColumnRules {
public:
    explicit ColumnRules(const MaskingRules& rules) : rules_(rules) {}

    /// customers.name is a customer's name, and a row of customers is of people whatever is in it.
    uint32_t of(const SqlLiteral& literal, std::string_view said, const std::vector<std::string_view>& tables) {
        constexpr size_t kLongest = 64;     // of names, in all programs that have a limit but one
        constexpr size_t kFewestDigits = 5; // of a phone number or a postal code
        if (literal.column.size() > kLongest || literal.table.size() > kLongest)
            return MaskingRules::kNone;
        const OfColumn& column = ofColumn(literal, tables);
        for (const MaskingRules::OfKey& key : column.keys)
            if (const uint32_t rule = key.ruleFor(said); rule != MaskingRules::kNone)
                return rule;
        if (!column.isOfPeople)
            return MaskingRules::kNone;
        if (!literal.column.empty())
            return lowered(literal.column) == "name" && !literal.isNumber ? rules_.finders().name : MaskingRules::kNone;
        const bool isWhole = said.size() >= kFewestDigits && std::all_of(said.begin(), said.end(), isDigit);
        return !literal.isNumber || isWhole ? rules_.finders().sql : MaskingRules::kNone;
    }

private:
    struct OfColumn {
        std::vector<MaskingRules::OfKey> keys; ///< of the column, alone and of each table
        bool isOfPeople = false;               ///< one of the tables
    };

    const OfColumn& ofColumn(const SqlLiteral& literal, const std::vector<std::string_view>& tables) {
        std::string name = std::string(literal.table) + '\n' + std::string(literal.column);
        if (last_ != nullptr && name == lastName_)
            return *last_;
        const auto [known, isNew] = known_.try_emplace(name);
        if (isNew) {
            if (!literal.column.empty())
                known->second.keys.push_back(rules_.ofKey(literal.column));
            const std::vector<std::string_view> own{literal.table};
            for (const std::string_view table : literal.table.empty() ? tables : own) {
                if (!literal.column.empty())
                    known->second.keys.push_back(rules_.ofKey(joinedKey(keyOfItems(table), literal.column)));
                known->second.isOfPeople = known->second.isOfPeople || isOfPeople(table);
            }
        }
        last_ = &known->second;
        lastName_ = std::move(name);
        return *last_;
    }

    bool isOfPeople(std::string_view table) {
        const auto [known, isNew] = people_.try_emplace(table);
        if (isNew)
            known->second = rules_.isTableOfPeople(table);
        return known->second;
    }

    const MaskingRules& rules_;
    std::unordered_map<std::string, OfColumn> known_;
    std::unordered_map<std::string_view, bool> people_;
    const OfColumn* last_ = nullptr;
    std::string lastName_;
};

} // namespace

void Masking::findLiterals(const MaskingRules::OfKey& key, std::string_view value, const FoldedText& folded, std::vector<Part>& parts) const {
    if (!key.isSql || !looksLikeStatement(value)) {
        findQuotedLiterals(value, folded, parts);
        return;
    }
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
    findLiteralsOfColumns(statement.substr(0, end), [&](const SqlLiteral& literal, const std::vector<std::string_view>& tables) {
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
