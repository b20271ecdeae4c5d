#pragma once
// What imports did: one section per input, in the words of the report.

#include "store/import_report.h"

#include <QWidget>

class QPlainTextEdit;

namespace aisle {

class EmptyState;

class ReportPanel : public QWidget {
    Q_OBJECT
public:
    explicit ReportPanel(QWidget* parent = nullptr);
    void setReports(const std::vector<ImportReport>& reports);
    /// Below those that are shown, which are not written anew.
    void addReports(const std::vector<ImportReport>& reports);

private:
    QPlainTextEdit* text_;
    EmptyState* empty_;
};

} // namespace aisle
