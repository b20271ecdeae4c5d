#pragma once
// Where SQL is written: keywords, texts and comments told apart; views, columns and keywords completed.

#include <QPlainTextEdit>

class QCompleter;
class QStringListModel;

namespace aisle {

class SqlEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit SqlEdit(QWidget* parent);
    /// Names of views and columns.
    void setNames(const QStringList& names);
    QStringList completions() const; ///< offered now, for tests

Q_SIGNALS:
    void runRequested(); ///< Ctrl+Enter

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QString wordBefore() const;
    void complete(bool isAsked);
    void insert(const QString& word);
    QCompleter* completer_;
    QStringListModel* words_;
};

} // namespace aisle
