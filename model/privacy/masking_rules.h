#pragma once
// Which values are personal: by the key that they stand under, and by what finds them in texts. The preset is
// resources/presets/privacy.json, whose form resources/README.md says; a user may have another. Any thread.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace re2 {
class RE2;
}

namespace aisle {

struct MaskingRule {
    std::string name; ///< "card number", in lists of what was masked
    std::string word; ///< of its pseudonyms: "card"
    /// What makes two values one: digits only, or letters without regard to case and spaces at the ends.
    bool digitsOnly = false;
    /// In a text, the value goes to the end of the line (headers), or has spaces in it (names).
    bool isLine = false, isPhrase = false;
};

class MaskingRules {
public:
    static constexpr uint32_t kNone = 0xffffffffU;
    static constexpr std::string_view kUnreadable = "The rules of masking cannot be read: "; ///< how sentences of problems begin
    static const MaskingRules& preset();
    /// `own`: rules of a user beside these, JSON as well (privacy/own_rules.h); empty: none. They add keys and patterns to a rule of the same
    /// name, or are new; they take nothing away, but keys of theirs are theirs. Throws std::runtime_error with a sentence where it cannot be read.
    explicit MaskingRules(const std::string& json, const std::string& own = {});
    ~MaskingRules();

    /// Of which values of a key, which may be of something else, too.
    enum class Which : uint8_t {
        All,
        Words,  ///< several, as names and addresses of people are, while those of machines are one
        Secret, ///< four characters and more, letters with digits or signs, or six digits and more
        Letters, ///< words of letters alone, as names of people are
        Capitals, ///< the same that begin with a capital
        Names,   ///< several of those, with capitals: Ann van der Lee
        Token   ///< long and mixed, as nobody writes it
    };
    static bool isOf(Which which, std::string_view value);

    struct OfKey {
        uint32_t rule = kNone; ///< values are masked whole by it
        /// An id or a figure that analyses need: of what is found in texts only that is masked which cannot be mistaken (e-mail addresses, tokens).
        bool isLeft = false;
        bool isSql = false; ///< values are statements, whose literals are masked
        uint32_t perhaps = kNone; ///< by which `which` of the values are masked whole, where `rule` is none
        Which which = Which::All;

        bool masksNothing() const { return rule == kNone && perhaps == kNone; }
        uint32_t ruleFor(std::string_view value) const { return rule != kNone || perhaps == kNone || !isOf(which, value) ? rule : perhaps; }
    };
    /// Linear in the key, which is looked at as words: "cardNumber", "card_number" and "user.card.number" are the same to a rule.
    OfKey ofKey(std::string_view key) const;
    /// Of a parameter of a URL, ?t=..., beside what its key says.
    OfKey ofParameter(std::string_view name) const;
    /// Of a name that stands beside an e-mail address, phone number or street: whose those are.
    OfKey ofNameBeside(Which which) const { return finders_.name == kNone ? OfKey{} : OfKey{kNone, false, false, finders_.name, which}; }
    bool isOfContact(const OfKey& key) const { return key.rule != kNone && (key.rule == finders_.email || key.rule == finders_.phone); }
    /// Of a database, by the last word of its name: customers, shop_users.
    bool isTableOfPeople(std::string_view name) const { return endsWithOneOf(people_, name); }
    /// What has a name, an address and a phone number and is nobody, by its last word: carrier, shop.
    bool isThing(std::string_view key) const { return endsWithOneOf(things_, key); }
    /// May a name in a URL be that of a thing, /products?name=Red+Mug?
    bool isPageOfThings(std::string_view url) const;
    /// Does it say what is wrong with a value in the place of that, "must not be blank", or of that alone, "expired"?
    bool isReason(std::string_view text) const;

    const std::vector<MaskingRule>& rules() const { return rules_; }
    std::vector<std::string> words() const;

    /// Rules of what is found in texts; kNone: it is not looked for.
    struct Finders {
        uint32_t email = kNone, card = kNone, phone = kNone, ip = kNone, iban = kNone, token = kNone, encoded = kNone, sql = kNone, userInfo = kNone, name = kNone, securityCode = kNone, commandLine = kNone;
    };
    const Finders& finders() const { return finders_; }
    bool leavesPrivateAddresses() const { return leavesPrivateAddresses_; }
    /// Of a rule: what matches in a text is masked, the first group where there is one. Also in ids and figures: somebody asked for it.
    struct Pattern {
        std::shared_ptr<const re2::RE2> expression;
        uint32_t rule = kNone;
        bool isOfLine = false; ///< no match goes beyond the end of a line
    };
    const std::vector<Pattern>& patterns() const { return patterns_; }
    static constexpr size_t kMostPatterns = 100;
    /// Finds, in its first group, tokens that say by their first characters what they are; null: none do.
    const re2::RE2* tokenPrefixes() const { return tokenPrefixes_.get(); }

private:
    struct Entry {
        uint32_t rule = kNone;
        bool isLeft = false, isSql = false, isAnywhere = false;
        Which which = Which::All;
    };
    /// `isOwn`: in the place of what there is of that key.
    void add(const std::string& words, Entry entry, bool isOwn = false);
    void addPattern(const std::string& expression, uint32_t rule);
    void addOwn(const std::string& json);

    std::vector<MaskingRule> rules_;
    std::unordered_map<std::string, Entry> entries_; ///< by their words in one
    size_t mostWords_ = 1;
    bool endsWithOneOf(const std::unordered_set<std::string>& words, std::string_view key) const;
    const Entry* bestOf(const std::vector<std::string>& words) const;

    std::unordered_set<std::string> parameters_, parametersOfNames_, people_, things_, reasons_, forms_;
    std::vector<std::string> pagesOfThings_;
    Finders finders_;
    bool leavesPrivateAddresses_ = true;
    std::unique_ptr<re2::RE2> tokenPrefixes_;
    std::vector<Pattern> patterns_;
};

/// The words of a key in lower case: of "http.request.header.X-Api_keyName[0]" http request header x api key name; of "users[0].name", one of
/// many, user name.
std::vector<std::string> wordsOfKey(std::string_view key);

} // namespace aisle
