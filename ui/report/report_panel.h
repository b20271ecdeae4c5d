#pragma once
// What imports did: a row per file with its figures, and below it the sentences of its report. Files can be removed here,
// had back, and tables read with other columns; the window does it.
// Thread: the UI thread.

#include "export/export.h"
#include "window/document.h"

#include <QWidget>

class QLineEdit;
class QMenu;
class QToolButton;
class QTreeView;

namespace aisle {

class ElidedLabel;
class EmptyState;
class ReportFilter;
class ReportModel;

class ReportPanel : public QWidget {
    Q_OBJECT
public:
    /// `out` must outlive the panel.
    explicit ReportPanel(const Export& out, QWidget* parent = nullptr);
    /// From now on its reports. Null: nothing is open any more; what was said stays, until there is something to say.
    void setDocument(const DocumentPtr& document);
    const std::vector<ImportReport>& reports() const;
    QSize sizeHint() const override { return {900, 260}; }

Q_SIGNALS:
    void removeRequested(const std::vector<aisle::ImportReport>& reports);
    void undoLastRequested();
    void undoRequested(const aisle::ImportReport& report);
    void columnsRequested(const aisle::ImportReport& report);
    void filterRequested(const std::string& fileName); ///< to the spans of that file

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showAll();
    void showNews(size_t first);
    void expandProblems();
    void refresh();
    void openMenu(const QPoint& at);
    void copy(const std::vector<ImportReport>& reports, TextFormat format);
    void removeSelected();
    std::vector<size_t> selected() const;  ///< reports of the selected rows, in their order
    std::vector<ImportReport> shown() const; ///< that pass the filter, in the order of the rows
    QString whyNotRemovable(const std::vector<size_t>& reports) const;
    bool canMap(size_t report) const;

    const Export& out_;
    DocumentPtr document_;
    size_t looked_ = 0; ///< reports before this one are expanded as the user wants
    ReportModel* model_;
    ReportFilter* filter_;
    QTreeView* tree_;
    QLineEdit* text_;
    QToolButton *columns_, *remove_, *copy_;
    ElidedLabel* summary_;
    EmptyState* empty_;
};

} // namespace aisle
