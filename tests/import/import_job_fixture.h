#pragma once
// What the tests of whole imports share: files, programs that pack, the import itself.

#include "import_job.h"
#include "format/csv_mapping.h"
#include "import_test.h"
#include "known_differences.h"
#include "model/workspace_fixture.h"

#include <QProcess>
#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTest>

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>
#include <sys/stat.h>
#include <unistd.h>

namespace aisle::test {

namespace fs = std::filesystem;

inline std::vector<ImportReport> import(const std::shared_ptr<Workspace>& workspace, std::vector<fs::path> files, ImportEvents events = {},
                                 ImportLimits limits = {}) {
    ImportJob job(workspace, std::move(files), std::move(events), limits);
    job.start();
    job.wait();
    return job.reports();
}

/// For a test of every real file: a row with its "path" each. Without them the test is skipped.
inline void addRealFiles() {
    if (traceFolder().empty())
        QSKIP("the real files are not here; set AISLE_TRACES");
    QTest::addColumn<QString>("path");
    for (const auto& entry : fs::recursive_directory_iterator(traceFolder()))
        if (entry.is_regular_file() && entry.path().filename() != "MANIFEST.tsv")
            QTest::addRow("%s", fs::relative(entry.path(), traceFolder()).c_str()) << QString::fromStdString(entry.path().string());
}

inline void write(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes; }

/// OTLP JSON lines: `count` spans of one trace, numbered from `first`.
inline std::string otlp(int count, int first = 1, int trace = 1) {
    std::string out;
    for (int i = first; i < first + count; ++i) {
        char line[600];
        std::snprintf(line, sizeof line,
                      "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"shop\"}}]},"
                      "\"scopeSpans\":[{\"spans\":[{\"traceId\":\"%032x\",\"spanId\":\"%016x\",\"parentSpanId\":\"%s\",\"name\":\"op %d\",\"kind\":2,"
                      "\"startTimeUnixNano\":\"1773478800%08d0\",\"endTimeUnixNano\":\"1773478800%08d5\"}]}]}]}\n",
                      static_cast<unsigned>(trace), static_cast<unsigned>(i), i == 1 ? "" : "0000000000000001", i % 7, i, i);
        out += line;
    }
    return out;
}

inline bool run(const QString& program, const QStringList& arguments, const fs::path& folder) {
    QProcess process;
    process.setWorkingDirectory(QString::fromStdString(folder.string()));
    process.start(program, arguments);
    return process.waitForFinished(60'000) && process.exitCode() == 0;
}

inline bool has(const QString& program) { return !QStandardPaths::findExecutable(program).isEmpty(); }

inline bool hasProgram() { return fs::exists(AISLE_PROGRAM); }

/// A shop file of about 100 spans per session.
inline fs::path demoFile(int sessions) {
    static WorkspaceFixture folder;
    const fs::path path = folder.folder() / ("demo-" + std::to_string(sessions) + ".jsonl");
    if (!fs::exists(path) && !run(QStringLiteral(AISLE_PROGRAM), {QStringLiteral("demo"), QStringLiteral("--sessions"), QString::number(sessions),
                                                                  QStringLiteral("--out"), QString::fromStdString(path.string())}, folder.folder()))
        qFatal("the demo shop cannot be written");
    return path;
}

} // namespace aisle::test
