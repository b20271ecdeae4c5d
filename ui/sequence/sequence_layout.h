#pragma once
// What of a scene a window shows, scrolled: cards of participants along the top, times along the left, lines between. Painting,
// hit-testing and tests use the same frame. Only what can be seen is in it. Whole pixels of the view.
// Thread: any that may use fonts; pure functions.

#include "sequence/sequence_scene.h"

#include <QColor>
#include <QPoint>
#include <QRectF>
#include <QSize>

#include <vector>

namespace aisle {

struct SequenceHit {
    enum class Kind { None, Participant, Message, Loop };
    Kind kind = Kind::None;
    uint32_t number = SequenceScene::kNone; ///< of a loop as in the scene
    bool isChevron = false;                 ///< of the loop: one click is enough
    bool operator==(const SequenceHit&) const = default;
};

struct SequenceInput {
    const SequenceScene* scene = nullptr;
    const SequenceDiagram* diagram = nullptr;
    QSize size;
    QPoint scroll;
    uint32_t selected = SequenceScene::kNone; ///< message
    SequenceHit hovered;
    uint32_t focused = SequenceScene::kNone;   ///< participant
    const std::vector<bool>* lit = nullptr;    ///< by message: the others are dimmed; null: none is
    std::vector<QColor> colours;               ///< by participant
};

struct SequenceFrame {
    QRectF header, gutter, body; ///< cards; times; all lines
    struct Card {
        uint32_t participant = 0;
        QRectF rect;
        double x = 0; ///< of the lifeline, one pixel wide
        QString name; ///< elided
        SequenceDiagram::NodeKind kind = SequenceDiagram::NodeKind::Service;
        QColor colour;
        bool isFocused = false, isHovered = false;
    };
    struct Bar {
        uint32_t message = 0;
        QRectF rect;
        QColor colour;
        bool isInner = false; ///< over another one
        bool isDim = false;
    };
    struct Label {
        QRectF rect; ///< of all of it
        QString name, note, failed;
        double nameAt = 0, noteAt = 0, failedAt = 0; ///< left edges
        bool isFailed = false; ///< the mark is at the left
    };
    struct Loop {
        uint32_t loop = 0;
        QRectF row;  ///< the line of the title; empty: not in sight
        QRectF rect; ///< the frame; empty: it has none
        QRectF tab;  ///< around the title
        Label title;
        bool isExpanded = false, isHovered = false;
    };
    struct Arrow {
        uint32_t message = 0;
        bool isReturn = false, isMessaging = false, isFailed = false, isDim = false, isSelected = false, isHovered = false;
        QRectF row;
        double from = 0, to = 0, y = 0; ///< the head is at `to`
        bool isSelf = false;            ///< around `from`, by kSelf to the right
        Label label;
        QString offset; ///< when it began; empty: said elsewhere
    };
    std::vector<Card> cards;
    std::vector<Bar> bars;
    std::vector<Loop> loops;
    std::vector<Arrow> arrows;

    SequenceHit hit(QPointF at) const;
};

SequenceFrame layoutSequence(const SequenceInput& in, const Theme& theme);

} // namespace aisle
