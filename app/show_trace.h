#pragma once
// What `aisle show` says about one trace, or about some on one timeline.

#include "export/tabular.h"
#include "service_graph/graph_source.h"
#include "show_options.h"
#include "store/workspace.h"

#include <optional>
#include <string>
#include <vector>

namespace aisle {

struct ScopeResult;

/// By its id as text. Throws std::runtime_error where there is none.
TraceIndex traceNamed(const SpanTable& table, const std::string& wanted);
/// The trace that --trace names; without it the slowest of the scope. Throws std::runtime_error where that is none, or not in the scope.
TraceIndex chooseTrace(const ShowOptions& options, const SpanTable& table, const ScopeResult& scope);
/// Those of --all, by start; else the one that is chosen. Throws as chooseTrace(), and where they are too many for one timeline.
std::vector<TraceIndex> chooseTraces(const ShowOptions& options, const SpanTable& table, const ScopeResult& scope);

/// What there is to say about one trace; nothing when the view is about many.
std::optional<Tabular> contentOfTrace(const ShowOptions& options, const Workspace& workspace, GraphSource& graph, const ScopeResult& scope);
/// The sequence diagram for Markdown pages; what there is to say about clocks as a comment.
std::string sequenceDocument(const ShowOptions& options, const Workspace& workspace, GraphSource& graph, const ScopeResult& scope);

} // namespace aisle
