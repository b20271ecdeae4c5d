#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("gcloud-trace", json(text)); }

const std::string kV1Span = "{'spanId':'13616474711799465301','kind':'RPC_SERVER','name':'/cart','startTime':'2015-09-03T16:40:00.841654024Z',"
                            "'endTime':'2015-09-03T16:40:00.856599389Z','parentSpanId':'10','labels':{'/http/status_code':'500','k':'v',"
                            "'g.co/gae/app/module':'cart','g.co/gae/app/version':'3','/error/message':'boom'}}";

std::string v1(const std::string& spans) {
    return "{'spans':[" + spans + "],'projectId':'p1','traceId':'6ef9eae4acda422912f705b69539cec8'}";
}

std::string v2(const std::string& rest) {
    return "{'name':'projects/p1/traces/2499d13df7b35ae93dfa3d6ddc01da74/spans/84f9e8929bb1cd5b','spanId':'84f9e8929bb1cd5b','parentSpanId':'00f0',"
           "'displayName':{'value':'/hello','truncatedByteCount':0},'startTime':'2015-09-03T16:40:00.5Z','endTime':'2015-09-03T16:40:01.5Z','spanKind':'CLIENT'" + rest + "}";
}

const std::string kV2Attributes = ",'attributes':{'attributeMap':{'service.name':{'stringValue':{'value':'shop'}},'host.name':{'stringValue':{'value':'h1'}},"
                                  "'otel.scope.name':{'stringValue':{'value':'lib'}},'/http/method':{'stringValue':{'value':'GET'}},'/http/status_code':{'intValue':'200'},"
                                  "'cached':{'boolValue':true},'g.co/r/generic_node/location':{'stringValue':{}}},'droppedAttributesCount':0}";

} // namespace

class TestGcloudTrace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void v1Shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        row("trace", v1(kV1Span), 1);
        row("traces", "{'traces':[" + v1(kV1Span) + "," + v1(kV1Span) + "],'nextPageToken':'x'}", 2);
        row("list", "[" + v1(kV1Span) + "," + v1(kV1Span) + "]", 2);
        row("lines", v1(kV1Span) + "\n" + v1(kV1Span) + "\n", 2);
    }
    void v1Shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const std::string text = json(input.toStdString());
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "gcloud-trace", reason.c_str());
        const RecordingSink sink = importBytes("gcloud-trace", text);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        const RecordedSpan& s = sink.spans.back();
        QCOMPARE(s.record.trace.id.low, uint64_t(0x12f705b69539cec8));
        QCOMPARE(s.record.span.id, SpanId(13616474711799465301U)); // more than 63 bits, and not hex
        QCOMPARE(s.record.parent.id, SpanId(10));
        QCOMPARE(s.spanText, std::string());
        QCOMPARE(s.record.kind, Kind::Server);
        QCOMPARE(s.name, std::string("/cart"));
        QCOMPARE(s.record.start, int64_t(1441298400841654024));
        QCOMPARE(s.record.duration, int64_t(14945365));
        QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(sink.contexts[s.record.context].attribute("service.version"), std::string("3"));
        QCOMPARE(sink.contexts[s.record.context].attribute("cloud.account.id"), std::string("p1"));
        QCOMPARE(s.attribute("http.response.status_code"), std::string("500"));
        QCOMPARE(s.type("http.response.status_code"), ValueType::Int);
        QCOMPARE(s.attribute("k"), std::string("v"));
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.statusMessage, std::string("boom"));
    }

    void v2Shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        const std::string span = v2(kV2Attributes);
        row("span", span, 1);
        row("list", "[" + span + "," + span + "]", 2);
        row("spans", "{'spans':[" + span + "," + span + "]}", 2);
        row("requests", "{'batchWriteSpansRequest':[{'name':'projects/p1','spans':[" + span + "]},{'spans':[" + span + "]}],'userAgent':'x'}", 2);
        row("lines", span + "\n" + span + "\n", 2);
    }
    void v2Shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const std::string text = json(input.toStdString());
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "gcloud-trace", reason.c_str());
        const RecordingSink sink = importBytes("gcloud-trace", text);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        QCOMPARE(sink.contexts.size(), size_t(1));
        const RecordedSpan& s = sink.spans.back();
        QCOMPARE(s.record.trace.id.high, uint64_t(0x2499d13df7b35ae9));
        QCOMPARE(s.record.span.id, SpanId(0x84f9e8929bb1cd5bU));
        QCOMPARE(s.record.parent.id, SpanId(0xf0));
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(s.name, std::string("/hello"));
        QCOMPARE(s.record.duration, int64_t(1'000'000'000));
        QCOMPARE(int(s.record.flags), 0);
        QCOMPARE(s.record.status, Status::Unset);
        QCOMPARE(sink.service(s), std::string("shop"));
        const RecordedContext& context = sink.contexts[s.record.context];
        QCOMPARE(context.attribute("host.name"), std::string("h1"));
        QCOMPARE(context.attribute("cloud.account.id"), std::string("p1"));
        QCOMPARE(context.attribute("g.co/r/generic_node/location"), std::string());
        QCOMPARE(context.scopeName, std::string("lib"));
        QCOMPARE(s.attribute("http.request.method"), std::string("GET"));
        QCOMPARE(s.type("http.response.status_code"), ValueType::Int);
        QCOMPARE(s.type("cached"), ValueType::Bool);
    }

    void v2Parts() {
        const RecordingSink sink = import(v2(
            ",'status':{'code':2,'message':'late'},'sameProcessAsParentSpan':true,'timeEvents':{'timeEvent':[{'time':'2015-09-03T16:40:00.75Z','annotation':"
            "{'description':{'value':'retry'},'attributes':{'attributeMap':{'try':{'intValue':'2'}}}}},{'time':'2015-09-03T16:40:00.8Z','messageEvent':"
            "{'type':'SENT','id':'9','uncompressedSizeBytes':'100'}}]},'links':{'link':[{'traceId':'0a','spanId':'0b','type':'PARENT_LINKED_SPAN'}]}"));
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.statusMessage, std::string("late"));
        QCOMPARE(s.attribute("status.code"), std::string("2"));
        QCOMPARE(s.attribute("sameProcessAsParentSpan"), std::string("true"));
        QCOMPARE(s.events.at(0).name, std::string("retry"));
        QCOMPARE(s.events[0].time, int64_t(1441298400750000000));
        QCOMPARE(s.events[0].attributes.at(0).value, std::string("2"));
        QCOMPARE(s.events.at(1).name, std::string("rpc.message"));
        QCOMPARE(s.events[1].attributes.at(0).value, std::string("SENT"));
        QCOMPARE(s.links.at(0).span, SpanId(0xb));
    }

    void statusOfV2() {
        const RecordingSink sink = import("[" + v2(",'status':{}") + "," + v2(",'status':{'code':0}") + "," + v2(",'status':null") + "]");
        QCOMPARE(sink.spans.at(0).record.status, Status::Ok); // code 0 is left out
        QCOMPARE(sink.spans.at(1).record.status, Status::Ok);
        QCOMPARE(sink.spans.at(2).record.status, Status::Unset);
    }

    void timesThatAreNotSet() {
        const RecordingSink sink = import("[{'name':'projects/p/traces/0a/spans/0b','displayName':{'value':'x'},'startTime':'1970-01-01T00:00:00Z','endTime':'1970-01-01T00:00:00Z'},"
                                          "{'name':'projects/p/traces/0a/spans/0c','displayName':{'value':'x'},'startTime':'2015-09-03T16:40:00Z','endTime':'soon'}]");
        QCOMPARE(int(sink.spans.at(0).record.flags), int(kNoStart | kUnfinished));
        QCOMPARE(sink.spans[0].record.span.id, SpanId(0xb)); // of the name
        QCOMPARE(int(sink.spans.at(1).record.flags), int(kUnfinished | kRepaired));
    }

    void badRecords() {
        const RecordingSink first = import(v1(kV1Span + ",17,{'name':'x'}," + kV1Span));
        QCOMPARE(first.spans.size(), size_t(2));
        QCOMPARE(first.skipCount(), size_t(2));
        const RecordingSink second = import("[" + v2("") + ",17,{'displayName':{'value':'x'}}," + v2("") + "]");
        QCOMPARE(second.spans.size(), size_t(2));
        QCOMPARE(second.skipCount(), size_t(2));
    }

    void cutOffAnywhere() {
        const std::string one = json("{'traceId':'6ef9eae4acda422912f705b69539cec8','spans':[" + kV1Span + "]}");
        const std::string two = json("{'spans':[" + v2(kV2Attributes + ",'status':{'code':5}") + "]}");
        for (const std::string& text : {one, two}) {
            for (size_t size = 0; size < text.size(); ++size) {
                const RecordingSink sink = importBytes("gcloud-trace", text.substr(0, size));
                QVERIFY(sink.spans.size() <= 1);
                for (const RecordedSpan& s : sink.spans) {
                    QVERIFY(s.record.trace.id.low == 0x12f705b69539cec8 || s.record.trace.id.low == 0x3dfa3d6ddc01da74);
                    QVERIFY(s.record.span.id == 13616474711799465301U || s.record.span.id == 0x84f9e8929bb1cd5bU);
                    QVERIFY(s.record.parent.id == 0 || s.record.parent.id == 10 || s.record.parent.id == 0xf0);
                    QVERIFY(s.record.status != Status::Ok);
                    QVERIFY(s.record.duration == 0 || s.record.duration == 14945365 || s.record.duration == 1'000'000'000);
                    QVERIFY(s.record.kind == Kind::Unspecified || s.record.kind == Kind::Server || s.record.kind == Kind::Client);
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestGcloudTrace)
#include "tst_gcloud_trace.moc"
