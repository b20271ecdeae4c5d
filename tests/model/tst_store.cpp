// The workspace file: what goes in comes out again, for Aisle and for any SQLite tool; and a stranger's file never
// does harm.

#include "store/attribute_column.h"
#include "store/schema.h"
#include "store/span_reader.h"
#include "workspace_fixture.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

#include <fstream>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

using namespace aisle;
using namespace aisle::test;
namespace fs = std::filesystem;

namespace {

constexpr int64_t kNow = 1'773'478'800'000'000'000;

/// One span with everything, a few around it, logs for two of them.
void fillShop(SpanSink& sink) {
    ContextRecord resource;
    resource.resource = {{"service.name", ValueType::String, "checkout"},
                         {"service.instance.id", ValueType::String, "pod-7"},
                         {"process.pid", ValueType::Int, "4711"}};
    resource.resourceSchema = "https://opentelemetry.io/schemas/1.44.0";
    resource.scopeName = "shop.orders";
    resource.scopeVersion = "2.1";
    resource.scope = {{"scope.kind", ValueType::String, "auto"}};
    const ContextHandle context = sink.context(resource);

    SpanRecord s;
    s.trace = {{0x0102030405060708, 0xf0e0d0c0b0a09080}, {}};
    s.span.id = 0xffffffffffffffff;
    s.parent.id = 0x1;
    s.context = context;
    s.name = "POST /orders";
    s.kind = Kind::Server;
    s.status = Status::Error;
    s.statusMessage = "card \"declined\"\n\xc3\xbc";
    s.traceState = "ot=th:8";
    s.setTimes(kNow, kNow + 1'234'567);
    s.attributes = {{"text", ValueType::String, "x \"y\" \\ \n"}, {"int", ValueType::Int, "-9223372036854775808"},
                    {"double", ValueType::Double, "1.5e300"},    {"bool", ValueType::Bool, "true"},
                    {"bytes", ValueType::Bytes, "AAECAw=="},     {"list", ValueType::Array, "[1,\"a\",null]"},
                    {"map", ValueType::Map, "{\"a\":{\"b\":[]}}"}, {"empty", ValueType::String, ""},
                    {"text", ValueType::String, "a key may come twice"}};
    EventRecord& event = s.addEvent();
    event.time = kNow + 5;
    event.name = "exception";
    event.attributes = {{"exception.type", ValueType::String, "Declined"}};
    s.addEvent().name = "second";
    LinkRecord& link = s.addLink();
    link.trace.id = {0, 9};
    link.span.id = 8;
    link.traceState = "a=b";
    link.attributes = {{"why", ValueType::String, "queue"}};
    LinkRecord& inside = s.addLink();
    inside.trace.id = s.trace.id;
    inside.span.id = 0x1;
    sink.span(s);

    s.clear();
    s.trace.id = {0x0102030405060708, 0xf0e0d0c0b0a09080};
    s.span.id = 1;
    s.name = "root";
    s.context = serviceContext(sink, "frontend");
    s.kind = Kind::Internal;
    s.setTimes(kNow - 10, kNow + 2'000'000);
    sink.span(s);

    s.clear(); // ids that are no hex
    s.trace = {traceIdFromText("order #7"), "order #7"};
    s.span = {spanIdFromText("order #7"), "order #7"}; // the same text as its trace
    s.parent = {spanIdFromText("nobody"), "nobody"};
    s.context = sink.openContext(); // never completed
    s.name = "odd";
    s.setTimes(0, 0);
    sink.span(s);

    LogRecord log;
    log.trace.id = {0x0102030405060708, 0xf0e0d0c0b0a09080};
    log.span.id = 1;
    log.context = context;
    log.time = kNow + 1;
    log.severity = 17;
    log.severityText = "ERROR";
    log.eventName = "order.failed";
    log.body = "it broke";
    log.attributes = {{"order.id", ValueType::String, "7"}};
    sink.log(log);
    log.clear();
    log.trace.id = {0, 77}; // its span comes with another file, or never
    log.span.id = 5;
    log.body = "later";
    sink.log(log);
}

void fillSimple(SpanSink& sink, uint64_t trace, int count, int64_t duration = 10) {
    const ContextHandle context = serviceContext(sink, "shop");
    SpanRecord s;
    for (int i = 0; i < count; ++i) {
        s.clear();
        s.trace.id = {0, trace};
        s.span.id = static_cast<SpanId>(i + 1);
        s.parent.id = static_cast<SpanId>(i);
        s.context = context;
        s.name = "op";
        s.setTimes(kNow + i, kNow + i + duration);
        s.attributes = {{"order.id", ValueType::String, "7"}};
        sink.span(s);
    }
}

std::string refusal(const fs::path& path, Workspace::Access access = Workspace::Access::ReadWrite) {
    try {
        (void)Workspace::open(path, access);
        return "(opened)";
    } catch (const StoreError& e) {
        return e.what();
    }
}

std::vector<std::string> rowsOf(Database& db, const std::string& sql) {
    std::vector<std::string> out;
    Statement s = db.prepare(sql);
    while (s.step()) {
        std::string line;
        for (int c = 0; c < s.columnCount(); ++c)
            line += (c > 0 ? "|" : "") + (s.isNull(c) ? std::string("NULL") : std::string(s.text(c)));
        out.push_back(line);
    }
    return out;
}

std::string value(const AttributeList& list, const std::string& key) {
    for (const AttributeValue& a : list)
        if (a.key == key)
            return a.value;
    return "(none)";
}

Row rowOf(const SpanTable& table, TraceId trace, SpanId span) {
    const auto t = table.findTrace(trace);
    return t ? table.findSpan(*t, span) : kNoRow;
}

/// Without the rights of root, which no permission stops.
class AsNobody {
public:
    AsNobody() : root_(::geteuid() == 0) {
        if (root_ && ::setresuid(65534, 65534, 0) != 0)
            root_ = false;
    }
    ~AsNobody() {
        if (root_ && ::setresuid(0, 0, 0) != 0)
            qFatal("cannot become root again");
    }

private:
    bool root_;
};

void copyFile(const fs::path& from, const fs::path& to) { fs::copy_file(from, to, fs::copy_options::overwrite_existing); }

/// Everything that a window does with a workspace it has opened.
void useEverything(const fs::path& path) {
    try {
        const auto workspace = Workspace::open(path, Workspace::Access::ReadOnly);
        const SpanTablePtr table = workspace->table();
        (void)contentOf(*table);
        const auto db = workspace->connect();
        int n = 0;
        table->forEachRow([&](Row r) {
            if (++n <= 20)
                (void)readSpan(*db, *table, r);
        });
        const std::vector<ColumnSpec> specs = {{{"text", "order.id"}, true}};
        const auto columns = readColumns(*db, *table, specs);
        for (const Row row : columns[0].rows())
            (void)columns[0].textAt(row);
        for (const char* view : {"spans", "traces", "attributes", "events", "links", "logs", "files", "resources"})
            (void)rowsOf(*db, std::string("SELECT * FROM ") + view + " LIMIT 50");
    } catch (const StoreError& e) {
        QVERIFY2(std::string_view(e.what()).size() > 10, e.what());
    }
}

} // namespace

class TestStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_data() {
        QTest::addColumn<bool>("reopened");
        QTest::newRow("while open") << false;
        QTest::newRow("after reopening") << true;
    }
    void roundTrip() {
        QFETCH(bool, reopened);
        WorkspaceFixture f;
        auto workspace = f.open();
        const ImportReport report = WorkspaceFixture::add(*workspace, "shop.json", fillShop);
        QCOMPARE(report.spansKept, uint64_t(3));
        QCOMPARE(report.logs, uint64_t(2));
        QCOMPARE(report.logsWithoutSpan, uint64_t(1));
        QCOMPARE(report.orphans, uint64_t(1));
        if (reopened) {
            workspace.reset();
            workspace = f.open(Workspace::Access::ReadOnly);
        }
        const SpanTablePtr table = workspace->table();
        const auto db = workspace->connect();
        const TraceId trace{0x0102030405060708, 0xf0e0d0c0b0a09080};
        const Row row = rowOf(*table, trace, ~0ULL), root = rowOf(*table, trace, 1);
        QVERIFY(row != kNoRow && root != kNoRow);
        QCOMPARE(table->start(row), kNow);
        QCOMPARE(table->duration(row), 1'234'567);
        QCOMPARE(table->parent(row), root);
        QVERIFY(table->kind(row) == Kind::Server && table->status(row) == Status::Error && table->isError(row));
        QCOMPARE(table->nameText(row), std::string_view("POST /orders"));
        QCOMPARE(table->serviceText(row), std::string_view("checkout"));
        QCOMPARE(table->text(table->contextInfo(table->context(row)).instance), std::string_view("pod-7"));

        const SpanDetails d = readSpan(*db, *table, row);
        QVERIFY(d.found);
        QCOMPARE(d.traceId, std::string("0102030405060708f0e0d0c0b0a09080"));
        QCOMPARE(d.spanId, std::string("ffffffffffffffff"));
        QCOMPARE(d.parentId, std::string("0000000000000001"));
        QCOMPARE(d.file, std::string("shop.json"));
        const AttributeList expected = {{"text", ValueType::String, "x \"y\" \\ \n"},
                                        {"int", ValueType::Int, "-9223372036854775808"},
                                        {"double", ValueType::Double, "1.5e300"},
                                        {"bool", ValueType::Bool, "true"},
                                        {"bytes", ValueType::Bytes, "AAECAw=="},
                                        {"list", ValueType::Array, "[1,\"a\",null]"},
                                        {"map", ValueType::Map, "{\"a\":{\"b\":[]}}"},
                                        {"empty", ValueType::String, ""},
                                        {"text", ValueType::String, "a key may come twice"}};
        QVERIFY(d.attributes == expected);
        QCOMPARE(value(d.resource, "process.pid"), std::string("4711"));
        QVERIFY(d.resource[2].type == ValueType::Int);
        QCOMPARE(d.resourceSchema, std::string("https://opentelemetry.io/schemas/1.44.0"));
        QCOMPARE(d.scopeName + " " + d.scopeVersion, std::string("shop.orders 2.1"));
        QCOMPARE(value(d.scope, "scope.kind"), std::string("auto"));
        QCOMPARE(d.statusMessage, std::string("card \"declined\"\n\xc3\xbc"));
        QCOMPARE(d.traceState, std::string("ot=th:8"));
        QCOMPARE(d.events.size(), size_t(2));
        QCOMPARE(d.events[0].time, kNow + 5);
        QCOMPARE(d.events[0].name, std::string("exception"));
        QCOMPARE(value(d.events[0].attributes, "exception.type"), std::string("Declined"));
        QCOMPARE(d.events[1].name, std::string("second"));
        QCOMPARE(d.links.size(), size_t(2));
        QCOMPARE(d.links[0].traceId + "/" + d.links[0].spanId, std::string("0000000000000009/0000000000000008"));
        QCOMPARE(d.links[0].target, kNoRow);
        QCOMPARE(d.links[0].traceState, std::string("a=b"));
        QCOMPARE(value(d.links[0].attributes, "why"), std::string("queue"));
        QCOMPARE(d.links[1].target, root);
        QVERIFY(d.logs.empty());

        const SpanDetails r = readSpan(*db, *table, root);
        QCOMPARE(r.incoming, std::vector<Row>{row});
        QCOMPARE(r.logs.size(), size_t(1));
        QCOMPARE(r.logs[0].time, kNow + 1);
        QCOMPARE(r.logs[0].severity, 17);
        QCOMPARE(r.logs[0].severityText + " " + r.logs[0].eventName + " " + r.logs[0].body, std::string("ERROR order.failed it broke"));
        QCOMPARE(value(r.logs[0].attributes, "order.id"), std::string("7"));

        // The text of a span id was lost where its trace had the same one.
        const Row odd = rowOf(*table, traceIdFromText("order #7"), spanIdFromText("order #7"));
        QVERIFY(odd != kNoRow);
        const SpanDetails o = readSpan(*db, *table, odd);
        QCOMPARE(o.traceId, std::string("order #7"));
        QCOMPARE(o.spanId, std::string("order #7"));
        QCOMPARE(o.parentId, std::string("nobody"));
        QVERIFY((table->flags(odd) & kUnfinished) != 0 && (table->flags(odd) & kNoStart) != 0);
        QCOMPARE(table->serviceText(odd), kUnknownService);

        const std::vector<Row> rows = {root, row};
        const auto times = readEventTimes(*db, *table, rows, 10);
        QCOMPARE(times.size(), size_t(2));
        QVERIFY(times[0].isException && times[0].time == kNow + 5 && !times[1].isException);
    }

    void reopeningGivesTheSameTable() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); });
        WorkspaceFixture::add(*workspace, "c", fillShop); // all copies
        const auto before = contentOf(*workspace->table());
        workspace.reset();
        const auto table = f.open(Workspace::Access::ReadOnly)->table();
        QCOMPARE(difference(contentOf(*table), before), std::string());
        QCOMPARE(table->files().size(), size_t(3));
        QCOMPARE(table->files()[1].rows, 70'000U);
        QVERIFY(!table->files()[1].loading);
        QCOMPARE(table->spanCount(), uint64_t(70'003));
    }

    void views() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "shop.json", fillShop);
        WorkspaceFixture::add(*workspace, "again.json", fillShop);
        WorkspaceFixture::add(*workspace, "gone.json", fillShop, false);
        const auto table = workspace->table();
        const auto db = workspace->connect();
        QCOMPARE(rowsOf(*db, "SELECT name, spans, format FROM files ORDER BY id"),
                 (std::vector<std::string>{"shop.json|3|test", "again.json|3|test"}));
        QCOMPARE(static_cast<uint64_t>(db->integer("SELECT count(*) FROM spans")), table->spanCount());
        QCOMPARE(static_cast<uint64_t>(db->integer("SELECT count(*) FROM traces")), uint64_t(table->traceCount()));
        QCOMPARE(rowsOf(*db, "SELECT trace_id, span_id, parent_span_id, service, name, kind, status, error, start_ns, "
                             "duration_ns, file FROM spans WHERE kind = 'server'"),
                 std::vector<std::string>{"0102030405060708f0e0d0c0b0a09080|ffffffffffffffff|0000000000000001|checkout|POST "
                                          "/orders|server|error|1|1773478800000000000|1234567|shop.json"});
        QCOMPARE(rowsOf(*db, "SELECT key, type, value FROM attributes JOIN spans USING(row) WHERE kind = 'server' AND key LIKE 'b%'"),
                 (std::vector<std::string>{"bool|3|true", "bytes|4|AAECAw=="}));
        QCOMPARE(db->integer("SELECT count(*) FROM attributes"), 9); // of visible spans only
        QCOMPARE(rowsOf(*db, "SELECT n, time_ns, name FROM events"),
                 (std::vector<std::string>{"0|1773478800000000005|exception", "1|0|second"}));
        QCOMPARE(rowsOf(*db, "SELECT trace_id, span_id FROM links"),
                 (std::vector<std::string>{"0000000000000009|0000000000000008", "0102030405060708f0e0d0c0b0a09080|0000000000000001"}));
        QCOMPARE(rowsOf(*db, "SELECT DISTINCT body FROM logs ORDER BY 1"), (std::vector<std::string>{"it broke", "later"}));
        QCOMPARE(rowsOf(*db, "SELECT DISTINCT value FROM resources WHERE key = 'process.pid'"), std::vector<std::string>{"4711"});

        // Every trace as the table has it.
        for (TraceIndex t = 0; t < table->traceSlots(); ++t) {
            const TraceSummary& s = table->summary(t);
            QCOMPARE(rowsOf(*db, "SELECT start_ns, duration_ns, spans, errors, services FROM traces WHERE trace_id = '" + toHex(table->traceId(t)) + "'"),
                     std::vector<std::string>{std::to_string(s.start) + "|" + std::to_string(s.duration) + "|" + std::to_string(s.spans) +
                                              "|" + std::to_string(s.errors) + "|" + std::to_string(s.services)});
        }
    }

    // A span without a start stretched its trace back to 1970 in SQL, though not in the window.
    void tracesViewLeavesOutMissingStarts() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) {
            fillSimple(sink, 5, 2, 100);
            SpanRecord s;
            s.trace.id = {0, 5};
            s.span.id = 99;
            s.context = sink.openContext();
            s.setTimes(0, 0);
            sink.span(s);
        });
        const auto db = workspace->connect();
        QCOMPARE(workspace->table()->summary(0).duration, 101);
        QCOMPARE(rowsOf(*db, "SELECT start_ns, duration_ns, spans, services FROM traces"), std::vector<std::string>{std::to_string(kNow) + "|101|3|2"});
    }

    void logsFindTheirSpanInALaterFile() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 77, 6); });
        const auto db = workspace->connect();
        const auto table = workspace->table();
        const SpanDetails d = readSpan(*db, *table, rowOf(*table, {0, 77}, 5));
        QCOMPARE(d.logs.size(), size_t(1));
        QCOMPARE(d.logs[0].body, std::string("later"));
    }

    // A log stayed with the copy that a better one from another file had hidden, and was seen nowhere.
    void logsFollowTheCopyThatIsShown() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) {
            fillSimple(sink, 77, 1);
            LogRecord log;
            log.trace.id = {0, 77};
            log.span.id = 1;
            log.body = "hello";
            log.context = sink.openContext();
            sink.log(log);
        });
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& sink) { fillSimple(sink, 77, 1, 5000); });
        const auto db = workspace->connect();
        const auto table = workspace->table();
        const Row row = rowOf(*table, {0, 77}, 1);
        QCOMPARE(table->duration(row), 5000);
        const SpanDetails d = readSpan(*db, *table, row);
        QCOMPARE(d.logs.size(), size_t(1));
        QCOMPARE(d.merged.size(), size_t(1));
        QCOMPARE(d.merged[0].file, std::string("a"));
        QVERIFY(!d.merged[0].isFragment);
    }

    // Many log records of one trace: each looked at all its spans.
    void logsOfOneTraceFindTheirSpans() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        constexpr uint64_t kSpans = 3000;
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) {
            fillSimple(sink, 77, kSpans);
            LogRecord log;
            log.context = serviceContext(sink, "shop");
            for (uint64_t i = 0; i < 70'000; ++i) { // more than one portion
                log.trace.id = {0, i % 5 == 4 ? 78U : 77U};
                log.span.id = i % (kSpans + 10); // some name no span
                sink.log(log);
            }
        });
        const auto db = workspace->connect();
        uint64_t expected = 0;
        for (uint64_t i = 0; i < 70'000; ++i)
            expected += i % 5 != 4 && i % (kSpans + 10) >= 1 && i % (kSpans + 10) <= kSpans;
        QCOMPARE(static_cast<uint64_t>(db->integer("SELECT count(*) FROM log WHERE row IS NOT NULL")), expected);
        QCOMPARE(db->integer("SELECT count(*) FROM log l JOIN span s ON s.row = l.row WHERE s.span_id != l.span_id"), 0);
    }

    // They went into the workspace as they were, and a difference of two of them overflowed.
    void timesOfEventsAndLogsAreBounded() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        const ImportReport report = WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) {
            SpanRecord s;
            s.trace.id = {0, 1};
            s.span.id = 1;
            s.context = serviceContext(sink, "shop");
            s.start = kNow;
            s.addEvent().time = std::numeric_limits<int64_t>::max();
            s.addEvent().time = kNow;
            sink.span(s);
            LogRecord log;
            log.context = s.context;
            log.time = std::numeric_limits<int64_t>::min();
            sink.log(log);
        });
        const auto db = workspace->connect();
        QCOMPARE(db->integer("SELECT count(*) FROM event WHERE time = 0"), 1);
        QCOMPARE(db->integer("SELECT count(*) FROM event"), 2);
        QCOMPARE(db->integer("SELECT time FROM log"), 0);
        QCOMPARE(report.repairedCount(), uint64_t(2));
    }

    // The very first string of a workspace has the number that stood for "no instance".
    void theFirstStringCanBeAnInstance() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) {
            ContextRecord context;
            context.resource = {{"host.name", ValueType::String, "host-7"}};
            SpanRecord s;
            s.trace.id = {0, 1};
            s.span.id = 1;
            s.context = sink.context(context);
            sink.span(s);
        });
        const auto table = workspace->table();
        const uint32_t instance = table->contextInfo(table->context(0)).instance;
        QVERIFY(instance != ContextInfo::kNoInstance);
        QCOMPARE(std::string(table->text(instance)), std::string("host-7"));
    }

    // Free text of log messages went into the names, which are in memory; and "False" was an error.
    void longEventNamesAndFalseErrors() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        const std::string text(2000, 'x');
        WorkspaceFixture::add(*workspace, "a", [&](SpanSink& sink) {
            SpanRecord s;
            s.trace.id = {0, 1};
            s.span.id = 1;
            s.context = serviceContext(sink, "shop");
            s.attributes = {{"error", ValueType::String, "False"}};
            s.addEvent().name = text;
            s.addEvent().name = "short";
            sink.span(s);
        });
        const auto table = workspace->table();
        QVERIFY(!table->isError(0));
        const SpanDetails d = readSpan(*workspace->connect(), *table, 0);
        QCOMPARE(d.events.size(), size_t(2));
        QCOMPARE(d.events[0].name, std::string("message"));
        QCOMPARE(d.events[0].attributes.at(0).value, text);
        QCOMPARE(d.events[1].name, std::string("short"));
    }

    // A file that was taken out again stayed in `resources`, and gave its contexts to the next one.
    void resourcesOfAbandonedFiles() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        const auto db = workspace->connect();
        const int64_t before = db->integer("SELECT count(*) FROM resources"), contexts = db->integer("SELECT count(*) FROM context");
        QVERIFY(before > 0);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 10); }, false);
        QCOMPARE(db->integer("SELECT count(*) FROM resources"), before);
        QCOMPARE(db->integer("SELECT count(*) FROM context"), contexts);
    }

    // What a Zipkin fragment said in attributes was said of no span.
    void attributesOfFragments() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) {
            SpanRecord s;
            const ContextHandle context = serviceContext(sink, "shop");
            for (SpanId id = 1; id <= 3; ++id) {
                s.clear();
                s.trace.id = {0, 1};
                s.span.id = id;
                s.context = context;
                s.kind = Kind::Server;
                s.start = kNow;
                if (id == 2)
                    s.attributes = {{"session.id", ValueType::String, "own"}};
                sink.span(s);
            }
            for (SpanId id = 1; id <= 2; ++id) {
                s.clear();
                s.trace.id = {0, 1};
                s.span.id = id;
                s.context = context;
                s.flags = kNoStart | kUnfinished;
                s.attributes = {{"session.id", ValueType::String, "of a fragment"}};
                sink.span(s);
            }
        });
        const auto table = workspace->table();
        QCOMPARE(table->spanCount(), uint64_t(3));
        const ColumnSpec spec{{"session.id"}, true};
        const auto columns = readColumns(*workspace->connect(), *table, {&spec, 1});
        QCOMPARE(columns[0].textAt(0), std::string_view("of a fragment"));
        QCOMPARE(columns[0].textAt(1), std::string_view("own"));
        QCOMPARE(columns[0].rows().size(), size_t(2));
    }

    // A cancelled import left its pages in the file for ever.
    void spaceIsGivenBack() {
        WorkspaceFixture f;
        WorkspaceFixture::add(*f.open(), "a", fillShop);
        const auto before = std::filesystem::file_size(f.path());
        WorkspaceFixture::add(*f.open(), "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); }, false);
        QVERIFY2(std::filesystem::file_size(f.path()) < before + 1'000'000, std::to_string(std::filesystem::file_size(f.path())).c_str());
    }

    // A view in the place of a table ran for ever when it was read.
    void viewsInThePlaceOfTables() {
        WorkspaceFixture f;
        WorkspaceFixture::add(*f.open(), "a", fillShop);
        {
            Database db(f.path(), Database::Mode::ReadWrite);
            db.exec("DROP TABLE string; CREATE VIEW string AS WITH RECURSIVE c(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM c) "
                    "SELECT x AS id, 'a' AS text FROM c");
        }
        try {
            (void)f.open(Workspace::Access::ReadOnly);
            QFAIL("it was opened");
        } catch (const StoreError& e) {
            QVERIFY2(std::string(e.what()).find("string is missing") != std::string::npos, e.what());
        }
    }

    // A workspace without a file is the workspace of the others, in memory and when it is opened again.
    void removedFiles() {
        const std::vector<Fill> fills = {
            fillShop,
            [](SpanSink& s) {
                fillSimple(s, 77, 6); // its span 5 has a log record of the first file
                fillSimple(s, 5, 10);
            },
            [](SpanSink& s) {
                fillSimple(s, 77, 3, 5000); // better copies of some
                fillSimple(s, 6, 70'000);
            },
        };
        for (size_t removed = 0; removed < fills.size(); ++removed) {
            WorkspaceFixture all, rest;
            auto workspace = all.open(), expected = rest.open();
            for (size_t i = 0; i < fills.size(); ++i) {
                WorkspaceFixture::add(*workspace, std::to_string(i), fills[i]);
                if (i != removed)
                    WorkspaceFixture::add(*expected, std::to_string(i), fills[i]);
            }
            workspace->removeFiles({static_cast<int64_t>(removed) + 1});
            const auto want = contentOf(*expected->table());
            const auto counts = [](Workspace& w) {
                const auto db = w.connect();
                std::vector<std::string> out;
                for (const char* sql : {"SELECT count(*) FROM spans", "SELECT count(*) FROM attributes", "SELECT count(*) FROM events", "SELECT count(*) FROM links",
                                        "SELECT count(*) FROM logs", "SELECT count(*) FROM logs WHERE row IS NOT NULL", "SELECT count(*) FROM resources", "SELECT count(*) FROM hidden",
                                        "SELECT count(*) FROM files", "SELECT count(*) FROM segment"})
                    out.push_back(std::to_string(db->integer(sql)));
                return out;
            };
            QCOMPARE(difference(contentOf(*workspace->table()), want), std::string());
            QCOMPARE(counts(*workspace), counts(*expected));
            workspace.reset();
            workspace = all.open(Workspace::Access::ReadWrite);
            QCOMPARE(difference(contentOf(*workspace->table()), want), std::string());
            WorkspaceFixture::add(*workspace, "again", fills[removed]); // and it can come back
            WorkspaceFixture::add(*expected, "again", fills[removed]);
            QCOMPARE(difference(contentOf(*workspace->table()), contentOf(*expected->table())), std::string());
            QCOMPARE(counts(*workspace), counts(*expected));
        }
    }

    /// Several at once; how far it has come can be seen, and a removal that is stopped removes nothing.
    void removalCanBeStopped() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 150'000); });
        WorkspaceFixture::add(*workspace, "c", [](SpanSink& s) { fillSimple(s, 6, 10); });
        const auto before = contentOf(*workspace->table());
        StopToken stop;
        stop.stop();
        RemovalProgress progress;
        try {
            workspace->removeFiles({1, 2}, &progress, stop);
            QFAIL("it was not stopped");
        } catch (const Stopped&) {
        }
        QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
        workspace->reload();
        QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
        const uint64_t spans = workspace->table()->spanCount();
        progress.rowsDone = 0;
        workspace->removeFiles({1, 2}, &progress);
        QCOMPARE(workspace->table()->spanCount(), uint64_t(10));
        // Services of which nothing was left were counted until the workspace was opened again.
        const auto services = workspace->table()->services();
        workspace->reload();
        QCOMPARE(services, workspace->table()->services());
        QVERIFY2(progress.rowsDone >= spans - 10, std::to_string(progress.rowsDone).c_str());
        workspace->reload();
        QCOMPARE(workspace->table()->spanCount(), uint64_t(10));
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM span"), int64_t(10));
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM event WHERE row NOT IN (SELECT row FROM span)"), int64_t(0));
    }

    void abandonedFileLeavesNothing() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        const auto before = contentOf(*workspace->table());
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); }, false);
        QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
        const auto db = workspace->connect();
        QCOMPARE(db->integer("SELECT count(*) FROM span"), 3);
        QCOMPARE(db->integer("SELECT count(*) FROM segment"), 1);
        QCOMPARE(db->integer("SELECT count(*) FROM file"), 1);
        WorkspaceFixture::add(*workspace, "c", [](SpanSink& s) { fillSimple(s, 5, 10); });
        QCOMPARE(workspace->table()->spanCount(), uint64_t(13));
        workspace.reset();
        QCOMPARE(f.open(Workspace::Access::ReadOnly)->table()->spanCount(), uint64_t(13));
    }

    // What a killed process left: rows of a file that is still `loading`.
    void unfinishedFileIsRemovedByTheNextOpening() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); });
        workspace->connect()->exec("UPDATE file SET state = 'loading' WHERE id = 2");
        workspace.reset();
        QCOMPARE(f.open(Workspace::Access::ReadOnly)->table()->spanCount(), uint64_t(3)); // which must not write
        workspace = f.open(Workspace::Access::ReadWrite);
        QCOMPARE(workspace->table()->spanCount(), uint64_t(3));
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM span"), 3);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); });
        QCOMPARE(workspace->table()->spanCount(), uint64_t(70'003));
    }

    void damagedChunksAreRebuiltFromRows_data() {
        QTest::addColumn<QString>("sql");
        QTest::newRow("zeroes") << "UPDATE segment SET recorded = zeroblob(length(recorded))";
        QTest::newRow("empty") << "UPDATE segment SET recorded = x''";
        QTest::newRow("text") << "UPDATE segment SET recorded = 'nonsense'";
        QTest::newRow("cut") << "UPDATE segment SET recorded = substr(recorded, 1, 1000)";
        QTest::newRow("missing") << "DELETE FROM segment";
        QTest::newRow("of another segment") << "UPDATE segment SET recorded = (SELECT recorded FROM segment WHERE number = 2)";
    }
    void damagedChunksAreRebuiltFromRows() {
        QFETCH(QString, sql);
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); });
        const auto before = contentOf(*workspace->table());
        workspace->connect()->exec(sql.toUtf8().constData());
        workspace.reset();
        workspace = f.open(Workspace::Access::ReadOnly);
        QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
        // Instances come from the attributes of resources then.
        const Row row = rowOf(*workspace->table(), {0x0102030405060708, 0xf0e0d0c0b0a09080}, ~0ULL);
        QCOMPARE(workspace->table()->text(workspace->table()->contextInfo(workspace->table()->context(row)).instance), std::string_view("pod-7"));
    }

    void forgedBytesNeverCrash() {
        WorkspaceFixture f;
        {
            auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", fillShop);
            WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 300); });
        }
        std::string bytes;
        {
            std::ifstream in(f.path(), std::ios::binary);
            bytes.assign(std::istreambuf_iterator<char>(in), {});
        }
        const fs::path forged = f.folder() / "forged.aisle";
        std::mt19937 rng(5);
        for (int round = 0; round < 400; ++round) {
            std::string copy = bytes;
            if (round % 10 == 0)
                copy.resize(rng() % copy.size());
            else
                for (auto n = 1 + rng() % (round % 3 == 0 ? 300 : 4); n > 0; --n)
                    copy[round % 2 != 0 ? rng() % copy.size() : rng() % 16384] = static_cast<char>(rng());
            std::ofstream(forged, std::ios::binary | std::ios::trunc).write(copy.data(), static_cast<std::streamsize>(copy.size()));
            useEverything(forged);
            if (QTest::currentTestFailed())
                return;
        }
    }

    void forgedNumbersNeverCrash_data() {
        QTest::addColumn<QString>("sql");
        const char* const values[] = {"-1", "0", "1", "255", "65536", "4294967295", "4294967296", "1073741824", "9223372036854775807",
                                      "-9223372036854775808", "'text'", "x'00ff'", "1e300", "''"};
        const std::pair<const char*, const char*> columns[] = {
            {"span", "trace"},    {"span", "span_id"},  {"span", "parent_id"}, {"span", "context"},  {"span", "name"},      {"span", "kind"},
            {"span", "status"},   {"span", "start"},    {"span", "duration"},  {"span", "flags"},    {"span", "attributes"}, {"file", "first_row"},
            {"file", "rows"},     {"file", "bytes"},    {"file", "report"},    {"context", "id"},    {"context", "service"}, {"context", "resource"},
            {"string", "id"},     {"string", "text"},   {"attribute", "id"},   {"attribute", "key"}, {"attribute", "type"}, {"attribute", "value"},
            {"trace", "id"},      {"trace", "high"},    {"event", "time"},     {"event", "name"},    {"event", "attributes"}, {"link", "n"},
            {"link", "span_id"},  {"link", "attributes"}, {"log", "row"},      {"log", "severity"},  {"log", "body"},       {"hidden", "of"},
            {"segment", "number"}};
        for (const auto& [table, column] : columns)
            for (const char* value : values)
                QTest::addRow("%s.%s = %s", table, column, value)
                    << QStringLiteral("UPDATE OR IGNORE %1 SET %2 = %3 WHERE rowid = (SELECT max(rowid) FROM %1)")
                           .arg(QLatin1String(table), QLatin1String(column), QLatin1String(value));
        for (const auto& [table, column] : columns)
            QTest::addRow("DELETE FROM %s (%s)", table, column) << QStringLiteral("DELETE FROM %1").arg(QLatin1String(table));
        for (const char* table : {"span", "file", "context", "string", "attribute", "trace", "event", "link", "log", "id_text", "segment", "hidden", "meta"})
            QTest::addRow("DROP %s", table) << QStringLiteral("DROP TABLE %1").arg(QLatin1String(table));
        for (const char* view : {"spans", "traces", "attributes"})
            QTest::addRow("view %s", view) << QStringLiteral("DROP VIEW %1; CREATE VIEW %1 AS SELECT load_extension('x') AS row").arg(QLatin1String(view));
        QTest::addRow("a table that is a view") << QStringLiteral("DROP TABLE hidden; CREATE VIEW hidden AS SELECT 1 AS row");
        QTest::addRow("overlapping files") << QStringLiteral("UPDATE file SET first_row = 0, rows = 3");
        QTest::addRow("first row past the end") << QStringLiteral("UPDATE file SET first_row = 9223372036854710272");
        QTest::addRow("sum of rows overflows") << QStringLiteral("UPDATE file SET first_row = 9223372036854710272, rows = 9223372036854775807");
        QTest::addRow("trigger") << QStringLiteral("CREATE TRIGGER evil AFTER INSERT ON file BEGIN DELETE FROM span; END");
        QTest::addRow("deep attributes") << QStringLiteral("UPDATE span SET attributes = replace(hex(zeroblob(50000)), '00', '[')");
        QTest::addRow("cut attributes") << QStringLiteral("UPDATE span SET attributes = '[1,[0,0,\"abc\\'");
        QTest::addRow("huge attribute numbers") << QStringLiteral("UPDATE span SET attributes = '[99999999999999999999,4294967295,[4294967295,99,\"x\"]]'");
        QTest::addRow("context of gigabytes") << QStringLiteral("UPDATE context SET id = 1073741823 WHERE id = (SELECT max(id) FROM context)");
    }
    void forgedNumbersNeverCrash() {
        QFETCH(QString, sql);
        static WorkspaceFixture f;
        static const fs::path good = [] {
            auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", fillShop);
            WorkspaceFixture::add(*workspace, "b", fillShop);
            workspace.reset();
            return f.path();
        }();
        const fs::path forged = f.folder() / "forged.aisle";
        for (const bool withChunks : {true, false}) {
            copyFile(good, forged);
            {
                Database db(forged, Database::Mode::ReadWrite);
                if (!withChunks)
                    db.exec("DELETE FROM segment");
                try {
                    db.exec(sql.toUtf8().constData());
                } catch (const StoreError&) {
                    return; // SQLite itself does not allow it
                }
            }
            useEverything(forged);
            // And for writing, with a further file.
            try {
                const auto workspace = Workspace::open(forged, Workspace::Access::ReadWrite);
                WorkspaceFixture::add(*workspace, "more", fillShop);
            } catch (const StoreError&) {
            }
        }
    }

    void whatIsNoWorkspace() {
        WorkspaceFixture f;
        const auto expect = [&](const fs::path& path, const char* words, Workspace::Access access = Workspace::Access::ReadWrite) {
            const std::string said = refusal(path, access);
            QVERIFY2(said.find(words) != std::string::npos, said.c_str());
            QVERIFY2(said.find(path.filename().string()) != std::string::npos, said.c_str());
        };
        expect(f.folder() / "nothing.aisle", "does not exist");
        expect(f.folder() / "nothing.aisle", "does not exist", Workspace::Access::ReadOnly);
        expect(f.folder(), "directory");
        std::ofstream(f.folder() / "text.aisle") << "{\"resourceSpans\":[]}";
        expect(f.folder() / "text.aisle", "is not an Aisle workspace");
        expect(f.folder() / "text.aisle", "is not an Aisle workspace", Workspace::Access::Create); // and keeps it
        QCOMPARE(fs::file_size(f.folder() / "text.aisle"), uintmax_t(20));
        std::ofstream(f.folder() / "empty.aisle");
        expect(f.folder() / "empty.aisle", "empty", Workspace::Access::ReadOnly);
        Database(f.folder() / "other.db", Database::Mode::Create).exec("CREATE TABLE t(x)");
        expect(f.folder() / "other.db", "not an Aisle workspace");
        const std::string head = "SQLite format 3";
        std::ofstream(f.folder() / "fake.aisle", std::ios::binary) << head << '\0' << std::string(5000, 'x');
        expect(f.folder() / "fake.aisle", "fake.aisle");
    }

    void newerVersionIsRefused() {
        WorkspaceFixture f;
        (void)f.open();
        Database(f.path(), Database::Mode::ReadWrite).exec("PRAGMA user_version=99");
        for (const auto access : {Workspace::Access::ReadWrite, Workspace::Access::ReadOnly, Workspace::Access::Create}) {
            const std::string said = refusal(f.path(), access);
            QVERIFY2(said.find("newer version of Aisle") != std::string::npos && said.find("99") != std::string::npos, said.c_str());
        }
        QCOMPARE(Database(f.path(), Database::Mode::ReadOnly).integer("PRAGMA user_version"), 99);
    }

    void locking() {
        WorkspaceFixture f;
        auto first = f.open();
        WorkspaceFixture::add(*first, "a", fillShop);
        const std::string said = refusal(f.path());
        QVERIFY2(said.find("process " + std::to_string(::getpid())) != std::string::npos, said.c_str());
        const auto second = f.open(Workspace::Access::ReadWriteIfLocked);
        QVERIFY(second->isReadOnly());
        QVERIFY(second->readOnlyReason().find(std::to_string(::getpid())) != std::string::npos);
        QCOMPARE(second->table()->spanCount(), uint64_t(3));
        // It notices what the writer does, when it looks again.
        const auto watcher = second->connect();
        const int64_t version = Workspace::dataVersion(*watcher);
        WorkspaceFixture::add(*first, "b", [](SpanSink& s) { fillSimple(s, 5, 10); });
        QVERIFY(Workspace::dataVersion(*watcher) != version);
        second->reload();
        QCOMPARE(second->table()->spanCount(), uint64_t(13));
        bool wrote = true;
        try {
            second->connect()->exec("DELETE FROM span");
        } catch (const StoreError&) {
            wrote = false;
        }
        QVERIFY(!wrote);
        first.reset();
        QVERIFY(!f.open(Workspace::Access::ReadWriteIfLocked)->isReadOnly());
    }

    void lockedForAnotherProcess() {
        QVERIFY2(fs::exists(AISLE_PROGRAM), "build the program first");
        WorkspaceFixture f;
        const auto workspace = f.open();
        QProcess other;
        other.start(QStringLiteral(AISLE_PROGRAM), {QStringLiteral("import"), QStringLiteral("/dev/null"), QStringLiteral("--into"),
                                                    QString::fromStdString(f.path().string())});
        QVERIFY(other.waitForFinished(30'000));
        QCOMPARE(other.exitCode(), 1);
        const QByteArray said = other.readAllStandardError();
        QVERIFY2(said.contains(QByteArray("process " + QByteArray::number(::getpid()))), said);
    }

    void closedWorkspaceIsOneFile() {
        WorkspaceFixture f;
        {
            const auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", fillShop);
            QVERIFY(fs::exists(f.path().string() + "-wal"));
        }
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(f.folder()))
            names.push_back(entry.path().filename());
        QCOMPARE(names, std::vector<std::string>{"shop.aisle"});
        QCOMPARE(rowsOf(*std::make_unique<Database>(f.path(), Database::Mode::ReadOnly), "PRAGMA journal_mode"), std::vector<std::string>{"delete"});
        QCOMPARE(static_cast<unsigned>(fs::status(f.path()).permissions()) & 0777U, 0600U); // others may not read the shop's customers
    }

    void readOnlyFolder() {
        WorkspaceFixture f;
        {
            const auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", fillShop);
        }
        ::chmod(f.path().c_str(), 0444);
        ::chmod(f.folder().c_str(), 0555);
        {
            const AsNobody nobody;
            if (::access(f.folder().c_str(), W_OK) == 0)
                QSKIP("permissions do not apply here");
            const auto workspace = f.open(Workspace::Access::ReadOnly);
            QCOMPARE(workspace->table()->spanCount(), uint64_t(3));
            QVERIFY(readSpan(*workspace->connect(), *workspace->table(), 0).found);
            const auto fallback = f.open(Workspace::Access::ReadWriteIfLocked);
            QVERIFY(fallback->isReadOnly());
            QVERIFY2(!fallback->readOnlyReason().empty(), fallback->readOnlyReason().c_str());
            const std::string said = refusal(f.path());
            QVERIFY2(said.find("cannot be") != std::string::npos, said.c_str());
        }
        ::chmod(f.folder().c_str(), 0755);
        {
            const AsNobody nobody; // nor in a folder that is another's, though it can be read
            QVERIFY(f.open(Workspace::Access::ReadWriteIfLocked)->isReadOnly());
        }
        ::chmod(f.path().c_str(), 0000);
        {
            const AsNobody nobody;
            const std::string said = refusal(f.path(), Workspace::Access::ReadOnly);
            QVERIFY2(said.find("permission") != std::string::npos, said.c_str());
        }
        QCOMPARE(static_cast<int>(std::distance(fs::directory_iterator(f.folder()), {})), 1);
    }

    void saveCopy() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        const fs::path to = f.folder() / "copy.aisle";
        std::ofstream(to) << "old";
        workspace->saveCopy(to);
        QCOMPARE(difference(contentOf(*Workspace::open(to, Workspace::Access::ReadWrite)->table()), contentOf(*workspace->table())), std::string());
        workspace->saveCopy(f.path()); // onto itself: nothing
        QCOMPARE(workspace->table()->spanCount(), uint64_t(3));
        std::string said;
        try {
            workspace->saveCopy(f.folder() / "no" / "such" / "folder.aisle");
        } catch (const StoreError& e) {
            said = e.what();
        }
        QVERIFY(!said.empty());
        QVERIFY(!fs::exists(to.string() + ".part"));
    }

    // Bounds of the dictionary: what goes past them is stored inline and reads the same.
    void dictionaryBounds() {
        constexpr int kSpans = 70'000;
        const std::string large(300, 'L');
        const std::string nul("a\0b", 3);
        WorkspaceFixture f;
        auto workspace = f.open();
        const auto fill = [&](SpanSink& sink) {
            const ContextHandle context = serviceContext(sink, "shop");
            SpanRecord s;
            for (int i = 0; i < kSpans; ++i) {
                const std::string order = "order-" + std::to_string(i);
                s.clear();
                s.trace.id = {0, static_cast<uint64_t>(i)};
                s.span.id = 1;
                s.context = context;
                s.name = "op";
                s.setTimes(kNow + i, kNow + i + 10);
                s.attributes = {{"order.id", ValueType::String, order}, {"same", ValueType::String, "x"}};
                if (i == 5)
                    s.attributes.push_back({"large", ValueType::String, large});
                if (i == 6)
                    s.attributes.push_back({"nul", ValueType::String, nul});
                if (i == 7)
                    s.attributes.push_back({"bad", ValueType::String, "a\xff" "b\xed\xa0\x80"});
                if (i == 8)
                    s.name = "name \xc0\xaf";
                sink.span(s);
            }
        };
        const ImportReport report = WorkspaceFixture::add(*workspace, "a", fill);
        QCOMPARE(report.repairedCount(), uint64_t(2));
        auto db = workspace->connect();
        QCOMPARE(db->integer("SELECT count(*) FROM attribute JOIN string ON string.id = key WHERE text = 'order.id'"), 65'536);
        QCOMPARE(db->integer("SELECT max(length(value)) FROM attribute"), 5 + 6);
        QCOMPARE(db->integer("SELECT count(*) FROM attributes WHERE key = 'order.id'"), kSpans);
        QCOMPARE(rowsOf(*db, "SELECT value FROM attributes WHERE row = 69999 AND key = 'order.id'"), std::vector<std::string>{"order-69999"});
        const std::vector<ColumnSpec> specs = {{{"order.id"}, true}};
        const auto column = std::move(readColumns(*db, *workspace->table(), specs)[0]);
        QCOMPARE(column.rows().size(), size_t(kSpans));
        QCOMPARE(column.textAt(69'999), std::string_view("order-69999"));
        QCOMPARE(column.textAt(1), std::string_view("order-1"));
        const SpanTablePtr table = workspace->table();
        QCOMPARE(value(readSpan(*db, *table, 5).attributes, "large"), large);
        QCOMPARE(value(readSpan(*db, *table, 6).attributes, "nul"), nul);
        QCOMPARE(value(readSpan(*db, *table, 7).attributes, "bad"), std::string("a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"));
        QVERIFY((table->flags(7) & kRepaired) != 0 && (table->flags(8) & kRepaired) != 0 && (table->flags(9) & kRepaired) == 0);
        QCOMPARE(table->nameText(8), std::string_view("name \xef\xbf\xbd\xef\xbf\xbd"));
        // The bound holds over files and openings: nothing new is added for a full key.
        db.reset();
        workspace.reset();
        workspace = f.open(Workspace::Access::ReadWrite);
        WorkspaceFixture::add(*workspace, "b", fill);
        db = workspace->connect();
        QCOMPARE(db->integer("SELECT count(*) FROM attribute JOIN string ON string.id = key WHERE text = 'order.id'"), 65'536);
        QCOMPARE(workspace->table()->spanCount(), uint64_t(kSpans));
    }

    void restrictedConnection() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        const auto db = workspace->connect();
        db->restrictToQueries();
        QCOMPARE(db->integer("SELECT count(*) FROM spans"), 3);
        QCOMPARE(db->integer("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT sum(i) FROM n"), 55);
        for (const char* sql : {"INSERT INTO meta VALUES('a', 1)", "DELETE FROM span", "UPDATE file SET rows = 0", "DROP TABLE span",
                                "ATTACH '/tmp/x.db' AS x", "PRAGMA query_only=OFF", "PRAGMA journal_mode=DELETE", "PRAGMA user_version=5; SELECT 1",
                                "VACUUM", "VACUUM INTO '/tmp/x.db'", "CREATE TEMP TABLE t(x)", "CREATE TABLE t(x)", "REINDEX", "ANALYZE",
                                "SELECT load_extension('/tmp/x.so')", "SELECT writefile('/tmp/x', 'y')", "SELECT readfile('/etc/passwd')",
                                "BEGIN IMMEDIATE", "PRAGMA writable_schema=ON", "SELECT * FROM nothing"}) {
            bool refused = false;
            try {
                db->prepare(sql).run();
            } catch (const StoreError&) {
                refused = true;
            }
            if (!refused && std::string_view(sql).starts_with("PRAGMA user_version"))
                refused = db->integer("PRAGMA user_version") == kSchemaVersion; // reading it is allowed
            QVERIFY2(refused, sql);
        }
        QCOMPARE(db->integer("SELECT count(*) FROM spans"), 3);
    }
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
