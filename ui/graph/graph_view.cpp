// From the table to a frame.
#include "graph/graph_view.h"

#include "charts/baseline_box.h"
#include "graph/graph_painter.h"
#include "graph/graph_replay.h"
#include "text/utf8.h"
#include "widgets/empty_state.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/tabular_model.h"

#include <QHeaderView>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace aisle {

GraphView::GraphView(ViewContext& shared, QWidget* parent)
    : View(shared, parent), bar_(new GraphBar(this)), baseline_(new BaselineBox(shared, this)), stack_(new QStackedWidget(this)), canvas_(new GraphCanvas(stack_)), list_(new QTableView(stack_)),
      model_(new TabularModel(this)), replay_(new GraphReplay(this)) {
    setFocusProxy(canvas_);
    setAccessibleName(tr("Service graph"));
    canvas_->setAccessibleName(tr("Service graph"));
    canvas_->setAccessibleDescription(tr("Services and the calls between them; arrow keys walk from node to node. Calls and Nodes show the same as tables."));
    list_->setModel(model_);
    list_->setItemDelegate(new ListDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, list_));
    styleList(*list_);
    list_->setAccessibleName(tr("Service graph as a table"));
    list_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder); // as given: a comparison is by impact
    stack_->addWidget(canvas_);
    stack_->addWidget(list_);
    baseline_->setContentsMargins(measure::kPadding, 0, measure::kPadding, 4);
    baseline_->hide();
    replay_->hide();
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addWidget(bar_);
    box->addWidget(baseline_, 0, Qt::AlignLeft);
    box->addWidget(stack_, 1);
    box->addWidget(replay_);
    empty_ = new EmptyState(stack_);

    const auto read = [this] {
        cancelWork(); // its results are of rows of another table
        if (!isVisible()) { // these hold the workspace, which may be closed meanwhile
            wholeWorker_.cancel();
            whole_ = {};
            counted_.source = nullptr;
            counted_.asked = {};
        }
        whenSeen([this] { readTable(); });
        updateEmptyState();
    };
    connect(&context(), &ViewContext::tableChanged, this, read);
    connect(empty_, &EmptyState::buttonClicked, &context(), &ViewContext::openRequested);
    connect(&context(), &ViewContext::scopeResultChanged, this, &GraphView::followScope);
    connect(&context(), &ViewContext::scopeSettled, this, &GraphView::settleScope);
    connect(&selection(), &SelectionModel::focusChanged, this, &GraphView::followFocus);
    connect(&context(), &ViewContext::focusMatchesChanged, this, [this] {
        const auto before = onlyMatches_;
        takeOnly();
        if (bar_->isOnlyFocus() && onlyMatches_ != before && only_.kind != Focus::Kind::Trace && only_.kind != Focus::Kind::Span)
            layOut();
        else
            remark();
    });
    takeOnly();

    connect(bar_, &GraphBar::showChanged, this, &GraphView::showTable);
    connect(bar_, &GraphBar::placesChanged, this, &GraphView::layOut);
    connect(bar_, &GraphBar::groupByChanged, this, [this] { groupBy(bar_->groupBy()); });
    connect(bar_, &GraphBar::mostEdgesChanged, this, [this] {
        GraphLens lens = lens_;
        lens.mostEdges = bar_->mostEdges();
        setLens(lens);
    });
    connect(bar_, &GraphBar::onlyFocusChanged, this, &GraphView::layOut);
    connect(bar_, &GraphBar::comparingChanged, this, [this] {
        if (bar_->isComparing()) // the one is of two times, the other of many
            stopReplay();
        layOut();
    });
    connect(bar_, &GraphBar::replayingChanged, this, [this] {
        if (bar_->isReplaying() && bar_->isComparing()) {
            bar_->setComparing(false);
            layOut();
        }
        startReplay();
    });
    connect(bar_, &GraphBar::hopsAsked, this, [this](int change) {
        GraphLens lens = lens_;
        lens.hops = static_cast<uint32_t>(std::max(1, static_cast<int>(lens.hops) + change));
        setLens(lens);
    });
    connect(bar_, &GraphBar::directionAsked, this, [this](GraphLens::Direction direction) {
        GraphLens lens = lens_;
        lens.direction = direction;
        setLens(lens);
    });
    connect(bar_, &GraphBar::lensEnded, this, [this] { setLens({{}, 0, GraphLens::Direction::Both, {}, lens_.mostEdges}); });
    connect(bar_, &GraphBar::searched, this, &GraphView::search);
    connect(bar_, &GraphBar::searchEnded, this, &GraphView::takeFocus);
    connect(baseline_, &BaselineBox::baselineChanged, this, [this] {
        setShownScope(nullptr); // which was compared with something else
        settleScope();
    });
    connect(replay_, &GraphReplay::momentChanged, this, &GraphView::showMoment);

    canvas_->describe = [this](const GraphHit& hit) { return describe(hit); };
    connect(canvas_, &GraphCanvas::hovered, this, [this](const GraphHit& hit) {
        hover_ = hit;
        point();
    });
    connect(canvas_, &GraphCanvas::clicked, this, [this](const GraphHit& hit, Qt::KeyboardModifiers modifiers, QPoint global) {
        if (!pathFrom_.isEmpty() && hit.kind == GraphHit::Kind::Node) {
            endPath(hit.number);
            return;
        }
        select(hit);
        if (modifiers.testFlag(Qt::ShiftModifier))
            filterTo(hit, global);
    });
    connect(canvas_, &GraphCanvas::doubleClicked, this, &GraphView::activate);
    connect(canvas_, &GraphCanvas::menuRequested, this, [this](const GraphHit& hit, bool isByKey, QPoint global) { openMenu(isByKey ? focusedHit() : hit, global); });
    connect(canvas_, &GraphCanvas::keyPressed, this, &GraphView::keyPressed);
    connect(canvas_, &GraphCanvas::themeChanged, this, [this] {
        makeFrame();
        replay_->refresh();
    });
    connect(canvas_, &GraphCanvas::fontChanged, this, &GraphView::layOut); // other fonts need other cards
    connect(list_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (now.isValid() && list_->hasFocus())
            select(hitOfRow(now.row()));
    });
    connect(list_, &QTableView::activated, this, [this](const QModelIndex& at) {
        activate(hitOfRow(at.row()), QCursor::pos());
    });
    connect(list_, &QWidget::customContextMenuRequested, this, &GraphView::openTableMenu);
    connect(list_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, model_, &TabularModel::sort);
    for (Worker* worker : {&wholeWorker_, &detailsWorker_, &differenceWorker_})
        connect(worker, &Worker::busyChanged, this, &GraphView::showWords);
    read();
}

GraphView::~GraphView() {
    for (Worker* worker : {&wholeWorker_, &detailsWorker_, &differenceWorker_}) // one that ends would be told of others that are gone
        worker->disconnect(this);
}

bool GraphView::isBusy() const {
    return timelineWorker_.isBusy() || wholeWorker_.isBusy() || layoutWorker_.isBusy() || scopeWorker_.isBusy() || exactWorker_.isBusy() || detailsWorker_.isBusy() || differenceWorker_.isBusy();
}

void GraphView::takeFocus() { bar_->show() == GraphBar::Show::Picture ? canvas_->setFocus() : list_->setFocus(); }
void GraphView::openSearch() { bar_->openSearch(); }

void GraphView::updateEmptyState() {
    if (context().table()->isEmpty())
        empty_->show(tr("No service graph"), emptyText(), tr("Open a file..."));
    else if (const QString text = emptyText(); !text.isEmpty() && bar_->show() == GraphBar::Show::Picture)
        empty_->show(problem_.isEmpty() ? tr("Nothing to draw") : tr("No service graph"), text);
    else
        empty_->hideState();
    bar_->setVisible(!context().table()->isEmpty());
}

void GraphView::readTable() {
    // While an import goes on, tables come faster than a large one is read: finish, then take the newest.
    if (context().isProvisional() && wholeWorker_.isBusy()) {
        readAgain_ = true;
        return;
    }
    readAgain_ = false;
    wholeWorker_.run<Whole>(
        [source = context().graphSource(), workspace = context().workspace()](const StopToken& stop) {
            Whole whole{source, source->whole(stop), GraphFollower::make(source->calls(stop), source->table()), {}, workspace};
            if (workspace)
                whole.groupKeys = groupKeys(*workspace->connect(), *source->table(), stop);
            return whole;
        },
        [this](Whole whole) {
            adopt(std::move(whole));
            if (readAgain_)
                readTable();
        },
        [this](const QString& why) {
            counted_ = {};
            shown_ = nullptr;
            details_ = nullptr;
            showProblem(why);
            makeFrame();
            if (readAgain_)
                readTable();
        });
}

void GraphView::adopt(Whole whole) {
    whole_ = std::move(whole);
    std::vector<std::pair<QString, QString>> keys;
    for (const GroupKey& key : whole_.groupKeys)
        if (key.key != "service.name" && keys.size() < 40)
            keys.emplace_back(toQString(key.key), singleLine(toQString(key.key)));
    bar_->setGroupKeys(keys);
    QStringList names;
    for (const ServiceGraph::Node& node : whole_.graph->nodes)
        names.append(singleLine(nodeTitle(node)));
    bar_->setNames(names);
    layOut();
}

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

} // namespace

namespace {

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

} // namespace

/// What is compared is laid out whole, so that no node moves from one comparison to the next.
void GraphView::layOut() {
    if (!whole_.source)
        return;
    struct Asked {
        ServiceGraphPtr graph;
        Groups groups;
    };
    const bool isComparing = bar_->isComparing();
    baseline_->setVisible(isComparing);
    if (!isComparing)
        differenceWorker_.cancel();
    GraphLens lens = isComparing ? GraphLens() : lens_;
    lens.mostEdges = 0; // all nodes have their place, whichever edges are shown
    layoutWorker_.run<Asked>(
        [source = whole_.source, whole = whole_.graph, workspace = whole_.workspace, key = isComparing ? std::string() : bar_->groupBy().toStdString(), opened = opened_, lens,
         most = lens_.mostEdges, only = isComparing ? std::nullopt : focusTraces()](const StopToken& stop) {
            const auto groups = groupsBy(key, opened, *whole, *source->table(), workspace.get(), stop);
            ServiceGraphPtr graph = source->ofTraces(only ? &*only : nullptr, stop, groups.closed.get());
            if (!lens.isEverything())
                graph = std::make_shared<const ServiceGraph>(applyLens(*graph, lens).graph);
            return Asked{withMost(graph, most), groups};
        },
        [this](Asked asked) { placeNodes(asked.graph, asked.groups.closed, asked.groups.hasOpened); }, [this](const QString& why) { showProblem(why); });
}

/// Cards are measured here, because fonts belong to the UI thread; the layout runs elsewhere. Nodes stay near where they are. Which
/// direction suits is decided by the window; one that is not shown yet is taken to be twice as wide as high.
void GraphView::placeNodes(ServiceGraphPtr graph, std::shared_ptr<const GraphGroups> groups, bool hasOpened) {
    const QSizeF window = isVisible() && canvas_->width() > 100 && canvas_->height() > 100 ? QSizeF(canvas_->size()) : QSizeF(1000, 500);
    GraphLayoutInput right = graphLayoutInput(*graph, theme()), down = graphLayoutInput(*graph, theme(), true);
    const GraphLayoutKind kind = layoutKind();
    right.kind = down.kind = kind;
    right.centre = centreOf(*graph);
    if (laid_ && laid_->kind == kind) {
        std::vector<std::optional<QPointF>> before;
        for (const ServiceGraph::Node& node : graph->nodes) {
            const auto found = laid_->plan.graph->nodeById(node.id);
            before.push_back(found ? std::optional(laid_->plan.layout.nodes[*found].center()) : std::nullopt);
        }
        (laid_->plan.layout.isDownward ? down : right).before = std::move(before);
    }
    layoutWorker_.run<GraphLayout>([window, right, down](const StopToken& stop) { return layoutGraphFor(window, right, down, stop); },
                                   [this, graph, groups, kind, hasOpened](GraphLayout layout) {
                                       laid_ = std::make_shared<const Laid>(Laid{groups, {std::move(layout), graph}, kind, hasOpened});
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

/// Of rings: what is in focus, what the lens is around, else what is called most.
uint32_t GraphView::centreOf(const ServiceGraph& graph) const {
    uint32_t busiest = 0;
    for (uint32_t n = 0; n < graph.nodes.size(); ++n) {
        if (selection().focus().kind == Focus::Kind::Service && graph.nodes[n].name == selection().focus().name)
            return n;
        if (graph.nodes[n].calls > graph.nodes[busiest].calls)
            busiest = n;
    }
    return graph.nodeById(lens_.around).value_or(busiest);
}

GraphView::Counted GraphView::toCount(std::shared_ptr<const BitSet> traces, bool isOfFocus) const { return {whole_.source, laid_, context().queryContext(), std::move(traces), isOfFocus, {}, {}, {}}; }

/// A node that is laid out but in none of these traces is said: without it everything would be shown, at no place.
GraphView::Counted GraphView::throughLens(Counted counted, const GraphLens& lens) {
    if (lens.isEverything())
        return counted;
    for (const std::string* id : {&lens.around, &lens.pathTo})
        if (!id->empty() && counted.laid->plan.graph->nodeById(*id) && !counted.full->nodeById(*id)) {
            LensedGraph nothing;
            nothing.graph.isApproximate = counted.full->isApproximate;
            nothing.sentence = printable(id->substr(id->find(':') + 1)) + " is in none of these traces.";
            counted.lensed = std::make_shared<const LensedGraph>(std::move(nothing));
            return counted;
        }
    counted.lensed = std::make_shared<const LensedGraph>(applyLens(*counted.full, lens));
    return counted;
}

std::optional<BitSet> GraphView::focusTraces() const {
    if (!bar_->isOnlyFocus() || !whole_.source)
        return std::nullopt;
    const SpanTable& table = *whole_.source->table();
    BitSet traces(table.traceSlots());
    if (only_.kind == Focus::Kind::Trace || only_.kind == Focus::Kind::Span) {
        if (const auto trace = only_.traceIn(table))
            traces.set(*trace);
    } else if (onlyMatches_ && onlyMatches_->traces.size() == table.traceSlots()) {
        traces = onlyMatches_->traces;
    }
    return traces.any() ? std::optional(std::move(traces)) : std::nullopt;
}

/// A trace that only is shown is so whether it is in the scope or not; of a stage or a case what the scope holds.
std::shared_ptr<const BitSet> GraphView::scopeTraces(const std::optional<BitSet>& only) const {
    const auto scope = context().scopeResult();
    if (!only)
        return scope->everything ? nullptr : std::shared_ptr<const BitSet>(scope, &scope->traces);
    BitSet traces = *only;
    if (!scope->everything && only_.kind != Focus::Kind::Trace && only_.kind != Focus::Kind::Span)
        traces &= scope->traces;
    return std::make_shared<const BitSet>(std::move(traces));
}

void GraphView::cancelWork() {
    for (Worker* worker : {&layoutWorker_, &scopeWorker_, &exactWorker_, &detailsWorker_, &differenceWorker_, &timelineWorker_})
        worker->cancel();
    replay_->setTimeline(nullptr, context().timeZone());
}

void GraphView::followScope() {
    if (!laid_ || !whole_.source || whole_.source != context().graphSource())
        return; // the graph of the present table is on its way; the picture stays until then
    const auto scope = context().scopeResult();
    const bool isMoving = isVisible() && context().isMoving();
    if (isMoving && (bar_->isComparing() || bar_->isOnlyFocus()))
        return; // takes longer than a move; scopeSettled follows
    exactWorker_.cancel();
    if (!isMoving) {
        settleScope();
        return;
    }
    detailsWorker_.cancel();
    const auto traces = scope->everything ? nullptr : std::shared_ptr<const BitSet>(scope, &scope->traces);
    scopeWorker_.follow<Counted>(
        [follower = whole_.follower, counted = toCount(traces), lens = lens_](const StopToken& stop) mutable {
            const auto* groups = counted.laid->groups.get();
            counted.full = follower && counted.traces ? std::make_shared<const ServiceGraph>(follower->follow(*counted.traces, stop, groups)) : counted.source->ofTraces(counted.traces.get(), stop, groups);
            return throughLens(std::move(counted), lens);
        },
        [this, scope](Counted counted) { display(std::move(counted), scope); }, [this](const QString& why) { showProblem(why); });
}

/// What a brush left behind is counted exactly.
void GraphView::settleScope() {
    if (whole_.source && whole_.source == context().graphSource()) // else the graph is to be read first, which is put off, too
        whenSeen([this] { countScope(); });
}

void GraphView::countScope() {
    const auto scope = context().scopeResult();
    if (!laid_ || !whole_.source || whole_.source != context().graphSource())
        return;
    const bool isShown = scope == shownScope() && counted_.laid == laid_ && counted_.source == whole_.source && shown_ && !shown_->isApproximate && (counted_.difference != nullptr) == bar_->isComparing();
    if (isShown) {
        if (!details_ && !counted_.difference && !detailsWorker_.isBusy() && detailsProblem_.isEmpty())
            findDetails(); // it was counted exactly while it moved, as where there are too many edges to follow
        return;
    }
    scopeWorker_.cancel(); // what is about comes no more
    if (bar_->isComparing()) {
        compare();
        return;
    }
    const std::optional<BitSet> only = focusTraces();
    exactWorker_.run<Counted>(
        [counted = toCount(scopeTraces(only), only.has_value()), lens = lens_](const StopToken& stop) mutable {
            counted.full = counted.source->ofTraces(counted.traces.get(), stop, counted.laid->groups.get());
            return throughLens(std::move(counted), lens);
        },
        [this, scope](Counted counted) {
            display(std::move(counted), scope);
            findDetails();
        },
        [this](const QString& why) { showProblem(why); });
}

void GraphView::showProblem(const QString& problem) {
    problem_ = problem;
    updateEmptyState();
}

void GraphView::display(Counted counted, std::shared_ptr<const ScopeResult> scope) {
    setShownScope(std::move(scope));
    problem_.clear();
    detailsProblem_.clear();
    detailsWorker_.cancel();
    counted_ = std::move(counted);
    shown_ = counted_.graph();
    details_ = nullptr;
    moment_ = nullptr;
    makeFrame();
    if (bar_->isReplaying() && !shown_->isApproximate)
        startReplay();
}

void GraphView::findDetails() {
    detailsWorker_.run<std::shared_ptr<const GraphDetails>>(
        [counted = counted_](const StopToken& stop) {
            auto details = graphDetails(counted.asked, counted.full, counted.traces.get(), stop);
            return counted.lensed ? std::make_shared<const GraphDetails>(detailsOf(*details, counted.lensed->nodeNumbers, counted.lensed->edgeNumbers)) : details;
        },
        [this](std::shared_ptr<const GraphDetails> details) {
            details_ = std::move(details);
            makeFrame();
        },
        [this](const QString& why) {
            detailsProblem_ = why;
            showWords();
        });
}

/// The frame of what is on show: of a moment while one is played.
GraphFrame GraphView::frameOf(const Redactor* redactor) const {
    GraphFrame frame = graphFrame(moment_ ? *moment_ : *shown_, counted_.laid->plan, context().serviceColours(), theme(), moment_ ? nullptr : details_.get(), redactor);
    frame.places = counted_.laid.get();
    if (moment_)
        colourMoment(frame);
    else if (counted_.difference)
        colourDifferences(frame);
    return frame;
}

void GraphView::makeFrame() {
    auto frame = std::make_shared<GraphFrame>();
    std::vector<std::string> ids;
    if (shown_) {
        *frame = frameOf();
        for (const ServiceGraph::Node& node : shown_->nodes)
            ids.push_back(node.id);
    }
    hover_ = {};
    canvas_->setNotice(shown_ && !shown_->nodes.empty() && shown_->edges.empty()
                           ? tr("No calls here: no span has a parent or a link in another service, and none names a database, queue or other system it calls.")
                           : QString());
    canvas_->setFrame(std::move(frame), ids, true);
    search(bar_->searchText(), false); // marks, too
    if (!shown_ || !shown_->isApproximate) // while a brush moves a table would jump
        showTable();
    showWords();
    updateEmptyState();
    Q_EMIT statusTextChanged();
}

void GraphView::setLens(const GraphLens& lens) {
    pathFrom_.clear();
    if (lens == lens_)
        return;
    lens_ = lens;
    const auto title = [this](const std::string& id) {
        if (whole_.graph)
            if (const auto node = whole_.graph->nodeById(id))
                return singleLine(nodeTitle(whole_.graph->nodes[*node]));
        return singleLine(toQString(id.substr(id.find(':') + 1)));
    };
    bar_->setMostEdges(lens.mostEdges);
    bar_->setLens(lens_, title(lens.around), title(lens.pathTo));
    layOut();
}

void GraphView::showOnlyFocus(bool only) {
    bar_->setOnlyFocus(only);
    layOut();
}

void GraphView::groupBy(const QString& key) {
    opened_.clear();
    bar_->setGroupBy(key);
    layOut();
}

void GraphView::openGroup(const std::string& name) {
    opened_.insert(name);
    layOut();
}

void GraphView::showEvent(QShowEvent* event) {
    if (!canvas_->isFitted())
        canvas_->reveal(focusRect());
    View::showEvent(event);
}

} // namespace aisle
