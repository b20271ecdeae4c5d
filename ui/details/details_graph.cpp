// Details of what stands in the service graph: a service, another node, a call.

#include "analysis/quantile.h"
#include "analysis/saturating.h"
#include "details/detail_lines.h"
#include "details/details_content.h"
#include "query/field_condition.h"
#include "service_graph/counted_calls.h"
#include "service_graph/counted_calls.h"
#include "service_graph/graph_facts.h"
#include "service_graph/node_words.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace aisle {

namespace {

/// "30 calls · p95 12 ms"
template <typename Called>
std::string callsText(const Called& called) {
    return counted(called.calls, "call", "calls") + (called.timed > 0 ? " · p95 " + formatDuration(called.p95) : "");
}

/// Who calls a node and whom it calls, each with the call's own focus and scope term.
void addNeighbours(const ServiceGraph& graph, uint32_t number, DetailsContent& out) {
    DetailItem callers = line("Called by", ""), callees = line("Calls", "");
    for (const ServiceGraph::Edge& edge : graph.edges) {
        if (edge.from != number && edge.to != number)
            continue;
        const std::string &from = graph.nodes[edge.from].name, &to = graph.nodes[edge.to].name;
        DetailItem item = line(nodeWords(edge.from == number ? to : from),
                               callsText(edge),
                               Focus::onEdge(from, to));
        item.term = term(ScopeTerm::Kind::Edge, from, to);
        sayErrors(item, edge.errors);
        (edge.from == number ? callees : callers).children.push_back(std::move(item));
    }
    for (DetailItem* group : {&callers, &callees}) {
        if (group->children.empty())
            continue;
        group->value = formatCount(group->children.size());
        out.groups.push_back(std::move(*group));
    }
}

void addFacts(DetailsContent& out, std::vector<GraphFact> facts) {
    for (GraphFact& fact : facts)
        out.facts.push_back({std::move(fact.name), std::move(fact.value)});
}

void addFailures(DetailsContent& out, const std::vector<GraphDetails::Failures>& failures) {
    if (failures.empty())
        return;
    DetailItem group = line("Kinds of failures", formatCount(failures.size()));
    for (const auto& [kind, count] : failures) {
        group.children.push_back(line(kind, formatCount(count)));
        group.children.back().tone = DetailItem::Tone::Error;
    }
    out.groups.push_back(std::move(group));
}

/// An instance is known by one of these attributes; which one it was is not kept.
std::string conditionOfInstance(const std::string& name) {
    std::string condition;
    for (const char* key : {"service.instance.id", "k8s.pod.name", "host.name"})
        condition += (condition.empty() ? "(" : " || ") + traceql::conditionOf({traceql::Scope::Resource, false, key}, ValueType::String, name);
    return condition + ")";
}

void addInstances(DetailsContent& out, const GraphDetails::Node& node) {
    if (node.instances.empty() || node.instanceCount == 0)
        return;
    DetailItem group = line("Instances", formatCount(node.instanceCount));
    for (const GraphDetails::Instance& instance : node.instances) {
        DetailItem item = line(instance.name, callsText(instance));
        if (instance.name.empty()) {
            item.key = "without a name";
            item.tone = DetailItem::Tone::Muted;
        } else {
            item.condition = conditionOfInstance(instance.name);
        }
        sayErrors(item, instance.errors);
        group.children.push_back(std::move(item));
    }
    sayMore(group, std::max<size_t>(node.instanceCount, group.children.size()));
    out.groups.push_back(std::move(group));
}

} // namespace

DetailsContent serviceContent(const SpanTable& table, uint32_t service, const ScopeResult* scope,
                              const ServiceGraph& graph, const GraphDetails* more, const StopToken& stop) {
    DetailsContent out;
    out.what = "Service";
    out.title = out.service = table.services()[service];
    struct Operation {
        uint64_t spans = 0, errors = 0;
        int64_t total = 0;
        Row slowest = kNoRow;
    };
    std::map<std::pair<uint32_t, Kind>, Operation> operations;
    std::vector<int64_t> durations;
    uint64_t spans = 0, entries = 0, errors = 0, entryErrors = 0, steps = 0;
    table.forEachRow([&](Row row) {
        if ((++steps & 0xffff) == 0)
            stop.check();
        if (table.service(row) != service || (scope != nullptr && !scope->everything && !scope->spans[row]))
            return;
        ++spans;
        errors += table.isError(row);
        Operation& o = operations[{table.name(row), table.kind(row)}];
        ++o.spans;
        o.errors += table.isError(row);
        addSaturated(o.total, std::max<int64_t>(0, table.duration(row)));
        if (o.slowest == kNoRow || table.duration(row) > table.duration(o.slowest))
            o.slowest = row;
        if (!table.isEntry(row))
            return;
        ++entries;
        entryErrors += table.isError(row);
        if (hasDuration(table, row))
            durations.push_back(table.duration(row));
    });
    out.subtitle = scope != nullptr && !scope->everything ? "in the present scope" : "in the whole workspace";
    out.facts = {
        {"Spans", formatCount(spans) + (errors > 0 ? ", " + counted(errors, "error", "errors") : "")},
        {"Calls", formatCount(entries) +
                      (entryErrors > 0 ? ", " + share(entryErrors, entries) + " with an error" : "")}};
    out.isError = errors > 0;
    if (!durations.empty()) {
        const auto at = [&](double q) { return formatDuration(quantile(durations, q)); };
        out.facts.push_back({"Latency", "p50 " + at(0.5) + " · p95 " + at(0.95) + " · p99 " + at(0.99)});
    } else {
        out.notices.push_back(entries > 0 ? "None of its entry spans here has a duration, so there is no latency of its calls."
                                          : "It has no entry spans here, so there is no latency of its calls.");
    }
    std::vector<std::pair<std::pair<uint32_t, Kind>, Operation>> sorted(operations.begin(), operations.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.second.total > b.second.total; });
    DetailItem list = line("Operations by total time", formatCount(sorted.size()));
    for (size_t i = 0; i < sorted.size() && i < kMostLines; ++i) {
        const auto& [key, o] = sorted[i];
        const std::string name(table.text(key.first));
        DetailItem item = line(name,
                               formatDuration(o.total) + " · " + counted(o.spans, "span", "spans") + " · " +
                                   std::string(kindName(key.second)),
                               Focus::onSpan(table, o.slowest));
        item.term = term(ScopeTerm::Kind::Name, name);
        sayErrors(item, o.errors);
        list.children.push_back(std::move(item));
    }
    sayMore(list, sorted.size());
    if (!list.children.empty())
        out.groups.push_back(std::move(list));
    if (const uint32_t node = service < graph.nodeOfService.size() ? graph.nodeOfService[service] : ServiceGraph::kNoNode; node != ServiceGraph::kNoNode) {
        addFacts(out, otherFacts(graph, node, more));
        if (graph.nodes[node].calls != entries || graph.nodes[node].spans != spans)
            out.notices.push_back("Rate, critical path, self time, failures, instances and who calls whom are of the whole traces that the scope touches.");
        addNeighbours(graph, node, out);
        if (more != nullptr) {
            addFailures(out, more->nodes[node].failures);
            addInstances(out, more->nodes[node]);
        }
    }
    out.terms = {{"service " + out.title, term(ScopeTerm::Kind::Service, out.title)}};
    return out;
}

namespace {

/// The calls to look at, each a way to its span: those that failed, then the slowest.
void addCalls(DetailsContent& out, const SpanTable& table, const ServiceGraph& graph, size_t edge) {
    constexpr size_t kMostCalls = 20;
    struct Call {
        Row row; ///< what failed, else who answers, else who waits
        bool isError;
        int64_t duration; ///< ns; -1: none
    };
    std::vector<Call> calls;
    forEachPart(graph, static_cast<uint32_t>(edge), [&](ServiceGraph::EdgeKind kind, ServiceGraph::NodeKind from, std::span<const ServiceGraph::SpanPair> pairs) {
        forEachCountedCall(table, kind, from, pairs, [&](const CountedCall& call) {
            const Row row = call.failed != kNoRow ? call.failed : call.server != kNoRow ? call.server : call.client;
            calls.push_back({row, call.isError(), call.timed != kNoRow ? table.duration(call.timed) : -1});
        });
    });
    const auto worse = [](const Call& a, const Call& b) { return std::tuple(b.isError, b.duration, a.row) < std::tuple(a.isError, a.duration, b.row); };
    const size_t shown = std::min(kMostCalls, calls.size());
    std::partial_sort(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(shown), calls.end(), worse);
    DetailItem group = line("Failed and slowest calls", shown < calls.size() ? formatCount(shown) + " of " + formatCount(calls.size()) : formatCount(shown));
    for (size_t i = 0; i < shown; ++i) {
        const Call& call = calls[i];
        group.children.push_back(line(std::string(table.nameText(call.row)), call.duration < 0 ? "no duration" : formatDuration(call.duration), Focus::onSpan(table, call.row)));
        if (call.isError)
            group.children.back().tone = DetailItem::Tone::Error;
    }
    if (shown > 0)
        out.groups.push_back(std::move(group));
}

} // namespace

DetailsContent nodeContent(const ServiceGraph& graph, const GraphDetails* more, const std::string& name) {
    DetailsContent out;
    const auto node = std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const auto& n) { return n.name == name; });
    if (node == graph.nodes.end())
        return out;
    const bool isUser = node->kind == ServiceGraph::NodeKind::User;
    out.what = isUser ? "User" : "Called without spans of its own";
    out.title = nodeWords(name);
    out.subtitle = isUser ? "whoever calls from outside of this file" : std::string(nodeKindName(node->kind));
    out.isError = node->errors > 0;
    const auto number = static_cast<uint32_t>(node - graph.nodes.begin());
    addFacts(out, callFacts(*node));
    addFacts(out, otherFacts(graph, number, more));
    addNeighbours(graph, number, out);
    if (more != nullptr)
        addFailures(out, more->nodes[number].failures);
    return out;
}

DetailsContent edgeContent(const SpanTable& table, const ServiceGraph& graph, const GraphDetails* more, const std::string& from, const std::string& to) {
    DetailsContent out;
    out.what = "Call";
    out.title = nodeWords(from) + " → " + nodeWords(to);
    out.subtitle = "calls from " + nodeWords(from) + " to " + nodeWords(to);
    out.terms = {{"this call", term(ScopeTerm::Kind::Edge, from, to)}};
    const auto edge = std::find_if(graph.edges.begin(), graph.edges.end(), [&](const ServiceGraph::Edge& e) {
        return graph.nodes[e.from].name == from && graph.nodes[e.to].name == to;
    });
    if (edge != graph.edges.end()) {
        out.isError = edge->errors > 0;
        addFacts(out, edgeFacts(graph, static_cast<uint32_t>(edge - graph.edges.begin()), more));
    }
    DetailItem ends = line("Ends", "");
    for (const auto& [role, name] : {std::pair("caller", from), std::pair("callee", to)}) {
        const bool isService = table.serviceByName(name).has_value();
        ends.children.push_back(line(role, nodeWords(name) + (isService ? "" : ", which has no spans of its own here"),
                                     isService ? Focus::onService(name) : Focus()));
        if (isService)
            ends.children.back().term = term(ScopeTerm::Kind::Service, name);
    }
    out.groups.push_back(std::move(ends));
    if (edge != graph.edges.end())
        addCalls(out, table, graph, static_cast<size_t>(edge - graph.edges.begin()));
    if (more != nullptr && edge != graph.edges.end())
        addFailures(out, more->edges[static_cast<size_t>(edge - graph.edges.begin())].failures);
    return out;
}

} // namespace aisle
