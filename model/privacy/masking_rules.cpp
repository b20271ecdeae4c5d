#include "privacy/masking_rules.h"

#include "privacy/masking_text.h"
#include "privacy/own_rules.h"
#include "privacy/rules_json.h"
#include "resource/resource.h"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace aisle {

namespace {

using privacy::isDigit;
using privacy::isLetter;

constexpr size_t kLongestKey = 512, kMostWords = 6;

bool isLower(char c) { return c >= 'a' && c <= 'z'; }
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }

/// "customers" and "addresses".
void makeSingular(std::string& word) {
    if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss"))
        word.resize(word.size() - (word.ends_with("sses") ? 2 : 1));
}

/// Whether nothing in an expression of RE2 matches the end of a line, by what it is written with; in doubt it may.
bool isOfOneLine(std::string_view expression) {
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

/// What is wrong with an expression, after RE2's code.
std::string problemOf(const re2::RE2& expression) {
    switch (expression.error_code()) {
    case re2::RE2::ErrorBadEscape:
    case re2::RE2::ErrorTrailingBackslash: return "a backslash stands before what it means nothing for";
    case re2::RE2::ErrorBadCharClass:
    case re2::RE2::ErrorBadCharRange: return "what stands within [ ] is no set of characters";
    case re2::RE2::ErrorMissingBracket: return "a ] is missing";
    case re2::RE2::ErrorMissingParen: return "a ( or ) is missing";
    case re2::RE2::ErrorUnexpectedParen: return "a ) closes nothing";
    case re2::RE2::ErrorRepeatArgument:
    case re2::RE2::ErrorRepeatSize:
    case re2::RE2::ErrorRepeatOp: return "a *, +, ? or {n} has nothing to repeat, or repeats it too often";
    case re2::RE2::ErrorBadPerlOp: return "what stands behind (? is not known";
    case re2::RE2::ErrorBadUTF8: return "it is no UTF-8";
    case re2::RE2::ErrorBadNamedCapture: return "a group has a name that none can have";
    case re2::RE2::ErrorPatternTooLarge: return "it is too large";
    case re2::RE2::NoError:
    case re2::RE2::ErrorInternal: break;
    }
    return "it cannot be read";
}

/// Words of letters alone. `areSeveral`: more than one, with capitals but for "van" and the like between them.
bool areNames(std::string_view text, bool areSeveral) {
    constexpr size_t kLongest = 100, kMostOfName = 6, kLongestParticle = 5;
    if (text.empty() || text.size() > kLongest)
        return false;
    size_t words = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find_first_of(" +,", at), text.size());
        const std::string_view word = text.substr(at, end - at);
        at = end + 1;
        if (word.empty())
            continue;
        const auto isOfName = [](char c) { return isLower(c) || isUpper(c) || static_cast<unsigned char>(c) >= 0x80 || c == '.' || c == '\'' || c == '-'; };
        const bool isWritten = isUpper(word[0]) || static_cast<unsigned char>(word[0]) >= 0x80;
        if (++words > kMostOfName || !std::all_of(word.begin(), word.end(), isOfName) || word[0] == '.' || word[0] == '-' || word.substr(0, word.size() - 1).find('.') != std::string_view::npos)
            return false;
        // handleCheckout is called so by a program.
        if (!areSeveral && isLower(word[0]) && std::adjacent_find(word.begin(), word.end(), [](char a, char b) { return isLower(a) && isUpper(b); }) != word.end())
            return false;
        if (areSeveral && !isWritten && (words == 1 || end == text.size() || word.size() > kLongestParticle))
            return false;
    }
    return words > (areSeveral ? 1 : 0);
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
        out.problem = "the pattern \"" + expression + "\" is none: " + problemOf(*out.expression);
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
        const auto root = privacy::parsedRules(json);
        std::map<std::string, uint32_t> named;
        const std::vector<std::string> within = privacy::textsOf(root, "within");
        for (const auto& [list, set] : {std::pair{"parameters", &parameters_}, std::pair{"parameters_of_names", &parametersOfNames_}, std::pair{"people", &people_}, std::pair{"things", &things_}, std::pair{"reasons", &reasons_}, std::pair{"forms", &forms_}})
            for (const std::string& word : privacy::textsOf(root, list))
                set->insert(word);
        pagesOfThings_ = privacy::textsOf(root, "pages_of_things");
        for (const auto& item : root.at("rules")) {
            const auto number = static_cast<uint32_t>(rules_.size());
            const std::string where = privacy::nameOfRule(item, number + 1);
            MaskingRule rule;
            rule.name = privacy::textOf(item, "name", where);
            rule.word = privacy::textOf(item, "word", where);
            if (rule.word.size() > 16 || !std::all_of(rule.word.begin(), rule.word.end(), [](char c) { return isLower(c) || isUpper(c) || c == '-'; }))
                throw std::runtime_error(where + R"(: "word" must be letters, at most 16)");
            rule.digitsOnly = privacy::flagOf(item, "digits_only", false, where);
            rule.isLine = privacy::flagOf(item, "line", false, where);
            rule.isPhrase = privacy::flagOf(item, "phrase", false, where);
            named[rule.name] = number;
            rules_.push_back(std::move(rule));
            for (const auto& [list, which] : {std::pair{"keys", Which::All}, std::pair{"keys_of_words", Which::Words}, std::pair{"keys_of_secrets", Which::Secret}, std::pair{"keys_of_letters", Which::Letters}, std::pair{"keys_of_names", Which::Names}})
                for (const std::string& key : privacy::textsOf(item, list, where))
                    add(key, {number, false, false, false, which});
            for (const std::string& outer : within) {
                for (const std::string& key : privacy::textsOf(item, "keys_within", where))
                    add(outer + " " + key, {number, false, false, false, Which::All});
                for (const std::string& key : privacy::textsOf(item, "keys_of_letters_within", where)) // the last of a delivery may be what it did
                    add(outer + " " + key, {number, false, false, false, isTableOfPeople(outer) ? Which::Letters : Which::Capitals});
            }
            for (const std::string& pattern : privacy::textsOf(item, "patterns", where))
                addPattern(pattern, number);
        }
        if (rules_.empty())
            throw std::runtime_error("the list \"rules\" is empty");
        for (const std::string& key : privacy::textsOf(root, "leave"))
            add(key, {kNone, true, false, false});
        for (const std::string& key : privacy::textsOf(root, "sql"))
            add(key, {kNone, false, true, false});
        const auto find = root.find("find");
        if (find == root.end() || !find->is_object())
            throw std::runtime_error(R"(it has no object "find"; write "find": {"email": "e-mail address"}, or "find": {} to look at keys only)");
        for (const auto& [finder, rule] : find->items()) {
            static const std::map<std::string, uint32_t Finders::*> known = {
                {"email", &Finders::email}, {"card", &Finders::card},   {"phone", &Finders::phone},     {"ip", &Finders::ip},           {"iban", &Finders::iban},
                {"token", &Finders::token}, {"encoded", &Finders::encoded}, {"sql", &Finders::sql}, {"user_info", &Finders::userInfo}, {"name", &Finders::name},
                {"security_code", &Finders::securityCode}, {"command_line", &Finders::commandLine}};
            const auto which = known.find(finder);
            if (which == known.end())
                throw std::runtime_error("\"find\" knows no \"" + finder + "\"; it knows email, card, phone, ip, iban, token, encoded, sql, user_info, name, security_code and command_line");
            const std::string name = privacy::textOf(*find, finder.c_str(), "\"find\"");
            const auto number = named.find(name);
            if (number == named.end())
                throw std::runtime_error("\"find\" says \"" + finder + "\": \"" + name + "\", but no rule has that name");
            finders_.*which->second = number->second;
        }
        leavesPrivateAddresses_ = privacy::flagOf(root, "leave_private_addresses", true);
        std::string prefixes;
        for (const std::string& prefix : privacy::textsOf(root, "token_prefixes"))
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
            add(key, {number, false, false, false}, true);
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
    if (joined.empty() || words.size() > kMostWords)
        throw std::runtime_error("a key must have one to six words: \"" + text + "\"");
    mostWords_ = std::max(mostWords_, words.size());
    if (isOwn)
        entries_.insert_or_assign(joined, entry);
    else
        entries_.emplace(joined, entry);
}

const MaskingRules::Entry* MaskingRules::bestOf(const std::vector<std::string>& words) const {
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
            if (end + 1 == words.size() && joined.ends_with('s')) {
                std::string one = joined;
                makeSingular(one);
                look(one, true);
            }
        }
    }
    return best;
}

MaskingRules::OfKey MaskingRules::ofKey(std::string_view key) const {
    auto words = wordsOfKey(key);
    const Entry* best = bestOf(words);
    // customerDto.name, billing_details[name]
    const auto isOfForm = [&](const std::string& word) { return &word != &words.back() && forms_.contains(word); };
    if (best == nullptr && std::any_of(words.begin(), words.end(), isOfForm)) {
        std::vector<std::string> others;
        std::copy_if(words.begin(), words.end(), std::back_inserter(others), [&](const std::string& word) { return !isOfForm(word); });
        best = bestOf(others);
    }
    if (best == nullptr)
        return {};
    return best->which == Which::All ? OfKey{best->rule, best->isLeft, best->isSql} : OfKey{kNone, false, false, best->rule, best->which};
}

MaskingRules::OfKey MaskingRules::ofParameter(std::string_view name) const {
    if (parametersOfNames_.contains(std::string(name)))
        return ofNameBeside(Which::Names);
    return finders_.token == kNone || !parameters_.contains(std::string(name)) ? OfKey{} : OfKey{kNone, false, false, finders_.token, Which::Token};
}

bool MaskingRules::endsWithOneOf(const std::unordered_set<std::string>& words, std::string_view key) const {
    auto own = wordsOfKey(key);
    while (own.size() > 1 && forms_.contains(own.back()))
        own.pop_back();
    if (own.empty())
        return false;
    if (words.contains(own.back()))
        return true;
    makeSingular(own.back());
    return words.contains(own.back());
}

bool MaskingRules::isPageOfThings(std::string_view url) const {
    const std::string text = privacy::lowered(url);
    return std::any_of(pagesOfThings_.begin(), pagesOfThings_.end(), [&](const std::string& thing) { return text.find(thing) != std::string::npos; });
}

bool MaskingRules::isReason(std::string_view text) const {
    constexpr size_t kLongestWord = 16;
    constexpr std::string_view kEnds = " \t\r\n\"'`.!,;)]}";
    text = text.substr(std::min(text.find_first_not_of(" \t\"'`"), text.size()));
    const size_t end = std::min(text.find_first_of(kEnds), text.size());
    if (end == 0 || end > kLongestWord || !reasons_.contains(privacy::lowered(text.substr(0, end))))
        return false;
    // "No such mailbox", and not No Lee.
    const size_t next = std::min(text.find_first_not_of(kEnds, end), text.size());
    constexpr size_t kLong = 7; // "Required"; Lee Blank is a person
    return next == text.size() ? !isUpper(text[0]) || end < 2 || isUpper(text[1]) || end >= kLong : isLower(text[next]);
}

bool MaskingRules::isOf(Which which, std::string_view value) {
    const auto isText = [](char c) { return isLower(c) || isUpper(c) || static_cast<unsigned char>(c) >= 0x80; };
    const auto has = [&](auto is) { return std::any_of(value.begin(), value.end(), is); };
    constexpr size_t kShortestSecret = 4, kShortestFigures = 6, kShortestToken = 16, kLongestToken = 512, kFewestChanges = 4;
    switch (which) {
    case Which::All: return true;
    case Which::Words: {
        // 10.0.0.7 port 80, redis:6379 failed and 0x7ffe is free are of machines.
        const size_t begin = value.find_first_not_of(" \t\r\n"), end = value.find_first_of(" +\t\r\n", begin == std::string_view::npos ? 0 : begin);
        if (end == std::string_view::npos || !has(isText))
            return false;
        const std::string_view first = value.substr(begin, end - begin), rest = value.substr(end);
        const bool isOfMachine = first.starts_with("0x") || first.starts_with('/') || first.find(':') != std::string_view::npos || first.substr(0, first.size() - 1).find('.') != std::string_view::npos;
        return !isOfMachine && std::any_of(rest.begin(), rest.end(), [&](char c) { return isText(c) || isDigit(c); });
    }
    case Which::Secret: {
        const bool isMixed = has(isText) && has([&](char c) { return isDigit(c) || (!isText(c) && std::string_view(" -_.,:;/").find(c) == std::string_view::npos); }); // "sent" and "loop-unroll" are of something else
        const auto isOfVersion = [](char c) { return isLower(c) || isDigit(c) || c == '.' || c == '-' || c == '+'; };
        const size_t point = value.find_first_not_of("0123456789");
        if (point != std::string_view::npos && point > 0 && value[point] == '.' && point + 1 < value.size() && isDigit(value[point + 1]) && std::all_of(value.begin(), value.end(), isOfVersion)) // 3.2.1-beta
            return false;
        return value.size() >= kShortestSecret && (isMixed || (value.size() >= kShortestFigures && std::all_of(value.begin(), value.end(), isDigit)));
    }
    case Which::Letters: return areNames(value, false);
    case Which::Capitals: return !value.empty() && !isLower(value[0]) && areNames(value, false);
    case Which::Names: return areNames(value, true);
    case Which::Token: {
        size_t changes = 0; // between capitals, letters and digits: summer-sale-2026 has two
        char last = '\0';
        for (const char c : value) {
            const char kind = isLower(c) ? 'a' : isUpper(c) ? 'A' : isDigit(c) ? '0' : '-';
            if (kind == '-' && std::string_view("-_~.+=/").find(c) == std::string_view::npos)
                return false;
            if (kind == '-')
                continue;
            changes += last != '\0' && kind != last;
            last = kind;
        }
        return value.size() >= kShortestToken && value.size() <= kLongestToken && changes >= kFewestChanges;
    }
    }
    return false;
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
