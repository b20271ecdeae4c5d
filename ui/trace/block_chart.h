#pragma once
// A view of blocks of the trace on show: zoom, scrolling, keys, mouse, tool tips and menu of a flame graph and of lanes.
// What the blocks are is said by who derives from it.

#include "trace/block_layout.h"
#include "trace/range_mark.h"
#include "trace/shown_trace.h"
#include "view.h"

class QScrollBar;

namespace aisle {

class EmptyState;

class BlockChart : public View {
    Q_OBJECT
public:
    BlockChart(ViewContext& context, QWidget* parent);
    ~BlockChart() override;

    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    QSize sizeHint() const override { return {900, 480}; }
    QSize minimumSizeHint() const override { return {360, 120}; }

    // What is shown; for tests.
    const TraceDataPtr& data() const { return data_; }
    const Blocks& blocks() const;
    const Zoom& zoom() const { return zoom_; }
    uint32_t selectedBlock() const { return selected_; }
    const BlockFrame& frame() const;
    bool isBusy() const { return context().shownTrace().isBusy() || worker_.isBusy(); }

    void showWhole();
    void fit(uint32_t block);

protected:
    /// The blocks of a trace, and what they stand for, made on a worker; derived classes add to it.
    struct Content {
        virtual ~Content() = default;
        Blocks blocks;
        TimeRange bounds;   ///< places
        int64_t origin = 0; ///< what the axis counts from
        const TraceAxis* axis = nullptr; ///< of the trace; null: the axis is none of time
    };
    using ContentPtr = std::shared_ptr<const Content>;
    /// For Blocks::add(): the colour of the service of a span; of a missing parent that of none.
    static uint32_t colourNumber(const SpanTable& table, Row row) { return row == kNoRow ? static_cast<uint32_t>(table.services().size()) : table.service(row); }
    virtual std::function<ContentPtr(const StopToken&)> maker(TraceDataPtr data) const = 0;
    /// The node that a block stands for: its span, or the longest of its spans.
    virtual NodeIndex nodeOf(uint32_t block) const = 0;
    virtual uint32_t blockOf(NodeIndex node) const = 0; ///< kNoBlock: it is not shown
    virtual QString textOf(uint32_t block, const Redactor* redactor = nullptr) const = 0; ///< `redactor`: for what leaves the application
    /// Whether a span that it stands for is among these rows.
    virtual bool holds(uint32_t block, const RowSet& rows) const;
    static QString shownName(std::string_view name, const Redactor* redactor);
    virtual QString toolTipOf(uint32_t block) const = 0;
    virtual QString emptyWords() const = 0; ///< what this view shows, when there is no trace
    const Content* content() const { return content_.get(); }

    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent* event) override;
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
    /// To be called at the end of the constructor of the class that says what the blocks are.
    void start();

private:
    void follow();
    void adopt(TraceDataPtr data, ContentPtr content);
    void makeColours();
    void applyFocus();
    void select(uint32_t block);
    void scrollTo(uint32_t block);
    void updateScrollBar();
    void updateEmptyState();
    void step(int rows, int blocks);
    void filterTo(uint32_t block);
    BlockInput input(QSize size) const;
    void light();
    void hover(uint32_t block);
    void zoomToMark();
    int64_t snappedPlace(const BlockFrame& frame, double x) const;

    TraceDataPtr data_; ///< that content_ was made of
    ContentPtr content_;
    std::vector<QColor> colours_; ///< of the services, then of what has none
    Zoom zoom_;
    uint32_t selected_ = kNoBlock, hovered_ = kNoBlock, pressedBlock_ = kNoBlock;
    QPointF pressed_;
    bool isPressed_ = false;
    RangeMark mark_;
    std::vector<uint32_t> litBefore_; ///< empty: nothing is dimmed
    /// What a frame follows from. The last one is kept while this stays: laying it out takes 8 ms for a million blocks, and the mouse
    /// moves more often than that.
    struct FrameKey {
        const Content* content = nullptr;
        QSize size;
        double dpr = 1;
        TimeRange range;
        int scroll = 0;
        uint32_t selected = kNoBlock;
        std::optional<TimeRange> mark;
        bool hasClock = false, isUtc = false, isDark = false;
        uint64_t lit = 0;
        int fontHeight = 0;
        bool operator==(const FrameKey&) const = default;
    };
    mutable FrameKey laidKey_;
    mutable std::optional<BlockFrame> laid_;
    uint64_t lit_ = 0; ///< how often what is lit has changed
    QScrollBar* scrollBar_;
    EmptyState* empty_;
    Worker worker_{this};
};

} // namespace aisle
