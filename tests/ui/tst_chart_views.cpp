// The charts of the selection on screen: what is brushed is the scope, live and one step of history; a click opens an exemplar;
// legends and attributes filter; nothing is counted that cannot be seen.

#include "attributes/attributes_view.h"
#include "charts/duration_ticks.h"
#include "charts/field_box.h"
#include "charts/legend.h"
#include "histogram/histogram_view.h"
#include "model/workspace_fixture.h"
#include "rates/rates_view.h"
#include "scatter/scatter_view.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/plain_text.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QPainter>
#include <QTemporaryDir>
#include <QTreeView>

using namespace aisle;
using namespace aisle::test;

class TestChartViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(folder_.path(), 60);
    }
    void init() {
        context_ = std::make_unique<ViewContext>();
        context_->setWorkspace(workspace_);
        QVERIFY(settle());
    }
    void cleanup() { context_.reset(); }
    void cleanupTestCase() { workspace_.reset(); }

    void ratesAreBrushed() {
        Host<RatesView> host(QSize(900, 360), *context_);
        QVERIFY(settle());
        RatesView* view = host.view;
        QCOMPARE(view->series().counted, uint64_t(context_->table()->traceCount()));
        const SeriesLayout layout = view->layoutNow();
        const auto at = [&](double share) { return (view->body().topLeft() + QPointF(layout.plot().left() + share * layout.plot().width(), layout.plot().center().y())).toPoint(); };
        QTest::mousePress(view, Qt::LeftButton, {}, at(0.05));
        QTest::mouseMove(view, at(0.1));
        QVERIFY(context_->isMoving());
        QTest::mouseMove(view, at(0.2));
        QTest::mouseRelease(view, Qt::LeftButton, {}, at(0.2));
        QVERIFY(settle());
        QVERIFY(!context_->isMoving());
        QCOMPARE(context_->selection().scope().terms().size(), size_t(1));
        const ScopeTerm term = context_->selection().scope().terms()[0];
        QCOMPARE(term.kind, ScopeTerm::Kind::TraceTime);
        QCOMPARE((term.from - view->series().start) % view->series().step, 0); // whole steps
        QCOMPARE(view->series().counted, uint64_t(context_->table()->traceCount())); // not by its own brush
        QVERIFY(context_->scopeResult()->traceCount > 0 && context_->scopeResult()->traceCount < context_->table()->traceCount());
        host.window.grab();
        QTest::mouseClick(view, Qt::LeftButton, {}, at(0.9)); // beside it
        QVERIFY(context_->selection().scope().isEmpty());
        context_->selection().goBack();
        QCOMPARE(context_->selection().scope().terms().size(), size_t(1));
        QTest::keyClick(view, Qt::Key_Escape);
        QVERIFY(context_->selection().scope().isEmpty());
    }

    void aPointOpensItsExemplar() {
        Host<RatesView> host(QSize(900, 360), *context_);
        host.view->setMeasure(Measure::Longest);
        QVERIFY(settle());
        const OverTime& series = host.view->series();
        const SeriesLayout layout = host.view->layoutNow();
        for (size_t i = 0; i < series.steps(); ++i)
            if (series.lines[0].values[i] > 0) {
                QTest::mouseClick(host.view, Qt::LeftButton, {}, (host.view->body().topLeft() + layout.pointOf(0, i)).toPoint());
                const auto trace = context_->selection().focus().traceIn(*context_->table());
                QVERIFY(trace);
                QCOMPARE(static_cast<double>(context_->table()->summary(*trace).duration), series.lines[0].values[i]);
                return;
            }
        QFAIL("no step has a trace");
    }

    void measuresAndFields() {
        Host<RatesView> host(QSize(900, 360), *context_);
        QVERIFY(settle());
        RatesView* view = host.view;
        view->setItems(ItemsOf::Spans);
        for (const Measure measure : {Measure::Rate, Measure::ErrorShare, Measure::Percentiles, Measure::P95}) {
            view->setMeasure(measure);
            view->fields()->setField("resource.service.name");
            QVERIFY(settle());
            QCOMPARE(view->series().asked.measure, measure);
            QCOMPARE(view->series().lines.size(), measure == Measure::Percentiles ? size_t(3) : std::min<size_t>(ItemGroups::kMost, context_->table()->services().size() - 1));
            for (const double tick : view->layoutNow().ticks())
                QVERIFY(view->layoutNow().yOf(tick) <= view->layoutNow().plot().bottom() + 1);
            QImage picture(view->pictureSize(), QImage::Format_RGB32);
            QPainter painter(&picture);
            view->paintPicture(painter, picture.size());
            host.window.grab();
            QVERIFY(!view->tabular()->rows.empty());
        }
        // The attributes of the file can be chosen, too.
        QVERIFY(view->fields()->findData(QStringLiteral("span.http.route")) > 0 || view->fields()->findData(QStringLiteral("span.http.request.method")) > 0);
    }

    void legendsFilter() {
        Host<HistogramView> host(QSize(900, 360), *context_);
        host.view->setItems(ItemsOf::Spans);
        host.view->fields()->setField("resource.service.name");
        QVERIFY(settle());
        auto* legend = host.view->findChild<Legend*>();
        QVERIFY(legend->isVisible() && legend->items().size() > 3);
        const LegendItem first = legend->items()[0];
        const QPoint at = legend->visualRect(legend->model()->index(0, 0)).center();
        QTest::mouseMove(legend->viewport(), at);
        QCOMPARE(legend->pointed(), 0);
        host.window.grab();
        QTest::mouseClick(legend->viewport(), Qt::LeftButton, Qt::ShiftModifier, at);
        QVERIFY(settle());
        QCOMPARE(toQString(formatCount(context_->scopeResult()->spanCount)), first.figure);
        context_->selection().setScope({});
        QVERIFY(settle());
        QVERIFY(chooseInMenu(legend->viewport(), at, QStringLiteral("Exclude this")));
        QVERIFY(settle());
        QCOMPARE(toQString(formatCount(context_->table()->spanCount() - context_->scopeResult()->spanCount)), first.figure);
    }

    /// Of traces a value was excluded span by span, which left every trace that had another span.
    void legendsOfTracesFilterTraces() {
        Host<HistogramView> host(QSize(900, 360), *context_);
        host.view->fields()->setField("trace:rootName");
        QVERIFY(settle());
        auto* legend = host.view->findChild<Legend*>();
        const LegendItem first = legend->items()[0];
        const QPoint at = legend->visualRect(legend->model()->index(0, 0)).center();
        QVERIFY(chooseInMenu(legend->viewport(), at, QStringLiteral("Exclude this")));
        QVERIFY(settle());
        QCOMPARE(toQString(formatCount(context_->table()->traceCount() - context_->scopeResult()->traceCount)), first.figure);
        context_->selection().setScope({});
        QVERIFY(settle());
        QVERIFY(chooseInMenu(legend->viewport(), at, QStringLiteral("Filter to this")));
        QVERIFY(settle());
        QCOMPARE(toQString(formatCount(context_->scopeResult()->traceCount)), first.figure);
    }

    void histogramIsBrushed() {
        Host<HistogramView> host(QSize(900, 360), *context_);
        QVERIFY(settle());
        HistogramView* view = host.view;
        const uint32_t from = view->histogram().bars() / 3, to = view->histogram().bars() / 2;
        QTest::mousePress(view, Qt::LeftButton, {}, view->column(from, from).center().toPoint());
        QTest::mouseMove(view, view->column(from + 1, from + 1).center().toPoint());
        QTest::mouseMove(view, view->column(to, to).center().toPoint());
        QTest::mouseRelease(view, Qt::LeftButton, {}, view->column(to, to).center().toPoint());
        QVERIFY(settle());
        uint64_t inBars = 0;
        for (uint32_t bar = from; bar <= to; ++bar)
            inBars += view->histogram().selected[bar];
        QVERIFY(inBars > 0);
        QCOMPARE(context_->scopeResult()->traceCount, inBars);
        host.window.grab();
        QTest::mouseClick(view, Qt::LeftButton, {}, view->column(from, from).center().toPoint()); // within: an exemplar
        const auto trace = context_->selection().focus().traceIn(*context_->table());
        QVERIFY(view->histogram().selected[from] == 0 || trace);
        QVERIFY(!view->statusText().isEmpty() && !view->tabular()->rows.empty());
    }

    void dotsAreClickedAndBoxed() {
        Host<ScatterView> host(QSize(900, 360), *context_);
        QVERIFY(settle());
        ScatterView* view = host.view;
        QCOMPARE(view->scatter().counted, uint64_t(context_->table()->traceCount()));
        const Scatter::Dot dot = view->scatter().dots[view->scatter().dots.size() / 2];
        const QPoint at = (view->body().topLeft() + view->layoutNow().cell(dot.column, dot.row).center()).toPoint();
        QTest::mouseMove(view, at);
        QTest::mouseClick(view, Qt::LeftButton, {}, at);
        QVERIFY(context_->selection().focus().traceIn(*context_->table()));
        const QRectF plot = view->layoutNow().plot().translated(view->body().topLeft());
        QTest::mousePress(view, Qt::LeftButton, {}, plot.topLeft().toPoint() + QPoint(2, 2));
        QTest::mouseMove(view, plot.center().toPoint());
        QTest::mouseRelease(view, Qt::LeftButton, {}, plot.center().toPoint());
        QVERIFY(settle());
        QCOMPARE(context_->selection().scope().terms().size(), size_t(2));
        host.window.grab();
        view->fields()->setField("trace:rootName");
        QVERIFY(settle());
        QVERIFY(view->scatter().groups.size() > 2);
        host.window.grab();
    }

    void attributesAreCountedAndFilter() {
        traceql::ParseError error;
        context_->selection().setScope(*Scope::parse("status = error", error));
        QVERIFY(settle());
        Host<AttributesView> host(QSize(900, 500), *context_);
        const QAbstractItemModelTester tester(const_cast<AttributesModel*>(&host.view->model()), QAbstractItemModelTester::FailureReportingMode::Fatal);
        QVERIFY(settle());
        const AttributesModel& model = host.view->model();
        QCOMPARE(model.keys().selected, context_->scopeResult()->spanCount);
        auto* tree = host.view->findChild<QTreeView*>();
        tree->expand(model.index(1, 0));
        QVERIFY(settle());
        const QModelIndex service = model.index(0, 0, model.index(1, 0));
        const AttributeCounts::Value* value = model.valueAt(service);
        QVERIFY(value != nullptr && value->selected > 0);
        const uint64_t selected = value->selected;
        tree->setCurrentIndex(service);
        host.window.grab();
        QTest::keyClick(tree, Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(context_->scopeResult()->spanCount, selected);
        QVERIFY(model.rowCount(model.index(1, 0)) > 0); // what was open stays open
        context_->selection().goBack();
        QVERIFY(settle());
        tree->setCurrentIndex(model.index(0, 0, model.index(1, 0)));
        const uint64_t before = context_->scopeResult()->spanCount;
        QTest::keyClick(tree, Qt::Key_Return, Qt::AltModifier);
        QVERIFY(settle());
        QCOMPARE(context_->scopeResult()->spanCount, before - selected);
        host.view->findChild<QLineEdit*>()->setText(QStringLiteral("http"));
        QVERIFY(tree->isRowHidden(0, {}));
        QVERIFY(host.view->tabular()->rows.size() > 10);
    }

    /// A chart behind another one took the time of what is looked at.
    void hiddenChartsCountNothing() {
        Host<RatesView> host(QSize(900, 360), *context_);
        host.view->hide();
        QVERIFY(settle());
        const auto before = host.view->shownScope();
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::Error;
        context_->selection().addTerm(term);
        QVERIFY(settle());
        QCOMPARE(host.view->shownScope(), before);
        host.view->show();
        QVERIFY(settle());
        QCOMPARE(host.view->shownScope()->scope, context_->selection().scope());
    }

    void nothingIsOpen() {
        ViewContext none;
        Host<RatesView> rates(QSize(600, 300), none);
        Host<HistogramView> histogram(QSize(600, 300), none);
        Host<ScatterView> scatter(QSize(600, 300), none);
        Host<AttributesView> attributes(QSize(600, 300), none);
        QVERIFY(settle());
        for (View* view : {static_cast<View*>(rates.view), static_cast<View*>(histogram.view), static_cast<View*>(scatter.view), static_cast<View*>(attributes.view)}) {
            QTest::mouseClick(view, Qt::LeftButton, {}, QPoint(200, 100));
            QTest::keyClick(view, Qt::Key_Right);
            QVERIFY(visibleWords(view).contains(QLatin1String("span"), Qt::CaseInsensitive) || visibleWords(view).contains(QLatin1String("trace"), Qt::CaseInsensitive));
            QVERIFY(view->pictureSize().isEmpty());
            QVERIFY(!view->tabular());
        }
    }

    void ticksOfDurations() {
        QVERIFY(durationTicks(1).empty());
        QCOMPARE(durationTicks(1001), (std::vector<int64_t>{1, 10, 100, 1000}));
        const auto all = durationTicks(std::numeric_limits<int64_t>::max());
        QVERIFY(std::is_sorted(all.begin(), all.end()) && all.size() < 40 && all.front() == 1);
    }

private:
    QTemporaryDir folder_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<ViewContext> context_;
};

AISLE_TEST_MAIN(TestChartViews)
#include "tst_chart_views.moc"
