#include "command.h"

#include "analysis/attribute_counts.h"
#include "analysis/clock_skew.h"
#include "analysis/differences.h"
#include "analysis/duration_histogram.h"
#include "analysis/flame_graph.h"
#include "funnel/funnel_view.h"
#include "graph/graph_view.h"
#include "service_graph/graph_tables.h"
#include "service_graph/graph_text.h"
#include "service_graph/sequence_diagram.h"
#include "analysis/heatmap.h"
#include "analysis/over_time.h"
#include "analysis/overview.h"
#include "analysis/scatter.h"
#include "analysis/trace_compare.h"
#include "analysis/trace_list.h"
#include "analysis/trace_statistics.h"
#include "analysis/waterfall.h"
#include "charts/field_box.h"
#include "open_workspace.h"
#include "rates/rates_view.h"
#include "scope_result.h"
#include "selection/note_target.h"
#include "show_cases.h"
#include "show_drop_off.h"
#include "show_funnel.h"
#include "show_options.h"
#include "show_paths.h"
#include "statistics/statistics_view.h"
#include "store/import_report.h"
#include "text/format.h"
#include "text/utf8.h"
#include "theme/theme.h"
#include "view.h"
#include "trace/shown_trace.h"
#include "waterfall/waterfall_view.h"
#include "widgets/plain_text.h"
#include "window/picture.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFontDatabase>
#include <QJsonObject>

#include <cstdio>
#include <cstdlib>

namespace aisle {

namespace {

TraceIndex traceNamed(const SpanTable& table, const std::string& wanted) {
    const auto found = table.findTrace(traceIdFromHex(wanted).value_or(traceIdFromText(wanted)));
    if (!found || table.summary(*found).spans == 0) // of a file that was removed
        throw std::runtime_error("No trace has the id " + wanted + ".");
    return *found;
}

/// The trace that --trace names; without it the slowest of the scope.
TraceIndex chooseTrace(const ShowOptions& o, const SpanTable& table, const ScopeResult& scope) {
    if (!o.trace.empty()) {
        const TraceIndex trace = traceNamed(table, o.trace);
        if (o.view != kCompare && !scope.traces[trace]) // there the scope is of what is usual, and may well leave out what is not
            throw std::runtime_error("The trace " + o.trace + " is not in the scope of --select.");
        return trace;
    }
    TraceIndex slowest = kNoTrace;
    scope.traces.forEach([&](size_t i) {
        const auto t = static_cast<TraceIndex>(i);
        if (slowest == kNoTrace || table.summary(t).duration > table.summary(slowest).duration)
            slowest = t;
    });
    if (slowest == kNoTrace)
        throw std::runtime_error("No trace is in this scope.");
    return slowest;
}

/// Those of --all, by start; else the one that is chosen.
std::vector<TraceIndex> chooseTraces(const ShowOptions& o, const SpanTable& table, const ScopeResult& scope) {
    if (!o.all)
        return {chooseTrace(o, table, scope)};
    std::vector<TraceIndex> traces;
    scope.traces.forEach([&](size_t i) { traces.push_back(static_cast<TraceIndex>(i)); });
    if (traces.size() > ShownTrace::kMostTraces)
        throw std::runtime_error("The scope holds " + formatCount(traces.size()) + " traces; at most " + formatCount(ShownTrace::kMostTraces) +
                                 " are shown on one timeline. Narrow it by --select.");
    if (traces.empty())
        throw std::runtime_error("No trace is in this scope.");
    return traces;
}

Tabular comparison(const ShowOptions& o, const SpanTable& table, const ScopeResult& scope) {
    const TraceIndex trace = chooseTrace(o, table, scope);
    const TraceIndex with = o.with.empty() ? usualTrace(table, &scope.traces, trace).trace : traceNamed(table, o.with);
    if (with == kNoTrace)
        throw std::runtime_error("No other trace of this scope begins with the same operation; name one by --with.");
    const Waterfall before = waterfall(table, with), after = waterfall(table, trace);
    return tabulate(table, before, after, compareTraces(table, before, after));
}

/// Groups of the spans of a trace, by what --by says.
Grouping grouping(const ShowOptions& o, const Workspace& workspace, const Waterfall& tree) {
    const SpanTable& table = *workspace.table();
    if (o.by == "service")
        return groupByService(table, tree);
    if (o.by.empty() || o.by == "operation")
        return groupByOperation(table, tree);
    const auto db = workspace.connect();
    const TraceAttributes attributes = TraceAttributes::read(*db, table, tree.traces, {});
    TraceAttributes::Reader others(*db, attributes);
    return groupByAttribute(tree, attributes, &others, o.by);
}

/// The table with the clocks that are asked for, and what there is to say about them.
struct Clocks {
    SpanTablePtr table;
    std::string note;
};
Clocks clocksOf(const ShowOptions& o, const SpanTablePtr& table, std::span<const TraceIndex> traces) {
    const ClockSkew skew = ClockSkew::measure(*table);
    const auto shifts = std::make_shared<const std::vector<int64_t>>(skew.shifts(0.5));
    const ClockFindings found = clockFindings(*table, skew, traces, *shifts);
    if (found.differing.empty() && found.drifting.empty())
        return {table, {}};
    const std::string pairs = counted(found.differing.size() + found.drifting.size(), "pair of hosts differ", "pairs of hosts differ");
    if (o.adjustClocks)
        return {table->withClocks(shifts, traces), "The clocks of " + pairs + ": times of " + counted(found.spans, "span is", "spans are") + " shifted, so that calls lie within their callers."};
    return {table, "The clocks of " + pairs + ": " + counted(found.calls, "call lies", "calls lie") + " outside callers. --adjust-clocks shows them within, as far as one shift a host does."};
}

Tabular tableOfTrace(const ShowOptions& o, const Workspace& workspace, GraphSource& graph, const SpanTable& table, std::span<const TraceIndex> traces) {
    const Waterfall tree = waterfall(table, traces);
    if (o.view == "sequence")
        return tabulate(sequenceDiagram(table, tree, *graph.calls({})));
    if (o.view == "waterfall" || o.view == "lanes" || o.view == "spans")
        return tabulate(table, tree);
    const CriticalPath path = criticalPath(table, tree);
    if (o.view == kCriticalPath)
        return tabulate(table, tree, path);
    if (o.view == "flame")
        return tabulate(table, flameGraph(table, tree, path));
    const Grouping groups = grouping(o, workspace, tree);
    const auto statistics = traceStatistics(table, tree, path, groups);
    if (statistics.empty())
        throw std::runtime_error("No span of this trace has the attribute " + o.by + ".");
    return tabulate(table, tree, path, groups, statistics);
}

/// What there is to say about one trace; nothing when the view is about many.
std::optional<Tabular> contentOfTrace(const ShowOptions& o, const Workspace& workspace, GraphSource& graph, const ScopeResult& scope) {
    if (!isOfOneTrace(o.view))
        return std::nullopt;
    const std::vector<TraceIndex> traces = chooseTraces(o, *workspace.table(), scope);
    const auto clocks = clocksOf(o, workspace.table(), traces);
    Tabular out = tableOfTrace(o, workspace, graph, *clocks.table, traces);
    if (!clocks.note.empty())
        out.notes.push_back(clocks.note);
    return out;
}

/// The sequence diagram for Markdown pages; what there is to say about clocks as a comment.
std::string sequenceDocument(const ShowOptions& o, const Workspace& workspace, GraphSource& graph, const ScopeResult& scope) {
    const Export exporter;
    const std::vector<TraceIndex> traces = chooseTraces(o, *workspace.table(), scope);
    const auto clocks = clocksOf(o, workspace.table(), traces);
    const SequenceDiagram diagram = sequenceDiagram(*clocks.table, waterfall(*clocks.table, traces), *graph.calls({}));
    return mermaidSequence(diagram, exporter.redactor()) + (clocks.note.empty() ? "" : "    %% " + clocks.note + "\n");
}

/// The traces whose calls are shown; nothing: all.
std::optional<BitSet> tracesOfGraph(const ShowOptions& o, const SpanTable& table, const ScopeResult& scope) {
    if (o.trace.empty())
        return scope.everything ? std::nullopt : std::optional(scope.traces);
    BitSet one(table.traceSlots());
    one.set(chooseTrace(o, table, scope));
    return one;
}

/// A table or a picture of what differs from nothing would say that everything is new. Throws where a side is empty.
void requireSides(const GraphDifference& found) {
    if (found.tracesAfter == 0 || found.tracesBefore == 0)
        throw std::runtime_error(found.tracesAfter == 0 ? "Nothing is selected." : "There is nothing to compare with.");
}

Tabular graphTable(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    if (!o.baseline.empty()) {
        const GraphDifference found = graphDifference(context, scope, o.baselineScope);
        requireSides(found);
        return tabulate(found);
    }
    const std::optional<BitSet> traces = tracesOfGraph(o, *context.table, scope);
    const BitSet* only = traces ? &*traces : nullptr;
    const ServiceGraphPtr graph = context.graph->ofTraces(only, {});
    const auto details = graphDetails(context, graph, only);
    Tabular out = o.by == "node" ? tabulateNodes(*graph, details.get()) : tabulateEdges(*graph, details.get());
    if (graph->traces == 0)
        out.notes.emplace_back("Nothing is selected.");
    return out;
}

/// The graph for other programs.
std::string graphDocument(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope, GraphFormat format) {
    const Export exporter;
    const std::optional<BitSet> traces = tracesOfGraph(o, *context.table, scope);
    const BitSet* only = traces ? &*traces : nullptr;
    const ServiceGraphPtr graph = context.graph->ofTraces(only, {});
    std::shared_ptr<const GraphDetails> details;
    if (hasDetails(format))
        details = graphDetails(context, graph, only);
    return graphText(*graph, details.get(), format, exporter.redactor());
}

Measure measureFor(const ShowOptions& o) { return measureOf(o.measure).value_or(Measure::Rate); }

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
    if (o.view == kCompare)
        return comparison(o, *table, scope);
    if (auto ofTrace = contentOfTrace(o, *workspace, *context.graph, scope))
        return std::move(*ofTrace);
    if (o.view == kServiceGraph)
        return graphTable(o, context, scope);
    if (auto funnel = funnelContent(o, context, scope))
        return std::move(*funnel);
    if (isOfPaths(o.view))
        return pathsTable(o, context, scope);
    const ItemsOf of = o.spans ? ItemsOf::Spans : ItemsOf::Traces;
    if (o.view == "scatter")
        return tabulateItems(*table, scope, of, o.limit.value_or(0), o.utc);
    if (o.view == "rates") {
        OverTimeAsked asked;
        asked.of = of;
        asked.measure = measureFor(o);
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

/// Draws a view as the window would, without a display.
std::string draw(const ShowOptions& o, const std::shared_ptr<Workspace>& workspace, int& argc, char** argv) {
    if (std::getenv("QT_QPA_PLATFORM") == nullptr)
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    applyTheme(o.theme == "dark" ? ThemeMode::Dark : ThemeMode::Light);
    for (const ViewInfo& info : views()) {
        if (o.view != info.id && !(o.view == kCriticalPath && std::string_view(info.id) == "waterfall"))
            continue;
        ViewContext context;
        context.setTimeZone({o.utc});
        context.setWorkspace(workspace);
        if (o.journeyDefinition)
            context.setJourney(*o.journeyDefinition);
        context.selection().setScope(o.scope);
        // Laid out like a shown one. The host has no size hints, which the offscreen platform would warn about.
        QWidget host;
        host.setAttribute(Qt::WA_DontShowOnScreen);
        host.resize(1132, 800);
        View* view = info.create(context, &host);
        view->resize(host.size());
        host.show();
        const auto settle = [] {
            // Each result may ask for the next one; idle is when nothing has been busy for a few rounds.
            QElapsedTimer idle;
            idle.start();
            while (Worker::busyCount() > 0 || idle.elapsed() < 50) { // a machine under load may stand still for longer than that
                QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
                if (Worker::busyCount() > 0)
                    idle.restart();
            }
        };
        settle();
        if (isOfOneTrace(o.view)) {
            std::vector<TraceId> traces;
            for (const TraceIndex trace : chooseTraces(o, *workspace->table(), *context.scopeResult()))
                traces.push_back(workspace->table()->traceId(trace));
            context.selection().setFocus(o.all ? Focus::onTraces(traces) : Focus::onTrace(traces.front()));
            if (!o.with.empty())
                context.shownTrace().setBaseline(workspace->table()->traceId(traceNamed(*workspace->table(), o.with)));
            settle();
            if (o.adjustClocks) {
                context.shownTrace().setAdjustsClocks(true);
                settle();
            }
            auto* rows = qobject_cast<WaterfallView*>(view);
            if (o.view == kCriticalPath && rows != nullptr)
                rows->setOnlyPath(true);
            if (o.view == "statistics" && !o.by.empty() && o.by != "operation")
                qobject_cast<StatisticsView*>(view)->groupBy(toQString(o.by));
            settle();
        }
        if (auto* graph = qobject_cast<GraphView*>(view)) {
            if (!o.trace.empty()) {
                context.selection().setFocus(Focus::onTrace(workspace->table()->traceId(chooseTrace(o, *workspace->table(), *context.scopeResult()))));
                graph->showOnlyFocus(true);
            }
            if (!o.baseline.empty())
                graph->compareWith(o.baselineScope);
            settle();
            if (graph->difference() != nullptr)
                requireSides(*graph->difference());
        }
        if (o.view == "drop-off" && !o.stage.empty()) {
            view->applySettings({{QStringLiteral("stage"), toQString(o.stage)}});
            settle();
        }
        if (o.view == "breakdown") {
            view->applySettings({{QStringLiteral("by"), toQString(o.by)}});
            settle();
        }
        if (auto* funnel = qobject_cast<FunnelView*>(view); funnel != nullptr && !o.baseline.empty()) {
            funnel->compareWith(o.baselineScope);
            settle();
        }
        if (o.view == "differences") {
            view->applySettings({{QStringLiteral("baseline"), o.baselineScope.isEmpty() ? QString() : toQString(o.baselineScope.toText())}, {QStringLiteral("matching-spans"), o.spans}});
            settle();
        }
        if (o.view == kPaths) {
            view->applySettings(pathSettings(o));
            settle();
        }
        if (auto* chart = qobject_cast<ChartView*>(view)) {
            chart->setItems(o.spans ? ItemsOf::Spans : ItemsOf::Traces);
            if (auto* rates = qobject_cast<RatesView*>(view))
                rates->setMeasure(measureFor(o));
            if (!o.by.empty())
                (void)fieldNamed(o.by);
            if (auto* fields = view->findChild<FieldBox*>(); fields != nullptr)
                fields->setField(o.by);
            settle();
        }
        std::string bytes;
        if (o.as == "svg")
            bytes = svgPicture(*view);
        else if (o.as == "pdf")
            bytes = pdfPicture(*view);
        else if (const QImage image = paintedPicture(*view); !image.isNull())
            bytes = pngOf(image);
        if (bytes.empty() && isOfJourney(o.view) && !context.journey()->problem.empty())
            throw std::runtime_error(context.journey()->problem);
        if (bytes.empty())
            throw std::runtime_error("The view " + o.view + " cannot be drawn here; use --as text.");
        return bytes;
    }
    throw std::runtime_error("There is no view " + o.view + ".");
}

/// What the imports of the files in the workspace did, as `aisle import` said it.
std::string reportOf(const ShowOptions& o, const Workspace& workspace) {
    const std::vector<ImportReport> reports = storedReports(*workspace.connect());
    const Export exporter;
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
    const OpenedWorkspace opened = openForReading(o.file);
    if (!o.journey.empty())
        o.journeyDefinition = journeyNamed(*opened.workspace->connect(), o.journey);
    chooseCases(o, opened.workspace);
    if (o.view == kReport)
        return handOver(opened, Export(), reportOf(o, *opened.workspace), o.out);
    if (o.isPicture())
        return handOver(opened, Export(), draw(o, opened.workspace, argc, argv), o.out);
    const EvaluatedScope evaluated = evaluateScope(opened.workspace, o.scope, isOfJourney(o.view) || isOfPaths(o.view), o.journeyDefinition);
    // As JSON the graph is nodes and edges; by edge or by node, or compared, it is the table.
    const std::optional<GraphFormat> graphFormat = graphFormatOf(o.as);
    if (o.view == kServiceGraph && graphFormat && o.by.empty() && o.baseline.empty())
        return handOver(opened, Export(), graphDocument(o, evaluated.context, evaluated.result, *graphFormat), o.out);
    if (o.view == "sequence" && graphFormat == GraphFormat::Mermaid)
        return handOver(opened, Export(), sequenceDocument(o, *opened.workspace, *evaluated.context.graph, evaluated.result), o.out);
    if (const auto document = pathsDocument(o, evaluated.context, evaluated.result))
        return handOver(opened, Export(), *document, o.out);
    if (o.view == "drop-off" && o.as == "text") // sentences, where the table has two dozen columns
        return handOver(opened, Export(), dropOffDocument(o.stage, evaluated.context, evaluated.result), o.out);
    return handOver(opened, content(o, opened.workspace, evaluated.context, evaluated.result), o.as, o.out);
}

} // namespace

void addShowCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("show", "Print or draw the content of a view, or print the import report");
    auto o = std::make_shared<ShowOptions>();
    std::set<std::string> names;
    for (const ViewInfo& view : views())
        if (std::string_view(view.id) != "details" && std::string_view(view.id) != "sql") // of what is in focus, which is nothing here; of what is asked
            names.insert(view.id);
    names.insert({std::string(kReport), std::string(kCriticalPath), std::string(kVariants), std::string(kCase), std::string(kCaseKeys)});
    command->add_option("VIEW", o->view, "What to show: a view, of those that aisle views lists; critical-path; variants, of paths; compare, two traces; case, one case event by event; case-keys, what a case could be in this file; or report, what the imports did")->required()->check(CLI::IsMember(names));
    command->add_option("FILE", o->file, "Workspace or trace file")->required();
    command->add_option("--select", o->select, "Scope, for example '{ resource.service.name = \"checkout\" }'");
    command->add_option("--trace", o->trace, "Trace id, for what is about one trace (without it the slowest of the scope), or to have the service graph of one; with --select it must be in that scope, except of compare");
    command->add_flag("--all", o->all, "All traces of the scope on one timeline, for what is about one trace");
    command->add_flag("--adjust-clocks", o->adjustClocks, "Shift the times of hosts whose clocks differ, so that calls lie within their callers; for what is about one trace, except compare");
    command->add_option("--with", o->with, "Trace id, that compare compares with; without it the middle one, by duration, of those of the scope with the same operation at their root");
    command->add_option("--baseline", o->baseline, "Scope that differences, the service graph or the funnel are compared with, for example '{ aisle:file = \"before.json\" }'; without what is selected; without this option everything else");
    command->add_option("--journey", o->journey, "Journey of the funnel and of scopes by stage: a JSON file, or the name of one that is kept in the workspace or a preset; without the one that was chosen there last, else the preset that fits best");
    addCaseOptions(*command, *o);
    command->add_option("--stage", o->stage, "Stage of drop-off, by name; without it the one at which most stopped");
    command->add_flag("--matching-spans", o->spans, "Charts and differences of the matching spans instead of their traces");
    command->add_option("--by", o->by, "What statistics are by: operation (as without), service or an attribute's key. What scatter, rates and histogram are divided by, and whose values attributes lists or breakdown divides the funnel by: a field, for example .http.route or aisle:path. The service graph: edge (as without) or node. Paths: edge (as without), node or variant");
    command->add_option("--measure", o->measure, "What rates are of: rate (as without), errors, percentiles, p50, p95, p99 or max")->check(CLI::IsMember({"rate", "errors", "percentiles", "p50", "p95", "p99", "max"}));
    command->add_option("--limit", o->limit, "At most so many traces in the trace list, cases, dots in the table of a scatter, or variants; 0: all")->check(CLI::NonNegativeNumber);
    addPathOptions(*command, *o);
    command->add_flag("--utc", o->utc, "Times in UTC instead of the local zone");
    command->add_option("--as", o->as, "text, csv, json; png, svg or pdf for what is drawn; dot, mermaid or graphml for the service graph, whose json is nodes and edges unless --by says what the table is of; dot and mermaid also for paths, mermaid for sequence")
        ->check(CLI::IsMember({"text", "csv", "json", "png", "svg", "pdf", "dot", "mermaid", "graphml"}))
        ->capture_default_str();
    command->add_option("--theme", o->theme, "light (as without) or dark, for pictures")->check(CLI::IsMember({"light", "dark"}));
    command->add_option("--out", o->out, "Write to a file");
    command->callback([o, &run] { run = [o](int& argc, char** argv) { return runShow(*o, argc, argv); }; });
}

} // namespace aisle
