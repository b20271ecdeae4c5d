#include "import_test.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {

std::string span(const std::string& id, const std::string& more = "") {
    return json("{'traceId':'0af7651916cd43dd8448eb211c80319c','spanId':'") + id +
           json("','name':'op','startTimeUnixNano':'1000','endTimeUnixNano':'3000'") + (more.empty() ? "" : ",") + more + "}";
}
const std::string kResource = json("'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'cart'}}]}");

std::string request(const std::string& spans) {
    return "{\"resourceSpans\":[{" + kResource + ",\"scopeSpans\":[{\"scope\":{\"name\":\"lib\"},\"spans\":[" + spans + "]}]}]}";
}

RecordingSink import(const std::string& text) { return importBytes("otlp-json", text); }

} // namespace

class TestOtlpJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapes_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<int>("count");
        const std::string one = request(span("01"));
        const std::string bare = one.substr(18, one.size() - 20);
        const auto row = [](const char* name, const std::string& text, int count) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << count;
        };
        row("request", one, 1);
        row("lines", one + "\n" + request(span("02") + "," + span("03")) + "\n" + one, 4);
        row("two on a line", one + "\n" + one + one + "\n" + one, 4);
        row("array", "[" + one + ",\n" + one + "]", 2);
        row("bare", bare, 1);
        row("bare lines", bare + "\n" + bare + "\n", 2);
        row("array of bare", "[" + bare + "," + bare + "]", 2);
        std::string batches = one;
        batches.replace(2, 13, "batches");
        row("Tempo", batches, 1);
        row("Tempo v2", "{\"trace\":" + one + "}", 1);
        row("api_v3", "{\"result\":" + one + "}\n{\"result\":" + one + "}", 2);
        std::string old = one;
        old.replace(old.find("scopeSpans"), 10, "instrumentationLibrarySpans");
        old.replace(old.find("\"scope\""), 7, "\"instrumentationLibrary\"");
        row("old scopes", old, 1);
    }
    void shapes() {
        QFETCH(QByteArray, input);
        QFETCH(int, count);
        const RecordingSink sink = import(input.toStdString());
        QCOMPARE(static_cast<int>(sink.spans.size()), count);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        for (const RecordedSpan& s : sink.spans) {
            QCOMPARE(sink.service(s), std::string("cart"));
            QCOMPARE(sink.contexts[s.record.context].scopeName, std::string("lib"));
        }
        QCOMPARE(sink.contexts.size(), size_t(1)); // the same bytes are asked for once
    }

    void fields() {
        const RecordingSink sink = import(request(span("00f067aa0ba902b7", json("'parentSpanId':'b7ad6b7169203331',"
            "'kind':'SPAN_KIND_SERVER','traceState':'a=b','status':{'code':'STATUS_CODE_ERROR','message':'no \\u00e9'},"
            "'attributes':[{'key':'s','value':{'stringValue':'x\\'y'}},{'key':'i','value':{'intValue':'9007199254740993'}},"
            "{'key':'n','value':{'intValue':7}},{'key':'d','value':{'doubleValue':1.5}},{'key':'b','value':{'boolValue':true}},"
            "{'key':'y','value':{'bytesValue':'AAE='}},"
            "{'key':'a','value':{'arrayValue':{'values':[{'stringValue':'a'},{'intValue':'1'},{'arrayValue':{}}]}}},"
            "{'key':'m','value':{'kvlistValue':{'values':[{'key':'k','value':{'boolValue':false}}, {'key':'l','value':{'kvlistValue':{'values':[]}}}]}}},"
            "{'key':'empty','value':{}}],"
            "'events':[{'timeUnixNano':'1500','name':'e','attributes':[{'key':'k','value':{'stringValue':'v'}}]}],"
            "'links':[{'traceId':'O6VWCcPN5JZJzXfR+dzZNg==','spanId':'Sc130fnc2TY='}]"))));
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.span.id, SpanId(0x00f067aa0ba902b7));
        QCOMPARE(s.record.trace.id, (TraceId{0x0af7651916cd43dd, 0x8448eb211c80319c}));
        QCOMPARE(s.record.parent.id, SpanId(0xb7ad6b7169203331));
        QCOMPARE(s.record.kind, Kind::Server);
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.statusMessage, std::string("no \xc3\xa9"));
        QCOMPARE(s.traceState, std::string("a=b"));
        QCOMPARE(s.record.start, int64_t(1000));
        QCOMPARE(s.record.duration, int64_t(2000));
        QCOMPARE(s.attribute("s"), std::string("x\"y"));
        QCOMPARE(s.attribute("i"), std::string("9007199254740993"));
        QCOMPARE(s.type("i"), ValueType::Int);
        QCOMPARE(s.attribute("n"), std::string("7"));
        QCOMPARE(s.type("d"), ValueType::Double);
        QCOMPARE(s.attribute("b"), std::string("true"));
        QCOMPARE(s.type("y"), ValueType::Bytes);
        QCOMPARE(s.attribute("a"), std::string("[\"a\",1,[]]"));
        QCOMPARE(s.attribute("m"), std::string("{\"k\":false,\"l\":{}}"));
        QCOMPARE(s.attribute("empty"), std::string());
        QCOMPARE(s.events.at(0).name, std::string("e"));
        QCOMPARE(s.events.at(0).time, int64_t(1500));
        QCOMPARE(s.links.at(0).trace, (TraceId{0x3ba55609c3cde496, 0x49cd77d1f9dcd936}));
        QCOMPARE(s.links.at(0).span, SpanId(0x49cd77d1f9dcd936));
    }

    void contextBehindItsSpans() {
        const std::string text = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + span("01") +
                                 "],\"scope\":{\"name\":\"lib\"}}]," + kResource + "}]}";
        for (const std::string& input : {text, text + "\n" + text + "\n" + text}) {
            const RecordingSink sink = import(input);
            for (const RecordedSpan& s : sink.spans) {
                QCOMPARE(sink.service(s), std::string("cart"));
                QCOMPARE(sink.contexts[s.record.context].scopeName, std::string("lib"));
            }
        }
    }

    void oneBadRecordCostsItself_data() {
        QTest::addColumn<QByteArray>("bad");
        QTest::addColumn<bool>("kept");
        const auto row = [](const char* name, const std::string& text, bool kept) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << kept;
        };
        row("invalid UTF-8", span("02", "\"traceState\":\"\xff\""), true);
        row("control character", span("02", "\"traceState\":\"\x01\""), true);
        row("lone surrogate", span("02", json("'traceState':'\\ud800'")), true);
        row("NaN", span("02", json("'attributes':[{'key':'x','value':{'doubleValue':NaN}}]")), true);
        row("surplus comma", span("02", json("'attributes':[],")), true);
        row("no trace id", json("{'spanId':'02'}"), false);
        row("no object", "17", false);
        std::string deep;
        for (int i = 0; i < 3000; ++i)
            deep += json("{'arrayValue':{'values':[");
        row("too deep", span("02", json("'attributes':[{'key':'x','value':") + deep), false);
        row("wrong type", span("02", json("'attributes':17")), true);
    }
    void oneBadRecordCostsItself() {
        QFETCH(QByteArray, bad);
        QFETCH(bool, kept);
        std::string text = bad.toStdString();
        if (text.find("arrayValue") != std::string::npos) {
            text.pop_back();
            for (int i = 0; i < 3000; ++i)
                text += "]}}";
            text += "}]}";
        }
        const std::string good = request(span("01"));
        const std::string mixed = request(span("01") + "," + text + "," + span("03"));
        // As a line among lines (whole first, then by record), and as one document (by record).
        for (const std::string& input : {good + "\n" + mixed + "\n" + good, mixed}) {
            const bool lines = input != mixed;
            const RecordingSink sink = import(input);
            QCOMPARE(sink.spans.size(), size_t((lines ? 4 : 2) + (kept ? 1 : 0)));
            QCOMPARE(sink.repairCount(), size_t(kept ? 1 : 0));
            QCOMPARE(sink.skipCount(), size_t(kept ? 0 : 1));
            size_t flagged = 0;
            for (const RecordedSpan& s : sink.spans)
                flagged += (s.record.flags & kRepaired) != 0;
            QCOMPARE(flagged, size_t(kept ? 1 : 0));
        }
    }

    void aBrokenLineWithAnOpenContext() {
        // The first attempt opens a context and gives one span before it fails; the second must give neither again.
        const std::string good = request(span("01"));
        const std::string bad = "{\"resourceSpans\":[{\"scopeSpans\":[{\"scope\":{\"name\":\"late\"},\"spans\":[" + span("02") + "," +
                                span("03", json("'traceState':'\\ud800'")) + "]}]," + kResource + "}]}";
        const RecordingSink sink = import(good + "\n" + bad + "\n" + good);
        QCOMPARE(sink.spans.size(), size_t(4));
        for (const RecordedSpan& s : sink.spans)
            QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(sink.contexts.size(), size_t(2));
    }

    void truncatedEnd() {
        const std::string text = request(span("01") + "," + span("02", json("'traceState':'abc'")));
        const RecordingSink sink = import(text.substr(0, text.find("abc") + 2));
        QCOMPARE(sink.spans.size(), size_t(2));
        QVERIFY(sink.spans[1].record.flags & kRepaired);
        QCOMPARE(sink.spans[1].traceState, std::string()); // not the part that is left of it
        QCOMPARE(sink.skipCount(), size_t(1)); // said once: the input ends inside a document
    }

    void times() {
        RecordingSink sink = import(request(json("{'traceId':'1','spanId':'2','startTimeUnixNano':1544712660300000001}")));
        QCOMPARE(sink.spans.at(0).record.start, int64_t(1544712660300000001));
        QCOMPARE(int(sink.spans[0].record.flags), int(kUnfinished));
        sink = import(request(json("{'traceId':'1','spanId':'2','startTimeUnixNano':'20','endTimeUnixNano':'10'}")));
        QCOMPARE(int(sink.spans.at(0).record.flags), int(kNegative));
        sink = import(request(json("{'traceId':'1','spanId':'2','startTimeUnixNano':'x','endTimeUnixNano':'10'}")));
        QCOMPARE(int(sink.spans.at(0).record.flags), int(kNoStart | kRepaired));
    }

    void idsThatAreNoHex() {
        const RecordingSink sink = import(request(json("{'traceId':'!!!INVALID_BASE64!!!','spanId':'INVALID=='}")));
        QCOMPARE(sink.spans.at(0).traceText, std::string("!!!INVALID_BASE64!!!"));
        QCOMPARE(sink.spans.at(0).record.trace.id, traceIdFromText("!!!INVALID_BASE64!!!"));
    }

    // A line read twice, as a whole and record by record, gave the second resource's spans the first one's service.
    void aBrokenLineKeepsItsServices() {
        const auto resource = [](const std::string& service, const std::string& spans) {
            return "{\"scopeSpans\":[{\"spans\":[" + spans + "]}]," +
                   json("'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'") + service + json("'}}]}}");
        };
        const std::string broken = json("{'traceId':'01','spanId':'09','name':'o\\ud800p'}");
        const std::string line = "{\"resourceSpans\":[" + resource("a", span("01")) + "," + resource("b", broken + "," + span("02")) + "," +
                                 resource("c", span("03") + "," + json("{'name':'x'}")) + "]}\n";
        const RecordingSink sink = import(line + line);
        QCOMPARE(sink.spans.size(), size_t(8));
        for (size_t i = 0; i < 8; ++i)
            QCOMPARE(sink.service(sink.spans[i]), std::string(i % 4 == 0 ? "a" : i % 4 == 3 ? "c" : "b"));
        QCOMPARE(sink.skipCount(), size_t(2));
    }

    // The schema URL stands behind the scopes in collectors' files, and was lost.
    void schemaBehindItsScopes() {
        std::string one = request(span("01"));
        one.insert(one.size() - 3, json(",'schemaUrl':'https://schema/1'"));
        const RecordingSink sink = import(one + "\n" + one + "\n");
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(sink.spans.size(), size_t(2));
        for (const RecordedSpan& s : sink.spans)
            QCOMPARE(sink.contexts[s.record.context].schema, std::string("https://schema/1"));
    }

    // A record cut in the middle of a number or text got a time, a parent or a name that it never had.
    void whatIsCutOffIsNotMadeUp() {
        const std::string whole = request(json("{'traceId':'0af7651916cd43dd8448eb211c80319c','spanId':'0102030405060708',"
                                               "'parentSpanId':'1112131415161718','name':'checkout','startTimeUnixNano':1700000000000000000,"
                                               "'endTimeUnixNano':'1700000000000000005','kind':3}"));
        for (size_t at = whole.find("\"traceId\""); at < whole.size(); ++at) {
            for (const std::string& cut : {whole.substr(0, at), whole + "\n" + whole.substr(0, at) + "\n" + whole}) { // in lines, too
                for (const RecordedSpan& s : import(cut).spans) {
                    QVERIFY2(s.record.span.id == 0x0102030405060708, cut.c_str());
                    QVERIFY2(s.record.parent.id == 0 || s.record.parent.id == 0x1112131415161718, cut.c_str());
                    QVERIFY2(s.name.empty() || s.name == "checkout", cut.c_str());
                    QVERIFY2(s.record.start == 0 || s.record.start == 1700000000000000000, cut.c_str());
                    QVERIFY2(s.record.start != 0 || (s.record.flags & kNoStart) != 0, cut.c_str());
                    QVERIFY2(s.record.duration == 5 || (s.record.flags & kUnfinished) != 0 || s.record.start == 0, cut.c_str());
                }
            }
        }
    }

    void logsAndMetrics() {
        const RecordingSink sink = import(
            request(span("01")) + "\n{\"resourceLogs\":[{" + kResource +
            json(",'scopeLogs':[{'logRecords':[{'timeUnixNano':'5','severityNumber':'SEVERITY_NUMBER_INFO2','body':{'stringValue':'hi'},"
            "'traceId':'0af7651916cd43dd8448eb211c80319c','spanId':'01','attributes':[{'key':'exception.type','value':{'stringValue':'E'}}]}]}]}]}")
            + "\n{\"resourceMetrics\":[{},{}]}\n");
        QCOMPARE(sink.spans.size(), size_t(1));
        QCOMPARE(sink.logs.size(), size_t(1));
        QCOMPARE(sink.logs[0].body, std::string("hi"));
        QCOMPARE(sink.logs[0].record.severity, 10);
        QCOMPARE(sink.logs[0].record.span.id, SpanId(1));
        QCOMPARE(sink.contexts[sink.logs[0].record.context].attribute("service.name"), std::string("cart"));
        QCOMPARE(sink.ignores.at("metrics"), uint64_t(2));
        QCOMPARE(import(json("{'scopeMetrics':[{},{},{}]}")).ignores.at("metrics"), uint64_t(3));
    }

    /// Containers of another shape were passed over in silence, with all spans in them.
    void otherShapesAreSaid_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QByteArray>("reason");
        const std::string good = "{'spans':[" + span("02") + "]}";
        const auto resource = [](const std::string& scopes) { return QByteArray::fromStdString("{'resourceSpans':[{'scopeSpans':" + scopes + "}]}"); };
        QTest::newRow("resourceSpans") << QByteArray::fromStdString("{'resourceSpans':{'scopeSpans':[" + good + "]}}") << QByteArray("\"resourceSpans\" that is no list");
        QTest::newRow("scopeSpans") << resource(good) << QByteArray("\"scopeSpans\" that is no list");
        QTest::newRow("spans") << resource("[{'spans':" + span("01") + "}]") << QByteArray("\"spans\" that is no list");
        QTest::newRow("a scope") << resource("[[" + good + "]]") << QByteArray("an element that is no object");
        QTest::newRow("a document") << QByteArray("[17]") << QByteArray("something else than a document of resourceSpans");
    }
    void otherShapesAreSaid() {
        QFETCH(QByteArray, input);
        QFETCH(QByteArray, reason);
        const std::string document = json(input.toStdString());
        for (const std::string& text : {request(span("01")) + "\n" + document + "\n", "[" + request(span("01")) + ",\n" + document + "]"}) { // a line; a document
            const RecordingSink sink = import(text);
            QCOMPARE(sink.spans.size(), size_t(1));
            QVERIFY2(sink.problems().find("skipped 1: " + reason.toStdString()) != std::string::npos, sink.problems().c_str());
            QCOMPARE(sink.skipCount(), size_t(1));
        }
    }

    void unknownKeysArePassedOver() {
        const std::string odd = json("'a':{'spans':[{}]},'b':[1,[2]],'c':'x','d':null,'partialSuccess':{}");
        const std::string text = json("{") + odd + json(",'resourceSpans':[{") + odd + "," + kResource + json(",'scopeSpans':[{") + odd + json(",'spans':[") + span("01", odd) + "]}]}]}";
        for (const std::string& input : {text, "[\n" + text + "\n]"}) {
            const RecordingSink sink = import(input);
            QCOMPARE(sink.spans.size(), size_t(1));
            QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        }
    }

    /// One part of another type took the span with it.
    void partsOfAnotherType() {
        for (const char* part : {"'attributes':'x'", "'links':{}", "'events':5"}) {
            const RecordingSink sink = import(request(span("01", json(part))));
            QCOMPARE(sink.spans.size(), size_t(1));
            QCOMPARE(sink.repairs.at("a part that is no list left out").size(), size_t(1));
            QVERIFY(sink.spans[0].record.flags & kRepaired);
        }
        QCOMPARE(import(request(span("01", json("'status':5")))).repairs.at("a part that is no object left out").size(), size_t(1));
    }

    /// An end without a start made a duration of 54 years.
    void noStart() {
        const auto timed = [](const std::string& start, const std::string& end) {
            return request(json("{'traceId':'0af7651916cd43dd8448eb211c80319c','spanId':'01','startTimeUnixNano':'" + start + "','endTimeUnixNano':'" + end + "'}"));
        };
        for (const char* start : {"0", "x", "99999999999999999999999"}) {
            const RecordedSpan span = import(timed(start, "1700000000000000000")).spans.at(0);
            QCOMPARE(span.record.duration, int64_t(0));
            QCOMPARE(int(span.record.flags & (kNoStart | kUnfinished)), int(kNoStart | kUnfinished));
        }
        QCOMPARE(import(timed("0", "5000")).spans.at(0).record.duration, int64_t(5000)); // a clock that counts from 0
    }

    void escapesInASchemaUrl() {
        const std::string line = json("{'resourceSpans':[{" + kResource + ",'schemaUrl':'https:\\/\\/x\\u0041','scopeSpans':[{'spans':[" + span("01") + "]}]}]}");
        for (const std::string& text : {line + "\n", "[\n" + line + "\n]"}) {
            const RecordingSink sink = import(text);
            QCOMPARE(sink.contexts[sink.spans.at(0).record.context].schema, std::string("https://xA"));
        }
    }
};

QTEST_GUILESS_MAIN(TestOtlpJson)
#include "tst_otlp_json.moc"
