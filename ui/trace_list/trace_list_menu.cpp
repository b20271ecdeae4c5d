// The context menu of the trace list.

#include "theme/theme.h"
#include "trace_list/trace_list_view.h"
#include "widgets/plain_text.h"

#include <QMenu>
#include <QTableView>

namespace aisle {

void TraceListView::openMenu(const QPoint& at) {
    QMenu menu(this);
    if (const QModelIndex index = list_->indexAt(at); index.isValid())
        addTraceActions(menu, model_->traceAt(index.row()));
    QMenu* sorting = menu.addMenu(QStringLiteral("Sort by"));
    for (int section = 0; section < model_->columnCount(); ++section) {
        QAction* by = sorting->addAction(menuText(model_->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString()));
        by->setCheckable(true);
        by->setChecked(columnOf(section) == sort_ && (sort_ != TraceColumn::Other || model_->extras()[static_cast<size_t>(section - TraceListModel::ColumnTotal)].field == sortField_)); // again: the other way round
        connect(by, &QAction::triggered, this, [this, section] { sortBy(section); });
    }
    fillColumns(menu.addMenu(tr("Columns")));
    connect(menu.addAction(QStringLiteral("Copy list as CSV")), &QAction::triggered, this, [this] {
        if (const auto table = tabular())
            context().exporter().toClipboard(context().exporter().render(*table, TextFormat::Csv));
    });
    menu.exec(list_->viewport()->mapToGlobal(at));
}

void TraceListView::addTraceActions(QMenu& menu, TraceIndex trace) {
    const SpanTablePtr table = model_->table();
    const std::string id = toHex(table->traceId(trace));
    const Row root = table->summary(trace).root;
    const auto filterTo = [&](const QString& what, ScopeTerm::Kind kind, const std::string& value) {
        connect(menu.addAction(what), &QAction::triggered, this, [this, kind, value] {
            ScopeTerm term;
            term.kind = kind;
            term.text = value;
            selection().addTerm(term);
            if (kind == ScopeTerm::Kind::Trace)
                Q_EMIT context().traceRequested(); // as Enter does
        });
    };
    filterTo(QStringLiteral("Filter to this trace\tEnter"), ScopeTerm::Kind::Trace, id);
    if (root != kNoRow) {
        filterTo(QStringLiteral("Filter to this service"), ScopeTerm::Kind::Service, std::string(table->serviceText(root)));
        filterTo(QStringLiteral("Filter to this operation"), ScopeTerm::Kind::Name, std::string(table->nameText(root)));
    }
    if (const CaseNumber number = context().journey()->cases().caseOf(trace); number != kNoCase)
        filterTo(QStringLiteral("Filter to this %1").arg(menuText(toQString(context().journey()->cases().key().title).toLower())),
                 ScopeTerm::Kind::Case, context().journey()->cases().cases()[number].value);
    if (const CaseNumber number = context().journey()->cases().caseOf(trace); number != kNoCase)
        connect(menu.addAction(QStringLiteral("All traces of this %1 on one timeline").arg(menuText(toQString(context().journey()->cases().key().title).toLower()))), &QAction::triggered, this,
                [this, value = context().journey()->cases().cases()[number].value] {
                    selection().setFocus(Focus::onCase(value));
                    Q_EMIT context().traceRequested();
                });
    connect(menu.addAction(QStringLiteral("Compare others with this trace")), &QAction::triggered, this,
            [this, traceId = table->traceId(trace)] { context().shownTrace().setBaseline(traceId); });
    menu.addSeparator();
    connect(menu.addAction(QStringLiteral("Copy trace id")), &QAction::triggered, this,
            [this, id] { context().exporter().toClipboard(context().exporter().render("trace_id", id)); });
}

} // namespace aisle
