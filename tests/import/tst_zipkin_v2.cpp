#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("zipkin-v2", json(text)); }

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
