#pragma once
// The scope in words, each part removable, with back and forward and a text form to edit.

#include "view_context.h"

#include <QWidget>

class QHBoxLayout;
class QLineEdit;
class QToolButton;

namespace aisle {

class ElidedLabel;

class ScopeBar : public QWidget {
    Q_OBJECT
public:
    explicit ScopeBar(ViewContext& context, QWidget* parent = nullptr);
    void setDocumentTitle(const QString& title);
    /// Opens the text form for editing.
    void edit();

private:
    void showScope();
    /// On the line below; an empty text takes the line away.
    void showProblem(const QString& words);
    void showScopeProblem();
    void applyText();
    void stopEditing();
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

    ViewContext& context_;
    QToolButton *back_, *forward_, *editButton_;
    ElidedLabel *title_, *problem_;
    QWidget* chips_;
    QHBoxLayout* chipBox_;
    QLineEdit* text_;
};

} // namespace aisle
