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
