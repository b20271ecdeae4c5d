#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("zipkin-v1", json(text)); }

std::string at(const char* value, int time, const char* endpoint) {
    return "{'timestamp':" + std::to_string(time) + ",'value':'" + value + "','endpoint':" + endpoint + "}";
}

const char* const kWeb = "{'serviceName':'web','ipv4':'10.0.0.1'}";
const char* const kCart = "{'serviceName':'cart','ipv4':'10.0.0.2','port':8080}";

/// A record of the trace a1 with the span b1 below b0.
std::string record(const std::string& times, const std::string& annotations, const std::string& tags = "") {
    return "{'traceId':'a1','id':'b1','parentId':'b0','name':'get'," + times + "'annotations':[" + annotations +
           "],'binaryAnnotations':[" + tags + "]}";
}

std::string address(const char* key, const char* endpoint) {
    return std::string("{'key':'") + key + "','value':true,'endpoint':" + endpoint + "}";
}

} // namespace

class TestZipkinV1 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const std::string span = record("'timestamp':10,'duration':5,", at("cs", 10, kWeb) + "," + at("cr", 15, kWeb));
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        row("list", "[" + span + "," + span + "]", 2);
        row("single", span, 1);
        row("list of lists", "[[" + span + "],[" + span + "," + span + "]]", 3);
        row("lines", span + "\n" + span + "\n", 2);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const RecordingSink sink = import(input.toStdString());
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        const RecordedSpan& s = sink.spans.back();
        QCOMPARE(sink.service(s), std::string("web"));
        QCOMPARE(sink.contexts.size(), size_t(1));
        QCOMPARE(s.name, std::string("get"));
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(s.record.trace.id.low, uint64_t(0xa1));
        QCOMPARE(s.record.parent.id, SpanId(0xb0));
        QCOMPARE(s.record.start, int64_t(10000));
        QCOMPARE(s.record.duration, int64_t(5000));
        QCOMPARE(int(s.record.flags), 0);
        QVERIFY(s.events.empty());
    }

    void bothHalves() {
        const RecordingSink sink = import(record(
            "'timestamp':10,'duration':50,",
            at("cs", 10, kWeb) + "," + at("ws", 11, kWeb) + "," + at("sr", 20, kCart) + "," + at("ss", 35, kCart) + "," + at("cr", 60, kWeb),
            "{'key':'http.path','value':'/c','endpoint':" + std::string(kCart) + "},{'key':'retries','value':'2','type':'I32','endpoint':" + kWeb +
                "}," + address("sa", kCart) + "," + address("ca", kWeb)));
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(sink.spans.size(), size_t(2));
        const RecordedSpan &client = sink.spans[0], &server = sink.spans[1];
        QCOMPARE(client.record.kind, Kind::Client);
        QCOMPARE(client.record.start, int64_t(10000));
        QCOMPARE(client.record.duration, int64_t(50000));
        QCOMPARE(int(client.record.flags), 0);
        QCOMPARE(sink.service(client), std::string("web"));
        QCOMPARE(client.attribute("peer.service"), std::string("cart"));
        QCOMPARE(client.attribute("net.peer.port"), std::string("8080"));
        QCOMPARE(client.attribute("retries"), std::string("2"));
        QCOMPARE(client.type("retries"), ValueType::Int);
        QCOMPARE(client.attribute("http.path"), std::string("(none)"));
        QCOMPARE(client.events.size(), size_t(1)); // cs and cr are the span's own ends
        QCOMPARE(client.events[0].name, std::string("ws"));
        QCOMPARE(server.record.kind, Kind::Server);
        QCOMPARE(server.record.span.id, client.record.span.id);
        QCOMPARE(server.record.parent.id, client.record.parent.id);
        QCOMPARE(server.record.start, int64_t(20000));
        QCOMPARE(server.record.duration, int64_t(15000));
        QCOMPARE(int(server.record.flags), int(kSharedId));
        QCOMPARE(sink.service(server), std::string("cart"));
        QCOMPARE(server.attribute("peer.service"), std::string("web"));
        QCOMPARE(server.attribute("http.path"), std::string("/c"));
        QVERIFY(server.events.empty());
    }

    void serverThatJoined() {
        const RecordingSink sink = import(record("", at("sr", 20, kCart) + "," + at("ss", 35, kCart)));
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.kind, Kind::Server);
        QCOMPARE(s.record.start, int64_t(20000));
        QCOMPARE(s.record.duration, int64_t(15000));
        QCOMPARE(int(s.record.flags), int(kSharedId));
    }

    void incomplete() {
        const RecordingSink sink = import("[" + record("", at("cs", 20, kWeb)) + "," + record("", at("cr", 20, kWeb)) + "," +
                                          record("'timestamp':10,'duration':0,", at("cs", 10, kWeb)) + "," +
                                          record("'timestamp':0,", "") + "," + record("", at("cs", 20, kWeb) + "," + at("cr", 15, kWeb)) + "]");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(int(sink.spans.at(0).record.flags), int(kUnfinished));
        QCOMPARE(sink.spans[0].record.start, int64_t(20000));
        QCOMPARE(int(sink.spans[1].record.flags), int(kNoStart | kUnfinished));
        QCOMPARE(sink.spans[1].events.at(0).name, std::string("cr")); // said by no time of the span
        QCOMPARE(int(sink.spans[2].record.flags), int(kUnfinished)); // one way: nobody saw its end
        QCOMPARE(int(sink.spans[3].record.flags), int(kNoStart | kUnfinished));
        QCOMPARE(sink.spans[3].record.kind, Kind::Unspecified);
        QCOMPARE(int(sink.spans[4].record.flags), int(kNegative));
        QCOMPARE(sink.spans[4].record.duration, int64_t(-5000));
    }

    void localSpan() {
        const RecordingSink sink = import(record("'timestamp':10,'duration':0,", at("note", 12, kCart),
                                                 "{'key':'lc','value':'store','endpoint':" + std::string(kCart) + "},{'key':'error','value':'late','endpoint':" + kCart + "}"));
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.kind, Kind::Internal);
        QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(s.attribute("lc"), std::string("store"));
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.statusMessage, std::string("late"));
        QCOMPARE(s.record.duration, int64_t(0));
        QCOMPARE(int(s.record.flags), 0);
        QCOMPARE(s.events.at(0).time, int64_t(12000));
    }

    void addressesWithoutCore() {
        const RecordingSink sink = import("[" + record("'timestamp':1,'duration':2,", "", address("ca", kWeb) + "," + address("sa", kCart)) + "," +
                                          record("'timestamp':1,'duration':2,", at("x", 1, kCart), address("ca", kWeb)) + "]");
        QCOMPARE(sink.service(sink.spans.at(0)), std::string("web"));
        QCOMPARE(sink.spans[0].attribute("peer.service"), std::string("cart"));
        QCOMPARE(sink.service(sink.spans.at(1)), std::string("cart"));
        QCOMPARE(sink.spans[1].record.kind, Kind::Server);
        QCOMPARE(sink.spans[1].attribute("peer.service"), std::string("web"));
    }

    void finagleNamesItself() {
        const RecordingSink sink = import(record("", at("sr", 20, kCart) + "," + at("ss", 35, kCart),
                                                 address("ca", "{'serviceName':'cart','ipv4':'10.0.0.9','port':4242}")));
        QCOMPARE(sink.spans.at(0).attribute("peer.service"), std::string("(none)"));
        QCOMPARE(sink.spans[0].attribute("net.peer.ip"), std::string("10.0.0.9"));
    }

    void loopback() { // client and server in one service are still two spans
        const RecordingSink sink = import(record("", at("cs", 10, kCart) + "," + at("sr", 20, kCart) + "," + at("ss", 30, kCart) + "," + at("cr", 40, kCart)));
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.spans[0].record.duration, int64_t(30000));
        QCOMPARE(sink.spans[1].record.duration, int64_t(10000));
        QCOMPARE(sink.service(sink.spans[1]), std::string("cart"));
    }

    void messaging() {
        const RecordingSink sink = import(record("", at("ms", 10, kWeb) + "," + at("ws", 12, kWeb) + "," + at("wr", 20, kCart) + "," + at("mr", 25, kCart),
                                                 address("ma", "{'serviceName':'kafka'}")));
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.spans[0].record.kind, Kind::Producer);
        QCOMPARE(sink.spans[0].record.duration, int64_t(2000));
        QCOMPARE(sink.spans[0].attribute("peer.service"), std::string("kafka"));
        QCOMPARE(sink.spans[1].record.kind, Kind::Consumer);
        QCOMPARE(sink.spans[1].record.start, int64_t(20000));
        QCOMPARE(sink.spans[1].record.duration, int64_t(5000));
        QCOMPARE(sink.spans[1].attribute("peer.service"), std::string("kafka"));
    }

    void badRecords() {
        const std::string good = record("'timestamp':10,'duration':5,", at("cs", 10, kWeb));
        const RecordingSink sink = import("[" + good + ",{'id':'1','annotations':[]},17,{'traceId':'1','id':'2','binaryAnnotations':7}," + good +
                                          "," + record("'timestamp':'soon',", "") + "]");
        QCOMPARE(sink.spans.size(), size_t(3));
        QCOMPARE(sink.skipCount(), size_t(3));
        QCOMPARE(sink.repairCount(), size_t(1));
        QVERIFY(sink.spans[2].record.flags & kRepaired);
    }

    void aTagWithoutAKey() {
        const RecordingSink sink = import(record("", "", "{'value':'x'},{'key':'k','value':'y'}"));
        QCOMPARE(sink.spans.at(0).attributes.size(), size_t(1));
        QVERIFY(sink.spans[0].record.flags & kRepaired);
    }

    void cutOffAnywhere() {
        const std::string text = json("[" + record("'timestamp':1234567,'duration':5,", at("sr", 1234567, kCart), "{'key':'k','value':'long text','endpoint':" + std::string(kCart) + "}") + "]");
        for (size_t size = 0; size < text.size(); ++size) {
            const RecordingSink sink = importBytes("zipkin-v1", text.substr(0, size));
            QVERIFY(sink.spans.size() <= 1);
            for (const RecordedSpan& s : sink.spans) {
                QCOMPARE(s.record.trace.id.low, uint64_t(0xa1));
                QCOMPARE(s.record.span.id, SpanId(0xb1));
                QVERIFY(s.record.start == 1234567000 || s.record.start == 0);
                QVERIFY(s.record.duration == 5000 || s.record.duration == 0);
                QVERIFY(s.record.parent.id == 0xb0 || s.record.parent.id == 0);
                QVERIFY(s.attribute("k") == "long text" || s.attribute("k") == "(none)" || s.attribute("k").empty());
                QVERIFY(sink.service(s) == "cart" || sink.service(s) == "(none)");
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestZipkinV1)
#include "tst_zipkin_v1.moc"
