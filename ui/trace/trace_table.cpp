#include "trace/trace_table.h"

#include "widgets/copy_filter.h"
#include "widgets/empty_state.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
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
    if (!data_ || following_ || !data_->tree.holds(focus.trace))
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
    filter(tr("Filter to this trace"), {ScopeTerm::Kind::Trace, toHex(table->traceId(table->trace(row))), {}, 0, 0});
    menu.addSeparator();
    connect(menu.addAction(tr("Compare others with this trace")), &QAction::triggered, this,
            [this, id = table->traceId(table->trace(row))] { context().shownTrace().setBaseline(id); });
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

namespace {
constexpr int kPictureWidth = 1400, kPictureNote = 24, kMostPictureRows = 2000;
} // namespace

QSize TraceTable::pictureSize(int tallest) const {
    const int rows = list_->model() != nullptr ? std::min(list_->model()->rowCount(), kMostPictureRows) : 0;
    if (!data_ || rows == 0)
        return {};
    return {kPictureWidth, std::min(tallest, (rows + 1) * measure::kRow + kPictureNote)};
}

/// The table as text: columns as wide as on the screen, in proportion.
void TraceTable::paintPicture(QPainter& painter, QSize size) const {
    const QAbstractItemModel* model = list_->model();
    if (!data_ || model == nullptr)
        return;
    const Theme& t = theme();
    const Redactor& redactor = context().exporter().redactor();
    painter.fillRect(QRect(QPoint(), size), t.surface);
    painter.fillRect(QRect(0, 0, size.width(), measure::kRow), t.raised);
    const int columns = model->columnCount(), rows = std::min(model->rowCount(), (size.height() - kPictureNote) / measure::kRow - 1);
    double total = 0;
    for (int column = 0; column < columns; ++column)
        total += list_->horizontalHeader()->sectionSize(column);
    double left = 0;
    for (int column = 0; column < columns; ++column) {
        const double width = list_->horizontalHeader()->sectionSize(column) / total * size.width();
        const auto cell = [&](int line) { return QRectF(left + 4, line * measure::kRow, width - 8, measure::kRow); };
        const auto write = [&](QRectF rect, const QString& text, const QColor& colour) {
            const auto alignment = model->headerData(column, Qt::Horizontal, Qt::TextAlignmentRole).value<Qt::Alignment>();
            painter.setPen(colour);
            painter.drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine, QFontMetricsF(painter.font()).elidedText(text, Qt::ElideRight, rect.width()));
        };
        painter.setFont(t.axisFont);
        write(cell(0), model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), t.mutedText);
        painter.setFont(t.font);
        for (int row = 0; row < rows; ++row) {
            const QModelIndex index = model->index(row, column);
            QRectF rect = cell(row + 1);
            if (const QVariant share = index.data(ShareRole); share.isValid()) {
                QColor bar = t.neutralBar;
                bar.setAlphaF(0.30F);
                const double length = std::max(1.0, share.toDouble() * rect.width());
                painter.fillRect(QRectF(rect.right() - length, rect.top() + 3, length, rect.height() - 7), bar);
            }
            if (const QVariant service = index.data(ServiceRole); service.isValid()) {
                painter.fillRect(QRectF(rect.left(), rect.center().y() - 5, 4, 11), context().serviceColours().of(service.toString().toStdString(), t));
                rect.setLeft(rect.left() + 10);
            }
            const QVariant colour = index.data(Qt::ForegroundRole);
            const std::string key = index.data(CopyKeyRole).toString().toStdString(), text = index.data(Qt::DisplayRole).toString().toStdString();
            write(rect, toQString(redactor.redact(key, text)), colour.isValid() ? colour.value<QColor>() : t.text);
            paintCell(painter, cell(row + 1), index);
        }
        left += width;
    }
    QString note = statusText();
    if (const int more = model->rowCount() - rows; more > 0)
        note += QStringLiteral("; ") + toQString(counted(static_cast<uint64_t>(more), "row below is", "rows below are") + " left out of this picture");
    painter.setFont(t.axisFont);
    painter.setPen(t.mutedText);
    painter.drawText(QRectF(measure::kPadding, size.height() - kPictureNote, size.width(), kPictureNote), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, note);
}

} // namespace aisle
