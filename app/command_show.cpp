#include "command.h"

#include "analysis/attribute_counts.h"
#include "analysis/differences.h"
#include "analysis/duration_histogram.h"
#include "analysis/heatmap.h"
#include "analysis/over_time.h"
#include "analysis/overview.h"
#include "analysis/scatter.h"
#include "analysis/trace_list.h"
#include "draw_view.h"
#include "open_workspace.h"
#include "option_checks.h"
#include "privacy/masking_preview.h"
#include "scope_result.h"
#include "selection/note_target.h"
#include "show_bottlenecks.h"
#include "show_cases.h"
#include "show_drop_off.h"
#include "show_funnel.h"
#include "show_graph.h"
#include "show_options.h"
#include "show_order.h"
#include "show_order_charts.h"
#include "show_orders.h"
#include "show_paths.h"
#include "show_table.h"
#include "show_trace.h"
#include "store/import_report.h"
#include "text/format.h"
#include "view.h"

#include <cstdio>
#include <set>

namespace aisle {

namespace {

Tabular content(const ShowOptions& o, const std::shared_ptr<Workspace>& workspace, const traceql::Context& context, const ScopeResult& scope) {
    const SpanTablePtr table = workspace->table();
    if (o.view == "trace-list") {
        auto traces = traceList(*table, scope, {}, TraceColumn::Start, false);
        const size_t all = traces.size();
        if (const uint64_t limit = o.limit.value_or(0); limit > 0 && traces.size() > limit)
            traces.resize(limit);
        Tabular out = tabulateTraces(*table, traces, o.utc);
        if (traces.size() < all)
            out.notes.push_back(std::to_string(all - traces.size()) + " more traces left out by --limit.");
        return out;
    }
    if (auto ofTrace = contentOfTrace(o, *workspace, *context.graph, scope))
        return std::move(*ofTrace);
    if (o.view == kServiceGraph)
        return graphTable(o, context, scope);
    if (auto funnel = funnelContent(o, context, scope))
        return std::move(*funnel);
    if (o.view == kBottlenecks)
        return bottlenecksTable(context, scope, o.isPicture() || o.isDocument());
    if (auto chart = orderChartContent(o, context, scope))
        return std::move(*chart);
    if (auto orders = ordersContent(o, context, scope))
        return std::move(*orders);
    if (isOfPaths(o.view))
        return pathsTable(o, context, scope);
    const ItemsOf of = o.spans ? ItemsOf::Spans : ItemsOf::Traces;
    if (o.view == "scatter")
        return tabulateItems(*table, scope, of, o.limit.value_or(0), o.utc);
    if (o.view == "rates") {
        OverTimeAsked asked;
        asked.of = of;
        asked.measure = measureOf(o.measure).value_or(Measure::Rate);
        asked.by = o.by;
        return tabulate(overTime(context, scope, asked), o.utc);
    }
    if (o.view == "histogram")
        return tabulate(durationHistogram(context, scope, of, o.by, heatmapAxes(*table, of, 1, 40).durations));
    if (o.view == "attributes") {
        if (o.by.empty())
            return tabulate(attributeKeys(context, scope));
        return tabulate(attributeValues(context, scope, fieldNamed(o.by)));
    }
    if (o.view == "notes")
        return tabulate(notesOf(userItems(*workspace->connect(), kNote, 100'000)), table.get(), {o.utc});
    if (o.view == "heatmap") {
        return tabulate(heatmap(*table, &scope, of, heatmapAxes(*table, of, 60, 30)), o.utc);
    }
    if (o.view == "differences") {
        if (scope.everything && o.baselineScope.isEmpty())
            throw std::runtime_error("Everything is selected, and there is nothing to compare it with. Use --select, or --baseline.");
        const Differences found = differences(context, scope, o.baselineScope, o.spans ? DifferencesOf::Spans : DifferencesOf::Traces);
        if (found.selected == 0 || found.others == 0)
            throw std::runtime_error(found.selected == 0 ? "Nothing is selected." : "There is nothing to compare with.");
        return tabulate(found);
    }
    if (o.view == "overview")
        return tabulateServices(*table, overview(*table, scope));
    throw std::runtime_error("There is no view " + o.view + ".");
}

/// What the imports of the files in the workspace did, as `aisle import` said it.
std::string reportOf(const ShowOptions& o, const Workspace& workspace) {
    const std::vector<ImportReport> reports = storedReports(*workspace.connect());
    const Export exporter(o.redactor);
    if (o.as == "json")
        return exporter.render("report", reportsToJson(reports));
    if (o.as == "csv")
        return exporter.render(tabulateReports(reports), TextFormat::Csv);
    return exporter.render("report", reportsToText(reports));
}

int runShow(ShowOptions& o, int& argc, char** argv) {
    if (const std::string why = wrongUsage(o); !why.empty()) {
        std::fprintf(stderr, "aisle: %s\n", why.c_str());
        return kWrongUsage;
    }
    const auto scope = scopeOfOption("--select", o.select), baseline = scopeOfOption("--baseline", o.baseline);
    if (!scope || !baseline)
        return kWrongUsage;
    o.scope = *scope;
    o.baselineScope = *baseline;
    // A preview of masking masks its examples.
    if ((isMaskedUnlessRevealed(o.view) && !o.reveal) || o.view == kMasking)
        o.masking.isAsked = true;
    const OpenedWorkspace opened = openForReading(o.file, o.masking);
    o.redactor = opened.redactor();
    const Export exporter(o.redactor);
    if (o.view == kMasking)
        return handOverTable(o, opened, tabulate(maskingPreview(*opened.workspace->connect(), opened.workspace->table(), *opened.masking)), argc, argv);
    o.isOrderFlow = isOfOrders(o.view);
    if (!o.journey.empty()) {
        NamedJourney named = journeyNamed(opened.workspace, o.journey, isOfOrders(o.view) || o.view == kOrder);
        o.journeyDefinition = std::move(named.definition);
        o.isOrderFlow = o.isOrderFlow || named.isOrderFlow;
    }
    chooseCases(o, opened.workspace);
    if (o.view == kOrder)
        return showOrder(o, opened, argc, argv);
    if (o.view == kReport && o.isDocument())
        return handOverTable(o, opened, tabulateReports(storedReports(*opened.workspace->connect())), argc, argv);
    if (o.view == kReport)
        return handOver(opened, exporter, reportOf(o, *opened.workspace), o.out);
    if (o.isPicture() && isOrderChart(o.view))
        return handOver(opened, exporter, drawnOrderChart(o, opened.workspace, argc, argv), o.out);
    if (o.isPicture() && !o.isTableOnly())
        return handOver(opened, exporter, drawnView(o, opened.workspace, argc, argv), o.out);
    const EvaluatedScope evaluated = evaluateScope(opened.workspace, o.scope, isOfJourney(o.view) || isOfPaths(o.view) || isOfOrders(o.view), o.journeyDefinition, o.isOrderFlow);
    // As JSON the graph is nodes and edges; by edge or by node, or compared, it is the table.
    const std::optional<GraphFormat> graphFormat = graphFormatOf(o.as);
    if (o.view == kServiceGraph && graphFormat && o.by.empty() && o.baseline.empty())
        return handOver(opened, exporter, graphDocument(o, evaluated.context, evaluated.result, *graphFormat), o.out);
    if (o.view == "sequence" && graphFormat == GraphFormat::Mermaid)
        return handOver(opened, exporter, sequenceDocument(o, *opened.workspace, *evaluated.context.graph, evaluated.result), o.out);
    if (const auto document = pathsDocument(o, evaluated.context, evaluated.result))
        return handOver(opened, exporter, *document, o.out);
    if (o.view == "drop-off" && o.as == "text") // sentences, where the table has two dozen columns
        return handOver(opened, exporter, exporter.render("drop-off", dropOffDocument(o.stage, evaluated.context, evaluated.result, *o.redactor)), o.out);
    if (o.view == kBottlenecks && o.as == "text")
        return handOver(opened, exporter, exporter.render("bottlenecks", bottlenecksDocument(evaluated.context, evaluated.result)), o.out);
    return handOverTable(o, opened, content(o, opened.workspace, evaluated.context, evaluated.result), argc, argv);
}

} // namespace

void addShowCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("show", "Print or draw the content of a view, or print the import report");
    auto o = std::make_shared<ShowOptions>();
    std::set<std::string> names;
    for (const ViewInfo& view : views())
        // Of what is in focus, which is nothing here; of what is asked; paths and breakdown with --journey fulfilment.
        if (!isAny(view.id, {"details", "sql", "order-map", "order-values"}))
            names.insert(view.id);
    names.insert({std::string(kReport), std::string(kCriticalPath), std::string(kVariants), std::string(kCase), std::string(kCaseKeys), std::string(kMasking), std::string(kOrder), std::string(kFulfilment), std::string(kOrders), std::string(kBottlenecks), std::string(kDottedChart), std::string(kPerformanceSpectrum), std::string(kWorkInProgress)});
    command->add_option("VIEW", o->view, "What to show: a view, of those that aisle views lists; critical-path; variants, of paths; compare, two traces; case, one case event by event; case-keys, what a case could be in this file; order, what happened to one order in plain words; fulfilment, what the stages of orders took; orders, one by one; bottlenecks, where orders lose time; dotted-chart, performance-spectrum and work-in-progress, orders over time; masking, what --mask would mask and what would remain; or report, what the imports did")->required()->check(CLI::IsMember(names));
    command->add_option("FILE", o->file, "Workspace or trace file")->required();
    command->add_option("--select", o->select, "Scope, for example '{ resource.service.name = \"checkout\" }'");
    command->add_option("--trace", o->trace, "Trace id, for what is about one trace (without it the slowest of the scope), or to have the service graph of one; with --select it must be in that scope, except of compare");
    command->add_flag("--all", o->all, "All traces of the scope on one timeline, for what is about one trace");
    command->add_flag("--adjust-clocks", o->adjustClocks, "Shift the times of hosts whose clocks differ, so that calls lie within their callers; for what is about one trace, except compare");
    command->add_option("--with", o->with, "Trace id, that compare compares with; without it the middle one, by duration, of those of the scope with the same operation at their root");
    command->add_option("--baseline", o->baseline, "Scope that differences, the service graph, the funnel or fulfilment are compared with, for example '{ aisle:file = \"before.json\" }'; without what is selected; without this option everything else");
    command->add_option("--journey", o->journey, "Journey of the funnel and of scopes by stage, or flow of orders: a JSON file, the name of one that is kept in the workspace or a preset, or fulfilment, the order flow of the file; without the one that was chosen there last, of orders the flow that was, else the preset that fits best");
    addCaseOptions(*command, *o);
    command->add_option("--stage", o->stage, "Stage of drop-off, by name; without it the one at which most stopped, or where nothing stands out there, at which most does");
    command->add_flag("--matching-spans", o->spans, "Charts and differences of the matching spans instead of their traces");
    command->add_option("--by", o->by, "What statistics are by: operation (as without), service or an attribute's key. What scatter, rates and histogram are divided by, and whose values attributes lists or breakdown divides the funnel by: a field, for example .http.route or aisle:path. The service graph: edge (as without) or node. Paths: edge (as without), node or variant. Fulfilment: stage (as without) or conformance, how orders differ from the flow. The performance spectrum: order (as without), pair, time, batch or blockage. Work in progress: time (as without) or stage");
    command->add_option("--measure", o->measure, "What rates are of: rate (as without), errors, percentiles, p50, p95, p99 or max")->check(CLI::IsMember({"rate", "errors", "percentiles", "p50", "p95", "p99", "max"}));
    command->add_option("--limit", o->limit, "At most so many traces in the trace list, cases, orders (also of the dotted chart and the performance spectrum), dots in the table of a scatter, variants, or paths by variant; 0: all")->check(wholeNumber(0));
    addOrderChartOptions(*command, *o);
    addPathOptions(*command, *o);
    addOrderOptions(*command, *o);
    command->add_flag("--utc", o->utc, "Times in UTC instead of the local zone, of what shows moments");
    command->add_option("--as", o->as, "text, csv, json, md (Markdown) or html, a page that needs nothing else; png, svg or pdf, as the window draws it, else of the table; dot, mermaid or graphml for the service graph, whose json is nodes and edges unless --by says what the table is of; dot and mermaid also for paths, mermaid for sequence. order is text, json, md, html or pdf")
        ->check(CLI::IsMember({"text", "csv", "json", "png", "svg", "pdf", "dot", "mermaid", "graphml", "md", "html"}))
        ->capture_default_str();
    addMaskOptions(*command, o->masking);
    command->add_flag("--reveal", o->reveal, "Do not mask what is masked without --mask");
    command->add_option("--theme", o->theme, "light (as without) or dark, for pictures")->check(CLI::IsMember({"light", "dark"}));
    command->add_option("--out", o->out, "Write to a file");
    command->callback([o, &run] { run = [o](int& argc, char** argv) { return runShow(*o, argc, argv); }; });
}

} // namespace aisle
