#include "window/scope_bar.h"

#include "journey/case_scope.h"
#include "query_bar/query_edit.h"
#include "query_bar/query_store.h"
#include "theme/theme.h"
#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QToolButton>
#include <QTimer>
#include <QWidgetAction>

namespace aisle {

namespace {

/// One part of the scope: a button that removes it.
class Chip : public QToolButton {
public:
    /// `query`: what the words stand for, unless they say it.
    Chip(const QString& words, const QString& query, QWidget* parent) : QToolButton(parent), words_(singleLine(words)) {
        setToolTip(plainToolTip(words_ + QStringLiteral("\nClick to remove") + (query.isEmpty() ? QString() : QStringLiteral("\n\n") + query)));
        setAccessibleName(QStringLiteral("Remove from the scope: %1").arg(words_));
        setFocusPolicy(Qt::StrongFocus);
        setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed); // narrower where many have to have room
    }
    QSize sizeHint() const override {
        return {std::min(480, fontMetrics().horizontalAdvance(words_)) + 34, fontMetrics().height() + 8};
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
      queriesButton_(iconButton(Icon::Bookmark, QStringLiteral("Queries: saved ones, and those asked before"), this)), title_(new ElidedLabel(this)),
      problem_(new ElidedLabel(this)), chips_(new QWidget(this)), chipBox_(new QHBoxLayout(chips_)), text_(new QueryEdit(context, this)), store_(new QueryStore(context, this)) {
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
    text_->setPlaceholderText(QStringLiteral("Search, or ask in TraceQL (Ctrl+K)"));
    text_->setMinimumWidth(120);
    queriesButton_->setPopupMode(QToolButton::InstantPopup);
    queriesButton_->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
    queriesButton_->setMenu(new QMenu(queriesButton_));
    box->addWidget(back_);
    box->addWidget(forward_);
    box->addWidget(title_);
    box->addWidget(chips_, 1);
    box->addWidget(text_);
    box->addWidget(queriesButton_);
    lines->addLayout(box);
    lines->addWidget(problem_); // beside the editor it took the editor's room
    setMinimumHeight(36);
    connect(back_, &QToolButton::clicked, this, [this] { context_.selection().goBack(); });
    connect(forward_, &QToolButton::clicked, this, [this] { context_.selection().goForward(); });
    connect(queriesButton_->menu(), &QMenu::aboutToShow, this, &ScopeBar::fillMenu);
    connect(text_, &QueryEdit::entered, this, &ScopeBar::edit);
    connect(text_, &QueryEdit::left, this, [this] {
        if (!text_->isModified()) // what was written is not lost by a click elsewhere
            stopEditing();
    });
    connect(text_, &QLineEdit::textEdited, this, [this] { showProblem({}); }); // it was about another text
    connect(text_, &QueryEdit::cancelled, this, &ScopeBar::stopEditing);
    connect(text_, &QueryEdit::submitted, this, &ScopeBar::applyText);
    connect(store_, &QueryStore::changed, this, [this] { text_->setHistory(store_->asked()); });
    connect(store_, &QueryStore::failed, this, &ScopeBar::failed);
    connect(&context.selection(), &SelectionModel::scopeChanged, this, &ScopeBar::showScope);
    connect(&context.selection(), &SelectionModel::historyChanged, this, [this] {
        back_->setEnabled(context_.selection().canGoBack());
        forward_->setEnabled(context_.selection().canGoForward());
    });
    connect(&context, &ViewContext::scopeResultChanged, this, &ScopeBar::showScopeProblem);
    connect(&context, &ViewContext::tableChanged, this, &ScopeBar::showScope);
    connect(&context, &ViewContext::timeZoneChanged, this, &ScopeBar::showScope);
    connect(&context, &ViewContext::journeyChanged, this, &ScopeBar::showScope); // what cases are called, and how far they came
    back_->setEnabled(false);
    forward_->setEnabled(false);
    stopEditing();
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
    const Scope& scope = context_.selection().scope();
    const auto& terms = scope.terms();
    for (const ScopePart& part : scopeParts(scope, *context_.journey(), context_.timeZone())) {
        const ScopeTerm& first = terms[part.terms.front()];
        auto* chip = new Chip(first.kind == ScopeTerm::Kind::Time ? rangeWords(first.from, first.to, context_.timeZone()) : toQString(part.words), toQString(part.query), chips_);
        connect(chip, &QToolButton::clicked, this, [this, removed = part.terms] {
            Scope rest = context_.selection().scope();
            for (size_t i = removed.size(); i-- > 0;)
                rest = rest.without(removed[i]);
            context_.selection().setScope(rest);
        });
        chipBox_->addWidget(chip);
        chip->show();
    }
    if (terms.empty()) {
        auto* all = new QLabel(context_.table()->isEmpty() ? QString() : QStringLiteral("everything"), chips_);
        all->setForegroundRole(QPalette::PlaceholderText);
        chipBox_->addWidget(all);
    }
    chipBox_->addStretch(1);
    if (editing_ && !text_->isModified()) // never over what somebody is typing
        text_->setText(scopeText());
}

QString ScopeBar::scopeText() const { return context_.selection().scope().isEmpty() ? QString() : toQString(context_.selection().scope().toText()); }

void ScopeBar::edit() {
    if (!editing_) {
        editing_ = true;
        chips_->hide();
        text_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        text_->setText(scopeText());
        text_->setModified(false);
    }
    text_->setFocus();
    text_->selectAll();
}

void ScopeBar::stopEditing() {
    editing_ = false;
    text_->clear();
    text_->setModified(false);
    text_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    chips_->show();
    showScopeProblem(); // not what was wrong with the text
    if (text_->hasFocus())
        text_->clearFocus();
}

void ScopeBar::applyText() {
    const std::string text = text_->text().toStdString(); // as it stands, so that positions of errors fit
    traceql::ParseError error;
    const auto scope = Scope::parse(text, error);
    if (!scope) {
        text_->showError(error);
        showProblem(toQString(error.message));
        return;
    }
    if (const QString asked = text_->text().trimmed(); !asked.isEmpty())
        store_->addAsked(asked);
    context_.selection().setScope(*scope);
    stopEditing();
}

void ScopeBar::ask(const QString& query) {
    edit();
    text_->setText(query);
    applyText();
}

void ScopeBar::fillMenu() {
    constexpr int kRecent = 12;
    QMenu* menu = queriesButton_->menu();
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu*>(Qt::FindDirectChildrenOnly)); // which clear() leaves
    if (const QString query = editing_ ? text_->text().trimmed() : scopeText(); !query.isEmpty()) {
        auto* name = new QLineEdit(menu);
        name->setPlaceholderText(QStringLiteral("Save this query as \u2026"));
        name->setAccessibleName(QStringLiteral("Name to save this query under"));
        name->setMinimumWidth(260);
        auto* line = new QWidget(menu);
        auto* box = new QHBoxLayout(line);
        box->setContentsMargins(8, 4, 8, 4);
        box->addWidget(name);
        auto* action = new QWidgetAction(menu);
        action->setDefaultWidget(line);
        connect(name, &QLineEdit::returnPressed, this, [this, name, query, menu] {
            if (!name->text().trimmed().isEmpty()) {
                store_->keep(name->text().trimmed(), query);
                menu->close();
            }
        });
        menu->addAction(action);
        QTimer::singleShot(0, name, qOverload<>(&QWidget::setFocus)); // keys come to it; arrows go on to the menu
    }
    if (!store_->named().empty())
        menu->addSection(QStringLiteral("Saved"));
    for (const QueryStore::Named& named : store_->named()) {
        QMenu* one = menu->addMenu(menuText(named.name));
        one->setToolTip(plainToolTip(named.query));
        one->addAction(menuText(named.query), this, [this, named] { ask(named.query); });
        one->addSeparator();
        one->addAction(QStringLiteral("Remove"), this, [this, named] {
            store_->remove(named.name);
            Q_EMIT queryRemoved(named.name, named.query);
        });
    }
    if (!store_->asked().isEmpty())
        menu->addSection(QStringLiteral("Asked before"));
    for (const QString& query : store_->asked().mid(0, kRecent))
        menu->addAction(menuText(query), this, [this, query] { ask(query); });
    if (menu->isEmpty())
        menu->addAction(QStringLiteral("Nothing was asked of this workspace yet"))->setEnabled(false);
}

void ScopeBar::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), theme().surface);
    p.fillRect(QRect(0, height() - 1, width(), 1), theme().line);
}

} // namespace aisle
