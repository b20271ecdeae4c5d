// The cases of what is chosen on the map or among the variants: as a scope, and as a list.

#include "paths/paths_view.h"

#include "journey/case_scope.h"
#include "paths/paths_table.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QMenu>

#include <algorithm>

namespace aisle {

PathsView::Filter PathsView::filterTo(std::vector<CaseNumber> cases, const std::vector<uint32_t>& activities) const {
    Filter out;
    out.cases = std::move(cases);
    if (out.cases.empty())
        return out;
    std::string text;
    if (out.cases.size() <= kMostCasesNamed) {
        text = scopeNaming(*shown_->of->state, out.cases).toText();
        out.isExact = true;
    } else {
        for (const uint32_t activity : activities) {
            const std::string& condition = shown_->of->log.conditions[activity];
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

PathsView::Filter PathsView::filterOf(const GraphHit& hit) const {
    if (!shown_)
        return {};
    const DirectlyFollows& graph = shown_->graph;
    const CaseLog& log = shown_->of->log;
    if (hit.kind == GraphHit::Kind::Node && hit.number < graph.nodes.size()) {
        Filter out = filterTo(casesOfNode(log, shown_->only, graph, hit.number), {graph.nodes[hit.number].activity});
        out.words = "with " + log.activities[graph.nodes[hit.number].activity];
        return out;
    }
    if (hit.kind == GraphHit::Kind::Node && hit.number < graph.nodes.size() + shown_->plan.circles.size()) {
        const uint32_t node = shown_->plan.mapNode(graph, hit.number);
        Filter out = filterTo(casesOfNode(log, shown_->only, graph, node), {});
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
    Filter out = filterTo(casesOfEdge(log, shown_->only, graph, edge.from, edge.to), activities);
    out.words = followName(log, graph, edge.from) + " \u2192 " + followName(log, graph, edge.to);
    return out;
}

PathsView::Filter PathsView::filterOfVariant(uint32_t variant) const {
    if (!shown_ || variant >= shown_->variants.variants.size())
        return {};
    std::vector<uint32_t> activities;
    for (const Variants::Step& step : shown_->variants.variants[variant].steps)
        if (std::find(activities.begin(), activities.end(), step.activity) == activities.end())
            activities.push_back(step.activity);
    Filter out = filterTo(casesOfVariant(shown_->variants, variant), activities);
    out.words = variantText(shown_->of->log, shown_->variants.variants[variant]);
    return out;
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
    const QString cases = toQString(counted(filter.cases.size(), "case", "cases"));
    QAction* action = menu.addAction(filter.query.empty() ? tr("No query says which cases these %1 are").arg(toQString(formatCount(filter.cases.size())))
                                     : filter.isExact     ? tr("Filter to its %1\tEnter").arg(cases)
                                                          : tr("Filter to cases that have what is in these %1\tEnter").arg(cases));
    action->setEnabled(!filter.query.empty());
    connect(action, &QAction::triggered, this, [this, filter] { filterTo(filter); });
    connect(menu.addAction(tr("List its %1\tL").arg(cases)), &QAction::triggered, this, [this, filter, of = shown_] {
        if (of == shown_) // another journey may come while the menu is open
            list(filter);
    });
    menu.exec(global);
}

} // namespace aisle
