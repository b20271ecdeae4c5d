#include "graph/graph_view.h"

#include "graph/graph_painter.h"
#include "service_graph/graph_tables.h"
#include "widgets/empty_state.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QPainter>

#include <algorithm>

namespace aisle {

GraphView::GraphView(ViewContext& context, QWidget* parent) : View(context, parent), empty_(new EmptyState(this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Service graph"));
    setAccessibleDescription(tr("Services and the calls between them; arrow keys walk from node to node"));
    const auto read = [this] {
        if (!isVisible())
            whole_ = {}; // it holds the workspace, which may be closed meanwhile
        whenSeen([this] { readTable(); });
        updateEmptyState();
    };
    connect(&context, &ViewContext::tableChanged, this, read);
    connect(empty_, &EmptyState::buttonClicked, &context, &ViewContext::openRequested);
    connect(&context, &ViewContext::scopeResultChanged, this, &GraphView::followScope);
    connect(&context, &ViewContext::scopeSettled, this, &GraphView::settleScope);
    connect(&context.selection(), &SelectionModel::focusChanged, this, &GraphView::followFocus);
    connect(&context, &ViewContext::focusMatchesChanged, this, &GraphView::remark);
    read();
}

GraphView::~GraphView() = default;

void GraphView::updateEmptyState() {
    if (context().table()->isEmpty())
        empty_->show(tr("No service graph"), emptyText(), tr("Open a file..."));
    else
        empty_->hideState();
}

void GraphView::readTable() {
    // While an import goes on, tables come faster than a large one is read: finish, then take the newest.
    if (context().isProvisional() && wholeWorker_.isBusy()) {
        readAgain_ = true;
        return;
    }
    readAgain_ = false;
    const std::shared_ptr<GraphSource> source = context().graphSource();
    wholeWorker_.run<Whole>(
        [source](const StopToken& stop) {
            ServiceGraphPtr graph = source->whole(stop);
            return Whole{source, std::move(graph), GraphFollower::make(source->calls(stop), source->table())};
        },
        [this](Whole whole) {
            layOut(whole);
            if (readAgain_)
                readTable();
        },
        [this](const QString& why) {
            problem_ = why;
            shown_ = nullptr;
            frame_ = {};
            update();
            Q_EMIT statusTextChanged();
            if (readAgain_)
                readTable();
        });
}

void GraphView::layOut(const Whole& whole) {
    // Cards are measured here, because fonts belong to the UI thread; the layout runs elsewhere.
    // Which direction suits is decided by the window; one that is not shown yet is taken to be twice as wide as high.
    const QSizeF window = isVisible() && width() > 100 && height() > 100 ? QSizeF(size()) : QSizeF(1000, 500);
    layoutWorker_.run<GraphLayout>(
        [window, right = graphLayoutInput(*whole.graph, theme()),
         down = graphLayoutInput(*whole.graph, theme(), true)](const StopToken& stop) {
            return layoutGraphFor(window, right, down, stop);
        },
        [this, whole](GraphLayout layout) {
            const bool isSameSet = plan_.graph && std::equal(plan_.graph->nodes.begin(), plan_.graph->nodes.end(),
                                                             whole.graph->nodes.begin(), whole.graph->nodes.end(),
                                                             [](const auto& a, const auto& b) { return a.id == b.id; });
            whole_ = whole;
            plan_ = {std::move(layout), whole.graph};
            isFitted_ = isFitted_ || !isSameSet;
            followScope();
        },
        [this](const QString& why) {
            problem_ = why;
            update();
        });
}

void GraphView::followScope() {
    if (!whole_.source || whole_.source != context().graphSource())
        return; // the graph of the present table is on its way; the picture stays until then
    const auto scope = context().scopeResult();
    exactWorker_.cancel();
    if (scope->everything) {
        scopeWorker_.cancel();
        display(whole_.graph, scope);
    } else if (!isVisible() || !context().isMoving()) {
        settleScope();
    } else {
        scopeWorker_.follow<ServiceGraphPtr>(
            [follower = whole_.follower, source = whole_.source, scope](const StopToken& stop) {
                return follower ? std::make_shared<const ServiceGraph>(follower->follow(scope->traces, stop)) : source->ofTraces(&scope->traces, stop);
            },
            [this, scope](ServiceGraphPtr graph) { display(std::move(graph), scope); }, [this](const QString& why) { showProblem(why); });
    }
}

/// What a brush left behind is counted exactly.
void GraphView::settleScope() {
    if (whole_.source && whole_.source == context().graphSource()) // else the graph is to be read first, which is put off, too
        whenSeen([this] { countScope(); });
}

void GraphView::countScope() {
    const auto scope = context().scopeResult();
    if (!whole_.source || whole_.source != context().graphSource() || scope->everything || (scope == shownScope() && shown_ && !shown_->isApproximate))
        return;
    scopeWorker_.cancel(); // what is about comes no more
    exactWorker_.run<ServiceGraphPtr>(
        [source = whole_.source, scope](const StopToken& stop) { return source->ofTraces(&scope->traces, stop); },
        [this, scope](ServiceGraphPtr graph) { display(std::move(graph), scope); }, [this](const QString& why) { showProblem(why); });
}

void GraphView::showProblem(const QString& problem) {
    problem_ = problem;
    update();
}

void GraphView::display(ServiceGraphPtr graph, std::shared_ptr<const ScopeResult> scope) {
    setShownScope(std::move(scope));
    problem_.clear();
    shown_ = std::move(graph);
    frame_ = graphFrame(*shown_, plan_, context().serviceColours(), theme());
    hover_ = {};
    if (isFitted_)
        fitAll();
    remark();
    Q_EMIT statusTextChanged();
}

void GraphView::followFocus() {
    remark();
    // While it is hidden it has no size to scroll in: then it is done when it is shown.
    if (!isOwnFocus_ && isVisible())
        reveal(focusRect());
}

void GraphView::showEvent(QShowEvent* event) {
    if (!isFitted_)
        reveal(focusRect());
    View::showEvent(event);
}

void GraphView::remark() {
    if (shown_ && whole_.source)
        marks_ = graphMarks(*shown_, *whole_.source->table(), selection().focus(), hover_, context().focusMatches().get());
    update();
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
    return what + QLatin1Char('\n') + tr("No trace is in the scope: remove a part of it above.");
}

QString GraphView::statusText() const {
    if (!shown_ || shown_->nodes.empty())
        return {};
    const auto services = std::count_if(shown_->nodes.begin(), shown_->nodes.end(), [](const ServiceGraph::Node& node) {
        return node.kind == ServiceGraph::NodeKind::Service;
    });
    const QString text = toQString(counted(static_cast<uint64_t>(services), "service", "services"));
    if (shown_->edges.empty())
        return text + tr(", no calls between services in these traces");
    return text + QLatin1String(", ") + toQString(counted(shown_->edges.size(), "edge", "edges"));
}

std::unique_ptr<Tabular> GraphView::tabular() const {
    return shown_ ? std::make_unique<Tabular>(tabulateEdges(*shown_)) : nullptr;
}

QSize GraphView::pictureSize(int) const { return graphPictureSize(frame_); }
void GraphView::paintPicture(QPainter& painter, QSize) const {
    if (shown_)
        paintGraphPicture(painter, graphFrame(*shown_, plan_, context().serviceColours(), theme(), &context().exporter().redactor()), marks_, theme());
}

void GraphView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().background);
    if (const QString text = emptyText(); !text.isEmpty()) {
        painter.setPen(theme().mutedText);
        painter.setFont(theme().font);
        QRect area(0, 0, std::min(width() - 48, 520), height());
        area.moveCenter(rect().center());
        painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, text);
        return;
    }
    if (!shown_)
        return;
    paintGraph(painter, frame_, marks_, viewport_, rect(), theme());
    paintGraphLegend(painter, rect(), theme());
    if (shown_->edges.empty()) {
        painter.setPen(theme().mutedText);
        painter.setFont(theme().font);
        painter.drawText(rect().adjusted(16, 12, -16, 0), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
                         tr("This file has no calls between services: no span has a parent or a link in another "
                            "service, and none names a database, queue or other system it calls."));
    }
    if (hasFocus()) {
        painter.setPen(theme().accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void GraphView::fitAll() {
    isFitted_ = true;
    const int legend = fontMetrics().height() + 12;
    const QRectF scene = QRectF(QPointF(0, -20), frame_.size + QSizeF(0, 20)); // loops reach above their node
    viewport_ = GraphViewport::fitting(scene, QSizeF(width(), height() - legend));
    update();
}

void GraphView::fitFocus() {
    const QRectF area = focusRect();
    if (area.isEmpty())
        return;
    isFitted_ = false;
    viewport_ = GraphViewport::fitting(area.adjusted(-80, -80, 80, 80), size());
    update();
}

/// What is focused and what belongs to it.
QRectF GraphView::focusRect() const {
    QRectF area;
    for (size_t n = 0; n < frame_.nodes.size() && n < marks_.nodes.size(); ++n)
        if ((marks_.nodes[n] & (GraphMarks::kFocused | GraphMarks::kRelated)) != 0)
            area |= frame_.nodes[n].rect;
    return area;
}

void GraphView::zoom(double factor) {
    const QPointF pointer = mapFromGlobal(QPointF(QCursor::pos()));
    isFitted_ = false;
    viewport_.zoomAt(underMouse() ? pointer : QRectF(rect()).center(), factor);
    update();
}

/// Moves no further than needed; what is larger than the window is centred.
void GraphView::reveal(const QRectF& sceneRect) {
    if (sceneRect.isEmpty())
        return;
    const QRectF target = viewport_.toView(sceneRect), window = QRectF(rect()).adjusted(16, 16, -16, -16);
    const auto shift = [](double from, double to, double low, double high) {
        return to - from > high - low ? (low + high - from - to) / 2 : from < low ? low - from : to > high ? high - to : 0;
    };
    const QPointF by(shift(target.left(), target.right(), window.left(), window.right()),
                     shift(target.top(), target.bottom(), window.top(), window.bottom()));
    if (by.isNull())
        return;
    viewport_.offset += by;
    isFitted_ = false;
    update();
}

} // namespace aisle
