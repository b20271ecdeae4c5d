#pragma once
// Which column of a table of spans holds what: a choice for each role, the guess filled in, and below it the first rows
// as they would be read. What is accepted is saved for all tables with the same header.
// Thread: the UI thread; previews are made on a worker.

#include "columns/table_sample.h"
#include "export/export.h"
#include "view_context.h"

#include <QDialog>

class QComboBox;
class QGridLayout;
class QLabel;
class QPushButton;
class QTableView;

namespace aisle {

class ElidedLabel;
class PreviewModel;

class ColumnDialog : public QDialog {
    Q_OBJECT
public:
    /// `out` must outlive the dialog. `name`: of the file, for the title.
    ColumnDialog(const Export& out, const QString& name, std::shared_ptr<const TableSample> table, QWidget* parent);

    CsvMapping mapping() const; ///< as chosen; every role is said
    /// Why it cannot be accepted, in one sentence; empty when it can.
    QString problem() const;

    void accept() override;

private:
    struct Choice {
        QComboBox* column = nullptr;
        QComboBox* unit = nullptr; ///< of times
    };
    Choice& choice(CsvRole role) { return choices_[static_cast<size_t>(role)]; }
    QWidget* group(const QString& title, const std::vector<CsvRole>& roles);
    void addRole(CsvRole role, QGridLayout* grid, int row);
    void fill(const CsvMapping& mapping);
    void columnChosen(CsvRole role);
    void changed();
    void showPreview(const CsvMapping& mapping, TablePreview preview);
    void sizeColumns();
    QString countWords() const;
    QString otherColumns() const;

    const Export& out_;
    std::shared_ptr<const TableSample> table_;
    std::array<Choice, kCsvRoles> choices_;
    PreviewModel* model_;
    QTableView* rows_;
    ElidedLabel *counts_, *others_;
    QLabel* reason_;
    QPushButton* ok_;
    bool isShowing_ = false; ///< choices are set by fill(), not by the user
    Worker previewWorker_{this};
};

} // namespace aisle
