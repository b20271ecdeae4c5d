#include "privacy/personal_cells.h"

#include "store/attribute_dictionary.h"
#include "store/value_index.h"

#include <algorithm>

namespace aisle {

bool isTraced(const Tabular& table, size_t column) {
    return table.columns[column].key == "value" && std::any_of(table.columns.begin(), table.columns.end(), [](const Column& other) { return other.key == "key" || other.key == "field"; });
}

std::unordered_set<std::string> untracedTexts(const Tabular& table) {
    std::unordered_set<std::string> out;
    for (size_t c = 0; c < table.columns.size(); ++c) {
        if (isTraced(table, c))
            continue;
        for (const auto& row : table.rows)
            if (const auto* text = c < row.size() ? std::get_if<std::string>(&row[c].value) : nullptr; text != nullptr && !text->empty())
                out.insert(*text);
    }
    return out;
}

PersonalCells personalCells(Database& db, const SpanTablePtr& table, const MaskingRules& rules, const std::unordered_set<std::string>& texts, const StopToken& stop) {
    PersonalCells out;
    if (texts.empty())
        return out;
    const auto dictionary = AttributeDictionary::read(db, table, stop);
    std::unordered_map<uint32_t, bool> isMasked; // by key
    const auto look = [&](const AttributeDictionary::Value& value) {
        if (value.key == AttributeDictionary::kNone || value.type != ValueType::String)
            return;
        const auto [at, isNew] = isMasked.try_emplace(value.key, false);
        if (isNew)
            at->second = rules.ofKey(dictionary->keyText(value.key)).rule != MaskingRules::kNone;
        if (!at->second)
            return;
        if (std::string text(value.text); texts.contains(text))
            out.keyOf.try_emplace(std::move(text), dictionary->keyText(value.key));
    };
    for (uint32_t id = 0; id < dictionary->idCount(); ++id) {
        if (id % 4096 == 0)
            stop.check();
        look(dictionary->value(id));
    }
    for (const AttributeDictionary::Context& context : dictionary->contexts())
        for (const auto* values : {&context.resource, &context.scope})
            for (const AttributeDictionary::Value& value : *values)
                look(value);
    for (const ValueKey& key : valueKeys(db))
        if (key.isManyValued && rules.ofKey(key.name).rule != MaskingRules::kNone)
            out.notCompared.push_back(key.name);
    return out;
}

void redactCells(Tabular& table, const PersonalCells& cells, const Redactor& redactor) {
    for (size_t c = 0; c < table.columns.size() && !cells.keyOf.empty(); ++c) {
        if (isTraced(table, c))
            continue;
        for (auto& row : table.rows)
            if (const auto* text = c < row.size() ? std::get_if<std::string>(&row[c].value) : nullptr; text != nullptr)
                if (const auto known = cells.keyOf.find(*text); known != cells.keyOf.end())
                    row[c] = Cell(redactor.redact(known->second, *text));
    }
    if (cells.notCompared.empty())
        return;
    std::string keys;
    for (const std::string& key : cells.notCompared)
        keys += (keys.empty() ? "" : ", ") + key;
    table.notes.push_back("Values under a name of the query are masked by what they say, and where they are known of an attribute; not compared with the many of " + keys + ".");
}

} // namespace aisle
