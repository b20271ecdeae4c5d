#include "privacy/sql_literals.h"

#include "privacy/sql_statement.h"

#include <re2/re2.h>

#include <algorithm>

namespace aisle {

using sql::Statement;
using sql::Token;

namespace {

bool saysWhere(std::string_view comment) {
    static const re2::RE2 pairs(R"re(\s*(?:(?:traceparent|tracestate|route|framework|controller|action|application|db_driver)='[^']*'\s*,?\s*)+)re");
    return re2::RE2::FullMatch(re2::StringPiece(comment.data(), comment.size()), pairs);
}

bool saysAnything(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return sql::isDigit(c) || sql::isLetter(c); });
}

} // namespace

bool looksLikeStatement(std::string_view text) {
    static const re2::RE2 words(R"re((?i)^[\s(]*(?:/\*|--|#|select|insert|update|delete|with|merge|replace|call|exec|execute|values|set|copy|create|alter|drop|grant|explain|declare|begin|upsert|truncate|show|do|prepare))re");
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), words);
}

void findSqlLiterals(std::string_view text, const std::function<void(size_t begin, size_t end, bool isNumber)>& found) {
    const Statement statement(text);
    for (size_t i = 0; i < statement.tokens().size(); ++i) {
        const Token& token = statement.tokens()[i];
        const bool isComment = token.type == Token::Type::Comment, isNumber = statement.isLongNumber(i);
        if (!isNumber && token.type != Token::Type::Text && !(token.type == Token::Type::Quoted && statement.isText(i)) && !(isComment && !saysWhere(statement.of(i))))
            continue;
        size_t begin = token.begin, end = token.end;
        while (isComment && begin < end && sql::isAnyOf(text[begin], sql::kSpaces))
            ++begin;
        while (isComment && begin < end && sql::isAnyOf(text[end - 1], sql::kSpaces))
            --end;
        if (saysAnything(text.substr(begin, end - begin)))
            found(begin, end, isNumber);
    }
}

} // namespace aisle
