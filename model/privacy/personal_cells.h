#pragma once
// Cells of a table that say nothing of the attribute that they come from, as those of SQL under a name of its own: which of them are, letter by
// letter, a value of an attribute that is masked by its key.

#include "export/export.h"
#include "privacy/masking_rules.h"
#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace aisle {

struct PersonalCells {
    std::unordered_map<std::string, std::string> keyOf; ///< by text of a cell
    std::vector<std::string> notCompared; ///< attributes with so many values that they are kept with their spans, and were not looked at
};

/// Whether the rows say of which attribute their value is.
bool isTraced(const Tabular& table, size_t column);
/// Texts of the other columns, each once.
std::unordered_set<std::string> untracedTexts(const Tabular& table);

/// Compares with the values that spans and resources share: 1 M take 0.3 s. Throws StoreError and Stopped. Thread: that of `db`; keep it off
/// the UI thread.
PersonalCells personalCells(Database& db, const SpanTablePtr& table, const MaskingRules& rules, const std::unordered_set<std::string>& texts, const StopToken& stop = {});

/// Those found are redacted as values of their attributes; what was not compared is said in a note.
void redactCells(Tabular& table, const PersonalCells& cells, const Redactor& redactor);

/// Redacts what is among them as a value of its attribute, everything else as another redactor does, which has to outlive it.
class CellRedactor : public Redactor {
public:
    CellRedactor(const PersonalCells& cells, const Redactor& redactor) : cells_(cells), redactor_(redactor) {}
    std::string redact(std::string_view key, std::string_view value) const override {
        const auto known = cells_.keyOf.find(std::string(value));
        return redactor_.redact(known == cells_.keyOf.end() ? key : std::string_view(known->second), value);
    }
    std::string redactNumber(std::string_view key, std::string_view number) const override { return redactor_.redactNumber(key, number); }

private:
    const PersonalCells& cells_;
    const Redactor& redactor_;
};

} // namespace aisle
