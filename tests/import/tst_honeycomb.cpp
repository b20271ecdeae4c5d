#include "import_test.h"

#include <QtTest/QtTest>

#include <set>

using namespace aisle;

namespace {

RecordingSink import(const std::string& text) { return importBytes("honeycomb", json(text)); }

#define COMPARE_TEXT(a, b) QCOMPARE(QByteArray::fromStdString(a), QByteArray(b))

std::string sample(const std::string& fields, const std::string& outside = "") {
    return "{'time':'2026-03-14T09:00:00.5Z','samplerate':1" + outside + ",'data':{'trace.trace_id':'4d1e00c0db9010db86154a4ba6e91385','service.name':'cart'," + fields + "}}";
}

const std::string kChild = sample("'trace.span_id':'00000000000000b2','trace.parent_id':'00000000000000b1','name':'query','duration_ms':1.25,'span.kind':'client','status_code':2,'status_message':'no','n':7");
const std::string kRoot = sample("'trace.span_id':'00000000000000b1','name':'GET /','duration_ms':10,'span.kind':'server'");

} // namespace

class TestHoneycomb : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::newRow("list") << QByteArray::fromStdString("[" + kChild + "," + kRoot + "]");
        QTest::newRow("lines") << QByteArray::fromStdString(kChild + "\n" + kRoot + "\n");
        std::string flat = kChild + "\n" + kRoot + "\n";
        for (size_t at; (at = flat.find("'data':{")) != std::string::npos;)
            flat.replace(at, 8, "");
        for (size_t at; (at = flat.find("}}")) != std::string::npos;)
            flat.replace(at, 2, "}");
        QTest::newRow("flat") << QByteArray::fromStdString(flat);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        std::string reason;
        const Format* const format = detectFormat({json(input.toStdString()), true}, reason);
        QVERIFY2(format && format->id == "honeycomb", reason.c_str());
        const RecordingSink sink = import(input.toStdString());
        COMPARE_TEXT(sink.problems(), "");
        QCOMPARE(sink.spans.size(), size_t(2));
        const RecordedSpan& child = sink.spans[0];
        QCOMPARE(child.record.parent.id, sink.spans[1].record.span.id); // the root comes last
        QCOMPARE(child.record.start, int64_t(1773478800500000000));
        QCOMPARE(child.record.duration, int64_t(1250000));
        QCOMPARE(child.record.kind, Kind::Client);
        QCOMPARE(child.record.status, Status::Error);
        COMPARE_TEXT(child.statusMessage, "no");
        COMPARE_TEXT(child.attribute("n"), "7");
        QCOMPARE(child.attributes.size(), size_t(1));
        COMPARE_TEXT(sink.service(child), "cart");
        QCOMPARE(sink.spans[1].record.parent.id, SpanId(0));
        QCOMPARE(sink.contexts.size(), size_t(1));
    }

    void timesInAnyUnit() {
        for (const char* time : {"1773478800.5", "1773478800500", "1773478800500000", "1773478800500000000", "'2026-03-14T09:00:00.5Z'"}) {
            const RecordingSink sink = import(std::string("{'trace.trace_id':'1','trace.span_id':'2','duration_ms':1,'time':") + time + "}");
            QCOMPARE(sink.spans.at(0).record.start, int64_t(1773478800500000000));
        }
        const RecordingSink odd = import("[{'trace.trace_id':'1','trace.span_id':'2','duration_ms':'x','time':'y'},{'trace.trace_id':'1','trace.span_id':'3','time':7}]");
        QCOMPARE(int(odd.spans.at(0).record.flags), int(kNoStart | kUnfinished | kRepaired));
        QCOMPARE(int(odd.spans.at(1).record.flags), int(kNoStart | kUnfinished | kRepaired));
    }

    void fields() {
        std::string sampled = sample("'trace.span_id':'1','duration_ms':0,'library.name':'lib','error':true,'span.kind':'odd','status_code':404,"
                                    "'trace.link.trace_id':'77','trace.link.span_id':'88','nested':{'a':[1, 2]},'gone':null");
        sampled.replace(sampled.find("'samplerate':1"), 14, "'samplerate':16");
        const RecordingSink sink = import(sampled);
        const RecordedSpan& s = sink.spans.at(0);
        COMPARE_TEXT(s.attribute("samplerate"), "16");
        COMPARE_TEXT(s.attribute("error"), "true");
        COMPARE_TEXT(s.attribute("span.kind"), "odd");
        COMPARE_TEXT(s.attribute("status_code"), "404");
        COMPARE_TEXT(s.attribute("nested"), QByteArray("{\"a\":[1,2]}"));
        COMPARE_TEXT(s.attribute("gone"), "(none)");
        QCOMPARE(s.links.at(0).span, SpanId(0x88));
        QCOMPARE(int(s.record.flags), 0);
        COMPARE_TEXT(sink.contexts[s.record.context].scopeName, "lib");
    }

    void eventsOfSpans() {
        const RecordingSink sink = import("[" + kRoot + "," + sample("'meta.annotation_type':'span_event','trace.parent_id':'00000000000000b1','name':'exception','exception.message':'bad'") + "," +
                                          sample("'meta.annotation_type':'link','trace.parent_id':'00000000000000b1','trace.link.span_id':'5'") + "]");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.logs.size(), size_t(1));
        QCOMPARE(sink.logs[0].record.span.id, SpanId(0xb1));
        COMPARE_TEXT(sink.logs[0].eventName, "exception");
        COMPARE_TEXT(sink.problems(), "ignored 1: links that are events of their own; ");
    }

    void oneBadRecordCostsItself() {
        const RecordingSink sink = import("[" + kRoot + ",{'time':1},17," + sample("'name':'no span id'") + "," + sample("'trace.span_id':{}") + "," + kChild + "]");
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(4));
    }

    void cutAnywhere() {
        const std::string whole = json("[" + kChild + "," + kRoot + "]");
        for (size_t size = 0; size <= whole.size(); ++size) {
            const RecordingSink sink = importBytes("honeycomb", whole.substr(0, size));
            for (const RecordedSpan& span : sink.spans) {
                QVERIFY(std::set<std::string>({"query", "GET /", ""}).contains(span.name));
                QVERIFY(std::set<int64_t>({0, 1250000, 10000000}).contains(span.record.duration));
                QVERIFY(std::set<SpanId>({0xb1, 0xb2}).contains(span.record.span.id));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestHoneycomb)
#include "tst_honeycomb.moc"
