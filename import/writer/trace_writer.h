#pragma once
// A format that Aisle writes: a SpanSink that turns what it is told into bytes. With replay() a workspace becomes a
// file that other tools read, and that reads back as the same spans.

#include "store/span_sink.h"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace aisle {

class TraceWriter : public SpanSink {
public:
    using Write = std::function<void(std::string_view bytes)>;

    ContextHandle openContext() final { return context({}); }
    void complete(ContextHandle, const ContextRecord&) final {}
    void skipped(std::string_view, Position) final {}
    void repaired(std::string_view, Position) final {}
    void ignored(std::string_view, uint64_t) final {}

    /// After the last record.
    virtual void finish() = 0;
    /// What the format cannot hold, in words, and how often it came up.
    const std::map<std::string, uint64_t>& lost() const { return lost_; }

protected:
    void lose(const char* what, uint64_t count = 1) { lost_[what] += count; }

private:
    std::map<std::string, uint64_t> lost_;
};

struct WriterFormat {
    std::string_view id; ///< as in --format
    std::unique_ptr<TraceWriter> (*create)(TraceWriter::Write write);
};

/// All formats that can be written.
std::span<const WriterFormat> writerFormats();

} // namespace aisle
