// The window itself: keys, menus, themes, what is remembered, exports.

#include "cases/cases_view.h"
#include "window_fixture.h"

#include <set>

using namespace aisle;
using namespace aisle::test;

class TestWindow : public QObject, private WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

    void startsEmpty() {
        QVERIFY(words().contains(QStringLiteral("Nothing is open")));
        QVERIFY(words().contains(QStringLiteral("Open a trace file")));
        QVERIFY(window_->width() <= 1280 && window_->height() <= 800); // the smallest screen it is made for
        QCOMPARE(window_->windowTitle(), QStringLiteral("Aisle"));
    }

    /// A long name in the title or in focus made the window wider than the screen.
    void longNamesWidenNothing() {
        const fs::path path = folder_ / (std::string(200, 'W') + ".jsonl");
        fs::copy_file(other_, path);
        window_->open({path});
        QVERIFY(waitUntilOpen());
        window_->context().selection().setFocus(Focus::onService(std::string(400, 'W')));
        window_->showMessage(QString(400, QLatin1Char('W')));
        QVERIFY(settle());
        QVERIFY2(window_->minimumSizeHint().width() <= 1280, qPrintable(QString::number(window_->minimumSizeHint().width())));
    }

    /// From a file to one span in all views.
    void opensAFile() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const SpanTablePtr table = window_->context().table();
        QVERIFY(table->spanCount() > 5000);
        QVERIFY(!window_->context().isProvisional());
        QVERIFY(window_->windowTitle().startsWith(QStringLiteral("shop.jsonl")));
        QVERIFY(words().contains(QString::fromStdString(formatCount(table->spanCount())) + QStringLiteral(" spans")));
        QVERIFY(!progress()->isVisible());

        QTest::mouseClick(buttonWithText<QToolButton>(window_->findChild<Rail*>(), QStringLiteral("Traces")), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(window_->perspective(), 1);
        auto* list = window_->view("trace-list")->findChild<QTableView*>();
        auto* traces = qobject_cast<TraceListModel*>(list->model());
        QCOMPARE(static_cast<uint32_t>(traces->rowCount()), table->traceCount());
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(traces->index(2, 2)).center());
        QVERIFY(settle());
        auto* waterfall = qobject_cast<WaterfallView*>(window_->view("waterfall"));
        QVERIFY(waterfall->isVisible());
        QCOMPARE(waterfall->data()->tree.traceIds.front(), table->traceId(traces->traceAt(2)));
        const WaterfallRow row = waterfall->frame().rows.at(0);
        QTest::mouseClick(waterfall, Qt::LeftButton, {}, row.nameRect.center().toPoint());
        QVERIFY(settle());
        const Row span = waterfall->data()->tree.nodes[row.node].row;
        QCOMPARE(window_->context().selection().focus(), Focus::onSpan(*table, span));
        QCOMPARE(qobject_cast<DetailsView*>(window_->view("details"))->content().title, std::string(table->nameText(span)));
        QCOMPARE(list->currentIndex().row(), 2);
        QVERIFY(words().contains(QStringLiteral("Focus: ")));
        // What the view of the perspective has to say was said nowhere.
        QVERIFY2(words().contains(window_->view("trace-list")->statusText()), qPrintable(words()));
        window_->setPerspective(2);
        QVERIFY(settle());
        QVERIFY2(words().contains(window_->view("funnel")->statusText()) && words().contains(QStringLiteral("converted")), qPrintable(words()));
        for (const int perspective : {0, 1, 2, 4, 5, 3}) {
            window_->setPerspective(perspective);
            QVERIFY(settle());
            QVERIFY(!window_->grab().isNull());
        }
        auto* graph = qobject_cast<GraphView*>(window_->view("service-graph"));
        QVERIFY(graph->isVisible() && graph->marks().isDimmed);
    }

    void keysOfTheWindow() {
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_, 3000));
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QTest::keyClick(window_, Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(window_->perspective(), 2);
        QTest::keyClick(window_, Qt::Key_6, Qt::ControlModifier);
        QCOMPARE(window_->perspective(), 5);
        QVERIFY(window_->view("fulfilment")->isVisible() && window_->view("order")->isVisible());
        QTest::keyClick(window_, Qt::Key_3, Qt::ControlModifier);
        QTest::keyClick(window_, Qt::Key_J, Qt::ControlModifier);
        QCOMPARE(window_->context().selection().focus().kind, Focus::Kind::Trace);
        QTest::keyClick(window_, Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(window_->context().selection().focus().kind, Focus::Kind::None);
        QTest::keyClick(window_, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(settle());
        QCOMPARE(window_->context().selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Error, {})});
        QTest::keyClick(window_, Qt::Key_X, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(window_->context().selection().scope().isEmpty());
    }

    // After Ctrl+2 the keys are in the list of traces: Ctrl+F did nothing, and Ctrl+E found no picture to export.
    void findsAndExportsFromTheList() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(1);
        window_->context().selection().setFocus(Focus::onTrace(window_->context().table()->traceId(0)));
        QVERIFY(settle());
        action(QStringLiteral("Export &picture of the view..."))->trigger();
        auto* dialog = window_->findChild<QFileDialog*>();
        QVERIFY(dialog != nullptr);
        dialog->close();
        QCOMPARE(action(QStringLiteral("&Find in the waterfall"))->shortcut(), QKeySequence(QKeySequence::Find));
        for (const int perspective : {1, 3}) { // in the second one it is not shown
            window_->setPerspective(perspective);
            QVERIFY(settle());
            action(QStringLiteral("&Find in the waterfall"))->trigger();
            QTRY_VERIFY(named<QLineEdit>(window_, QStringLiteral("Find in this trace"))->isVisible());
        }
    }

    void themesSwitch() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const QImage light = window_->grab().toImage();
        action(QStringLiteral("&Dark"))->trigger();
        QVERIFY(settle());
        QVERIFY(theme().isDark);
        const QImage dark = window_->grab().toImage();
        QCOMPARE(QSettings().value(QStringLiteral("theme")).toInt(), static_cast<int>(ThemeMode::Dark));
        // Nearly every pixel follows; what a theme forgot stays light.
        const auto lightShare = [](const QImage& picture) {
            qint64 sum = 0;
            for (int y = 0; y < picture.height(); y += 4)
                for (int x = 0; x < picture.width(); x += 4)
                    sum += qGray(picture.pixel(x, y)) > 170;
            return static_cast<double>(sum) * 16 / picture.width() / picture.height();
        };
        QVERIFY2(lightShare(light) > 0.8, qPrintable(QString::number(lightShare(light))));
        QVERIFY2(lightShare(dark) < 0.1, qPrintable(QString::number(lightShare(dark))));
        action(QStringLiteral("&Light"))->trigger();
        QVERIFY(settle());
        QVERIFY(!theme().isDark);
        QVERIFY(lightShare(window_->grab().toImage()) > 0.8);
    }

    // Findings of the overview were deleted while the application went through all widgets: another theme ended the program.
    // The file is opened with the scope of last time, which is said, with the way out; another file is not.
    void remembersTheScopeOfAFile() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->context().selection().addTerm(term(ScopeTerm::Kind::Error, {}));
        QVERIFY(settle());
        window_->close();
        QTRY_VERIFY(windows().isEmpty());
        window_ = newWindow();
        window_->open({other_});
        QVERIFY(waitUntilOpen());
        QVERIFY(window_->context().selection().scope().isEmpty());
        window_->close();
        QTRY_VERIFY(windows().isEmpty());
        window_ = newWindow();
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QCOMPARE(window_->context().selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Error, {})});
        QVERIFY(visibleWords(window_).contains(QStringLiteral("The scope is that of last time.")));
        QTest::mouseClick(buttonWithText<QToolButton>(window_, QStringLiteral("Show everything")), Qt::LeftButton);
        QVERIFY(window_->context().selection().scope().isEmpty());
        window_->close();
        QTRY_VERIFY(windows().isEmpty());
        window_ = newWindow();
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QVERIFY(window_->context().selection().scope().isEmpty());
    }

    void changesTheTheme() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        for (const int perspective : {0, 1, 2, 3, 5}) {
            window_->setPerspective(perspective);
            QVERIFY(settle());
            for (const ThemeMode mode : {ThemeMode::Dark, ThemeMode::Light}) {
                // Qt is not instrumented, so that it uses what was freed would not be noticed: nothing may go.
                int gone = 0;
                const QObject here;
                for (const QWidget* widget : window_->findChildren<QWidget*>())
                    connect(widget, &QObject::destroyed, &here, [&gone] { ++gone; });
                applyTheme(mode);
                QCOMPARE(gone, 0);
                QVERIFY(settle());
            }
        }
        window_->setPerspective(0);
        QVERIFY(settle());
        QVERIFY(buttonWithText<QAbstractButton>(window_->view("overview"), QStringLiteral("Show"))->isVisible()); // there were findings
    }

    // A window that was left with another view of the trace than the waterfall could not be opened again.
    void remembersTheViewOfTheTrace() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(1);
        const QStringList titles{QStringLiteral("Waterfall"), QStringLiteral("Lanes"), QStringLiteral("Flame graph"), QStringLiteral("Spans"), QStringLiteral("Statistics"), QStringLiteral("Sequence")};
        const char* const ids[] = {"waterfall", "lanes", "flame", "spans", "statistics", "sequence"};
        for (int i = 5; i >= 0; --i) {
            action(titles[i])->trigger();
            QVERIFY(settle());
            QVERIFY(window_->view(ids[i])->isVisible());
            for (int other = 0; other < 6; ++other)
                QCOMPARE(window_->view(ids[other])->isVisible(), other == i);
            window_->close();
            QTRY_VERIFY(!window_);
            window_ = newWindow();
            window_->open({small_});
            QVERIFY(waitUntilOpen());
            QVERIFY(window_->view(ids[i])->isVisible());
        }
    }

    void remembersLayoutAndRecentFiles() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QVERIFY(recent().contains(QString::fromStdString(small_.string())));
        window_->setPerspective(1);
        QVERIFY(settle());
        auto* details = dock(*window_, "details");
        QVERIFY(details->isVisible());
        details->close();
        window_->resize(1000, 700);
        QTRY_COMPARE(window_->size(), QSize(1000, 700));
        window_->close();
        QTRY_VERIFY(!window_);
        window_ = newWindow();
        QCOMPARE(window_->perspective(), 1);
        QVERIFY(!dock(*window_, "details")->isVisible());
        QVERIFY(dock(*window_, "trace-list")->isVisible() && dock(*window_, "trace")->isVisible());
        QTRY_COMPARE(window_->size(), QSize(1000, 700));
        QVERIFY(recent().contains(QString::fromStdString(small_.string())));
        // Another perspective has its own layout, and reset gives back what was there at first.
        window_->setPerspective(0);
        QVERIFY(dock(*window_, "details")->isVisible());
        window_->setPerspective(1);
        QVERIFY(!dock(*window_, "details")->isVisible());
        action(QStringLiteral("&Reset the layout"))->trigger();
        QVERIFY(dock(*window_, "details")->isVisible());
        // A recent file opens by a click, from the workspace in the cache: nothing is imported again.
        for (QAction* entry : recentMenu()->actions())
            if (entry->text() == QString::fromStdString(small_.string()))
                entry->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(window_->document() && window_->context().table()->spanCount() > 5000, 30'000);
        QVERIFY(!window_->document()->isImporting());
        QVERIFY(settle());
    }

    /// A new window that began in a perspective of another one showed docks of yet others in it.
    void perspectivesKeepTheirDocks() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const auto shown = [this] {
            QStringList out;
            for (const QDockWidget* dock : window_->findChildren<QDockWidget*>())
                if (dock->isVisible())
                    out.append(dock->objectName());
            out.sort();
            return out;
        };
        std::vector<QStringList> first;
        for (const int perspective : {0, 1, 2, 3, 4, 5}) {
            window_->setPerspective(perspective);
            QVERIFY(settle());
            first.push_back(shown());
        }
        QCOMPARE(first[1], (QStringList{QStringLiteral("details"), QStringLiteral("trace"), QStringLiteral("trace-list")}));
        QCOMPARE(first[5], (QStringList{QStringLiteral("details"), QStringLiteral("order"), QStringLiteral("orders")}));
        window_->setPerspective(2);
        window_->close();
        QTRY_VERIFY(!window_);
        window_ = newWindow();
        for (const int perspective : {2, 5, 1, 3, 0, 4, 1, 5, 2}) {
            window_->setPerspective(perspective);
            QVERIFY(settle());
            QCOMPARE(shown(), first[static_cast<size_t>(perspective)]);
        }
    }

    // What was opened in a list of the journey could only be seen after Ctrl+2.
    void casesOpenInTheWaterfall() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(2);
        window_->showView("cases");
        QVERIFY(settle());
        auto* cases = qobject_cast<CasesView*>(window_->view("cases"));
        QVERIFY(cases->model().rowCount() > 10);
        auto* waterfall = qobject_cast<WaterfallView*>(window_->view("waterfall"));
        const CaseIndex::Case one = cases->model().at(3);
        std::set<TraceId> traces;
        for (const TraceIndex t : one.traces)
            traces.insert(window_->context().table()->traceId(t));
        const QPoint at = cases->list()->visualRect(cases->model().index(3, 0)).center();
        QTest::mouseClick(cases->list()->viewport(), Qt::LeftButton, {}, at);
        QVERIFY(settle());
        QVERIFY(!waterfall->isVisible());
        QTest::mouseDClick(cases->list()->viewport(), Qt::LeftButton, {}, at);
        QVERIFY(settle());
        QTRY_VERIFY(waterfall->isVisible() && waterfall->data());
        const auto& shown = waterfall->data()->tree.traceIds;
        QCOMPARE(std::set<TraceId>(shown.begin(), shown.end()), traces);
        QCOMPARE(window_->perspective(), 2);
        auto* list = window_->view("trace-list");
        QVERIFY(cases->isVisible() && list->isVisible() && window_->view("details")->isVisible());
        QVERIFY(waterfall->width() > list->width() / 2 && waterfall->mapTo(window_, QPoint()).x() > list->mapTo(window_, QPoint()).x());
        QVERIFY(window_->width() <= 1280 && window_->height() <= 800);

        // Another view of a trace that is on top stays there, and the keyboard in the list.
        window_->showView("flame");
        auto* rows = list->findChild<QTableView*>();
        rows->setFocus();
        QTest::mouseDClick(rows->viewport(), Qt::LeftButton, {}, rows->visualRect(rows->model()->index(0, 0)).center());
        QVERIFY(settle());
        QVERIFY(window_->view("flame")->isVisible() && !waterfall->isVisible());
    }

    void toolTipsOnARealDisplay() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(2);
        QVERIFY(settle());
        auto* chart = qobject_cast<FunnelView*>(window_->view("funnel"))->chart();
        QTest::mouseMove(chart, chart->frame().columns[0].bar.center().toPoint());
        QTRY_VERIFY(QToolTip::isVisible());
        QVERIFY(QToolTip::text().contains(QStringLiteral("reached it")));
        QToolTip::hideText();
    }

    /// What the window is about stays in the status bar until it is done, and not longer: writing the demo shop that failed
    /// went on being written there.
    void saysWhatItIsAbout() {
        WindowServices broken = services_;
        broken.writeDemo = []() -> std::vector<fs::path> { throw std::runtime_error("The disk is full."); };
        QPointer<MainWindow> window = newWindow(broken);
        window->openDemo();
        QVERIFY(visibleWords(window).contains(QStringLiteral("Writing the demo shop")));
        QVERIFY(settle());
        QVERIFY(visibleWords(window).contains(QStringLiteral("The disk is full.")));
        QVERIFY(!visibleWords(window).contains(QStringLiteral("Writing the demo shop")));
        window->close();
        QTRY_VERIFY(!window);
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QVERIFY(!words().contains(QStringLiteral("Opening")));
        saveAs(folder_ / "about.aisle");
        QVERIFY(words().contains(QStringLiteral("Saving as about.aisle")));
        QTRY_VERIFY2(words().contains(QStringLiteral("Saved as")), qPrintable(words()));
        QVERIFY(!words().contains(QStringLiteral("Saving as")));
    }

    /// Tables and pictures were rendered and written on the UI thread.
    void exportsInTheBackground() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(3);
        QVERIFY(settle());
        const fs::path csv = folder_ / "graph.csv", png = folder_ / "graph.png", svg = folder_ / "graph.svg";
        const auto writes = [&](const QString& what, const fs::path& path) {
            chooseFile(what, path);
            QVERIFY2(words().contains(QStringLiteral("Writing ")), qPrintable(words()));
            QTRY_VERIFY2(words().contains(QStringLiteral("Written to ") + QString::fromStdString(path.string())), qPrintable(words()));
            QVERIFY(fs::file_size(path) > 100);
        };
        writes(QStringLiteral("Export &table of the view..."), csv);
        writes(QStringLiteral("Export &picture of the view..."), png);
        writes(QStringLiteral("Export &picture of the view..."), svg);
        QVERIFY(!QImage(QString::fromStdString(png.string())).isNull());
        // Good news stayed until somebody dismissed it, in the colour of a warning.
        QVERIFY(!messageText().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(messageText().isEmpty(), 10'000);
    }

    // The format is the chosen one, whatever the file is called; what is written opens again.
    void exportsTraces() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const uint64_t all = window_->context().table()->spanCount();
        ScopeTerm errors;
        errors.kind = ScopeTerm::Kind::Error;
        for (const bool scoped : {false, true}) {
            if (scoped)
                window_->context().selection().addTerm(errors);
            QVERIFY(settle());
            const uint64_t spans = scoped ? window_->context().scopeResult()->spanCount : all;
            const fs::path path = folder_ / (scoped ? "errors.json" : "all.json");
            chooseFile(QStringLiteral("&Export traces..."), path, QStringLiteral("Jaeger JSON (*.json)"));
            QTRY_VERIFY(fs::exists(path));
            QVERIFY(settle());
            auto* dialog = window_->findChild<TraceExportDialog*>();
            QVERIFY(dialog != nullptr && dialog->isVisible());
            QVERIFY2(visibleWords(dialog).contains(QStringLiteral("is written")), qPrintable(visibleWords(dialog)));
            dialog->close();
            QVERIFY(settle());
            QPointer<MainWindow> other = newWindow();
            other->open({path});
            QTRY_VERIFY_WITH_TIMEOUT(other->document() && !other->document()->isImporting() && Worker::busyCount() == 0, 60'000);
            QCOMPARE(other->context().table()->spanCount(), spans);
            QCOMPARE(other->context().table()->files().at(0).format, std::string("jaeger-json"));
            other->close();
            QTRY_VERIFY(!other);
        }
    }

    // The View menu had two entries each for Overview and Traces, and Back and Forward were always on.
    void menusSayWhatCanBeDone() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QStringList entries;
        for (const QAction* entry : action(QStringLiteral("&View"))->menu<QMenu*>()->actions())
            entries.append(QString(entry->text()).remove(QLatin1Char('&')));
        for (const QString& name : {QStringLiteral("Overview"), QStringLiteral("Traces")})
            QCOMPARE(entries.count(name), 1);
        const auto* panels = action(QStringLiteral("&Panels"))->menu<QMenu*>();
        QVERIFY(panels->actions().contains(dock(*window_, "trace-list")->toggleViewAction()));
        const QAction *back = action(QStringLiteral("&Back")), *forward = action(QStringLiteral("&Forward"));
        QVERIFY(!back->isEnabled() && !forward->isEnabled());
        window_->context().selection().setFocus(Focus::onService("payment"));
        QVERIFY(back->isEnabled() && !forward->isEnabled());
        window_->context().selection().goBack();
        QVERIFY(!back->isEnabled() && forward->isEnabled());
    }

    // "1 spans · 1 traces".
    void oneIsSingular() {
        const fs::path path = folder_ / "one.json";
        std::ofstream(path) << R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"one","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000001000000000"}]}]}]})";
        window_->open({path});
        QVERIFY(waitUntilOpen());
        QVERIFY2(words().contains(QStringLiteral("1 span \u00b7 1 trace \u00b7 0 services")), qPrintable(words()));
        window_->setPerspective(1);
        QVERIFY(settle());
        QVERIFY2(!words().contains(QStringLiteral("1 traces")), qPrintable(words()));
    }

    // With a stage in focus the title of the details was black on black after the theme was switched.
    void detailsFollowTheTheme() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->context().selection().setFocus(Focus::onStage(window_->context().journey()->everything.stages[0].name));
        QVERIFY(settle());
        for (const QString& name : {QStringLiteral("&Dark"), QStringLiteral("&Light")}) {
            action(name)->trigger();
            QVERIFY(settle());
            auto* title = window_->view("details")->findChild<QLabel*>(QStringLiteral("detailsTitle"));
            QCOMPARE(title->palette().color(title->foregroundRole()).name(), theme().text.name());
            const QImage shown = title->grab().toImage();
            int most = 0;
            for (int y = 0; y < shown.height(); ++y)
                for (int x = 0; x < shown.width(); ++x)
                    most = std::max(most, std::abs(qGray(shown.pixel(x, y)) - qGray(shown.pixel(shown.width() - 1, 0))));
            QVERIFY2(most > 120, qPrintable(name + QLatin1Char(' ') + QString::number(most)));
        }
    }

    void demoShop() {
        action(QStringLiteral("Open the &demo shop"))->trigger();
        QVERIFY(waitUntilOpen());
        QVERIFY(window_->context().table()->spanCount() > 5000);
    }
};

int main(int argc, char** argv) { return runWindowTest<TestWindow>(argc, argv); }

#include "tst_window.moc"
