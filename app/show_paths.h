#pragma once
// What `aisle show paths` and `aisle show variants` print.

#include "export/tabular.h"
#include "query/context.h"
#include "show_options.h"

#include <CLI/CLI.hpp>

#include <QJsonObject>

#include <optional>
#include <string>

namespace aisle {

struct ScopeResult;

void addPathOptions(CLI::App& command, ShowOptions& options);

/// `context` with its journey. Throws std::runtime_error where there are no cases, or the activities that are asked for.
Tabular pathsTable(const ShowOptions& options, const traceql::Context& context, const ScopeResult& scope);
/// What the view is told before it is drawn. Throws std::runtime_error as pathsTable() does.
QJsonObject pathSettings(const ShowOptions& options);
/// The map as DOT or Mermaid; nothing when a table is asked for.
std::optional<std::string> pathsDocument(const ShowOptions& options, const traceql::Context& context, const ScopeResult& scope);

} // namespace aisle
