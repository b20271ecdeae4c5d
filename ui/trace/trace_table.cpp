#include "trace/trace_table.h"

#include "widgets/empty_state.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScopedValueRollback>
#include <QTableView>
#include <QVBoxLayout>

namespace aisle {

TraceTable::TraceTable(ViewContext& shared, QWidget* parent) : View(shared, parent), box_(new QVBoxLayout(this)), list_(new QTableView(this)) {
    box_->setContentsMargins(0, 0, 0, 0);
    box_->setSpacing(0);
    styleList(*list_);
    list_->setItemDelegate(new ListDelegate([this]() -> const ServiceColours& { return context().serviceColours(); }, list_));
    box_->addWidget(list_, 1);
    empty_ = new EmptyState(list_);
    setFocusProxy(list_);
    list_->installEventFilter(this);
    list_->viewport()->installEventFilter(this);
    connect(empty_, &EmptyState::buttonClicked, this, [this] {
        if (context().table()->isEmpty())
            Q_EMIT context().openRequested();
        else
            context().shownTrace().openSlowest();
    });
    connect(list_, &QWidget::customContextMenuRequested, this, &TraceTable::openMenu);
    connect(&selection(), &SelectionModel::focusChanged, this, &TraceTable::applyFocus);
    connect(&context().shownTrace(), &ShownTrace::changed, this, &TraceTable::follow);
    connect(&context(), &ViewContext::tableChanged, this, &TraceTable::updateEmptyState);
}

void TraceTable::setModel(QAbstractTableModel* model, int stretched, std::initializer_list<int> digits) {
    list_->setModel(model);
    const int digit = QFontMetrics(theme().font).horizontalAdvance(QLatin1Char('0'));
    int column = 0;
    for (const int width : digits)
        list_->horizontalHeader()->resizeSection(column++, width * digit);
    list_->horizontalHeader()->setMinimumSectionSize(8 * digit); // the stretched one must stay legible, too
    list_->horizontalHeader()->setSectionResizeMode(stretched, QHeaderView::Stretch);
    connect(list_->horizontalHeader(), &QHeaderView::sectionClicked, this, &TraceTable::sortBy);
    connect(list_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) { choose(now.isValid() ? now.row() : -1); });
}

void TraceTable::start() { follow(); }

void TraceTable::takeFocus() { list_->setFocus(); }

void TraceTable::follow() {
    const TraceDataPtr data = context().shownTrace().data();
    if (data) {
        if (data != data_)
            catchUp();
        return;
    }
    worker_.cancel();
    data_.reset();
    clear();
    updateEmptyState();
    Q_EMIT statusTextChanged();
}

/// Hidden pages do nothing: they catch up when they are shown.
void TraceTable::catchUp() {
    if (const TraceDataPtr data = context().shownTrace().data(); data && isVisible())
        refresh(data);
}

void TraceTable::showEvent(QShowEvent*) { follow(); }

void TraceTable::adopted(TraceDataPtr data) {
    data_ = std::move(data);
    updateEmptyState();
    applyFocus();
    Q_EMIT statusTextChanged();
}

/// Numbers are first wanted largest first.
void TraceTable::sortBy(int section) {
    const QVariant alignment = list_->model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole);
    setSort(section, section == sort_ ? !descending_ : alignment == cellAlignment(true));
    catchUp();
}

void TraceTable::setSort(int section, bool descending) {
    sort_ = section;
    descending_ = descending;
    list_->horizontalHeader()->setSortIndicator(section, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
}

void TraceTable::applyFocus() {
    const Focus& focus = selection().focus();
    if (!data_ || following_ || focus.trace != data_->tree.traceId)
        return;
    const Row row = focus.kind == Focus::Kind::Span ? focus.rowIn(*data_->table) : kNoRow;
    const NodeIndex node = row == kNoRow ? kNoNode : data_->tree.nodeOf(row);
    const int at = node == kNoNode ? -1 : rowOf(node);
    const QScopedValueRollback following(following_, true);
    list_->setCurrentIndex(at < 0 ? QModelIndex() : list_->model()->index(at, 0));
    if (at >= 0)
        list_->scrollTo(list_->model()->index(at, 0), QAbstractItemView::EnsureVisible);
}

void TraceTable::choose(int row) {
    if (row < 0 || following_ || !data_)
        return;
    const NodeIndex node = nodeAt(row);
    if (const Row span = node == kNoNode ? kNoRow : data_->tree.nodes[node].row; span != kNoRow) {
        const QScopedValueRollback following(following_, true); // the row stays the chosen one
        selection().setFocus(Focus::onSpan(*data_->table, span));
    }
}

void TraceTable::filterTo(int row) {
    const NodeIndex node = data_ ? nodeAt(row) : kNoNode;
    if (const Row span = node == kNoNode ? kNoRow : data_->tree.nodes[node].row; span != kNoRow)
        selection().addTerm({ScopeTerm::Kind::Name, std::string(data_->table->nameText(span)), {}, 0, 0});
}

bool TraceTable::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress && list_->currentIndex().isValid()) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            filterTo(list_->currentIndex().row());
            return true;
        }
    }
    // A click on the row that already is current signals nothing by itself, but should take the focus back.
    if (watched == list_->viewport() && event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (const QModelIndex index = list_->indexAt(mouse->pos()); mouse->button() == Qt::LeftButton && index.isValid()) {
            choose(index.row());
            if ((mouse->modifiers() & Qt::ShiftModifier) != 0)
                filterTo(index.row());
        }
    }
    return View::eventFilter(watched, event);
}

void TraceTable::openMenu(const QPoint& at) {
    const QModelIndex index = list_->indexAt(at);
    const NodeIndex node = index.isValid() && data_ ? nodeAt(index.row()) : kNoNode;
    const Row row = node == kNoNode ? kNoRow : data_->tree.nodes[node].row;
    if (row == kNoRow)
        return;
    const SpanTablePtr table = data_->table;
    QMenu menu(this);
    const auto filter = [&](const QString& text, const ScopeTerm& term) {
        QAction* action = menu.addAction(text);
        action->setEnabled(!selection().scope().contains(term));
        connect(action, &QAction::triggered, this, [this, term] { selection().addTerm(term); });
    };
    filter(tr("Filter to this operation"), {ScopeTerm::Kind::Name, std::string(table->nameText(row)), {}, 0, 0});
    filter(tr("Filter to this service"), {ScopeTerm::Kind::Service, std::string(table->serviceText(row)), {}, 0, 0});
    filter(tr("Filter to this trace"), {ScopeTerm::Kind::Trace, toHex(data_->tree.traceId), {}, 0, 0});
    menu.addSeparator();
    connect(menu.addAction(tr("Copy span id")), &QAction::triggered, this, [this, table, row] {
        Export& out = context().exporter();
        out.toClipboard(out.render("span_id", toHex(table->id(row))));
    });
    menu.exec(list_->viewport()->mapToGlobal(at));
}

void TraceTable::updateEmptyState() {
    if (data_ || (context().shownTrace().data() && worker_.isBusy()))
        empty_->hideState();
    else if (context().table()->isEmpty())
        empty_->show(tr("No trace"), emptyWords(), tr("Open a file..."));
    else if (!context().shownTrace().problem().isEmpty())
        empty_->show(tr("The trace could not be read"), context().shownTrace().problem());
    else
        empty_->show(tr("No trace is chosen"), emptyWords(), tr("Open the slowest trace"));
}

QVariant cellAlignment(bool isNumber) {
    return QVariant::fromValue((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

} // namespace aisle
