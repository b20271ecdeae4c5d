#pragma once
// Paths of requests without the ids in them: /api/products/66VCHSJNUP and /api/products/L9ECAV7KIM are both /api/products/{}.
//
// A segment is folded to {} where it looks like an id: a number; a UUID; eight or more hex digits, of them at least one decimal (`facade` and
// `deadbeef` are words); eight or more capitals and decimals, of both at least one (the products of the OpenTelemetry demo). Then, from left
// to right, all segments that follow one beginning are folded where they are more than kMostSiblings different ones. What is
// deeper than kMostFoldedSegments stays one text: no shop has such paths, but a path may be megabytes of slashes. Pure functions, any
// thread.

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

inline constexpr size_t kMostSiblings = 50, kMostFoldedSegments = 64;

bool isIdSegment(std::string_view segment);

/// Of each path its folded one, in their order: what is folded for being one of many depends on the others. O(bytes).
std::vector<std::string> foldedPaths(const std::vector<std::string>& paths);

} // namespace aisle
