#include "format/csv_preview.h"

#include "text/format.h"

#include <algorithm>

namespace aisle {

extern const Format kCsvSpans;

namespace {

struct RawRow {
    uint64_t number = 0; ///< as in positions
    CsvRow cells;
};

/// The rows as they stand there; a last one that is cut off is taken from `head` as well.
std::vector<RawRow> wholeRows(std::string_view& head, bool complete, const CsvTable& table) {
    std::vector<RawRow> rows;
    const auto source = memorySource(std::string(head));
    CsvRecords records(*source, table.delimiter, kCsvSampleBytes);
    records.expect(table.header.size());
    for (uint64_t number = 0; records.next(); ++number) {
        if (records.atEnd() && !complete) {
            head = head.substr(0, records.offset());
            break;
        }
        RawRow row{number, {}};
        for (const std::string_view field : records.fields())
            row.cells.emplace_back(trimmed(field));
        if (row.cells != table.header)
            rows.push_back(std::move(row));
    }
    return rows;
}

/// Puts what the importer says of the rows beside the rows: it says in their order, of a span's row before the span.
class PreviewSink : public SpanSink {
public:
    PreviewSink(const CsvTable& table, std::vector<RawRow> rows) : m_table(table), m_rows(std::move(rows)) {
        m_column.fill(table.header.size());
        for (size_t i = 0; i < kCsvRoles; ++i)
            if (const auto role = static_cast<CsvRole>(i); table.mapping.has(role))
                m_column[i] = static_cast<size_t>(std::find(table.header.begin(), table.header.end(), *table.mapping[role].name) - table.header.begin());
        m_preview.rowCount = m_rows.size();
    }
    TablePreview take() { return std::move(m_preview); }
    TablePreview takeUnread(std::string problem) {
        m_preview.problem = std::move(problem);
        while (m_next < m_rows.size() && m_preview.rows.size() < TablePreview::kRows)
            keep(nextRow());
        return take();
    }

    ContextHandle context(const ContextRecord& record) override {
        std::string& service = m_services.emplace_back();
        for (const Attribute& attribute : record.resource)
            if (attribute.key == "service.name")
                service = attribute.value;
        return static_cast<ContextHandle>(m_services.size() - 1);
    }
    ContextHandle openContext() override { return 0; }
    void complete(ContextHandle, const ContextRecord&) override {}
    void log(const LogRecord&) override {}
    void ignored(std::string_view, uint64_t) override {}

    void skipped(std::string_view reason, Position) override {
        ++m_preview.skipped[std::string(reason)];
        TablePreview::Row row = nextRow();
        row.remark = reason;
        keep(std::move(row));
    }
    void repaired(std::string_view what, Position) override {
        ++m_preview.remarks[std::string(what)];
        m_remark += (m_remark.empty() ? "" : "; ") + std::string(what);
    }
    void span(const SpanRecord& span) override {
        ++m_preview.spanCount;
        TablePreview::Row row = nextRow();
        row.isSpan = true;
        row.remark = std::move(m_remark);
        m_remark.clear();
        understood(span, row);
        for (size_t i = 0; i < kCsvRoles; ++i)
            m_preview.unread[i] += row.cells[i].isUnread;
        keep(std::move(row));
    }

private:
    TablePreview::Row nextRow() {
        TablePreview::Row row;
        if (m_next == m_rows.size())
            return row;
        const RawRow& raw = m_rows[m_next++];
        row.number = raw.number;
        for (size_t i = 0; i < kCsvRoles; ++i)
            if (m_column[i] < raw.cells.size())
                row.cells[i].text = raw.cells[m_column[i]];
        row.raw = raw.cells;
        return row;
    }

    void keep(TablePreview::Row row) {
        if (m_preview.rows.size() < TablePreview::kRows)
            m_preview.rows.push_back(std::move(row));
    }

    /// What was understood of each cell; what became an attribute under its column's name was not.
    void understood(const SpanRecord& span, TablePreview::Row& row) {
        const auto set = [&](CsvRole role, std::string text) {
            const size_t column = m_column[static_cast<size_t>(role)];
            TablePreview::Cell& cell = row.cells[static_cast<size_t>(role)];
            cell.isUnread = column < m_table.header.size() && !cell.text.empty() &&
                            std::any_of(span.attributes.begin(), span.attributes.end(),
                                        [&](const Attribute& a) { return a.key == m_table.header[column] && trimmed(a.value) == cell.text; });
            if (!cell.isUnread)
                cell.text = std::move(text);
        };
        const bool hasStart = (span.flags & kNoStart) == 0, hasEnd = (span.flags & kUnfinished) == 0;
        constexpr int kDecimals = 6;
        int64_t end = 0;
        const bool isBounded = !__builtin_add_overflow(span.start, span.duration, &end);
        set(CsvRole::Trace, span.trace.text.empty() ? toHex(span.trace.id) : std::string(span.trace.text));
        set(CsvRole::Span, span.span.text.empty() ? toHex(span.span.id) : std::string(span.span.text));
        set(CsvRole::Parent, span.parent.id == 0 ? "" : span.parent.text.empty() ? toHex(span.parent.id) : std::string(span.parent.text));
        set(CsvRole::Name, std::string(span.name));
        set(CsvRole::Service, span.context < m_services.size() ? m_services[span.context] : "");
        set(CsvRole::Start, hasStart ? formatTime(span.start, {true}, kDecimals) : "");
        set(CsvRole::End, hasStart && hasEnd && isBounded ? formatTime(end, {true}, kDecimals) : "");
        set(CsvRole::Duration, hasEnd ? formatDuration(span.duration) : "");
        set(CsvRole::Kind, span.kind == Kind::Unspecified ? "" : std::string(kindName(span.kind)));
        set(CsvRole::Status, span.status == Status::Unset ? "" : std::string(statusName(span.status)));
        set(CsvRole::Message, std::string(span.statusMessage));
    }

    const CsvTable& m_table;
    std::vector<RawRow> m_rows;
    std::array<size_t, kCsvRoles> m_column{}; ///< of each role; the header's size when there is none
    std::vector<std::string> m_services;      ///< by context
    size_t m_next = 0;
    std::string m_remark;
    TablePreview m_preview;
};

} // namespace

TablePreview previewCsv(std::string_view head, bool complete, const CsvMapping& mapping) {
    ImportLimits limits;
    limits.csvMapping = std::make_shared<const CsvMapping>(mapping);
    const CsvTable table = readCsvTable(head, complete, limits);
    std::vector<RawRow> rows = wholeRows(head, complete, table);
    PreviewSink sink(table, std::move(rows));
    TablePreview preview;
    try {
        const auto source = memorySource(std::string(head));
        kCsvSpans.create()->run(*source, sink, limits);
        preview = sink.take();
    } catch (const ImportError& e) {
        preview = sink.takeUnread(e.what());
    }
    return preview;
}

} // namespace aisle
