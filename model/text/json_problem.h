#pragma once
// What is wrong with JSON that a user wrote, in words; nlohmann's own name a class and a number.

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace aisle {

/// Of what nlohmann says of a place, "parse error at line 3, column 5: ...", that place; empty: it says none.
inline std::string jsonPlace(std::string_view said) {
    const size_t from = said.find("line "), to = said.find(':', from == std::string_view::npos ? 0 : from);
    return from == std::string_view::npos || to == std::string_view::npos ? std::string() : std::string(said.substr(from, to - from));
}

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
    const std::string place = jsonPlace(said);
    if (said.find("unexpected end of input") != std::string::npos)
        return "it is no JSON (it ends too early" + (place.empty() ? std::string() : ", in " + place) + "; a quote or a bracket is not closed)";
    const std::string at = place.empty() ? std::string() : " at " + place;
    if (said.find("after backslash") != std::string::npos || said.find("'\\u' must be followed") != std::string::npos)
        return "it is no JSON (a backslash" + at + " stands before what it means nothing for; write a backslash twice)";
    if (said.find("ill-formed UTF-8") != std::string::npos)
        return "it is no JSON (it is no UTF-8" + at + "; save the file as UTF-8)";
    if (said.find("control character") != std::string::npos)
        return "it is no JSON (a line break, a tab or the like stands within quotes" + at + "; write \\n or \\t)";
    return "it is no JSON (" + (place.empty() ? "a number is too large" : "look for a missing comma, quote or bracket at " + place) + ")";
}

/// What `read` makes of JSON. Throws std::runtime_error, which says that `what` cannot be read and why: "The journey cannot be read: it has no name."
template <typename Read> auto readJson(std::string_view text, const std::string& what, Read read) {
    const auto unread = [&](const std::string& why) { return std::runtime_error(what + " cannot be read: " + why + "."); };
    try {
        return read(nlohmann::json::parse(text));
    } catch (const nlohmann::json::exception& e) {
        throw unread(jsonProblem(e));
    } catch (const std::exception& e) {
        throw unread(e.what());
    }
}

} // namespace aisle
