#pragma once
// Columns that the user gave tables, kept in the settings by the header of the table. Thread: any.

#include <map>
#include <string>

namespace aisle {

/// Texts as in --map, by signature of the header.
std::map<std::string, std::string> savedColumns();
void saveColumns(const std::string& signature, const std::string& columns);

} // namespace aisle
