#include "privacy/sql_references.h"

#include "privacy/masking_text.h"
#include "privacy/sql_literals.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace aisle {

using namespace privacy;

namespace {

bool isOfName(char c) { return isAlphanumeric(c) || c == '_'; }
bool startsName(char c) { return isOfName(c) && !isDigit(c); }

size_t endOfName(std::string_view text, size_t at) {
    while (at < text.size() && isOfName(text[at]))
        ++at;
    return at;
}

/// Else it goes on, and may be a value that begins so: ?!x, $1a.
bool isEnd(std::string_view text, size_t at) { return at >= text.size() || isAnyOf(text[at], " \t\r\n,;:|&)]}<>\"'`"); }

/// Of placeholders that are no values of anybody wherever they are; `at`: it is none.
size_t endOfPlaceholder(std::string_view text, size_t at) {
    if (at >= text.size())
        return at;
    size_t end = at;
    if (text[at] == '?' || text[at] == '$') {
        for (++end; end < text.size() && isDigit(text[end]);)
            ++end;
        if (text[at] == '$' && end == at + 1)
            return at;
    } else if (text.substr(at).starts_with("%(")) {
        end = endOfName(text, at + 2);
        if (!text.substr(end).starts_with(")s") || end == at + 2)
            return at;
        end += 2;
    } else if (text[at] == '%' && at + 1 < text.size() && isAnyOf(text[at + 1], "sdv")) {
        end += 2;
    }
    return end > at && isEnd(text, end) ? end : at;
}

/// $email, :email, @Email, @__email_0.
size_t endOfVariable(std::string_view text, size_t at) {
    size_t begin = at;
    if (begin < text.size() && isAnyOf(text[begin], "$:@"))
        ++begin;
    if (begin > at && text[at] == '@' && begin < text.size() && text[begin] == '@')
        ++begin;
    if (begin == at || begin >= text.size() || !isOfName(text[begin]) || (text[at] == '$' && isDigit(text[begin])))
        return at;
    const size_t end = endOfName(text, begin);
    return isEnd(text, end) ? end : at;
}

/// A name, also in quotes of names: email, "email", `email`, [email].
size_t endOfQuotedName(std::string_view text, size_t at) {
    constexpr size_t kLongest = 128;
    if (at >= text.size())
        return at;
    if (startsName(text[at]))
        return endOfName(text, at);
    if (!isAnyOf(text[at], "\"`["))
        return at;
    const size_t end = endOfName(text, at + 1);
    return end > at + 1 && end - at < kLongest && end < text.size() && text[end] == (text[at] == '[' ? ']' : text[at]) ? end + 1 : at;
}

std::string_view withoutQuotes(std::string_view name) {
    const size_t begin = name.find_first_not_of("\"`["), end = name.find_last_not_of("\"`]");
    return begin == std::string_view::npos ? std::string_view() : name.substr(begin, end + 1 - begin);
}

} // namespace

SqlReferences::SqlReferences(std::string_view text) : text_(text) {
    if (text_.find_first_of(":=") == std::string_view::npos)
        return;
    findRegions();
    findTypes();
    findVariables();
}

void SqlReferences::findRegions() {
    for (size_t at = 0; at < text_.size();) {
        size_t behind = 0;
        const size_t begin = findBeginOfStatement(text_, at, &behind);
        if (begin == std::string_view::npos)
            return;
        const size_t end = endOfRegion(begin);
        statements_.push_back({begin, end});
        at = std::max(end, behind);
    }
}

/// Where the statement ends, or what quotes it: it is not certain, and no value may be taken for a column that comes later.
size_t SqlReferences::endOfRegion(size_t begin) const {
    const char quote = begin > 0 && isAnyOf(text_[begin - 1], "\"'`") ? text_[begin - 1] : '\0';
    size_t depth = 0;
    std::array<bool, 256> isWithoutEnd = {};
    for (size_t i = begin; i < text_.size(); ++i) {
        const char c = text_[i];
        if (c == ';' || (quote != '\0' && c == quote))
            return i;
        if (isAnyOf(c, "([{")) {
            ++depth;
        } else if (isAnyOf(c, ")]}")) {
            if (depth == 0)
                return i;
            --depth;
        } else if (isAnyOf(c, "'\"`") && !isWithoutEnd[static_cast<unsigned char>(c)]) {
            const size_t close = text_.find(c, i + 1);
            isWithoutEnd[static_cast<unsigned char>(c)] = close == std::string_view::npos;
            i = close == std::string_view::npos ? i : close;
        }
    }
    return text_.size();
}

void SqlReferences::findTypes() {
    if (text_.find('{') == std::string_view::npos)
        return;
    static const re2::RE2 begins(R"re(\b(?:type|input|interface)\s+[A-Z]\w*[^{}=;"']{0,200}\{)re");
    const re2::StringPiece all(text_.data(), text_.size());
    re2::StringPiece match;
    for (size_t at = 0; at < text_.size() && begins.Match(all, at, text_.size(), re2::RE2::UNANCHORED, &match, 1);) {
        const auto begin = static_cast<size_t>(match.data() - text_.data()) + match.size();
        const size_t end = std::min(text_.find('}', begin), text_.size());
        types_.push_back({begin, end});
        at = std::max(end, begin);
    }
}

void SqlReferences::findVariables() {
    for (size_t i = text_.find('$'); i != std::string_view::npos; i = text_.find('$', i + 1)) {
        const size_t end = endOfVariable(text_, i);
        if (end == i)
            continue;
        const size_t colon = text_.find_first_not_of(' ', end), type = colon == std::string_view::npos ? colon : text_.find_first_not_of(" [", colon + 1);
        if (type != std::string_view::npos && text_[colon] == ':' && text_[type] >= 'A' && text_[type] <= 'Z')
            variables_.insert(text_.substr(i, end - i));
        i = end - 1;
    }
}

const SqlReferences::Region* SqlReferences::regionAt(const std::vector<Region>& regions, size_t at) const {
    const auto next = std::partition_point(regions.begin(), regions.end(), [&](const Region& region) { return region.end <= at; });
    return next == regions.end() || next->begin > at ? nullptr : &*next;
}

size_t SqlReferences::endOfReference(size_t at, std::string_view key, char separator) {
    if (const size_t end = endOfPlaceholder(text_, at); end != at)
        return end;
    const size_t keyAt = static_cast<size_t>(key.data() - text_.data());
    if (separator == ':') {
        const size_t variable = endOfVariable(text_, at);
        if (variable != at && variables_.contains(text_.substr(at, variable - at)))
            return variable;
        const bool isDeclared = keyAt > 0 && text_[keyAt - 1] == '$' && variables_.contains(text_.substr(keyAt - 1, key.size() + 1));
        size_t end = at;
        while (end < text_.size() && text_[end] == '[')
            ++end;
        if ((isDeclared || regionAt(types_, at) != nullptr) && end < text_.size() && text_[end] >= 'A' && text_[end] <= 'Z') {
            end = endOfName(text_, end);
            while (end < text_.size() && isAnyOf(text_[end], "]!"))
                ++end;
            return end;
        }
    }
    return regionAt(statements_, at) == nullptr ? at : endOfColumn(at, key);
}

/// In a statement.
size_t SqlReferences::endOfColumn(size_t at, std::string_view key) const {
    if (const size_t end = endOfVariable(text_, at); end != at)
        return end;
    if (at < text_.size() && text_[at] == '(')
        return at + 1;
    size_t end = endOfQuotedName(text_, at);
    if (end == at)
        return at;
    if (end < text_.size() && text_[end] == '(' && startsName(text_[at]))
        return end + 1;
    const std::string first = lowered(text_.substr(at, std::min<size_t>(end - at, 32)));
    constexpr std::array<std::string_view, 7> kWords = {"default", "null", "true", "false", "case", "current_timestamp", "select"};
    if (std::find(kWords.begin(), kWords.end(), first) != kWords.end() && isEnd(text_, end))
        return end;
    size_t last = at;
    while (end < text_.size() && text_[end] == '.') {
        last = end + 1;
        const size_t next = endOfQuotedName(text_, last);
        if (next == last)
            return at;
        end = next;
    }
    if (!isEnd(text_, end))
        return at;
    // A name alone is a column where it is called as the other one is: what else has a dot may be a login.
    const std::string_view word = key.substr(key.rfind(' ') + 1), column = word.substr(word.rfind('.') + 1);
    const auto keyAt = static_cast<size_t>(key.data() - text_.data());
    const bool isQualified = last != at && (word.size() > column.size() || (keyAt > 1 && text_[keyAt - 1 - isAnyOf(text_[keyAt - 1], "\"`[")] == '.'));
    const bool isSame = lowered(withoutQuotes(column)) == lowered(withoutQuotes(text_.substr(last, end - last)));
    return isQualified || (isSame && (last != at || text_[at] != '"')) || (text_[at] == '`') || (last != at && !startsName(text_[at])) ? end : at;
}

size_t SqlReferences::nextClause(size_t at) {
    const Region* statement = regionAt(statements_, at);
    if (statement == nullptr)
        return std::string_view::npos;
    if (clauseOf_ == statement->end && at <= clause_)
        return clause_;
    static const re2::RE2 clause(R"re((?i)\s(?:(?:and|or)\s+\(*(?:not\s+)?(?:exists\b|["`\[]?\w+["`\]]?(?:\.["`\[]?\w+["`\]]?)*\s*(?:[=<>!~]|\s(?:in|like|ilike|is|between|not|regexp)\b))|(?:limit|offset)\s+[\d?$:@%]|(?:order|group)\s+by\s|where\s|having\s|returning\s|on\s+(?:conflict|duplicate)\s|union\s|for\s+(?:update|share)\b|(?:inner|left|right|cross)\s+(?:outer\s+)?join\s|join\s))re");
    const re2::StringPiece all(text_.data(), statement->end);
    re2::StringPiece match;
    clauseOf_ = statement->end;
    clause_ = clause.Match(all, at, statement->end, re2::RE2::UNANCHORED, &match, 1) ? static_cast<size_t>(match.data() - text_.data()) : std::string_view::npos;
    return clause_;
}

} // namespace aisle
