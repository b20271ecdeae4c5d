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
    describeCursor();
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
    connect(canvas_, &GraphCanvas::menuRequested, this, [this](const GraphHit& hit, bool isByKey, QPoint global) { openMenu(isByKey ? keyHit() : hit, global); });
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
    return traceWorker_.isBusy() || timelineWorker_.isBusy() || wholeWorker_.isBusy() || layoutWorker_.isBusy() || scopeWorker_.isBusy() || exactWorker_.isBusy() || detailsWorker_.isBusy() || differenceWorker_.isBusy();
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
    layOut();
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
    forgetTrace();
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
    marks_ = {};
    findCursor();
    canvas_->setNotice(shown_ && !shown_->nodes.empty() && shown_->edges.empty()
                           ? tr("No calls here: no span has a parent or a link in another service, and none names a database, queue or other system it calls.")
                           : QString());
    canvas_->setFrame(std::move(frame), ids, true);
    search(bar_->searchText(), false); // marks, too
    describeCursor();
    if (!shown_ || !shown_->isApproximate) // while a brush moves a table would jump
        showTable();
    updateEmptyState();
    Q_EMIT statusTextChanged();
}

void GraphView::setLens(const GraphLens& lens) {
    pathFrom_.clear();
    if (lens == lens_)
        return;
    if (lens.around.empty())
        lensesBefore_.clear();
    else if (!lens_.around.empty() && (lens.around != lens_.around || lens.pathTo != lens_.pathTo))
        lensesBefore_.push_back(lens_);
    takeLens(lens);
}

void GraphView::takeLens(const GraphLens& lens) {
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

/// Keys that were at the group are at its member in focus then, else at the busiest.
void GraphView::openGroup(const std::string& name) {
    opened_.insert(name);
    if (const GraphHit at = cursor_.hit; shown_ && at.kind == GraphHit::Kind::Node && shown_->nodes[at.number].kind == ServiceGraph::NodeKind::Group && shown_->nodes[at.number].name == name) {
        const GraphGroups& groups = *counted_.laid->groups;
        const Focus& focus = selection().focus();
        const auto worth = [&focus](const ServiceGraph::Node& node) { return std::pair(focus.kind == Focus::Kind::Service && node.name == focus.name, node.calls); };
        const ServiceGraph::Node* best = nullptr;
        for (const ServiceGraph::Node& node : whole_.graph->nodes)
            if (const auto member = groups.of.find(node.id); member != groups.of.end() && groups.names[member->second] == name && (best == nullptr || worth(node) > worth(*best)))
                best = &node;
        if (best != nullptr)
            cursor_.from = best->id;
    }
    layOut();
}

void GraphView::showEvent(QShowEvent* event) {
    if (!canvas_->isFitted())
        canvas_->reveal(focusRect());
    View::showEvent(event);
}

} // namespace aisle
