#pragma once
// Which column of a table of spans (CSV and the like) means what, and in what unit its times are: as text for the
// command line and the settings, and the first rows read with it, for the window. What reads tables is the importer.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

enum class CsvRole : uint8_t { Trace, Span, Parent, Name, Service, Start, End, Duration, Kind, Status, Message };
inline constexpr size_t kCsvRoles = 11;
std::string_view csvRoleName(CsvRole role); ///< as in the text: "trace", "span", ...
bool isTimeRole(CsvRole role);              ///< start, end and duration, which have a unit

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

/// "role=Column" or "role=Column:unit" with commas between; units ns, us, ms, s and text. A name with a comma
/// stands in quotes (doubled inside). Nothing, and `error` in words, when it cannot be read.
std::optional<CsvMapping> csvMappingFromText(std::string_view text, std::string& error);
std::string csvMappingToText(const CsvMapping& mapping);
/// The text as an option for a shell: --map 'trace=TraceID,...'
std::string mapOption(std::string_view text);

/// The first rows of a table as the importer reads them with a mapping.
struct TablePreview {
    struct Cell {
        std::string text;      ///< as it was understood: times in UTC, durations with their unit; else as it stands there
        bool isUnread = false; ///< not what its role asks for; kept as an attribute
    };
    struct Row {
        uint64_t number = 0; ///< from 1, behind the header
        bool isSpan = false;
        std::string remark;  ///< why it is no span, or what was wrong with it
        std::array<Cell, kCsvRoles> cells;
        std::vector<std::string> raw; ///< by column of the table
    };
    static constexpr size_t kRows = 100;
    std::vector<Row> rows; ///< at most kRows
    // Of all rows that were looked at:
    uint64_t rowCount = 0, spanCount = 0;
    std::array<uint64_t, kCsvRoles> unread{};             ///< cells that are not what their role asks for
    std::map<std::string, uint64_t> skipped, remarks;     ///< rows, by reason
    std::string problem; ///< nothing can be read like this, and why: one sentence; the rows are there as they stand
};

} // namespace aisle
