#include "paths/path_folding.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace aisle {

namespace {

constexpr std::string_view kFolded = "{}";

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isHex(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool isCapital(char c) { return c >= 'A' && c <= 'Z'; }

bool isUuid(std::string_view text) {
    if (text.size() != 36)
        return false;
    for (size_t i = 0; i < text.size(); ++i)
        if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !isHex(text[i]))
            return false;
    return true;
}

/// What is below kMostFoldedSegments is the last segment.
std::vector<std::string_view> segmentsOf(std::string_view path) {
    std::vector<std::string_view> out;
    for (size_t from = 0;;) {
        const size_t to = out.size() < kMostFoldedSegments ? path.find('/', from) : std::string_view::npos;
        out.push_back(path.substr(from, to - from));
        if (to == std::string_view::npos)
            return out;
        from = to + 1;
    }
}

} // namespace

bool isIdSegment(std::string_view segment) {
    const auto digits = std::count_if(segment.begin(), segment.end(), isDigit);
    const auto size = static_cast<std::ptrdiff_t>(segment.size());
    if (digits == 0)
        return isUuid(segment);
    if (digits == size || isUuid(segment))
        return true;
    constexpr std::ptrdiff_t kShortest = 8; // v2, p95 and x86 are words
    if (size < kShortest)
        return false;
    return std::all_of(segment.begin(), segment.end(), isHex) || std::all_of(segment.begin(), segment.end(), [](char c) { return isDigit(c) || isCapital(c); });
}

std::vector<std::string> foldedPaths(const std::vector<std::string>& paths) {
    std::vector<std::vector<std::string_view>> segments;
    segments.reserve(paths.size());
    size_t depth = 0;
    for (const std::string& path : paths) {
        depth = std::max(depth, segments.emplace_back(segmentsOf(path)).size());
        for (std::string_view& segment : segments.back())
            if (isIdSegment(segment))
                segment = kFolded;
    }
    // Paths with the same folded beginning are in one group; each depth divides the groups further.
    std::vector<uint32_t> group(paths.size(), 0);
    std::vector<uint32_t> left(paths.size()); // with a segment at this depth
    for (uint32_t i = 0; i < left.size(); ++i)
        left[i] = i;
    for (size_t d = 0; d < depth; ++d) {
        std::erase_if(left, [&](uint32_t i) { return segments[i].size() <= d; });
        std::unordered_map<uint32_t, std::set<std::string_view>> siblings;
        for (const uint32_t i : left)
            siblings[group[i]].insert(segments[i][d]);
        std::map<std::pair<uint32_t, std::string_view>, uint32_t> next;
        for (const uint32_t i : left) {
            if (siblings[group[i]].size() > kMostSiblings)
                segments[i][d] = kFolded;
            group[i] = next.try_emplace({group[i], segments[i][d]}, static_cast<uint32_t>(next.size())).first->second;
        }
    }
    std::vector<std::string> out;
    out.reserve(paths.size());
    for (const auto& parts : segments) {
        std::string& path = out.emplace_back();
        for (size_t d = 0; d < parts.size(); ++d) {
            if (d > 0)
                path += '/';
            path += parts[d];
        }
    }
    return out;
}

} // namespace aisle
