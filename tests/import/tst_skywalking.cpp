#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("skywalking", json(text)); }

std::string segment(const std::string& id, const std::string& spans) {
    return "{'traceId':'t-1','serviceInstance':'cart-7','spans':[" + spans + "],'service':'cart','traceSegmentId':'" + id + "'}";
}

const std::string kEntry = "{'operationName':'/in','startTime':1000,'endTime':1500,'spanType':'Entry','spanId':0,'isError':false,"
                           "'parentSpanId':-1,'componentId':6000,'spanLayer':'Http','peer':'10.0.0.9'}";
const std::string kExit = "{'operationName':'/out','startTime':'1100','endTime':'1400','spanType':1,'spanId':1,'isError':true,"
                          "'parentSpanId':0,'spanLayer':3,'peer':'payment:8080','tags':[{'key':'status_code','value':'503'},{'key':'url','value':'http://p'}]}";

} // namespace

class TestSkywalking : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        const std::string one = segment("s1", kEntry + "," + kExit);
        row("segment", one, 2);
        row("list", "[" + segment("s0", kEntry) + "," + one + "]", 3);
        row("lines", segment("s0", kEntry) + "\n" + one + "\n", 3);
        row("collection", "{'segments':[" + segment("s0", kEntry) + "," + one + "]}", 3);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const std::string text = json(input.toStdString());
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "skywalking", reason.c_str());
        const RecordingSink sink = importBytes("skywalking", text);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        QCOMPARE(sink.contexts.size(), size_t(1));
        const RecordedSpan &entry = sink.spans[sink.spans.size() - 2], &exit = sink.spans.back();
        QCOMPARE(sink.service(entry), std::string("cart"));
        QCOMPARE(sink.contexts[0].attribute("service.instance.id"), std::string("cart-7"));
        QCOMPARE(entry.traceText, std::string("t-1"));
        QCOMPARE(entry.spanText, std::string("s1/0"));
        QCOMPARE(entry.record.kind, Kind::Server);
        QCOMPARE(entry.record.parent.id, SpanId(0));
        QCOMPARE(entry.record.start, int64_t(1'000'000'000));
        QCOMPARE(entry.record.duration, int64_t(500'000'000));
        QCOMPARE(entry.record.status, Status::Unset);
        QCOMPARE(entry.attribute("client.address"), std::string("10.0.0.9"));
        QCOMPARE(entry.attribute("componentId"), std::string("6000"));
        QCOMPARE(entry.attribute("spanLayer"), std::string("Http"));
        QCOMPARE(exit.record.kind, Kind::Client);
        QCOMPARE(exit.record.parent.id, entry.record.span.id);
        QCOMPARE(exit.record.status, Status::Error);
        QCOMPARE(exit.attribute("server.address"), std::string("payment"));
        QCOMPARE(exit.attribute("server.port"), std::string("8080"));
        QCOMPARE(exit.attribute("http.response.status_code"), std::string("503"));
        QCOMPARE(exit.attribute("url.full"), std::string("http://p"));
        QCOMPARE(exit.attribute("spanLayer"), std::string("Http"));
    }

    void references() {
        const RecordingSink sink = import(
            "[" + segment("s1", kEntry + "," + kExit) + "," +
            segment("s2", "{'spanId':0,'parentSpanId':-1,'startTime':1,'endTime':2,'spanType':'Entry','refs':["
                          "{'refType':'CrossProcess','traceId':'t-1','parentTraceSegmentId':'s1','parentSpanId':1,'parentService':'cart'},"
                          "{'traceId':'t-2','parentTraceSegmentId':'s9','parentSpanId':3}]}") + "]");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const RecordedSpan& s = sink.spans.at(2);
        QCOMPARE(s.record.parent.id, sink.spans[1].record.span.id);
        QVERIFY(s.record.span.id != sink.spans[0].record.span.id); // both are number 0 of their segment
        QCOMPARE(s.attribute("parentService"), std::string("cart"));
        QCOMPARE(s.links.size(), size_t(1));
        QVERIFY(s.links[0].trace != s.record.trace.id);
    }

    void protobufLeavesOutZero() {
        const RecordingSink sink = import(segment("s1", "{'parentSpanId':-1,'startTime':'5','endTime':'6'},{'spanId':1,'startTime':'5','endTime':'6','spanType':'Local'}"));
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(sink.spans.at(0).record.kind, Kind::Server);
        QCOMPARE(sink.spans.at(0).record.parent.id, SpanId(0));
        QCOMPARE(sink.spans.at(1).record.kind, Kind::Internal);
        QCOMPARE(sink.spans.at(1).record.parent.id, sink.spans[0].record.span.id);
    }

    void messaging() {
        const RecordingSink sink = import(segment("s1", "{'spanId':0,'parentSpanId':-1,'spanType':'Entry','spanLayer':'MQ','startTime':1,'endTime':2,'peer':'k1:9092;k2:9092',"
                                                        "'tags':[{'key':'mq.topic','value':'orders'}]},{'spanId':1,'parentSpanId':0,'spanType':'Exit','spanLayer':4,'startTime':1,'endTime':2}"));
        QCOMPARE(sink.spans.at(0).record.kind, Kind::Consumer);
        QCOMPARE(sink.spans[0].attribute("server.address"), std::string("k1:9092;k2:9092"));
        QCOMPARE(sink.spans[0].attribute("messaging.destination.name"), std::string("orders"));
        QCOMPARE(sink.spans.at(1).record.kind, Kind::Producer);
    }

    void logs() {
        const RecordingSink sink = import(segment("s1", "{'spanId':0,'parentSpanId':-1,'startTime':1,'endTime':2,'logs':[{'time':'7','data':[{'key':'event','value':'error'},"
                                                        "{'key':'error.kind','value':'Boom'},{'key':'message','value':'m'},{'key':'stack','value':'st'}]},"
                                                        "{'time':8,'data':[{'key':'event','value':'retry'},{'key':'message','value':'m'}]}]}"));
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.events.at(0).name, std::string("exception"));
        QCOMPARE(s.events[0].time, int64_t(7'000'000));
        QCOMPARE(s.events[0].attributes.at(0).key, std::string("exception.type"));
        QCOMPARE(s.events[0].attributes.at(1).key, std::string("exception.message"));
        QCOMPARE(s.events[0].attributes.at(2).key, std::string("exception.stacktrace"));
        QCOMPARE(s.events.at(1).name, std::string("retry"));
        QCOMPARE(s.events[1].attributes.at(0).key, std::string("message"));
    }

    void timesThatAreMissing() {
        const RecordingSink sink = import(segment("s1", "{'spanId':0,'parentSpanId':-1,'startTime':1},{'spanId':1,'parentSpanId':0,'startTime':9,'endTime':4},{'spanId':2,'parentSpanId':0,'endTime':4}"));
        QCOMPARE(int(sink.spans.at(0).record.flags), int(kUnfinished));
        QCOMPARE(int(sink.spans.at(1).record.flags), int(kNegative));
        QVERIFY(sink.spans.at(2).record.flags & kNoStart);
    }

    void badRecords() {
        const RecordingSink sink = import("[" + segment("s1", kEntry + ",17,{'spanId':'x'}," + kExit) + ",{'traceId':'t-1','spans':[" + kEntry + "]},5," + segment("s2", kEntry) + "]");
        QCOMPARE(sink.spans.size(), size_t(3));
        QCOMPARE(sink.skipCount(), size_t(4)); // an id that is no number is not number 0
        QCOMPARE(sink.repairCount(), size_t(0));
    }

    void aParentThatIsNoNumber() {
        const RecordingSink sink = import(segment("s1", "{'spanId':1,'parentSpanId':'x','startTime':1,'endTime':2}"));
        QCOMPARE(sink.spans.at(0).record.parent.id, SpanId(0));
        QVERIFY(sink.spans[0].record.flags & kRepaired);
    }

    // What the last segment had in common must not become that of one whose own cannot be read.
    void aHeaderThatCannotBeRead() {
        const RecordingSink sink = import("[" + segment("s1", kEntry) + ",{'traceId':[}],'spans':[" + kEntry + "]}]");
        QCOMPARE(sink.spans.size(), size_t(1));
        QVERIFY(sink.skipCount() >= 1);
    }

    void cutOffAnywhere() {
        const std::string text = json("{'traceId':'t-1','service':'cart','traceSegmentId':'s1','spans':[" + kEntry + "," + kExit + "]}");
        for (size_t size = 0; size < text.size(); ++size) {
            const RecordingSink sink = importBytes("skywalking", text.substr(0, size));
            QVERIFY(sink.spans.size() <= 2);
            for (const RecordedSpan& s : sink.spans) {
                QCOMPARE(s.traceText, std::string("t-1"));
                QCOMPARE(sink.service(s), std::string("cart"));
                const bool isEntry = s.spanText == "s1/0";
                QVERIFY(isEntry || s.spanText == "s1/1");
                QVERIFY(s.record.kind == (isEntry ? Kind::Server : Kind::Client) || s.record.kind == Kind::Unspecified);
                QVERIFY(s.record.start == (isEntry ? 1'000'000'000 : 1'100'000'000) || s.record.start == 0);
                QVERIFY(s.record.duration == (isEntry ? 500'000'000 : 300'000'000) || (s.record.flags & kUnfinished));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestSkywalking)
#include "tst_skywalking.moc"
