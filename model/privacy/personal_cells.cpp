#include "privacy/personal_cells.h"

#include "privacy/masking_text.h"
#include "store/attribute_dictionary.h"
#include "store/value_index.h"
#include "text/format.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace aisle {

namespace {

using privacy::isDigit;

/// A key whose values are masked whatever they are (resources/presets/privacy.json).
const std::string kAnything = "db.query.parameter.unknown";

/// Else every other count were somebody's.
bool isLongNumber(std::string_view number) {
    constexpr int64_t kFewestDigits = 3;
    return std::count_if(number.begin(), number.end(), isDigit) >= kFewestDigits;
}

/// 672 and 672.0 are one.
std::string_view wholeNumber(std::string_view number) { return number.substr(0, number.size() - (number.ends_with(".0") ? 2 : 0)); }

bool isCompared(const AttributeDictionary::Value& value) {
    return value.key != AttributeDictionary::kNone && (value.type == ValueType::String || ((value.type == ValueType::Int || value.type == ValueType::Double) && isLongNumber(wholeNumber(value.text))));
}

/// What a query makes of a text that it takes as a number, CAST('0672' AS INTEGER); else as it is.
std::string_view asNumber(std::string_view text) {
    const std::string_view number = text.substr(std::min(text.find_first_not_of("+0"), text.size()));
    return isLongNumber(number) && std::all_of(number.begin(), number.end(), isDigit) ? number : text;
}

/// Of a cell that is one; empty: it is none.
std::string numberOf(const Cell& cell) {
    if (const auto* integer = std::get_if<int64_t>(&cell.value))
        return std::to_string(*integer);
    const auto* real = std::get_if<double>(&cell.value);
    if (real == nullptr)
        return {};
    constexpr double kLargest = 9e15; // all whole numbers below are exact
    return std::abs(*real) < kLargest && std::trunc(*real) == *real ? std::to_string(static_cast<int64_t>(*real)) : nlohmann::json(*real).dump();
}

/// Calls f(value, text) for the text of each, and for the number that it may become.
template <typename F>
void forEachValue(const AttributeDictionary& dictionary, const StopToken& stop, F&& f) {
    size_t seen = 0;
    const auto one = [&](const AttributeDictionary::Value& value) {
        if (seen++ % 4096 == 0)
            stop.check();
        if (value.key == AttributeDictionary::kNone)
            return;
        f(value, value.text);
        const std::string_view number = value.type == ValueType::Double ? wholeNumber(value.text) : asNumber(value.text);
        if (number.size() < value.text.size())
            f(value, number);
    };
    for (uint32_t id = 0; id < dictionary.idCount(); ++id)
        one(dictionary.value(id));
    for (const AttributeDictionary::Context& context : dictionary.contexts())
        for (const auto* values : {&context.resource, &context.scope})
            std::for_each(values->begin(), values->end(), one);
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
    if (beside != nullptr && known.keys.contains(*beside))
        return nullptr;
    return known.isName && (column == "service" || column == "name") ? nullptr : &known.key;
}

const std::string* PersonalCells::keyOfNumber(std::string_view column, std::string_view number, const std::string* beside) const {
    return isLongNumber(wholeNumber(number)) ? keyOf(column, std::string(wholeNumber(number)), beside) : nullptr;
}

const std::string* PersonalCells::keyOfCell(std::string_view column, const Cell& cell, const std::string* beside) const {
    const auto* text = std::get_if<std::string>(&cell.value);
    return text != nullptr ? keyOf(column, *text, beside) : keyOfNumber(column, numberOf(cell), beside);
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
        for (const Cell& cell : row) {
            if (const auto* text = std::get_if<std::string>(&cell.value); text != nullptr && !text->empty())
                out.insert(*text);
            else if (std::string number = numberOf(cell); isLongNumber(number))
                out.insert(std::move(number));
        }
    return out;
}

PersonalCells personalCells(Database& db, const SpanTablePtr& table, const MaskingRules& rules, const std::unordered_set<std::string>& texts, const StopToken& stop) {
    PersonalCells out;
    if (texts.empty())
        return out;
    const auto dictionary = AttributeDictionary::read(db, table, stop);
    std::unordered_map<uint32_t, MaskingRules::OfKey> masks; // by key
    forEachValue(*dictionary, stop, [&](const AttributeDictionary::Value& value, std::string_view of) {
        if (!isCompared(value))
            return;
        const auto [at, isNew] = masks.try_emplace(value.key);
        if (isNew)
            at->second = rules.ofKey(dictionary->keyText(value.key));
        if (at->second.ruleFor(value.text) == MaskingRules::kNone)
            return;
        if (std::string text(of); texts.contains(text))
            out.texts.try_emplace(std::move(text), PersonalCells::Known{std::string(dictionary->keyText(value.key)), {}, false});
    });
    if (!out.texts.empty()) {
        forEachValue(*dictionary, stop, [&](const AttributeDictionary::Value& value, std::string_view of) {
            if (const auto known = out.texts.find(std::string(of)); known != out.texts.end())
                known->second.keys.emplace(dictionary->keyText(value.key));
        });
        findNames(*table, out.texts, stop);
    }
    for (const ValueKey& key : valueKeys(db))
        if (key.isManyValued && !rules.ofKey(key.name).masksNothing())
            out.notCompared.push_back(key.name);
    return out;
}

void redactCells(Tabular& table, const PersonalCells& cells, const Redactor& redactor) {
    uint64_t numbers = 0;
    std::set<std::string> ofNumbers;
    std::vector<std::pair<size_t, std::string>> redacted; // of a row: keys are read before they are redacted themselves
    for (size_t r = 0; r < table.rows.size() && (cells.isPending || !cells.texts.empty()); ++r) {
        std::vector<Cell>& row = table.rows[r];
        redacted.clear();
        for (size_t c = 0; c < table.columns.size() && c < row.size(); ++c)
            if (const std::string* key = cells.keyOfCell(table.columns[c].key, row[c], keyBeside(table, r, c))) {
                const auto* text = std::get_if<std::string>(&row[c].value);
                if (text == nullptr && !cells.isPending) {
                    ++numbers;
                    ofNumbers.insert(*key);
                }
                redacted.emplace_back(c, text != nullptr ? redactor.redact(*key, *text) : redactor.redactNumber(*key, numberOf(row[c])));
            }
        for (auto& [column, text] : redacted)
            row[column] = Cell(std::move(text));
    }
    const auto named = [](const auto& keys) {
        std::string out;
        for (const std::string& key : keys)
            out += (out.empty() ? "" : ", ") + key;
        return out;
    };
    if (numbers > 0)
        table.notes.push_back(counted(numbers, "number is", "numbers are") + " masked because " + named(ofNumbers) + (ofNumbers.size() == 1 ? " has" : " have") + " the same; one that means something else stays if the query makes it text, 'n ' || count(*).");
    if (!cells.notCompared.empty())
        table.notes.push_back("Values under a name of the query are masked by what they say, and where they are known of an attribute; not compared with the many of " + named(cells.notCompared) + ".");
}

} // namespace aisle
