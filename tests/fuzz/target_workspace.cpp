// A workspace from a stranger, or one that is damaged: it is refused in words, or whatever is read of it and worked
// out from it stays within bounds.

#include "service_graph/graph_tables.h"
#include "service_graph/graph_source.h"
#include "analysis/overview.h"
#include "analysis/trace_list.h"
#include "analysis/traffic.h"
#include "analysis/waterfall_path.h"
#include "journey/funnel_table.h"
#include "journey/journey_model.h"
#include "checking_sink.h"
#include "export/export.h"
#include "fuzz.h"
#include "importer.h"
#include "sources.h"
#include "store/batch_sink.h"
#include "store/span_reader.h"
#include "store/store_writer.h"
#include "store/indexes.h"
#include "store/value_index.h"
#include "store/workspace.h"
#include "temporary_file.h"
#include "writer/export_traces.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <numeric>

namespace aisle::fuzz {

namespace {

void readAll(const std::shared_ptr<Workspace>& workspace) {
    constexpr size_t kLooks = 20; // at single spans and traces
    const SpanTablePtr table = workspace->table();
    const auto db = workspace->connect();
    std::vector<Row> rows;
    table->forEachRow([&](Row row) { rows.push_back(row); });
    require(rows.size() == table->spanCount(), "the table counts its rows");
    for (size_t i = 0; i < std::min(rows.size(), kLooks); ++i)
        require(readSpan(*db, *table, rows[i]).row == rows[i], "a span's details are its own");
    (void)readEventTimes(*db, *table, rows, 1000);
    for (Statement s = db->prepare("SELECT report FROM file"); s.step();)
        (void)ImportReport::fromJson(std::string(s.text(0))).toText();

    for (const ValueKey& key : valueKeys(*db))
        for (const ValueMatch match : {ValueMatch::Exact, ValueMatch::Prefix, ValueMatch::Contains})
            for (const ValueHit& hit : findValues(*db, *table, key.name, match, "s1", 100).values)
                require(std::is_sorted(hit.rows.begin(), hit.rows.end()), "rows with a value are in order");
    if (!workspace->isReadOnly())
        buildIndexes(*db, table);

    std::string exported;
    const Redactor redactor;
    for (const WriterFormat& format : writerFormats())
        (void)exportTraces(*db, *table, format, {}, redactor, [&](std::string_view bytes) { exported += bytes; });

    const ScopeResult everything = evaluate(Scope(), {table});
    const Export out;
    (void)out.render(tabulateServices(*table, overview(*table, everything)), TextFormat::Text);
    (void)traffic(*table, nullptr, 100);
    std::vector<TraceIndex> traces;
    for (const TraceColumn column : {TraceColumn::Start, TraceColumn::Operation, TraceColumn::Service, TraceColumn::Duration, TraceColumn::Spans,
                                     TraceColumn::Services, TraceColumn::Errors})
        traces = traceList(*table, everything, {}, column, true);
    require(traces.size() == table->traceCount(), "the list holds every trace");
    (void)out.render(tabulateTraces(*table, traces, true), TextFormat::Csv);
    for (size_t i = 0; i < std::min(traces.size(), kLooks); ++i) {
        const Waterfall fall = waterfall(*table, traces[i]);
        (void)out.render(tabulate(*table, fall), TextFormat::Json);
        (void)criticalPath(*table, fall);
    }
    GraphSource graph(workspace, table);
    (void)out.render(tabulateEdges(*graph.whole({})), TextFormat::Text);
    traceql::Context context{table};
    context.attributes = std::make_shared<traceql::DictionarySource>(workspace, table);
    context.cases = std::make_shared<CaseSource>(workspace, table, context.attributes);
    const JourneyState journey = workOutJourney(context, std::nullopt);
    if (journey.problem.empty())
        (void)out.render(tabulateFunnel(journey, funnelInScope(journey, everything)), TextFormat::Text);
}

void open(const std::filesystem::path& path, Workspace::Access access) {
    try {
        readAll(Workspace::open(path, access));
    } catch (const StoreError& error) {
        require(error.what()[0] != '\0', "an error is said in words");
    }
    for (const char* suffix : {"-wal", "-shm"})
        std::filesystem::remove(path.string() + suffix);
}

/// Spans of two services and two sessions with all that a span can have, some twice, and their log records.
constexpr const char* kSample = R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"host.name","value":{"stringValue":"h1"}}]},
"scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[
{"traceId":"01010101010101010101010101010101","spanId":"0000000000000001","name":"GET /","kind":2,"startTimeUnixNano":"1773478800000000000","endTimeUnixNano":"1773478800500000000",
 "attributes":[{"key":"session.id","value":{"stringValue":"s1"}},{"key":"http.route","value":{"stringValue":"/"}},{"key":"url.path","value":{"stringValue":"/"}},{"key":"n","value":{"intValue":"7"}}],
 "events":[{"timeUnixNano":"1773478800100000000","name":"exception","attributes":[{"key":"exception.message","value":{"stringValue":"no \"stock\""}}]}],
 "links":[{"traceId":"02020202020202020202020202020202","spanId":"0000000000000003"}],"status":{"code":2,"message":"out of stock"}},
{"traceId":"01010101010101010101010101010101","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"SELECT","kind":3,"startTimeUnixNano":"1773478800100000000","endTimeUnixNano":"1773478800300000000",
 "attributes":[{"key":"db.system","value":{"stringValue":"postgresql"}},{"key":"db.name","value":{"stringValue":"orders"}},{"key":"list","value":{"arrayValue":{"values":[{"intValue":"1"},{"doubleValue":0.5}]}}}]},
{"traceId":"01010101010101010101010101010101","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"SELECT","kind":3,"startTimeUnixNano":"1773478800100000000","endTimeUnixNano":"1773478800300000000"},
{"traceId":"02020202020202020202020202020202","spanId":"0000000000000003","name":"POST /checkout","kind":2,"startTimeUnixNano":"1773478801000000000","endTimeUnixNano":"1773478802000000000",
 "attributes":[{"key":"session.id","value":{"stringValue":"s2"}},{"key":"http.route","value":{"stringValue":"/checkout"}}]},
{"traceId":"02020202020202020202020202020202","spanId":"0000000000000004","parentSpanId":"0000000000000003","name":"publish","kind":4,"startTimeUnixNano":"1773478801100000000","endTimeUnixNano":"1773478801200000000",
 "attributes":[{"key":"messaging.system","value":{"stringValue":"kafka"}},{"key":"messaging.destination.name","value":{"stringValue":"orders"}}]}]}]},
{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"mail"}}]},"scopeSpans":[{"spans":[
{"traceId":"02020202020202020202020202020202","spanId":"0000000000000005","parentSpanId":"0000000000000004","name":"consume","kind":5,"startTimeUnixNano":"1773478801300000000","endTimeUnixNano":"1773478801400000000"},
{"traceId":"not hex","spanId":"text","parentSpanId":"none","name":"orphan","kind":1,"startTimeUnixNano":"1773478801300000000"}]}]}],
"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1773478800200000000","severityNumber":17,"body":{"stringValue":"declined"},"traceId":"01010101010101010101010101010101","spanId":"0000000000000001"}]}]}]})";

void importSample(const std::filesystem::path& path) {
    const auto workspace = Workspace::open(path, Workspace::Access::Create);
    for (const char* name : {"a", "b"}) { // the second file's spans are all copies
        const auto db = workspace->connect();
        Dictionary dictionary;
        dictionary.load(*db);
        StoreWriter writer(*db, workspace->table());
        writer.begin({name, name, "otlp-json", 0});
        ImportReport report;
        report.name = name;
        BatchSink sink(dictionary, report, writer.nextContext(), [&](std::unique_ptr<Batch> batch) { writer.add(*batch); });
        PiecewiseSource source(kSample, 4096);
        formats()[0].create()->run(source, sink, {});
        sink.flush();
        workspace->setTable(writer.finish(report, name));
        require(report.spansRead == 7 && report.logs == 1, "the sample is read");
    }
    const auto db = workspace->connect(); // as for a key with very many values
    db->exec("INSERT INTO value_key SELECT id FROM string WHERE text = 'session.id'");
    buildIndexes(*db, workspace->table());
    require(valueIndexSize(*db).values > 0, "the sample has an index");
}

struct Column {
    std::string table, name;
};

/// A whole workspace, and where its values are.
struct Sample {
    TemporaryFile file{"sample.aisle"};
    std::string bytes;
    std::vector<Column> columns;
    Sample() {
        importSample(file.path());
        std::ifstream in(file.path(), std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
        Database db(file.path(), Database::Mode::ReadOnly);
        for (Statement s = db.prepare("SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' "
                                      "AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid"); s.step();)
            columns.push_back({std::string(s.text(0)), std::string(s.text(1))});
    }
};

int64_t numberFrom(std::string_view bytes) {
    static constexpr std::array<int64_t, 16> kEdges = {0, 1, -1, 65535, 65536, INT32_MAX, UINT32_MAX, INT64_MAX, INT64_MIN, kMinTime - 1, kMaxTime + 1, kMaxTime,
                                                       kMaxDuration, -kMaxDuration, 255, 1 << 24};
    uint64_t number = 0;
    for (const char c : bytes)
        number = number << 8 | static_cast<unsigned char>(c);
    return number < 256 ? kEdges[number % kEdges.size()] : number < 65536 ? static_cast<int64_t>(number & 255) : static_cast<int64_t>(number);
}

/// Twelve bytes say one change: which column, of which row, how, and to what.
void change(Database& db, const Sample& sample, std::string_view op) {
    const Column& column = sample.columns[static_cast<unsigned char>(op[0]) % sample.columns.size()];
    const auto row = static_cast<int64_t>(static_cast<unsigned char>(op[1]));
    const std::string_view bytes = op.substr(3);
    const std::string where = " WHERE " + column.name + " IN (SELECT " + column.name + " FROM " + column.table + " LIMIT 1 OFFSET ?1 % (1 + (SELECT count(*) FROM " + column.table + ")))";
    try {
        switch (static_cast<unsigned char>(op[2]) % 6) {
        case 0: db.prepare("UPDATE " + column.table + " SET " + column.name + " = ?2" + where).bind(1, row).bind(2, numberFrom(bytes)).run(); break;
        case 1: db.prepare("UPDATE " + column.table + " SET " + column.name + " = ?2" + where).bind(1, row).bind(2, bytes).run(); break;
        case 2: db.prepare("UPDATE " + column.table + " SET " + column.name + " = ?2" + where).bind(1, row).bindBlob(2, bytes).run(); break;
        case 3: db.prepare("DELETE FROM " + column.table + where).bind(1, row).run(); break;
        case 4: // some bytes within a text or blob
            db.prepare("UPDATE " + column.table + " SET " + column.name + " = CAST(substr(CAST(" + column.name + " AS BLOB), 1, ?2) || ?3 || substr(CAST(" + column.name +
                       " AS BLOB), ?2 + 1 + ?4) AS " + (op[2] & 64 ? "TEXT)" : "BLOB)") + where)
                .bind(1, row).bind(2, static_cast<unsigned char>(bytes[0])).bindBlob(3, bytes.substr(2, 1 + static_cast<size_t>(bytes[1] & 3))).bind(4, bytes[1] & 3).run();
            break;
        case 5: db.prepare("UPDATE " + column.table + " SET " + column.name + " = " + column.name + " + ?2" + where).bind(1, row).bind(2, numberFrom(bytes.substr(4))).run(); break;
        }
    } catch (const StoreError&) {
        // A key that is there already, a value that the column does not take.
    }
}

Workspace::Access accessFor(std::string_view data) {
    return dice(data, 1) % 4 == 0 ? Workspace::Access::ReadWriteIfLocked : Workspace::Access::ReadOnly;
}

} // namespace

void workspaceFile(std::string_view data) {
    static const TemporaryFile file("damaged.aisle");
    file.write(data);
    open(file.path(), accessFor(data));
}

void workspaceRows(std::string_view data) {
    static const Sample sample;
    static const TemporaryFile file("changed.aisle");
    file.write(sample.bytes);
    {
        Database db(file.path(), Database::Mode::ReadWrite);
        db.exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA ignore_check_constraints=ON");
        for (std::string_view left = data.substr(0, 12 * 16); left.size() >= 12; left.remove_prefix(12))
            change(db, sample, left.substr(0, 12));
    }
    open(file.path(), accessFor(data));
}

} // namespace aisle::fuzz
