#include "export/table_document.h"

#include "export/redacted_cells.h"
#include "text/format.h"
#include "text/html.h"
#include "text/markdown.h"
#include "text/utf8.h"

namespace aisle {

namespace {

constexpr std::string_view kStyle = R"(
body { max-width: max-content; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 4px 16px 4px 0; border-bottom: 1px solid var(--line); }
th { color: var(--muted); font-weight: 600; }
td { max-width: 60em; overflow-wrap: anywhere; }
th.number, td.number { text-align: right; white-space: nowrap; }
footer { max-width: 72em; }
footer p { margin: 0 0 4px; }
@media print { @page { size: A4 landscape; } .table { overflow: visible; } th, td { padding: 2px 8px 2px 0; } tr { break-inside: avoid; } }
)";

/// A sentence says better that there is nothing than a bare head.
bool hasHead(const Tabular& table) { return !table.rows.empty() || table.notes.empty(); }

} // namespace

std::string tableMarkdown(const std::string& title, const Tabular& table, const Redactor& redactor) {
    using Place = MarkdownPlace;
    std::string out = "# " + markdownText(printable(title), Place::Line) + "\n";
    if (hasHead(table) && !table.columns.empty()) {
        std::string rule;
        out += "\n|";
        for (const Column& column : table.columns) {
            out += " " + markdownText(printable(column.title), Place::Cell) + " |";
            rule += column.isNumber ? "---:|" : "---|";
        }
        out += "\n|" + rule + "\n";
        for (const auto& row : redactedCells(table, redactor, true, table.rows.size())) {
            out += "|";
            for (size_t c = 0; c < table.columns.size(); ++c)
                out += " " + (c < row.size() ? markdownText(printable(row[c]), Place::Cell) : std::string()) + " |";
            out += "\n";
        }
    }
    for (const std::string& note : table.notes)
        out += "\n" + markdownText(printable(redactor.redact("note", note)), Place::Line) + "\n";
    return out;
}

std::string tableHtml(const std::string& title, const Tabular& table, const Redactor& redactor) { return htmlPageHead(printable(title), kStyle) + tableHtmlPart(table, redactor) + std::string(kHtmlPageEnd); }

std::string tableHtmlPart(const Tabular& table, const Redactor& redactor, size_t mostRows) {
    std::string out;
    const auto cell = [&](std::string_view tag, const Column& column, const std::string& text) {
        out += "<" + std::string(tag) + (column.isNumber ? " class=\"number\" align=\"right\"" : "");
        if (tag == "th" && !column.help.empty())
            out += " title=\"" + htmlText(printable(column.help)) + "\"";
        out += "><bdi>" + htmlText(printable(text)) + "</bdi></" + std::string(tag) + ">";
    };
    const bool isCut = mostRows > 0 && table.rows.size() > mostRows;
    if (hasHead(table)) {
        out += "<div class=\"table\"><table>\n<thead><tr>";
        for (const Column& column : table.columns)
            cell("th", column, column.title);
        out += "</tr></thead>\n<tbody>\n";
        for (const auto& row : redactedCells(table, redactor, true, isCut ? mostRows : table.rows.size())) {
            out += "<tr>";
            for (size_t c = 0; c < table.columns.size(); ++c)
                cell("td", table.columns[c], c >= row.size() ? std::string() : mostRows > 0 ? shortened(row[c], kMostOfValue) : row[c]);
            out += "</tr>\n";
        }
        out += "</tbody>\n</table></div>\n";
    }
    if (table.notes.empty() && !isCut)
        return out;
    out += "<footer>\n";
    if (isCut)
        out += "<p>" + counted(table.rows.size() - mostRows, "more row is", "more rows are") + " left out here; text, csv, json, md and html have them all.</p>\n";
    for (const std::string& note : table.notes)
        out += "<p>" + htmlText(printable(redactor.redact("note", note))) + "</p>\n";
    return out + "</footer>\n";
}

} // namespace aisle
