// The one way out: quoting, escapes, redaction, files whole or not at all; and nobody goes around it.

#include "export/export.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sys/resource.h>

using namespace aisle;
namespace fs = std::filesystem;

namespace {

Tabular one(const std::string& text) {
    Tabular t;
    t.columns = {{"key", "Title", false}};
    t.rows = {{Cell(text)}};
    return t;
}

std::string csv(const std::string& text) {
    const std::string out = Export().render(one(text), TextFormat::Csv);
    return out.substr(5, out.size() - 7); // without the head and the last line end
}

std::string text(const std::string& value) {
    const std::string out = Export().render(one(value), TextFormat::Text);
    return out.substr(6, out.size() - 7);
}

class Marker : public Redactor {
public:
    std::string redact(std::string_view key, std::string_view value) const override {
        return key == "open" ? std::string(value) : "<" + std::string(key) + ">";
    }
};

std::string content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

class TestExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void csvQuoting() {
        QCOMPARE(csv("plain"), std::string("plain"));
        QCOMPARE(csv("a,b"), std::string("\"a,b\""));
        QCOMPARE(csv("say \"hi\""), std::string("\"say \"\"hi\"\"\""));
        QCOMPARE(csv("two\nlines"), std::string("\"two\nlines\""));
        QCOMPARE(csv("cr\rlf"), std::string("\"cr\rlf\""));
        QCOMPARE(csv(""), std::string(""));
        QCOMPARE(csv("\xc3\xbc"), std::string("\xc3\xbc"));
        Tabular t;
        t.columns = {{"a,b", "x", false}, {"n", "x", true}};
        t.rows = {{Cell(std::string("1")), Cell(int64_t(-5))}, {Cell(), Cell::real(0.5, "half")}};
        QCOMPARE(Export().render(t, TextFormat::Csv), std::string("\"a,b\",n\r\n1,-5\r\n,0.5\r\n"));
    }

    // A span named =HYPERLINK(...) ran in the spreadsheet of whoever opened the export.
    void csvFormulas() {
        for (const char* risky : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"})
            QVERIFY2(csv(risky).starts_with("\"'"), risky);
        QCOMPARE(csv("=cmd|'/c calc'!A1"), std::string("\"'=cmd|'/c calc'!A1\""));
        Tabular t;
        t.columns = {{"=x", "x", true}};
        t.rows = {{Cell(int64_t(-5))}};
        QCOMPARE(Export().render(t, TextFormat::Csv), std::string("\"'=x\"\r\n-5\r\n")); // a number stays one
    }

    // Text of a stranger could clear the terminal or rename its window.
    void noControlCharactersInText() {
        const std::string nasty = "a\x1b[2Jb\x07 c\rd\ne\x7f \xc2\x9b" "31m";
        Tabular t = one(nasty);
        t.columns[0].title = nasty;
        t.notes = {nasty};
        const std::string out = Export().render(t, TextFormat::Text);
        for (const char c : out)
            QVERIFY2(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f), out.c_str());
        QVERIFY(out.find("\xc2\x9b") == std::string::npos);
        QCOMPARE(std::count(out.begin(), out.end(), '\n'), 4); // head, row, blank, note: none of them comes from the text
        QCOMPARE(text("\xc3\xbc \xe2\x82\xac"), std::string("\xc3\xbc \xe2\x82\xac"));
    }

    void alignedText() {
        Tabular t;
        t.columns = {{"a", "Name", false}, {"b", "Count", true}};
        t.rows = {{Cell(std::string("\xc3\xbc")), Cell::count(1234567)}, {Cell(std::string("longer")), Cell(int64_t(5), "five")}, {Cell(), Cell()}};
        t.notes = {"A note."};
        QCOMPARE(Export().render(t, TextFormat::Text), std::string("Name        Count\n\xc3\xbc       1,234,567\nlonger       five\n\n\nA note.\n"));
    }

    // One long way through the shop put all its figures off the screen.
    void veryWideValues() {
        std::string wide, cut;
        for (int i = 0; i < 101; ++i) {
            wide += "\xc3\xbc";
            cut += i < 99 ? "\xc3\xbc" : i == 99 ? "\xe2\x80\xa6" : "";
        }
        Tabular t;
        t.columns = {{"a", "A"}, {"b", "B"}};
        t.rows = {{Cell(wide), Cell(wide)}, {Cell(wide.substr(0, 200)), Cell(int64_t(1))}};
        const std::string note = "\nValues wider than 100 characters are cut here; csv and json have them whole.\n";
        QCOMPARE(Export().render(t, TextFormat::Text), "A" + std::string(101, ' ') + "B\n" + cut + "  " + wide + "\n" + wide.substr(0, 200) + "  1\n" + note);
        QCOMPARE(Export().render(t, TextFormat::Csv), "a,b\r\n" + wide + "," + wide + "\r\n" + wide.substr(0, 200) + ",1\r\n");
        QCOMPARE(nlohmann::json::parse(Export().render(t, TextFormat::Json))[0]["a"].get<std::string>(), wide);
        t.rows.erase(t.rows.begin());
        QVERIFY(Export().render(t, TextFormat::Text).find("Values wider") == std::string::npos);
    }

    // A head without rows says less than the sentence below it.
    void nothingButASentence() {
        Tabular t;
        t.columns = {{"a", "A"}, {"b", "B"}};
        QCOMPARE(Export().render(t, TextFormat::Text), std::string("A  B\n"));
        t.notes = {"There is none.", "Nowhere."};
        QCOMPARE(Export().render(t, TextFormat::Text), std::string("There is none.\n\nNowhere.\n"));
        QCOMPARE(Export().render(t, TextFormat::Csv), std::string("a,b\r\n"));
    }

    void json() {
        Tabular t;
        t.columns = {{"s", "S", false}, {"i", "I", true}, {"d", "D", true}, {"none", "N", false}};
        t.rows = {{Cell(std::string("\"\\\n\x01\xff")), Cell::count(9007199254740993), Cell::percent(0.125), Cell()}};
        const std::string out = Export().render(t, TextFormat::Json);
        QVERIFY(out.find("\\u0001") != std::string::npos);
        const auto json = nlohmann::json::parse(out);
        QCOMPARE(json[0]["s"].get<std::string>(), std::string("\"\\\n\x01\xef\xbf\xbd"));
        QCOMPARE(json[0]["i"].get<int64_t>(), 9007199254740993);
        QCOMPARE(json[0]["d"].get<double>(), 0.125);
        QVERIFY(json[0]["none"].is_null());
        QCOMPARE(nlohmann::json::parse(Export().render(Tabular{}, TextFormat::Json)).size(), size_t(0));
    }

    // Numbers went into JSON around the redactor.
    void everyCellIsRedacted() {
        Tabular t;
        t.columns = {{"mail", "Mail", false}, {"amount", "Amount", true}, {"share", "Share", true}, {"time", "Time", false}, {"open", "Open", false}};
        t.rows = {{Cell(std::string("secret")), Cell(int64_t(4711), "secret"), Cell::real(0.4711, "secret"), Cell::time(1'773'478'800'000'000'000, true), Cell(std::string("visible"))}};
        const Export exporter(std::make_shared<Marker>());
        for (const TextFormat format : {TextFormat::Text, TextFormat::Csv, TextFormat::Json}) {
            const std::string out = exporter.render(t, format);
            for (const char* leak : {"secret", "4711", "2026"})
                QVERIFY2(out.find(leak) == std::string::npos, out.c_str());
            for (const char* there : {"<mail>", "<amount>", "<share>", "<time>", "visible"})
                QVERIFY2(out.find(there) != std::string::npos, out.c_str());
        }
        QCOMPARE(exporter.render("mail", "secret"), std::string("<mail>"));
        // What the redactor lets pass keeps its type.
        t.columns = {{"open", "Open", true}};
        t.rows = {{Cell(int64_t(5))}};
        QVERIFY(nlohmann::json::parse(exporter.render(t, TextFormat::Json))[0]["open"].is_number_integer());
    }

    void clipboard() {
        Export exporter;
        exporter.toClipboard("nobody listens");
        std::string got;
        exporter.clipboard = [&](const std::string& t) { got = t; };
        exporter.toClipboard("x");
        QCOMPARE(got, std::string("x"));
    }

    void filesAreWholeOrNotThere() {
        QTemporaryDir dir;
        const fs::path path = fs::path(dir.path().toStdString()) / "out.csv";
        Export().toFile(path, "first");
        Export().toFile(path, "second");
        QCOMPARE(content(path), std::string("second"));
        const auto failure = [](const fs::path& where, std::string_view bytes = "x") {
            try {
                Export().toFile(where, bytes);
                return std::string();
            } catch (const std::runtime_error& e) {
                return std::string(e.what());
            }
        };
        const std::string noFolder = failure(fs::path(dir.path().toStdString()) / "no" / "out.csv");
        QVERIFY2(noFolder.find("no/out.csv cannot be written: ") != std::string::npos, noFolder.c_str());
        const std::string folder = failure(dir.path().toStdString());
        QVERIFY2(folder.find("cannot be written: ") != std::string::npos, folder.c_str());
        // A full disk: what was there stays, and nothing half-written is left.
        const fs::path full = fs::path(dir.path().toStdString()) / "full.csv";
        Export().toFile(full, "old");
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit small{50'000, limit.rlim_max};
        ::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &small);
        const std::string said = failure(full, std::string(100'000, 'x'));
        ::setrlimit(RLIMIT_FSIZE, &limit);
        QVERIFY2(said.find("File too large") != std::string::npos, said.c_str());
        QCOMPARE(content(full), std::string("old"));
        for (const auto& entry : fs::directory_iterator(dir.path().toStdString()))
            QVERIFY2(entry.path().extension() == ".csv", entry.path().c_str());
    }

    // Two exports to one name shared its .part file: one was written into the other after both had said that they are done.
    void twoExportsToOneNameDoNotMeet() {
        QTemporaryDir dir;
        const fs::path path = fs::path(dir.path().toStdString()) / "out.csv", planted = path.string() + ".part";
        std::ofstream(planted) << "mine";
        Export().toFile(path, [&](const Export::Write& write) {
            write("outer");
            Export().toFile(path, "inner");
            write(" goes on");
        });
        QCOMPARE(content(path), std::string("outer goes on"));
        QCOMPARE(content(planted), std::string("mine"));
        QCOMPARE(fs::status(path).permissions() & fs::perms::owner_write, fs::perms::owner_write);
    }

    // `--out /dev/null` as root put a file in the place of the device.
    void devicesAreWrittenToNotReplaced() {
        QTemporaryDir dir;
        const fs::path link = fs::path(dir.path().toStdString()) / "null";
        fs::create_symlink("/dev/null", link);
        Export().toFile(link, "x");
        Export().toFile("/dev/null", "x");
        QVERIFY(fs::is_character_file("/dev/null"));
        QVERIFY(fs::is_symlink(link));
        QVERIFY(!fs::exists("/dev/null.part"));
        const fs::path target = fs::path(dir.path().toStdString()) / "target.csv", toTarget = fs::path(dir.path().toStdString()) / "link.csv";
        Export().toFile(target, "old");
        fs::create_symlink(target, toTarget);
        Export().toFile(toTarget, "new");
        QVERIFY(fs::is_symlink(toTarget));
        QCOMPARE(content(target), std::string("new"));
    }

    // All callers of what leaves the application. A new line here is a decision: does it go through a Redactor?
    void nobodyGoesAroundTheExit() {
        static const std::map<std::string, std::set<std::string>> allowed = {
            {"model/export/export.cpp", {"ofstream", "fwrite"}},
            {"model/resource/resource.cpp", {"QFile"}},           // reads what is compiled in
            {"app/command_demo.cpp", {"fopen", "fwrite"}},        // the demo shop's own, made-up data
            {"app/command_window.cpp", {"fopen", "fwrite"}},      // the same, into the cache folder
            {"ui/window/main_window.cpp", {"clipboard"}},         // hands the clipboard to Export, and the selection of X11
            // What copies by itself on Ctrl+C: below a main window, whose CopyFilter takes the copy to Export.
            {"ui/details/details_view.cpp", {"copies"}},
            {"ui/details/details_header.cpp", {"copies"}},
            {"ui/attributes/attributes_view.cpp", {"copies"}},
            {"ui/differences/differences_view.cpp", {"copies"}},
            {"ui/breakdown/breakdown_view.cpp", {"copies"}},
            {"ui/cases/cases_view.cpp", {"copies"}},
            {"ui/drop_off/drop_off_view.cpp", {"copies"}},
            {"ui/orders/fulfilment_view.cpp", {"copies"}},
            {"ui/orders/order_view.cpp", {"copies"}},
            {"ui/paths/paths_view.cpp", {"copies"}},
            {"ui/sql/sql_view.cpp", {"copies"}},
            {"ui/graph/graph_view.cpp", {"copies"}},
            {"ui/notes/notes_view.cpp", {"copies"}},
            {"ui/overview/overview_view.cpp", {"copies"}},
            {"ui/trace_list/trace_list_view.cpp", {"copies"}},
            {"ui/trace/trace_table.cpp", {"copies"}},
            {"ui/widgets/plain_text.cpp", {"copies"}},
            {"ui/report/report_panel.cpp", {"copies"}},
            {"ui/columns/column_dialog.cpp", {"copies"}},
            {"ui/masking_dialog.cpp", {"copies"}},
            {"ui/query_bar/query_edit.cpp", {"clipboard"}}, // reads it; what it copies goes to Export
            {"ui/window/trace_export.cpp", {"copies"}},
            {"ui/window/main_window_views.cpp", {"QFile"}}, // reads
            {"ui/orders/order_pdf.cpp", {"print"}},         // into memory; Export::toFile writes it
            {"ui/window/picture.cpp", {"QSvgGenerator", "print", "save"}}, // into memory; Export::toFile writes it
        };
        static const std::vector<std::pair<std::string, QRegularExpression>> exits = {
            {"clipboard", QRegularExpression(QStringLiteral("\\bclipboard\\(\\)|QClipboard\\s*\\*"))},
            {"QFile", QRegularExpression(QStringLiteral("\\bQFile\\s+\\w|\\bQFile\\(|\\bQSaveFile\\b|\\bQTextStream\\b|QFile::copy|QFile::rename"))},
            {"ofstream", QRegularExpression(QStringLiteral("\\bofstream\\b|\\bstd::fstream\\b"))},
            {"fopen", QRegularExpression(QStringLiteral("\\bfopen\\(|\\bfreopen\\(|\\bfdopen\\("))},
            {"fwrite", QRegularExpression(QStringLiteral("\\bfwrite\\(|\\bputs\\(|\\bprintf\\(\\s*\"|std::cout|fputs\\([^;]*stdout|fprintf\\(\\s*stdout|::write\\(\\s*(1|STDOUT)"))},
            {"save", QRegularExpression(QStringLiteral("\\w+(\\.|->)save\\(\\s*[^)\\s]"))},
            {"QSvgGenerator", QRegularExpression(QStringLiteral("\\bQSvgGenerator\\s+\\w"))},
            {"print", QRegularExpression(QStringLiteral("\\bQPrinter\\b|\\bQPdfWriter\\b|\\bQDrag\\b|setMimeData"))},
            {"copies", QRegularExpression(QStringLiteral("\\bnew\\s+Q(PlainTextEdit|TextEdit|TextBrowser|(Table|Tree|List)(View|Widget))\\b|"
                                  "setTextInteractionFlags\\([^;]*Selectable"))},
            {"network", QRegularExpression(QStringLiteral("\\bQNetworkAccessManager\\b|\\bQTcpSocket\\b|\\bQProcess\\b|QDesktopServices::openUrl"))},
        };
        std::set<std::pair<std::string, std::string>> seen;
        int files = 0;
        for (const char* folder : {"model", "import", "ui", "app"}) {
            for (const auto& entry : fs::recursive_directory_iterator(fs::path(AISLE_SOURCE_DIR) / folder)) {
                if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h")
                    continue;
                ++files;
                const std::string name = fs::relative(entry.path(), AISLE_SOURCE_DIR).string();
                std::istringstream lines(content(entry.path()));
                std::string line;
                for (int number = 1; std::getline(lines, line); ++number) {
                    line = line.substr(0, line.find("//"));
                    const QString code = QString::fromStdString(line);
                    for (const auto& [exit, pattern] : exits) {
                        if (!pattern.match(code).hasMatch())
                            continue;
                        seen.emplace(name, exit);
                        const auto file = allowed.find(name);
                        if (file == allowed.end() || !file->second.contains(exit))
                            QFAIL((name + ":" + std::to_string(number) + " lets data out around model/export (" + exit + "): " + line).c_str());
                    }
                }
            }
        }
        QVERIFY(files > 100);
        QVERIFY(content(fs::path(AISLE_SOURCE_DIR) / "ui/window/main_window.cpp").find("new CopyFilter(") != std::string::npos);
        for (const auto& [name, what] : allowed) // and the list says nothing that is no longer so
            for (const std::string& exit : what)
                QVERIFY2(seen.contains({name, exit}), (name + " no longer uses " + exit + "; take it off the list").c_str());
    }
};

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
