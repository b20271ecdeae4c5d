#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

/// Apostrophes are quotes, and @ a quote inside a string.
RecordingSink import(const std::string& text) {
    std::string bytes;
    for (const char c : json(text))
        bytes += c == '@' ? "\\\"" : std::string(1, c);
    return importBytes("zipkin-v2", bytes);
}

const std::string kSpan = "{'traceId':'a1','id':'b1','parentId':'b0','kind':'CLIENT','name':'get','timestamp':10,'duration':5,"
                          "'localEndpoint':{'serviceName':'cart','ipv4':'10.0.0.1','port':8080}}";

} // namespace

class TestZipkinV2 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        row("list", "[" + kSpan + "," + kSpan + "]", 2);
        row("single", kSpan, 1);
        row("list of lists", "[[" + kSpan + "],[" + kSpan + "," + kSpan + "]]", 3);
        row("lines", kSpan + "\n" + kSpan + "\n", 2);
        row("lines of lists", "[" + kSpan + "]\n[" + kSpan + "]\n", 2);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const RecordingSink sink = import(input.toStdString());
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        const RecordedSpan& s = sink.spans.back();
        QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(sink.contexts[s.record.context].attribute("net.host.ip"), std::string("10.0.0.1"));
        QCOMPARE(sink.contexts[s.record.context].attribute("net.host.port"), std::string("8080"));
        QCOMPARE(sink.contexts.size(), size_t(1));
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(s.record.parent.id, SpanId(0xb0));
        QCOMPARE(s.record.start, int64_t(10000));
        QCOMPARE(s.record.duration, int64_t(5000));
    }

    void tooDeepIsSaid() {
        const RecordingSink sink = import("[" + kSpan + ",[[[[" + kSpan + "]]]]]");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.skipCount(), size_t(1)); // it was left out in silence
    }

    void fields() {
        const RecordingSink sink = import(
            "[{'traceId':'4d1e00c0db9010db86154a4ba6e91385','id':'b1','shared':true,'debug':true,'kind':'SERVER','localEndpoint':null,"
            "'remoteEndpoint':{'serviceName':'db','ipv6':'::1','port':9000},'annotations':[{'timestamp':7,'value':'foo'}],"
            "'tags':{'http.path':'/api','error':'no way'}}]");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(int(s.record.flags), int(kSharedId | kNoStart | kUnfinished));
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.statusMessage, std::string("no way"));
        QCOMPARE(s.attribute("error"), std::string("no way"));
        QCOMPARE(s.attribute("http.path"), std::string("/api"));
        QCOMPARE(s.attribute("peer.service"), std::string("db"));
        QCOMPARE(s.attribute("net.peer.ip"), std::string("::1"));
        QCOMPARE(s.attribute("net.peer.port"), std::string("9000"));
        QCOMPARE(s.attribute("zipkin.debug"), std::string("true"));
        QCOMPARE(s.events.at(0).name, std::string("foo"));
        QCOMPARE(s.events.at(0).time, int64_t(7000));
        QCOMPARE(sink.service(s), std::string("(none)"));
    }

    // As the OpenTelemetry collector writes what Zipkin has no place for; all of it stayed in tags and annotations.
    void whatTheCollectorWrites() {
        const RecordingSink sink = import(
            "[{'traceId':'a1','id':'b1','name':'n','timestamp':10,'localEndpoint':{'serviceName':'cart'},'annotations':["
            "{'timestamp':11,'value':'retry|{@n@:3,@ok@:true,@d@:1.5,@text@:@x@,@list@:[1]}|0'},{'timestamp':12,'value':'a|b|{@k@:@v|{}|1@}|2'},"
            "{'timestamp':13,'value':'a|{x}|0'},{'timestamp':14,'value':'|{}|0'},{'timestamp':15,'value':'{}|0'},{'timestamp':16,'value':'a|{}|z'}],"
            "'tags':{'otlp.link.10':'d1|e1||{}|0','otlp.link.2':'c1|f1|s=1|2|{@why@:@batch@}|0','otlp.link.3':'nothing',"
            "'" + formerScopeTag("name") + "':'lib','" + formerScopeTag("version") + "':'1','w3c.tracestate':'a=b','span.kind':'internal',"
            "'otel.status_code':'STATUS_CODE_OK','x':'y'}}]");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.kind, Kind::Internal);
        QCOMPARE(s.record.status, Status::Ok);
        QCOMPARE(s.traceState, std::string("a=b"));
        QCOMPARE(sink.contexts[s.record.context].scopeName, std::string("lib"));
        QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(s.attributes.size(), size_t(2)); // x, and the link that is none
        QCOMPARE(s.attribute("otlp.link.3"), std::string("nothing"));
        QCOMPARE(s.links.size(), size_t(2));
        QCOMPARE(s.links[0].trace.low, uint64_t(0xc1)); // by number, not by text
        QCOMPARE(s.links[0].span, SpanId(0xf1));
        QCOMPARE(s.links[0].attributes.at(0).value, std::string("batch"));
        QCOMPARE(s.links[1].trace.low, uint64_t(0xd1));
        QCOMPARE(s.events.size(), size_t(6));
        QCOMPARE(s.events[0].name, std::string("retry"));
        QCOMPARE(s.events[0].attributes.size(), size_t(5));
        QCOMPARE(s.events[0].attributes[0].type, ValueType::Int);
        QCOMPARE(s.events[0].attributes[1].type, ValueType::Bool);
        QCOMPARE(s.events[0].attributes[2].type, ValueType::Double);
        QCOMPARE(s.events[0].attributes[3].value, std::string("x"));
        QCOMPARE(s.events[0].attributes[4].value, std::string("[1]"));
        QCOMPARE(s.events[1].name, std::string("a|b"));
        QCOMPARE(s.events[1].attributes.at(0).value, std::string("v|{}|1"));
        QCOMPARE(s.events[2].name, std::string("a|{x}|0")); // no object
        QCOMPARE(s.events[3].name, std::string());
        QCOMPARE(s.events[4].name, std::string("{}|0"));
        QCOMPARE(s.events[5].name, std::string("a|{}|z"));
    }

    void aKindThatIsSaidCounts() {
        const RecordingSink sink = import("[{'traceId':'1','id':'2','tags':{'span.kind':'internal'},'kind':'SERVER'},{'traceId':'1','id':'3','tags':{'span.kind':'odd'}}]");
        QCOMPARE(sink.spans.at(0).record.kind, Kind::Server);
        QCOMPARE(sink.spans[0].attribute("span.kind"), std::string("internal"));
        QCOMPARE(sink.spans.at(1).record.kind, Kind::Unspecified);
        QCOMPARE(sink.spans[1].attribute("span.kind"), std::string("odd"));
    }

    /// What says INTERNAL, for which Zipkin has no word, may stand beside an attribute of that name.
    void aKindBesideAnAttribute() {
        const RecordingSink sink = import("[{'traceId':'1','id':'2','tags':{'span.kind':'SPAN_KIND_INTERNAL','k':'v'}}]");
        QCOMPARE(sink.spans.at(0).record.kind, Kind::Internal);
        QCOMPARE(sink.spans[0].attribute("span.kind"), std::string("(none)"));
        QCOMPARE(sink.spans[0].attribute("k"), std::string("v"));
    }

    /// PHP writes an empty map as a list, and the span was gone.
    void partsOfAnotherType() {
        const RecordingSink sink = import("[{'traceId':'1','id':'2','name':'a','tags':[]},{'traceId':'1','id':'3','tags':['x']},{'traceId':'1','id':'4','annotations':'x'}]");
        QCOMPARE(sink.spans.size(), size_t(3));
        QCOMPARE(int(sink.spans[0].record.flags & kRepaired), 0);
        QCOMPARE(sink.repairs.at("a part that is no object left out").size(), size_t(1));
        QCOMPARE(sink.repairs.at("a part that is no list left out").size(), size_t(1));
    }

    void errorFalseIsNone() {
        const RecordingSink sink = import("[{'traceId':'1','id':'2','tags':{'error':'false'}}]");
        QCOMPARE(sink.spans.at(0).record.status, Status::Unset);
    }

    void badRecords() {
        const RecordingSink sink = import("[" + kSpan + ",{'id':'1'},17," + kSpan + ",{'traceId':'1','id':'2','kind':'ODD'}]");
        QCOMPARE(sink.spans.size(), size_t(3));
        QCOMPARE(sink.skipCount(), size_t(2));
        QCOMPARE(sink.repairCount(), size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestZipkinV2)
#include "tst_zipkin_v2.moc"
