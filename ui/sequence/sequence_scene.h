#pragma once
// What of the drawing of a sequence diagram follows from the diagram and the fonts: columns, lines, frames, bars and texts. Made
// once and scrolled often; of a picture with a redactor, so that columns fit what is written there.
//
// A line for each request and each return; one for the title of a loop; one where loops end, for all that end there. A loop that
// is expanded has its frame, too, unless what runs at the same time crosses it: then only a title.
// Thread: any that may use fonts; pure functions.

#include "service_graph/sequence_diagram.h"
#include "theme/theme.h"

#include <QString>

namespace aisle {

namespace sequence_measure {
inline constexpr int kRow = measure::kRow;
inline constexpr int kHeader = 46;              ///< above the lines: the cards of participants
inline constexpr int kArrow = 17;               ///< from the top of a line to its arrow; the label is above that
inline constexpr int kLeast = 120, kMost = 220; ///< widths of columns
inline constexpr int kBar = 8, kLevel = 4;      ///< width of a bar, and how far that of a call within it is to the right
inline constexpr int kMostLevels = 4;           ///< what is deeper is drawn there
inline constexpr int kSelf = 22;                ///< how far the arrow of a call of a service to itself goes
inline constexpr int kMark = 13;                ///< triangle of an error, with the space behind it
inline constexpr int kSpace = 8;                ///< between the texts of a label
inline constexpr int kChevron = 16;
} // namespace sequence_measure

struct SequenceScene {
    static constexpr uint32_t kNone = 0xffffffffU;

    struct Column {
        int left = 0, width = 0;
        QString name;
        int x() const { return left + width / 2; } ///< of the lifeline
    };
    struct Line {
        enum class Kind { Request, Return, Title, Ends };
        Kind kind = Kind::Request;
        uint32_t number = kNone; ///< of a message or, of a title, a loop
    };
    /// "GET /cart", "12 ms", "3 failed": what is known by its name first, the rest in a smaller type.
    struct Label {
        QString name, note, failed;
        bool isFailed = false; ///< has the mark of an error
        int width(const Theme& theme) const;
        int widthOfNotes(const Theme& theme) const; ///< all but the name
    };
    struct Loop {
        Row key = kNoRow;
        bool isExpanded = false, hasFrame = true;
        uint32_t firstStep = 0, endStep = 0;
        uint32_t firstLine = 0;       ///< its title
        uint32_t endLine = 0;         ///< of what is in it; the next one, where its frame ends, is not included
        int left = 0, right = 0;      ///< of the frame, which holds its title
        int below = 0;                ///< from the top of the line of ends to the lower edge
        Label title;
    };
    /// While the callee was busy. Those of one level do not overlap.
    struct Bar {
        uint32_t participant = 0, message = 0;
        uint32_t firstLine = 0, lastLine = 0;
        uint32_t level = 0;
        bool isOpen = false; ///< no return says where it ends
    };

    std::vector<Column> columns; ///< by participant
    std::vector<Line> lines;
    std::vector<Loop> loops;     ///< by firstLine, outer ones first
    std::vector<Bar> bars;       ///< by participant, then firstLine
    std::vector<Label> requests, returns; ///< by message
    std::vector<QString> offsets; ///< by message: when it began
    std::vector<uint32_t> requestLine, returnLine; ///< by message; kNone: no return
    std::vector<int> reach;       ///< by message: how far to the right something of it is
    int gutter = 0; ///< width of the times; columns begin behind it
    int width = 0;  ///< of the columns

    int height() const { return static_cast<int>(lines.size()) * sequence_measure::kRow; } ///< of the lines
    /// The innermost loop that a message is in; kNone: none.
    uint32_t loopOf(uint32_t message) const;
    /// The bar of the highest level at a line; null: the participant is not busy.
    const Bar* barAt(uint32_t participant, uint32_t line) const;
};

/// `redactor` null: for the window.
SequenceScene sequenceScene(const SequenceDiagram& diagram, const Theme& theme, const Redactor* redactor = nullptr);

} // namespace aisle
