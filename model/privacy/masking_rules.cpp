#include "privacy/masking_rules.h"

#include "privacy/own_rules.h"
#include "resource/resource.h"

#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace aisle {

namespace {

constexpr size_t kLongestKey = 512, kMostWords = 6;

bool isLower(char c) { return c >= 'a' && c <= 'z'; }
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// "customers" and "addresses".
void makeSingular(std::string& word) {
    if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss"))
        word.resize(word.size() - (word.ends_with("sses") ? 2 : 1));
}

/// Whether nothing in an expression of RE2 matches the end of a line, by what it is written with; in doubt it may.
bool isOfOneLine(std::string_view expression) {
    const auto isLetter = [](char c) { return isLower(c) || isUpper(c); };
    for (size_t i = 0; i < expression.size(); ++i) {
        const char c = expression[i];
        const std::string_view rest = expression.substr(i + 1);
        if (static_cast<unsigned char>(c) < 0x20 || (c == '[' && (rest.starts_with('^') || rest.starts_with(':'))) || (c == '(' && rest.starts_with('?') && !rest.starts_with("?:") && !rest.starts_with("?i)")))
            return false;
        if (c != '\\')
            continue;
        ++i;
        if (rest.empty() || isDigit(rest[0]) || (isLetter(rest[0]) && std::string_view("dwbBS").find(rest[0]) == std::string_view::npos))
            return false;
    }
    return true;
}

struct Compiled {
    std::shared_ptr<const re2::RE2> expression;
    std::string problem; ///< empty: there is none
};

/// The same ones come again while rules are edited, with each letter.
Compiled compiled(const std::string& expression) {
    constexpr size_t kMost = 1000;
    static std::mutex mutex;
    static std::unordered_map<std::string, Compiled> known;
    {
        const std::lock_guard lock(mutex);
        if (const auto found = known.find(expression); found != known.end())
            return found->second;
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    constexpr int64_t kMemory = 1 << 20; // bytes that one may take
    options.set_max_mem(kMemory);
    Compiled out;
    out.expression = std::make_shared<const re2::RE2>(expression, options);
    if (!out.expression->ok())
        out.problem = "the pattern \"" + expression + "\" is none: " + out.expression->error();
    else if (re2::RE2::FullMatch("", *out.expression))
        out.problem = "the pattern \"" + expression + "\" matches nothing at all, which is everywhere";
    const std::lock_guard lock(mutex);
    if (known.size() >= kMost)
        known.clear();
    known.emplace(expression, out);
    return out;
}

} // namespace

std::vector<std::string> wordsOfKey(std::string_view key) {
    std::vector<std::string> out;
    key = key.substr(key.size() - std::min(key.size(), kLongestKey));
    bool isNew = true, isOfMany = false;
    for (size_t i = 0; i < key.size(); ++i) {
        const char c = key[i];
        if (!isLower(c) && !isUpper(c) && !isDigit(c) && static_cast<unsigned char>(c) < 0x80) {
            isNew = true;
            const size_t close = c == '[' ? key.find_first_not_of("0123456789", i + 1) : std::string_view::npos;
            if (close != std::string_view::npos && close > i + 1 && key[close] == ']') {
                isOfMany = !out.empty();
                i = close;
            }
            continue;
        }
        // cardNumber, and APIKey, whose K begins a word.
        const bool isCamel = isUpper(c) && i > 0 && (isLower(key[i - 1]) || isDigit(key[i - 1]) || (isUpper(key[i - 1]) && i + 1 < key.size() && isLower(key[i + 1])));
        if (isNew || isCamel) {
            if (std::exchange(isOfMany, false))
                makeSingular(out.back());
            out.emplace_back();
        }
        isNew = false;
        out.back() += isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    while (!out.empty() && std::all_of(out.back().begin(), out.back().end(), isDigit))
        out.pop_back();
    return out;
}

MaskingRules::MaskingRules(const std::string& json, const std::string& own) {
    try {
        const auto root = nlohmann::json::parse(json);
        std::map<std::string, uint32_t> named;
        for (const auto& item : root.at("rules")) {
            MaskingRule rule;
            rule.name = item.at("name");
            rule.word = item.at("word");
            if (rule.word.empty() || rule.word.size() > 16 || !std::all_of(rule.word.begin(), rule.word.end(), [](char c) { return isLower(c) || isUpper(c) || c == '-'; }))
                throw std::runtime_error("the word of " + rule.name + " must be letters, at most 16");
            rule.digitsOnly = item.value("digits_only", false);
            rule.isLine = item.value("line", false);
            rule.isPhrase = item.value("phrase", false);
            const auto number = static_cast<uint32_t>(rules_.size());
            named[rule.name] = number;
            rules_.push_back(std::move(rule));
            for (const auto& key : item.value("keys", std::vector<std::string>()))
                add(key, {number, false, false, false, 0});
            for (const auto& pattern : item.value("patterns", std::vector<std::string>()))
                addPattern(pattern, number);
        }
        if (rules_.empty())
            throw std::runtime_error("there are none");
        for (const auto& key : root.value("leave", std::vector<std::string>()))
            add(key, {kNone, true, false, false, 0});
        for (const auto& key : root.value("sql", std::vector<std::string>()))
            add(key, {kNone, false, true, false, 0});
        for (const auto& [finder, rule] : root.at("find").items()) {
            static const std::map<std::string, uint32_t Finders::*> known = {
                {"email", &Finders::email}, {"card", &Finders::card},   {"phone", &Finders::phone},     {"ip", &Finders::ip},           {"iban", &Finders::iban},
                {"token", &Finders::token}, {"encoded", &Finders::encoded}, {"sql", &Finders::sql}, {"user_info", &Finders::userInfo}};
            const auto which = known.find(finder);
            const auto number = named.find(rule.get<std::string>());
            if (which == known.end() || number == named.end())
                throw std::runtime_error(which == known.end() ? "nothing finds \"" + finder + "\"" : "there is no rule \"" + rule.get<std::string>() + "\"");
            finders_.*which->second = number->second;
        }
        leavesPrivateAddresses_ = root.value("leave_private_addresses", true);
        std::string prefixes;
        for (const auto& prefix : root.value("token_prefixes", std::vector<std::string>()))
            if (!prefix.empty())
                prefixes += (prefixes.empty() ? "" : "|") + re2::RE2::QuoteMeta(prefix);
        if (!prefixes.empty()) {
            re2::RE2::Options options;
            options.set_log_errors(false);
            tokenPrefixes_ = std::make_unique<re2::RE2>("(?:^|[^A-Za-z0-9])((?:" + prefixes + ")[A-Za-z0-9_.-]{12,})", options);
            if (!tokenPrefixes_->ok())
                throw std::runtime_error("the prefixes of tokens cannot be read");
        }
        if (!own.empty())
            addOwn(own);
    } catch (const nlohmann::json::exception& e) {
        throw std::runtime_error(std::string(kUnreadable) + e.what());
    } catch (const std::runtime_error& e) {
        throw std::runtime_error(std::string(kUnreadable) + e.what() + ".");
    }
}

MaskingRules::~MaskingRules() = default;

const MaskingRules& MaskingRules::preset() {
    static const MaskingRules rules(readResource(":/presets/privacy.json"));
    return rules;
}

void MaskingRules::addOwn(const std::string& json) {
    for (const OwnRule& own : ownRulesOf(json)) {
        const auto same = std::find_if(rules_.begin(), rules_.end(), [&](const MaskingRule& rule) { return rule.name == own.name; });
        const auto number = static_cast<uint32_t>(same - rules_.begin());
        if (same == rules_.end()) {
            MaskingRule rule;
            rule.name = own.name;
            rule.word = "value";
            rules_.push_back(std::move(rule));
        }
        for (const std::string& key : own.keys)
            add(key, {number, false, false, false, 0}, true);
        for (const std::string& pattern : own.patterns)
            addPattern(pattern, number);
    }
}

void MaskingRules::addPattern(const std::string& expression, uint32_t rule) {
    const Compiled pattern = compiled(expression);
    if (!pattern.problem.empty())
        throw std::runtime_error(pattern.problem);
    if (patterns_.size() == kMostPatterns)
        throw std::runtime_error("there are more than " + std::to_string(kMostPatterns) + " patterns");
    patterns_.push_back({pattern.expression, rule, isOfOneLine(expression)});
}

void MaskingRules::add(const std::string& text, Entry entry, bool isOwn) {
    entry.isAnywhere = text.ends_with(" *");
    std::string joined;
    const auto words = wordsOfKey(text);
    for (const std::string& word : words)
        joined += word;
    entry.words = words.size();
    if (joined.empty() || words.size() > kMostWords)
        throw std::runtime_error("a key must have one to six words: \"" + text + "\"");
    mostWords_ = std::max(mostWords_, words.size());
    if (isOwn)
        entries_.insert_or_assign(joined, entry);
    else
        entries_.emplace(joined, entry);
}

MaskingRules::OfKey MaskingRules::ofKey(std::string_view key) const {
    const auto words = wordsOfKey(key);
    const Entry* best = nullptr;
    size_t length = 0;
    const auto look = [&](const std::string& joined, bool isLast) {
        if (const auto found = entries_.find(joined); found != entries_.end() && (isLast || found->second.isAnywhere) && joined.size() > length) {
            best = &found->second;
            length = joined.size();
        }
    };
    for (size_t begin = 0; begin < words.size(); ++begin) {
        std::string joined;
        for (size_t end = begin; end < words.size() && end < begin + mostWords_; ++end) {
            joined += words[end];
            look(joined, end + 1 == words.size());
            if (end + 1 == words.size() && joined.size() > 3 && joined.ends_with('s')) // one and many
                look(joined.substr(0, joined.size() - 1), true);
        }
    }
    return best == nullptr ? OfKey{} : OfKey{best->rule, best->isLeft, best->isSql};
}

std::vector<std::string> MaskingRules::words() const {
    std::vector<std::string> out;
    for (const MaskingRule& rule : rules_)
        if (std::find(out.begin(), out.end(), rule.word) == out.end())
            out.push_back(rule.word);
    // A word that ends with another one comes first: "xe-mail" is not "e-mail".
    std::sort(out.begin(), out.end(), [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
    return out;
}

} // namespace aisle
