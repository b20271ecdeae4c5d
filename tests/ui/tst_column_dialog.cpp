// The dialog for the columns of a table, over the real importer: what is filled in, what the preview says, when it can be
// accepted, and what is saved.

#include "columns/column_dialog.h"
#include "columns/preview_model.h"
#include "columns/saved_columns.h"
#include "table_sample.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>

using namespace aisle;
using namespace aisle::test;
namespace fs = std::filesystem;

namespace {

const char* const kOdd = "req,hop,caller,svc,what,began,took,colour\n"
                         "r1,1,,shop,GET /,1773478800.5,2.5,red\n"
                         "r1,2,1,cart,add,yesterday,7,blue\n"
                         ",3,1,cart,add,1773478800,7,red\n"
                         "r1,4,1,cart,add,1773478801,7,green\n";
const char* const kKnown = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n"
                           "1,2,,p,x,1674982306057000000,1674982306057001000,1\n";

} // namespace

class TestColumnDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("aisle-test"));
        QCoreApplication::setApplicationName(QStringLiteral("aisle-test"));
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        QSettings().clear();
        clipboard_.clear();
        out_.clipboard = [this](const std::string& text) { clipboard_ = QString::fromStdString(text); };
    }
    void cleanup() {
        dialog_.reset();
        QVERIFY(settle());
        QSettings().clear();
    }

    void guessIsFilledIn() {
        open(kKnown);
        QCOMPARE(column("Trace id")->currentText(), QStringLiteral("TraceID"));
        QCOMPARE(column("Parent span id")->currentText(), QStringLiteral("ParentID"));
        QCOMPARE(column("Service")->currentText(), QStringLiteral("PodName"));
        QCOMPARE(column("Start")->currentText(), QStringLiteral("StartTimeUnixNano"));
        QCOMPARE(column("Unit of start")->currentText(), QStringLiteral("ns"));
        QCOMPARE(column("Unit of duration")->currentText(), QStringLiteral("\u00b5s")); // by what the rows say
        QCOMPARE(column("Kind")->currentText(), QStringLiteral("none"));
        QVERIFY(import()->isEnabled());
        QVERIFY(words().contains(QStringLiteral("The first 1 row: 1 span")));
        QVERIFY(words().contains(QStringLiteral("No other column is left over.")));
    }

    /// From nothing, by the keyboard alone; why it cannot be accepted yet is said at each step.
    void mapsByKeyboard() {
        open(kOdd);
        for (const char* role : {"Trace id", "Span id", "Start", "Duration", "Name"})
            QCOMPARE(column(role)->currentText(), QStringLiteral("none"));
        QVERIFY(!import()->isEnabled());
        QVERIFY(words().contains(QStringLiteral("Choose the column that holds the trace id.")));
        QVERIFY(words().contains(QStringLiteral("The first 4 rows as they stand there")));
        QCOMPARE(model()->rowCount(), 4); // to choose by
        QCOMPARE(shown(0, "began"), QStringLiteral("1773478800.5"));
        type("Trace id", "req");
        QVERIFY(words().contains(QStringLiteral("Choose the column that holds the span id.")));
        type("Span id", "hop");
        QVERIFY(words().contains(QStringLiteral("Choose the column that holds the start, or those of the end and the duration.")));
        QVERIFY(!column("Unit of start")->isEnabled());
        type("Start", "began");
        QCOMPARE(column("Unit of start")->currentText(), QStringLiteral("s")); // by its size
        QVERIFY(import()->isEnabled());
        QVERIFY(words().contains(QStringLiteral("Without an end or a duration no span has a length.")));
        type("Duration", "took");
        QCOMPARE(column("Unit of duration")->currentText(), QStringLiteral("not known"));
        QVERIFY(words().contains(QStringLiteral("The unit of the duration is not known")));
        type("Unit of duration", "ms");
        type("Parent span id", "caller");
        type("Name", "what");
        type("Service", "svc");
        QVERIFY2(words().contains(QStringLiteral("The first 4 rows: 3 spans \u00b7 1 row skipped, a row without a trace id \u00b7 Start: 1 cell cannot be read")),
                 qPrintable(words()));
        QVERIFY(words().contains(QStringLiteral("1 other column is kept with the span: colour")));
        QCOMPARE(shown(0, "Start (UTC)"), QStringLiteral("2026-03-14 09:00:00.500000"));
        QCOMPARE(shown(0, "Duration"), QStringLiteral("2.50 ms"));
        QCOMPARE(shown(1, "Start (UTC)"), QStringLiteral("yesterday"));
        QVERIFY(cell(1, "Start (UTC)").data(PreviewModel::IsUnreadRole).toBool());
        QVERIFY(!cell(0, "Start (UTC)").data(PreviewModel::IsUnreadRole).toBool());
        QVERIFY(model()->index(2, 0).data(PreviewModel::IsSkippedRole).toBool());
        QCOMPARE(shown(2, "Remark"), QStringLiteral("a row without a trace id"));
        // Nothing of it is hidden but a column of remarks without any.
        const auto* rows = named<QTableView>(dialog_.get(), QStringLiteral("The first rows as spans"));
        for (int c = 0; c < model()->columnCount(); ++c)
            QVERIFY2(!rows->isColumnHidden(c), qPrintable(model()->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString()));
        const QString map = QStringLiteral("trace=req,span=hop,parent=caller,name=what,service=svc,start=began:s,duration=took:ms");
        buttonWithText<QPushButton>(dialog_.get(), QStringLiteral("&Copy for the command line"))->click(); // without the keyboard going there
        QCOMPARE(clipboard_, QStringLiteral("--map '%1'").arg(map));
        QSignalSpy accepted(dialog_.get(), &QDialog::accepted);
        QTest::keyClick(column("Service"), Qt::Key_Return);
        QCOMPARE(accepted.count(), 1);
        const auto saved = savedColumns();
        QCOMPARE(saved.size(), size_t(1));
        QCOMPARE(QString::fromStdString(saved.begin()->second), map);
        // The next table with that header has them, whatever else is in it, and says so.
        open("req;hop;caller;svc;what;began;took;colour\nz;9;;a;b;1773478800;1;c\n");
        QVERIFY(words().contains(QStringLiteral("These columns were said before, for a table with the same header.")));
        QCOMPARE(column("Unit of duration")->currentText(), QStringLiteral("ms"));
        QVERIFY(import()->isEnabled());
        QTest::mouseClick(buttonWithText<QPushButton>(dialog_.get(), QStringLiteral("&Guess again")), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(column("Trace id")->currentText(), QStringLiteral("none"));
        QVERIFY(!import()->isEnabled());
        QTest::keyClick(dialog_.get(), Qt::Key_Escape);
        QVERIFY(!dialog_->isVisible());
        QCOMPARE(savedColumns(), saved); // nothing was said
    }

    void everyLabelHasAKey() {
        open(kOdd);
        QSet<QChar> keys;
        int labels = 0;
        for (const QLabel* label : dialog_->findChildren<QLabel*>()) {
            if (label->buddy() == nullptr)
                continue;
            ++labels;
            const qsizetype at = label->text().indexOf(QLatin1Char('&'));
            QVERIFY2(at >= 0, qPrintable(label->text()));
            keys.insert(label->text().at(at + 1).toLower());
        }
        for (const QPushButton* button : dialog_->findChildren<QPushButton*>())
            if (const qsizetype at = button->text().indexOf(QLatin1Char('&')); at >= 0) {
                ++labels;
                keys.insert(button->text().at(at + 1).toLower());
            }
        QCOMPARE(labels, 14);
        QCOMPARE(keys.size(), 14); // no two alike
    }

    void whatCannotBeReadCannotBeAccepted() {
        open("when,a,b,c\nlater,,,\nsoon,,,\n");
        type("Trace id", "a");
        type("Span id", "b");
        type("Start", "when");
        QVERIFY(!import()->isEnabled());
        QVERIFY(words().contains(QStringLiteral("None of the first rows can be read as a span like this.")));
        QTest::keyClick(column("Start"), Qt::Key_Return);
        QVERIFY(dialog_->isVisible());
        QVERIFY(savedColumns().empty());
    }

    void modelIsSound() {
        PreviewModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto sample = read(kOdd);
        std::string error;
        const CsvMapping mapping = sample->guess(csvMappingFromText("trace=req,span=hop,start=began:s", error).value());
        model.setPreview(sample->header, mapping, sample->preview(mapping));
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.columnCount(), 1 + 3 + 1 + 5);
        model.setPreview({}, {}, {});
        QCOMPARE(model.rowCount(), 0);
    }

    void textOfTheFileIsPlain() {
        open("x&y,<b>a</b>,c,\"line\nbreak\"\n2,<img src=x>,3,4\n");
        QVERIFY(column("Trace id")->findText(QStringLiteral("<b>a</b>")) > 0);
        QVERIFY(column("Trace id")->findText(QStringLiteral("line break")) > 0);
        QCOMPARE(shown(0, "<b>a</b>"), QStringLiteral("<img src=x>"));
        QVERIFY(cell(0, "<b>a</b>").data(Qt::ToolTipRole).toString().contains(QStringLiteral("&lt;img")));
    }

    void membersOfArchives() {
        const QTemporaryDir dir;
        const fs::path folder(dir.path().toStdString());
        std::ofstream(folder / "notes.txt") << "hello\n";
        std::ofstream(folder / "a.csv") << kKnown;
        std::ofstream(folder / "b.csv") << kOdd;
        QCOMPARE(QProcess::execute(QStringLiteral("tar"), {QStringLiteral("czf"), dir.filePath(QStringLiteral("all.tgz")), QStringLiteral("-C"), dir.path(), QStringLiteral("notes.txt"),
                                                           QStringLiteral("a.csv"), QStringLiteral("b.csv")}),
                 0);
        QCOMPARE(openTable(folder / "all.tgz", {}, {})->header.front(), std::string("TraceID")); // the first table
        QCOMPARE(openTable(folder / "all.tgz", "b.csv", {})->header.front(), std::string("req"));
        const auto refuses = [&](const fs::path& path, const std::string& member, const char* why) {
            try {
                openTable(path, member, {});
                return false;
            } catch (const std::runtime_error& e) {
                return std::string(e.what()).find(why) != std::string::npos;
            }
        };
        QVERIFY(refuses(folder / "all.tgz", "notes.txt", "is no table"));
        QVERIFY(refuses(folder / "notes.txt", {}, "is no table"));
        QVERIFY(refuses(folder / "gone.csv", {}, "is not there"));
        QVERIFY(refuses("/dev/zero", {}, "is no file"));
        StopToken stop;
        stop.stop();
        bool stopped = false;
        try {
            openTable(folder / "all.tgz", {}, stop);
        } catch (const Stopped&) {
            stopped = true;
        }
        QVERIFY(stopped);
    }

private:
    static std::shared_ptr<const TableSample> read(const std::string& table) {
        const QTemporaryDir dir;
        const fs::path path = fs::path(dir.path().toStdString()) / "odd.csv";
        std::ofstream(path, std::ios::binary) << table;
        return openTable(path, {}, {});
    }
    void open(const std::string& table) {
        dialog_ = std::make_unique<ColumnDialog>(out_, QStringLiteral("odd.csv"), read(table), nullptr);
        dialog_->show();
        QVERIFY(settle());
    }
    QComboBox* column(const char* name) const { return named<QComboBox>(dialog_.get(), QLatin1String(name)); }
    QPushButton* import() const { return buttonWithText<QPushButton>(dialog_.get(), QStringLiteral("&Import")); }
    QString words() const { return visibleWords(dialog_.get()); }
    /// As a person does who has tabbed there.
    void type(const char* name, const char* text) {
        QTest::keyClicks(column(name), QLatin1String(text));
        QVERIFY(settle());
    }
    PreviewModel* model() const { return dialog_->findChild<PreviewModel*>(); }
    QModelIndex cell(int row, const char* heading) const {
        for (int c = 0; c < model()->columnCount(); ++c)
            if (model()->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString() == QLatin1String(heading))
                return model()->index(row, c);
        qFatal("no column is called %s", heading);
    }
    QString shown(int row, const char* heading) const { return cell(row, heading).data().toString(); }

    Export out_;
    QString clipboard_;
    std::unique_ptr<ColumnDialog> dialog_;
};

AISLE_TEST_MAIN(TestColumnDialog)
#include "tst_column_dialog.moc"
