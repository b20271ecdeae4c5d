#pragma once
// A line for a TraceQL query: coloured, with completion, errors marked where they are, and the queries of before.
//
// Ctrl+Space or typing shows what may follow; Down and Up choose, Tab takes the first or the chosen one, Return takes the
// chosen one and else submits; without the list Up and Down go through the queries of before.
// What is copied of it is redacted, for it may be of clicks on values and not written by anybody; pasted into such a field it is whole.
// Thread: the UI thread.

#include "query/completion.h"
#include "view_context.h"

#include <QLineEdit>
#include <QPointer>

class QTimer;

namespace aisle {

class CompletionPopup;

class QueryEdit : public QLineEdit {
    Q_OBJECT
public:
    explicit QueryEdit(ViewContext& context, QWidget* parent = nullptr);
    ~QueryEdit() override;

    /// Marks what is wrong and puts the cursor there; until the text changes.
    void showError(const traceql::ParseError& error);
    /// The newest first; what Up and Down go through.
    void setHistory(QStringList history);
    bool isCompleting() const;
    /// What its tool tip says while nothing is wrong.
    void setHelp(const QString& text);
    QSize sizeHint() const override; ///< room for what it says when it is empty

Q_SIGNALS:
    void entered();   ///< got the keyboard, not back from a menu or another window
    void left();      ///< lost it, likewise
    void submitted(); ///< Return, with nothing chosen
    void cancelled(); ///< Escape, with no list open

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void inputMethodEvent(QInputMethodEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void requestCompletions();
    void take(const QString& completion);
    void mark();
    void goThroughHistory(int by);
    std::string selectionLeaving() const; ///< the selected text as it may leave
    void copySelected(bool isCut);
    void pasteCopied();
    void markSelected();
    size_t cursorByte() const;
    int characterAt(size_t byte) const;

    ViewContext& context_;
    QPointer<CompletionPopup> popup_; ///< the window's, over its other widgets
    QTimer *completeTimer_, *checkTimer_;
    traceql::Site site_; ///< that the popup is about
    std::optional<traceql::ParseError> error_;
    SpanTablePtr vocabularyOf_;
    std::shared_ptr<const traceql::Vocabulary> vocabulary_;
    QString help_;
    QStringList history_;
    int inHistory_ = -1; ///< -1: what is being written, kept in draft_
    QString draft_;
    bool isMarking_ = false, isComposing_ = false;
    Worker worker_{this};
};

} // namespace aisle
