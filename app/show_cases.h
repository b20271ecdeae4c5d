#pragma once
// What `aisle show` says of cases: all of a scope, one event by event, and what a case could be.

#include "export/tabular.h"
#include "selection/scope.h"
#include "show_options.h"

#include <CLI/CLI.hpp>

namespace aisle {

/// --by-case, --case, --outcome and --with-bots.
void addCaseOptions(CLI::App& command, ShowOptions& o);
/// What a case is by --by-case (a notion that is kept in the workspace or a preset, by id or name, else a file, else an attribute), and
/// whether bots count: sets the journey of the options to the one of it, or to the one that would be chosen, with such cases. Throws
/// std::runtime_error when the file has none of them, StoreError.
void chooseCases(ShowOptions& o, const std::shared_ptr<Workspace>& workspace);
/// Says why there are no cases or no journey, and where there are no cases how to choose what one is, with an attribute that the file has.
[[noreturn]] void throwProblem(const traceql::Context& context);
/// Of the views cases, case and case-keys; nothing of another. The journey of `context` is worked out, but for case-keys. Throws
/// std::runtime_error when there is no such case, StoreError.
std::optional<Tabular> casesContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope);

} // namespace aisle
