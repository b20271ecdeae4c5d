#pragma once
// A subcommand: adds its options to the parser, and runs when it was chosen. One file each, one line in main.cpp.

#include <CLI/CLI.hpp>

#include <functional>

namespace aisle {

/// Exit codes of the command line; scripts rely on them.
enum ExitCode { kDone = 0, kFailed = 1, kWrongUsage = 2, kDoneWithSkips = 3 };

/// What main() runs after parsing; set by the chosen subcommand. Gets argc and argv for Qt.
using Run = std::function<int(int& argc, char** argv)>;

void addImportCommand(CLI::App& app, Run& run);
void addExportCommand(CLI::App& app, Run& run);
void addRemoveCommand(CLI::App& app, Run& run);
void addShowCommand(CLI::App& app, Run& run);
void addQueryCommand(CLI::App& app, Run& run);
void addValuesCommand(CLI::App& app, Run& run);
void addFindCommand(CLI::App& app, Run& run);
void addSqlCommand(CLI::App& app, Run& run);
void addDemoCommand(CLI::App& app, Run& run);
void addFormatsCommand(CLI::App& app, Run& run);
void addViewsCommand(CLI::App& app, Run& run);
/// No subcommand: the window.
void addWindowCommand(CLI::App& app, Run& run);

} // namespace aisle
