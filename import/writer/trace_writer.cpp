#include "writer/trace_writer.h"

#include "format/ids_text.h"

#include <algorithm>
#include <array>

namespace aisle {

namespace {

constexpr size_t kFlushBytes = 1U << 20;

} // namespace

ContextHandle TraceWriter::context(const ContextRecord& record) {
    lostOf_.emplace_back();
    inContext_ = true;
    addContext(record);
    inContext_ = false;
    return static_cast<ContextHandle>(lostOf_.size() - 1);
}

void TraceWriter::forgetContexts() {
    dropContexts();
    lostOf_.clear();
}

void TraceWriter::span(const SpanRecord& span) {
    if (!span.trace.id || span.span.id == 0) {
        lose(loss::kWithoutId);
        return;
    }
    if ((span.flags & kRepaired) != 0)
        lose(loss::kRepaired);
    loseOf(span.context);
    writeSpan(span);
}

void TraceWriter::lose(std::string_view what) {
    if (inContext_) {
        lostOf_.back().push_back(what);
        return;
    }
    const auto known = lost_.find(what);
    if (known != lost_.end())
        ++known->second;
    else
        lost_.emplace(what, 1);
}

void TraceWriter::loseOf(ContextHandle context) {
    for (const std::string_view what : lostOf_[context])
        lose(what);
}

ValueType TraceWriter::writableType(ValueType type, std::string_view value) {
    const ValueType writable = values_.writable(type, value);
    if (writable != type)
        lose(loss::kValueType);
    return writable;
}

/// A text that would read as another number (one made up in a format of its own) would tear the trace apart.
std::string_view TraceWriter::idText(const TraceIdRecord& id, bool fullLength) {
    if (!id.text.empty()) {
        if (id.text.size() <= kIdText && traceIdFrom(id.text).id == id.id)
            return id.text;
        lose(loss::kIdText);
    }
    id_.clear();
    if (id.id)
        id_ = toHex(id.id);
    if (fullLength && !id_.empty())
        id_.insert(0, 32 - id_.size(), '0');
    return id_;
}

std::string_view TraceWriter::idText(const SpanIdRecord& id) {
    if (!id.text.empty()) {
        if (id.text.size() <= kIdText && spanIdFrom(id.text).id == id.id)
            return id.text;
        lose(loss::kIdText);
    }
    id_.clear();
    if (id.id != 0)
        id_ = toHex(id.id);
    return id_;
}

void TraceWriter::flush(std::string& out, bool atEnd) {
    if (out.size() < kFlushBytes && !atEnd)
        return;
    write_(out);
    out.clear();
}

extern const WriterFormat kOtlpJsonWriter, kOtlpProtoWriter, kJaegerWriter, kZipkinWriter, kCsvWriter;

std::span<const WriterFormat> writerFormats() {
    static const std::array all{kOtlpJsonWriter, kOtlpProtoWriter, kJaegerWriter, kZipkinWriter, kCsvWriter};
    return all;
}

} // namespace aisle
