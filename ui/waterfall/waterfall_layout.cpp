#include "waterfall/waterfall_layout.h"

#include "text/format.h"
#include "widgets/plain_text.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace aisle {

namespace {

using namespace waterfall_measure;

constexpr double kIndent = 12, kArrow = 16, kStripe = 4, kMark = 14, kBarTop = 5, kBarHeight = 12;

class Layouter {
public:
    Layouter(const WaterfallInput& input, const Theme& theme)
        : in_(input), data_(*input.data), table_(*input.data->table), tree_(input.data->tree),
          theme_(theme), text_(theme.font), small_(theme.axisFont) {}

    WaterfallFrame layout() {
        areas();
        titles();
        idle();
        pathShares();
        rows();
        connections();
        brushes();
        return std::move(out_);
    }

private:
    double snap(double value) const { return std::round(value * in_.dpr) / in_.dpr; }
    QString shown(const char* key, std::string_view value) const {
        return singleLine(in_.redactor != nullptr ? toQString(in_.redactor->redact(key, value))
                                                  : toQString(value));
    }

    void areas() {
        const double width = in_.size.width(), height = in_.size.height();
        const double split = std::clamp<double>(in_.treeWidth, std::min<double>(kMinTree, width / 2),
                                                std::max<double>(kMinTree, width - kMinLanes));
        out_.all = QRectF(0, 0, width, height);
        out_.title = QRectF(0, 0, split, kTitle);
        out_.header = QRectF(0, kTitle, width, kHeader);
        out_.treeHeader = QRectF(0, kTitle, split, kHeader);
        out_.body = QRectF(0, kTop, width, std::max(0.0, height - kTop));
        out_.tree = QRectF(0, kTop, split, out_.body.height());
        out_.lanes = QRectF(split, kTop, width - split, out_.body.height())
                         .adjusted(kLanePadding, 0, -kLanePadding, 0);
        out_.axisRect = QRectF(out_.lanes.left(), kTitle, out_.lanes.width(), kHeader);
        out_.minimap = QRectF(out_.lanes.left(), 4, out_.lanes.width(), kTitle - 8);
        out_.splitter = QRectF(split - 3, 0, 7, height);
        out_.range = in_.range;
        out_.axis = &data_.axis;
        times_ = {data_.axis.timeAt(in_.range.from), data_.axis.timeAt(in_.range.to)};
        out_.bounds = data_.axis.places();
        out_.minimapImage = in_.minimap;
        out_.ticks = layoutAxis({&data_.axis, in_.range, data_.bounds().from, in_.clock, out_.axisRect, out_.all.right(), in_.dpr}, theme_.axisFont);
    }

    /// Gaps that are wide enough to be seen: at most as many as there are pixels.
    void idle() {
        constexpr double kLeast = 3;
        auto at = std::partition_point(data_.idle.begin(), data_.idle.end(), [&](const IdleGap& gap) { return gap.to <= times_.from; });
        const double ns = static_cast<double>(in_.range.length()) * kLeast / std::max(1.0, out_.lanes.width());
        for (; at != data_.idle.end() && at->from < times_.to; ++at) {
            if (static_cast<double>(at->length()) < ns)
                continue;
            const double from = snap(std::max(out_.xOf(at->from), out_.lanes.left())), to = snap(std::min(out_.xOf(at->to), out_.lanes.right()));
            if (to - from >= kLeast)
                out_.idle.push_back(QRectF(from, out_.body.top(), to - from, out_.body.height()));
        }
    }

    void pathShares() {
        const QRectF bar(measure::kPadding, kTitle - 4, std::max(0.0, out_.title.width() - 2 * measure::kPadding), 3);
        double left = bar.left();
        for (const auto& [service, share] : data_.pathShares) {
            const double right = snap(std::min(bar.right(), left + share * bar.width()));
            if (right > left)
                out_.pathShares.push_back({QRectF(left, bar.top(), right - left, bar.height()), data_.colours.of(table_.services()[service], theme_)});
            left = right;
        }
    }

    void titles() {
        if (tree_.isOfSeveral()) {
            out_.titleText = toQString(counted(tree_.traces.size(), "trace", "traces")) + QStringLiteral(" on one timeline");
            return;
        }
        const Row root = table_.summary(tree_.traces.front()).root;
        if (root != kNoRow)
            out_.titleText = shown("service.name", table_.serviceText(root)) + QStringLiteral("  ") +
                             shown("name", table_.nameText(root));
        out_.subtitleText = shown("trace_id", toHex(tree_.traceIds.front()));
    }

    void rows() {
        const auto count = static_cast<int64_t>(in_.rows->count());
        const int64_t first = std::clamp<int64_t>(in_.scroll / measure::kRow, 0, count);
        const int64_t last =
            std::min(count, first + static_cast<int64_t>(out_.body.height()) / measure::kRow + 2);
        // A chain of 100,000 would push its names out of the column: then the indent starts at the shallowest
        // line on screen.
        uint32_t deepest = 0, shallowest = tree_.maxDepth;
        for (int64_t line = first; line < last; ++line) {
            const uint32_t depth = tree_.nodes[(*in_.rows)[static_cast<uint32_t>(line)]].depth;
            deepest = std::max(deepest, depth);
            shallowest = std::min(shallowest, depth);
        }
        const double room = std::max(kIndent, out_.tree.width() * 0.5);
        base_ = deepest * kIndent > room ? shallowest : 0;
        step_ = std::min(kIndent, room / std::max(1U, deepest - base_));
        out_.treeHeaderText =
            base_ > 0 ? QStringLiteral("Service and operation, levels %1 to %2")
                            .arg(toQString(formatCount(shallowest)), toQString(formatCount(deepest)))
                      : QStringLiteral("Service and operation");
        if (in_.colourBy != ColourBy::Service)
            out_.treeHeaderText += in_.colourBy == ColourBy::Status ? QStringLiteral(" · bars by status") : QStringLiteral(" · bars by self time");
        out_.rows.reserve(static_cast<size_t>(std::max<int64_t>(0, last - first)));
        for (int64_t line = first; line < last; ++line) {
            const double y = out_.body.top() + static_cast<double>(line * measure::kRow - in_.scroll);
            out_.rows.push_back(row((*in_.rows)[static_cast<uint32_t>(line)], y));
        }
        sticky();
    }

    /// The nearest ancestors of the first row that they leave to be seen, as far as they are scrolled away.
    void sticky() {
        const auto count = static_cast<int64_t>(in_.rows->count());
        const int64_t top = (in_.scroll + measure::kRow - 1) / measure::kRow; // the first row that is seen whole
        if (in_.scroll <= 0 || out_.body.height() < 2 * kPinnedRows * measure::kRow)
            return;
        std::vector<NodeIndex> chain;
        for (uint32_t slots = 0; slots <= kPinnedRows && top + slots < count; ++slots) {
            chain.clear();
            for (NodeIndex up = tree_.nodes[(*in_.rows)[static_cast<uint32_t>(top + slots)]].parent; up != kNoNode && chain.size() < kPinnedRows; up = tree_.nodes[up].parent)
                if (!in_.rows->isHidden(up) && static_cast<int64_t>(in_.rows->lineOf(up)) < top + static_cast<int64_t>(slots) && (up == in_.rows->root() || in_.rows->root() == kNoNode || up > in_.rows->root()))
                    chain.push_back(up);
            if (chain.size() <= slots)
                break;
        }
        double y = out_.body.top();
        for (auto up = chain.rbegin(); up != chain.rend(); ++up, y += measure::kRow)
            out_.sticky.push_back(row(*up, y));
    }

    WaterfallRow row(NodeIndex node, double y) {
        const WaterfallNode& n = tree_.nodes[node];
        WaterfallRow out;
        out.node = node;
        out.rect = QRectF(0, y, out_.all.width(), measure::kRow);
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

    QColor barColour(const WaterfallRow& out, const WaterfallNode& n) const {
        if (in_.colourBy == ColourBy::Service || out.isMissing)
            return out.colour;
        if (in_.colourBy == ColourBy::Status)
            return out.isError || (out.isGroup && group_->errors > 0) ? theme_.error : theme_.neutralBar;
        const int64_t self = out.isGroup ? 0 : table_.selfTime(n.row);
        return theme_.ramp(std::clamp(static_cast<double>(self) / static_cast<double>(std::max<int64_t>(1, data_.longestSelfTime)), 0.0, 1.0));
    }

    void treeCell(WaterfallRow& out, const WaterfallNode& n, double y) {
        const double left = 4 + (n.depth - std::min(n.depth, base_)) * step_;
        for (uint32_t k = std::min(n.depth, base_); k < n.depth && step_ >= 4; ++k)
            out.guides.push_back(snap(4 + (k - base_) * step_ + kArrow / 2));
        if (n.children > 0)
            out.arrow = QRectF(left, y + 3, kArrow, kArrow);
        double x = left + kArrow;
        double right = out_.tree.right() - 8;
        const Row named = out.isGroup ? tree_.nodes[out.node + 1].row : n.row; // members have one service and name
        if (!out.isMissing) {
            out.colour = in_.data->colours.of(table_.serviceText(named), theme_);
            out.barColour = barColour(out, n);
            out.stripe = QRectF(snap(x), y + 4, kStripe, measure::kRow - 8);
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
                       shown("span_id", toHex(missing != nullptr ? missing->id : SpanId(0)));
            out.name = text_.elidedText(out.name, Qt::ElideRight, room);
            out.nameRect = QRectF(x, y, room, measure::kRow);
            return;
        }
        const QString service = shown("service.name", table_.serviceText(named));
        QString name = shown("name", table_.nameText(named));
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
        const QRectF& lanes = out_.lanes;
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
        const double from = snap(std::max(out_.xOf(start), lanes.left()));
        const double to = snap(std::min(out_.xOf(end), lanes.right()));
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
            const double began = snap(std::max(out_.xOf(waited->from), lanes.left()));
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
            const double from = snap(std::max(out_.xOf(bars.starts[at]), out.bar.left()));
            double to = from;
            size_t next = at + 1;
            for (double reached = std::max(from + pixel, snap(out_.xOf(bars.reach[at]))); reached > to && reached < out.bar.right() + pixel;) {
                to = reached;
                next = static_cast<size_t>(std::upper_bound(bars.starts.begin() + static_cast<ptrdiff_t>(next), bars.starts.end(), data_.axis.timeAt(out_.placeAt(to))) - bars.starts.begin());
                reached = std::max(to, snap(out_.xOf(bars.reach[next - 1])));
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
        if (to + 6 + width <= out_.all.right())
            out.labelRect = QRectF(to + 6, y, width, measure::kRow);
        else if (from - 6 - width >= out_.lanes.left())
            out.labelRect = QRectF(from - 6 - width, y, width, measure::kRow);
        else if (width <= to - from - 8) {
            out.labelRect = QRectF(to - 6 - width, y, width, measure::kRow);
            out.isLabelInside = true;
        } else { // no room for all of it: as much as there is on the wider side
            const double right = out_.all.right() - to - 6, left = from - 6 - out_.lanes.left(), room = std::max({0.0, right, left});
            out.label = room < 24 ? QString() : small_.elidedText(text, Qt::ElideRight, room);
            out.labelRect = right >= left ? QRectF(to + 6, y, room, measure::kRow) : QRectF(from - 6 - small_.horizontalAdvance(out.label) - 1, y, room, measure::kRow);
        }
    }

    void leg(WaterfallRow& out, int64_t from, int64_t to) {
        const double left = std::max(snap(out_.xOf(from)), out.bar.left()), right = std::min(snap(out_.xOf(to)), out.bar.right());
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
        const double from = snap(std::max(out_.xOf(start), out.bar.left()));
        const double to = std::max(from + 1 / in_.dpr, snap(std::min(out_.xOf(end), out.bar.right())));
        if (!out.path.empty() && from <= out.path.back().right()) // narrower than a pixel: folded
            out.path.back().setRight(std::max(out.path.back().right(), to));
        else if (from < out.bar.right())
            out.path.push_back(QRectF(from, out.bar.bottom() + 1, to - from, 2));
    }

    void tick(std::vector<QRectF>& ticks, int64_t time, const WaterfallRow& out, bool wide) const {
        if (time < times_.from || time > times_.to)
            return;
        const double x = std::clamp(snap(out_.xOf(time)), out_.lanes.left(), out_.lanes.right() - 1);
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
        const auto columns = static_cast<size_t>(std::ceil(out_.lanes.width() * in_.dpr)) + 1;
        failed_.assign(columns, false);
        const double perNs = out_.lanes.width() * in_.dpr / static_cast<double>(in_.range.length());
        for (auto i = static_cast<size_t>(first - tree_.errors.begin()); i < static_cast<size_t>(last - tree_.errors.begin()); ++i)
            if (const int64_t time = data_.errorStarts[i]; time >= times_.from && time <= times_.to)
                failed_[static_cast<size_t>(std::clamp(static_cast<double>(data_.axis.at(time) - in_.range.from) * perNs, 0.0, static_cast<double>(columns - 1)))] = true;
        for (size_t column = 0; column < columns; ++column) {
            if (!failed_[column])
                continue;
            const double x = std::min(out_.lanes.left() + static_cast<double>(column) / in_.dpr, out_.lanes.right() - 1);
            out.errorTicks.push_back(QRectF(x, out.bar.top() - 2, 2, kBarHeight + 4));
        }
    }

    /// Lines between rows on show, and to where they leave it. A row is found by its number, so that it costs what there is on show.
    void connections() {
        constexpr size_t kMost = 400; // more would be a felt, of which the lit ones stay
        if (out_.rows.empty() || (data_.links.isEmpty() && (in_.messages == nullptr || in_.messages->isEmpty())))
            return;
        std::vector<std::pair<NodeIndex, const WaterfallRow*>> shown;
        for (const WaterfallRow& row : out_.rows)
            shown.emplace_back(row.node, &row);
        std::sort(shown.begin(), shown.end());
        const auto rowOf = [&](NodeIndex node) -> const WaterfallRow* {
            const auto at = std::lower_bound(shown.begin(), shown.end(), std::pair<NodeIndex, const WaterfallRow*>(node, nullptr));
            return at != shown.end() && at->first == node ? at->second : nullptr;
        };
        const double top = out_.body.top(), bottom = out_.body.bottom();
        const auto yOf = [&](NodeIndex node) { // of what is collapsed that of what it is in
            return top + static_cast<double>(static_cast<int64_t>(in_.rows->lineOf(node)) * measure::kRow - in_.scroll) + measure::kRow / 2.0;
        };
        const auto add = [&](const SpanConnection& connection) {
            const bool isLit = connection.from == in_.selected || connection.to == in_.selected || connection.from == in_.hovered || connection.to == in_.hovered;
            if ((out_.connections.size() >= kMost && !isLit) || !tree_.hasStart(table_, connection.from) || !tree_.hasStart(table_, connection.to))
                return;
            const NodeIndex root = in_.rows->root();
            const auto isShown = [&](NodeIndex node) { return !in_.rows->isHidden(node) && (root == kNoNode || (node >= root && node < tree_.nodes[root].end)); };
            if (!isShown(connection.from) || !isShown(connection.to))
                return;
            const double x = snap(std::clamp(out_.xOf(tree_.endOf(table_, connection.from)), out_.lanes.left(), out_.lanes.right()));
            const double end = snap(std::clamp(out_.xOf(tree_.startOf(table_, connection.to)), out_.lanes.left(), out_.lanes.right()));
            const double y = std::clamp(yOf(connection.from), top - 20, bottom + 20), endY = std::clamp(yOf(connection.to), top - 20, bottom + 20);
            if (std::abs(y - endY) < 2)
                return; // both within one collapsed row
            const double turn = snap(std::max(out_.lanes.left() + 1, end - 5));
            out_.connections.push_back(QPolygonF({QPointF(x, y), QPointF(turn, y), QPointF(turn, endY), QPointF(end, endY)}));
            out_.isConnectionLit.push_back(isLit);
        };
        for (const Connections* connections : {&data_.links, in_.messages}) {
            if (connections == nullptr || connections->isEmpty())
                continue;
            for (const auto& [node, row] : shown) {
                const auto into = connections->into(node), outOf = connections->outOf(node);
                for (const SpanConnection& connection : into.first(std::min(into.size(), kMost)))
                    add(connection);
                for (const SpanConnection& connection : outOf.first(std::min(outOf.size(), kMost)))
                    if (rowOf(connection.to) == nullptr) // else it was added there
                        add(connection);
            }
        }
    }

    void brushes() {
        const TimeRange bounds = out_.bounds;
        const auto onMinimap = [&](int64_t place) {
            return out_.minimap.left() + static_cast<double>(place - bounds.from) /
                                             static_cast<double>(bounds.length()) * out_.minimap.width();
        };
        const double from = snap(onMinimap(in_.range.from)), to = snap(onMinimap(in_.range.to));
        out_.minimapWindow =
            QRectF(from, out_.minimap.top(), std::max(2.0, to - from), out_.minimap.height());
        for (size_t i = 0; in_.matchMarks != nullptr && i < in_.matchMarks->size(); ++i) {
            if (!(*in_.matchMarks)[i])
                continue;
            const double x = snap(out_.minimap.left() + static_cast<double>(i) / static_cast<double>(in_.matchMarks->size()) * out_.minimap.width());
            if (out_.matchMarks.empty() || x > out_.matchMarks.back().left())
                out_.matchMarks.push_back(QRectF(x, out_.minimap.bottom() - 7, 2, 6));
        }
        if (in_.brush) {
            const double left = std::max(out_.lanes.left(), snap(out_.xOfPlace(in_.brush->from))), right = std::min(out_.lanes.right(), snap(out_.xOfPlace(in_.brush->to)));
            if (right <= left)
                return; // beside what is on show
            out_.brush = QRectF(left, out_.axisRect.top(), right - left, out_.all.bottom() - out_.axisRect.top());
            out_.brushText = toQString(formatDuration(data_.axis.timeAt(in_.brush->to) - data_.axis.timeAt(in_.brush->from)));
        }
    }

    const WaterfallInput& in_;
    const TraceData& data_;
    const SpanTable& table_;
    const Waterfall& tree_;
    const Theme& theme_;
    QFontMetricsF text_, small_;
    WaterfallFrame out_;
    const SiblingGroup* group_ = nullptr; ///< of the row that is laid out
    TimeRange times_;                     ///< moments at the ends of the range
    std::vector<bool> failed_;            ///< by pixel, kept for its capacity
    uint32_t base_ = 0; ///< depth at which the indent starts
    double step_ = kIndent;
};

} // namespace

WaterfallFrame layoutWaterfall(const WaterfallInput& input, const Theme& theme) {
    return Layouter(input, theme).layout();
}

double WaterfallFrame::xOf(int64_t time) const { return xOfPlace(axis != nullptr ? axis->at(time) : time); }

double WaterfallFrame::xOfPlace(int64_t place) const {
    // Far outside the range the double would lose pixels, and painters wrap around.
    const double x = lanes.left() + static_cast<double>(place - range.from) /
                                        static_cast<double>(range.length()) * lanes.width();
    return std::clamp(x, -1e6, 1e6);
}

int64_t WaterfallFrame::placeAt(double x) const {
    const double share = std::clamp((x - lanes.left()) / std::max(1.0, lanes.width()), 0.0, 1.0);
    return range.from + static_cast<int64_t>(std::llround(share * static_cast<double>(range.length())));
}

int64_t WaterfallFrame::placeOnMinimap(double x) const {
    const double share = std::clamp((x - minimap.left()) / std::max(1.0, minimap.width()), 0.0, 1.0);
    return bounds.from + static_cast<int64_t>(std::llround(share * static_cast<double>(bounds.length())));
}

WaterfallHit WaterfallFrame::hit(const QPointF& at) const {
    using Part = WaterfallHit::Part;
    if (!all.contains(at))
        return {};
    if (splitter.contains(at))
        return {Part::Splitter, kNoNode};
    if (at.y() < header.top())
        return {at.x() > splitter.right() ? Part::Minimap : Part::Title, kNoNode};
    if (at.y() < body.top())
        return {at.x() > splitter.right() ? Part::Axis : Part::None, kNoNode};
    const auto rowAt = [&](const std::vector<WaterfallRow>& among) {
        return std::find_if(among.begin(), among.end(), [&](const WaterfallRow& row) { return row.rect.contains(at); });
    };
    const auto pinned = rowAt(sticky), found = pinned != sticky.end() ? pinned : rowAt(rows);
    if (pinned != sticky.end() || found != rows.end()) {
        const WaterfallRow& row = *found;
        if (at.x() > splitter.right()) // narrow bars can be hit from 3 pixels away
            return {!row.bar.isEmpty() && row.bar.adjusted(-3, -5, 3, 5).contains(at) ? Part::Bar
                                                                                      : Part::Lane,
                    row.node};
        return {!row.arrow.isEmpty() && row.arrow.adjusted(-2, -3, 2, 3).contains(at) ? Part::Arrow
                                                                                      : Part::Tree,
                row.node};
    }
    return {at.x() > splitter.right() ? Part::Lane : Part::None, kNoNode};
}

} // namespace aisle
