// What goes into a workspace comes out again, for Aisle and for any SQLite tool.

#include "store_fixture.h"

#include <sqlite3.h>

using namespace aisle;
using namespace aisle::test;

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
    // A query of the index within the reading of a column: "cannot start a transaction within a transaction".
    void readingWithinReading() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        const auto connection = workspace->connect();
        Database& db = *connection;
        {
            const ReadTransaction outer(db);
            {
                const ReadTransaction inner(db);
                QCOMPARE(db.integer("SELECT count(*) FROM files"), int64_t(1));
            }
            QVERIFY(sqlite3_get_autocommit(db.handle()) == 0); // the outer one goes on
        }
        QVERIFY(sqlite3_get_autocommit(db.handle()) != 0);
    }

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
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
