#include "trace/block_layout.h"

#include "text/format.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QFontMetricsF>
#include <QHash>
#include <QPainter>
#include <QStaticText>

#include <algorithm>
#include <cmath>
#include <map>

namespace aisle {

namespace {

using namespace block_measure;

class Layouter {
public:
    Layouter(const BlockInput& input, const Theme& theme) : in_(input), blocks_(*input.blocks), theme_(theme), text_(theme.axisFont) {}

    BlockFrame layout() {
        const double width = in_.size.width(), height = in_.size.height();
        out_.all = QRectF(0, 0, width, height);
        out_.axis = QRectF(kPadding, 0, std::max(1.0, width - 2 * kPadding), kAxis);
        out_.body = QRectF(0, kAxis, width, std::max(0.0, height - kAxis));
        out_.range = in_.range;
        out_.ticks = layoutAxis({in_.axis, in_.range, in_.origin, in_.clock, out_.axis, out_.all.right(), in_.dpr}, theme_.axisFont);
        const auto rows = static_cast<int64_t>(blocks_.rows());
        out_.boxes.reserve(8192);
        const int64_t first = std::clamp<int64_t>(in_.scroll / kRow, 0, rows);
        const int64_t last = std::min(rows, first + static_cast<int64_t>(out_.body.height()) / kRow + 2);
        for (int64_t row = first; row < last; ++row)
            boxes(static_cast<uint32_t>(row), out_.body.top() + static_cast<double>(row * kRow - in_.scroll));
        if (in_.brush) {
            const double from = snap(out_.xOf(in_.brush->from)), to = snap(out_.xOf(in_.brush->to));
            out_.brush = QRectF(from, 0, to - from, height);
            const auto timeAt = [&](int64_t place) { return in_.axis != nullptr ? in_.axis->timeAt(place) : place; };
            out_.brushText = toQString(formatDuration(timeAt(in_.brush->to) - timeAt(in_.brush->from)));
        }
        return std::move(out_);
    }

private:
    double snap(double value) const { return std::round(value * in_.dpr) / in_.dpr; }

    void boxes(uint32_t row, double y) {
        const auto begin = blocks_.to.begin() + blocks_.first[row], end = blocks_.to.begin() + blocks_.first[row + 1];
        auto at = static_cast<uint32_t>(std::lower_bound(begin, end, in_.range.from) - blocks_.to.begin());
        const uint32_t last = blocks_.first[row + 1];
        const double pixel = 1 / in_.dpr;
        double reached = out_.axis.left(); // boxes do not cover each other
        while (at < last && blocks_.from[at] <= in_.range.to) {
            const double from = std::max(snap(out_.xOf(blocks_.from[at])), reached);
            double to = std::min(snap(out_.xOf(blocks_.to[at])), out_.axis.right());
            uint32_t next = at + 1;
            if (to - from < 2 * pixel) { // with all that ends on the same pixels
                to = from + 2 * pixel;
                const int64_t until = out_.placeAt(to);
                next = std::max(next, static_cast<uint32_t>(std::lower_bound(blocks_.to.begin() + next, blocks_.to.begin() + last, until) - blocks_.to.begin()));
            }
            box(at, next, QRectF(from, y, to - from, kRow - kGap));
            reached = to;
            at = next;
        }
    }

    void box(uint32_t from, uint32_t to, const QRectF& rect) {
        const auto holds = [&](uint32_t block) { return block >= from && block < to; };
        BlockBox box;
        box.block = holds(in_.selected) ? in_.selected : from;
        box.count = to - from;
        box.rect = rect;
        box.colour = in_.colours[blocks_.colour[box.block]];
        box.isFailed = blocks_.failedBefore[to] > blocks_.failedBefore[from];
        box.isSelected = holds(in_.selected);
        box.isDimmed = in_.litBefore != nullptr && (*in_.litBefore)[from] == (*in_.litBefore)[to];
        if (constexpr double kLeast = 24; rect.width() >= kLeast)
            box.text = elided(in_.text(box.block), static_cast<int>(rect.width() - 8) / 4 * 4);
        out_.boxes.push_back(std::move(box));
    }

    /// A screen has up to 4,000 texts of few operations; shaping one takes 5 us.
    QString elided(const QString& text, int width) {
        QString& known = elided_[{text, width}];
        if (known.isNull() && !text.isEmpty())
            known = text_.elidedText(text, Qt::ElideRight, width);
        return known;
    }

    const BlockInput& in_;
    const Blocks& blocks_;
    QHash<std::pair<QString, int>, QString> elided_;
    const Theme& theme_;
    QFontMetricsF text_;
    BlockFrame out_;
};

} // namespace

uint32_t Blocks::rowOf(uint32_t block) const {
    return static_cast<uint32_t>(std::upper_bound(first.begin(), first.end(), block) - first.begin() - 1);
}

void Blocks::add(int64_t start, int64_t end, uint32_t colourNumber, bool isFailed) {
    from.push_back(start);
    to.push_back(end);
    colour.push_back(colourNumber);
    failedBefore.push_back(failedBefore.back() + (isFailed ? 1 : 0));
}

BlockFrame layoutBlocks(const BlockInput& input, const Theme& theme) { return Layouter(input, theme).layout(); }

double BlockFrame::xOf(int64_t place) const {
    // Far outside the range the double would lose pixels, and painters wrap around.
    const double x = axis.left() + (static_cast<double>(place) - static_cast<double>(range.from)) / static_cast<double>(range.length()) * axis.width();
    return std::clamp(x, -1e6, 1e6);
}

int64_t BlockFrame::placeAt(double x) const {
    const double share = std::clamp((x - axis.left()) / axis.width(), 0.0, 1.0);
    return range.from + static_cast<int64_t>(std::llround(share * static_cast<double>(range.length())));
}

uint32_t BlockFrame::hit(const QPointF& at) const {
    if (!body.contains(at))
        return kNoBlock;
    for (const BlockBox& box : boxes)
        if (box.rect.contains(at))
            return box.block;
    for (const BlockBox& box : boxes) // narrow ones can be hit from 3 pixels away
        if (box.rect.width() < 4 && box.rect.adjusted(-3, 0, 3, block_measure::kGap).contains(at))
            return box.block;
    return kNoBlock;
}

void paintBlocks(QPainter& p, const BlockFrame& f, const Theme& t, uint32_t hovered) {
    p.setRenderHint(QPainter::Antialiasing, false);
    p.fillRect(f.all, t.surface);
    p.save();
    p.setClipRect(f.body);
    paintAxisLines(p, f.ticks, f.body, t);
    p.setFont(t.axisFont);
    const auto fillOf = [&](const BlockBox& box) { return box.isDimmed && !box.isFailed ? mixed(box.colour, t.surface, 0.35) : box.colour; };
    // Narrow ones colour by colour: a frame may have 50,000 of them.
    std::map<QRgb, QList<QRectF>> narrow;
    for (const BlockBox& box : f.boxes)
        if (box.isNarrow())
            narrow[(box.isFailed ? t.error : fillOf(box)).rgb()].append(box.rect);
    p.setPen(Qt::NoPen);
    for (const auto& [colour, rects] : narrow) {
        p.setBrush(QColor(colour));
        p.drawRects(rects);
    }
    p.setBrush(Qt::NoBrush);
    QHash<QString, QStaticText> texts;
    for (const BlockBox& box : f.boxes) {
        const bool isHovered = box.block == hovered;
        if (box.isNarrow() && !isHovered && !box.isSelected)
            continue;
        const QColor fill = fillOf(box);
        const QRectF block = box.isNarrow() ? box.rect : box.rect.adjusted(0, 0, -1, 0); // neighbours of one colour are told apart
        if (!box.isNarrow())
            p.fillRect(block, fill);
        if (box.isFailed && !box.isNarrow()) {
            p.fillRect(QRectF(block.left(), block.top(), block.width(), 2), t.error);
            p.fillRect(QRectF(box.rect.left(), box.rect.top(), 3, box.rect.height()), t.error);
        }
        if (!box.text.isEmpty()) {
            p.setPen(box.isDimmed ? t.mutedText : t.textOn(fill));
            QStaticText& text = texts[box.text];
            if (text.text().isEmpty()) {
                text.setTextFormat(Qt::PlainText);
                text.setPerformanceHint(QStaticText::AggressiveCaching);
                text.setText(box.text);
                text.prepare(p.transform(), t.axisFont);
            }
            p.drawStaticText(QPointF(box.rect.left() + (box.isFailed ? 6 : 4), std::round(box.rect.center().y() - text.size().height() / 2)), text);
        }
        if (isHovered)
            frameRect(p, box.rect, t.text);
        if (box.isSelected) {
            frameRect(p, box.rect.adjusted(-1, 0, 1, 0), t.accent);
            frameRect(p, box.rect.adjusted(0, 1, 0, -1), t.accent);
        }
    }
    p.restore();
    p.fillRect(QRectF(0, 0, f.all.width(), block_measure::kAxis), t.raised);
    p.fillRect(QRectF(0, block_measure::kAxis - 1, f.all.width(), 1), t.line);
    paintAxis(p, f.ticks, QRectF(0, 0, f.all.width(), block_measure::kAxis - 1), 5, t);
    if (!f.brush.isEmpty())
        paintBrush(p, f.brush, f.brushText, f.body.top() + 4, f.all.width(), t);
}

} // namespace aisle
