#include "import_test.h"

#include <QtTest/QtTest>

#include <set>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("sentry", text); }

const std::string kHeader = json("{'event_id':'e1','sent_at':'2023-11-14T22:13:20Z','trace':{'trace_id':'f1'}}\n");
const std::string kTransaction = json(
    "{'type':'transaction','transaction':'GET /cart','contexts':{'trace':{'trace_id':'000000000000000000000000000000f1','span_id':'00000000000000a1',"
    "'parent_span_id':'c1','op':'http.server','status':'ok','data':{'n':3}},'runtime':{'name':'CPython','version':'3.8'},'response':{'status_code':200},"
    "'organization':{'id':1}},'start_timestamp':1700000000.125,'timestamp':'2023-11-14T22:13:20.500000Z','spans':["
    "{'trace_id':'f1','span_id':'b1','parent_span_id':'a1','op':'db','description':'SELECT 1','start_timestamp':'2023-11-14T22:13:20.200Z',"
    "'timestamp':1700000000.2001,'tags':{'k':'value'},'data':{'db.system':'postgresql'}},"
    "{'trace_id':'f1','span_id':'b2','parent_span_id':'a1','op':'http.client','description':null,'start_timestamp':1700000000.3,'timestamp':1700000000.4,"
    "'status':'not_found','data':{'url':'http://pay/','http.method':'POST'}}],"
    "'tags':[['color','blue']],'release':'shop@1.2+3','environment':'prod','server_name':'h1','platform':'python','sdk':{'name':'sentry.python','version':'1'},"
    "'user':{'id':'u1','ip_address':'127.0.0.1'},'request':{'method':'GET','url':'http://shop/cart'},'measurements':{'lcp':{'value':1.5}},"
    "'breadcrumbs':{'values':[{'timestamp':1700000000.15,'category':'ui.click','message':'button'}]}}");

std::string item(const std::string& type, const std::string& payload, bool length) {
    return json("{'type':'" + type + "'") + (length ? json(",'length':") + std::to_string(payload.size()) : std::string()) + "}\n" + payload + "\n";
}

void verifyTransaction(const RecordingSink& sink) {
    QCOMPARE(sink.spans.size(), size_t(3));
    const RecordedSpan &db = sink.spans[0], &call = sink.spans[1], &root = sink.spans[2];
    for (const RecordedSpan& s : sink.spans) {
        QCOMPARE(s.record.trace.id, (TraceId{0, 0xf1}));
        QCOMPARE(sink.service(s), std::string("shop"));
    }
    const RecordedContext& context = sink.contexts.at(root.record.context);
    for (const auto& [key, value] : {std::pair{"service.version", "1.2+3"}, {"deployment.environment.name", "prod"}, {"host.name", "h1"},
                                     {"process.runtime.name", "CPython"}, {"telemetry.sdk.name", "sentry.python"}})
        QCOMPARE(context.attribute(key), std::string(value));
    QCOMPARE(root.name, std::string("GET /cart"));
    QCOMPARE(root.record.span.id, SpanId(0xa1));
    QCOMPARE(root.record.parent.id, SpanId(0xc1));
    QCOMPARE(root.record.kind, Kind::Server);
    QCOMPARE(root.record.status, Status::Ok);
    QCOMPARE(root.record.start, int64_t(1700000000125000000));
    QCOMPARE(root.record.duration, int64_t(375000000));
    for (const auto& [key, value] : {std::pair{"color", "blue"}, {"user.id", "u1"}, {"client.address", "127.0.0.1"}, {"http.request.method", "GET"},
                                     {"url.full", "http://shop/cart"}, {"http.response.status_code", "200"}, {"measurements.lcp.value", "1.5"},
                                     {"contexts.organization.id", "1"}, {"sentry.op", "http.server"}, {"n", "3"}})
        QCOMPARE(root.attribute(key), std::string(value));
    QCOMPARE(root.events.size(), size_t(1));
    QCOMPARE(root.events[0].name, std::string("ui.click"));
    QCOMPARE(root.events[0].time, int64_t(1700000000150000000));
    QCOMPARE(db.name, std::string("SELECT 1"));
    QCOMPARE(db.record.kind, Kind::Client);
    QCOMPARE(db.record.start, int64_t(1700000000200000000));
    QCOMPARE(db.record.duration, int64_t(100000));
    QCOMPARE(db.attribute("db.query.text"), std::string("SELECT 1"));
    QCOMPARE(db.attribute("k"), std::string("value"));
    QCOMPARE(call.name, std::string("http.client"));
    QCOMPARE(call.record.status, Status::Error);
    QCOMPARE(call.attribute("url.full"), std::string("http://pay/"));
}

} // namespace

class TestSentry : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QByteArray>("problems");
        const auto row = [](const char* name, const std::string& text, const char* problems = "") {
            QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray(problems);
        };
        const std::string binary("\xff\n\0{\"type\":\"transaction\"}\n\n", 26), error = json("{'message':'gone','level':'error'}");
        row("event", kTransaction);
        row("list", "[" + kTransaction + "]");
        row("length", kHeader + item("transaction", kTransaction, true));
        row("no length", kHeader + item("transaction", kTransaction, false));
        std::string unended = kHeader + item("transaction", kTransaction, true);
        unended.pop_back();
        row("no newline at the end", unended);
        row("other items", kHeader + item("attachment", binary, true) + item("event", error, false) + item("transaction", kTransaction, true) +
                               item("session", "{}", false) + item("attachment", "", true), "ignored 2: attachment items; ignored 1: error events; ignored 1: session items; ");
        row("two envelopes", kHeader + item("event", error, true) + "\n" + kHeader + item("transaction", kTransaction, false), "ignored 1: error events; ");
        row("windows lines", json("{'event_id':'e1'}\r\n{'type':'transaction'}\r\n") + kTransaction + "\r\n");
        row("pretty payload", kHeader + item("transaction", "{\n " + kTransaction.substr(1), true));
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(QByteArray, problems);
        std::string reason;
        const Format* const format = detectFormat({input.toStdString(), true}, reason);
        QVERIFY2(format && format->id == "sentry", reason.c_str());
        for (const size_t step : {size_t(1) << 20, size_t(7)}) {
            RecordingSink sink;
            SlowSource source(input.toStdString(), step);
            formatNamed("sentry")->create()->run(source, sink, {});
            QCOMPARE(QByteArray::fromStdString(sink.problems()), problems);
            verifyTransaction(sink);
        }
    }

    void standaloneSpans() {
        const std::string one = json("{'span_id':'b1','trace_id':'f1','parent_span_id':'a1','op':'ui.interaction.click','description':'button','start_timestamp':1.5,"
                                     "'timestamp':2.5,'data':{'release':'web@1','environment':'prod'},'measurements':{'inp':{'value':5}},'is_segment':true}");
        const std::string items = json("{'items':[{'trace_id':'f1','span_id':'b2','name':'work','status':'ok','start_timestamp':1.5,'end_timestamp':2,"
                                       "'attributes':{'sentry.release':{'value':'api@2','type':'string'},'sentry.op':{'value':'http.server','type':'string'},'n':{'value':3,'type':'integer'}},"
                                       "'links':[{'trace_id':'f2','span_id':'d1','attributes':{'why':'next'}}]},{'span_id':'b3'}]}");
        const RecordingSink sink = import(kHeader + item("span", one, false) + item("span", items, true));
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(1));
        QCOMPARE(sink.service(sink.spans[0]), std::string("web"));
        QCOMPARE(sink.spans[0].record.duration, int64_t(1000000000));
        QCOMPARE(sink.spans[0].record.kind, Kind::Internal);
        QCOMPARE(sink.spans[0].name, std::string("button"));
        QCOMPARE(sink.service(sink.spans[1]), std::string("api"));
        QCOMPARE(sink.spans[1].name, std::string("work"));
        QCOMPARE(sink.spans[1].record.kind, Kind::Server);
        QCOMPARE(sink.spans[1].type("n"), ValueType::Int);
        QCOMPARE(sink.spans[1].links.size(), size_t(1));
        QCOMPARE(sink.spans[1].links[0].span, SpanId(0xd1));
    }

    void errorsOnly() {
        const std::string error = json("{'exception':{'values':[]},'timestamp':1.5,'contexts':{'trace':{'trace_id':'f1','span_id':'b1'}}}");
        const RecordingSink sink = import(kHeader + item("event", error, false));
        QCOMPARE(sink.spans.size(), size_t(0));
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray("ignored 1: error events; "));
        QCOMPARE(QByteArray::fromStdString(import(error + "\n" + error).problems()), QByteArray("ignored 2: error events; "));
    }

    void statuses_data() {
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<int>("status");
        QTest::newRow("ok") << QByteArray("'op':'x','status':'ok'") << int(Status::Ok);
        QTest::newRow("internal") << QByteArray("'op':'http.server','status':'internal_error'") << int(Status::Error);
        QTest::newRow("server 404") << QByteArray("'op':'http.server','status':'not_found'") << int(Status::Unset);
        QTest::newRow("client 404") << QByteArray("'op':'http.client','status':'not_found'") << int(Status::Error);
        QTest::newRow("cancelled") << QByteArray("'op':'x','status':'cancelled'") << int(Status::Unset);
        QTest::newRow("none") << QByteArray("'op':'x'") << int(Status::Unset);
    }
    void statuses() {
        QFETCH(QByteArray, fields);
        QFETCH(int, status);
        const RecordingSink sink = import(json("{'trace_id':'f1','span_id':'b1','start_timestamp':1,'timestamp':2," + fields.toStdString() + "}"));
        QCOMPARE(int(sink.spans.at(0).record.status), status);
    }

    void times_data() {
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<qint64>("start");
        QTest::addColumn<qint64>("duration");
        QTest::addColumn<int>("flags");
        const auto row = [](const char* fields, qint64 start, qint64 duration, int flags) {
            QTest::newRow(fields) << QByteArray(fields) << start << duration << flags;
        };
        row("'start_timestamp':1700000000.123456789,'timestamp':1.70000000012345679E9", 1700000000123456789, 1, 0);
        row("'start_timestamp':'2023-11-14T22:13:20.5','timestamp':'2023-11-14T23:13:21+01:00'", 1700000000500000000, 500000000, 0);
        row("'start_timestamp':1700000000", 1700000000000000000, 0, kUnfinished);
        row("'start_timestamp':2,'timestamp':1", 2000000000, -1000000000, kNegative);
        row("'start_timestamp':'soon','timestamp':1", 0, 0, kNoStart | kUnfinished | kRepaired);
    }
    void times() {
        QFETCH(QByteArray, fields);
        QFETCH(qint64, start);
        QFETCH(qint64, duration);
        QFETCH(int, flags);
        const RecordingSink sink = import(json("{'trace_id':'f1','span_id':'b1','op':'x'," + fields.toStdString() + "}"));
        QCOMPARE(qint64(sink.spans.at(0).record.start), start);
        QCOMPARE(qint64(sink.spans.at(0).record.duration), duration);
        QCOMPARE(int(sink.spans.at(0).record.flags), flags);
    }

    void badRecords() {
        const RecordingSink items = import(kHeader + item("transaction", "{\"spans\":[{\"span_id\":\"b", true) + "no header\nmore\n" +
                                           json("{'type':'attachment','length':3}\n") + "longer\n" + json("{'type':'transaction','length':'x'}\n") + kTransaction + "\n" +
                                           json("{'type':'transaction','length':9999}\n") + kTransaction + "\n");
        QCOMPARE(items.spans.size(), size_t(6));
        QCOMPARE(items.skips.at("text where an item's header should be").size(), size_t(1));
        QCOMPARE(items.skips.at("the input ends inside an item").size(), size_t(1));
        QCOMPARE(items.repairCount(), size_t(2));
        const RecordingSink spans = import(json("{'type':'transaction','contexts':{'trace':{'trace_id':'f1','span_id':'a1'}},'spans':["
                                                "{'trace_id':'f1','span_id':'b1'},{'span_id':'b2'},17,{'trace_id':'f1','span_id':'b3','op':'x\xff'}],'start_timestamp':1}"));
        QCOMPARE(spans.spans.size(), size_t(3));
        QCOMPARE(spans.skipCount(), size_t(2));
        QCOMPARE(spans.repairCount(), size_t(1));
    }

    void truncation() {
        const std::set<std::string> names = {"GET /cart", "SELECT 1", "http.client", "http.server", "db", ""};
        const std::set<int64_t> starts = {1700000000125000000, 1700000000200000000, 1700000000300000000};
        for (const std::string& text : {kTransaction, kHeader + item("transaction", kTransaction, true), kHeader + item("transaction", kTransaction, false)}) {
            for (size_t size = 0; size < text.size(); ++size) {
                const RecordingSink sink = import(text.substr(0, size));
                for (const RecordedSpan& s : sink.spans) {
                    QVERIFY2(s.record.span.id == 0xa1 || s.record.span.id == 0xb1 || s.record.span.id == 0xb2, text.substr(0, size).c_str());
                    QVERIFY(s.record.trace.id == (TraceId{0, 0xf1}));
                    QVERIFY2(names.contains(s.name), s.name.c_str());
                    QVERIFY(starts.contains(s.record.start) || (s.record.flags & kNoStart) != 0);
                    QVERIFY(s.record.duration > 0 || (s.record.flags & kUnfinished) != 0);
                    QVERIFY(s.attribute("k") == "value" || s.attribute("k") == "(none)");
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestSentry)
#include "tst_sentry.moc"
