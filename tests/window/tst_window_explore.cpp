// The charts of the window together: they follow a brush, a pinned copy stays, and what is chosen in it is chosen everywhere.

#include "differences/differences_view.h"
#include "heatmap/heatmap_view.h"
#include "charts/field_box.h"
#include "journey_editor/journey_editor.h"
#include "rates/rates_view.h"
#include "window/saved_view.h"
#include "window_fixture.h"

#include <QJsonDocument>
#include <QMenu>

#include <fstream>

using namespace aisle;
using namespace aisle::test;

class TestWindowExplore : public QObject, private WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() {
        beginTest();
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(4);
        QVERIFY(settle());
    }
    void cleanup() { endTest(); }

    void aPinnedCopyStays() {
        auto* live = qobject_cast<HeatmapView*>(window_->view("heatmap"));
        QVERIFY(live && live->isVisible());
        live->setItems(ItemsOf::Spans);
        live->setFocus();
        QVERIFY(settle());
        pin();
        const auto copies = window_->findChildren<HeatmapView*>();
        QCOMPARE(copies.size(), 2);
        HeatmapView* pinned = copies[0] == live ? copies[1] : copies[0];
        QTRY_VERIFY(pinned->isVisible());
        QVERIFY(settle());
        QCOMPARE(pinned->items(), ItemsOf::Spans); // it looks as the one it is a copy of
        QCOMPARE(pinned->matching().counted, live->matching().counted);
        const uint64_t all = pinned->matching().counted;

        selection().addTerm(term(ScopeTerm::Kind::Error, {}));
        QVERIFY(settle());
        QVERIFY(live->matching().counted < all);
        QCOMPARE(pinned->matching().counted, all);
        // What is brushed in the copy is the scope of the window, not the copy's.
        const QRectF plot = pinned->layoutNow().plot().translated(pinned->body().topLeft());
        QTest::mousePress(pinned, Qt::LeftButton, {}, plot.topLeft().toPoint() + QPoint(2, 2));
        QTest::mouseMove(pinned, plot.center().toPoint());
        QTest::mouseRelease(pinned, Qt::LeftButton, {}, plot.center().toPoint());
        QVERIFY(settle());
        QVERIFY(selection().scope().terms().size() >= 1 && selection().scope().terms()[0].kind != ScopeTerm::Kind::Error);
        QCOMPARE(pinned->matching().counted, all);
        // A click in it is a focus of the window.
        const auto cellWithSpans = [&] {
            for (uint32_t c = 0; c < pinned->matching().axes.columns(); ++c)
                for (uint32_t r = 0; r < pinned->matching().axes.rows(); ++r)
                    if (pinned->matching().at(c, r).count > 0)
                        return pinned->layoutNow().cell(c, r).center().toPoint() + pinned->body().topLeft().toPoint();
            return QPoint();
        };
        QTest::mouseClick(pinned, Qt::LeftButton, {}, cellWithSpans());
        QVERIFY(settle());
        QCOMPARE(selection().focus().kind, Focus::Kind::Span);
        QVERIFY(settle());

        QTest::mouseClick(buttonWithToolTip(QStringLiteral("Unpin")), Qt::LeftButton);
        QTRY_COMPARE(window_->findChildren<HeatmapView*>().size(), 1);
        selection().setScope({});
        QVERIFY(settle());
    }

    void aPinnedScopeIsABaseline() {
        selection().addTerm(term(ScopeTerm::Kind::Service, "checkout"));
        QVERIFY(settle());
        window_->view("heatmap")->setFocus();
        pin();
        QVERIFY(settle());
        window_->showView("differences");
        selection().setScope({});
        QVERIFY(settle());
        auto* baselines = named<QComboBox>(window_->view("differences"), QStringLiteral("Compared with"));
        QVERIFY2(baselines->itemText(baselines->count() - 1).startsWith(QStringLiteral("pinned: ")), qPrintable(baselines->itemText(baselines->count() - 1)));
        window_->open({other_}); // in a window of its own: the pins of this one stay
        QTRY_COMPARE(windows().size(), 2);
        QCOMPARE(window_->findChildren<HeatmapView*>().size(), 2);
        for (MainWindow* window : windows())
            if (window != window_)
                window->close();
        QTRY_COMPARE(windows().size(), 1);
    }

    /// A pinned trace was exchanged for the next one that was chosen.
    void aPinnedTraceStays() {
        window_->setPerspective(1);
        QVERIFY(settle());
        const SpanTablePtr table = window_->context().table();
        selection().setFocus(Focus::onTrace(table->traceId(3)));
        QVERIFY(settle());
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_, 3000)); // or no view has the keyboard
        window_->view("waterfall")->setFocus();
        pin();
        QVERIFY(settle());
        selection().setFocus(Focus::onTrace(table->traceId(5)));
        QVERIFY(settle());
        std::set<TraceId> shown;
        for (const WaterfallView* waterfall : window_->findChildren<WaterfallView*>())
            if (waterfall->data())
                shown.insert(waterfall->data()->tree.traceIds.front());
        QCOMPARE(shown, (std::set<TraceId>{table->traceId(3), table->traceId(5)}));
    }

    void brushesAreFollowed() {
        window_->showView("rates");
        QVERIFY(settle());
        auto* rates = qobject_cast<RatesView*>(window_->view("rates"));
        const QRectF plot = rates->layoutNow().plot().translated(rates->body().topLeft());
        const auto at = [&](double share) { return QPointF(plot.left() + share * plot.width(), plot.center().y()).toPoint(); };
        QTest::mousePress(rates, Qt::LeftButton, {}, at(0.02));
        for (int step = 1; step <= 20; ++step) {
            QTest::mouseMove(rates, at(0.02 + 0.01 * step));
            QTest::qWait(5);
        }
        QTest::mouseRelease(rates, Qt::LeftButton, {}, at(0.22));
        QVERIFY(settle());
        const auto scope = window_->context().scopeResult();
        QCOMPARE(scope->scope, selection().scope());
        auto* list = window_->view("trace-list")->findChild<QTableView*>();
        QCOMPARE(static_cast<uint64_t>(list->model()->rowCount()), scope->traceCount);
        QVERIFY(window_->view("trace-list")->shownScope()->scope == scope->scope);
        window_->setPerspective(3);
        QVERIFY(settle());
        auto* graph = qobject_cast<GraphView*>(window_->view("service-graph"));
        QVERIFY(graph->shownScope()->scope == scope->scope && !graph->graph()->isApproximate);
        QCOMPARE(graph->graph()->traces, scope->traceCount);
    }

    /// Kept in the workspace under a name, shown again after everything was changed, and handed on as a file.
    void savedViews() {
        saveAs(folder_ / "views.aisle");
        QTRY_VERIFY2(words().contains(QStringLiteral("Saved as")), qPrintable(words()));
        window_->showView("rates");
        auto* rates = qobject_cast<RatesView*>(window_->view("rates"));
        rates->setMeasure(Measure::P95);
        rates->fields()->setField("resource.service.name");
        selection().addTerm(term(ScopeTerm::Kind::Error, {}));
        QVERIFY(settle());
        auto* menu = savedMenu();
        Q_EMIT menu->aboutToShow();
        auto* name = named<QLineEdit>(menu, QStringLiteral("Name to save the present view under"));
        name->setText(QStringLiteral("  errors & <b>p95</b> "));
        QTest::keyClick(name, Qt::Key_Return);
        QVERIFY2(messageText().contains(QStringLiteral("errors & <b>p95</b>")), qPrintable(messageText()));

        window_->setPerspective(3);
        rates->setMeasure(Measure::Rate);
        rates->fields()->setField({});
        selection().setScope({});
        QVERIFY(settle());
        Q_EMIT menu->aboutToShow();
        QMenu* one = nullptr;
        for (QAction* action : menu->actions())
            if (action->menu() != nullptr && action->text().contains(QStringLiteral("p95")))
                one = action->menu();
        QVERIFY(one != nullptr);
        triggerIn(one, QStringLiteral("Show"));
        QVERIFY(settle());
        QCOMPARE(window_->perspective(), 4);
        QVERIFY(rates->isVisible());
        QCOMPARE(rates->series().asked.measure, Measure::P95);
        QCOMPARE(rates->series().asked.by, std::string("resource.service.name"));
        QCOMPARE(selection().scope().terms().size(), size_t(1));
        // Showing one can be taken back.
        QTest::mouseClick(buttonWithText<QToolButton>(window_, QStringLiteral("Back")), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(window_->perspective(), 3);
        QVERIFY(selection().scope().isEmpty());

        const fs::path file = folder_ / "view.json";
        Q_EMIT menu->aboutToShow();
        for (QAction* action : menu->actions())
            if (action->menu() != nullptr && action->text().contains(QStringLiteral("p95")))
                one = action->menu();
        triggerIn(one, QStringLiteral("Write to a file…"));
        chooseIn(file);
        QTRY_VERIFY(fs::exists(file));
        triggerIn(one, QStringLiteral("Remove"));
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().size(), 3); // the name, a line, and opening a file
        QTest::mouseClick(buttonWithText<QToolButton>(window_, QStringLiteral("Undo")), Qt::LeftButton);
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().size(), 4);

        triggerIn(menu, QStringLiteral("Open a view from a file…"));
        chooseIn(file);
        QTRY_COMPARE(window_->perspective(), 4);
        QVERIFY(settle());
        QCOMPARE(rates->series().asked.measure, Measure::P95);
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().size(), 4); // it is the one that is there
        // Another view of that name, a colleague's, took the place of one's own.
        QFile written(QString::fromStdString(file.string()));
        QVERIFY(written.open(QIODevice::ReadOnly));
        QByteArray other = written.readAll();
        written.close();
        other.replace("\"p95\"", "\"p50\"");
        std::ofstream(folder_ / "other.json") << other.constData();
        triggerIn(menu, QStringLiteral("Open a view from a file…"));
        chooseIn(folder_ / "other.json");
        QTRY_COMPARE(rates->series().asked.measure, Measure::P50);
        QVERIFY(settle());
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().size(), 5);
        std::ofstream(folder_ / "none.json") << "{\"aisle\": 3}";
        triggerIn(menu, QStringLiteral("Open a view from a file…"));
        chooseIn(folder_ / "none.json");
        QTRY_VERIFY2(messageText().contains(QStringLiteral("no saved view")), qPrintable(messageText()));
    }

    // Ctrl+Z did not bring back a journey that was removed or saved over.
    void aJourneyComesBackByCtrlZ() {
        window_->setPerspective(2);
        QVERIFY(settle());
        auto* funnel = qobject_cast<FunnelView*>(window_->view("funnel"));
        QVERIFY(funnel && funnel->isVisible());
        auto* menu = buttonWithText<QToolButton>(funnel, QStringLiteral("Edit"))->menu();
        const auto present = [&] { return *window_->context().journey()->definition; };
        const auto save = [&](const JourneyDefinition& journey) {
            Q_EMIT menu->actions()[0]->triggered();
            auto* editor = funnel->findChild<JourneyEditor*>();
            QVERIFY(editor != nullptr);
            editor->setJourney(journey);
            QTest::mouseClick(buttonWithText<QPushButton>(editor, QStringLiteral("Save")), Qt::LeftButton);
            QVERIFY(settle());
            QVERIFY(present() == journey);
        };
        JourneyDefinition mine = present();
        mine.id = mine.name = "Mine";
        JourneyDefinition shorter = mine;
        shorter.stages.pop_back();
        shorter.exclusions.clear();
        save(mine);
        save(shorter);
        QVERIFY2(messageText().contains(QStringLiteral("\u201cMine\u201d was saved over another one")), qPrintable(messageText()));
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_, 3000));
        funnel->chart()->setFocus();
        QTest::keyClick(funnel->chart(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(present() == mine);
        QVERIFY(settle());
        Q_EMIT menu->actions()[2]->triggered();
        QVERIFY(settle());
        QVERIFY(!(present() == mine));
        QTest::keyClick(funnel->chart(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(present() == mine);
        QVERIFY(settle());
        // What is only said has no key.
        window_->showMessage(QStringLiteral("Something else."), QStringLiteral("Do it"), [this] { window_->setPerspective(0); });
        QTest::keyClick(funnel->chart(), Qt::Key_Z, Qt::ControlModifier);
        QTest::qWait(200); // a button that is pressed by a key is down for a while
        QCOMPARE(window_->perspective(), 2);
        QCOMPARE(messageText(), QStringLiteral("Something else."));
    }

    void savedViewsOfStrangers() {
        QString problem;
        QVERIFY(!SavedView::fromJson("", problem) && !problem.isEmpty());
        QVERIFY(!SavedView::fromJson(QByteArray(2 << 20, ' '), problem) && problem.contains(QStringLiteral("larger")));
        QVERIFY(!SavedView::fromJson("{\"aisle\":\"view\",\"version\":99}", problem) && problem.contains(QStringLiteral("newer")));
        const auto odd = SavedView::fromJson("{\"aisle\":\"view\",\"name\":7,\"docks\":[3,{\"id\":[],\"width\":-9e99}],\"views\":{\"rates\":4},\"scope\":null}", problem);
        QVERIFY(odd && odd->docks.size() == 2 && odd->docks[1].width == 0 && odd->views.size() == 1 && odd->scope.isEmpty());
        SavedView view;
        view.name = QStringLiteral("a \"b\" \u00fc");
        view.scope = QStringLiteral("{ span:name = \"x\" }");
        view.perspective = QStringLiteral("graph");
        view.docks = {{QStringLiteral("explore"), QStringLiteral("rates"), 640, 300}};
        view.views = {{QStringLiteral("rates"), QJsonObject{{QStringLiteral("by"), QStringLiteral("span:name")}}}};
        const auto again = SavedView::fromJson(view.toJson(), problem);
        QVERIFY(again);
        QCOMPARE(again->toJson(), view.toJson());
        for (const char* settings : {"{}", "{\"of\":7,\"by\":\"1+\",\"measure\":\"none\",\"columns\":[1,\"x y\",{}],\"text\":{},\"baseline\":\"{{\",\"sql\":9}"})
            for (const ViewInfo& info : views()) {
                const QJsonObject before = window_->view(info.id)->settings();
                window_->view(info.id)->applySettings(QJsonDocument::fromJson(settings).object());
                QJsonObject after = window_->view(info.id)->settings();
                after.remove(QStringLiteral("columns"));
                QJsonObject kept = before;
                kept.remove(QStringLiteral("columns"));
                QCOMPARE(after, kept); // what makes no sense leaves things as they are
                window_->view(info.id)->applySettings(before);
                QCOMPARE(window_->view(info.id)->settings(), before);
            }
        QVERIFY(settle());
    }

private:
    QMenu* savedMenu() const {
        for (auto* menu : window_->findChildren<QMenu*>())
            if (menu->title() == QStringLiteral("Sa&ved views"))
                return menu;
        qFatal("no menu of saved views");
    }
    static void triggerIn(const QMenu* menu, const QString& text) {
        for (QAction* action : menu->actions())
            if (action->text() == text)
                return action->trigger();
        qFatal("no such action: %s", qPrintable(text));
    }
    void chooseIn(const fs::path& path) {
        QFileDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = window_->findChild<QFileDialog*>()) != nullptr && dialog->isVisible());
        Q_EMIT dialog->fileSelected(QString::fromStdString(path.string()));
        dialog->close();
        QTRY_VERIFY(window_->findChild<QFileDialog*>() == nullptr);
    }
    SelectionModel& selection() const { return window_->context().selection(); }
    void pin() {
        for (QAction* action : window_->findChildren<QAction*>())
            if (action->shortcut() == QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P))
                return action->trigger();
        qFatal("nothing pins");
    }
    QToolButton* buttonWithToolTip(const QString& text) const {
        for (auto* button : window_->findChildren<QToolButton*>())
            if (button->toolTip() == text)
                return button;
        qFatal("no such button");
    }
};

AISLE_TEST_MAIN(TestWindowExplore)
#include "tst_window_explore.moc"
