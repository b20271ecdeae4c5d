#include "show_paths.h"

#include "export/export.h"
#include "paths/paths_table.h"
#include "selection/scope.h"
#include "show_cases.h"

#include <cmath>
#include <stdexcept>

namespace aisle {

namespace {

struct Paths {
    Activities activities;
    CaseLog log;
    std::vector<bool> only;
};

Paths pathsOf(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    const JourneyState& state = *context.journey;
    if (state.cases().cases().empty())
        throwProblem(context);
    Paths out;
    out.activities = activities(context, state, activityChoice(o.of, o.everyRequest));
    out.log = caseLog(state, out.activities);
    out.only = casesInScope(state, scope);
    return out;
}

FollowDetail detailOf(const ShowOptions& o) {
    FollowDetail detail;
    if (!o.detail.empty()) {
        detail.activities = o.detail.front() / 100;
        detail.paths = o.detail.back() / 100;
    }
    return detail;
}

} // namespace

void addPathOptions(CLI::App& command, ShowOptions& options) {
    command.add_option("--of", options.of, "What paths and variants are of: requests (as without), called by method and route or path; stages of the journey; visits, its stages with visits that failed apart; or requests by a field, for example span:name");
    command.add_flag("--every-request", options.everyRequest, "Paths and variants also of requests between services, and of static assets, health checks and the like, which are no acts of customers");
    command.add_option("--detail", options.detail, "Percent of the activities, and after a comma of the edges, that paths keep, the most frequent first; one number is of both; of variants the activities")
        ->delimiter(',')
        ->expected(1, 2);
    command.add_flag("--fold-repeats", options.foldRepeats, "How often an activity is repeated in a row makes no other variant");
}

Tabular pathsTable(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    const Paths paths = pathsOf(o, context, scope);
    const DirectlyFollows graph = followGraph(paths.log, paths.only, detailOf(o));
    Tabular out;
    if (o.view == kVariants || o.by == "variant") {
        out = tabulate(*context.journey, paths.log, variants(paths.log, paths.only, o.foldRepeats, &graph.kept), o.limit.value_or(0), *o.redactor);
        if (graph.leftOut.size() > 0)
            out.notes.push_back(leftOutSentence(followGraph(paths.log, paths.only, {detailOf(o).activities, 1, false})));
    } else {
        out = o.by == "node" ? tabulateActivities(paths.log, graph, *o.redactor) : tabulateFollows(paths.log, graph, *o.redactor);
    }
    for (std::string& note : pathNotes(*context.journey, paths.activities, paths.log, "--every-request"))
        out.notes.push_back(std::move(note));
    if (graph.cases == 0)
        out.notes.emplace_back("Nothing is selected.");
    return out;
}

QJsonObject pathSettings(const ShowOptions& o) {
    (void)activityChoice(o.of, o.everyRequest);
    const FollowDetail detail = detailOf(o);
    const std::string of = !o.of.empty() && o.of != "requests" ? o.of : o.everyRequest ? "every-request" : "requests";
    const auto percent = [](double share) { return static_cast<int>(std::lround(share * 100)); };
    return {{QStringLiteral("of"), QString::fromStdString(of)}, {QStringLiteral("every-request"), o.everyRequest}, {QStringLiteral("activities"), percent(detail.activities)},
            {QStringLiteral("paths"), percent(detail.paths)}};
}

std::optional<std::string> pathsDocument(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    if (o.view != kPaths || (o.as != "dot" && o.as != "mermaid"))
        return std::nullopt;
    const Paths paths = pathsOf(o, context, scope);
    const Export exporter(o.redactor);
    return followText(paths.log, followGraph(paths.log, paths.only, detailOf(o)), o.as == "dot" ? FollowFormat::Dot : FollowFormat::Mermaid, exporter.redactor());
}

} // namespace aisle
