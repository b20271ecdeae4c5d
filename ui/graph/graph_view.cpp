// From the table to a frame.
#include "graph/graph_view.h"

#include "charts/baseline_box.h"
#include "graph/graph_painter.h"
#include "graph/graph_replay.h"
#include "service_graph/graph_tables.h"
#include "service_graph/graph_text.h"
#include "text/utf8.h"
#include "widgets/empty_state.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/tabular_model.h"
#include "widgets/words.h"

#include <QHeaderView>
#include <QPainter>
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

/// Groups by a key, without those that are open; null: none.
std::shared_ptr<const GraphGroups> groupsBy(const std::string& key, const std::set<std::string>& opened, const ServiceGraph& graph, const SpanTable& table, Workspace* workspace, const StopToken& stop) {
    GraphGroups groups;
    if (key == "kind") {
        groups = groupByKind(graph);
    } else if (!key.empty() && workspace != nullptr) {
        const std::string_view keys[] = {key};
        const std::vector<std::string> values = mostCommonValues(*workspace->connect(), table, keys, stop);
        groups = groupByValue(graph, values);
    }
    std::erase_if(groups.of, [&](const auto& member) { return opened.contains(groups.names[member.second]); });
    return groups.of.empty() ? nullptr : std::make_shared<const GraphGroups>(std::move(groups));
}

} // namespace

namespace {

/// The same graph with the edges that matter most; for places, so without pairs.
ServiceGraphPtr withMost(const ServiceGraphPtr& graph, uint32_t most) {
    if (most == 0 || most >= graph->edges.size())
        return graph;
    ServiceGraph bare = *graph;
    bare.pairs.clear();
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
        std::shared_ptr<const GraphGroups> groups;
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
            ServiceGraphPtr graph = source->ofTraces(only ? &*only : nullptr, stop, groups.get());
            if (!lens.isEverything())
                graph = std::make_shared<const ServiceGraph>(applyLens(*graph, lens).graph);
            return Asked{withMost(graph, most), groups};
        },
        [this](Asked asked) { placeNodes(asked.graph, asked.groups); }, [this](const QString& why) { showProblem(why); });
}

/// Cards are measured here, because fonts belong to the UI thread; the layout runs elsewhere. Nodes stay near where they are. Which
/// direction suits is decided by the window; one that is not shown yet is taken to be twice as wide as high.
void GraphView::placeNodes(ServiceGraphPtr graph, std::shared_ptr<const GraphGroups> groups) {
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
                                   [this, graph, groups, kind](GraphLayout layout) {
                                       laid_ = std::make_shared<const Laid>(Laid{groups, {std::move(layout), graph}, kind});
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

GraphView::Counted GraphView::toCount(std::shared_ptr<const BitSet> traces) const { return {whole_.source, laid_, context().queryContext(), std::move(traces), {}, {}, {}}; }

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
std::shared_ptr<const BitSet> GraphView::scopeTraces() const {
    const auto scope = context().scopeResult();
    std::optional<BitSet> only = focusTraces();
    if (!only)
        return scope->everything ? nullptr : std::shared_ptr<const BitSet>(scope, &scope->traces);
    if (!scope->everything && only_.kind != Focus::Kind::Trace && only_.kind != Focus::Kind::Span)
        *only &= scope->traces;
    return std::make_shared<const BitSet>(std::move(*only));
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
    if (isShown)
        return;
    scopeWorker_.cancel(); // what is about comes no more
    if (bar_->isComparing()) {
        compare();
        return;
    }
    exactWorker_.run<Counted>(
        [counted = toCount(scopeTraces()), lens = lens_](const StopToken& stop) mutable {
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
            GraphDetails details = graphDetails(counted.asked, *counted.full, counted.traces.get(), stop);
            if (counted.lensed)
                details = detailsOf(details, counted.lensed->nodeNumbers, counted.lensed->edgeNumbers);
            return std::make_shared<const GraphDetails>(std::move(details));
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

QString GraphView::emptyText() const {
    if (!problem_.isEmpty())
        return tr("The service graph could not be worked out: %1").arg(problem_);
    if (shown_ && !shown_->nodes.empty())
        return {};
    const QString what = tr("The service graph shows which services call each other, how often, how fast and with how "
                            "many failures, with the databases, caches and queues they use.");
    if (context().table()->isEmpty())
        return what + QLatin1Char('\n') + tr("Open a trace file or a workspace to see it.");
    if (shown_ && counted_.lensed && !counted_.lensed->sentence.empty())
        return toQString(counted_.lensed->sentence);
    if (!shown_ || isBusy())
        return {}; // on its way
    return what + QLatin1Char('\n') + tr("No trace is in the scope: remove a part of it above.");
}

/// What is not shown, in sentences without names; for what leaves the window.
std::vector<std::string> GraphView::notes() const {
    std::vector<std::string> notes;
    if (counted_.lensed && counted_.lensed->hiddenEdges > 0)
        notes.push_back(counted(counted_.lensed->hiddenEdges, "edge is", "edges are") + " not shown: " + counted(counted_.lensed->hiddenCalls, "call", "calls") + ", " +
                        formatCount(counted_.lensed->hiddenErrors) + " failed.");
    if (bar_->isOnlyFocus() && counted_.traces && !counted_.difference)
        notes.push_back("Only " + counted(shown_->traces, "trace", "traces") + " of the focus.");
    return notes;
}

/// What can be acted on comes first.
void GraphView::showWords() {
    QStringList words;
    if (!shown_ && wholeWorker_.isBusy())
        words.append(tr("Working out who calls whom…"));
    if (!pathFrom_.isEmpty())
        words.append(tr("Click the node where the ways are to end, or walk to it and press Enter; Esc to leave it"));
    if (differenceWorker_.isBusy())
        words.append(tr("Comparing…"));
    if (counted_.difference)
        words.append(differenceWords());
    if (shown_) {
        if (counted_.lensed && !counted_.lensed->sentence.empty())
            words.append(toQString(counted_.lensed->sentence));
        if (bar_->isOnlyFocus() && counted_.traces && !counted_.difference)
            words.append(toQString(notes().back()));
        if (!counted_.difference)
            for (const std::string& note : graphNotes(*shown_, details_.get()))
                words.append(toQString(note));
    }
    if (!detailsProblem_.isEmpty())
        words.append(tr("Critical paths and failures could not be worked out: %1").arg(detailsProblem_));
    if (detailsWorker_.isBusy())
        words.append(tr("Working out critical paths…"));
    bar_->setWords(words.join(QLatin1String("  ·  ")));
}

QString GraphView::statusText() const {
    if (!shown_ || shown_->nodes.empty())
        return {};
    uint64_t services = 0, groups = 0;
    for (const ServiceGraph::Node& node : shown_->nodes) {
        services += node.kind == ServiceGraph::NodeKind::Service;
        groups += node.kind == ServiceGraph::NodeKind::Group;
    }
    QString text = toQString(counted(services, "service", "services"));
    if (groups > 0)
        text += QLatin1String(", ") + toQString(counted(groups, "group", "groups"));
    if (shown_->edges.empty())
        return text + tr(", no calls between services in these traces");
    return text + QLatin1String(", ") + toQString(counted(shown_->edges.size(), "edge", "edges"));
}

std::unique_ptr<Tabular> GraphView::tabular() const {
    if (!shown_)
        return nullptr;
    auto table = std::make_unique<Tabular>(counted_.difference                        ? tabulate(*counted_.difference)
                                           : bar_->show() == GraphBar::Show::Nodes ? tabulateNodes(*shown_, details_.get())
                                                                                   : tabulateEdges(*shown_, details_.get()));
    if (!counted_.difference)
        for (std::string& note : notes())
            table->notes.push_back(std::move(note));
    return table;
}

/// Of a comparison there is none: a graph of two times would say neither what was nor what is.
std::vector<ViewDocument> GraphView::documents() const {
    std::vector<ViewDocument> documents;
    if (shown_ && !shown_->nodes.empty() && !counted_.difference)
        for (const auto& [format, name] : {std::pair(GraphFormat::Dot, tr("DOT graph for Graphviz")), {GraphFormat::Mermaid, tr("Mermaid flowchart")},
                                           {GraphFormat::GraphMl, tr("GraphML graph")}, {GraphFormat::Json, tr("JSON, nodes and edges")}})
            documents.push_back({name, QString::fromLatin1(graphFormatSuffix(format).substr(1).data()), [graph = shown_, format = format](const Redactor& redactor) { return graphText(*graph, format, redactor); }});
    return documents;
}

QSize GraphView::pictureSize(int) const { return graphPictureSize(frame()); }
void GraphView::paintPicture(QPainter& painter, QSize) const {
    if (!shown_)
        return;
    GraphMarks marks = marks_;
    marks.nodes.resize(shown_->nodes.size());
    marks.edges.resize(shown_->edges.size());
    QStringList said;
    for (const std::string& note : notes())
        said.append(toQString(note));
    paintGraphPicture(painter, frameOf(&context().exporter().redactor()), marks, said.join(QLatin1Char(' ')), theme());
}

namespace {
constexpr const char* kShows[] = {"graph", "calls", "nodes"};
constexpr const char* kPlaces[] = {"layers", "forces", "radial"};

template <typename T, size_t n>
T named(const QJsonObject& settings, const char* key, const char* const (&names)[n], T now) {
    const QString name = settings[QLatin1String(key)].toString();
    for (size_t i = 0; i < n; ++i)
        if (name == QLatin1String(names[i]))
            return static_cast<T>(i);
    return now;
}
} // namespace

QJsonObject GraphView::settings() const {
    return {{QStringLiteral("show"), QLatin1String(kShows[static_cast<size_t>(bar_->show())])},
            {QStringLiteral("places"), QLatin1String(kPlaces[static_cast<size_t>(bar_->places())])},
            {QStringLiteral("group-by"), bar_->groupBy()},
            {QStringLiteral("most-edges"), static_cast<qint64>(lens_.mostEdges)},
            {QStringLiteral("around"), toQString(lens_.around)},
            {QStringLiteral("hops"), static_cast<qint64>(lens_.hops)},
            {QStringLiteral("direction"), static_cast<int>(lens_.direction)},
            {QStringLiteral("path-to"), toQString(lens_.pathTo)},
            {QStringLiteral("comparing"), bar_->isComparing()},
            {QStringLiteral("baseline"), baseline_->baseline().isEmpty() ? QString() : toQString(baseline_->baseline().toText())}};
}

void GraphView::applySettings(const QJsonObject& settings) {
    bar_->setShow(named(settings, "show", kShows, bar_->show()));
    bar_->setPlaces(named(settings, "places", kPlaces, bar_->places()));
    if (settings[QStringLiteral("group-by")].isString())
        groupBy(settings[QStringLiteral("group-by")].toString());
    GraphLens lens = lens_;
    const auto number = [&](const char* key, uint32_t now) { return static_cast<uint32_t>(std::clamp(settings[QLatin1String(key)].toInt(static_cast<int>(now)), 0, 1'000'000)); };
    lens.mostEdges = number("most-edges", lens.mostEdges);
    lens.hops = number("hops", lens.hops);
    lens.direction = static_cast<GraphLens::Direction>(std::min(2U, number("direction", static_cast<uint32_t>(lens.direction))));
    lens.around = settings[QStringLiteral("around")].toString(toQString(lens.around)).toStdString();
    lens.pathTo = settings[QStringLiteral("path-to")].toString(toQString(lens.pathTo)).toStdString();
    setLens(lens);
    if (const QJsonValue text = settings[QStringLiteral("baseline")]; text.isString()) {
        traceql::ParseError error;
        if (const auto scope = text.toString().isEmpty() ? Scope() : Scope::parse(text.toString().toStdString(), error))
            baseline_->keep(*scope);
    }
    bar_->setComparing(settings[QStringLiteral("comparing")].toBool(bar_->isComparing()));
    if (bar_->isComparing())
        stopReplay();
    layOut();
    showTable();
}

} // namespace aisle
