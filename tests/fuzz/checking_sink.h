#pragma once
// A SpanSink that checks what an importer may say and writes it down, so that two readings can be compared.

#include "store/span_sink.h"

#include <string>
#include <vector>

namespace aisle::fuzz {

class CheckingSink : public SpanSink {
public:
    /// Positions lie within `inputBytes`. What passes the checks goes on to `next`, unless that is null.
    explicit CheckingSink(uint64_t inputBytes, SpanSink* next = nullptr) : m_inputBytes(inputBytes), m_next(next) {}

    ContextHandle context(const ContextRecord& record) override;
    ContextHandle openContext() override;
    void complete(ContextHandle handle, const ContextRecord& record) override;
    void span(const SpanRecord& record) override;
    void log(const LogRecord& record) override;
    void skipped(std::string_view reason, Position at) override;
    void repaired(std::string_view what, Position at) override;
    void ignored(std::string_view what, uint64_t count) override;

    /// One line for each call, with all it said.
    const std::string& transcript() const { return m_transcript; }
    uint64_t spans() const { return m_spans; }
    uint64_t logs() const { return m_logs; }

private:
    void write(std::string_view text);
    void write(int64_t number);
    void write(const TraceIdRecord& id);
    void write(const SpanIdRecord& id);
    void write(const Attributes& attributes);
    void write(const ContextRecord& record);
    void problem(const char* kind, std::string_view words, Position at);
    ContextHandle forwarded(ContextHandle handle) const;

    const uint64_t m_inputBytes;
    SpanSink* const m_next;
    std::string m_transcript;
    std::vector<ContextHandle> m_handles; ///< of `next`, by ours
    uint64_t m_spans = 0, m_logs = 0;
    SpanRecord m_spanCopy;
    LogRecord m_logCopy;
};

} // namespace aisle::fuzz
