#include "command.h"

#include "journey/saved_journeys.h"
#include "mask_options.h"
#include "open_workspace.h"
#include "orders/order_flow.h"
#include "scope_result.h"
#include "story/order_search.h"

#include <QString>

namespace aisle {

namespace {

struct Options {
    std::string file, text, as = "text", out;
    uint64_t limit = 20;
    MaskOptions masking;
};

/// As the search folds it: of blanks nothing is left to look for.
std::string blankText(const std::string& text) { return QString::fromStdString(text).trimmed().isEmpty() ? "there is nothing to look for; say what is known of the order: ORD-1000014" : std::string(); }

int runFind(const Options& o) {
    const OpenedWorkspace opened = openForReading(o.file, o.masking);
    const traceql::Context context = contextOf(opened.workspace, false);
    const auto flow = lastJourney(*opened.workspace->connect(), kOrderFlow); // the orders that aisle show order knows
    const JourneyState state = workOutFulfilment(context, flow);
    if (state.cases().cases().empty() || (flow && !state.definition))
        throw std::runtime_error(state.problem);
    const OrderSearch search(*context.cases, state.index);
    const OrderHits hits = search.find(o.text, o.limit);
    Tabular shown = tabulate(search, hits, o.text);
    // The columns do not say of which attribute the value is, and some are masked for their key alone. The number of an order stands beside what it
    // was found by, which may be the same: masked in one column, it would say in the other whose pseudonym that is.
    const auto redactor = opened.redactor();
    for (size_t i = 0; i < hits.hits.size(); ++i) {
        shown.rows[i][0] = Cell(redactor->redact("value", search.orders()->cases()[hits.hits[i].order].value));
        shown.rows[i][2] = Cell(redactor->redact(hits.hits[i].attribute, hits.hits[i].value));
    }
    return handOver(opened, shown, o.as, o.out);
}

} // namespace

void addFindCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("find", "Find an order by its number, session, user, e-mail address or tracking number");
    auto o = std::make_shared<Options>();
    command->add_option("FILE", o->file, "Workspace or trace file")->required();
    command->add_option("TEXT", o->text, "All of it or how it begins, in capitals or not; typing errors are forgiven where nothing else is found")->required()->check(blankText);
    command->add_option("--limit", o->limit, "At most so many orders")->check(CLI::PositiveNumber)->capture_default_str();
    command->add_option("--as", o->as, "text, csv or json")->check(CLI::IsMember({"text", "csv", "json"}))->capture_default_str();
    addMaskOptions(*command, o->masking);
    command->add_option("--out", o->out, "Write to a file");
    command->callback([o, &run] { run = [o](int&, char**) { return runFind(*o); }; });
}

} // namespace aisle
