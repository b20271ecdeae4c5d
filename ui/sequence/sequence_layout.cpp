#include "sequence/sequence_layout.h"

#include <QFontMetrics>

#include <algorithm>

namespace aisle {

using namespace sequence_measure;

namespace {

constexpr int kCardTop = 8, kCardHeight = 30, kCardMargin = 4;
constexpr int kCardInner = 38; ///< of a card left of its name: stripe, icon
constexpr int kTabTop = 3, kTabHeight = 18;
constexpr int kHead = 10; ///< of an arrow, kept free of text

class FrameLayout {
public:
    FrameLayout(const SequenceInput& in, const Theme& theme)
        : in_(in), scene_(*in.scene), theme_(theme), names_(theme.font), small_(theme.axisFont) {}

    SequenceFrame layOut() {
        const int gutter = scene_.gutter;
        out_.header = QRectF(gutter, 0, std::max(0, in_.size.width() - gutter), kHeader);
        out_.gutter = QRectF(0, kHeader, gutter, std::max(0, in_.size.height() - kHeader));
        out_.body = QRectF(gutter, kHeader, out_.header.width(), out_.gutter.height());
        first_ = std::max(0, in_.scroll.y() / kRow);
        last_ = std::min<int>(static_cast<int>(scene_.lines.size()), (in_.scroll.y() + static_cast<int>(out_.body.height()) + kRow - 1) / kRow);
        addCards();
        addBars();
        addLoops();
        for (int line = first_; line < last_; ++line)
            addArrow(static_cast<uint32_t>(line));
        return std::move(out_);
    }

private:
    using Line = SequenceScene::Line;

    double xOf(int x) const { return x + scene_.gutter - in_.scroll.x(); }
    double yOf(uint32_t line) const { return static_cast<double>(line) * kRow + kHeader - in_.scroll.y(); }
    QRectF rowOf(uint32_t line) const { return {0, yOf(line), static_cast<double>(in_.size.width()), kRow}; }
    bool isDim(uint32_t message) const { return in_.lit != nullptr && !(*in_.lit)[message]; }
    bool isHovered(SequenceHit::Kind kind, uint32_t number) const { return in_.hovered.kind == kind && in_.hovered.number == number; }

    void addCards() {
        QFont bold = theme_.font;
        bold.setWeight(QFont::DemiBold);
        const QFontMetrics metrics(bold);
        for (uint32_t i = 0; i < scene_.columns.size(); ++i) {
            const SequenceScene::Column& column = scene_.columns[i];
            const QRectF rect(xOf(column.left) + kCardMargin, kCardTop, column.width - 2 * kCardMargin, kCardHeight);
            if (!rect.intersects(out_.header))
                continue;
            SequenceFrame::Card& card = out_.cards.emplace_back();
            card.participant = i;
            card.rect = rect;
            card.x = xOf(column.x());
            card.name = metrics.elidedText(column.name, Qt::ElideMiddle, static_cast<int>(rect.width()) - kCardInner - measure::kPadding);
            card.kind = in_.diagram->participants[i].kind;
            card.colour = in_.colours[i];
            card.isFocused = in_.focused == i;
            card.isHovered = isHovered(SequenceHit::Kind::Participant, i);
        }
    }

    static double offsetOf(const SequenceScene::Bar& bar) { return kLevel * std::min<uint32_t>(bar.level, kMostLevels); }

    void addBars() {
        for (const SequenceScene::Bar& bar : scene_.bars) {
            if (static_cast<int>(bar.firstLine) >= last_ || static_cast<int>(bar.lastLine) + 1 < first_)
                continue;
            const double left = xOf(scene_.columns[bar.participant].x()) - kBar / 2 + offsetOf(bar);
            const double top = yOf(bar.firstLine) + kArrow - 2, bottom = bar.isOpen ? yOf(bar.lastLine) + kRow + 3 : yOf(bar.lastLine) + kArrow + 3;
            const QRectF rect(left, top, kBar, bottom - top);
            if (rect.intersects(out_.body))
                out_.bars.push_back({bar.message, rect, in_.colours[bar.participant], bar.level > 0, isDim(bar.message)});
        }
    }

    void addLoops() {
        for (uint32_t i = 0; i < scene_.loops.size(); ++i) {
            const SequenceScene::Loop& loop = scene_.loops[i];
            const bool seesTitle = static_cast<int>(loop.firstLine) >= first_ && static_cast<int>(loop.firstLine) < last_;
            if (static_cast<int>(loop.firstLine) >= last_ || static_cast<int>(loop.endLine) < first_ || (!loop.hasFrame && !seesTitle))
                continue;
            SequenceFrame::Loop out;
            out.loop = i;
            out.isExpanded = loop.isExpanded;
            out.isHovered = isHovered(SequenceHit::Kind::Loop, i);
            const double top = yOf(loop.firstLine) + kTabTop, left = xOf(loop.left), right = xOf(loop.right);
            if (loop.hasFrame)
                out.rect = QRectF(left, top, right - left, yOf(loop.endLine) + loop.below - top);
            if (seesTitle) {
                out.row = rowOf(loop.firstLine);
                // Where it can be read, as long as the frame is there.
                const double width = loop.title.width(theme_) + kChevron + 2 * kSpace;
                const double at = std::clamp(out_.body.left() + 2, left, std::max(left, right - width));
                out.tab = QRectF(at, top, width, kTabHeight);
                out.title = labelIn(loop.title, out.tab.adjusted(kChevron + kSpace / 2, 0, -kSpace, 0), 0);
            }
            out_.loops.push_back(std::move(out));
        }
    }

    void addArrow(uint32_t line) {
        const Line& at = scene_.lines[line];
        if (at.kind != Line::Kind::Request && at.kind != Line::Kind::Return)
            return;
        const SequenceDiagram::Message& message = in_.diagram->messages[at.number];
        SequenceFrame::Arrow arrow;
        arrow.message = at.number;
        arrow.isReturn = at.kind == Line::Kind::Return;
        arrow.isMessaging = message.kind == SequenceDiagram::EdgeKind::Messaging;
        arrow.isFailed = message.errors > 0;
        arrow.isDim = isDim(at.number);
        arrow.isSelected = in_.selected == at.number;
        arrow.isHovered = isHovered(SequenceHit::Kind::Message, at.number);
        arrow.isSelf = message.from == message.to;
        arrow.row = rowOf(line);
        arrow.y = arrow.row.top() + kArrow;
        if (!arrow.isReturn)
            arrow.offset = scene_.offsets[at.number];
        const SequenceScene::Label& label = (arrow.isReturn ? scene_.returns : scene_.requests)[at.number];
        if (arrow.isSelf) {
            arrow.from = arrow.to = edgeOf(message.to, line, true);
            const double begin = arrow.from + kSelf + kSpace;
            arrow.label = labelIn(label, inSight({begin, arrow.row.top(), std::max(0.0, xOf(scene_.reach[at.number]) - begin), kArrow}), 0);
        } else {
            const uint32_t from = arrow.isReturn ? message.to : message.from, to = arrow.isReturn ? message.from : message.to;
            arrow.from = edgeOf(from, line, from < to);
            arrow.to = edgeOf(to, line, to < from);
            arrow.label = labelIn(label, gapFor(label, from, to, line), 0.5);
        }
        out_.arrows.push_back(std::move(arrow));
    }

    /// Labels are between two lifelines, on none: beside the caller, or where the arrow can be seen.
    QRectF gapFor(const SequenceScene::Label& label, uint32_t from, uint32_t to, uint32_t line) const {
        const int wanted = label.width(theme_);
        QRectF best;
        for (uint32_t at = from; at != to;) {
            const uint32_t next = from < to ? at + 1 : at - 1, left = std::min(at, next), right = std::max(at, next);
            const double begin = edgeOf(left, line, true) + kHead;
            const QRectF gap = inSight({begin, yOf(line), std::max(0.0, xOf(scene_.columns[right].x()) - kBar / 2 - kHead - begin), kArrow});
            if (gap.width() > best.width())
                best = gap;
            if (best.width() >= wanted || (gap.isEmpty() && !best.isEmpty()))
                break;
            at = next;
        }
        return best;
    }

    QRectF inSight(const QRectF& place) const { return place.intersected(out_.body.adjusted(4, -kRow, -4, kRow)); }

    /// Where an arrow touches a participant at a line: its lifeline, or the bar that is on top.
    double edgeOf(uint32_t participant, uint32_t line, bool isRightSide) const {
        const double x = xOf(scene_.columns[participant].x());
        const SequenceScene::Bar* bar = scene_.barAt(participant, line);
        if (bar == nullptr)
            return isRightSide ? x + 1 : x;
        return x + offsetOf(*bar) + (isRightSide ? kBar / 2 : -kBar / 2);
    }

    /// Texts one after the other in a place. What is short stays whole; the name has the rest.
    SequenceFrame::Label labelIn(SequenceScene::Label label, const QRectF& place, double share) const {
        // In a column that is scrolled away but for a slip the mark of an error stays longest.
        if (label.widthOfNotes(theme_) > place.width())
            label.note.clear();
        if (label.widthOfNotes(theme_) > place.width())
            label.failed.clear();
        SequenceFrame::Label out;
        const int notes = label.widthOfNotes(theme_);
        const int room = std::max(0, static_cast<int>(place.width()) - notes);
        if (place.isEmpty() || notes > place.width())
            return out;
        out.name = names_.elidedText(label.name, Qt::ElideMiddle, room);
        const int name = std::min(room, names_.horizontalAdvance(out.name));
        const double left = std::round(place.left() + share * (place.width() - notes - name));
        out.rect = QRectF(left, place.top(), notes + name, place.height());
        out.isFailed = label.isFailed;
        out.nameAt = left + (label.isFailed ? kMark : 0);
        out.noteAt = out.nameAt + name + (name > 0 ? kSpace : 0);
        out.note = label.note;
        out.failed = label.failed;
        out.failedAt = out.noteAt + (label.note.isEmpty() ? 0 : small_.horizontalAdvance(label.note) + kSpace);
        return out;
    }

    const SequenceInput& in_;
    const SequenceScene& scene_;
    const Theme& theme_;
    const QFontMetrics names_, small_;
    int first_ = 0, last_ = 0; ///< lines in sight
    SequenceFrame out_;
};

} // namespace

SequenceHit SequenceFrame::hit(QPointF at) const {
    for (const Card& card : cards)
        if (card.rect.contains(at) && header.contains(at))
            return {SequenceHit::Kind::Participant, card.participant, false};
    if (at.y() < body.top())
        return {};
    for (const Loop& loop : loops)
        if (loop.row.contains(at))
            return {SequenceHit::Kind::Loop, loop.loop, loop.tab.contains(at) && at.x() < loop.tab.left() + kChevron + kSpace};
    for (const Arrow& arrow : arrows)
        if (arrow.row.contains(at))
            return {SequenceHit::Kind::Message, arrow.message, false};
    return {};
}

SequenceFrame layoutSequence(const SequenceInput& in, const Theme& theme) { return FrameLayout(in, theme).layOut(); }

} // namespace aisle
