#include "sequence/sequence_painter.h"

#include "graph/graph_painter.h"
#include "widgets/paint.h"

#include <QCoreApplication>
#include <QPainter>

#include <cmath>

namespace aisle {

using namespace sequence_measure;

namespace {

constexpr int kLine = Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, kLineAtRight = Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine;
constexpr double kDim = 0.3; ///< how strong what is dimmed stays

class FramePainter {
public:
    FramePainter(QPainter& painter, const SequenceFrame& frame, const Theme& theme)
        : p_(painter), f_(frame), t_(theme), frameColour_(mixed(theme.neutralBar, theme.line, 0.6)) {}

    void paint() {
        p_.save();
        p_.setRenderHint(QPainter::Antialiasing, false);
        p_.fillRect(f_.header.united(f_.gutter).united(f_.body), t_.surface);
        p_.setClipRect(f_.gutter.united(f_.body), Qt::IntersectClip);
        paintGrounds();
        p_.save();
        p_.setClipRect(f_.body, Qt::IntersectClip);
        for (const SequenceFrame::Card& card : f_.cards)
            p_.fillRect(QRectF(card.x, f_.body.top(), 1, f_.body.height()), card.isFocused ? t_.accent : frameColour_);
        for (const SequenceFrame::Loop& loop : f_.loops)
            if (!loop.rect.isEmpty())
                frameRect(p_, loop.rect, loop.isHovered ? t_.mutedText : frameColour_);
        for (const SequenceFrame::Bar& bar : f_.bars)
            paintBar(bar);
        for (const SequenceFrame::Loop& loop : f_.loops)
            if (!loop.row.isEmpty())
                paintTitle(loop);
        for (const SequenceFrame::Arrow& arrow : f_.arrows)
            paintArrow(arrow);
        p_.restore();
        paintTimes();
        p_.restore();
        paintHeader();
    }

private:
    QColor groundOf(const SequenceFrame::Arrow& arrow) const { return arrow.isSelected ? t_.selection : arrow.isHovered ? t_.raised : t_.surface; }

    void paintGrounds() {
        for (const SequenceFrame::Arrow& arrow : f_.arrows)
            if (arrow.isSelected || arrow.isHovered)
                p_.fillRect(arrow.row, groundOf(arrow));
    }

    void paintBar(const SequenceFrame::Bar& bar) {
        if (bar.isInner)
            p_.fillRect(bar.rect.adjusted(-1, -1, 0, 1), t_.surface); // stays apart from what it is within
        p_.fillRect(bar.rect, bar.isDim ? mixed(bar.colour, t_.surface, kDim) : bar.colour);
    }

    void paintTitle(const SequenceFrame::Loop& loop) {
        p_.fillRect(loop.tab, t_.raised);
        frameRect(p_, loop.tab, loop.isHovered ? t_.mutedText : frameColour_);
        p_.setRenderHint(QPainter::Antialiasing, true);
        const QPointF at(std::floor(loop.tab.left()) + 10, std::floor(loop.tab.center().y()) + 0.5);
        p_.setPen(QPen(loop.isHovered ? t_.text : t_.mutedText, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        p_.drawPolyline(loop.isExpanded ? QPolygonF{at + QPointF(-3.5, -2), at + QPointF(0, 2), at + QPointF(3.5, -2)}
                                        : QPolygonF{at + QPointF(-2, -3.5), at + QPointF(2, 0), at + QPointF(-2, 3.5)});
        p_.setRenderHint(QPainter::Antialiasing, false);
        paintLabel(loop.title, t_.text, t_.mutedText, t_.error);
    }

    void paintArrow(const SequenceFrame::Arrow& arrow) {
        const auto shade = [&](const QColor& colour) { return arrow.isDim ? mixed(colour, t_.surface, kDim) : colour; };
        const QColor colour = shade(arrow.isFailed ? t_.error : arrow.isSelected ? t_.accent : t_.mutedText);
        const double thick = arrow.isSelected ? 2 : 1, left = std::min(arrow.from, arrow.to);
        if (arrow.isSelf) {
            const double top = arrow.y - 8, right = arrow.from + kSelf;
            line(QRectF(arrow.from, top, kSelf, thick), arrow.isReturn, colour);
            p_.fillRect(QRectF(right - thick, top, thick, arrow.y - top + thick), colour);
            line(QRectF(arrow.from, arrow.y, kSelf, thick), arrow.isReturn, colour);
        } else {
            line(QRectF(left, arrow.y, std::abs(arrow.to - arrow.from), thick), arrow.isReturn, colour);
        }
        paintHead(arrow, thick, colour);
        if (arrow.label.rect.isEmpty())
            return;
        paintLabel(arrow.label, shade(t_.text), shade(t_.mutedText), shade(t_.error));
    }

    /// Dashes are whole pixels from where the diagram is, not the window: they do not crawl when it is scrolled. No more than can be seen.
    void line(const QRectF& rect, bool isDashed, const QColor& colour) {
        if (!isDashed) {
            p_.fillRect(rect, colour);
            return;
        }
        constexpr double kDash = 4, kGap = 3;
        const double skipped = std::floor(std::max(0.0, f_.body.left() - rect.left()) / (kDash + kGap)) * (kDash + kGap);
        const double end = std::min(rect.right(), f_.body.right());
        for (double x = rect.left() + skipped; x < end; x += kDash + kGap)
            p_.fillRect(QRectF(x, rect.top(), std::min(kDash, rect.right() - x), rect.height()), colour);
    }

    /// Full of a call; open of a message, and of what comes back.
    void paintHead(const SequenceFrame::Arrow& arrow, double thick, const QColor& colour) {
        constexpr double kLong = 8, kWide = 4;
        const double back = arrow.isSelf || arrow.to < arrow.from ? kLong : -kLong;
        const QPointF tip(arrow.to, arrow.y + thick / 2);
        p_.setRenderHint(QPainter::Antialiasing, true);
        const QPolygonF head{tip + QPointF(back, -kWide), tip, tip + QPointF(back, kWide)};
        if (arrow.isReturn || arrow.isMessaging) {
            p_.setPen(QPen(colour, 1.5));
            p_.drawPolyline(head);
        } else {
            p_.setPen(Qt::NoPen);
            p_.setBrush(colour);
            p_.drawPolygon(head);
        }
        p_.setRenderHint(QPainter::Antialiasing, false);
    }

    void paintLabel(const SequenceFrame::Label& label, const QColor& text, const QColor& muted, const QColor& error) {
        const auto write = [&](double left, const QString& words, const QFont& font, const QColor& colour) {
            if (words.isEmpty())
                return;
            p_.setFont(font);
            p_.setPen(colour);
            p_.drawText(QRectF(left, label.rect.top(), label.rect.right() - left + 1, label.rect.height()), kLine, words);
        };
        if (label.isFailed)
            paintErrorTriangle(p_, {label.rect.left(), std::round(label.rect.center().y()) + 4}, error);
        write(label.nameAt, label.name, t_.font, text);
        write(label.noteAt, label.note, t_.axisFont, muted);
        write(label.failedAt, label.failed, t_.axisFont, error);
    }

    void paintTimes() {
        p_.setFont(t_.axisFont);
        for (const SequenceFrame::Arrow& arrow : f_.arrows) {
            p_.setPen(arrow.isSelected ? t_.text : t_.mutedText);
            p_.drawText(QRectF(0, arrow.row.top(), f_.gutter.width() - measure::kPadding, kRow), kLineAtRight, arrow.offset);
        }
        p_.fillRect(QRectF(f_.gutter.right() - 1, f_.gutter.top(), 1, f_.gutter.height()), t_.line);
    }

    void paintHeader() {
        p_.save();
        const QRectF all(0, 0, f_.header.right(), f_.header.height());
        p_.fillRect(all, t_.background);
        p_.fillRect(QRectF(0, all.bottom() - 1, all.width(), 1), t_.line);
        p_.setFont(t_.axisFont);
        p_.setPen(t_.mutedText);
        p_.drawText(QRectF(0, 0, f_.gutter.width() - measure::kPadding, all.height()), kLineAtRight,
                    QCoreApplication::translate("aisle::SequenceView", "Start"));
        p_.setClipRect(f_.header, Qt::IntersectClip);
        for (const SequenceFrame::Card& card : f_.cards)
            paintCard(card);
        p_.restore();
    }

    void paintCard(const SequenceFrame::Card& card) {
        const QRectF& rect = card.rect;
        p_.setRenderHint(QPainter::Antialiasing, true);
        QPainterPath path;
        path.addRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        p_.fillPath(path, card.isFocused ? t_.selection : card.isHovered ? t_.raised : t_.surface);
        p_.save();
        p_.setClipPath(path, Qt::IntersectClip);
        p_.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), card.colour);
        p_.restore();
        p_.strokePath(path, QPen(card.isFocused ? t_.accent : card.isHovered ? t_.mutedText : t_.line, 1));
        p_.save();
        p_.translate(rect.left() + 14, rect.center().y() - 8);
        p_.strokePath(nodeIcon(card.kind), QPen(t_.mutedText, 1.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        p_.restore();
        p_.setRenderHint(QPainter::Antialiasing, false);
        QFont bold = t_.font;
        bold.setWeight(QFont::DemiBold);
        p_.setFont(bold);
        p_.setPen(t_.text);
        p_.drawText(rect.adjusted(38, 0, -4, 0), kLine, card.name);
    }

    QPainter& p_;
    const SequenceFrame& f_;
    const Theme& t_;
    const QColor frameColour_;
};

} // namespace

void paintSequence(QPainter& painter, const SequenceFrame& frame, const Theme& theme) { FramePainter(painter, frame, theme).paint(); }

} // namespace aisle
