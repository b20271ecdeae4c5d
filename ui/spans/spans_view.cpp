#include "spans/spans_view.h"

#include "spans/spans_model.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QTableView>

namespace aisle {

SpansView::SpansView(ViewContext& shared, QWidget* parent) : TraceTable(shared, parent), model_(new SpansModel(this)) {
    setObjectName(QStringLiteral("spans"));
    setAccessibleName(tr("Spans of the trace"));
    list()->setAccessibleName(tr("Spans of the trace"));
    setModel(model_, SpansModel::OperationColumn, {12, 22, 30, 10, 14, 12, 14, 9});
    start();
}

NodeIndex SpansView::nodeAt(int row) const { return model_->content().nodes[static_cast<size_t>(row)]; }

int SpansView::rowOf(NodeIndex node) const {
    const uint32_t row = model_->content().rowOf[node];
    return row == SpansModel::Content::kNoRowOf ? -1 : static_cast<int>(row);
}

void SpansView::refresh(const TraceDataPtr& data) {
    worker_.run<SpansModel::Content>(
        [data, by = static_cast<SpansModel::ColumnIndex>(sortColumn()), descending = isDescending()](const StopToken& stop) {
            return SpansModel::sorted(data, by, descending, stop);
        },
        [this, data](SpansModel::Content content) {
            model_->setContent(std::move(content));
            adopted(data);
        });
}

void SpansView::clear() { model_->setContent({}); }

QString SpansView::emptyWords() const { return tr("Lists every span of a trace, sortable by duration, self time and its part of the critical path."); }

QString SpansView::statusText() const { return data() ? withClocks(toQString(counted(static_cast<uint64_t>(model_->rowCount()), "span", "spans")), *data()) : QString(); }

/// The columns of the waterfall, in the order on show.
std::unique_ptr<Tabular> SpansView::tabular() const {
    if (!data())
        return nullptr;
    const SpanTable& table = *data()->table;
    const Waterfall plain = waterfall(table, data()->tree.traces); // a group is no span
    Tabular all = tabulate(table, plain);
    auto out = std::make_unique<Tabular>();
    out->columns = std::move(all.columns);
    out->notes = std::move(all.notes);
    noteClocks(*out, *data());
    for (const NodeIndex node : model_->content().nodes)
        out->rows.push_back(std::move(all.rows[plain.nodeOf(data()->tree.nodes[node].row)]));
    return out;
}

} // namespace aisle
