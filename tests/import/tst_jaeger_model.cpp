#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("jaeger-model", json(text)); }

/// Trace a1, span 2 below span 1, at 16:46:31.639875 in New York.
std::string span(const std::string& rest) {
    return "{'traceId':'AAAAAAAAAAAAAAAAAAAAoQ==','spanId':'AAAAAAAAAAI=','operationName':'op','references':[{'traceId':"
           "'AAAAAAAAAAAAAAAAAAAAoQ==','spanId':'AAAAAAAAAAE='}],'startTime':'2017-01-26T16:46:31.639875001-05:00','duration':'0.000005s'" +
           rest + "}";
}

const std::string kInline = ",'process':{'serviceName':'cart','tags':[{'key':'host.name','vType':'STRING','vStr':'h1'}]}";
const std::string kProcess = "{'serviceName':'cart','tags':[{'key':'host.name','vStr':'h1'}]}";

} // namespace

class TestJaegerModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        row("span", span(kInline), 1);
        row("lines", span(kInline) + "\n" + span(kInline) + "\n", 2);
        row("list", "[" + span(kInline) + "," + span(kInline) + "]", 2);
        row("trace", "{'spans':[" + span(kInline) + "]}", 1);
        row("chunks", "{'result':{'spans':[" + span(kInline) + "]}}\n{'result':{'spans':[" + span(kInline) + "]}}\n", 2);
        row("table behind", "{'spans':[" + span(",'processId':'p1'") + "],'processMap':[{'processId':'p1','process':" + kProcess + "}]}", 1);
        row("table before", "{'processMap':[{'process':" + kProcess + ",'processId':'p1'}],'spans':[" + span(",'processId':'p1'") + "]}", 1);
        row("batch", "{'spans':[" + span("") + "," + span("") + "],'process':" + kProcess + "}", 2);
        row("batch, process before", "{'process':" + kProcess + ",'spans':[" + span("") + "]}", 1);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const std::string text = json(input.toStdString());
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "jaeger-model", reason.c_str());
        const RecordingSink sink = importBytes("jaeger-model", text);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        const RecordedSpan& s = sink.spans.back();
        QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(sink.contexts[s.record.context].attribute("host.name"), std::string("h1"));
        QCOMPARE(s.record.trace.id.low, uint64_t(0xa1));
        QCOMPARE(s.record.span.id, SpanId(2));
        QCOMPARE(s.record.parent.id, SpanId(1)); // CHILD_OF is protobuf's zero and not written
        QCOMPARE(s.record.start, int64_t(1485467191639875001));
        QCOMPARE(s.record.duration, int64_t(5000));
        QCOMPARE(int(s.record.flags), 0);
    }

    void typedValues() {
        const RecordingSink sink = import(span(
            ",'tags':[{'key':'s','vType':'STRING','vStr':'x'},{'key':'i','vType':'INT64','vInt64':'9007199254740993'},{'key':'b','vType':'BOOL'},"
            "{'key':'f','vType':'FLOAT64','vFloat64':72.5},{'key':'n','vType':3,'vFloat64':'NaN'},{'key':'y','vType':'BINARY','vBinary':'AAAwOQ=='},"
            "{'key':'all','vType':'INT64','vStr':'','vBool':false,'vInt64':7,'vFloat64':0,'vBinary':null},{'key':'none'},"
            "{'key':'span.kind','vStr':'client'},{'key':'error','vType':'BOOL','vBool':true}],"
            "'logs':[{'timestamp':'2017-01-26T21:46:31Z','fields':[{'key':'event','vStr':'retry'},{'key':'try','vType':'INT64','vInt64':2}]}],"
            "'warnings':['late'],'flags':1"));
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.attribute("s"), std::string("x"));
        QCOMPARE(s.attribute("i"), std::string("9007199254740993"));
        QCOMPARE(s.type("i"), ValueType::Int);
        QCOMPARE(s.attribute("b"), std::string("false"));
        QCOMPARE(s.type("b"), ValueType::Bool);
        QCOMPARE(s.type("f"), ValueType::Double);
        QCOMPARE(s.attribute("n"), std::string("NaN"));
        QCOMPARE(s.type("n"), ValueType::String);
        QCOMPARE(s.type("y"), ValueType::Bytes);
        QCOMPARE(s.attribute("all"), std::string("7"));
        QCOMPARE(s.type("all"), ValueType::Int);
        QCOMPARE(s.attribute("none"), std::string());
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.events.at(0).name, std::string("retry"));
        QCOMPARE(s.events[0].time, int64_t(1485467191000000000));
        QCOMPARE(s.events[0].attributes.at(0).value, std::string("2"));
        QCOMPARE(s.attribute("jaeger.warnings"), std::string("[\"late\"]"));
    }

    void times() {
        const std::string ids = "{'traceId':'AAAAAAAAAAAAAAAAAAAAoQ==','spanId':'AAAAAAAAAAI='";
        const RecordingSink sink = import("[" + ids + ",'startTime':'2017-01-26T21:46:31Z','duration':'5000ns'}," + ids +
                                          ",'startTime':'2017-01-26T21:46:31Z','duration':'-1s'}," + ids + ",'startTime':'0001-01-01T00:00:00Z'}," + ids +
                                          ",'startTime':'2017-01-26T21:46:31Z','duration':'0s'}," + ids + ",'startTime':'yesterday','duration':'long'}]");
        QCOMPARE(sink.spans.at(0).record.duration, int64_t(5000));
        QCOMPARE(int(sink.spans.at(1).record.flags), int(kNegative));
        QCOMPARE(int(sink.spans.at(2).record.flags), int(kNoStart | kUnfinished));
        QCOMPARE(int(sink.spans.at(3).record.flags), 0);
        QCOMPARE(int(sink.spans.at(4).record.flags), int(kNoStart | kUnfinished | kRepaired));
        QCOMPARE(sink.repairCount(), size_t(1));
    }

    void references() {
        const std::string trace = "'traceId':'AAAAAAAAAAAAAAAAAAAAoQ=='";
        const RecordingSink sink = import("{" + trace + ",'spanId':'AAAAAAAAAAI=','startTime':'2017-01-26T21:46:31Z','duration':'1s','references':["
                                          "{'refType':'FOLLOWS_FROM'," + trace + ",'spanId':'AAAAAAAAAAQ='},{'refType':0," + trace + ",'spanId':'AAAAAAAAAAM='}]}");
        QCOMPARE(sink.spans.at(0).record.parent.id, SpanId(3));
        QCOMPARE(sink.spans[0].links.at(0).span, SpanId(4));
        QCOMPARE(sink.spans[0].links[0].attributes.at(0).value, std::string("follows_from"));
    }

    void badRecords() {
        const RecordingSink sink = import("{'spans':[" + span(kInline) + ",{'operationName':'x'},17," + span(kInline) + "]}");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(2));
    }

    void aProcessThatIsMissing() {
        const RecordingSink sink = import("{'spans':[" + span(",'processId':'p1'") + "],'processMap':[{'process':" + kProcess + "}]}");
        QVERIFY(sink.repairs.contains("a process id that is not in the trace's table"));
    }

    void cutOffAnywhere() {
        const std::string text = json("{'spans':[" + span(",'tags':[{'key':'i','vType':'INT64','vInt64':23}]") + "],'process':" + kProcess + "}");
        for (size_t size = 0; size < text.size(); ++size) {
            const RecordingSink sink = importBytes("jaeger-model", text.substr(0, size));
            QVERIFY(sink.spans.size() <= 1);
            for (const RecordedSpan& s : sink.spans) {
                QCOMPARE(s.record.trace.id.low, uint64_t(0xa1));
                QCOMPARE(s.record.span.id, SpanId(2));
                QVERIFY(s.record.parent.id == 1 || s.record.parent.id == 0);
                QVERIFY(s.record.start == 1485467191639875001 || s.record.start == 0);
                QVERIFY(s.record.duration == 5000 || s.record.duration == 0);
                QVERIFY2(s.attribute("i") == "23" || s.attribute("i") == "(none)", s.attribute("i").c_str());
                QVERIFY(sink.service(s) == "cart" || sink.service(s) == "(none)" || sink.service(s).empty());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestJaegerModel)
#include "tst_jaeger_model.moc"
