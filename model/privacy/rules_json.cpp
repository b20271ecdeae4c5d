#include "privacy/rules_json.h"

#include "text/json_problem.h"

#include <stdexcept>

namespace aisle::privacy {

using nlohmann::json;

namespace {

std::runtime_error wrong(const std::string& where, const std::string& what) { return std::runtime_error((where.empty() ? std::string() : where + ": ") + what); }

std::string quoted(const std::string& key) { return '"' + key + '"'; }

} // namespace

json parsedRules(const std::string& text) {
    json root;
    try {
        root = json::parse(text);
    } catch (const json::exception& e) {
        throw std::runtime_error(jsonProblem(e));
    }
    const auto rules = root.is_object() ? root.find("rules") : root.end();
    if (!root.is_object() || rules == root.end() || !rules->is_array())
        throw std::runtime_error(R"(it has no list "rules"; write {"rules": [{"name": "card number", "word": "card", "keys": ["card number"]}], ...})");
    for (size_t i = 0; i < rules->size(); ++i)
        if (!(*rules)[i].is_object())
            throw std::runtime_error("rule " + std::to_string(i + 1) + R"( is no object; write {"name": "card number", ...})");
    return root;
}

std::string nameOfRule(const json& rule, size_t number) {
    constexpr size_t kLongest = 60;
    const auto name = rule.find("name");
    return "rule " + std::to_string(number) + (name != rule.end() && name->is_string() ? " (" + name->get<std::string>().substr(0, kLongest) + ")" : std::string());
}

std::string textOf(const json& object, const char* key, const std::string& where) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().empty())
        throw wrong(where, found == object.end() ? "it has no " + quoted(key) : quoted(key) + " must be a text in quotes");
    return found->get<std::string>();
}

std::vector<std::string> textsOf(const json& object, const char* key, const std::string& where) {
    std::vector<std::string> out;
    const auto found = object.find(key);
    if (found == object.end())
        return out;
    bool areTexts = found->is_array();
    for (size_t i = 0; areTexts && i < found->size(); ++i) {
        areTexts = (*found)[i].is_string();
        if (areTexts)
            out.push_back((*found)[i].get<std::string>());
    }
    if (!areTexts)
        throw wrong(where, quoted(key) + R"( must be a list of texts, ["one", "two"])");
    return out;
}

bool flagOf(const json& object, const char* key, bool otherwise, const std::string& where) {
    const auto found = object.find(key);
    if (found != object.end() && !found->is_boolean())
        throw wrong(where, quoted(key) + " must be true or false");
    return found == object.end() ? otherwise : found->get<bool>();
}

} // namespace aisle::privacy
