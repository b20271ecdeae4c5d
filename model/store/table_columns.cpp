#include "store/table_columns.h"

#include <algorithm>

namespace aisle {

namespace {

constexpr std::array<std::string_view, kCsvRoles> kRoleNames = {"trace", "span", "parent",   "name", "service", "start",
                                                                "end",   "duration", "kind", "status", "message"};
constexpr std::array<std::string_view, 6> kUnitNames = {"", "ns", "us", "ms", "s", "text"};

} // namespace

std::string_view csvRoleName(CsvRole role) { return kRoleNames[static_cast<size_t>(role)]; }

bool isTimeRole(CsvRole role) { return role == CsvRole::Start || role == CsvRole::End || role == CsvRole::Duration; }

std::optional<CsvMapping> csvMappingFromText(std::string_view text, std::string& error) {
    CsvMapping mapping;
    while (!text.empty()) {
        const size_t equals = text.find('=');
        const std::string_view role = text.substr(0, equals);
        const auto known = std::find(kRoleNames.begin(), kRoleNames.end(), role);
        if (equals == std::string_view::npos || known == kRoleNames.end()) {
            error = "\"" + std::string(role) + "\" is none of trace, span, parent, name, service, start, end, duration, "
                    "kind, status and message with = behind it";
            return std::nullopt;
        }
        text.remove_prefix(equals + 1);
        CsvMapping::Column& column = mapping.columns[static_cast<size_t>(known - kRoleNames.begin())];
        std::string& name = column.name.emplace();
        size_t at = 0;
        if (text.starts_with('"')) {
            for (at = 1; at < text.size() && (text[at] != '"' || text.substr(at, 2) == "\"\""); ++at) {
                if (text[at] == '"')
                    ++at;
                name += text[at];
            }
            if (at >= text.size()) {
                error = "a quote is not closed behind " + std::string(role) + "=";
                return std::nullopt;
            }
            ++at;
        }
        std::string_view rest = text.substr(at, text.find(',', at) - at);
        text.remove_prefix(std::min(text.size(), at + rest.size() + 1));
        const size_t colon = rest.rfind(':');
        if (colon != std::string_view::npos && isTimeRole(static_cast<CsvRole>(known - kRoleNames.begin()))) {
            const auto unit = std::find(kUnitNames.begin() + 1, kUnitNames.end(), rest.substr(colon + 1));
            if (unit != kUnitNames.end()) {
                column.unit = static_cast<TimeUnit>(unit - kUnitNames.begin());
                rest = rest.substr(0, colon);
            }
        }
        name += rest;
    }
    return mapping;
}

std::string csvMappingToText(const CsvMapping& mapping) {
    std::string text;
    for (size_t i = 0; i < kCsvRoles; ++i) {
        const CsvMapping::Column& column = mapping.columns[i];
        if (!column.name)
            continue;
        if (!text.empty())
            text += ',';
        text += std::string(kRoleNames[i]) + "=";
        if (column.name->find_first_of(",\":") == std::string::npos) {
            text += *column.name;
        } else {
            text += '"';
            for (const char c : *column.name)
                text += c == '"' ? std::string("\"\"") : std::string(1, c);
            text += '"';
        }
        if (column.unit != TimeUnit::Unknown)
            text += ":" + std::string(kUnitNames[static_cast<size_t>(column.unit)]);
    }
    return text;
}

std::string mapOption(std::string_view text) {
    std::string option = "--map '";
    for (const char c : text)
        option += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return option + "'";
}

} // namespace aisle
