#include "query/row_values.h"

#include "cases/case_index.h"
#include "query/request_path.h"
#include "query/semantic_conventions.h"
#include "query/value_test.h"
#include "store/string_pool.h"
#include "text/format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

namespace aisle::traceql {

namespace {

Value text(std::string_view value) {
    Value out;
    out.type = Value::Type::Text;
    out.text = value;
    out.isNumber = numberOf(value, out.number);
    return out;
}

std::string shortNumber(double number) {
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "%.10g", number);
    return out.data();
}

Value number(double value, Value::Type type = Value::Type::Number) { return {type, true, value, {}}; }
Value truth(bool value) { return {Value::Type::Bool, false, value ? 1.0 : 0.0, {}}; }

Value recorded(ValueType type, std::string_view value) {
    Value out = text(value);
    if (type == ValueType::Bool) {
        out = truth(value == "true");
    } else if ((type == ValueType::Int || type == ValueType::Double) && out.isNumber) {
        out.type = Value::Type::Number;
    } else if (int64_t ns = 0; type == ValueType::String && !out.isNumber && parseDurationLiteral(value, ns)) {
        out.isNumber = true;
        out.number = static_cast<double>(ns);
    }
    return out;
}

} // namespace

std::string Value::toText() const {
    switch (type) {
    case Type::Nil: return "(none)";
    case Type::Bool: return number != 0 ? "true" : "false";
    case Type::Number: return !text.empty() ? std::string(text) : shortNumber(number);
    case Type::Duration: return (number < 0 ? "-" : "") + formatDurationLiteral(static_cast<int64_t>(std::min(9e18, std::abs(number))));
    case Type::Text:
    case Type::Status:
    case Type::Kind: return std::string(text);
    }
    return {};
}

namespace {
constexpr uint32_t kKept = 1; ///< values that were not read
}

/// Of an attribute: one number for each row, of the values there are.
struct FieldValues::Column {
    std::vector<std::vector<uint32_t>> codes; ///< by segment and offset; 0: none
    std::vector<Value> values{Value{}, Value{}}; ///< none, kept ones
    StringPool texts; ///< that the others are in
    std::optional<RowSet> rows; ///< of spans alone: that have one

    uint32_t add(ValueType type, std::string_view value) {
        std::string typed(1, static_cast<char>(type));
        typed += value;
        const auto found = texts.insert(typed);
        if (found.isNew)
            values.push_back(recorded(type, texts[found.id].substr(1)));
        return found.id + kKept + 1;
    }
    uint32_t& at(Row row) { return codes[row >> 16][row & 0xffff]; }
    /// `keys`: what counts most first. `ofPaths`: the paths of their values.
    void addSpans(const Source& source, const std::vector<uint32_t>& keys, const RowSet& wanted, const StopToken& stop, bool ofPaths = false);
};

/// Of the rows of spans that are wanted, and of their fragments; what came before is overwritten by what counts more.
void FieldValues::Column::addSpans(const Source& source, const std::vector<uint32_t>& keys, const RowSet& wanted, const StopToken& stop, bool ofPaths) {
    const SpanTable& table = *source.table;
    const AttributeDictionary& attributes = *source.attributes;
    const auto addValue = [&](ValueType type, std::string_view value) { return ofPaths ? add(ValueType::String, pathsOf(type, value).front()) : add(type, value); };
    PostingReader postings(*source.db, table, attributes);
    std::vector<uint32_t> known(attributes.idCount());
    std::map<Row, uint32_t> fragments;
    for (uint32_t s = 0; s < table.segmentCount(); ++s) {
        if (!table.hasSegment(s))
            continue;
        for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
            stop.check();
            const PostingChunk chunk = postings.read(s, *key);
            for (size_t i = chunk.offsets.size(); i-- > 0;) {
                const auto row = static_cast<Row>(s << 16 | chunk.offsets[i]);
                const bool isHidden = table.isHidden(row);
                if (isHidden ? (table.derivedFlags(row) & kFragment) == 0 || !wanted[table.parent(row)] : !wanted[row])
                    continue;
                uint32_t code = 0;
                if (chunk.codes[i] < chunk.values.size()) {
                    const uint32_t id = chunk.values[chunk.codes[i]];
                    if (id >= known.size())
                        continue;
                    if (known[id] == 0) {
                        const auto value = attributes.value(id);
                        known[id] = addValue(value.type, value.text);
                    }
                    code = known[id];
                } else if (!source.readsKept) {
                    code = kKept;
                } else {
                    if ((i & 0x3ff) == 0)
                        stop.check();
                    postings.forEachKept(row, *key, [&](ValueType type, std::string_view value) { code = code == 0 ? addValue(type, value) : code; });
                }
                if (isHidden) {
                    fragments[table.parent(row)] = code;
                    continue;
                }
                at(row) = code;
                if (rows)
                    rows->set(row);
            }
        }
    }
    for (const auto& [row, code] : fragments)
        if (at(row) == 0) {
            at(row) = code;
            if (rows)
                rows->set(row);
        }
}

FieldValues::FieldValues(const Source& source, const Field& field, const RowSet& rows, const StopToken& stop) {
    const SpanTablePtr table = source.table;
    const auto ofParent = [&](std::function<Value(Row)> get) {
        get_ = !field.ofParent ? std::move(get) : [table, get = std::move(get)](Row row) {
            const Row parent = table->parent(row);
            return parent == kNoRow ? Value{} : get(parent);
        };
    };
    const bool isPath = isRequestPath(field);
    if (field.scope == Scope::Intrinsic && !isPath) {
        const std::string& name = field.name;
        if (name == "span:duration")
            get_ = [table](Row row) { return (table->flags(row) & kUnfinished) != 0 ? Value{} : number(static_cast<double>(table->duration(row)), Value::Type::Duration); };
        else if (name == "aisle:selfTime")
            get_ = [table](Row row) { return number(static_cast<double>(table->selfTime(row)), Value::Type::Duration); };
        else if (name == "trace:duration")
            get_ = [table](Row row) { return number(static_cast<double>(table->summary(table->trace(row)).duration), Value::Type::Duration); };
        else if (name == "span:name")
            get_ = [table](Row row) { return text(table->nameText(row)); };
        else if (name == "span:status")
            get_ = [table](Row row) { return Value{Value::Type::Status, false, static_cast<double>(table->status(row)), statusName(table->status(row))}; };
        else if (name == "span:kind")
            get_ = [table](Row row) { return Value{Value::Type::Kind, false, static_cast<double>(table->kind(row)), kindName(table->kind(row))}; };
        else if (name == "aisle:error")
            get_ = [table](Row row) { return truth(table->isError(row)); };
        else if (name == "trace:rootName" || name == "trace:rootService")
            get_ = [table, isName = name == "trace:rootName"](Row row) {
                const Row root = table->summary(table->trace(row)).root;
                return root == kNoRow ? Value{} : text(isName ? table->nameText(root) : table->serviceText(root));
            };
        else if (name == "span:childCount") {
            auto counts = std::make_shared<std::vector<std::vector<uint32_t>>>(table->segmentCount());
            for (uint32_t s = 0; s < table->segmentCount(); ++s)
                (*counts)[s].resize(table->hasSegment(s) ? table->segmentAt(s).rows() : 0);
            table->forEachRow([&](Row row) {
                if (const Row parent = table->parent(row); parent != kNoRow)
                    ++(*counts)[parent >> 16][parent & 0xffff];
            });
            get_ = [counts](Row row) { return number((*counts)[row >> 16][row & 0xffff]); };
        } else if (name == "aisle:file") {
            get_ = [table](Row row) {
                for (const FileInfo& file : table->files())
                    if (row >= file.firstRow && row - file.firstRow < file.rows)
                        return text(file.name);
                return Value{};
            };
        } else if (name == "trace:id" || name == "span:id" || name == "span:parentID") {
            auto texts = std::make_shared<StringPool>();
            get_ = [table, texts, name](Row row) {
                if (name == "span:parentID" && table->parentId(row) == 0)
                    return Value{};
                Value value;
                value.type = Value::Type::Text;
                value.text = (*texts)[texts->insert(name == "trace:id" ? toHex(table->traceId(table->trace(row))) : toHex(name == "span:id" ? table->id(row) : table->parentId(row))).id];
                return value;
            };
        } else if (name == "aisle:case" && source.cases != nullptr) {
            get_ = [table, cases = source.cases](Row row) {
                const CaseNumber number = cases->caseOf(table->trace(row));
                return number == kNoCase ? Value{} : text(cases->cases()[number].value);
            };
        } else {
            get_ = [](Row) { return Value{}; }; // check() lets none through that matters
        }
        ofParent(get_);
        return;
    }
    if (field.name == "service.name" && (field.scope == Scope::Resource || field.scope == Scope::Any)) {
        ofParent([table](Row row) { return table->serviceText(row) == kUnknownService ? Value{} : text(table->serviceText(row)); });
        return;
    }
    if (source.db == nullptr || !source.attributes) {
        get_ = [](Row) { return Value{}; };
        return;
    }
    auto column = std::make_shared<Column>();
    const AttributeDictionary& attributes = *source.attributes;
    const std::vector<std::string> names = namesOf(field.name);
    RowSet wanted = rows;
    if (field.ofParent) {
        wanted = RowSet(*table);
        rows.forEach([&](Row row) {
            if (const Row parent = table->parent(row); parent != kNoRow)
                wanted.set(parent);
        });
    }
    column->codes.resize(table->segmentCount());
    for (uint32_t s = 0; s < table->segmentCount(); ++s)
        column->codes[s].resize(table->hasSegment(s) ? table->segmentAt(s).rows() : 0);
    // From the last that would count to the first, each over what was there.
    std::vector<uint32_t> keys; // the present name's first
    for (const std::string& name : names)
        if (const uint32_t key = attributes.keyOf(name); key != AttributeDictionary::kNone)
            keys.push_back(key);
    if (field.scope == Scope::Any || field.scope == Scope::Resource || field.scope == Scope::Instrumentation) {
        std::vector<uint32_t> ofContext(table->contextCount());
        for (size_t c = 0; c < attributes.contexts().size() && c < ofContext.size(); ++c)
            for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
                const auto& values = field.scope == Scope::Instrumentation ? attributes.contexts()[c].scope : attributes.contexts()[c].resource;
                for (auto value = values.rbegin(); value != values.rend(); ++value)
                    if (value->key == *key)
                        ofContext[c] = column->add(value->type, value->text);
            }
        for (uint32_t s = 0; s < table->segmentCount(); ++s)
            for (size_t i = 0; i < column->codes[s].size(); ++i)
                column->codes[s][i] = ofContext[table->segmentAt(s).context[i]];
    }
    if (field.scope == Scope::Span && !field.ofParent)
        column->rows.emplace(*table);
    if (field.scope == Scope::Span || field.scope == Scope::Any) {
        column->addSpans(source, keys, wanted, stop);
    } else if (isPath) {
        for (const std::string_view name : kRequestPathKeys) { // rows that have one are not asked for the next
            const uint32_t key = attributes.keyOf(name);
            if (key == AttributeDictionary::kNone)
                continue;
            column->addSpans(source, {key}, wanted, stop, true);
            RowSet left(*table);
            wanted.forEach([&](Row row) {
                if (column->at(row) == 0)
                    left.set(row);
            });
            wanted = std::move(left);
        }
    }
    column_ = column;
    ofParent([column](Row row) { return column->values[column->codes[row >> 16][row & 0xffff]]; });
}

uint32_t FieldValues::valueNumber(Row row) const { return column_ ? column_->at(row) : 0; }
const RowSet* FieldValues::rowsWithOne() const { return column_ && column_->rows ? &*column_->rows : nullptr; }
uint32_t FieldValues::valueNumbers() const { return column_ ? static_cast<uint32_t>(column_->values.size()) : 0; }
Value FieldValues::numbered(uint32_t number) const { return column_->values[number]; }

Value literalValue(const Literal& literal) {
    switch (literal.type) {
    case Literal::Type::Nil: return {};
    case Literal::Type::Bool: return truth(literal.integer != 0);
    case Literal::Type::Integer: return number(static_cast<double>(literal.integer));
    case Literal::Type::Number: return number(literal.number);
    case Literal::Type::Duration: return number(static_cast<double>(literal.integer), Value::Type::Duration);
    case Literal::Type::Text: return text(literal.text);
    case Literal::Type::Status:
        for (const Status status : {Status::Unset, Status::Ok, Status::Error})
            if (statusName(status) == literal.text)
                return {Value::Type::Status, false, static_cast<double>(status), statusName(status)};
        return {};
    case Literal::Type::Kind:
        for (const Kind kind : {Kind::Unspecified, Kind::Internal, Kind::Server, Kind::Client, Kind::Producer, Kind::Consumer})
            if (kindName(kind) == literal.text)
                return {Value::Type::Kind, false, static_cast<double>(kind), kindName(kind)};
        return {};
    }
    return {};
}

Value calculated(Op op, const Value& a, const Value& b) {
    using Type = Value::Type;
    const auto isTrue = [](const Value& v) { return v.type == Type::Bool && v.number != 0; };
    if (op == Op::And)
        return truth(isTrue(a) && isTrue(b));
    if (op == Op::Or)
        return truth(isTrue(a) || isTrue(b));
    if (op >= Op::Add && op <= Op::Power) {
        if (!a.isNumber || !b.isNumber)
            return {};
        double out = 0;
        switch (op) {
        case Op::Add: out = a.number + b.number; break;
        case Op::Subtract: out = a.number - b.number; break;
        case Op::Multiply: out = a.number * b.number; break;
        case Op::Divide: out = a.number / b.number; break;
        case Op::Modulo: out = std::fmod(a.number, b.number); break;
        default: out = std::pow(a.number, b.number); break;
        }
        if (!std::isfinite(out))
            return {};
        const bool ofTime = a.type == Type::Duration, byTime = b.type == Type::Duration;
        const bool isTime = op == Op::Multiply ? ofTime != byTime : op == Op::Divide ? ofTime && !byTime : op != Op::Power && (ofTime || byTime);
        return number(out, isTime ? Type::Duration : Type::Number);
    }
    if (a.type == Type::Nil || b.type == Type::Nil) // what is not there is neither equal nor another
        return truth(false);
    const auto order = [op](auto x, auto y) {
        switch (op) {
        case Op::Equal: return x == y;
        case Op::NotEqual: return x != y;
        case Op::Less: return x < y;
        case Op::LessOrEqual: return x <= y;
        case Op::Greater: return x > y;
        case Op::GreaterOrEqual: return x >= y;
        default: return false;
        }
    };
    const auto isNumeric = [](const Value& v) { return v.type == Type::Number || v.type == Type::Duration; };
    // Of two texts that are numbers the order is that of numbers: formats lose types.
    const bool isOrder = op >= Op::Less && op <= Op::GreaterOrEqual;
    if (isNumeric(a) || isNumeric(b) || (isOrder && a.isNumber && b.isNumber))
        return truth(a.isNumber && b.isNumber && order(a.number, b.number));
    if (a.type != b.type)
        return truth(false);
    return truth(a.type == Type::Text ? order(a.text, b.text) : order(a.number, b.number));
}

RowExpression::RowExpression(const Query& query, NodeIndex index, const Source& source, const RowSet& rows, const StopToken& stop) {
    const Node& node = query.nodes[index];
    switch (node.type) {
    case Node::Type::Literal: {
        // Its text is the query's, which lives longer.
        get_ = [value = literalValue(node.literal)](Row) { return value; };
        return;
    }
    case Node::Type::Field: {
        auto values = std::make_shared<FieldValues>(source, node.field, rows, stop);
        get_ = [values](Row row) { return (*values)(row); };
        return;
    }
    case Node::Type::Unary: {
        get_ = [operand = RowExpression(query, node.children[0], source, rows, stop), op = node.op](Row row) {
            const Value value = operand(row);
            if (op == Op::Not)
                return truth(!(value.type == Value::Type::Bool && value.number != 0));
            return value.isNumber ? number(-value.number, value.type == Value::Type::Duration ? value.type : Value::Type::Number) : Value{};
        };
        return;
    }
    case Node::Type::Binary: {
        std::vector<RowExpression> operands;
        for (const NodeIndex child : node.children)
            operands.emplace_back(query, child, source, rows, stop);
        if (node.op == Op::Matches || node.op == Op::NotMatches) {
            auto test = std::make_shared<ValueTest>(node.op, query.nodes[node.children[1]].literal);
            get_ = [value = operands[0], test](Row row) {
                const Value found = value(row);
                return truth(found.type == Value::Type::Text && test->text(found.text) != test->isNegative());
            };
            return;
        }
        get_ = [operands = std::move(operands), op = node.op](Row row) {
            Value out = operands[0](row);
            for (size_t i = 1; i < operands.size(); ++i)
                out = calculated(op, out, operands[i](row));
            return out;
        };
        return;
    }
    default: get_ = [](Row) { return Value{}; }; return;
    }
}

} // namespace aisle::traceql
