#include "window/trace_export.h"

#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include <atomic>

namespace aisle {

/// What the worker tells the dialog, of which either may be gone first.
struct TraceExportDialog::Progress {
    std::atomic<uint64_t> spans = 0;
    uint64_t of = 0;
};

TraceExportDialog::TraceExportDialog(const TraceExport& traceExport, size_t format, const QString& name, ViewContext& context, std::shared_ptr<const ScopeResult> scope, QWidget* parent)
    : QDialog(parent), progress_(std::make_shared<Progress>()), heading_(plainLabel(QString(), this)), bar_(new QProgressBar(this)),
      report_(new QPlainTextEdit(this)), timer_(new QTimer(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(QStringLiteral("Export traces"));
    progress_->of = scope->everything ? context.table()->spanCount() : scope->spanCount;
    const QString file = singleLine(QFileInfo(name).fileName());
    heading_->setText(QStringLiteral("Writing %1 to %2 as %3")
                          .arg(toQString(counted(progress_->of, "span", "spans")), file, traceExport.formats[format].name));
    heading_->setWordWrap(true);
    bar_->setRange(0, 1000);
    bar_->setAccessibleName(QStringLiteral("Export progress"));
    report_->setReadOnly(true);
    report_->setAccessibleName(QStringLiteral("Export report"));
    report_->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    button_ = buttons->button(QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(measure::kGap, measure::kGap, measure::kGap, measure::kGap);
    box->addWidget(heading_);
    box->addWidget(bar_);
    box->addWidget(report_, 1);
    box->addWidget(buttons);
    setMinimumWidth(520);

    timer_->setInterval(100);
    connect(timer_, &QTimer::timeout, this, &TraceExportDialog::showProgress);
    timer_->start();
    const TraceExport::Job job{context.workspace(), context.table(), scope, format, [progress = progress_](uint64_t spans) { progress->spans = spans; }};
    worker_.run<std::vector<std::string>>(
        [job, write = traceExport.write, exporter = context.exporter(), name](const StopToken& stop) {
            std::vector<std::string> lines;
            exporter.toFile(name.toStdString(), [&](const Export::Write& out) { lines = write(job, exporter, out, stop); });
            return lines;
        },
        [this, file](const std::vector<std::string>& lines) { showEnd(QStringLiteral("%1 is written.").arg(file), lines); },
        [this](const QString& problem) { showEnd(problem, {}); });
}

void TraceExportDialog::showProgress() {
    if (progress_->of > 0)
        bar_->setValue(static_cast<int>(std::min<uint64_t>(1000, progress_->spans * 1000 / progress_->of)));
}

void TraceExportDialog::showEnd(const QString& heading, const std::vector<std::string>& lines) {
    timer_->stop();
    bar_->hide();
    heading_->setText(heading);
    QStringList words;
    for (const std::string& line : lines)
        words << toQString(line) + QLatin1Char('.');
    report_->setPlainText(words.join(QLatin1Char('\n')));
    report_->setVisible(!words.isEmpty());
    button_->setText(QStringLiteral("Close"));
    if (lines.empty())
        adjustSize();
    else
        resize(std::max(width(), 640), sizeHint().height());
}

void TraceExportDialog::reject() {
    worker_.cancel();
    QDialog::reject();
}

} // namespace aisle
