// A document without its window: how the news of an import reach the windows.

#include "model/trace_fixture.h"
#include "model/workspace_fixture.h"
#include "ui_fixture.h"
#include "window/document.h"

#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace aisle;
using namespace aisle::test;

namespace {

/// An import that says what the test wants it to say.
class ScriptedImport : public ImportService {
public:
    void start(std::shared_ptr<Workspace>, const ImportOrder&) override { isOn_ = true; }
    void cancel() override {}
    bool isRunning() const override { return isOn_; }
    ImportStatus status() const override { return {}; }
    void finish() {
        isOn_ = false;
        Q_EMIT finished(false);
    }

private:
    bool isOn_ = false;
};

} // namespace

class TestDocument : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// An import of many small files brought a table and a report per file, and every view began anew for each.
    void newsComeTogether() {
        QTemporaryDir dir;
        const std::filesystem::path folder(dir.path().toStdString());
        ScriptedImport* import = nullptr;
        WindowServices services;
        services.makeImport = [&] {
            auto made = std::make_unique<ScriptedImport>();
            import = made.get();
            return made;
        };
        Document::Opened opened;
        opened.workspace = Workspace::open(folder / "shop.aisle", Workspace::Access::Create);
        opened.toImport = {folder / "many.tar"};
        Document document(std::move(opened), services);
        QVERIFY(document.isImporting());
        QSignalSpy tables(&document, &Document::tableChanged);
        size_t told = 0;
        int reports = 0;
        connect(&document, &Document::reportsChanged, this, [&](size_t first) {
            QCOMPARE(first, told);
            told = document.reports().size();
            ++reports;
        });
        SpanTablePtr last;
        for (int i = 0; i < 500; ++i) {
            TraceFixture f;
            f.add(1, 0, 1000, 2000);
            last = f.table();
            Q_EMIT import->tableReady(last, i < 499);
            ImportReport report;
            report.name = std::to_string(i);
            Q_EMIT import->reportReady(report);
        }
        QTRY_COMPARE(document.table(), last);
        QTRY_COMPARE(told, size_t(500));
        QVERIFY2(tables.count() <= 5 && reports <= 5, qPrintable(QString::number(tables.count())));
        for (size_t i = 0; i < 500; ++i)
            QCOMPARE(document.reports()[i].name, std::to_string(i));
        // What is still waiting when the import ends comes before the end.
        ImportReport report;
        report.name = "last";
        Q_EMIT import->reportReady(report);
        connect(&document, &Document::importFinished, this, [&] { QCOMPARE(told, size_t(501)); });
        QSignalSpy finished(&document, &Document::importFinished);
        import->finish();
        QCOMPARE(finished.count(), 1);
        QCOMPARE(document.table(), last);
        QVERIFY(settle());
    }

    /// What a window was closed over is gone on with when the workspace is opened again, and said.
    void valuesAreIndexedInTheBackground() {
        WorkspaceFixture f;
        {
            const auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) {
                const Pairs pairs{{"order.id", "ORD-1"}};
                SpanRecord span;
                span.trace.id = {1, 1};
                span.span.id = 1;
                span.context = serviceContext(sink, "shop");
                span.name = "buy";
                span.start = 1'700'000'000'000'000'000;
                span.attributes = attributes(pairs);
                sink.span(span);
            });
            workspace->connect()->exec("INSERT INTO value_key SELECT id FROM string WHERE text = 'order.id'");
        }
        WindowServices services;
        services.makeImport = [] { return std::make_unique<ScriptedImport>(); };
        Document::Opened opened;
        opened.workspace = f.open();
        Document document(std::move(opened), services);
        QTRY_VERIFY(document.valueIndexWords().startsWith(QStringLiteral("Values indexed: 1 key, 1 values, ")));
        QVERIFY(!document.isIndexing());
        const auto db = document.workspace()->connect();
        QCOMPARE(db->integer("SELECT count(*) FROM value_run"), 1);
        QVERIFY(settle());
    }
};

QTEST_MAIN(TestDocument)
#include "tst_document.moc"
