// The import report: the tree of files and sentences, filter, sorting, copying, and what can be done with a row.

#include "report/report_model.h"
#include "report/report_panel.h"
#include "scripted_import.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/copy_filter.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeView>

#include <nlohmann/json.hpp>

using namespace aisle;
using namespace aisle::test;
namespace fs = std::filesystem;

namespace {

ImportReport good() {
    ImportReport r;
    r.name = r.path = "/data/shop.json";
    r.file = 1;
    r.format = "otlp-json";
    r.formatReason = "it has resourceSpans";
    r.container = "gzip";
    r.bytes = 1'234'567;
    r.seconds = 0.5;
    r.spansRead = 4100;
    r.spansKept = 4096;
    r.traces = 310;
    r.services = 11;
    r.duplicates = 4;
    r.orphans = 1;
    r.logs = 12;
    r.logsWithoutSpan = 2;
    r.skipped["no trace id"].count = 7;
    r.skipped["no trace id"].examples = {{9000, 12}};
    r.repaired["text that is not UTF-8"].count = 2;
    r.ignored["metrics"] = 3;
    return r;
}

ImportReport small(const std::string& name, uint64_t spans) {
    ImportReport r;
    r.name = r.path = "/data/" + name;
    r.file = 2;
    r.format = "zipkin-v2";
    r.formatReason = "a list of spans";
    r.bytes = 100 * spans;
    r.seconds = static_cast<double>(spans) / 1000;
    r.spansRead = r.spansKept = spans;
    r.contentHash = name;
    return r;
}

ImportReport failed(const std::string& name, const std::string& error) {
    ImportReport r;
    r.name = r.path = "/data/" + name;
    r.error = error;
    return r;
}

} // namespace

class TestReportPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        WindowServices services;
        services.makeImport = [this] {
            auto made = std::make_unique<ScriptedImport>();
            import_ = made.get();
            return made;
        };
        Document::Opened opened;
        opened.workspace = Workspace::open(fs::path(dir_->path().toStdString()) / "shop.aisle", Workspace::Access::Create);
        opened.toImport = {"many.tar"};
        document_ = std::make_shared<Document>(std::move(opened), services);
        out_.clipboard = [this](const std::string& text) { clipboard_ = QString::fromStdString(text); };
        host_ = std::make_unique<Host<ReportPanel>>(QSize(1100, 420), out_);
        host_->view->setDocument(document_);
        tree_ = named<QTreeView>(host_->view, QStringLiteral("Import report"));
        filter_ = named<QLineEdit>(host_->view, QStringLiteral("Filter the import report"));
    }
    void cleanup() {
        QVERIFY(settle());
        host_.reset();
        document_.reset();
    }

    void nothingYet() { QVERIFY(visibleWords(host_->view).contains(QStringLiteral("No import yet"))); }

    void aRowPerFile() {
        import_->say({good(), failed("notes.txt", "notes.txt is no trace file.")});
        QVERIFY(!visibleWords(host_->view).contains(QStringLiteral("No import yet")));
        QCOMPARE(rows(), 2);
        const QStringList expected = {QStringLiteral("shop.json"), QStringLiteral("In part"), QStringLiteral("otlp-json in gzip"), QStringLiteral("4,096"),
                                      QStringLiteral("4"),         QStringLiteral("10"),      QStringLiteral("2"),                 QStringLiteral("7"),
                                      QStringLiteral("3"),         QStringLiteral("1.23 MB"), QStringLiteral("500 ms"),            QStringLiteral("8,200")};
        QCOMPARE(cells(0), expected);
        QCOMPARE(cell(1, ReportModel::ResultColumn), QStringLiteral("Failed"));
        for (int c = ReportModel::SpansColumn; c < ReportModel::ColumnTotal; ++c)
            QCOMPARE(cell(1, c), QString()); // nothing is not written as 0
        QVERIFY(tip(0, ReportModel::FormatColumn).contains(QStringLiteral("Found by looking: it has resourceSpans")));
        QVERIFY(tip(1, ReportModel::ResultColumn).contains(QStringLiteral("notes.txt is no trace file.")));
        QVERIFY(tip(0, ReportModel::FileColumn).contains(QStringLiteral("/data/shop.json")));
        QVERIFY2(visibleWords(host_->view).contains(QStringLiteral("1 file in the workspace \u00b7 4,096 spans \u00b7 7 records skipped \u00b7 1 file failed")),
                 qPrintable(visibleWords(host_->view)));
    }

    /// Below each file are the sentences that the command line prints.
    void sentencesBelow() {
        import_->say({good(), small("other.json", 5)});
        const QStringList below = sentences(0);
        QString text = QStringLiteral("/data/shop.json\n");
        for (const QString& line : below)
            text += QStringLiteral("  ") + line + QLatin1Char('\n');
        QCOMPARE(text, QString::fromStdString(good().toText()));
        QVERIFY(below.contains(QStringLiteral("skipped 7: no trace id (record 12, byte 9,000; ...)")));
        QVERIFY(below.contains(QStringLiteral("10 log records joined their spans")));
        // What lost something is unfolded, what is well is not.
        QVERIFY(tree_->isExpanded(at(0)) && !tree_->isExpanded(at(1)));
        QVERIFY(tree_->isFirstColumnSpanned(0, at(0)));
        QTest::keyClick(tree_, Qt::Key_Home);
        choose(at(1));
        QTest::keyClick(tree_, Qt::Key_Return);
        QVERIFY(tree_->isExpanded(at(1)));
        QTest::keyClick(tree_, Qt::Key_Left);
        QVERIFY(!tree_->isExpanded(at(1)));
    }

    void modelIsSound() {
        ReportModel model;
        ReportFilter filter;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QAbstractItemModelTester filterTester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.setSourceModel(&model);
        const ImportReport a = good(), b = small("b.json", 5), c = failed("c", "c is empty."), d = small("d.json", 7);
        model.setReports({a, b});
        model.addReports({c, d});
        model.addReports({});
        QCOMPARE(model.rowCount(), 4);
        // Indexes of sentences stay with their file when a file before it goes.
        const QPersistentModelIndex ofD = model.index(1, 0, model.index(3, 0));
        const QString words = ofD.data().toString();
        QVERIFY(words.contains(QStringLiteral("7 spans")));
        filter.setText(QStringLiteral("7 spans"));
        QCOMPARE(filter.rowCount(), 1);
        filter.sort(ReportModel::SpansColumn, Qt::DescendingOrder);
        model.setReports({a, d});
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(ofD.isValid());
        QCOMPARE(ofD.data().toString(), words);
        QCOMPARE(ofD.parent().row(), 1);
        QCOMPARE(model.reportOf(ofD), size_t(1));
        // The same files, one of them changed: nothing is thrown away.
        ImportReport removed = d;
        removed.file = 0;
        removed.removed = true;
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setReports({a, removed});
        QCOMPARE(resets.count(), 0);
        QVERIFY(ofD.isValid());
        QCOMPARE(model.index(1, ReportModel::ResultColumn).data().toString(), QStringLiteral("Removed"));
        model.setReports({c});
        QCOMPARE(model.rowCount(), 1);
        QVERIFY(!ofD.isValid());
        model.setReports({});
        QCOMPARE(model.rowCount(), 0);
    }

    void filters() {
        import_->say({good(), small("other.json", 5), failed("notes.txt", "notes.txt is no trace file.")});
        const auto shown = [&](const char* text) {
            filter_->setText(QLatin1String(text));
            QStringList out;
            for (int row = 0; row < rows(); ++row)
                out << cell(row, 0);
            return out.join(QLatin1Char(' '));
        };
        QCOMPARE(shown("JSON"), QStringLiteral("shop.json other.json"));
        QCOMPARE(shown("zipkin"), QStringLiteral("other.json"));
        QCOMPARE(shown("failed"), QStringLiteral("notes.txt"));
        QCOMPARE(shown("utf-8"), QStringLiteral("shop.json")); // words of the report
        QCOMPARE(shown("nothing like it"), QString());
        QVERIFY(visibleWords(host_->view).contains(QStringLiteral("No file passes the filter")));
        QTest::mouseClick(buttonWithText<QPushButton>(host_->view, QStringLiteral("Clear the filter")), Qt::LeftButton);
        QCOMPARE(rows(), 3);
    }

    void sorts() {
        import_->say({small("b.json", 900), small("a.json", 1000), failed("c.json", "c.json is empty."), small("d.json", 80)});
        const auto order = [&] {
            QString out;
            for (int row = 0; row < rows(); ++row)
                out += cell(row, 0).at(0);
            return out;
        };
        const auto click = [&](int column) {
            QHeaderView* header = tree_->header();
            QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(header->sectionViewportPosition(column) + 10, header->height() / 2));
        };
        QCOMPARE(order(), QStringLiteral("bacd")); // as imported
        click(ReportModel::SpansColumn);
        QCOMPARE(order(), QStringLiteral("cdba")); // by number: 80 is less than 900
        click(ReportModel::SpansColumn);
        QCOMPARE(order(), QStringLiteral("abdc"));
        click(ReportModel::SpansColumn);
        QCOMPARE(order(), QStringLiteral("bacd"));
        click(ReportModel::FileColumn);
        QCOMPARE(order(), QStringLiteral("abcd"));
        click(ReportModel::ResultColumn); // the worst first
        QCOMPARE(order().at(0), QLatin1Char('c'));
        // Sentences stay in their order, whichever way the files are sorted.
        click(ReportModel::ResultColumn);
        QVERIFY(sentences(0).at(0).startsWith(QStringLiteral("format: ")));
    }

    void copies() {
        const ImportReport bad = failed("notes.txt", "notes.txt is no trace file.");
        import_->say({good(), bad});
        auto* copy = buttonWithText<QToolButton>(host_->view, QStringLiteral("Copy"));
        const auto copyAs = [&](const char* what) {
            for (QAction* action : copy->menu()->actions())
                if (action->text() == QLatin1String(what))
                    return action->trigger();
            QFAIL(what);
        };
        copyAs("As text");
        QCOMPARE(clipboard_, QString::fromStdString(good().toText() + bad.toText()));
        copyAs("As JSON");
        const auto json = nlohmann::json::parse(clipboard_.toStdString());
        QCOMPARE(json.size(), size_t(2));
        QCOMPARE(json[0]["skipped"]["no trace id"]["count"].get<int>(), 7);
        copyAs("As CSV");
        QCOMPARE(clipboard_.count(QStringLiteral("\r\n")), 3);
        // What is filtered away is not copied.
        filter_->setText(QStringLiteral("notes"));
        copyAs("As text");
        QCOMPARE(clipboard_, QString::fromStdString(bad.toText()));
        filter_->clear();
        choose(at(0));
        QVERIFY(chooseInMenu(tree_->viewport(), tree_->visualRect(at(0)).center(), QStringLiteral("Copy report as text")));
        QCOMPARE(clipboard_, QString::fromStdString(good().toText()));
        // A cell and a sentence, by Ctrl+C.
        CopyFilter copyFilter(out_, host_->view);
        choose(at(0));
        QTest::keyClick(tree_, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(clipboard_, QStringLiteral("/data/shop.json"));
    }

    void removing() {
        import_->say({good(), small("other.json", 5), failed("notes.txt", "notes.txt is no trace file.")});
        auto* remove = buttonWithText<QToolButton>(host_->view, QStringLiteral("Remove"));
        std::vector<ImportReport> asked;
        connect(host_->view, &ReportPanel::removeRequested, this, [&](const std::vector<ImportReport>& files) { asked = files; });
        tree_->selectionModel()->clear();
        QVERIFY(!remove->isEnabled());
        QVERIFY(remove->toolTip().contains(QStringLiteral("Select the files to remove")));
        choose(at(2));
        QVERIFY(!remove->isEnabled());
        QVERIFY(remove->toolTip().contains(QStringLiteral("is not in the workspace")));
        QTest::keyClick(tree_, Qt::Key_Delete);
        QVERIFY(asked.empty());
        choose(at(1));
        QVERIFY(remove->isEnabled());
        QTest::keyClick(tree_, Qt::Key_Delete);
        QCOMPARE(asked.size(), size_t(1));
        QCOMPARE(asked[0].name, std::string("/data/other.json"));
        tree_->selectAll(); // what failed is not among them
        QTest::mouseClick(remove, Qt::LeftButton);
        QCOMPARE(asked.size(), size_t(2));
        // A sentence stands for its file.
        choose(tree_->model()->index(0, 0, at(0)));
        QTest::keyClick(tree_, Qt::Key_Delete);
        QCOMPARE(asked.size(), size_t(1));
        QCOMPARE(asked[0].file, int64_t(1));
        QSignalSpy undo(host_->view, &ReportPanel::undoLastRequested);
        QTest::keyClick(tree_, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(undo.count(), 1);
    }

    void mapsColumns() {
        const fs::path file = fs::path(dir_->path().toStdString()) / "odd.csv";
        std::ofstream(file) << "x";
        ImportReport table = failed("odd.csv", "odd.csv: it is a table.");
        table.name = table.path = file.string();
        table.needsColumns = true;
        ImportReport gone = table;
        gone.name = gone.path = "/data/gone.csv";
        import_->say({table, gone, small("other.json", 5)});
        auto* map = buttonWithText<QToolButton>(host_->view, QStringLiteral("Map columns..."));
        std::vector<std::string> asked;
        connect(host_->view, &ReportPanel::columnsRequested, this, [&](const ImportReport& report) { asked.push_back(report.path); });
        for (const int row : {1, 2}) {
            choose(at(row));
            QVERIFY(!map->isEnabled());
        }
        choose(at(0));
        QVERIFY(map->isEnabled());
        QTest::mouseClick(map, Qt::LeftButton);
        QVERIFY(chooseInMenu(tree_->viewport(), tree_->visualRect(at(0)).center(), QStringLiteral("Map columns...")));
        QCOMPARE(asked, std::vector<std::string>(2, file.string()));
    }

    void filtersToAFile() {
        import_->say({small("other.json", 5)});
        std::string asked;
        connect(host_->view, &ReportPanel::filterRequested, this, [&](const std::string& name) { asked = name; });
        choose(at(0));
        QVERIFY(chooseInMenu(tree_->viewport(), tree_->visualRect(at(0)).center(), QStringLiteral("Filter to this file")));
        QCOMPARE(asked, std::string("/data/other.json"));
    }

    /// Each report wrote the text of all of them anew, which stopped the window when a folder of many files was imported.
    void addsBelow() {
        QSignalSpy resets(tree_->model(), &QAbstractItemModel::modelReset);
        std::vector<ImportReport> many;
        for (int i = 0; i < 3000; ++i)
            many.push_back(i % 3 == 0 ? failed(std::to_string(i), "It is empty.") : small(std::to_string(i), 5));
        import_->say(many);
        QCOMPARE(rows(), 3000);
        QCOMPARE(resets.count(), 0);
        QVERIFY(!tree_->isExpanded(at(0))); // a thousand damaged files are not all unfolded
    }

    void takesTextLiterally() {
        ImportReport hostile = failed("x", "<script>x</script> cannot be read.");
        hostile.name = hostile.path = "<b>bold</b><img src=x onerror=1>.json";
        import_->say({hostile});
        QCOMPARE(cell(0, 0), QStringLiteral("b><img src=x onerror=1>.json")); // the last part of what looks like a path
        QVERIFY(sentences(0).at(0).contains(QStringLiteral("<script>x</script> cannot be read.")));
        QVERIFY(!tip(0, ReportModel::ResultColumn).contains(QStringLiteral("<script>")));
    }

    /// What was said about a file stays when it was all there was and the workspace is left.
    void staysWithoutADocument() {
        import_->say({failed("notes.txt", "notes.txt is no trace file.")});
        host_->view->setDocument(nullptr);
        QCOMPARE(rows(), 1);
        choose(at(0));
        QVERIFY(!buttonWithText<QToolButton>(host_->view, QStringLiteral("Remove"))->isEnabled());
    }

private:
    /// A key that was tested may still count as held down, so what is selected is said.
    void choose(const QModelIndex& index) { tree_->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows); }
    int rows() const { return tree_->model()->rowCount(); }
    QModelIndex at(int row, int column = 0) const { return tree_->model()->index(row, column); }
    QString cell(int row, int column) const { return at(row, column).data().toString(); }
    QString tip(int row, int column) const { return at(row, column).data(Qt::ToolTipRole).toString(); }
    QStringList cells(int row) const {
        QStringList out;
        for (int c = 0; c < ReportModel::ColumnTotal; ++c)
            out << cell(row, c);
        return out;
    }
    QStringList sentences(int row) const {
        QStringList out;
        for (int i = 0; i < tree_->model()->rowCount(at(row)); ++i)
            out << tree_->model()->index(i, 0, at(row)).data().toString();
        return out;
    }

    std::unique_ptr<QTemporaryDir> dir_;
    ScriptedImport* import_ = nullptr;
    DocumentPtr document_;
    Export out_;
    QString clipboard_;
    std::unique_ptr<Host<ReportPanel>> host_;
    QTreeView* tree_ = nullptr;
    QLineEdit* filter_ = nullptr;
};

AISLE_TEST_MAIN(TestReportPanel)
#include "tst_report_panel.moc"
