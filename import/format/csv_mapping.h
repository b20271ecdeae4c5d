#pragma once
// Which column of a span table means what, and in what unit its times are: guessed from the header and sample
// rows, or said by the user, as text ("trace=TraceID,span=SpanID,duration=Duration:us") or field by field.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

enum class CsvRole : uint8_t { Trace, Span, Parent, Name, Service, Start, End, Duration, Kind, Status, Message };
inline constexpr size_t kCsvRoles = 11;
std::string_view csvRoleName(CsvRole role); ///< as in the text: "trace", "span", ...

enum class TimeUnit : uint8_t { Unknown, Nanoseconds, Microseconds, Milliseconds, Seconds, Text };

struct CsvMapping {
    struct Column {
        std::optional<std::string> name; ///< nothing: to be guessed; empty: the table has no such column
        TimeUnit unit = TimeUnit::Unknown; ///< of start, end and duration
    };
    std::array<Column, kCsvRoles> columns;

    Column& operator[](CsvRole role) { return columns[static_cast<size_t>(role)]; }
    const Column& operator[](CsvRole role) const { return columns[static_cast<size_t>(role)]; }
    bool has(CsvRole role) const { return (*this)[role].name && !(*this)[role].name->empty(); }
};

using CsvRow = std::vector<std::string>;

/// What the user said, the rest guessed. Every role has a name (maybe empty) afterwards; a unit stays Unknown
/// where neither the header nor the rows tell.
CsvMapping guessCsvMapping(const CsvRow& header, const std::vector<CsvRow>& rows, CsvMapping said = {});

/// "role=Column" or "role=Column:unit" with commas between; units ns, us, ms, s and text. A name with a comma
/// stands in quotes (doubled inside). Nothing, and `error` in words, when it cannot be read.
std::optional<CsvMapping> csvMappingFromText(std::string_view text, std::string& error);
std::string csvMappingToText(const CsvMapping& mapping);

/// Lower case, letters and digits only, the micro signs are u: "Trace ID" and "trace_id" are one name.
std::string plainColumnName(std::string_view name);

/// Nanoseconds of a cell; nothing when it is none in that unit.
std::optional<int64_t> csvTime(std::string_view text, TimeUnit unit);
std::optional<int64_t> csvDuration(std::string_view text, TimeUnit unit);

} // namespace aisle
