#include "query/field_condition.h"

#include "query/value_test.h"

namespace aisle::traceql {

std::string conditionOf(const Field& field, ValueType type, std::string_view value) {
    const std::string name = toText(field) + " = ";
    double number = 0;
    switch (type) {
    case ValueType::Bool: return value == "true" || value == "false" ? name + std::string(value) : name + quoted(value);
    case ValueType::Int:
    case ValueType::Double: {
        // What the language reads as a number; others, as infinity, are compared as texts.
        const std::string plain = name + std::string(value);
        ParseError error;
        return numberOf(value, number) && parse("{ " + plain + " }", error) ? plain : name + quoted(value);
    }
    case ValueType::String: return name + quoted(value);
    case ValueType::Bytes:
    case ValueType::Array:
    case ValueType::Map: break;
    }
    return {};
}

std::string excluding(const std::string& condition) { return "!(" + condition + ")"; }

} // namespace aisle::traceql
