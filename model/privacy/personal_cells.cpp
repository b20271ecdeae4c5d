#include "privacy/personal_cells.h"

#include "store/attribute_dictionary.h"
#include "store/value_index.h"

#include <algorithm>
#include <utility>

namespace aisle {

namespace {

/// A key whose values are masked whatever they are (resources/presets/privacy.json).
const std::string kAnything = "db.query.parameter.unknown";

bool isCompared(const AttributeDictionary::Value& value) {
    constexpr int64_t kFewestDigits = 3; // else every other count were somebody's
    return value.key != AttributeDictionary::kNone &&
           (value.type == ValueType::String ||
            (value.type == ValueType::Int && std::count_if(value.text.begin(), value.text.end(), [](char c) { return c >= '0' && c <= '9'; }) >= kFewestDigits));
}

template <typename F>
void forEachValue(const AttributeDictionary& dictionary, const StopToken& stop, F&& f) {
    for (uint32_t id = 0; id < dictionary.idCount(); ++id) {
        if (id % 4096 == 0)
            stop.check();
        f(dictionary.value(id));
    }
    for (const AttributeDictionary::Context& context : dictionary.contexts())
        for (const auto* values : {&context.resource, &context.scope})
            for (const AttributeDictionary::Value& value : *values)
                f(value);
}

/// Which of them services and spans are called.
void findNames(const SpanTable& table, std::unordered_map<std::string, PersonalCells::Known>& texts, const StopToken& stop) {
    const auto name = [&](std::string_view text) {
        if (const auto known = texts.find(std::string(text)); known != texts.end())
            known->second.isName = true;
    };
    for (const std::string& service : table.services())
        name(service);
    std::vector<bool> seen(table.stringCount(), false);
    for (uint32_t number = 0; number < table.segmentCount(); ++number) {
        stop.check();
        if (!table.hasSegment(number))
            continue;
        for (const uint32_t id : table.segmentAt(number).name) {
            if (id >= seen.size() || seen[id])
                continue;
            seen[id] = true;
            name(table.text(id));
        }
    }
}

} // namespace

const std::string* PersonalCells::keyOf(std::string_view column, const std::string& text, const std::string* beside) const {
    if (isPending)
        return text.empty() ? nullptr : &kAnything;
    const auto found = texts.find(text);
    if (found == texts.end())
        return nullptr;
    const Known& known = found->second;
    if (beside != nullptr && std::find(known.keys.begin(), known.keys.end(), *beside) != known.keys.end())
        return nullptr;
    return known.isName && (column == "service" || column == "name") ? nullptr : &known.key;
}

const std::string* keyBeside(const Tabular& table, size_t row, size_t column) {
    if (table.columns[column].key != "value")
        return nullptr;
    for (size_t c = std::min(table.columns.size(), table.rows[row].size()); c-- > 0;) // the last, as an export takes it
        if (table.columns[c].key == "key" || table.columns[c].key == "field")
            return std::get_if<std::string>(&table.rows[row][c].value);
    return nullptr;
}

std::unordered_set<std::string> textsOf(const Tabular& table) {
    std::unordered_set<std::string> out;
    for (const auto& row : table.rows)
        for (const Cell& cell : row)
            if (const auto* text = std::get_if<std::string>(&cell.value); text != nullptr && !text->empty())
                out.insert(*text);
    return out;
}

PersonalCells personalCells(Database& db, const SpanTablePtr& table, const MaskingRules& rules, const std::unordered_set<std::string>& texts, const StopToken& stop) {
    PersonalCells out;
    if (texts.empty())
        return out;
    const auto dictionary = AttributeDictionary::read(db, table, stop);
    std::unordered_map<uint32_t, bool> isMasked; // by key
    forEachValue(*dictionary, stop, [&](const AttributeDictionary::Value& value) {
        if (!isCompared(value))
            return;
        const auto [at, isNew] = isMasked.try_emplace(value.key, false);
        if (isNew)
            at->second = rules.ofKey(dictionary->keyText(value.key)).rule != MaskingRules::kNone;
        if (!at->second)
            return;
        if (std::string text(value.text); texts.contains(text))
            out.texts.try_emplace(std::move(text), PersonalCells::Known{std::string(dictionary->keyText(value.key)), {}, false});
    });
    if (!out.texts.empty()) {
        forEachValue(*dictionary, stop, [&](const AttributeDictionary::Value& value) {
            const auto known = value.key == AttributeDictionary::kNone ? out.texts.end() : out.texts.find(std::string(value.text));
            if (known == out.texts.end())
                return;
            std::vector<std::string>& keys = known->second.keys;
            if (const std::string_view key = dictionary->keyText(value.key); std::find(keys.begin(), keys.end(), key) == keys.end())
                keys.emplace_back(key);
        });
        findNames(*table, out.texts, stop);
    }
    for (const ValueKey& key : valueKeys(db))
        if (key.isManyValued && rules.ofKey(key.name).rule != MaskingRules::kNone)
            out.notCompared.push_back(key.name);
    return out;
}

void redactCells(Tabular& table, const PersonalCells& cells, const Redactor& redactor) {
    std::vector<std::pair<size_t, std::string>> redacted; // of a row: keys are read before they are redacted themselves
    for (size_t r = 0; r < table.rows.size() && (cells.isPending || !cells.texts.empty()); ++r) {
        std::vector<Cell>& row = table.rows[r];
        redacted.clear();
        for (size_t c = 0; c < table.columns.size() && c < row.size(); ++c)
            if (const auto* text = std::get_if<std::string>(&row[c].value); text != nullptr)
                if (const std::string* key = cells.keyOf(table.columns[c].key, *text, keyBeside(table, r, c)))
                    redacted.emplace_back(c, redactor.redact(*key, *text));
        for (auto& [column, text] : redacted)
            row[column] = Cell(std::move(text));
    }
    if (cells.notCompared.empty())
        return;
    std::string keys;
    for (const std::string& key : cells.notCompared)
        keys += (keys.empty() ? "" : ", ") + key;
    table.notes.push_back("Values under a name of the query are masked by what they say, and where they are known of an attribute; not compared with the many of " + keys + ".");
}

} // namespace aisle
