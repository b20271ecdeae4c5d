#include "query_bar/query_edit.h"

#include "journey/case_scope.h"
#include "query_bar/completion_popup.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QTextCharFormat>
#include <QTimer>

namespace aisle {

namespace {

constexpr int kCompleteAfterMs = 80, kCheckAfterMs = 400;
constexpr size_t kColoured = 8192; ///< bytes; longer ones nobody reads in one line

/// The keyboard comes back from there.
bool isPassing(Qt::FocusReason reason) { return reason == Qt::PopupFocusReason || reason == Qt::ActiveWindowFocusReason || reason == Qt::MenuBarFocusReason; }

/// What was copied last, and as what.
struct Copied {
    QString whole, allowed;
};
Copied& copied() {
    static Copied last;
    return last;
}

struct Completed {
    std::vector<traceql::Completion> completions;
    std::shared_ptr<const traceql::Vocabulary> vocabulary;
};

} // namespace

QueryEdit::QueryEdit(ViewContext& context, QWidget* parent)
    : QLineEdit(parent), context_(context), popup_(new CompletionPopup(this)), completeTimer_(new QTimer(this)), checkTimer_(new QTimer(this)) {
    completeTimer_->setSingleShot(true);
    completeTimer_->setInterval(kCompleteAfterMs);
    checkTimer_->setSingleShot(true);
    checkTimer_->setInterval(kCheckAfterMs);
    connect(completeTimer_, &QTimer::timeout, this, &QueryEdit::requestCompletions);
    connect(checkTimer_, &QTimer::timeout, this, [this] {
        traceql::ParseError error;
        const std::string query = text().toStdString();
        error_.reset();
        // What only lacks its end is being written, and no error.
        if (!query.empty() && !traceql::read(query, error) && error.length > 0 && error.position + error.length < query.size())
            error_ = error;
        mark();
    });
    connect(this, &QLineEdit::textChanged, this, [this] {
        error_.reset();
        mark();
        checkTimer_->start();
    });
    connect(this, &QLineEdit::textEdited, this, [this] {
        // A list that is about something else is no help until the next one is there.
        if (const traceql::Site now = traceql::siteAt(text().toStdString(), cursorByte()); now.what != site_.what || now.from != site_.from || !QString::fromStdString(now.typed).startsWith(QString::fromStdString(site_.typed)))
            popup_->hide();
        inHistory_ = -1;
        completeTimer_->start();
    });
    connect(this, &QLineEdit::cursorPositionChanged, this, [this] {
        if (!completeTimer_->isActive())
            popup_->hide(); // it was about another place
    });
    connect(popup_, &CompletionPopup::taken, this, &QueryEdit::take);
}

QueryEdit::~QueryEdit() { delete popup_; }

size_t QueryEdit::cursorByte() const { return text().left(cursorPosition()).toUtf8().size(); }

int QueryEdit::characterAt(size_t byte) const {
    const QByteArray bytes = text().toUtf8();
    return static_cast<int>(QString::fromUtf8(bytes.left(static_cast<qsizetype>(byte))).size());
}

bool QueryEdit::isCompleting() const { return popup_->isVisible(); }

QSize QueryEdit::sizeHint() const {
    const QSize usual = QLineEdit::sizeHint();
    return {std::max(usual.width(), fontMetrics().horizontalAdvance(placeholderText()) + 24), usual.height()};
}

void QueryEdit::setHelp(const QString& text) {
    help_ = text;
    setToolTip(plainToolTip(text));
}

void QueryEdit::setHistory(QStringList history) {
    history_ = std::move(history);
    inHistory_ = -1;
}

void QueryEdit::showError(const traceql::ParseError& error) {
    popup_->hide();
    completeTimer_->stop();
    checkTimer_->stop();
    setCursorPosition(characterAt(error.position));
    error_ = error;
    mark();
}

/// QLineEdit has no highlighter, but it draws what an input method says about formats; the text is not touched.
void QueryEdit::mark() {
    if (isMarking_ || isComposing_)
        return;
    isMarking_ = true;
    const std::string query = text().toStdString();
    QList<QInputMethodEvent::Attribute> formats;
    std::vector<int> characters; // by byte, in one pass
    characters.reserve(query.size() + 1);
    int count = 0;
    for (const char c : query) {
        characters.push_back(count);
        const auto byte = static_cast<unsigned char>(c);
        count += (byte & 0xc0) == 0x80 ? 0 : byte >= 0xf0 ? 2 : 1; // UTF-16 has two for those
    }
    characters.push_back(count);
    const auto add = [&](size_t from, size_t to, const QTextCharFormat& format) {
        const int first = characters[std::min(from, query.size())], last = characters[std::min(to, query.size())];
        formats.append({QInputMethodEvent::TextFormat, first - cursorPosition(), last - first, format});
    };
    const bool isQuery = query.size() <= kColoured && query.find_first_of("{=<>~|&") != std::string::npos;
    for (const traceql::Part& part : isQuery ? traceql::parts(query) : std::vector<traceql::Part>{}) {
        QTextCharFormat format;
        switch (part.what) {
        case traceql::Part::What::Field: format.setForeground(theme().text); break;
        case traceql::Part::What::Literal: format.setForeground(theme().literal); break;
        case traceql::Part::What::Function: format.setFontWeight(QFont::DemiBold); break;
        case traceql::Part::What::Operator:
        case traceql::Part::What::Bracket: format.setForeground(theme().mutedText); break;
        }
        const bool isWrong = error_ && part.from < error_->position + error_->length && part.to > error_->position;
        if (!isWrong)
            add(part.from, part.to, format);
    }
    if (error_ && error_->length > 0) {
        QTextCharFormat wrong;
        wrong.setForeground(theme().error);
        wrong.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wrong.setUnderlineColor(theme().error);
        add(error_->position, std::min(query.size(), error_->position + error_->length), wrong);
    }
    setToolTip(plainToolTip(error_ ? toQString(error_->message) : help_));
    QInputMethodEvent event(QString(), formats);
    QLineEdit::inputMethodEvent(&event);
    isMarking_ = false;
}

void QueryEdit::inputMethodEvent(QInputMethodEvent* event) {
    isComposing_ = !event->preeditString().isEmpty();
    QLineEdit::inputMethodEvent(event);
    if (!isComposing_)
        mark();
}

void QueryEdit::changeEvent(QEvent* event) {
    QLineEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        mark();
}

void QueryEdit::requestCompletions() {
    if (!hasFocus())
        return;
    const std::string query = text().toStdString();
    site_ = traceql::siteAt(query, cursorByte());
    if (site_.what == traceql::Site::What::Nothing) {
        popup_->hide();
        return;
    }
    if (vocabularyOf_ != context_.table()) {
        vocabularyOf_ = context_.table();
        vocabulary_.reset();
    }
    worker_.run<Completed>(
        [context = context_.queryContext(), site = site_, vocabulary = vocabulary_](const StopToken& stop) {
            traceql::Needs needs;
            needs.attributes = site.what == traceql::Site::What::Field || site.what == traceql::Site::What::Value;
            const traceql::OpenSource open(context, needs, stop);
            Completed out{{}, vocabulary};
            if (!out.vocabulary && site.what == traceql::Site::What::Field)
                out.vocabulary = std::make_shared<const traceql::Vocabulary>(traceql::Vocabulary{traceql::keyCounts(open.source(), stop)});
            static const traceql::Vocabulary none;
            out.completions = traceql::completions(site, open.source(), out.vocabulary ? *out.vocabulary : none, stop);
            return out;
        },
        [this, of = vocabularyOf_](Completed completed) {
            if (of == context_.table())
                vocabulary_ = completed.vocabulary;
            // One that is there already is no help.
            if (completed.completions.size() == 1 && QString::fromStdString(completed.completions[0].text).trimmed() == text().mid(characterAt(site_.from), characterAt(site_.to) - characterAt(site_.from)))
                completed.completions.clear();
            if (!hasFocus())
                return;
            const int back = cursorPosition() - characterAt(site_.from);
            const int x = cursorRect().center().x() - fontMetrics().horizontalAdvance(text().mid(cursorPosition() - back, back));
            popup_->present(completed.completions, x - 8);
        },
        [this](const QString&) { popup_->hide(); }); // it is help that is missing, nothing else
}

void QueryEdit::take(const QString& completion) {
    if (completion.isEmpty())
        return;
    popup_->hide();
    site_ = traceql::siteAt(text().toStdString(), cursorByte()); // something may have been typed since the list was made
    const int from = characterAt(site_.from), to = characterAt(site_.to);
    setSelection(from, to - from);
    QString put = completion;
    if (put.endsWith(QLatin1Char(' ')) && to < text().size() && text()[to] == QLatin1Char(' '))
        put.chop(1); // there is one
    insert(put);
    completeTimer_->start();
}

void QueryEdit::goThroughHistory(int by) {
    if (history_.isEmpty())
        return;
    if (inHistory_ < 0)
        draft_ = text();
    inHistory_ = std::clamp(inHistory_ + by, -1, static_cast<int>(history_.size()) - 1);
    setText(inHistory_ < 0 ? draft_ : history_[inHistory_]);
}

bool QueryEdit::event(QEvent* event) {
    // Tab is a completion's before it goes to the next widget, Escape the list's before a window's shortcut takes it.
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Tab && popup_->isVisible()) {
            take(popup_->chosen(true));
            return true;
        }
    }
    if (event->type() == QEvent::ShortcutOverride && popup_->isVisible() && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void QueryEdit::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy) || event->matches(QKeySequence::Cut)) {
        copySelected(event->matches(QKeySequence::Cut));
        return;
    }
    if (event->matches(QKeySequence::Paste)) {
        pasteCopied();
        return;
    }
    // Qt copies what these delete.
    const bool isToEnd = event->matches(QKeySequence::DeleteEndOfLine);
    if (isToEnd || event->matches(QKeySequence::DeleteCompleteLine)) {
        const int from = isToEnd ? cursorPosition() : 0;
        setSelection(from, static_cast<int>(text().size()) - from);
        copySelected(true);
        return;
    }
    const bool isOpen = popup_->isVisible();
    switch (event->key()) {
    case Qt::Key_Escape:
        // Also a list that is about to open: who is quick would lose what was written.
        if (isOpen || completeTimer_->isActive() || worker_.isBusy()) {
            popup_->hide();
            completeTimer_->stop();
            worker_.cancel();
        } else {
            Q_EMIT cancelled();
        }
        return;
    case Qt::Key_Down:
    case Qt::Key_Up: {
        const int by = event->key() == Qt::Key_Down ? 1 : -1;
        if (isOpen)
            popup_->step(by);
        else
            goThroughHistory(-by);
        return;
    }
    case Qt::Key_PageDown:
    case Qt::Key_PageUp:
        if (isOpen) {
            popup_->step(event->key() == Qt::Key_PageDown ? 9 : -9);
            return;
        }
        break;
    case Qt::Key_Space:
        if (event->modifiers() == Qt::ControlModifier) {
            requestCompletions();
            return;
        }
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (isOpen && !popup_->chosen(false).isEmpty()) {
            take(popup_->chosen(false));
            return;
        }
        popup_->hide();
        completeTimer_->stop();
        Q_EMIT submitted();
        return;
    default: break;
    }
    QLineEdit::keyPressEvent(event);
    markSelected();
}

void QueryEdit::mouseReleaseEvent(QMouseEvent* event) {
    QLineEdit::mouseReleaseEvent(event);
    markSelected();
}

void QueryEdit::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Undo"), this, &QLineEdit::undo)->setEnabled(isUndoAvailable());
    menu->addAction(tr("Redo"), this, &QLineEdit::redo)->setEnabled(isRedoAvailable());
    menu->addSeparator();
    menu->addAction(tr("Cut"), this, [this] { copySelected(true); })->setEnabled(hasSelectedText());
    menu->addAction(tr("Copy"), this, [this] { copySelected(false); })->setEnabled(hasSelectedText());
    menu->addAction(tr("Paste"), this, &QueryEdit::pasteCopied)->setEnabled(!QGuiApplication::clipboard()->text().isEmpty());
    menu->addSeparator();
    menu->addAction(tr("Select all"), this, &QLineEdit::selectAll)->setEnabled(!text().isEmpty());
    menu->popup(event->globalPos());
}

std::string QueryEdit::selectionLeaving() const {
    const size_t begin = text().left(selectionStart()).toStdString().size(), bytes = selectedText().toStdString().size();
    return redactedPart(text().toStdString(), begin, begin + bytes, *context_.journey(), context_.exporter().redactor());
}

void QueryEdit::copySelected(bool isCut) {
    if (!hasSelectedText())
        return;
    const std::string allowed = selectionLeaving();
    copied() = {selectedText(), toQString(allowed)};
    context_.exporter().toClipboard(allowed);
    if (isCut)
        del();
}

void QueryEdit::pasteCopied() {
    if (!copied().allowed.isEmpty() && QGuiApplication::clipboard()->text() == copied().allowed)
        insert(copied().whole);
    else
        paste();
}

/// Qt has it that selecting is copying for the middle button.
void QueryEdit::markSelected() {
    if (hasSelectedText())
        context_.exporter().toMarked(selectionLeaving());
}

void QueryEdit::focusInEvent(QFocusEvent* event) {
    QLineEdit::focusInEvent(event);
    if (!isPassing(event->reason()))
        Q_EMIT entered();
}

void QueryEdit::focusOutEvent(QFocusEvent* event) {
    if (popup_) // the window may go, and it with it
        popup_->hide();
    completeTimer_->stop();
    QLineEdit::focusOutEvent(event);
    if (!isPassing(event->reason()))
        Q_EMIT left();
}

} // namespace aisle
