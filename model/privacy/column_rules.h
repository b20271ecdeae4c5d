#pragma once
// By which rule what stands in a column is masked. Any thread; one at a time.

#include "privacy/masking_rules.h"
#include "privacy/masking_text.h"
#include "privacy/sql_literals.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aisle {

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
            return privacy::lowered(literal.column) == "name" && !literal.isNumber ? rules_.finders().name : MaskingRules::kNone;
        const bool isWhole = said.size() >= kFewestDigits && std::all_of(said.begin(), said.end(), privacy::isDigit);
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
                    known->second.keys.push_back(rules_.ofKey(privacy::joinedKey(privacy::keyOfItems(table), literal.column)));
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

} // namespace aisle
