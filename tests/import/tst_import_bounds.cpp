// What files made by strangers may cost: each is bounded, costs only itself, and is said.

#include "import_test.h"

#include <protozero/pbf_writer.hpp>

using namespace aisle;

namespace {

const std::string kIds = "'traceId':'0af7651916cd43dd8448eb211c80319c','spanId':'0102030405060708'";

std::string otlp(const std::string& resourceSpans) { return json("{'resourceSpans':[{" + resourceSpans + "}]}"); }
std::string scope(const std::string& name, const std::string& spans) { return "{'scope':{'name':'" + name + "'},'spans':[" + spans + "]}"; }

std::string many(const std::string& element, size_t count) {
    std::string out;
    out.reserve((element.size() + 1) * count);
    for (size_t i = 0; i < count; ++i)
        (out += i > 0 ? "," : "") += element;
    return out;
}

/// Counts instead of keeping, as what comes may be a gigabyte.
class CountingSink : public RecordingSink {
public:
    uint64_t resourceBytes = 0, made = 0, spansSeen = 0;
    ContextHandle context(const ContextRecord& record) override {
        complete(0, record);
        return 0;
    }
    ContextHandle openContext() override { return 0; }
    void complete(ContextHandle, const ContextRecord& record) override {
        ++made;
        for (const Attribute& attribute : record.resource)
            resourceBytes += attribute.value.size();
    }
    void span(const SpanRecord&) override { ++spansSeen; }
};

} // namespace

class TestImportBounds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// 64 MB of `{}` would have become 3 GB of links.
    void partsOfASpan() {
        for (const char* list : {"links", "events"}) {
            const RecordingSink sink = importBytes("otlp-json", otlp("'scopeSpans':[" + scope("s", "{" + kIds + ",'" + list + "':[" + many("{}", 1'000'001) +
                                                                                                       "]},{" + kIds + ",'name':'good'}") + "]"));
            QCOMPARE(sink.spans.size(), size_t(1));
            QCOMPARE(sink.spans[0].name, std::string("good"));
            QCOMPARE(sink.skips.at("more than a million events and links in one span").size(), size_t(1));
        }
    }

    /// In protobuf an attribute may be two bytes.
    void attributesInProtobuf() {
        std::string message;
        {
            protozero::pbf_writer root(message);
            protozero::pbf_writer resource(root, 1), scope(resource, 2), span(scope, 2);
            span.add_bytes(1, std::string(16, 'a'));
            span.add_bytes(2, std::string(8, 'b'));
            for (int i = 0; i <= 4'000'000; ++i)
                span.add_bytes(9, "");
        }
        const RecordingSink sink = importBytes("otlp-proto", message);
        QCOMPARE(sink.spans.size(), size_t(0));
        QCOMPARE(sink.skips.at("more than four million attributes in one record").size(), size_t(1));
    }

    /// An id stands once in front of many spans and is stored with each.
    void longIds() {
        const std::string id(1001, 'x'), most(1000, 'x');
        const char* const said = "an id of more than 1,000 characters";
        const auto otlpSpan = [](const std::string& trace) { return otlp("'scopeSpans':[" + scope("s", "{'traceId':'" + trace + "','spanId':'01'}") + "]"); };
        QCOMPARE(importBytes("otlp-json", otlpSpan(id)).skips.at(said).size(), size_t(1));
        QCOMPARE(importBytes("otlp-json", otlpSpan(most)).spans.at(0).traceText, most);
        const auto segment = [](const std::string& name) {
            return json("{'traceId':'t','traceSegmentId':'" + name + "','service':'s','serviceInstance':'i','spans':[{'startTime':1,'endTime':2},{'spanId':1}]}");
        };
        QCOMPARE(importBytes("skywalking", segment(id)).skips.at(said).size(), size_t(2));
        QCOMPARE(importBytes("skywalking", segment(most.substr(2))).spans.size(), size_t(2));
        const RecordingSink table = importBytes("csv", "trace_id,span_id,name,start_time,duration_ms\n" + id + ",1,a,1700000000000,5\n01,2,b,1700000000000,5\n");
        QCOMPARE(table.spans.size(), size_t(1));
        QCOMPARE(table.skips.at(said).size(), size_t(1));
    }

    void rowsWiderThanTheirHeader() {
        const std::string head = "trace_id,span_id,name,start_time,duration_ms\n", row = "01,2,b,1700000000000,5";
        const RecordingSink sink = importBytes("csv", head + row + std::string(1000, ',') + "x\n" + row + ",x\n" + row + std::string(2'000'000, ',') + "\n" + row + "\n");
        QCOMPARE(sink.spans.size(), size_t(4));
        QCOMPARE(sink.repairs.at("a row with more fields than the header").size(), size_t(2));
        QCOMPARE(sink.spans[0].attribute("column 1005"), std::string("x"));
        QCOMPARE(sink.repairs.at("a row with over 1,000 fields more than the header: those are left out").size(), size_t(1));
        QCOMPARE(sink.spans[2].attributes.size(), size_t(0));
    }

    void largeResources() {
        const std::string large = "'resource':{'attributes':[{'key':'k','value':{'stringValue':'" + std::string(1'100'000, 'x') + "'}}]}";
        const RecordingSink sink = importBytes("otlp-json", otlp(large + ",'scopeSpans':[" + scope("s", "{" + kIds + "}") + "]"));
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.contexts[sink.spans[0].record.context].resource.size(), size_t(0));
        QCOMPARE(sink.contexts[sink.spans[0].record.context].scopeName, std::string("s"));
        QCOMPARE(sink.repairs.at("a resource, scope or schema URL of more than 1 MB left out").size(), size_t(1));
    }

    /// A resource of 1 MB in front of a million scopes of 50 bytes would have filled a terabyte.
    void aResourceOfManyScopes() {
        std::string scopes;
        constexpr int kScopes = 1200;
        for (int i = 0; i < kScopes; ++i)
            (scopes += i > 0 ? "," : "") += scope(std::to_string(i), "{" + kIds + "}");
        CountingSink sink;
        const auto source = memorySource(otlp("'resource':{'attributes':[{'key':'k','value':{'stringValue':'" + std::string(1'000'000, 'x') + "'}}]},'scopeSpans':[" + scopes + "]"));
        formatNamed("otlp-json")->create()->run(*source, sink, {});
        QCOMPARE(sink.spansSeen, uint64_t(kScopes));
        QCOMPARE(sink.made, uint64_t(kScopes));
        QVERIFY(sink.resourceBytes > 1'000'000'000 && sink.resourceBytes < 1'100'000'000);
        QVERIFY(!sink.repairs.at("a resource left out: with their contexts they take more than 1 GB").empty());
    }

    /// Scopes wait for a resource that stands behind them.
    void scopesThatWait() {
        std::string scopes;
        constexpr int kScopes = 80;
        for (int i = 0; i < kScopes; ++i)
            (scopes += i > 0 ? "," : "") += scope(std::to_string(i) + std::string(1'000'000, 'x'), "{" + kIds + "}");
        const RecordingSink sink = importBytes("otlp-json", otlp("'scopeSpans':[" + scopes + "],'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'cart'}}]}"));
        QCOMPARE(sink.spans.size(), size_t(kScopes));
        QVERIFY(sink.contexts.size() < 70);
        QVERIFY(!sink.repairs.at("scopes taken as one: a resource behind more than 64 MB of them").empty());
        for (const RecordedSpan& span : sink.spans)
            QCOMPARE(sink.service(span), std::string("cart"));
    }

    /// A scope that follows many, and waits for its name, has no other one to go with.
    void aScopeThatWaitsBehindMany() {
        std::string scopes;
        for (int i = 0; i < 70; ++i)
            scopes += scope(std::to_string(i) + std::string(1'000'000, 'x'), "{" + kIds + "}") + ",";
        const RecordingSink sink = importBytes("otlp-json", otlp("'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'cart'}}]},'scopeSpans':[" + scopes + "{'spans':[{" + kIds + "}]}]"));
        QCOMPARE(sink.spans.size(), size_t(71));
        QCOMPARE(sink.contexts[sink.spans[70].record.context].scopeName, std::string());
        QCOMPARE(sink.service(sink.spans[70]), std::string("cart"));
    }

    /// What many contexts have in common is written with each.
    void resourcesOfManyContexts_data() {
        QTest::addColumn<QByteArray>("format");
        QTest::addColumn<QByteArray>("input");
        constexpr int kContexts = 1200;
        const std::string large(1'000'000, 'x');
        std::string newrelic = "[{'common':{'attributes':{'k':'" + large + "'}},'spans':[", elastic = "{'metadata':{'service':{'name':'s','agent':{'name':'a'}},'labels':{'k':'" + large + "'}}}\n",
                    jaeger = "{'data':[{'traceID':'1','processes':{'p':{'serviceName':'s','tags':[{'key':'k','value':'" + large + "'}]}},'spans':[";
        for (int i = 1; i <= kContexts; ++i) {
            const std::string n = std::to_string(i), comma = i > 1 ? "," : "";
            newrelic += comma + "{'trace.id':'1','id':'" + n + "','attributes':{'service.name':'" + n + "'}}";
            elastic += "{'transaction':{'trace_id':'1','id':'" + n + "','type':'t','duration':1,'context':{'service':{'name':'s','version':'" + n + "'}}}}\n";
            jaeger += comma + "{'traceID':'1','spanID':'" + n + "','operationName':'a','startTime':1,'duration':1,'processID':'p','tags':[{'key':'otel.scope.name','value':'" + n + "'}]}";
        }
        QTest::newRow("newrelic") << QByteArray("newrelic") << QByteArray::fromStdString(newrelic + "]}]");
        QTest::newRow("elastic") << QByteArray("elastic-intake") << QByteArray::fromStdString(elastic);
        QTest::newRow("jaeger") << QByteArray("jaeger-json") << QByteArray::fromStdString(jaeger + "]}]}");
    }
    void resourcesOfManyContexts() {
        QFETCH(QByteArray, format);
        QFETCH(QByteArray, input);
        CountingSink sink;
        const auto source = memorySource(json(input.toStdString()));
        formatNamed(format.toStdString())->create()->run(*source, sink, {});
        QCOMPARE(sink.spansSeen, uint64_t(1200));
        QVERIFY2(sink.resourceBytes > 1'000'000'000 && sink.resourceBytes < 1'150'000'000, qPrintable(QString::number(sink.resourceBytes)));
        QVERIFY(!sink.repairs.at("a resource left out: with their contexts they take more than 1 GB").empty());
    }

    /// A process for each span and no table before the end, a service for each span of a group: both wait for what is
    /// behind them.
    void namesThatWait_data() {
        QTest::addColumn<QByteArray>("format");
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QByteArray>("said");
        std::string jaeger, newrelic;
        for (int i = 1; i <= 80; ++i) {
            const std::string comma = i > 1 ? "," : "", id = std::to_string(i), name = id + std::string(1'000'000, 'x');
            jaeger += comma + "{'traceID':'1','spanID':'" + id + "','operationName':'a','startTime':1,'duration':1,'processID':'" + name + "'}";
            newrelic += comma + "{'trace.id':'1','id':'" + id + "','attributes':{'service.name':'" + name + "'}}";
        }
        QTest::newRow("jaeger") << QByteArray("jaeger-json") << QByteArray::fromStdString("{'data':[{'traceID':'1','spans':[" + jaeger + "],'processes':{}}]}")
                                << QByteArray("a process left out: those of its trace take more than 64 MB");
        QTest::newRow("newrelic") << QByteArray("newrelic") << QByteArray::fromStdString("[{'spans':[" + newrelic + "]}]")
                                  << QByteArray("a service left out: those of its group take more than 64 MB");
    }
    void namesThatWait() {
        QFETCH(QByteArray, format);
        QFETCH(QByteArray, input);
        QFETCH(QByteArray, said);
        const RecordingSink sink = importBytes(format.toStdString(), json(input.toStdString()));
        QCOMPARE(sink.spans.size(), size_t(80));
        QVERIFY(!sink.repairs.at(said.toStdString()).empty());
    }

    /// Begins without ends were all held until the end of the file.
    void slicesThatStayOpen() {
        std::string events;
        constexpr int kEvents = 290;
        for (int i = 0; i < kEvents; ++i)
            (events += i > 0 ? "," : "") += "{'ph':'" + std::string(i % 2 == 0 ? "B" : "b") + "','id':'" + std::to_string(i) + "','pid':1,'tid':1,'ts':" + std::to_string(i) +
                                           ",'name':'n','args':{'x':'" + std::string(1'000'000, 'x') + "'}}";
        const RecordingSink sink = importBytes("chrome-trace", json("[" + events + "]"));
        QCOMPARE(sink.spans.size(), size_t(kEvents));
        const size_t early = sink.repairs.at("a slice that is taken as unfinished: more than 256 MB of slices were open").size();
        QVERIFY(early > 250 && early < 280);
        QCOMPARE(static_cast<size_t>(std::count_if(sink.spans.begin(), sink.spans.end(), [](const RecordedSpan& s) { return (s.record.flags & kRepaired) != 0; })), early);
    }

    /// Small ones were a million before they were 64 MB, and more than a span may have.
    void instantsOfAnOpenSlice() {
        std::string events = "{'ph':'B','pid':1,'tid':1,'ts':0,'name':'all'}";
        constexpr size_t kInstants = 1'000'001;
        for (size_t i = 0; i < kInstants; ++i)
            events += ",{'ph':'i','pid':1,'tid':1,'ts':1}";
        const RecordingSink sink = importBytes("chrome-trace", json("[" + events + "]"));
        QCOMPARE(sink.spans.size(), size_t(1));
        QVERIFY(sink.spans[0].events.size() > 800'000);
        QCOMPARE(sink.ignores.at("instants outside any slice"), uint64_t(kInstants - sink.spans[0].events.size()));
    }

    /// Begins of one flow in front of each other took as many moves as there were of them, each.
    void flowsOfOneKey() {
        std::string events = "{'ph':'X','pid':1,'tid':1,'ts':0,'dur':10000,'name':'all'}";
        for (int i = 0; i < 5000; ++i)
            events += ",{'ph':'s','pid':1,'tid':1,'ts':" + std::to_string(6000 - i) + ",'name':'f','cat':'c','id':1}";
        const RecordingSink sink = importBytes("chrome-trace", json("[" + events + "]"));
        QCOMPARE(sink.ignores.at("flows without an end"), uint64_t(5000 - 4096));
    }

    void threadsWithoutEnd() {
        std::string events;
        for (int i = 0; i < 100'000; ++i)
            (events += i > 0 ? "," : "") += "{'ph':'E','pid':1,'tid':'" + std::to_string(i) + std::string(900, 'x') + "','ts':1}";
        const RecordingSink sink = importBytes("chrome-trace", json("[" + events + "]"));
        const size_t left = sink.skips.at("an event of one more thread than fit into 128 MB").size();
        QVERIFY(left > 10'000 && left < 50'000);
        const RecordingSink names = importBytes("chrome-trace", json("[{'ph':'M','pid':1,'tid':1,'name':'thread_name','args':{'name':'" + std::string(1001, 'x') +
                                                                     "'}},{'ph':'X','pid':1,'tid':'" + std::string(1001, 'x') + "','ts':1,'dur':1}]"));
        QCOMPARE(names.skipCount(), size_t(2));
    }

    /// Each leaf would repeat the names around it.
    void longNamesOfBlocks() {
        const std::string name(2000, 'n');
        const RecordingSink sink = importBytes("elastic-intake", json("{'metadata':{'service':{'name':'s','agent':{}}}}\n{'transaction':{'trace_id':'1','id':'2','type':'t','duration':1,"
                                                                      "'context':{'custom':{'" + name + "':{'a':1,'b':2}}}}}\n"));
        QCOMPARE(sink.spans.size(), size_t(1));
        const auto& attributes = sink.spans[0].attributes;
        const auto block = std::find_if(attributes.begin(), attributes.end(), [&](const RecordedAttribute& a) { return a.key.find(name) != std::string::npos; });
        QVERIFY(block != attributes.end());
        QVERIFY(block->type == ValueType::Map);
        QCOMPARE(block->value, json("{'a':1,'b':2}"));
    }

    void longKeysAreSaid() {
        const std::string key(300, 'k');
        const RecordingSink sink = importBytes("xray", json("{'trace_id':'1-58406520-a006649127e371903a2de979','id':'70de5b6f19ff9a0a','name':'a','start_time':1.5,'end_time':2.5,'" + key + "':1}\n"));
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.skips.at("a key that is cut after 255 bytes").size(), size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestImportBounds)
#include "tst_import_bounds.moc"
