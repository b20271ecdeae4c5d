#pragma once
// A label for text of any length on one line: it takes the room there is, never asks for more, and shows in its tool tip
// what did not fit.

#include <QLabel>

namespace aisle {

class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    /// As wide as the text, up to that; otherwise the layout decides.
    void setWidest(int pixels);
    /// Names are cut in the middle, as is everything unless it is said; sentences at their end.
    void setElideMode(Qt::TextElideMode mode);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    int widest_ = 0;
    Qt::TextElideMode mode_ = Qt::ElideMiddle;
};

} // namespace aisle
