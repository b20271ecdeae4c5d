#pragma once
// One value being masked: what is in it (JSON, statements, URLs, forms, headers, encoded text), and what of that is personal. Makes use of no
// state but the rules and pseudonyms it is given; a redactor keeps those (masking_redactor.h). Linear in the value, but for texts that are
// encoded in one another, which are followed kDeepest times and up to some times the size of the value, and for patterns, whose searches read kMostSearched at most: each up to
// the end of the line where its pattern ends there, else of the text. What is encoded more often, and what nothing came to, is masked whole.

#include "privacy/masking_rules.h"
#include "privacy/pseudonyms.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

class FoldedText;

class Masking {
public:
    static constexpr int kDeepest = 6;
    static constexpr size_t kMostSearched = size_t(256) << 20; ///< bytes of one value, by all patterns

    Masking(const MaskingRules& rules, const Pseudonyms& pseudonyms) : rules_(rules), pseudonyms_(pseudonyms) {}

    /// `path`: the key itself, with those that it stands under, which count as words of the keys within the value.
    std::string value(const MaskingRules::OfKey& key, std::string_view path, std::string_view value, int depth = 0);
    /// Of a number, true or false.
    std::string number(const MaskingRules::OfKey& key, std::string_view number);
    /// Rules by which something was masked, in the order of the value; one may come more than once.
    const std::vector<uint32_t>& used() const { return used_; }

private:
    /// A part of the folded text.
    struct Part {
        size_t begin = 0, end = 0;
        uint32_t rule = MaskingRules::kNone;
        bool isNumber = false; ///< of a statement
        bool isForm = false;   ///< a + in it is a space
    };

    std::string whole(uint32_t rule, std::string_view value);
    std::string addresses(uint32_t rule, std::string_view list) const;
    /// Does what stands in the place of a value say what is wrong with that? `sentence`: with what stands behind it in a text.
    bool isReasonInPlaceOf(uint32_t rule, std::string_view value, std::string_view sentence) const;
    uint32_t ruleByLooks(uint32_t rule, std::string_view text) const;
    std::string text(const MaskingRules::OfKey& key, std::string_view path, std::string_view value, int depth);
    std::string spliced(std::string_view value, const FoldedText& folded, std::vector<Part> parts);
    void findPairs(std::string_view path, std::string_view text, const FoldedText& folded, std::vector<Part>& parts) const;
    /// Of forms, which name what stands apart: multipart/form-data, <input name="..." value="..."> and elements that are filled in so.
    void findFields(std::string_view path, std::string_view text, std::vector<Part>& parts) const;
    /// Of command lines: --password hunter2, mysql -phunter2.
    void findOptions(std::string_view path, std::string_view text, std::vector<Part>& parts) const;
    void findPatterns(std::string_view text, std::vector<Part>& parts);
    void findCardsBehindMarks(const FoldedText& folded, std::vector<Part>& parts) const;
    void findUserInfo(std::string_view text, std::vector<Part>& parts) const;
    void findEncoded(std::string_view text, int depth, std::vector<Part>& parts);
    void findLiterals(const MaskingRules::OfKey& key, std::string_view value, const FoldedText& folded, std::vector<Part>& parts) const;
    void findQuotedLiterals(std::string_view value, const FoldedText& folded, std::vector<Part>& parts) const;
    bool holdsPersonal(std::string_view decoded, int depth);

    const MaskingRules& rules_;
    const Pseudonyms& pseudonyms_;
    std::vector<uint32_t> used_;
    size_t searched_ = 0;  ///< bytes that patterns may have read
    size_t decodable_ = 0; ///< bytes of encoded text that are still looked at
};

/// Parsed, with its strings, and numbers under keys that are masked, replaced; everything else byte by byte as it was. `json` is valid.
/// A key counts with those of the objects around it, customer.name, arrays as what they are of; under a key that is masked everything is.
std::string maskJson(Masking& masking, const MaskingRules& rules, const MaskingRules::OfKey& key, std::string_view path, std::string_view json, int depth);

} // namespace aisle
