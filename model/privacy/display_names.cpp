#include "privacy/finders.h"
#include "privacy/masking_text.h"

#include <algorithm>

namespace aisle {

using namespace privacy;

namespace {

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words) { return std::find(words.begin(), words.end(), word) != words.end(); }

bool isWrittenAsName(std::string_view word) { return (word[0] >= 'A' && word[0] <= 'Z') || static_cast<unsigned char>(word[0]) >= 0x80; }

/// "van" of Vincent van Gogh.
bool isParticle(std::string_view word) {
    return isOneOf(word, {"van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "du", "la", "le", "bin", "ibn", "al", "el", "zu", "ter", "ten", "y", "e"});
}

/// What stands before names and begins a sentence.
bool isGreeting(std::string_view word) {
    return isOneOf(lowered(word), {"to", "from", "cc", "bcc", "for", "mail", "email", "e-mail", "by", "user", "customer", "dear", "hi", "hello", "sent", "sending", "delivered", "card", "of"});
}

/// Does what ends there say that addresses follow?
bool isHeader(std::string_view before) {
    if (!before.ends_with(':'))
        return false;
    before.remove_suffix(1);
    const size_t begin = before.find_last_of(" \t\r\n\"'{,;<");
    const std::string word = lowered(before.substr(begin == std::string_view::npos ? 0 : begin + 1));
    return isOneOf(word, {"to", "from", "cc", "bcc", "sender", "reply-to", "recipient", "recipients", "return-path", "delivered-to", "author"});
}

/// A list of addresses, of which the last one has ended.
bool isBehindAddress(std::string_view before) {
    if (!before.ends_with(',') && !before.ends_with(';'))
        return false;
    before.remove_suffix(1);
    before = trimmed(before);
    return before.substr(before.find_last_of(" \t\r\n,;:") + 1).find('@') != std::string_view::npos;
}

/// Calls f with each word until it returns false; whether it never did.
template <typename F> bool allWords(std::string_view text, F&& f) {
    for (size_t at = text.find_first_not_of(" \t"); at != std::string_view::npos;) {
        const size_t end = std::min(text.find_first_of(" \t", at), text.size());
        if (!f(text.substr(at, end - at)))
            return false;
        at = text.find_first_not_of(" \t", end);
    }
    return true;
}

/// Of what stands in a header: words that are no figures, paths and codes, 550 5.1.1.
bool isPlainName(std::string_view text) {
    const auto isNoName = [](char c) { return isDigit(c) || isAnyOf(c, "/:"); };
    return std::any_of(text.begin(), text.end(), isAlphanumeric) && !isGreeting(text.substr(0, text.find(' '))) &&
           allWords(text, [&](std::string_view word) { return std::none_of(word.begin(), word.end(), isNoName) && word.substr(0, word.size() - 1).find('.') == std::string_view::npos; });
}

/// Does the address have one of the words, ann lee <ann@example.com>?
bool isNamedBy(std::string_view name, std::string_view address) {
    constexpr size_t kShortest = 3, kLongest = 64;
    const std::string local = lowered(address.substr(0, std::min(address.substr(0, kLongest).find('@'), kLongest)));
    return !allWords(name, [&](std::string_view word) { return word.size() < kShortest || word.size() > kLongest || local.find(lowered(word)) == std::string::npos; });
}

/// One or two words that are written as names are.
bool isSurname(std::string_view text) {
    int words = 0;
    return !text.empty() && text.find('@') == std::string_view::npos && allWords(text, [&](std::string_view word) { return ++words <= 2 && !isGreeting(word) && (isWrittenAsName(word) || isParticle(word)); }) && words > 0;
}

} // namespace

void findDisplayName(std::string_view text, size_t address, uint32_t rule, const Found& found) {
    constexpr size_t kLongest = 128, kMostWords = 6, kMostOfHeader = 3;
    if (address == 0 || text[address - 1] != '<')
        return;
    size_t end = address - 1;
    while (end > 0 && isAnyOf(text[end - 1], " \t"))
        --end;
    const size_t from = end - std::min(end, kLongest);
    const std::string_view before = text.substr(from, end - from);
    if (before.size() < 2)
        return;
    if (before.back() == '"' || before.back() == '\'') {
        // Of to="<ann@example.com>" it opens the value, and what stands before it is no name.
        const size_t open = before.rfind(before.back(), before.size() - 2);
        const auto opensName = [&] { return open == 0 ? from == 0 : !isAlphanumeric(before[open - 1]) && before[open - 1] != '='; };
        if (open == std::string_view::npos || !opensName())
            return;
        const std::string_view name = trimmed(before.substr(open + 1, before.size() - open - 2));
        if (!name.empty() && (isAlphanumeric(name.back()) || name.back() == '.' || name.back() == ')') && std::any_of(name.begin(), name.end(), isAlphanumeric))
            found(from + open + 1, end - 1, rule);
        return;
    }
    if (before.ends_with("?=")) { // encoded words of RFC 2047
        const size_t other = before.find_last_of(",;:\r\n\"");
        const size_t open = before.find("=?", other == std::string_view::npos ? 0 : other + 1);
        if (open != std::string_view::npos)
            found(from + open, end, rule);
        return;
    }
    // All that is no sign of something else, and of that the last words.
    size_t segment = before.find_last_of(",;:\r\n\"<>()[]{}=|");
    segment = segment == std::string_view::npos ? 0 : segment + 1;
    size_t begin = before.size(), words = 0, all = 0;
    bool isAllName = true;
    for (size_t at = before.size(); at > segment && all < kMostWords;) {
        size_t word = at;
        while (word > segment && !isAnyOf(before[word - 1], " \t"))
            --word;
        if (word < at) {
            const std::string_view said = before.substr(word, at - word);
            ++all;
            isAllName = isAllName && !isGreeting(said) && (isWrittenAsName(said) || (words > 0 && isParticle(said)));
            if (isAllName) {
                begin = word;
                ++words;
            }
        }
        at = word;
        while (at > segment && isAnyOf(before[at - 1], " \t"))
            --at;
    }
    const std::string_view head = before.substr(0, segment), rest = trimmed(before.substr(segment));
    const auto beginsValue = [&](std::string_view behind) { return (from == 0 && trimmed(behind).empty()) || behind.ends_with('"'); };
    // ann lee <, of a header or a list of them; elsewhere what is written so may be of a sentence, "mailbox full <", where the address does not say so, too.
    const bool isWhole = isHeader(head) || isBehindAddress(head) || (beginsValue(head) && isNamedBy(rest, text.substr(address)));
    if (isWhole && all <= kMostOfHeader && isPlainName(rest))
        begin = static_cast<size_t>(rest.data() - before.data());
    // Lee, Ann <
    if (begin < before.size() && head.ends_with(',') && begin == static_cast<size_t>(rest.data() - before.data()) && isWrittenAsName(rest)) {
        const size_t comma = segment - 1, other = before.substr(0, comma).find_last_of(",;:\r\n\"<>()[]{}=|");
        const size_t first = other == std::string_view::npos ? 0 : other + 1;
        const std::string_view surname = trimmed(before.substr(first, comma - first)), ahead = before.substr(0, first);
        if ((isHeader(ahead) || isBehindAddress(ahead) || beginsValue(ahead)) && isSurname(surname))
            begin = static_cast<size_t>(surname.data() - before.data());
    }
    if (begin < before.size())
        found(from + begin, end, rule);
}

} // namespace aisle
