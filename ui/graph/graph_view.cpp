// From the table to a frame.
#include "graph/graph_view.h"

#include "charts/baseline_box.h"
#include "graph/graph_painter.h"
#include "graph/graph_replay.h"
#include "service_graph/graph_tables.h"
#include "service_graph/graph_text.h"
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
        if (!isVisible())
            whole_ = {}; // it holds the workspace, which may be closed meanwhile
        whenSeen([this] { readTable(); });
        updateEmptyState();
    };
    connect(&context(), &ViewContext::tableChanged, this, read);
    connect(empty_, &EmptyState::buttonClicked, &context(), &ViewContext::openRequested);
    connect(&context(), &ViewContext::scopeResultChanged, this, &GraphView::followScope);
    connect(&context(), &ViewContext::scopeSettled, this, &GraphView::settleScope);
    connect(&selection(), &SelectionModel::focusChanged, this, &GraphView::followFocus);
    connect(&context(), &ViewContext::focusMatchesChanged, this, [this] {
        if (bar_->isOnlyFocus())
            layOut();
        else
            remark();
    });

    connect(bar_, &GraphBar::showChanged, this, &GraphView::showTable);
    connect(bar_, &GraphBar::placesChanged, this, &GraphView::layOut);
    connect(bar_, &GraphBar::groupByChanged, this, [this] { groupBy(bar_->groupBy()); });
    connect(bar_, &GraphBar::mostEdgesChanged, this, [this] {
        GraphLens lens = lens_;
        lens.mostEdges = bar_->mostEdges();
        setLens(lens);
    });
    connect(bar_, &GraphBar::onlyFocusChanged, this, &GraphView::layOut);
    connect(bar_, &GraphBar::comparingChanged, this, [this] { bar_->isComparing() ? compare() : stopComparing(); });
    connect(bar_, &GraphBar::replayingChanged, this, &GraphView::startReplay);
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
        if (bar_->isComparing())
            compare();
    });
    connect(replay_, &GraphReplay::momentChanged, this, &GraphView::showMoment);

    canvas_->describe = [this](const GraphHit& hit) { return describe(hit); };
    connect(canvas_, &GraphCanvas::hovered, this, [this](const GraphHit& hit) {
        hover_ = hit;
        remark();
    });
    connect(canvas_, &GraphCanvas::clicked, this, [this](const GraphHit& hit, Qt::KeyboardModifiers modifiers, QPoint global) {
        if (!pathFrom_.isEmpty() && hit.kind == GraphHit::Kind::Node) {
            setLens({std::exchange(pathFrom_, {}).toStdString(), 0, GraphLens::Direction::Both, shown_->nodes[hit.number].id, lens_.mostEdges});
            return;
        }
        select(hit);
        if (modifiers.testFlag(Qt::ShiftModifier))
            filterTo(hit, global);
    });
    connect(canvas_, &GraphCanvas::doubleClicked, this, &GraphView::activate);
    connect(canvas_, &GraphCanvas::menuRequested, this, [this](const GraphHit& hit, bool isByKey, QPoint global) { openMenu(isByKey ? focusedHit() : hit, global); });
    connect(canvas_, &GraphCanvas::keyPressed, this, &GraphView::keyPressed);
    connect(canvas_, &GraphCanvas::themeChanged, this, &GraphView::makeFrame);
    connect(canvas_, &GraphCanvas::fontChanged, this, &GraphView::layOut); // other fonts need other cards
    connect(list_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (now.isValid() && list_->hasFocus())
            select({bar_->show() == GraphBar::Show::Edges ? GraphHit::Kind::Edge : GraphHit::Kind::Node, static_cast<uint32_t>(model_->given(now.row()))});
    });
    connect(list_, &QTableView::activated, this, [this](const QModelIndex& at) {
        activate({bar_->show() == GraphBar::Show::Edges ? GraphHit::Kind::Edge : GraphHit::Kind::Node, static_cast<uint32_t>(model_->given(at.row()))}, QCursor::pos());
    });
    connect(list_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, model_, &TabularModel::sort);
    for (Worker* worker : {&detailsWorker_, &differenceWorker_})
        connect(worker, &Worker::busyChanged, this, &GraphView::showWords);
    read();
}

GraphView::~GraphView() = default;

bool GraphView::isBusy() const {
    return wholeWorker_.isBusy() || layoutWorker_.isBusy() || scopeWorker_.isBusy() || exactWorker_.isBusy() || detailsWorker_.isBusy() || differenceWorker_.isBusy();
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
            Whole whole{source, source->whole(stop), GraphFollower::make(source->calls(stop), source->table()), {}};
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
            shown_ = full_ = nullptr;
            lensed_ = nullptr;
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

/// Which direction suits is decided by the window; one that is not shown yet is taken to be twice as wide as high.
void GraphView::layOut() {
    if (!whole_.source)
        return;
    if (bar_->isComparing()) {
        compare();
        return;
    }
    struct Asked {
        ServiceGraphPtr graph; ///< of the lens, with all edges
        std::shared_ptr<const GraphGroups> groups;
    };
    GraphLens lens = lens_;
    lens.mostEdges = 0;
    layoutWorker_.run<Asked>(
        [source = whole_.source, whole = whole_.graph, workspace = context().workspace(), key = bar_->groupBy().toStdString(), opened = opened_, lens, only = focusTraces()](const StopToken& stop) {
            const auto groups = groupsBy(key, opened, *whole, *source->table(), workspace.get(), stop);
            ServiceGraphPtr graph = source->ofTraces(only ? &*only : nullptr, stop, groups.get());
            if (!lens.isEverything())
                graph = std::make_shared<const ServiceGraph>(applyLens(*graph, lens).graph);
            return Asked{graph, groups};
        },
        [this](Asked asked) { placeNodes(asked.graph, asked.groups); }, [this](const QString& why) { showProblem(why); });
}

namespace {

/// The same graph with the edges that matter most.
ServiceGraphPtr withMost(ServiceGraphPtr graph, uint32_t most) {
    if (most == 0 || most >= graph->edges.size())
        return graph;
    const LensedGraph kept = applyLens(*graph, {{}, 0, GraphLens::Direction::Both, {}, most});
    auto out = std::make_shared<ServiceGraph>(*graph);
    out->edges.clear();
    for (const uint32_t e : kept.edgeNumbers)
        out->edges.push_back(graph->edges[e]);
    out->firstPair.assign(out->edges.size() + 1, 0);
    out->pairs.clear();
    return out;
}

} // namespace

/// Cards are measured here, because fonts belong to the UI thread; the layout runs elsewhere. Nodes stay near where they are.
void GraphView::placeNodes(ServiceGraphPtr all, std::shared_ptr<const GraphGroups> groups) {
    const QSizeF window = isVisible() && canvas_->width() > 100 && canvas_->height() > 100 ? QSizeF(canvas_->size()) : QSizeF(1000, 500);
    const ServiceGraphPtr graph = withMost(all, lens_.mostEdges);
    GraphLayoutInput right = graphLayoutInput(*graph, theme()), down = graphLayoutInput(*graph, theme(), true);
    const GraphLayoutKind kind = layoutKind();
    right.kind = down.kind = kind;
    right.centre = centreOf(*graph);
    if (laid_.plan.graph && laid_.kind == kind) {
        std::vector<std::optional<QPointF>> before;
        for (const ServiceGraph::Node& node : graph->nodes) {
            const auto found = laid_.plan.graph->nodeById(node.id);
            before.push_back(found ? std::optional(laid_.plan.layout.nodes[*found].center()) : std::nullopt);
        }
        (laid_.plan.layout.isDownward ? down : right).before = std::move(before);
    }
    layoutWorker_.run<GraphLayout>([window, right, down](const StopToken& stop) { return layoutGraphFor(window, right, down, stop); },
                                   [this, all, graph, groups, kind](GraphLayout layout) {
                                       laid_ = {all, groups, {std::move(layout), graph}, kind};
                                       full_ = nullptr; // counted with other groups
                                       followScope();
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

GraphView::Counted GraphView::throughLens(ServiceGraphPtr graph, const GraphLens& lens) {
    if (lens.isEverything())
        return {graph, nullptr};
    auto lensed = std::make_shared<const LensedGraph>(applyLens(*graph, lens));
    return {ServiceGraphPtr(lensed, &lensed->graph), lensed};
}

std::optional<BitSet> GraphView::focusTraces() const {
    const SpanTablePtr table = tableOnShow();
    if (!bar_->isOnlyFocus() || !table)
        return std::nullopt;
    const Focus& focus = selection().focus();
    BitSet traces(table->traceSlots());
    if (focus.kind == Focus::Kind::Trace || focus.kind == Focus::Kind::Span) {
        if (const auto trace = focus.traceIn(*table))
            traces.set(*trace);
    } else if (const auto& matches = context().focusMatches(); matches->traces.size() == table->traceSlots()) {
        traces = matches->traces;
    }
    return traces.any() ? std::optional(std::move(traces)) : std::nullopt;
}

/// A trace in focus is shown whether it is in the scope or not; of a stage or a case what the scope holds.
std::optional<BitSet> GraphView::shownTraces() const {
    const auto scope = context().scopeResult();
    std::optional<BitSet> only = focusTraces();
    if (!only)
        return scope->everything ? std::nullopt : std::optional(scope->traces);
    if (!scope->everything && selection().focus().kind != Focus::Kind::Trace && selection().focus().kind != Focus::Kind::Span)
        *only &= scope->traces;
    return only;
}

void GraphView::followScope() {
    if (!laid_.plan.graph || !whole_.source || whole_.source != context().graphSource())
        return; // the graph of the present table is on its way; the picture stays until then
    const auto scope = context().scopeResult();
    exactWorker_.cancel();
    if (bar_->isComparing() || !isVisible() || !context().isMoving() || bar_->isOnlyFocus()) {
        settleScope();
        return;
    }
    detailsWorker_.cancel();
    scopeWorker_.follow<Counted>(
        [follower = whole_.follower, source = whole_.source, scope, groups = laid_.groups, lens = lens_](const StopToken& stop) {
            return throughLens(follower ? std::make_shared<const ServiceGraph>(follower->follow(scope->traces, stop, groups.get())) : source->ofTraces(&scope->traces, stop, groups.get()), lens);
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
    if (!laid_.plan.graph || !whole_.source || whole_.source != context().graphSource())
        return;
    if (bar_->isComparing()) {
        if (scope != shownScope())
            compare();
        return;
    }
    if (scope == shownScope() && full_ && !full_->isApproximate)
        return;
    scopeWorker_.cancel(); // what is about comes no more
    exactWorker_.run<Counted>(
        [source = whole_.source, traces = shownTraces(), groups = laid_.groups, lens = lens_](const StopToken& stop) {
            return throughLens(source->ofTraces(traces ? &*traces : nullptr, stop, groups.get()), lens);
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
    full_ = shown_ = std::move(counted.graph);
    lensed_ = std::move(counted.lensed);
    details_ = nullptr;
    difference_ = nullptr;
    makeFrame();
    if (bar_->isReplaying() && !shown_->isApproximate)
        startReplay();
}

void GraphView::findDetails() {
    detailsWorker_.run<std::shared_ptr<const GraphDetails>>(
        [asked = context().queryContext(), graph = shown_, traces = shownTraces()](const StopToken& stop) {
            return std::make_shared<const GraphDetails>(graphDetails(asked, *graph, traces ? &*traces : nullptr, stop));
        },
        [this, of = shown_](std::shared_ptr<const GraphDetails> details) {
            if (of != shown_)
                return;
            details_ = std::move(details);
            if (!bar_->isReplaying())
                makeFrame();
            showWords();
        },
        [this](const QString& why) { showProblem(why); });
}

void GraphView::makeFrame() {
    auto frame = std::make_shared<GraphFrame>();
    std::vector<std::string> ids;
    if (shown_) {
        *frame = graphFrame(*shown_, laid_.plan, context().serviceColours(), theme(), details_.get());
        colourDifferences(*frame);
        for (const ServiceGraph::Node& node : shown_->nodes)
            ids.push_back(node.id);
    }
    hover_ = {};
    found_.clear();
    canvas_->setNotice(shown_ && !shown_->nodes.empty() && shown_->edges.empty()
                           ? tr("No calls here: no span has a parent or a link in another service, and none names a database, queue or other system it calls.")
                           : QString());
    canvas_->setFrame(std::move(frame), ids, true);
    remark();
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
    if (!shown_ || isBusy())
        return {}; // on its way
    if (lensed_ && !lensed_->sentence.empty())
        return toQString(lensed_->sentence);
    return what + QLatin1Char('\n') + tr("No trace is in the scope: remove a part of it above.");
}

/// What is left out, what is not known, what is being worked out; the first of these is the one that can be acted on.
void GraphView::showWords() {
    QStringList words;
    if (!pathFrom_.isEmpty())
        words.append(tr("Click the node where the ways are to end; Esc to leave it"));
    if (differenceWorker_.isBusy())
        words.append(tr("Comparing…"));
    if (difference_)
        words.append(differenceWords());
    if (lensed_ && !lensed_->sentence.empty())
        words.append(toQString(lensed_->sentence));
    if (shown_ && !difference_)
        for (const std::string& note : graphNotes(*shown_, details_.get()))
            words.append(toQString(note));
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
    if (difference_)
        return std::make_unique<Tabular>(tabulate(*difference_));
    return std::make_unique<Tabular>(bar_->show() == GraphBar::Show::Nodes ? tabulateNodes(*shown_, details_.get()) : tabulateEdges(*shown_, details_.get()));
}

std::vector<ViewDocument> GraphView::documents() const {
    std::vector<ViewDocument> documents;
    if (shown_ && !shown_->nodes.empty())
        for (const auto& [format, name] : {std::pair(GraphFormat::Dot, tr("DOT graph for Graphviz")), {GraphFormat::Mermaid, tr("Mermaid flowchart")},
                                           {GraphFormat::GraphMl, tr("GraphML graph")}, {GraphFormat::Json, tr("JSON, nodes and edges")}})
            documents.push_back({name, QString::fromLatin1(graphFormatSuffix(format).substr(1).data()), [graph = shown_, format = format](const Redactor& redactor) { return graphText(*graph, format, redactor); }});
    return documents;
}

QSize GraphView::pictureSize(int) const { return graphPictureSize(frame()); }
void GraphView::paintPicture(QPainter& painter, QSize) const {
    if (!shown_)
        return;
    GraphFrame redacted = graphFrame(*shown_, laid_.plan, context().serviceColours(), theme(), details_.get(), &context().exporter().redactor());
    colourDifferences(redacted);
    paintGraphPicture(painter, redacted, marks(), theme());
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
    if (const bool comparing = settings[QStringLiteral("comparing")].toBool(bar_->isComparing()); comparing != bar_->isComparing()) {
        bar_->setComparing(comparing);
        comparing ? compare() : stopComparing();
    }
    layOut();
    showTable();
}

} // namespace aisle
