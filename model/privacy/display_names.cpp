#include "privacy/finders.h"
#include "privacy/masking_text.h"

#include <array>

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
        const size_t open = before.rfind(before.back(), before.size() - 2);
        if (open != std::string_view::npos && open + 2 < before.size())
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
    // ann lee <, of a header or a list of them, or as the whole of a value.
    const std::string_view head = before.substr(0, segment);
    const bool isWhole = (from == 0 && segment == 0) || isHeader(head) || head.ends_with(',') || head.ends_with(';') || head.ends_with('"');
    const std::string_view rest = trimmed(before.substr(segment));
    if (isWhole && all <= kMostOfHeader && !rest.empty() && std::any_of(rest.begin(), rest.end(), isAlphanumeric) && !isGreeting(rest.substr(0, std::min(rest.find(' '), rest.size()))))
        begin = static_cast<size_t>(rest.data() - before.data());
    if (begin < before.size())
        found(from + begin, end, rule);
}

} // namespace aisle
