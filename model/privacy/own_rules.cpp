#include "privacy/own_rules.h"

#include "privacy/masking_rules.h"
#include "privacy/rules_json.h"
#include "resource/resource.h"
#include "store/user_items.h"
#include "text/small_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace aisle {

std::vector<OwnRule> ownRulesOf(const std::string& json) {
    constexpr size_t kMost = 1000, kLongest = 1000;
    std::vector<OwnRule> out;
    const auto check = [&](const std::string& where, const std::vector<std::string>& texts) {
        for (const std::string& text : texts)
            if (text.size() > kLongest)
                throw std::runtime_error(where + ": a key or a pattern is longer than " + std::to_string(kLongest) + " characters");
    };
    const auto root = privacy::parsedRules(json); // a loop keeps no part of a temporary
    for (const auto& item : root.at("rules")) {
        const std::string where = privacy::nameOfRule(item, out.size() + 1);
        OwnRule rule;
        rule.name = privacy::textOf(item, "name", where);
        rule.keys = privacy::textsOf(item, "keys", where);
        rule.patterns = privacy::textsOf(item, "patterns", where);
        check(where, {rule.name});
        check(where, rule.keys);
        check(where, rule.patterns);
        if (rule.keys.empty() && rule.patterns.empty())
            throw std::runtime_error("the rule " + rule.name + " has neither an attribute nor a pattern");
        if (out.size() == kMost)
            throw std::runtime_error("there are more than " + std::to_string(kMost) + " rules");
        out.push_back(std::move(rule));
    }
    return out;
}

std::string toJson(const std::vector<OwnRule>& rules) {
    nlohmann::ordered_json out = {{"rules", nlohmann::ordered_json::array()}};
    for (const OwnRule& rule : rules)
        out["rules"].push_back({{"name", rule.name}, {"keys", rule.keys}, {"patterns", rule.patterns}});
    return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string problemOf(const std::vector<OwnRule>& rules) {
    if (std::any_of(rules.begin(), rules.end(), [](const OwnRule& rule) { return rule.name.empty(); }))
        return "This rule has no name.";
    try {
        (void)MaskingRules(readResource(":/presets/privacy.json"), toJson(rules));
    } catch (const std::runtime_error& e) {
        std::string problem = e.what(); // they were not read of anything, they are being written
        if (problem.starts_with(MaskingRules::kUnreadable))
            problem.erase(0, MaskingRules::kUnreadable.size());
        if (!problem.empty() && problem[0] >= 'a' && problem[0] <= 'z')
            problem[0] = static_cast<char>(problem[0] - 'a' + 'A');
        return problem;
    }
    return {};
}

std::vector<OwnRule> ownRulesOfFile(const std::filesystem::path& path) {
    return readSmallFile(path.string(), [](const std::string& json) {
        std::vector<OwnRule> rules = ownRulesOf(json);
        if (const std::string problem = problemOf(rules); !problem.empty())
            throw std::runtime_error(problem);
        return rules;
    });
}

std::string keptOwnRules(Database& db) {
    const std::vector<UserItem> kept = userItems(db, kMaskingRules, 1);
    return kept.empty() ? std::string() : kept.front().content;
}

} // namespace aisle
