#include "flame/flame_view.h"

#include "text/format.h"
#include "widgets/plain_text.h"

namespace aisle {

FlameView::FlameView(ViewContext& context, QWidget* parent) : BlockChart(context, parent) {
    setObjectName(QStringLiteral("flame"));
    setAccessibleName(tr("Flame graph of the trace"));
    start();
}

std::function<BlockChart::ContentPtr(const StopToken&)> FlameView::maker(TraceDataPtr data) const {
    return [data = std::move(data)](const StopToken& stop) -> ContentPtr {
        auto out = std::make_shared<FlameContent>();
        out->graph = flameGraph(*data->table, data->tree, data->path, kNoNode, stop);
        const auto& flames = out->graph.flames;
        // Where each begins: behind its heavier siblings, above what it stands on.
        std::vector<int64_t> start(flames.size()), free(flames.size());
        int64_t roots = 0;
        std::vector<std::vector<FlameIndex>> rows(flames.empty() ? 0 : out->graph.maxDepth + 1);
        for (FlameIndex i = 0; i < flames.size(); ++i) {
            int64_t& next = flames[i].parent == kNoFlame ? roots : free[flames[i].parent];
            start[i] = free[i] = next;
            next += flames[i].weight;
            rows[flames[i].depth].push_back(i);
        }
        out->blockOf.resize(flames.size());
        for (const auto& row : rows) {
            for (const FlameIndex i : row) {
                out->blockOf[i] = out->blocks.count();
                out->flames.push_back(i);
                out->blocks.add(start[i], start[i] + flames[i].weight, colourNumber(*data->table, data->tree.nodes[flames[i].longest].row), flames[i].errors > 0);
            }
            out->blocks.endRow();
        }
        out->bounds = {0, std::max<int64_t>(out->graph.weight, TimeRange::kShortest)};
        return out;
    };
}

const Flame& FlameView::flameAt(uint32_t block) const { return flames().graph.flames[flames().flames[block]]; }

NodeIndex FlameView::nodeOf(uint32_t block) const { return flameAt(block).longest; }

uint32_t FlameView::blockOf(NodeIndex node) const {
    const FlameIndex flame = flames().graph.ofNode[node];
    return flame == kNoFlame ? kNoBlock : flames().blockOf[flame];
}

QString FlameView::textOf(uint32_t block) const {
    const Flame& flame = flameAt(block);
    if (flame.isMissing)
        return tr("missing parent");
    QString text = singleLine(toQString(data()->table->text(flame.name)));
    if (flame.spans > 1)
        text = QChar(0x00d7) + toQString(formatCount(flame.spans)) + QLatin1Char(' ') + text;
    return text;
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
    return tr("%1 · %2 of work").arg(toQString(counted(flames().graph.flames.size(), "call path", "call paths")), toQString(formatDuration(flames().graph.weight)));
}

std::unique_ptr<Tabular> FlameView::tabular() const {
    return content() != nullptr ? std::make_unique<Tabular>(tabulate(*data()->table, flames().graph)) : nullptr;
}

} // namespace aisle
