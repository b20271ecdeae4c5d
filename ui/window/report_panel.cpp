#include "window/report_panel.h"

#include "theme/theme.h"
#include "widgets/empty_state.h"
#include "widgets/plain_text.h"

#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace aisle {

ReportPanel::ReportPanel(QWidget* parent) : QWidget(parent), text_(new QPlainTextEdit(this)), empty_(nullptr) {
    text_->setReadOnly(true);
    text_->setFrameShape(QFrame::NoFrame);
    text_->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    text_->setAccessibleName(QStringLiteral("Import report"));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(measure::kPadding, measure::kPadding, measure::kPadding, measure::kPadding);
    box->addWidget(text_);
    empty_ = new EmptyState(this);
    setReports({});
}

void ReportPanel::setReports(const std::vector<ImportReport>& reports) {
    text_->clear();
    empty_->show(QStringLiteral("No import yet"), QStringLiteral("What was read, repaired and skipped is listed here after an import."));
    addReports(reports);
    text_->moveCursor(QTextCursor::Start);
}

void ReportPanel::addReports(const std::vector<ImportReport>& reports) {
    if (reports.empty())
        return;
    std::string words;
    for (const ImportReport& report : reports)
        words += (words.empty() ? "" : "\n") + report.toText();
    text_->appendPlainText(toQString(words));
    empty_->hideState();
}

} // namespace aisle
