#include "query/edge_text.h"

namespace aisle::traceql {

namespace {

constexpr std::string_view kArrow = " -> ";

std::string escaped(std::string_view name) {
    std::string out;
    for (size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '\\' || name.substr(i, 2) == "->")
            out += '\\';
        out += name[i];
    }
    return out;
}

std::string unescaped(std::string_view name) {
    std::string out;
    for (size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '\\' && i + 1 < name.size())
            ++i;
        out += name[i];
    }
    return out;
}

} // namespace

std::string edgeText(std::string_view from, std::string_view to) { return escaped(from) + std::string(kArrow) + escaped(to); }

bool parseEdge(std::string_view text, std::string& from, std::string& to) {
    const size_t arrow = text.find(kArrow);
    if (arrow == std::string_view::npos)
        return false;
    from = unescaped(text.substr(0, arrow));
    to = unescaped(text.substr(arrow + kArrow.size()));
    return true;
}

} // namespace aisle::traceql
