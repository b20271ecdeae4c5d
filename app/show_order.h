#pragma once
// `aisle show order`: what happened to one order, in plain words.

#include "open_workspace.h"
#include "show_options.h"

#include <CLI/CLI.hpp>

namespace aisle {

/// --order, --words and --technical.
void addOrderOptions(CLI::App& command, ShowOptions& o);
/// Prints it; the exit code. Throws std::runtime_error when there is no such order, with those that are like it; StoreError.
int showOrder(const ShowOptions& o, const OpenedWorkspace& opened, int& argc, char** argv);

} // namespace aisle
