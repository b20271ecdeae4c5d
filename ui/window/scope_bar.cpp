#include "window/scope_bar.h"

#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QToolButton>

namespace aisle {

namespace {

/// One part of the scope: a button that removes it.
class Chip : public QToolButton {
public:
    Chip(const QString& words, QWidget* parent) : QToolButton(parent), words_(singleLine(words)) {
        setToolTip(plainToolTip(QStringLiteral("%1\nClick to remove").arg(words_)));
        setAccessibleName(QStringLiteral("Remove from the scope: %1").arg(words_));
        setFocusPolicy(Qt::StrongFocus);
        setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed); // narrower where many have to have room
    }
    QSize sizeHint() const override {
        return {std::min(320, fontMetrics().horizontalAdvance(words_)) + 34, fontMetrics().height() + 8};
    }
    QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        const bool hot = underMouse() || hasFocus();
        p.setPen(hot ? theme().accent : theme().line);
        p.setBrush(theme().raised);
        p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        p.setPen(theme().text);
        p.drawText(QRect(9, 0, width() - 30, height()), Qt::AlignVCenter | Qt::TextSingleLine,
                   fontMetrics().elidedText(words_, Qt::ElideMiddle, width() - 30));
        p.setPen(QPen(hot ? theme().text : theme().mutedText, 1.4));
        const QPointF c(width() - 13.5, height() / 2.0);
        p.drawLine(c + QPointF(-3, -3), c + QPointF(3, 3));
        p.drawLine(c + QPointF(-3, 3), c + QPointF(3, -3));
    }

private:
    QString words_;
};

QString chipWords(const ScopeTerm& term, TimeZone zone) {
    if (term.kind == ScopeTerm::Kind::Time)
        return rangeWords(term.from, term.to, zone);
    return toQString(term.toWords(zone));
}

QToolButton* iconButton(Icon icon, const QString& tip, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setIcon(themedIcon(icon));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setAutoRaise(true);
    button->setIconSize({16, 16});
    return button;
}

} // namespace

ScopeBar::ScopeBar(ViewContext& context, QWidget* parent)
    : QWidget(parent), context_(context), back_(iconButton(Icon::Back, QStringLiteral("Back (Alt+Left)"), this)),
      forward_(iconButton(Icon::Forward, QStringLiteral("Forward (Alt+Right)"), this)),
      editButton_(iconButton(Icon::Edit, QStringLiteral("Edit the scope as text (Ctrl+K)"), this)), title_(new ElidedLabel(this)),
      problem_(new ElidedLabel(this)), chips_(new QWidget(this)), chipBox_(new QHBoxLayout(chips_)), text_(new QLineEdit(this)) {
    setAccessibleName(QStringLiteral("Scope"));
    auto* lines = new QVBoxLayout(this);
    lines->setContentsMargins(4, 4, measure::kPadding, 4);
    lines->setSpacing(4);
    auto* box = new QHBoxLayout;
    box->setSpacing(2);
    title_->setWidest(400);
    title_->setContentsMargins(6, 0, 6, 0);
    problem_->setContentsMargins(6, 0, 6, 0);
    problem_->setForegroundRole(QPalette::BrightText);
    problem_->hide();
    chipBox_->setContentsMargins(0, 0, 0, 0);
    chipBox_->setSpacing(6);
    text_->setAccessibleName(QStringLiteral("Scope as text"));
    text_->setPlaceholderText(QStringLiteral("{ resource.service.name = \"checkout\" && aisle:error = true }"));
    text_->hide();
    text_->installEventFilter(this);
    box->addWidget(back_);
    box->addWidget(forward_);
    box->addWidget(title_);
    box->addWidget(chips_, 1);
    box->addWidget(text_, 3);
    box->addWidget(editButton_);
    lines->addLayout(box);
    lines->addWidget(problem_); // beside the editor it took the editor's room
    setMinimumHeight(36);
    connect(back_, &QToolButton::clicked, this, [this] { context_.selection().goBack(); });
    connect(forward_, &QToolButton::clicked, this, [this] { context_.selection().goForward(); });
    connect(editButton_, &QToolButton::clicked, this, [this] { text_->isVisible() ? stopEditing() : edit(); });
    connect(text_, &QLineEdit::returnPressed, this, &ScopeBar::applyText);
    connect(&context.selection(), &SelectionModel::scopeChanged, this, &ScopeBar::showScope);
    connect(&context.selection(), &SelectionModel::historyChanged, this, [this] {
        back_->setEnabled(context_.selection().canGoBack());
        forward_->setEnabled(context_.selection().canGoForward());
    });
    connect(&context, &ViewContext::scopeResultChanged, this, &ScopeBar::showScopeProblem);
    connect(&context, &ViewContext::tableChanged, this, &ScopeBar::showScope);
    connect(&context, &ViewContext::timeZoneChanged, this, &ScopeBar::showScope);
    back_->setEnabled(false);
    forward_->setEnabled(false);
    showScope();
}

void ScopeBar::setDocumentTitle(const QString& title) { title_->setText(singleLine(title)); }

void ScopeBar::showProblem(const QString& words) {
    problem_->setText(singleLine(words));
    problem_->setVisible(!words.isEmpty());
}

void ScopeBar::showScopeProblem() {
    const auto& problems = context_.scopeResult()->problems;
    showProblem(problems.empty() ? QString() : toQString(problems.front()));
}

void ScopeBar::showScope() {
    while (QLayoutItem* item = chipBox_->takeAt(0)) {
        if (item->widget() != nullptr)
            item->widget()->deleteLater(); // a chip may be the sender
        delete item;
    }
    const auto& terms = context_.selection().scope().terms();
    for (size_t i = 0; i < terms.size(); ++i) {
        auto* chip = new Chip(chipWords(terms[i], context_.timeZone()), chips_);
        connect(chip, &QToolButton::clicked, this, [this, i] { context_.selection().removeTerm(i); });
        chipBox_->addWidget(chip);
        chip->show();
    }
    if (terms.empty()) {
        auto* all = new QLabel(context_.table()->isEmpty() ? QString() : QStringLiteral("everything"), chips_);
        all->setForegroundRole(QPalette::PlaceholderText);
        chipBox_->addWidget(all);
    }
    chipBox_->addStretch(1);
    if (text_->isVisible() && !text_->isModified()) // never over what somebody is typing
        text_->setText(toQString(context_.selection().scope().toText()));
}

void ScopeBar::edit() {
    chips_->hide();
    text_->show();
    text_->setText(context_.selection().scope().isEmpty() ? QString() : toQString(context_.selection().scope().toText()));
    text_->setFocus();
    text_->selectAll();
}

void ScopeBar::stopEditing() {
    text_->hide();
    chips_->show();
    showScopeProblem(); // not what was wrong with the text
}

void ScopeBar::applyText() {
    const std::string text = text_->text().toStdString(); // as it stands, so that positions of errors fit
    if (text_->text().trimmed().isEmpty()) {
        context_.selection().setScope({});
        stopEditing();
        return;
    }
    ScopeParseError error;
    const auto scope = Scope::parse(text, error);
    if (!scope) {
        // The cursor goes to where it went wrong; positions are bytes of UTF-8.
        text_->setCursorPosition(static_cast<int>(QString::fromUtf8(text.data(), static_cast<qsizetype>(std::min(error.position, text.size()))).size()));
        showProblem(toQString(error.message));
        return;
    }
    context_.selection().setScope(*scope);
    stopEditing();
}

bool ScopeBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == text_ && event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        stopEditing();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ScopeBar::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), theme().surface);
    p.fillRect(QRect(0, height() - 1, width(), 1), theme().line);
}

} // namespace aisle
