// Exporting traces from the window: every format, how far it is, stopping it, what it says in the end; that all of it passes
// the redactor.

#include "ui_fixture.h"
#include "window/trace_export.h"
#include "window_export.h"

#include <QDialogButtonBox>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTemporaryDir>

#include <atomic>

using namespace aisle;
using namespace aisle::test;
namespace fs = std::filesystem;

namespace {

class Masking : public Redactor {
public:
    std::string redact(std::string_view key, std::string_view value) const override {
        return key == "http.route" ? "***" : std::string(value);
    }
};

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

class TestTraceExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        workspace_ = demoWorkspace(folder_.path(), 40);
    }
    void init() {
        context_ = std::make_unique<ViewContext>();
        context_->setWorkspace(workspace_);
        QVERIFY(settle());
        window_ = std::make_unique<QWidget>();
        window_->show();
        path_ = fs::path(folder_.path().toStdString()) / "out";
    }
    void cleanup() {
        window_.reset();
        QVERIFY(settle());
        context_.reset();
        fs::remove(path_);
    }

    void everyFormat() {
        const TraceExport traceExport = makeTraceExport();
        QCOMPARE(traceExport.formats.size(), size_t(5));
        for (size_t i = 0; i < traceExport.formats.size(); ++i) {
            auto* dialog = open(traceExport, i);
            QVERIFY(words(dialog).contains(traceExport.formats[i].name));
            QVERIFY(settle());
            QVERIFY2(words(dialog).contains(QStringLiteral("out is written.")), qPrintable(words(dialog)));
            const QString report = named<QPlainTextEdit>(dialog, QStringLiteral("Export report"))->toPlainText();
            QVERIFY2(report.contains(QString::fromStdString(formatCount(context_->table()->spanCount())) + QStringLiteral(" spans")), qPrintable(report));
            QCOMPARE(report.contains(QStringLiteral("jaeger cannot hold parts of a microsecond: ")), traceExport.formats[i].name == QStringLiteral("Jaeger JSON"));
            dialog->close();
            const auto back = importInto(fs::path(folder_.path().toStdString()) / ("back" + std::to_string(i) + ".aisle"), {path_});
            QCOMPARE(back->table()->spanCount(), context_->table()->spanCount());
        }
    }

    void theScopeAndTheRedactor() {
        context_->exporter() = Export(std::make_shared<Masking>());
        context_->selection().addTerm(term(ScopeTerm::Kind::Error, {}));
        QVERIFY(settle());
        const uint64_t spans = context_->scopeResult()->spanCount;
        QVERIFY(spans > 0 && spans < context_->table()->spanCount());
        open(makeTraceExport(), 0);
        QVERIFY(settle());
        const std::string bytes = read(path_);
        const auto count = [&](const std::string& text) {
            size_t n = 0;
            for (size_t at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1))
                ++n;
            return n;
        };
        QVERIFY(count("\"http.route\"") > 0);
        QCOMPARE(count("\"http.route\",\"value\":{\"stringValue\":\"***\""), count("\"http.route\""));
        const auto back = importInto(fs::path(folder_.path().toStdString()) / "scope.aisle", {path_});
        QCOMPARE(back->table()->spanCount(), spans);
    }

    // Cancelled half way, nothing is left of the file; closing the dialog does the same.
    void progressAndCancel() {
        for (const bool byButton : {true, false}) {
            std::atomic<bool> isThere = false, isOver = false;
            TraceExport slow;
            slow.formats = {{QStringLiteral("Slow"), QStringLiteral("slow")}};
            slow.write = [&](const TraceExport::Job& job, const Export&, const Export::Write& write, const StopToken& stop) -> std::vector<std::string> {
                struct End {
                    std::atomic<bool>& isOver;
                    ~End() { isOver = true; }
                } end{isOver};
                write("begun");
                job.progress(job.table->spanCount() / 2);
                isThere = true;
                for (;;)
                    stop.check();
            };
            auto* dialog = open(slow, 0);
            QTRY_VERIFY(isThere);
            QTRY_COMPARE(named<QProgressBar>(dialog, QStringLiteral("Export progress"))->value(), 500);
            QVERIFY(isBeingWritten());
            if (byButton)
                dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Cancel)->click();
            else
                window_.reset();
            QTRY_VERIFY(isOver);
            QTRY_VERIFY(!isBeingWritten());
            QVERIFY(!fs::exists(path_));
            QVERIFY(settle());
        }
    }

    void failures() {
        path_ = "/nonexistent/out";
        auto* dialog = open(makeTraceExport(), 0);
        QVERIFY(settle());
        QVERIFY2(words(dialog).contains(QStringLiteral("/nonexistent/out cannot be written")), qPrintable(words(dialog)));
        QCOMPARE(dialog->findChild<QDialogButtonBox*>()->buttons().front()->text(), QStringLiteral("Close"));
        QVERIFY(!named<QProgressBar>(dialog, QStringLiteral("Export progress"))->isVisible());
        dialog->close();
        path_ = workspace_->path(); // never over a workspace
        dialog = open(makeTraceExport(), 0);
        QVERIFY(settle());
        QVERIFY2(words(dialog).contains(QStringLiteral("is not overwritten")), qPrintable(words(dialog)));
        path_ = fs::path(folder_.path().toStdString()) / "out";
    }

private:
    /// A file beside the one that it becomes.
    bool isBeingWritten() const {
        return std::any_of(fs::directory_iterator(path_.parent_path()), fs::directory_iterator(), [&](const fs::directory_entry& entry) {
            return entry.path() != path_ && entry.path().string().starts_with(path_.string());
        });
    }

    TraceExportDialog* open(const TraceExport& traceExport, size_t format) {
        auto* dialog = new TraceExportDialog(traceExport, format, QString::fromStdString(path_.string()), *context_, context_->scopeResult(), window_.get());
        dialog->show();
        return dialog;
    }
    static QString words(const QWidget* dialog) { return visibleWords(dialog); }

    QTemporaryDir folder_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<QWidget> window_;
    fs::path path_;
};

AISLE_TEST_MAIN(TestTraceExport)
#include "tst_trace_export.moc"
