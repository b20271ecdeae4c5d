// The funnel through real events on a small demo shop; its geometry is in tst_funnel_layout.cpp, what it lists in tst_funnel_lists.cpp.

#include "cases/case_key_box.h"
#include "funnel_view_fixture.h"
#include "model/trace_fixture.h"

#include <QToolTip>

#include <fstream>

using namespace aisle;
using namespace aisle::test;

class TestFunnelView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    // The bots of the demo are left out, and count at the press of a button.
    void bots() {
        ViewContext context;
        Host<FunnelView> host({900, 500}, context);
        auto* with = buttonWithText<QToolButton>(host.view, QStringLiteral("With bots"));
        QVERIFY(!with->isEnabled());
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        const uint64_t bots = syntheticCases(*context.journey()), people = host.view->funnel().cases;
        QVERIFY(bots > 0 && with->isEnabled() && !with->isChecked());
        QVERIFY2(visibleWords(&host.window).contains(QStringLiteral("of bots and synthetic traffic are left out")), qPrintable(visibleWords(&host.window)));
        QTest::mouseClick(with, Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(with->isChecked());
        QCOMPARE(host.view->funnel().cases, people + bots);
        QVERIFY2(visibleWords(&host.window).contains(QStringLiteral("of bots and synthetic traffic count as well")), qPrintable(visibleWords(&host.window)));
        QTest::mouseClick(with, Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(host.view->funnel().cases, people);
    }

    // The window and what is copied from it say the same of a range of time.
    void aRangeOfTimeIsExplained() {
        ViewContext context;
        Host<FunnelView> host({900, 500}, context);
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        const QString sentence = QStringLiteral("Counted are sessions with any trace in that time");
        const auto copied = [&] {
            const auto table = host.view->tabular();
            return std::count_if(table->notes.begin(), table->notes.end(), [&](const std::string& note) { return QString::fromStdString(note).startsWith(sentence); });
        };
        QVERIFY(!visibleWords(&host.window).contains(sentence) && copied() == 0);
        traceql::ParseError error;
        const auto scope = Scope::parse("{ aisle:time = \"2000-01-01T00:00:00Z/2100-01-01T00:00:00Z\" }", error);
        QVERIFY(scope);
        context.selection().setScope(*scope);
        QVERIFY(settle());
        QCOMPARE(visibleWords(&host.window).count(sentence), 1);
        QCOMPARE(copied(), 1);
    }

    // In a window of 1280 px the box that says what a case is was cut as soon as something was compared.
    void barHasRoomForAll() {
        ViewContext context;
        context.setWorkspace(workspace_);
        for (const int width : {1600, 850, 620}) {
            Host<FunnelView> host({width, 600}, context);
            QVERIFY(settle());
            auto* compares = buttonWithText<QToolButton>(host.view, QStringLiteral("Compare"));
            QWidget* keys = host.view->findChild<CaseKeyBox*>();
            const int before = keys->width();
            QTest::mouseClick(compares, Qt::LeftButton);
            QVERIFY(settle());
            QTRY_VERIFY(buttonWithText<QToolButton>(host.view, QStringLiteral("Keep as baseline"))->isVisible());
            QCOMPARE(keys->width(), before);
            QList<QRect> places;
            for (QWidget* widget : std::initializer_list<QWidget*>{named<QComboBox>(host.view, QStringLiteral("Journey")), keys, buttonWithText<QToolButton>(host.view, QStringLiteral("With bots")),
                                                                  buttonWithText<QToolButton>(host.view, QStringLiteral("Edit")), compares, named<QComboBox>(host.view, QStringLiteral("Compared with")),
                                                                  buttonWithText<QToolButton>(host.view, QStringLiteral("Keep as baseline"))}) {
                const QRect place(widget->mapTo(host.view, QPoint()), widget->size());
                const QString what = QStringLiteral("%1 at %2").arg(widget->accessibleName()).arg(width);
                const auto* box = qobject_cast<QComboBox*>(widget);
                QVERIFY2(widget->width() >= (box == nullptr ? widget->sizeHint().width() : std::min(box->maximumWidth(), box->fontMetrics().horizontalAdvance(box->currentText()) + 16)), qPrintable(what));
                QVERIFY2(host.view->rect().contains(place) && place.bottom() < host.view->chart()->mapTo(host.view, QPoint()).y(), qPrintable(what));
                for (const QRect& other : places)
                    QVERIFY2(!other.intersects(place), qPrintable(what));
                places << place;
            }
        }
    }

    // Of many stages the last ones were drawn beyond the edge.
    void aNarrowWindowShowsAllStages() {
        Window w(workspace_);
        w.host.window.resize(300, 420);
        w.host.view->resize(300, 420);
        QVERIFY(settle());
        for (const auto& c : w.chart()->frame().columns)
            QVERIFY(QRectF(w.chart()->rect()).contains(c.area));
        QTest::keyClick(w.chart(), Qt::Key_End); // and comes into view
        QVERIFY(w.chart()->visibleRegion().contains(w.chart()->frame().columns.back().area.center().toPoint()));
    }

    // "1 sessions"
    void oneOfThem() {
        Window w(workspace_);
        const JourneyState& journey = *w.context.journey();
        w.context.selection().addTerm(term(ScopeTerm::Kind::Case, journey.cases().cases()[0].value));
        QVERIFY(settle());
        QVERIFY2(w.view()->statusText().startsWith(QStringLiteral("1 session,")), qPrintable(w.view()->statusText()));
    }

    void showsTheJourney() {
        Window w(workspace_);
        const FunnelResult& expected = w.context.journey()->everything;
        QVERIFY(expected.stages.size() >= 4);
        QVERIFY(expected.stages[0].reached > 20 && expected.stages.back().reached > 0);
        QCOMPARE(w.view()->funnel().stages.size(), expected.stages.size());
        QCOMPARE(w.view()->tabular()->rows.size(), expected.stages.size());
        QVERIFY2(w.view()->statusText().contains(QStringLiteral("sessions")), qPrintable(w.view()->statusText()));
        QVERIFY(w.chart()->accessibleDescription().contains(QString::fromStdString(expected.stages[0].name)));
        QVERIFY(!w.view()->pictureSize().isEmpty());
        QCOMPARE(w.chart()->frame().columns.size(), expected.stages.size());
        for (const auto& c : w.chart()->frame().columns)
            QVERIFY(QRectF(w.chart()->rect()).contains(c.area));
    }

    void clickSetsTheFocus() {
        Window w(workspace_);
        const auto& stages = w.view()->funnel().stages;
        w.click(w.chart()->frame().columns[2].bar.center());
        QCOMPARE(w.context.selection().focus(), Focus::onStage(stages[2].name));
        QVERIFY(w.context.selection().scope().isEmpty());
        QVERIFY(w.isMarked(2));
        QVERIFY(!w.isMarked(1));
        w.click({2, 2}); // beside everything: nothing happens
        QCOMPARE(w.context.selection().focus(), Focus::onStage(stages[2].name));
    }

    // A click on those who stopped marked all of the stage that they came to.
    void whoStoppedIsMarked() {
        Window w(workspace_);
        const auto stages = w.view()->funnel().stages;
        size_t k = 0;
        for (size_t i = 1; i < stages.size() && k == 0; ++i)
            if (stages[i - 1].dropped > 0 && w.chart()->frame().columns[i].dropped.height() >= 3)
                k = i;
        QVERIFY(k > 0);
        const auto isPartMarked = [&] {
            const QRectF part = w.chart()->frame().columns[k].dropped;
            return QColor(w.chart()->grab().toImage().pixel((part.topLeft() + QPointF(-2, part.height() / 2)).toPoint())) == theme().accent;
        };
        QVERIFY(!isPartMarked());
        w.click(w.chart()->frame().columns[k].dropped.center());
        QCOMPARE(w.context.selection().focus(), Focus::onStopped(stages[k - 1].name));
        QVERIFY(isPartMarked() && !w.isMarked(k - 1) && !w.isMarked(k));
        w.click(w.chart()->frame().columns[k - 1].bar.center());
        QVERIFY(!isPartMarked() && w.isMarked(k - 1));
        QTest::keyClick(w.chart(), Qt::Key_Up);
        QCOMPARE(w.context.selection().focus(), Focus::onStopped(stages[k - 1].name));
        QVERIFY(isPartMarked());
        // Keys are about those who are marked, too, and the part is scrolled to.
        QSignalSpy walked(w.chart(), &FunnelChart::walkedTo);
        QTest::keyClick(w.chart(), Qt::Key_Up);
        QCOMPARE(walked.count(), 1);
        QCOMPARE(walked[0][0].toRect(), w.chart()->frame().columns[k].area.toAlignedRect());
        std::vector<CaseFilter> listed;
        connect(w.chart(), &FunnelChart::casesWanted, this, [&](const CaseFilter& filter) { listed.push_back(filter); });
        QTest::keyClick(w.chart(), Qt::Key_L);
        QTest::keyClick(w.chart(), Qt::Key_L, Qt::ShiftModifier);
        QCOMPARE(listed.size(), size_t(2));
        for (const CaseFilter& filter : listed)
            QVERIFY(filter.which == CaseFilter::Which::StoppedAt && filter.stage == k - 1);
        const std::string stage = stages[k - 1].name;
        QTest::keyClick(w.chart(), Qt::Key_Return);
        QCOMPARE(w.context.selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Dropped, stage)});
        w.context.selection().setScope({});
        QVERIFY(settle());
        QTest::keyClick(w.chart(), Qt::Key_Down);
        QVERIFY(!isPartMarked() && w.isMarked(k - 1));
        QTest::mouseMove(w.chart(), w.chart()->frame().columns[k].dropped.center().toPoint());
        QVERIFY2(QToolTip::text().contains(QStringLiteral("left before this: they stopped at ")), qPrintable(QToolTip::text()));
        QToolTip::hideText();
    }

    void filterToThis() {
        Window w(workspace_);
        const auto stages = w.view()->funnel().stages;
        w.click(w.chart()->frame().columns[1].bar.center(), Qt::ShiftModifier);
        QVERIFY(settle());
        QCOMPARE(w.context.selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Stage, stages[1].name)});
        QCOMPARE(w.view()->funnel().stages[0].reached, stages[1].reached);
        QCOMPARE(w.view()->funnel().stages[1].reached, stages[1].reached);
        // Those who stopped before the third: a bar that somebody fell off.
        w.context.selection().setScope({});
        QVERIFY(settle());
        size_t k = 0;
        for (size_t i = 1; i < stages.size() && k == 0; ++i)
            if (stages[i - 1].dropped > 0 && w.chart()->frame().columns[i].dropped.height() >= 3)
                k = i;
        QVERIFY(k > 0);
        w.click(w.chart()->frame().columns[k].dropped.center(), Qt::ShiftModifier);
        QVERIFY(settle());
        QCOMPARE(w.context.selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Dropped, stages[k - 1].name)});
        QCOMPARE(w.context.selection().focus(), Focus::onStopped(stages[k - 1].name));
        QCOMPARE(w.view()->funnel().stages[k - 1].reached, stages[k - 1].dropped);
        QCOMPARE(w.view()->funnel().stages[k].reached, uint64_t(0));
    }

    void keys() {
        Window w(workspace_);
        const auto stages = w.view()->funnel().stages;
        const auto press = [&](Qt::Key key) { QTest::keyClick(w.chart(), key); };
        const auto focused = [&] { return w.context.selection().focus(); };
        press(Qt::Key_Return); // nothing is in focus
        QVERIFY(w.context.selection().scope().isEmpty());
        press(Qt::Key_Right);
        QCOMPARE(focused(), Focus::onStage(stages[0].name));
        press(Qt::Key_Right);
        QCOMPARE(focused(), Focus::onStage(stages[1].name));
        press(Qt::Key_End);
        QCOMPARE(focused(), Focus::onStage(stages.back().name));
        press(Qt::Key_Right);
        QCOMPARE(focused(), Focus::onStage(stages.back().name));
        press(Qt::Key_D); // nobody stops after the last
        QVERIFY(w.context.selection().scope().isEmpty());
        press(Qt::Key_Home);
        QCOMPARE(focused(), Focus::onStage(stages[0].name));
        press(Qt::Key_Left);
        QCOMPARE(focused(), Focus::onStage(stages[0].name));
        press(Qt::Key_Right);
        press(Qt::Key_Left);
        QCOMPARE(focused(), Focus::onStage(stages[0].name));
        press(Qt::Key_D);
        QCOMPARE(w.context.selection().scope().terms().back(), term(ScopeTerm::Kind::Dropped, stages[0].name));
        w.context.selection().setScope({});
        QVERIFY(settle());
        press(Qt::Key_Return);
        QCOMPARE(w.context.selection().scope().terms().back(), term(ScopeTerm::Kind::Stage, stages[0].name));
    }

    /// The context menu kept the number of a stage while it was open; the funnel that came meanwhile had none.
    void funnelComesWhileTheMenuIsOpen() {
        Window w(workspace_);
        const std::string stage = w.view()->funnel().stages.back().name;
        const QPoint at = w.chart()->frame().columns.back().area.center().toPoint();
        QVERIFY(chooseInMenu(w.chart(), at, QStringLiteral("Filter to those who reached it"),
                             [&] { w.chart()->setFunnel(std::make_shared<FunnelResult>()); }));
        QCOMPARE(w.context.selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Stage, stage)});
    }

    /// Nobody could see that keys go to the chart.
    void keyboardFocusIsSeen() {
        Window w(workspace_);
        QApplication::setActiveWindow(&w.host.window);
        const auto frame = [&] { return w.chart()->grab().toImage().pixelColor(0, 40); };
        w.chart()->clearFocus();
        QVERIFY(frame() != theme().accent);
        w.chart()->setFocus();
        QVERIFY(w.chart()->hasFocus());
        QCOMPARE(frame().name(), theme().accent.name());
    }

    /// A trace in focus shows how far its case came.
    void followsATrace() {
        Window w(workspace_);
        const JourneyState& journey = *w.context.journey();
        for (size_t reached : {size_t(1), w.view()->funnel().stages.size()}) {
            CaseNumber number = 0;
            while (number < journey.everything.progress.size() && journey.everything.progress[number].last != reached)
                ++number;
            QVERIFY(number < journey.everything.progress.size());
            w.context.selection().setFocus(Focus::onTrace(w.context.table()->traceId(journey.cases().cases()[number].traces[0])));
            QVERIFY(settle());
            for (size_t k = 0; k < w.view()->funnel().stages.size(); ++k)
                QCOMPARE(w.isMarked(k), k + 1 == reached);
        }
    }

    void hoverExplains() {
        Window w(workspace_);
        QTest::mouseMove(w.chart(), w.chart()->frame().columns[0].bar.center().toPoint());
        QVERIFY2(QToolTip::text().contains(QStringLiteral("reached it")), qPrintable(QToolTip::text()));
        QVERIFY2(QToolTip::text().contains(QStringLiteral("Double click lists these")), qPrintable(QToolTip::text()));
        QToolTip::hideText();
    }

    void anotherJourney() {
        Window w(workspace_);
        auto* journeys = named<QComboBox>(w.view(), QStringLiteral("Journey"));
        QVERIFY(journeys->isEnabled());
        QCOMPARE(journeys->count(), static_cast<int>(journeyPresets().size()));
        QCOMPARE(journeys->currentText().toStdString(), w.context.journey()->definition->name);
        journeys->setCurrentIndex(1);
        Q_EMIT journeys->activated(1);
        QVERIFY(settle());
        QCOMPARE(w.context.journey()->definition->id, journeyPresets()[1].id);
        QCOMPARE(w.view()->funnel().stages.size(), journeyPresets()[1].stages.size());
        QCOMPARE(journeys->currentIndex(), 1);
    }

    void emptyStates() {
        {
            Window w(nullptr);
            QVERIFY(visibleWords(w.view()).contains(QStringLiteral("No journey")));
            QVERIFY(w.view()->statusText().isEmpty());
            QVERIFY(!w.view()->tabular());
            QSignalSpy asked(&w.context, &ViewContext::openRequested); // it said what to open, but not how
            QTest::mouseClick(w.view()->findChild<QPushButton*>(), Qt::LeftButton);
            QCOMPARE(asked.count(), 1);
            QTest::keyClick(w.chart(), Qt::Key_Right); // nothing to walk on
            QCOMPARE(w.context.selection().focus(), Focus());
            TraceFixture f;
            f.add(1, 0, 1000, 2000);
            w.context.setTable(f.table(), true);
            QVERIFY(settle());
            QVERIFY(visibleWords(w.view()).contains(QStringLiteral("The import goes on")));
        }
        { // spans without any session
            const std::filesystem::path file = std::filesystem::path(dir_.path().toStdString()) / "plain.jsonl";
            std::ofstream(file) << R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},)"
                                   R"("scopeSpans":[{"spans":[{"traceId":"0123456789abcdef0123456789abcdef","spanId":"0123456789abcdef",)"
                                   R"("name":"x","kind":2,"startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000100000000"}]}]}]})"
                                << '\n';
            Window w(importInto(file.parent_path() / "plain.aisle", {file}));
            QVERIFY2(visibleWords(w.view()).contains(QStringLiteral("No journey for this file")), qPrintable(visibleWords(w.view())));
            QVERIFY(!w.context.journey()->problem.empty());
            QVERIFY(visibleWords(w.view()).contains(QString::fromStdString(w.context.journey()->problem)));
        }
        Window w(workspace_);
        const QString whole = w.view()->statusText();
        w.context.selection().addTerm(term(ScopeTerm::Kind::Service, "not here"));
        QVERIFY(settle());
        QVERIFY2(visibleWords(w.view()).contains(QStringLiteral("No case in this scope")), qPrintable(visibleWords(w.view())));
        auto* button = w.view()->findChild<QPushButton*>();
        QVERIFY(button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(w.context.selection().scope().isEmpty());
        QCOMPARE(w.view()->statusText(), whole);
        QVERIFY(!button->isVisible());
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestFunnelView)
#include "tst_funnel_view.moc"
