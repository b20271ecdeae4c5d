// The list of targets.

#include "fuzz.h"

#include "store/string_pool.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace aisle::fuzz {

std::vector<Target> targets() {
    std::vector<Target> all;
    addImporters(all);
    all.push_back({"detect", detect});
    all.push_back({"json-splitter", jsonSplitter});
    all.push_back({"json-text", jsonText});
    all.push_back({"csv-mapping", csvMapping});
    all.push_back({"proto-framing", protoFraming});
    all.push_back({"input", input});
    all.push_back({"scope", scope});
    all.push_back({"workspace-file", workspaceFile});
    all.push_back({"workspace-rows", workspaceRows});
    return all;
}

void require(bool holds, std::string_view what) {
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
}

void requireSame(std::string_view one, std::string_view other, std::string_view what) {
    if (one == other)
        return;
    const auto at = static_cast<size_t>(std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first - one.begin());
    const auto line = [&](std::string_view text) {
        const size_t from = at == 0 ? 0 : text.substr(0, at).rfind('\n') + 1;
        const std::string_view found = text.substr(from, std::min<size_t>(text.find('\n', at), from + 2000) - from);
        std::fprintf(stderr, "  %.*s\n", static_cast<int>(found.size()), found.data());
    };
    line(one);
    line(other);
    require(false, what);
}

uint64_t dice(std::string_view data, uint64_t n) { return hashBytes(data, n) >> 8; }

} // namespace aisle::fuzz
