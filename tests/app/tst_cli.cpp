// The command line as scripts see it: exit codes, outputs, and one clear sentence for every bad input.

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

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

struct Result {
    int code = -1;
    QByteArray out, error;
};

Result run(const QStringList& arguments, const QByteArray& input = {}) {
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

QString s(const char* text) { return QString::fromUtf8(text); }

/// What the program says about a bad input: one line, beginning with its name, that names the file.
void verifySentence(const Result& r, int code, const char* words) {
    const QByteArray all = "exit " + QByteArray::number(r.code) + ": " + r.error;
    QVERIFY2(r.code == code, all);
    QVERIFY2(r.error.startsWith("aisle: "), all);
    QVERIFY2(r.error.trimmed().count('\n') == 0, all);
    QVERIFY2(r.error.contains(words), all);
    for (const char c : r.error)
        QVERIFY2(c == '\n' || static_cast<unsigned char>(c) >= 0x20, all);
}

} // namespace

class TestCli : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY2(fs::exists(AISLE_PROGRAM), "build the program first");
        demo_ = path("demo.jsonl");
        shop_ = path("shop.aisle");
        QCOMPARE(run({s("demo"), s("--sessions"), s("40"), s("--out"), demo_}).code, 0);
        const Result r = run({s("import"), demo_, s("--into"), shop_});
        QVERIFY2(r.code == 0, r.error);
        QVERIFY(r.out.contains("demo.jsonl") && r.out.contains("format: otlp-json"));
        QVERIFY2(r.error.isEmpty(), r.error); // no progress where there is no terminal
    }

    void usage() {
        QCOMPARE(run({s("--help")}).code, 0);
        QVERIFY(run({s("--help")}).out.contains("Exit status"));
        QVERIFY(run({s("--version")}).out.startsWith("aisle "));
        for (const QStringList& wrong : {QStringList{s("nonsense"), s("--what")}, {s("import")}, {s("import"), demo_}, {s("show")}, {s("show"), s("nothing"), shop_},
                                         {s("show"), s("overview"), shop_, s("--as"), s("gif")}, {s("show"), s("overview"), shop_, s("--select"), s("{ foo }")},
                                         {s("demo"), s("--out"), s("-"), s("--scenario"), s("flood")}, {s("sql"), shop_}, {s("import"), demo_, s("--into"), shop_, s("--as"), s("csv")}}) {
            const Result r = run(wrong);
            QVERIFY2(r.code == 2, QByteArray(wrong.join(QLatin1Char(' ')).toUtf8() + ": " + r.error));
            QVERIFY(r.error.startsWith("aisle: "));
            QVERIFY(r.out.isEmpty());
        }
        for (const char* command : {"import", "show", "sql", "demo", "formats", "views"})
            QCOMPARE(run({s(command), s("--help")}).code, 0);
    }

    void windowWithoutDisplay() { verifySentence(run({}), 1, "no display"); }
    void windowOfAPatternWithoutFiles() { verifySentence(run({path("none*.json")}), 1, "No file matches "); }

    void lists() {
        for (const char* command : {"formats", "views"}) {
            QVERIFY(run({s(command)}).out.size() > 100);
            const json list = json::parse(run({s(command), s("--as"), s("json")}).out.toStdString());
            QVERIFY(list.size() >= 4);
            QVERIFY(list[0].contains("id"));
        }
    }

    void demo() {
        const Result one = run({s("demo"), s("--sessions"), s("5"), s("--out"), s("-")}), two = run({s("demo"), s("--sessions"), s("5"), s("--out"), s("-")});
        QCOMPARE(one.code, 0);
        QVERIFY(one.out == two.out && one.out.startsWith("{\"resourceSpans\""));
        QVERIFY(one.error.contains(" spans, "));
        QVERIFY(run({s("demo"), s("--sessions"), s("5"), s("--seed"), s("2"), s("--out"), s("-")}).out != one.out);
        const QString file = path("five.jsonl");
        QCOMPARE(run({s("demo"), s("--sessions"), s("5"), s("--out"), file}).code, 0);
        QVERIFY(read(file) == one.out);
        QVERIFY(!QFileInfo::exists(file + s(".part")));
        verifySentence(run({s("demo"), s("--sessions"), s("5"), s("--out"), path("no/such.jsonl")}), 1, "no/such.jsonl cannot be written");
        // `--out /dev/null` as root put a file in the place of the device.
        QCOMPARE(run({s("demo"), s("--sessions"), s("1"), s("--out"), s("/dev/null")}).code, 0);
        QVERIFY(fs::is_character_file("/dev/null"));
        if (fs::exists("/dev/full"))
            verifySentence(run({s("demo"), s("--sessions"), s("1"), s("--out"), s("/dev/full")}), 1, "No space left");
    }

    void importReports() {
        const Result r = run({s("import"), demo_, s("--into"), path("json.aisle"), s("--as"), s("json")});
        QCOMPARE(r.code, 0);
        const json reports = json::parse(r.out.toStdString());
        QCOMPARE(reports.size(), size_t(1));
        QVERIFY(reports[0]["spansKept"].get<int>() > 1000);
        QCOMPARE(reports[0]["format"].get<std::string>(), std::string("otlp-json"));
        const Result again = run({s("import"), demo_, s("--into"), path("json.aisle")});
        QCOMPARE(again.code, 0);
        QVERIFY(again.out.contains("nothing added"));
    }

    /// The report is stored in the workspace, and says the same again.
    void storedReport() {
        const QString workspace = path("reported.aisle"), broken = path("reported.jsonl");
        QByteArray bytes = read(demo_);
        write(broken, bytes.left(bytes.indexOf('\n') + 1) + "{\"resourceSpans\": not json}\n");
        const Result first = run({s("import"), demo_, broken, s("--into"), workspace, s("-q")});
        QCOMPARE(first.code, 3);
        const Result text = run({s("show"), s("report"), workspace});
        QCOMPARE(text.code, 0);
        QVERIFY2(text.out == first.out, QByteArray(text.out + "\n" + first.out));
        QVERIFY(text.out.contains("format: otlp-json (") && text.out.contains(" spans/s)") && text.out.contains("skipped 1: "));
        const json reports = json::parse(run({s("show"), s("report"), workspace, s("--as"), s("json")}).out.toStdString());
        QCOMPARE(reports.size(), size_t(2));
        QCOMPARE(reports[0]["path"].get<std::string>(), demo_.toStdString());
        QCOMPARE(reports[0]["file"].get<int>(), 1);
        QCOMPARE(reports[0]["formatSaid"].get<bool>(), false);
        QVERIFY(reports[0]["spansPerSecond"].get<double>() > 0 && !reports[0]["formatReason"].get<std::string>().empty());
        const QByteArray csv = run({s("show"), s("report"), workspace, s("--as"), s("csv")}).out;
        QVERIFY(csv.startsWith("file,result,format,why,spans,") && csv.contains(",imported,otlp-json,") && csv.contains(",in part,otlp-json,"));
        QCOMPARE(run({s("show"), s("report"), workspace, s("--as"), s("png")}).code, 2);
        QCOMPARE(run({s("show"), s("report"), workspace, s("--select"), s("{ aisle:error = true }")}).code, 2);
    }

    void patternsOfFiles() {
        const QString folder = path("patterns");
        QDir().mkpath(folder + s("/in"));
        const QByteArray lines = read(demo_);
        write(folder + s("/one.jsonl"), lines.left(lines.indexOf('\n') + 1));
        write(folder + s("/in/two.jsonl"), lines);
        write(folder + s("/notes.txt"), "hello");
        const Result r = run({s("import"), folder + s("/**/*.jsonl"), s("--into"), path("patterns.aisle"), s("--as"), s("json")});
        QVERIFY2(r.code == 0, r.error);
        QCOMPARE(json::parse(r.out.toStdString()).size(), size_t(2));
        verifySentence(run({s("import"), demo_, folder + s("/*.zip"), s("--into"), path("nothing.aisle")}), 1, "No file matches ");
        QVERIFY(!QFileInfo::exists(path("nothing.aisle"))); // nothing is done by halves
    }

    void importFromStandardInput() {
        const Result r = run({s("import"), s("-"), s("--into"), path("stdin.aisle")}, read(demo_));
        QVERIFY2(r.code == 0, r.error);
        const auto count = [](const QString& file) { return run({s("sql"), file, s("SELECT count(*) AS n FROM spans"), s("--as"), s("csv")}).out; };
        QCOMPARE(count(path("stdin.aisle")), count(shop_));
    }

    void skippedRecordsAreExitCode3() {
        const QString file = path("broken.jsonl");
        QByteArray bytes = read(demo_);
        write(file, bytes.left(bytes.indexOf('\n') + 1) + "{\"resourceSpans\": not json}\n" + bytes.mid(bytes.indexOf('\n') + 1));
        const Result r = run({s("import"), file, s("--into"), path("broken.aisle")});
        QVERIFY2(r.code == 3, QByteArray(r.error + r.out));
        QVERIFY(r.out.contains("skipped 1"));
        // Also of what is imported only to be shown: it ended with 0.
        QCOMPARE(run({s("show"), s("overview"), file}).code, 3);
        QCOMPARE(run({s("sql"), file, s("SELECT 1")}).code, 3);
        // One file in, one refused: done, but something was left out.
        write(path("refused.txt"), "hello");
        const Result mixed = run({s("import"), demo_, path("refused.txt"), s("--into"), path("mixed.aisle")});
        verifySentence(mixed, 3, "refused.txt");
    }

    void badInputs_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("words");
        QTest::newRow("empty") << s("empty.json") << QByteArray() << s("is empty");
        QTest::newRow("folder without files") << s("folder") << QByteArray() << s("folder without files");
        QTest::newRow("missing") << s("missing.json") << QByteArray() << s("missing.json");
        QFile program(QFileInfo(s("/bin/true")).canonicalFilePath());
        QVERIFY(program.open(QIODevice::ReadOnly));
        QTest::newRow("program") << s("true.json") << program.readAll() << s("true.json");
        QTest::newRow("text") << s("notes.json") << QByteArray("Dear diary,\n") << s("notes.json");
        QTest::newRow("truncated at once") << s("cut.json") << QByteArray("{\"resourceSpans\":[{\"resource\":{\"attr") << s("cut.json");
        QTest::newRow("other JSON") << s("other.json") << QByteArray("{\"menu\":{\"id\":\"file\"}}") << s("menu");
        QTest::newRow("100,000 deep arrays") << s("deep.json") << QByteArray(100'000, '[') << s("deep.json");
        QTest::newRow("100,000 deep in a span")
            << s("deepspan.json")
            << QByteArray("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"01\",\"spanId\":\"02\",\"attributes\":[{\"key\":\"a\",\"value\":" +
                          QByteArray("{\"arrayValue\":{\"values\":[").repeated(100'000) + QByteArray("]}}").repeated(100'000) + "}]}]}]}]}")
            << s("deepspan.json");
        QTest::newRow("zeroes") << s("zero.json") << QByteArray(100'000, '\0') << s("zero.json");
        QTest::newRow("gzip that is none") << s("a.json.gz") << QByteArray("\x1f\x8b\x08\x00nonsense", 12) << s("a.json.gz");
        QTest::newRow("zip that is none") << s("a.zip") << QByteArray("PK\x03\x04nonsense") << s("a.zip");
    }
    void badInputs() {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, words);
        const QString file = path(name);
        if (name == s("folder"))
            QDir().mkpath(file);
        else if (name != s("missing.json"))
            write(file, bytes);
        const QString into = path("new-" + name.toStdString() + ".aisle");
        const Result r = run({s("import"), file, s("--into"), into, s("-q")});
        if (name == s("deepspan.json") && r.code == 3) { // the span without its attribute may be kept, if that is said
            QVERIFY(r.out.contains("skipped") || r.out.contains("repaired"));
            return;
        }
        verifySentence(r, 1, words.toUtf8());
        QVERIFY2(!QFileInfo::exists(into), "a failed import leaves no new workspace");
        QCOMPARE(run({s("show"), s("overview"), file}).code, 1);
    }

    void wrongExtensionDoesNotMatter() {
        const QString file = path("spans.exe");
        write(file, read(demo_));
        QCOMPARE(run({s("import"), file, s("--into"), path("exe.aisle")}).code, 0);
        const QString workspace = path("workspace.json");
        QVERIFY(QFile::copy(shop_, workspace));
        QCOMPARE(run({s("sql"), workspace, s("SELECT 1 FROM spans LIMIT 1")}).code, 0);
    }

    void noPermission() {
        const QString folder = path("locked"), file = folder + s("/secret.jsonl");
        QDir().mkpath(folder);
        write(file, read(demo_));
        ::chmod(file.toUtf8(), 0);
        QStringList command = {s(AISLE_PROGRAM), s("import"), file, s("--into"), folder + s("/new.aisle")};
        if (::geteuid() == 0) { // root may read everything: somebody else tries
            if (QStandardPaths::findExecutable(s("setpriv")).isEmpty())
                QSKIP("root may read everything");
            ::chmod(dir_.path().toUtf8(), 0755);
            ::chmod(folder.toUtf8(), 0777);
            command = QStringList{s("setpriv"), s("--reuid=65534"), s("--clear-groups")} + command;
        }
        QProcess process;
        process.start(command[0], command.mid(1));
        QVERIFY(process.waitForFinished(60'000));
        const Result r{process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
        if (r.error.startsWith("setpriv"))
            QSKIP("somebody else may not run the program here");
        verifySentence(r, 1, "ermission");
    }

    void badWorkspaces() {
        write(path("text.aisle"), "no database\n");
        verifySentence(run({s("import"), demo_, s("--into"), path("text.aisle")}), 1, "is not an Aisle workspace");
        QCOMPARE(read(path("text.aisle")), QByteArray("no database\n"));
        verifySentence(run({s("sql"), path("nowhere.aisle"), s("SELECT 1")}), 1, "does not exist");
        // A newer one: byte 63 is the end of user_version.
        QByteArray bytes = read(shop_);
        bytes[63] = 99;
        write(path("newer.aisle"), bytes);
        for (const QStringList& command : {QStringList{s("sql"), path("newer.aisle"), s("SELECT 1")}, {s("show"), s("overview"), path("newer.aisle")},
                                           {s("import"), demo_, s("--into"), path("newer.aisle")}})
            verifySentence(run(command), 1, "newer version of Aisle");
        QVERIFY(read(path("newer.aisle")) == bytes);
    }

    void outputToAFullDisk() {
        if (!fs::exists("/dev/full") || QStandardPaths::findExecutable(s("sh")).isEmpty())
            QSKIP("needs /dev/full and sh");
        QProcess process;
        process.start(s("sh"), {s("-c"), s("exec \"$0\" sql \"$1\" 'SELECT * FROM spans' > /dev/full"), s(AISLE_PROGRAM), shop_});
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("No space left"));
    }

    // A file in an archive, or a service, may be called anything; neither may steer the terminal.
    void noControlCharactersOnTheTerminal() {
        QByteArray bytes = "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"a\\u001b[2Jb\"}}]},\"scopeSpans\":[{\"spans\":["
                           "{\"traceId\":\"01\",\"spanId\":\"02\",\"name\":\"x\\u0007y\",\"startTimeUnixNano\":\"1773478800000000000\",\"endTimeUnixNano\":\"1773478800000000009\"}]}]}]}";
        const QString folder = path("nasty");
        QDir().mkpath(folder);
        write(folder + s("/evil\x1b[2J.json"), bytes);
        const Result import = run({s("import"), folder + s("/evil\x1b[2J.json"), s("--into"), path("nasty.aisle")});
        QCOMPARE(import.code, 0);
        QVERIFY(!import.out.contains('\x1b') && !import.error.contains('\x1b'));
        write(folder + s("/bad\x1b[2J.json"), "x");
        const Result bad = run({s("import"), folder + s("/bad\x1b[2J.json"), s("--into"), path("nasty.aisle")});
        QCOMPARE(bad.code, 1);
        QVERIFY(!bad.out.contains('\x1b') && !bad.error.contains('\x1b'));
        for (const char* view : {"overview", "trace-list", "waterfall", "service-graph"}) {
            const Result show = run({s("show"), s(view), path("nasty.aisle")});
            QVERIFY2(show.code == 0, show.error);
            QVERIFY(!show.out.contains('\x1b') && !show.out.contains('\x07'));
        }
        const Result problem = run({s("show"), s("overview"), path("nasty.aisle"), s("--select"), s("{ resource.service.name = \"\\u001b[2J\" }")});
        QVERIFY(!problem.error.contains('\x1b'));
    }

    void show_data() {
        QTest::addColumn<QString>("view");
        for (const char* view : {"overview", "trace-list", "waterfall", "service-graph", "funnel"})
            QTest::newRow(view) << s(view);
    }
    void show() {
        QFETCH(QString, view);
        const Result text = run({s("show"), view, shop_});
        QVERIFY2(text.code == 0, text.error);
        QVERIFY(text.error.contains("not masked"));
        QVERIFY(text.out.count('\n') > 3);
        const Result csv = run({s("show"), view, shop_, s("--as"), s("csv")});
        QVERIFY(csv.out.contains("\r\n") && csv.out.split('\n')[0].contains(','));
        const json rows = json::parse(run({s("show"), view, shop_, s("--as"), s("json")}).out.toStdString());
        QCOMPARE(static_cast<qsizetype>(rows.size()), csv.out.count("\r\n") - 1);
        QVERIFY(run({s("show"), view, demo_, s("--as"), s("csv")}).out == csv.out); // straight from the trace file
        if (view == s("trace-list")) { // a table, not a picture
            verifySentence(run({s("show"), view, shop_, s("--as"), s("png")}), 1, "use --as text");
            return;
        }
        const QString file = path("out.png");
        const Result png = run({s("show"), view, shop_, s("--as"), s("png"), s("--out"), file});
        QVERIFY2(png.code == 0, png.error);
        QVERIFY(png.out.isEmpty());
        QVERIFY(read(file).startsWith("\x89PNG") && read(file).size() > 5000);
        const Result svg = run({s("show"), view, shop_, s("--as"), s("svg")});
        QVERIFY2(svg.code == 0, svg.error);
        QVERIFY(svg.out.contains("<svg") && svg.out.trimmed().endsWith("</svg>"));
    }

    void selections() {
        const auto rows = [&](const char* scope) {
            const Result r = run({s("show"), s("trace-list"), shop_, s("--as"), s("json"), s("--select"), s(scope)});
            return r.code == 0 ? static_cast<int>(json::parse(r.out.toStdString()).size()) : -1;
        };
        const int all = rows("{ }"), errors = rows("{ aisle:error = true }"), checkout = rows("{ resource.service.name = \"checkout\" }");
        QVERIFY(all > 50 && checkout > 0 && checkout < all && errors < all);
        QCOMPARE(rows("{ resource.service.name = \"nobody\" }"), 0);
        const json sql = json::parse(run({s("sql"), shop_, s("SELECT count(DISTINCT trace_id) AS n FROM spans WHERE service = 'checkout'"), s("--as"), s("json")}).out.toStdString());
        QCOMPARE(sql[0]["n"].get<int>(), checkout);
        const json limited = json::parse(run({s("show"), s("trace-list"), shop_, s("--as"), s("json"), s("--limit"), s("3")}).out.toStdString());
        QCOMPARE(limited.size(), size_t(3));
        const std::string id = limited[0]["trace_id"];
        QCOMPARE(run({s("show"), s("waterfall"), shop_, s("--trace"), QString::fromStdString(id)}).code, 0);
        verifySentence(run({s("show"), s("waterfall"), shop_, s("--trace"), s("00ff00")}), 1, "No trace has the id 00ff00");
    }

    void sql() {
        const Result r = run({s("sql"), shop_, s("SELECT 'a,b' AS t, 5 AS i, 0.5 AS d, NULL AS n"), s("--as"), s("csv")});
        QCOMPARE(r.code, 0);
        QCOMPARE(r.out, QByteArray("t,i,d,n\r\n\"a,b\",5,0.5,\r\n"));
        for (const char* view : {"files", "spans", "traces", "attributes", "resources", "events", "links", "logs"})
            QVERIFY2(run({s("sql"), shop_, s("SELECT * FROM ") + s(view) + s(" LIMIT 1")}).code == 0, view);
        verifySentence(run({s("sql"), shop_, s("SELEC 1")}), 1, "syntax error");
        verifySentence(run({s("sql"), shop_, s("")}), 1, "empty");
    }

    void sqlIsReadOnly_data() {
        QTest::addColumn<QString>("query");
        const QString victim = path("victim");
        for (const QString& query : {s("INSERT INTO meta VALUES('x', 1)"), s("DELETE FROM span"), s("UPDATE span SET name = 0"), s("DROP TABLE span"), s("ATTACH '%1' AS x"),
                                     s("PRAGMA journal_mode = OFF"), s("PRAGMA query_only = OFF"), s("PRAGMA user_version = 7"), s("SELECT load_extension('%1')"),
                                     s("SELECT writefile('%1', 'x')"), s("SELECT readfile('/etc/passwd')"), s("VACUUM INTO '%1'"), s("CREATE TABLE t(x)"),
                                     s("WITH x AS (SELECT 1) INSERT INTO meta SELECT 'a', 2")})
            QTest::newRow(query.toUtf8().constData()) << (query.contains(s("%1")) ? query.arg(victim) : query);
    }
    void sqlIsReadOnly() {
        QFETCH(QString, query);
        const QByteArray before = read(shop_);
        const Result r = run({s("sql"), shop_, query});
        if (query.startsWith(s("PRAGMA user_version")) && r.code == 0)
            QVERIFY(read(shop_) == before);
        else
            verifySentence(r, 1, "aisle: ");
        QVERIFY(read(shop_) == before);
        QVERIFY(!QFileInfo::exists(path("victim")));
    }

    // A second statement was left out in silence.
    void oneStatementAtATime() {
        const QByteArray before = read(shop_);
        verifySentence(run({s("sql"), shop_, s("SELECT 1; DELETE FROM span")}), 1, "more than one SQL statement");
        verifySentence(run({s("sql"), shop_, s("SELECT 1; SELEC 2")}), 1, "more than one SQL statement");
        QVERIFY(read(shop_) == before);
        QCOMPARE(run({s("sql"), shop_, s("SELECT 1; -- done\n ")}).code, 0);
    }

    void columnsThatAreSaid() {
        write(path("odd.txt"), "A;B;C;D;E;F\nt1;s1;;pay;1700000000000;2\nt1;s2;s1;charge;1700000000001;1\n");
        verifySentence(run({s("import"), path("odd.txt"), s("--into"), path("odd.aisle")}), 1,
                       "odd.txt: It is a table (A, B, C, D, E, F), but it cannot be told which columns hold trace, span, start, duration; say so with "
                       "--map 'trace=COLUMN,span=COLUMN,start=COLUMN,duration=COLUMN'");
        const QString map = s("trace=A,span=B,parent=C,name=D,start=E:ms,duration=F:ms");
        QCOMPARE(run({s("import"), path("odd.txt"), s("--into"), path("odd.aisle"), s("--format"), s("jaeger-json"), s("--map"), map}).code, 2);
        QCOMPARE(run({s("import"), path("odd.txt"), s("--into"), path("odd.aisle"), s("--map"), s("colour=A")}).code, 2);
        const Result r = run({s("import"), path("odd.txt"), s("--into"), path("odd.aisle"), s("--format"), s("csv"), s("--map"), map});
        QVERIFY2(r.code == 0 && r.out.contains("2 spans, 1 trace"), QByteArray(r.error + r.out));
        QCOMPARE(run({s("sql"), path("odd.aisle"), s("SELECT name, start_ns, duration_ns FROM spans ORDER BY start_ns"), s("--as"), s("csv")}).out,
                 QByteArray("name,start_ns,duration_ns\r\npay,1700000000000000000,2000000\r\ncharge,1700000000001000000,1000000\r\n"));
    }

    // What is exported and imported again is the same workspace.
    void exportAndBack() {
        QCOMPARE(run({s("export"), shop_, s("--out"), path("back.jsonl")}).code, 0);
        QCOMPARE(run({s("import"), path("back.jsonl"), s("--into"), path("back.aisle"), s("-q")}).code, 0);
        for (const char* query : {"SELECT trace_id, span_id, parent_span_id, service, name, kind, status, status_message, error, start_ns, duration_ns FROM spans ORDER BY 1, 2, 5",
                                  "SELECT s.trace_id, s.span_id, a.key, a.type, a.value FROM attributes a JOIN spans s ON s.row = a.row ORDER BY 1, 2, 3, 5",
                                  "SELECT s.trace_id, s.span_id, e.n, e.time_ns, e.name FROM events e JOIN spans s ON s.row = e.row ORDER BY 1, 2, 3",
                                  "SELECT s.trace_id, s.span_id, l.n, l.trace_id, l.span_id FROM links l JOIN spans s ON s.row = l.row ORDER BY 1, 2, 3",
                                  "SELECT time_ns, severity, body FROM logs ORDER BY 1, 3", "SELECT DISTINCT key, value FROM resources ORDER BY 1, 2"}) {
            const QByteArray before = run({s("sql"), shop_, s(query), s("--as"), s("csv")}).out;
            QVERIFY(before.size() > 15); // the header at least
            QVERIFY2(before == run({s("sql"), path("back.aisle"), s(query), s("--as"), s("csv")}).out, query);
        }
        const Result part = run({s("export"), shop_, s("--select"), s("{ resource.service.name = \"payment\" }")});
        QCOMPARE(part.code, 0);
        QVERIFY(part.out.contains("payment") && !part.out.contains("\"frontend\"")); // its spans alone
        verifySentence(run({s("export"), shop_, s("--out"), shop_}), 1, "is not overwritten");
    }

    // What a format cannot hold is no failure, but it is said and counted.
    void exportSaysWhatIsLost() {
        const QByteArray spans = run({s("sql"), shop_, s("SELECT count(*) FROM spans"), s("--as"), s("csv")}).out.split('\n').at(1).trimmed();
        for (const char* format : {"otlp-json", "otlp-proto", "jaeger", "zipkin", "csv"}) {
            const QString file = path(std::string("export.") + format);
            const Result r = run({s("export"), shop_, s("--format"), s(format), s("--out"), file});
            QCOMPARE(r.code, 0);
            const QString words = QString::fromUtf8(r.error).remove(QLatin1Char(',')), name = QString::fromUtf8(format);
            QVERIFY2(words.contains(QStringLiteral("aisle: %1 spans").arg(QString::fromUtf8(spans))), r.error);
            QVERIFY2(words.contains(QStringLiteral(" exported as %1").arg(name)), r.error);
            QCOMPARE(words.contains(QStringLiteral("aisle: %1 cannot hold parts of a microsecond: ").arg(name)), name == s("jaeger") || name == s("zipkin"));
        }
        QCOMPARE(run({s("export"), shop_, s("--format"), s("xml")}).code, 2);
    }

    void valuesOfAttributes() {
        const QString workspace = path("values.aisle"), file = path("values.jsonl");
        write(file, R"({"resourceSpans":[{"scopeSpans":[{"spans":[)"
                    R"({"traceId":"0000000000000000000000000000000a","spanId":"1","name":"a","startTimeUnixNano":"5","endTimeUnixNano":"9","attributes":[{"key":"order.id","value":{"stringValue":"ORD-12"}}]},)"
                    R"({"traceId":"0000000000000000000000000000000b","spanId":"2","name":"a","startTimeUnixNano":"5","endTimeUnixNano":"9","attributes":[{"key":"order.id","value":{"stringValue":"ORD-13"}}]})"
                    R"(]}]}]})");
        QCOMPARE(run({s("import"), file, s("--into"), workspace}).code, 0);
        const Result keys = run({s("values"), workspace, s("--as"), s("csv")});
        QCOMPARE(keys.code, 0);
        QCOMPARE(keys.out, QByteArray("key,values,many_valued\r\norder.id,2,0\r\n"));
        QCOMPARE(run({s("values"), workspace, s("order.id"), s("ORD-13"), s("--as"), s("csv")}).out,
                 QByteArray("value,spans,traces,trace_id\r\nORD-13,1,1,000000000000000b\r\n"));
        QCOMPARE(run({s("values"), workspace, s("order.id"), s("d-1"), s("--match"), s("contains"), s("--as"), s("csv")}).out.count('\n'), 3);
        QVERIFY(run({s("values"), workspace, s("order.id"), s("ORD"), s("--match"), s("prefix"), s("--limit"), s("1")}).out.contains("more than 1 such values"));
        QVERIFY(run({s("values"), workspace, s("order.id"), s("ord-13")}).out.contains("No span has such a value of order.id."));
        QCOMPARE(run({s("values"), workspace, s("order.id"), s("x"), s("--match"), s("fuzzy")}).code, 2);
    }

    void removeAFile() {
        const QString workspace = path("removed.aisle");
        QVERIFY(QFile::copy(shop_, workspace));
        write(path("one.jsonl"), read(demo_).left(read(demo_).indexOf('\n') + 1)); // a copy of a part
        QCOMPARE(run({s("import"), path("one.jsonl"), s("--into"), workspace, s("-q")}).code, 0);
        const auto count = [&] { return run({s("sql"), workspace, s("SELECT count(*) FROM spans"), s("--as"), s("csv")}).out; };
        const QByteArray before = count();
        verifySentence(run({s("remove"), workspace, s("one.jsonl"), s("nosuch.jsonl")}), 1, "nosuch.jsonl");
        const Result r = run({s("remove"), workspace, s("one.jsonl")});
        QVERIFY2(r.code == 0 && r.out.contains("0 spans fewer"), QByteArray(r.error + r.out));
        QCOMPARE(count(), before);
        QCOMPARE(run({s("remove"), workspace, s("1")}).code, 0);
        QVERIFY(count() != before);
        QCOMPARE(run({s("import"), demo_, s("--into"), workspace, s("-q")}).code, 0); // it is not "already there"
        QCOMPARE(count(), before);
    }

    // --out with the name of a workspace replaced it by text.
    void noWorkspaceIsOverwritten() {
        const QByteArray before = read(shop_);
        verifySentence(run({s("show"), s("overview"), shop_, s("--out"), shop_}), 1, "is not overwritten");
        verifySentence(run({s("demo"), s("--sessions"), s("1"), s("--out"), shop_}), 1, "is not overwritten");
        QVERIFY(read(shop_) == before);
    }

    void whatIsNoTraceIsNamed() {
        QByteArray random; // was called JSON wherever a brace came up
        for (int i = 0; i < 20'000; ++i)
            random += static_cast<char>(i * i / 7 % 251);
        write(path("random.bin"), "{[" + random);
        verifySentence(run({s("import"), path("random.bin"), s("--into"), path("r.aisle")}), 1, "binary data");
        verifySentence(run({s("import"), shop_, s("--into"), path("r.aisle")}), 1, "is a workspace");
        verifySentence(run({s("bogus")}), 1, "subcommand"); // a window was opened for it
        for (const QStringList& wrong : {QStringList{s("demo"), s("--sessions"), s("0"), s("--out"), path("d")},
                                         {s("demo"), s("--seed"), s("-1"), s("--out"), path("d")},
                                         {s("show"), s("trace-list"), shop_, s("--limit"), s("-1")},
                                         {s("show"), s("details"), shop_}})
            QCOMPARE(run(wrong).code, 2);
    }

    void nothingIsLeftBehind() {
        const QDir temporary(QDir::tempPath());
        const auto count = [&] { return temporary.entryList({s("aisle-??????")}, QDir::Dirs).size(); };
        const auto before = count();
        QCOMPARE(run({s("show"), s("overview"), demo_}).code, 0);
        (void)run({s("show"), s("overview"), path("refused.txt")});
        QCOMPARE(count(), before);
        for (const QString& name : QDir(dir_.path()).entryList(QDir::Files))
            QVERIFY2(!name.endsWith(s(".part")) && !name.endsWith(s("-wal")) && !name.endsWith(s("-shm")) && !name.endsWith(s(".lock")), name.toUtf8());
    }

private:
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

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
