#include "privacy/finders.h"

#include "privacy/masking_text.h"
#include "privacy/matches.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace aisle {

namespace {

using namespace privacy;

bool isHex(char c) { return isDigit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
bool isWord(char c) { return isDigit(c) || isLetter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
char at(std::string_view text, size_t i) { return i < text.size() ? text[i] : '\0'; }
char before(std::string_view text, size_t i) { return i > 0 ? text[i - 1] : '\0'; }

/// An id in hex, or a UUID, of which [begin, end) is a part.
bool isInHexId(std::string_view text, size_t begin, size_t end) {
    constexpr size_t kLongest = 80;
    size_t from = begin, to = end;
    const auto isPart = [](char c) { return isWord(c) || c == '-'; };
    while (from > 0 && begin - from < kLongest && isPart(text[from - 1]))
        --from;
    while (to < text.size() && to - end < kLongest && isPart(text[to]))
        ++to;
    const std::string_view id = text.substr(from, to - from);
    if (!std::all_of(id.begin(), id.end(), [](char c) { return isHex(c) || c == '-'; }))
        return false;
    if (id.size() == 36 && id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-')
        return true;
    // Also of several ids, as a traceparent and the headers of X-Ray and B3 are, those that it begins and ends in.
    const auto isId = [](std::string_view part) { return std::any_of(part.begin(), part.end(), isLetter) && (part.size() == 16 || part.size() == 24 || part.size() == 32 || part.size() == 40 || part.size() == 64); };
    const size_t first = id.rfind('-', begin - from), last = id.find('-', end - from - 1);
    const size_t begins = first == std::string_view::npos ? 0 : first + 1;
    return isId(id.substr(begins, id.find('-', begins) - begins)) || isId(id.substr(0, last).substr(id.substr(0, last).rfind('-') + 1));
}

/// What kinds of cards begin so and have so many digits (issuers' ranges of ISO/IEC 7812 as their networks publish them).
bool beginsAsCard(std::string_view d) {
    const size_t n = d.size();
    const auto number = [&](size_t digits) {
        int out = 0;
        for (size_t i = 0; i < digits; ++i)
            out = out * 10 + (d[i] - '0');
        return out;
    };
    const int two = number(2), three = number(3), four = number(4);
    if (d[0] == '4')
        return n == 13 || n == 16 || n == 19;
    if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720))
        return n == 16;
    if (two == 34 || two == 37)
        return n == 15;
    if ((three >= 300 && three <= 305) || four == 3095 || two == 36 || two == 38 || two == 39)
        return n == 14 || n == 16;
    if (four >= 3528 && four <= 3589)
        return n >= 16;
    if (four >= 2200 && four <= 2204)
        return n >= 16;
    if (four == 6011 || two == 62 || two == 64 || two == 65 || two == 81 || four == 9792)
        return n >= 16;
    return (two == 50 || (two >= 56 && two <= 58) || two == 60 || two == 63 || two == 67) && n >= 12;
}

bool passesLuhn(std::string_view digits) {
    int sum = 0;
    bool isDoubled = false;
    for (auto d = digits.rbegin(); d != digits.rend(); ++d, isDoubled = !isDoubled) {
        const int value = (*d - '0') * (isDoubled ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
}

constexpr size_t kLongestOfArticle = 13; ///< digits

bool isCard(std::string_view digits) { return digits.size() >= 12 && digits.size() <= 19 && beginsAsCard(digits) && passesLuhn(digits); }

struct Digits {
    size_t begin = 0, end = 0; ///< of a group, in the text
};

/// Groups [first, last] of digits as cards are written.
bool isWrittenAsCard(std::string_view text, const std::vector<Digits>& groups, size_t first, size_t last) {
    if (first == last) // no digits of a fraction
        return before(text, groups[first].begin) != '.' || groups[first].begin < 2 || !isDigit(text[groups[first].begin - 2]);
    const auto separator = [&](size_t i) { return text.substr(groups[i].end, groups[i + 1].begin - groups[i].end); };
    std::vector<size_t> sizes;
    bool isUniform = true, isPlain = true;
    for (size_t i = first; i <= last; ++i) {
        sizes.push_back(groups[i].end - groups[i].begin);
        if (i == last)
            break;
        if (separator(i).find(',') != std::string_view::npos) // a list
            return false;
        isUniform = isUniform && separator(i) == separator(first);
        isPlain = isPlain && separator(i).find_first_not_of(" -") == std::string_view::npos;
    }
    const auto areAll = [&](size_t size) { return std::all_of(sizes.begin(), sizes.end() - 1, [&](size_t each) { return each == size; }) && sizes.back() <= size; };
    static const std::array<std::vector<size_t>, 6> kOthers = {{{4, 6, 5}, {4, 6, 4}, {8, 8}, {6, 10}, {6, 13}, {4, 4, 5}}};
    return areAll(4) || ((isUniform || isPlain) && (areAll(1) || std::find(kOthers.begin(), kOthers.end(), sizes) != kOthers.end()));
}

/// Does a word before it say that it is one? As the number of an article (EAN-13) is as long as the shortest cards, one of ten passes their check.
bool isCalledCard(std::string_view text, size_t begin) {
    static const re2::RE2 words(R"re((?i)card|karte|carte|tarjeta|visa|maestro|credit|debit|\bpan\b|payment)re");
    constexpr size_t kFarthest = 32;
    const size_t from = begin - std::min(begin, kFarthest);
    return re2::RE2::PartialMatch(re2::StringPiece(text.data() + from, begin - from), words);
}

void findCardsIn(std::string_view text, const std::vector<Digits>& groups, uint32_t rule, const Found& found) {
    for (size_t first = 0; first < groups.size(); ++first) {
        std::string digits;
        size_t until = 0;
        bool isFound = false;
        for (size_t last = first; last < groups.size(); ++last) {
            const size_t length = groups[last].end - groups[last].begin;
            if (digits.size() + length > 19)
                break;
            // What is a card already goes on only with the separator that it has: a CVV behind it is no part of it, nor is the quote between them.
            const auto separator = [&](size_t group) { return text.substr(groups[group].end, groups[group + 1].begin - groups[group].end); };
            if (isFound && (until == first || separator(last - 1) != separator(first)))
                break;
            digits += text.substr(groups[last].begin, length);
            if (isCard(digits) && isWrittenAsCard(text, groups, first, last) && (digits.size() > kLongestOfArticle || isCalledCard(text, groups[first].begin)) && !isInHexId(text, groups[first].begin, groups[last].end)) {
                until = last;
                isFound = true;
            }
        }
        if (isFound) {
            found(groups[first].begin, groups[until].end, rule);
            first = until;
        }
    }
}

struct Country {
    std::string_view code;
    size_t length;
};
constexpr Country kCountries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28},
    {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18},
    {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32},
    {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NL", 18}, {"NO", 15}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"SA", 24}, {"SC", 31}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"TN", 24}, {"TR", 26},
    {"UA", 29}, {"VG", 24}, {"XK", 20}};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool isAccount(std::string_view account) {
    int remainder = 0;
    for (size_t i = 0; i < account.size(); ++i) {
        const char c = account[(i + 4) % account.size()];
        remainder = isDigit(c) ? (remainder * 10 + (c - '0')) % 97 : (remainder * 100 + (c - 'A' + 10)) % 97;
    }
    return remainder == 1;
}

bool isPrivate(const in_addr& address) {
    const uint32_t ip = ntohl(address.s_addr);
    const auto within = [&](uint32_t network, int bits) { return ip >> (32 - bits) == network >> (32 - bits); };
    // RFC 6890, without those that are for documents.
    return within(0x0a000000, 8) || within(0xac100000, 12) || within(0xc0a80000, 16) || within(0x7f000000, 8) || within(0xa9fe0000, 16) || within(0, 8) || ip >= 0xe0000000;
}

bool isPrivate(const in6_addr& address) {
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        in_addr four{};
        std::copy_n(address.s6_addr + 12, 4, reinterpret_cast<unsigned char*>(&four));
        return isPrivate(four);
    }
    return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LINKLOCAL(&address) || IN6_IS_ADDR_MULTICAST(&address) ||
           (address.s6_addr[0] & 0xfe) == 0xfc;
}

/// "Chrome/120.0.0.0": a product and its version; "build 5.3.4.11".
bool isVersionOfProduct(std::string_view text, size_t begin) {
    static const re2::RE2 words(R"re((?i)(?:^|[^\pL\pN])(?:version|release|build|firmware|kernel)\s?[:=]?\s?["']?$)re");
    constexpr size_t kFarthest = 16;
    if (const size_t near = begin - std::min(begin, kFarthest); re2::RE2::PartialMatch(re2::StringPiece(text.data() + near, begin - near), words))
        return true;
    if (before(text, begin) != '/')
        return false;
    size_t from = begin - 1;
    while (from > 0 && begin - from < 40 && isWord(text[from - 1]))
        --from;
    return from < begin - 1 && text[from] >= 'A' && text[from] <= 'Z';
}

void findV6(std::string_view text, uint32_t rule, bool leavesPrivate, const Found& found) {
    constexpr size_t kLongest = 45;
    for (size_t i = text.find(':'); i != std::string_view::npos; i = text.find(':', i)) {
        size_t begin = i, end = i;
        const auto isPart = [](char c) { return isHex(c) || c == ':' || c == '.'; };
        while (begin > 0 && i - begin < 5 && isHex(text[begin - 1]))
            --begin;
        while (end < text.size() && end - begin <= kLongest && isPart(text[end]))
            ++end;
        const size_t next = std::max(end, i + 1);
        while (end > begin && (text[end - 1] == '.' || (text[end - 1] == ':' && before(text, end - 1) != ':')))
            --end;
        const std::string candidate(text.substr(begin, end - begin));
        in6_addr address{};
        if (candidate.size() <= kLongest && !isWord(before(text, begin)) && !isWord(at(text, end)) && std::count_if(candidate.begin(), candidate.end(), isHex) >= 3 &&
            std::any_of(candidate.begin(), candidate.end(), isDigit) && ::inet_pton(AF_INET6, candidate.c_str(), &address) == 1 && !(leavesPrivate && isPrivate(address)))
            found(begin, end, rule);
        i = next;
        if (i >= text.size())
            break;
    }
}

/// Of jane=40example.com whether it is no parameter: a word of its own, and no part of a URL or of a style, whose domain ends as domains do.
bool isMailByItself(std::string_view text, size_t begin, size_t end) {
    constexpr std::string_view kAround = " \t\r\n\"'`<>()[],";
    const char previous = before(text, begin), next = at(text, end);
    const auto endsSentence = [&] { return std::string_view(";:!?").find(next) != std::string_view::npos && (end + 1 == text.size() || kAround.find(text[end + 1]) != std::string_view::npos); };
    if ((begin > 0 && kAround.find(previous) == std::string_view::npos) || (end < text.size() && next != '.' && kAround.find(next) == std::string_view::npos && !endsSentence()))
        return false;
    if (previous == '<' && next == '>')
        return true;
    std::string last(text.substr(0, end).substr(text.rfind('.', end - 1) + 1));
    std::transform(last.begin(), last.end(), last.begin(), lower);
    constexpr std::array<std::string_view, 16> kDomains = {"com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "name", "shop", "store", "online", "cloud", "example", "test"};
    return (last.size() == 2 && isLetter(last[0]) && isLetter(last[1])) || std::find(kDomains.begin(), kDomains.end(), last) != kDomains.end(); // of two letters are those of countries
}

/// So many letters and digits together as no word has.
bool hasLongRun(std::string_view token) {
    constexpr int kLong = 16;
    int run = 0;
    return std::any_of(token.begin(), token.end(), [&](char c) { return (run = isDigit(c) || isLetter(c) ? run + 1 : 0) >= kLong; });
}

/// The digits in a part of a text.
size_t digitsIn(std::string_view part) { return static_cast<size_t>(std::count_if(part.begin(), part.end(), isDigit)); }

} // namespace

size_t endOfPhone(std::string_view text, size_t begin, size_t end, size_t fewest, const std::function<bool(size_t end)>& canEnd) {
    constexpr size_t kFewestTogether = 6, kFewestOfWhole = 10, kFewestBeforeStatus = 11;
    const auto withoutSeparators = [&](size_t to) {
        while (to > begin && !isDigit(text[to - 1]))
            --to;
        return to;
    };
    // +4917123456789 500, 0171 2345678 503: a number of which so many digits are together takes no more of them; (3 attempts) is closed behind it.
    for (size_t i = begin, together = 0, digits = 0; i < end; ++i) {
        const bool isAlone = text[i] == '(' && digits >= fewest && text.substr(i, end - i).find(')') == std::string_view::npos;
        if (isAlone || (text[i] == ' ' && together >= kFewestTogether && digits >= kFewestOfWhole)) {
            end = withoutSeparators(i);
            break;
        }
        together = isDigit(text[i]) ? together + 1 : 0;
        digits += isDigit(text[i]);
    }
    // +33 6 12 34 56 78 503 Service Unavailable
    const bool isBeforeReason = at(text, end) == ' ' && at(text, end + 1) >= 'A' && at(text, end + 1) <= 'Z';
    if (isBeforeReason && end - begin > 4 && text[end - 4] == ' ' && text[end - 3] >= '2' && text[end - 3] <= '5' && digitsIn(text.substr(end - 3, 3)) == 3 && digitsIn(text.substr(begin, end - 4 - begin)) >= kFewestBeforeStatus)
        end = withoutSeparators(end - 4);
    // +49 171 2345678 30s
    while (!canEnd(end)) {
        const size_t space = text.substr(begin, end - begin).find_last_of(" (");
        if (space == std::string_view::npos)
            return begin;
        end = withoutSeparators(begin + space);
        if (digitsIn(text.substr(begin, end - begin)) < fewest)
            return begin;
    }
    return end;
}

void findEmails(std::string_view text, uint32_t rule, const Found& found) {
    static const re2::RE2 plain(R"re((?:"[^"\r\n@]{1,64}"|[^\s"'<>()\[\]{},;:=/\\?&|@*#!$^`][^\s"<>()\[\]{},;:=/\\?&|@*#!$^`]*)@(?:(?:[\pL\pN](?:[\pL\pN_-]*)\.)+[\pL][\pL\pN-]+|\[[0-9A-Fa-f.:]+\]))re");
    static const re2::RE2 spoken(R"re((?i)[\pL\pN][\pL\pN._+-]*\s?(?:\(\s?at\s?\)|\[\s?at\s?\]|\{\s?at\s?\})\s?[\pL\pN-]+(?:(?:\.|\s?(?:\(\s?dot\s?\)|\[\s?dot\s?\]|\{\s?dot\s?\}|\bdot\b)\s?)[\pL\pN-]+)+)re");
    static const re2::RE2 quotedPrintable(R"re([\pL\pN][\pL\pN._+-]*=40\pL[\pL\pN_-]*\.(?:[\pL\pN][\pL\pN_-]*\.)*\pL[\pL\pN-]+)re"); // RFC 2045
    static const re2::RE2 mail(R"re((?i)quoted-printable|(?:^|[^\w.-])(?:[\w-]+-)?(?:to|from|cc|bcc|sender|return-path|(?:e-?)?mail|mailto|recipients?|rcpt)\s*:)re");
    if (text.find("=40") != std::string_view::npos) {
        const bool isMail = re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), mail); // else it may be a parameter, w=40px.auto
        each(text, quotedPrintable, 0, [&](size_t begin, size_t end) {
            if (isMail || isMailByItself(text, begin, end))
                found(begin, end, rule);
        });
    }
    if (text.find('@') != std::string_view::npos)
        each(text, plain, 0, [&](size_t begin, size_t end) { found(begin, end, rule); });
    if (text.find_first_of("([{") != std::string_view::npos)
        each(text, spoken, 0, [&](size_t begin, size_t end) { found(begin, end, rule); });
}

bool isCardInParts(std::string_view digits) { return digits.size() >= 13 && isCard(digits); }

std::string digitsOfDouble(std::string_view number) {
    constexpr size_t kShortest = 14, kLongest = 32; // 4.11111111111E11
    constexpr double kLeast = 1e11, kMost = 1e19;
    double value = 0;
    if (number.size() < kShortest || number.size() > kLongest || !isDigit(number[0]) || number.find_first_of(".eE") == std::string_view::npos)
        return {};
    const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
    if (read.ec != std::errc() || read.ptr != number.data() + number.size() || value < kLeast || value >= kMost || std::trunc(value) != value)
        return {};
    return std::to_string(static_cast<uint64_t>(value));
}

bool isCardNumber(std::string_view digits) { return digits.size() > kLongestOfArticle && digits.size() <= 16 && std::all_of(digits.begin(), digits.end(), isDigit) && isCard(digits); }

void findCards(std::string_view text, uint32_t rule, const Found& found) {
    constexpr size_t kWidestSeparator = 4; // of one character in UTF-8
    std::vector<Digits> groups;
    for (size_t i = 0; i < text.size();) {
        if (!isDigit(text[i])) {
            ++i;
            continue;
        }
        size_t end = i;
        while (end < text.size() && isDigit(text[end]))
            ++end;
        const bool isNear = !groups.empty() && i - groups.back().end <= kWidestSeparator &&
                            std::none_of(text.begin() + static_cast<ptrdiff_t>(groups.back().end), text.begin() + static_cast<ptrdiff_t>(i), isLetter);
        if (!isNear) {
            findCardsIn(text, groups, rule, found);
            groups.clear();
        }
        groups.push_back({i, end});
        i = end;
    }
    findCardsIn(text, groups, rule, found);
    // As programs print floating-point numbers.
    constexpr size_t kFewestOfFraction = 10, kMostOfFraction = 15;
    for (size_t point = text.find('.'); point != std::string_view::npos; point = text.find('.', point + 1)) {
        size_t end = point + 1;
        while (end < text.size() && end - point <= kMostOfFraction + 1 && isDigit(text[end]))
            ++end;
        if (end - point <= kFewestOfFraction || (at(text, end) != 'e' && at(text, end) != 'E') || !isDigit(before(text, point)) || (point > 1 && (isWord(text[point - 2]) || text[point - 2] == '.')))
            continue;
        end += at(text, end + 1) == '+' ? 2 : 1;
        while (end < text.size() && isDigit(text[end]))
            ++end;
        if (!isWord(at(text, end)) && isCardNumber(digitsOfDouble(text.substr(point - 1, end - point + 1))))
            found(point - 1, end, rule);
    }
}

void findPhones(std::string_view text, uint32_t rule, const Found& found) {
    static const re2::RE2 international(R"re((?:^|[^\w+.%-])(\+[1-9](?:[ ().\/-]{0,3}[0-9]){8,14}))re");
    static const re2::RE2 withZeros(R"re((?:^|[^\w+.:%-])(00[1-9][0-9]{0,2}[ ./-](?:[ ()./-]{0,2}[0-9]){6,12}))re");
    static const re2::RE2 american(R"re((?:^|[^\w.-])((?:\([2-9][0-9]{2}\)[ -]?|[2-9][0-9]{2}[ -])[0-9]{3}[ -][0-9]{4}))re");
    static const re2::RE2 national(R"re((?:^|[^\w.-])(\(0[0-9]{1,5}\)[ -]?[0-9]{3,}(?:[ -][0-9]{2,})*))re");
    static const re2::RE2 link(R"re((?i)\b(?:tel|sms|callto):(\+?[0-9().-]{5,24}))re");
    const auto canEnd = [&](size_t end) {
        const bool isQuoted = text.substr(end).starts_with("\xe2\x80"); // ” and the like (U+2000 to U+203F) are no letters
        return (!isWord(at(text, end)) || isQuoted) && !(at(text, end) == '-' && isWord(at(text, end + 1)));
    };
    const auto whereItEnds = [&](size_t fewest) {
        return [&, fewest](size_t begin, size_t end) {
            if (const size_t until = endOfPhone(text, begin, end, fewest, canEnd); until > begin)
                found(begin, until, rule);
        };
    };
    if (text.find('+') != std::string_view::npos)
        each(text, international, 1, whereItEnds(9));
    if (text.find("00") != std::string_view::npos)
        each(text, withZeros, 1, whereItEnds(9));
    if (text.find_first_of(" -") != std::string_view::npos)
        each(text, american, 1, whereItEnds(10));
    if (text.find("(0") != std::string_view::npos)
        each(text, national, 1, whereItEnds(6));
    if (text.find(':') != std::string_view::npos)
        each(text, link, 1, [&](size_t begin, size_t end) { found(begin, end, rule); });
}

void findAddresses(std::string_view text, uint32_t rule, bool leavesPrivate, const Found& found) {
    static const re2::RE2 four(R"re([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})re");
    each(text, four, 0, [&](size_t begin, size_t end) {
        const char next = at(text, end), previous = before(text, begin);
        in_addr address{};
        if (isWord(previous) || previous == '.' || isWord(next) || (next == '.' && isWord(at(text, end + 1))) || ((next == '-' || next == '+') && isLetter(at(text, end + 1))) ||
            isVersionOfProduct(text, begin) || ::inet_pton(AF_INET, std::string(text.substr(begin, end - begin)).c_str(), &address) != 1)
            return;
        if (!(leavesPrivate && isPrivate(address)))
            found(begin, end, rule);
    });
    findV6(text, rule, leavesPrivate, found);
}

void findAccounts(std::string_view text, uint32_t rule, const Found& found) {
    static const re2::RE2 begins(R"re((?i)(?:^|[^\pL\pN_])([a-z]{2}[0-9]{2})[ -]?[0-9a-z])re");
    each(text, begins, 1, [&](size_t begin, size_t) {
        const std::array code = {upper(text[begin]), upper(text[begin + 1])};
        const auto* country = std::find_if(std::begin(kCountries), std::end(kCountries), [&](const Country& c) { return c.code == std::string_view(code.data(), 2); });
        if (country == std::end(kCountries))
            return;
        std::string account;
        size_t end = begin;
        for (; end < text.size() && account.size() < country->length; ++end) {
            const char c = upper(text[end]);
            if (isDigit(c) || isLetter(c))
                account += c;
            else if ((c != ' ' && c != '-') || before(text, end) == c)
                break;
        }
        if (account.size() == country->length && !isWord(at(text, end)) && isAccount(account) && !isInHexId(text, begin, end))
            found(begin, end, rule);
    });
}

void findTokens(std::string_view text, uint32_t rule, const re2::RE2* prefixes, const Found& found) {
    static const re2::RE2 jwt(R"re(eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?(?:\.[A-Za-z0-9_-]*)?(?:\.[A-Za-z0-9_-]*)?)re");
    static const re2::RE2 bearer(R"re((?i)\b(?:bearer|token)\s+([a-z0-9._~+/=-]{16,}))re");
    static const re2::RE2 basic(R"re((?i)\bbasic\s+([a-z0-9+/]{8,}={0,2}))re");
    static const re2::RE2 key(R"re(-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?)re");
    const auto all = [&](size_t begin, size_t end) { found(begin, end, rule); };
    if (text.find("eyJ") != std::string_view::npos)
        each(text, jwt, 0, all);
    if (text.find_first_of(" \t\n") != std::string_view::npos) {
        each(text, bearer, 1, [&](size_t begin, size_t end) {
            if (std::any_of(text.begin() + static_cast<ptrdiff_t>(begin), text.begin() + static_cast<ptrdiff_t>(end), isDigit))
                found(begin, end, rule);
        });
        each(text, basic, 1, [&](size_t begin, size_t end) {
            if ((end - begin) % 4 == 0)
                found(begin, end, rule);
        });
    }
    if (text.find("-----BEGIN") != std::string_view::npos)
        each(text, key, 0, all);
    if (prefixes != nullptr)
        each(text, *prefixes, 1, [&](size_t begin, size_t end) {
            // Within a word, and as "sk-", they may be words themselves: sk-boots-women-sale-2026.
            const std::string_view token = text.substr(begin, end - begin);
            const bool isWordPerhaps = before(text, begin) == '-' || before(text, begin) == '_' || token.starts_with("sk-");
            if (std::any_of(token.begin(), token.end(), isDigit) && (!isWordPerhaps || hasLongRun(token)))
                found(begin, end, rule);
        });
}

} // namespace aisle
