#include "window/rail.h"

#include "theme/theme.h"

#include <QButtonGroup>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace aisle {

namespace {

class RailButton : public QToolButton {
public:
    using QToolButton::QToolButton;
    QSize sizeHint() const override {
        const QFontMetrics metrics(theme().axisFont);
        return {std::max(68, metrics.horizontalAdvance(text()) + 2 * measure::kGrid), kTextTop + metrics.height() + measure::kGrid};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void changeEvent(QEvent* event) override {
        QToolButton::changeEvent(event);
        if (event->type() == QEvent::FontChange)
            updateGeometry();
    }
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        const Theme& t = theme();
        if (isChecked() || underMouse())
            p.fillRect(rect(), t.raised);
        if (isChecked())
            p.fillRect(QRect(0, 0, 3, height()), t.accent);
        if (hasFocus()) {
            p.setPen(t.accent);
            p.drawRect(rect().adjusted(0, 0, -1, -1));
        }
        const QRect iconRect((width() - 22) / 2, 9, 22, 22);
        icon().paint(&p, iconRect, Qt::AlignCenter, QIcon::Normal, isChecked() ? QIcon::On : QIcon::Off);
        p.setFont(t.axisFont);
        p.setPen(isChecked() ? t.text : t.mutedText);
        p.drawText(QRect(0, kTextTop, width(), height() - kTextTop - measure::kGrid / 2), Qt::AlignHCenter | Qt::AlignVCenter, text());
    }

private:
    static constexpr int kTextTop = 33; ///< below the icon
};

} // namespace

Rail::Rail(QWidget* parent) : QWidget(parent), group_(new QButtonGroup(this)) {
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 4, 1, 0);
    box->setSpacing(2);
    box->addStretch(1);
    group_->setExclusive(true);
    connect(group_, &QButtonGroup::idClicked, this, &Rail::chosen);
    setAccessibleName(QStringLiteral("Perspectives"));
}

void Rail::add(const QString& title, Icon icon, const QString& tip) {
    auto* button = new RailButton(this);
    button->setText(title);
    button->setIcon(themedIcon(icon));
    button->setCheckable(true);
    button->setToolTip(tip);
    button->setAccessibleName(title);
    button->setFocusPolicy(Qt::TabFocus);
    const int index = static_cast<int>(group_->buttons().size());
    group_->addButton(button, index);
    static_cast<QVBoxLayout*>(layout())->insertWidget(index, button);
}

void Rail::setCurrent(int index) {
    if (QAbstractButton* button = group_->button(index))
        button->setChecked(true);
}

void Rail::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), theme().background);
    p.fillRect(QRect(width() - 1, 0, 1, height()), theme().line);
}

} // namespace aisle
