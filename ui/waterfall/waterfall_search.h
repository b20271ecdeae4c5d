#pragma once
// The search box of the waterfall: a line, the count of matches, next and previous.

#include <QFrame>

class QLabel;
class QToolButton;

namespace aisle {

class QueryEdit;
class ViewContext;

class WaterfallSearch : public QFrame {
    Q_OBJECT
public:
    WaterfallSearch(ViewContext& context, QWidget* parent);
    void open();
    void close();
    QString text() const;
    void setText(const QString& text);
    /// Whether what does not match is to have no row.
    bool onlyMatches() const;
    void setOnlyMatches(bool only);
    /// "3 of 17 spans"; 0 matches say so in words. `more`: there may be others, which are still looked for.
    void setCount(size_t current, size_t matches, bool more);
    /// In place of the count, until the line is another one: what is wrong with it.
    void setProblem(const QString& words);
    bool hasProblem() const { return !problem_.isEmpty(); }

Q_SIGNALS:
    void textChanged(const QString& text);
    void next();
    void previous();
    void closed();
    void onlyMatchesChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showWords(const QString& words);
    QString problem_;
    QueryEdit* line_;
    QToolButton* only_;
    QLabel* count_;
};

} // namespace aisle
