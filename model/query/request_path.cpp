#include "query/request_path.h"

#include <nlohmann/json.hpp>

namespace aisle::traceql {

namespace {

/// Where query or fragment begin. The ? of an optional part, {id?}, and of a named group, (?P<id>[0-9]+), are a route's own.
size_t endOfPath(std::string_view url) {
    size_t end = url.find_first_of("?#");
    while (end != std::string_view::npos && url[end] == '?' && ((end > 0 && url[end - 1] == '(') || url.substr(end + 1).starts_with('}')))
        end = url.find_first_of("?#", end + 1);
    return end;
}

} // namespace

std::string_view pathOf(std::string_view url) {
    url = url.substr(0, endOfPath(url)); // first: a query may hold another URL
    const size_t scheme = url.find("://");
    if (scheme == std::string_view::npos || url.substr(0, scheme).find('/') != std::string_view::npos)
        return url;
    const size_t path = url.find('/', scheme + 3);
    return path == std::string_view::npos ? std::string_view("/") : url.substr(path);
}

std::vector<std::string> pathsOf(ValueType type, std::string_view value) {
    std::vector<std::string> out;
    if (type == ValueType::Array)
        if (const auto elements = nlohmann::json::parse(value, nullptr, false); elements.is_array())
            for (const auto& element : elements)
                if (element.is_string())
                    out.emplace_back(pathOf(element.get_ref<const std::string&>()));
    if (out.empty())
        out.emplace_back(pathOf(value));
    return out;
}

} // namespace aisle::traceql
