// What the service graph learns from files beyond calls: kinds of failures, and how traces were sampled.

#include "analysis/sampling.h"
#include "import_job_fixture.h"
#include "query/context.h"
#include "service_graph/graph_details.h"
#include "service_graph/graph_tables.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

/// One span of a trace of its own; ' stands for ".
std::string span(int number, std::string members) {
    std::string line = "{'resourceSpans':[{'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'shop'}}]},'scopeSpans':[{'spans':[{'traceId':'" + std::string(31, '0') +
                       std::to_string(number) + "','spanId':'000000000000000" + std::to_string(number) +
                       "','name':'op','kind':2,'startTimeUnixNano':'1773478800000000000','endTimeUnixNano':'1773478800000000100'," + std::move(members) + "}]}]}]}\n";
    std::replace(line.begin(), line.end(), '\'', '"');
    return line;
}

std::string attribute(const std::string& key, const std::string& value) { return "{'key':'" + key + "','value':{'stringValue':'" + value + "'}}"; }
std::string failed(const std::string& more) { return "'status':{'code':2}," + more; }
std::string attributes(const std::string& list) { return "'attributes':[" + list + "]"; }

struct Imported {
    WorkspaceFixture folder;
    std::shared_ptr<Workspace> workspace = folder.open();
    traceql::Context context;

    explicit Imported(const std::string& lines) {
        write(folder.folder() / "spans.jsonl", lines);
        import(workspace, {folder.folder() / "spans.jsonl"});
        context.table = workspace->table();
        context.attributes = std::make_shared<traceql::DictionarySource>(workspace, context.table);
        context.graph = std::make_shared<GraphSource>(workspace, context.table);
    }
    GraphDetails details() const { return *graphDetails(context, context.graph->whole({}), nullptr); }
};

} // namespace

class TestGraphFindings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void weights_data() {
        QTest::addColumn<QByteArray>("state");
        QTest::addColumn<double>("weight"); // 0: says nothing
        QTest::newRow("everything") << QByteArray("ot=th:0") << 1.0;
        QTest::newRow("one in two") << QByteArray("ot=th:8") << 2.0;
        QTest::newRow("one in four") << QByteArray("vendor=x, ot=rv:123456789abcde;th:c ,other=y") << 4.0;
        QTest::newRow("one in 16") << QByteArray("ot=th:f0") << 16.0;
        QTest::newRow("all digits") << QByteArray("ot=th:80000000000000") << 2.0;
        QTest::newRow("one in 2^56") << QByteArray("ot=th:ffffffffffffff") << 72057594037927936.0;
        QTest::newRow("power of two") << QByteArray("ot=p:3;r:5") << 8.0;
        QTest::newRow("threshold before power") << QByteArray("ot=p:3;th:8") << 2.0;
        QTest::newRow("never") << QByteArray("ot=p:63") << 0.0;
        QTest::newRow("no digits") << QByteArray("ot=th:") << 0.0;
        QTest::newRow("too many") << QByteArray("ot=th:800000000000000") << 0.0;
        QTest::newRow("nonsense") << QByteArray("ot=th:8x;p:-1") << 0.0;
        QTest::newRow("somebody else's") << QByteArray("vendor=th:8") << 0.0;
        QTest::newRow("nothing") << QByteArray() << 0.0;
    }
    void weights() {
        QFETCH(QByteArray, state);
        QFETCH(double, weight);
        QCOMPARE(sampledWeight(state.toStdString()).value_or(0), weight);
    }

    void kindsOfFailures() {
        const Imported f(span(1, failed(attributes(attribute("error.type", "timeout") + "," + attribute("http.response.status_code", "504")))) +
                         span(2, failed(attributes(attribute("http.status_code", "503")))) +                       // the former name
                         span(3, failed(attributes(attribute("error.type", "500")))) +                            // as instrumentation of HTTP writes it
                         span(4, failed(attributes(attribute("error.type", "_OTHER") + "," + attribute("rpc.grpc.status_code", "14")))) +
                         span(5, failed("'events':[{'timeUnixNano':'1773478800000000050','name':'exception','attributes':[" + attribute("exception.type", "java.io.IOException") + "]}]")) +
                         span(6, failed(attributes(attribute("http.response.status_code", "200")))) +
                         span(7, attributes(attribute("error.type", "not.failed"))));
        const GraphDetails details = f.details();
        std::map<std::string, uint64_t> counts;
        for (const auto& node : details.nodes)
            if (&node == &details.nodes.back())
                for (const auto& [kind, count] : node.failures)
                    counts[kind] = count;
        const std::map<std::string, uint64_t> wanted{{"timeout", 1}, {"HTTP 503", 1}, {"HTTP 500", 1}, {"gRPC UNAVAILABLE", 1}, {"java.io.IOException", 1}, {"failed", 1}};
        QCOMPARE(counts, wanted);
    }

    void sampledTracesAreSaid() {
        const Imported f(span(1, "'traceState':'ot=th:8'") + span(2, "'traceState':'ot=th:0'") + span(3, attributes(attribute("sampler.type", "probabilistic") + "," + attribute("sampler.param", "0.1"))) +
                         span(4, attributes("{'key':'SampleRate','value':{'intValue':'5'}}")) + span(5, attributes(attribute("sampler.type", "const") + "," + attribute("sampler.param", "0.5"))));
        const GraphDetails details = f.details();
        QCOMPARE(details.sampledTraces, uint64_t(3));
        QCOMPARE(details.estimatedTraces, 2.0 + 1 + 10 + 5 + 1);
        const ServiceGraphPtr graph = f.context.graph->whole({});
        const auto shop = *graph->nodeById("service:shop");
        QCOMPARE(graph->nodes[shop].calls, uint64_t(5)); // as recorded
        QCOMPARE(details.nodes[shop].weight, 19.0);
        const auto notes = graphNotes(*graph, &details);
        QVERIFY(std::any_of(notes.begin(), notes.end(), [](const std::string& note) { return note.starts_with("3 traces are samples: 5 traces stand for about 19."); }));
    }

    void nothingSampledSaysNothing() {
        const Imported f(span(1, attributes(attribute("a", "b"))));
        const GraphDetails details = f.details();
        QCOMPARE(details.sampledTraces, uint64_t(0));
        QVERIFY(graphNotes(*f.context.graph->whole({}), &details).empty());
    }
};

QTEST_GUILESS_MAIN(TestGraphFindings)
#include "tst_graph_findings.moc"
