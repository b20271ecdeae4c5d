#pragma once
// Parts of rules that somebody wrote as JSON: what is wrong with them is said in words, and of which rule. `where`: "rule 2 (card number)", or
// empty for the file as a whole. Each throws std::runtime_error, without a full stop.

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace aisle::privacy {

/// An object with a list "rules", each of which is an object.
nlohmann::json parsedRules(const std::string& json);
/// "rule 2 (card number)"; `number` from 1.
std::string nameOfRule(const nlohmann::json& rule, size_t number);
/// A text that has to be there, and says something.
std::string textOf(const nlohmann::json& object, const char* key, const std::string& where);
/// Empty where there are none.
std::vector<std::string> textsOf(const nlohmann::json& object, const char* key, const std::string& where = {});
bool flagOf(const nlohmann::json& object, const char* key, bool otherwise, const std::string& where = {});

} // namespace aisle::privacy
