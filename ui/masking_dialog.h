#pragma once
// What masking does to what is open: which attributes are masked by which rules, an example, what remains; and rules of one's own, which are
// kept in the workspace. An example as it is in the file is seen only while personal data is revealed, and is in no copy of the table.
// Thread: the UI thread; values are looked at on a worker.

#include "masking.h"
#include "privacy/masking_preview.h"
#include "privacy/own_rules.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace aisle {

class EmptyState;
class OwnRulesModel;
class RestColumn;
class TabularModel;
class UndoBar;

class MaskingDialog : public QDialog {
    Q_OBJECT
public:
    /// Both outlive it.
    MaskingDialog(ViewContext& context, WindowMasking& masking, QWidget* parent);
    ~MaskingDialog() override;

    /// What is listed, as it leaves; nothing is in it but masked values.
    Tabular tabular() const;
    OwnRulesModel& ownRules() { return *own_; }
    QString problem() const; ///< why own rules cannot be saved; empty: they can
    void replaceBy(const std::vector<OwnRule>& rules); ///< of a file; it can be undone

private:
    QWidget* previewPage();
    QWidget* ownPage();
    void look();
    void fill();
    void fitColumns();
    bool isListed(const MaskingPreview::Key& key) const;
    void exportTable();
    void takeKept();
    void changed();
    void removeLine();
    void openFile();
    void writeFile();
    void write(const QString& name, std::function<std::string()> render);

    ViewContext& context_;
    WindowMasking& masking_;
    std::shared_ptr<const MaskingRedactor> lookedBy_;
    std::optional<MaskingPreview> preview_;
    QString trouble_; ///< why there is none
    std::vector<OwnRule> kept_;
    TabularModel* model_;
    OwnRulesModel* own_;
    QLineEdit* filter_;
    QTableView *list_, *lines_;
    RestColumn* examples_; ///< of list_
    QLabel *notes_, *words_;
    QPushButton *copy_, *export_, *save_, *remove_;
    EmptyState* empty_;
    UndoBar* undo_;
    Worker worker_{this, Worker::Work::Long}, fileWorker_{this};
};

} // namespace aisle
