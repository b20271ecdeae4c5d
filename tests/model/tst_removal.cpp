// Files that are taken out of a workspace, or never came whole into it.

#include "store_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestRemoval : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // A file that was taken out again stayed in `resources`, and gave its contexts to the next one.
    void resourcesOfAbandonedFiles() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        const auto db = workspace->connect();
        const int64_t before = db->integer("SELECT count(*) FROM resources"), contexts = db->integer("SELECT count(*) FROM context");
        QVERIFY(before > 0);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 10); }, false);
        QCOMPARE(db->integer("SELECT count(*) FROM resources"), before);
        QCOMPARE(db->integer("SELECT count(*) FROM context"), contexts);
    }

    // A cancelled import left its pages in the file for ever.
    void spaceIsGivenBack() {
        WorkspaceFixture f;
        WorkspaceFixture::add(*f.open(), "a", fillShop);
        const auto before = std::filesystem::file_size(f.path());
        WorkspaceFixture::add(*f.open(), "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); }, false);
        QVERIFY2(std::filesystem::file_size(f.path()) < before + 1'000'000, std::to_string(std::filesystem::file_size(f.path())).c_str());
    }

    // A workspace without a file is the workspace of the others, in memory and when it is opened again.
    void removedFiles() {
        const std::vector<Fill> fills = {
            fillShop,
            [](SpanSink& s) {
                fillSimple(s, 77, 6); // its span 5 has a log record of the first file
                fillSimple(s, 5, 10);
            },
            [](SpanSink& s) {
                fillSimple(s, 77, 3, 5000); // better copies of some
                fillSimple(s, 6, 70'000);
            },
        };
        for (size_t removed = 0; removed < fills.size(); ++removed) {
            WorkspaceFixture all, rest;
            auto workspace = all.open(), expected = rest.open();
            for (size_t i = 0; i < fills.size(); ++i) {
                WorkspaceFixture::add(*workspace, std::to_string(i), fills[i]);
                if (i != removed)
                    WorkspaceFixture::add(*expected, std::to_string(i), fills[i]);
            }
            workspace->removeFiles({static_cast<int64_t>(removed) + 1});
            const auto want = contentOf(*expected->table());
            const auto counts = [](Workspace& w) {
                const auto db = w.connect();
                std::vector<std::string> out;
                for (const char* sql : {"SELECT count(*) FROM spans", "SELECT count(*) FROM attributes", "SELECT count(*) FROM events", "SELECT count(*) FROM links",
                                        "SELECT count(*) FROM logs", "SELECT count(*) FROM logs WHERE row IS NOT NULL", "SELECT count(*) FROM resources", "SELECT count(*) FROM hidden",
                                        "SELECT count(*) FROM files", "SELECT count(*) FROM segment"})
                    out.push_back(std::to_string(db->integer(sql)));
                return out;
            };
            QCOMPARE(difference(contentOf(*workspace->table()), want), std::string());
            QCOMPARE(counts(*workspace), counts(*expected));
            workspace.reset();
            workspace = all.open(Workspace::Access::ReadWrite);
            QCOMPARE(difference(contentOf(*workspace->table()), want), std::string());
            WorkspaceFixture::add(*workspace, "again", fills[removed]); // and it can come back
            WorkspaceFixture::add(*expected, "again", fills[removed]);
            QCOMPARE(difference(contentOf(*workspace->table()), contentOf(*expected->table())), std::string());
            QCOMPARE(counts(*workspace), counts(*expected));
        }
    }

    /// Several at once; how far it has come can be seen, and a removal that is stopped removes nothing.
    void removalCanBeStopped() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 150'000); });
        WorkspaceFixture::add(*workspace, "c", [](SpanSink& s) { fillSimple(s, 6, 10); });
        const auto before = contentOf(*workspace->table());
        StopToken stop;
        stop.stop();
        RemovalProgress progress;
        try {
            workspace->removeFiles({1, 2}, &progress, stop);
            QFAIL("it was not stopped");
        } catch (const Stopped&) {
        }
        QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
        workspace->reload();
        QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
        const uint64_t spans = workspace->table()->spanCount();
        progress.rowsDone = 0;
        workspace->removeFiles({1, 2}, &progress);
        QCOMPARE(workspace->table()->spanCount(), uint64_t(10));
        // Services of which nothing was left were counted until the workspace was opened again.
        const auto services = workspace->table()->services();
        workspace->reload();
        QCOMPARE(services, workspace->table()->services());
        QVERIFY2(progress.rowsDone >= spans - 10, std::to_string(progress.rowsDone).c_str());
        workspace->reload();
        QCOMPARE(workspace->table()->spanCount(), uint64_t(10));
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM span"), int64_t(10));
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM event WHERE row NOT IN (SELECT row FROM span)"), int64_t(0));
    }

    void abandonedFileLeavesNothing() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        const auto before = contentOf(*workspace->table());
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); }, false);
        QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
        const auto db = workspace->connect();
        QCOMPARE(db->integer("SELECT count(*) FROM span"), 3);
        QCOMPARE(db->integer("SELECT count(*) FROM segment"), 1);
        QCOMPARE(db->integer("SELECT count(*) FROM file"), 1);
        WorkspaceFixture::add(*workspace, "c", [](SpanSink& s) { fillSimple(s, 5, 10); });
        QCOMPARE(workspace->table()->spanCount(), uint64_t(13));
        workspace.reset();
        QCOMPARE(f.open(Workspace::Access::ReadOnly)->table()->spanCount(), uint64_t(13));
    }
};

QTEST_GUILESS_MAIN(TestRemoval)
#include "tst_removal.moc"
