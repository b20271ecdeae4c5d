#include "service_graph/graph_facts.h"

#include "service_graph/graph_tables.h"
#include "text/format.h"

#include <array>
#include <cstdio>

namespace aisle {

namespace {

using Facts = std::vector<GraphFact>;

std::string decimal(double number) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.2f", number);
    return text.data();
}

/// Failures and latencies.
template <typename Called>
void addOutcome(Facts& facts, const Called& called) {
    if (called.errors > 0)
        facts.push_back({"Failed", formatCount(called.errors) + (called.calls > 0 ? ", " + formatPercent(called.errorShare()) : "")});
    if (called.timed > 0)
        facts.push_back({"Duration", "p50 " + formatDuration(called.p50) + " · p95 " + formatDuration(called.p95) + " · p99 " + formatDuration(called.p99)});
}

/// `weight`: what the calls stand for; 0: it is not known.
void addRate(Facts& facts, const ServiceGraph& graph, uint64_t calls, double weight) {
    const auto rate = callsPerSecond(graph, calls, weight);
    if (rate && calls > 0)
        facts.push_back({"Rate", formatRate(*rate) + (weight > static_cast<double>(calls) * 1.0001 ? ", estimated from samples" : "")});
}

void addCriticalPath(Facts& facts, int64_t time, const GraphDetails& details) {
    if (details.criticalTime > 0)
        facts.push_back({"Critical path", formatPercent(details.criticalShare(time)) + " of the time waited for"});
}

} // namespace

Facts callFacts(const ServiceGraph::Node& node) {
    Facts facts{{"Calls", formatCount(node.calls)}};
    addOutcome(facts, node);
    return facts;
}

Facts otherFacts(const ServiceGraph& graph, uint32_t number, const GraphDetails* details) {
    const ServiceGraph::Node& node = graph.nodes[number];
    const GraphDetails::Node* more = details != nullptr ? &details->nodes[number] : nullptr;
    Facts facts;
    if (node.kind == ServiceGraph::NodeKind::Group)
        facts.push_back({"Members", formatCount(node.members)});
    addRate(facts, graph, node.calls, more != nullptr ? more->weight : 0);
    if (more != nullptr)
        addCriticalPath(facts, more->criticalTime, *details);
    if (node.spans > 0)
        facts.push_back({"Self time", formatDuration(node.selfTime) + " in " + counted(node.spans, "span", "spans")});
    if (more != nullptr && more->instanceCount > 0)
        facts.push_back({"Instances", formatCount(more->instanceCount) + (more->imbalance > 0 ? ", the busiest with " + decimal(more->imbalance) + " times its share" : "")});
    return facts;
}

Facts edgeFacts(const ServiceGraph& graph, uint32_t number, const GraphDetails* details) {
    const ServiceGraph::Edge& edge = graph.edges[number];
    const GraphDetails::Edge* more = details != nullptr ? &details->edges[number] : nullptr;
    Facts facts{{edge.kind == ServiceGraph::EdgeKind::Messaging ? "Messages" : "Calls", formatCount(edge.calls)}};
    addOutcome(facts, edge);
    addRate(facts, graph, edge.calls, more != nullptr ? more->weight : 0);
    if (edge.waits > 0)
        facts.push_back({"Queue wait", "p50 " + formatDuration(edge.waitP50) + " · p95 " + formatDuration(edge.waitP95) + ", over two clocks"});
    if (more == nullptr)
        return facts;
    addCriticalPath(facts, more->criticalTime, *details);
    if (more->gaps > 0)
        facts.push_back({"Network", "p50 " + formatDuration(more->gapP50) + " · p95 " + formatDuration(more->gapP95) +
                                        (more->gaps == edge.calls ? "" : ", in " + counted(more->gaps, "call", "calls"))});
    if (more->requests > 0)
        facts.push_back({"Per request", decimal(more->perRequest()) + ", at most " + formatCount(more->mostOfOne)});
    if (more->retries > 0)
        facts.push_back({"Retries", formatCount(more->retries)});
    return facts;
}

} // namespace aisle
