#include "cases/case_key.h"

#include "journey/journey.h"
#include "resource/resource.h"
#include "text/json_problem.h"
#include "text/small_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace aisle {

namespace {

nlohmann::json presets() { return nlohmann::json::parse(readResource(":/presets/cases.json")); }

/// Throws what is wrong.
void check(const CaseKey& key) {
    const auto require = [](bool holds, const std::string& otherwise) {
        if (!holds)
            throw std::runtime_error(otherwise);
    };
    require(!key.id.empty(), "it has no id");
    require(!key.title.empty(), "it has no title");
    require(!key.plural.empty(), "it has no plural");
    require(!key.keys.empty(), "it names no attribute");
    require(key.keys.size() <= CaseKey::kMostAttributes && key.ties.size() <= CaseKey::kMostAttributes, "it names more than 50 attributes");
    for (const auto& list : {key.keys, key.ties})
        for (size_t i = 0; i < list.size(); ++i) {
            require(!list[i].empty(), "an attribute has no name");
            require(std::find(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), list[i]) == list.begin() + static_cast<std::ptrdiff_t>(i), "it names the attribute " + list[i] + " twice");
        }
    if (!key.bots.empty()) {
        const std::string problem = problemOfCondition(key.bots);
        require(problem.empty(), "the condition of bots: " + problem);
    }
}

CaseKey keyOf(const nlohmann::json& item) {
    CaseKey key;
    key.id = item.at("id");
    key.title = item.at("title");
    key.plural = item.at("plural");
    key.keys = item.at("keys").get<std::vector<std::string>>();
    key.ties = item.value("ties", std::vector<std::string>());
    key.links = item.value("links", false);
    key.bots = item.value("bots", std::string());
    check(key);
    return key;
}

/// What names of attributes call a case, by the id of its preset; empty: of none.
struct Kind {
    const char* preset;
    const char* title;
    const char* plural;
    std::vector<std::string_view> words;
};
const std::vector<Kind>& kinds() {
    static const std::vector<Kind> list = {
        {"session", "Session", "sessions", {"session", "sessionid", "visit", "sid"}},
        {"order", "Order", "orders", {"order", "orderid", "booking", "purchase", "invoice"}},
        {"user", "User", "users", {"user", "userid", "enduser", "customer", "customerid", "account", "visitor", "shopper"}},
        {"", "Cart", "carts", {"cart", "cartid", "basket", "basketid"}},
    };
    return list;
}

} // namespace

std::string CaseKey::noun() const {
    std::string out = title.empty() ? "case" : title;
    if (out[0] >= 'A' && out[0] <= 'Z' && !(out.size() > 1 && out[1] >= 'A' && out[1] <= 'Z'))
        out[0] = static_cast<char>(out[0] - 'A' + 'a');
    return out;
}

std::vector<CaseKey> caseKeys() {
    std::vector<CaseKey> out;
    const auto json = presets();
    for (const auto& item : json.at("cases"))
        out.push_back(keyOf(item));
    return out;
}

std::vector<CaseKey> caseKeysOf(const std::vector<UserItem>& items) {
    std::vector<CaseKey> out;
    for (const UserItem& item : items) {
        try {
            CaseKey key = caseKeyFromJson(item.content);
            if (std::none_of(out.begin(), out.end(), [&](const CaseKey& other) { return other.id == key.id; }))
                out.push_back(std::move(key));
        } catch (const std::runtime_error&) {
        }
    }
    return out;
}

std::vector<CaseKey> withPresets(std::vector<CaseKey> own) {
    const size_t ownOnes = own.size();
    for (CaseKey& preset : caseKeys())
        if (std::none_of(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(ownOnes), [&](const CaseKey& key) { return key.id == preset.id; }))
            own.push_back(std::move(preset));
    return own;
}

std::vector<CaseKey> caseKeys(Database& db) { return withPresets(caseKeysOf(userItems(db, kCaseKey, kMostOwnCaseKeys))); }

bool isOwn(const CaseKey& key) {
    const std::vector<CaseKey> presets = caseKeys();
    return std::find(presets.begin(), presets.end(), key) == presets.end();
}

std::string problemOf(const CaseKey& key) {
    try {
        check(key);
    } catch (const std::runtime_error& e) {
        return e.what();
    }
    return {};
}

std::string sentenceOf(const CaseKey& key) {
    const auto joined = [](const std::vector<std::string>& list, const char* between) {
        std::string out;
        for (const std::string& one : list)
            out += (out.empty() ? "" : between) + one;
        return out;
    };
    std::string out = withArticle(key.noun()) + " is all traces with the same " + joined(key.keys, ", else ");
    out[0] = 'A';
    std::vector<std::string> ties = key.ties;
    if (key.links)
        ties.emplace_back("span links");
    if (!ties.empty())
        out += "; traces without one are tied to it by " + joined(ties, ", ");
    if (!key.bots.empty())
        out += "; one with a span of " + key.bots + " is of a bot";
    return out + ".";
}

void keepCaseKey(Database& db, const CaseKey& key, int64_t now) {
    if (const std::string problem = problemOf(key); !problem.empty())
        throw std::runtime_error("The notion of a case cannot be kept: " + problem + ".");
    keepUserItem(db, kCaseKey, {key.id, toJson(key), now}, kMostOwnCaseKeys);
}

CaseKey caseKeyFromJson(std::string_view text) { return readJson(text, "The notion of a case", keyOf); }

CaseKey caseKeyOfFile(const std::string& path) { return readSmallFile(path, caseKeyFromJson); }

std::string toJson(const CaseKey& key) {
    nlohmann::ordered_json json = {{"id", key.id}, {"title", key.title}, {"plural", key.plural}, {"keys", key.keys}};
    if (!key.ties.empty())
        json["ties"] = key.ties;
    if (key.links)
        json["links"] = true;
    if (!key.bots.empty())
        json["bots"] = key.bots;
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

CaseKey caseKeyOf(const std::vector<CaseKey>& known, const std::string& attribute) {
    CaseKey out{attribute, "Case", "cases", {attribute}, {"messaging.message.id", "messaging.message_id"}, true};
    const auto like = [&](const CaseKey& key) {
        out.title = key.title;
        out.plural = key.plural;
        out.ties = key.ties;
        out.links = key.links;
        out.bots = key.bots;
        std::erase(out.ties, attribute);
    };
    for (const CaseKey& key : known)
        if (std::find(key.keys.begin(), key.keys.end(), attribute) != key.keys.end()) {
            like(key);
            return out;
        }
    const std::vector<std::string> words = attributeWords(attribute);
    for (auto word = words.rbegin(); word != words.rend(); ++word)
        for (const Kind& kind : kinds()) {
            if (std::find(kind.words.begin(), kind.words.end(), *word) == kind.words.end())
                continue;
            for (const CaseKey& key : known)
                if (key.id == kind.preset)
                    like(key);
            out.title = kind.title;
            out.plural = kind.plural;
            return out;
        }
    return out;
}

std::string withArticle(const std::string& noun) { return (!noun.empty() && std::string_view("aeioAEIO").find(noun[0]) != std::string_view::npos ? "an " : "a ") + noun; }

std::vector<std::string> attributeWords(std::string_view attribute) {
    std::vector<std::string> out;
    bool isOpen = false, wasSmall = false;
    for (const char c : attribute) {
        const bool isBig = c >= 'A' && c <= 'Z', isSmall = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (isBig || isSmall || static_cast<unsigned char>(c) >= 0x80) {
            if (!isOpen || (isBig && wasSmall))
                out.emplace_back();
            out.back() += isBig ? static_cast<char>(c - 'A' + 'a') : c;
            isOpen = true;
        } else {
            isOpen = false;
        }
        wasSmall = isSmall;
    }
    return out;
}

std::map<std::string, std::vector<std::string>> syntheticMarks() { return presets().at("synthetic").get<std::map<std::string, std::vector<std::string>>>(); }

} // namespace aisle
