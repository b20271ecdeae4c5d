// What is exported and imported again is the same workspace, but for what the export says that the format cannot hold;
// for the real files, for what the tests of the importers read, and for the demo shop.

#include "import_job.h"
#include "import_test.h"
#include "forgive.h"
#include "model/workspace_fixture.h"
#include "writer/export_traces.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

using namespace aisle;
using namespace aisle::test;
namespace fs = std::filesystem;

namespace {

/// What each format's file is imported as.
const std::map<std::string, std::string, std::less<>> kImporterOf = {
    {"otlp-json", "otlp-json"}, {"otlp-proto", "otlp-proto"}, {"jaeger", "jaeger-json"}, {"zipkin", "zipkin-v2"}, {"csv", "csv"}};

std::vector<ImportReport> import(const std::shared_ptr<Workspace>& workspace, std::vector<fs::path> files, const Format* format = nullptr) {
    ImportLimits limits;
    limits.format = format;
    ImportJob job(workspace, std::move(files), {}, limits);
    job.start();
    job.wait();
    return job.reports();
}

ExportReport exportTo(const fs::path& path, Workspace& workspace, const WriterFormat& format, const RowSet* rows = nullptr) {
    const auto db = workspace.connect();
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    return exportTraces(*db, *workspace.table(), format, {rows, format.order, {}}, Redactor(),
                        [&](std::string_view bytes) { out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); });
}

Words wordsOf(const ExportReport& report) {
    Words words;
    for (const auto& [what, count] : report.lost)
        words.insert(what);
    return words;
}

std::vector<std::string> forgiven(const Content& content, std::string_view format, const Words& words) {
    if (words.empty())
        return linesOf(content);
    Content changed = content;
    Forgiver(format, words).forgive(changed);
    return linesOf(changed);
}

/// Empty: all is well. Each loss that is said must be one: without it the two differ.
std::string roundTrip(Workspace& workspace, const Content& content, const WriterFormat& format) {
    WorkspaceFixture f;
    const fs::path path = f.folder() / ("export." + std::string(format.suffix));
    const ExportReport report = exportTo(path, workspace, format);
    if (report.counts.spans != workspace.table()->spanCount())
        return "not all spans were exported";
    const auto back = f.open();
    const auto reports = import(back, {path});
    if (reports.size() != 1 || !reports[0].succeeded())
        return reports.empty() ? "not imported" : reports[0].error;
    if (reports[0].format != kImporterOf.find(format.id)->second)
        return "taken for " + reports[0].format;
    if (!reports[0].skipped.empty() || !reports[0].repaired.empty())
        return reports[0].toText();
    const Content there = contentOf(*back, Copies::Included);
    const Words lost = wordsOf(report);
    const std::string off = difference(forgiven(content, format.id, lost), forgiven(there, format.id, lost));
    if (!off.empty())
        return "differs:" + off;
    if (content.spans.size() < 500)
        for (const std::string& word : lost) {
            Words others = lost;
            others.erase(word);
            if (difference(forgiven(content, format.id, others), forgiven(there, format.id, others)).empty())
                return "said to be lost, but is there: " + word;
        }
    return {};
}

void roundTrips(Workspace& workspace, size_t largest) {
    const Content content = contentOf(workspace, Copies::LeftOut);
    std::string failures;
    for (const WriterFormat& format : writerFormats()) {
        if (content.spans.size() > largest && !format.id.starts_with("otlp"))
            continue;
        QElapsedTimer timer;
        timer.start();
        const std::string failure = roundTrip(workspace, content, format);
        if (!failure.empty())
            failures += "\n" + std::string(format.id) + ": " + failure.substr(0, 6000);
        if (timer.elapsed() > 2000)
            qInfo("%s took %lld ms", std::string(format.id).c_str(), static_cast<long long>(timer.elapsed()));
    }
    QVERIFY2(failures.empty(), failures.c_str());
}

constexpr int64_t kDay = 1'700'000'000'000'000'000; // whole microseconds

Attribute attribute(std::string_view key, std::string_view value, ValueType type = ValueType::String) { return {key, type, value}; }

SpanRecord spanRecord(ContextHandle context, SpanId id, std::string_view name, int64_t start, int64_t duration) {
    SpanRecord span;
    span.trace.id = {1, 2};
    span.span.id = id;
    span.context = context;
    span.name = name;
    span.start = start;
    span.duration = duration;
    return span;
}

/// One of everything that a span can have.
void everything(SpanSink& sink) {
    ContextRecord shop, host;
    shop.resource = {attribute("service.name", "shop"), attribute("process.pid", "7", ValueType::Int),
                     attribute("process.command_args", "[\"serve\",1.5,null]", ValueType::Array)};
    shop.resourceSchema = "https://example.org/schema";
    shop.scopeName = "lib";
    shop.scopeVersion = "1.2";
    shop.scope = {attribute("stable", "true", ValueType::Bool)};
    host.resource = {attribute("net.host.ip", "10.0.0.1"), attribute("net.host.port", "80", ValueType::Int)};
    const ContextHandle a = sink.context(shop), b = sink.context(host), none = sink.context({});

    SpanRecord span = spanRecord(a, 0x10, "GET /\"cart\"", kDay + 123, 1'500'000);
    span.kind = Kind::Server;
    span.status = Status::Error;
    span.statusMessage = "bad\n\"thing\", said";
    span.traceState = "a=b|c";
    span.attributes = {attribute("text", "=1+1"), attribute("int", "-5", ValueType::Int),
                       attribute("wide", "99999999999999999999", ValueType::Int), attribute("double", "2.50", ValueType::Double),
                       attribute("whole", "7", ValueType::Double), attribute("bool", "true", ValueType::Bool),
                       attribute("bytes", "AAEC/w==", ValueType::Bytes), attribute("empty", ""), attribute("", "no key"),
                       attribute("list", "[1,2.0,\"x\",[],{},null]", ValueType::Array),
                       attribute("map", "{\"a\":{\"b\":[true]},\"a\":2}", ValueType::Map), attribute("error", "boom")};
    EventRecord& retry = span.addEvent();
    retry.time = kDay + 1001;
    retry.name = "retry";
    retry.attributes = {attribute("n", "3", ValueType::Int), attribute("b", "AAE=", ValueType::Bytes)};
    EventRecord& nameless = span.addEvent();
    nameless.time = kDay + 2000;
    nameless.attributes = {attribute("message", "hello")};
    span.addEvent().name = "a|{\"x\":1}|0"; // looks like the collector's form for Zipkin
    LinkRecord& link = span.addLink();
    link.trace.id = {9, 9};
    link.span.id = 9;
    link.traceState = "s=1";
    link.attributes = {attribute("why", "batch"), attribute("n", "1", ValueType::Int)};
    span.addLink().trace.id = {9, 8}; // to a whole trace
    sink.span(span);

    span = spanRecord(a, 0x11, "charge", kDay + 5000, 1000);
    span.parent.id = 0x10;
    span.flags = kFollowsFrom;
    span.kind = Kind::Internal;
    span.attributes = {attribute("error", "true", ValueType::Bool)}; // with the status unset
    LinkRecord& sibling = span.addLink();
    sibling.trace.id = {1, 2};
    sibling.span.id = 0x12;
    sibling.attributes = {attribute("opentracing.ref_type", "follows_from")};
    sink.span(span);

    span = spanRecord(b, 0x12, "'=SUM(1)", kDay + 6000, -1000);
    span.kind = Kind::Client;
    span.status = Status::Ok;
    span.flags = kSharedId | kNegative;
    span.attributes = {attribute("peer.service", "db"), attribute("net.peer.ip", "::1"), attribute("net.peer.port", "5432", ValueType::Int),
                       attribute("zipkin.debug", "true", ValueType::Bool), attribute("twice", "1"), attribute("twice", "2"),
                       attribute("error", "false"), attribute("otel.scope.name", "mine"), attribute("span.kind", "server")};
    LinkRecord& inTrace = span.addLink();
    inTrace.trace.id = {1, 2};
    inTrace.span.id = 0x10;
    inTrace.attributes = {attribute("opentracing.ref_type", "child_of")};
    sink.span(span);

    span = spanRecord(none, 0x13, "", 0, 0);
    span.flags = kNoStart | kUnfinished;
    sink.span(span);
    sink.span(spanRecord(none, 0x14, "at the epoch", 0, 5000));
    sink.span(spanRecord(none, 0x15, "before the epoch", -1'000'000, 3'000'000));
    span = spanRecord(none, 0x16, " padded ", 0, 1'000'000);
    span.flags = kNoStart | kRepaired;
    sink.span(span);

    span = spanRecord(none, spanIdFromText("span,one"), "text ids", kDay, 0);
    span.span.text = "span,one";
    span.trace = {traceIdFromText("-trace one"), "-trace one"};
    span.parent = {spanIdFromText("root"), "root"};
    sink.span(span);

    LogRecord log;
    log.trace.id = {1, 2};
    log.span.id = 0x10;
    log.context = a;
    log.time = kDay + 777;
    log.severity = 17;
    log.severityText = "ERROR";
    log.eventName = "declined";
    log.bodyType = ValueType::Map;
    log.body = "{\"card\":\"visa\"}";
    log.attributes = {attribute("attempt", "2", ValueType::Int)};
    sink.log(log);
    log.clear();
    log.context = none;
    log.body = "of no span";
    sink.log(log);
}

using Lost = std::map<std::string, uint64_t, std::less<>>;

Lost lost(std::initializer_list<std::pair<std::string_view, uint64_t>> list) {
    Lost out;
    for (const auto& [what, count] : list)
        out.emplace(what, count);
    return out;
}

QByteArray text(const Lost& lost) {
    QByteArray out;
    for (const auto& [what, count] : lost)
        out += QByteArray::fromStdString(what) + ": " + QByteArray::number(qulonglong(count)) + "\n";
    return out;
}

} // namespace

class TestExportRoundTrip : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void realFiles_data() {
        if (traceFolder().empty())
            QSKIP("the real files are not here; set AISLE_TRACES");
        QTest::addColumn<QByteArray>("path");
        std::vector<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(traceFolder()))
            if (entry.is_regular_file() && entry.path().parent_path() != traceFolder())
                files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files)
            QTest::addRow("%s", fs::relative(file, traceFolder()).c_str()) << QByteArray(file.c_str());
    }
    void realFiles() {
        QFETCH(QByteArray, path);
        WorkspaceFixture f;
        const auto workspace = f.open();
        const auto reports = import(workspace, {path.toStdString()});
        if (!reports.at(0).succeeded())
            return; // tst_import_job says which ones may be refused
        roundTrips(*workspace, 3000);
    }

    // What each format loses of one of everything, counted by hand.
    void everythingOnce() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "everything", everything);
        const std::map<std::string_view, Lost> want = {
            {"otlp-json", lost({{loss::kRepaired, 1}, {loss::kShared, 1}, {loss::kFollowsFrom, 1}, {loss::kValueType, 1}, {loss::kZeroStart, 1}})},
            {"otlp-proto", lost({{loss::kRepaired, 1}, {loss::kShared, 1}, {loss::kFollowsFrom, 1}, {loss::kValueType, 1}, {loss::kZeroStart, 1},
                                 {loss::kBefore1970, 1}, {loss::kIdText, 3}})},
            // Lists: of the resource for two spans, and two attributes. Parts of a microsecond: a start and an event.
            {"jaeger", lost({{loss::kRepaired, 1}, {loss::kShared, 1}, {loss::kValueType, 1}, {loss::kNanoseconds, 2}, {loss::kSchema, 2},
                             {loss::kScopeAttributes, 2}, {loss::kNested, 4}, {loss::kOwnName, 2}, {loss::kNamelessEvent, 1},
                             {loss::kLinkContent, 1}, {loss::kWholeTraceLink, 1}, {loss::kLinkAsParent, 1}, {loss::kLogs, 2}})},
            // The resource's: two attributes and one of the scope for two spans. Types: eight of the first span, one of the second.
            {"zipkin", lost({{loss::kRepaired, 1}, {loss::kFollowsFrom, 1}, {loss::kNanoseconds, 2}, {loss::kZeroStart, 1}, {loss::kSchema, 2},
                             {loss::kResource, 6}, {loss::kTagType, 9}, {loss::kBytes, 1}, {loss::kSameTag, 1}, {loss::kErrorTag, 1},
                             {loss::kOwnName, 1}, {loss::kLogs, 2}})},
            {"csv", lost({{loss::kRepaired, 1}, {loss::kShared, 1}, {loss::kFollowsFrom, 1}, {loss::kValueType, 1}, {loss::kBytes, 2}, {loss::kLogs, 2}})},
        };
        for (const WriterFormat& format : writerFormats()) {
            const ExportReport report = exportTo(f.folder() / "out", *workspace, format);
            QCOMPARE(text(report.lost), text(want.at(format.id)));
            QCOMPARE(report.counts.spans, uint64_t(8));
            QCOMPARE(report.counts.logs, uint64_t(2));
        }
        roundTrips(*workspace, 100);
    }

    void theReportInWords() {
        ExportReport report;
        report.format = "jaeger";
        report.counts = {1, 1, 2};
        report.lost.emplace(loss::kLogs, 2);
        report.lost.emplace(loss::kSchema, 1);
        QCOMPARE(report.lines(), (std::vector<std::string>{"1 span exported as jaeger, not masked", "1 copy of a span left out",
                                                           "jaeger cannot hold log records (left out): 2 times",
                                                           "jaeger cannot hold the schema URL of a resource: 1 time"}));
        report.lost.clear();
        report.counts = {1500, 2000, 1};
        QCOMPARE(report.lines(), (std::vector<std::string>{"1,500 spans and 1 log record exported as jaeger, not masked", "2,000 copies of spans left out"}));
    }

    void demoShop() {
        WorkspaceFixture f;
        const fs::path demo = f.folder() / "demo.jsonl";
        QCOMPARE(QProcess::execute(QStringLiteral(AISLE_PROGRAM), {QStringLiteral("demo"), QStringLiteral("--sessions"), QStringLiteral("10"),
                                                                   QStringLiteral("--out"), QString::fromStdString(demo.string())}),
                 0);
        const auto workspace = f.open();
        QVERIFY(import(workspace, {demo}).at(0).succeeded());
        roundTrips(*workspace, 10'000);
    }

    // Of each importer's tests, all that they read into one workspace.
    void ownSamples_data() {
        QTest::addColumn<QByteArray>("format");
        for (const Format& format : formats())
            QTest::addRow("%s", std::string(format.id).c_str()) << QByteArray(format.id.data(), static_cast<qsizetype>(format.id.size()));
    }
    void ownSamples() {
        QFETCH(QByteArray, format);
        static const WorkspaceFixture samples;
        static const bool collected = collect(samples.folder());
        QVERIFY(collected);
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(samples.folder()))
            if (entry.path().filename().string().substr(0, entry.path().filename().string().find_last_of('-')) == format.toStdString())
                files.push_back(entry.path());
        QVERIFY(!files.empty());
        std::sort(files.begin(), files.end());
        WorkspaceFixture f;
        const auto workspace = f.open();
        import(workspace, files, formatNamed(format.toStdString()));
        QVERIFY(workspace->table()->spanCount() > 0);
        roundTrips(*workspace, 100'000);
    }

private:
    static bool collect(const fs::path& folder) {
        for (const auto& entry : fs::directory_iterator(fs::path(AISLE_SOURCE_DIR) / "tests/import")) {
            const fs::path name = entry.path().stem();
            const std::string source = entry.path().extension() == ".cpp" ? readFile(entry.path()) : std::string();
            const bool imports = source.find("importBytes(") != std::string::npos || source.find("keepSample(") != std::string::npos;
            if (!imports || name == "tst_detect" || name == "tst_export_round_trip")
                continue;
            QProcess test;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("AISLE_SAMPLES"), QString::fromStdString(folder.string()));
            environment.insert(QStringLiteral("AISLE_TRACES"), QStringLiteral("none")); // the real files have their own test
            test.setProcessEnvironment(environment);
            test.setStandardOutputFile(QProcess::nullDevice());
            test.setStandardErrorFile(QProcess::nullDevice());
            test.start(QCoreApplication::applicationDirPath() + QLatin1Char('/') + QString::fromStdString(name.string()), {});
            if (!test.waitForFinished(120'000))
                return false;
        }
        return true;
    }
};

QTEST_GUILESS_MAIN(TestExportRoundTrip)
#include "tst_export_round_trip.moc"
