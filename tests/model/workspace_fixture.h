#pragma once
// What the tests of table and store share: spans go through BatchSink, as an importer's do, into a builder or into a
// workspace file.

#include "store/batch_sink.h"
#include "store/store_writer.h"
#include "store/workspace.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>

#include <functional>
#include <string>
#include <vector>

namespace aisle::test {

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline Attributes attributes(const Pairs& pairs) {
    Attributes out;
    for (const auto& [key, value] : pairs)
        out.push_back({key, ValueType::String, value});
    return out;
}

inline ContextHandle serviceContext(SpanSink& sink, std::string_view service, std::string_view instance = {}) {
    ContextRecord record;
    record.resource.push_back({"service.name", ValueType::String, service});
    if (!instance.empty())
        record.resource.push_back({"service.instance.id", ValueType::String, instance});
    return sink.context(record);
}

using Fill = std::function<void(SpanSink&)>;

/// A workspace in a folder of its own.
class WorkspaceFixture {
public:
    std::filesystem::path path() const { return folder() / "shop.aisle"; }
    std::filesystem::path folder() const { return dir_.path().toStdString(); }

    std::shared_ptr<Workspace> open(Workspace::Access access = Workspace::Access::Create) const {
        return Workspace::open(path(), access);
    }

    /// What `fill` says to the sink becomes a file of the workspace.
    static ImportReport add(Workspace& workspace, const std::string& name, const Fill& fill, bool keep = true) {
        const auto db = workspace.connect();
        Dictionary dictionary;
        dictionary.load(*db);
        StoreWriter writer(*db, workspace.table());
        writer.begin({name, "/somewhere/" + name, "test", 0});
        ImportReport report;
        report.name = name;
        BatchSink sink(dictionary, report, writer.nextContext(),
                       [&](std::unique_ptr<Batch> batch) { writer.add(*batch); });
        fill(sink);
        sink.flush();
        if (keep) {
            workspace.setTable(writer.finish(report, "hash of " + name));
        } else {
            writer.abandon();
            workspace.reload();
        }
        return report;
    }

private:
    // In memory where there is such a folder: these tests are about content, not about the disk.
    QTemporaryDir dir_{QFileInfo(QStringLiteral("/dev/shm")).isWritable() ? QStringLiteral("/dev/shm/aisle-XXXXXX")
                                                                         : QDir::tempPath() + QStringLiteral("/aisle-XXXXXX")};
};

/// A table as text that says nothing of rows and numbers: what two tables with the same content have in common.
/// One line per span and per trace, sorted.
inline std::vector<std::string> contentOf(const SpanTable& table) {
    const auto key = [&](Row r) -> std::string {
        if (r == kNoRow)
            return "-";
        return toHex(table.id(r)) + "/" + std::string(table.text(table.name(r))) + "/" +
               std::string(table.serviceText(r)) + "/" + std::string(kindName(table.kind(r))) + "@" +
               std::to_string(table.start(r)) + "+" + std::to_string(table.duration(r)) + "#" +
               std::to_string(table.flags(r));
    };
    std::vector<std::string> lines;
    for (TraceIndex t = 0; t < table.traceSlots(); ++t) {
        const TraceSummary& s = table.summary(t);
        const std::string id = toHex(table.traceId(t));
        if (s.spans > 0)
            lines.push_back("trace " + id + " " + std::to_string(s.start) + "+" + std::to_string(s.duration) + " spans " +
                            std::to_string(s.spans) + " errors " + std::to_string(s.errors) + " services " +
                            std::to_string(s.services) + " orphans " + std::to_string(s.orphans) + " root " + key(s.root));
        for (const Row r : table.rowsOf(t)) {
            std::string line = "span " + id + " " + key(r) + " parent " + toHex(table.parentId(r)) + " " + key(table.parent(r)) +
                               " derived " + std::to_string(table.derivedFlags(r));
            if (!table.isHidden(r))
                line += " depth " + std::to_string(table.depth(r)) + " self " + std::to_string(table.selfTime(r));
            const Segment& segment = table.segmentAt(r >> 16);
            for (size_t i = 0; i < segment.links.size(); ++i)
                if (segment.links[i].offset == (r & 0xffff))
                    line += " link " + toHex(segment.links[i].trace) + ":" + toHex(segment.links[i].span) + " -> " +
                            key(table.derivedAt(r >> 16).linkTarget[i]);
            lines.push_back(line);
        }
    }
    lines.push_back("total " + std::to_string(table.spanCount()) + " spans " + std::to_string(table.traceCount()) +
                    " traces " + std::to_string(table.rowCount()) + " rows " + std::to_string(table.startTime()) + " to " +
                    std::to_string(table.endTime()));
    std::sort(lines.begin(), lines.end());
    return lines;
}

/// The first line in which they differ; empty when they are equal.
inline std::string difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const std::string left = i < a.size() ? a[i] : "(nothing)", right = i < b.size() ? b[i] : "(nothing)";
        if (left != right)
            return "\n  " + left + "\n  " + right;
    }
    return {};
}

} // namespace aisle::test
