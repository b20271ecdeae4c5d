#include "privacy/command_line.h"
#include "privacy/masking.h"
#include "privacy/masking_text.h"

#include <algorithm>

namespace aisle {

using namespace privacy;

namespace {

constexpr std::string_view kBeforeWords = " \t\r\n\"'`[(,";

constexpr std::string_view kQuotes = "\"'`";

/// Of -p'hunter 2', which ends at its first quote, where what it holds ends; 0: it is none.
size_t endOfAttached(std::string_view text, size_t begin, size_t quote) {
    constexpr size_t kOption = 2, kLongest = 256;
    if (quote != begin + kOption || quote + 1 >= text.size() || text[begin] != '-' || !isLetter(text[begin + 1]) || !isAnyOf(text[quote], kQuotes) || isAnyOf(text[quote + 1], " \t\r\n\"'`,;.:)]}"))
        return 0;
    const size_t end = text.substr(0, std::min(text.size(), quote + 1 + kLongest)).find(text[quote], quote + 1);
    return end == std::string_view::npos ? 0 : end;
}

/// Has one of the options that programs take secrets by?
bool mayHaveOption(std::string_view text) {
    for (size_t i = text.find('-'); i != std::string_view::npos; i = text.find('-', i + 1))
        if (i > 0 && i + 1 < text.size() && isAnyOf(text[i - 1], kBeforeWords) && (text[i + 1] == '-' || isLetter(text[i + 1])))
            return true;
    return false;
}

/// Of a tag or a header what stands in quotes behind ` name=`.
std::string_view attributeOf(std::string_view tag, std::string_view name) {
    for (size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
        const size_t quote = at + name.size() + 1;
        if (at == 0 || !isAnyOf(tag[at - 1], kSpaces) || quote >= tag.size() || tag[quote - 1] != '=' || !isAnyOf(tag[quote], "\"'"))
            continue;
        const size_t end = tag.find(tag[quote], quote + 1);
        return end == std::string_view::npos ? std::string_view() : tag.substr(quote + 1, end - quote - 1);
    }
    return {};
}

} // namespace

void Masking::findFields(std::string_view path, std::string_view text, std::vector<Part>& parts) const {
    constexpr size_t kLongest = 1024;
    const auto add = [&](std::string_view name, std::string_view value) {
        if (name.empty() || value.empty())
            return;
        const auto begin = static_cast<size_t>(value.data() - text.data());
        if (const uint32_t rule = rules_.ofKey(joinedKey(path, name)).ruleFor(value); rule != MaskingRules::kNone && !saysNothing(value) && !isReasonInPlaceOf(rule, value, value))
            parts.push_back({begin, begin + value.size(), rule, false});
    };
    constexpr std::string_view kPart = "form-data;";
    for (const std::string_view element : {"<input ", "<param ", "<parameter ", "<property ", "<attribute ", "<field "})
        for (size_t at = text.find(element); at != std::string_view::npos; at = text.find(element, at + 1)) {
            const std::string_view ahead = text.substr(at, kLongest), tag = ahead.substr(0, ahead.find('>'));
            add(attributeOf(tag, "name"), attributeOf(tag, "value"));
        }
    for (size_t at = text.find(kPart); at != std::string_view::npos; at = text.find(kPart, at + 1)) {
        const std::string_view ahead = text.substr(at, kLongest);
        const size_t end = std::min(ahead.find("\n\r\n"), ahead.find("\n\n")); // of its headers
        if (end == std::string_view::npos)
            continue;
        const size_t begin = std::min(ahead.find_first_not_of("\r\n", end), ahead.size());
        add(attributeOf(ahead.substr(0, end), "name"), ahead.substr(begin, std::min(ahead.find_first_of("\r\n", begin), ahead.size()) - begin));
    }
}

void Masking::findOptions(std::string_view path, std::string_view text, std::vector<Part>& parts) const {
    constexpr size_t kLongest = 64;
    for (size_t i = text.find('-'); i != std::string_view::npos; i = text.find('-', i)) {
        const bool isWord = i == 0 || isAnyOf(text[i - 1], kBeforeWords);
        const size_t begin = i + 1 + (i + 1 < text.size() && text[i + 1] == '-');
        size_t end = begin;
        while (isWord && end < text.size() && end - begin < kLongest && (isAlphanumeric(text[end]) || isAnyOf(text[end], "_-")))
            ++end;
        const bool isOption = isWord && isLongOption(text.substr(i, end - i));
        i = end;
        size_t value = end;
        while (value < text.size() && value - end < 3 && isAnyOf(text[value], " \t"))
            ++value;
        if (!isOption || value == end || value >= text.size() || text[value] == '-')
            continue;
        const MaskingRules::OfKey key = rules_.ofKey(joinedKey(path, text.substr(begin, end - begin)));
        const bool isQuoted = isAnyOf(text[value], "\"'`");
        value += isQuoted;
        const size_t until = std::min(isQuoted ? text.find(text[value - 1], value) : text.find_first_of(kEndOfWord, value), text.size());
        const std::string_view said = text.substr(value, until - value);
        if (const uint32_t rule = key.ruleFor(said); rule != MaskingRules::kNone && !saysNothing(said))
            parts.push_back({value, until, rule, false});
    }
    if (rules_.finders().commandLine == MaskingRules::kNone || !mayHaveOption(text))
        return;
    CommandLine line;
    for (size_t i = 0; i < text.size();) {
        if (isAnyOf(text[i], kBeforeWords)) {
            ++i;
            continue;
        }
        const bool isQuoted = i > 0 && isAnyOf(text[i - 1], kQuotes);
        // A secret in quotes may have spaces, while other quotes have a whole line in them.
        const size_t closing = isQuoted && line.isBeforeSecret() ? text.find(text[i - 1], i) : std::string_view::npos;
        const size_t end = closing != std::string_view::npos ? closing : std::min(text.find_first_of(isQuoted ? " \t\r\n\"'`" : " \t\r\n\"'`])", i), text.size());
        const size_t attached = endOfAttached(text, i, end);
        const std::string_view word = text.substr(i, (attached != 0 ? attached : end) - i);
        if (const size_t secret = line.secretIn(word); secret < word.size() && !saysNothing(word.substr(secret)))
            parts.push_back({i + secret, i + word.size() + (attached != 0 && secret == 0), rules_.finders().commandLine, false});
        i = std::max(i + word.size(), i + 1);
    }
}

} // namespace aisle
