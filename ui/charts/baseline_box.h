#pragma once
// What the selection is compared with: everything else, a file, who came to the end of the journey, a scope that was kept or pinned.

#include "view_context.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace aisle {

class BaselineBox : public QWidget {
    Q_OBJECT
public:
    BaselineBox(ViewContext& context, QWidget* parent);

    const Scope& baseline() const { return baseline_; } ///< empty: everything else
    /// One that is not offered is everything else.
    void setBaseline(const Scope& baseline);
    /// From saved settings: offered from now on.
    void keep(const Scope& scope);

Q_SIGNALS:
    void baselineChanged();

private:
    void fill();
    bool isOffered(const Scope& scope) const;

    ViewContext& context_;
    QComboBox* box_;
    QToolButton* keep_;
    QLabel* why_; ///< why nothing can be kept
    Scope baseline_;
    std::optional<Scope> kept_;
};

} // namespace aisle
