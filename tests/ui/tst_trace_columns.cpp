// Columns of attributes in the list of traces, and how a trace compares with others of its kind.

#include "analysis/usual_durations.h"
#include "model/workspace_fixture.h"
#include "store/span_reader.h"
#include "theme/theme.h"
#include "trace_list/trace_list_model.h"
#include "trace_list/trace_list_view.h"
#include "ui_fixture.h"
#include "widgets/plain_text.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QJsonArray>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>

#include <numeric>

using namespace aisle;
using namespace aisle::test;

class TestTraceColumns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        QStandardPaths::setTestModeEnabled(true);
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(folder_.path(), 40);
    }
    void init() {
        context_ = std::make_unique<ViewContext>();
        context_->setWorkspace(workspace_);
        QVERIFY(settle());
        host_ = std::make_unique<Host<TraceListView>>(QSize(1000, 500), *context_);
        QVERIFY(settle());
        model_ = host_->view->findChild<TraceListModel*>();
        list_ = host_->view->findChild<QTableView*>();
    }
    void cleanup() {
        host_.reset();
        context_.reset();
    }
    void cleanupTestCase() { workspace_.reset(); }

    void valuesOfTraces() {
        const QAbstractItemModelTester tester(model_, QAbstractItemModelTester::FailureReportingMode::Fatal);
        setColumns({QStringLiteral("resource.service.version"), QStringLiteral("span.http.route"), QStringLiteral("usual"), QStringLiteral("no field"), QStringLiteral("span.http.route")});
        QCOMPARE(model_->columnCount(), TraceListModel::ColumnTotal + 3); // each once, and only fields
        QCOMPARE(model_->headerData(TraceListModel::ColumnTotal + 1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("http.route"));
        const auto db = workspace_->connect();
        const SpanTable& table = *context_->table();
        int withRoute = 0;
        for (int row = 0; row < model_->rowCount(); row += 7) {
            const TraceIndex trace = model_->traceAt(row);
            QString expected;
            std::vector<Row> order{table.summary(trace).root};
            order.insert(order.end(), table.rowsOf(trace).begin(), table.rowsOf(trace).end());
            for (const Row span : order)
                for (const AttributeValue& value : readSpan(*db, table, span).attributes)
                    if (expected.isEmpty() && value.key == "http.route")
                        expected = toQString(value.value);
            QCOMPARE(model_->index(row, TraceListModel::ColumnTotal + 1).data().toString(), expected);
            withRoute += !expected.isEmpty();
        }
        QVERIFY(withRoute > 5);
        host_->window.grab();
        const auto exported = host_->view->tabular();
        QCOMPARE(exported->columns[exported->columns.size() - 2].key, std::string("span.http.route"));
        QCOMPARE(host_->view->settings()[QStringLiteral("columns")].toArray().size(), 3);
    }

    void sortsByThem() {
        setColumns({QStringLiteral("span.http.route"), QStringLiteral("usual")});
        const int route = TraceListModel::ColumnTotal, usual = route + 1;
        const auto texts = [&](int section) {
            QStringList out;
            for (int row = 0; row < model_->rowCount(); ++row)
                out << model_->index(row, section).data().toString();
            return out;
        };
        for (const bool again : {false, true}) {
            Q_EMIT list_->horizontalHeader()->sectionClicked(route);
            QVERIFY(settle());
            QStringList seen = texts(route);
            const auto firstWithout = std::find_if(seen.begin(), seen.end(), [](const QString& text) { return text.isEmpty(); });
            QVERIFY(firstWithout != seen.begin());
            QVERIFY(std::all_of(firstWithout, seen.end(), [](const QString& text) { return text.isEmpty(); })); // those without come last, both times
            QStringList sorted(seen.begin(), firstWithout);
            std::stable_sort(sorted.begin(), sorted.end());
            if (again)
                std::reverse(sorted.begin(), sorted.end());
            QCOMPARE(QStringList(seen.begin(), firstWithout), sorted);
        }
        Q_EMIT list_->horizontalHeader()->sectionClicked(usual); // the slowest of their kind first
        QVERIFY(settle());
        QCOMPARE(model_->index(0, usual).data().toString(), QStringLiteral("p100"));
        setColumns({});
        QCOMPARE(model_->columnCount(), int(TraceListModel::ColumnTotal)); // what it was sorted by is gone
        QVERIFY(settle());
        for (int row = 1; row < model_->rowCount(); ++row)
            QVERIFY(context_->table()->summary(model_->traceAt(row - 1)).start <= context_->table()->summary(model_->traceAt(row)).start);
    }

    /// Values of one table were shown beside the traces of the next, and read behind its end.
    void anotherTable() {
        setColumns({QStringLiteral("span.http.route"), QStringLiteral("usual")});
        QTemporaryDir other;
        context_->setWorkspace(demoWorkspace(other.path(), 80));
        host_->window.grab(); // at once, with the columns on their way
        QVERIFY(settle());
        host_->window.grab();
        QVERIFY(model_->rowCount() > 100 && model_->index(0, TraceListModel::ColumnTotal + 1).data(TraceListModel::UsualRole).isValid());
        context_->setWorkspace(nullptr);
        host_->window.grab();
        QVERIFY(settle());
        QCOMPARE(model_->rowCount(), 0);
    }

    void usualAgainstAPlainCount() {
        const SpanTable& table = *context_->table();
        const UsualDurations usual(table);
        for (TraceIndex t = 0; t < table.traceSlots(); t += 5) {
            uint64_t same = 0, shorter = 0;
            for (TraceIndex other = 0; other < table.traceSlots(); ++other) {
                const Row a = table.summary(t).root, b = table.summary(other).root;
                if (table.service(a) != table.service(b) || table.name(a) != table.name(b))
                    continue;
                ++same;
                shorter += table.summary(other).duration < table.summary(t).duration;
            }
            const UsualDurations::Kind* kind = usual.kindOf(t);
            QCOMPARE(kind != nullptr, same > 1);
            if (kind == nullptr)
                continue;
            QCOMPARE(kind->traces, same);
            QCOMPARE(std::accumulate(kind->bars.begin(), kind->bars.end(), uint64_t(0)), same);
            QVERIFY(std::abs(usual.shareBelow(t) - static_cast<double>(shorter) / static_cast<double>(same - 1)) < 1e-6);
            QVERIFY(kind->bars[kind->barOf(table.summary(t).duration)] > 0);
        }
    }

private:
    void setColumns(const QStringList& fields) {
        host_->view->applySettings({{QStringLiteral("columns"), QJsonArray::fromStringList(fields)}});
        QVERIFY(settle());
    }
    QTemporaryDir folder_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<TraceListView>> host_;
    TraceListModel* model_ = nullptr;
    QTableView* list_ = nullptr;
};

AISLE_TEST_MAIN(TestTraceColumns)
#include "tst_trace_columns.moc"
