#include "waterfall/waterfall_search.h"

#include "text/format.h"
#include "query_bar/query_edit.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>

namespace aisle {

WaterfallSearch::WaterfallSearch(ViewContext& context, QWidget* parent)
    : QFrame(parent), line_(new QueryEdit(context, this)), only_(new QToolButton(this)), count_(plainLabel({}, this)) {
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(4, 4, 8, 4);
    layout->setSpacing(measure::kGrid);
    layout->addWidget(line_);
    layout->addWidget(only_);
    layout->addWidget(count_);
    only_->setText(tr("Only matches"));
    only_->setCheckable(true);
    only_->setObjectName(QStringLiteral("toggle"));
    only_->setToolTip(plainToolTip(tr("Rows only for what matches and for what it is in")));
    connect(only_, &QToolButton::toggled, this, &WaterfallSearch::onlyMatchesChanged);
    line_->setPlaceholderText(tr("Find in this trace"));
    line_->setAccessibleName(tr("Find in this trace"));
    line_->setHelp(tr("Words in names and values, or TraceQL: status = error, duration > 100ms, .http.route = \"/cart\".\n"
                      "Enter: next, Shift+Enter: previous, Escape: close"));
    line_->setMinimumWidth(220);
    line_->setClearButtonEnabled(true);
    line_->installEventFilter(this);
    connect(line_, &QueryEdit::submitted, this, &WaterfallSearch::next);
    connect(line_, &QueryEdit::cancelled, this, &WaterfallSearch::close);
    connect(line_, &QLineEdit::textChanged, this, [this](const QString& text) {
        problem_.clear();
        Q_EMIT textChanged(text);
    });
    hide();
}

void WaterfallSearch::open() {
    show();
    raise();
    line_->setFocus(Qt::ShortcutFocusReason);
    line_->selectAll();
}

void WaterfallSearch::close() {
    line_->clear();
    only_->setChecked(false);
    hide();
    Q_EMIT closed();
}

QString WaterfallSearch::text() const {
    return line_->text();
}

void WaterfallSearch::setText(const QString& text) { line_->setText(text); }

bool WaterfallSearch::onlyMatches() const { return only_->isChecked(); }

void WaterfallSearch::setOnlyMatches(bool only) { only_->setChecked(only); }

void WaterfallSearch::setCount(size_t current, size_t matches, bool more) {
    if (line_->text().isEmpty())
        showWords({});
    else if (hasProblem())
        showWords(problem_);
    else if (matches == 0)
        showWords(more ? tr("Searching values…") : tr("No span matches"));
    else
        showWords(toQString(formatCount(current + 1) + " of " + counted(matches, "span", "spans")) + (more ? tr(", searching…") : QString()));
}

void WaterfallSearch::setProblem(const QString& words) {
    problem_ = words;
    showWords(words);
}

void WaterfallSearch::showWords(const QString& words) {
    count_->setText(words);
    adjustSize();
    if (parentWidget() != nullptr)
        move(4, 2); // over the title: the minimap has marks of the matches
}

bool WaterfallSearch::eventFilter(QObject* watched, QEvent* event) {
    if (watched == line_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && (key->modifiers() & Qt::ShiftModifier) != 0) {
            Q_EMIT previous();
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace aisle
