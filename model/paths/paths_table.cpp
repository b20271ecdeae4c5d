#include "paths/paths_table.h"

#include "journey/funnel_table.h"
#include "text/format.h"

#include <algorithm>

namespace aisle {

namespace {

Cell share(uint64_t part, uint64_t whole) { return whole == 0 ? Cell() : Cell::percent(static_cast<double>(part) / static_cast<double>(whole)); }
Cell time(uint64_t timed, int64_t ns) { return timed == 0 ? Cell() : Cell::duration(ns); }
Cell wait(uint64_t timed, int64_t ns) { return timed == 0 ? Cell() : Cell::wait(ns); }

/// So that nobody compares it with the time between first visits.
constexpr const char* kOfWaits = "A wait is from the end of the one to the start of the other, of every time that the one followed the other directly, repeats included";

std::vector<std::string> notesOf(const DirectlyFollows& graph) {
    std::vector<std::string> notes;
    if (graph.emptyCases > 0)
        notes.push_back(formatCount(graph.emptyCases) + " of " + counted(graph.cases, "case has", "cases have") + " no event of these activities.");
    if (const std::string leftOut = leftOutSentence(graph); !leftOut.empty())
        notes.push_back(leftOut);
    return notes;
}

} // namespace

std::string followName(const CaseLog& log, const DirectlyFollows& graph, uint32_t node, const Redactor& redactor) {
    if (node == DirectlyFollows::kStart)
        return "(start)";
    if (node == DirectlyFollows::kEnd)
        return "(end)";
    if (node == DirectlyFollows::kOpen)
        return "(still open)";
    return log.nameOf(graph.nodes[node].activity, redactor);
}

std::string leftOutSentence(const DirectlyFollows& graph) {
    std::string out;
    if (graph.leftOut.size() > 0)
        out = counted(graph.leftOut.size(), "activity", "activities") + " with " + counted(graph.eventsLeftOut, "event", "events");
    if (graph.edgesLeftOut > 0)
        out += (out.empty() ? "" : " and ") + counted(graph.edgesLeftOut, "edge", "edges") + ", that happened " + counted(graph.timesLeftOut, "time", "times") + ",";
    if (out.empty())
        return out;
    return out + (graph.leftOut.size() + graph.edgesLeftOut == 1 ? " is left out by the detail." : " are left out by the detail.");
}

std::string backgroundSentence(const Activities& activities, std::string_view everyRequest) {
    uint64_t all = 0;
    std::string kinds;
    for (const Activities::LeftOut& kind : activities.background) {
        all += kind.requests;
        kinds += (kinds.empty() ? "" : ", ") + kind.what + " " + formatCount(kind.requests);
    }
    return all == 0 ? std::string() : counted(all, "request that is no act of a customer is", "requests that are no acts of customers are") + " left out (" + kinds + "); " + std::string(everyRequest) + " counts them.";
}

Tabular tabulateFollows(const CaseLog& log, const DirectlyFollows& graph, const Redactor& redactor) {
    Tabular out;
    out.columns = {{"from", "From", false}, {"to", "To", false}, {"cases", "Cases", true}, {"share_of_cases", "Of all", true}, {"times", "Times", true},
                   {"p50_wait_ns", "p50 wait", true, kOfWaits}, {"p90_wait_ns", "p90 wait", true, kOfWaits}, {"mean_wait_ns", "Mean wait", true, kOfWaits}};
    for (const DirectlyFollows::Edge& edge : graph.edges)
        out.rows.push_back({Cell(followName(log, graph, edge.from, redactor)), Cell(followName(log, graph, edge.to, redactor)), Cell::count(edge.cases), share(edge.cases, graph.cases), Cell::count(edge.times),
                            wait(edge.timed, edge.p50), wait(edge.timed, edge.p90), wait(edge.timed, edge.mean)});
    out.notes = notesOf(graph);
    if (!out.rows.empty())
        out.notes.push_back(std::string(kOfWaits) + ".");
    return out;
}

Tabular tabulateActivities(const CaseLog& log, const DirectlyFollows& graph, const Redactor& redactor) {
    Tabular out;
    out.columns = {{"activity", "Activity", false}, {"cases", "Cases", true}, {"share_of_cases", "Of all", true}, {"events", "Events", true}, {"begins", "Begin here", true},
                   {"ends", "End here", true}, {"open", "Still open", true}, {"reworked", "More than once", true}, {"p50_duration_ns", "p50 duration", true}, {"p90_duration_ns", "p90 duration", true}};
    for (const DirectlyFollows::Node& node : graph.nodes)
        out.rows.push_back({Cell(log.nameOf(node.activity, redactor)), Cell::count(node.cases), share(node.cases, graph.cases), Cell::count(node.events), Cell::count(node.begins), Cell::count(node.ends),
                            Cell::count(node.open), Cell::count(node.reworked), time(node.timed, node.p50), time(node.timed, node.p90)});
    out.notes = notesOf(graph);
    return out;
}

Tabular tabulate(const JourneyState& state, const CaseLog& log, const Variants& variants, size_t limit, const Redactor& redactor) {
    const bool isOfOrders = state.orders != nullptr;
    const CaseIndex& cases = state.cases();
    const std::string one = isOfOrders ? "order" : "case", several = one + "s", a = isOfOrders ? "an order" : "a case";
    const std::string ofEvents = "Of events: from the first event of " + a + " to the end of its last one. As a whole " + a + " may be longer, by what was tied to it later or is no event here.";
    Tabular out;
    out.columns = {{"variant", "Variant", false}, {"cases", isOfOrders ? "Orders" : "Cases", true}, {"share", "Of all", true}, {"cumulative_share", "Together", true}, {"p50_of_events_ns", "p50 of events", true, ofEvents},
                   {"p90_of_events_ns", "p90 of events", true, ofEvents}, {"converted", isOfOrders ? "Done" : "Converted", true}, {"converted_share", isOfOrders ? "Share done" : "Conversion", true}, {"open", "Still open", true}, {"example", "Example", false}};
    out.columns.back().valuesOf = cases.attribute();
    const size_t shown = limit == 0 ? variants.variants.size() : std::min(limit, variants.variants.size());
    const bool hasJourney = !log.isConverted.empty();
    for (size_t i = 0; i < shown; ++i) {
        const Variants::Variant& v = variants.variants[i];
        out.rows.push_back({Cell(variantText(log, v, redactor)), Cell::count(v.cases), Cell::percent(v.share), Cell::percent(v.cumulative), Cell::duration(v.p50), Cell::duration(v.p90),
                            hasJourney ? Cell::count(v.converted) : Cell(), hasJourney ? share(v.converted, v.cases) : Cell(), Cell::count(v.open),
                            Cell(cases.cases()[v.examples.front()].value)});
    }
    if (shown > 0)
        out.notes.push_back(ofEvents);
    if (shown < variants.variants.size())
        out.notes.push_back(counted(variants.variants.size() - shown, "more variant", "more variants") + " left out by --limit.");
    if (variants.foldsRepeats)
        out.notes.emplace_back("How often an activity is repeated in a row makes no other variant.");
    if (variants.emptyCases > 0)
        out.notes.push_back(formatCount(variants.emptyCases) + " of " + counted(variants.cases, one + " has", several + " have") + " no event, and no variant: shares are of the others.");
    if (variants.cutCases > 0)
        out.notes.push_back(counted(variants.cutCases, one + " is", several + " are") + " longer than " + std::to_string(Variants::kMostSteps) + " steps, of which the first are compared.");
    return out;
}

std::vector<std::string> pathNotes(const JourneyState& state, const Activities& activities, const CaseLog& log, std::string_view everyRequest) {
    std::vector<std::string> notes = caseNotes(state);
    if (std::string background = backgroundSentence(activities, everyRequest); !background.empty())
        notes.insert(notes.begin(), std::move(background));
    if (log.convertedGoOn > 0)
        notes.push_back(formatCount(log.convertedGoOn) + " of those that have converted may still go on; they count as ended, not as open.");
    if (activities.failed > 0)
        notes.push_back(counted(activities.failed, state.orders ? "visit that failed is" : "attempt that failed is", state.orders ? "visits that failed are" : "attempts that failed are") + " left out.");
    if (activities.without > 0)
        notes.push_back(counted(activities.without, "request has", "requests have") + " no value of that field and " + (activities.without == 1 ? "is" : "are") + " left out.");
    if (activities.rest > 0)
        notes.push_back("The " + formatCount(activities.rest) + " rarest activities are counted as one.");
    if (log.withoutStart > 0)
        notes.push_back(counted(log.withoutStart, "event has", "events have") + " no time and " + (log.withoutStart == 1 ? "is" : "are") + " left out.");
    return notes;
}

} // namespace aisle
