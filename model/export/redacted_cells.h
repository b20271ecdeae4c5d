#pragma once
// The cells of a table as texts that may leave.

#include "export/export.h"

namespace aisle {

/// As text, for machines; empty for nothing.
std::string machineText(const Cell& cell);
bool isNumber(const Cell& cell);

/// What the values of a column are, for a redactor.
class CellKeys {
public:
    explicit CellKeys(const Tabular& table);
    std::string of(const std::vector<Cell>& row, size_t column) const;

private:
    static constexpr size_t kNone = static_cast<size_t>(-1);
    const Tabular& table_;
    size_t key_ = kNone;
};

/// By row and column, of the first `most` rows and at most as many as there are columns; `forPeople`: in the words for them where nothing is redacted.
std::vector<std::vector<std::string>> redactedCells(const Tabular& table, const Redactor& redactor, bool forPeople, size_t most);

} // namespace aisle
