#pragma once
// Edits a journey, or a flow of orders with its targets, and counts while it is edited: which spans fill a stage, how many cases come to it.
// Saved in the workspace, or to a file.

#include "journey/journey.h"
#include "journey_words.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace aisle {

class ExclusionRow;
class StageRow;
class TargetBox;
class UndoBar;

class JourneyEditor : public QDialog {
    Q_OBJECT
public:
    JourneyEditor(ViewContext& context, const JourneyDefinition& journey, QWidget* parent);
    ~JourneyEditor() override;

    /// As it is edited; it may contradict itself (problemOf()).
    JourneyDefinition journey() const;
    void setJourney(const JourneyDefinition& journey);
    /// The same, by a file of that name: it can be undone.
    void replaceBy(const JourneyDefinition& journey, const QString& file);
    QString problem() const; ///< why it cannot be saved; empty: it can
    const std::shared_ptr<const JourneyState>& counted() const { return counted_; } ///< of what is edited, null until it is known
    void reject() override;

Q_SIGNALS:
    void saved(const aisle::JourneyDefinition& journey);
    void givenUp(const aisle::JourneyDefinition& edited); ///< closed without being saved, with changes

private:
    void addStage(const StageDefinition& stage);
    void addExclusion(const ExclusionDefinition& exclusion);
    void placeRows();
    void orderTabs();
    void changed();
    void count();
    void showCounts();
    void openFile();
    void writeFile();
    void offerUndo(const QString& words); ///< of what comes next, which `words` say

    ViewContext& context_;
    const JourneyWords of_; ///< what is edited
    std::string id_;
    JourneyDefinition begun_; ///< what it was opened with
    int64_t filledWindow_ = 0, filledIdle_ = 0; ///< ns; minutes would round them
    std::optional<CaseKey> ownCase_; ///< that the journey brought along
    int broughtAlong_ = -1;          ///< where it is in cases_; -1: there is none
    QLineEdit *name_, *hold_;
    QComboBox *cases_, *order_;
    QSpinBox *window_, *idle_;
    TargetBox* target_; ///< on show for orders; elsewhere it is kept as it came
    QCheckBox *open_, *bots_;
    QVBoxLayout *stageBox_, *exclusionBox_;
    std::vector<StageRow*> stages_;
    std::vector<ExclusionRow*> exclusions_;
    UndoBar* undo_;
    QLabel* words_;
    QPushButton *save_, *write_, *addStage_, *addExclusion_, *read_, *cancel_;
    std::shared_ptr<const JourneyState> counted_;
    std::vector<uint64_t> spans_; ///< of counted_, that may fill each stage
    bool isFilling_ = false;
    QTimer soon_;
    Worker worker_{this}, fileWorker_{this};
};

} // namespace aisle
