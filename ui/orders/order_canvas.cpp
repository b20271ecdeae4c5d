#include "orders/order_canvas.h"

#include "theme/theme.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace aisle {

OrderCanvas::OrderCanvas(const QString& name, QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(name);
    setAccessibleDescription(tr("Arrow keys walk through it, Enter lists the orders of what is chosen"));
}

void OrderCanvas::redraw() {
    picture_ = {};
    update();
}

void OrderCanvas::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange || event->type() == QEvent::FontChange)
        redraw();
    QWidget::changeEvent(event);
}

void OrderCanvas::paintEvent(QPaintEvent*) {
    // Tens of thousands of lines take longer than a frame.
    const QSize pixels = (QSizeF(size()) * devicePixelRatioF()).toSize();
    if (picture_.size() != pixels || picture_.devicePixelRatio() != devicePixelRatioF()) {
        picture_ = QPixmap(pixels);
        picture_.setDevicePixelRatio(devicePixelRatioF());
        picture_.fill(theme().surface);
        QPainter p(&picture_);
        if (content)
            content(p, size());
    }
    QPainter p(this);
    p.drawPixmap(0, 0, picture_);
    if (overlay) {
        p.save();
        overlay(p, size());
        p.restore();
    }
    if (!hasFocus())
        return;
    p.setRenderHint(QPainter::Antialiasing, false);
    frameRect(p, rect(), theme().accent);
    if (const QRectF chosen = cursor ? cursor() : QRectF(); !chosen.isEmpty())
        frameRect(p, chosen.adjusted(-1, -1, 1, 1), theme().accent);
}

void OrderCanvas::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    Q_EMIT resized();
}

void OrderCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        Q_EMIT clicked(event->position());
}

void OrderCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        Q_EMIT opened(event->position());
}

void OrderCanvas::mouseMoveEvent(QMouseEvent* event) {
    const QString words = describe ? describe(event->position()) : QString();
    QToolTip::showText(event->globalPosition().toPoint(), words.isEmpty() ? QString() : plainToolTip(words), this);
}

void OrderCanvas::contextMenuEvent(QContextMenuEvent* event) {
    const QRectF chosen = event->reason() == QContextMenuEvent::Keyboard && cursor ? cursor() : QRectF();
    const QPointF at = chosen.isEmpty() ? QPointF(event->pos()) : chosen.center();
    Q_EMIT menuWanted(at, mapToGlobal(at.toPoint()));
}

void OrderCanvas::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Left: Q_EMIT walked(-1, 0); return;
    case Qt::Key_Right: Q_EMIT walked(1, 0); return;
    case Qt::Key_Up: Q_EMIT walked(0, -1); return;
    case Qt::Key_Down: Q_EMIT walked(0, 1); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: Q_EMIT activated(); return;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace aisle
