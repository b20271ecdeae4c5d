#include "privacy/masking.h"

#include "privacy/finders.h"
#include "privacy/folded_text.h"
#include "privacy/masking_text.h"

#include <QString>

#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace aisle {

using namespace privacy;

namespace {

std::string compared(const MaskingRule& rule, std::string_view text, bool isForm = false) {
    std::string out;
    if (rule.digitsOnly) {
        const std::string whole = digitsOfDouble(text);
        if (!whole.empty())
            text = whole;
        std::copy_if(text.begin(), text.end(), std::back_inserter(out), isDigit);
        constexpr size_t kFewestWithCountry = 9;
        if (out.size() >= kFewestWithCountry && out.starts_with("00")) // of 0049 and +49
            out.erase(0, 2);
        if (out.size() >= 3)
            return out;
    }
    QString folded = QString::fromUtf8(trimmed(text)).toCaseFolded();
    if (isForm)
        folded.replace(u'+', u' ');
    return folded.toStdString();
}

} // namespace

bool privacy::saysNothing(std::string_view text) {
    if (std::none_of(text.begin(), text.end(), isAlphanumeric))
        return true;
    const std::string word = text.size() <= 12 ? lowered(trimmed(text)) : std::string();
    constexpr std::array<std::string_view, 18> kNothing = {"filtered", "[filtered]", "masked", "[masked]", "true", "false", "null", "nil", "none", "undefined", "redacted", "[redacted]", "(all)", "(any)", "(none)", "(no value)", "(empty)", "other values"};
    return std::find(kNothing.begin(), kNothing.end(), word) != kNothing.end();
}

std::string Masking::whole(uint32_t rule, std::string_view value) {
    const FoldedText folded(value);
    if (saysNothing(folded.text()) || pseudonyms_.isOne(folded.text()))
        return std::string(value);
    rule = ruleByLooks(rule, trimmed(folded.text()));
    used_.push_back(rule);
    if (rule == rules_.finders().ip)
        return addresses(rule, folded.text());
    return pseudonyms_.of(rules_.rules()[rule].word, compared(rules_.rules()[rule], folded.text()));
}

/// Of X-Forwarded-For each one, and none with its port or as IPv6 has those of IPv4: they are the same elsewhere.
std::string Masking::addresses(uint32_t rule, std::string_view list) const {
    constexpr std::string_view kMapped = "::ffff:";
    std::string out;
    for (size_t at = 0; at <= list.size();) {
        const size_t end = std::min(list.find(',', at), list.size());
        const std::string_view said = list.substr(at, end - at);
        std::string_view address = trimmed(said), port;
        if (lowered(address.substr(0, kMapped.size())) == kMapped && address.find('.') != std::string_view::npos)
            address.remove_prefix(kMapped.size());
        if (address.starts_with('[') && address.find(']') != std::string_view::npos) {
            port = address.substr(address.find(']') + 1);
            address = address.substr(1, address.find(']') - 1);
        } else if (const size_t colon = address.find(':'); colon != std::string_view::npos && address.find(':', colon + 1) == std::string_view::npos) {
            port = address.substr(colon);
            address = address.substr(0, colon);
        }
        const bool hasPort = port.size() > 1 && port[0] == ':' && std::all_of(port.begin() + 1, port.end(), isDigit);
        const std::string_view space = said.substr(0, std::min(said.find_first_not_of(kSpaces), said.size()));
        out += space;
        out += saysNothing(address) || pseudonyms_.isOne(address) ? std::string(address) : pseudonyms_.of(rules_.rules()[rule].word, compared(rules_.rules()[rule], address));
        out += hasPort ? std::string(port) : std::string();
        if (end < list.size())
            out += ',';
        at = end + 1;
    }
    return out;
}

bool Masking::isReasonInPlaceOf(uint32_t rule, std::string_view value, std::string_view sentence) const {
    const MaskingRules::Finders& finders = rules_.finders();
    constexpr std::ptrdiff_t kFewestOfPhone = 3;
    const auto digits = [&] {
        const FoldedText folded(value);
        return std::count_if(folded.text().begin(), folded.text().end(), isDigit);
    };
    if ((rule == finders.phone && digits() < kFewestOfPhone) || (rule == finders.securityCode && value.size() == 1 && digits() == 0)) // "phone: is invalid", Sec-CH-UA-Mobile: ?0, "CVV: N"
        return true;
    return value.find('@') == std::string_view::npos && (rules_.isReason(value) || rules_.isReason(sentence));
}

/// Where a person may be named by an address or a number, which is then what it is elsewhere.
uint32_t Masking::ruleByLooks(uint32_t rule, std::string_view text) const {
    const MaskingRules::Finders& finders = rules_.finders();
    if (rule != finders.name)
        return rule;
    uint32_t looks = rule;
    const Found found = [&](size_t begin, size_t end, uint32_t as) { looks = begin == 0 && end == text.size() ? as : looks; };
    if (finders.email != MaskingRules::kNone)
        findEmails(text, finders.email, found);
    if (finders.phone != MaskingRules::kNone)
        findPhones(text, finders.phone, found);
    return looks;
}

std::string Masking::number(const MaskingRules::OfKey& key, std::string_view number) {
    if (const uint32_t rule = key.ruleFor(number); rule != MaskingRules::kNone)
        return whole(rule, number);
    if (!key.isLeft && rules_.finders().card != MaskingRules::kNone && (isCardNumber(number) || isCardNumber(digitsOfDouble(number))))
        return whole(rules_.finders().card, number);
    for (const MaskingRules::Pattern& pattern : rules_.patterns())
        if (re2::RE2::FullMatch(re2::StringPiece(number.data(), number.size()), *pattern.expression))
            return whole(pattern.rule, number);
    return std::string(number);
}

std::string Masking::value(const MaskingRules::OfKey& key, std::string_view path, std::string_view value, int depth) {
    if (value.empty())
        return {};
    constexpr size_t kMostDecoded = 8, kLeastDecoded = 65'536; // times the value; bytes
    if (depth == 0)
        decodable_ = value.size() * kMostDecoded + kLeastDecoded;
    const std::string_view inner = trimmed(value);
    const bool isJson = !inner.empty() && (inner[0] == '{' || inner[0] == '[' || inner[0] == '"') && nlohmann::json::accept(inner.begin(), inner.end());
    if (isJson && depth >= kDeepest)
        return whole(rules_.finders().encoded != MaskingRules::kNone ? rules_.finders().encoded : 0, value);
    if (isJson)
        return maskJson(*this, rules_, key, path, value, depth);
    // Nobody has to choose a password that is none of these words.
    if (const uint32_t rule = key.ruleFor(value); rule != MaskingRules::kNone && (rule == rules_.finders().commandLine || !isReasonInPlaceOf(rule, value, value)))
        return whole(rule, value);
    return text(key, path, value, depth);
}

std::string Masking::text(const MaskingRules::OfKey& key, std::string_view path, std::string_view value, int depth) {
    constexpr size_t kShortest = 5; // a@b.cc
    if (value.size() < kShortest && rules_.patterns().empty())
        return std::string(value);
    const FoldedText folded(value);
    const std::string_view text = folded.text();
    std::vector<Part> parts;
    const Found found = [&](size_t begin, size_t end, uint32_t rule) { parts.push_back({begin, end, rule, false}); };
    const MaskingRules::Finders& finders = rules_.finders();
    const auto isWanted = [](uint32_t rule) { return rule != MaskingRules::kNone; };
    const auto digits = static_cast<size_t>(std::count_if(text.begin(), text.end(), isDigit));
    if (isWanted(finders.userInfo))
        findUserInfo(text, parts);
    const std::vector<Part> userInfo = parts; // ascending; the host behind it stays
    const auto places = pseudonyms_.findIn(text);
    if (isWanted(finders.email))
        findEmails(text, finders.email, [&](size_t begin, size_t end, uint32_t rule) {
            const auto next = std::partition_point(userInfo.begin(), userInfo.end(), [&](const Part& part) { return part.end <= begin; });
            const size_t at = begin + std::min(text.substr(begin, end - begin).find('@'), end - begin);
            const auto place = std::partition_point(places.begin(), places.end(), [&](const Pseudonyms::Place& each) { return each.end < at; });
            const bool isMasked = place != places.end() && place->begin <= begin && place->end == at && at < end; // user of a URL
            if (!isMasked && (next == userInfo.end() || next->begin >= end))
                found(begin, end, rule);
            if (isWanted(finders.name))
                findDisplayName(text, begin, finders.name, found);
        });
    if (isWanted(finders.token))
        findTokens(text, finders.token, rules_.tokenPrefixes(), found);
    if (isWanted(finders.token) && text.find('/') != std::string_view::npos)
        findTokensOfPaths(text, finders.token, found);
    if (isWanted(finders.name) && (text.find("/Users/") != std::string_view::npos || text.find("/home/") != std::string_view::npos))
        findHomes(text, finders.name, found);
    if (isWanted(finders.name) && text.find(' ') != std::string_view::npos)
        findPeople(text, finders.name, found);
    if (!key.isLeft && isWanted(finders.card) && digits >= 12) {
        findTracks(text, finders.card, found);
        findCards(text, finders.card, found);
        findCardsBehindMarks(folded, parts);
    }
    if (!key.isLeft && isWanted(finders.securityCode) && digits >= 3)
        findSecurityCodes(text, finders.securityCode, found);
    if (!key.isLeft && isWanted(finders.phone) && digits >= 6) {
        findPhones(text, finders.phone, found);
        findPhonesByName(text, finders.phone, found);
    }
    if (!key.isLeft && isWanted(finders.ip) && digits >= 1)
        findAddresses(text, finders.ip, rules_.leavesPrivateAddresses(), found);
    if (!key.isLeft && isWanted(finders.iban) && digits >= 2)
        findAccounts(text, finders.iban, found);
    findPatterns(text, parts);
    findPairs(path, text, folded, parts);
    findFields(path, text, parts);
    findOptions(path, text, parts);
    if (isWanted(finders.sql))
        findLiterals(key, value, folded, parts);
    if (isWanted(finders.encoded))
        findEncoded(text, depth, parts);
    return parts.empty() ? std::string(value) : spliced(value, folded, std::move(parts));
}

std::string Masking::spliced(std::string_view value, const FoldedText& folded, std::vector<Part> parts) {
    // Of two that are the same the one that was found first, by its looks: it is the same wherever the value stands.
    std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
    std::vector<Part> merged;
    for (const Part& part : parts) {
        if (part.begin >= part.end)
            continue;
        if (!merged.empty() && part.begin < merged.back().end)
            merged.back().end = std::max(merged.back().end, part.end);
        else
            merged.push_back(part);
    }
    const auto places = pseudonyms_.findIn(folded.text());
    std::string out;
    size_t from = 0;      // of the value
    size_t place = 0;     // of what is masked already
    bool isInUrl = false; // a space there would end it
    char last = ' ';
    const auto pass = [&](size_t to) {
        for (size_t i = from; i < to; ++i) {
            const char c = value[i];
            if (isAnyOf(c, kSpaces) || isAnyOf(c, "\"'<>`"))
                isInUrl = false;
            else if (c == '?' || c == '&' || (c == '/' && (last == '/' || isAnyOf(last, kSpaces))))
                isInUrl = true;
            last = c;
        }
        out += value.substr(from, to - from);
    };
    for (Part part : merged) {
        while (place < places.size() && places[place].end <= part.begin)
            ++place;
        if (place < places.size() && places[place].begin <= part.begin && part.end <= places[place].end)
            continue;
        // Something that is masked already and more: the whole of both.
        if (place < places.size() && places[place].begin < part.begin)
            part.begin = places[place].begin;
        for (size_t i = place; i < places.size() && places[i].begin < part.end; ++i)
            part.end = std::max(part.end, places[i].end);
        // The part before may have ended in a pseudonym that this one begins in.
        const size_t begin = std::max(folded.beginOf(part.begin), from), end = folded.endOf(part.end - 1);
        if (begin >= end)
            continue;
        pass(begin);
        const MaskingRule& rule = rules_.rules()[part.rule];
        std::string pseudonym = part.isNumber ? "?" : pseudonyms_.of(rule.word, compared(rule, folded.text().substr(part.begin, part.end - part.begin), part.isForm));
        if (const size_t space = pseudonym.find(' '); space != std::string::npos && (isInUrl || value.substr(end).starts_with('&') || value.substr(begin, end - begin).find('%') != std::string_view::npos))
            pseudonym.replace(space, 1, "%20");
        out += pseudonym;
        used_.push_back(part.rule);
        from = end;
        last = 'x';
    }
    pass(value.size());
    return out;
}

void Masking::findPatterns(std::string_view text, std::vector<Part>& parts) {
    const re2::StringPiece all(text.data(), text.size());
    for (const MaskingRules::Pattern& pattern : rules_.patterns()) {
        const int groups = std::min(2, pattern.expression->NumberOfCapturingGroups() + 1);
        std::array<re2::StringPiece, 2> match;
        for (size_t at = 0; at < text.size();) {
            if (searched_ > kMostSearched) {
                parts.push_back({at, text.size(), pattern.rule, false});
                break;
            }
            if (!pattern.expression->Match(all, at, text.size(), re2::RE2::UNANCHORED, match.data(), groups)) {
                searched_ += text.size() - at;
                break;
            }
            const re2::StringPiece& part = groups > 1 && !match[1].empty() ? match[1] : match[0];
            const auto begin = static_cast<size_t>(part.data() - text.data()), end = static_cast<size_t>(match[0].data() - text.data()) + match[0].size();
            // A search may read to the end whatever it finds, so that many are quadratic; for what is of one line to the end of that.
            searched_ += (pattern.isOfLine ? std::min(text.find('\n', end), text.size()) : text.size()) - at;
            if (!part.empty())
                parts.push_back({begin, begin + part.size(), pattern.rule, false});
            at = std::max(end, at + 1); // an empty match stays where it is
        }
    }
}

/// A mark beside a number, as ²4111111111111111, is read as one digit more of it.
void Masking::findCardsBehindMarks(const FoldedText& folded, std::vector<Part>& parts) const {
    const std::string_view text = folded.text();
    const auto width = [&](size_t i) { return folded.endOf(i) - folded.beginOf(i); };
    for (size_t i = 0; i < text.size();) {
        size_t end = i + 1;
        while (isDigit(text[i]) && end < text.size() && isDigit(text[end]) && width(end) == width(i))
            ++end;
        const bool isBesideMark = (i > 0 && isDigit(text[i - 1])) || (end < text.size() && isDigit(text[end]));
        if (isBesideMark && isCardNumber(text.substr(i, end - i)))
            parts.push_back({i, end, rules_.finders().card, false});
        i = end;
    }
}

void Masking::findUserInfo(std::string_view text, std::vector<Part>& parts) const {
    for (size_t i = text.find("://"); i != std::string_view::npos; i = text.find("://", i)) {
        const size_t begin = i + 3, end = std::min(text.find_first_of("/?# \t\r\n\"'<>", begin), text.size());
        const size_t at = text.substr(begin, end - begin).rfind('@');
        if (at != std::string_view::npos && at > 0)
            parts.push_back({begin, begin + at, rules_.finders().userInfo, false});
        i = std::max(end, i + 3);
    }
}

} // namespace aisle
