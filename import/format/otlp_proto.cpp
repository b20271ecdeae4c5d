// OTLP protobuf: TracesData, LogsData and the requests that are the same on the wire, raw or with length prefixes.
// Log records are handed over, metrics counted.
//
// Descends resource by resource and scope by scope on the wire itself, so that a message of any size needs a
// window of one span only (one message of the collector may be 24 MB, a raw file one message of gigabytes).

#include "format/otlp_contexts.h"
#include "format/otlp_proto_record.h"
#include "importer.h"
#include "proto/byte_window.h"
#include "proto/proto_framing.h"

namespace aisle {

namespace {

constexpr uint64_t kUnknownEnd = UINT64_MAX;
constexpr uint32_t kOldScopes = 1000; // instrumentation_library_spans, until OTLP 0.15

class OtlpProtoReader {
public:
    OtlpProtoReader(ByteSource& input, SpanSink& sink, const ImportLimits& limits)
        : m_window(input), m_sink(sink), m_limit(limits.recordBytes),
          m_contexts(sink, [this](auto resource, auto schema, auto scope, ContextRecord& record) {
              m_records.readContext(resource, schema, scope, record, m_problem);
              if (!m_problem.empty())
                  m_sink.repaired("a resource or scope could not be read whole: " + m_problem, position());
          }) {}

    void run() {
        messages();
        if (m_metrics != 0)
            m_sink.ignored("metrics", m_metrics);
    }

private:
    void messages() {
        const bool complete = !m_window.have(64 * 1024);
        const FramingGuess guess = guessFraming(m_window.view(64 * 1024), complete);
        if (guess.framing == ProtoFraming::None || guess.framing == ProtoFraming::Raw) {
            message(kUnknownEnd);
            return;
        }
        while (m_window.have(1)) {
            m_window.have(10);
            const FrameHeader header = frameHeader(guess.framing, m_window.view(10));
            if (header.size == 0) {
                m_sink.skipped("the input ends inside a length", position());
                return;
            }
            if (header.length > 4ULL << 30) {
                m_sink.skipped("a message length that cannot be; the rest of the input is not read", position());
                return;
            }
            m_window.advance(header.size);
            const uint64_t end = m_window.offset() + header.length;
            message(end);
            if (!m_window.skipTo(end)) {
                truncated();
                return;
            }
        }
    }

    struct Field {
        uint32_t number = 0;
        uint32_t wire = 0;
        uint64_t end = 0; ///< behind the content
    };
    enum class Next : uint8_t { Field, End, Bad };

    Position position() const { return {m_window.offset(), m_record}; }

    void truncated() {
        if (!m_truncated)
            m_sink.skipped("the input ends inside a message", position());
        m_truncated = true;
    }

    /// The next field of the message that ends at `end`; scalars are passed over.
    Next next(uint64_t end, Field& field) {
        for (;;) {
            if (m_window.offset() >= end || m_truncated)
                return Next::End;
            if (!m_window.have(1)) {
                if (end != kUnknownEnd)
                    truncated();
                return Next::End;
            }
            m_window.have(20);
            const FrameHeader tag = readVarint(m_window.view(20));
            if (tag.size == 0)
                return m_window.available() < 10 ? (truncated(), Next::End) : Next::Bad;
            const std::string_view behind = m_window.view(20).substr(tag.size);
            field.number = static_cast<uint32_t>(tag.length >> 3);
            field.wire = static_cast<uint32_t>(tag.length & 7);
            if (field.number == 0 || tag.length > UINT32_MAX)
                return Next::Bad;
            uint64_t size = tag.size;
            if (field.wire == 0 || field.wire == 2) {
                const FrameHeader number = readVarint(behind);
                if (number.size == 0)
                    return behind.size() < 10 ? (truncated(), Next::End) : Next::Bad;
                size += number.size;
                if (size > end - m_window.offset())
                    return Next::Bad;
                if (field.wire == 2) {
                    if (number.length > end - m_window.offset() - size)
                        return Next::Bad; // reaches out of its container
                    m_window.advance(static_cast<size_t>(size));
                    field.end = m_window.offset() + number.length;
                    return Next::Field;
                }
            } else if (field.wire == 1) {
                size += 8;
            } else if (field.wire == 5) {
                size += 4;
            } else {
                return Next::Bad;
            }
            if (size > end - m_window.offset())
                return Next::Bad;
            if (!m_window.skipTo(m_window.offset() + size)) {
                truncated();
                return Next::End;
            }
        }
    }

    /// Calls each(field) for the fields of a message and passes over what it leaves. A damaged message costs
    /// what is left of it.
    template <typename Each>
    void fields(uint64_t end, std::string_view what, Each&& each) {
        Field field;
        for (;;) {
            const Next result = next(end, field);
            if (result == Next::Field) {
                each(field);
                if (m_window.offset() < field.end && !m_window.skipTo(field.end))
                    truncated();
                continue;
            }
            if (result == Next::Bad) {
                m_sink.skipped(what, position());
                if (!m_window.skipTo(end) && end != kUnknownEnd)
                    truncated();
            }
            return;
        }
    }

    void message(uint64_t end) {
        fields(end, "a damaged message; what is left of it is not read", [this](const Field& field) {
            if (field.number != 1)
                return;
            m_contexts.enterResource();
            resource(field.end);
            m_contexts.leaveResource();
        });
    }

    void resource(uint64_t end) {
        fields(end, "a damaged resource; what is left of it is not read", [this](const Field& field) {
            if (field.number == 1) {
                if (const auto bytes = take(field.end, "a resource"))
                    m_contexts.setResource(*bytes);
            } else if (field.number == 2 || field.number == kOldScopes) {
                m_contexts.enterScope();
                scope(field.end);
                m_contexts.leaveScope();
            } else if (field.number == 3) {
                if (const auto bytes = take(field.end, "a schema URL"))
                    m_contexts.setSchema(*bytes);
            }
        });
    }

    void scope(uint64_t end) {
        fields(end, "a damaged scope; what is left of it is not read", [this](const Field& field) {
            if (field.number == 1) {
                if (const auto bytes = take(field.end, "a scope"))
                    m_contexts.setScope(*bytes);
            } else if (field.number == 2) {
                record(field.end);
            }
        });
    }

    void record(uint64_t end) {
        ++m_record;
        const Position at = position();
        const auto bytes = take(end, "a record");
        if (!bytes)
            return;
        const OtlpRecord kind = otlpRecordOf(*bytes);
        if (kind == OtlpRecord::Metric) {
            ++m_metrics;
            return;
        }
        const std::string what = kind == OtlpRecord::Log ? "a damaged log record (" : "a damaged span (";
        try {
            if (kind == OtlpRecord::Log)
                m_records.readLog(*bytes, m_log);
            else
                m_records.readSpan(*bytes, m_span);
        } catch (const protozero::exception& error) {
            m_sink.skipped(what + error.what() + ")", at);
            return;
        } catch (const RecordError& error) {
            m_sink.skipped(error.reason, at);
            return;
        }
        if (!m_records.remark().empty())
            m_sink.repaired(m_records.remark(), at);
        const ContextHandle context = m_contexts.current();
        if (kind == OtlpRecord::Log) {
            m_log.context = context;
            m_sink.log(m_log);
        } else {
            if (!m_records.remark().empty())
                m_span.flags |= kRepaired;
            m_span.context = context;
            m_sink.span(m_span);
        }
    }

    /// The bytes up to `end`, or nothing when they are too many or the input ends before.
    std::optional<std::string_view> take(uint64_t end, const char* what) {
        const uint64_t length = end - m_window.offset();
        if (length > m_limit) {
            m_sink.skipped(std::string(what) + " larger than " + std::to_string(m_limit >> 20) + " MB", position());
            return std::nullopt;
        }
        if (!m_window.have(static_cast<size_t>(length))) {
            truncated();
            return std::nullopt;
        }
        const std::string_view bytes = m_window.view(static_cast<size_t>(length));
        m_window.advance(bytes.size());
        return bytes;
    }

    ByteWindow m_window;
    SpanSink& m_sink;
    const uint64_t m_limit;
    OtlpProtoRecords m_records;
    OtlpContexts m_contexts;
    SpanRecord m_span;
    LogRecord m_log;
    std::string m_problem;
    uint64_t m_record = 0, m_metrics = 0;
    bool m_truncated = false;
};

class OtlpProtoImporter : public Importer {
public:
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        OtlpProtoReader(input, sink, limits).run();
    }
};

Claim sniff(const InputHead& head) {
    const FramingGuess guess = guessFraming(head.text(), head.isComplete());
    const std::string how = ", " + std::string(framingName(guess.framing));
    if (guess.spans != 0)
        return {Claim::Yes, "OTLP protobuf spans" + how};
    if (guess.logs != 0)
        return {Claim::Yes, "OTLP protobuf log records" + how}; // which join spans that are in the workspace already
    if (guess.metrics != 0)
        return {Claim::Maybe, "OTLP protobuf metrics" + how}; // spans may come behind them
    return {};
}

} // namespace

extern const Format kOtlpProto;
constinit const Format kOtlpProto = {"otlp-proto", "OTLP protobuf",
                                     "OpenTelemetry's TracesData and LogsData, raw or with length prefixes (collector files)",
                                     "*.pb *.bin *.proto *.otlp", sniff,
                                     [] { return std::unique_ptr<Importer>(std::make_unique<OtlpProtoImporter>()); }};

} // namespace aisle
