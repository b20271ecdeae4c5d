// A query in its canonical form.

#include "query/traceql.h"

#include "text/format.h"

#include <array>
#include <cstdio>
#include <cstring>

namespace aisle::traceql {

namespace {

/// How strongly a node binds: what is weaker than its place is put in brackets.
enum Strength { kLogical = 1, kCompared, kSum, kNot, kProduct, kPower, kPrimary };

constexpr const char* kSymbols[] = {"||", "&&", "=", "!=", "=~", "!~", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^", "!", "-", ">", ">>", "<", "<<", "~"};

Strength strengthOf(const Node& node) {
    switch (node.type) {
    case Node::Type::Unary: return node.op == Op::Not ? kNot : kPrimary;
    case Node::Type::Binary:
        return node.op <= Op::And ? kLogical : node.op <= Op::GreaterOrEqual ? kCompared : node.op <= Op::Subtract ? kSum : node.op <= Op::Modulo ? kProduct : kPower;
    case Node::Type::Combined: return node.op <= Op::And ? kLogical : kCompared;
    case Node::Type::Pipeline: return static_cast<Strength>(0);
    default: return kPrimary;
    }
}

class Printer {
public:
    explicit Printer(const Query& query) : query_(query) {}

    std::string text(NodeIndex index) const {
        const Node& node = query_.nodes[index];
        switch (node.type) {
        case Node::Type::Literal: return literal(node.literal);
        case Node::Type::Field: return field(node.field);
        case Node::Type::Unary: return kSymbols[static_cast<size_t>(node.op)] + within(node.children[0], node.op == Op::Not ? kNot : kPrimary);
        case Node::Type::Binary:
        case Node::Type::Combined: return joined(node);
        case Node::Type::Spanset: return node.children.empty() ? "{ }" : "{ " + text(node.children[0]) + " }";
        case Node::Type::Within: return "aisle:" + node.function + "(" + within(node.children[0], kLogical) + ")";
        case Node::Type::Pipeline: {
            std::string out = within(node.children[0], kLogical);
            for (size_t i = 1; i < node.children.size(); ++i)
                out += " | " + within(node.children[i], kLogical);
            return out;
        }
        case Node::Type::Aggregate: return node.function + "(" + list(node, node.children.size()) + ")";
        case Node::Type::By: return "by(" + list(node, node.children.size()) + ")";
        case Node::Type::Select: return "select(" + list(node, node.children.size()) + ")";
        case Node::Type::Coalesce: return "coalesce()";
        case Node::Type::Metric: {
            const bool hasBy = !node.children.empty() && query_.nodes[node.children.back()].type == Node::Type::By;
            return node.function + "(" + list(node, node.children.size() - (hasBy ? 1 : 0)) + ")" + (hasBy ? " " + text(node.children.back()) : std::string());
        }
        }
        return {};
    }

    static std::string field(const Field& field);

private:
    std::string within(NodeIndex index, int atLeast) const {
        return strengthOf(query_.nodes[index]) < atLeast ? "(" + text(index) + ")" : text(index);
    }

    std::string list(const Node& node, size_t count) const {
        std::string out;
        for (size_t i = 0; i < count; ++i)
            out += (i > 0 ? ", " : "") + within(node.children[i], kSum);
        return out;
    }

    std::string joined(const Node& node) const {
        const Strength own = strengthOf(node);
        const std::string symbol = std::string(" ") + (node.form == Form::Not ? "!" : node.form == Form::Union ? "&" : "") + kSymbols[static_cast<size_t>(node.op)] + " ";
        std::string out;
        for (size_t i = 0; i < node.children.size(); ++i) {
            // What stands first may bind equally, for operators go to the left, a power to the right. Of && and || one's own would
            // join in, and nobody remembers that they bind equally.
            const bool isFirst = i == 0;
            const int atLeast = own + (own == kLogical ? 1 : node.op == Op::Power ? isFirst : !isFirst);
            out += (isFirst ? "" : symbol) + within(node.children[i], atLeast);
        }
        return out;
    }

    static std::string literal(const Literal& value) {
        switch (value.type) {
        case Literal::Type::Nil: return "nil";
        case Literal::Type::Bool: return value.integer != 0 ? "true" : "false";
        case Literal::Type::Integer: return std::to_string(value.integer);
        case Literal::Type::Number: {
            std::array<char, 40> out{};
            std::snprintf(out.data(), out.size(), "%.17g", value.number);
            if (std::strpbrk(out.data(), "inf") != nullptr)
                return value.number > 0 ? "1e999" : "-1e999";
            return std::string(out.data()) + (std::strpbrk(out.data(), ".e") == nullptr ? ".0" : "");
        }
        case Literal::Type::Text: return quoted(value.text);
        case Literal::Type::Duration: return (value.integer < 0 ? "-" : "") + formatDurationLiteral(value.integer < 0 ? -value.integer : value.integer);
        case Literal::Type::Status:
        case Literal::Type::Kind: return value.text;
        }
        return {};
    }

    const Query& query_;
};

std::string Printer::field(const Field& field) {
    if (field.scope == Scope::Intrinsic)
        return field.name;
    static constexpr const char* scopes[] = {"", "span", "resource", "event", "link", "instrumentation"};
    const std::string scope = scopes[static_cast<size_t>(field.scope)];
    const auto isKey = [](char c) { return static_cast<unsigned char>(c) > ' ' && std::string_view("{}()=~!<>&|^,\"`\\").find(c) == std::string_view::npos; };
    bool isPlain = !field.name.empty() && (field.name[0] < '0' || field.name[0] > '9') && !(field.ofParent && field.scope == Scope::Any);
    for (const char c : field.name)
        isPlain = isPlain && isKey(c);
    return (field.ofParent ? "parent" + std::string(scope.empty() ? "" : ".") : std::string()) + scope + "." + (isPlain ? field.name : quoted(field.name));
}

} // namespace

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (c == '\n' || c == '\t' || c == '\r')
            out += {'\\', c == '\n' ? 'n' : c == '\t' ? 't' : 'r'};
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            out += {'\\', 'u', '0', '0', static_cast<char>('0' + c / 16), "0123456789abcdef"[c % 16]};
        else
            out += c;
    }
    return out + '"';
}

std::string Query::toText(NodeIndex part) const { return nodes.empty() ? std::string() : Printer(*this).text(part); }

std::string toText(const Field& field) { return Printer::field(field); }

} // namespace aisle::traceql
