#include "analysis/items.h"

#include "query/numbered_field.h"
#include "query/semantic_conventions.h"
#include "query/value_counts.h"
#include "text/format.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace aisle {

namespace {

/// Of traces: service and operation are those of the root.
std::string groupCondition(const traceql::Field& field, ItemsOf of, const traceql::Value& value) {
    using Type = traceql::Value::Type;
    std::string name = traceql::toText(field);
    if (of == ItemsOf::Traces && value.type != Type::Nil && (field.name == "service.name" || field.name == "span:name") && field.scope != traceql::Scope::Span)
        name = field.name == "span:name" ? "trace:rootName" : "trace:rootService";
    if (value.type == Type::Nil)
        return name + " = nil";
    return name + " = " + (value.type == Type::Text ? traceql::quoted(value.text) : value.toText());
}

/// As numberedField() knows them.
bool canGroup(const traceql::Field& field) {
    static const std::set<std::string, std::less<>> kIntrinsics = {"span:name", "span:kind", "span:status", "aisle:error", "aisle:file", "aisle:path", "trace:rootName", "trace:rootService"};
    if (field.ofParent)
        return false;
    return field.scope == traceql::Scope::Intrinsic ? kIntrinsics.contains(field.name) : field.scope != traceql::Scope::Event && field.scope != traceql::Scope::Link;
}

} // namespace

std::optional<traceql::Field> fieldOf(std::string_view text) {
    traceql::ParseError error;
    const auto query = traceql::parse("{ } | by(" + std::string(text) + ")", error);
    if (!query)
        return std::nullopt;
    for (const traceql::Node& node : query->nodes)
        if (node.type == traceql::Node::Type::By && node.children.size() == 1 && query->nodes[node.children[0]].type == traceql::Node::Type::Field &&
            canGroup(query->nodes[node.children[0]].field))
            return query->nodes[node.children[0]].field;
    return std::nullopt;
}

std::vector<std::string> groupableFields(const traceql::Context& context, size_t most, const StopToken& stop) {
    traceql::Needs needs;
    needs.attributes = true;
    const traceql::OpenSource open(context, needs, stop);
    std::vector<std::string> fields;
    std::set<std::pair<traceql::Scope, std::string>> seen;
    for (const traceql::KeyCount& key : traceql::keyCounts(open.source(), stop))
        if (key.name != "service.name" && fields.size() < most && seen.emplace(key.scope, traceql::namesOf(key.name).front()).second)
            fields.push_back(traceql::toText({key.scope, false, key.name}));
    return fields;
}

traceql::Field fieldNamed(const std::string& text) {
    if (const auto field = fieldOf(text))
        return *field;
    throw std::runtime_error("\"" + text + "\" is no field that can be counted by: an attribute (.http.route) or span:name, for example.");
}

ItemGroups::ItemGroups() : groups_(1) {}

ItemGroups ItemGroups::by(const std::string& text, const traceql::Context& context, const ScopeResult& scope, ItemsOf of, const StopToken& stop) {
    return text.empty() ? ItemGroups() : ItemGroups(context, scope, of, fieldNamed(text), kMost, stop);
}

ItemGroups::ItemGroups(const traceql::Context& context, const ScopeResult& scope, ItemsOf of, const traceql::Field& field, uint32_t most, const StopToken& stop) : of_(of) {
    const SpanTable& table = *context.table;
    const traceql::OpenSource open(context, traceql::needsOf(field), stop);
    std::vector<uint64_t> counts;
    std::function<traceql::Value(uint32_t)> valueOf;
    if (of == ItemsOf::Spans) {
        const traceql::NumberedField values = traceql::numberedField(open.source(), field, scope.spans, stop);
        number_ = values.number;
        valueOf = values.value;
        counts.resize(values.count);
    } else { // a trace asks its spans that do not match, too
        ofTraces_ = std::make_shared<const TraceValues>(open.source(), field, &scope.traces, stop);
        valueOf = [values = ofTraces_](uint32_t number) { return values->value(number); };
        counts.resize(ofTraces_->count());
    }
    const auto numberOf = [&](const Item& item) { return of == ItemsOf::Spans ? number_(item.row) : ofTraces_->number(item.trace); };
    forEachItem(table, &scope, of, stop, [&](const Item& item) { ++counts[numberOf(item)]; }, [] {});
    std::vector<uint32_t> order;
    for (uint32_t n = 0; n < counts.size(); ++n)
        if (counts[n] > 0)
            order.push_back(n);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return counts[a] > counts[b]; });
    groupOfNumber_.assign(counts.size(), 0);
    const bool isCut = order.size() > most;
    const size_t shown = isCut ? most - 1 : order.size();
    for (size_t i = 0; i < order.size(); ++i) {
        const uint32_t n = order[i];
        groupOfNumber_[n] = static_cast<uint32_t>(std::min(i, shown));
        if (i >= shown) {
            if (i == shown)
                groups_.push_back({counted(order.size() - shown, "other value", "other values"), {}, 0});
            groups_.back().items += counts[n];
            continue;
        }
        const traceql::Value value = n == 0 ? traceql::Value{} : valueOf(n);
        const bool isUnread = n != 0 && value.type == traceql::Value::Type::Nil;
        const std::string text = value.toText();
        groups_.push_back({isUnread ? "(one of very many)" : text.empty() ? "(empty)" : text, isUnread ? std::string() : groupCondition(field, of, value), counts[n]});
    }
    if (groups_.empty())
        groups_.emplace_back();
}

uint32_t ItemGroups::of(const Item& item) const {
    if (groupOfNumber_.empty())
        return 0;
    return groupOfNumber_[of_ == ItemsOf::Spans ? number_(item.row) : ofTraces_->number(item.trace)];
}

} // namespace aisle
