#pragma once
// Columns of a span table (store/table_columns.h) guessed from its header and sample rows, and cells read with them.

#include "store/table_columns.h"

namespace aisle {

using CsvRow = std::vector<std::string>;

/// Tables with semicolons come from where a comma is the decimal separator; elsewhere "1,234" may be one thousand.
enum class DecimalSeparator { Point, Comma };
inline DecimalSeparator decimalOf(char delimiter) { return delimiter == ';' ? DecimalSeparator::Comma : DecimalSeparator::Point; }

/// What the user said, the rest guessed. Every role has a name (maybe empty) afterwards; a unit stays Unknown
/// where neither the header nor the rows tell.
CsvMapping guessCsvMapping(const CsvRow& header, const std::vector<CsvRow>& rows, CsvMapping said = {},
                           DecimalSeparator decimal = DecimalSeparator::Point);

/// What has to be said so that the same mapping comes out for that header: without the roles that would be guessed to
/// have no column anyway.
CsvMapping withoutGuessable(const CsvRow& header, CsvMapping mapping);

/// The same for tables with the same header, in whatever way they are delimited: what a mapping is saved under.
std::string csvSignature(const CsvRow& header);
using CsvMappings = std::map<std::string, CsvMapping>; ///< by signature

/// Lower case, letters and digits only, the micro signs are u: "Trace ID" and "trace_id" are one name.
std::string plainColumnName(std::string_view name);

/// Nanoseconds of a cell; nothing when it is none in that unit. With a decimal comma a point is read too, but not both.
std::optional<int64_t> csvTime(std::string_view text, TimeUnit unit, DecimalSeparator decimal = DecimalSeparator::Point);
std::optional<int64_t> csvDuration(std::string_view text, TimeUnit unit, DecimalSeparator decimal = DecimalSeparator::Point);

} // namespace aisle
