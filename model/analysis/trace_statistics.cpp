#include "analysis/trace_statistics.h"

#include "analysis/quantile.h"
#include "analysis/saturating.h"
#include "text/format.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace aisle {

namespace {

/// Numbers groups in the order in which they are met.
template <typename KeyOf, typename Name>
void assign(Grouping& out, const Waterfall& tree, KeyOf&& keyOf, Name&& name) {
    std::unordered_map<uint64_t, uint32_t> known;
    out.of.assign(tree.nodes.size(), Grouping::kNone);
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        const Row row = tree.nodes[i].row;
        if (row == kNoRow)
            continue;
        const auto [at, isNew] = known.try_emplace(keyOf(row), static_cast<uint32_t>(out.names.size()));
        if (isNew)
            out.names.push_back(name(row));
        out.of[i] = at->second;
    }
}

} // namespace

Grouping groupByService(const SpanTable& table, const Waterfall& tree) {
    Grouping out{"service", "Service", {}, {}, {}};
    assign(out, tree, [&](Row row) { return uint64_t(table.service(row)); },
           [&](Row row) {
               out.services.push_back(table.service(row));
               return std::string(table.serviceText(row));
           });
    return out;
}

Grouping groupByOperation(const SpanTable& table, const Waterfall& tree) {
    Grouping out{"operation", "Operation", {}, {}, {}};
    assign(out, tree, [&](Row row) { return static_cast<uint64_t>(table.service(row)) << 32 | table.name(row); },
           [&](Row row) {
               out.services.push_back(table.service(row));
               return std::string(table.nameText(row));
           });
    return out;
}

Grouping groupByAttribute(const Waterfall& tree, const TraceAttributes& attributes, TraceAttributes::Reader* others, const std::string& key, const StopToken& stop) {
    Grouping out{key, key, {}, {}, std::vector<uint32_t>(tree.nodes.size(), Grouping::kNone)};
    std::unordered_map<std::string, uint32_t> numbers;
    const auto number = [&](const std::string& value) {
        const auto [at, isNew] = numbers.try_emplace(value, static_cast<uint32_t>(out.names.size()));
        if (isNew)
            out.names.push_back(value);
        return at->second;
    };
    std::vector<uint32_t> ofPair(attributes.pairs().size(), Grouping::kNone);
    for (size_t i = 0; i < ofPair.size(); ++i)
        if (attributes.pairs()[i].key == key)
            ofPair[i] = number(attributes.pairs()[i].value);
    for (size_t place = 0; place < std::min(attributes.places(), tree.byRow.size()); ++place) {
        if ((place & 0xfff) == 0)
            stop.check();
        uint32_t& group = out.of[tree.byRow[place]];
        for (const uint32_t pair : attributes.of(place))
            group = group == Grouping::kNone ? ofPair[pair] : group;
        if (group == Grouping::kNone && others != nullptr && attributes.hasOthers(place))
            for (const TraceAttributes::Pair& pair : others->of(place))
                group = group == Grouping::kNone && pair.key == key ? number(pair.value) : group;
        for (const uint32_t pair : attributes.ofResource(place)) // the span says it before its resource
            group = group == Grouping::kNone ? ofPair[pair] : group;
    }
    return out;
}

std::vector<GroupStatistics> traceStatistics(const SpanTable& table, const Waterfall& tree, const CriticalPath& path,
                                             const Grouping& grouping, const StopToken& stop) {
    std::vector<GroupStatistics> out(grouping.names.size());
    std::vector<std::vector<int64_t>> durations(out.size());
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        if ((i & 0xffff) == 0)
            stop.check();
        const uint32_t group = grouping.of[i];
        if (group == Grouping::kNone)
            continue;
        const Row row = tree.nodes[i].row;
        GroupStatistics& g = out[group];
        ++g.spans;
        g.errors += table.isError(row);
        addSaturated(g.self, table.selfTime(row));
        if ((table.flags(row) & (kUnfinished | kNegative)) != 0) {
            ++g.untimed;
            continue;
        }
        const int64_t duration = table.duration(row);
        addSaturated(g.total, duration);
        durations[group].push_back(duration);
        if (g.longest == kNoNode || duration > g.max) {
            g.longest = i;
            g.max = duration;
        }
    }
    for (const PathSection& section : path.sections)
        if (grouping.of[section.node] != Grouping::kNone)
            addSaturated(out[grouping.of[section.node]].path, section.to - section.from);
    for (uint32_t group = 0; group < out.size(); ++group) {
        stop.check();
        out[group].group = group;
        out[group].p50 = quantile(durations[group], 0.5);
        out[group].p95 = quantile(durations[group], 0.95);
    }
    std::erase_if(out, [](const GroupStatistics& g) { return g.spans == 0; });
    std::sort(out.begin(), out.end(), [&](const GroupStatistics& a, const GroupStatistics& b) {
        if (a.path != b.path)
            return a.path > b.path;
        if (a.self != b.self)
            return a.self > b.self;
        const auto name = [&](const GroupStatistics& g) {
            return std::pair(std::string_view(grouping.names[g.group]), grouping.services.empty() ? std::string_view() : std::string_view(table.services()[grouping.services[g.group]]));
        };
        return name(a) < name(b);
    });
    return out;
}

Tabular tabulate(const SpanTable& table, const Waterfall& tree, const CriticalPath& path, const Grouping& grouping, const std::vector<GroupStatistics>& groups) {
    const bool withService = grouping.key == "operation";
    const int64_t pathOfAll = path.length();
    uint64_t grouped = 0;
    for (const GroupStatistics& g : groups)
        grouped += g.spans;
    Tabular out;
    out.columns = {{withService ? "name" : grouping.key, grouping.title}}; // a redactor knows it by that
    if (withService)
        out.columns.push_back({"service", "Service"});
    for (Column column : {Column{"spans", "Spans", true}, {"errors", "Errors", true}, {"critical_path_ns", "Critical path", true},
                          {"critical_path_share", "of it", true}, {"self_time_ns", "Self", true}, {"total_ns", "Durations", true},
                          {"p50_ns", "p50", true}, {"p95_ns", "p95", true}, {"max_ns", "Longest", true}})
        out.columns.push_back(std::move(column));
    uint64_t untimed = 0;
    for (const GroupStatistics& g : groups) {
        std::vector<Cell> cells{Cell(grouping.names[g.group])};
        if (withService)
            cells.emplace_back(table.services()[grouping.services[g.group]]);
        cells.push_back(Cell::count(g.spans));
        cells.push_back(Cell::count(g.errors));
        cells.push_back(Cell::duration(g.path));
        cells.push_back(pathOfAll > 0 ? Cell::percent(static_cast<double>(g.path) / static_cast<double>(pathOfAll)) : Cell());
        cells.push_back(Cell::duration(g.self));
        cells.push_back(Cell::duration(g.total));
        const bool isTimed = g.untimed < g.spans;
        for (const int64_t value : {g.p50, g.p95, g.max})
            cells.push_back(isTimed ? Cell::duration(value) : Cell());
        untimed += g.untimed;
        out.rows.push_back(std::move(cells));
    }
    if (grouped < tree.spanCount())
        out.notes.push_back(counted(tree.spanCount() - grouped, "span is", "spans are") + " without " + grouping.key + ", and in no line.");
    if (untimed > 0)
        out.notes.push_back(counted(untimed, "span has", "spans have") + " no end, or one before the start: counted, but in no duration.");
    return out;
}

} // namespace aisle
