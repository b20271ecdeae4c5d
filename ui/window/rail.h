#pragma once
// The perspectives, at the left edge of the window.

#include "widgets/icons.h"

#include <QWidget>

class QButtonGroup;

namespace aisle {

class Rail : public QWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget* parent = nullptr);
    void add(const QString& title, Icon icon, const QString& tip);
    void setCurrent(int index);

Q_SIGNALS:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QButtonGroup* group_;
};

} // namespace aisle
