#include "widgets/list_delegate.h"

#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"
#include "widgets/sort_header.h"

#include <QIdentityProxyModel>
#include <QPainter>
#include <QTableView>

#include <algorithm>

namespace aisle {

namespace {

void drawText(QPainter* painter, const QStyleOptionViewItem& item, const QModelIndex& index, int left) {
    const QVariant colour = index.data(Qt::ForegroundRole);
    painter->setPen(colour.isValid() ? colour.value<QColor>() : theme().text);
    painter->setFont(item.font);
    const QRect rect = item.rect.adjusted(left, 0, -3, 0);
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    painter->drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine,
                      item.fontMetrics.elidedText(index.data(Qt::DisplayRole).toString(), item.textElideMode, rect.width()));
}

/// A list as it may leave: the texts that its cells show are what a copy of them would be.
class LeavingModel : public QIdentityProxyModel {
public:
    LeavingModel(QAbstractItemModel* model, const Redactor& redactor) : redactor_(redactor) { setSourceModel(model); }

    QVariant data(const QModelIndex& index, int role) const override {
        QVariant shown = QIdentityProxyModel::data(index, role);
        if (role != Qt::DisplayRole || shown.toString().isEmpty())
            return shown;
        const QVariant key = QIdentityProxyModel::data(index, CopyKeyRole), text = QIdentityProxyModel::data(index, CopyTextRole);
        const std::string whole = (text.isValid() ? text : shown).toString().toStdString();
        const std::string allowed = redactor_.redact((key.isValid() ? key : headerData(index.column(), Qt::Horizontal, Qt::DisplayRole)).toString().toStdString(), whole);
        return allowed == whole ? shown : QVariant(singleLine(toQString(allowed)));
    }

private:
    const Redactor& redactor_;
};

} // namespace

void ListDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem item = option;
    item.state &= ~QStyle::State_HasFocus; // the whole row is what is focused
    if (index.data(MarkRole).toBool()) {
        // Tinted, with a mark at the left edge.
        QColor tint = theme().accent;
        tint.setAlphaF(0.09F);
        painter->fillRect(item.rect, tint);
        if (index.column() == 0)
            painter->fillRect(QRect(item.rect.left(), item.rect.top(), 3, item.rect.height()), theme().accent);
    }
    QStyledItemDelegate::paint(painter, item, index); // without the text where something stands behind or beside it
    if (const QVariant service = index.data(ServiceRole); service.isValid()) {
        painter->fillRect(QRect(item.rect.left() + 3, item.rect.center().y() - 5, 4, 11), colours_().of(service.toString().toStdString(), theme()));
        drawText(painter, item, index, 14);
    } else if (const QVariant share = index.data(ShareRole); share.isValid()) {
        const int room = item.rect.width() - 8;
        const int width = std::max(1, static_cast<int>(share.toDouble() * room));
        QColor bar = theme().neutralBar;
        bar.setAlphaF(0.30F);
        painter->fillRect(QRect(item.rect.right() - 2 - width, item.rect.top() + 3, width, item.rect.height() - 7), bar);
        drawText(painter, item, index, 4);
    }
}

void ListDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    CellDelegate::initStyleOption(option, index);
    if (index.data(ServiceRole).isValid() || index.data(ShareRole).isValid()) {
        option->displayAlignment = Qt::AlignLeft;
        option->text.clear(); // drawn by paint()
    }
}

QVariant cellAlignment(bool isNumber) { return QVariant::fromValue((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter); }

void styleList(QTableView& list) {
    list.setSelectionBehavior(QAbstractItemView::SelectRows);
    list.setSelectionMode(QAbstractItemView::SingleSelection);
    list.setShowGrid(false);
    list.setWordWrap(false);
    list.setFrameShape(QFrame::NoFrame);
    list.setAlternatingRowColors(false);
    list.setTabKeyNavigation(false);
    list.setSortingEnabled(false); // what is shown sorts, not the view
    list.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    list.verticalHeader()->hide();
    list.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    list.verticalHeader()->setDefaultSectionSize(measure::kRow);
    list.setContextMenuPolicy(Qt::CustomContextMenu);
    auto* header = new SortHeader(&list);
    list.setHorizontalHeader(header);
    header->setHighlightSections(false);
    header->setSectionsClickable(true);
    header->setSortIndicator(0, Qt::AscendingOrder);
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setMinimumSectionSize(48);
}

QSize listPictureSize(const QTableView& list, int tallest) {
    constexpr int kMostRows = 60;
    const int head = list.horizontalHeader()->height(), rows = list.model()->rowCount();
    return {list.horizontalHeader()->length(), head + std::min({rows, kMostRows, std::max(1, (tallest - head) / list.rowHeight(0))}) * list.rowHeight(0)};
}

void paintListPicture(QPainter& painter, const QTableView& list, QSize size, const Redactor& redactor) {
    const LeavingModel model(list.model(), redactor);
    const auto* header = list.horizontalHeader();
    painter.fillRect(QRect(QPoint(), size), theme().surface);
    painter.setPen(theme().mutedText);
    painter.setFont(theme().font);
    for (int c = 0; c < model.columnCount(); ++c) {
        const QRect cell(header->sectionPosition(c) + 3, 0, header->sectionSize(c) - 6, header->height());
        painter.drawText(cell, Qt::TextSingleLine | static_cast<int>(model.headerData(c, Qt::Horizontal, Qt::TextAlignmentRole).value<Qt::Alignment>()), model.headerData(c, Qt::Horizontal, Qt::DisplayRole).toString());
    }
    QStyleOptionViewItem option;
    option.initFrom(&list);
    option.widget = &list;
    option.font = theme().font;
    option.fontMetrics = QFontMetrics(theme().font);
    option.state &= ~(QStyle::State_HasFocus | QStyle::State_MouseOver);
    for (int row = 0, y = header->height(); row < model.rowCount() && y < size.height(); ++row, y += list.rowHeight(0))
        for (int c = 0; c < model.columnCount(); ++c) {
            option.rect = QRect(header->sectionPosition(c), y, header->sectionSize(c), list.rowHeight(0));
            list.itemDelegate()->paint(&painter, option, model.index(row, c));
        }
}

} // namespace aisle
