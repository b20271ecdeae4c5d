#pragma once
// What `aisle show` says and draws of orders over time: dotted-chart, performance-spectrum and work-in-progress.

#include "export/tabular.h"
#include "selection/scope.h"
#include "show_options.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace aisle {

/// --sort, --since-start, --from, --to, --eventually and --by-target.
void addOrderChartOptions(CLI::App& command, ShowOptions& o);
/// Why options of these charts do not go together, or are given to another view; empty when they do.
std::string wrongForOrderCharts(const ShowOptions& o);
/// Of these views; nothing of another. The journey of `context` is orderFlow(). Throws std::runtime_error when there is no such stage, or
/// no order that went from one to another, StoreError.
std::optional<Tabular> orderChartContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope);
/// The chart as PNG, SVG or PDF. Makes the QApplication. Throws as above, and where there is nothing to draw.
std::string drawnOrderChart(const ShowOptions& o, const std::shared_ptr<Workspace>& workspace, int& argc, char** argv);

} // namespace aisle
