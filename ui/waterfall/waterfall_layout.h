#pragma once
// Where everything of a waterfall is: a pure function from data and viewport to a frame of rectangles and
// texts. Painting and hit-testing use the same frame. Only rows within the viewport are laid out.

#include "table/row_set.h"
#include "export/export.h"
#include "theme/theme.h"
#include "trace/axis_ticks.h"
#include "trace/trace_data.h"

#include <QImage>
#include <QPolygonF>
#include <QRectF>

#include <optional>

namespace aisle {

/// What the colour of a bar says; that of the stripe in the tree is always the service's.
enum class ColourBy { Service, Status, SelfTime };

/// What a frame is made of. Pointers are borrowed and may be null where it says so.
struct WaterfallInput {
    const TraceData* data = nullptr;
    const VisibleRows* rows = nullptr;
    const std::vector<EventTime>* events = nullptr;  ///< null: not read
    const std::vector<NodeIndex>* matches = nullptr; ///< of a search, ascending; null: no search
    const std::vector<bool>* matchMarks = nullptr;   ///< parts of the trace's time in which a match starts; null: none
    const Redactor* redactor = nullptr;              ///< for pictures that leave the application
    QImage minimap;                                  ///< null: no minimap
    QSize size;                                      ///< device-independent pixels
    double dpr = 1;
    int treeWidth = 380;
    ColourBy colourBy = ColourBy::Service;
    TimeRange range;                ///< places on the axis of the data
    std::optional<TimeZone> clock;  ///< the axis says the time of day
    int64_t scroll = 0; ///< pixels
    NodeIndex selected = kNoNode, hovered = kNoNode, currentMatch = kNoNode;
    const RowSet* highlighted = nullptr; ///< rows of a focus on a service, call, stage or case; null: none
    const Connections* messages = nullptr; ///< besides the links; null: not read
    std::optional<TimeRange> brush;  ///< marked; places

    double snap(double value) const; ///< to a pixel of the device
    QString shown(const char* key, std::string_view value) const; ///< in one line; through the redactor
};

struct WaterfallRow {
    NodeIndex node = kNoNode;
    QRectF rect;  ///< the whole line
    QRectF arrow; ///< empty: nothing to expand
    bool isCollapsed = false;
    std::vector<double> guides; ///< x of indent lines
    QRectF stripe;              ///< service colour
    QRectF errorMark;           ///< empty: none
    bool isErrorInside = false; ///< the mark stands for errors in what is collapsed
    QRectF serviceRect, nameRect, countRect;
    QString service, name, count; ///< elided; count: nodes below a collapsed one
    QColor colour;                ///< of the service; none for a missing parent
    QColor barColour;
    QRectF bar;                   ///< empty: nothing to draw; of a group all its members together
    std::vector<QRectF> members;  ///< of a collapsed group: where its members are, as far as pixels tell them apart
    std::vector<QRectF> legs;     ///< of a call: where it is under way, outside the server's span
    QRectF wait;                  ///< a message in its queue, left of the bar; empty: none
    int beyond = 0;               ///< -1, 1: the bar is left or right of the range
    std::vector<QRectF> path;     ///< critical path on the bar
    std::vector<QRectF> events;
    std::vector<QRectF> errorTicks; ///< exceptions, and errors of what is collapsed
    QRectF labelRect;
    QString label;
    bool isLabelInside = false;
    bool isError = false, isMissing = false, isGroup = false, isPoint = false;
    bool isSelected = false, isHovered = false, isMatch = false, isCurrentMatch = false, isDimmed = false;
    bool isHighlighted = false;
};

struct WaterfallHit {
    enum class Part { None, Title, Minimap, Axis, Splitter, Arrow, Tree, Lane, Bar };
    Part part = Part::None;
    NodeIndex node = kNoNode;
};

struct WaterfallFrame {
    QRectF all, title, minimap, header, treeHeader, axisRect, body, tree, lanes;
    QRectF splitter;      ///< wider than it looks
    QRectF minimapWindow; ///< the visible range on the minimap
    QRectF brush;         ///< empty: none
    std::vector<QRectF> matchMarks; ///< on the minimap
    QImage minimapImage;
    QString titleText, subtitleText, treeHeaderText, brushText;
    AxisFrame ticks;
    std::vector<QRectF> idle; ///< when nothing ran, as far as it is not folded
    struct PathShare {
        QRectF rect;
        QColor colour;
    };
    std::vector<PathShare> pathShares; ///< of the critical path by service, side by side
    std::vector<QPolygonF> connections; ///< links and messages between rows on show, from what came first to what followed
    std::vector<bool> isConnectionLit;  ///< of the same: from or to the selected or hovered row
    std::vector<WaterfallRow> rows;
    std::vector<WaterfallRow> sticky; ///< ancestors of what is on show that are scrolled away, over the first rows
    TimeRange range, bounds; ///< places
    const TraceAxis* axis = nullptr; ///< of the data, which outlives the frame

    WaterfallHit hit(const QPointF& at) const;
    double xOf(int64_t time) const;
    double xOfPlace(int64_t place) const;
    int64_t placeAt(double x) const;        ///< on the lanes, kept within the range
    int64_t placeOnMinimap(double x) const; ///< kept within the bounds
};

inline constexpr uint32_t kPinnedRows = 4; ///< at most so many ancestors are pinned at the top

/// Measures that scrolling and pictures need too.
namespace waterfall_measure {
inline constexpr int kTitle = 44, kHeader = 24, kLanePadding = 8, kMinTree = 140, kMinLanes = 160;
inline constexpr int kTop = kTitle + kHeader;
} // namespace waterfall_measure

WaterfallFrame layoutWaterfall(const WaterfallInput& input, const Theme& theme);

/// The whole trace in small: every span at least one device pixel, errors over everything.
QImage drawMinimap(const TraceData& data, QSize size, double dpr, const Theme& theme);

} // namespace aisle
