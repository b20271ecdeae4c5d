#pragma once
// A format that Aisle writes: a sink that turns what replay() says of a workspace into bytes that other tools read, and
// that read back as the same spans. Formats say what they cannot hold instead of dropping it (losses.h).

#include "store/span_replay.h"
#include "writer/losses.h"
#include "writer/stored_value.h"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

class TraceWriter : public ReplaySink {
public:
    /// Takes the next bytes of the file; may throw, which ends the writer.
    using Write = std::function<void(std::string_view bytes)>;

    explicit TraceWriter(Write write) : write_(std::move(write)) {}

    ContextHandle context(const ContextRecord& record) final;
    void forgetContexts() final;
    void span(const SpanRecord& span) final;
    void log(const LogRecord& log) final { writeLog(log); }
    /// After the last record.
    virtual void finish() = 0;
    /// What the format cannot hold, in words, and how often it came up. What a resource or scope loses counts for each
    /// of its spans.
    const std::map<std::string, uint64_t, std::less<>>& lost() const { return lost_; }

protected:
    /// Handles count up from 0, again after dropContexts().
    virtual void addContext(const ContextRecord& record) = 0;
    virtual void dropContexts() = 0;
    /// Of a span that has ids.
    virtual void writeSpan(const SpanRecord& span) = 0;
    virtual void writeLog(const LogRecord&) { lose(loss::kLogs); }

    void lose(std::string_view what);
    /// What the context of a record loses; for writeLog(), of spans it is said already.
    void loseOf(ContextHandle context);
    /// The type as which a value is to be written; String, and said, where its own cannot be.
    ValueType writableType(ValueType type, std::string_view value);
    bool isWritable(const Attribute& attribute) { return values_.writable(attribute.type, attribute.value) == attribute.type; }
    /// Of an array or map that is writable; valid until the next call.
    JsonValue nested(std::string_view value) { return values_.nested(value); }
    /// The text of an id as JSON formats and tables have it: its own, or 16 digits of hex, of traces mostly 32. Valid until
    /// the next call.
    std::string_view idText(const TraceIdRecord& id, bool fullLength = false);
    std::string_view idText(const SpanIdRecord& id);
    /// Hands over what is in `out` when that is much, or at the end.
    void flush(std::string& out, bool atEnd = false);

private:
    Write write_;
    StoredValues values_;
    std::string id_;
    std::vector<std::vector<std::string_view>> lostOf_; ///< by context
    bool inContext_ = false;
    std::map<std::string, uint64_t, std::less<>> lost_;
};

struct WriterFormat {
    std::string_view id;     ///< as in --format
    std::string_view name;   ///< "OTLP JSON lines"
    std::string_view suffix; ///< of file names, without the dot
    ReplayOrder order;       ///< in which it wants the spans
    std::unique_ptr<TraceWriter> (*create)(TraceWriter::Write write);
};

/// For WriterFormat::create.
template <typename Writer>
std::unique_ptr<TraceWriter> makeTraceWriter(TraceWriter::Write write) {
    return std::make_unique<Writer>(std::move(write));
}

/// All formats that can be written, the one that is meant when none is named first.
std::span<const WriterFormat> writerFormats();

} // namespace aisle
