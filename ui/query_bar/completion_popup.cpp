#include "query_bar/completion_popup.h"

#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QPainter>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace aisle {

namespace {

constexpr int kDetailRole = Qt::UserRole + 1;
constexpr int kWidest = 620, kMostRows = 10;

/// What is put in place on the left, what it means on the right.
class CompletionDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const bool isChosen = (option.state & QStyle::State_Selected) != 0;
        p->fillRect(option.rect, isChosen ? theme().selection : (option.state & QStyle::State_MouseOver) != 0 ? theme().raised : theme().surface);
        const QRect rect = option.rect.adjusted(8, 0, -8, 0);
        const QString detail = index.data(kDetailRole).toString();
        p->setFont(option.font);
        const int left = rect.width() - p->fontMetrics().horizontalAdvance(index.data().toString()) - 16;
        const int room = std::min(p->fontMetrics().horizontalAdvance(detail) + 1, std::max(left, rect.width() / 2));
        p->setPen(theme().mutedText);
        p->drawText(rect, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, p->fontMetrics().elidedText(detail, Qt::ElideRight, room));
        p->setPen(theme().text);
        p->drawText(rect, Qt::AlignVCenter | Qt::TextSingleLine, p->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, rect.width() - room - (room > 0 ? 16 : 0)));
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const QString text = index.data().toString() + index.data(kDetailRole).toString();
        return {option.fontMetrics.horizontalAdvance(text) + 48, measure::kRow + 2};
    }
};

} // namespace

CompletionPopup::CompletionPopup(QWidget* field) : QListView(field), field_(field), model_(new QStandardItemModel(this)) {
    setFocusPolicy(Qt::NoFocus);
    setFrameShape(QFrame::Box);
    setMouseTracking(true);
    setUniformItemSizes(false);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setItemDelegate(new CompletionDelegate(this));
    setModel(model_);
    setAccessibleName(QStringLiteral("What may follow"));
    connect(this, &QListView::clicked, this, [this](const QModelIndex& index) { Q_EMIT taken(index.data(Qt::UserRole).toString()); });
    hide();
}

void CompletionPopup::present(const std::vector<traceql::Completion>& completions, int x) {
    model_->clear();
    if (completions.empty()) {
        hide();
        return;
    }
    setFont(field_->font());
    int width = 0;
    for (const traceql::Completion& completion : completions) {
        const QString text = toQString(completion.text);
        auto* item = new QStandardItem(singleLine(text.trimmed()));
        item->setData(text, Qt::UserRole);
        item->setData(singleLine(toQString(completion.detail)), kDetailRole);
        item->setAccessibleDescription(toQString(completion.detail));
        model_->appendRow(item);
        width = std::max(width, sizeHintForColumn(0));
    }
    setCurrentIndex({});
    // Over the other widgets of the window: a window of its own would take the keyboard, or be put anywhere on some systems.
    if (parentWidget() != field_->window())
        setParent(field_->window());
    const QPoint below = field_->mapTo(field_->window(), QPoint(std::max(0, x), field_->height() + 2));
    const int row = std::max(1, sizeHintForRow(0)), room = (field_->window()->height() - below.y() - 2 * frameWidth()) / row;
    const int rows = std::max(1, std::min({kMostRows, model_->rowCount(), room}));
    const bool scrolls = model_->rowCount() > rows;
    const QSize size(std::min(std::clamp(width + (scrolls ? verticalScrollBar()->sizeHint().width() : 0), 260, kWidest), field_->window()->width()), rows * row + 2 * frameWidth());
    setGeometry(QRect(QPoint(std::clamp(below.x(), 0, std::max(0, field_->window()->width() - size.width())), below.y()), size));
    show();
    raise();
}

void CompletionPopup::step(int by) {
    const int rows = model_->rowCount();
    if (rows == 0)
        return;
    const int row = currentIndex().isValid() ? (currentIndex().row() + by % rows + rows) % rows : by > 0 ? 0 : rows - 1;
    setCurrentIndex(model_->index(row, 0));
}

QString CompletionPopup::chosen(bool orFirst) const {
    const QModelIndex index = currentIndex().isValid() ? currentIndex() : orFirst && isVisible() ? model_->index(0, 0) : QModelIndex();
    return index.data(Qt::UserRole).toString();
}

} // namespace aisle
