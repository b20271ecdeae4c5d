#pragma once
// The scope in words, each part removable, with back and forward, and a field to search, ask and edit it as TraceQL.

#include "view_context.h"

#include <QWidget>

class QHBoxLayout;
class QToolButton;

namespace aisle {

class ElidedLabel;
class QueryEdit;
class QueryStore;

class ScopeBar : public QWidget {
    Q_OBJECT
public:
    explicit ScopeBar(ViewContext& context, QWidget* parent = nullptr);
    void setDocumentTitle(const QString& title);
    /// The field takes the place of the chips, with the scope as text.
    void edit();
    bool isEditing() const { return editing_; }
    QueryStore& queries() { return *store_; }

Q_SIGNALS:
    /// For the window to say, with the way back.
    void queryRemoved(const QString& name, const QString& query);
    void failed(const QString& problem);

private:
    void showScope();
    /// On the line below; an empty text takes the line away.
    void showProblem(const QString& words);
    void showScopeProblem();
    void applyText();
    void stopEditing();
    QString scopeText() const;
    void fillMenu();
    void ask(const QString& query);
    void paintEvent(QPaintEvent* event) override;

    ViewContext& context_;
    QToolButton *back_, *forward_, *queriesButton_;
    ElidedLabel *title_, *problem_;
    QWidget* chips_;
    QHBoxLayout* chipBox_;
    QueryEdit* text_;
    QueryStore* store_;
    bool editing_ = false;
};

} // namespace aisle
