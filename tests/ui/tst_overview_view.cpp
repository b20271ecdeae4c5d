// The overview: its figures and tables are those of the analysis, and every element leads on.

#include "analysis/overview.h"
#include "funnel/funnel_view.h"
#include "overview/fact_row.h"
#include "overview/overview_view.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "window/picture.h"

#include <QTableWidget>
#include <QTemporaryDir>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;

class TestOverviewView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }
    void init() {
        context_ = std::make_unique<ViewContext>();
        context_->setTimeZone({true});
        host_ = std::make_unique<Host<OverviewView>>(QSize(1000, 1600), *context_);
        QVERIFY(QTest::qWaitForWindowExposed(&host_->window));
        services_ = named<QTableWidget>(host_->view, QStringLiteral("Services"));
        operations_ = named<QTableWidget>(host_->view, QStringLiteral("Slowest operations"));
    }
    void cleanup() {
        host_.reset();
        context_.reset();
    }

    void emptyState() {
        QVERIFY(settle());
        QVERIFY(visibleWords(host_->view).contains(QStringLiteral("Open a trace file")));
        QCOMPARE(services_->rowCount(), 0);
    }

    void showsTheAnalysis() {
        load();
        compare();
        QVERIFY(!visibleWords(host_->view).contains(QStringLiteral("Open a trace file")));
        QCOMPARE(host_->view->statusText(), QStringLiteral("%1 services").arg(expected_.services.size()));
        QCOMPARE(host_->view->tabular()->rows.size(), expected_.services.size());
        // The bad release of the demo shop is worth a sentence.
        QVERIFY(!expected_.findings.empty());
        for (const Finding& finding : expected_.findings)
            QVERIFY(visibleWords(host_->view).contains(QString::fromStdString(finding.words)));
        // The journey in small.
        const auto* funnel = host_->view->findChild<FunnelChart*>();
        QVERIFY(funnel->isVisible());
        QCOMPARE(funnel->frame().columns.size(), context_->journey()->everything.stages.size());
    }

    // The exported picture of the overview said every service and operation as it is, whatever the redactor hides.
    void pictureIsRedacted() {
        class Masking : public Redactor {
            std::string redact(std::string_view key, std::string_view) const override { return "<" + std::string(key) + ">"; }
        };
        load();
        const std::string name = serviceAt(2), before = visibleWords(host_->view).toStdString();
        QVERIFY(picture(*host_->view, true).find(">" + name + "<") != std::string::npos);
        context_->exporter() = Export(std::make_shared<Masking>());
        const std::string svg = picture(*host_->view, true);
        for (const char* there : {"&lt;service.name&gt;", "&lt;name&gt;", "&lt;finding&gt;"})
            QVERIFY2(svg.find(there) != std::string::npos, there);
        for (const ServiceOverview& s : expected_.services)
            QVERIFY(svg.find(">" + context_->table()->services()[s.service] + "<") == std::string::npos);
        compare(); // in the window as before
        QCOMPARE(visibleWords(host_->view).toStdString(), before);
    }

    void followsTheScope() {
        load();
        const uint64_t all = expected_.spans;
        context_->selection().addTerm(term(ScopeTerm::Kind::Service, "payment"));
        QVERIFY(settle());
        compare();
        QVERIFY(expected_.spans < all && expected_.spans > 0);
        context_->selection().addTerm(term(ScopeTerm::Kind::Service, "no such service"));
        QVERIFY(settle());
        QVERIFY(visibleWords(host_->view).contains(QStringLiteral("Nothing in this scope")));
        context_->selection().setScope({});
        QVERIFY(settle());
        compare();
        QCOMPARE(expected_.spans, all);
    }

    void clickOnAServiceSetsTheFocus() {
        load();
        click(services_, 2);
        QCOMPARE(context_->selection().focus(), Focus::onService(serviceAt(2)));
        QVERIFY(context_->selection().scope().isEmpty());
        services_->setFocus();
        QTest::keyClick(services_, Qt::Key_Down);
        QTest::keyClick(services_, Qt::Key_Return);
        QCOMPARE(context_->selection().focus(), Focus::onService(serviceAt(3)));
    }

    void shiftClickFilters() {
        load();
        const std::string name = serviceAt(4);
        click(services_, 4, Qt::ShiftModifier);
        QCOMPARE(context_->selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Service, name)});
        QVERIFY(settle());
        compare();
        // Still marked, wherever its row is now.
        QCOMPARE(selectedService(), name);
    }

    void clickOnAnOperationShowsItsSlowest() {
        load();
        click(operations_, 1);
        QCOMPARE(context_->selection().focus(), Focus::onSpan(*context_->table(), expected_.operations[1].slowest));
        QCOMPARE(context_->table()->duration(expected_.operations[1].slowest), expected_.operations[1].red.max);
    }

    void findingsLeadOn() {
        load();
        size_t shown = 0;
        for (QToolButton* button : host_->view->findChildren<QToolButton*>()) {
            if (button->text() != QStringLiteral("Show") || !button->isVisible())
                continue;
            context_->selection().setFocus({});
            QTest::mouseClick(button, Qt::LeftButton);
            QVERIFY(context_->selection().focus().kind == Focus::Kind::Span || context_->selection().focus().kind == Focus::Kind::Service);
            ++shown;
        }
        QVERIFY(shown > 0);
    }

    void serviceFromOutsideIsMarked() {
        load();
        context_->selection().setFocus(Focus::onService("payment"));
        QVERIFY(settle());
        QCOMPARE(selectedService(), std::string("payment"));
        // After another part of the scope, too.
        context_->selection().addTerm(term(ScopeTerm::Kind::Error, {}));
        QVERIFY(settle());
        QCOMPARE(selectedService(), std::string("payment"));
        context_->selection().setFocus({});
        QVERIFY(settle());
        QCOMPARE(selectedService(), std::string());
    }

private:
    void load() {
        context_->setWorkspace(workspace_);
        QVERIFY(settle());
        expected_ = overview(*context_->table(), *context_->scopeResult());
        QVERIFY(expected_.services.size() > 5);
    }
    void compare() {
        const SpanTable& table = *context_->table();
        expected_ = overview(table, *context_->scopeResult());
        const auto cell = [](const QTableWidget* t, size_t row, int column) { return t->item(static_cast<int>(row), column)->text().toStdString(); };
        QCOMPARE(static_cast<size_t>(services_->rowCount()), expected_.services.size());
        for (size_t i = 0; i < expected_.services.size(); ++i) {
            const ServiceOverview& s = expected_.services[i];
            QCOMPARE(cell(services_, i, 0), table.services()[s.service]);
            QCOMPARE(cell(services_, i, 1), formatCount(s.entries.calls));
            QCOMPARE(cell(services_, i, 2), s.entries.errors == 0 ? std::string() : formatPercent(s.entries.errorShare()));
            if (s.entries.calls > 0) {
                QCOMPARE(cell(services_, i, 3), formatDuration(s.entries.p50));
                QCOMPARE(cell(services_, i, 4), formatDuration(s.entries.p95));
            }
            QCOMPARE(cell(services_, i, 5), formatDuration(s.selfTime));
        }
        QVERIFY(operations_->rowCount() > 0 && static_cast<size_t>(operations_->rowCount()) <= expected_.operations.size());
        for (size_t i = 0; i < static_cast<size_t>(operations_->rowCount()); ++i) {
            const OperationOverview& o = expected_.operations[i];
            QCOMPARE(cell(operations_, i, 0), table.services()[o.service] + "  " + std::string(table.text(o.name)));
            QCOMPARE(cell(operations_, i, 1), formatCount(o.red.calls));
            QCOMPARE(cell(operations_, i, 4), formatDuration(o.red.p95));
            QCOMPARE(cell(operations_, i, 5), formatDuration(o.red.p99));
        }
        // The large figures, as a screen reader gets them.
        const std::string facts = host_->view->findChild<FactRow*>()->accessibleName().toStdString();
        for (const std::string& part : {formatCount(expected_.traces) + " traces", formatCount(expected_.spans) + " spans",
                                        formatPercent(expected_.requests.errorShare()) + " requests failed",
                                        formatDuration(expected_.requests.p50) + " p50", formatDuration(expected_.requests.p99) + " p99"})
            QVERIFY2(facts.find(part) != std::string::npos, (part + " is not in: " + facts).c_str());
    }
    std::string serviceAt(size_t row) const { return context_->table()->services()[expected_.services[row].service]; }
    std::string selectedService() const {
        const auto rows = services_->selectionModel()->selectedRows();
        return rows.size() == 1 ? services_->item(rows[0].row(), 0)->text().toStdString() : std::string();
    }
    static void click(QTableWidget* table, int row, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(table->viewport(), Qt::LeftButton, modifiers, table->visualItemRect(table->item(row, 0)).center());
    }

    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<OverviewView>> host_;
    QTableWidget *services_ = nullptr, *operations_ = nullptr;
    Overview expected_;
};

QTEST_MAIN(TestOverviewView)
#include "tst_overview_view.moc"
