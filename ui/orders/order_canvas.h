#pragma once
// Where a chart of orders is painted: hover, click, keyboard. What is drawn and what is under the mouse is the view's.

#include <QPixmap>
#include <QWidget>

#include <functional>

namespace aisle {

class OrderCanvas : public QWidget {
    Q_OBJECT
public:
    explicit OrderCanvas(const QString& name, QWidget* parent);

    std::function<void(QPainter&, QSizeF)> content;     ///< paints all of it; null: nothing. Kept as a picture until redraw(), another size or theme
    std::function<void(QPainter&, QSizeF)> overlay;     ///< paints what changes under keys, over it, each time; null: nothing
    std::function<QRectF()> cursor;                     ///< what keys have chosen; empty: nothing
    std::function<QString(QPointF)> describe;           ///< for a tool tip; empty: nothing there
    void redraw();                                      ///< there is something else to paint; update() is for overlay and cursor
    QSize minimumSizeHint() const override { return {260, 160}; }

Q_SIGNALS:
    void clicked(QPointF at);
    void opened(QPointF at); ///< by a double click
    void menuWanted(QPointF at, QPoint global);
    void walked(int columns, int rows); ///< by arrow keys
    void activated();                   ///< Enter at the cursor
    void resized();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent*) override { update(); }
    void focusOutEvent(QFocusEvent*) override { update(); }
    void changeEvent(QEvent* event) override;

private:
    QPixmap picture_; ///< of the content; null: to be painted
};

} // namespace aisle
