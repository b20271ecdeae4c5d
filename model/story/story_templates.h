#pragma once
// The sentences of an order's story: resources/story/en.json, or a file that a shop wrote in its place, in whatever language. A sentence has
// named places, "The customer paid {amount} by {method}."; {{ and }} are braces. {order}, {customer} and {tracking} are known everywhere.
// One with a number may have forms, by the categories of the Unicode CLDR for whole numbers: {"one": ..., "other": ...}.
//
// A file of one's own needs only what differs: the rest is the built-in English. Its `steps` and `reasons` are tried before the built-in
// ones, which are not tried at all where its language is another.
//
// Plural rules: Unicode CLDR 46, "Language Plural Rules", integers.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace re2 {
class RE2;
}

namespace aisle {

/// "one", "few", "many" or "other" in the language ("en", "pl-PL"); of one that is not known as in English.
std::string_view pluralCategory(std::string_view language, uint64_t count);

class StoryTemplates {
public:
    /// What the shop says of a page that a customer asked for, or of a stage of the order.
    struct Step {
        std::string noun;         ///< "packing": the stage within other sentences; empty: as it is called
        std::string done, failed; ///< empty: the sentence for any
        std::string left;         ///< headline of an order whose customer did not go on to the stage; empty: that for any
    };

    static const StoryTemplates& english();
    /// Throws std::runtime_error when it is none; a sentence that is wrong is in problems(), and the English one is said.
    static StoryTemplates fromJson(std::string_view json);
    /// The same of what a workspace keeps, which may come from a stranger; empty: English. Where it is none, English, and problems() says so.
    static StoryTemplates ofKept(const std::string& json);
    static StoryTemplates ofFile(const std::string& path); ///< the same of a file, at most 1 MB. Keep it off the UI thread.

    const std::string& language() const { return language_; }
    /// What is wrong with the file, or missing in it, each in a sentence with its line.
    const std::vector<std::string>& problems() const { return problems_; }

    /// The sentence with its places. The key is one of sentenceKeys().
    const std::string& text(std::string_view key, uint64_t count = 1) const;
    /// Null: none that fits. `names`: of the operation, its path, what it reads from.
    const Step* requestStep(const std::vector<std::string>& names) const;
    /// By the names first, for a stage may be called anything. `stage` may be empty: a step that is no stage of the flow.
    const Step* stageStep(std::string_view stage, const std::vector<std::string>& names) const;
    /// The first reason that one of the texts gives; null: none. A general one says little, as the status of an answer does.
    const std::string* reason(const std::vector<std::string>& texts, bool withGeneral = true) const;

    static std::vector<std::string> sentenceKeys();

private:
    struct Rule {
        bool isRequest = false;
        std::shared_ptr<const re2::RE2> stage, operation; ///< null: none
        Step step;
    };
    struct Reason {
        std::shared_ptr<const re2::RE2> when;
        std::string say;
        bool isGeneral = false;
    };
    void read(std::string_view json);

    std::string language_ = "en";
    std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> sentences_; ///< by key and category
    std::map<std::string, std::string, std::less<>> languageOf_;                                     ///< of sentences
    std::vector<Rule> rules_;
    std::vector<Reason> reasons_;
    std::vector<std::string> problems_;
};

/// A sentence with its places filled in; a value is text, whatever it looks like. `text` is one of StoryTemplates.
std::string filledIn(std::string_view text, const std::vector<std::pair<std::string, std::string>>& values);

} // namespace aisle
