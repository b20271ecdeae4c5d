#include "paths/path_conditions.h"

#include "query/traceql.h"

#include <re2/re2.h>

#include <algorithm>

namespace aisle {

namespace {

std::string quoted(std::string_view text) { return RE2::QuoteMeta(re2::StringPiece(text.data(), text.size())); }

/// A path's regular expression: {} is any one segment.
std::string patternOf(std::string_view folded) {
    std::string out;
    size_t from = 0;
    for (size_t at = folded.find("{}"); at != std::string_view::npos; at = folded.find("{}", from)) {
        out += quoted(folded.substr(from, at - from)) + "[^/]+";
        from = at + 2;
    }
    return out + quoted(folded.substr(from));
}

} // namespace

const std::string& PathConditions::of(const std::string& folded, const StopToken& stop) {
    const auto known = known_.find(folded);
    return known != known_.end() ? known->second : known_.emplace(folded, workOut(folded, stop)).first->second;
}

std::string PathConditions::workOut(const std::string& folded, const StopToken& stop) const {
    const std::string_view beginning = std::string_view(folded).substr(0, folded.find("{}"));
    const std::string pattern = patternOf(folded);
    const RE2 regex(pattern, RE2::Quiet);
    if (!regex.ok()) // longer than RE2 takes
        return {};
    uint64_t n = 0;
    const auto matches = [&](const std::string& path) {
        if ((++n & 0xffff) == 0)
            stop.check();
        return path.starts_with(beginning) && RE2::FullMatch(path, regex);
    };
    std::string others;
    size_t count = 0;
    constexpr size_t kMost = 50;
    for (const auto& [name, paths] : called_)
        for (const std::string& path : paths) {
            if (name == folded)
                break;
            if (!matches(path))
                continue;
            if (++count > kMost)
                return {};
            others += (others.empty() ? "" : "|") + quoted(path);
        }
    for (const auto& [kind, paths] : leftOut_)
        if (std::any_of(paths.begin(), paths.end(), matches))
            others += (others.empty() ? "" : "|") + BackgroundRequests::preset().kinds()[kind].pattern;
    return "aisle:path =~ " + traceql::quoted(pattern) + (others.empty() ? "" : " && aisle:path !~ " + traceql::quoted(others));
}

} // namespace aisle
