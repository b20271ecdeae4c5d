#pragma once
// Builds small (and huge) traces for tests: each line of a test is one span.

#include "analysis/waterfall.h"
#include "analysis/waterfall_path.h"
#include "table/span_table_builder.h"

#include <QString>
#include <QStringList>

#include <map>
#include <random>
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

/// What of the spans of a random trace differs beside parents and times.
struct RandomSpans {
    uint32_t services = 4;
    uint32_t names = 0;      ///< none: all are called "op"
    uint32_t unfinished = 0; ///< one in so many, or none
};

/// The spans of one trace with several roots, missing parents, cycles, errors, and spans without a length.
inline std::vector<TraceFixture::Span> randomSpans(uint32_t seed, uint32_t spans, const RandomSpans& with = {}) {
    std::mt19937 random(seed);
    std::vector<TraceFixture::Span> out;
    for (uint32_t i = 1; i <= spans; ++i) {
        TraceFixture::Span span;
        span.id = i;
        const auto dice = static_cast<uint32_t>(random() % 20);
        span.parent = dice == 0 ? 0 : dice == 1 ? 1000000 + random() % 3 : random() % spans + 1;
        span.start = 1000 + random() % 200;
        span.duration = random() % 10 == 0 ? 0 : static_cast<int64_t>(random() % 150);
        span.kind = static_cast<Kind>(random() % 6);
        span.status = random() % 5 == 0 ? Status::Error : Status::Unset;
        span.service = "s" + std::to_string(random() % with.services);
        if (with.names > 0)
            span.name = "op" + std::to_string(random() % with.names);
        if (with.unfinished > 0 && random() % with.unfinished == 0)
            span.flags |= kUnfinished;
        out.push_back(span);
    }
    return out;
}

inline SpanTablePtr tableOf(const std::vector<TraceFixture::Span>& spans) {
    TraceFixture fixture;
    for (const TraceFixture::Span& span : spans)
        fixture.add(span);
    return fixture.table();
}

inline SpanTablePtr randomTrace(uint32_t seed, uint32_t spans, const RandomSpans& with = {}) { return tableOf(randomSpans(seed, spans, with)); }

/// The sections of the critical path, "1:0-10 2:10-40", by span id.
inline QString pathText(const SpanTable& table, const Waterfall& tree) {
    QStringList parts;
    for (const PathSection& s : criticalPath(table, tree).sections)
        parts << QStringLiteral("%1:%2-%3").arg(table.id(tree.nodes[s.node].row)).arg(s.from).arg(s.to);
    return parts.join(QLatin1Char(' '));
}

} // namespace aisle::test
