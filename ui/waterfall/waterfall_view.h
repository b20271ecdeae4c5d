#pragma once
// The waterfall of the focused trace: tree on the left, bars on the right, the whole trace in small on top.
// The trace comes from the focus (trace or span); other kinds of focus keep it. Zoom belongs to the view.

#include "trace/range_mark.h"
#include "view.h"
#include "waterfall/waterfall_layout.h"

#include <set>

class QMenu;
class QPushButton;
class QScrollBar;
class QTimer;

namespace aisle {

class WaterfallNotices;
class WaterfallSearch;

class WaterfallView : public View {
    Q_OBJECT
public:
    explicit WaterfallView(ViewContext& context, QWidget* parent = nullptr);
    ~WaterfallView() override;

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    QSize sizeHint() const override { return {900, 480}; }
    QSize minimumSizeHint() const override { return {360, 160}; }

    // What is shown; for tests and for actions.
    const TraceDataPtr& data() const { return data_; }
    const VisibleRows& visibleRows() const { return rows_; }
    TimeRange range() const { return zoom_.range(); } ///< places on the axis of the data
    const std::optional<TimeRange>& markedRange() const { return mark_.range(); } ///< places, too
    NodeIndex selectedNode() const { return selected_; }
    WaterfallFrame frame() const;
    QString wordsOf(NodeIndex node) const; ///< service, operation, duration, status: what a screen reader says
    bool isBusy() const { return context().shownTrace().isBusy() || searchWorker_.isBusy(); }

    bool hasSearch() const override { return true; }
    void openSearch() override;
    void zoomTo(const TimeRange& range); ///< remembers the present one for Escape
    void fitNode(NodeIndex node);
    void showWhole();
    void collapseAll();
    void expandAll();
    void collapseTo(uint32_t depth);
    /// Only that node and what is below it; kNoNode: the whole trace.
    void rootAt(NodeIndex node);
    void setColourBy(ColourBy by);
    /// Rows of these services have no line; what they call stays. Until another is chosen, over all traces.
    void hideService(uint32_t service);
    void showAllServices();
    /// Rows only for what the critical path runs through.
    void setOnlyPath(bool only);
    bool onlyPath() const { return onlyPath_; }
    uint32_t hiddenSpans() const { return hiddenSpans_; } ///< by services, matches and the path

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void showEvent(QShowEvent*) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent*) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    enum class Drag { None, Press, Mark, Pan, Minimap, Splitter };

    // waterfall_view.cpp: what is shown
    void adopt();
    void readEvents();
    void readMessages();
    void applyHidden();
    void updateNotices();
    void applyFocus();
    const RowSet* highlighted() const;
    void followMatches();
    void reveal(NodeIndex node);
    void revealHighlighted();
    void rowsChanged();
    void tellSelected();
    void updateScrollBar();
    void scrollToNode(NodeIndex node);
    void updateEmptyState();
    QRect bodyRect() const;

    // waterfall_input.cpp: keys and mouse
    bool keyOnTree(QKeyEvent* event);
    bool keyOnTime(QKeyEvent* event);
    void select(NodeIndex node);
    Row namedRow(NodeIndex node) const;
    void filterTo(NodeIndex node);
    void goToOrigin(NodeIndex node);
    void toggle(NodeIndex node);
    void selectVisible();
    void moveBy(int lines);
    void stepTo(const std::vector<NodeIndex>& nodes, int by);
    void zoomBack();
    void zoomToMark();
    int64_t snappedPlace(const WaterfallFrame& frame, double x) const;
    void followLinks(bool incoming);
    void goTo(Row row);
    void addLinkedTraces();
    void zoomAtCursor(double factor);
    void setHovered(NodeIndex node);

    // waterfall_find.cpp
    void startSearch(const QString& text);
    void showMatches(std::vector<NodeIndex> found, bool isComplete);
    void searchFailed(const QString& problem);
    void search(const traceql::Query& query, bool readsKept);
    void stepMatch(int by);

    // waterfall_menu.cpp
    QString idleAt(const WaterfallFrame& frame, double x) const;
    QString toolTipFor(const WaterfallHit& hit) const;
    NodeIndex nodeNow(const TraceDataPtr& then, NodeIndex node) const;
    void copyRow(NodeIndex node);
    void copySpanId(NodeIndex node);
    void fillAttributes(QMenu* menu, Row row);

    TraceDataPtr data_; ///< null: nothing chosen
    VisibleRows rows_;      ///< of data_->tree
    bool isArranged_ = false; ///< the user has collapsed or expanded something: it stays over a new snapshot
    std::vector<EventTime> events_;
    Zoom zoom_;
    ColourBy colourBy_ = ColourBy::Service;
    int treeWidth_ = 380;
    NodeIndex selected_ = kNoNode, hovered_ = kNoNode;
    std::vector<NodeIndex> matches_;
    size_t match_ = 0;
    bool isSearching_ = false; ///< more matches may come
    std::vector<bool> matchMarks_;
    Drag drag_ = Drag::None;
    QPointF pressed_;
    WaterfallHit pressedHit_; ///< what a double click is on: the first click may have scrolled
    TimeRange pressedRange_; ///< when panning began
    int pressedScroll_ = 0;
    RangeMark mark_;
    std::set<std::string, std::less<>> hiddenServices_;
    bool onlyPath_ = false;
    uint32_t hiddenSpans_ = 0, hiddenErrors_ = 0;
    Connections messages_;

    mutable QImage minimap_;
    mutable const TraceData* minimapOf_ = nullptr;
    QTimer* minimapTimer_; ///< while it runs the size changes, and the minimap of the size before is stretched

    QScrollBar* scrollBar_;
    WaterfallSearch* search_;
    WaterfallNotices* notices_;
    QPushButton* openSlowest_;
    Worker eventWorker_{this}, messageWorker_{this}, searchWorker_{this}, linkWorker_{this};
};

} // namespace aisle
