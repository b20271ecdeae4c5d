#pragma once
// The command line as scripts see it: a run of the program, and a small shop to run it on.

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace aisle::test {

namespace fs = std::filesystem;
using nlohmann::json;

struct Result {
    int code = -1;
    QByteArray out, error;
};

inline Result run(const QStringList& arguments, const QByteArray& input = {}) {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("DISPLAY"));
    environment.remove(QStringLiteral("QT_QPA_PLATFORM")); // what paints must find its platform by itself
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(AISLE_PROGRAM), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(120'000))
        qFatal("aisle did not end");
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

inline QString s(const char* text) { return QString::fromUtf8(text); }

/// What the program says about a bad input: one line, beginning with its name, that names the file.
inline void verifySentence(const Result& r, int code, const char* words) {
    const QByteArray all = "exit " + QByteArray::number(r.code) + ": " + r.error;
    QVERIFY2(r.code == code, all);
    QVERIFY2(r.error.startsWith("aisle: "), all);
    QVERIFY2(r.error.trimmed().count('\n') == 0, all);
    QVERIFY2(r.error.contains(words), all);
    for (const char c : r.error)
        QVERIFY2(c == '\n' || static_cast<unsigned char>(c) >= 0x20, all);
}

class CliFixture {
protected:
    void begin() {
        QVERIFY2(fs::exists(AISLE_PROGRAM), "build the program first");
        demo_ = path("demo.jsonl");
        shop_ = path("shop.aisle");
        QCOMPARE(run({s("demo"), s("--sessions"), s("40"), s("--out"), demo_}).code, 0);
        const Result r = run({s("import"), demo_, s("--into"), shop_});
        QVERIFY2(r.code == 0, r.error);
        QVERIFY(r.out.contains("demo.jsonl") && r.out.contains("format: otlp-json"));
        QVERIFY2(r.error.isEmpty(), r.error); // no progress where there is no terminal
    }

    QString path(const QString& name) const { return dir_.filePath(name); }
    QString path(const char* name) const { return dir_.filePath(QString::fromUtf8(name)); }
    QString path(const std::string& name) const { return dir_.filePath(QString::fromStdString(name)); }
    static QByteArray read(const QString& name) {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void write(const QString& name, const QByteArray& bytes) {
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write");
    }

    QTemporaryDir dir_;
    QString demo_, shop_;
};

} // namespace aisle::test
