#include "store/store_writer.h"

#include "store/workspace.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <tuple>

namespace aisle {

/// Prepared once per writer; a prepare costs as much as 20 inserts.
struct StoreWriter::Statements {
    explicit Statements(Database& db)
        : string(db.prepare("INSERT INTO string VALUES(?1,?2)")),
          attribute(db.prepare("INSERT INTO attribute VALUES(?1,?2,?3,?4)")),
          context(db.prepare("INSERT OR REPLACE INTO context VALUES(?1,?2,?3,?4,?5,?6,?7,?8)")),
          trace(db.prepare("INSERT INTO trace VALUES(?1,?2,?3)")),
          span(db.prepare("INSERT INTO span VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)")),
          event(db.prepare("INSERT INTO event VALUES(?1,?2,?3,?4,?5)")),
          link(db.prepare("INSERT INTO link VALUES(?1,?2,?3,?4,?5,?6,?7)")),
          log(db.prepare("INSERT INTO log VALUES(?1,?2,NULL,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)")),
          idText(db.prepare("INSERT OR IGNORE INTO id_text VALUES(?1,?2)")),
          segment(db.prepare("INSERT INTO segment VALUES(?1,?2)")) {}
    Statement string, attribute, context, trace, span, event, link, log, idText, segment;
};

namespace {

int64_t asInteger(uint64_t value) { return static_cast<int64_t>(value); }

void bindOrNull(Statement& statement, int index, std::string_view text) {
    if (text.empty())
        statement.bindNull(index);
    else
        statement.bind(index, text);
}

std::string idBytes(TraceId id) {
    std::string bytes(16, '\0');
    for (size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>(id.high >> (56 - 8 * i));
        bytes[8 + i] = static_cast<char>(id.low >> (56 - 8 * i));
    }
    return bytes;
}

} // namespace

StoreWriter::StoreWriter(Database& db, SpanTablePtr table) : db_(db), builder_(table), finished_(std::move(table)) {
    sql_ = std::make_unique<Statements>(db);
    tracesWritten_ = builder_.traceSlots();
    nextLog_ = db_.integer("SELECT coalesce(max(id), 0) + 1 FROM log");
}

StoreWriter::~StoreWriter() = default;

/// Contexts of all files are numbered on.
ContextHandle StoreWriter::nextContext() const {
    return std::max(builder_.contextCount(),
                    static_cast<uint32_t>(db_.integer("SELECT coalesce(max(id) + 1, 0) FROM context")));
}

void StoreWriter::begin(const NewFile& file) {
    fileId_ = 0;
    firstContext_ = nextContext();
    Transaction transaction(db_);
    // What an abandoned file could not delete (a full disk) would share its first row with this one, and be deleted
    // together with it by the next opening. The workspace's lock makes every loading file ours.
    std::vector<int64_t> leftovers;
    for (Statement s = db_.prepare("SELECT id FROM file WHERE state = 'loading'"); s.step();)
        leftovers.push_back(s.integer(0));
    for (const int64_t leftover : leftovers)
        deleteFileRows(db_, leftover);
    fileId_ = db_.integer("SELECT coalesce(max(id), 0) + 1 FROM file");
    FileInfo info;
    info.id = fileId_;
    info.name = file.name;
    info.path = file.path;
    info.format = file.format;
    firstRow_ = builder_.beginFile(info);
    firstLog_ = nextLog_;
    rows_ = 0;
    segmentsWritten_ = 0;
    db_.prepare("INSERT INTO file VALUES(?1,?2,?3,?4,'loading',?5,'',?6,?7,0,'{}')")
        .bind(1, fileId_)
        .bind(2, file.name)
        .bind(3, file.path)
        .bind(4, file.format)
        .bind(5, asInteger(file.bytes))
        .bind(6, static_cast<int64_t>(std::time(nullptr)))
        .bind(7, static_cast<int64_t>(firstRow_))
        .run();
    transaction.commit();
}

void StoreWriter::add(const Batch& batch) {
    if (firstRow_ + rows_ + batch.spans.size() >= kNoRow - kSegmentRows)
        throw StoreError("The workspace is full: it holds 4 billion span rows.");
    if (!inTransaction_) {
        db_.exec("BEGIN IMMEDIATE");
        inTransaction_ = true;
    }
    for (const auto& s : batch.strings)
        sql_->string.bind(1, s.id).bind(2, batch[s.text]).run();
    for (const auto& a : batch.attributes)
        sql_->attribute.bind(1, a.id).bind(2, a.key).bind(3, static_cast<int64_t>(a.type)).bind(4, batch[a.value]).run();
    for (const auto& c : batch.contexts) {
        Statement& s = sql_->context;
        s.bind(1, c.handle).bind(2, fileId_);
        if (c.service)
            s.bind(3, *c.service);
        else
            s.bindNull(3);
        s.bind(4, batch[c.resource]);
        bindOrNull(s, 5, batch[c.schema]);
        bindOrNull(s, 6, batch[c.scopeName]);
        bindOrNull(s, 7, batch[c.scopeVersion]);
        s.bind(8, batch[c.scope]).run();
    }
    for (const uint32_t key : batch.manyValued)
        db_.prepare("INSERT OR IGNORE INTO value_key VALUES(?1)").bind(1, key).run();
    for (const auto& t : batch.idTexts)
        sql_->idText.bindBlob(1, idBytes(t.id)).bind(2, batch[t.text]).run();

    const Row first = builder_.append(batch, traceOf_);
    for (; tracesWritten_ < builder_.traceSlots(); ++tracesWritten_) {
        const TraceId id = builder_.traceId(tracesWritten_);
        sql_->trace.bind(1, tracesWritten_).bind(2, asInteger(id.high)).bind(3, asInteger(id.low)).run();
    }
    Statement& span = sql_->span;
    for (uint32_t i = 0; i < batch.spans.size(); ++i) {
        const Batch::Span& s = batch.spans[i];
        span.bind(1, static_cast<int64_t>(first) + i)
            .bind(2, traceOf_[i])
            .bind(3, asInteger(s.id))
            .bind(4, asInteger(s.parent))
            .bind(5, s.context)
            .bind(6, s.name)
            .bind(7, static_cast<int64_t>(s.kind))
            .bind(8, static_cast<int64_t>(s.status))
            .bind(9, s.start)
            .bind(10, s.duration)
            .bind(11, s.flags)
            .bind(12, batch[s.attributes]);
        bindOrNull(span, 13, batch[s.statusMessage]);
        bindOrNull(span, 14, batch[s.traceState]);
        span.run();
    }
    uint32_t owner = ~0U, n = 0;
    for (const auto& e : batch.events) {
        n = e.span == owner ? n + 1 : 0;
        owner = e.span;
        sql_->event.bind(1, static_cast<int64_t>(first) + e.span)
            .bind(2, n)
            .bind(3, e.time)
            .bind(4, e.name)
            .bind(5, batch[e.attributes])
            .run();
    }
    owner = ~0U;
    for (const auto& l : batch.links) {
        n = l.span == owner ? n + 1 : 0;
        owner = l.span;
        Statement& s = sql_->link;
        s.bind(1, static_cast<int64_t>(first) + l.span)
            .bind(2, n)
            .bind(3, asInteger(l.trace.high))
            .bind(4, asInteger(l.trace.low))
            .bind(5, asInteger(l.id));
        bindOrNull(s, 6, batch[l.traceState]);
        s.bind(7, batch[l.attributes]).run();
    }
    for (const auto& l : batch.logs) {
        Statement& s = sql_->log;
        s.bind(1, nextLog_++)
            .bind(2, fileId_)
            .bind(3, asInteger(l.trace.high))
            .bind(4, asInteger(l.trace.low))
            .bind(5, asInteger(l.span))
            .bind(6, l.context)
            .bind(7, l.time)
            .bind(8, l.severity);
        bindOrNull(s, 9, batch[l.severityText]);
        bindOrNull(s, 10, batch[l.eventName]);
        s.bind(11, static_cast<int64_t>(l.bodyType)).bind(12, batch[l.body]).bind(13, batch[l.attributes]).run();
    }
    rows_ += batch.spans.size();
    uncommitted_ += batch.spans.size() + batch.logs.size();
    writeFullSegments(false);
    if (uncommitted_ >= 65536) {
        db_.exec("COMMIT");
        inTransaction_ = false;
        uncommitted_ = 0;
    }
}

void StoreWriter::writeFullSegments(bool last) {
    const auto full = static_cast<uint32_t>(last ? (rows_ + kSegmentRows - 1) / kSegmentRows : rows_ / kSegmentRows);
    for (; segmentsWritten_ < full; ++segmentsWritten_) {
        const uint32_t number = (firstRow_ >> 16) + segmentsWritten_;
        const std::string chunk = toChunk(builder_.recorded(number));
        sql_->segment.bind(1, number).bindBlob(2, chunk).run();
    }
}

SpanTablePtr StoreWriter::provisional() {
    if (inTransaction_) { // so that details of these spans can be read
        db_.exec("COMMIT");
        inTransaction_ = false;
        uncommitted_ = 0;
    }
    return builder_.snapshot();
}

SpanTablePtr StoreWriter::finish(ImportReport& report, const std::string& contentHash) {
    const auto began = std::chrono::steady_clock::now();
    if (!inTransaction_) {
        db_.exec("BEGIN IMMEDIATE");
        inTransaction_ = true;
    }
    writeFullSegments(true);
    builder_.endFile();
    SpanTablePtr table = builder_.snapshot();
    // A document that ended before its context came: the spans stay, without a service.
    Statement open = db_.prepare("INSERT OR IGNORE INTO context VALUES(?1,?2,NULL,'[]',NULL,NULL,NULL,'[]')");
    for (uint32_t id = firstContext_; id < builder_.contextCount(); ++id)
        open.bind(1, id).bind(2, fileId_).run();
    writeHidden(*table);
    report.logsWithoutSpan = attachLogs(*table);
    if (report.spansRead == 0 && report.logs == report.logsWithoutSpan)
        throw StoreError(report.name + " holds log records and no spans, and none of the records belongs to a span of "
                         "this workspace; import the file with the spans first.");

    std::vector<bool> traceSeen(table->traceSlots(), false), serviceSeen(table->services().size(), false);
    for (uint64_t i = 0; i < rows_; ++i) {
        const Row row = firstRow_ + static_cast<Row>(i);
        const uint8_t flags = table->derivedFlags(row);
        if ((flags & kHidden) != 0) {
            ++((flags & kFragment) != 0 ? report.fragments : report.duplicates);
            continue;
        }
        ++report.spansKept;
        report.orphans += (flags & kOrphan) != 0;
        report.cycles += (flags & kCycle) != 0;
        if (!traceSeen[table->trace(row)]) {
            traceSeen[table->trace(row)] = true;
            ++report.traces;
        }
        if (const uint32_t service = table->service(row); service != 0 && !serviceSeen[service]) {
            serviceSeen[service] = true;
            ++report.services;
        }
    }
    report.file = fileId_;
    report.contentHash = contentHash;
    report.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const std::string json = report.toJson();
    db_.prepare("UPDATE file SET state = 'done', rows = ?2, content_hash = ?3, report = ?4, bytes = ?5 WHERE id = ?1")
        .bind(1, fileId_)
        .bind(2, asInteger(rows_))
        .bind(3, contentHash)
        .bind(4, json)
        .bind(5, asInteger(report.bytes))
        .run();
    db_.exec("COMMIT");
    inTransaction_ = false;
    uncommitted_ = 0;
    finished_ = table;
    fileId_ = 0; // abandon() has nothing to take out until the next begin()
    return table;
}

SpanTablePtr StoreWriter::remove(const std::vector<int64_t>& fileIds, RemovalProgress* progress, const StopToken& stop) {
    Transaction transaction(db_);
    for (const int64_t id : fileIds) {
        deleteFileRows(db_, id, [&](uint64_t rows) {
            if (progress != nullptr)
                progress->rowsDone += rows;
            stop.check();
        });
        builder_.removeFile(id);
    }
    SpanTablePtr table = builder_.snapshot();
    stop.check();
    writeHidden(*table);
    attachLogs(*table);
    stop.check();
    transaction.commit();
    finished_ = table;
    return table;
}

void StoreWriter::abandon() {
    if (inTransaction_) {
        inTransaction_ = false;
        try {
            db_.exec("ROLLBACK");
        } catch (const StoreError&) {
            // A full disk: SQLite has rolled back by itself.
        }
    }
    Transaction transaction(db_);
    deleteFileRows(db_, fileId_);
    transaction.commit();
}

/// Only of segments that were derived anew: an archive may have thousands of members.
void StoreWriter::writeHidden(const SpanTable& table) {
    Statement remove = db_.prepare("DELETE FROM hidden WHERE row >= ?1 AND row < ?1 + 65536");
    Statement insert = db_.prepare("INSERT INTO hidden VALUES(?1,?2)");
    for (uint32_t number = 0; number < table.segmentCount(); ++number) {
        if (!table.hasSegment(number))
            continue;
        const DerivedSegment& d = table.derivedAt(number);
        if (finished_ && number < finished_->segmentCount() && finished_->hasSegment(number) && &finished_->derivedAt(number) == &d)
            continue;
        remove.bind(1, static_cast<int64_t>(number) << 16).run();
        for (uint32_t i = 0; i < d.flags.size(); ++i)
            if ((d.flags[i] & kHidden) != 0)
                insert.bind(1, static_cast<int64_t>(number) << 16 | i).bind(2, d.parent[i]).run();
    }
}

/// Joins log records to spans, by trace and span id; also those that an earlier file left without a span.
uint64_t StoreWriter::attachLogs(const SpanTable& table) {
    if (db_.integer("SELECT count(*) FROM (SELECT 1 FROM log LIMIT 1)") == 0)
        return 0;
    // A log of a span that a better copy has hidden since belongs to that copy.
    db_.exec("UPDATE log SET row = NULL WHERE row IN (SELECT row FROM hidden)");
    struct OpenLog {
        int64_t id;
        TraceIndex trace;
        SpanId span;
    };
    // In portions, so that memory does not grow with the logs; each sorts the spans of a trace once.
    constexpr size_t kPortion = 65536;
    std::vector<OpenLog> open;
    std::vector<SpanId> spans;
    std::vector<Row> rows;
    uint64_t without = 0;
    Statement logs = db_.prepare("SELECT id, high, low, span_id FROM log WHERE row IS NULL AND id > ?1 ORDER BY id LIMIT ?2");
    Statement attach = db_.prepare("UPDATE log SET row = ?2 WHERE id = ?1");
    int64_t last = -1;
    for (bool more = true; more;) {
        open.clear();
        size_t read = 0;
        for (logs.bind(1, last).bind(2, static_cast<int64_t>(kPortion)); logs.step(); ++read) {
            last = logs.integer(0);
            const TraceId trace{static_cast<uint64_t>(logs.integer(1)), static_cast<uint64_t>(logs.integer(2))};
            const auto index = trace ? table.findTrace(trace) : std::nullopt;
            const auto span = static_cast<SpanId>(logs.integer(3));
            if (index && span != 0)
                open.push_back({last, *index, span});
            else
                without += last >= firstLog_;
        }
        logs.reset();
        more = read == kPortion;
        std::sort(open.begin(), open.end(), [](const OpenLog& a, const OpenLog& b) {
            return std::tie(a.trace, a.span, a.id) < std::tie(b.trace, b.span, b.id);
        });
        for (size_t from = 0, to = 0; from < open.size(); from = to) {
            spans.clear();
            for (; to < open.size() && open[to].trace == open[from].trace; ++to)
                spans.push_back(open[to].span);
            table.findSpans(open[from].trace, spans, rows);
            for (size_t i = from; i < to; ++i) {
                if (rows[i - from] != kNoRow)
                    attach.bind(1, open[i].id).bind(2, rows[i - from]).run();
                else
                    without += open[i].id >= firstLog_;
            }
        }
    }
    db_.exec("CREATE INDEX IF NOT EXISTS log_row ON log(row)");
    return without;
}

} // namespace aisle
