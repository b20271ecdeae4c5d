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
    /// That it can be between; a row of the editor each, which it follows when they change places.
    void setStages(const QStringList& names, const std::vector<const QWidget*>& rows);

Q_SIGNALS:
    void changed();
    void removed();

private:
    QLineEdit* name_;
    QueryEdit* where_;
    QComboBox *after_, *before_;
    uint32_t wantedAfter_, wantedBefore_; ///< until the stages are known
};

} // namespace aisle
