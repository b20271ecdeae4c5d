#pragma once
// What may not happen between two stages, in the editor.

#include "journey/journey.h"
#include "view_context.h"

#include <QWidget>

class QComboBox;
class QLineEdit;

namespace aisle {

class QueryEdit;

class ExclusionRow : public QWidget {
    Q_OBJECT
public:
    ExclusionRow(ViewContext& context, const ExclusionDefinition& exclusion, QWidget* parent);
    ExclusionDefinition exclusion() const;
    void setStages(const QStringList& names); ///< that it can be between

Q_SIGNALS:
    void changed();
    void removed();

private:
    QLineEdit* name_;
    QueryEdit* where_;
    QComboBox *after_, *before_;
    uint32_t wantedAfter_, wantedBefore_; ///< until the names are known
};

} // namespace aisle
