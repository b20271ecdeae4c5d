#pragma once
// The head of a table for the window's dialog, read as the importer reads it.

#include "columns/table_sample.h"
#include "format/csv_mapping.h"
#include "table/cancel.h"

#include <filesystem>

namespace aisle {

/// `member`: of an archive, by the name in its report; empty: the first table in it. Reads files only, no pipes.
/// Throws std::runtime_error with one sentence, and Stopped.
std::shared_ptr<const TableSample> openTable(const std::filesystem::path& path, const std::string& member, const StopToken& stop);

/// The mappings that the window keeps in its settings.
std::shared_ptr<const CsvMappings> savedMappings();

} // namespace aisle
