// aisle: the window when called with files or alone, else one of the subcommands.

#include "command.h"
#include "option_checks.h"

#include "text/utf8.h"

#include <clocale>
#include <cstdio>

int main(int argc, char** argv) {
    std::setlocale(LC_CTYPE, "");
    CLI::App app("Opens exported distributed traces of an online shop and shows what customers went through.\n"
                 "Without a subcommand, opens a window on the given workspace or trace files.",
                 "aisle");
    app.set_version_flag("--version", "aisle " AISLE_VERSION);
    app.set_help_flag("-h,--help", "Show this help");
    app.footer("Exit status: 0 done; 1 failed, with one line on stderr; 2 wrong usage; 3 done, but some input was skipped.");
    aisle::Run run;
    aisle::addWindowCommand(app, run);
    aisle::addImportCommand(app, run);
    aisle::addExportCommand(app, run);
    aisle::addRemoveCommand(app, run);
    aisle::addShowCommand(app, run);
    aisle::addQueryCommand(app, run);
    aisle::addValuesCommand(app, run);
    aisle::addFindCommand(app, run);
    aisle::addSqlCommand(app, run);
    aisle::addDemoCommand(app, run);
    aisle::addFormatsCommand(app, run);
    aisle::addViewsCommand(app, run);
    aisle::refuseEmptyValues(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::ParseError& e) {
        std::fprintf(stderr, "aisle: %s\nRun aisle --help for usage.\n", aisle::printable(e.what()).c_str());
        return aisle::kWrongUsage;
    }
    try {
        return run(argc, argv);
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "aisle: out of memory\n");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "aisle: %s\n", aisle::printable(e.what()).c_str());
    }
    return aisle::kFailed;
}
