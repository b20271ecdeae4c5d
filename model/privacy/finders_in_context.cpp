#include "privacy/finders.h"
#include "privacy/masking_text.h"
#include "privacy/matches.h"

namespace aisle {

using namespace privacy;

namespace {

bool endsThere(std::string_view text, size_t end) { return end == text.size() || (!isAlphanumeric(text[end]) && text[end] != '_'); }

} // namespace

void findSecurityCodes(std::string_view text, uint32_t rule, const Found& found) {
    static const re2::RE2 code(R"re((?i)(?:^|[^\pL\pN_])(?:cvv2?|cvc2?|cvn|security code|card code)\s{0,2}(?:(?:is|was)\s|[:=#])?\s{0,2}([0-9]{3,4}))re");
    static const re2::RE2 once(R"re((?i)(?:^|[^\pL\pN_])(?:otp|totp|(?:verification|login|security|one[- ]time) (?:code|password)|your code)\s{0,2}(?:(?:is|was)\s|[:=#])?\s{0,2}([0-9]{4,8}))re");
    for (const re2::RE2* said : {&code, &once})
        each(text, *said, 1, [&](size_t begin, size_t end) {
            if (endsThere(text, end) && !(end + 1 < text.size() && isAnyOf(text[end], ".,") && isDigit(text[end + 1])))
                found(begin, end, rule);
        });
}

void findTracks(std::string_view text, uint32_t rule, const Found& found) {
    // %B4 may have been read as a byte, which is none of UTF-8 and nothing then.
    static const re2::RE2 first(R"re((%?[Bb]?[0-9]{11,19} ?\^[^\^\r\n]{2,30}\^[0-9]{4}[0-9 ]*\??))re", re2::RE2::Latin1);
    static const re2::RE2 second(R"re((;?[0-9]{13,19}=[0-9]{7,30}\??))re");
    if (text.find('^') != std::string_view::npos)
        each(text, first, 1, [&](size_t begin, size_t end) { found(begin, end, rule); });
    if (text.find('=') != std::string_view::npos)
        each(text, second, 1, [&](size_t begin, size_t end) {
            const std::string_view track = text.substr(begin + (text[begin] == ';'), end - begin);
            if (isCardInParts(track.substr(0, track.find('='))))
                found(begin, end, rule);
        });
}

void findPhonesByName(std::string_view text, uint32_t rule, const Found& found) {
    static const re2::RE2 named(R"re((?i)(?:^|[^\pL\pN_])(?:tele)?(?:phone|fon|tel|mobile|mobil|handy|fax|sms|rufnummer)(?: number| no| nr)?\.?(?: is| was)?\s{0,2}[:=]?\s{0,2}["']?(\(?0[1-9](?:[ ()./-]{0,3}[0-9]){5,13}))re");
    each(text, named, 1, [&](size_t begin, size_t end) {
        constexpr size_t kFewest = 7;
        if (const size_t until = endOfPhone(text, begin, end, kFewest, [&](size_t place) { return endsThere(text, place); }); until > begin)
            found(begin, until, rule);
    });
}

void findPeople(std::string_view text, uint32_t rule, const Found& found) {
    static const re2::RE2 who(R"re((?:^|[^\w.])((?:customer|user|buyer|recipient|guest|passenger|shopper|payer) ["']?|(?i:customer|user|buyer|recipient|guest|passenger|shopper|payer) ["']))re", re2::RE2::Latin1);
    constexpr size_t kMostWords = 4, kLongestWord = 40;
    each(text, who, 1, [&](size_t, size_t begin) {
        size_t names = 0, end = begin;
        for (size_t at = begin, words = 0; at < text.size() && words < kMostWords; ++words) {
            size_t next = at;
            while (next < text.size() && next - at < kLongestWord && (isAlphanumeric(text[next]) || isAnyOf(text[next], ".'-")) && !isDigit(text[next]))
                ++next;
            while (next > at && isAnyOf(text[next - 1], ".'-"))
                --next;
            const std::string_view word = text.substr(at, next - at);
            if (word.size() < 2 || !endsThere(text, next) || (!beginsAsName(word) && names == 0))
                break;
            if (beginsAsName(word)) {
                ++names;
                end = next;
            }
            if (next >= text.size() || text[next] != ' ')
                break;
            at = next + 1;
        }
        const std::string_view name = text.substr(begin, end - begin);
        if (names > 1 && MaskingRules::isOf(MaskingRules::Which::Names, name))
            found(begin, end, rule);
    });
}

void findHomes(std::string_view text, uint32_t rule, const Found& found) {
    static const re2::RE2 home(R"re((?:/Users/|(?:\(|File ")/home/)([A-Za-z0-9._-]{1,64})/)re");
    static const re2::RE2 ofNobody(R"re((?i)shared|public|default|root|user|users|node|app|apps|web|www|www-data|site|admin|deploy|git|docker|runner|jenkins|circleci|gitlab-runner|vsts|vagrant|ubuntu|debian|centos|ec2-user|azureuser|opc|pi|nobody|nonroot|appuser|webapp|service|svc|build|builder|ci|me|[0-9]+)re");
    each(text, home, 1, [&](size_t begin, size_t end) {
        if (!re2::RE2::FullMatch(re2::StringPiece(text.data() + begin, end - begin), ofNobody))
            found(begin, end, rule);
    });
}

void findTokensOfPaths(std::string_view text, uint32_t rule, const Found& found) {
    static const re2::RE2 path(R"re((?i)/[a-z_-]{0,24}(?:reset|verify|verification|confirm|confirmation|invite|invitation|activate|activation|unsubscribe)[a-z_-]{0,24}/([a-z0-9_~.-]{16,512}))re");
    // An order and a payment are confirmed and verified as well, by their ids: ORD-20261130-A7K2, pi_3MtwBwLkdIwHu7ix28a3tqPa, a UUID.
    static const re2::RE2 ofAccount(R"re((?i)(?:mail|account|passw|user|subscri|newsletter)[^/]*(?:/[^/]*)?$)re"), confirmed(R"re((?i)confirm[^/]*$)re"), verified(R"re((?i)verif[^/]*$)re");
    static const re2::RE2 id(R"re((?:[a-z]{2,6}|[A-Z]{2,6})[_-].*)re"), uuid(R"re([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})re");
    const auto isHex = [](char c) { return isDigit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); };
    constexpr size_t kHexToken = 32, kFarthest = 128;
    each(text, path, 1, [&](size_t begin, size_t end) {
        const size_t slash = begin - 1, from = slash - std::min(slash, kFarthest);
        const re2::StringPiece before(text.data() + from, slash - from), token(text.data() + begin, end - begin); // the segments before it
        const bool isConfirmed = re2::RE2::PartialMatch(before, confirmed), isOfAccount = re2::RE2::PartialMatch(before, ofAccount);
        if (!isOfAccount && (isConfirmed || (re2::RE2::PartialMatch(before, verified) && re2::RE2::FullMatch(token, uuid))))
            return;
        if (re2::RE2::FullMatch(token, id))
            return;
        const std::string_view said = text.substr(begin, end - begin);
        if (MaskingRules::isOf(MaskingRules::Which::Token, said) || (said.size() >= kHexToken && std::all_of(said.begin(), said.end(), isHex)))
            found(begin, end, rule);
    });
}

} // namespace aisle
