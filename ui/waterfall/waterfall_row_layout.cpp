#include "waterfall/waterfall_row_layout.h"

#include "text/format.h"
#include "widgets/plain_text.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {

constexpr double kArrow = 16, kStripe = 4, kMark = 14, kBarTop = 5, kBarHeight = 12;

class RowLayouter {
public:
    RowLayouter(const WaterfallInput& input, const WaterfallFrame& frame, const WaterfallIndent& indent, const Theme& theme)
        : in_(input), data_(*input.data), table_(*input.data->table), tree_(input.data->tree), frame_(frame), indent_(indent),
          theme_(theme), text_(theme.font), small_(theme.axisFont),
          times_{data_.axis.timeAt(input.range.from), data_.axis.timeAt(input.range.to)} {}

    WaterfallRow row(NodeIndex node, double y) {
        const WaterfallNode& n = tree_.nodes[node];
        WaterfallRow out;
        out.node = node;
        out.rect = QRectF(0, y, frame_.all.width(), measure::kRow);
        out.isCollapsed = n.children > 0 && in_.rows->isCollapsed(node);
        group_ = n.row == kNoRow ? tree_.groupAt(node) : nullptr;
        out.isGroup = group_ != nullptr;
        out.isMissing = n.row == kNoRow && !out.isGroup;
        out.isError = n.row != kNoRow && table_.isError(n.row);
        out.isErrorInside = !out.isError && out.isCollapsed && n.errors > 0;
        out.isSelected = node == in_.selected;
        out.isHovered = node == in_.hovered;
        out.isMatch =
            in_.matches != nullptr && std::binary_search(in_.matches->begin(), in_.matches->end(), node);
        out.isCurrentMatch = node == in_.currentMatch;
        out.isHighlighted = in_.highlighted != nullptr && n.row != kNoRow && (*in_.highlighted)[n.row];
        out.isDimmed = (in_.highlighted != nullptr && !out.isHighlighted) || (in_.matches != nullptr && !out.isMatch);
        treeCell(out, n, y);
        lane(out, n, y);
        return out;
    }

private:
    QColor barColour(const WaterfallRow& out, const WaterfallNode& n) const {
        if (in_.colourBy == ColourBy::Service || out.isMissing)
            return out.colour;
        if (in_.colourBy == ColourBy::Status)
            return out.isError || (out.isGroup && group_->errors > 0) ? theme_.error : theme_.neutralBar;
        const int64_t self = out.isGroup ? 0 : table_.selfTime(n.row);
        return theme_.ramp(std::clamp(static_cast<double>(self) / static_cast<double>(std::max<int64_t>(1, data_.longestSelfTime)), 0.0, 1.0));
    }

    void treeCell(WaterfallRow& out, const WaterfallNode& n, double y) {
        const double left = 4 + (n.depth - std::min(n.depth, indent_.from)) * indent_.step;
        for (uint32_t k = std::min(n.depth, indent_.from); k < n.depth && indent_.step >= 4; ++k)
            out.guides.push_back(in_.snap(4 + (k - indent_.from) * indent_.step + kArrow / 2));
        if (n.children > 0)
            out.arrow = QRectF(left, y + 3, kArrow, kArrow);
        double x = left + kArrow;
        double right = frame_.tree.right() - 8;
        const Row named = out.isGroup ? tree_.nodes[out.node + 1].row : n.row; // members have one service and name
        if (!out.isMissing) {
            out.colour = in_.data->colours.of(table_.serviceText(named), theme_);
            out.barColour = barColour(out, n);
            out.stripe = QRectF(in_.snap(x), y + 4, kStripe, measure::kRow - 8);
            x += kStripe + 6;
        }
        if (out.isError || out.isErrorInside) {
            out.errorMark = QRectF(x, y + (measure::kRow - kMark) / 2, kMark, kMark);
            x += kMark + 4;
        }
        if (out.isCollapsed) {
            const uint32_t below = tree_.spansBelow(out.node), errors = n.errors - (out.isError ? 1U : 0U);
            out.count = out.isGroup ? toQString(formatDuration(group_->total)) : QString(QLatin1Char('+') + toQString(formatCount(below)));
            if (errors > 0)
                out.count += QStringLiteral(", ") + (out.isGroup ? toQString(counted(errors, "error", "errors")) : QStringLiteral("%1 with errors").arg(toQString(formatCount(errors))));
            out.count = small_.elidedText(out.count, Qt::ElideRight, std::max(0.0, (right - x) * 0.6));
            const double width = small_.horizontalAdvance(out.count) + 2;
            out.countRect = QRectF(right - width, y, width, measure::kRow);
            right -= width + 8;
        }
        const double room = std::max(0.0, right - x);
        if (out.isMissing) {
            const MissingParent* missing = tree_.missingAt(out.node);
            out.name = QStringLiteral("missing parent ") +
                       in_.shown("span_id", toHex(missing != nullptr ? missing->id : SpanId(0)));
            out.name = text_.elidedText(out.name, Qt::ElideRight, room);
            out.nameRect = QRectF(x, y, room, measure::kRow);
            return;
        }
        const QString service = in_.shown("service.name", table_.serviceText(named));
        QString name = in_.shown("name", table_.nameText(named));
        if (out.isGroup)
            name = QChar(0x00d7) + toQString(formatCount(group_->members)) + QLatin1Char(' ') + name;
        const double gap = 8;
        const double nameWidth = text_.horizontalAdvance(name) + 1;
        double serviceWidth = text_.horizontalAdvance(service) + 1;
        if (serviceWidth + gap + nameWidth >
            room) // the operation says more than the service, which has a colour
            serviceWidth = std::min(serviceWidth, std::max(room * 0.38, room - gap - nameWidth));
        out.service = text_.elidedText(service, Qt::ElideRight, serviceWidth);
        out.serviceRect = QRectF(x, y, serviceWidth, measure::kRow);
        const double nameLeft = x + serviceWidth + gap;
        out.nameRect = QRectF(nameLeft, y, std::max(0.0, right - nameLeft), measure::kRow);
        out.name = text_.elidedText(name, Qt::ElideRight, out.nameRect.width());
    }

    void lane(WaterfallRow& out, const WaterfallNode& n, double y) {
        const QRectF& lanes = frame_.lanes;
        if (!tree_.hasStart(table_, out.node)) {
            label(out, QStringLiteral("no start time"), lanes.left(), lanes.left(), y);
            return;
        }
        const int64_t start = tree_.startOf(table_, out.node), end = tree_.endOf(table_, out.node);
        QString text = toQString(formatDuration(end - start));
        if (out.isGroup)
            text = QStringLiteral("%1 in all, longest %2")
                       .arg(toQString(formatDuration(group_->total)),
                            toQString(formatDuration(table_.duration(tree_.nodes[group_->longest].row))));
        else if (!out.isMissing && (table_.flags(n.row) & kUnfinished) != 0)
            text = QStringLiteral("unfinished");
        else if (!out.isMissing && (table_.flags(n.row) & kNegative) != 0)
            text = QStringLiteral("ends before it starts");
        else if (std::find(data_.longestSelf.begin(), data_.longestSelf.end(), out.node) != data_.longestSelf.end() && n.children > 0)
            text += QStringLiteral(", %1 itself").arg(toQString(formatDuration(table_.selfTime(n.row))));
        if (end < times_.from || start > times_.to) {
            out.beyond = end < times_.from ? -1 : 1;
            out.labelRect = {};
            return;
        }
        const double from = in_.snap(std::max(frame_.xOf(start), lanes.left()));
        const double to = in_.snap(std::min(frame_.xOf(end), lanes.right()));
        out.isPoint = end <= start;
        const double width = std::max(2.0, to - from);
        out.bar = QRectF(std::min(from, lanes.right() - 2), y + kBarTop, width, kBarHeight);
        if (out.isGroup && out.isCollapsed)
            members(out);
        if (const auto call = callLegs(table_, tree_, out.node)) {
            leg(out, start, start + call->request);
            leg(out, end - call->response, end);
        }
        if (const auto waited = n.row == kNoRow ? std::nullopt : queueWait(table_, n.row)) {
            const double began = in_.snap(std::max(frame_.xOf(waited->from), lanes.left()));
            if (out.bar.left() > began)
                out.wait = QRectF(began, y + measure::kRow / 2.0 - 1, out.bar.left() - began, 2);
            text += QStringLiteral(", waited %1").arg(toQString(formatDuration(waited->to - waited->from)));
        }
        if (const uint32_t attempt = data_.attemptOf(out.node); attempt > 1)
            text += QStringLiteral(", attempt %1").arg(attempt);
        path(out);
        events(out, n);
        label(out, text, out.bar.left(), out.bar.right(), y);
        if (out.isGroup && out.isLabelInside)
            out.label.clear(); // it would hide members; the tree says the sum, the tool tip all of it
        // More events than can be told apart would be a band over the label.
        if (constexpr double kPixels = 3; static_cast<double>(out.events.size()) * kPixels > out.bar.width())
            for (QRectF& tick : out.events)
                tick.setHeight(2);
    }

    /// Bars that touch are one: at most as many as there are pixels, each found by two searches.
    void members(WaterfallRow& out) const {
        const GroupBars& bars = data_.groups[static_cast<size_t>(group_ - tree_.groups.data())];
        const double pixel = 1 / in_.dpr;
        auto at = static_cast<size_t>(std::lower_bound(bars.reach.begin(), bars.reach.end(), times_.from) - bars.reach.begin());
        while (at < bars.starts.size() && bars.starts[at] <= times_.to) {
            const double from = in_.snap(std::max(frame_.xOf(bars.starts[at]), out.bar.left()));
            double to = from;
            size_t next = at + 1;
            for (double reached = std::max(from + pixel, in_.snap(frame_.xOf(bars.reach[at]))); reached > to && reached < out.bar.right() + pixel;) {
                to = reached;
                next = static_cast<size_t>(std::upper_bound(bars.starts.begin() + static_cast<ptrdiff_t>(next), bars.starts.end(), data_.axis.timeAt(frame_.placeAt(to))) - bars.starts.begin());
                reached = std::max(to, in_.snap(frame_.xOf(bars.reach[next - 1])));
                if (reached > out.bar.right())
                    to = reached;
            }
            to = std::min(to, out.bar.right());
            if (to > from)
                out.members.push_back(QRectF(from, out.bar.top(), to - from, out.bar.height()));
            at = next;
        }
    }

    void label(WaterfallRow& out, const QString& text, double from, double to, double y) {
        const double width = small_.horizontalAdvance(text) + 2;
        out.label = text;
        if (to + 6 + width <= frame_.all.right())
            out.labelRect = QRectF(to + 6, y, width, measure::kRow);
        else if (from - 6 - width >= frame_.lanes.left())
            out.labelRect = QRectF(from - 6 - width, y, width, measure::kRow);
        else if (width <= to - from - 8) {
            out.labelRect = QRectF(to - 6 - width, y, width, measure::kRow);
            out.isLabelInside = true;
        } else { // no room for all of it: as much as there is on the wider side
            const double right = frame_.all.right() - to - 6, left = from - 6 - frame_.lanes.left(), room = std::max({0.0, right, left});
            out.label = room < 24 ? QString() : small_.elidedText(text, Qt::ElideRight, room);
            out.labelRect = right >= left ? QRectF(to + 6, y, room, measure::kRow) : QRectF(from - 6 - small_.horizontalAdvance(out.label) - 1, y, room, measure::kRow);
        }
    }

    void leg(WaterfallRow& out, int64_t from, int64_t to) {
        const double left = std::max(in_.snap(frame_.xOf(from)), out.bar.left()), right = std::min(in_.snap(frame_.xOf(to)), out.bar.right());
        if (right - left >= 1)
            out.legs.push_back(QRectF(left, out.bar.top(), right - left, out.bar.height()));
    }

    void path(WaterfallRow& out) {
        if (out.isCollapsed) { // the stretch of a span is its own sections and those of all below it
            if (const PathSection* stretch = data_.path.stretchOf(out.node))
                pathPiece(out, stretch->from, stretch->to);
            return;
        }
        auto at = std::lower_bound(data_.pathByNode.begin(), data_.pathByNode.end(), out.node,
                                   [](const PathSection& s, NodeIndex node) { return s.node < node; });
        for (; at != data_.pathByNode.end() && at->node == out.node && at->from <= times_.to; ++at)
            if (at->to >= times_.from)
                pathPiece(out, at->from, at->to);
    }

    void pathPiece(WaterfallRow& out, int64_t start, int64_t end) {
        const double from = in_.snap(std::max(frame_.xOf(start), out.bar.left()));
        const double to = std::max(from + 1 / in_.dpr, in_.snap(std::min(frame_.xOf(end), out.bar.right())));
        if (!out.path.empty() && from <= out.path.back().right()) // narrower than a pixel: folded
            out.path.back().setRight(std::max(out.path.back().right(), to));
        else if (from < out.bar.right())
            out.path.push_back(QRectF(from, out.bar.bottom() + 1, to - from, 2));
    }

    void tick(std::vector<QRectF>& ticks, int64_t time, const WaterfallRow& out, bool wide) const {
        if (time < times_.from || time > times_.to)
            return;
        const double x = std::clamp(in_.snap(frame_.xOf(time)), frame_.lanes.left(), frame_.lanes.right() - 1);
        if (ticks.empty() || x != ticks.back().left()) // those on one pixel are folded
            ticks.push_back(QRectF(x, out.bar.top() - (wide ? 2 : 0), wide ? 2 : 1,
                                   wide ? kBarHeight + 4 : kBarHeight / 2));
    }

    void events(WaterfallRow& out, const WaterfallNode& n) {
        if (in_.events != nullptr && n.row != kNoRow) {
            auto at = std::lower_bound(in_.events->begin(), in_.events->end(), n.row,
                                       [](const EventTime& e, Row row) { return e.row < row; });
            for (; at != in_.events->end() && at->row == n.row; ++at)
                tick(at->isException ? out.errorTicks : out.events, at->time, out, at->isException);
        }
        if (out.isCollapsed && n.errors > 0)
            errorsInside(out, n);
    }

    /// One tick per pixel that has an error in what is collapsed, however many there are: none is left out.
    void errorsInside(WaterfallRow& out, const WaterfallNode& n) {
        const auto first = std::upper_bound(tree_.errors.begin(), tree_.errors.end(), out.node);
        const auto last = std::lower_bound(first, tree_.errors.end(), n.end);
        const auto columns = static_cast<size_t>(std::ceil(frame_.lanes.width() * in_.dpr)) + 1;
        failed_.assign(columns, false);
        const double perNs = frame_.lanes.width() * in_.dpr / static_cast<double>(in_.range.length());
        for (auto i = static_cast<size_t>(first - tree_.errors.begin()); i < static_cast<size_t>(last - tree_.errors.begin()); ++i)
            if (const int64_t time = data_.errorStarts[i]; time >= times_.from && time <= times_.to)
                failed_[static_cast<size_t>(std::clamp(static_cast<double>(data_.axis.at(time) - in_.range.from) * perNs, 0.0, static_cast<double>(columns - 1)))] = true;
        for (size_t column = 0; column < columns; ++column) {
            if (!failed_[column])
                continue;
            const double x = std::min(frame_.lanes.left() + static_cast<double>(column) / in_.dpr, frame_.lanes.right() - 1);
            out.errorTicks.push_back(QRectF(x, out.bar.top() - 2, 2, kBarHeight + 4));
        }
    }

    const WaterfallInput& in_;
    const TraceData& data_;
    const SpanTable& table_;
    const Waterfall& tree_;
    const WaterfallFrame& frame_;
    const WaterfallIndent& indent_;
    const Theme& theme_;
    QFontMetricsF text_, small_;
    TimeRange times_;                     ///< moments at the ends of the range
    const SiblingGroup* group_ = nullptr; ///< of the row that is laid out
    std::vector<bool> failed_;            ///< by pixel, kept for its capacity
};

} // namespace

std::vector<WaterfallRow> layoutRows(const WaterfallInput& input, const WaterfallFrame& frame, const WaterfallIndent& indent, std::span<const WaterfallLine> lines, const Theme& theme) {
    RowLayouter layouter(input, frame, indent, theme);
    std::vector<WaterfallRow> out;
    out.reserve(lines.size());
    for (const WaterfallLine& line : lines)
        out.push_back(layouter.row(line.node, line.y));
    return out;
}

} // namespace aisle
