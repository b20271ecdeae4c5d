#include "import_test.h"

#include <QtTest/QtTest>

#include <set>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("appinsights", json(text)); }

#define COMPARE_TEXT(a, b) QCOMPARE(QByteArray::fromStdString(a), QByteArray(b))

std::string envelope(const std::string& type, const std::string& base, const std::string& tags = "'ai.operation.parentId':'00000000000000a1',") {
    return "{'ver':1,'name':'X." + type + "','time':'2026-03-14T09:00:00.1234567Z','data':{'baseData':{" + base + "},'baseType':'" + type +
           "'},'tags':{" + tags + "'ai.operation.id':'4d1e00c0db9010db86154a4ba6e91385','ai.cloud.role':'cart','ai.cloud.roleInstance':'i-1'}}";
}

const std::string kRequest = envelope("RequestData", "'ver':2,'id':'00000000000000b1','name':'GET /cart','duration':'00:00:01.5000001','responseCode':'500','success':false,"
                                                     "'url':'https://shop.example/cart','source':'web','properties':{'k':'v'},'measurements':{'size':7}");

} // namespace

class TestAppInsights : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        row("single", kRequest, 1);
        row("list", "[" + kRequest + "," + kRequest + "]", 2);
        row("lines", kRequest + "\n" + kRequest + "\n", 2);
        row("lines of lists", "[" + kRequest + "]\n[" + kRequest + "]\n", 2);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        std::string reason;
        const Format* const format = detectFormat({json(input.toStdString()), true}, reason);
        QVERIFY(format && format->id == "appinsights");
        const RecordingSink sink = import(input.toStdString());
        COMPARE_TEXT(sink.problems(), "");
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        QCOMPARE(sink.contexts.size(), size_t(1));
    }

    void request() {
        const RecordingSink sink = import(kRequest);
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.trace.id.high, uint64_t(0x4d1e00c0db9010db));
        QCOMPARE(s.record.span.id, SpanId(0xb1));
        QCOMPARE(s.record.parent.id, SpanId(0xa1));
        QCOMPARE(s.record.start, int64_t(1773478800123456700));
        QCOMPARE(s.record.duration, int64_t(1500000100));
        QCOMPARE(s.record.kind, Kind::Server);
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(int(s.record.flags), 0);
        COMPARE_TEXT(s.name, "GET /cart");
        COMPARE_TEXT(s.attribute("http.response.status_code"), "500");
        COMPARE_TEXT(s.attribute("url.full"), "https://shop.example/cart");
        COMPARE_TEXT(s.attribute("source"), "web");
        COMPARE_TEXT(s.attribute("k"), "v");
        COMPARE_TEXT(s.attribute("size"), "7");
        COMPARE_TEXT(sink.service(s), "cart");
        COMPARE_TEXT(sink.contexts[s.record.context].attribute("service.instance.id"), "i-1");
    }

    void dependencies() {
        const auto read = [](const std::string& base) { return import(envelope("RemoteDependencyData", "'id':'b1','duration':'1.02:03:04'," + base)); };
        const RecordingSink http = read("'type':'Http','target':'pay.example','data':'https://pay.example/x','resultCode':'404','success':true");
        QCOMPARE(http.spans.at(0).record.kind, Kind::Client);
        QCOMPARE(http.spans.at(0).record.status, Status::Ok);
        QCOMPARE(http.spans.at(0).record.duration, int64_t(93784) * 1000000000);
        COMPARE_TEXT(http.spans.at(0).attribute("url.full"), "https://pay.example/x");
        COMPARE_TEXT(http.spans.at(0).attribute("server.address"), "pay.example");
        COMPARE_TEXT(http.spans.at(0).attribute("http.response.status_code"), "404");
        const RecordingSink sql = read("'type':'SQL','target':'db1 | orders','data':'select 1','resultCode':'0'");
        COMPARE_TEXT(sql.spans.at(0).attribute("db.system.name"), "microsoft.sql_server");
        COMPARE_TEXT(sql.spans.at(0).attribute("db.query.text"), "select 1");
        COMPARE_TEXT(sql.spans.at(0).attribute("server.address"), "db1");
        COMPARE_TEXT(sql.spans.at(0).attribute("db.namespace"), "orders");
        COMPARE_TEXT(sql.spans.at(0).attribute("resultCode"), "0");
        QCOMPARE(read("'type':'InProc'").spans.at(0).record.kind, Kind::Internal);
        const RecordingSink queue = read("'type':'Queue Message | Azure Service Bus','target':'orders'");
        QCOMPARE(queue.spans.at(0).record.kind, Kind::Producer);
        COMPARE_TEXT(queue.spans.at(0).attribute("messaging.destination.name"), "orders");
        COMPARE_TEXT(read("'type':'Other','target':'x','data':'d'").spans.at(0).attribute("peer.service"), "x");
    }

    void logRecords() {
        const RecordingSink sink = import("[" + envelope("MessageData", "'message':'hello','severityLevel':'Warning','properties':{'a':'b'}") + "," +
                                          envelope("ExceptionData", "'severityLevel':3,'exceptions':[{'typeName':'E','message':'bad','stack':'at x'},{'typeName':'Inner'}]") + "," +
                                          envelope("EventData", "'name':'sold'") + "," + envelope("MetricData", "'metrics':[]") + "]");
        COMPARE_TEXT(sink.problems(), "ignored 1: metrics; ");
        QCOMPARE(sink.logs.size(), size_t(3));
        COMPARE_TEXT(sink.logs[0].body, "hello");
        QCOMPARE(sink.logs[0].record.severity, 13);
        QCOMPARE(sink.logs[0].record.span.id, SpanId(0xa1));
        QCOMPARE(sink.logs[0].record.time, int64_t(1773478800123456700));
        COMPARE_TEXT(sink.logs[0].attributes.at(0).value, "b");
        COMPARE_TEXT(sink.logs[1].eventName, "exception");
        QCOMPARE(sink.logs[1].record.severity, 17);
        COMPARE_TEXT(sink.logs[1].attributes.at(0).key, "exception.type");
        COMPARE_TEXT(sink.logs[1].attributes.at(1).value, "bad");
        COMPARE_TEXT(sink.logs[1].attributes.at(2).value, "at x");
        COMPARE_TEXT(sink.logs[2].eventName, "sold");
    }

    void roots() {
        const RecordingSink sink = import(envelope("RequestData", "'id':'|4d1e.1.','name':'a','duration':'00:00:00'", "'ai.operation.parentId':'4d1e00c0db9010db86154a4ba6e91385',"));
        QCOMPARE(sink.spans.at(0).record.parent.id, SpanId(0));
        COMPARE_TEXT(sink.spans.at(0).spanText, "|4d1e.1.");
        QCOMPARE(int(sink.spans.at(0).record.flags), 0); // a duration of 0 is one
    }

    void serviceOfTheProperties() {
        std::string text = envelope("RequestData", "'id':'b1','properties':{'service.name':'shop'}");
        text.replace(text.find("'ai.cloud.role':'cart',"), 23, "");
        const RecordingSink sink = import(text);
        COMPARE_TEXT(sink.service(sink.spans.at(0)), "shop");
        QCOMPARE(int(sink.spans.at(0).record.flags), int(kUnfinished));
    }

    void unreadableTimesAreFlagged() {
        std::string text = envelope("RequestData", "'id':'REDACTED','duration':'REDACTED'");
        text.replace(text.find("2026-03-14T09:00:00.1234567Z"), 28, "REDACTED");
        const RecordingSink sink = import(text);
        QCOMPARE(int(sink.spans.at(0).record.flags), int(kNoStart | kUnfinished | kRepaired));
        COMPARE_TEXT(sink.spans.at(0).spanText, "REDACTED");
        COMPARE_TEXT(sink.problems(), "repaired 1: a time or duration that cannot be read; ");
    }

    void clocks_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("hours") << QByteArray("25:00:00.1");
        QTest::newRow("one minute") << QByteArray("00:00:60");
        QTest::newRow("sign inside") << QByteArray("00:-1:00");
        QTest::newRow("empty") << QByteArray("::");
        QTest::newRow("seconds") << QByteArray("1.5");
        QTest::newRow("exponent") << QByteArray("00:00:1e1");
    }
    void clocks() {
        QFETCH(QByteArray, text);
        const RecordingSink sink = import(envelope("RequestData", "'id':'b1','duration':'" + text.toStdString() + "'"));
        const bool hours = text.startsWith("25"); // .NET would write a day
        QCOMPARE(bool(sink.spans.at(0).record.flags & kUnfinished), !hours);
    }

    void oneBadRecordCostsItself() {
        const RecordingSink sink = import("[" + kRequest + ",17,{'data':{}},{'data':{'baseType':'New'}}," + envelope("RequestData", "'name':'no id'") +
                                          ",{'time':'x','data':{'baseType':'RequestData','baseData':{'id':'1'}}}," + envelope("RequestData", "'id':[1]") + "," + kRequest + "]");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(6));
        QCOMPARE(sink.skips.at("an envelope of an unknown type").at(0).record, uint64_t(4));
    }

    void cutAnywhere() {
        const std::string whole = json("[" + kRequest + "," + kRequest + "]");
        for (size_t size = 0; size <= whole.size(); ++size) {
            const RecordingSink sink = importBytes("appinsights", whole.substr(0, size));
            for (const RecordedSpan& span : sink.spans) {
                QVERIFY(std::set<std::string>({"GET /cart", ""}).contains(span.name));
                QCOMPARE(span.record.span.id, SpanId(0xb1));
                QVERIFY(std::set<int64_t>({0, 1500000100}).contains(span.record.duration));
                QVERIFY(std::set<std::string>({"500", "(none)"}).contains(span.attribute("http.response.status_code")));
                QVERIFY(std::set<std::string>({"cart", "(none)"}).contains(sink.service(span)));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestAppInsights)
#include "tst_appinsights.moc"
