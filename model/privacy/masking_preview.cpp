#include "privacy/masking_preview.h"

#include "store/attribute_dictionary.h"
#include "store/span_replay.h"
#include "table/row_set.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace aisle {

namespace {

constexpr size_t kMostValues = 1'000'000, kLongestExample = 200;

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
    explicit Looker(const MaskingRedactor& redactor) : redactor_(redactor) {}

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
        out.isCut = isCut_;
        for (const auto& [name, key] : keys_) {
            MaskingPreview::Key line;
            line.key = name;
            line.values = key.values;
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
        uint64_t values = 0;
        std::map<uint32_t, OfRule> rules;
        bool isFreeText = false;
    };

    void look(std::string_view key, std::string_view value, bool isNumber) const {
        if (value.empty())
            return;
        const size_t hash = std::hash<std::string_view>()(value) ^ (std::hash<std::string_view>()(key) * 0x9e3779b97f4a7c15ULL);
        if (seen_.contains(hash))
            return;
        if (seen_.size() >= kMostValues) {
            isCut_ = true;
            return;
        }
        seen_.insert(hash);
        OfKey& of = keys_[std::string(key)];
        ++of.values;
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
    mutable std::map<std::string, OfKey> keys_;
    mutable std::unordered_set<size_t> seen_;
    mutable bool isCut_ = false;
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

MaskingPreview maskingPreview(Database& db, const SpanTablePtr& table, const MaskingRedactor& redactor, uint32_t most, const StopToken& stop) {
    const Looker looker(redactor);
    {
        const auto dictionary = AttributeDictionary::read(db, table, stop);
        for (uint32_t id = 0; id < dictionary->idCount(); ++id) {
            if (id % 4096 == 0)
                stop.check();
            const AttributeDictionary::Value value = dictionary->value(id);
            if (value.key == AttributeDictionary::kNone)
                continue;
            const std::string_view key = dictionary->keyText(value.key);
            (void)(isNumber(value.type) ? looker.redactNumber(key, value.text) : looker.redact(key, value.text));
        }
    }
    const uint64_t step = most == 0 ? 1 : std::max<uint64_t>(1, (table->rowCount() + most - 1) / most);
    RowSet some(*table);
    uint64_t number = 0;
    for (const FileInfo& file : table->files())
        for (uint32_t i = 0; i < file.rows; ++i)
            if (number++ % step == 0)
                some.set(file.firstRow + i);
    Nobody nobody;
    const ReplayCounts counts = replay(db, *table, {step == 1 ? nullptr : &some, ReplayOrder::Rows, {}}, looker, nobody, stop);
    MaskingPreview out = looker.preview();
    out.spans = table->spanCount();
    out.looked = counts.spans;
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
        out.rows.push_back({key.key, key.rule.empty() ? Cell(std::string("remains")) : Cell(key.rule), by, Cell::count(key.values), Cell::count(key.masked), example});
    }
    if (masked == 0)
        out.notes.emplace_back("Nothing in this file would be masked.");
    if (free > 0)
        out.notes.push_back(formatCount(free) + (free == 1 ? " attribute holds" : " attributes hold") + " whole sentences in which nothing was found: look at them before they are given away.");
    if (preview.looked < preview.spans)
        out.notes.push_back("Of " + formatCount(preview.spans) + " spans " + formatCount(preview.looked) + " were looked at, evenly chosen, and all values that spans share.");
    if (preview.isCut)
        out.notes.push_back("There are more than " + formatCount(kMostValues) + " different values; the rest was not looked at.");
    return out;
}

} // namespace aisle
