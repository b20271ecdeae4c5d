#pragma once
// Cells of a table that say nothing of the attribute that they come from, as those of SQL under a name of its own: which of them are, letter by
// letter or as a number, a value of an attribute that is masked by its key.

#include "export/export.h"
#include "privacy/masking_rules.h"
#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace aisle {

struct PersonalCells {
    struct Known {
        std::string key;                      ///< of an attribute that is masked
        std::unordered_set<std::string> keys; ///< all that have this value
        bool isName = false;                  ///< services or spans are called so, too
    };
    std::unordered_map<std::string, Known> texts; ///< by text of a cell
    std::vector<std::string> notCompared; ///< attributes with so many values that they are kept with their spans, and were not looked at
    bool isPending = false; ///< nothing was compared yet: any text, and number of three digits and more, may be personal

    /// By which key a text is to be redacted; null: by what its own column says. `column` is its key, `beside` what stands in a column of keys beside
    /// one of values, and counts where the file has this value under it: 'x' AS key may say anything. Names of services and spans under
    /// theirs stay.
    const std::string* keyOf(std::string_view column, const std::string& text, const std::string* beside = nullptr) const;
    /// The same of a number, as machines read it; of fewer than three digits it is nobody's.
    const std::string* keyOfNumber(std::string_view column, std::string_view number, const std::string* beside = nullptr) const;
    const std::string* keyOfCell(std::string_view column, const Cell& cell, const std::string* beside = nullptr) const;
};

/// What stands in the column of keys of that row where `column` is one of values; null: nothing says of which attribute it is.
const std::string* keyBeside(const Tabular& table, size_t row, size_t column);
/// Texts of all columns and numbers of three digits and more, each once.
std::unordered_set<std::string> textsOf(const Tabular& table);

/// Compares with the values that spans and resources share, texts and numbers of three digits and more: 1 M take 0.3 s. Throws StoreError
/// and Stopped. Thread: that of `db`; keep it off the UI thread.
PersonalCells personalCells(Database& db, const SpanTablePtr& table, const MaskingRules& rules, const std::unordered_set<std::string>& texts, const StopToken& stop = {});

/// Those found are redacted as values of their attributes; how many numbers that were, and what was not compared, is said in notes.
void redactCells(Tabular& table, const PersonalCells& cells, const Redactor& redactor);

/// Redacts what is among them as a value of its attribute, everything else as another redactor does, which has to outlive it.
class CellRedactor : public Redactor {
public:
    CellRedactor(const PersonalCells& cells, const Redactor& redactor) : cells_(cells), redactor_(redactor) {}
    std::string redact(std::string_view key, std::string_view value) const override {
        const std::string* known = cells_.keyOf(key, std::string(value));
        return redactor_.redact(known == nullptr ? key : std::string_view(*known), value);
    }
    std::string redactNumber(std::string_view key, std::string_view number) const override {
        const std::string* known = cells_.keyOfNumber(key, number);
        return redactor_.redactNumber(known == nullptr ? key : std::string_view(*known), number);
    }

private:
    const PersonalCells& cells_;
    const Redactor& redactor_;
};

} // namespace aisle
