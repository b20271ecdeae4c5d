// Reading a span from a workspace, also from a damaged one.

#include "details_fixture.h"

#include <algorithm>

using namespace aisle;
using namespace aisle::test;

class TestDetailsReading : public DetailsFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    void readsASpan() {
        const auto db = workspace_->connect();
        const SpanTablePtr table = workspace_->table();
        const SpanDetails d = readSpan(*db, *table, 0);
        QVERIFY(d.found);
        QCOMPARE(d.spanId, std::string("0000000000000001"));
        QCOMPARE(d.parentId, std::string());
        QCOMPARE(d.file, std::string("shop.json"));
        QCOMPARE(d.attributes.size(), size_t(3));
        QCOMPARE(d.attributes[1].value, kLong);
        QCOMPARE(d.attributes[2].value, std::string("say \"hi\"\n<img src=x>"));
        QCOMPARE(d.resource.size(), size_t(2));
        QCOMPARE(d.scopeName, std::string("io.opentelemetry.http"));
        QCOMPARE(d.statusMessage, std::string("card declined"));
        QCOMPARE(d.traceState, std::string("ot=th:8"));
        QCOMPARE(d.events.size(), size_t(2));
        QCOMPARE(d.events[0].name, std::string("charged"));
        QCOMPARE(d.events[0].attributes[0], (AttributeValue{"amount", ValueType::Double, "12.5"}));
        QCOMPARE(d.links.size(), size_t(2));
        QCOMPARE(d.links[0].target, Row(2));
        QCOMPARE(d.links[1].target, kNoRow);
        QCOMPARE(d.incoming, (std::vector<Row>{2}));
        QCOMPARE(d.logs.size(), size_t(1));
        QCOMPARE(d.logs[0].body, std::string("no money"));
        QCOMPARE(readSpan(*db, *table, 1).spanId, std::string("pay-1")); // ids that are text stay text
        const auto times = readEventTimes(*db, *table, table->rowsOf(0), 10);
        QCOMPARE(times.size(), size_t(3)); // two events and a log record
        QCOMPARE(std::count_if(times.begin(), times.end(), [&](const EventTime& e) { return e.time == d.logs[0].time; }), 1);
        QVERIFY(times[1].isException && !times[0].isException);
        QCOMPARE(readEventTimes(*db, *table, table->rowsOf(0), 1).size(), size_t(1));
    }

    /// A stranger's workspace: broken JSON, numbers out of range, an index that is not there.
    void toleratesDamage() {
        const auto workspace = makeWorkspace(dir_.filePath(QStringLiteral("damaged.aisle")));
        const auto db = workspace->connect();
        for (const char* json :
             {"[1,2", "[999999]", "{}", "[[0,99,\"x\"]]", "[[77777,0,\"x\\", "nonsense", "[-1]", ""}) {
            db->prepare("UPDATE span SET attributes = ?1").bind(1, std::string_view(json)).run();
            db->prepare("UPDATE event SET name = -5, attributes = ?1").bind(1, std::string_view(json)).run();
            db->prepare("UPDATE link SET high = 5, attributes = ?1").bind(1, std::string_view(json)).run();
            db->prepare("UPDATE log SET severity = 99999999, body_type = 77, attributes = ?1")
                .bind(1, std::string_view(json))
                .run();
            db->prepare("UPDATE context SET resource = ?1, scope = ?1").bind(1, std::string_view(json)).run();
            const SpanDetails d = readSpan(*db, *workspace->table(), 0);
            QVERIFY(d.found);
            QCOMPARE(d.links[0].target, kNoRow);
            spanContent(*workspace->table(), d, {});
        }
        db->exec("DROP INDEX log_row");
        QCOMPARE(readSpan(*db, *workspace->table(), 0).logs.size(), size_t(1));
        db->exec("DELETE FROM span");
        QVERIFY(!readSpan(*db, *workspace->table(), 0).found);
    }
};

QTEST_MAIN(TestDetailsReading)
#include "tst_details_reading.moc"
