#include "store/attribute_json.h"

#include <nlohmann/json.hpp>

namespace aisle {

std::string unquoteJson(std::string_view quoted) {
    if (quoted.size() < 2)
        return {};
    if (quoted.find('\\') == std::string_view::npos)
        return std::string(quoted.substr(1, quoted.size() - 2));
    const nlohmann::json json = nlohmann::json::parse(quoted, nullptr, false);
    return json.is_string() ? json.get<std::string>() : std::string(quoted.substr(1, quoted.size() - 2));
}

} // namespace aisle
