// What somebody typed as a query.

#include "query/traceql.h"

#include <algorithm>

namespace aisle::traceql {

namespace {

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::optional<Query> checked(std::string_view text, ParseError& error) {
    auto query = parse(text, error);
    if (!query)
        return std::nullopt;
    if (auto problem = check(*query)) {
        error = std::move(*problem);
        return std::nullopt;
    }
    return query;
}

std::string wordsQuery(std::string_view text, Words words) {
    std::string out;
    for (size_t at = 0; at < text.size();) {
        if (isSpace(text[at])) {
            ++at;
            continue;
        }
        const bool isQuoted = text[at] == '"' && text.find('"', at + 1) != std::string_view::npos;
        const size_t from = isQuoted ? at + 1 : at;
        const size_t to = isQuoted ? text.find('"', from) : static_cast<size_t>(std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), isSpace) - text.begin());
        at = to + (isQuoted ? 1 : 0);
        if (to > from)
            out += (out.empty() ? "{ " : words == Words::InSpan ? " && " : " } && { ") + ("aisle:text = " + quoted(text.substr(from, to - from)));
    }
    return out.empty() ? "{ }" : out + " }";
}

} // namespace

std::optional<Query> read(std::string_view text, ParseError& error, Words words) {
    size_t from = 0;
    while (from < text.size() && isSpace(text[from]))
        ++from;
    const std::string_view begun = text.substr(from);
    if (begun.empty())
        return checked("{ }", error);
    if (begun[0] == '{' || begun[0] == '(' || begun.starts_with("aisle:case(") || begun.starts_with("aisle:trace("))
        return checked(text, error);
    constexpr std::string_view kOpen = "{ ";
    ParseError problem;
    if (auto query = checked(std::string(kOpen) + std::string(text) + " }", problem))
        return query;
    // Signs of a condition, outside of quotes, say that it was meant as one; words have none.
    bool isQuoted = false, hasSigns = false;
    for (const char c : begun) {
        isQuoted = isQuoted != (c == '"');
        hasSigns = hasSigns || (!isQuoted && std::string_view("=<>~{}|&").find(c) != std::string_view::npos);
    }
    if (!hasSigns)
        return checked(wordsQuery(begun, words), error);
    problem.position = std::min(problem.position > kOpen.size() ? problem.position - kOpen.size() : 0, text.size());
    problem.length = std::min(problem.length, text.size() - problem.position);
    error = std::move(problem);
    return std::nullopt;
}

} // namespace aisle::traceql
