#include "sql/sql_edit.h"

#include "theme/theme.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QRegularExpression>
#include <QScrollBar>
#include <QStringListModel>
#include <QSyntaxHighlighter>
#include <QTextOption>

#include <set>

namespace aisle {

namespace {

const QStringList& keywords() {
    static const QStringList words = QStringLiteral("ALL AND AS ASC AVG BETWEEN BY CASE CAST COALESCE COUNT CROSS DESC DISTINCT ELSE END EXCEPT EXISTS FROM GLOB GROUP GROUP_CONCAT HAVING IN INNER INTERSECT IS JOIN LEFT LIKE LIMIT "
                                                    "MAX MIN NOT NULL NULLIF OFFSET ON OR ORDER OUTER OVER PARTITION RECURSIVE ROUND SELECT SUBSTR SUM THEN TOTAL UNION USING VALUES WHEN WHERE WINDOW WITH")
                                         .split(QLatin1Char(' '));
    return words;
}

bool isWord(QChar c) { return c.isLetterOrNumber() || c == QLatin1Char('_'); }

/// By hand, character by character: a line of a stranger's megabyte must not keep a regular expression busy.
class SqlHighlighter : public QSyntaxHighlighter {
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString& line) override {
        enum State { Plain = -1, Comment = 1, Text = 2 };
        const Theme& t = theme();
        QTextCharFormat keyword, text, comment;
        keyword.setFontWeight(QFont::DemiBold);
        keyword.setForeground(t.text);
        text.setForeground(t.literal);
        comment.setForeground(t.mutedText);
        static const std::set<QString> known(keywords().begin(), keywords().end());
        const auto length = static_cast<int>(line.size());
        int state = previousBlockState(), at = 0, from = 0;
        setCurrentBlockState(Plain);
        const auto until = [&](QStringView end, const QTextCharFormat& format, State open) {
            const auto found = static_cast<int>(QStringView(line).indexOf(end, at));
            const int to = found < 0 ? length : found + static_cast<int>(end.size());
            setFormat(from, to - from, format);
            if (found < 0)
                setCurrentBlockState(open);
            at = to;
        };
        if (state == Comment)
            until(u"*/", comment, Comment);
        else if (state == Text)
            until(u"'", text, Text);
        while (at < length) {
            from = at;
            const QChar c = line[at];
            if (c == QLatin1Char('\'')) {
                ++at;
                until(u"'", text, Text);
            } else if (c == QLatin1Char('-') && at + 1 < length && line[at + 1] == QLatin1Char('-')) {
                setFormat(at, length - at, comment);
                return;
            } else if (c == QLatin1Char('/') && at + 1 < length && line[at + 1] == QLatin1Char('*')) {
                at += 2;
                until(u"*/", comment, Comment);
            } else if (isWord(c)) {
                while (at < length && isWord(line[at]))
                    ++at;
                const QString word = line.mid(from, at - from);
                if (word[0].isDigit())
                    setFormat(from, at - from, text);
                else if (known.contains(word.toUpper()))
                    setFormat(from, at - from, keyword);
            } else {
                ++at;
            }
        }
    }
};

} // namespace

SqlEdit::SqlEdit(QWidget* parent) : QPlainTextEdit(parent), completer_(new QCompleter(this)), words_(new QStringListModel(keywords(), this)) {
    setFrameShape(QFrame::NoFrame);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setTabChangesFocus(true);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setPlaceholderText(tr("SELECT service, count(*) FROM spans GROUP BY service ORDER BY 2 DESC"));
    new SqlHighlighter(document());
    completer_->setModel(words_);
    completer_->setWidget(this);
    completer_->setCompletionMode(QCompleter::PopupCompletion);
    completer_->setCaseSensitivity(Qt::CaseInsensitive);
    completer_->setMaxVisibleItems(10);
    connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &SqlEdit::insert);
}

void SqlEdit::setNames(const QStringList& names) { words_->setStringList(names + keywords()); }

QStringList SqlEdit::completions() const {
    QStringList out;
    if (completer_->popup()->isVisible())
        for (int i = 0; i < completer_->completionModel()->rowCount(); ++i)
            out << completer_->completionModel()->index(i, 0).data().toString();
    return out;
}

QString SqlEdit::wordBefore() const {
    const QTextCursor cursor = textCursor();
    const QString line = cursor.block().text();
    int from = cursor.positionInBlock();
    while (from > 0 && isWord(line[from - 1]))
        --from;
    return line.mid(from, cursor.positionInBlock() - from);
}

void SqlEdit::complete(bool isAsked) {
    const QString word = wordBefore();
    constexpr int kEnough = 2;
    if ((!isAsked && word.size() < kEnough) || (!word.isEmpty() && word[0].isDigit())) {
        completer_->popup()->hide();
        return;
    }
    completer_->setCompletionPrefix(word);
    const bool isDone = completer_->completionCount() == 1 && completer_->currentCompletion().compare(word, Qt::CaseInsensitive) == 0;
    if (completer_->completionCount() == 0 || isDone) {
        completer_->popup()->hide();
        return;
    }
    completer_->popup()->setCurrentIndex(completer_->completionModel()->index(0, 0));
    QRect at = cursorRect();
    at.setWidth(std::max(180, completer_->popup()->sizeHintForColumn(0) + completer_->popup()->verticalScrollBar()->sizeHint().width()));
    completer_->complete(at);
}

void SqlEdit::insert(const QString& word) {
    QTextCursor cursor = textCursor();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor, static_cast<int>(wordBefore().size()));
    cursor.insertText(word);
    setTextCursor(cursor);
}

void SqlEdit::keyPressEvent(QKeyEvent* event) {
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (completer_->popup()->isVisible() && (isEnter || event->key() == Qt::Key_Tab || event->key() == Qt::Key_Escape) && (event->modifiers() & Qt::ControlModifier) == 0) {
        event->ignore(); // the popup's
        return;
    }
    if (isEnter && (event->modifiers() & Qt::ControlModifier) != 0) {
        completer_->popup()->hide();
        Q_EMIT runRequested();
        return;
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
        complete(true);
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
    if (!event->text().isEmpty() && isWord(event->text()[0]))
        complete(false);
    else if (event->key() != Qt::Key_Shift)
        completer_->popup()->hide();
}

void SqlEdit::focusOutEvent(QFocusEvent* event) {
    if (event->reason() != Qt::PopupFocusReason)
        completer_->popup()->hide();
    QPlainTextEdit::focusOutEvent(event);
}

void SqlEdit::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        if (auto* highlighter = document()->findChild<QSyntaxHighlighter*>())
            highlighter->rehighlight();
}

} // namespace aisle
