#include "flame/flame_view.h"

#include "analysis/saturating.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <algorithm>
#include <limits>

namespace aisle {

FlameView::FlameView(ViewContext& context, QWidget* parent) : BlockChart(context, parent) {
    setObjectName(QStringLiteral("flame"));
    setAccessibleName(tr("Flame graph of the trace"));
    connect(&this->context(), &ViewContext::focusMatchesChanged, this, [this] { rowsOf_ = nullptr; }); // others may come to lie there
    start();
}

std::function<BlockChart::ContentPtr(const StopToken&)> FlameView::maker(TraceDataPtr data) const {
    return [data = std::move(data)](const StopToken& stop) -> ContentPtr {
        auto out = std::make_shared<FlameContent>();
        out->graph = flameGraph(*data->table, data->tree, data->path, stop);
        const auto& flames = out->graph.flames;
        // Where each begins: behind its heavier siblings, above what it stands on.
        std::vector<int64_t> start(flames.size()), free(flames.size());
        // Sums of self times may be past the largest number; what would lie behind this lies at it.
        static constexpr int64_t kFarthest = std::numeric_limits<int64_t>::max() / 4;
        const auto behind = [](int64_t from, int64_t length) {
            addSaturated(from, length);
            return std::min(from, kFarthest);
        };
        int64_t roots = 0;
        std::vector<std::vector<FlameIndex>> rows(flames.empty() ? 0 : out->graph.maxDepth + 1);
        for (FlameIndex i = 0; i < flames.size(); ++i) {
            int64_t& next = flames[i].parent == kNoFlame ? roots : free[flames[i].parent];
            start[i] = free[i] = next;
            next = behind(next, flames[i].weight);
            rows[flames[i].depth].push_back(i);
        }
        out->blockOf.resize(flames.size());
        for (const auto& row : rows) {
            for (const FlameIndex i : row) {
                out->blockOf[i] = out->blocks.count();
                out->flames.push_back(i);
                out->blocks.add(start[i], behind(start[i], flames[i].weight), colourNumber(*data->table, data->tree.nodes[flames[i].longest].row), flames[i].errors > 0);
            }
            out->blocks.endRow();
        }
        out->bounds = {0, std::clamp(out->graph.weight, TimeRange::kShortest, kFarthest)};
        return out;
    };
}

const Flame& FlameView::flameAt(uint32_t block) const { return flames().graph.flames[flames().flames[block]]; }

NodeIndex FlameView::nodeOf(uint32_t block) const { return flameAt(block).longest; }

uint32_t FlameView::blockOf(NodeIndex node) const {
    const FlameIndex flame = flames().graph.ofNode[node];
    return flame == kNoFlame ? kNoBlock : flames().blockOf[flame];
}

QString FlameView::textOf(uint32_t block, const Redactor* redactor) const {
    const Flame& flame = flameAt(block);
    if (flame.isMissing)
        return tr("missing parent");
    QString text = shownName(data()->table->text(flame.name), redactor);
    if (flame.spans > 1)
        text = QChar(0x00d7) + toQString(formatCount(flame.spans)) + QLatin1Char(' ') + text;
    return text;
}

bool FlameView::holds(uint32_t block, const RowSet& rows) const {
    const FlameIndex flame = flames().flames[block];
    const auto& of = flames().graph.ofNode;
    if (rowsOf_ != &rows || flamesOf_ != &flames()) { // once for a focus
        held_.assign(flames().graph.flames.size(), false);
        for (const NodeIndex node : data()->tree.byRow)
            if (of[node] != kNoFlame && rows[data()->tree.nodes[node].row])
                held_[of[node]] = true;
        rowsOf_ = &rows;
        flamesOf_ = &flames();
    }
    return held_[flame];
}

QString FlameView::toolTipOf(uint32_t block) const {
    const Flame& flame = flameAt(block);
    if (flame.isMissing)
        return tr("Parents that are in no file of this workspace.");
    const SpanTable& table = *data()->table;
    const double share = flames().graph.weight > 0 ? static_cast<double>(flame.weight) / static_cast<double>(flames().graph.weight) : 0;
    QStringList lines{toQString(table.text(flame.name)), toQString(table.services()[flame.service]),
                      tr("%1 on this path, %2 long together").arg(toQString(counted(flame.spans, "span", "spans")), toQString(formatDuration(flame.total))),
                      tr("%1 with what is below, %2 of the trace's work").arg(toQString(formatDuration(flame.weight)), toQString(formatPercent(share))),
                      tr("%1 themselves, %2 on the critical path").arg(toQString(formatDuration(flame.self)), toQString(formatDuration(flame.path)))};
    if (flame.errors > 0)
        lines << toQString(counted(flame.errors, "of them has an error", "of them have errors"));
    return lines.join(QLatin1Char('\n'));
}

QString FlameView::emptyWords() const { return tr("Shows which operations called which, and where the time of a trace went, one block per call path."); }

QString FlameView::statusText() const {
    if (content() == nullptr)
        return {};
    return withClocks(tr("%1 · %2 of work").arg(toQString(counted(flames().graph.flames.size(), "call path", "call paths")), toQString(formatDuration(flames().graph.weight))), *data());
}

std::unique_ptr<Tabular> FlameView::tabular() const {
    if (content() == nullptr)
        return nullptr;
    auto out = std::make_unique<Tabular>(tabulate(*data()->table, flames().graph));
    noteClocks(*out, *data());
    return out;
}

} // namespace aisle
