#pragma once
// The service graph of the traces in the scope, as a picture and as tables; compared with other traces, or moment by moment.
//
// What is on show is worked out in steps, each in the background and each from the one before:
//   graph of all traces, groups drawn as one node -> lens -> places of nodes        (when the table, the groups or the lens change)
//   graph of the scope -> lens -> frame at these places -> details                  (when the scope changes)
// So a scope hides what it does not touch and moves nothing. While a brush moves, what follows is about (GraphFollower).
// Zoom and place belong to the canvas and never filter.

#include "graph/graph_bar.h"
#include "graph/graph_canvas.h"
#include "service_graph/graph_difference.h"
#include "service_graph/graph_follower.h"
#include "view.h"

#include <set>

class QMenu;
class QStackedWidget;
class QTableView;

namespace aisle {

class BaselineBox;
class EmptyState;
class GraphReplay;
class TabularModel;

class GraphView : public View {
    Q_OBJECT
public:
    explicit GraphView(ViewContext& context, QWidget* parent = nullptr);
    ~GraphView() override;

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    std::vector<ViewDocument> documents() const override;
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;
    void takeFocus() override;
    void openSearch() override;
    QSize sizeHint() const override { return {900, 560}; }
    QSize minimumSizeHint() const override { return {280, 160}; }

    // What is shown; for tests, exports and actions.
    const GraphFrame& frame() const { return canvas_->frame(); }
    const GraphMarks& marks() const { return canvas_->marks(); }
    const GraphViewport& viewport() const { return canvas_->viewport(); }
    GraphCanvas& canvas() const { return *canvas_; }
    GraphBar& bar() const { return *bar_; }
    const ServiceGraphPtr& graph() const { return shown_; } ///< null until the first one is there
    /// Null until they are worked out, and while a brush moves.
    const std::shared_ptr<const GraphDetails>& details() const { return details_; }
    const std::shared_ptr<const GraphDifference>& difference() const { return difference_; } ///< null: nothing is compared
    const GraphLens& lens() const { return lens_; }
    QString emptyText() const; ///< in words why there is nothing to see; empty when there is
    bool isBusy() const;

    void setLens(const GraphLens& lens);
    void groupBy(const QString& key);
    void openGroup(const std::string& name);
    void compareWith(const Scope& baseline); ///< empty: everything else
    void showOnlyFocus(bool only);

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// The graph of all traces, and where it and the graphs of some come from.
    struct Whole {
        std::shared_ptr<GraphSource> source;
        ServiceGraphPtr graph;
        std::shared_ptr<GraphFollower> follower; ///< null: there are too many edges
        std::vector<GroupKey> groupKeys;
    };
    struct Laid {
        ServiceGraphPtr of; ///< all edges
        std::shared_ptr<const GraphGroups> groups; ///< null: none
        GraphPlan plan;
        GraphLayoutKind kind = GraphLayoutKind::Layered;
    };

    // --- graph_view.cpp: from the table to a frame
    void readTable();
    void adopt(Whole whole);
    void layOut();
    void placeNodes(ServiceGraphPtr all, std::shared_ptr<const GraphGroups> groups);
    GraphLayoutKind layoutKind() const;
    uint32_t centreOf(const ServiceGraph& graph) const;
    void followScope();
    void settleScope();
    void countScope();
    /// What was counted, and what the lens leaves of it.
    struct Counted {
        ServiceGraphPtr graph;
        std::shared_ptr<const LensedGraph> lensed; ///< null: everything
    };
    static Counted throughLens(ServiceGraphPtr graph, const GraphLens& lens);
    void display(Counted counted, std::shared_ptr<const ScopeResult> scope);
    void findDetails();
    void makeFrame();
    void showProblem(const QString& problem);
    void updateEmptyState();
    void showWords();
    /// The traces of the focus, while only these are shown.
    std::optional<BitSet> focusTraces() const;
    std::optional<BitSet> shownTraces() const; ///< nothing: all
    SpanTablePtr tableOnShow() const { return whole_.source ? whole_.source->table() : nullptr; }

    // --- graph_view_modes.cpp: tables, comparison, replay
    void showTable();
    void compare();
    void stopComparing();
    void startReplay();
    void showMoment(const ServiceGraph& moment);
    QString differenceWords() const;
    const GraphChange& changeOf(const GraphHit& hit) const; ///< while something is compared
    void colourDifferences(GraphFrame& frame) const;

    // --- graph_view_input.cpp: what a click means
    void followFocus();
    void remark();
    void select(const GraphHit& hit);
    void activate(const GraphHit& hit, QPoint global);
    /// The terms that "Filter to this" adds: the service; of other nodes the calls to or from them.
    std::vector<ScopeTerm> filterTerms(const GraphHit& hit) const;
    void filterTo(const GraphHit& hit, QPoint global);
    void addFilters(QMenu& menu, const GraphHit& hit);
    void addLenses(QMenu& menu, uint32_t node);
    void openMenu(const GraphHit& hit, QPoint global);
    void keyPressed(QKeyEvent* event);
    void lookAround(uint32_t node, uint32_t hops, GraphLens::Direction direction);
    void search(const QString& text, bool isChosen);
    QPoint placeOf(const GraphHit& hit) const;
    GraphHit focusedHit() const;
    QRectF focusRect() const;
    void walk(Qt::Key key);
    QString describe(const GraphHit& hit) const;

    GraphBar* bar_;
    BaselineBox* baseline_;
    QStackedWidget* stack_;
    GraphCanvas* canvas_;
    QTableView* list_;
    TabularModel* model_;
    GraphReplay* replay_;
    EmptyState* empty_;
    Worker wholeWorker_{this, Worker::Work::Long}, layoutWorker_{this}, scopeWorker_{this}, exactWorker_{this, Worker::Work::Long}, detailsWorker_{this, Worker::Work::Long},
        differenceWorker_{this, Worker::Work::Long}, timelineWorker_{this};
    Whole whole_;
    Laid laid_;
    GraphLens lens_;
    std::set<std::string> opened_; ///< groups
    ServiceGraphPtr full_;  ///< of the scope, before the lens
    ServiceGraphPtr shown_;
    std::shared_ptr<const LensedGraph> lensed_; ///< that `shown_` is; null: everything
    std::shared_ptr<const GraphDetails> details_;
    std::shared_ptr<const GraphDifference> difference_;
    GraphHit hover_;
    QString problem_, pathFrom_; ///< id of the node that ways are to begin at, while their end is being chosen
    std::set<uint32_t> found_;   ///< nodes that are searched for
    bool readAgain_ = false;     ///< the table changed while an import's last one was being read
    bool isOwnFocus_ = false;
};

} // namespace aisle
