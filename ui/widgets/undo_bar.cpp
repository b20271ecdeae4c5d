#include "widgets/undo_bar.h"

#include "widgets/plain_text.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <utility>

namespace aisle {

UndoBar::UndoBar(QWidget* parent) : QWidget(parent), label_(plainLabel({}, this)), button_(new QPushButton(tr("Undo"), this)) {
    label_->setWordWrap(true);
    label_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a name without spaces widens no window
    button_->setAutoDefault(false);
    button_->setToolTip(tr("Ctrl+Z"));
    auto* box = new QHBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(label_, 1);
    box->addWidget(button_);
    connect(button_, &QPushButton::clicked, this, &UndoBar::undo);
    qApp->installEventFilter(this); // a line of text takes Ctrl+Z also where it has nothing to undo
    refresh();
}

void UndoBar::offer(const QString& words, std::function<void()> undo) {
    problem_.clear();
    words_ = words;
    undoes_ = std::move(undo);
    refresh();
}

void UndoBar::tell(const QString& problem) {
    problem_ = problem;
    refresh();
}

void UndoBar::undo() {
    const auto undoes = std::exchange(undoes_, {});
    offer({}, {});
    if (undoes)
        undoes();
}

void UndoBar::refresh() {
    QStringList lines{problem_, words_};
    lines.removeAll(QString());
    label_->setText(lines.join(QLatin1Char('\n')));
    button_->setVisible(undoes_ != nullptr);
    setVisible(!label_->text().isEmpty());
}

bool UndoBar::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress || !undoes_ || !watched->isWidgetType() || static_cast<QWidget*>(watched)->window() != window() || !static_cast<QKeyEvent*>(event)->matches(QKeySequence::Undo))
        return false;
    if (const auto* line = qobject_cast<QLineEdit*>(watched); line != nullptr && line->isUndoAvailable())
        return false;
    QMetaObject::invokeMethod(this, &UndoBar::undo, Qt::QueuedConnection); // it may take away the line that the key is for
    return true;
}

} // namespace aisle
