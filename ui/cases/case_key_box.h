#pragma once
// Chooses what a case is: every notion of one that the file offers, with its figures, the user's own first. What is no good choice is
// there as well and says why. The last entry opens the editor of what a case is.

#include "cases/case_candidates.h"
#include "view_context.h"

#include <QComboBox>

namespace aisle {

class CaseKeyBox : public QComboBox {
    Q_OBJECT
public:
    explicit CaseKeyBox(ViewContext& context, QWidget* parent = nullptr);
    const std::vector<CaseCandidate>& candidates() const { return candidates_; }

Q_SIGNALS:
    void caseKeyChosen(const QString& id); ///< by the user: for JourneyDefinition::caseKey

private:
    void refresh();
    void fill();
    void follow();
    void edit();
    int indexOfPresent() const;
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    ViewContext& context_;
    std::vector<CaseCandidate> candidates_;
    SpanTablePtr table_; ///< that they are of, or will be
    Worker worker_{this, Worker::Work::Long};
};

} // namespace aisle
