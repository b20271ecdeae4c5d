#pragma once
// What is wrong with JSON that a user wrote, in words; nlohmann's own name a class and a number.

#include <nlohmann/json.hpp>

#include <string>

namespace aisle {

/// "it has no name"; to be put behind what it is about.
inline std::string jsonProblem(const nlohmann::json::exception& e) {
    const std::string what = e.what();
    const size_t end = what.find("] ");
    const std::string said = end == std::string::npos ? what : what.substr(end + 2);
    constexpr int kNoKey = 403, kFirstType = 300, kLastType = 399;
    if (const size_t from = said.find('\''), to = said.find('\'', from + 1); e.id == kNoKey && to != std::string::npos)
        return "it has no " + said.substr(from + 1, to - from - 1);
    if (e.id >= kFirstType && e.id <= kLastType)
        return "something is of another kind than it should be (" + said + ")";
    return "it is no JSON (" + said + ")";
}

} // namespace aisle
