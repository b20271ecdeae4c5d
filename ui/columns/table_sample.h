#pragma once
// The head of a table file, as the dialog for its columns needs it. The application makes it; the window knows no format.

#include "store/table_columns.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace aisle {

/// Its functions may be called on any thread and throw nothing but bad_alloc.
struct TableSample {
    std::vector<std::string> header;
    std::string signature; ///< of the header: what its columns are saved under
    CsvMapping mapping;    ///< as saved, else guessed
    bool isSaved = false;
    std::function<CsvMapping(const CsvMapping& said)> guess; ///< what is not said
    std::function<TablePreview(const CsvMapping& mapping)> preview;
    std::function<std::string(const CsvMapping& mapping)> toText; ///< as in --map
};

} // namespace aisle
