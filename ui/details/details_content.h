#pragma once
// What the details panel says about a focus: pure functions from the model, run off the UI thread.

#include "journey/journey_model.h"
#include "details/attribute_model.h"
#include "paths/follow_graph.h"
#include "service_graph/graph_details.h"
#include "store/span_reader.h"
#include "text/format.h"

namespace aisle {

struct DetailsContent {
    std::string what;  ///< "Span", "Service"; empty: nothing is focused
    std::string title; ///< operation, service, edge
    std::string subtitle;
    bool isError = false;
    std::string service; ///< gives the colour; may be empty
    struct Fact {
        std::string name, value;
    };
    std::vector<Fact> facts;
    std::vector<std::string> warnings, notices;
    std::vector<DetailItem> groups;
    std::vector<std::pair<std::string, ScopeTerm>> terms; ///< "Filter to ...", of the whole
    std::vector<std::pair<std::string, Focus>> targets;   ///< "Go to ..."
};

DetailsContent spanContent(const SpanTable& table, const SpanDetails& details, TimeZone zone);
DetailsContent traceContent(const SpanTable& table, TraceIndex trace, TimeZone zone,
                            const StopToken& stop = {});
/// `scope` null: everything. `graph` is that of the scope, `more` its details: null while they are not known.
DetailsContent serviceContent(const SpanTable& table, uint32_t service, const ScopeResult* scope, const ServiceGraph& graph, const GraphDetails* more,
                              const StopToken& stop = {});
/// The numbers are those of the graph of the scope, as the graph view shows them.
DetailsContent edgeContent(const SpanTable& table, const ServiceGraph& graph, const GraphDetails* more, const std::string& from, const std::string& to);
/// A database, cache, queue, external system or the user: what has no spans of its own.
DetailsContent nodeContent(const ServiceGraph& graph, const GraphDetails* more, const std::string& name);
/// `funnel`: of the journey, over everything or in the present scope. `isStopped`: of those who stopped at the stage.
DetailsContent stageContent(const JourneyState& journey, const FunnelResult& funnel, bool isInScope,
                            const std::string& stage, bool isStopped = false);
/// Of a step: from one stage to what follows it directly, of `graph`, whose activities are the stages of the journey but those it passes.
DetailsContent stepContent(const JourneyState& journey, const CaseLog& log, const DirectlyFollows& graph, bool isInScope, const Focus& step);
/// Several traces in order; empty when none of them is in the table.
DetailsContent tracesContent(const SpanTable& table, std::span<const TraceId> ids, TimeZone zone);
DetailsContent caseContent(const SpanTable& table, const JourneyState& journey, const std::string& value,
                           TimeZone zone);

} // namespace aisle
