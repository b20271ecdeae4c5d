// A document without its window: how the news of an import reach the windows, files that are removed and had back.

#include "store/indexes.h"
#include "columns/saved_columns.h"
#include "import_job.h"
#include "model/trace_fixture.h"
#include "model/workspace_fixture.h"
#include "scripted_import.h"
#include "table_sample.h"
#include "ui_fixture.h"
#include "window/document.h"
#include "window_import.h"

#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QThreadPool>

using namespace aisle;
using namespace aisle::test;

namespace {

/// A document of trace files that were opened without a workspace, with the real importer.
class Shop {
public:
    explicit Shop(const std::vector<const char*>& demos, std::vector<std::filesystem::path> files = {}) : files_(std::move(files)) {
        services.makeImport = [] { return std::make_unique<WindowImport>(); };
        demo::Options options;
        options.sessions = 5;
        for (const char* name : demos) {
            ++options.seed;
            files_.push_back(writeDemo(folder / name, options));
        }
        open();
    }
    void reopen() {
        document.reset();
        open();
    }

private:
    QTemporaryDir dir_;

public:
    std::filesystem::path folder{dir_.path().toStdString()};
    WindowServices services;
    std::shared_ptr<Document> document;

private:
    void open() {
        if (!settle() || !Worker::pool().waitForDone(30'000))
            qFatal("something goes on");
        document = std::make_shared<Document>(Document::open(files_), services);
        if (!QTest::qWaitFor([this] { return !document->isImporting() && !document->reports().empty(); }, 30'000) || !settle())
            qFatal("the import does not end");
    }
    std::vector<std::filesystem::path> files_;
};

} // namespace

class TestDocument : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true); // settings and unnamed workspaces of its own
        QCoreApplication::setOrganizationName(QStringLiteral("aisle-test"));
        QCoreApplication::setApplicationName(QStringLiteral("aisle-tst-document"));
        failOnWarnings();
        QSettings().clear();
    }
    void cleanup() {
        QVERIFY(settle());
        QVERIFY(Worker::pool().waitForDone(30'000));
        std::filesystem::remove_all(Document::cache().freshPath().parent_path());
    }

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
        const auto db = document.workspace()->connect();
        QTRY_VERIFY(!indexesAreDue(*db, *document.table()));
        QTRY_VERIFY(!document.isIndexing());
        QVERIFY(!document.indexFailed());
        QCOMPARE(QString::fromStdString(indexWords(*db)).section(QLatin1Char(','), 0, 0), QStringLiteral("1 key of attributes"));
        QCOMPARE(db->integer("SELECT count(*) FROM value_run"), 1);
        QVERIFY(settle());
    }

    /// Removed files are marked, and can be had back from where they came from.
    void removesAndUndoes() {
        Shop shop({"a.jsonl", "b.jsonl"});
        Document& d = *shop.document;
        const uint64_t all = d.table()->spanCount();
        QCOMPARE(d.reports().size(), size_t(2));
        const ImportReport a = d.reports()[0];
        QSignalSpy started(&d, &Document::removalStarted);
        QString said;
        connect(&d, &Document::removalFinished, this, [&](const QString& words, bool isProblem) { said = (isProblem ? QStringLiteral("!") : QString()) + words; });
        d.removeFiles({a.file});
        QVERIFY(d.isRemoving());
        QVERIFY(!d.whyNotRemovable().isEmpty());
        QString saved;
        d.saveAs(shop.folder / "copy.aisle", [&](const QString& problem) { saved = problem; });
        QVERIFY(saved.contains(QStringLiteral("being removed")));
        QVERIFY(settle());
        QCOMPARE(started.count(), 1);
        QVERIFY(!d.isRemoving());
        QVERIFY2(said.startsWith(QStringLiteral("Removed a.jsonl: ")) && said.endsWith(QStringLiteral(" spans fewer.")), qPrintable(said));
        QVERIFY(d.table()->spanCount() < all && d.table()->spanCount() > 0);
        QCOMPARE(d.table()->files().size(), size_t(1));
        QVERIFY(d.reports()[0].removed && d.reports()[0].file == 0);
        QVERIFY(!d.reports()[1].removed && d.reports()[1].file != 0);
        QVERIFY(d.undoRemoval());
        QTRY_VERIFY_WITH_TIMEOUT(!d.isImporting(), 30'000);
        QVERIFY(settle());
        QCOMPARE(d.table()->spanCount(), all);
        QCOMPARE(d.reports().size(), size_t(2)); // the new one is there in place of the removed one
        for (const ImportReport& report : d.reports())
            QVERIFY(!report.removed && report.file != 0);
        QCOMPARE(d.reports()[1].contentHash, a.contentHash);
        QVERIFY(!d.undoRemoval()); // nothing more
        // Both at once, and back at once.
        d.removeFiles({d.reports()[0].file, d.reports()[1].file});
        QVERIFY(settle());
        QVERIFY2(said.startsWith(QStringLiteral("Removed 2 files: ")), qPrintable(said));
        QCOMPARE(d.table()->spanCount(), uint64_t(0));
        QVERIFY(d.undoRemoval());
        QTRY_VERIFY_WITH_TIMEOUT(!d.isImporting() && d.reports().size() == 2, 30'000);
        QVERIFY(settle());
        QCOMPARE(d.table()->spanCount(), all);
    }

    /// The message about one removal brought back what another had taken out since.
    void undoesTheRemovalThatWasMeant() {
        Shop shop({"a.jsonl", "b.jsonl"});
        Document& d = *shop.document;
        const std::string first = d.reports()[0].name;
        d.removeFiles({d.reports()[0].file});
        QVERIFY(settle());
        const auto meant = d.lastRemoval();
        d.removeFiles({d.reports()[1].file});
        QVERIFY(settle());
        QVERIFY(d.undoRemoval(meant));
        QTRY_VERIFY_WITH_TIMEOUT(!d.isImporting(), 30'000);
        QVERIFY(settle());
        QCOMPARE(d.table()->files().size(), size_t(1));
        for (const ImportReport& report : d.reports())
            QCOMPARE(report.removed, report.name != first);
    }

    /// A file with a record over the usual limit came back without it.
    void limitsAreKept() {
        QTemporaryDir dir;
        const std::filesystem::path folder(dir.path().toStdString());
        demo::Options options;
        options.sessions = 2;
        const auto file = writeDemo(folder / "a.jsonl", options);
        {
            ImportLimits limits;
            limits.recordBytes = 128U << 20;
            limits.unpackBytes = 3ULL << 30;
            ImportJob job(Workspace::open(folder / "w.aisle", Workspace::Access::Create), {file}, {}, limits);
            job.start();
            job.wait();
        }
        Shop shop({}, {folder / "w.aisle"});
        Document& d = *shop.document;
        d.removeFiles({d.reports().at(0).file});
        QVERIFY(settle());
        QVERIFY(d.undoRemoval());
        QTRY_VERIFY_WITH_TIMEOUT(!d.isImporting() && d.reports().at(0).file != 0, 30'000);
        QVERIFY(settle());
        QCOMPARE(d.reports()[0].recordLimit, uint64_t(128U << 20));
        QCOMPARE(d.reports()[0].unpackLimit, uint64_t(3) << 30);
    }

    void whatChangedSinceIsSaid() {
        Shop shop({"a.jsonl", "b.jsonl"});
        Document& d = *shop.document;
        QString said;
        connect(&d, &Document::removalFinished, this, [&](const QString& words, bool isProblem) { said = (isProblem ? QStringLiteral("!") : QString()) + words; });
        d.removeFiles({d.reports()[0].file});
        QVERIFY(settle());
        demo::Options other;
        other.sessions = 2;
        other.seed = 99;
        writeDemo(shop.folder / "a.jsonl", other);
        QVERIFY(!d.undoRemoval()); // it brought other spans than those that were removed
        d.add({shop.folder / "a.jsonl"});
        QTRY_VERIFY_WITH_TIMEOUT(!d.isImporting() && d.reports().size() == 2 && !said.startsWith(QStringLiteral("Removed")), 30'000);
        QVERIFY2(said.startsWith(QStringLiteral("!a.jsonl has changed since")), qPrintable(said));
        // What is gone cannot be had back, and stays marked.
        d.removeFiles({d.reports()[0].file});
        QVERIFY(settle());
        const auto removed = std::find_if(d.reports().begin(), d.reports().end(), [](const ImportReport& r) { return r.removed; });
        QVERIFY(removed != d.reports().end());
        std::filesystem::remove(removed->path);
        QVERIFY(!Document::canUndoRemoval(*removed));
        QVERIFY(!d.undoRemoval());
        QCOMPARE(d.reports().size(), size_t(2));
    }

    /// Stopped in time, nothing is removed; the mark that it holds something else goes, too.
    void removalCanBeCancelled() {
        Shop shop({"a.jsonl", "b.jsonl"});
        Document& d = *shop.document;
        const uint64_t all = d.table()->spanCount();
        QString said = QStringLiteral("nothing");
        connect(&d, &Document::removalFinished, this, [&](const QString& words, bool) { said = words; });
        {
            // On a loaded machine the removal was done before it was stopped: until then somebody else is writing.
            const auto writing = d.workspace()->connect();
            writing->exec("BEGIN IMMEDIATE");
            d.removeFiles({d.reports()[0].file});
            d.cancelRemoval();
            writing->exec("ROLLBACK");
        }
        QVERIFY(settle());
        QCOMPARE(said, QString());
        QCOMPARE(d.table()->spanCount(), all);
        QCOMPARE(d.workspace()->table()->spanCount(), all);
        QVERIFY(!d.reports()[0].removed);
        QCOMPARE(d.workspace()->connect()->integer("SELECT count(*) FROM meta WHERE key = 'extended'"), int64_t(0));
        // The next one is not stopped by that.
        d.removeFiles({d.reports()[0].file});
        QVERIFY(settle());
        QVERIFY(d.table()->spanCount() < all);
        QCOMPARE(d.workspace()->connect()->integer("SELECT count(*) FROM meta WHERE key = 'extended'"), int64_t(1));
    }

    /// The trace file opened again must not come up without what had been removed of it.
    void anUnnamedWorkspaceIsNotFoundAgain() {
        Shop shop({"a.jsonl", "b.jsonl"});
        const auto first = shop.document->workspace()->path();
        const uint64_t all = shop.document->table()->spanCount();
        QVERIFY(settle());
        shop.reopen();
        QCOMPARE(shop.document->workspace()->path(), first); // as long as it is what was opened
        shop.document->removeFiles({shop.document->reports().at(0).file});
        QVERIFY(settle());
        QVERIFY(shop.document->table()->spanCount() < all);
        shop.reopen();
        QVERIFY(shop.document->workspace()->path() != first);
        QCOMPARE(shop.document->table()->spanCount(), all);
    }

    void nothingIsRemovedReadOnly() {
        Shop shop({"a.jsonl"});
        const auto path = shop.folder / "named.aisle";
        shop.document->workspace()->saveCopy(path);
        const auto holder = Workspace::open(path, Workspace::Access::ReadWrite);
        Document document(Document::open({path}), shop.services);
        QVERIFY(settle());
        QTRY_COMPARE(document.reports().size(), size_t(1));
        QVERIFY(document.whyNotRemovable().contains(QStringLiteral("read-only")));
        document.removeFiles({document.reports()[0].file});
        QVERIFY(!document.isRemoving());
    }

    /// A table is imported again with the columns that were saved since.
    void importsATableAgain() {
        QTemporaryDir dir;
        const std::filesystem::path folder(dir.path().toStdString());
        std::ofstream(folder / "t.csv") << "trace,span,start,duration,more\n1,2,1773478800,7,9\n";
        Shop shop({}, {folder / "t.csv"});
        Document& d = *shop.document;
        const auto duration = [&] { return d.table()->duration(d.table()->files().at(0).firstRow); };
        QCOMPARE(duration(), int64_t(7'000'000'000)); // as the start
        QVERIFY(d.reports().at(0).needsColumns);      // the unit was assumed
        const auto sample = openTable(folder / "t.csv", {}, {});
        saveColumns(sample->signature, "trace=trace,span=span,start=start:s,duration=more:ms");
        d.importAgain({d.reports()[0]});
        QTRY_VERIFY_WITH_TIMEOUT(!d.isImporting() && !d.isRemoving() && d.reports().size() == 1 && !d.reports()[0].needsColumns, 30'000);
        QVERIFY(settle());
        QCOMPARE(duration(), int64_t(9'000'000));
        QCOMPARE(d.reports()[0].formatReason, std::string("a table whose columns were mapped before"));
        QCOMPARE(d.table()->files().size(), size_t(1));
        QVERIFY(!d.undoRemoval()); // it was replaced, not removed

        // An import that was cancelled behind the removal left neither the table nor a word of it.
        connect(&d, &Document::importStarted, &d, [&] { d.cancelImport(); }, Qt::SingleShotConnection);
        d.importAgain({d.reports()[0]});
        QTRY_VERIFY_WITH_TIMEOUT(!d.isImporting() && !d.isRemoving(), 30'000);
        QVERIFY(settle());
        if (d.table()->files().empty()) { // unless the import was faster
            QCOMPARE(d.reports().size(), size_t(1));
            QVERIFY(d.reports()[0].removed);
            QVERIFY(d.undoRemoval());
            QTRY_VERIFY_WITH_TIMEOUT(!d.isImporting() && d.table()->files().size() == 1, 30'000);
            QVERIFY(settle());
        }
        QCOMPARE(duration(), int64_t(9'000'000));

        // A file that was written anew since cannot be had back.
        QVERIFY(Document::canUndoRemoval(d.reports().at(0)));
        std::filesystem::last_write_time(folder / "t.csv", std::filesystem::last_write_time(folder / "t.csv") + std::chrono::seconds(5));
        QVERIFY(!Document::canUndoRemoval(d.reports().at(0)));
        QSettings().clear();
    }
};

AISLE_TEST_MAIN(TestDocument)
#include "tst_document.moc"
