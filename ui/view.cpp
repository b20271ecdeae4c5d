#include "view.h"

namespace aisle {

void View::whenSeen(std::function<void()> refresh) {
    if (isVisible())
        refresh();
    else
        due_ = std::move(refresh);
}

void View::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    catchUp();
}

void View::catchUp() {
    context_.seen();
    if (const auto due = std::exchange(due_, {}))
        due();
}

} // namespace aisle
