#pragma once
// Widgets in a row that goes on in the next one where it is too narrow, as words of a text do. No widget is ever cut. One that
// expands takes what is left of its row (of several the first one does, up to its maximum), and is as narrow as its minimum where that keeps
// it in it.
// Thread: the UI thread.

#include <QLayout>

namespace aisle {

class FlowLayout : public QLayout {
public:
    /// `gap`: between widgets, px; between rows it is half of that. Owned by `owner`, which it lays out.
    explicit FlowLayout(QWidget* owner, int gap);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override { items_.append(item); }
    int count() const override { return static_cast<int>(items_.size()); }
    QLayoutItem* itemAt(int index) const override { return items_.value(index); }
    QLayoutItem* takeAt(int index) override { return index >= 0 && index < count() ? items_.takeAt(index) : nullptr; }
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return place(QRect(0, 0, width, 0), false); }
    QSize minimumSize() const override; ///< of the widest widget
    QSize sizeHint() const override;    ///< in one row
    void setGeometry(const QRect& rect) override;

private:
    int place(const QRect& rect, bool isReal) const; ///< the height that it takes
    QList<QLayoutItem*> items_;
    int gap_;
};

} // namespace aisle
