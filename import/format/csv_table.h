#pragma once
// The head of an input as a table: how it is delimited, its header and first rows, and what its columns mean.

#include "format/csv_mapping.h"
#include "format/csv_records.h"
#include "importer.h"

namespace aisle {

/// As much of an input as its delimiter, columns and units are judged by.
inline constexpr size_t kCsvSampleBytes = 256 * 1024;

struct CsvTable {
    char delimiter = ',';
    CsvRow header;
    std::vector<CsvRow> rows; ///< the first ones, without the header
    CsvMapping mapping;       ///< as said, as saved for that header, or guessed
    bool isSaved = false;     ///< the header is one that a mapping was saved for
};

/// `head`: up to kCsvSampleBytes, or all of the input when `complete`.
CsvTable readCsvTable(std::string_view head, bool complete, const ImportLimits& limits);

/// Not JSON, XML or binary data.
bool mayBeTable(std::string_view head);
/// It is a table by its form: rows that have as many columns as its header. Its columns may say nothing.
bool isTable(const CsvTable& table);

/// In one sentence, that the columns of a table have to be said, and how on the command line.
std::string askForColumns(const CsvTable& table);

std::string_view trimmed(std::string_view text);

} // namespace aisle
