#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("jaeger-json", json(text)); }

const std::string kSpans = "'spans':[{'traceID':'a1','spanID':'b1','operationName':'op','startTime':10,'duration':5,"
                           "'processID':'p1'},{'traceID':'a1','spanID':'b2','operationName':'op2','startTime':11,"
                           "'duration':2,'processID':'p2','references':[{'refType':'CHILD_OF','traceID':'a1','spanID':'b1'}]}]";
const std::string kProcesses = "'processes':{'p1':{'serviceName':'cart','tags':[{'key':'hostname','type':'string',"
                               "'value':'h1'}]},'p2':{'serviceName':'payment'}}";

} // namespace

class TestJaegerJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        const auto row = [](const char* name, const std::string& text) { QTest::newRow(name) << QByteArray::fromStdString(text); };
        const std::string before = "{'traceID':'a1'," + kProcesses + "," + kSpans + "}";
        const std::string behind = "{'traceID':'a1'," + kSpans + "," + kProcesses + ",'warnings':null}";
        row("data, processes before", "{'data':[" + before + "],'total':0,'errors':null}");
        row("data, processes behind", "{'total':0,'data':[" + behind + "]}");
        row("data is an object", "{'data':" + behind + "}");
        row("bare trace", before);
        row("list of traces", "[" + behind + "]");
        row("lines of traces", behind + "\n");
    }
    void shapes() {
        QFETCH(QByteArray, input);
        const RecordingSink sink = import(input.toStdString());
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.service(sink.spans[0]), std::string("cart"));
        QCOMPARE(sink.service(sink.spans[1]), std::string("payment"));
        QCOMPARE(sink.contexts[sink.spans[0].record.context].attribute("hostname"), std::string("h1"));
        QCOMPARE(sink.spans[1].record.parent.id, SpanId(0xb1));
        QCOMPARE(sink.spans[1].record.start, int64_t(11000));
        QCOMPARE(sink.spans[1].record.duration, int64_t(2000));
    }

    // A trace with a duration in front of its spans was taken for a span.
    void traceWithKeysOfASpan() {
        const RecordingSink sink = import("{'data':[{'duration':5,'startTime':1,'traceID':'a1'," + kSpans + "," + kProcesses + "}]}");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.service(sink.spans[1]), std::string("payment"));
    }

    void processIdWithoutATable() {
        const RecordingSink sink = import("[{'traceID':'1','spanID':'2','processID':'p1','duration':1,'startTime':1}]");
        QCOMPARE(sink.spans.size(), size_t(1));
        QVERIFY(sink.repairs.contains("a process id without a process table")); // nothing was said of it
    }

    void processesBelongToTheirTrace() {
        const RecordingSink sink = import("{'data':[{'traceID':'1','spans':[{'traceID':'1','spanID':'1','processID':'p1','duration':1}],"
                                          "'processes':{'p1':{'serviceName':'x'}}},{'traceID':'2','spans':[{'traceID':'2','spanID':'1',"
                                          "'processID':'p1','duration':1}],'processes':{'p1':{'serviceName':'y'}}}]}");
        QCOMPARE(sink.service(sink.spans.at(0)), std::string("x"));
        QCOMPARE(sink.service(sink.spans.at(1)), std::string("y"));
    }

    // Processes are known by their bytes over traces; more of them than are kept, and the first one again.
    void processesKnownFromEarlierTraces() {
        std::string input = "{'data':[";
        const int distinct = 40;
        for (int i = 0; i <= distinct + 1; ++i) {
            const std::string n = std::to_string(i + 1), which = std::to_string(i % distinct);
            const std::string padding(200'000, static_cast<char>('a' + i % distinct % 26));
            input += (i ? "," : "") + std::string("{'traceID':'") + n + "','spans':[{'traceID':'" + n +
                     "','spanID':'1','processID':'p" + n + "','duration':1,'tags':[{'key':'otel.scope.name','type':'string','value':'lib" +
                     n + "'}]}],'processes':{'p" + n + "':{'serviceName':'s" + which + "','tags':[{'key':'k','type':'string','value':'" +
                     padding + "'}]}}}";
        }
        const RecordingSink sink = import(input + "]}");
        QCOMPARE(sink.problems(), std::string());
        QCOMPARE(sink.spans.size(), size_t(distinct + 2));
        for (int i = 0; i <= distinct + 1; ++i) {
            const RecordedContext& context = sink.contexts[sink.spans[i].record.context];
            QCOMPARE(context.attribute("service.name"), "s" + std::to_string(i % distinct));
            QCOMPARE(context.attribute("k"), std::string(200'000, static_cast<char>('a' + i % distinct % 26)));
            QCOMPARE(context.scopeName, "lib" + std::to_string(i + 1));
        }
    }

    // One process of another shape cost every one behind it its service.
    void aProcessOfAnotherShape() {
        const RecordingSink sink = import("{'data':[{'traceID':'1','spans':[{'traceID':'1','spanID':'1','processID':'p1','duration':1},"
                                          "{'traceID':'1','spanID':'2','processID':'p2','duration':1}],'processes':{'p1':{'serviceName':'a',"
                                          "'tags':5},'p2':{'serviceName':'b'}}}]}");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.service(sink.spans.at(1)), std::string("b"));
        QVERIFY(sink.repairCount() > 0);
        QCOMPARE(sink.skips.size(), size_t(0));
    }

    /// One part of another type took the span with it.
    void partsOfAnotherType() {
        for (const char* part : {"'tags':'x'", "'logs':{}", "'references':'x'"}) {
            const RecordingSink sink = importBytes("jaeger-json", json("{'data':[{'traceID':'1','spans':[{'traceID':'1','spanID':'2','operationName':'a','startTime':1,'duration':1," + std::string(part) + "}],'processes':{}}]}"));
            QCOMPARE(sink.spans.size(), size_t(1));
            QCOMPARE(sink.repairs.at("a part that is no list left out").size(), size_t(1));
        }
    }

    void otherShapesAreSaid() {
        const std::string good = "{'traceID':'1','spans':[{'traceID':'1','spanID':'2','operationName':'a','processID':'p1'}],'processes':";
        const RecordingSink sink = importBytes("jaeger-json", json("{'data':[{'traceID':'1','spans':{'traceID':'1','spanID':'2'},'processes':{}}," + good + "[{'serviceName':'s'}]}]}"));
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.skips.at("spans that are no list").size(), size_t(1));
        QCOMPARE(sink.skips.at("processes of another form than Jaeger's").size(), size_t(1));
    }

    void aProcessThatIsMissing() {
        const RecordingSink sink = import("{'traceID':'1','spans':[{'spanID':'1','processID':'p9','duration':1}],'processes':{}}");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.spans[0].record.trace.id, (TraceId{0, 1})); // from the trace
        QCOMPARE(sink.service(sink.spans[0]), std::string("(none)"));
        QCOMPARE(sink.repairCount(), size_t(1));
    }

    void spansWithInlineProcess() {
        const std::string one = "{'traceID':'1','spanID':'1','startTime':1.5,'duration':'7','process':{'serviceName':'s','tags':{'k':1}}}";
        for (const std::string& input : {one + "\n" + one + "\n", "[" + one + ",\n " + one + "]", "{'data':[" + one + "," + one + "]}"}) {
            const RecordingSink sink = import(input);
            QCOMPARE(sink.spans.size(), size_t(2));
            QCOMPARE(sink.service(sink.spans[1]), std::string("s"));
            QCOMPARE(sink.contexts.at(0).attribute("k"), std::string("1"));
            QCOMPARE(sink.contexts.size(), size_t(1));
            QCOMPARE(sink.spans[0].record.start, int64_t(1500));
            QCOMPARE(sink.spans[0].record.duration, int64_t(7000));
        }
    }

    void parents_data() {
        QTest::addColumn<QByteArray>("references");
        QTest::addColumn<int>("parent");
        QTest::addColumn<int>("links");
        QTest::newRow("first CHILD_OF") << QByteArray("'references':[{'refType':'FOLLOWS_FROM','traceID':'1','spanID':'3'},"
                                                     "{'refType':'CHILD_OF','traceID':'1','spanID':'4'},{'refType':'CHILD_OF','traceID':'1','spanID':'5'}]")
                                        << 4 << 2;
        QTest::newRow("other trace") << QByteArray("'references':[{'refType':'CHILD_OF','traceID':'2','spanID':'3'},"
                                                   "{'refType':'FOLLOWS_FROM','traceID':'1','spanID':'4'}]")
                                     << 4 << 1;
        QTest::newRow("old field") << QByteArray("'references':[{'refType':'CHILD_OF','traceID':'2','spanID':'3'}],'parentSpanID':'7'") << 7 << 1;
        QTest::newRow("no trace in the reference") << QByteArray("'references':[{'refType':'CHILD_OF','spanID':'3'}]") << 3 << 0;
        QTest::newRow("none") << QByteArray("'references':null") << 0 << 0;
    }
    void parents() {
        QFETCH(QByteArray, references);
        QFETCH(int, parent);
        QFETCH(int, links);
        // The references come before the span's own trace id.
        const RecordingSink sink = import("[{" + references.toStdString() + ",'traceID':'1','spanID':'2','duration':1}]");
        QCOMPARE(sink.spans.at(0).record.parent.id, SpanId(static_cast<uint64_t>(parent)));
        QCOMPARE(static_cast<int>(sink.spans[0].links.size()), links);
    }

    // Whether the chosen parent was a FOLLOWS_FROM was forgotten, and the critical path went through it.
    void parentByFollowsFrom() {
        const auto flags = [](const char* type) {
            const RecordingSink sink = import(std::string("[{'references':[{'refType':'") + type +
                                              "','traceID':'1','spanID':'3'}],'traceID':'1','spanID':'2','startTime':1,'duration':1}]");
            return int(sink.spans.at(0).record.flags);
        };
        QCOMPARE(flags("FOLLOWS_FROM"), int(kFollowsFrom));
        QCOMPARE(flags("follows_from"), int(kFollowsFrom));
        QCOMPARE(flags("CHILD_OF"), 0);
    }

    void tagsAndLogs() {
        const RecordingSink sink = import(
            "[{'traceID':'1','spanID':'2','startTime':0,'duration':0,'tags':[{'key':'span.kind','type':'string','value':'client'},"
            "{'key':'error','type':'bool','value':'true'},{'key':'n','type':'int64','value':'9007199254740993'},"
            "{'key':'d','type':'float64','value':72.5},{'key':'b','type':'binary','value':'AAA='},{'key':'o','value':{'x':[1, 2]}}],"
            "'logs':[{'timestamp':5,'fields':[{'key':'x','type':'string','value':'y'},{'key':'event','type':'string','value':'retry'}]},"
            "{'timestamp':6,'fields':[{'key':'message','value':'m'}]}],'warnings':['w1']}]");
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(int(s.record.flags), 0); // a start of 0 and a duration of 0 are values
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.attribute("span.kind"), std::string("(none)"));
        QCOMPARE(s.type("error"), ValueType::Bool);
        QCOMPARE(s.attribute("n"), std::string("9007199254740993"));
        QCOMPARE(s.type("n"), ValueType::Int);
        QCOMPARE(s.type("d"), ValueType::Double);
        QCOMPARE(s.type("b"), ValueType::Bytes);
        QCOMPARE(s.attribute("o"), std::string("{\"x\":[1,2]}"));
        QCOMPARE(s.attribute("jaeger.warnings"), std::string("[\"w1\"]"));
        QCOMPARE(s.events.at(0).name, std::string("retry"));
        QCOMPARE(s.events.at(0).time, int64_t(5000));
        QCOMPARE(s.events.at(0).attributes.size(), size_t(1));
        QCOMPARE(s.events.at(1).name, std::string("m"));
    }

    // What OpenTelemetry's exporters write as tags, for want of a field, was left among the attributes.
    void otelTags() {
        const auto tag = [](const std::string& key, const std::string& value) { return "{'key':'" + key + "','type':'string','value':'" + value + "'}"; };
        const auto read = [&](const std::string& tags) {
            return import("{'traceID':'a1','spans':[{'traceID':'a1','spanID':'1','startTime':1,'duration':1,'processID':'p1','tags':[" + tags +
                          "]}],'processes':{'p1':{'serviceName':'cart'}}}");
        };
        RecordingSink sink = read(tag("otel.scope.name", "lib") + "," + tag("otel.scope.version", "1.2") + "," + tag("w3c.tracestate", "a=b") + "," +
                                  tag("otel.status_code", "ERROR") + ",{'key':'error','type':'bool','value':true}," +
                                  tag("otel.status_description", "no"));
        QCOMPARE(sink.contexts[sink.spans.at(0).record.context].scopeName, std::string("lib"));
        QCOMPARE(sink.contexts[sink.spans[0].record.context].scopeVersion, std::string("1.2"));
        QCOMPARE(sink.service(sink.spans[0]), std::string("cart"));
        QCOMPARE(sink.spans[0].traceState, std::string("a=b"));
        QCOMPARE(sink.spans[0].record.status, Status::Error);
        QCOMPARE(sink.spans[0].statusMessage, std::string("no"));
        QVERIFY(sink.spans[0].attributes.empty());
        // The names until 2021, alone, the same again, or something else.
        sink = read(tag(formerScopeTag("name"), "old") + "," + tag(formerScopeTag("version"), "3"));
        QCOMPARE(sink.contexts[sink.spans.at(0).record.context].scopeName, std::string("old"));
        QCOMPARE(sink.contexts[sink.spans[0].record.context].scopeVersion, std::string("3"));
        sink = read(tag(formerScopeTag("name"), "lib") + "," + tag("otel.scope.name", "lib") + "," + tag(formerScopeTag("version"), "1") + "," +
                    tag("otel.scope.version", "2"));
        QCOMPARE(sink.contexts[sink.spans.at(0).record.context].scopeVersion, std::string("2"));
        QCOMPARE(sink.spans[0].attribute(formerScopeTag("name")), std::string("(none)"));
        QCOMPARE(sink.spans[0].attribute(formerScopeTag("version")), std::string("1"));
    }

    // error=true is dropped once, where the status says it; a status that is said counts more than what error says.
    void errorAndStatus() {
        const auto read = [](const std::string& tags) { return import("[{'traceID':'1','spanID':'2','duration':1,'tags':[" + tags + "]}]").spans.at(0); };
        const std::string error = "{'key':'error','type':'bool','value':true}", no = "{'key':'error','type':'bool','value':false}",
                          text = "{'key':'error','value':'boom'}";
        const auto code = [](const char* value) { return std::string("{'key':'otel.status_code','value':'") + value + "'}"; };
        QCOMPARE(read(error).attributes.size(), size_t(1));
        QCOMPARE(read(error).record.status, Status::Error);
        QCOMPARE(read(error + "," + code("ERROR")).attributes.size(), size_t(0));
        QCOMPARE(read(error + "," + code("STATUS_CODE_ERROR") + "," + error).attributes.size(), size_t(1));
        QCOMPARE(read(no + "," + code("ERROR") + "," + error).attribute("error"), std::string("false"));
        QCOMPARE(read(text).statusMessage, std::string("boom"));
        QCOMPARE(read(text + "," + code("ERROR")).statusMessage, std::string());
        QCOMPARE(read(text + "," + code("ERROR")).attribute("error"), std::string("boom"));
        QCOMPARE(read(error + "," + code("UNSET")).record.status, Status::Unset);
        QCOMPARE(read(error + "," + code("UNSET")).attributes.size(), size_t(1));
        QCOMPARE(read(error + "," + code("OK")).record.status, Status::Ok);
        QCOMPARE(read(error + "," + code("0")).record.status, Status::Error); // was OK in some versions, Unset in others
    }

    // Spans of one process with different scopes are of different contexts, wherever the process stands.
    void scopesOfOneProcess() {
        std::string spans;
        for (const char* name : {"", "a", "b", "a"})
            spans += std::string(spans.empty() ? "" : ",") + "{'traceID':'1','spanID':'" + std::to_string(spans.size() + 1) + "','duration':1,'processID':'p','tags':[" +
                     (*name != 0 ? std::string("{'key':'otel.scope.name','value':'") + name + "'}" : "") + "]}";
        for (const bool before : {true, false}) {
            const std::string table = "'processes':{'p':{'serviceName':'cart','tags':[{'key':'k','value':'v'}]}}";
            const RecordingSink sink = import("{'traceID':'1'," + (before ? table + ",'spans':[" + spans + "]" : "'spans':[" + spans + "]," + table) + "}");
            QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
            QCOMPARE(sink.spans.size(), size_t(4));
            const std::vector<std::string> want = {"", "a", "b", "a"};
            for (size_t i = 0; i < 4; ++i) {
                QCOMPARE(sink.contexts[sink.spans[i].record.context].scopeName, want[i]);
                QCOMPARE(sink.service(sink.spans[i]), std::string("cart"));
                QCOMPARE(sink.contexts[sink.spans[i].record.context].attribute("k"), std::string("v"));
            }
        }
    }

    void noServiceName() {
        const RecordingSink sink = import("{'traceID':'1','spans':[{'traceID':'1','spanID':'1','duration':1,'processID':'p1'},{'traceID':'1','spanID':'2',"
                                          "'duration':1,'processID':'p2'}],'processes':{'p1':{'serviceName':'OTLPResourceNoServiceName'},"
                                          "'p2':{'serviceName':'OTLPResourceNoServiceName','tags':[{'key':'service.name','value':'tagged'}]}}}");
        QCOMPARE(sink.service(sink.spans.at(0)), std::string("(none)"));
        QCOMPARE(sink.service(sink.spans.at(1)), std::string("tagged"));
    }

    void aProcessThatHasToBeRepaired() {
        const RecordingSink sink = import("{'traceID':'1','spans':[{'traceID':'1','spanID':'1','duration':1,'processID':'p1'},{'traceID':'1','spanID':'2',"
                                          "'duration':1,'processID':'p2'}],'processes':{'p1':{'serviceName':'cart','tags':[{'key':'n','value':NaN}]},"
                                          "'p2':{'serviceName':'payment'}}}");
        QCOMPARE(sink.service(sink.spans.at(0)), std::string("cart"));
        QCOMPARE(sink.service(sink.spans.at(1)), std::string("payment"));
        QCOMPARE(sink.repairCount(), size_t(1)); // the NaN
        QCOMPARE(sink.skipCount(), size_t(0));
    }

    void malformed() {
        RecordingSink sink = import("[{'traceID':'2be38093ead7a083','spanID':'7bd66f09ba90ea3d','duration': 'invalid'}\n]\n");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(int(sink.spans[0].record.flags), int(kUnfinished | kNoStart | kRepaired));
        sink = import("[{'traceID':'1','spanID':'1','startTime':9223372036854775807,'duration':1}]"); // µs that are no ns
        QCOMPARE(int(sink.spans.at(0).record.flags), int(kNoStart | kRepaired));
        sink = import("{'data':[{'traceID':'1','spans':[{'traceID':'1','spanID':'1','duration':1},{'traceID':'1','spa");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.skipCount(), size_t(2)); // the half span, and the end
    }
};

QTEST_GUILESS_MAIN(TestJaegerJson)
#include "tst_jaeger_json.moc"
