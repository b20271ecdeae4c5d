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

#include <map>
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
    bool hasSearch() const override { return true; }
    void openSearch() override;
    QSize sizeHint() const override { return {900, 560}; }
    QSize minimumSizeHint() const override { return {280, 200}; } // the controls above it take up to half of that

    // What is shown; for tests, exports and actions.
    const GraphFrame& frame() const { return canvas_->frame(); }
    const GraphMarks& marks() const { return canvas_->marks(); }
    const GraphViewport& viewport() const { return canvas_->viewport(); }
    GraphCanvas& canvas() const { return *canvas_; }
    GraphBar& bar() const { return *bar_; }
    const ServiceGraphPtr& graph() const { return shown_; } ///< null until the first one is there
    /// Null until they are worked out, and while a brush moves.
    const std::shared_ptr<const GraphDetails>& details() const { return details_; }
    const std::shared_ptr<const GraphDifference>& difference() const { return counted_.difference; } ///< null: nothing is compared
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
        std::shared_ptr<Workspace> workspace; ///< null: of a table without one
    };
    /// Places, and the groups that they are for.
    struct Laid {
        std::shared_ptr<const GraphGroups> groups; ///< null: none
        GraphPlan plan;
        GraphLayoutKind kind = GraphLayoutKind::Layered;
        bool hasOpened = false; ///< some group is drawn as its members
        QStringList names; ///< that can be searched for
        bool isTooLarge = false; ///< for the places that are asked for
    };
    /// What is on show. All of it is of one table and was worked out together; a newer one may be on its way.
    struct Counted {
        std::shared_ptr<GraphSource> source;
        std::shared_ptr<const Laid> laid;
        traceql::Context asked;
        std::shared_ptr<const BitSet> traces; ///< null: all
        bool isOfFocus = false;               ///< these are of the focus alone
        ServiceGraphPtr full;                 ///< before the lens
        std::shared_ptr<const LensedGraph> lensed; ///< null: everything
        std::shared_ptr<const GraphDifference> difference; ///< null: nothing is compared
        ServiceGraphPtr graph() const { return lensed ? ServiceGraphPtr(lensed, &lensed->graph) : full; }
    };

    /// Where keys act, apart from the focus, which no group can have.
    struct Cursor {
        GraphHit hit;         ///< None: nowhere, or what it is on is not on show
        std::string from, to; ///< ids: of the node, or of both ends of the edge
    };
    struct OfTrace {
        TraceIndex trace = 0;
        std::shared_ptr<const GraphGroups> groups;
        std::shared_ptr<GraphSource> source; ///< a newer one may have more of the trace
        std::shared_ptr<const TraceParts> parts; ///< null: on their way
    };

    // --- graph_view.cpp: from the table to a frame
    void readTable();
    void adopt(Whole whole);
    void followScope();
    void settleScope();
    void countScope();
    /// With what the lens leaves of `full`.
    static Counted throughLens(Counted counted, const GraphLens& lens);
    Counted toCount(std::shared_ptr<const BitSet> traces, bool isOfFocus = false) const; ///< without graphs
    void display(Counted counted, std::shared_ptr<const ScopeResult> scope);
    void cancelWork();
    void findDetails();
    void makeFrame();
    GraphFrame frameOf(const Redactor* redactor = nullptr) const;
    std::vector<std::string> notes() const;
    void showProblem(const QString& problem);
    void updateEmptyState();
    void showWords();
    /// The traces of the focus, while only these are shown.
    std::optional<BitSet> focusTraces() const;
    std::shared_ptr<const BitSet> scopeTraces(const std::optional<BitSet>& only) const; ///< null: all; `only`: focusTraces()

    // --- graph_view_places.cpp: where nodes are
    void takeLens(const GraphLens& lens);
    void layOut();
    GraphLayoutKind layoutKind() const;

    // --- graph_view_modes.cpp: tables, comparison, replay
    void showTable();
    void compare();
    void startReplay();
    bool isOfOneTrace() const;
    void stopReplay();
    void showMoment(const ServiceGraph& moment);
    void colourMoment(GraphFrame& frame) const;
    QString differenceWords() const;
    ChangesOf changesShown() const; ///< by the tables; by the picture all
    const GraphChange& changeOf(const GraphHit& hit) const; ///< while something is compared
    void colourDifferences(GraphFrame& frame) const;

    // --- graph_view_marks.cpp: what stands out
    void followFocus();
    void takeOnly();
    const TraceParts* partsOf(TraceIndex trace);
    void forgetTrace();
    void remark();
    void point();
    void search(const QString& text, bool isChosen);
    void find(const QString& wanted);
    void choose(const QString& wanted);
    QString membersFound(uint32_t group) const; ///< names; empty: none
    void setCursor(const GraphHit& hit);
    void findCursor();
    GraphHit keyHit() const { return cursor_.hit.kind == GraphHit::Kind::None ? focused_ : cursor_.hit; }
    QRectF focusRect() const;

    // --- graph_view_input.cpp: what a click means
    GraphHit hitOfRow(int row) const; ///< of the table
    void select(const GraphHit& hit);
    void activate(const GraphHit& hit, QPoint global);
    /// The terms that "Filter to this" adds: the service; of other nodes the calls to or from them, those with most calls first.
    std::vector<ScopeTerm> filterTerms(const GraphHit& hit) const;
    void filterTo(const GraphHit& hit, QPoint global);
    void addFilters(QMenu& menu, const GraphHit& hit);
    void addLenses(QMenu& menu, uint32_t node);
    void openMenu(const GraphHit& hit, QPoint global);
    void openTableMenu(QPoint at); ///< in the table's viewport
    void addForHit(QMenu& menu, const GraphHit& hit); ///< what can be done with a node or an edge, wherever it is shown
    void keyPressed(QKeyEvent* event);
    void endPath(uint32_t node);
    void lookAround(uint32_t node, uint32_t hops, GraphLens::Direction direction);
    QPoint placeOf(const GraphHit& hit) const;
    void walk(Qt::Key key);
    QString describe(const GraphHit& hit) const;
    void describeCursor();

    GraphBar* bar_;
    BaselineBox* baseline_;
    QStackedWidget* stack_;
    GraphCanvas* canvas_;
    QTableView* list_;
    TabularModel* model_;
    GraphReplay* replay_;
    EmptyState* empty_;
    Worker wholeWorker_{this, Worker::Work::Long}, layoutWorker_{this}, scopeWorker_{this}, exactWorker_{this, Worker::Work::Long}, detailsWorker_{this, Worker::Work::Long},
        differenceWorker_{this, Worker::Work::Long}, timelineWorker_{this}, traceWorker_{this};
    Whole whole_;
    std::shared_ptr<const Laid> laid_; ///< null: nothing is laid out yet
    GraphLens lens_;
    std::vector<GraphLens> lensesBefore_; ///< that Esc leads back to
    std::set<std::string> opened_; ///< groups
    Focus only_; ///< what only is shown, while that is asked for
    std::shared_ptr<const FocusMatches> onlyMatches_; ///< of it
    std::shared_ptr<const ServiceGraph> moment_; ///< that is played; null: none
    Counted counted_;
    ServiceGraphPtr shown_; ///< counted_.graph()
    std::shared_ptr<const GraphDetails> details_;
    GraphMarks marks_; ///< by the focus and the search
    std::optional<OfTrace> ofTrace_; ///< that is in focus
    GraphHit hover_, focused_;
    Cursor cursor_;
    QString problem_, detailsProblem_, pathFrom_; ///< id of the node that ways are to begin at, while their end is being chosen
    std::map<uint32_t, std::vector<uint32_t>> found_; ///< nodes on show that are searched for; of groups the members that are, in whole_.graph
    QString foundWords_;         ///< which members of which groups
    bool readAgain_ = false;     ///< the table changed while an import's last one was being read
    bool isOwnFocus_ = false;
    bool revealsLater_ = false; ///< the focus is to be scrolled to when it is known what belongs to it
};

} // namespace aisle
