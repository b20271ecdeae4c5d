#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("elastic-es", json(text)); }

const std::string kSpan =
    "{'@timestamp':'2023-11-14T22:13:20.000Z','processor':{'event':'span','name':'transaction'},'trace':{'id':'000000000000000000000000000000f1'},"
    "'transaction':{'id':'a1'},'parent':{'id':'a1'},'timestamp':{'us':1700000000000001},'event':{'outcome':'failure'},'labels':{'order':'o1'},"
    "'service':{'name':'shop','version':'2','environment':'prod','node':{'name':'n1'}},'host':{'name':'h1','os':{'platform':'linux'}},"
    "'span':{'id':'b1','name':'SELECT','type':'db','subtype':'mysql','action':'query','duration':{'us':3781},'db':{'statement':'SELECT 1','type':'sql'},"
    "'destination':{'service':{'resource':'mysql'}},'links':[{'trace':{'id':'f2'},'span':{'id':'d1'}}]}}";
/// The same with dotted names and lists.
const std::string kFields =
    "{'@timestamp':['2023-11-14T22:13:20.000Z'],'processor.event':['span'],'trace.id':['000000000000000000000000000000f1'],'transaction.id':['a1'],"
    "'parent.id':['a1'],'timestamp.us':[1700000000000001],'event.outcome':['failure'],'labels.order':['o1'],'service.name':['shop'],"
    "'service.name.text':['shop'],'service.version':['2'],'service.environment':['prod'],'service.node.name':['n1'],'host.name':['h1'],'host.os.platform':['linux'],"
    "'span.id':['b1'],'span.name':['SELECT'],'span.name.text':['SELECT'],'span.type':['db'],'span.subtype':['mysql'],'span.action':['query'],"
    "'span.duration.us':[3781],'span.db.statement':['SELECT 1'],'span.db.type':['sql'],'span.destination.service.resource':['mysql'],"
    "'span.links':[{'trace':{'id':'f2'},'span':{'id':'d1'}}],'labels.many':['a','b']}";

} // namespace

class TestElasticEs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        row("list", "[" + kSpan + "," + kSpan + "]", 2);
        row("lines", kSpan + "\n" + kSpan + "\n", 2);
        row("dump", "{'_index':'apm','_id':'1','_source':" + kSpan + "}\n{'_index':'apm','_id':'2','_source':" + kSpan + "}\n", 2);
        row("search", "{'took':3,'hits':{'total':{'value':1},'hits':[{'_index':'apm','_source':" + kSpan + "}]}}", 1);
        row("fields", "[" + kFields + "]", 1);
        row("search for fields", "{'hits':{'hits':[{'_id':'1','fields':" + kFields + "}]}}", 1);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const std::string text = json(input.toStdString());
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "elastic-es", reason.c_str());
        const RecordingSink sink = importBytes("elastic-es", text);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        const RecordedSpan& s = sink.spans.back();
        QCOMPARE(s.record.trace.id, (TraceId{0, 0xf1}));
        QCOMPARE(s.record.span.id, SpanId(0xb1));
        QCOMPARE(s.record.parent.id, SpanId(0xa1));
        QCOMPARE(s.name, std::string("SELECT"));
        QCOMPARE(s.record.start, int64_t(1700000000000001000));
        QCOMPARE(s.record.duration, int64_t(3781000));
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(sink.service(s), std::string("shop"));
        QCOMPARE(sink.contexts.size(), size_t(1));
        for (const auto& [key, value] : {std::pair{"service.version", "2"}, {"deployment.environment.name", "prod"}, {"service.instance.id", "n1"},
                                         {"host.name", "h1"}, {"os.type", "linux"}})
            QCOMPARE(sink.contexts[0].attribute(key), std::string(value));
        for (const auto& [key, value] : {std::pair{"db.query.text", "SELECT 1"}, {"db.system.name", "mysql"}, {"peer.service", "mysql"},
                                         {"order", "o1"}, {"span.type", "db"}, {"transaction.id", "a1"}, {"db.type", "sql"}})
            QCOMPARE(s.attribute(key), std::string(value));
        QCOMPARE(s.links.size(), size_t(1));
        QCOMPARE(s.links[0].span, SpanId(0xd1));
        QCOMPARE(s.attribute("span.name.text"), std::string("(none)"));
    }

    void transactionsErrorsAndOthers() {
        const RecordingSink sink = import(
            "[{'@timestamp':['2023-11-14T22:13:20.5Z'],'processor.event':['transaction'],'trace.id':['f1'],'transaction.id':['a1'],'span.id':['a1'],"
            "'transaction.name':['GET /'],'transaction.type':['request'],'transaction.duration.us':[31536000000000],'event.outcome':['success'],"
            "'transaction.result':['HTTP 2xx'],'labels.many':['a','b'],'http.response.status_code':[200],'url.domain':['shop']},"
            "{'processor.event':['error'],'trace.id':['f1'],'parent.id':['a1'],'span.id':['a1'],'timestamp.us':[5],'error.exception.type':['E'],'error.exception.message':['gone'],'message':['gone']},"
            "{'@timestamp':['2023-11-14T22:13:20.5Z'],'trace.id':['f1'],'span.id':['a1'],'message':['an event']},"
            "{'processor':{'event':'metric'},'metricset':{}},{'message':'no trace'},"
            "{'trace':{'id':'f1'},'transaction':{'id':'a2','duration':{'us':1},'name':'no processor'}}]");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray("ignored 1: documents that are neither spans nor logs of traces; ignored 1: metrics; "));
        QCOMPARE(sink.spans.size(), size_t(2));
        const RecordedSpan& t = sink.spans[0];
        QCOMPARE(t.record.kind, Kind::Server);
        QCOMPARE(t.record.status, Status::Ok);
        QCOMPARE(t.record.start, int64_t(1700000000500000000));
        QCOMPARE(t.record.duration, int64_t(31536000000000000));
        QCOMPARE(t.attribute("many"), std::string("[\"a\",\"b\"]"));
        QCOMPARE(t.attribute("http.response.status_code"), std::string("200"));
        QCOMPARE(t.attribute("server.address"), std::string("shop"));
        QCOMPARE(t.attribute("transaction.result"), std::string("HTTP 2xx"));
        QCOMPARE(int(sink.spans[1].record.flags), int(kNoStart));
        QCOMPARE(sink.logs.size(), size_t(2));
        QCOMPARE(sink.logs[0].eventName, std::string("exception"));
        QCOMPARE(sink.logs[0].body, std::string("gone"));
        QCOMPARE(sink.logs[1].record.span.id, SpanId(0xa1));
        QCOMPARE(sink.logs[1].body, std::string("an event"));
    }

    /// A path ending ".text" is another one once more where it says the same.
    void textOfSearches() {
        const RecordingSink sink = importBytes("elastic-es", json("{'_source':{'processor':{'event':'transaction'},'trace':{'id':'1'},'transaction':{'id':'2','duration':{'us':1},'type':'t'},"
                                                                  "'labels':{'note.text':'b','note':'a','other.text':'c','other':'c','third.text':'d'}}}\n"));
        const RecordedSpan& span = sink.spans.at(0);
        QCOMPARE(span.attribute("note"), std::string("a"));
        QCOMPARE(span.attribute("note.text"), std::string("b"));
        QCOMPARE(span.attribute("other"), std::string("c"));
        QCOMPARE(span.attribute("other.text"), std::string("(none)"));
        QCOMPARE(span.attribute("third.text"), std::string("d"));
    }

    void badRecords() {
        const RecordingSink sink = import("[" + kSpan + ",17,{'processor':{'event':'span'},'span':{'id':'b1'}}," + kSpan + "]");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(2));
    }

    void truncation() {
        for (const std::string& text : {json("[" + kSpan + "]"), json("{'hits':{'hits':[{'_id':'1','fields':" + kFields + "}]}}")}) {
            for (size_t size = 0; size < text.size(); ++size) {
                const RecordingSink sink = importBytes("elastic-es", text.substr(0, size));
                for (const RecordedSpan& s : sink.spans) {
                    QVERIFY2(s.record.span.id == 0xb1 && s.record.trace.id == (TraceId{0, 0xf1}), text.substr(0, size).c_str());
                    QVERIFY(s.name == "SELECT" || s.name.empty());
                    QVERIFY(s.record.start / 1000 == 1700000000000001 || s.record.start == 1700000000000000000 || (s.record.flags & kNoStart) != 0);
                    QVERIFY(s.record.duration == 3781000 || (s.record.flags & kUnfinished) != 0);
                    QVERIFY(s.attribute("order") == "o1" || s.attribute("order") == "(none)");
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestElasticEs)
#include "tst_elastic_es.moc"
