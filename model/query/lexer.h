#pragma once
// TraceQL in tokens.

#include "query/traceql.h"

namespace aisle::traceql {

struct Token {
    enum class Type : uint8_t { End, Symbol, Word, Attribute, Text, Integer, Number, Duration };
    Type type = Type::End;
    std::string text;     ///< of a symbol, word or attribute key; value of a text
    Scope scope = Scope::Any; ///< of an attribute
    bool ofParent = false;
    int64_t integer = 0;  ///< Integer, Duration (ns)
    double number = 0;
    size_t from = 0, to = 0;
};

/// Ends with End. On an error the tokens before it, and what is wrong.
std::vector<Token> tokens(std::string_view text, std::optional<ParseError>& error);

} // namespace aisle::traceql
