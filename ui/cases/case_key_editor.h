#pragma once
// Edits what a case is: what it is called, which attributes say it and tie traces to it, which spans are of bots. Counts while it is
// edited. The user's own are kept in the workspace, one with the id of a preset in its place; they can be copied, removed and had back.
// Thread: the UI thread.

#include "cases/case_candidates.h"
#include "view_context.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStandardItemModel;

namespace aisle {

class AttributeLines;
class QueryEdit;
class UndoBar;

class CaseKeyEditor : public QDialog {
    Q_OBJECT
public:
    /// `id`: of the one to begin with; of an attribute or nothing a new one.
    CaseKeyEditor(ViewContext& context, const std::string& id, QWidget* parent);
    ~CaseKeyEditor() override;

    CaseKey caseKey() const; ///< as it is edited; it may be none (problem())
    void setCaseKey(const CaseKey& key); ///< as if it had been typed
    void replaceBy(CaseKey key); ///< by one of a file, which is a new one: it can be undone
    QString problem() const; ///< why it cannot be saved; empty: it can
    const std::shared_ptr<const CaseTrial>& counted() const { return counted_; } ///< of what is edited, null until it is known

Q_SIGNALS:
    void saved(const QString& id); ///< it is on its way into the workspace

private:
    void edit(const CaseKey& key, bool isNew);
    void fillWhich();
    void choose(int index);
    void duplicate();
    void remove();
    void openFile();
    void writeFile();
    void save();
    void offerUnsaved();
    void fill(const CaseKey& key);
    void changed();
    void count();
    void readCompletions();

    ViewContext& context_;
    CaseKey begun_;      ///< what is edited, as it was
    bool isNew_ = false; ///< not kept; without an id of a file it is what it is called
    std::vector<CaseKey> offered_;
    QStandardItemModel* completions_;
    QComboBox* which_;
    QPushButton *new_, *duplicate_, *remove_, *write_, *save_;
    UndoBar* undo_;
    QLabel* words_;
    QLineEdit *title_, *plural_;
    AttributeLines *keys_, *ties_;
    QCheckBox* links_;
    QueryEdit* bots_;
    std::shared_ptr<const CaseTrial> counted_;
    bool isFilling_ = false;
    QTimer soon_;
    Worker worker_{this}, fileWorker_{this}, completionWorker_{this, Worker::Work::Long};
};

} // namespace aisle
