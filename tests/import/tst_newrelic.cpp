#include "import_test.h"

#include <QtTest/QtTest>

#include <set>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("newrelic", json(text)); }

#define COMPARE_TEXT(a, b) QCOMPARE(QByteArray::fromStdString(a), QByteArray(b))

const std::string kRoot = "{'id':'00000000000000b1','trace.id':'4d1e00c0db9010db86154a4ba6e91385','timestamp':1773478800500,"
                          "'attributes':{'name':'GET /','duration.ms':10,'span.kind':'server','http.status_code':200}}";
const std::string kChild = "{'attributes':{'duration.ms':1.25,'name':'query','parent.id':'00000000000000b1','service.name':'db','error':'boom','span.kind':'odd'},"
                           "'timestamp':1773478800501,'trace.id':'4d1e00c0db9010db86154a4ba6e91385','id':'00000000000000b2'}";
const std::string kCommon = "'common':{'attributes':{'service.name':'cart','host':'h-1','n':7}}";

} // namespace

class TestNewRelic : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        const std::string spans = "'spans':[" + kRoot + "," + kChild + "]";
        QTest::newRow("common first") << QByteArray::fromStdString("[{" + kCommon + "," + spans + "}]");
        QTest::newRow("common last") << QByteArray::fromStdString("[{" + spans + "," + kCommon + "}]");
        QTest::newRow("one group") << QByteArray::fromStdString("{" + kCommon + "," + spans + "}");
        QTest::newRow("lines") << QByteArray::fromStdString("[{" + kCommon + ",'spans':[" + kRoot + "]}]\n[{" + kCommon + ",'spans':[" + kChild + "]}]\n");
    }
    void shapes() {
        QFETCH(QByteArray, input);
        std::string reason;
        const Format* const format = detectFormat({json(input.toStdString()), true}, reason);
        QVERIFY2(format && format->id == "newrelic", reason.c_str());
        const RecordingSink sink = import(input.toStdString());
        COMPARE_TEXT(sink.problems(), "");
        QCOMPARE(sink.spans.size(), size_t(2));
        const RecordedSpan &root = sink.spans[0], &child = sink.spans[1];
        QCOMPARE(root.record.start, int64_t(1773478800500000000));
        QCOMPARE(root.record.duration, int64_t(10000000));
        QCOMPARE(root.record.kind, Kind::Server);
        QCOMPARE(root.record.parent.id, SpanId(0));
        QCOMPARE(int(root.record.flags), 0);
        COMPARE_TEXT(root.name, "GET /");
        COMPARE_TEXT(root.attribute("http.status_code"), "200");
        COMPARE_TEXT(sink.service(root), "cart");
        const RecordedContext& context = sink.contexts[root.record.context];
        COMPARE_TEXT(context.attribute("host.name"), "h-1");
        COMPARE_TEXT(context.attribute("n"), "7");
        QCOMPARE(child.record.parent.id, SpanId(0xb1));
        QCOMPARE(child.record.duration, int64_t(1250000));
        QCOMPARE(child.record.status, Status::Error);
        COMPARE_TEXT(child.statusMessage, "boom");
        COMPARE_TEXT(child.attribute("span.kind"), "odd");
        COMPARE_TEXT(sink.service(child), "db"); // its own
        COMPARE_TEXT(sink.contexts[child.record.context].attribute("host.name"), "h-1");
    }

    void commonTimesAndTraces() {
        const RecordingSink sink = import("[{'common':{'timestamp':1773478800500,'attributes':{'trace.id':'a1'}},'spans':[{'id':'1','attributes':{'duration.ms':0}},{'id':'2'}]},"
                                          "{'spans':[{'id':'3','trace.id':'a2','timestamp':'soon'}]}]");
        QCOMPARE(sink.spans.size(), size_t(3));
        QCOMPARE(sink.spans[0].record.trace.id.low, uint64_t(0xa1));
        QCOMPARE(sink.spans[0].record.start, int64_t(1773478800500000000));
        QCOMPARE(int(sink.spans[0].record.flags), 0);
        QCOMPARE(int(sink.spans[1].record.flags), int(kUnfinished));
        QCOMPARE(int(sink.spans[2].record.flags), int(kNoStart | kUnfinished | kRepaired));
        COMPARE_TEXT(sink.service(sink.spans[2]), "(none)"); // the first group's stays its own
        COMPARE_TEXT(sink.contexts[sink.spans[0].record.context].attribute("trace.id"), "(none)");
    }

    void oneBadRecordCostsItself() {
        const RecordingSink sink = import("[17,{" + kCommon + ",'spans':[" + kRoot + ",{'id':'1'},17,{'trace.id':'1'},[],{'id':{},'trace.id':'1'}," + kChild + "]}]");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(6));
        for (const RecordedContext& context : sink.contexts)
            QVERIFY(!context.open);
    }

    void spansThatAreNoList() {
        const RecordingSink sink = import("[{" + kCommon + ",'spans':" + kRoot + "},{" + kCommon + ",'spans':[" + kChild + "]}]");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.skips.at("spans that are no list").size(), size_t(1));
    }

    void cutAnywhere() {
        const std::string whole = json("[{" + kCommon + ",'spans':[" + kRoot + "," + kChild + "]}]");
        for (size_t size = 0; size <= whole.size(); ++size) {
            const RecordingSink sink = importBytes("newrelic", whole.substr(0, size));
            for (const RecordedSpan& span : sink.spans) {
                QVERIFY(std::set<std::string>({"query", "GET /", ""}).contains(span.name));
                QVERIFY(std::set<int64_t>({0, 1250000, 10000000}).contains(span.record.duration));
                QVERIFY(std::set<std::string>({"cart", "db"}).contains(sink.service(span)));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestNewRelic)
#include "tst_newrelic.moc"
