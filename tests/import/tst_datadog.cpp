#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("datadog", json(text)); }

std::string span(const std::string& trace, const std::string& id, const std::string& parent, const std::string& more = {}) {
    return "{'name':'op','service':'cart','resource':'GET /cart','trace_id':" + trace + ",'span_id':" + id +
           ",'parent_id':" + parent + ",'start':1700000000123456789,'duration':42" + more + "}";
}

} // namespace

class TestDatadog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const std::string a = span("7", "1", "0"), b = span("7", "2", "1");
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        row("spans", "[" + b + "," + a + "]", 2);
        row("chunks", "[[" + b + "],\n[" + b + "," + a + "]]", 3);
        row("lines of chunks", "[[" + b + "]]\n[[" + a + "]]\n", 2);
        row("lines of spans", b + "\n" + a + "\n", 2);
        row("wrapped", "{'traces':[[" + b + "," + a + "]]}", 2);
        row("byte order mark", "\xef\xbb\xbf[[" + a + "]]", 1);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const std::string text = json(input.toStdString());
        std::string reason;
        const Format* const format = detectFormat({text, true}, reason);
        QVERIFY2(format && format->id == "datadog", reason.c_str());
        const RecordingSink sink = importBytes("datadog", text);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        const RecordedSpan& s = sink.spans.back();
        QCOMPARE(s.name, std::string("op"));
        QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(sink.contexts.size(), size_t(1));
        QCOMPARE(s.attribute("resource.name"), std::string("GET /cart"));
        QCOMPARE(s.record.start, int64_t(1700000000123456789));
        QCOMPARE(s.record.duration, int64_t(42));
    }

    // Through double these would become 12345678901234567168 and the like.
    void idsAreExact() {
        const RecordingSink sink = import("[[" + span("18446744073709551615", "9007199254740993", "12345678901234567891") + "," +
                                          span("'18446744073709551614'", "'42'", "'0'") + "," +
                                          span("'0af7651916cd43dd8448eb211c80319c'", "'b7ad6b7169203331'", "0") + "]]");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(sink.spans.at(0).record.trace.id.low, UINT64_MAX);
        QCOMPARE(sink.spans.at(0).record.span.id, SpanId(9007199254740993));
        QCOMPARE(sink.spans.at(0).record.parent.id, SpanId(12345678901234567891ULL));
        QCOMPARE(sink.spans.at(1).record.trace.id.low, UINT64_MAX - 1);
        QCOMPARE(sink.spans.at(1).record.span.id, SpanId(42));
        QCOMPARE(sink.spans.at(1).record.parent.id, SpanId(0));
        QCOMPARE(sink.spans.at(2).record.trace.id.high, uint64_t(0x0af7651916cd43dd));
        QCOMPARE(sink.spans.at(2).record.span.id, SpanId(0xb7ad6b7169203331));
    }

    void highHalfHoldsForTheChunk() {
        const std::string tid = ",'meta':{'_dd.p.tid':'65f0a1b200000000'}";
        const RecordingSink sink = import("[[" + span("5", "1", "0", tid) + "," + span("5", "2", "1") + "," + span("6", "3", "1") +
                                          "],[" + span("5", "4", "0") + "],[" + span("0", "5", "0", tid) + "],[" + span("0", "6", "0") + "]]");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const TraceId whole{0x65f0a1b200000000, 5};
        QCOMPARE(sink.spans.at(0).record.trace.id, whole);
        QCOMPARE(sink.spans.at(1).record.trace.id, whole);
        QCOMPARE(sink.spans.at(2).record.trace.id, (TraceId{0, 6}));
        QCOMPARE(sink.spans.at(3).record.trace.id, (TraceId{0, 5}));
        QCOMPARE(sink.spans.at(4).record.trace.id, (TraceId{0x65f0a1b200000000, 0}));
        QCOMPARE(sink.spans.at(4).traceText, std::string());
        QCOMPARE(sink.spans.at(5).traceText, std::string("0"));
        QCOMPARE(sink.spans.at(0).attributes.size(), size_t(1));
    }

    void highHalfTooLateIsSaid() {
        const RecordingSink sink = import("[" + span("5", "1", "0") + "," + span("5", "2", "1", ",'meta':{'_dd.p.tid':'1'}") + "]");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.repairCount(), size_t(1));
    }

    void fields() {
        const RecordingSink sink = import(
            "[" + span("5", "1", "0",
                       ",'type':'sql','error':1,'meta':{'span.kind':'client','version':'1.2','env':'prod','error.message':'no rows',"
                       "'error.type':'SqlError','error.stack':'at main','db.user':'me','odd':null},"
                       "'metrics':{'process_id':510.0,'_sampling_priority_v1':1.0,'rate':0.25},'meta_struct':{'x':'QQ=='}") + "]");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.kind, Kind::Client);
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.statusMessage, std::string("no rows"));
        const RecordedContext& context = sink.contexts.at(s.record.context);
        QCOMPARE(context.attribute("service.version"), std::string("1.2"));
        QCOMPARE(context.attribute("deployment.environment.name"), std::string("prod"));
        QCOMPARE(s.attribute("process_id"), std::string("510"));
        QCOMPARE(s.type("process_id"), ValueType::Int);
        QCOMPARE(s.type("rate"), ValueType::Double);
        QCOMPARE(s.attribute("span.type"), std::string("sql"));
        QCOMPARE(s.attribute("error.type"), std::string("SqlError"));
        QCOMPARE(s.attribute("db.user"), std::string("me"));
        QCOMPARE(s.attribute("meta_struct"), std::string("{\"x\":\"QQ==\"}"));
        QCOMPARE(s.events.size(), size_t(1));
        QCOMPARE(s.events[0].name, std::string("exception"));
        QCOMPARE(s.events[0].time, int64_t(1700000000123456789 + 42));
        QCOMPARE(s.events[0].attributes.size(), size_t(3));
    }

    void errors_data() {
        QTest::addColumn<QByteArray>("error");
        QTest::addColumn<bool>("isError");
        QTest::addColumn<QByteArray>("kept");
        QTest::newRow("0") << QByteArray("0") << false << QByteArray("(none)");
        QTest::newRow("1") << QByteArray("1") << true << QByteArray("(none)");
        QTest::newRow("2") << QByteArray("2") << true << QByteArray("2");
        QTest::newRow("200") << QByteArray("200") << false << QByteArray("200");
        QTest::newRow("503") << QByteArray("503") << true << QByteArray("503");
        QTest::newRow("true") << QByteArray("true") << true << QByteArray("(none)");
        QTest::newRow("null") << QByteArray("null") << false << QByteArray("(none)");
    }
    void errors() {
        QFETCH(QByteArray, error);
        QFETCH(bool, isError);
        QFETCH(QByteArray, kept);
        const RecordingSink sink = import("[" + span("5", "1", "0", ",'error':" + error.toStdString()) + "]");
        QCOMPARE(sink.spans.at(0).record.status, isError ? Status::Error : Status::Unset);
        QCOMPARE(sink.spans.at(0).attribute("datadog.error"), kept.toStdString());
    }

    void linksAndEvents() {
        std::string text = json("[" + span("5", "1", "0",
                       ",'span_links':[{'trace_id':18446744073709551615,'trace_id_high':7,'span_id':9,'attributes':{'why':'batch'},'flags':1}],"
                       "'span_events':[{'name':'retry','time_unix_nano':1700000000123456790,'attributes':{'n':2}}],"
                       "'meta':{'_dd.span_links':'@','events':'#'}") + "]");
        text.replace(text.find('@'), 1, R"([{\"trace_id\":\"000000000000000100000000000000ff\",\"span_id\":\"4946278831030841\",\"tracestate\":\"dd=s:1\"}])");
        text.replace(text.find('#'), 1, R"([{\"name\":\"e\",\"time_unix_nano\":5,\"attributes\":{\"k\":\"v\"}}])");
        const RecordingSink sink = importBytes("datadog", text);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.links.size(), size_t(2));
        QCOMPARE(s.links[0].trace, (TraceId{7, UINT64_MAX}));
        QCOMPARE(s.links[0].span, SpanId(9));
        QCOMPARE(s.links[0].attributes.size(), size_t(2));
        QCOMPARE(s.links[1].trace, (TraceId{1, 255}));
        QCOMPARE(s.links[1].span, SpanId(0x4946278831030841)); // all its hex digits are decimal ones
        QCOMPARE(s.events.size(), size_t(2));
        QCOMPARE(s.events[0].time, int64_t(1700000000123456790));
        QCOMPARE(s.events[1].name, std::string("e"));
        const RecordingSink bad = import("[" + span("5", "1", "0", ",'meta':{'_dd.span_links':'[{'}") + "]");
        QCOMPARE(bad.repairCount(), size_t(1));
        QCOMPARE(bad.spans.at(0).attribute("_dd.span_links"), std::string("[{"));
        QCOMPARE(bad.spans.at(0).links.size(), size_t(0));
    }

    void badRecords() {
        const std::string good = span("5", "1", "0");
        const RecordingSink sink = import("[[" + good + ",{'span_id':1},17," + span("5", "0", "0") + "," +
                                          "{'trace_id':5,'span_id':3,'parent_id':0,'start':'soon'}," + good + "]]");
        QCOMPARE(sink.spans.size(), size_t(3));
        QCOMPARE(sink.skipCount(), size_t(3));
        QCOMPARE(sink.repairCount(), size_t(1));
        QCOMPARE(int(sink.spans[1].record.flags), int(kRepaired | kNoStart | kUnfinished));
        const RecordingSink deep = import("[[[[[[" + good + "]]]]]," + good + "]");
        QCOMPARE(deep.spans.size(), size_t(1));
        QCOMPARE(deep.skipCount(), size_t(1));
    }

    // A real snapshot has 25,000 letters in its first name.
    void aNameLongerThanTheHead() {
        const std::string text = "[[\n {\"name\":\"" + std::string(100'000, 'a');
        std::string reason;
        const Format* format = detectFormat({std::string_view(text).substr(0, 65536), false}, reason);
        QVERIFY(format && format->id == "datadog");
        format = detectFormat({std::string_view(text).substr(1, 65536), false}, reason);
        QVERIFY(!format);
    }

    void truncation() {
        const std::string text = json("[[" + span("18446744073709551615", "11", "0", ",'meta':{'k':'value'}") + "," + span("5", "22", "11") + "]]");
        for (size_t size = 0; size < text.size(); ++size) {
            const RecordingSink sink = importBytes("datadog", text.substr(0, size));
            for (const RecordedSpan& s : sink.spans) {
                QVERIFY(s.record.span.id == 11 || s.record.span.id == 22);
                QVERIFY(s.record.start == 1700000000123456789 || (s.record.flags & kNoStart) != 0);
                QVERIFY(s.record.duration == 42 || (s.record.flags & kUnfinished) != 0);
                QVERIFY(s.attribute("k") == "value" || s.attribute("k") == "(none)");
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestDatadog)
#include "tst_datadog.moc"
