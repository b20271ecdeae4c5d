#include "analysis/attribute_counts.h"

#include "query/numbered_field.h"
#include "query/semantic_conventions.h"
#include "text/format.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace aisle {

namespace {

traceql::OpenSource opened(const traceql::Context& context, const StopToken& stop) {
    traceql::Needs needs;
    needs.attributes = true;
    return {context, needs, stop};
}

} // namespace

AttributeKeys attributeKeys(const traceql::Context& context, const ScopeResult& scope, const StopToken& stop) {
    const auto open = opened(context, stop);
    AttributeKeys out;
    out.selected = scope.spanCount;
    out.others = context.table->spanCount() - scope.spanCount;
    for (const traceql::Field& field : {traceql::Field{traceql::Scope::Intrinsic, false, "span:name"}, traceql::Field{traceql::Scope::Resource, false, "service.name"},
                                        traceql::Field{traceql::Scope::Intrinsic, false, "span:kind"}, traceql::Field{traceql::Scope::Intrinsic, false, "span:status"}})
        out.keys.push_back({field, out.selected, out.others});
    const size_t first = out.keys.size();
    std::map<std::pair<traceql::Scope, std::string>, size_t> seen; // old and new names are one field
    std::set<size_t> several;
    for (const traceql::KeyCount& key : traceql::keyCounts(open.source(), stop, scope.everything ? nullptr : &scope.spans)) {
        if (key.scope == traceql::Scope::Resource && key.name == "service.name")
            continue;
        const auto [at, isNew] = seen.try_emplace({key.scope, traceql::namesOf(key.name).front()}, out.keys.size());
        if (isNew)
            out.keys.push_back({{key.scope, false, key.name}, 0, 0});
        else
            several.insert(at->second);
        out.keys[at->second].selected += key.selected;
        out.keys[at->second].others += key.spans - key.selected;
    }
    // A span that says a thing in the old and in the new name has it once.
    RowSet all(*context.table);
    if (!several.empty())
        context.table->forEachRow([&](Row row) { all.set(row); });
    for (const size_t k : several) {
        AttributeCounts::Key& key = out.keys[k];
        const traceql::NumberedField values = traceql::numberedField(open.source(), key.field, all, stop);
        key.selected = key.others = 0;
        all.forEach([&](Row row) {
            if (values.number(row) != 0)
                ++(scope.spans[row] ? key.selected : key.others);
        });
    }
    std::stable_sort(out.keys.begin() + static_cast<std::ptrdiff_t>(first), out.keys.end(), [](const auto& a, const auto& b) { return std::pair(a.selected, a.others) > std::pair(b.selected, b.others); });
    return out;
}

AttributeValues attributeValues(const traceql::Context& context, const ScopeResult& scope, const traceql::Field& field, const StopToken& stop) {
    constexpr size_t kAll = std::numeric_limits<size_t>::max(); // what is frequent in one of the two may be rare in the other
    const auto open = opened(context, stop);
    AttributeValues out;
    out.field = field;
    out.selected = scope.spanCount;
    out.others = context.table->spanCount() - scope.spanCount;
    const traceql::ValueCounts selected = traceql::valueCounts(open.source(), field, &scope.spans, {}, kAll, stop);
    out.uncounted = selected.uncounted;
    std::map<std::pair<std::string, ValueType>, size_t> places;
    for (const traceql::ValueCount& value : selected.values) {
        places[{value.text, value.type}] = out.values.size();
        out.values.push_back({value.text, value.type, value.spans, 0});
    }
    if (out.others > 0) {
        RowSet rest(*context.table);
        context.table->forEachRow([&](Row row) { rest.set(row); });
        rest -= scope.spans;
        const traceql::ValueCounts others = traceql::valueCounts(open.source(), field, &rest, {}, kAll, stop);
        for (const traceql::ValueCount& value : others.values) {
            const auto [at, isNew] = places.try_emplace({value.text, value.type}, out.values.size());
            if (isNew)
                out.values.push_back({value.text, value.type, 0, 0});
            out.values[at->second].others = value.spans;
        }
    }
    std::stable_sort(out.values.begin(), out.values.end(), [](const auto& a, const auto& b) { return std::pair(a.selected, a.others) > std::pair(b.selected, b.others); });
    out.isCut = out.values.size() > AttributeValues::kMost;
    if (out.values.size() > AttributeValues::kMost)
        out.values.resize(AttributeValues::kMost);
    return out;
}

std::string fieldWords(const traceql::Field& field) {
    if (field.scope == traceql::Scope::Intrinsic)
        return field.name == "span:name" ? "operation" : field.name == "span:kind" ? "kind" : field.name == "span:status" ? "status" : field.name;
    if (field.scope == traceql::Scope::Resource && field.name == "service.name")
        return "service";
    return field.name;
}

Tabular tabulate(const AttributeKeys& keys) {
    Tabular out;
    out.columns = {{"attribute", "Attribute"}, {"selected", "Selected spans", true}, {"others", "Other spans", true}};
    for (const auto& key : keys.keys)
        out.rows.push_back({Cell(traceql::toText(key.field)), Cell::count(key.selected), Cell::count(key.others)});
    return out;
}

Tabular tabulate(const AttributeValues& values) {
    Tabular out;
    out.columns = {{values.field.name, fieldWords(values.field)}, {"selected", "Selected spans", true}, {"others", "Other spans", true}};
    for (const auto& value : values.values)
        out.rows.push_back({Cell(value.text), Cell::count(value.selected), Cell::count(value.others)});
    if (values.isCut)
        out.notes.emplace_back("There are more values.");
    if (values.uncounted > 0)
        out.notes.push_back(counted(values.uncounted, "selected span has", "selected spans have") + " one of very many values, which were not counted.");
    return out;
}

} // namespace aisle
