// The cases of what is chosen on the map or among the variants: as a scope, and as a list.

#include "paths/paths_view.h"

#include "journey/case_scope.h"
#include "paths/paths_table.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QLabel>
#include <QMenu>

#include <algorithm>
#include <utility>

namespace aisle {

PathsView::Filter PathsView::filterTo(const PathsShown& shown, std::vector<CaseNumber> cases, const std::vector<uint32_t>& activities) {
    Filter out;
    out.cases = std::move(cases);
    if (out.cases.empty())
        return out;
    std::string text;
    if (out.cases.size() <= kMostCasesNamed) {
        text = scopeNaming(*shown.of->state, out.cases).toText();
        out.isExact = true;
    } else {
        for (const uint32_t activity : activities) {
            const std::string& condition = shown.of->log.conditions[activity];
            if (condition.empty())
                return out;
            text += (text.empty() ? "aisle:case(" : " && ") + condition;
        }
        if (text.empty())
            return out;
        text += ")";
    }
    traceql::ParseError error;
    if (const auto query = traceql::parse(text, error))
        out.query = query->toText();
    return out;
}

PathsView::Filter PathsView::filterOf(const PathsShown& shown, const GraphHit& hit, const StopToken& stop) {
    const DirectlyFollows& graph = shown.graph;
    const CaseLog& log = shown.of->log;
    if (hit.kind == GraphHit::Kind::Node && hit.number < graph.nodes.size()) {
        Filter out = filterTo(shown, casesOfNode(log, shown.only, graph, hit.number, stop), {graph.nodes[hit.number].activity});
        out.words = "with " + log.activities[graph.nodes[hit.number].activity];
        return out;
    }
    if (hit.kind == GraphHit::Kind::Node && hit.number < graph.nodes.size() + shown.plan.circles.size()) {
        const uint32_t node = shown.plan.mapNode(graph, hit.number);
        Filter out = filterTo(shown, casesOfNode(log, shown.only, graph, node, stop), {});
        out.words = followName(log, graph, node);
        return out;
    }
    if (hit.kind != GraphHit::Kind::Edge || hit.number >= graph.edges.size())
        return {};
    const DirectlyFollows::Edge& edge = graph.edges[hit.number];
    std::vector<uint32_t> activities;
    for (const uint32_t node : {edge.from, edge.to})
        if (node < graph.nodes.size() && (activities.empty() || activities.front() != graph.nodes[node].activity))
            activities.push_back(graph.nodes[node].activity);
    Filter out = filterTo(shown, casesOfEdge(log, shown.only, graph, edge.from, edge.to, stop), activities);
    out.words = followName(log, graph, edge.from) + " \u2192 " + followName(log, graph, edge.to);
    return out;
}

PathsView::Filter PathsView::filterOfVariant(const PathsShown& shown, uint32_t variant) {
    if (variant >= shown.variants.variants.size())
        return {};
    std::vector<uint32_t> activities;
    for (const Variants::Step& step : shown.variants.variants[variant].steps)
        if (std::find(activities.begin(), activities.end(), step.activity) == activities.end())
            activities.push_back(step.activity);
    Filter out = filterTo(shown, casesOfVariant(shown.variants, variant), activities);
    out.words = variantText(shown.of->log, shown.variants.variants[variant]);
    return out;
}

void PathsView::findFilter(std::function<Filter(const PathsShown&, const StopToken&)> filter, Then then) {
    if (!shown_)
        return;
    filterWorker_.run<Filter>([shown = shown_, filter = std::move(filter)](const StopToken& stop) { return filter(*shown, stop); },
                              [this, shown = shown_, then = std::move(then)](const Filter& found) {
                                  if (shown == shown_)
                                      then(found);
                              },
                              [this](const QString& problem) { notes_->setText(problem); });
}

void PathsView::findOf(const GraphHit& hit, Then then) {
    if (hit.kind != GraphHit::Kind::None)
        findFilter([hit](const PathsShown& shown, const StopToken& stop) { return filterOf(shown, hit, stop); }, std::move(then));
}

void PathsView::findOfVariant(uint32_t variant, Then then) {
    if (variant != Variants::kNone)
        findFilter([variant](const PathsShown& shown, const StopToken&) { return filterOfVariant(shown, variant); }, std::move(then));
}

PathsView::Then PathsView::filters() {
    return [this](const Filter& filter) { filterTo(filter); };
}

PathsView::Then PathsView::lists() {
    return [this](const Filter& filter) { list(filter); };
}

PathsView::Then PathsView::opensMenu(QPoint global) {
    return [this, global](const Filter& filter) { openMenu(filter, global); };
}

void PathsView::filterTo(const Filter& filter) {
    if (filter.query.empty() || !shown_ || shown_->of->state != context().journey()) // other cases are being counted
        return;
    ScopeTerm term;
    term.kind = ScopeTerm::Kind::Query;
    term.text = filter.query;
    selection().addTerm(term);
}

void PathsView::list(const Filter& filter) {
    if (filter.cases.empty() || !shown_)
        return;
    CaseSet set{shown_->of->state, filter.words, filter.cases, {}};
    traceql::ParseError error;
    if (const auto scope = filter.query.empty() ? std::nullopt : Scope::parse(filter.query, error))
        set.scopes.push_back(*scope);
    Q_EMIT casesWanted(set);
}

void PathsView::openMenu(const Filter& filter, QPoint global) {
    if (filter.cases.empty())
        return;
    QMenu menu(this);
    const JourneyWords words = JourneyWords::of(context());
    const QString cases = words.counted(filter.cases.size());
    QAction* action = menu.addAction(filter.query.empty() ? tr("No query says which %1 these %2 are").arg(words.several, toQString(formatCount(filter.cases.size())))
                                     : filter.isExact     ? tr("Filter to its %1\tEnter").arg(cases)
                                                          : tr("Filter to %1 that have what is in these %2\tEnter").arg(words.several, cases));
    action->setEnabled(!filter.query.empty());
    connect(action, &QAction::triggered, this, [this, filter] { filterTo(filter); });
    connect(menu.addAction(tr("List its %1\tL").arg(cases)), &QAction::triggered, this, [this, filter, of = shown_] {
        if (of == shown_) // another journey may come while the menu is open
            list(filter);
    });
    menu.exec(global);
}

} // namespace aisle
