// The command line as scripts see it: exit codes, imports, removal, and one clear sentence for every bad input.

#include "cli_fixture.h"

using namespace aisle::test;

class TestCli : public QObject, private CliFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

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
        if (::geteuid() == 0) { // root may read everything: somebody else tries, who need not get to where the program was built
            ::chmod(dir_.path().toUtf8(), 0755);
            ::chmod(folder.toUtf8(), 0777);
            QVERIFY(QFile::copy(command[0], path("aisle")));
            command[0] = path("aisle");
            command = QStringList{s("setpriv"), s("--reuid=65534"), s("--clear-groups")} + command;
        }
        QProcess process;
        process.start(command[0], command.mid(1));
        QVERIFY(process.waitForFinished(60'000));
        const Result r{process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
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

    /// Each member had to be named by its id.
    void removeAnArchive() {
        const QString workspace = path("archive.aisle");
        QDir(path("")).mkdir(s("in"));
        for (int seed = 1; seed <= 2; ++seed)
            QCOMPARE(run({s("demo"), s("--sessions"), s("2"), s("--seed"), QString::number(seed), s("--out"), path(qPrintable(s("in/%1.jsonl").arg(seed)))}).code, 0);
        QCOMPARE(QProcess::execute(s("tar"), {s("-C"), path("in"), s("-cf"), path("both.tar"), s("1.jsonl"), s("2.jsonl")}), 0);
        QCOMPARE(run({s("import"), path("both.tar"), s("--into"), workspace, s("-q")}).code, 0);
        QCOMPARE(run({s("import"), path("in/1.jsonl"), path("one.jsonl"), s("--into"), workspace, s("-q")}).code, 0); // a file is no archive
        const auto files = [&] { return run({s("sql"), workspace, s("SELECT count(*) FROM files"), s("--as"), s("csv")}).out; };
        const QByteArray all = files();
        QCOMPARE(run({s("remove"), workspace, path("./both.tar")}).code, 0);
        QVERIFY(files() != all);
        verifySentence(run({s("remove"), workspace, s("both.tar")}), 1, "both.tar");
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
        const QDir temporary(dir_.path()); // other programs make and remove theirs meanwhile
        qputenv("TMPDIR", dir_.path().toUtf8());
        const auto count = [&] { return temporary.entryList({s("aisle-??????")}, QDir::Dirs).size(); };
        const auto before = count();
        QCOMPARE(run({s("show"), s("overview"), demo_}).code, 0);
        (void)run({s("show"), s("overview"), path("refused.txt")});
        QCOMPARE(count(), before);
        for (const QString& name : QDir(dir_.path()).entryList(QDir::Files))
            QVERIFY2(!name.endsWith(s(".part")) && !name.endsWith(s("-wal")) && !name.endsWith(s("-shm")) && !name.endsWith(s(".lock")), name.toUtf8());
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
