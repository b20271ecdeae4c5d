#include "export/redacted_cells.h"

#include <nlohmann/json.hpp>

namespace aisle {

std::string machineText(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell.value))
        return *text;
    if (const auto* integer = std::get_if<int64_t>(&cell.value))
        return std::to_string(*integer);
    if (const auto* real = std::get_if<double>(&cell.value))
        return nlohmann::json(*real).dump();
    return {};
}

bool isNumber(const Cell& cell) { return std::holds_alternative<int64_t>(cell.value) || std::holds_alternative<double>(cell.value); }

CellKeys::CellKeys(const Tabular& table) : table_(table) {
    for (size_t c = 0; c < table.columns.size(); ++c)
        if (table.columns[c].key == "key" || table.columns[c].key == "field")
            key_ = c;
}

std::string CellKeys::of(const std::vector<Cell>& row, size_t column) const {
    if (const std::string& attribute = table_.columns[column].valuesOf; !attribute.empty())
        return attribute;
    const std::string& own = table_.columns[column].key;
    if (key_ == kNone || key_ >= row.size() || own != "value")
        return own;
    const std::string key = machineText(row[key_]);
    return key.empty() ? own : key;
}

std::vector<std::vector<std::string>> redactedCells(const Tabular& table, const Redactor& redactor, bool forPeople, size_t most) {
    const CellKeys keys(table);
    std::vector<std::vector<std::string>> cells;
    for (size_t r = 0; r < table.rows.size() && r < most; ++r) {
        const std::vector<Cell>& row = table.rows[r];
        auto& out = cells.emplace_back();
        for (size_t c = 0; c < table.columns.size() && c < row.size(); ++c) {
            const std::string whole = machineText(row[c]), of = keys.of(row, c);
            std::string text = isNumber(row[c]) ? redactor.redactNumber(of, whole) : redactor.redact(of, whole);
            if (forPeople && !row[c].shown.empty() && text == whole) // nothing is found in what is shortened in its middle
                text = isNumber(row[c]) ? row[c].shown : redactor.redact(of, row[c].shown);
            out.push_back(std::move(text));
        }
    }
    return cells;
}

} // namespace aisle
