#include "query/semantic_conventions.h"

#include "resource/resource.h"

#include <nlohmann/json.hpp>

#include <deque>

namespace aisle::traceql {

namespace {

struct Table {
    std::deque<Convention> conventions;
    std::unordered_map<std::string, const Convention*> byName;

    Table() {
        for (const auto& item : nlohmann::json::parse(readResource(":/presets/semantic_conventions.json"))) {
            Convention& convention = conventions.emplace_back();
            convention.names.push_back(item.at("name"));
            for (const auto& former : item.at("former"))
                convention.names.push_back(former);
            if (item.contains("values"))
                convention.values = item.at("values").get<std::unordered_map<std::string, std::string>>();
            for (const std::string& name : convention.names)
                byName.emplace(name, &convention);
        }
    }
};

const Table& table() {
    static const Table table;
    return table;
}

} // namespace

std::string_view Convention::present(std::string_view value) const {
    if (values.empty())
        return value;
    const auto found = values.find(std::string(value));
    return found == values.end() ? value : std::string_view(found->second);
}

const Convention* conventionOf(std::string_view name) {
    const auto found = table().byName.find(std::string(name));
    return found == table().byName.end() ? nullptr : found->second;
}

std::vector<std::string> namesOf(std::string_view name) {
    const Convention* convention = conventionOf(name);
    return convention == nullptr ? std::vector<std::string>{std::string(name)} : convention->names;
}

} // namespace aisle::traceql
