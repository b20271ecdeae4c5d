#include "show_options.h"

#include "service_graph/graph_text.h"
#include "show_funnel.h"
#include "show_order_charts.h"

#include <algorithm>
#include <array>

namespace aisle {

namespace {

constexpr std::array<std::string_view, 8> kOfOneTrace = {"waterfall", "lanes", "spans", kCriticalPath, "flame", "statistics", "sequence", kCompare};

/// Documents of other programs, of which JSON is a table as well.
bool isDrawing(const ShowOptions& o) {
    const auto format = graphFormatOf(o.as);
    return format && *format != GraphFormat::Json;
}

/// Others show how long something took, and when within its trace.
bool showsMoments(const ShowOptions& o) {
    return isAny(o.view, {"trace-list", "heatmap", "scatter", "rates", "conversion", "cases", kCase, kOrder, kOrders, kDottedChart, kPerformanceSpectrum, kWorkInProgress, "notes"}) || (o.view == "overview" && o.isPicture());
}

/// Options of views that are not shown.
std::string strangeOption(const ShowOptions& o) {
    if (!o.trace.empty() && !isOfOneTrace(o.view) && o.view != kServiceGraph)
        return "--trace is for what is about one trace, and for service-graph";
    if (o.all && (!o.trace.empty() || o.view == kCompare || !isOfOneTrace(o.view)))
        return "--all is for waterfall, lanes, spans, critical-path, flame, statistics and sequence, and in place of --trace";
    if (!o.with.empty() && o.view != kCompare)
        return "--with is for compare";
    if (o.adjustClocks && (o.view == kCompare || !isOfOneTrace(o.view)))
        return "--adjust-clocks is for waterfall, lanes, spans, critical-path, flame, statistics and sequence";
    if (!o.baseline.empty() && !isAny(o.view, {"differences", "funnel", kFulfilment, kServiceGraph}))
        return "--baseline is for differences, funnel, fulfilment and service-graph";
    if (o.spans && !isAny(o.view, {"heatmap", "scatter", "rates", "histogram", "differences"}))
        return "--matching-spans is for heatmap, scatter, rates, histogram and differences";
    if (!o.by.empty() && !isAny(o.view, {"statistics", "scatter", "rates", "histogram", "attributes", "breakdown", kServiceGraph, kPaths, kFulfilment, kPerformanceSpectrum, kWorkInProgress}))
        return "--by is for statistics, scatter, rates, histogram, attributes, breakdown, service-graph, paths, fulfilment, performance-spectrum and work-in-progress";
    if (o.by.empty() && o.view == "breakdown")
        return "breakdown needs --by, a field: --by resource.service.version";
    if (!o.stage.empty() && o.view != "drop-off")
        return "--stage is for drop-off";
    if (!o.measure.empty() && o.view != "rates")
        return "--measure is for rates";
    if (o.limit && !isAny(o.view, {"trace-list", "scatter", "cases", kOrders, kDottedChart, kPerformanceSpectrum, kVariants}) && !(o.view == kPaths && o.by == "variant"))
        return "--limit is for trace-list, scatter, cases, orders, dotted-chart, performance-spectrum, variants and paths by variant";
    if (o.utc && !showsMoments(o))
        return "--utc is for what shows moments: trace-list, heatmap, scatter, rates, conversion, cases, case, orders, their charts and notes, and the picture of overview";
    if (o.caseValue.empty() != (o.view != kCase))
        return o.view == kCase ? "case needs --case, the value of one: --case 4f21" : "--case is for case";
    if (!o.outcome.empty() && !isAny(o.view, {"cases", kOrders}))
        return "--outcome is for cases and orders";
    const bool isOfOrder = isAny(o.outcome, {"done", "under-way", "stuck", "failed", "late"});
    const bool isOfEither = o.outcome == "done"; // as cases of an order flow are said to be
    if (!o.outcome.empty() && !isOfEither && isOfOrder != (o.view == kOrders))
        return isOfOrder ? "cases converted, stopped, are open or never-began; --outcome " + o.outcome + " is for orders" : "orders are done, under-way, stuck, failed or late; --outcome " + o.outcome + " is for cases";
    if (!o.targets.empty() && !isOfOrders(o.view) && o.view != "order")
        return "--target is for order, fulfilment, orders, bottlenecks and the charts of orders";
    if (!o.byCase.empty() && !isOfJourney(o.view) && !isOfOrders(o.view) && !isAny(o.view, {kPaths, kVariants, kCaseKeys}))
        return "--by-case is for cases, case, case-keys and what is about the journey or orders";
    if (o.withBots && !isOfJourney(o.view) && !isOfOrders(o.view) && !isAny(o.view, {kPaths, kVariants}))
        return "--with-bots is for cases, case and what is about the journey or orders";
    if (o.reveal && !isMaskedUnlessRevealed(o.view))
        return "--reveal is for what is masked without --mask: order";
    if (o.reveal && o.masking.isOn())
        return "--reveal and --mask do not go together";
    if (!o.journey.empty() && isAny(o.view, {kReport, kCaseKeys, kMasking, "notes"}))
        return "--journey is for the funnel, and for scopes by stage";
    if (!o.select.empty() && isAny(o.view, {kCase, kCaseKeys}))
        return "cases are of the whole workspace; --select does not apply";
    if (!o.select.empty() && o.view == kMasking)
        return "masking is about the whole workspace; --select does not apply";
    if (!o.select.empty() && isAny(o.view, {kReport, "notes"}))
        return o.view == kReport ? "the report is about whole files; --select does not apply" : "the notes are of the whole workspace; --select does not apply";
    return {};
}

std::string wrongForm(const ShowOptions& o) {
    const bool isGraphMl = o.as == "graphml";
    if (isDrawing(o) && o.view != kServiceGraph && !(o.view == kPaths && !isGraphMl) && !(o.view == "sequence" && o.as == "mermaid"))
        return "--as " + o.as + " is for the service graph" + (isGraphMl ? "" : o.as == "mermaid" ? ", for paths and for sequence" : ", and for paths");
    if (o.view == kReport && o.isPicture())
        return "the report is text: --as text, csv, json, md or html";
    if (!o.theme.empty() && !o.isPicture())
        return "--theme is for pictures: --as png, svg or pdf";
    if (o.limit && o.isPicture() && !o.isTableOnly())
        return "--limit is for tables, not for pictures of " + o.view;
    if (!o.by.empty() && o.view == "scatter" && o.as != "png" && o.as != "svg")
        return "--by colours the picture of a scatter; use --as png or svg";
    return {};
}

std::string wrongForPaths(const ShowOptions& o) {
    if (!isOfPaths(o.view))
        return !o.of.empty() || !o.detail.empty() || o.everyRequest || o.foldRepeats ? "--of, --detail, --every-request and --fold-repeats are for paths and variants" : "";
    if (!std::all_of(o.detail.begin(), o.detail.end(), [](double percent) { return percent >= 0 && percent <= 100; })) // nan is neither
        return "--detail is percent, 0 to 100";
    if (o.everyRequest && (o.of == "stages" || o.of == "visits"))
        return "the stages of a journey say which requests they are of; --every-request does not go with them";
    if (o.foldRepeats && o.view == kPaths && o.by != "variant")
        return "--fold-repeats is for variants";
    if (!o.by.empty() && o.by != "edge" && o.by != "node" && o.by != "variant")
        return "paths are by edge, node or variant";
    if (!o.by.empty() && (o.isPicture() || isDrawing(o)))
        return "--by is for paths as a table";
    return {};
}

std::string wrongForOrder(const ShowOptions& o) {
    if (o.view != kOrder) {
        if (!o.order.empty() || !o.words.empty() || o.technical)
            return "--order, --words and --technical are for order";
        return {};
    }
    if (o.order.empty())
        return "order needs --order, the number of one: --order ORD-1000014";
    if (!o.select.empty())
        return "an order is of the whole workspace; --select does not apply";
    if (!o.isDocument() && o.as != "text" && o.as != "json" && o.as != "pdf")
        return "order is a page: --as text, json, md, html or pdf";
    return o.theme.empty() ? std::string() : "--theme is for what is drawn";
}

std::string wrongForGraph(const ShowOptions& o) {
    if (!o.baseline.empty() && !o.trace.empty())
        return "--baseline compares many traces; --trace does not go with it";
    if (!o.baseline.empty() && isDrawing(o))
        return "what differs from a baseline is a table or a picture";
    if (!o.baseline.empty() && !o.by.empty())
        return "what differs from a baseline is nodes and edges in one table; --by does not go with it";
    if (!o.by.empty() && (o.isPicture() || isDrawing(o)))
        return "--by is for the service graph as a table";
    if (!o.by.empty() && o.by != "edge" && o.by != "node")
        return "the service graph is by edge or by node";
    return {};
}

} // namespace

bool ShowOptions::isTableOnly() const { return isAny(view, {kCase, kCaseKeys, kMasking, kVariants, kBottlenecks, kOrders, "cases", "trace-list", "attributes", "notes"}) || (view == kFulfilment && by == kByConformance); }

bool isOfOneTrace(std::string_view view) { return std::find(kOfOneTrace.begin(), kOfOneTrace.end(), view) != kOfOneTrace.end(); }

std::string wrongUsage(const ShowOptions& o) {
    for (const auto& check : {strangeOption, wrongForm, wrongForPaths, wrongForOrderCharts, wrongForOrder})
        if (std::string why = check(o); !why.empty())
            return why;
    if (!o.by.empty() && o.measure == "percentiles")
        return "percentiles are of everything together; with --by choose --measure p50, p95 or p99";
    if (o.view == kFulfilment && !o.by.empty() && o.by != "stage" && o.by != kByConformance)
        return "fulfilment is by stage or by conformance";
    if (o.view == kFulfilment && o.by == kByConformance && !o.baseline.empty())
        return "--baseline compares stages; --by conformance does not go with it";
    return o.view == kServiceGraph ? wrongForGraph(o) : std::string();
}

} // namespace aisle
