#include "import_test.h"
#include "proto/proto_framing.h"

#include <QtTest/QtTest>

#include <protozero/pbf_writer.hpp>

using namespace aisle;

namespace {

using protozero::pbf_writer;

void attribute(pbf_writer& parent, uint32_t tag, const std::string& key, const std::string& value) {
    pbf_writer pair(parent, tag);
    pair.add_string(1, key);
    pbf_writer any(pair, 2);
    any.add_string(1, value);
}

std::string span(uint64_t id) {
    std::string bytes;
    pbf_writer writer(bytes);
    writer.add_bytes(1, std::string("\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c", 16));
    std::string spanId(8, '\0');
    spanId[7] = static_cast<char>(id);
    writer.add_bytes(2, spanId);
    writer.add_string(5, "op");
    writer.add_enum(6, 2);
    writer.add_fixed64(7, 1000);
    writer.add_fixed64(8, 3000);
    attribute(writer, 9, "k", "v");
    {
        pbf_writer pair(writer, 9);
        pair.add_string(1, "list");
        pbf_writer any(pair, 2);
        pbf_writer list(any, 5);
        { pbf_writer item(list, 1); item.add_int64(3, -5); }
        { pbf_writer item(list, 1); item.add_bool(2, true); }
        { pbf_writer item(list, 1); item.add_double(4, 1.5); }
        { pbf_writer item(list, 1); item.add_bytes(7, std::string("\0\1", 2)); }
    }
    { pbf_writer event(writer, 11); event.add_fixed64(1, 1500); event.add_string(2, "e"); }
    { pbf_writer status(writer, 15); status.add_string(2, "bad"); status.add_enum(3, 2); }
    return bytes;
}

std::string message(const std::vector<std::string>& spans, bool resourceLast = false, uint32_t scopes = 2) {
    std::string bytes;
    pbf_writer root(bytes);
    pbf_writer resourceSpans(root, 1);
    const auto resource = [&] {
        pbf_writer content(resourceSpans, 1);
        attribute(content, 1, "service.name", "cart");
    };
    if (!resourceLast)
        resource();
    {
        pbf_writer scope(resourceSpans, scopes);
        { pbf_writer content(scope, 1); content.add_string(1, "lib"); }
        for (const std::string& one : spans)
            scope.add_message(2, one);
    }
    if (resourceLast)
        resource();
    return bytes;
}

std::string framed(ProtoFraming framing, const std::string& bytes) {
    std::string prefix;
    switch (framing) {
    case ProtoFraming::BigEndian32:
        for (int shift = 24; shift >= 0; shift -= 8)
            prefix += static_cast<char>(bytes.size() >> shift & 255);
        break;
    case ProtoFraming::LittleEndian64:
        for (int shift = 0; shift < 64; shift += 8)
            prefix += static_cast<char>(bytes.size() >> shift & 255);
        break;
    case ProtoFraming::Varint: protozero::write_varint(std::back_inserter(prefix), bytes.size()); break;
    default: break;
    }
    return prefix + bytes;
}

RecordingSink import(const std::string& bytes, ImportLimits limits = {}) { return importBytes("otlp-proto", bytes, limits); }

} // namespace

class TestOtlpProto : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void framings() {
        for (const ProtoFraming framing :
             {ProtoFraming::Raw, ProtoFraming::BigEndian32, ProtoFraming::LittleEndian64, ProtoFraming::Varint}) {
            std::string input;
            for (uint64_t i = 1; i <= (framing == ProtoFraming::Raw ? 1U : 5U); ++i)
                input += framed(framing, message({span(2 * i), span(2 * i + 1)}));
            QCOMPARE(static_cast<int>(guessFraming(input, true).framing), static_cast<int>(framing));
            const RecordingSink sink = import(input);
            QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
            QCOMPARE(sink.spans.size(), size_t(framing == ProtoFraming::Raw ? 2 : 10));
            QCOMPARE(sink.contexts.size(), size_t(1));
        }
    }

    void fields() {
        const RecordingSink sink = import(message({span(7)}));
        const RecordedSpan& s = sink.spans.at(0);
        QCOMPARE(s.record.trace.id, (TraceId{0x0af7651916cd43dd, 0x8448eb211c80319c}));
        QCOMPARE(s.record.span.id, SpanId(7));
        QCOMPARE(s.name, std::string("op"));
        QCOMPARE(s.record.kind, Kind::Server);
        QCOMPARE(s.record.start, int64_t(1000));
        QCOMPARE(s.record.duration, int64_t(2000));
        QCOMPARE(s.record.status, Status::Error);
        QCOMPARE(s.statusMessage, std::string("bad"));
        QCOMPARE(s.attribute("k"), std::string("v"));
        QCOMPARE(s.attribute("list"), std::string("[-5,true,1.5,\"AAE=\"]"));
        QCOMPARE(s.events.at(0).name, std::string("e"));
        QCOMPARE(sink.service(s), std::string("cart"));
        QCOMPARE(sink.contexts[s.record.context].scopeName, std::string("lib"));
    }

    void resourceBehindItsScopesAndOldScopes() {
        for (const uint32_t scopes : {2U, 1000U}) {
            const RecordingSink sink = import(message({span(1), span(2)}, true, scopes));
            QCOMPARE(sink.spans.size(), size_t(2));
            QCOMPARE(sink.service(sink.spans[1]), std::string("cart"));
            QCOMPARE(sink.contexts[sink.spans[1].record.context].scopeName, std::string("lib"));
        }
    }

    /// What is changed is said: numbers that no OTLP has, ids of more bytes.
    void valuesThatAreUnknown() {
        const auto spanOf = [](int kind, int status, size_t idBytes) {
            std::string bytes;
            pbf_writer writer(bytes);
            writer.add_bytes(1, std::string(16, 'a'));
            writer.add_bytes(2, std::string(idBytes, 'b'));
            writer.add_enum(6, kind);
            pbf_writer(writer, 15).add_enum(3, status);
            return bytes;
        };
        const RecordingSink sink = import(message({spanOf(6, 1, 8), spanOf(2, 3, 8), spanOf(2, 1, 9), spanOf(5, 2, 8)}));
        QCOMPARE(sink.spans.size(), size_t(4));
        for (const char* what : {"an unknown span kind", "an unknown status code", "an id of more bytes than OTLP's is cut"})
            QCOMPARE(sink.repairs.at(what).size(), size_t(1));
        for (size_t i = 0; i < 4; ++i)
            QCOMPARE((sink.spans[i].record.flags & kRepaired) != 0, i < 3);
    }

    void aDamagedSpanCostsItself() {
        std::string bad = span(2);
        bad[bad.size() - 1] = '\x7f';
        bad += "\x07"; // wire type 7
        const RecordingSink sink = import(message({span(1), bad, span(3)}));
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(1));
    }

    void aLargeSpanIsSkipped() {
        std::string large = span(2);
        pbf_writer(large).add_string(3, std::string(5000, 'x'));
        ImportLimits limits;
        limits.recordBytes = 1000;
        const RecordingSink sink = import(message({span(1), large, span(3)}), limits);
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.skipCount(), size_t(1));
    }

    void truncated() {
        const std::string whole = framed(ProtoFraming::BigEndian32, message({span(1)})) +
                                  framed(ProtoFraming::BigEndian32, message({span(2), span(3)}));
        for (size_t size = whole.size() / 2 + 10; size < whole.size(); ++size) {
            const RecordingSink sink = import(whole.substr(0, size));
            QVERIFY(!sink.spans.empty());
            QCOMPARE(sink.skipCount(), size_t(1));
        }
    }

    // A field whose number stood at the very end of its message made the reader lose its place for the rest of the file.
    void aDamagedMessageCostsItself() {
        for (const char last : {'\x09', '\x0d', '\x08', '\x12', '\x0b'}) {
            std::string bytes;
            for (uint64_t i = 1; i <= 20; ++i) {
                std::string one = message({span(i)});
                if (i == 5) { // one more byte in the resource spans
                    std::string inner = one.substr(one.size() - (one.size() - 3)); // behind tag and two bytes of length
                    if (static_cast<unsigned char>(one[1]) < 0x80)
                        inner = one.substr(2);
                    inner += last;
                    one.clear();
                    pbf_writer(one).add_message(1, inner);
                }
                bytes += framed(ProtoFraming::BigEndian32, one);
            }
            const RecordingSink sink = import(bytes);
            QCOMPARE(sink.spans.size(), size_t(20));
            QCOMPARE(sink.skipCount(), size_t(1));
        }
    }

    // A LogsData as OpenTelemetry's logs.proto numbers it, byte by byte.
    void logRecordsByHand() {
        const std::string trace("\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c", 16), id("\0\0\0\0\0\0\0\x07", 8);
        const std::string record = std::string("\x09\xe8\x03\0\0\0\0\0\0", 9) +  // 1, fixed64: time 1000
                                   "\x10\x09" +                                     // 2, varint: severity 9
                                   "\x1a\x04INFO" +                                 // 3: severity text
                                   "\x2a\x06\x0a\x04" "paid" +                      // 5: body, an AnyValue with a string
                                   "\x32\x09\x0a\x01k\x12\x04\x0a\x02v1" +         // 6: attribute k
                                   "\x4a\x10" + trace + "\x52\x08" + id +           // 9, 10: ids
                                   std::string("\x59\xd0\x07\0\0\0\0\0\0", 9) +  // 11, fixed64: observed 2000
                                   "\x62\x03" "buy";                                // 12: event name
        const std::string scope = "\x0a\x05\x0a\x03lib\x12" + std::string(1, static_cast<char>(record.size())) + record;
        const std::string resource = std::string("\x0a\x18\x0a\x16\x0a\x0cservice.name\x12\x06\x0a\x04" "cart");
        const std::string logs = resource + "\x12" + std::string(1, static_cast<char>(scope.size())) + scope;
        std::string bytes;
        pbf_writer(bytes).add_message(1, logs);

        std::string reason;
        const Format* const format = detectFormat({bytes, true}, reason);
        QVERIFY2(format != nullptr && format->id == "otlp-proto", reason.c_str());
        QVERIFY2(reason.find("log records, one message") != std::string::npos, reason.c_str());

        const RecordingSink sink = import(bytes);
        QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray());
        QCOMPARE(sink.spans.size(), size_t(0));
        QCOMPARE(sink.logs.size(), size_t(1));
        const RecordingSink::Log& log = sink.logs[0];
        QCOMPARE(log.record.time, int64_t(1000));
        QCOMPARE(log.record.severity, 9);
        QCOMPARE(log.severityText, std::string("INFO"));
        QCOMPARE(log.body, std::string("paid"));
        QCOMPARE(log.attributes.at(0).value, std::string("v1"));
        QCOMPARE(log.record.trace.id, (TraceId{0x0af7651916cd43dd, 0x8448eb211c80319c}));
        QCOMPARE(log.record.span.id, SpanId(7));
        QCOMPARE(log.eventName, std::string("buy"));
        QCOMPARE(sink.contexts[log.record.context].attribute("service.name"), std::string("cart"));
        QCOMPARE(sink.contexts[log.record.context].scopeName, std::string("lib"));
    }

    void aLogRecordWithoutATimeOfItsOwn() {
        std::string record;
        {
            pbf_writer writer(record);
            writer.add_fixed64(11, 5000);
            pbf_writer body(writer, 5);
            body.add_int64(3, 42);
        }
        const RecordingSink sink = import(message({record}));
        QCOMPARE(sink.logs.at(0).record.time, int64_t(5000));
        QCOMPARE(sink.logs.at(0).record.bodyType, ValueType::Int);
        QCOMPARE(sink.logs.at(0).body, std::string("42"));
    }

    // As a file exporter of the collector writes it that is in the pipelines of all three signals.
    void tracesLogsAndMetricsInOneFile() {
        std::string log, gauge, sum;
        {
            pbf_writer writer(log);
            writer.add_fixed64(1, 1500);
            writer.add_enum(2, 17);
            std::string id(8, '\0');
            id[7] = 1;
            writer.add_bytes(9, span(1).substr(2, 16));
            writer.add_bytes(10, id);
        }
        {
            pbf_writer writer(gauge);
            writer.add_string(1, "process.memory");
            writer.add_string(2, "used");
            pbf_writer value(writer, 5);
            pbf_writer point(value, 1);
            point.add_fixed64(3, 1500);
        }
        {
            pbf_writer writer(sum);
            writer.add_string(1, "http.server.time"); // as long as a trace id
            writer.add_string(3, "ms");
            pbf_writer value(writer, 7);
            value.add_enum(2, 2);
        }
        for (const ProtoFraming framing : {ProtoFraming::BigEndian32, ProtoFraming::Varint}) {
            const std::string bytes = framed(framing, message({gauge, sum})) + framed(framing, message({span(1), span(2)})) +
                                      framed(framing, message({log})) + framed(framing, message({gauge}));
            std::string reason;
            QVERIFY2(detectFormat({bytes, true}, reason) == formatNamed("otlp-proto"), reason.c_str());
            const RecordingSink sink = import(bytes);
            QCOMPARE(sink.spans.size(), size_t(2));
            QCOMPARE(sink.logs.size(), size_t(1));
            QCOMPARE(sink.logs[0].record.trace.id, sink.spans[0].record.trace.id);
            QCOMPARE(sink.logs[0].record.span.id, sink.spans[0].record.span.id);
            QCOMPARE(QByteArray::fromStdString(sink.problems()), QByteArray("ignored 3: metrics; "));
        }
        std::string reason;
        QVERIFY(detectFormat({message({gauge, sum}), true}, reason) == formatNamed("otlp-proto")); // and the import says that it has no spans
        QCOMPARE(import(message({gauge, sum})).ignores.at("metrics"), uint64_t(2));
    }

    void whatARecordIs() {
        QCOMPARE(otlpRecordOf(span(1)), OtlpRecord::Span);
        std::string record;
        pbf_writer(record).add_string(1, "a.metric.name");
        QCOMPARE(otlpRecordOf(record), OtlpRecord::Unknown);
        pbf_writer(record).add_message(9, std::string());
        QCOMPARE(otlpRecordOf(record), OtlpRecord::Metric);
        record.clear();
        pbf_writer(record).add_message(5, std::string("\x0a\x01x")); // a log record with a body alone
        QCOMPARE(otlpRecordOf(record), OtlpRecord::Log);
        record.clear();
        pbf_writer(record).add_bytes(1, "123"); // a span with a short trace id
        pbf_writer(record).add_fixed64(7, 1);
        QCOMPARE(otlpRecordOf(record), OtlpRecord::Span);
        QCOMPARE(otlpRecordOf(""), OtlpRecord::Unknown);
    }
};

QTEST_GUILESS_MAIN(TestOtlpProto)
#include "tst_otlp_proto.moc"
