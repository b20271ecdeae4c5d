// The overview: its figures and tables are those of the analysis, and every element leads on.

#include "analysis/overview.h"
#include "funnel/funnel_view.h"
#include "model/trace_fixture.h"
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
        failOnWarnings();
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
        QVERIFY(svgPicture(*host_->view).find(">" + name + "<") != std::string::npos);
        context_->exporter() = Export(std::make_shared<Masking>());
        const std::string svg = svgPicture(*host_->view);
        for (const char* there : {"&lt;service.name&gt;", "&lt;name&gt;", "&lt;finding&gt;"})
            QVERIFY2(svg.find(there) != std::string::npos, there);
        for (const ServiceOverview& s : expected_.services)
            QVERIFY(svg.find(">" + context_->table()->services()[s.service] + "<") == std::string::npos);
        compare(); // in the window as before
        QCOMPARE(visibleWords(host_->view).toStdString(), before);
    }

    // Second lines of the findings were cut off, and the end of the time range was said nowhere.
    void nothingIsCutWhenNarrow() {
        load();
        host_->window.resize(420, 1600);
        host_->view->resize(420, 1600);
        QVERIFY(settle());
        for (const Finding& finding : expected_.findings) {
            const QString words = QString::fromStdString(finding.words);
            for (const QLabel* label : host_->view->findChildren<QLabel*>())
                if (label->text() == words)
                    QVERIFY2(label->height() >= label->heightForWidth(label->width()), finding.words.c_str());
        }
        const QString shown = visibleWords(host_->view);
        QVERIFY(shown.contains(QString::fromStdString(formatTime(expected_.start, {true}, 0))));
        QVERIFY(shown.contains(QStringLiteral(" to ")) && shown.contains(QString::fromStdString(formatClock(expected_.end, {true}, 0) + " UTC")));
    }

    // Error and warning differed in hue only.
    void findingsHaveMarks() {
        load();
        int marks = 0;
        for (const QLabel* label : host_->view->findChildren<QLabel*>())
            marks += label->accessibleName() == QStringLiteral("Error") || label->accessibleName() == QStringLiteral("Warning");
        QCOMPARE(static_cast<size_t>(marks), expected_.findings.size());
    }

    // "Show" was in the exported picture.
    void picturesHaveNoButtons() {
        load();
        QVERIFY(svgPicture(*host_->view).find(">Show<") == std::string::npos);
    }

    // A file in which every request fails listed nothing to look at: there were fewer than three.
    void smallFilesHaveFindings() {
        TraceFixture f;
        TraceFixture::Span span;
        span.id = 1;
        span.name = "Place";
        span.service = "checkout";
        span.start = 1'000'000'000;
        span.duration = 200'000'000;
        span.kind = Kind::Server;
        span.status = Status::Error;
        f.add(span);
        context_->setTable(f.table(), false);
        QVERIFY(settle());
        QVERIFY2(visibleWords(host_->view).contains(QStringLiteral("checkout Place fails in 100 % of its calls: 1 of 1.")),
                 qPrintable(visibleWords(host_->view)));
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
            // To a screen reader all of them were called "Show".
            QVERIFY(button->accessibleName().startsWith(QStringLiteral("Show: ")) && button->accessibleName().size() > 10);
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

    /// Only a service in focus was marked: a span, trace, call or stage that was chosen elsewhere left the overview as it was.
    void anyFocusIsMarked() {
        load();
        const SpanTable& table = *context_->table();
        const auto focusOn = [&](const Focus& focus) {
            context_->selection().setFocus(focus);
            QVERIFY(settle());
        };
        const auto tinted = [](const QTableWidget* t) {
            QSet<int> rows;
            for (int row = 0; row < t->rowCount(); ++row)
                if (t->item(row, 0)->background().style() != Qt::NoBrush)
                    rows.insert(row);
            return rows;
        };
        const OperationOverview& operation = expected_.operations[2];
        focusOn(Focus::onSpan(table, operation.slowest));
        QCOMPARE(tinted(operations_), QSet<int>{2});
        QCOMPARE(operations_->selectionModel()->selectedRows().size(), 1);
        QCOMPARE(tinted(services_).size(), 1);
        QCOMPARE(serviceAt(static_cast<size_t>(*tinted(services_).begin())), table.services()[operation.service]);
        focusOn(Focus::onTrace(table.traceId(table.trace(operation.slowest))));
        QVERIFY(tinted(operations_).contains(2));
        QVERIFY(operations_->selectionModel()->selectedRows().isEmpty());
        QCOMPARE(static_cast<uint32_t>(tinted(services_).size()), table.summary(table.trace(operation.slowest)).services);
        const auto calls = context_->graphSource()->whole({});
        const auto& edge = *std::find_if(calls->edges.begin(), calls->edges.end(), [&](const auto& e) {
            return calls->nodes[e.to].kind == ServiceGraph::NodeKind::Service && calls->nodes[e.from].kind == ServiceGraph::NodeKind::Service;
        });
        focusOn(Focus::onEdge(calls->nodes[edge.from].name, calls->nodes[edge.to].name));
        QCOMPARE(tinted(services_).size(), 1);
        QCOMPARE(serviceAt(static_cast<size_t>(*tinted(services_).begin())), calls->nodes[edge.to].name);
        focusOn(Focus::onStage(context_->journey()->everything.stages[0].name));
        QVERIFY(!tinted(services_).isEmpty() && !tinted(operations_).isEmpty());
        focusOn({});
        QVERIFY(tinted(services_).isEmpty() && tinted(operations_).isEmpty());
    }

    /// Swatches and red figures kept the colours of the theme before.
    void followsTheTheme() {
        load();
        const auto swatchAt = [&](int row) { return services_->item(row, 0)->icon().pixmap(10, 10).toImage().pixelColor(5, 5); };
        int bad = 0;
        while (bad < services_->rowCount() && services_->item(bad, 2)->text().isEmpty())
            ++bad;
        QVERIFY(bad < services_->rowCount());
        for (const ThemeMode mode : {ThemeMode::Dark, ThemeMode::Light}) {
            applyTheme(mode);
            QCoreApplication::processEvents();
            QCOMPARE(swatchAt(0).name(), context_->serviceColours().of(serviceAt(0), theme()).name());
            QCOMPARE(services_->item(bad, 2)->foreground().color().name(), theme().error.name());
        }
    }

    /// Operations could not be filtered to, and neither table had a context menu.
    void filtersFromOperationsAndMenus() {
        load();
        const std::string name(context_->table()->text(expected_.operations[1].name));
        const std::string service = context_->table()->services()[expected_.operations[1].service];
        click(operations_, 1, Qt::ShiftModifier);
        QCOMPARE(context_->selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Name, name)});
        context_->selection().setScope({});
        QVERIFY(settle());
        const auto choose = [](QTableWidget* table, int row, const std::string& what) {
            return chooseInMenu(table->viewport(), table->visualItemRect(table->item(row, 0)).center(),
                                QStringLiteral("Filter to ") + QString::fromStdString(what));
        };
        QVERIFY(choose(operations_, 1, term(ScopeTerm::Kind::Name, name).toWords()));
        QCOMPARE(context_->selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Name, name)});
        context_->selection().setScope({});
        QVERIFY(settle());
        QVERIFY(choose(operations_, 1, term(ScopeTerm::Kind::Service, service).toWords()));
        context_->selection().setScope({});
        QVERIFY(settle());
        QVERIFY(choose(services_, 2, term(ScopeTerm::Kind::Service, serviceAt(2)).toWords()));
        QCOMPARE(context_->selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Service, serviceAt(2))});
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

AISLE_TEST_MAIN(TestOverviewView)
#include "tst_overview_view.moc"
