#include "import_test.h"

#include <QtTest/QtTest>

#include <set>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("elastic-intake", json(text)); }

const std::string kMetadata = "{'metadata':{'service':{'name':'shop','version':'1.2','environment':'prod','agent':{'name':'nodejs','version':'3'},"
                              "'node':{'configured_name':'n1'}},'system':{'hostname':'h1','kubernetes':{'pod':{'name':'p1'}}},'process':{'pid':7},"
                              "'labels':{'team':'blue'},'user':null}}\n";
const std::string kIds = "'id':'00000000000000a1','trace_id':'000000000000000000000000000000f1'";

std::string transaction(const std::string& more = {}) {
    return "{'transaction':{" + kIds + ",'name':'GET /cart','type':'request','timestamp':1700000000000001,'duration':32.592981" + more + "}}\n";
}
std::string span(const std::string& more) {
    return "{'span':{'id':'b1','trace_id':'f1','transaction_id':'a1','name':'call','timestamp':1700000000000002,'duration':1" + more + "}}\n";
}

} // namespace

class TestElasticIntake : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void events() {
        const std::string text = json(kMetadata + transaction(",'parent_id':'c1','result':'HTTP 2xx','outcome':'success','sampled':true,"
            "'context':{'user':{'id':42,'username':'kim'},'tags':{'order':'o1','n':3},'custom':{'basket':2},"
            "'request':{'method':'GET','http_version':'1.1','url':{'full':'http://h:1/a?q=1','protocol':'http:','pathname':'/a','search':'?q=1','port':'1'},"
            "'headers':{'user-agent':'curl','X-Id':['1','2']},'socket':{'remote_address':'::1'}},'response':{'status_code':200}}") +
            span(",'parent_id':'a1','type':'db.postgresql.query','outcome':'failure','sync':false,'stacktrace':[{'lineno':1}],"
            "'context':{'db':{'statement':'SELECT 1','type':'sql','instance':'carts'},'destination':{'address':'pg','port':5432,"
            "'service':{'resource':'postgresql','name':'postgresql','type':'db'}}},'links':[{'trace_id':'f2','span_id':'d1'}]") +
            "{'metricset':{'samples':{}}}\n{'metricset':{}}\n");
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "elastic-intake", reason.c_str());
        const RecordingSink sink = importBytes("elastic-intake", text);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray("ignored 2: metrics; "));
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.contexts.size(), size_t(1));
        const RecordedContext& context = sink.contexts[0];
        for (const auto& [key, value] : {std::pair{"service.name", "shop"}, {"service.version", "1.2"}, {"deployment.environment.name", "prod"},
                                         {"service.instance.id", "n1"}, {"host.name", "h1"}, {"k8s.pod.name", "p1"}, {"team", "blue"},
                                         {"agent.name", "nodejs"}, {"process.pid", "7"}})
            QCOMPARE(context.attribute(key), std::string(value));
        const RecordedSpan &t = sink.spans[0], &s = sink.spans[1];
        QCOMPARE(t.record.kind, Kind::Server);
        QCOMPARE(t.record.status, Status::Ok);
        QCOMPARE(t.record.start, int64_t(1700000000000001000));
        QCOMPARE(t.record.duration, int64_t(32592981));
        QCOMPARE(t.record.parent.id, SpanId(0xc1));
        for (const auto& [key, value] : {std::pair{"user.id", "42"}, {"user.name", "kim"}, {"order", "o1"}, {"custom.basket", "2"},
                                         {"http.request.method", "GET"}, {"url.full", "http://h:1/a?q=1"}, {"url.scheme", "http"},
                                         {"url.query", "q=1"}, {"url.path", "/a"}, {"user_agent.original", "curl"},
                                         {"http.request.header.x-id", "[\"1\",\"2\"]"}, {"network.peer.address", "::1"},
                                         {"http.response.status_code", "200"}, {"transaction.result", "HTTP 2xx"}, {"sampled", "true"}})
            QCOMPARE(t.attribute(key), std::string(value));
        QCOMPARE(t.type("n"), ValueType::Int);
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.record.parent.id, SpanId(0xa1));
        for (const auto& [key, value] : {std::pair{"db.system.name", "postgresql"}, {"db.query.text", "SELECT 1"}, {"db.namespace", "carts"},
                                         {"peer.service", "postgresql"}, {"server.address", "pg"}, {"server.port", "5432"},
                                         {"span.type", "db.postgresql.query"}, {"code.stacktrace", "[{\"lineno\":1}]"}, {"transaction.id", "a1"}})
            QCOMPARE(s.attribute(key), std::string(value));
        QCOMPARE(s.links.size(), size_t(1));
        QCOMPARE(s.links[0].trace, (TraceId{0, 0xf2}));
        QCOMPARE(s.links[0].span, SpanId(0xd1));
    }

    void metadataHoldsForWhatFollows() {
        const RecordingSink sink = import(transaction() + kMetadata + transaction() + transaction(",'context':{'service':{'name':'other','agent':{}}}") +
                                          transaction() + "{'metadata':{'service':{'name':'second'}}}\n" + transaction() + "{'metadata':17}\n" + transaction());
        QCOMPARE(sink.spans.size(), size_t(6));
        const char* const services[] = {"(none)", "shop", "other", "shop", "second", "(none)"};
        for (size_t i = 0; i < 6; ++i)
            QCOMPARE(sink.service(sink.spans[i]), std::string(services[i]));
        QCOMPARE(sink.contexts[sink.spans[2].record.context].attribute("service.version"), std::string("1.2"));
        QCOMPARE(sink.skipCount(), size_t(1));
    }

    void kinds_data() {
        QTest::addColumn<QByteArray>("event");
        QTest::addColumn<int>("kind");
        const auto row = [](const std::string& event, Kind kind) { QTest::newRow(event.c_str()) << QByteArray::fromStdString(event) << int(kind); };
        const auto tx = [](const char* more) { return "{'transaction':{" + kIds + "," + more + "}}"; };
        row(tx("'type':'messaging'"), Kind::Consumer);
        row(tx("'type':'page-load'"), Kind::Internal);
        row(tx("'type':'request','otel':{'span_kind':'CONSUMER'}"), Kind::Consumer);
        row(span(",'type':'messaging','subtype':'kafka','action':'send'"), Kind::Producer);
        row(span(",'type':'messaging.kafka.receive'"), Kind::Consumer);
        row(span(",'type':'app'"), Kind::Internal);
        row(span(",'type':'external','subtype':'http'"), Kind::Client);
        row(span(",'type':'custom','context':{'destination':{'service':{'resource':'x'}}}"), Kind::Client);
    }
    void kinds() {
        QFETCH(QByteArray, event);
        QFETCH(int, kind);
        const RecordingSink sink = import(event.toStdString());
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(int(sink.spans[0].record.kind), kind);
    }

    void missingFields() {
        const RecordingSink sink = import("{'span':{'id':'b1','trace_id':'f1','transaction_id':'a1','start':1.845}}\n"
                                          "{'span':{'id':'b2','trace_id':'zz-not-hex','parent_id':'4340a8e0df1906ecbfa9','duration':'long','timestamp':0}}\n");
        QCOMPARE(int(sink.spans.at(0).record.flags), int(kNoStart | kUnfinished));
        QCOMPARE(sink.spans[0].record.parent.id, SpanId(0xa1));
        QCOMPARE(sink.spans[0].attribute("start"), std::string("1.845"));
        QCOMPARE(int(sink.spans.at(1).record.flags), int(kUnfinished | kRepaired));
        QCOMPARE(sink.spans[1].traceText, std::string("zz-not-hex"));
    }

    void errors() {
        const RecordingSink sink = import(kMetadata +
            "{'error':{'id':'e1','trace_id':'f1','parent_id':'b1','transaction_id':'a1','timestamp':1700000000000003,'culprit':'f',"
            "'exception':{'type':'IOError','message':'gone','stacktrace':[{'lineno':3}],'handled':false}}}\n"
            "{'error':{'id':'e2','trace_id':'f1','transaction_id':'a1','log':{'message':'careful','level':'warning'}}}\n");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(sink.logs.size(), size_t(2));
        QCOMPARE(sink.logs[0].record.span.id, SpanId(0xb1));
        QCOMPARE(sink.logs[0].record.time, int64_t(1700000000000003000));
        QCOMPARE(sink.logs[0].eventName, std::string("exception"));
        QCOMPARE(sink.logs[0].record.severity, 17);
        QCOMPARE(sink.logs[0].body, std::string("gone"));
        std::set<std::string> keys;
        for (const RecordedAttribute& attribute : sink.logs[0].attributes)
            keys.insert(attribute.key);
        QVERIFY(keys.contains("exception.type") && keys.contains("exception.message") && keys.contains("exception.stacktrace") && keys.contains("culprit"));
        QCOMPARE(sink.logs[1].record.span.id, SpanId(0xa1));
        QCOMPARE(sink.logs[1].record.severity, 13);
        QCOMPARE(sink.logs[1].body, std::string("careful"));
        QCOMPARE(sink.contexts[sink.logs[1].record.context].attribute("service.name"), std::string("shop"));
    }

    void rumV3() {
        const std::string text = json(
            "{'m':{'se':{'n':'web','ve':'9','en':'prod','a':{'n':'rum-js','ve':'5'},'la':{'n':'javascript'}},'u':{'id':'u1'},'l':{'site':'de'}}}\n"
            "{'x':{'id':'a1','tid':'f1','n':'/cart','t':'page-load','d':500.5,'o':'success','timestamp':1700000000000000,'yc':{'sd':2},"
            "'c':{'p':{'url':'http://shop/'},'g':{'k':'v'},'r':{'sc':200}},"
            "'y':[{'id':'b1','n':'GET /x','t':'external','su':'http','s':100.5,'d':20,'c':{'h':{'mt':'GET','url':'http://api/x','sc':404},'dt':{'ad':'api','po':80}}},"
            "{'n':'no id','t':'app','s':1,'d':1},{'id':'b2','n':'inner','t':'app','s':101,'d':1,'pi':0}],'me':[{'sa':{}}]}}\n"
            "{'e':{'id':'e1','tid':'f1','pid':'a1','ex':{'mg':'undefined','t':'TypeError'}}}\n");
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "elastic-intake", reason.c_str());
        const RecordingSink sink = importBytes("elastic-intake", text);
        QCOMPARE(sink.skipCount(), size_t(1));
        QCOMPARE(sink.spans.size(), size_t(3));
        const RecordedSpan &t = sink.spans[0], &get = sink.spans[1], &inner = sink.spans[2];
        QCOMPARE(sink.service(t), std::string("web"));
        QCOMPARE(sink.contexts[0].attribute("site"), std::string("de"));
        QCOMPARE(t.name, std::string("/cart"));
        QCOMPARE(t.record.kind, Kind::Internal);
        QCOMPARE(t.record.duration, int64_t(500500000));
        QCOMPARE(t.attribute("page.url"), std::string("http://shop/"));
        QCOMPARE(t.attribute("k"), std::string("v"));
        QCOMPARE(t.attribute("http.response.status_code"), std::string("200"));
        QCOMPARE(t.attribute("span_count.started"), std::string("2"));
        QCOMPARE(get.record.trace.id, t.record.trace.id);
        QCOMPARE(get.record.parent.id, SpanId(0xa1));
        QCOMPARE(get.record.start, int64_t(1700000000100500000));
        QCOMPARE(get.record.kind, Kind::Client);
        QCOMPARE(get.attribute("url.full"), std::string("http://api/x"));
        QCOMPARE(get.attribute("server.address"), std::string("api"));
        QCOMPARE(inner.record.parent.id, SpanId(0xb1));
        QCOMPARE(sink.logs.size(), size_t(1));
        QCOMPARE(sink.logs[0].body, std::string("undefined"));
        // Without the transaction's time that of its spans is not known either.
        const RecordingSink timeless = import("{'x':{'id':'a1','tid':'f1','t':'page-load','d':1,'y':[{'id':'b1','s':5,'d':1}]}}");
        QCOMPARE(int(timeless.spans.at(1).record.flags), int(kNoStart));
        QCOMPARE(timeless.spans.at(1).attribute("start"), std::string("5"));
    }

    /// One that is no span took those behind it along.
    void aBadSpanOfATransaction() {
        const RecordingSink sink = import("{'x':{'id':'a1','tid':'f1','t':'page-load','d':1,'y':[{'id':'b1','s':5,'d':1},17,{'id':'b2','s':5,'d':1}]}}");
        QCOMPARE(sink.spans.size(), size_t(3));
        QCOMPARE(sink.skips.at("not a JSON object where a span of a transaction should be").size(), size_t(1));
    }

    void badRecords() {
        const RecordingSink sink = import(kMetadata + transaction() + "{'tennis':{'court':1}}\n{'span':{'id':'b1'}}\n{'span':17}\n{'span':{'id':'b1','tra\n" +
                                          transaction() + "17\n" + transaction());
        QCOMPARE(sink.spans.size(), size_t(3));
        QVERIFY2(sink.skipCount() >= 5, sink.problems().c_str());
        QCOMPARE(sink.skips.at("an event of an unknown type").size(), size_t(1));
    }

    void truncation() {
        const std::string text = json(kMetadata + transaction(",'context':{'tags':{'k':'value'}}") + span(",'type':'db'"));
        for (size_t size = 0; size < text.size(); ++size) {
            const RecordingSink sink = importBytes("elastic-intake", text.substr(0, size));
            for (const RecordedSpan& s : sink.spans) {
                QVERIFY2(s.record.span.id == 0xa1 || s.record.span.id == 0xb1, text.substr(0, size).c_str());
                QVERIFY(s.record.trace.id == (TraceId{0, 0xf1}));
                QVERIFY(s.name == "GET /cart" || s.name == "call" || s.name.empty());
                QVERIFY(s.record.start / 1000 == 1700000000000001 || s.record.start / 1000 == 1700000000000002 || (s.record.flags & kNoStart) != 0);
                QVERIFY(s.record.duration == 32592981 || s.record.duration == 1000000 || (s.record.flags & kUnfinished) != 0);
                QVERIFY(s.attribute("k") == "value" || s.attribute("k") == "(none)");
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestElasticIntake)
#include "tst_elastic_intake.moc"
