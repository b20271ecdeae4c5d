#include "charts/legend.h"

#include "query/field_condition.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

namespace aisle {

namespace {

void paintItem(QPainter* p, const QRect& rect, const QString& text, const QString& figure, const QColor& colour) {
    const Theme& t = theme();
    const QRect swatch(rect.left() + measure::kPadding, rect.center().y() - 4, 9, 9);
    p->fillRect(swatch, colour);
    const QFont numbers = t.tabular();
    const int width = figure.isEmpty() ? 0 : QFontMetrics(numbers).horizontalAdvance(figure);
    const QRect row = rect.adjusted(swatch.right() - rect.left() + 7, 0, -measure::kPadding, 0);
    p->setFont(numbers);
    p->setPen(t.mutedText);
    p->drawText(row, Qt::AlignRight | Qt::AlignVCenter, figure);
    p->setFont(t.font);
    p->setPen(t.text);
    const QRect label = row.adjusted(0, 0, -width - 8, 0);
    p->drawText(label, Qt::AlignLeft | Qt::AlignVCenter, QFontMetrics(t.font).elidedText(text, Qt::ElideMiddle, label.width()));
}

class LegendDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {120, measure::kRow}; }
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Theme& t = theme();
        if ((option.state & (QStyle::State_Selected | QStyle::State_HasFocus)) != 0 && option.widget != nullptr && option.widget->hasFocus())
            p->fillRect(option.rect, t.selection);
        else if ((option.state & QStyle::State_MouseOver) != 0)
            p->fillRect(option.rect, t.raised);
        paintItem(p, option.rect, index.data(Qt::DisplayRole).toString(), index.data(LegendModel::FigureRole).toString(), index.data(Qt::DecorationRole).value<QColor>());
    }
};

} // namespace

void LegendModel::setItems(std::vector<LegendItem> items) {
    if (items == items_)
        return;
    if (items.size() == items_.size()) { // while a brush moves the list keeps what is pointed at
        items_ = std::move(items);
        if (!items_.empty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    items_ = std::move(items);
    endResetModel();
}

int LegendModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(items_.size()); }

QVariant LegendModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<size_t>(index.row()) >= items_.size())
        return {};
    const LegendItem& item = items_[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return item.label;
    case Qt::DecorationRole: return item.colour;
    case FigureRole: return item.figure;
    case CopyKeyRole: return toQString(item.key);
    case Qt::AccessibleTextRole: return QString(item.label + QLatin1String(", ") + item.figure);
    case Qt::ToolTipRole: return plainToolTip(item.label + (item.condition.empty() ? QString() : QLatin1Char('\n') + Legend::tr("Shift+click filters to it")));
    default: return {};
    }
}

Legend::Legend(ViewContext& context, QWidget* parent) : QListView(parent), context_(context), model_(new LegendModel(this)) {
    setModel(model_);
    setItemDelegate(new LegendDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setUniformItemSizes(true);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setAccessibleName(tr("Legend"));
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) { point(hasFocus() ? now.row() : pointed_); });
}

QSize Legend::sizeHint() const { return {216, 100}; }

void Legend::paintAll(QPainter& painter, const QRect& rect) const {
    QRect row(rect.left(), rect.top(), rect.width(), measure::kRow);
    for (const LegendItem& item : items()) {
        const std::string label = context_.exporter().redactor().redact(item.key, item.label.toStdString());
        paintItem(&painter, row, singleLine(toQString(label)), item.figure, item.colour);
        row.translate(0, measure::kRow);
    }
}

void Legend::setItems(std::vector<LegendItem> items, ItemsOf of) {
    of_ = of;
    model_->setItems(std::move(items));
    setVisible(model_->rowCount() > 1);
    if (pointed_ >= model_->rowCount())
        point(-1);
}

void Legend::point(int row) {
    if (pointed_ == row)
        return;
    pointed_ = row;
    Q_EMIT pointedChanged();
}

void Legend::filterTo(int row, bool excludes) {
    if (row < 0 || row >= model_->rowCount())
        return;
    const std::string condition = items()[static_cast<size_t>(row)].condition;
    if (condition.empty())
        return;
    const Scope& scope = context_.selection().scope();
    constexpr std::string_view kNone = " = nil";
    if (of_ == ItemsOf::Spans)
        context_.selection().setScope(scope.narrowed(excludes ? traceql::excluding(condition) : condition));
    else if (condition.ends_with(kNone)) // no span has any
        context_.selection().setScope(scope.withTraces(condition.substr(0, condition.size() - kNone.size()) + " != nil", !excludes));
    else
        context_.selection().setScope(scope.withTraces(condition, excludes));
}

bool Legend::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::MouseMove)
        point(indexAt(static_cast<QMouseEvent*>(event)->pos()).row());
    else if (event->type() == QEvent::Leave)
        point(-1);
    return QListView::viewportEvent(event);
}

void Legend::keyPressEvent(QKeyEvent* event) {
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid())
        filterTo(currentIndex().row(), (event->modifiers() & Qt::AltModifier) != 0);
    else
        QListView::keyPressEvent(event);
}

void Legend::mouseReleaseEvent(QMouseEvent* event) {
    QListView::mouseReleaseEvent(event);
    if (event->button() == Qt::LeftButton && (event->modifiers() & Qt::ShiftModifier) != 0)
        filterTo(indexAt(event->pos()).row(), false);
}

void Legend::contextMenuEvent(QContextMenuEvent* event) {
    const int row = indexAt(event->pos()).row();
    if (row < 0 || items()[static_cast<size_t>(row)].condition.empty())
        return;
    QMenu menu(this);
    connect(menu.addAction(tr("Filter to this\tShift+click")), &QAction::triggered, this, [this, row] { filterTo(row, false); });
    connect(menu.addAction(tr("Exclude this\tAlt+Enter")), &QAction::triggered, this, [this, row] { filterTo(row, true); });
    menu.exec(event->globalPos());
}

} // namespace aisle
