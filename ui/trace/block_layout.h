#pragma once
// Rows of blocks over one axis, as in a flame graph and in lanes of spans: where everything is. Pure; painting and
// hit-testing use the same frame. A frame costs O(pixels * log n), however many blocks there are: those narrower than a
// pixel are drawn as one, which is red when one of them failed.

#include "theme/theme.h"
#include "trace/axis_ticks.h"

#include <QRectF>
#include <QSize>

#include <functional>
#include <optional>
#include <vector>

class QPainter;

namespace aisle {

/// Row by row; the blocks of a row do not overlap and ascend. `from` and `to` are places on the axis, nanoseconds.
struct Blocks {
    std::vector<uint32_t> first{0}; ///< CSR: the blocks of row i are first[i] to first[i + 1] - 1
    std::vector<int64_t> from, to;
    std::vector<uint32_t> colour; ///< number in BlockInput::colours
    std::vector<uint32_t> failedBefore{0}; ///< by block, one more than there are: how many before it failed

    uint32_t rows() const { return static_cast<uint32_t>(first.size() - 1); }
    uint32_t count() const { return static_cast<uint32_t>(from.size()); }
    bool isFailed(uint32_t block) const { return failedBefore[block + 1] > failedBefore[block]; }
    uint32_t rowOf(uint32_t block) const; ///< O(log rows)
    void add(int64_t start, int64_t end, uint32_t colourNumber, bool isFailed);
    void endRow() { first.push_back(count()); }
};
inline constexpr uint32_t kNoBlock = 0xffffffffU;

struct BlockInput {
    const Blocks* blocks = nullptr;
    QSize size; ///< device-independent pixels
    double dpr = 1;
    TimeRange range;    ///< places
    int64_t origin = 0; ///< what the axis counts from
    const TraceAxis* axis = nullptr; ///< null: places are what it counts
    std::optional<TimeZone> clock;   ///< the axis says the time of day
    int64_t scroll = 0; ///< pixels
    uint32_t selected = kNoBlock;
    std::optional<TimeRange> brush; ///< marked
    std::function<QString(uint32_t)> text;   ///< of a block; asked for those that have room
    std::vector<QColor> colours;
    const std::vector<uint32_t>* litBefore = nullptr; ///< by block, one more than there are: how many before it are not dimmed; null: none is
};

struct BlockBox {
    uint32_t block = kNoBlock; ///< of several that are drawn as one the first
    uint32_t count = 1;
    QRectF rect;
    QColor colour;
    QString text; ///< elided; empty: no room
    bool isFailed = false, isSelected = false, isDimmed = false;
    bool isNarrow() const { return rect.width() < 6; } ///< no room for a frame
};

struct BlockFrame {
    QRectF all, axis, body, brush;
    QString brushText;
    AxisFrame ticks;
    std::vector<BlockBox> boxes;
    TimeRange range;

    double xOf(int64_t place) const;
    int64_t placeAt(double x) const;     ///< kept within the range
    uint32_t hit(const QPointF& at) const; ///< kNoBlock: none
};

namespace block_measure {
inline constexpr int kAxis = 24, kRow = 20, kGap = 1, kPadding = 8;
} // namespace block_measure

BlockFrame layoutBlocks(const BlockInput& input, const Theme& theme);
/// `hovered`: the block under the mouse; it is no part of the frame, so that moving the mouse lays nothing out.
void paintBlocks(QPainter& painter, const BlockFrame& frame, const Theme& theme, uint32_t hovered = kNoBlock);

} // namespace aisle
