#include "widgets/empty_state.h"

#include "theme/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace aisle {

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent), title_(new QLabel(this)), words_(new QLabel(this)), button_(new QPushButton(this)) {
    for (QLabel* label : {title_, words_}) {
        label->setTextFormat(Qt::PlainText);
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        label->setMaximumWidth(440);
    }
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(measure::kGap, measure::kGap, measure::kGap, measure::kGap);
    box->setSpacing(measure::kPadding);
    box->addStretch(2);
    box->addWidget(title_, 0, Qt::AlignHCenter);
    box->addWidget(words_, 0, Qt::AlignHCenter);
    box->addSpacing(measure::kPadding);
    box->addWidget(button_, 0, Qt::AlignHCenter);
    box->addStretch(3);
    connect(button_, &QPushButton::clicked, this, &EmptyState::buttonClicked);
    applyFonts();
    parent->installEventFilter(this);
    hide();
}

void EmptyState::applyFonts() {
    title_->setFont(theme().titleFont);
    words_->setForegroundRole(QPalette::PlaceholderText); // the muted text of whatever theme comes
}

void EmptyState::show(const QString& title, const QString& words, const QString& button) {
    title_->setText(title);
    words_->setText(words);
    fitLabels();
    button_->setText(button);
    button_->setVisible(!button.isEmpty());
    setGeometry(parentWidget()->rect());
    raise();
    QWidget::show();
}

/// A wrapped label in a layout asks for the height of its narrowest form; its width is known here.
void EmptyState::fitLabels() {
    const int width = std::clamp(parentWidget()->width() - 2 * measure::kGap, 120, 440);
    for (QLabel* label : {title_, words_}) {
        label->setFixedWidth(width);
        label->setFixedHeight(std::max(0, label->heightForWidth(width)));
    }
}

void EmptyState::hideState() { QWidget::hide(); }

bool EmptyState::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && watched == parentWidget()) {
        setGeometry(parentWidget()->rect());
        fitLabels();
    }
    return false;
}

void EmptyState::paintEvent(QPaintEvent*) { QPainter(this).fillRect(rect(), theme().surface); }

void EmptyState::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        applyFonts();
    QWidget::changeEvent(event);
}

} // namespace aisle
