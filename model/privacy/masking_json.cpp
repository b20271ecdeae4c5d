#include "privacy/command_line.h"
#include "privacy/finders.h"
#include "privacy/masking.h"
#include "privacy/masking_text.h"
#include "store/attribute_json.h"
#include "text/utf8.h"

#include <algorithm>
#include <array>

namespace aisle {

namespace {

class JsonMasker {
public:
    JsonMasker(Masking& masking, const MaskingRules& rules, const MaskingRules::OfKey& key, std::string_view path, std::string_view json, int depth)
        : masking_(masking), rules_(rules), json_(json), depth_(depth) {
        frames_.push_back({key, std::string(path), false, key, {}, {}, {}, false, Contact::None, 0, {}, {}});
    }

    std::string run() {
        for (at_ = 0; at_ < json_.size();) {
            const char c = json_[at_];
            if (c == '{' || c == '[') {
                if (frames_.size() == kMostFrames)
                    return masking_.value({}, {}, json_, Masking::kDeepest); // the whole
                const std::string path = pathOfValue();
                frames_.push_back({keyOfValue(), c == '{' ? path : privacy::keyOfItems(path), c == '{', {}, {}, {}, {}, c == '{', Contact::None, 0, {}, {}});
                Frame& frame = frames_.back();
                if (c == '[' && !frame.inherited.isLeft && isArrayOfCard(frame.path))
                    frame.inherited = {rules_.finders().card};
                if (c == '[' && frame.inherited.which == MaskingRules::Which::Names && rules_.isOf(MaskingRules::Which::Names, wordsOfArray()))
                    frame.inherited = {frame.inherited.perhaps};
                frame.key = frame.inherited;
                copy(1);
            } else if (c == '}' || c == ']') {
                if (frames_.size() > 1)
                    frames_.pop_back();
                copy(1);
            } else if (c == ',') {
                frames_.back().isKeyNext = frames_.back().isObject;
                copy(1);
            } else if (c == '"') {
                string();
            } else if (c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n') {
                literal();
            } else {
                copy(1);
            }
        }
        return std::move(out_);
    }

private:
    static constexpr size_t kLongestName = 16; ///< of "name", "attribute" and the like
    static constexpr std::string_view kStreet = "street";
    static constexpr size_t kMostFrames = 65'536;

    /// An e-mail address, a phone number or a street: OfAnother, as billingEmail, may be that of somebody else than is named.
    enum class Contact : uint8_t { None, OfAnother, Own };

    struct Frame {
        MaskingRules::OfKey inherited; ///< of what the array or object stands under
        std::string path;              ///< what that is
        bool isObject = false;
        MaskingRules::OfKey key;   ///< of the member that is read
        std::string name;          ///< its name
        MaskingRules::OfKey named; ///< of a pair {"key": ..., "value": ...}
        std::string namedPath;     ///< empty: it is none
        bool isKeyNext = false;
        Contact contact = Contact::None; ///< that was in it
        size_t searched = 0;             ///< up to where there is none ahead
        CommandLine command;        ///< of an array that is one
        MaskingRules::OfKey option; ///< that the item before is, of an array that is a command line: ["--password", "hunter2"]
    };

    void copy(size_t bytes) {
        out_ += json_.substr(at_, bytes);
        at_ += bytes;
    }

    static bool isValue(std::string_view name) {
        constexpr std::array<std::string_view, 4> kValues = {"value", "values", "val", "v"};
        return name.size() <= kValues[1].size() && std::find(kValues.begin(), kValues.end(), privacy::lowered(name)) != kValues.end();
    }
    /// As OTLP says of what type a value is.
    static bool isTypeOfValue(std::string_view name) {
        constexpr std::array<std::string_view, 7> kTypes = {"stringValue", "intValue", "doubleValue", "boolValue", "bytesValue", "arrayValue", "kvlistValue"};
        return std::find(kTypes.begin(), kTypes.end(), name) != kTypes.end();
    }

    MaskingRules::OfKey keyOfValue() const {
        const Frame& frame = frames_.back();
        if (!frame.isObject && !frame.option.masksNothing())
            return frame.option;
        return !frame.named.masksNothing() && isValue(frame.name) ? frame.named : frame.key;
    }

    /// What the item of an array says of the next one: of a command line, and of headers, ["Authorization", "Bearer ..."].
    MaskingRules::OfKey keyOfNext(std::string_view item) const {
        constexpr size_t kLongest = 32;
        if (item.starts_with('-'))
            return privacy::isLongOption(item) ? rules_.ofKey(privacy::joinedKey(frames_.back().path, item)) : MaskingRules::OfKey{};
        if (item.size() > kLongest)
            return {};
        const uint32_t rule = rules_.ofKey(item).rule;
        return rule != MaskingRules::kNone && rules_.rules()[rule].isLine ? MaskingRules::OfKey{MaskingRules::kNone, false, false, rule, MaskingRules::Which::Secret} : MaskingRules::OfKey{}; // no other name of a list
    }

    /// What is a name of several words itself may be an object as well, of which that is no name.
    static bool inheritsPerhaps(const Frame& frame, std::string_view name) {
        return (frame.inherited.which != MaskingRules::Which::Names && frame.inherited.which != MaskingRules::Which::Letters) || name == "values" || (isTypeOfValue(name) && name != "kvlistValue");
    }

    /// The texts of a short array, in one: ["Ann", "Lee"].
    std::string wordsOfArray() const {
        constexpr size_t kLongest = 128;
        std::string_view rest = json_.substr(at_ + 1, kLongest);
        const size_t end = rest.find_first_of("]\\[{");
        if (end == std::string_view::npos || rest[end] != ']')
            return {};
        std::string out;
        bool isQuoted = false;
        for (const char c : rest.substr(0, end)) {
            if (c == '"')
                isQuoted = !isQuoted;
            else if (isQuoted || c != ',')
                out += c;
            else
                out += ' ';
        }
        return out;
    }

    Contact contactOf(const std::string& key) const {
        if (privacy::lowered(key.substr(0, kStreet.size())) == kStreet || privacy::lowered(key) == "strasse")
            return Contact::Own;
        if (!rules_.isOfContact(rules_.ofKey(key)))
            return Contact::None;
        const std::vector<std::string> words = wordsOfKey(key);
        return words.front() == "e" || rules_.isOfContact(rules_.ofKey(words.front())) ? Contact::Own : Contact::OfAnother;
    }

    /// Which `name` beside what somebody is reached by is one of a person: of what has them, as well, none.
    MaskingRules::OfKey ofName(Contact contact) const {
        const std::string& path = frames_.back().path;
        if (contact == Contact::None || rules_.isThing(path))
            return {};
        using Which = MaskingRules::Which;
        return rules_.ofNameBeside(rules_.isTableOfPeople(path) ? Which::Letters : contact == Contact::Own ? Which::Capitals : Which::Names);
    }

    /// What follows in the same object, soon.
    Contact contactAhead(size_t at) {
        constexpr size_t kFarthest = 512;
        const std::string_view text = json_.substr(0, std::min(json_.size(), at + kFarthest));
        size_t& searched = frames_.back().searched; // which another name of the object need not do again
        at = std::max(at, searched);
        int depth = 0;
        while (at < text.size() && depth >= 0) {
            if (depth == 0)
                searched = at;
            const char c = text[at++];
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (c != '"')
                continue;
            const size_t begin = at;
            while (at < text.size() && text[at] != '"')
                at += text[at] == '\\' ? 2 : 1;
            const size_t end = std::min(at++, text.size());
            size_t colon = std::min(at, text.size());
            while (colon < text.size() && privacy::isAnyOf(text[colon], privacy::kSpaces))
                ++colon;
            if (depth > 0 || colon >= text.size() || text[colon] != ':')
                continue;
            if (const Contact contact = contactOf(std::string(text.substr(begin, end - begin))); contact != Contact::None)
                return contact;
        }
        return Contact::None;
    }

    /// Digits of an array of texts or numbers that are digits alone, also as OTLP has them.
    struct Parts {
        std::string digits; ///< in one; empty: something else is in it, too, or they are many
        std::vector<size_t> sizes;
        bool hasNumbers = false;
    };
    Parts partsOfArray() const {
        constexpr size_t kMostDigits = 19;
        Parts out;
        const auto skip = [&](size_t at, std::string_view characters) { return std::min(json_.find_first_not_of(characters, at), json_.size()); };
        for (size_t at = skip(at_ + 1, " \t\r\n"); at < json_.size() && out.digits.size() <= kMostDigits;) {
            const bool isTyped = json_[at] == '{';
            if (isTyped) {
                at = skip(at + 1, " \t\r\n");
                const std::string_view type = json_.substr(at, std::string_view("\"stringValue\"").size());
                const bool isNumber = type.starts_with("\"intValue\"");
                if (!isNumber && type != "\"stringValue\"")
                    return {};
                out.hasNumbers = out.hasNumbers || isNumber;
                at = skip(at + (isNumber ? std::string_view("\"intValue\"").size() : type.size()), " \t\r\n:");
            }
            const bool isQuoted = at < json_.size() && json_[at] == '"';
            const size_t begin = at + isQuoted, end = std::min(skip(std::min(begin, json_.size()), "0123456789"), begin + kMostDigits + 1);
            if (end <= begin || end >= json_.size() || end - begin > kMostDigits || (isQuoted ? json_[end] != '"' : !privacy::isAnyOf(json_[end], " \t\r\n,]}")))
                return {};
            out.hasNumbers = out.hasNumbers || !isQuoted;
            out.digits += json_.substr(begin, end - begin);
            out.sizes.push_back(end - begin);
            at = skip(end + isQuoted, isTyped ? " \t\r\n}" : " \t\r\n");
            if (at < json_.size() && json_[at] == ']')
                return out;
            at = skip(at, ", \t\r\n");
        }
        return {};
    }

    /// Is it a card in parts, as those are written, or as its keys say: some figures in a hundred pass the check by chance.
    bool isArrayOfCard(std::string_view path) const {
        if (rules_.finders().card == MaskingRules::kNone)
            return false;
        const Parts parts = partsOfArray();
        if (!isCardInParts(parts.digits))
            return false;
        static const std::array<std::vector<size_t>, 4> kWritten = {{{4, 4, 4, 4}, {4, 6, 5}, {8, 8}, std::vector<size_t>(16, 1)}};
        if (!parts.hasNumbers && std::find(kWritten.begin(), kWritten.end(), parts.sizes) != kWritten.end())
            return true;
        const std::vector<std::string> words = wordsOfKey(path);
        return std::any_of(words.begin(), words.end(), [](const std::string& word) {
            constexpr std::array<std::string_view, 6> kOfCards = {"card", "cards", "payment", "payments", "pan", "number"};
            return std::find(kOfCards.begin(), kOfCards.end(), word) != kOfCards.end();
        });
    }

    /// What the value that is read is, with everything that it stands under.
    std::string pathOfValue() const {
        const Frame& frame = frames_.back();
        if (!frame.isObject || isTypeOfValue(frame.name))
            return frame.path;
        if (isValue(frame.name))
            return frame.namedPath.empty() ? frame.path : frame.namedPath;
        if (!frame.name.empty() && std::all_of(frame.name.begin(), frame.name.end(), privacy::isDigit)) // an array of PHP
            return privacy::keyOfItems(frame.path);
        return privacy::joinedKey(frame.path, frame.name);
    }

    void string() {
        size_t end = at_ + 1;
        while (end < json_.size() && json_[end] != '"')
            end += json_[end] == '\\' ? 2 : 1;
        end = std::min(end + 1, json_.size());
        const std::string_view quoted = json_.substr(at_, end - at_);
        const std::string plain = unquoteJson(quoted);
        Frame& frame = frames_.back();
        std::string masked;
        if (frame.isKeyNext) {
            frame.isKeyNext = false;
            frame.name = plain;
            frame.key = rules_.ofKey(privacy::joinedKey(frame.path, plain));
            if (frame.key.rule == MaskingRules::kNone && (frame.inherited.rule != MaskingRules::kNone || (frame.key.perhaps == MaskingRules::kNone && !frame.key.isLeft && frame.inherited.perhaps != MaskingRules::kNone && inheritsPerhaps(frame, plain))))
                frame.key = frame.inherited;
            if (rules_.isOfContact(frame.key))
                frame.contact = std::max(frame.contact, contactOf(plain));
            if (frame.key.masksNothing() && !frame.key.isLeft && privacy::lowered(std::string_view(plain).substr(0, kLongestName)) == "name")
                frame.key = ofName(frame.contact != Contact::None ? frame.contact : contactAhead(end));
            masked = masking_.value({MaskingRules::kNone, frame.key.isLeft, false}, {}, plain, depth_ + 1); // people use addresses as keys
        } else {
            constexpr std::array<std::string_view, 6> kNames = {"key", "name", "attribute", "field", "header", "k"};
            const std::string role = frame.isObject && frame.name.size() <= kLongestName ? privacy::lowered(frame.name) : std::string();
            const bool isName = std::find(kNames.begin(), kNames.end(), role) != kNames.end();
            if (isName || role == "id") {
                const std::string path = privacy::joinedKey(frame.path, plain);
                const MaskingRules::OfKey named = rules_.ofKey(path);
                if (!named.masksNothing() || (isName && frame.named.masksNothing())) { // an id is no name, but that of what is personal
                    frame.namedPath = path;
                    frame.named = named;
                }
            }
            if (plain.starts_with('-')) // another option, and no value of that before
                frame.option = {};
            masked = masking_.value(keyOfValue(), pathOfValue(), plain, depth_ + 1);
            if (const size_t secret = frame.isObject ? plain.size() : frame.command.secretIn(plain); secret < plain.size() && masked == plain)
                masked = plain.substr(0, secret) + masking_.value({rules_.finders().commandLine}, {}, std::string_view(plain).substr(secret), depth_ + 1);
            frame.option = frame.isObject ? MaskingRules::OfKey{} : keyOfNext(plain);
        }
        if (masked == plain)
            out_ += quoted;
        else
            appendJsonString(out_, masked);
        at_ = end;
    }

    void literal() {
        size_t end = at_;
        while (end < json_.size() && std::string_view(" \t\r\n,]}").find(json_[end]) == std::string_view::npos)
            ++end;
        const std::string_view plain = json_.substr(at_, end - at_);
        const bool isNumber = plain[0] == '-' || (plain[0] >= '0' && plain[0] <= '9');
        const std::string masked = isNumber ? masking_.number(keyOfValue(), plain) : std::string(plain);
        if (masked == plain)
            out_ += plain;
        else
            appendJsonString(out_, masked);
        frames_.back().option = {};
        at_ = end;
    }

    Masking& masking_;
    const MaskingRules& rules_;
    std::string_view json_;
    int depth_;
    size_t at_ = 0;
    std::vector<Frame> frames_;
    std::string out_;
};

} // namespace

std::string maskJson(Masking& masking, const MaskingRules& rules, const MaskingRules::OfKey& key, std::string_view path, std::string_view json, int depth) {
    return JsonMasker(masking, rules, key, path, json, depth).run();
}

} // namespace aisle
