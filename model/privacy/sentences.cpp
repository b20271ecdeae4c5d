#include "privacy/sentences.h"

#include "privacy/masking_rules.h"
#include "privacy/masking_text.h"

#include <algorithm>
#include <vector>

namespace aisle {

namespace {

using namespace privacy;

std::vector<std::string_view> wordsOf(std::string_view text) {
    std::vector<std::string_view> out;
    for (size_t at = text.find_first_not_of(' '); at != std::string_view::npos;) {
        const size_t end = std::min(text.find(' ', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(' ', end);
    }
    return out;
}

/// Is it what stands behind a comma in addresses: 94043 Bath, Flat 2, Bath, Stoke on Trent? And no reason: Error 503 from billing.
bool isPartOfAddress(std::string_view part) {
    constexpr size_t kMostWords = 5, kMostOfName = 3, kFewestOfPostalCode = 4;
    const std::vector<std::string_view> words = wordsOf(part);
    if (words.empty() || words.size() > kMostWords || part.find_first_of("=:") != std::string_view::npos)
        return false;
    if (isDigit(words[0][0])) // 10 retries are none
        return words.size() == 1 || words[0].size() >= kFewestOfPostalCode || beginsAsName(words[1]) || isDigit(words[1][0]);
    if (!beginsAsName(words[0]) || words.size() > kMostOfName)
        return false;
    return words.size() == 1 || (words.size() == 2 && isDigit(words[1][0])) || MaskingRules::isOf(MaskingRules::Which::Names, part);
}

} // namespace

size_t privacy::endBeforeKey(std::string_view text, size_t begin, size_t end, bool isOfStruct) {
    const std::string_view separators = isOfStruct ? "=:" : "=";
    text = text.substr(0, end);
    for (size_t i = text.find_first_of(separators, begin); i != std::string_view::npos; i = text.find_first_of(separators, i + 1)) {
        const bool isKey = text[i] == '=' || (i + 1 < end && isAlphanumeric(text[i + 1]));
        size_t key = i;
        while (key > begin && isOfKey(text[key - 1]))
            --key;
        if (isKey && key < i && key > begin && isAnyOf(text[key - 1], " \t") && (text[i] == '=' || isLetter(text[key])))
            return key - 1;
    }
    return end;
}

size_t privacy::nextPartOfAddress(std::string_view text, size_t at, std::string_view stops) {
    constexpr size_t kLongest = 64;
    if (at >= text.size() || text[at] != ',')
        return at;
    const size_t begin = at + 1 + (at + 1 < text.size() && text[at + 1] == ' ');
    const std::string_view rest = text.substr(begin, kLongest + 1), part = rest.substr(0, rest.find_first_of(stops));
    const size_t end = endBeforeKey(part, 0, part.size());
    return part.size() <= kLongest && isPartOfAddress(part.substr(0, end)) ? begin + end : at;
}

bool privacy::isSentence(std::string_view text) {
    constexpr size_t kLongestOfHouse = 4;
    const std::vector<std::string_view> words = wordsOf(text.substr(0, text.find(',')));
    if (words.size() < 2)
        return false;
    if (isDigit(words[0][0]))
        return isLetter(words[1][0]) && lower(words[1][0]) == words[1][0] && words[1].ends_with('s');
    if (!beginsAsName(words[0]))
        return true;
    const auto isOfAddress = [](std::string_view word) { return beginsAsName(word) || (isDigit(word[0]) && word.size() <= kLongestOfHouse); };
    return std::none_of(words.begin() + 1, words.end(), isOfAddress);
}

bool privacy::isWrittenAsSecret(std::string_view value) {
    const auto has = [&](auto is) { return std::any_of(value.begin(), value.end(), is); };
    return has([](char c) { return !isAlphanumeric(c) && !isAnyOf(c, "-_.,"); }) || (has(isDigit) && has([](char c) { return c >= 'a' && c <= 'z'; }) && has([](char c) { return c >= 'A' && c <= 'Z'; }));
}

} // namespace aisle
