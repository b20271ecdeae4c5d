#pragma once
// A workspace with the demo shop in it, imported by a child process, and what benchmarks ask of it.

#include "bench.h"
#include "child.h"
#include "demo/demo_shop.h"
#include "query/context.h"
#include "store/workspace.h"

#include <fstream>
#include <stdexcept>

namespace aisle::bench {

/// Writes `spans.jsonl` and `shop.aisle` into the folder.
inline std::filesystem::path shopWorkspace(const Folder& folder, uint64_t spans) {
    const std::filesystem::path lines = folder / "spans.jsonl", workspace = folder / "shop.aisle";
    std::ofstream out(lines, std::ios::binary);
    demo::Options options;
    options.spans = spans;
    demo::write(options, [&](std::string_view chunk) { return out.write(chunk.data(), static_cast<std::streamsize>(chunk.size())).good(); });
    out.close();
    if (!runAisle({"import", lines.string(), "--into", workspace.string(), "-q"}).succeeded)
        throw std::runtime_error("The demo shop was not imported.");
    return workspace;
}

/// The shop of the options, open for reading: --spans (5,000,000) in --folder, or the workspace that is given as --workspace; --runs (5).
struct OpenShop {
    explicit OpenShop(const Options& given)
        : runs(static_cast<int>(given.number("--runs", 5))), folder(given), workspace(Workspace::open(pathOf(given, folder), Workspace::Access::ReadOnly)), context{workspace->table()} {
        context.attributes = std::make_shared<traceql::DictionarySource>(workspace, context.table);
        context.cache = std::make_shared<traceql::ConditionCache>(context.table);
        context.cases = std::make_shared<CaseSource>(workspace, context.table, context.attributes);
    }
    const int runs;
    const Folder folder;
    const std::shared_ptr<Workspace> workspace;
    traceql::Context context;

private:
    static std::filesystem::path pathOf(const Options& given, const Folder& folder) {
        const std::string ready = given.text("--workspace", "");
        return ready.empty() ? shopWorkspace(folder, given.number("--spans", 5'000'000)) : std::filesystem::path(ready);
    }
};

} // namespace aisle::bench
