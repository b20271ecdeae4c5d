// A disk without room at each write there is, one after the other: of a new workspace, an import into one that has a file,
// removing a file, saving a copy. Afterwards the workspace opens and holds whole files, and the reason was said.

#include "import_job.h"
#include "import_test.h"
#include "model/failing_disk.h"
#include "model/workspace_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;
namespace fs = std::filesystem;

namespace {

/// Spans with an event and a link each, some twice, and their log records.
std::string document(int trace, int spans) {
    std::string out;
    for (int i = 1; i <= spans; ++i) {
        char line[1200];
        std::snprintf(line, sizeof line,
                      "{'resourceSpans':[{'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'shop %d'}}]},'scopeSpans':[{'spans':["
                      "{'traceId':'%032x','spanId':'%016x','name':'op %d','kind':2,'startTimeUnixNano':'1773478800%08d0','endTimeUnixNano':'1773478800%08d5',"
                      "'attributes':[{'key':'text %d','value':{'stringValue':'%0200d'}}],'events':[{'timeUnixNano':'7','name':'e'}],"
                      "'links':[{'traceId':'%032x','spanId':'0000000000000001'}]}]}]}],"
                      "'resourceLogs':[{'scopeLogs':[{'logRecords':[{'timeUnixNano':'8','body':{'stringValue':'said'},'traceId':'%032x','spanId':'%016x'}]}]}]}\n",
                      i % 3, static_cast<unsigned>(trace), static_cast<unsigned>(i - i % 10), i % 7, i - i % 10, i - i % 10, i % 5, i, static_cast<unsigned>(trace),
                      static_cast<unsigned>(trace), static_cast<unsigned>(i - i % 10));
        out += line;
    }
    return json(out);
}

std::string importInto(const fs::path& workspace, const fs::path& file) {
    try {
        ImportJob job(Workspace::open(workspace, Workspace::Access::Create), {file}, {});
        job.start();
        job.wait();
        return job.reports().size() == 1 ? job.reports()[0].error : "not one report";
    } catch (const StoreError& error) {
        return error.what();
    }
}

/// All that the workspace holds, or why it cannot be opened.
std::vector<std::string> look(const fs::path& path, Workspace::Access access) {
    try {
        const auto workspace = Workspace::open(path, access);
        const auto db = workspace->connect();
        auto content = contentOf(*workspace->table());
        for (Statement s = db->prepare("SELECT name FROM files ORDER BY name"); s.step();)
            content.push_back("file " + std::string(s.text(0)));
        content.push_back("logs " + std::to_string(db->integer("SELECT count(*) FROM logs")));
        for (Statement s = db->prepare("PRAGMA integrity_check"); s.step();)
            content.push_back("integrity " + std::string(s.text(0)));
        if (access != Workspace::Access::ReadOnly)
            content.push_back("loading " + std::to_string(db->integer("SELECT count(*) FROM file WHERE state = 'loading'")));
        else
            content.push_back("loading 0");
        return content;
    } catch (const StoreError& error) {
        return {error.what()};
    }
}

bool saysWhy(const std::string& error) {
    return (error.find("disk") != std::string::npos || error.find("written") != std::string::npos) && error.find('\n') == std::string::npos;
}

} // namespace

class TestDiskFull : public QObject {
    Q_OBJECT

    WorkspaceFixture m_folder;
    const fs::path m_path = m_folder.path(), m_one = m_folder.folder() / "one.jsonl", m_two = m_folder.folder() / "two.jsonl";
    const fs::path m_withOne = m_folder.folder() / "with-one.aisle", m_withBoth = m_folder.folder() / "with-both.aisle";
    std::vector<std::string> m_nothing, m_first, m_both;

    void put(const fs::path& workspace) {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"})
            fs::remove(m_path.string() + suffix);
        if (!workspace.empty())
            fs::copy_file(workspace, m_path);
    }

    /// Runs act() with each write failing in turn. What is in the workspace then is `before` when it says why, and `after`
    /// when it says nothing. Returns how many writes there were.
    template <typename Act>
    int64_t everyWrite(const fs::path& start, const std::vector<std::string>& before, const std::vector<std::string>& after, Act&& act) {
        FailingDisk disk;
        for (int64_t n = 1;; ++n) {
            bool refused = false;
            for (const bool stays : {true, false}) {
                put(start);
                disk.failAt(n, stays);
                const std::string error = act();
                refused = disk.relent();
                const std::string where = "write " + std::to_string(n) + (stays ? " and all behind it: " : ": ") + error;
                if (!error.empty() && !saysWhy(error))
                    QTest::qFail(where.c_str(), __FILE__, __LINE__);
                if (!error.empty() && !fs::exists(m_path) && start.empty())
                    continue; // nothing was made
                for (const auto access : {Workspace::Access::ReadOnly, Workspace::Access::Create}) {
                    const auto found = look(m_path, access);
                    if (access == Workspace::Access::ReadOnly && start.empty() && !error.empty() && found == std::vector{m_path.string() + " is empty."})
                        continue; // made, and nothing written: the next import takes it over
                    if (const std::string differs = difference(found, error.empty() ? after : before); !differs.empty())
                        QTest::qFail((where + differs).c_str(), __FILE__, __LINE__);
                }
                if (QTest::currentTestFailed())
                    return n;
            }
            if (!refused)
                return n - 1;
        }
    }

private Q_SLOTS:
    void initTestCase() {
        std::ofstream(m_one) << document(1, 100);
        std::ofstream(m_two) << document(2, 300) << document(1, 50);
        { const auto empty = Workspace::open(m_path, Workspace::Access::Create); }
        m_nothing = look(m_path, Workspace::Access::Create);
        QCOMPARE(importInto(m_path, m_one), std::string());
        fs::copy_file(m_path, m_withOne);
        m_first = look(m_path, Workspace::Access::Create);
        QCOMPARE(importInto(m_path, m_two), std::string());
        fs::copy_file(m_path, m_withBoth);
        m_both = look(m_path, Workspace::Access::Create);
        QVERIFY(m_first.size() > m_nothing.size() && m_both.size() > m_first.size());
    }

    void importIntoANewWorkspace() {
        QVERIFY(everyWrite({}, m_nothing, m_first, [&] { return importInto(m_path, m_one); }) > 50);
    }

    void importIntoAWorkspace() {
        QVERIFY(everyWrite(m_withOne, m_first, m_both, [&] { return importInto(m_path, m_two); }) > 50);
        QCOMPARE(importInto(m_path, m_two), std::string()); // and when there is room, it goes on
    }

    void removal() {
        const auto remove = [&]() -> std::string {
            try {
                const auto workspace = Workspace::open(m_path, Workspace::Access::ReadWrite);
                workspace->removeFiles({workspace->table()->files().back().id});
                return {};
            } catch (const StoreError& error) {
                return error.what();
            }
        };
        put(m_withBoth);
        QCOMPARE(remove(), std::string());
        QVERIFY(everyWrite(m_withBoth, m_both, look(m_path, Workspace::Access::Create), remove) > 20);
    }

    // What was under that name stays, and nothing half-written is left beside it.
    void savedCopy() {
        const fs::path copy = m_folder.folder() / "copy.aisle";
        const auto save = [&]() -> std::string {
            fs::copy_file(m_withOne, copy, fs::copy_options::overwrite_existing);
            std::string error;
            try {
                Workspace::open(m_path, Workspace::Access::ReadOnly)->saveCopy(copy);
            } catch (const StoreError& problem) {
                error = problem.what();
            }
            return error;
        };
        FailingDisk disk;
        put(m_withBoth);
        for (int64_t n = 1;; ++n) {
            disk.failAt(n, true);
            const std::string error = save();
            if (!disk.relent()) {
                QCOMPARE(error, std::string());
                QVERIFY(n > 20);
                break;
            }
            QVERIFY2(saysWhy(error), error.c_str());
            QCOMPARE(difference(look(copy, Workspace::Access::ReadOnly), m_first), std::string());
            QVERIFY(!fs::exists(copy.string() + ".part"));
        }
        QCOMPARE(difference(look(copy, Workspace::Access::ReadOnly), m_both), std::string());
    }
};

QTEST_GUILESS_MAIN(TestDiskFull)
#include "tst_disk_full.moc"
