#pragma once
// What a query selects, worked out span by span in the simplest way: what evaluate() is compared with.

#include "cases/case_index.h"
#include "query/semantic_conventions.h"
#include "query/traceql.h"
#include "store/span_reader.h"
#include "text/format.h"

#include <QRegularExpression>

#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <set>

namespace aisle::test {

using namespace aisle::traceql;

class TraceQlReference {
public:
    using Rows = std::set<Row>;

    TraceQlReference(Database& db, const SpanTable& table, const CaseIndex* cases = nullptr) : table_(table), cases_(cases) {
        table.forEachRow([&](Row row) {
            all_.insert(row);
            details_[row] = readSpan(db, table, row);
        });
    }

    Rows evaluate(const Query& query) {
        query_ = &query;
        return spansets(query.root, all_);
    }

private:
    struct Item {
        ValueType type;
        std::string text;
    };
    using Items = std::vector<Item>;

    const Node& node(NodeIndex index) const { return query_->nodes[index]; }

    // --- fields
    Items items(const Field& field, Row row) {
        if (field.ofParent) {
            Field own = field;
            own.ofParent = false;
            return table_.parent(row) == kNoRow ? Items{} : items(own, table_.parent(row));
        }
        const SpanDetails& d = details_.at(row);
        Items out;
        const auto add = [&](const AttributeList& list, const std::string& name) {
            for (const AttributeValue& a : list)
                if (a.key == name)
                    out.push_back({a.type, a.value});
        };
        const auto whole = [&](int64_t value) { out.push_back({ValueType::Int, std::to_string(value)}); };
        const auto text = [&](std::string_view value) { out.push_back({ValueType::String, std::string(value)}); };
        if (field.scope == traceql::Scope::Intrinsic) {
            const std::string& name = field.name;
            const Row root = table_.summary(table_.trace(row)).root;
            if (name == "span:duration" && (table_.flags(row) & kUnfinished) == 0)
                whole(table_.duration(row));
            else if (name == "trace:duration")
                whole(table_.summary(table_.trace(row)).duration);
            else if (name == "aisle:selfTime")
                whole(table_.selfTime(row));
            else if (name == "span:name")
                text(table_.nameText(row));
            else if (name == "span:status")
                text(statusName(table_.status(row)));
            else if (name == "span:kind")
                text(kindName(table_.kind(row)));
            else if (name == "span:statusMessage" && !d.statusMessage.empty())
                text(d.statusMessage);
            else if (name == "span:id" && !d.spanId.empty())
                text(d.spanId);
            else if (name == "span:parentID" && !d.parentId.empty())
                text(d.parentId);
            else if (name == "trace:id")
                text(d.traceId);
            else if (name == "trace:rootName")
                text(table_.nameText(root));
            else if (name == "trace:rootService")
                text(table_.serviceText(root));
            else if (name == "parent" && table_.parent(row) != kNoRow)
                text("");
            else if (name == "span:childCount")
                whole(std::count_if(all_.begin(), all_.end(), [&](Row r) { return table_.parent(r) == row; }));
            else if (name == "aisle:error")
                out.push_back({ValueType::Bool, table_.isError(row) ? "true" : "false"});
            else if (name == "aisle:file")
                text(d.file);
            else if (name == "aisle:path")
                return paths(d);
            else if (name == "instrumentation:name" && !d.scopeName.empty())
                text(d.scopeName);
            else if (name == "instrumentation:version" && !d.scopeVersion.empty())
                text(d.scopeVersion);
            for (const SpanEvent& event : d.events) {
                if (name == "event:name")
                    text(event.name);
                if (name == "event:timeSinceStart")
                    whole(event.time - table_.start(row));
            }
            for (const SpanLinkDetails& link : d.links) {
                if (name == "link:traceID")
                    text(link.traceId);
                if (name == "link:spanID")
                    text(link.spanId);
            }
            return out;
        }
        for (const std::string& name : namesOf(field.name)) {
            using S = traceql::Scope;
            if (field.scope == S::Any || field.scope == S::Span) {
                add(d.attributes, name);
                for (const MergedRecord& merged : d.merged)
                    if (merged.isFragment)
                        add(merged.attributes, name);
            }
            if (field.scope == S::Any || field.scope == S::Resource)
                add(d.resource, name);
            if (field.scope == S::Instrumentation)
                add(d.scope, name);
            if (field.scope == S::Event)
                for (const SpanEvent& event : d.events)
                    add(event.attributes, name);
            if (field.scope == S::Link)
                for (const SpanLinkDetails& link : d.links)
                    add(link.attributes, name);
        }
        return out;
    }

    /// Of the first key that the span or a fragment of it has.
    static Items paths(const SpanDetails& d) {
        for (const char* key : {"http.route", "url.path", "http.target", "http.path", "url.full", "http.url"}) {
            Items found;
            const auto add = [&](const AttributeList& list) {
                for (const AttributeValue& a : list)
                    if (a.key == key)
                        found.push_back({a.type, a.value});
            };
            add(d.attributes);
            for (const MergedRecord& merged : d.merged)
                if (merged.isFragment)
                    add(merged.attributes);
            Items out;
            static const QRegularExpression url(QStringLiteral("^(?:[^/?#]*://[^/?#]*)?([^?#]*)"));
            for (const Item& item : found)
                for (const Item& one : opened(Items{item}))
                    if (one.type != ValueType::Array) {
                        const QRegularExpressionMatch match = url.match(QString::fromStdString(one.text));
                        const bool isBare = match.captured(1).isEmpty() && match.capturedLength(0) > 0;
                        out.push_back({ValueType::String, isBare ? "/" : match.captured(1).toStdString()});
                    }
            if (!out.empty())
                return out;
        }
        return {};
    }

    /// With the elements of arrays.
    static Items opened(const Items& items) {
        Items out;
        for (const Item& item : items) {
            out.push_back(item);
            if (item.type != ValueType::Array)
                continue;
            const auto json = nlohmann::json::parse(item.text, nullptr, false);
            if (json.is_array())
                for (const auto& e : json) {
                    if (e.is_string())
                        out.push_back({ValueType::String, e.get<std::string>()});
                    else if (e.is_boolean())
                        out.push_back({ValueType::Bool, e.dump()});
                    else if (e.is_number())
                        out.push_back({e.is_number_float() ? ValueType::Double : ValueType::Int, e.dump()});
                }
        }
        return out;
    }

    static std::optional<double> number(const std::string& text) {
        char* end = nullptr;
        if (text.empty() || isspace(static_cast<unsigned char>(text[0])) != 0 || text[0] == '+' || text.find_first_of("xX") != std::string::npos)
            return std::nullopt;
        const double value = std::strtod(text.c_str(), &end);
        return *end == '\0' && end == text.c_str() + text.size() ? std::optional(value) : std::nullopt;
    }

    static bool matches(const std::string& text, const std::string& pattern) {
        const QRegularExpression regex(QRegularExpression::anchoredPattern(QString::fromStdString(pattern)), QRegularExpression::DotMatchesEverythingOption);
        return regex.match(QString::fromStdString(text)).hasMatch();
    }

    template <typename T>
    static bool ordered(Op op, const T& a, const T& b) {
        return op == Op::Equal || op == Op::NotEqual ? a == b : op == Op::Less ? a < b : op == Op::LessOrEqual ? a <= b : op == Op::Greater ? a > b : op == Op::GreaterOrEqual ? a >= b : false;
    }

    /// = instead of !=, =~ instead of !~.
    static bool positive(Op op, const Literal& literal, const Item& item, const Convention* convention) {
        const auto present = [&](const std::string& text) { return convention == nullptr ? text : std::string(convention->present(text)); };
        const std::string wanted = literal.type == Literal::Type::Integer ? std::to_string(literal.integer) : literal.text;
        if (convention != nullptr && !convention->values.empty() && (op == Op::Equal || op == Op::NotEqual) && !wanted.empty() && present(item.text) == present(wanted))
            return true;
        switch (literal.type) {
        case Literal::Type::Status:
        case Literal::Type::Kind: return item.text == literal.text;
        case Literal::Type::Text:
            if (op == Op::Matches || op == Op::NotMatches)
                return matches(item.text, literal.text) || matches(present(item.text), literal.text);
            return ordered(op, item.text, literal.text);
        case Literal::Type::Bool:
            return (item.type == ValueType::Bool || item.type == ValueType::String) && item.text == (literal.integer != 0 ? "true" : "false");
        default: break;
        }
        if (item.type != ValueType::Int && item.type != ValueType::Double && item.type != ValueType::String)
            return false;
        const double right = literal.type == Literal::Type::Number ? literal.number : static_cast<double>(literal.integer);
        if (const auto value = number(item.text))
            return ordered(op, *value, right);
        int64_t ns = 0;
        return item.type == ValueType::String && literal.type == Literal::Type::Duration && parseDurationLiteral(item.text, ns) && ordered(op, static_cast<double>(ns), right);
    }

    bool leaf(const Field& field, Op op, const Literal& literal, Row row) {
        const Items found = items(field, row);
        if (literal.type == Literal::Type::Nil)
            return found.empty() == (op == Op::Equal);
        const Convention* convention = field.scope == traceql::Scope::Intrinsic ? nullptr : conventionOf(field.name);
        const Items all = opened(found);
        const bool any = std::any_of(all.begin(), all.end(), [&](const Item& item) { return positive(op, literal, item, convention); });
        return op == Op::NotEqual || op == Op::NotMatches ? !found.empty() && !any : any;
    }

    // --- calculations: a number, a text or nothing
    struct Scalar {
        std::optional<double> number;
        std::optional<std::string> text;
        bool isNumeric = false;
        bool isBool = false;
    };
    Scalar scalar(NodeIndex index, Row row) {
        const Node& it = node(index);
        switch (it.type) {
        case Node::Type::Literal:
            if (it.literal.type == Literal::Type::Text)
                return {number(it.literal.text), it.literal.text, false, false};
            if (it.literal.type == Literal::Type::Number)
                return {it.literal.number, {}, true, false};
            return {static_cast<double>(it.literal.integer), {}, true, false};
        case Node::Type::Field: {
            const Items found = items(it.field, row);
            if (found.empty())
                return {};
            const Item& first = found.front();
            if (first.type == ValueType::Bool)
                return {{}, first.text == "true" ? "1" : "0", false, true};
            std::optional<double> value = number(first.text);
            int64_t ns = 0;
            if (!value && first.type == ValueType::String && parseDurationLiteral(first.text, ns))
                value = static_cast<double>(ns);
            const bool isNumeric = value && (first.type == ValueType::Int || first.type == ValueType::Double);
            return {value, isNumeric ? std::nullopt : std::optional(first.text), isNumeric, false};
        }
        case Node::Type::Unary: {
            Scalar of = scalar(it.children[0], row);
            return of.number ? Scalar{-*of.number, {}, true, false} : Scalar{};
        }
        default: break;
        }
        const Scalar a = scalar(it.children[0], row), b = scalar(it.children[1], row);
        if (!a.number || !b.number)
            return {};
        double out = 0;
        switch (it.op) {
        case Op::Add: out = *a.number + *b.number; break;
        case Op::Subtract: out = *a.number - *b.number; break;
        case Op::Multiply: out = *a.number * *b.number; break;
        case Op::Divide: out = *a.number / *b.number; break;
        case Op::Modulo: out = std::fmod(*a.number, *b.number); break;
        default: out = std::pow(*a.number, *b.number);
        }
        return std::isnan(out) ? Scalar{} : Scalar{out, {}, true, false};
    }

    bool condition(NodeIndex index, Row row) {
        const Node& it = node(index);
        switch (it.type) {
        case Node::Type::Literal: return it.literal.integer != 0;
        case Node::Type::Field: {
            Literal literal;
            literal.type = Literal::Type::Bool;
            literal.integer = 1;
            return leaf(it.field, Op::Equal, literal, row);
        }
        case Node::Type::Unary: return !condition(it.children[0], row);
        default: break;
        }
        if (it.op == Op::And)
            return std::all_of(it.children.begin(), it.children.end(), [&](NodeIndex child) { return condition(child, row); });
        if (it.op == Op::Or)
            return std::any_of(it.children.begin(), it.children.end(), [&](NodeIndex child) { return condition(child, row); });
        const Node &a = node(it.children[0]), &b = node(it.children[1]);
        if (a.type == Node::Type::Field && b.type == Node::Type::Literal)
            return leaf(a.field, it.op, b.literal, row);
        const Scalar left = scalar(it.children[0], row), right = scalar(it.children[1], row);
        const auto isNil = [](const Scalar& s) { return !s.number && !s.text && !s.isBool; };
        if (isNil(left) || isNil(right))
            return false;
        const bool negative = it.op == Op::NotEqual;
        const bool isOrder = it.op >= Op::Less && it.op <= Op::GreaterOrEqual;
        if (left.isNumeric || right.isNumeric || (isOrder && left.number && right.number))
            return left.number && right.number && !left.isBool && !right.isBool && ordered(it.op, *left.number, *right.number) != negative;
        return left.text && right.text && left.isBool == right.isBool && ordered(it.op, *left.text, *right.text) != negative;
    }

    // --- spansets
    bool isAncestor(Row above, Row row) const {
        for (Row at = table_.parent(row); at != kNoRow; at = table_.parent(at))
            if (at == above)
                return true;
        return false;
    }
    bool relates(Op op, Row left, Row right) const {
        switch (op) {
        case Op::Child: return table_.parent(right) == left;
        case Op::Descendant: return isAncestor(left, right);
        case Op::Parent: return table_.parent(left) == right;
        case Op::Ancestor: return isAncestor(right, left);
        default: return left != right && table_.parent(left) != kNoRow && table_.parent(left) == table_.parent(right);
        }
    }

    Rows spansets(NodeIndex index, const Rows& input) {
        const Node& it = node(index);
        Rows out;
        switch (it.type) {
        case Node::Type::Spanset:
            for (const Row row : input)
                if (it.children.empty() || condition(it.children[0], row))
                    out.insert(row);
            return out;
        case Node::Type::Pipeline: return pipeline(it, input);
        case Node::Type::Within: return within(it, input);
        default: break;
        }
        std::vector<Rows> parts;
        for (const NodeIndex child : it.children)
            parts.push_back(spansets(child, input));
        if (it.op == Op::And || it.op == Op::Or) {
            for (const Rows& part : parts)
                for (const Row row : part)
                    if (it.op == Op::Or || std::all_of(parts.begin(), parts.end(), [&](const Rows& other) {
                            return std::any_of(other.begin(), other.end(), [&](Row r) { return table_.trace(r) == table_.trace(row); });
                        }))
                        out.insert(row);
            return out;
        }
        for (const Row right : parts[1]) {
            bool is = false;
            for (const Row left : parts[0])
                if (table_.trace(left) == table_.trace(right) && relates(it.op, left, right)) {
                    is = true;
                    if (it.form == Form::Union)
                        out.insert(left);
                }
            if (is != (it.form == Form::Not))
                out.insert(right);
        }
        return out;
    }

    Rows within(const Node& it, const Rows& input) {
        Rows out;
        const bool ofCases = it.function == "case";
        for (uint32_t number = 0; number < (ofCases ? cases_->cases().size() : table_.traceSlots()); ++number) {
            Rows own;
            for (const Row row : input)
                if ((ofCases ? cases_->caseOf(table_.trace(row)) : table_.trace(row)) == number)
                    own.insert(row);
            Rows said;
            if (holds(it.children[0], own, said))
                for (const Row row : said.empty() ? own : said)
                    out.insert(row);
        }
        return out;
    }
    /// `said`: rows of what is said to be there.
    bool holds(NodeIndex index, const Rows& own, Rows& said) {
        const Node& it = node(index);
        if (it.type == Node::Type::Unary) {
            Rows unused;
            return !holds(it.children[0], own, unused);
        }
        if (it.type == Node::Type::Combined && (it.op == Op::And || it.op == Op::Or)) {
            bool all = true, one = false;
            for (const NodeIndex child : it.children) {
                const bool is = holds(child, own, said);
                all = all && is;
                one = one || is;
            }
            return it.op == Op::And ? all : one;
        }
        const Rows found = spansets(index, own);
        said.insert(found.begin(), found.end());
        return !found.empty();
    }

    // --- stages: spans in groups
    using Groups = std::map<std::vector<std::string>, Rows>;
    Rows pipeline(const Node& it, const Rows& input) {
        Groups groups;
        for (const Row row : spansets(it.children[0], input))
            groups[{std::to_string(table_.trace(row))}].insert(row);
        for (size_t i = 1; i < it.children.size(); ++i) {
            const Node& stage = node(it.children[i]);
            Groups next;
            for (const auto& [key, rows] : groups) {
                if (stage.type == Node::Type::By) {
                    for (const Row row : rows) {
                        std::vector<std::string> longer = key;
                        for (const NodeIndex field : stage.children) {
                            const Items found = items(node(field).field, row);
                            longer.push_back(found.empty() ? "-" : groupOf(found.front()));
                        }
                        next[longer].insert(row);
                    }
                } else if (stage.type == Node::Type::Coalesce) {
                    next[{key[0]}].insert(rows.begin(), rows.end());
                } else if (stage.type == Node::Type::Binary) {
                    const auto a = aggregate(stage.children[0], rows), b = aggregate(stage.children[1], rows);
                    if (a && b && ordered(stage.op, *a, *b) != (stage.op == Op::NotEqual))
                        next[key] = rows;
                } else if (stage.type == Node::Type::Select) {
                    next[key] = rows;
                } else if (Rows kept = spansets(it.children[i], rows); !kept.empty()) {
                    next[key] = kept;
                }
            }
            groups = std::move(next);
        }
        Rows out;
        for (const auto& [key, rows] : groups)
            out.insert(rows.begin(), rows.end());
        return out;
    }

    /// true and "true" are two groups, 5 and "5" as well.
    static std::string groupOf(const Item& item) {
        const bool isNumber = item.type == ValueType::Int || item.type == ValueType::Double;
        return (item.type == ValueType::Bool ? "truth " : isNumber ? "number " : "text ") + item.text;
    }

    std::optional<double> aggregate(NodeIndex index, const Rows& rows) {
        const Node& it = node(index);
        if (it.type == Node::Type::Literal)
            return it.literal.type == Literal::Type::Number ? it.literal.number : static_cast<double>(it.literal.integer);
        if (it.type == Node::Type::Binary) {
            const auto a = aggregate(it.children[0], rows), b = aggregate(it.children[1], rows);
            if (!a || !b)
                return std::nullopt;
            return it.op == Op::Add ? *a + *b : it.op == Op::Subtract ? *a - *b : it.op == Op::Multiply ? *a * *b : *a / *b;
        }
        if (it.function == "count")
            return static_cast<double>(rows.size());
        std::vector<double> values;
        for (const Row row : rows)
            if (const auto value = scalar(it.children[0], row).number)
                values.push_back(*value);
        if (values.empty())
            return std::nullopt;
        double sum = 0;
        for (const double value : values)
            sum += value;
        return it.function == "min" ? *std::min_element(values.begin(), values.end()) : it.function == "max" ? *std::max_element(values.begin(), values.end()) : it.function == "sum" ? sum : sum / static_cast<double>(values.size());
    }

    const SpanTable& table_;
    const CaseIndex* cases_;
    const Query* query_ = nullptr;
    Rows all_;
    std::map<Row, SpanDetails> details_;
};

} // namespace aisle::test
