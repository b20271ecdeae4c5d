#pragma once
// Builds small (and huge) traces for tests: each line of a test is one span.

#include "table/span_table_builder.h"

#include <map>
#include <string>

namespace aisle::test {

class TraceFixture {
public:
    TraceFixture() { string(""); }

    struct Span {
        SpanId id = 0, parent = 0;
        std::string name = "op", service = "shop";
        int64_t start = 0, duration = 0;
        Kind kind = Kind::Internal;
        Status status = Status::Unset;
        uint8_t flags = 0;
        TraceId trace{0, 1};
    };

    /// Rows come in the order of the calls: 0, 1, 2, ...
    Row add(const Span& span) {
        Batch::Span out{};
        out.trace = span.trace;
        out.id = span.id;
        out.parent = span.parent;
        out.start = span.start;
        out.duration = span.duration;
        out.context = context(span.service);
        out.name = string(span.name);
        out.kind = span.kind;
        out.status = span.status;
        out.flags = static_cast<uint8_t>(span.flags | (span.status == Status::Error ? kErrorByRule : 0));
        batch_.spans.push_back(out);
        return static_cast<Row>(batch_.spans.size() - 1);
    }
    Row add(SpanId id, SpanId parent, int64_t start, int64_t end, const std::string& service = "shop",
            const std::string& name = "op") {
        Span span;
        span.id = id;
        span.parent = parent;
        span.start = start;
        span.duration = end - start;
        span.service = service;
        span.name = name;
        return add(span);
    }
    /// A link of the span added last.
    void link(TraceId trace, SpanId span) {
        batch_.links.push_back({static_cast<uint32_t>(batch_.spans.size() - 1), trace, span, {}, {}});
    }

    SpanTablePtr table() {
        SpanTableBuilder builder;
        FileInfo file;
        file.id = 1;
        file.name = "test.json";
        builder.beginFile(file);
        std::vector<TraceIndex> traceOf;
        builder.append(batch_, traceOf);
        builder.endFile();
        return builder.snapshot();
    }

private:
    uint32_t string(const std::string& text) {
        const auto [at, isNew] = strings_.try_emplace(text, static_cast<uint32_t>(strings_.size()));
        if (isNew) {
            const auto begin = static_cast<uint32_t>(batch_.text.size());
            batch_.text += text;
            batch_.strings.push_back({at->second, {begin, static_cast<uint32_t>(text.size())}});
        }
        return at->second;
    }
    uint32_t context(const std::string& service) {
        const auto [at, isNew] = contexts_.try_emplace(service, static_cast<uint32_t>(contexts_.size()));
        if (isNew) {
            Batch::Context context{};
            context.handle = at->second;
            context.service = string(service);
            batch_.contexts.push_back(context);
        }
        return at->second;
    }

    Batch batch_;
    std::map<std::string, uint32_t> strings_, contexts_;
};

} // namespace aisle::test
