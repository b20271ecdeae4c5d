#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("jaeger-es", json(text)); }

const std::string kSpan = "{'traceID':'a1','spanID':'b2','operationName':'op','references':[{'refType':'CHILD_OF','traceID':'a1','spanID':'b1'}],"
                          "'startTime':1485467191639875,'startTimeMillis':1485467191639,'duration':5,"
                          "'tags':[{'key':'span.kind','type':'string','value':'server'}],"
                          "'tag':{'http@status_code':'500','sampled':true},"
                          "'process':{'serviceName':'cart','tag':{'host@name':'h1'}}}";
const std::string kHit = "{'_index':'jaeger-span-2017-01-26','_id':'x','_score':1.0,'_source':" + kSpan + ",'sort':[1]}";

} // namespace

class TestJaegerEs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        const std::string search = "{'took':3,'timed_out':false,'_shards':{'total':1},'hits':{'total':{'value':2},'max_score':1.0,'hits':[" +
                                   kHit + "," + kHit + "]}}";
        row("bare", kSpan, 1);
        row("list", "[" + kSpan + "," + kSpan + "]", 2);
        row("lines", kSpan + "\n" + kSpan + "\n", 2);
        row("hit", kHit, 1);
        row("lines of hits", kHit + "\n" + kHit + "\n", 2);
        row("search", search, 2);
        row("several searches", "{'responses':[" + search + "," + search + "]}", 4);
        row("bulk", "{'index':{'_index':'jaeger-span-2017-01-26'}}\n" + kSpan + "\n{'create':{}}\n" + kSpan + "\n", 2);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const std::string text = json(input.toStdString());
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "jaeger-es", reason.c_str());
        const RecordingSink sink = importBytes("jaeger-es", text);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        const RecordedSpan& s = sink.spans.back();
        QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(sink.contexts[s.record.context].attribute("host.name"), std::string("h1"));
        QCOMPARE(s.record.kind, Kind::Server);
        QCOMPARE(s.record.parent.id, SpanId(0xb1));
        QCOMPARE(s.record.start, int64_t(1485467191639875000));
        QCOMPARE(s.record.duration, int64_t(5000));
        QCOMPARE(s.attribute("http.status_code"), std::string("500"));
        QCOMPARE(s.type("sampled"), ValueType::Bool);
    }

    void onlyMilliseconds() {
        const RecordingSink sink = import("{'traceID':'1','spanID':'2','operationName':'op','startTimeMillis':7,'duration':1}");
        QCOMPARE(sink.spans.at(0).record.start, int64_t(7'000'000));
        QCOMPARE(int(sink.spans[0].record.flags), 0);
    }

    void servicesAreIgnored() {
        const RecordingSink sink = import("{'_source':" + kSpan + "}\n{'_source':{'serviceName':'cart','operationName':'op'}}\n"
                                          "{'serviceName':'cart','operationName':'op'}\n");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.skipCount(), size_t(0));
        QCOMPARE(sink.ignores.at("entries of Jaeger's index of services"), uint64_t(2));
    }

    void binaryIsHex() {
        for (const auto& [hex, base64] : std::map<std::string, std::string>{
                 {"00003039", "AAAwOQ=="}, {"000030", "AAAw"}, {"00fF", "AP8="}, {"", ""}, {"abc", "abc"}, {"no", "no"}}) {
            const RecordingSink sink = import("{'traceID':'1','spanID':'2','operationName':'op','startTimeMillis':7,'duration':1,"
                                              "'tags':[{'key':'b','type':'binary','value':'" + hex + "'}]}");
            QCOMPARE(sink.spans.at(0).attribute("b"), base64);
            QCOMPARE(sink.spans[0].type("b"), ValueType::Bytes);
        }
    }

    // The '@' of a plain map is its own.
    void dotsOnlyInTag() {
        const RecordingSink sink = import("{'traceID':'1','spanID':'2','operationName':'op','startTimeMillis':7,'duration':1,'tags':{'a@b':1}}");
        QCOMPARE(sink.spans.at(0).attribute("a@b"), std::string("1"));
    }

    void badRecords() {
        const RecordingSink sink = import("{'hits':{'hits':[" + kHit + ",{'_source':{'spanID':'1','duration':1}},17," + kHit + "]}}");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(1));
    }

    void cutOffAnywhere() {
        const std::string text = json("{'hits':{'hits':[" + kHit + "]}}");
        for (size_t size = 0; size < text.size(); ++size) {
            const RecordingSink sink = importBytes("jaeger-es", text.substr(0, size));
            QVERIFY(sink.spans.size() <= 1);
            for (const RecordedSpan& s : sink.spans) {
                QCOMPARE(s.record.trace.id.low, uint64_t(0xa1));
                QCOMPARE(s.record.span.id, SpanId(0xb2));
                QVERIFY(s.record.parent.id == 0xb1 || s.record.parent.id == 0);
                QVERIFY(s.record.start == 1485467191639875000 || s.record.start == 0);
                QVERIFY(s.record.duration == 5000 || s.record.duration == 0);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestJaegerEs)
#include "tst_jaeger_es.moc"
