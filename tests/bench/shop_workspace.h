#pragma once
// A workspace with the demo shop in it, imported by a child process.

#include "bench.h"
#include "child.h"
#include "demo/demo_shop.h"

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

} // namespace aisle::bench
