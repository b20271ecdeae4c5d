#pragma once
// What the tests of the workspace file share: a small shop with everything in it, and looks at what is stored.

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

namespace aisle::test {

namespace fs = std::filesystem;

inline constexpr int64_t kNow = 1'773'478'800'000'000'000;

/// One span with everything, a few around it, logs for two of them.
inline void fillShop(SpanSink& sink) {
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

inline void fillSimple(SpanSink& sink, uint64_t trace, int count, int64_t duration = 10) {
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

inline std::string refusal(const fs::path& path, Workspace::Access access = Workspace::Access::ReadWrite) {
    try {
        (void)Workspace::open(path, access);
        return "(opened)";
    } catch (const StoreError& e) {
        return e.what();
    }
}

inline std::vector<std::string> rowsOf(Database& db, const std::string& sql) {
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

inline std::string value(const AttributeList& list, const std::string& key) {
    for (const AttributeValue& a : list)
        if (a.key == key)
            return a.value;
    return "(none)";
}

inline Row rowOf(const SpanTable& table, TraceId trace, SpanId span) {
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

inline void copyFile(const fs::path& from, const fs::path& to) { fs::copy_file(from, to, fs::copy_options::overwrite_existing); }

/// Everything that a window does with a workspace it has opened.
inline void useEverything(const fs::path& path) {
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

} // namespace aisle::test
