#pragma once
// One stage of a journey in the editor: its name, its condition, what it may be, and how many come to it.

#include "journey/journey.h"
#include "view_context.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace aisle {

class QueryEdit;
class TargetBox;

class StageRow : public QWidget {
    Q_OBJECT
public:
    StageRow(ViewContext& context, const StageDefinition& stage, QWidget* parent);

    StageDefinition stage() const;
    /// Where it stands of how many; `inTurn`: it comes after those before it.
    void setPlace(size_t index, size_t count, bool holds, bool inTurn);
    /// What the live count says; empty while it is counted.
    void setCount(const QString& words);
    void setProblem(const QString& problem); ///< of its conditions; empty: none
    bool lacksFailed() const; ///< failed attempts are wanted, and no condition says which
    void takeFocus();

Q_SIGNALS:
    void changed();
    void moved(int by); ///< -1 up, 1 down
    void removed();

private:
    StageDefinition given_; ///< with what has no field here
    QLabel* number_;
    QLineEdit* name_;
    QueryEdit* where_;
    QCheckBox *optional_, *anySpan_, *holds_, *attempts_; ///< attempts_ and failed_ are on show for orders; elsewhere what fails is kept as it came
    QSpinBox* times_;
    TargetBox* within_; ///< on show for orders; elsewhere it is kept as it came
    QLabel* count_;
    QueryEdit* failed_; ///< the last field: keys go through them as they are seen
    QToolButton *up_, *down_, *remove_;
};

} // namespace aisle
