#include "store/span_replay.h"

#include "store/attribute_json.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace aisle {

namespace {

class Replay {
public:
    Replay(Database& db, const SpanTable& table, const RowSet* rows, const Redactor& redactor, SpanSink& sink)
        : db_(db), table_(table), rows_(rows), redactor_(redactor), sink_(sink),
          context_(db.prepare("SELECT resource, schema_url, scope_name, scope_version, scope FROM context WHERE id = ?1")),
          idText_(db.prepare("SELECT text FROM id_text WHERE id = ?1")) {
        for (Statement s = db.prepare("SELECT id, text FROM string ORDER BY id"); s.step();)
            strings_[s.integer(0)] = s.text(1);
        for (Statement s = db.prepare("SELECT id, key, type, value FROM attribute ORDER BY id"); s.step();) {
            const int64_t type = s.integer(2);
            pairs_[s.integer(0)] = {s.integer(1), type < 0 || type > static_cast<int64_t>(ValueType::Map) ? ValueType::String : static_cast<ValueType>(type),
                                    std::string(s.text(3))};
        }
        hasIdTexts_ = db.integer("SELECT count(*) FROM (SELECT 1 FROM id_text LIMIT 1)") != 0;
    }

    void spans(const StopToken& stop) {
        Statement span = db_.prepare("SELECT row, attributes, status_message, trace_state FROM span WHERE row >= ?1 AND row < ?2 ORDER BY row");
        SideRows events(db_, "SELECT row, time, name, attributes FROM event WHERE row >= ?1 AND row < ?2 ORDER BY row, n");
        SideRows links(db_, "SELECT row, high, low, span_id, trace_state, attributes FROM link WHERE row >= ?1 AND row < ?2 ORDER BY row, n");
        uint64_t n = 0;
        for (const FileInfo& file : table_.files()) {
            const auto from = static_cast<int64_t>(file.firstRow), to = from + file.rows;
            span.reset();
            span.bind(1, from).bind(2, to);
            events.begin(from, to);
            links.begin(from, to);
            while (span.step()) {
                if (++n % 4096 == 0)
                    stop.check();
                const auto row = static_cast<Row>(span.integer(0));
                if (!isWanted(row))
                    continue;
                texts_.clear();
                fill(row, span);
                events.each(row, [this](Statement& s) {
                    EventRecord& event = record_.addEvent();
                    event.time = s.integer(1);
                    event.name = redacted("event.name", text(s.integer(2)));
                    attributes(s.text(3), event.attributes);
                });
                links.each(row, [this](Statement& s) {
                    LinkRecord& link = record_.addLink();
                    link.trace = traceId({static_cast<uint64_t>(s.integer(1)), static_cast<uint64_t>(s.integer(2))});
                    link.span = spanId(static_cast<SpanId>(s.integer(3)));
                    link.traceState = redacted("trace_state", s.text(4));
                    attributes(s.text(5), link.attributes);
                });
                sink_.span(record_);
            }
        }
    }

    void logs(const StopToken& stop) {
        Statement s = db_.prepare("SELECT l.row, l.high, l.low, l.span_id, l.context, l.time, l.severity, l.severity_text, l.event_name, "
                                  "l.body_type, l.body, l.attributes FROM log l JOIN file f ON f.id = l.file AND f.state = 'done' ORDER BY l.id");
        LogRecord log;
        for (uint64_t n = 0; s.step(); ++n) {
            if (n % 4096 == 0)
                stop.check();
            if (rows_ != nullptr && (s.isNull(0) || !(*rows_)[static_cast<Row>(s.integer(0))]))
                continue;
            texts_.clear();
            log.clear();
            log.trace = traceId({static_cast<uint64_t>(s.integer(1)), static_cast<uint64_t>(s.integer(2))});
            log.span = spanId(static_cast<SpanId>(s.integer(3)));
            log.context = context(static_cast<uint32_t>(s.integer(4)));
            log.time = s.integer(5);
            log.severity = static_cast<int>(std::clamp<int64_t>(s.integer(6), 0, 255));
            log.severityText = redacted("severity_text", s.text(7));
            log.eventName = redacted("event.name", s.text(8));
            const int64_t type = s.integer(9);
            log.bodyType = type < 0 || type > static_cast<int64_t>(ValueType::Map) ? ValueType::String : static_cast<ValueType>(type);
            log.body = redacted("body", s.text(10));
            attributes(s.text(11), log.attributes);
            sink_.log(log);
        }
    }

private:
    struct Pair {
        int64_t key;
        ValueType type;
        std::string value;
    };

    /// Rows of a side table beside the spans', both in the order of span rows.
    class SideRows {
    public:
        SideRows(Database& db, const char* sql) : rows_(db.prepare(sql)) {}
        void begin(int64_t from, int64_t to) {
            rows_.reset();
            rows_.bind(1, from).bind(2, to);
            more_ = rows_.step();
        }
        template <typename F>
        void each(Row row, F&& f) {
            for (; more_ && rows_.integer(0) <= static_cast<int64_t>(row); more_ = rows_.step())
                if (rows_.integer(0) == static_cast<int64_t>(row))
                    f(rows_);
        }

    private:
        Statement rows_;
        bool more_ = false;
    };

    bool isWanted(Row row) const { return !table_.isHidden(row) && (rows_ == nullptr || (*rows_)[row]); }

    void fill(Row row, const Statement& span) {
        record_.clear();
        record_.trace = traceId(table_.traceId(table_.trace(row)));
        record_.span = spanId(table_.id(row));
        record_.parent = spanId(table_.parentId(row));
        record_.context = context(table_.context(row));
        record_.name = redacted("name", table_.nameText(row));
        record_.kind = table_.kind(row);
        record_.status = table_.status(row);
        record_.start = table_.start(row);
        record_.duration = table_.duration(row);
        record_.flags = table_.flags(row);
        attributes(span.text(1), record_.attributes);
        record_.statusMessage = redacted("status_message", span.text(2));
        record_.traceState = redacted("trace_state", span.text(3));
    }

    ContextHandle context(uint32_t id) {
        const auto [known, isNew] = contexts_.try_emplace(id, 0);
        if (!isNew)
            return known->second;
        std::deque<std::string> own;
        own.swap(texts_); // the span's texts stay where they are
        ContextRecord record;
        context_.reset();
        if (context_.bind(1, static_cast<int64_t>(id)).step()) {
            attributes(context_.text(0), record.resource);
            record.resourceSchema = redacted("schema_url", context_.text(1));
            record.scopeName = redacted("scope.name", context_.text(2));
            record.scopeVersion = redacted("scope.version", context_.text(3));
            attributes(context_.text(4), record.scope);
        }
        known->second = sink_.context(record);
        texts_.swap(own);
        return known->second;
    }

    void attributes(std::string_view json, Attributes& out) {
        out.clear();
        const auto add = [&](int64_t key, ValueType type, std::string_view value) {
            const std::string_view name = text(key);
            out.push_back({name, type, redacted(name, value)});
        };
        forEachAttribute(
            json,
            [&](uint32_t id) {
                if (const auto pair = pairs_.find(id); pair != pairs_.end())
                    add(pair->second.key, pair->second.type, pair->second.value);
            },
            [&](uint32_t key, ValueType type, std::string_view quoted) { add(key, type, keep(unquoteJson(quoted))); });
    }

    std::string_view text(int64_t id) const {
        const auto found = strings_.find(id);
        return found == strings_.end() ? std::string_view() : found->second;
    }
    std::string_view redacted(std::string_view key, std::string_view value) { return keep(redactor_.redact(key, value)); }
    std::string_view keep(std::string value) { return texts_.emplace_back(std::move(value)); }

    TraceIdRecord traceId(TraceId id) { return {id, idText(id)}; }
    SpanIdRecord spanId(SpanId id) { return {id, id == 0 ? std::string_view() : idText({0, id})}; }
    std::string_view idText(TraceId id) {
        if (!hasIdTexts_)
            return {};
        std::string bytes(16, '\0');
        for (size_t i = 0; i < 8; ++i) {
            bytes[i] = static_cast<char>(id.high >> (56 - 8 * i));
            bytes[8 + i] = static_cast<char>(id.low >> (56 - 8 * i));
        }
        idText_.reset();
        idText_.bindBlob(1, bytes);
        return idText_.step() ? redacted("id", idText_.text(0)) : std::string_view();
    }

    Database& db_;
    const SpanTable& table_;
    const RowSet* rows_;
    const Redactor& redactor_;
    SpanSink& sink_;
    Statement context_, idText_;
    std::unordered_map<int64_t, std::string> strings_;
    std::unordered_map<int64_t, Pair> pairs_;
    std::unordered_map<uint32_t, ContextHandle> contexts_;
    std::deque<std::string> texts_; ///< of the record that is being said
    SpanRecord record_;
    bool hasIdTexts_ = false;
};

} // namespace

void replay(Database& db, const SpanTable& table, const RowSet* rows, const Redactor& redactor, SpanSink& sink,
            const StopToken& stop) {
    Replay replay(db, table, rows, redactor, sink);
    replay.spans(stop);
    replay.logs(stop);
}

} // namespace aisle
