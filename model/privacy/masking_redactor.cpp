#include "privacy/masking_redactor.h"

#include "privacy/own_rules.h"
#include "resource/resource.h"
#include "text/format.h"
#include "text/small_file.h"

#include <algorithm>

namespace aisle {

namespace {
constexpr size_t kLongestKnown = 512, kMostKnownBytes = 8U << 20;
}

MaskingRedactor::MaskingRedactor(std::shared_ptr<const MaskingRules> rules, std::string salt)
    : rules_(std::move(rules)), salt_(std::move(salt)), pseudonyms_(salt_, rules_->words()), byRule_(rules_->rules().size()) {}

MaskingRedactor::Masked MaskingRedactor::mask(std::string_view key, std::string_view value, bool isNumber) const {
    std::string name;
    Masked out;
    bool isKnown = false;
    if (key.size() + value.size() <= kLongestKnown) {
        name = (isNumber ? "n" : "t") + std::string(key) + '\0' + std::string(value);
        const std::lock_guard lock(mutex_);
        if (const auto known = known_.find(name); known != known_.end()) {
            out = known->second;
            isKnown = true;
        }
    }
    if (!isKnown) {
        Masking masking(*rules_, pseudonyms_);
        const MaskingRules::OfKey ofKey = rules_->ofKey(key);
        out.text = isNumber ? masking.number(ofKey, value) : masking.value(ofKey, key, value);
        if (out.text != value)
            out.rules = masking.used();
    }
    const std::lock_guard lock(mutex_);
    maskedValues_ += !out.rules.empty();
    for (const uint32_t rule : out.rules)
        ++byRule_[rule];
    if (!isKnown && !name.empty()) {
        if (knownBytes_ > kMostKnownBytes) {
            known_.clear();
            knownBytes_ = 0;
        }
        knownBytes_ += name.size() + out.text.size() + 128;
        known_.emplace(std::move(name), out);
    }
    return out;
}

std::string MaskingRedactor::redact(std::string_view key, std::string_view value) const { return mask(key, value).text; }

std::string MaskingRedactor::redactNumber(std::string_view key, std::string_view number) const { return mask(key, number, true).text; }

uint64_t MaskingRedactor::maskedValues() const {
    const std::lock_guard lock(mutex_);
    return maskedValues_;
}

std::map<std::string, uint64_t> MaskingRedactor::maskedByRule() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, uint64_t> out;
    for (size_t i = 0; i < byRule_.size(); ++i)
        if (byRule_[i] > 0)
            out[rules_->rules()[i].name] += byRule_[i];
    return out;
}

std::string MaskingRedactor::notice() const {
    const uint64_t values = maskedValues(), rules = maskedByRule().size();
    if (values == 0)
        return "nothing had to be masked";
    return "masked " + formatCount(values) + (values == 1 ? " value by " : " values by ") + formatCount(rules) + (rules == 1 ? " rule" : " rules");
}

std::shared_ptr<const MaskingRules> maskingRules(const std::string& path) {
    if (path.empty())
        return {std::shared_ptr<const void>(), &MaskingRules::preset()};
    return readSmallFile(path, [](const std::string& json) { return std::make_shared<const MaskingRules>(json); });
}

std::shared_ptr<const MaskingRules> maskingRulesWith(const std::string& own) {
    return own.empty() ? maskingRules() : std::make_shared<const MaskingRules>(readResource(":/presets/privacy.json"), own);
}

std::shared_ptr<MaskingRedactor> maskingRedactor(const Workspace& workspace, std::shared_ptr<const MaskingRules> rules) {
    const auto db = workspace.connect();
    if (!rules)
        rules = maskingRulesWith(keptOwnRules(*db));
    std::string salt = keptMaskingSalt(*db);
    if (salt.empty() && !workspace.isReadOnly())
        salt = maskingSalt(*db);
    return std::make_shared<MaskingRedactor>(std::move(rules), salt.empty() ? newMaskingSalt() : salt);
}

} // namespace aisle
