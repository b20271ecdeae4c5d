#include "privacy/masking_preview.h"

#include "store/attribute_dictionary.h"
#include "store/span_replay.h"
#include "table/row_set.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

namespace aisle {

namespace {

constexpr size_t kLongestExample = 200;

/// Three words of letters and more: somebody wrote them, or a program for somebody.
bool isFreeText(std::string_view value) {
    size_t words = 0, letters = 0;
    for (const char c : value) {
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
        letters = isLetter ? letters + 1 : 0;
        words += letters == 2;
        if (!isLetter && c != ' ' && c != ',' && c != '.' && c != '\'' && c != '-')
            words = std::min<size_t>(words, 2); // paths, routes and versions of programs have other characters
    }
    return words >= 3 && value.find(' ') != std::string_view::npos;
}

/// Lets everything pass and remembers what masking would do to it.
class Looker : public Redactor {
public:
    Looker(const MaskingRedactor& redactor, uint64_t most, uint64_t mostOfAll) : redactor_(redactor), most_(most), mostOfAll_(mostOfAll) {}

    /// What comes now is looked at however much it is; until this is said again with false.
    void setShared(bool isShared) { isShared_ = isShared; }

    std::string redact(std::string_view key, std::string_view value) const override {
        look(key, value, false);
        return std::string(value);
    }
    std::string redactNumber(std::string_view key, std::string_view number) const override {
        look(key, number, true);
        return std::string(number);
    }

    MaskingPreview preview() const {
        MaskingPreview out;
        for (const auto& [name, key] : keys_) {
            MaskingPreview::Key line;
            line.key = name;
            line.values = key.values;
            line.isSampled = key.isSampled;
            line.isCut = key.isCut;
            const MaskingRules::OfKey ofKey = redactor_.rules().ofKey(name);
            for (const auto& [rule, masked] : key.rules) {
                line.rule = redactor_.rules().rules()[rule].name;
                line.masked = masked.values;
                line.example = masked.example;
                line.before = masked.before;
                line.isByKey = ofKey.rule == rule;
                out.keys.push_back(line);
            }
            if (key.rules.empty()) {
                if (key.values == 0 && ofKey.rule != MaskingRules::kNone) { // none was looked at, whatever they are they are masked
                    line.rule = redactor_.rules().rules()[ofKey.rule].name;
                    line.isByKey = true;
                }
                line.isFreeText = key.isFreeText;
                out.keys.push_back(line);
            }
        }
        const auto rank = [](const MaskingPreview::Key& key) { return !key.rule.empty() ? 0 : key.isFreeText ? 1 : 2; };
        std::stable_sort(out.keys.begin(), out.keys.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
        return out;
    }

private:
    struct OfRule {
        uint64_t values = 0;
        std::string example, before;
    };
    struct OfKey {
        uint64_t values = 0, own = 0; ///< own: that spans do not share
        std::map<uint32_t, OfRule> rules;
        bool isFreeText = false, isSampled = false, isCut = false;
    };

    void look(std::string_view key, std::string_view value, bool isNumber) const {
        if (value.empty())
            return;
        const size_t hash = std::hash<std::string_view>()(value) ^ (std::hash<std::string_view>()(key) * 0x9e3779b97f4a7c15ULL);
        if (seen_.contains(hash))
            return;
        OfKey& of = keys_[std::string(key)];
        if (seen_.size() >= mostOfAll_) {
            of.isCut = true;
            return;
        }
        if (!isShared_ && of.own >= most_) {
            of.isSampled = true;
            return;
        }
        seen_.insert(hash);
        ++of.values;
        of.own += !isShared_;
        of.isFreeText = of.isFreeText || isFreeText(value);
        MaskingRedactor::Masked masked = redactor_.mask(key, value, isNumber);
        std::sort(masked.rules.begin(), masked.rules.end());
        masked.rules.erase(std::unique(masked.rules.begin(), masked.rules.end()), masked.rules.end());
        for (const uint32_t rule : masked.rules) {
            OfRule& ofRule = of.rules[rule];
            if (++ofRule.values == 1) {
                ofRule.example = masked.text;
                ofRule.before = value;
            }
        }
    }

    // A redactor is asked as one that does not change.
    const MaskingRedactor& redactor_;
    uint64_t most_, mostOfAll_;
    bool isShared_ = false;
    mutable std::map<std::string, OfKey> keys_;
    mutable std::unordered_set<size_t> seen_;
};

class Nobody : public ReplaySink {
public:
    ContextHandle context(const ContextRecord&) override { return 0; }
    void span(const SpanRecord&) override {}
    void log(const LogRecord&) override {}
    void forgetContexts() override {}
};

bool isNumber(ValueType type) { return type == ValueType::Int || type == ValueType::Double || type == ValueType::Bool; }

} // namespace

MaskingPreview maskingPreview(Database& db, const SpanTablePtr& table, const MaskingRedactor& redactor, uint32_t most, const StopToken& stop, uint64_t mostOfAll) {
    most = std::max(most, 1U);
    Looker looker(redactor, most, mostOfAll);
    {
        const auto dictionary = AttributeDictionary::read(db, table, stop);
        looker.setShared(true);
        for (uint32_t id = 0; id < dictionary->idCount(); ++id) {
            if (id % 4096 == 0)
                stop.check();
            const AttributeDictionary::Value value = dictionary->value(id);
            if (value.key == AttributeDictionary::kNone)
                continue;
            const std::string_view key = dictionary->keyText(value.key);
            (void)(isNumber(value.type) ? looker.redactNumber(key, value.text) : looker.redact(key, value.text));
        }
        looker.setShared(false);
    }
    Nobody nobody;
    const uint64_t step = std::max<uint64_t>(1, (table->rowCount() + most - 1) / most);
    if (step > 1) {
        RowSet some(*table);
        uint64_t number = 0;
        for (const FileInfo& file : table->files())
            for (uint32_t i = 0; i < file.rows; ++i)
                if (number++ % step == 0)
                    some.set(file.firstRow + i);
        (void)replay(db, *table, {&some, ReplayOrder::Rows, {}}, looker, nobody, stop);
    }
    (void)replay(db, *table, {nullptr, ReplayOrder::Rows, {}}, looker, nobody, stop);
    MaskingPreview out = looker.preview();
    out.most = most;
    out.mostOfAll = mostOfAll;
    return out;
}

Tabular tabulate(const MaskingPreview& preview) {
    Tabular out;
    out.columns = {{"attribute", "Attribute"}, {"rule", "Masked as"}, {"by", "Because of"}, {"values", "Different values", true}, {"masked", "Masked", true}, {"example", "Example, masked"}};
    uint64_t masked = 0, free = 0;
    for (const MaskingPreview::Key& key : preview.keys) {
        masked += !key.rule.empty();
        free += key.isFreeText;
        const std::string by = key.rule.empty() ? (key.isFreeText ? "words that nobody looked at" : "") : key.isByKey ? "its key" : "what it says";
        std::string example = key.example.substr(0, kLongestExample);
        if (example.size() < key.example.size())
            example = std::string(beginning(key.example, kLongestExample)) + "...";
        out.rows.push_back({key.key, key.rule.empty() ? Cell(std::string(key.values > 0 ? "remains" : "not looked at")) : Cell(key.rule), by, Cell::count(key.values), Cell::count(key.masked), example});
    }
    if (masked == 0)
        out.notes.emplace_back(std::any_of(preview.keys.begin(), preview.keys.end(), [](const auto& key) { return key.isCut; }) ? "Nothing that was looked at would be masked." : "Nothing in this file would be masked.");
    if (free > 0)
        out.notes.push_back(formatCount(free) + (free == 1 ? " attribute holds" : " attributes hold") + " whole sentences in which nothing was found: look at them before they are given away.");
    const auto named = [&](bool MaskingPreview::Key::*is) {
        constexpr size_t kMostNamed = 10;
        std::set<std::string_view> keys;
        for (const MaskingPreview::Key& key : preview.keys)
            if (key.*is)
                keys.insert(key.key);
        std::string names;
        size_t count = 0;
        for (auto name = keys.begin(); name != keys.end() && count < kMostNamed; ++name, ++count)
            names += (names.empty() ? "" : ", ") + std::string(*name);
        if (keys.size() > count)
            names += " and " + formatCount(keys.size() - count) + " more";
        return names;
    };
    const std::string sampled = named(&MaskingPreview::Key::isSampled), cut = named(&MaskingPreview::Key::isCut);
    if (!sampled.empty())
        out.notes.push_back("Of " + sampled + " not every value was looked at: " + formatCount(preview.most) + " of each, from spans evenly chosen, beside those that spans share." + (cut.empty() ? " Of everything else all were." : ""));
    if (!cut.empty())
        out.notes.push_back("After " + formatCount(preview.mostOfAll) + " different values of all attributes together no others were looked at: of " + cut + " what came then is not counted here.");
    return out;
}

} // namespace aisle
