#include "privacy/folded_text.h"
#include "privacy/masking.h"
#include "privacy/masking_text.h"
#include "privacy/sentences.h"
#include "privacy/sql_references.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

namespace aisle {

using namespace privacy;

namespace {

/// Also letters of Latin-1 in UTF-8: straße, prénom.
bool isOfKey(std::string_view text, size_t i) {
    const auto at = [&](size_t place) { return static_cast<unsigned char>(text[place]); };
    return privacy::isOfKey(text[i]) || (at(i) == 0xc3 && i + 1 < text.size()) || (i > 0 && at(i - 1) == 0xc3 && at(i) >= 0x80 && at(i) < 0xc0);
}

/// Comments and CDATA: how they begin and end.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kVerbatim = {{{"<!--", "-->"}, {"<![CDATA[", "]]>"}}};

/// Namespaces whose attributes say something of the element, and not of what it is about: xsi:type.
constexpr std::array<std::string_view, 3> kOfTags = {"xsi:", "xml:", "xmlns:"};

/// What a place of a text is within, read forwards: objects, arrays and calls with what they stand under, also of JSON that is cut off
/// and of what programs print, Customer{name='Ada'}; elements of XML that are closed somewhere.
class Surroundings {
public:
    Surroundings(const MaskingRules& rules, std::string_view path, std::string_view text) : rules_(rules), text_(text) { levels_.push_back({'\0', std::string(path)}); }

    void readTo(size_t end) {
        for (; at_ < std::min(end, text_.size()); ++at_) {
            const char c = text_[at_];
            if (levels_.back().until == at_)
                levels_.pop_back();
            else if (c == '{' || c == '[' || c == '(')
                open(c);
            else if (c == '}' || c == ']' || c == ')')
                close(c);
            else if (c == '<')
                tag();
        }
    }
    /// Does the content of an element begin there, up to which it was read?
    bool isElementAt(size_t place) const { return levels_.back().content == place; }
    /// Is it in the tag of an element, up to which it was read?
    bool isInTag(size_t place) const { return !levels_.back().element.empty() && (levels_.back().content > place || (levels_.back().until != std::string_view::npos && levels_.back().until > place)); }
    /// Is it within an element that is masked, if also behind other elements, comments and brackets there?
    bool isInMaskedElement() const {
        return levels_.back().rule != MaskingRules::kNone && std::any_of(levels_.begin(), levels_.end(), [](const Level& level) { return level.close == '<'; });
    }
    /// Of what stands there by itself.
    MaskingRules::OfKey here() const { return within(levels_.back().key); }
    /// Of a key there.
    MaskingRules::OfKey ofKey(std::string_view key) const { return within(rules_.ofKey(joinedKey(levels_.back().path, key))); }

private:
    struct Level {
        char close = '\0'; ///< of an element '<'
        std::string path;
        uint32_t rule = MaskingRules::kNone; ///< of itself, or of what it is in
        MaskingRules::OfKey key = {};        ///< of itself
        std::string_view element = {};
        size_t content = 0;                    ///< where that of an element begins
        size_t until = std::string_view::npos; ///< the > of an element without content
    };
    static constexpr size_t kMostLevels = 256;

    MaskingRules::OfKey within(MaskingRules::OfKey key) const {
        if (key.rule == MaskingRules::kNone)
            key.rule = levels_.back().rule;
        return key;
    }

    void push(char close, std::string_view name, bool isArray) {
        if (levels_.size() == kMostLevels) {
            ++deeper_;
            return;
        }
        const Level& outer = levels_.back();
        Level level{close, name.empty() ? outer.path : joinedKey(outer.path, name), outer.rule};
        if (!name.empty() && close != ')') // getToken(Cart.java:41) is no token
            level.key = rules_.ofKey(level.path);
        if (level.key.rule != MaskingRules::kNone)
            level.rule = level.key.rule;
        if (isArray)
            level.path = keyOfItems(level.path);
        levels_.push_back(std::move(level));
    }

    void open(char c) { push(c == '{' ? '}' : c == '[' ? ']' : ')', nameBefore(at_), c == '['); }

    /// What an object is under, "customer": { or customer={, or what kind it is, Customer{ and Customer(.
    std::string_view nameBefore(size_t end) const {
        constexpr size_t kLongest = 64, kMostSpaces = 3;
        const auto skip = [&](std::string_view which, size_t most) {
            for (size_t n = 0; end > 0 && n < most && isAnyOf(text_[end - 1], which); ++n)
                --end;
        };
        if (end > 0 && !isOfKey(text_, end - 1)) {
            skip(" \t\r\n", kMostSpaces);
            const size_t separator = end;
            skip(":=>", 2);
            if (separator == end && !(text_[at_] == '{' && end + 1 == at_)) // ship_to {, of Protocol Buffers
                return {};
            skip(" \t", kMostSpaces);
            skip("\"'`", 1);
        }
        size_t begin = end;
        while (begin > 0 && end - begin < kLongest && isOfKey(text_, begin - 1) && !isAnyOf(text_[begin - 1], "[]"))
            --begin;
        return text_.substr(begin, end - begin);
    }

    void close(char c) {
        if (deeper_ > 0) {
            --deeper_;
            return;
        }
        constexpr size_t kMostLeftOpen = 8; // a bracket in a sentence is no reason to forget where it stands
        for (size_t i = levels_.size(); i > 1 && levels_.size() - i < kMostLeftOpen; --i) {
            if (levels_[i - 1].close == c) {
                levels_.resize(i - 1);
                return;
            }
            if (levels_[i - 1].close == '<' && levels_[i - 1].rule != MaskingRules::kNone) // which its own end alone closes
                return;
        }
    }

    /// Up to where a comment or CDATA reaches: end tags in it end no element that began before it.
    void verbatim() {
        for (size_t kind = 0; kind < kVerbatim.size(); ++kind) {
            if (at_ < verbatimEnd_ || isWithoutEnd_[kind] || !text_.substr(at_).starts_with(kVerbatim[kind].first))
                continue;
            const size_t end = text_.find(kVerbatim[kind].second, at_ + kVerbatim[kind].first.size());
            isWithoutEnd_[kind] = end == std::string_view::npos; // nor has one that begins later
            if (!isWithoutEnd_[kind]) {
                verbatimBegin_ = at_;
                verbatimEnd_ = end;
            }
        }
    }

    void tag() {
        if (text_.substr(at_).starts_with("<!"))
            return verbatim();
        constexpr size_t kLongest = 512;
        const size_t end = text_.substr(0, std::min(text_.size(), at_ + kLongest)).find_first_of("<>", at_ + 1);
        if (end == std::string_view::npos || text_[end] != '>')
            return;
        const bool isEnd = text_[at_ + 1] == '/';
        const std::string_view name = nameAt(at_ + (isEnd ? 2 : 1));
        if (name.empty())
            return;
        if (isEnd) {
            for (size_t i = levels_.size(); i > 1; --i)
                if (levels_[i - 1].element == name && (at_ >= verbatimEnd_ || levels_[i - 1].content > verbatimBegin_)) {
                    levels_.resize(i - 1);
                    deeper_ = 0;
                    return;
                }
            return;
        }
        readEnds();
        const bool isWhole = text_[end - 1] == '/';
        const auto ends = lastEnd_.find(name);
        if (levels_.size() == kMostLevels || (!isWhole && (ends == lastEnd_.end() || ends->second < end)))
            return; // no element: <br>, <token> of a help text
        const std::string_view plain = name.substr(name.rfind(':') + 1), said = isWhole ? std::string_view() : keyOfTag(plain, text_.substr(at_, end - at_));
        push('<', said.empty() ? plain : said, false);
        levels_.back().element = name;
        levels_.back().content = isWhole ? 0 : end + 1;
        levels_.back().until = isWhole ? end : std::string_view::npos;
    }

    /// Of <field name="email"> what it says that its content is; empty: nothing personal. Of <customer name="..."> that is who it is.
    std::string_view keyOfTag(std::string_view element, std::string_view tag) const {
        for (const std::string_view attribute : {" name=", " key=", " id="}) {
            const size_t at = tag.find(attribute), begin = at + attribute.size() + 1;
            if (at == std::string_view::npos || begin >= tag.size() || !isAnyOf(tag[begin - 1], "\"'"))
                continue;
            const std::string_view key = tag.substr(begin, std::min(tag.find(tag[begin - 1], begin), tag.size()) - begin);
            if (!key.empty() && key.find(' ') == std::string_view::npos && !rules_.ofKey(joinedKey(levels_.back().path, key)).masksNothing() && rules_.ofKey(joinedKey(joinedKey(levels_.back().path, element), attribute)).masksNothing())
                return key;
        }
        return {};
    }

    std::string_view nameAt(size_t begin) const {
        size_t end = begin;
        while (end < text_.size() && (isAlphanumeric(text_[end]) || isAnyOf(text_[end], "_.:-")))
            ++end;
        return begin < text_.size() && isDigit(text_[begin]) ? std::string_view() : text_.substr(begin, end - begin);
    }

    /// Where elements are closed for the last time.
    void readEnds() {
        if (hasEnds_)
            return;
        hasEnds_ = true;
        for (size_t i = text_.find("</"); i != std::string_view::npos; i = text_.find("</", i + 2))
            lastEnd_[nameAt(i + 2)] = i;
    }

    const MaskingRules& rules_;
    std::string_view text_;
    size_t at_ = 0;
    std::vector<Level> levels_; ///< the first is the value
    size_t deeper_ = 0;         ///< levels that are not kept
    size_t verbatimBegin_ = 0, verbatimEnd_ = 0; ///< of the comment or CDATA that was read last
    std::array<bool, 2> isWithoutEnd_ = {};
    bool hasEnds_ = false;
    std::unordered_map<std::string_view, size_t> lastEnd_;
};

/// Where the text begins that Some("Lee"), SecretStr("..."), Just "Lee" and <<"Lee">> are of; `begin`: it is none of those.
size_t withinWrapper(std::string_view text, size_t begin) {
    constexpr size_t kLongest = 24;
    if (text.substr(begin).starts_with("<<\"")) // Erlang
        return begin + 2;
    size_t end = begin;
    while (end < text.size() && end - begin < kLongest && (isAlphanumeric(text[end]) || text[end] == '_'))
        ++end;
    const bool isWrapped = end > begin + 1 && end + 1 < text.size() && isAnyOf(text[end], "( ") && isAnyOf(text[end + 1], "\"'") && (text[end] == '(' || text.substr(begin, end - begin) == "Just");
    return isWrapped && isLetter(text[begin]) ? end + 1 : begin;
}

/// Does the next key behind a value say how somebody is reached: name=Ann Lee, email=...?
bool isBeforeContact(std::string_view value) {
    static const re2::RE2 contact(R"re((?i)^\s{0,2}["']?[^"'=:<>\r\n]{1,64}["']?[,;&]?\s{0,2}["']?(?:e-?mail|phone|mobile|tel|street|strasse)\w{0,16}["']?\s?[:=])re", re2::RE2::Latin1);
    constexpr size_t kFarthest = 160;
    return re2::RE2::PartialMatch(re2::StringPiece(value.data(), std::min(value.size(), kFarthest)), contact);
}

} // namespace

void Masking::findPairs(std::string_view path, std::string_view text, const FoldedText& folded, std::vector<Part>& parts) const {
    constexpr size_t kLongestKey = 64, kMostSpaces = 3, kLongestOfSome = 512;
    const auto width = [&](size_t i) { return folded.endOf(i) - folded.beginOf(i); };
    Surroundings around(rules_, path, text);
    SqlReferences references(text);
    // Where a phrase ends at the latest is the same for all keys before that, which else were read to there each: "email=a and email=a and ...".
    constexpr std::string_view kStops = ",;&\r\n\t\"<>|)}]{";
    std::array<std::pair<size_t, size_t>, 8> lastStops{}; // by the width of the separator: from where the last one was looked for, and where it is
    const auto stopOf = [&](size_t begin, size_t separator) {
        auto& [from, stop] = lastStops[std::min(separator, lastStops.size() - 1)];
        if (begin < from || begin > stop) {
            from = stop = begin;
            while (stop < text.size() && !(isAnyOf(text[stop], kStops) && width(stop) <= separator))
                ++stop;
        }
        return stop;
    };
    // Whether values of the key, or of the last word of it, are several words: address, shipping address.
    const auto isOfWords = [&](const MaskingRules::OfKey& key, std::string_view name) {
        const MaskingRules::OfKey last = key.rule == MaskingRules::kNone ? key : rules_.ofKey(name.substr(name.find_last_of(" ._-[") + 1));
        return last.which == MaskingRules::Which::Words && (key.rule == MaskingRules::kNone || last.perhaps == key.rule);
    };
    for (size_t i = text.find_first_of(":=>"); i != std::string_view::npos; i = text.find_first_of(":=>", i + 1)) {
        const bool isArrow = text[i] == '>' && i > 1 && text[i - 1] == '-' && text[i - 2] == ' ' && text.substr(i + 1).starts_with(' '); // lastName -> Lee, of Scala
        const char separator = isArrow ? '=' : text[i];
        size_t valueAt = i + 1, keyEnd = i - isArrow;
        if (separator == ':' && (text.substr(i + 1).starts_with("//") || text.substr(i + 1).starts_with(':') || text.substr(i + 1).starts_with('=')))
            continue;
        if (separator == '=' && i + 1 < text.size() && isAnyOf(text[i + 1], ">=~"))
            valueAt = i + 2;
        if (separator == '=' && keyEnd > 0 && text[keyEnd - 1] == '!') // != and =~ of TraceQL
            --keyEnd;
        for (size_t n = 0; separator != '>' && keyEnd > 0 && n < kMostSpaces && isAnyOf(text[keyEnd - 1], " \t:"); ++n)
            --keyEnd;
        if (separator != '>' && keyEnd > 0 && isAnyOf(text[keyEnd - 1], "\"'`"))
            --keyEnd;
        size_t keyBegin = keyEnd;
        while (keyBegin > 0 && keyEnd - keyBegin < kLongestKey && isOfKey(text, keyBegin - 1))
            --keyBegin;
        // "First name: Jane"; not "phone 12:30".
        if (separator != '>' && std::any_of(text.begin() + static_cast<ptrdiff_t>(keyBegin), text.begin() + static_cast<ptrdiff_t>(keyEnd), isLetter))
            while (keyBegin > 0 && keyEnd - keyBegin < kLongestKey && (isOfKey(text, keyBegin - 1) || (text[keyBegin - 1] == ' ' && keyBegin > 1 && isOfKey(text, keyBegin - 2))))
                --keyBegin;
        MaskingRules::OfKey key;
        bool isParameter = false; // of a URL
        around.readTo(separator == '>' ? i + 1 : keyBegin);
        // The prefix of a namespace is no key: <m:Name>, </m:Name>, xsi:type="...".
        if (separator == ':' && keyBegin > 0 && i + 1 < text.size() && (isLetter(text[i + 1]) || text[i + 1] == '_')) {
            const std::string_view before = text.substr(i - std::min<size_t>(i, 512), std::min<size_t>(i, 512)), tag = before.substr(before.rfind('<') + 1); // all of it without a tag
            const bool isQuoted = std::count(tag.begin(), tag.end(), '"') % 2 != 0;
            if (text.substr(0, keyBegin).ends_with("</") || (around.isInTag(i) && !isQuoted))
                continue;
        }
        if (separator == '=' && around.isInTag(i) && std::any_of(kOfTags.begin(), kOfTags.end(), [&](std::string_view prefix) { return text.substr(0, keyBegin).ends_with(prefix); })) {
            const size_t quote = std::min(text.substr(i, kLongestOfSome).find_first_of("\"'"), kLongestOfSome), close = quote == kLongestOfSome ? quote : text.substr(i, kLongestOfSome).find(text[i + quote], quote + 1);
            i += close < kLongestOfSome ? close : 0; // which may have a colon
            continue;
        }
        if (separator == '>' && (around.isElementAt(i + 1) || around.isInMaskedElement())) {
            key = around.here();
        } else {
            if (keyBegin == keyEnd || (separator == '>' && (keyBegin == 0 || text[keyBegin - 1] != '<')))
                continue;
            const std::string_view name = text.substr(keyBegin, keyEnd - keyBegin);
            key = around.ofKey(name);
            if (key.masksNothing() && separator == '=' && keyBegin > 0 && isAnyOf(text[keyBegin - 1], "?&")) {
                isParameter = true;
                key = rules_.ofParameter(name);
                if (key.which == MaskingRules::Which::Names && rules_.isPageOfThings(text.substr(keyBegin - std::min<size_t>(keyBegin, 128), std::min<size_t>(keyBegin, 128))))
                    key = {};
            }
        }
        if (key.masksNothing() && !key.isLeft && separator != '>' && lowered(text.substr(keyBegin, keyEnd - keyBegin)) == "name" && isBeforeContact(text.substr(valueAt, kLongestOfSome)))
            key = rules_.ofNameBeside(MaskingRules::Which::Names);
        if (key.masksNothing())
            continue;
        const MaskingRule& rule = rules_.rules()[key.rule != MaskingRules::kNone ? key.rule : key.perhaps];
        size_t begin = valueAt;
        while (begin < text.size() && isAnyOf(text[begin], separator == '>' ? kSpaces : " \t")) // elements are printed over several lines
            ++begin;
        if (begin >= text.size())
            return;
        const size_t wrapped = separator == '>' ? begin : withinWrapper(text, begin);
        if (const size_t behind = separator == '>' || wrapped != begin ? begin : references.endOfReference(begin, text.substr(keyBegin, keyEnd - keyBegin), separator); behind != begin) {
            i = behind - 1;
            continue;
        }
        begin = wrapped;
        size_t end = begin;
        // What may be no value of the kind is not read to the end each time.
        const size_t limit = key.rule != MaskingRules::kNone ? text.size() : std::min(text.size(), begin + kLongestOfSome);
        // A %26 in what follows a plain = is part of the value and does not end it.
        const size_t clause = rule.isPhrase && separator != '>' ? references.nextClause(begin) : std::string_view::npos;
        const auto until = [&](std::string_view stops) {
            while (end < std::min(limit, clause) && !(isAnyOf(text[end], stops) && width(end) <= width(i)))
                ++end;
        };
        if (separator == '>') { // up to a tag: comments, CDATA and a < of its own are part of it
            const auto isTag = [&](size_t p) {
                return text[p] == '<' && width(p) <= width(i) && p + 1 < text.size() && (isAnyOf(text[p + 1], "/_") || isLetter(text[p + 1]));
            };
            const auto verbatimAt = [&](size_t p) { return std::find_if(kVerbatim.begin(), kVerbatim.end(), [&](const auto& kind) { return text.substr(p).starts_with(kind.first); }); };
            const auto isEnd = [&](size_t p) { return p >= limit || isTag(p); };
            size_t verbatimBegin = begin, verbatimEnd = begin; // of the last one
            while (!isEnd(end)) {
                const auto kind = verbatimAt(end);
                if (kind == kVerbatim.end()) {
                    ++end;
                    continue;
                }
                verbatimBegin = end;
                verbatimEnd = std::min(text.substr(0, limit).find(kind->second, end + kind->first.size()), limit);
                end = std::min(verbatimEnd + kind->second.size(), limit);
            }
            size_t after = end;
            while (after > begin && isAnyOf(text[after - 1], kSpaces))
                --after;
            // Alone in its element it stays what it is, with something else in it.
            if (const auto kind = verbatimAt(begin); kind != kVerbatim.end() && verbatimBegin == begin && after <= verbatimEnd + kind->second.size()) {
                begin += kind->first.size();
                end = verbatimEnd;
            }
        } else if (isAnyOf(text[begin], "\"'`")) {
            const size_t quote = begin++;
            for (end = begin; end < limit && (text[end] != text[quote] || width(end) != width(quote));)
                ++end;
        } else if (text[begin] == '[') {
            end = ++begin;
            until("]");
        } else if (rule.isLine && separator == ':') {
            const char quote = keyBegin > 0 && isAnyOf(text[keyBegin - 1], "\"'") ? text[keyBegin - 1] : '\n';
            end = begin;
            while (end < text.size() && !isAnyOf(text[end], "\r\n") && text[end] != quote)
                ++end;
        } else if (isParameter) {
            until("# \t\r\n&;,\"'<>)}]|{");
        } else if (rule.isPhrase) {
            end = std::min({stopOf(begin, width(i)), limit, std::max(begin, clause)});
            end = endBeforeKey(text, begin, end, separator == ':' && valueAt == begin);
            // 5 Main Street, 94043 Bath: what stands behind the comma as well, where it is no key and no sentence.
            if (end < limit && text[end] == ',' && isOfWords(key, text.substr(keyBegin, keyEnd - keyBegin)) && MaskingRules::isOf(MaskingRules::Which::Words, text.substr(begin, end - begin)))
                for (size_t part = nextPartOfAddress(text, end, kStops); part != end && (part < limit || part == text.size()); part = nextPartOfAddress(text, end, kStops))
                    end = part;
        } else {
            until(kEndOfWord);
            // "Bearer" and what it bears.
            if (end - begin < 8 && end < text.size() && text[end] == ' ')
                if (const std::string word = lowered(text.substr(begin, end - begin)); word == "bearer" || word == "basic" || word == "digest") {
                    ++end;
                    until(kEndOfWord);
                }
        }
        while (end > begin && isAnyOf(text[end - 1], kSpaces))
            --end;
        const uint32_t masks = key.ruleFor(text.substr(begin, end - begin));
        if (masks == MaskingRules::kNone || (end == limit && limit < text.size()))
            continue;
        const std::string_view said = text.substr(begin, end - begin);
        if (said.size() <= kLongestOfSome && isReasonInPlaceOf(masks, said, text.substr(begin, kLongestKey)))
            continue;
        const bool isQuoted = isAnyOf(text[begin - 1], "\"'`"), isOfUrl = keyBegin > 0 && isAnyOf(text[keyBegin - 1], "?&");
        if (key.rule == MaskingRules::kNone && separator != '>' && !isQuoted) {
            const size_t space = said.find(' ');
            if (key.which == MaskingRules::Which::Words && !isOfUrl && space != std::string_view::npos && width(begin + space) == 1 && isSentence(said))
                continue;
            const std::string_view name = text.substr(keyBegin, keyEnd - keyBegin), last = name.substr(name.find_last_of(" ._-[") + 1);
            if (key.which == MaskingRules::Which::Secret && separator == ':' && beginsAsName(last) && !isWrittenAsSecret(said))
                continue;
        }
        const bool isForm = separator == '=' && !isQuoted && rule.isPhrase && said.find_first_of(" @") == std::string_view::npos;
        if (!saysNothing(said))
            parts.push_back({begin, end, masks, false, isForm});
        i = std::max(i, end == 0 ? i : end - 1);
    }
}

} // namespace aisle
