#include "command.h"

#include "export/export.h"
#include "open_workspace.h"
#include "option_checks.h"
#include "query/tabulate.h"
#include "scope_result.h"
#include "text/format.h"
#include "text/utf8.h"

namespace aisle {

namespace {

struct Options {
    std::string file, query, step, as = "text", out;
    uint64_t limit = 1000;
    bool spans = false, utc = false;
    MaskOptions masking;
};

int runQuery(const Options& o) {
    traceql::ParseError error;
    const auto query = traceql::read(o.query, error);
    if (!query) {
        // The place is shown below the query where a terminal shows both in one line.
        std::fprintf(stderr, "aisle: character %zu: %s\n", charactersBefore(o.query, error.position) + 1, printable(error.message).c_str());
        if (o.query.size() <= 100 && o.query.find('\n') == std::string::npos)
            std::fprintf(stderr, "  %s\n  %s%s\n", printable(o.query).c_str(), std::string(charactersBefore(o.query, error.position), ' ').c_str(),
                         std::string(std::max<size_t>(1, charactersBefore(o.query, error.position + error.length) - charactersBefore(o.query, error.position)), '^').c_str());
        return kWrongUsage;
    }
    int64_t step = 0;
    if (!o.step.empty() && (!parseDurationLiteral(o.step, step) || step <= 0)) {
        std::fputs("aisle: --step is a duration such as 10s or 1m\n", stderr);
        return kWrongUsage;
    }
    const OpenedWorkspace opened = openForReading(o.file, o.masking);
    const traceql::Context context = contextOf(opened.workspace, traceql::needsOf(*query).cases);
    const traceql::Result result = traceql::evaluate(*query, context, {}, step);
    sayProblems(result.problems);
    Tabular out = traceql::tabulate(context, result, o.spans ? traceql::Of::Spans : traceql::Of::Traces, o.limit, o.utc);
    if (step > 0 && result.metrics && result.metrics->step != step && result.metrics->step > 0)
        out.notes.push_back("The step that was asked for is too short for the time there is; it is " + formatDuration(result.metrics->step) + ".");
    if (o.as != "text") // which has no place for notes
        for (const std::string& note : out.notes)
            std::fprintf(stderr, "aisle: %s\n", opened.redactor()->redact("note", note).c_str());
    out.notes.push_back(counted(result.spanCount, "span", "spans") + " in " + counted(result.traceCount, "trace", "traces") + ".");
    return handOver(opened, out, o.as, o.out);
}

} // namespace

void addQueryCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("query", "Ask in TraceQL: traces, spans, groups or series over time");
    auto o = std::make_shared<Options>();
    command->add_option("FILE", o->file, "Workspace or trace file")->required();
    command->add_option("QUERY", o->query, "For example '{ status = error } >> { kind = client } | count() > 2', '{ } | rate() by (resource.service.name)', or words to look for")->required();
    command->add_flag("--spans", o->spans, "List the matching spans instead of their traces");
    command->add_option("--step", o->step, "Time between the values of a series, for example 10s; without it there are 30 to 100 of them");
    command->add_option("--limit", o->limit, "At most so many rows; 0: all")->check(wholeNumber(0))->capture_default_str();
    command->add_flag("--utc", o->utc, "Times in UTC instead of the local zone");
    command->add_option("--as", o->as, "text, csv or json")->check(CLI::IsMember({"text", "csv", "json"}))->capture_default_str();
    command->add_option("--out", o->out, "Write to a file");
    addMaskOptions(*command, o->masking);
    command->callback([o, &run] { run = [o](int&, char**) { return runQuery(*o); }; });
}

} // namespace aisle
