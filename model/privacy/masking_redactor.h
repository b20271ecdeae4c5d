#pragma once
// The redactor that masks: every value on its way out, by the rules of a shop, with pseudonyms of a workspace. What was masked stays so when it
// is masked again.
//
// Thread: any; several at a time. Never throws for what a value holds.

#include "export/export.h"
#include "privacy/masking.h"
#include "store/workspace.h"

#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace aisle {

class MaskingRedactor : public Redactor {
public:
    MaskingRedactor(std::shared_ptr<const MaskingRules> rules, std::string salt);

    std::string redact(std::string_view key, std::string_view value) const override;
    std::string redactNumber(std::string_view key, std::string_view number) const override;

    struct Masked {
        std::string text;
        std::vector<uint32_t> rules; ///< by which it was masked; empty: it is as it was
    };
    Masked mask(std::string_view key, std::string_view value, bool isNumber = false) const;

    /// The same one, which has counted nothing yet.
    std::shared_ptr<MaskingRedactor> another() const { return std::make_shared<MaskingRedactor>(rules_, salt_); }
    const MaskingRules& rules() const { return *rules_; }
    /// Values that were masked so far, and by which rules, by name.
    uint64_t maskedValues() const;
    std::map<std::string, uint64_t> maskedByRule() const;
    /// "masked 312 values by 5 rules"
    std::string notice() const;

private:
    std::shared_ptr<const MaskingRules> rules_;
    std::string salt_;
    Pseudonyms pseudonyms_;
    mutable std::mutex mutex_;
    mutable std::unordered_map<std::string, Masked> known_; ///< the same values come again and again
    mutable size_t knownBytes_ = 0;
    mutable uint64_t maskedValues_ = 0;
    mutable std::vector<uint64_t> byRule_;
};

/// The rules of a file of a user, or without one the preset. Throws std::runtime_error with a sentence.
std::shared_ptr<const MaskingRules> maskingRules(const std::string& path = {});
/// The preset and a user's own rules (privacy/own_rules.h), which may be empty. Throws std::runtime_error with a sentence.
std::shared_ptr<const MaskingRules> maskingRulesWith(const std::string& own);
/// With the salt of the workspace; where none can be kept there (read-only) with one of its own, so that pseudonyms are others next time.
/// `rules`: null are the preset and what is kept in the workspace. Throws std::runtime_error with a sentence. Reads the workspace: keep it off the UI thread.
std::shared_ptr<MaskingRedactor> maskingRedactor(const Workspace& workspace, std::shared_ptr<const MaskingRules> rules = nullptr);

} // namespace aisle
