#include "privacy/folded_text.h"
#include "privacy/masking.h"
#include "privacy/masking_text.h"
#include "privacy/sql_literals.h"

namespace aisle {

using namespace privacy;

/// customers.name is a customer's name, and a row of customers is of people whatever is in it.
uint32_t Masking::ruleOfColumn(std::string_view column, std::string_view literal, const std::vector<std::string_view>& tables) const {
    if (!column.empty()) {
        if (const uint32_t rule = rules_.ofKey(column).ruleFor(literal); rule != MaskingRules::kNone)
            return rule;
        for (const std::string_view table : tables)
            if (const uint32_t rule = rules_.ofKey(joinedKey(keyOfItems(table), column)).ruleFor(literal); rule != MaskingRules::kNone)
                return rule;
    }
    const bool isOfPeople = std::any_of(tables.begin(), tables.end(), [&](std::string_view table) { return rules_.isTableOfPeople(table); });
    if (!isOfPeople || !(column.empty() || lowered(column) == "name"))
        return MaskingRules::kNone;
    return column.empty() ? rules_.finders().sql : rules_.finders().name;
}

void Masking::findLiterals(const MaskingRules::OfKey& key, std::string_view value, const FoldedText& folded, std::vector<Part>& parts) const {
    if (key.isSql && looksLikeStatement(value)) {
        findSqlLiterals(value, [&](size_t begin, size_t end, bool isNumber) { parts.push_back({folded.at(begin), folded.at(end), rules_.finders().sql, isNumber}); });
        return;
    }
    // A program that quotes a statement says other things as well: only what is of people is masked.
    const std::string_view text = folded.text();
    const size_t statement = findStatement(text);
    if (statement == std::string_view::npos)
        return;
    findLiteralsOfColumns(text.substr(statement), [&](const SqlLiteral& literal, const std::vector<std::string_view>& tables) {
        const size_t begin = statement + literal.begin, end = statement + literal.end;
        const std::string_view said = text.substr(begin, end - begin);
        const uint32_t rule = literal.isNumber && literal.column.empty() ? MaskingRules::kNone : ruleOfColumn(literal.column, said, tables);
        if (rule != MaskingRules::kNone && !saysNothing(said))
            parts.push_back({begin, end, rule, literal.isNumber});
    });
}

} // namespace aisle
