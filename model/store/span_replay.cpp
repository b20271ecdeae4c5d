#include "store/span_replay.h"

#include "store/attribute_json.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace aisle {

namespace {

/// So much text of contexts may be with the sink before it may forget them: at the next trace, or at once.
constexpr size_t kContextBytes = 16U << 20, kMostContextBytes = 64U << 20;

ValueType valueType(int64_t type) {
    return type < 0 || type > static_cast<int64_t>(ValueType::Map) ? ValueType::String : static_cast<ValueType>(type);
}

class Replay {
public:
    Replay(Database& db, const SpanTable& table, const ReplayRequest& request, const Redactor& redactor, ReplaySink& sink,
           const StopToken& stop)
        : db_(db), snapshot_(db), table_(table), request_(request), redactor_(redactor), sink_(sink), stop_(stop),
          context_(db.prepare("SELECT resource, schema_url, scope_name, scope_version, scope FROM context WHERE id = ?1")),
          idText_(db.prepare("SELECT text FROM id_text WHERE id = ?1")) {
        for (Statement s = db.prepare("SELECT id, key, type, value FROM attribute ORDER BY id"); s.step();)
            pairs_[s.integer(0)] = {s.integer(1), valueType(s.integer(2)), std::string(s.text(3))};
        hasIdTexts_ = db.integer("SELECT count(*) FROM (SELECT 1 FROM id_text LIMIT 1)") != 0;
    }

    ReplayCounts run() {
        if (request_.order == ReplayOrder::Traces)
            byTraces();
        else
            byRows();
        logs();
        return counts_;
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

    /// The rows of all three tables that have to do with spans from `begin()` on.
    struct Cursor {
        explicit Cursor(Database& db)
            : span(db.prepare("SELECT row, attributes, status_message, trace_state FROM span WHERE row >= ?1 AND row < ?2 ORDER BY row")),
              events(db, "SELECT row, time, name, attributes FROM event WHERE row >= ?1 AND row < ?2 ORDER BY row, n"),
              links(db, "SELECT row, high, low, span_id, trace_state, attributes FROM link WHERE row >= ?1 AND row < ?2 ORDER BY row, n") {}
        void begin(int64_t from, int64_t to, bool withSideRecords) {
            span.reset();
            span.bind(1, from).bind(2, to);
            if (!withSideRecords)
                return;
            events.begin(from, to);
            links.begin(from, to);
        }
        Statement span;
        SideRows events, links;
    };

    void byRows() {
        Cursor cursor(db_);
        for (const FileInfo& file : table_.files()) {
            const auto from = static_cast<int64_t>(file.firstRow);
            uint64_t rows = 0;
            for (cursor.begin(from, from + file.rows, true); cursor.span.step(); ++rows)
                if (const auto row = static_cast<Row>(cursor.span.integer(0)); isWanted(row))
                    say(row, cursor);
            if (rows != file.rows)
                throwChanged();
        }
    }

    void byTraces() {
        Cursor cursor(db_);
        for (TraceIndex trace = 0; trace < table_.traceSlots(); ++trace) {
            if (contextBytes_ > kContextBytes)
                forgetContexts();
            for (const Row row : table_.rowsOf(trace)) {
                if (!isWanted(row))
                    continue;
                cursor.begin(row, static_cast<int64_t>(row) + 1, (table_.flags(row) & kHasSideRecords) != 0);
                if (!cursor.span.step())
                    throwChanged();
                say(row, cursor);
            }
        }
    }

    [[noreturn]] static void throwChanged() {
        throw StoreError("The workspace has changed since it was opened, or is damaged: spans of it are missing. Open it again.");
    }

    /// Counts what it is about; true for what is to be said.
    bool isWanted(Row row) {
        if (++looked_ % 4096 == 0) {
            stop_.check();
            if (request_.progress)
                request_.progress(counts_.spans);
        }
        const uint8_t derived = table_.derivedFlags(row);
        const bool isHidden = (derived & kHidden) != 0;
        const Row shown = isHidden ? table_.parent(row) : row;
        if (request_.rows != nullptr && (shown == kNoRow || !(*request_.rows)[shown]))
            return false;
        if (!isHidden)
            ++counts_.spans;
        else if ((derived & kFragment) == 0)
            ++counts_.copies;
        return !isHidden || (derived & kFragment) != 0;
    }

    void say(Row row, Cursor& cursor) {
        texts_.clear();
        record_.clear();
        record_.context = context(table_.context(row));
        record_.trace = traceId(table_.traceId(table_.trace(row)));
        record_.span = spanId(table_.id(row));
        record_.parent = spanId(table_.parentId(row));
        record_.name = redacted("name", table_.nameText(row));
        record_.kind = table_.kind(row);
        record_.status = table_.status(row);
        record_.start = table_.start(row);
        record_.duration = table_.duration(row);
        record_.flags = table_.flags(row);
        attributes(cursor.span.text(1), record_.attributes);
        record_.statusMessage = redacted("status_message", cursor.span.text(2));
        record_.traceState = redacted("trace_state", cursor.span.text(3));
        if ((record_.flags & kHasSideRecords) != 0) {
            cursor.events.each(row, [this](Statement& s) {
                EventRecord& event = record_.addEvent();
                event.time = s.integer(1);
                event.name = redacted("event.name", text(s.integer(2)));
                attributes(s.text(3), event.attributes);
            });
            cursor.links.each(row, [this](Statement& s) {
                LinkRecord& link = record_.addLink();
                link.trace = traceId({static_cast<uint64_t>(s.integer(1)), static_cast<uint64_t>(s.integer(2))});
                link.span = spanId(static_cast<SpanId>(s.integer(3)));
                link.traceState = redacted("trace_state", s.text(4));
                attributes(s.text(5), link.attributes);
            });
        }
        sink_.span(record_);
    }

    void logs() {
        Statement s = db_.prepare("SELECT l.row, l.high, l.low, l.span_id, l.context, l.time, l.severity, l.severity_text, l.event_name, "
                                  "l.body_type, l.body, l.attributes FROM log l JOIN file f ON f.id = l.file AND f.state = 'done' ORDER BY l.id");
        LogRecord log;
        while (s.step()) {
            if (++looked_ % 4096 == 0)
                stop_.check();
            if (request_.rows != nullptr && (s.isNull(0) || !(*request_.rows)[static_cast<Row>(s.integer(0))]))
                continue;
            texts_.clear();
            log.clear();
            log.context = context(static_cast<uint32_t>(s.integer(4)));
            log.trace = traceId({static_cast<uint64_t>(s.integer(1)), static_cast<uint64_t>(s.integer(2))});
            log.span = spanId(static_cast<SpanId>(s.integer(3)));
            log.time = s.integer(5);
            log.severity = static_cast<int>(std::clamp<int64_t>(s.integer(6), 0, 255));
            log.severityText = redacted("severity_text", s.text(7));
            log.eventName = redacted("event.name", s.text(8));
            log.bodyType = valueType(s.integer(9));
            log.body = redacted("body", log.bodyType, s.text(10));
            if (log.body != s.text(10))
                log.bodyType = typeOfRedacted(log.bodyType, log.body);
            attributes(s.text(11), log.attributes);
            ++counts_.logs;
            sink_.log(log);
        }
    }

    void forgetContexts() {
        contexts_.clear();
        contextBytes_ = 0;
        sink_.forgetContexts();
    }

    /// Of the record that is begun: texts made before may go.
    ContextHandle context(uint32_t id) {
        if (const auto known = contexts_.find(id); known != contexts_.end())
            return known->second;
        if (contextBytes_ > kMostContextBytes)
            forgetContexts();
        ContextRecord record;
        context_.reset();
        if (context_.bind(1, static_cast<int64_t>(id)).step()) {
            attributes(context_.text(0), record.resource);
            record.resourceSchema = redacted("schema_url", context_.text(1));
            record.scopeName = redacted("scope.name", context_.text(2));
            record.scopeVersion = redacted("scope.version", context_.text(3));
            attributes(context_.text(4), record.scope);
        }
        contextBytes_ += 256;
        for (const std::string& text : texts_)
            contextBytes_ += text.size();
        const ContextHandle handle = sink_.context(record);
        contexts_.emplace(id, handle);
        texts_.clear();
        return handle;
    }

    void attributes(std::string_view json, Attributes& out) {
        out.clear();
        const auto add = [&](int64_t key, ValueType type, std::string_view value) {
            const std::string_view name = text(key);
            const std::string_view allowed = redacted(name, type, value);
            out.push_back({keyText(key), allowed == value ? type : typeOfRedacted(type, allowed), allowed});
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
        return id >= 0 && id < static_cast<int64_t>(table_.stringCount()) ? table_.text(static_cast<uint32_t>(id)) : std::string_view();
    }
    /// As it may leave: some have an address or a token as a key.
    std::string_view keyText(int64_t key) {
        auto known = keys_.find(key);
        if (known == keys_.end())
            known = keys_.emplace(key, redactor_.redact("attribute key", text(key))).first;
        return known->second;
    }
    std::string_view redacted(std::string_view key, std::string_view value) { return keep(redactor_.redact(key, value)); }
    std::string_view redacted(std::string_view key, ValueType type, std::string_view value) {
        const bool isNumber = type == ValueType::Int || type == ValueType::Double || type == ValueType::Bool;
        return keep(isNumber ? redactor_.redactNumber(key, value) : redactor_.redact(key, value));
    }
    /// What stands in the place of a number or of bytes is a text, and in the place of an array too, if it is no array.
    static ValueType typeOfRedacted(ValueType type, std::string_view allowed) {
        const bool isNested = (type == ValueType::Array && allowed.starts_with('[')) || (type == ValueType::Map && allowed.starts_with('{'));
        return isNested ? type : ValueType::String;
    }
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
    ReadTransaction snapshot_; ///< before the statements, so that it ends behind them
    const SpanTable& table_;
    const ReplayRequest& request_;
    const Redactor& redactor_;
    ReplaySink& sink_;
    const StopToken& stop_;
    Statement context_, idText_;
    std::unordered_map<int64_t, Pair> pairs_;
    std::unordered_map<int64_t, std::string> keys_;        ///< as they may leave; as many as texts in the table
    std::unordered_map<uint32_t, ContextHandle> contexts_; ///< with the sink
    size_t contextBytes_ = 0;
    std::deque<std::string> texts_; ///< of the record that is being said
    SpanRecord record_;
    ReplayCounts counts_;
    uint64_t looked_ = 0;
    bool hasIdTexts_ = false;
};

} // namespace

ReplayCounts replay(Database& db, const SpanTable& table, const ReplayRequest& request, const Redactor& redactor,
                    ReplaySink& sink, const StopToken& stop) {
    return Replay(db, table, request, redactor, sink, stop).run();
}

} // namespace aisle
