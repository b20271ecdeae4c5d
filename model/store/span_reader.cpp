#include "store/span_reader.h"

#include "store/attribute_json.h"

#include <algorithm>

namespace aisle {

namespace {

/// A time of a workspace that may be a stranger's: differences of two must not overflow.
int64_t bounded(int64_t time) { return time < kMinTime || time > kMaxTime ? 0 : time; }

/// Reads with the statements prepared once for the span.
class Reader {
public:
    Reader(Database& db, const SpanTable& table)
        : db_(db), table_(table), pair_(db.prepare("SELECT key, type, value FROM attribute WHERE id = ?1")),
          text_(db.prepare("SELECT text FROM string WHERE id = ?1")),
          idText_(db.prepare("SELECT text FROM id_text WHERE id = ?1")) {}

    AttributeList attributes(std::string_view json) {
        AttributeList out;
        forEachAttribute(
            json,
            [&](uint32_t id) {
                pair_.reset();
                pair_.bind(1, id);
                if (pair_.step())
                    out.push_back(
                        {keyText(pair_.integer(0)), typeOf(pair_.integer(1)), std::string(pair_.text(2))});
                pair_.reset();
            },
            [&](uint32_t key, ValueType type, std::string_view quoted) {
                out.push_back({keyText(key), type, unquoteJson(quoted)});
            });
        return out;
    }

    /// Ids that were no hex are kept as text under the number that stands for them.
    std::string idText(TraceId id) {
        std::string bytes(16, '\0');
        for (size_t i = 0; i < 8; ++i) {
            bytes[i] = static_cast<char>(id.high >> (56 - 8 * i));
            bytes[8 + i] = static_cast<char>(id.low >> (56 - 8 * i));
        }
        idText_.reset();
        idText_.bindBlob(1, bytes);
        std::string text = idText_.step() ? std::string(idText_.text(0)) : std::string();
        idText_.reset();
        return text;
    }
    std::string traceText(TraceId id) {
        std::string text = idText(id);
        return text.empty() ? toHex(id) : text;
    }
    std::string spanText(SpanId id) {
        std::string text = idText({0, id});
        return text.empty() ? toHex(id) : text;
    }

    std::string keyText(int64_t id) {
        if (id >= 0 && id < table_.stringCount())
            return std::string(table_.text(static_cast<uint32_t>(id)));
        text_.reset();
        text_.bind(1, id);
        std::string text = text_.step() ? std::string(text_.text(0)) : "(key " + std::to_string(id) + ")";
        text_.reset();
        return text;
    }

    static ValueType typeOf(int64_t number) {
        return number < 0 || number > static_cast<int64_t>(ValueType::Map) ? ValueType::String
                                                                           : static_cast<ValueType>(number);
    }

    void span(SpanDetails& out);
    void context(SpanDetails& out);
    void events(SpanDetails& out);
    void links(SpanDetails& out);
    void logs(SpanDetails& out);
    void merged(SpanDetails& out);
    void incoming(SpanDetails& out, const StopToken& stop) const;
    std::string fileOf(Row row) const;

private:
    Row targetOf(Row row, size_t n, TraceId trace, SpanId span) const;
    AttributeList attributesOf(Row row);

    Database& db_;
    const SpanTable& table_;
    Statement pair_, text_, idText_;
};

void Reader::span(SpanDetails& out) {
    Statement s = db_.prepare("SELECT attributes, status_message, trace_state FROM span WHERE row = ?1");
    s.bind(1, static_cast<int64_t>(out.row));
    out.found = s.step();
    if (!out.found)
        return;
    out.attributes = attributes(s.text(0));
    out.statusMessage = s.text(1);
    out.traceState = s.text(2);
}

void Reader::context(SpanDetails& out) {
    Statement s = db_.prepare(
        "SELECT resource, schema_url, scope_name, scope_version, scope FROM context WHERE id = ?1");
    s.bind(1, static_cast<int64_t>(table_.context(out.row)));
    if (!s.step())
        return;
    out.resource = attributes(s.text(0));
    out.resourceSchema = s.text(1);
    out.scopeName = s.text(2);
    out.scopeVersion = s.text(3);
    out.scope = attributes(s.text(4));
}

void Reader::events(SpanDetails& out) {
    Statement s = db_.prepare("SELECT time, name, attributes FROM event WHERE row = ?1 ORDER BY n");
    s.bind(1, static_cast<int64_t>(out.row));
    while (s.step()) {
        if (out.events.size() < SpanDetails::kPerSection)
            out.events.push_back({bounded(s.integer(0)), keyText(s.integer(1)), attributes(s.text(2))});
        else
            ++out.moreEvents;
    }
}

/// The table has worked out where links lead; its links and the rows here are in the same order. A workspace
/// that says otherwise is damaged: then the ids decide.
Row Reader::targetOf(Row row, size_t n, TraceId trace, SpanId span) const {
    const Segment& segment = table_.segmentAt(row >> 16);
    const auto first =
        std::lower_bound(segment.links.begin(), segment.links.end(), row & (kSegmentRows - 1),
                         [](const SpanLink& link, uint32_t offset) { return link.offset < offset; });
    const auto at = static_cast<size_t>(first - segment.links.begin()) + n;
    if (at < segment.links.size() && segment.links[at].offset == (row & (kSegmentRows - 1)) &&
        segment.links[at].trace == trace && segment.links[at].span == span) {
        const auto& targets = table_.derivedAt(row >> 16).linkTarget;
        return at < targets.size() ? targets[at] : kNoRow;
    }
    const auto index = table_.findTrace(trace);
    return index ? table_.findSpan(*index, span) : kNoRow;
}

void Reader::links(SpanDetails& out) {
    Statement s =
        db_.prepare("SELECT high, low, span_id, trace_state, attributes FROM link WHERE row = ?1 ORDER BY n");
    s.bind(1, static_cast<int64_t>(out.row));
    size_t n = 0;
    for (; s.step(); ++n) {
        if (out.links.size() >= SpanDetails::kPerSection) {
            ++out.moreLinks;
            continue;
        }
        const TraceId trace{static_cast<uint64_t>(s.integer(0)), static_cast<uint64_t>(s.integer(1))};
        const auto span = static_cast<SpanId>(s.integer(2));
        out.links.push_back({traceText(trace), spanText(span), std::string(s.text(3)),
                             targetOf(out.row, n, trace, span), attributes(s.text(4))});
    }
}

/// Without the index (no log was ever joined) this is a scan of a table that is mostly empty.
void Reader::logs(SpanDetails& out) {
    Statement s = db_.prepare(
        "SELECT l.time, l.severity, l.severity_text, l.event_name, l.body_type, l.body, l.attributes "
        "FROM log l JOIN file f ON f.id = l.file AND f.state = 'done' WHERE l.row = ?1 "
        "ORDER BY l.time, l.id");
    s.bind(1, static_cast<int64_t>(out.row));
    while (s.step()) {
        if (out.logs.size() >= SpanDetails::kPerSection) {
            ++out.moreLogs;
            continue;
        }
        SpanLog log;
        log.time = bounded(s.integer(0));
        log.severity = static_cast<int>(std::clamp<int64_t>(s.integer(1), 0, 255));
        log.severityText = s.text(2);
        log.eventName = s.text(3);
        log.bodyType = typeOf(s.integer(4));
        log.body = s.text(5);
        log.attributes = attributes(s.text(6));
        out.logs.push_back(std::move(log));
    }
}

AttributeList Reader::attributesOf(Row row) {
    Statement s = db_.prepare("SELECT attributes FROM span WHERE row = ?1");
    s.bind(1, static_cast<int64_t>(row));
    return s.step() ? attributes(s.text(0)) : AttributeList();
}

void Reader::merged(SpanDetails& out) {
    for (const Row row : table_.rowsOf(table_.trace(out.row))) {
        if (!table_.isHidden(row) || table_.parent(row) != out.row)
            continue;
        if (out.merged.size() < SpanDetails::kPerSection)
            out.merged.push_back(
                {row, (table_.derivedFlags(row) & kFragment) != 0, fileOf(row), attributesOf(row)});
        else
            ++out.moreMerged;
    }
}

void Reader::incoming(SpanDetails& out, const StopToken& stop) const {
    for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
        if (!table_.hasSegment(number))
            continue;
        stop.check();
        const auto& targets = table_.derivedAt(number).linkTarget;
        const auto& links = table_.segmentAt(number).links;
        for (size_t i = 0; i < targets.size() && i < links.size(); ++i) {
            if (targets[i] != out.row)
                continue;
            if (const Row from = number << 16 | links[i].offset; table_.isHidden(from))
                continue;
            else if (out.incoming.size() < SpanDetails::kPerSection)
                out.incoming.push_back(from);
            else
                ++out.moreIncoming;
        }
    }
}

std::string Reader::fileOf(Row row) const {
    for (const FileInfo& file : table_.files())
        if (row >= file.firstRow && row - file.firstRow < file.rows)
            return file.name;
    return {};
}

} // namespace

SpanDetails readSpan(Database& db, const SpanTable& table, Row row, const StopToken& stop) {
    SpanDetails out;
    out.row = row;
    Reader reader(db, table);
    out.traceId = reader.traceText(table.traceId(table.trace(row)));
    out.spanId = reader.spanText(table.id(row));
    if (table.parentId(row) != 0)
        out.parentId = reader.spanText(table.parentId(row));
    out.file = reader.fileOf(row);
    reader.span(out);
    reader.context(out);
    stop.check();
    if ((table.flags(row) & kHasSideRecords) != 0) {
        reader.events(out);
        reader.links(out);
    }
    stop.check();
    reader.logs(out);
    reader.merged(out);
    reader.incoming(out, stop);
    return out;
}

namespace {

/// Log records are few or many, and most spans have none: those between the first and the last row, in the order of rows.
void readLogTimes(Database& db, std::span<const Row> rows, size_t limit, std::vector<EventTime>& out, const StopToken& stop) {
    if (rows.empty())
        return;
    constexpr int64_t kError = 17; // SeverityNumber ERROR
    const auto events = static_cast<ptrdiff_t>(out.size());
    Statement s = db.prepare("SELECT l.row, l.time, l.severity FROM log l JOIN file f ON f.id = l.file AND f.state = 'done' "
                             "WHERE l.row BETWEEN ?1 AND ?2 ORDER BY l.row, l.time");
    s.bind(1, static_cast<int64_t>(rows.front())).bind(2, static_cast<int64_t>(rows.back()));
    for (size_t read = 0; s.step() && out.size() < limit; ++read) {
        if ((read & 0xfff) == 0)
            stop.check();
        const int64_t row = s.integer(0);
        if (std::binary_search(rows.begin(), rows.end(), static_cast<Row>(row)))
            out.push_back({static_cast<Row>(row), bounded(s.integer(1)), s.integer(2) >= kError});
    }
    std::inplace_merge(out.begin(), out.begin() + events, out.end(), [](const EventTime& a, const EventTime& b) { return a.row < b.row; });
}

} // namespace

std::vector<EventTime> readEventTimes(Database& db, const SpanTable& table, std::span<const Row> rows,
                                      size_t limit, const StopToken& stop) {
    std::vector<EventTime> out;
    Statement s = db.prepare("SELECT time, name FROM event WHERE row = ?1 ORDER BY n");
    for (const Row row : rows) {
        if ((table.flags(row) & kHasSideRecords) == 0 || table.isHidden(row))
            continue;
        stop.check();
        s.reset();
        s.bind(1, static_cast<int64_t>(row));
        while (s.step()) {
            if (out.size() >= limit)
                return out;
            const int64_t name = s.integer(1);
            out.push_back({row, bounded(s.integer(0)),
                           name >= 0 && name < table.stringCount() &&
                               table.text(static_cast<uint32_t>(name)) == "exception"});
        }
    }
    readLogTimes(db, rows, limit, out, stop);
    return out;
}

} // namespace aisle
