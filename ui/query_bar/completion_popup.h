#pragma once
// What may be typed next, below a query. It never takes the keyboard: the query's field moves through it.
// Thread: the UI thread.

#include "query/completion.h"

#include <QListView>

class QStandardItemModel;

namespace aisle {

class CompletionPopup : public QListView {
    Q_OBJECT
public:
    explicit CompletionPopup(QWidget* field);
    /// Below that place of the field (x in its coordinates); hides when there is nothing. Nothing is chosen yet.
    void present(const std::vector<traceql::Completion>& completions, int x);
    /// By so many; from none to the first or last.
    void step(int by);
    /// The chosen one's text, else the first one's where `orFirst`; empty: none.
    QString chosen(bool orFirst) const;

Q_SIGNALS:
    void taken(const QString& text); ///< by a click

private:
    QWidget* field_;
    QStandardItemModel* model_;
};

} // namespace aisle
