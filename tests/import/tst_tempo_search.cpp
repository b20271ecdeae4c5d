#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("tempo-search", json(text)); }

std::string span(const std::string& id, const std::string& attributes = "") {
    return "{'spanID':'" + id + "','name':'charge','startTimeUnixNano':'1684778327699392724','durationNanos':'7000001','attributes':[" + attributes + "]}";
}

std::string text(const char* key, const char* value) {
    return std::string("{'key':'") + key + "','value':{'stringValue':'" + value + "'}}";
}

std::string trace(const std::string& rest) {
    return "{'traceID':'2f3e0cee77ae5dc9c17ade3689eb2e5','rootServiceName':'shop','rootTraceName':'order','startTimeUnixNano':'1684778327699392724','durationMs':557" + rest + "}";
}

} // namespace

class TestTempoSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const std::string& traces, int count) {
            QTest::newRow(name) << QByteArray::fromStdString("{'traces':[" + traces + "],'metrics':{'inspectedTraces':2}}") << count;
        };
        const std::string set = "{'spans':[" + span("b1") + "," + span("b2") + "],'matched':5}";
        row("one set", trace(",'spanSet':" + set), 2);
        row("sets", trace(",'spanSets':[" + set + "," + set + "]"), 4);
        row("a set and the sets", trace(",'spanSet':" + set + ",'spanSets':[" + set + "]"), 2);
        row("two traces", trace(",'spanSet':" + set) + "," + trace(",'spanSet':" + set), 4);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const std::string bytes = json(input.toStdString());
        std::string reason;
        const Format* const format = detectFormat({bytes, true}, reason);
        QVERIFY2(format && format->id == "tempo-search", reason.c_str());
        const RecordingSink sink = importBytes("tempo-search", bytes);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        const RecordedSpan& s = sink.spans[0];
        QCOMPARE(s.record.trace.id.high, uint64_t(0x02f3e0cee77ae5dc)); // without its leading zero
        QCOMPARE(s.record.span.id, SpanId(0xb1));
        QCOMPARE(s.name, std::string("charge"));
        QCOMPARE(s.record.start, int64_t(1684778327699392724));
        QCOMPARE(s.record.duration, int64_t(7000001));
        QCOMPARE(sink.service(s), std::string("(none)")); // the root's name is the root's
    }

    void selectedFields() {
        const RecordingSink sink = import("{'traces':[" + trace(",'spanSet':{'spans':[" + span("b1", text("service.name", "payment") + "," + text("status", "error") + "," +
                                          text("kind", "client") + "," + text("card", "visa")) + "]}") + "]}");
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(sink.service(s), std::string("payment"));
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(s.attributes.size(), size_t(1));
        QCOMPARE(s.attribute("card"), std::string("visa"));
    }

    void summariesAlone() {
        std::string reason;
        QVERIFY(!detectFormat({json("{'traces':[" + trace("") + "]}"), true}, reason));
        QVERIFY2(reason.find("without their spans") != std::string::npos, reason.c_str());
        const RecordingSink sink = import("{'traces':[" + trace("") + "," + trace(",'spanSet':{'spans':[" + span("b1") + "]}") + "]}");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.ignores.at("search results that name a trace without its spans"), uint64_t(1));
    }

    void badRecords() {
        const RecordingSink sink = import("{'traces':[" + trace(",'spanSet':{'spans':[" + span("b1") + ",{'name':'x'},17," + span("b2") + "]}") + "]}");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(2));
    }

    void cutOffAnywhere() {
        const std::string bytes = json("{'traces':[" + trace(",'spanSets':[{'spans':[" + span("b1", text("status", "error")) + "]}]") + "]}");
        for (size_t size = 0; size < bytes.size(); ++size) {
            const RecordingSink sink = importBytes("tempo-search", bytes.substr(0, size));
            for (const RecordedSpan& s : sink.spans) {
                QCOMPARE(s.record.span.id, SpanId(0xb1));
                QVERIFY(s.record.start == 1684778327699392724 || s.record.start == 0);
                QVERIFY(s.record.duration == 7000001 || (s.record.flags & kUnfinished));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestTempoSearch)
#include "tst_tempo_search.moc"
