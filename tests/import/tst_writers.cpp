// What is written in each format, character by character; how it is split; what it does without.

#include "import_test.h"
#include "writer/trace_writer.h"

#include <set>

using namespace aisle;

namespace {

constexpr int64_t kStart = 1'700'000'000'000'000'000;

/// What a test says to a writer, and what came of it.
class Writing {
public:
    explicit Writing(std::string_view id) {
        for (const WriterFormat& format : writerFormats())
            if (format.id == id)
                writer_ = format.create([this](std::string_view bytes) {
                    bytes_ += bytes;
                    largest_ = std::max(largest_, bytes.size());
                });
    }
    TraceWriter& operator*() { return *writer_; }
    TraceWriter* operator->() { return writer_.get(); }
    std::string finish() {
        writer_->finish();
        return bytes_;
    }
    size_t largest() const { return largest_; }
    size_t written() const { return bytes_.size(); }

private:
    std::string bytes_;
    size_t largest_ = 0;
    std::unique_ptr<TraceWriter> writer_;
};

Attribute attribute(std::string_view key, std::string_view value, ValueType type = ValueType::String) { return {key, type, value}; }

ContextHandle shop(TraceWriter& writer, std::string_view service = "shop") {
    ContextRecord record;
    record.resource = {attribute("service.name", service), attribute("process.pid", "7", ValueType::Int)};
    record.scopeName = "lib";
    record.scopeVersion = "2";
    return writer.context(record);
}

SpanRecord span(ContextHandle context, uint64_t id, uint64_t trace = 0xabc) {
    SpanRecord s;
    s.trace.id = {0x11, trace};
    s.span.id = id;
    s.context = context;
    s.name = "pay";
    s.kind = Kind::Client;
    s.start = kStart;
    s.duration = 2'000'000;
    return s;
}

/// A span with a bit of everything.
void payment(TraceWriter& writer) {
    SpanRecord s = span(shop(writer), 2);
    s.parent.id = 1;
    s.status = Status::Error;
    s.statusMessage = "declined";
    s.traceState = "a=b";
    s.attributes = {attribute("card", "=visa"), attribute("amount", "12.50", ValueType::Double), attribute("items", "3", ValueType::Int),
                    attribute("new", "true", ValueType::Bool)};
    EventRecord& event = s.addEvent();
    event.time = kStart + 1000;
    event.name = "retry";
    event.attributes = {attribute("n", "1", ValueType::Int)};
    LinkRecord& link = s.addLink();
    link.trace.id = {0, 5};
    link.span.id = 6;
    writer.span(s);
}

std::string written(std::string_view format, void (*fill)(TraceWriter&)) {
    Writing writing(format);
    fill(*writing);
    return writing.finish();
}

/// Bytes as \x escapes would have them: "0a 03 ...".
QByteArray hex(std::string_view bytes) { return QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())).toHex(' '); }

#define COMPARE_TEXT(actual, expected) QCOMPARE(QByteArray::fromStdString(actual), QByteArray::fromStdString(expected))

} // namespace

class TestWriters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void jaeger() {
        COMPARE_TEXT(written("jaeger", payment), json(
            "{'data':[\n{'traceID':'00000000000000110000000000000abc','spans':[\n"
            "{'traceID':'00000000000000110000000000000abc','spanID':'0000000000000002','operationName':'pay',"
            "'references':[{'refType':'CHILD_OF','traceID':'00000000000000110000000000000abc','spanID':'0000000000000001'},"
            "{'refType':'FOLLOWS_FROM','traceID':'0000000000000005','spanID':'0000000000000006'}],"
            "'startTime':1700000000000000,'duration':2000,'tags':[{'key':'otel.scope.name','type':'string','value':'lib'},"
            "{'key':'otel.scope.version','type':'string','value':'2'},{'key':'card','type':'string','value':'=visa'},"
            "{'key':'amount','type':'float64','value':12.50},{'key':'items','type':'int64','value':3},{'key':'new','type':'bool','value':true},"
            "{'key':'span.kind','type':'string','value':'client'},{'key':'otel.status_code','type':'string','value':'ERROR'},"
            "{'key':'error','type':'bool','value':true},{'key':'otel.status_description','type':'string','value':'declined'},"
            "{'key':'w3c.tracestate','type':'string','value':'a=b'}],"
            "'logs':[{'timestamp':1700000000000001,'fields':[{'key':'event','type':'string','value':'retry'},"
            "{'key':'n','type':'int64','value':1}]}],'processID':'p1','warnings':null}],"
            "'processes':{\n'p1':{'serviceName':'shop','tags':[{'key':'process.pid','type':'int64','value':7}]}},'warnings':null}\n"
            "],'total':0,'limit':0,'offset':0,'errors':null}\n"));
        COMPARE_TEXT(written("jaeger", [](TraceWriter&) {}), json("{'data':[],'total':0,'limit':0,'offset':0,'errors':null}\n"));
    }

    void zipkin() {
        COMPARE_TEXT(written("zipkin", payment), json(
            "[\n{'traceId':'00000000000000110000000000000abc','id':'0000000000000002','parentId':'0000000000000001','name':'pay','kind':'CLIENT',"
            "'timestamp':1700000000000000,'duration':2000,'localEndpoint':{'serviceName':'shop'},"
            "'annotations':[{'timestamp':1700000000000001,'value':'retry|{\\'n\\':1}|0'}],"
            "'tags':{'otel.scope.name':'lib','otel.scope.version':'2','card':'=visa','amount':'12.50','items':'3','new':'true',"
            "'otel.status_code':'ERROR','error':'true','otel.status_description':'declined','w3c.tracestate':'a=b',"
            "'otlp.link.0':'0000000000000005|0000000000000006||{}|0','process.pid':'7'}}\n]\n"));
        COMPARE_TEXT(written("zipkin", [](TraceWriter&) {}), "[]\n");
    }

    void csv() {
        COMPARE_TEXT(written("csv", payment),
                     "TraceId,SpanId,ParentSpanId,SpanName,SpanKind,ServiceName,StartTimeUnixNano,DurationNano,StatusCode,StatusMessage,TraceState,"
                     "SpanAttributes,Events,Links,ResourceAttributes,ResourceSchemaUrl,ScopeName,ScopeVersion,ScopeAttributes\r\n"
                     "00000000000000110000000000000abc,0000000000000002,0000000000000001,pay,Client,shop,1700000000000000000,2000000,Error,declined,a=b,"
                     "\"{\"\"card\"\":\"\"=visa\"\",\"\"amount\"\":12.50,\"\"items\"\":3,\"\"new\"\":true}\","
                     "\"[{\"\"timeUnixNano\"\":\"\"1700000000000001000\"\",\"\"name\"\":\"\"retry\"\",\"\"attributes\"\":{\"\"n\"\":1}}]\","
                     "\"[{\"\"traceId\"\":\"\"0000000000000005\"\",\"\"spanId\"\":\"\"0000000000000006\"\",\"\"traceState\"\":\"\"\"\",\"\"attributes\"\":{}}]\","
                     "\"{\"\"service.name\"\":\"\"shop\"\",\"\"process.pid\"\":7}\",,lib,2,\r\n");
    }

    // A spreadsheet would run a name that begins like a formula; the guard is taken off again.
    void csvGuardsFormulas() {
        const std::vector<std::string> names = {"=1+1", "'=1+1", "''+x", "-", "@cmd", "\tx", "'quoted'", "plain", " padded ", "a,b", "\"q\"", "two\r\nlines", "null"};
        Writing writing("csv");
        const ContextHandle context = shop(*writing);
        for (size_t i = 0; i < names.size(); ++i) {
            SpanRecord s = span(context, i + 1);
            s.name = names[i];
            writing->span(s);
        }
        const std::string bytes = writing.finish();
        QVERIFY(bytes.find(",\"'=1+1\",") != std::string::npos);
        QVERIFY(bytes.find(",\"''=1+1\",") != std::string::npos);
        QVERIFY(bytes.find(",'quoted',") != std::string::npos);
        const RecordingSink back = importBytes("csv", bytes);
        QCOMPARE(back.spans.size(), names.size());
        for (size_t i = 0; i < names.size(); ++i)
            COMPARE_TEXT(back.spans[i].name, names[i]);
        // Another table's apostrophes are its own.
        const RecordingSink other = importBytes("csv", "TraceId,SpanId,SpanName,DurationNano\na1,b1,'=1+1,5\n");
        COMPARE_TEXT(other.spans.at(0).name, "'=1+1");
    }

    // By the field numbers of opentelemetry-proto's trace.proto, common.proto and resource.proto.
    void otlpProtoByHand() {
        const std::string bytes = written("otlp-proto", [](TraceWriter& writer) {
            ContextRecord record;
            record.resource = {attribute("service.name", "s")};
            record.resourceSchema = "u";
            record.scopeName = "l";
            SpanRecord s = span(writer.context(record), 2, 3);
            s.trace.id.high = 0x0102030405060708;
            s.name = "n";
            s.start = 256;
            s.duration = 1;
            s.status = Status::Error;
            s.attributes = {attribute("i", "-1", ValueType::Int), attribute("d", "1.5", ValueType::Double), attribute("l", "[]", ValueType::Array),
                            attribute("b", "/w==", ValueType::Bytes)};
            writer.span(s);
        });
        const QByteArray resource = "0a 15 0a 13 0a 0c 73 65 72 76 69 63 65 2e 6e 61 6d 65 12 03 0a 01 73";
        const QByteArray scope = "0a 03 0a 01 6c";
        const QByteArray record = "0a 10 01 02 03 04 05 06 07 08 00 00 00 00 00 00 00 03 " // trace id
                                  "12 08 00 00 00 00 00 00 00 02 "                          // span id
                                  "2a 01 6e 30 03 "                                         // name, kind client
                                  "39 00 01 00 00 00 00 00 00 41 01 01 00 00 00 00 00 00 "  // start, end
                                  "4a 10 0a 01 69 12 0b 18 ff ff ff ff ff ff ff ff ff 01 "  // i: int64
                                  "4a 0e 0a 01 64 12 09 21 00 00 00 00 00 00 f8 3f "        // d: double
                                  "4a 07 0a 01 6c 12 02 2a 00 "                             // l: an empty list
                                  "4a 08 0a 01 62 12 03 3a 01 ff "                          // b: bytes
                                  "7a 02 18 02";                                            // status error
        const auto size = [](const QByteArray& text) { return (text.size() + 1) / 3; };
        const auto length = [](qsizetype n) { // as a varint
            return n < 128 ? QByteArray::number(n, 16).rightJustified(2, '0')
                           : QByteArray::number((n & 127) | 128, 16) + " " + QByteArray::number(n >> 7, 16).rightJustified(2, '0');
        };
        const QByteArray scopeSpans = scope + " 12 " + length(size(record)) + " " + record;
        const QByteArray resourceSpans = resource + " 12 " + length(size(scopeSpans)) + " " + scopeSpans + " 1a 01 75";
        const QByteArray message = "0a " + length(size(resourceSpans)) + " " + resourceSpans;
        QCOMPARE(hex(bytes), "00 00 00 " + QByteArray::number(size(message), 16).rightJustified(2, '0') + " " + message);
    }

    // Messages are as large as their largest span has to be, and large values come back whole.
    void largeAttributes() {
        const std::string large(5'000'000, 'x'), lines = std::string(1'500'000, 'y') + "\n" + std::string(10, 'z');
        std::string list = "[";
        for (int i = 0; i < 100'000; ++i)
            list += (i > 0 ? "," : "") + std::to_string(i);
        list += "]";
        std::string deep = std::string(99, '[') + std::string(99, ']');
        for (const auto& [id, importer] : {std::pair("otlp-json", "otlp-json"), {"otlp-proto", "otlp-proto"}, {"jaeger", "jaeger-json"}, {"zipkin", "zipkin-v2"}, {"csv", "csv"}}) {
            Writing writing(id);
            const ContextHandle context = shop(*writing);
            for (uint64_t i = 1; i <= 3; ++i) {
                SpanRecord s = span(context, i);
                s.attributes = {attribute("large", large), attribute("lines", lines), attribute("list", list, ValueType::Array),
                                attribute("deep", deep, ValueType::Array)};
                writing->span(s);
            }
            const RecordingSink back = importBytes(importer, writing.finish());
            QVERIFY2(back.problems().empty(), (std::string(id) + ": " + back.problems()).c_str());
            QCOMPARE(back.spans.size(), size_t(3));
            for (const RecordedSpan& s : back.spans) {
                QVERIFY(s.attribute("large") == large);
                QVERIFY(s.attribute("lines") == lines);
                QVERIFY(s.attribute("list") == list);
                QVERIFY(s.attribute("deep") == deep);
            }
        }
    }

    // Another tool would refuse a whole file for one number that it cannot read.
    void valuesThatAreNotOfTheirType() {
        const std::string tooDeep = std::string(150, '[') + std::string(150, ']');
        const std::vector<Attribute> odd = {
            attribute("a", "9223372036854775808", ValueType::Int), attribute("b", "01", ValueType::Int),       attribute("c", "1e999", ValueType::Double),
            attribute("d", "1.", ValueType::Double),               attribute("e", "yes", ValueType::Bool),     attribute("f", "*", ValueType::Bytes),
            attribute("g", "[1", ValueType::Array),                attribute("h", "{}", ValueType::Array),     attribute("i", "[] x", ValueType::Array),
            attribute("j", "[1e999]", ValueType::Array),           attribute("k", tooDeep, ValueType::Array),  attribute("l", "{\"a\":18446744073709551616}", ValueType::Map)};
        for (const auto& [id, importer] : {std::pair("otlp-json", "otlp-json"), {"otlp-proto", "otlp-proto"}, {"jaeger", "jaeger-json"}, {"csv", "csv"}}) {
            Writing writing(id);
            SpanRecord s = span(shop(*writing), 1);
            s.attributes = odd;
            writing->span(s);
            const RecordingSink back = importBytes(importer, writing.finish());
            QVERIFY2(back.problems().empty(), (std::string(id) + ": " + back.problems()).c_str());
            QCOMPARE(writing->lost().find(loss::kValueType)->second, uint64_t(odd.size()));
            for (const Attribute& a : odd) {
                COMPARE_TEXT(back.spans.at(0).attribute(a.key), std::string(a.value));
                QCOMPARE(back.spans.at(0).type(a.key), ValueType::String);
            }
        }
    }

    // A workspace with a resource per span: what writers keep of resources goes, and nothing else changes.
    void forgottenContexts() {
        for (const auto& [id, importer] : {std::pair("otlp-json", "otlp-json"), {"otlp-proto", "otlp-proto"}, {"jaeger", "jaeger-json"}, {"zipkin", "zipkin-v2"}, {"csv", "csv"}}) {
            Writing writing(id);
            for (uint64_t i = 1; i <= 6; ++i) {
                const std::string service = "service" + std::to_string(i);
                writing->span(span(shop(*writing, service), i));
                if (i % 2 == 0)
                    writing->forgetContexts();
            }
            const RecordingSink back = importBytes(importer, writing.finish());
            QVERIFY2(back.problems().empty(), (std::string(id) + ": " + back.problems()).c_str());
            std::set<std::string> services;
            for (const RecordedSpan& s : back.spans)
                services.insert(std::to_string(s.record.span.id) + back.service(s));
            QCOMPARE(services, (std::set<std::string>{"1service1", "2service2", "3service3", "4service4", "5service5", "6service6"}));
        }
    }

    // One resource and scope is said once for many spans, whatever their order; but no line and no message grows large, and
    // nothing is held back for long.
    void spansAreGatheredByResource() {
        Writing writing("otlp-json");
        const ContextHandle a = shop(*writing, "a"), b = shop(*writing, "b");
        for (uint64_t i = 1; i <= 1000; ++i)
            writing->span(span(i % 2 == 0 ? a : b, i));
        const std::string bytes = writing.finish();
        QCOMPARE(std::count(bytes.begin(), bytes.end(), '\n'), 6); // 2 * (200 + 200 + 100)
        QCOMPARE(importBytes("otlp-json", bytes).spans.size(), size_t(1000));

        for (const char* id : {"otlp-json", "otlp-proto", "jaeger", "zipkin", "csv"}) {
            Writing many(id);
            const std::string text(1000, 'x');
            std::vector<ContextHandle> contexts;
            for (int i = 0; i < 500; ++i)
                contexts.push_back(shop(*many, "service" + std::to_string(i)));
            size_t behind = 0;
            for (uint64_t i = 1; i <= 30'000; ++i) {
                SpanRecord s = span(contexts[i % contexts.size()], i);
                s.attributes = {attribute("text", text)};
                many->span(s);
                behind = std::max(behind, static_cast<size_t>(i) * text.size() - std::min(many.written(), static_cast<size_t>(i) * text.size()));
            }
            many.finish();
            QVERIFY2(behind < 12U << 20 && many.largest() < 12U << 20, id);
        }
    }

    void linesStayBelowWhatReadersTake() {
        Writing writing("otlp-json");
        const ContextHandle context = shop(*writing);
        const std::string text(20'000, 'x');
        for (uint64_t i = 1; i <= 100; ++i) {
            SpanRecord s = span(context, i);
            s.attributes = {attribute("text", text)};
            writing->span(s);
        }
        const std::string bytes = writing.finish();
        size_t longest = 0;
        for (size_t at = 0; at < bytes.size();) {
            const size_t end = bytes.find('\n', at);
            longest = std::max(longest, end - at);
            at = end + 1;
        }
        QVERIFY(longest > 200'000 && longest < 1U << 20);
    }
};

QTEST_GUILESS_MAIN(TestWriters)
#include "tst_writers.moc"
