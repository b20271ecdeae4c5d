#include "lanes/lanes_view.h"

#include "text/format.h"
#include "widgets/plain_text.h"

namespace aisle {

LanesView::LanesView(ViewContext& context, QWidget* parent) : BlockChart(context, parent) {
    setObjectName(QStringLiteral("lanes"));
    setAccessibleName(tr("Spans of the trace in lanes"));
    start();
}

std::function<BlockChart::ContentPtr(const StopToken&)> LanesView::maker(TraceDataPtr data) const {
    return [data = std::move(data)](const StopToken& stop) -> ContentPtr {
        auto out = std::make_shared<LaneContent>();
        const SpanTable& table = *data->table;
        out->lanes = lanes(table, data->tree, stop);
        out->blockOf.assign(data->tree.nodes.size(), kNoBlock);
        for (uint32_t lane = 0; lane < out->lanes.count(); ++lane) {
            for (const NodeIndex node : out->lanes.of(lane)) {
                const Row row = data->tree.nodes[node].row;
                const int64_t start = data->tree.startOf(table, node);
                out->blockOf[node] = out->blocks.count();
                out->blocks.add(data->axis.at(start), data->axis.at(std::max(data->tree.endOf(table, node), start)), colourNumber(table, row), row != kNoRow && table.isError(row));
            }
            out->blocks.endRow();
        }
        for (const NodeIndex node : data->tree.byRow)
            out->left += !data->tree.hasStart(table, node);
        out->bounds = data->axis.places();
        out->axis = &data->axis; // lives as long: the view holds both
        out->origin = data->tree.start;
        return out;
    };
}

QString LanesView::textOf(uint32_t block, const Redactor* redactor) const {
    const Row row = data()->tree.nodes[nodeOf(block)].row;
    return row == kNoRow ? tr("missing parent") : shownName(data()->table->nameText(row), redactor);
}

QString LanesView::toolTipOf(uint32_t block) const {
    const NodeIndex node = nodeOf(block);
    const SpanTable& table = *data()->table;
    const Row row = data()->tree.nodes[node].row;
    if (row == kNoRow)
        return tr("The spans below name a parent that is in no file of this workspace.");
    QStringList lines{toQString(table.nameText(row)), toQString(table.serviceText(row)),
                      (table.flags(row) & kUnfinished) != 0
                          ? tr("unfinished")
                          : tr("%1, of which %2 itself").arg(toQString(formatDuration(table.duration(row))), toQString(formatDuration(table.selfTime(row)))),
                      tr("starts after %1").arg(toQString(formatDuration(table.start(row) - data()->tree.start)))};
    if (data()->path.stretchOf(node) != nullptr)
        lines << tr("on the critical path (timing-based)");
    if (table.isError(row))
        lines << tr("error");
    return lines.join(QLatin1Char('\n'));
}

QString LanesView::emptyWords() const { return tr("Shows all spans of a trace at once over time, packed by how deep they are called."); }

QString LanesView::statusText() const {
    if (content() == nullptr)
        return {};
    QString text = tr("%1 in %2").arg(toQString(counted(data()->tree.spanCount() - packed().left, "span", "spans")), toQString(counted(packed().lanes.count(), "lane", "lanes")));
    if (packed().left > 0)
        text += QStringLiteral(" · ") + toQString(counted(packed().left, "without a start time is not here", "without a start time are not here"));
    return withClocks(text, *data());
}

std::unique_ptr<Tabular> LanesView::tabular() const {
    if (content() == nullptr)
        return nullptr;
    auto out = std::make_unique<Tabular>(tabulate(*data()->table, waterfall(*data()->table, data()->tree.traces))); // without groups
    noteClocks(*out, *data());
    return out;
}

} // namespace aisle
