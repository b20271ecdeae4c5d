// The heatmap on screen: a box that is dragged is the scope, live and one step of history; a click opens an exemplar.

#include "heatmap/heatmap_view.h"
#include "model/workspace_fixture.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QPainter>
#include <QTemporaryDir>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;

class TestHeatmapView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeMode::Light); }
    void init() {
        context_ = std::make_unique<ViewContext>();
        folder_ = std::make_unique<QTemporaryDir>(); // of the one before, a worker may still hold the workspace
        context_->setWorkspace(demoWorkspace(folder_->path(), 60));
        host_ = std::make_unique<Host<HeatmapView>>(QSize(900, 360), *context_);
        QVERIFY(QTest::qWaitForWindowExposed(&host_->window));
        QVERIFY(settle());
    }
    void cleanup() {
        host_.reset();
        context_.reset();
    }

    void brushes() {
        HeatmapView* view = host_->view;
        const PlaneLayout layout = view->layoutNow();
        QCOMPARE(view->matching().counted, uint64_t(context_->table()->traceCount()));
        const QPoint origin = view->body().topLeft().toPoint();
        const QPoint a = layout.box({2, 2, 5, 5}).center().toPoint() + origin, b = layout.box({40, 40, 30, 30}).center().toPoint() + origin;
        QTest::mousePress(view, Qt::LeftButton, {}, a);
        QTest::mouseMove(view, (a + b) / 2);
        QTest::mouseMove(view, b);
        QVERIFY(settle());
        const auto cells = PlaneLayout::cellsOf(view->matching().axes, ItemsOf::Traces, context_->selection().scope());
        QVERIFY(cells);
        QCOMPARE(*cells, (PlaneCells{2, 40, 5, 30}));
        QTest::mouseRelease(view, Qt::LeftButton, {}, b);
        QVERIFY(settle());
        // The chart is not filtered by its own box, or nobody could move it; its words count what is in it.
        QCOMPARE(view->matching().counted, uint64_t(context_->table()->traceCount()));
        uint64_t inBox = 0;
        for (uint32_t c = 2; c <= 40; ++c)
            for (uint32_t r = 5; r <= 30; ++r)
                inBox += view->matching().at(c, r).count;
        QCOMPARE(context_->scopeResult()->traceCount, inBox);
        QVERIFY(inBox > 0 && inBox < context_->table()->traceCount());
        QVERIFY2(view->statusText().startsWith(countedItems(inBox, ItemsOf::Traces)), qPrintable(view->statusText()));
        host_->window.grab();
        // Arrows move the box, Shift makes it larger, back is one step.
        QTest::keyClick(view, Qt::Key_Right);
        QCOMPARE(PlaneLayout::cellsOf(view->matching().axes, ItemsOf::Traces, context_->selection().scope())->firstColumn, 3U);
        QTest::keyClick(view, Qt::Key_Up, Qt::ShiftModifier);
        QCOMPARE(PlaneLayout::cellsOf(view->matching().axes, ItemsOf::Traces, context_->selection().scope())->lastRow, 31U);
        // As soon as there was a box, the words of errors were gone, as if there were none.
        const HeatmapAxes& axes = view->matching().axes;
        Scope all;
        for (ScopeTerm& term : heatmapTerms(axes, ItemsOf::Traces, 0, axes.columns() - 1, 0, axes.rows() - 1))
            all = all.with(std::move(term));
        context_->selection().setScope(all);
        QVERIFY(settle());
        QVERIFY(view->matching().errors > 0);
        QVERIFY2(view->statusText().contains(QStringLiteral(", %1 with errors").arg(view->matching().errors)), qPrintable(view->statusText()));
        QTest::keyClick(view, Qt::Key_Escape);
        QVERIFY(settle());
        QVERIFY(context_->selection().scope().isEmpty());
        QCOMPARE(view->matching().counted, uint64_t(context_->table()->traceCount()));
    }

    /// A chart that was seen while another file was opened went on showing the one before (or nothing at all): what is asked
    /// without the chart's own terms was taken over before anybody was told.
    void anotherFile() {
        const uint64_t before = host_->view->matching().counted;
        QVERIFY(QDir(folder_->path()).mkdir(QStringLiteral("other")));
        context_->setWorkspace(demoWorkspace(folder_->filePath(QStringLiteral("other")), 25));
        QVERIFY(settle());
        QCOMPARE(host_->view->matching().counted, uint64_t(context_->table()->traceCount()));
        QVERIFY(host_->view->matching().counted != before);
    }

    void spansAndErrors() {
        HeatmapView* view = host_->view;
        view->setItems(ItemsOf::Spans);
        QVERIFY(settle());
        QCOMPARE(view->matching().counted + view->matching().without, context_->table()->spanCount());
        traceql::ParseError error;
        context_->selection().setScope(*Scope::parse("status = error", error));
        QVERIFY(settle());
        QCOMPARE(view->matching().counted, context_->scopeResult()->spanCount);
        QCOMPARE(view->matching().errors, view->matching().counted);
        view->setShowsErrors(true);
        host_->window.grab();
        QVERIFY(view->statusText().contains(QStringLiteral("with errors")));
        QVERIFY(!view->tabular()->rows.empty());
        QImage picture(view->pictureSize(), QImage::Format_RGB32);
        QPainter painter(&picture);
        view->paintPicture(painter, picture.size());
    }

    void aClickOpensTheLongestOfACell() {
        HeatmapView* view = host_->view;
        const HeatmapAxes& axes = view->matching().axes;
        for (uint32_t c = 0; c < axes.columns(); ++c)
            for (uint32_t r = axes.rows(); r-- > 0;)
                if (view->matching().at(c, r).count > 0) {
                    QTest::mouseClick(view, Qt::LeftButton, {}, view->layoutNow().cell(c, r).center().toPoint() + view->body().topLeft().toPoint());
                    QVERIFY(settle());
                    const auto trace = context_->selection().focus().traceIn(*context_->table());
                    QVERIFY(trace);
                    const TraceSummary& s = context_->table()->summary(*trace);
                    QCOMPARE(axes.columnOf(s.start), std::optional(c));
                    QCOMPARE(axes.rowOf(s.duration), std::optional(r));
                    return;
                }
    }

    void nothingIsOpen() {
        ViewContext none;
        Host<HeatmapView> host(QSize(500, 200), none);
        QVERIFY(settle());
        QVERIFY(visibleWords(host.view).contains(QStringLiteral("Durations over time")));
        QTest::mouseClick(host.view, Qt::LeftButton, {}, QPoint(200, 100));
        QTest::keyClick(host.view, Qt::Key_Right);
        QVERIFY(host.view->pictureSize().isEmpty());
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<HeatmapView>> host_;
};

AISLE_TEST_MAIN(TestHeatmapView)
#include "tst_heatmap_view.moc"
