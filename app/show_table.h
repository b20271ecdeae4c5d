#pragma once
// A table of `aisle show` in the form of --as: text, csv or json, a document (md, html), or where no view draws it a picture (png, svg, pdf).

#include "open_workspace.h"
#include "show_options.h"

namespace aisle {

/// The exit code. A picture makes the QApplication. Throws std::runtime_error as handOver() does.
int handOverTable(const ShowOptions& options, const OpenedWorkspace& opened, const Tabular& table, int& argc, char** argv);

} // namespace aisle
