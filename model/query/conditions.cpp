#include "query/conditions.h"

#include "cases/case_index.h"
#include "query/request_path.h"
#include "query/row_values.h"
#include "query/semantic_conventions.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace aisle::traceql {

namespace {

Op flipped(Op op) {
    switch (op) {
    case Op::Less: return Op::Greater;
    case Op::LessOrEqual: return Op::GreaterOrEqual;
    case Op::Greater: return Op::Less;
    case Op::GreaterOrEqual: return Op::LessOrEqual;
    default: return op;
    }
}

} // namespace

std::optional<Literal> constant(const Query& query, NodeIndex index) {
    const Node& node = query.nodes[index];
    if (node.type == Node::Type::Literal)
        return node.literal;
    if (node.type != Node::Type::Binary || node.op < Op::Add || node.op > Op::Power)
        return std::nullopt;
    const auto a = constant(query, node.children[0]), b = constant(query, node.children[1]);
    if (!a || !b)
        return std::nullopt;
    const Value value = calculated(node.op, literalValue(*a), literalValue(*b));
    if (!value.isNumber)
        return std::nullopt;
    Literal out;
    if (value.type == Value::Type::Duration && std::abs(value.number) < 9e18) {
        out.type = Literal::Type::Duration;
        out.integer = std::llround(value.number);
    } else {
        out.type = Literal::Type::Number;
        out.number = value.number;
    }
    return out;
}

Conditions::Conditions(const Query& query, const Source& source, const StopToken& stop, std::vector<std::string>& problems)
    : query_(query), source_(source), table_(*source.table), stop_(stop), problems_(problems), all_(table_), finder_(source, stop) {
    if (source.cache) {
        facts_ = source.cache->facts(stop);
        all_ = facts_->visible;
    } else {
        for (uint32_t number = 0; number < table_.segmentCount(); ++number)
            if (table_.hasSegment(number)) {
                const auto& flags = table_.derivedAt(number).flags;
                all_.segment(number).setWhere([&](size_t i) { return (flags[i] & kHidden) == 0; });
            }
    }
    if (source.within != nullptr) {
        all_ &= *source.within;
        isWhole_ = false;
        isNamed_ = !source.withinName.empty();
        name_ = source.withinName;
    }
}

/// Conditions worth keeping: of columns and postings. Not ranges that a brush moves, nor what is about cases, which change with the
/// journey, nor what is read span by span and therefore asked of the rows that are left.
bool Conditions::isKept(const Node& node) const {
    const auto field = [&](const Node& of) {
        static const std::set<std::string, std::less<>> kColumns = {"span:name",   "span:kind",  "span:status", "trace:rootName", "trace:rootService",
                                                                   "aisle:error", "aisle:file", "aisle:edge",  "aisle:text",     "aisle:path",     "trace:id"};
        switch (of.field.scope) {
        case Scope::Intrinsic: return kColumns.contains(of.field.name);
        case Scope::Any:
        case Scope::Span:
        case Scope::Resource: return !of.field.ofParent;
        default: return false;
        }
    };
    if (node.type == Node::Type::Field)
        return field(node);
    if (node.type != Node::Type::Binary || !isComparison(node.op))
        return false;
    const Node &left = query_.nodes[node.children[0]], &right = query_.nodes[node.children[1]];
    return (left.type == Node::Type::Field && right.type == Node::Type::Literal && field(left)) || (left.type == Node::Type::Literal && right.type == Node::Type::Field && field(right));
}

RowSet Conditions::where(NodeIndex index) {
    if (!source_.cache || !isKept(query_.nodes[index]))
        return worked(index);
    const std::string text = name_ + query_.toText(index);
    if (const auto known = source_.cache->find(text)) {
        RowSet out = *known;
        if (!isNamed_)
            out &= all_;
        return out;
    }
    const size_t problems = problems_.size();
    RowSet out = worked(index);
    if (isNamed_ && problems_.size() == problems && !isPartial())
        source_.cache->keep(text, out);
    return out;
}

RowSet Conditions::worked(NodeIndex index) {
    stop_.check();
    const Node& node = query_.nodes[index];
    switch (node.type) {
    case Node::Type::Literal: return node.literal.type == Literal::Type::Bool && node.literal.integer != 0 ? all_ : RowSet(table_);
    case Node::Type::Field: {
        Literal literal;
        literal.type = Literal::Type::Bool;
        literal.integer = 1;
        return leaf(node.field, Op::Equal, literal);
    }
    case Node::Type::Unary: {
        if (node.op != Op::Not)
            return RowSet(table_);
        RowSet out = all_;
        out -= where(node.children[0]);
        return out;
    }
    case Node::Type::Binary: {
        if (isComparison(node.op))
            return compared(node);
        if (node.op != Op::And && node.op != Op::Or)
            return RowSet(table_);
        if (node.op == Op::Or) {
            RowSet out = where(node.children[0]);
            for (size_t i = 1; i < node.children.size(); ++i)
                out |= where(node.children[i]);
            return out;
        }
        // What moves comes last, so that the rest is kept as a whole.
        std::vector<NodeIndex> order(node.children.begin(), node.children.end());
        if (source_.cache)
            std::stable_partition(order.begin(), order.end(), [&](NodeIndex child) { return isKept(query_.nodes[child]); });
        // Those about whole traces are decided for traces first, and their rows looked up once.
        std::optional<BitSet> traces;
        std::erase_if(order, [&](NodeIndex child) {
            auto one = ofTraces(child);
            if (one && traces)
                *traces &= *one;
            else if (one)
                traces = *one;
            return one.has_value();
        });
        RowSet out = order.empty() ? rowsOf(*traces) : where(order[0]);
        const auto ofThese = [&](RowSet these, auto&& ask) {
            std::swap(these, all_);
            const bool wasWhole = std::exchange(isWhole_, false), wasNamed = std::exchange(isNamed_, false);
            RowSet found = ask();
            all_ = std::move(these);
            isWhole_ = wasWhole;
            isNamed_ = wasNamed;
            return found;
        };
        if (traces && !order.empty())
            out = ofThese(std::move(out), [&] { return rowsOf(*traces); });
        for (size_t i = 1; i < order.size() && out.any(); ++i) {
            if (source_.cache && isKept(query_.nodes[order[i]])) {
                out &= where(order[i]);
                continue;
            }
            // What the ones before left is all that the next one is asked about.
            out = ofThese(std::move(out), [&] { return where(order[i]); });
        }
        return out;
    }
    default: return RowSet(table_);
    }
}

RowSet Conditions::compared(const Node& node) {
    const Node &left = query_.nodes[node.children[0]], &right = query_.nodes[node.children[1]];
    if (left.type == Node::Type::Field)
        if (const auto literal = constant(query_, node.children[1]))
            return leaf(left.field, node.op, *literal);
    if (right.type == Node::Type::Field && node.op != Op::Matches && node.op != Op::NotMatches)
        if (const auto literal = constant(query_, node.children[0]))
            return leaf(right.field, flipped(node.op), *literal);
    return byRow(static_cast<NodeIndex>(&node - query_.nodes.data()));
}

RowSet Conditions::byRow(NodeIndex condition) {
    const RowExpression expression(query_, condition, source_, all_, stop_);
    RowSet out(table_);
    uint64_t n = 0;
    all_.forEach([&](Row row) {
        if ((++n & 0xffff) == 0)
            stop_.check();
        const Value value = expression(row);
        if (value.type == Value::Type::Bool && value.number != 0)
            out.set(row);
    });
    return out;
}

RowSet Conditions::present(RowSet rows) const {
    rows &= all_;
    return rows;
}

RowSet Conditions::leaf(const Field& field, Op op, const Literal& literal) {
    if (field.ofParent) {
        Field own = field;
        own.ofParent = false;
        const bool isAbsent = literal.type == Literal::Type::Nil && op == Op::Equal;
        // Of any row, for the parent of one that is asked may not be.
        Source wide = source_;
        wide.within = nullptr;
        wide.withinName = {};
        Conditions ofAll(query_, wide, stop_, problems_);
        const RowSet parents = ofAll.leaf(own, op, literal);
        isPartial_ |= ofAll.isPartial();
        return rowsWhere([&](const Segment&, const DerivedSegment& derived, size_t i) {
            const Row parent = derived.parent[i];
            return parent == kNoRow ? isAbsent : parents[parent];
        });
    }
    if (field.scope == Scope::Intrinsic) {
        if (field.name.starts_with("event:") || field.name.starts_with("link:") || field.name.starts_with("instrumentation:") || isRequestPath(field))
            return attribute(field, op, literal);
        if (field.name.starts_with("trace:") && field.name != "trace:id")
            return rowsOf(traces(field, op, literal));
        if (field.name.ends_with(":id") || field.name == "span:parentID")
            return ids(field, op, literal);
        if (auto rows = column(field, op, literal))
            return std::move(*rows);
        return extension(field, op, literal);
    }
    if (field.name == "service.name" && (field.scope == Scope::Resource || field.scope == Scope::Any))
        if (auto rows = column(field, op, literal))
            return std::move(*rows);
    return attribute(field, op, literal);
}

RowSet Conditions::attribute(const Field& field, Op op, const Literal& literal) {
    if (field.scope != Scope::Intrinsic && source_.attributes) {
        const auto names = namesOf(field.name);
        if (std::all_of(names.begin(), names.end(), [&](const std::string& name) { return source_.attributes->keyOf(name) == AttributeDictionary::kNone; }))
            problems_.push_back("Nothing here has the attribute " + field.name + ".");
    } else if (isRequestPath(field) && source_.attributes) {
        if (std::all_of(kRequestPathKeys.begin(), kRequestPathKeys.end(), [&](std::string_view key) { return source_.attributes->keyOf(key) == AttributeDictionary::kNone; }))
            problems_.push_back("Nothing here says which path was asked for.");
    }
    if (literal.type == Literal::Type::Nil) {
        RowSet rows = finder_.find(field, nullptr).present;
        if (op == Op::NotEqual)
            return present(std::move(rows));
        RowSet out = all_;
        out -= rows;
        return out;
    }
    const ValueTest test(op, literal, conventionOf(field.name));
    AttributeRows found = finder_.find(field, &test);
    if (!test.isNegative())
        return present(std::move(found.matched));
    found.present -= found.matched;
    return present(std::move(found.present));
}

/// Rows by a number that is an index of strings, each string tested once.
template <typename F>
RowSet Conditions::textRows(const ValueTest& test, F&& stringOf) {
    std::vector<uint8_t> known(table_.stringCount(), 2);
    return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) {
        const uint32_t id = stringOf(segment, i);
        if (known[id] == 2)
            known[id] = test.text(table_.text(id)) != test.isNegative() ? 1 : 0;
        return known[id] == 1;
    });
}

/// A comparison of whole numbers is a range of them, which a compiler makes fast.
RowSet Conditions::numbers(const ValueTest& test, const std::vector<int64_t> Segment::*column, uint8_t without) {
    const auto range = test.range();
    const bool negative = test.isNegative();
    return rowsWhere([&, without](const Segment& segment, const DerivedSegment&, size_t i) {
        const int64_t value = (segment.*column)[i];
        return ((value >= range.first) & (value <= range.second)) != negative && (segment.flags[i] & without) == 0;
    });
}

std::optional<RowSet> Conditions::column(const Field& field, Op op, const Literal& literal) {
    const std::string& name = field.name;
    if (literal.type == Literal::Type::Nil) {
        const bool wanted = op == Op::NotEqual;
        if (name == "parent")
            return rowsWhere([&](const Segment&, const DerivedSegment& derived, size_t i) { return (derived.parent[i] != kNoRow) == wanted; });
        if (name == "span:duration")
            return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) { return ((segment.flags[i] & kUnfinished) == 0) == wanted; });
        if (name == "span:statusMessage") {
            RowSet rows = statusMessages(nullptr, true);
            if (wanted)
                return rows;
            RowSet out = all_;
            out -= rows;
            return out;
        }
        if (name == "service.name") {
            const auto unknown = table_.serviceByName(kUnknownService);
            return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) {
                return (!unknown || table_.contextInfo(segment.context[i]).service != *unknown) == wanted;
            });
        }
        if (name == "aisle:case") {
            BitSet found(table_.traceSlots());
            found.setWhere([&](size_t t) { return source_.cases != nullptr && (source_.cases->caseOf(static_cast<TraceIndex>(t)) != kNoCase) == wanted; });
            return rowsOf(found);
        }
        return wanted ? all_ : RowSet(table_); // every span has the others
    }
    const ValueTest test(op, literal);
    if (name == "span:duration")
        return numbers(test, &Segment::duration, kUnfinished);
    if (name == "aisle:selfTime") {
        const auto range = test.range();
        return rowsWhere([&](const Segment&, const DerivedSegment& derived, size_t i) {
            return (derived.selfTime[i] >= range.first && derived.selfTime[i] <= range.second) != test.isNegative();
        });
    }
    if (name == "span:name")
        return textRows(test, [](const Segment& segment, size_t i) { return segment.name[i]; });
    if (name == "span:status" || name == "span:kind") {
        const auto wanted = static_cast<int>(literalValue(literal).number);
        if (name == "span:status")
            return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) { return (static_cast<int>(segment.status[i]) == wanted) != test.isNegative(); });
        return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) { return (static_cast<int>(segment.kind[i]) == wanted) != test.isNegative(); });
    }
    if (name == "aisle:error") {
        const bool wanted = (literal.integer != 0) != test.isNegative();
        return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) { return ((segment.flags[i] & kErrorByRule) != 0) == wanted; });
    }
    if (name == "service.name") {
        std::vector<uint8_t> services;
        for (const std::string& service : table_.services()) {
            // Whose resource names none is no value, but views call it something, and can be filtered to it.
            const bool is = service == kUnknownService ? op == Op::Equal && literal.text == kUnknownService : test(ValueType::String, service) != test.isNegative();
            services.push_back(is ? 1 : 0);
        }
        if (op == Op::Equal && std::find(services.begin(), services.end(), 1) == services.end())
            problems_.push_back("No service here is called " + literal.text + ".");
        return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) { return services[table_.contextInfo(segment.context[i]).service] == 1; });
    }
    if (name == "span:statusMessage") {
        RowSet matched = statusMessages(&test, false);
        if (!test.isNegative())
            return matched;
        RowSet out = statusMessages(nullptr, true);
        out -= matched;
        return out;
    }
    if (name == "span:childCount") {
        const FieldValues counts(source_, field, all_, stop_);
        RowSet out(table_);
        all_.forEach([&](Row row) {
            if (test.integer(static_cast<int64_t>(counts(row).number)) != test.isNegative())
                out.set(row);
        });
        return out;
    }
    return std::nullopt;
}

RowSet Conditions::statusMessages(const ValueTest* test, bool isPresent) {
    RowSet out(table_);
    if (source_.db == nullptr)
        return out;
    Statement rows = source_.db->prepare("SELECT status_message FROM span WHERE row = ?1");
    uint64_t n = 0;
    // Only rows that are flagged can have one. Of fragments, what is said of the row they are part of.
    for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
        if (!table_.hasSegment(number))
            continue;
        const auto& flags = table_.segmentAt(number).flags;
        for (size_t i = 0; i < flags.size(); ++i) {
            if ((flags[i] & kHasSideRecords) == 0)
                continue;
            const auto row = static_cast<Row>(number << 16 | i);
            const Row shown = finder_.shown(row);
            if (shown == kNoRow || !all_[shown])
                continue;
            if ((++n & 0xfff) == 0)
                stop_.check();
            rows.reset();
            if (!rows.bind(1, static_cast<int64_t>(row)).step() || rows.isNull(0) || rows.text(0).empty())
                continue;
            if (isPresent || test->text(rows.text(0)))
                out.set(shown);
        }
    }
    return out;
}

RowSet Conditions::ids(const Field& field, Op op, const Literal& literal) {
    const bool isTrace = field.name == "trace:id", isParent = field.name == "span:parentID";
    if (literal.type == Literal::Type::Nil) {
        return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) {
            return (isTrace || (isParent ? segment.parentId[i] : segment.id[i]) != 0) == (op == Op::NotEqual);
        });
    }
    const bool negative = op == Op::NotEqual || op == Op::NotMatches;
    if (op == Op::Equal || op == Op::NotEqual) {
        if (isTrace) {
            const auto id = traceIdFromHex(literal.text);
            const auto trace = table_.findTrace(id ? *id : traceIdFromText(literal.text));
            if (!trace && !negative)
                problems_.push_back("No trace here has the id " + literal.text + ".");
            BitSet one(table_.traceSlots());
            if (trace)
                one.set(*trace);
            RowSet rows = rowsOf(one);
            if (!negative)
                return rows;
            RowSet out = all_;
            out -= rows;
            return out;
        }
        const auto hex = spanIdFromHex(literal.text);
        const SpanId id = hex ? *hex : spanIdFromText(literal.text);
        return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) {
            const SpanId its = isParent ? segment.parentId[i] : segment.id[i];
            return its != 0 && (its == id) != negative;
        });
    }
    const ValueTest test(op, literal);
    // As they are written: those that are no hex are kept as texts.
    std::unordered_map<TraceId, std::string> texts;
    if (source_.db != nullptr)
        for (Statement s = source_.db->prepare("SELECT id, text FROM id_text"); s.step();) {
            TraceId id;
            if (const std::string_view bytes = s.blob(0); bytes.size() == 16) {
                for (size_t i = 0; i < 8; ++i) {
                    id.high = id.high << 8 | static_cast<unsigned char>(bytes[i]);
                    id.low = id.low << 8 | static_cast<unsigned char>(bytes[8 + i]);
                }
                texts[id] = s.text(1);
            }
        }
    const auto matches = [&](TraceId id, bool wide) {
        const auto known = texts.find(id);
        return test.text(known != texts.end() ? known->second : wide ? toHex(id) : toHex(SpanId(id.low))) != negative;
    };
    if (isTrace) {
        BitSet found(table_.traceSlots());
        for (TraceIndex t = 0; t < table_.traceSlots(); ++t)
            if (matches(table_.traceId(t), true))
                found.set(t);
        return rowsOf(found);
    }
    return rowsWhere([&](const Segment& segment, const DerivedSegment&, size_t i) {
        const SpanId id = isParent ? segment.parentId[i] : segment.id[i];
        return id != 0 && matches({0, id}, false);
    });
}

} // namespace aisle::traceql
