#include "store/schema.h"

namespace aisle {

namespace {

// span.row is the row of SpanTable. Rows of one file are contiguous: first_row..first_row+rows-1, where
// first_row is a multiple of 65,536 (a segment), so that a file is removed by one range.
//
// attributes: a JSON array; an integer is attribute.id, [key, type, value] an inline value, key being
// string.id. No index on ids: they are found through the table in memory.
constexpr const char* kTables = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE file(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('loading','done')),
  bytes INTEGER NOT NULL, content_hash TEXT NOT NULL, imported_at INTEGER NOT NULL,
  first_row INTEGER NOT NULL, rows INTEGER NOT NULL, report TEXT NOT NULL);
CREATE TABLE string(id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE attribute(id INTEGER PRIMARY KEY, key INTEGER NOT NULL, type INTEGER NOT NULL, value TEXT NOT NULL);
CREATE TABLE context(
  id INTEGER PRIMARY KEY, file INTEGER NOT NULL, service INTEGER, resource TEXT NOT NULL, schema_url TEXT,
  scope_name TEXT, scope_version TEXT, scope TEXT NOT NULL);
CREATE TABLE trace(id INTEGER PRIMARY KEY, high INTEGER NOT NULL, low INTEGER NOT NULL);
CREATE TABLE span(
  row INTEGER PRIMARY KEY, trace INTEGER NOT NULL, span_id INTEGER NOT NULL, parent_id INTEGER NOT NULL,
  context INTEGER NOT NULL, name INTEGER NOT NULL, kind INTEGER NOT NULL, status INTEGER NOT NULL,
  start INTEGER NOT NULL, duration INTEGER NOT NULL, flags INTEGER NOT NULL, attributes TEXT NOT NULL,
  status_message TEXT, trace_state TEXT);
CREATE TABLE event(
  row INTEGER NOT NULL, n INTEGER NOT NULL, time INTEGER NOT NULL, name INTEGER NOT NULL,
  attributes TEXT NOT NULL, PRIMARY KEY(row, n)) WITHOUT ROWID;
CREATE TABLE link(
  row INTEGER NOT NULL, n INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL,
  span_id INTEGER NOT NULL, trace_state TEXT, attributes TEXT NOT NULL, PRIMARY KEY(row, n)) WITHOUT ROWID;
CREATE TABLE log(
  id INTEGER PRIMARY KEY, file INTEGER NOT NULL, row INTEGER, high INTEGER NOT NULL, low INTEGER NOT NULL,
  span_id INTEGER NOT NULL, context INTEGER NOT NULL, time INTEGER NOT NULL, severity INTEGER NOT NULL,
  severity_text TEXT, event_name TEXT, body_type INTEGER NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL);
CREATE TABLE id_text(id BLOB PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE segment(number INTEGER PRIMARY KEY, recorded BLOB NOT NULL);
CREATE TABLE hidden(row INTEGER PRIMARY KEY, of INTEGER NOT NULL);
)sql";

// value_key: string.id of the keys whose values left the dictionary. A run covers the rows first_row..end_row-1 of one
// file for one key; its chunks are numbered from 0 in the order of their values (value_chunk.h). Their rowid is
// run << 32 | number: appended to, such a table fills its pages, where a key of two columns leaves a third free.
constexpr const char* kValueIndex = R"sql(
CREATE TABLE value_key(key INTEGER PRIMARY KEY);
CREATE TABLE value_run(
  id INTEGER PRIMARY KEY, key INTEGER NOT NULL, first_row INTEGER NOT NULL, end_row INTEGER NOT NULL,
  entries INTEGER NOT NULL, chunks INTEGER NOT NULL, grams INTEGER NOT NULL, bytes INTEGER NOT NULL);
CREATE TABLE value_chunk(id INTEGER PRIMARY KEY, first BLOB NOT NULL, data BLOB NOT NULL);
CREATE TABLE value_gram(id INTEGER PRIMARY KEY, chunks BLOB NOT NULL);
)sql";

// One row per segment and key: segment << 32 | string.id. posting_segment: segments of which that is made.
constexpr const char* kPostings = R"sql(
CREATE TABLE posting(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE posting_segment(number INTEGER PRIMARY KEY, keys INTEGER NOT NULL);
)sql";

// What users keep (store/user_items.h).
constexpr const char* kUserItems = R"sql(
CREATE TABLE user_item(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, changed INTEGER NOT NULL, UNIQUE(kind, name));
)sql";

// json_each and not json_extract: with an untrusted schema, SQLite 3.40 allows only the former in a view.
constexpr const char* kViews = R"sql(
CREATE VIEW files AS SELECT id, name, path, format, bytes, rows AS spans,
  datetime(imported_at, 'unixepoch') AS imported_at, report FROM file WHERE state = 'done';
CREATE VIEW spans AS
  SELECT s.row, CASE t.high WHEN 0 THEN printf('%016x', t.low) ELSE printf('%016x%016x', t.high, t.low) END AS trace_id,
    CASE s.span_id WHEN 0 THEN NULL ELSE printf('%016x', s.span_id) END AS span_id,
    CASE s.parent_id WHEN 0 THEN NULL ELSE printf('%016x', s.parent_id) END AS parent_span_id,
    sv.text AS service, n.text AS name,
    CASE s.kind WHEN 1 THEN 'internal' WHEN 2 THEN 'server' WHEN 3 THEN 'client' WHEN 4 THEN 'producer'
      WHEN 5 THEN 'consumer' ELSE 'unspecified' END AS kind,
    CASE s.status WHEN 1 THEN 'ok' WHEN 2 THEN 'error' ELSE 'unset' END AS status, s.status_message,
    (s.flags & 16) != 0 AS error, s.start AS start_ns, s.duration AS duration_ns, f.name AS file, s.context
  FROM span s JOIN file f ON s.row >= f.first_row AND s.row < f.first_row + f.rows AND f.state = 'done'
    JOIN trace t ON t.id = s.trace JOIN string n ON n.id = s.name
    LEFT JOIN context c ON c.id = s.context LEFT JOIN string sv ON sv.id = c.service
  WHERE s.row NOT IN (SELECT row FROM hidden);
CREATE VIEW traces AS
  SELECT CASE t.high WHEN 0 THEN printf('%016x', t.low) ELSE printf('%016x%016x', t.high, t.low) END AS trace_id,
    coalesce(min(CASE s.flags & 2 WHEN 0 THEN s.start END), min(s.start)) AS start_ns,
    coalesce(max(CASE s.flags & 2 WHEN 0 THEN s.start + max(s.duration, 0) END), max(s.start + max(s.duration, 0)))
      - coalesce(min(CASE s.flags & 2 WHEN 0 THEN s.start END), min(s.start)) AS duration_ns,
    count(*) AS spans, sum((s.flags & 16) != 0) AS errors, count(DISTINCT coalesce(c.service, -1)) AS services
  FROM span s JOIN file f ON s.row >= f.first_row AND s.row < f.first_row + f.rows AND f.state = 'done'
    JOIN trace t ON t.id = s.trace LEFT JOIN context c ON c.id = s.context
  WHERE s.row NOT IN (SELECT row FROM hidden) GROUP BY s.trace;
CREATE VIEW attributes AS
  SELECT s.row, k.text AS key, CASE j.type WHEN 'integer' THEN a.type ELSE (SELECT e.value FROM json_each(j.value) e WHERE e.key = 1) END AS type,
    CASE j.type WHEN 'integer' THEN a.value ELSE (SELECT e.value FROM json_each(j.value) e WHERE e.key = 2) END AS value
  FROM span s, json_each(s.attributes) j LEFT JOIN attribute a ON j.type = 'integer' AND a.id = j.value
    JOIN string k ON k.id = CASE j.type WHEN 'integer' THEN a.key ELSE (SELECT e.value FROM json_each(j.value) e WHERE e.key = 0) END
  WHERE s.row IN (SELECT row FROM spans);
CREATE VIEW resources AS
  SELECT c.id AS context, k.text AS key, CASE j.type WHEN 'integer' THEN a.value ELSE (SELECT e.value FROM json_each(j.value) e WHERE e.key = 2) END AS value
  FROM context c JOIN file f ON f.id = c.file AND f.state = 'done', json_each(c.resource) j LEFT JOIN attribute a ON j.type = 'integer' AND a.id = j.value
    JOIN string k ON k.id = CASE j.type WHEN 'integer' THEN a.key ELSE (SELECT e.value FROM json_each(j.value) e WHERE e.key = 0) END;
CREATE VIEW events AS SELECT e.row, e.n, e.time AS time_ns, s.text AS name, e.attributes
  FROM event e JOIN string s ON s.id = e.name WHERE e.row IN (SELECT row FROM spans);
CREATE VIEW links AS SELECT l.row, l.n,
    CASE l.high WHEN 0 THEN printf('%016x', l.low) ELSE printf('%016x%016x', l.high, l.low) END AS trace_id,
    printf('%016x', l.span_id) AS span_id, l.trace_state, l.attributes
  FROM link l WHERE l.row IN (SELECT row FROM spans);
CREATE VIEW logs AS SELECT l.id, l.row, l.time AS time_ns, l.severity, l.severity_text, l.event_name, l.body, l.attributes
  FROM log l JOIN file f ON f.id = l.file AND f.state = 'done';
)sql";

} // namespace

void createSchema(Database& db) {
    Transaction transaction(db);
    db.exec(("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str());
    db.exec(("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str());
    db.exec(kTables);
    db.exec(kValueIndex);
    db.exec(kPostings);
    db.exec(kUserItems);
    db.exec(kViews);
    transaction.commit();
}

void checkSchema(Database& db, const std::filesystem::path& path) {
    if (db.integer("PRAGMA application_id") != kApplicationId)
        throw StoreError(path.string() + " is an SQLite database, but not an Aisle workspace.");
    const int64_t version = db.integer("PRAGMA user_version");
    if (version > kSchemaVersion)
        throw StoreError(path.string() + " was made by a newer version of Aisle (workspace version " +
                         std::to_string(version) + ", this one knows " + std::to_string(kSchemaVersion) +
                         "). Open it with that version.");
    if (version < 1)
        throw StoreError(path.string() + " has no workspace version; it is damaged.");
    // A view or virtual table in the place of a table could run for ever when it is read.
    Statement table = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1 AND type = 'table' AND sql LIKE 'CREATE TABLE %'");
    const auto demand = [&](std::initializer_list<const char*> names) {
        for (const char* name : names) {
            table.reset();
            if (!table.bind(1, std::string_view(name)).step())
                throw StoreError(path.string() + " is damaged: its table " + name + " is missing. Import the trace files again "
                                 "into a new workspace.");
        }
    };
    demand({"meta", "file", "string", "attribute", "context", "trace", "span", "event", "link", "log", "id_text", "segment", "hidden"});
    if (version >= 2)
        demand({"value_key", "value_run", "value_chunk", "value_gram"});
    if (version >= 3)
        demand({"posting", "posting_segment", "user_item"});
}

void migrateSchema(Database& db) {
    const int64_t version = db.integer("PRAGMA user_version");
    if (version >= kSchemaVersion)
        return;
    Transaction transaction(db);
    if (version < 2) {
        db.exec(kValueIndex);
        db.exec("INSERT INTO value_key SELECT key FROM attribute GROUP BY key HAVING count(*) >= 65536");
    }
    if (version < 3) {
        db.exec(kPostings);
        db.exec(kUserItems);
    }
    // Version 4: spans have the context that resources are found by. Views say what there is now, whatever they said before.
    for (const char* view : {"files", "spans", "traces", "attributes", "resources", "events", "links", "logs"})
        db.exec((std::string("DROP VIEW IF EXISTS ") + view).c_str());
    db.exec(kViews);
    db.exec(("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str());
    transaction.commit();
}

} // namespace aisle
