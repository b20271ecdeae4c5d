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
    std::string words;
    for (const ImportReport& report : reports)
        words += (words.empty() ? "" : "\n") + report.toText();
    text_->setPlainText(toQString(words));
    if (reports.empty())
        empty_->show(QStringLiteral("No import yet"), QStringLiteral("What was read, repaired and skipped is listed here after an import."));
    else
        empty_->hideState();
}

} // namespace aisle
