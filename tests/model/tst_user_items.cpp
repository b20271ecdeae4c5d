// What users keep in a workspace: by kind and name, the newest first, bounded.

#include "store/user_items.h"
#include "workspace_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

std::string names(Database& db, std::string_view kind, size_t most = 100) {
    std::string out;
    for (const UserItem& item : userItems(db, kind, most))
        out += item.name + "=" + item.content + " ";
    return out;
}

} // namespace

class TestUserItems : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void newestFirstAndEachOnce() {
        WorkspaceFixture f;
        const auto db = f.open()->connect();
        keepUserItem(*db, kNamedQuery, {"a", "1", 10});
        keepUserItem(*db, kNamedQuery, {"b", "2", 20});
        keepUserItem(*db, kAskedQuery, {"a", "", 5});
        keepUserItem(*db, kNamedQuery, {"a", "3", 30});
        QCOMPARE(names(*db, kNamedQuery), std::string("a=3 b=2 "));
        QCOMPARE(names(*db, kAskedQuery), std::string("a= "));
        removeUserItem(*db, kNamedQuery, "a");
        QCOMPARE(names(*db, kNamedQuery), std::string("b=2 "));
        QCOMPARE(names(*db, kAskedQuery), std::string("a= "));
    }

    void theOldestGo() {
        WorkspaceFixture f;
        const auto db = f.open()->connect();
        for (int i = 0; i < 10; ++i)
            keepUserItem(*db, kAskedQuery, {std::to_string(i), {}, i}, 3);
        QCOMPARE(names(*db, kAskedQuery), std::string("9= 8= 7= "));
    }

    // A stranger's file with a million queries, or one of a hundred megabytes, held the window up when it was opened.
    void ofAStrangerNoMoreThanIsAskedFor() {
        WorkspaceFixture f;
        const auto db = f.open()->connect();
        for (int i = 0; i < 50; ++i)
            keepUserItem(*db, kAskedQuery, {std::to_string(i), {}, i});
        keepUserItem(*db, kAskedQuery, {"long", std::string(3 << 20, 'x'), 1000});
        QCOMPARE(userItems(*db, kAskedQuery, 5).size(), size_t(5));
        QCOMPARE(userItems(*db, kAskedQuery, 5)[0].name, std::string("49"));
    }

    void ofAnEarlierVersionThereAreNone() {
        WorkspaceFixture f;
        const auto db = f.open()->connect();
        db->exec("DROP TABLE user_item");
        QVERIFY(userItems(*db, kNamedQuery, 5).empty());
    }
};

QTEST_GUILESS_MAIN(TestUserItems)
#include "tst_user_items.moc"
