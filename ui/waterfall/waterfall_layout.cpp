// The areas of a frame, which lines are on show and what lies over them, and hit-testing.

#include "waterfall/waterfall_layout.h"

#include "text/format.h"
#include "waterfall/waterfall_row_layout.h"
#include "widgets/plain_text.h"

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {

using namespace waterfall_measure;

class Layouter {
public:
    Layouter(const WaterfallInput& input, const Theme& theme)
        : in_(input), data_(*input.data), table_(*input.data->table), tree_(input.data->tree),
          theme_(theme) {}

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
            const double from = in_.snap(std::max(out_.xOf(at->from), out_.lanes.left())), to = in_.snap(std::min(out_.xOf(at->to), out_.lanes.right()));
            if (to - from >= kLeast)
                out_.idle.push_back(QRectF(from, out_.body.top(), to - from, out_.body.height()));
        }
    }

    void pathShares() {
        const QRectF bar(measure::kPadding, kTitle - 4, std::max(0.0, out_.title.width() - 2 * measure::kPadding), 3);
        double left = bar.left();
        for (const auto& [service, share] : data_.pathShares) {
            const double right = in_.snap(std::min(bar.right(), left + share * bar.width()));
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
            out_.titleText = in_.shown("service.name", table_.serviceText(root)) + QStringLiteral("  ") +
                             in_.shown("name", table_.nameText(root));
        out_.subtitleText = in_.shown("trace_id", toHex(tree_.traceIds.front()));
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
        const double usual = indent_.step, room = std::max(usual, out_.tree.width() * 0.5);
        indent_.from = deepest * usual > room ? shallowest : 0;
        indent_.step = std::min(usual, room / std::max(1U, deepest - indent_.from));
        out_.treeHeaderText =
            indent_.from > 0 ? QStringLiteral("Service and operation, levels %1 to %2")
                            .arg(toQString(formatCount(shallowest)), toQString(formatCount(deepest)))
                      : QStringLiteral("Service and operation");
        if (in_.colourBy != ColourBy::Service)
            out_.treeHeaderText += in_.colourBy == ColourBy::Status ? QStringLiteral(" · bars by status") : QStringLiteral(" · bars by self time");
        std::vector<WaterfallLine> lines;
        lines.reserve(static_cast<size_t>(std::max<int64_t>(0, last - first)));
        for (int64_t line = first; line < last; ++line)
            lines.push_back({(*in_.rows)[static_cast<uint32_t>(line)], out_.body.top() + static_cast<double>(line * measure::kRow - in_.scroll)});
        out_.rows = layoutRows(in_, out_, indent_, lines, theme_);
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
        std::vector<WaterfallLine> lines;
        for (auto up = chain.rbegin(); up != chain.rend(); ++up)
            lines.push_back({*up, out_.body.top() + static_cast<double>(lines.size()) * measure::kRow});
        out_.sticky = layoutRows(in_, out_, indent_, lines, theme_);
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
            const double x = in_.snap(std::clamp(out_.xOf(tree_.endOf(table_, connection.from)), out_.lanes.left(), out_.lanes.right()));
            const double end = in_.snap(std::clamp(out_.xOf(tree_.startOf(table_, connection.to)), out_.lanes.left(), out_.lanes.right()));
            const double y = std::clamp(yOf(connection.from), top - 20, bottom + 20), endY = std::clamp(yOf(connection.to), top - 20, bottom + 20);
            if (std::abs(y - endY) < 2)
                return; // both within one collapsed row
            const double turn = in_.snap(std::max(out_.lanes.left() + 1, end - 5));
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
        const double from = in_.snap(onMinimap(in_.range.from)), to = in_.snap(onMinimap(in_.range.to));
        out_.minimapWindow =
            QRectF(from, out_.minimap.top(), std::max(2.0, to - from), out_.minimap.height());
        for (size_t i = 0; in_.matchMarks != nullptr && i < in_.matchMarks->size(); ++i) {
            if (!(*in_.matchMarks)[i])
                continue;
            const double x = in_.snap(out_.minimap.left() + static_cast<double>(i) / static_cast<double>(in_.matchMarks->size()) * out_.minimap.width());
            if (out_.matchMarks.empty() || x > out_.matchMarks.back().left())
                out_.matchMarks.push_back(QRectF(x, out_.minimap.bottom() - 7, 2, 6));
        }
        if (in_.brush) {
            const double left = std::max(out_.lanes.left(), in_.snap(out_.xOfPlace(in_.brush->from))), right = std::min(out_.lanes.right(), in_.snap(out_.xOfPlace(in_.brush->to)));
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
    WaterfallFrame out_;
    TimeRange times_; ///< moments at the ends of the range
    WaterfallIndent indent_;
};

} // namespace

double WaterfallInput::snap(double value) const { return std::round(value * dpr) / dpr; }

QString WaterfallInput::shown(const char* key, std::string_view value) const {
    return singleLine(redactor != nullptr ? toQString(redactor->redact(key, value)) : toQString(value));
}

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
