#pragma once
// The first rows of a table read with a mapping by the importer itself, for the window's dialog.
// Thread: any; pure.

#include "format/csv_table.h"

namespace aisle {

/// `head` as for readCsvTable(). What the mapping leaves open is guessed. Throws nothing but bad_alloc.
TablePreview previewCsv(std::string_view head, bool complete, const CsvMapping& mapping);

} // namespace aisle
