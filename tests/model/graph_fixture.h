#pragma once
// Traces for graph tests, a line per span, made into a SpanTable through SpanTableBuilder. Attributes go through a
// small database with the store's tables, because that is where AttributeColumns come from.

#include "service_graph/service_graph.h"
#include "store/sqlite.h"
#include "table/span_table_builder.h"

#include <QTemporaryDir>

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace aisle {

class GraphFixture {
public:
    struct Span {
        uint64_t trace, id, parent;
        std::string service;
        Kind kind;
        int64_t start = 0, duration = 10;
        bool isError = false;
        std::vector<std::pair<std::string, std::string>> attributes;
        std::vector<std::pair<uint64_t, uint64_t>> links; ///< trace, span
        uint8_t flags = 0;
        std::string name = "operation";
        std::string instance = {}; ///< service.instance.id; empty: none
    };
    std::vector<Span> spans;

    Span& add(uint64_t trace, uint64_t id, uint64_t parent, std::string service, Kind kind) {
        Span span{};
        span.trace = trace;
        span.id = id;
        span.parent = parent;
        span.service = std::move(service);
        span.kind = kind;
        span.start = static_cast<int64_t>(1'000'000 + id * 10);
        span.duration = 10;
        spans.push_back(std::move(span));
        return spans.back();
    }

    SpanTablePtr table() const {
        Batch batch;
        std::map<std::pair<std::string, std::string>, uint32_t> contexts; // service, instance
        const auto slice = [&](std::string_view text) {
            const Slice s{static_cast<uint32_t>(batch.text.size()), static_cast<uint32_t>(text.size())};
            batch.text += text;
            return s;
        };
        batch.strings.push_back({0, slice("")});
        std::map<std::string, uint32_t> strings;
        const auto idOf = [&](const std::string& text) {
            const auto [at, isNew] = strings.try_emplace(text, static_cast<uint32_t>(batch.strings.size()));
            if (isNew)
                batch.strings.push_back({at->second, slice(text)});
            return at->second;
        };
        for (const Span& span : spans) {
            const auto [at, isNew] = contexts.try_emplace({span.service, span.instance}, static_cast<uint32_t>(contexts.size()));
            if (!isNew)
                continue;
            Batch::Context context{};
            context.handle = at->second;
            context.service = idOf(span.service);
            if (!span.instance.empty())
                context.instance = idOf(span.instance);
            batch.contexts.push_back(context);
        }
        for (const Span& span : spans) {
            Batch::Span row{};
            row.trace = {0, span.trace};
            row.id = span.id;
            row.parent = span.parent;
            row.start = span.start;
            row.duration = span.duration;
            row.context = contexts.at({span.service, span.instance});
            row.name = idOf(span.name);
            row.kind = span.kind;
            row.status = span.isError ? Status::Error : Status::Unset;
            row.flags = static_cast<uint8_t>(span.flags | (span.isError ? kErrorByRule : 0));
            batch.spans.push_back(row);
            for (const auto& [trace, id] : span.links) {
                Batch::Link link{};
                link.span = static_cast<uint32_t>(batch.spans.size() - 1);
                link.trace = {0, trace};
                link.id = id;
                batch.links.push_back(link);
            }
        }
        SpanTableBuilder builder;
        FileInfo file;
        file.id = 1;
        builder.beginFile(file);
        std::vector<TraceIndex> traceOf;
        builder.append(batch, traceOf);
        builder.endFile();
        return builder.snapshot();
    }

    /// The columns of the same spans.
    PeerColumns peers(const SpanTable& table) const {
        QTemporaryDir dir;
        Database db(std::filesystem::path(dir.filePath(QStringLiteral("graph.db")).toStdString()), Database::Mode::Create);
        db.exec("CREATE TABLE string(id INTEGER PRIMARY KEY, text TEXT);"
                "CREATE TABLE attribute(id INTEGER PRIMARY KEY, key INTEGER, type INTEGER, value TEXT);"
                "CREATE TABLE context(id INTEGER PRIMARY KEY, resource TEXT);"
                "CREATE TABLE span(row INTEGER PRIMARY KEY, context INTEGER, attributes TEXT); BEGIN");
        std::map<std::string, int64_t> keys;
        std::map<std::pair<std::string, std::string>, int64_t> pairs;
        Statement insertKey = db.prepare("INSERT INTO string VALUES(?1, ?2)");
        Statement insertPair = db.prepare("INSERT INTO attribute VALUES(?1, ?2, 0, ?3)");
        Statement insertSpan = db.prepare("INSERT INTO span VALUES(?1, 0, ?2)");
        for (size_t i = 0; i < spans.size(); ++i) {
            std::string list;
            for (const auto& pair : spans[i].attributes) {
                const auto [key, isNewKey] = keys.try_emplace(pair.first, keys.size() + 1);
                if (isNewKey)
                    insertKey.bind(1, key->second).bind(2, std::string_view(pair.first)).run();
                const auto [at, isNew] = pairs.try_emplace(pair, pairs.size() + 1);
                if (isNew)
                    insertPair.bind(1, at->second).bind(2, key->second).bind(3, std::string_view(pair.second)).run();
                list += (list.empty() ? "" : ",") + std::to_string(at->second);
            }
            list = "[" + list + "]";
            insertSpan.bind(1, static_cast<int64_t>(i)).bind(2, std::string_view(list)).run();
        }
        db.exec("COMMIT");
        return readPeerColumns(db, table);
    }

    ServiceGraph graph(const BitSet* traces = nullptr) const {
        const SpanTablePtr t = table();
        return serviceGraph(*t, traces, peers(*t));
    }

    /// "frontend -> cart: 2 sync, 1 failed" per edge, in the order of the graph.
    static std::vector<std::string> text(const ServiceGraph& graph) {
        std::vector<std::string> lines;
        for (const auto& edge : graph.edges) {
            const auto& from = graph.nodes[edge.from];
            const auto& to = graph.nodes[edge.to];
            const auto named = [](const ServiceGraph::Node& node) {
                return node.kind == ServiceGraph::NodeKind::Service ? node.name : node.id;
            };
            std::string line = named(from) + " -> " + named(to) + ": " + std::to_string(edge.calls) + ' ' +
                               std::string(edgeKindName(edge.kind));
            if (edge.errors > 0)
                line += ", " + std::to_string(edge.errors) + " failed";
            lines.push_back(line);
        }
        return lines;
    }
};

} // namespace aisle
