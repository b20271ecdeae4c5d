// The SQL console: what there is to ask, answers as table and chart, stopping, errors in words, and that nothing is changed.

#include "model/workspace_fixture.h"
#include "privacy/masking_redactor.h"
#include "sql/answer_chart.h"
#include "sql/sql_edit.h"
#include "sql/sql_view.h"
#include "store/sql_query.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QThreadPool>
#include <QTreeWidget>

#include <cmath>

using namespace aisle;
using namespace aisle::test;

class TestSqlView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        QStandardPaths::setTestModeEnabled(true);
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(folder_.path(), 30);
    }
    void init() {
        context_ = std::make_unique<ViewContext>();
        context_->setWorkspace(workspace_);
        QVERIFY(settle());
        host_ = std::make_unique<Host<SqlView>>(QSize(900, 500), *context_);
        QVERIFY(settle());
    }
    void cleanup() {
        host_.reset();
        context_.reset();
    }
    void cleanupTestCase() { workspace_.reset(); }

    /// The documented views keep their names and columns: what somebody wrote for an earlier version still runs.
    void viewsKeepTheirNames() {
        const std::pair<const char*, const char*> expected[] = {
            {"spans", "row trace_id span_id parent_span_id service name kind status status_message error start_ns duration_ns file context"},
            {"traces", "trace_id start_ns duration_ns spans errors services"},
            {"attributes", "row key type value"},
            {"resources", "context key value"},
            {"events", "row n time_ns name attributes"},
            {"links", "row n trace_id span_id trace_state attributes"},
            {"logs", "id row time_ns severity severity_text event_name body attributes"},
            {"files", "id name path format bytes spans imported_at report"},
        };
        const auto views = sqlViews(*workspace_->connect());
        QCOMPARE(views.size(), std::size(expected));
        auto* tree = host_->view->findChild<QTreeWidget*>();
        QCOMPARE(tree->topLevelItemCount(), static_cast<int>(std::size(expected)));
        for (size_t i = 0; i < views.size(); ++i) {
            QStringList columns;
            for (const std::string& column : views[i].columns)
                columns << QString::fromStdString(column);
            QCOMPARE(QString::fromStdString(views[i].name), QString::fromLatin1(expected[i].first));
            QCOMPARE(columns.join(QLatin1Char(' ')), QString::fromLatin1(expected[i].second));
            QCOMPARE(tree->topLevelItem(static_cast<int>(i))->childCount(), static_cast<int>(columns.size()));
        }
    }

    /// No documented view could say on which host a span ran.
    void spansAndTheirResources() {
        host_->view->ask(QStringLiteral("SELECT r.value, count(*) FROM spans s JOIN resources r ON r.context = s.context WHERE r.key = 'service.name' GROUP BY 1"));
        QVERIFY(settle());
        int64_t sum = 0;
        for (const auto& row : host_->view->answer().table().rows)
            sum += std::get<int64_t>(row[1].value);
        QCOMPARE(static_cast<uint64_t>(sum), context_->table()->spanCount());
    }

    void answersAsTableAndChart() {
        SqlView* view = host_->view;
        const QAbstractItemModelTester tester(const_cast<AnswerModel*>(&view->answer()), QAbstractItemModelTester::FailureReportingMode::Fatal);
        view->ask(QStringLiteral("SELECT service, count(*) AS spans, NULL AS missing FROM spans GROUP BY service"));
        QVERIFY(settle());
        int64_t sum = 0;
        for (const auto& row : view->answer().table().rows)
            sum += std::get<int64_t>(row[1].value);
        QCOMPARE(static_cast<uint64_t>(sum), context_->table()->spanCount());
        QVERIFY(view->statusText().contains(QStringLiteral(" rows in ")));
        auto* list = view->findChild<QTableView*>();
        // Numbers are first wanted largest first; again is the other way round.
        const auto first = [&] { return std::get<int64_t>(view->answer().table().rows.front()[1].value); };
        Q_EMIT list->horizontalHeader()->sectionClicked(1);
        const int64_t largest = first();
        Q_EMIT list->horizontalHeader()->sectionClicked(1);
        QVERIFY(first() < largest);
        QCOMPARE(view->answer().index(0, 2).data().toString(), QStringLiteral("null"));
        host_->window.grab();
        const auto* chart = view->findChild<AnswerChart*>();
        QCOMPARE(chart->plot().kind, AnswerPlot::Kind::Bars);
        QVERIFY(!view->pictureSize().isEmpty());
        QImage picture(view->pictureSize(), QImage::Format_RGB32);
        QPainter painter(&picture);
        view->paintPicture(painter, picture.size());
        view->ask(QStringLiteral("SELECT start_ns / 60000000000 * 60000000000 AS minute, count(*), avg(duration_ns) FROM spans GROUP BY 1"));
        QVERIFY(settle());
        QCOMPARE(chart->plot().kind, AnswerPlot::Kind::Lines);
        QVERIFY(chart->plot().isTime);
        QCOMPARE(chart->plot().lines.size(), size_t(2));
        QVERIFY(std::is_sorted(chart->plot().lines[0].x.begin(), chart->plot().lines[0].x.end()));
        view->paintPicture(painter, picture.size());
        QVERIFY(view->tabular()->rows.size() > 1);
    }

    // Under a name of the query's own nothing said that a value is personal, and it left as it is.
    void valuesUnderAnotherNameAreKnown() {
        class ByKey : public Redactor {
        public:
            std::string redact(std::string_view key, std::string_view value) const override { return key == "user.email" ? "masked" : std::string(value); }
        };
        SqlView* view = host_->view;
        context_->setRedactor(std::make_shared<const ByKey>(), true);
        view->ask(QStringLiteral("SELECT service AS a, value AS b FROM attributes JOIN spans USING (row) WHERE key = 'user.email' LIMIT 3"));
        QVERIFY(settle());
        QVERIFY(!view->answer().table().rows.empty());
        QCOMPARE(view->answer().keyOf(0, 0), std::string("a"));
        QCOMPARE(view->answer().keyOf(0, 1), std::string("user.email")); // by which a cell is copied
        const auto leaving = view->tabular();
        const Tabular& shown = view->answer().table();
        for (size_t row = 0; row < shown.rows.size(); ++row) {
            QCOMPARE(std::get<std::string>(leaving->rows[row][0].value), std::get<std::string>(shown.rows[row][0].value));
            QCOMPARE(std::get<std::string>(leaving->rows[row][1].value), std::string("masked"));
            QVERIFY(std::get<std::string>(shown.rows[row][1].value).find('@') != std::string::npos); // on the screen it is what it is
        }
        view->ask(QStringLiteral("SELECT key AS field, value FROM attributes WHERE key = 'user.email' LIMIT 3"));
        QVERIFY(settle());
        QCOMPARE(view->answer().keyOf(0, 1), std::string("user.email"));
        view->ask(QStringLiteral("SELECT key, value FROM attributes WHERE key <> 'user.email' LIMIT 50"));
        QVERIFY(settle());
        const auto known = view->tabular();
        for (const auto& row : known->rows) // which says itself what it is
            QVERIFY(std::get<std::string>(row[1].value) != "masked");
    }

    // Until the comparison was done, and while it was done again, cells left by their looks.
    void everyTextIsMaskedUntilCompared() {
        SqlView* view = host_->view;
        const auto mask = [&](const std::string& own) { context_->setRedactor(std::make_shared<const MaskingRedactor>(maskingRulesWith(own), "salt"), true); };
        const auto leaves = [&] { return QByteArray::fromStdString(std::get<std::string>(view->tabular()->rows.at(0)[0].value)); };
        const auto copied = [&] { return QByteArray::fromStdString(context_->exporter().render(view->answer().keyOf(0, 0), std::get<std::string>(view->answer().table().rows.at(0)[0].value))); };
        mask({});
        view->ask(QStringLiteral("SELECT 'nobody' AS a"));
        QVERIFY(settle());
        QCOMPARE(leaves(), QByteArray("nobody"));
        // Rules of the workspace that are others are compared with again.
        mask({});
        QVERIFY2(leaves().startsWith("value ") && copied().startsWith("value "), leaves().constData());
        QVERIFY(view->tabular()->notes.back().find("not compared") != std::string::npos);
        QVERIFY(settle());
        QVERIFY(leaves() == "nobody" && copied() == "nobody" && view->tabular()->notes.empty());
        view->ask(QStringLiteral("SELECT value AS a FROM attributes WHERE key = 'session.id' LIMIT 1"));
        QVERIFY(settle());
        QVERIFY(!leaves().startsWith("value "));
        mask("{\"rules\": [{\"name\": \"own\", \"keys\": [\"session id\"]}]}");
        QVERIFY(settle());
        QVERIFY2(leaves().startsWith("value ") && copied().startsWith("value "), leaves().constData());
        QCOMPARE(view->answer().keyOf(0, 0), std::string("session.id"));
        // Of another workspace a console that is not seen was compared with that one.
        view->ask(QStringLiteral("SELECT 'nobody' AS a"));
        QVERIFY(settle());
        QCOMPARE(leaves(), QByteArray("nobody"));
        view->hide();
        const QTemporaryDir folder;
        context_->setWorkspace(demoWorkspace(folder.path(), 20));
        mask({});
        QVERIFY(settle());
        QVERIFY2(leaves().startsWith("value "), leaves().constData());
        view->show();
        QVERIFY(settle());
        QCOMPARE(view->answer().rowCount(), 0);
        host_.reset(); // before the folder goes
        context_.reset();
    }

    void problemsAreInWords_data() {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("words");
        QTest::addRow("syntax") << "SELEC 1" << "near \"SELEC\": syntax error";
        QTest::addRow("column") << "SELECT no_such FROM spans" << "no such column: no_such";
        QTest::addRow("two") << "SELECT 1; SELECT 2" << "more than one SQL statement";
        QTest::addRow("write") << "DELETE FROM span" << "Only queries are allowed";
        QTest::addRow("attach") << "ATTACH '/tmp/x' AS x" << "Only queries are allowed";
        QTest::addRow("pragma") << "PRAGMA journal_mode=OFF" << "Only queries are allowed";
        QTest::addRow("extension") << "SELECT load_extension('x')" << "Only queries are allowed";
        QTest::addRow("tokenizer") << "SELECT hex(fts3_tokenizer('simple'))" << "Only queries are allowed";
        QTest::addRow("length") << "SELECT length(zeroblob(1000000000))" << "too big";
    }
    void problemsAreInWords() {
        QFETCH(QString, sql);
        QFETCH(QString, words);
        host_->view->ask(sql);
        QVERIFY(settle());
        QVERIFY2(visibleWords(host_->view).contains(words), qPrintable(visibleWords(host_->view)));
        host_->view->ask(QStringLiteral("SELECT count(*) FROM spans"));
        QVERIFY(settle());
        QVERIFY(!visibleWords(host_->view).contains(words));
        QCOMPARE(static_cast<uint64_t>(std::get<int64_t>(host_->view->answer().table().rows[0][0].value)), context_->table()->spanCount());
    }

    void columnsOfOneNameAndBlobs() {
        host_->view->ask(QStringLiteral("SELECT 1 AS a, 2 AS a, 3 AS a_2, x'00ff41' AS blob"));
        QVERIFY(settle());
        QStringList keys;
        for (const Column& column : host_->view->answer().table().columns)
            keys << QString::fromStdString(column.key);
        QCOMPARE(keys, (QStringList{QStringLiteral("a"), QStringLiteral("a_2"), QStringLiteral("a_2_2"), QStringLiteral("blob")}));
        QCOMPARE(host_->view->answer().index(0, 3).data().toString(), QStringLiteral("x'00ff41'"));
    }

    void endlessOnesStop() {
        SqlView* view = host_->view;
        view->ask(QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"));
        QVERIFY(view->isRunning());
        QTest::qWait(100);
        QVERIFY(view->isRunning());
        QTest::mouseClick(buttonWithText<QPushButton>(view, QStringLiteral("Stop")), Qt::LeftButton);
        QVERIFY(!view->isRunning());
        QVERIFY(view->statusText().contains(QStringLiteral("Stopped")));
        QVERIFY(Worker::pool().waitForDone(10'000)); // it does not go on in the background
        view->ask(QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"));
        QVERIFY(settle());
        QVERIFY(view->statusText().startsWith(QStringLiteral("the first 100,000 rows")));
        view->ask(QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT hex(zeroblob(4000000)) FROM n"));
        QVERIFY(settle());
        QVERIFY2(view->statusText().startsWith(QStringLiteral("the first ")), qPrintable(view->statusText())); // memory is bounded, too
        QVERIFY(view->answer().rowCount() < 100);
    }

    void completes() {
        SqlEdit* edit = host_->view->edit();
        edit->clear();
        edit->setFocus();
        QTest::keyClicks(edit, QStringLiteral("SELECT dura"));
        QVERIFY(edit->completions().contains(QStringLiteral("duration_ns")));
        QTest::keyClick(edit, Qt::Key_Backspace, Qt::ControlModifier);
        QTest::keyClicks(edit, QStringLiteral("1 FR"));
        QCOMPARE(edit->completions(), QStringList{QStringLiteral("FROM")});
        edit->setPlainText(QStringLiteral("/* open\n'text''s' -- rest\n*/ SELECT 'a\nb' , \"x\" FROM spans"));
        host_->window.grab();
    }

    void nothingIsOpen() {
        ViewContext none;
        Host<SqlView> host(QSize(600, 300), none);
        QVERIFY(settle());
        host.view->ask(QStringLiteral("SELECT 1"));
        QVERIFY(settle());
        QVERIFY(host.view->statusText().contains(QStringLiteral("Open a trace file")));
        QVERIFY(host.view->pictureSize().isEmpty());
        QVERIFY(!host.view->tabular());
    }

    void plots() {
        Tabular table;
        table.columns = {{"a", "a", true}, {"b", "b", true}};
        QCOMPARE(answerPlot(table).kind, AnswerPlot::Kind::None);
        table.rows = {{Cell(int64_t(3)), Cell::real(1.5, {})}, {Cell(int64_t(1)), Cell()}};
        const AnswerPlot lines = answerPlot(table);
        QCOMPARE(lines.kind, AnswerPlot::Kind::Lines);
        QCOMPARE(lines.lines[0].x, (std::vector<double>{1, 3}));
        QVERIFY(std::isnan(lines.lines[0].y[0]) && lines.lines[0].y[1] == 1.5 && !lines.isTime);
        table.rows.push_back({Cell(), Cell(int64_t(-5))});
        QCOMPARE(answerPlot(table).kind, AnswerPlot::Kind::Bars);
        table.rows.assign(500, {Cell(std::string("x")), Cell(int64_t(1))});
        QCOMPARE(answerPlot(table).left, size_t(500 - AnswerPlot::kMostBars));
        // Of very many rows the smallest and the largest stay.
        Tabular many;
        many.columns = table.columns;
        for (int64_t i = 0; i < 100'000; ++i)
            many.rows.push_back({Cell(i), Cell(i == 54'321 ? int64_t(1'000'000) : i == 777 ? int64_t(-5) : i % 10)});
        const AnswerPlot reduced = answerPlot(many);
        QVERIFY(reduced.lines[0].x.size() <= AnswerPlot::kMostPoints + 2 && reduced.left == 0);
        QCOMPARE(*std::max_element(reduced.lines[0].y.begin(), reduced.lines[0].y.end()), 1e6);
        QCOMPARE(*std::min_element(reduced.lines[0].y.begin(), reduced.lines[0].y.end()), -5.0);
        QVERIFY(std::is_sorted(reduced.lines[0].x.begin(), reduced.lines[0].x.end()));
        for (const QSize size : {QSize(1, 1), QSize(50, 2000), QSize(900, 300)}) {
            QImage picture(size, QImage::Format_RGB32);
            QPainter painter(&picture);
            paintAnswer(painter, answerPlot(table), size, {}, theme());
            paintAnswer(painter, lines, size, {}, theme());
        }
    }

private:
    QTemporaryDir folder_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<SqlView>> host_;
};

AISLE_TEST_MAIN(TestSqlView)
#include "tst_sql_view.moc"
