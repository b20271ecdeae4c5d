// Where nodes are: groups, the lens, cards and a layout, all of it beside the UI thread.
#include "graph/graph_view.h"

#include "charts/baseline_box.h"
#include "widgets/plain_text.h"

namespace aisle {

namespace {

struct Groups {
    std::shared_ptr<const GraphGroups> closed; ///< null: none
    bool hasOpened = false;
};

/// Groups by a key, without those that are open.
Groups groupsBy(const std::string& key, const std::set<std::string>& opened, const ServiceGraph& graph, const SpanTable& table, Workspace* workspace, const StopToken& stop) {
    GraphGroups groups;
    if (key == "kind") {
        groups = groupByKind(graph);
    } else if (!key.empty() && workspace != nullptr) {
        const std::string_view keys[] = {key};
        const std::vector<std::string> values = mostCommonValues(*workspace->connect(), table, keys, stop);
        groups = groupByValue(graph, values);
    }
    const bool hasOpened = std::erase_if(groups.of, [&](const auto& member) { return opened.contains(groups.names[member.second]); }) > 0;
    return {groups.of.empty() ? nullptr : std::make_shared<const GraphGroups>(std::move(groups)), hasOpened};
}

/// The same graph with the edges that matter most; for places, so without pairs.
ServiceGraphPtr withMost(const ServiceGraphPtr& graph, uint32_t most) {
    if (most == 0 || most >= graph->edges.size())
        return graph;
    ServiceGraph bare = *graph;
    bare.pairs.clear();
    bare.parts.clear();
    bare.firstPair.assign(bare.edges.size() + 1, 0);
    const LensedGraph kept = applyLens(bare, {{}, 0, GraphLens::Direction::Both, {}, most});
    bare.edges.clear();
    for (const uint32_t e : kept.edgeNumbers)
        bare.edges.push_back(graph->edges[e]);
    bare.firstPair.assign(bare.edges.size() + 1, 0);
    return std::make_shared<const ServiceGraph>(std::move(bare));
}

/// Of all nodes as they are shown: also those that are within closed groups, by which these are found, and the groups.
QStringList namesOf(const ServiceGraph& graph, const GraphGroups* groups) {
    QStringList names;
    std::set<std::string> closed;
    for (const ServiceGraph::Node& node : graph.nodes) {
        names.append(singleLine(nodeTitle(node)));
        if (groups != nullptr)
            if (const auto group = groups->of.find(node.id); group != groups->of.end())
                closed.insert(groups->names[group->second]);
    }
    for (const std::string& name : closed)
        names.append(singleLine(toQString(name)));
    names.removeDuplicates();
    return names;
}

/// Of rings: where keys act, what is in focus, what the lens is around, else what is called most.
uint32_t centreOf(const ServiceGraph& graph, const std::string& cursor, const Focus& focus, const std::string& around) {
    if (const auto at = graph.nodeById(cursor))
        return *at;
    uint32_t busiest = 0;
    for (uint32_t n = 0; n < graph.nodes.size(); ++n) {
        if (focus.kind == Focus::Kind::Service && graph.nodes[n].name == focus.name)
            return n;
        if (graph.nodes[n].calls > graph.nodes[busiest].calls)
            busiest = n;
    }
    return graph.nodeById(around).value_or(busiest);
}

} // namespace

/// What is compared is laid out whole, so that no node moves from one comparison to the next. Nodes stay near where they are. Which
/// direction suits is decided by the window; one that is not shown yet is taken to be twice as wide as high.
void GraphView::layOut() {
    if (!whole_.source)
        return;
    const bool isComparing = bar_->isComparing();
    baseline_->setVisible(isComparing);
    if (!isComparing)
        differenceWorker_.cancel();
    GraphLens lens = isComparing ? GraphLens() : lens_;
    lens.mostEdges = 0; // all nodes have their place, whichever edges are shown
    const QSizeF window = isVisible() && canvas_->width() > 100 && canvas_->height() > 100 ? QSizeF(canvas_->size()) : QSizeF(1000, 500);
    layoutWorker_.run<std::shared_ptr<const Laid>>(
        [source = whole_.source, whole = whole_.graph, workspace = whole_.workspace, key = isComparing ? std::string() : bar_->groupBy().toStdString(), opened = opened_, lens,
         most = lens_.mostEdges, only = isComparing ? std::nullopt : focusTraces(), window, kind = layoutKind(), before = laid_, cursor = cursor_.to.empty() ? cursor_.from : std::string(), focus = selection().focus(), around = lens_.around,
         fonts = theme()](const StopToken& stop) {
            const auto groups = groupsBy(key, opened, *whole, *source->table(), workspace.get(), stop);
            ServiceGraphPtr graph = source->ofTraces(only ? &*only : nullptr, stop, groups.closed.get());
            if (!lens.isEverything())
                graph = std::make_shared<const ServiceGraph>(applyLens(*graph, lens).graph);
            graph = withMost(graph, most);
            GraphLayoutInputs inputs = graphLayoutInputs(*graph, fonts);
            inputs.right.kind = kind;
            const GraphLayoutKind made = madeKind(inputs.right);
            inputs.right.kind = inputs.down.kind = made;
            inputs.right.centre = centreOf(*graph, cursor, focus, around);
            if (before && before->kind == made)
                (before->plan.layout.isDownward ? inputs.down : inputs.right).before = centresIn(before->plan, *graph);
            GraphLayout layout = layoutGraphFor(window, std::move(inputs.right), std::move(inputs.down), stop);
            return std::make_shared<const Laid>(Laid{groups.closed, {std::move(layout), graph}, made, groups.hasOpened, namesOf(*whole, groups.closed.get()), made != kind});
        },
        [this](std::shared_ptr<const Laid> laid) {
            laid_ = std::move(laid);
            bar_->setNames(laid_->names);
            followScope(); // counted with these groups and this lens
        },
        [this](const QString& why) { showProblem(why); });
}

GraphLayoutKind GraphView::layoutKind() const {
    switch (bar_->places()) {
    case GraphBar::Places::Force: return GraphLayoutKind::Force;
    case GraphBar::Places::Radial: return GraphLayoutKind::Radial;
    case GraphBar::Places::Layered: break;
    }
    return GraphLayoutKind::Layered;
}

} // namespace aisle
