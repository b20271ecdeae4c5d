#include "command.h"

#include "export/export.h"
#include "open_workspace.h"
#include "option_checks.h"
#include "store/value_index.h"
#include "text/format.h"

#include <set>

namespace aisle {

namespace {

struct Options {
    std::string file, key, text, match = "exact", as = "text", out;
    uint64_t limit = 100;
    MaskOptions masking;
};

Tabular tabulateKeys(Database& db) {
    Tabular out;
    out.columns = {{"key", "Key"}, {"values", "Different values", true}, {"many_valued", "Value index"}};
    for (const ValueKey& key : valueKeys(db)) {
        Cell values = Cell::count(key.values);
        if (key.isManyValued)
            values.shown = "over " + values.shown;
        out.rows.push_back({key.name, values, Cell(key.isManyValued ? 1 : 0, key.isManyValued ? "yes" : "not needed")});
    }
    return out;
}

Tabular tabulateHits(const SpanTable& table, const ValueHits& hits, const Options& o) {
    Tabular out;
    out.columns = {{"value", "Value"}, {"spans", "Spans", true}, {"traces", "Traces", true}, {"trace_id", "First trace"}};
    for (const ValueHit& hit : hits.values) {
        std::set<TraceIndex> traces;
        for (const Row row : hit.rows)
            traces.insert(table.trace(row));
        const Row first = *std::min_element(hit.rows.begin(), hit.rows.end(), [&](Row a, Row b) { return table.start(a) < table.start(b); });
        out.rows.push_back({hit.value, Cell::count(hit.rows.size()), Cell::count(traces.size()), toHex(table.traceId(table.trace(first)))});
    }
    if (hits.values.empty())
        out.notes.push_back("No span has such a value of " + o.key + ". Attributes of resources, events and links are not searched.");
    if (hits.isCut)
        out.notes.push_back("There are more than " + formatCount(o.limit) + " such values; --limit shows more.");
    return out;
}

int runValues(const Options& o) {
    const OpenedWorkspace opened = openForReading(o.file, o.masking);
    const auto db = opened.workspace->connect();
    const SpanTablePtr table = opened.workspace->table();
    Tabular shown;
    if (o.key.empty()) {
        shown = tabulateKeys(*db);
    } else {
        // Without a text: the first values there are.
        const ValueMatch match = o.text.empty() || o.match == "prefix" ? ValueMatch::Prefix : o.match == "contains" ? ValueMatch::Contains : ValueMatch::Exact;
        // The column says nothing of the key, and some values are masked for their key alone.
        const auto redactor = opened.redactor();
        shown = tabulateHits(*table, findValues(*db, *table, o.key, match, o.text, o.limit), o);
        for (auto& row : shown.rows)
            row.front() = Cell(redactor->redact(o.key, std::get<std::string>(row.front().value)));
    }
    return handOver(opened, shown, o.as, o.out);
}

} // namespace

void addValuesCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("values", "List attribute keys, or find spans by an attribute's value");
    auto o = std::make_shared<Options>();
    command->add_option("FILE", o->file, "Workspace or trace file")->required();
    command->add_option("KEY", o->key, "Attribute of spans, for example order.id; without it the keys are listed");
    command->add_option("TEXT", o->text, "Value to look for; without it the first values are listed");
    command->add_option("--match", o->match, "exact, prefix or contains (without regard to case)")
        ->check(CLI::IsMember({"exact", "prefix", "contains"}))
        ->capture_default_str();
    command->add_option("--limit", o->limit, "At most so many values")->check(wholeNumber(1))->capture_default_str();
    command->add_option("--as", o->as, "text, csv or json")->check(CLI::IsMember({"text", "csv", "json"}))->capture_default_str();
    command->add_option("--out", o->out, "Write to a file");
    addMaskOptions(*command, o->masking);
    command->callback([o, &run] { run = [o](int&, char**) { return runValues(*o); }; });
}

} // namespace aisle
