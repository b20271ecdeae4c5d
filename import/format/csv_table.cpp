#include "format/csv_table.h"

#include "format/csv_nested.h"
#include "text/utf8.h"

#include <algorithm>

namespace aisle {

namespace {

constexpr size_t kSampleRows = 200;

size_t roleCount(const CsvMapping& mapping) {
    size_t count = 0;
    for (size_t i = 0; i < kCsvRoles; ++i)
        count += mapping.has(static_cast<CsvRole>(i));
    return count;
}

/// The header and the sample rows, read with that delimiter.
std::vector<CsvRow> readRows(std::string_view head, bool complete, char delimiter, size_t count) {
    const auto source = memorySource(std::string(head));
    CsvRecords records(*source, delimiter, kCsvSampleBytes);
    std::vector<CsvRow> rows;
    while (rows.size() < count && records.next()) {
        if (records.tooLarge() || (records.atEnd() && !complete))
            break;
        CsvRow& row = rows.emplace_back();
        for (const std::string_view field : records.fields())
            row.emplace_back(trimmed(field));
        records.expect(rows.front().size());
    }
    return rows;
}

} // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// The delimiter is the one with which the header was saved, else has most roles, then most columns.
CsvTable readCsvTable(std::string_view head, bool complete, const ImportLimits& limits) {
    CsvTable best;
    CsvMapping said = limits.csvMapping ? *limits.csvMapping : CsvMapping();
    size_t bestRoles = 0;
    for (const char delimiter : {',', '\t', ';', '|'}) {
        std::vector<CsvRow> rows = readRows(head, complete, delimiter, 1);
        if (rows.empty() || rows.front().size() < 2)
            continue;
        for (std::string& name : rows.front()) // what a mapping calls it, and a window shows
            name = toUtf8(name);
        const auto saved = limits.savedMappings ? limits.savedMappings->find(csvSignature(rows.front())) : CsvMappings::const_iterator();
        const bool isSaved = limits.savedMappings && saved != limits.savedMappings->end();
        const size_t roles = roleCount(guessCsvMapping(rows.front(), {}, said));
        if (!isSaved && roles <= bestRoles && (roles < bestRoles || rows.front().size() <= best.header.size()))
            continue;
        bestRoles = roles;
        best.delimiter = delimiter;
        best.header = std::move(rows.front());
        best.isSaved = isSaved;
        if (isSaved) {
            if (!limits.csvMapping)
                said = saved->second;
            break;
        }
    }
    best.rows = readRows(head, complete, best.delimiter, kSampleRows);
    if (!best.rows.empty())
        best.rows.erase(best.rows.begin());
    best.mapping = guessCsvMapping(best.header, best.rows, said, decimalOf(best.delimiter));
    return best;
}

bool mayBeTable(std::string_view head) {
    constexpr std::ptrdiff_t kZeros = 4; // one bad byte must not cost the table; binary data has hundreds
    const size_t text = head.find_first_not_of("\xef\xbb\xbf \t\r\n");
    return text != std::string_view::npos && head[text] != '{' && head[text] != '[' && head[text] != '<' &&
           (std::count(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(head.size(), 4096)), '\0') <= kZeros ||
            head.starts_with(kAisleCsvHeader[0])); // Aisle itself writes what names hold
}

bool isTable(const CsvTable& table) {
    constexpr size_t kLeastColumns = 3; // a trace, a span and something of it
    if (table.header.size() < kLeastColumns || table.rows.empty())
        return false;
    const auto even = static_cast<size_t>(std::count_if(table.rows.begin(), table.rows.end(),
                                                        [&](const CsvRow& row) { return row.size() == table.header.size(); }));
    const auto named = static_cast<size_t>(std::count_if(table.header.begin(), table.header.end(),
                                                         [](const std::string& name) { return !name.empty() && name.size() <= 200; }));
    return even * 10 >= table.rows.size() * 9 && named * 10 >= table.header.size() * 9; // prose with commas is none
}

std::string askForColumns(const CsvTable& table) {
    CsvMapping example = withoutGuessable(table.header, table.mapping);
    std::string lacking;
    for (const CsvRole role : {CsvRole::Trace, CsvRole::Span, CsvRole::Start}) {
        if (example.has(role))
            continue;
        lacking += (lacking.empty() ? "" : ", ") + std::string(csvRoleName(role));
        example[role].name = "COLUMN";
    }
    if (!example.has(CsvRole::Duration) && !example.has(CsvRole::End)) {
        lacking += (lacking.empty() ? "" : ", ") + std::string(csvRoleName(CsvRole::Duration));
        example[CsvRole::Duration].name = "COLUMN";
    }
    std::string columns;
    for (size_t i = 0; i < table.header.size() && i < 12; ++i)
        columns += (i > 0 ? ", " : "") + table.header[i].substr(0, 60);
    if (table.header.size() > 12)
        columns += ", ...";
    return "It is a table (" + columns + "), but it cannot be told which columns hold " + lacking +
           "; say so with " + mapOption(csvMappingToText(example));
}

} // namespace aisle
