// The import report in words.

#include "theme/theme.h"
#include "ui_fixture.h"
#include "window/report_panel.h"

#include <QPlainTextEdit>

using namespace aisle;
using namespace aisle::test;

class TestReportPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeMode::Light); }

    void nothingYet() {
        Host<ReportPanel> host({500, 300});
        QVERIFY(visibleWords(host.view).contains(QStringLiteral("No import yet")));
    }

    void saysEverything() {
        ImportReport good;
        good.name = "shop.json";
        good.format = "otlp-json";
        good.formatReason = "it has resourceSpans";
        good.container = "gzip";
        good.bytes = 1'234'567;
        good.seconds = 0.5;
        good.spansRead = 4100;
        good.spansKept = 4096;
        good.traces = 310;
        good.services = 11;
        good.duplicates = 4;
        good.orphans = 1;
        good.skipped["no trace id"].count = 7;
        good.skipped["no trace id"].examples = {{9000, 12}};
        good.repaired["text that is not UTF-8"].count = 2;
        ImportReport bad;
        bad.name = "notes.txt";
        bad.error = "notes.txt is no trace file.";
        ImportReport again;
        again.name = "copy.json";
        again.alreadyImported = "shop.json";

        Host<ReportPanel> host({500, 300});
        host.view->setReports({good, bad, again});
        QVERIFY(!visibleWords(host.view).contains(QStringLiteral("No import yet")));
        const auto* text = host.view->findChild<QPlainTextEdit*>();
        QVERIFY(text->isReadOnly());
        const QString words = text->toPlainText();
        for (const char* part : {"shop.json", "otlp-json in gzip", "4,096 spans, 310 traces, 11 services", "4 spans are copies", "1 span names a parent",
                                 "skipped 7: no trace id", "record 12", "repaired 2: text that is not UTF-8", "notes.txt is no trace file.",
                                 "already in the workspace as shop.json"})
            QVERIFY2(words.contains(QLatin1String(part)), part);
        for (const ImportReport& report : {good, bad, again}) // the window says what the command line says
            QVERIFY(words.contains(QString::fromStdString(report.toText()).trimmed()));
        host.view->setReports({bad});
        QVERIFY(!text->toPlainText().contains(QStringLiteral("shop.json")));
        host.view->setReports({});
        QVERIFY(visibleWords(host.view).contains(QStringLiteral("No import yet")));
        QVERIFY(text->toPlainText().isEmpty());
    }

    /// Each report wrote the text of all of them anew, which stopped the window when a folder of many files was imported.
    void addsBelow() {
        ImportReport one, two;
        one.name = "one.json";
        one.error = "one.json is empty.";
        two.name = "two.json";
        two.error = "two.json is empty.";
        Host<ReportPanel> host({500, 300}), whole({500, 300});
        host.view->addReports({one});
        const auto* text = host.view->findChild<QPlainTextEdit*>();
        int removed = 0;
        connect(text->document(), &QTextDocument::contentsChange, this, [&](int, int charsRemoved, int) { removed += charsRemoved; });
        host.view->addReports({two});
        QCOMPARE(removed, 0);
        QVERIFY(!visibleWords(host.view).contains(QStringLiteral("No import yet")));
        whole.view->setReports({one, two});
        QCOMPARE(text->toPlainText(), whole.view->findChild<QPlainTextEdit*>()->toPlainText());
    }

    void takesTextLiterally() {
        ImportReport hostile;
        hostile.name = "<b>bold</b><img src=x onerror=1>.json";
        hostile.error = "<script>x</script> cannot be read.";
        Host<ReportPanel> host({500, 300});
        host.view->setReports({hostile});
        const QString words = host.view->findChild<QPlainTextEdit*>()->toPlainText();
        QVERIFY(words.contains(QStringLiteral("<b>bold</b><img src=x onerror=1>.json")));
        QVERIFY(words.contains(QStringLiteral("<script>x</script> cannot be read.")));
    }
};

QTEST_MAIN(TestReportPanel)
#include "tst_report_panel.moc"
