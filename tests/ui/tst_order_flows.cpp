// The flow of orders is chosen, edited, kept and had back above their stages, and all pages of orders follow; how these pages speak.

#include "breakdown/breakdown_view.h"
#include "cases/cases_view.h"
#include "journey/saved_journeys.h"
#include "journey_editor/journey_box.h"
#include "journey_editor/journey_editor.h"
#include "journey_editor/target_box.h"
#include "orders/fulfilment_view.h"
#include "orders/order_flow.h"
#include "orders/work_in_progress_view.h"
#include "orders_context.h"
#include "paths/paths_view.h"
#include "query_bar/query_edit.h"
#include "text/format.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/empty_state.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>
#include <QToolTip>

#include <algorithm>
#include <utility>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

std::vector<QWidget*> withName(const QWidget& root, const QString& accessibleName) {
    std::vector<QWidget*> out;
    for (QWidget* widget : root.findChildren<QWidget*>())
        if (widget->accessibleName() == accessibleName)
            out.push_back(widget);
    return out;
}

/// What a page says of itself: labels, tool tips, names for a screen reader, headings of lists.
QStringList wordsOf(const QWidget& page) {
    QStringList out{page.accessibleName()};
    for (const QWidget* widget : page.findChildren<QWidget*>()) {
        out << widget->toolTip() << widget->accessibleName() << widget->accessibleDescription();
        if (const auto* line = qobject_cast<const QLineEdit*>(widget))
            out << line->placeholderText();
        if (const auto* label = qobject_cast<const QLabel*>(widget))
            out << label->text();
        if (const auto* list = qobject_cast<const QTableView*>(widget); list != nullptr && list->model() != nullptr)
            for (int c = 0; c < list->model()->columnCount(); ++c)
                if (!list->isColumnHidden(c))
                    out << list->model()->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString() << list->model()->headerData(c, Qt::Horizontal, Qt::ToolTipRole).toString();
    }
    return out;
}

/// The first that speaks of cases and journeys; empty: none does.
QString wrongWords(const QWidget& page) {
    static const QRegularExpression wrong(QStringLiteral("\\b(cases?|journeys?)\\b"), QRegularExpression::CaseInsensitiveOption);
    for (const QString& words : wordsOf(page))
        if (words.contains(wrong))
            return words;
    return {};
}

} // namespace

class TestOrderFlows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        workspace_ = demoWorkspace(dir_->path(), 150);
    }
    void cleanup() {
        QVERIFY(settle());
        workspace_.reset();
        dir_.reset();
    }

    void aPresetForAllPages() {
        Window w(workspace_);
        Host<CasesView> list(QSize(900, 500), w.orders);
        Host<WorkInProgressView> progress(QSize(900, 500), w.orders);
        QVERIFY(settle());
        const auto journey = w.live.journey();
        const std::vector<JourneyDefinition> presets = fulfilmentPresets();
        QVERIFY(w.box()->isEnabled());
        QCOMPARE(w.box()->count(), static_cast<int>(presets.size()));
        QCOMPARE(w.orders.journey()->definition->id, std::string("shop-orders"));
        QCOMPARE(w.box()->currentText().toStdString(), w.orders.journey()->definition->name);
        QVERIFY(!w.menu()->actions()[2]->isEnabled()); // a preset is not in the workspace
        const int rows = w.host.view->model().rowCount();
        const size_t stages = progress.view->workInProgress().stages.size();
        QVERIFY(rows > 0 && stages == w.orders.journey()->definition->stages.size());

        const auto other = std::find_if(presets.begin(), presets.end(), [](const JourneyDefinition& flow) { return flow.id == "otel-demo-orders"; });
        QVERIFY(other != presets.end());
        QVERIFY(w.choose(other->name));
        QVERIFY(*w.orders.journey()->definition == *other);
        QVERIFY(w.live.otherJourney() == w.orders.journey() && w.live.journey() == journey); // that of the customers stays
        QCOMPARE(w.orders.orderLog()->stages.size(), other->stages.size());
        QCOMPARE(w.host.view->model().rowCount(), 0); // none of its stages occurs in this shop
        QVERIFY2(visibleWords(w.host.view).contains(QStringLiteral("No order has come to a stage of the flow.")), qPrintable(visibleWords(w.host.view)));
        QVERIFY(progress.view->statusText().isEmpty());
        auto* which = named<QComboBox>(list.view, QStringLiteral("Which orders"));
        QVERIFY(which->findText(QStringLiteral("Reached ") + QString::fromStdString(other->stages[3].name)) > 0);
        QVERIFY(w.choose("Shop: placed to delivered"));
        QCOMPARE(w.host.view->model().rowCount(), rows);
        QCOMPARE(progress.view->workInProgress().stages.size(), stages);
        QVERIFY(which->findText(QStringLiteral("Reached Packed")) > 0);
        QVERIFY(!lastJourney(*workspace_->connect(), kOrderFlow)); // what is only looked at is not kept
    }

    void editedKeptAndHadBack() {
        JourneyDefinition first, second;
        {
            Window w(workspace_);
            std::function<void()> undo;
            QString words;
            connect(&w.live, &ViewContext::undoOffered, this, [&](const QString& said, const std::function<void()>& action) {
                words = said;
                undo = action;
            });
            JourneyEditor* editor = w.edit();
            QVERIFY(editor != nullptr);
            QVERIFY(QTest::qWaitFor([&] { return editor->counted() != nullptr; }));
            const auto& stages = w.orders.journey()->everything.stages;
            QVERIFY(stages[0].reached > 1);
            QVERIFY2(visibleWords(editor).contains(QString::fromStdString(formatCount(stages[0].reached)) + QStringLiteral(" orders came here")), qPrintable(visibleWords(editor)));
            QCOMPARE(wrongWords(*editor), QString());
            named<QLineEdit>(editor, QStringLiteral("Name of the flow"))->setText(QStringLiteral("Mine <b>1</b>"));
            first = editor->journey();
            first.stages.resize(3);
            first.target = 3600 * kSecond;
            first.stages[1].within = 90 * kSecond;
            editor->setJourney(first);
            QVERIFY(editor->journey() == first);
            w.save(editor);
            QVERIFY(w.orders.journey()->definition == first);
            QCOMPARE(w.box()->currentText(), QStringLiteral("Mine <b>1</b>"));
            QCOMPARE(w.orders.orderLog()->target, first.target);
            QCOMPARE(w.orders.orderLog()->within, (std::vector<int64_t>{0, 90 * kSecond, 0}));
            QCOMPARE(w.host.view->model().content().figures.target, first.target);
            QVERIFY2(visibleWords(w.host.view).contains(QStringLiteral(" late")), qPrintable(visibleWords(w.host.view)));
            QVERIFY(lastJourney(*workspace_->connect(), kOrderFlow) == first);
            QVERIFY(!lastJourney(*workspace_->connect())); // it is no journey of customers
            QVERIFY(!undo);

            editor = w.edit();
            QVERIFY(editor != nullptr && editor->journey() == first);
            second = first;
            second.stages.pop_back();
            editor->setJourney(second);
            w.save(editor);
            QVERIFY(w.orders.journey()->definition == second);
            QVERIFY2(words == QStringLiteral("The flow \u201cMine <b>1</b>\u201d was saved over another one."), qPrintable(words));
            QVERIFY(undo != nullptr);
            std::exchange(undo, {})();
            QVERIFY(settle());
            QVERIFY(w.orders.journey()->definition == first);
            QVERIFY(lastJourney(*workspace_->connect(), kOrderFlow) == first);
        }
        // Found again when the workspace is opened, by every page.
        const auto path = std::filesystem::path(dir_->path().toStdString()) / "shop.aisle";
        workspace_.reset();
        workspace_ = Workspace::open(path, Workspace::Access::ReadWrite);
        Window w(workspace_);
        QVERIFY(w.orders.journey()->definition == first);
        QVERIFY(w.live.journey()->definition && w.live.journey()->definition->id == "shop");
        QCOMPARE(w.box()->currentText(), QStringLiteral("Mine <b>1</b>"));
        QCOMPARE(w.box()->count(), static_cast<int>(fulfilmentPresets().size()) + 2); // behind it a line
        QVERIFY(w.menu()->actions()[2]->isEnabled());
        Q_EMIT w.menu()->actions()[2]->triggered();
        QVERIFY(settle());
        QVERIFY(!lastJourney(*workspace_->connect(), kOrderFlow));
        QCOMPARE(w.orders.journey()->definition->id, std::string("shop-orders"));
        QVERIFY(!w.menu()->actions()[2]->isEnabled());
    }

    // The map of a flow whose visits had all failed said that no order has an event of this kind.
    void aMapWithoutVisits() {
        Window w(workspace_);
        Host<PathsView> map(QSize(900, 500), w.orders);
        map.view->setActivities(QStringLiteral("stages"), false);
        QVERIFY(settle());
        JourneyEditor* editor = w.edit();
        QVERIFY(editor != nullptr);
        JourneyDefinition failing = editor->journey();
        failing.stages.resize(1);
        failing.stages[0] = {.name = "Charged", .where = "{ kind = server && aisle:error = true }"};
        editor->setJourney(failing);
        w.save(editor);
        QVERIFY(w.orders.journey()->definition == failing);
        QVERIFY(w.orders.journey()->events.empty() && !w.orders.journey()->failed.empty());
        static const QRegularExpression said(QStringLiteral("No order came to a stage: \\d+ visits failed\\. \u201cStages, failed apart\u201d shows what did\\."));
        QVERIFY2(visibleWords(map.view).contains(said), qPrintable(visibleWords(map.view)));
        // It stood in a third column, beside an empty map and an empty list.
        const auto* empty = map.view->findChild<EmptyState*>();
        QVERIFY(empty != nullptr && empty->isVisible());
        QCOMPARE(empty->width(), map.view->width());
    }

    void newOnesBeginWithAProposal() {
        Window w(workspace_);
        Q_EMIT w.menu()->actions()[1]->triggered();
        QVERIFY(settle());
        const auto* editor = w.host.view->findChild<JourneyEditor*>();
        QVERIFY(editor != nullptr);
        QCOMPARE(editor->journey().caseKey, std::string("order"));
        QVERIFY(editor->journey().stages.size() >= 2);
        QVERIFY(editor->journey().name.empty() && editor->problem().contains(QStringLiteral("the flow has no name")));
    }

    // What fails at a stage without an error could be given in a file only.
    void failedAttemptsHaveAField() {
        Window w(workspace_);
        JourneyEditor* editor = w.edit();
        QVERIFY(editor != nullptr);
        JourneyDefinition flow = editor->journey();
        flow.id = flow.name = "Own";
        for (StageDefinition& stage : flow.stages)
            stage.failed.clear();
        flow.stages[1].failed = "{ .http.response.status_code = 402 }";
        editor->setJourney(flow);
        QVERIFY(settle()); // rows of before are gone
        QVERIFY(editor->journey() == flow);
        std::vector<QueryEdit*> fields;
        for (QueryEdit* edit : editor->findChildren<QueryEdit*>())
            if (edit->accessibleName() == QStringLiteral("Condition of failed attempts") && edit->isVisible())
                fields.push_back(edit);
        QCOMPARE(fields.size(), size_t(1)); // where there are none it takes no room
        fields[0]->setText(QStringLiteral("{ .http."));
        QVERIFY(!editor->problem().isEmpty());
        QVERIFY2(visibleWords(editor).contains(QStringLiteral("failed attempts: ")), qPrintable(visibleWords(editor)));
        fields[0]->setText(QStringLiteral("{ .http.response.status_code = 409 }"));
        QCOMPARE(editor->journey().stages[1].failed, std::string("{ .http.response.status_code = 409 }"));
        QVERIFY2(editor->problem().isEmpty(), qPrintable(editor->problem()));
        QCheckBox* attempts = nullptr;
        for (QCheckBox* check : fields[0]->parentWidget()->findChildren<QCheckBox*>())
            if (check->text() == QStringLiteral("failed attempts"))
                attempts = check;
        QVERIFY(attempts && attempts->isVisible());
        QTest::mouseClick(attempts, Qt::LeftButton, {}, QPoint(8, attempts->height() / 2));
        QVERIFY(!fields[0]->isVisible());
        QVERIFY(editor->journey().stages[1].failed.empty());
        // Wanted, but without a condition they were saved as none.
        fields[0]->clear();
        QVERIFY2(editor->problem().isEmpty(), qPrintable(editor->problem()));
        QTest::mouseClick(attempts, Qt::LeftButton, {}, QPoint(8, attempts->height() / 2));
        QVERIFY2(editor->problem().startsWith(QStringLiteral("failed attempts at the stage")), qPrintable(editor->problem()));
        editor->close();
        QVERIFY(settle());
    }

    void asJson() {
        Window w(workspace_);
        JourneyEditor* editor = w.edit();
        QVERIFY(editor != nullptr);
        JourneyDefinition flow = editor->journey();
        flow.id = flow.name = "Own";
        flow.stages[2].within = 60 * kSecond;
        editor->setJourney(flow);
        const QString path = dir_->filePath(QStringLiteral("flow.json"));
        const auto inDialog = [&](const QString& button) {
            QTest::mouseClick(buttonWithText<QPushButton>(editor, button), Qt::LeftButton);
            auto* dialog = editor->findChild<QFileDialog*>();
            QVERIFY(dialog != nullptr);
            Q_EMIT dialog->fileSelected(path);
            dialog->close();
            QVERIFY(settle());
        };
        inDialog(QStringLiteral("Write to a file…"));
        QVERIFY(journeyOfFile(path.toStdString()) == flow);
        JourneyDefinition less = flow;
        less.stages.resize(2);
        editor->setJourney(less);
        inDialog(QStringLiteral("Open a file…"));
        QVERIFY(editor->journey() == flow);
        QTest::mouseClick(buttonWithText<QPushButton>(editor, QStringLiteral("Undo")), Qt::LeftButton);
        QVERIFY(editor->journey() == less);
        QVERIFY(settle());
    }

    // What does not fit the file says so, and can be edited or left from there.
    void ordersThatTheFileDoesNotName() {
        Window w(workspace_);
        JourneyDefinition flow = *w.orders.journey()->definition;
        flow.id = flow.name = "By nothing";
        flow.caseKey = "nothing.id";
        w.orders.setJourney(flow);
        QVERIFY(settle());
        const QString why = QStringLiteral("No span of this file says which nothing.id it belongs to.");
        QVERIFY2(visibleWords(w.host.view).contains(QStringLiteral("No flow of orders for this file")) && visibleWords(w.host.view).contains(why), qPrintable(visibleWords(w.host.view)));
        QVERIFY(!w.orders.journey()->definition && w.orders.orderLog() == nullptr);
        QCOMPARE(w.host.view->model().rowCount(), 0);
        QVERIFY(w.box()->isEnabled());
        QCOMPARE(w.box()->currentText(), QStringLiteral("By nothing"));
        JourneyEditor* editor = w.edit();
        QVERIFY(editor != nullptr && editor->journey() == flow);
        QVERIFY(QTest::qWaitFor([&] { return editor->counted() != nullptr; }));
        QVERIFY2(visibleWords(editor).contains(why), qPrintable(visibleWords(editor)));
        editor->close();
        QVERIFY(settle());
        QVERIFY(w.choose("Shop: placed to delivered"));
        QVERIFY(w.host.view->model().rowCount() > 0 && !visibleWords(w.host.view).contains(why));
    }

    // "Save as" took the flow that was chosen for that of another file, and what was kept went into the old one.
    void staysWhenTheWorkspaceMoves() {
        Window w(workspace_);
        JourneyEditor* editor = w.edit();
        QVERIFY(editor != nullptr);
        JourneyDefinition flow = editor->journey();
        flow.id = flow.name = "Own";
        flow.stages.resize(2);
        const auto path = std::filesystem::path(dir_->path().toStdString()) / "copy.aisle";
        workspace_->saveCopy(path);
        editor->setJourney(flow);
        QTest::mouseClick(buttonWithText<QPushButton>(editor, QStringLiteral("Save")), Qt::LeftButton);
        const auto copy = Workspace::open(path, Workspace::Access::ReadWrite);
        w.live.moveTo(copy);
        QVERIFY(settle());
        QVERIFY(w.orders.journey()->definition == flow);
        QVERIFY(lastJourney(*copy->connect(), kOrderFlow) == flow);
        w.live.setWorkspace(nullptr);
        QVERIFY(settle());
    }

    void targetsAreTimes() {
        Host<TargetBox> host(QSize(160, 40));
        TargetBox& box = *host.view;
        const auto state = [&](const char* text) {
            QString words = QString::fromLatin1(text);
            int at = 0;
            return static_cast<QAbstractSpinBox&>(box).validate(words, at);
        };
        for (const char* good : {"", "0s", "90s", "15m", "2h", "1.5m", "2000ms", "no target", "10 min", "1 h 30 min", "1h30m", "2d"})
            QVERIFY2(state(good) == QValidator::Acceptable, good);
        for (const char* bad : {"9", "1x", "-5s", "1ms", "0.5s", "99999h", "soon"})
            QVERIFY2(state(bad) == QValidator::Intermediate, bad);
        QCOMPARE(box.text(), QStringLiteral("no target"));
        box.setTarget(5400 * kSecond);
        QCOMPARE(box.text(), QStringLiteral("90m"));
        box.selectAll();
        QTest::keyClicks(&box, QStringLiteral("45s"));
        QCOMPARE(box.target(), 45 * kSecond);
        box.selectAll();
        QTest::keyClicks(&box, QStringLiteral("soon"));
        QTest::keyClick(&box, Qt::Key_Return);
        QCOMPARE(box.target(), 45 * kSecond); // what makes no sense changes nothing
        QVERIFY2(QToolTip::text().contains(QStringLiteral("soon")), qPrintable(QToolTip::text())); // and is said to make none
        box.selectAll();
        QTest::keyClicks(&box, QStringLiteral("1 h 30 min"));
        QCOMPARE(box.target(), 5400 * kSecond);
        box.selectAll();
        QTest::keyClick(&box, Qt::Key_Delete);
        QCOMPARE(box.target(), int64_t(0));
    }

    // A journey of customers shows no targets, and had lost them when it was saved.
    void targetsOfAJourneyStay() {
        ViewContext context;
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        JourneyDefinition journey = *context.journey()->definition;
        journey.target = 7200 * kSecond;
        journey.stages[1].within = 30 * kSecond;
        QWidget window;
        JourneyEditor editor(context, journey, &window);
        editor.show();
        QVERIFY(editor.journey() == journey);
        const std::vector<QWidget*> targets = withName(editor, QStringLiteral("Time in which the stage should be reached"));
        QCOMPARE(targets.size(), journey.stages.size());
        for (const QWidget* box : targets)
            QVERIFY(!box->isVisible());
        // In any order nothing is before a stage that it could be late after.
        auto* order = named<QComboBox>(&editor, QStringLiteral("Order of the stages"));
        order->setCurrentIndex(order->findData(static_cast<int>(StageOrder::Any)));
        Q_EMIT order->activated(order->currentIndex());
        QCOMPARE(editor.journey().stages[1].within, int64_t(0));
        QVERIFY2(editor.problem().isEmpty(), qPrintable(editor.problem()));
        order->setCurrentIndex(order->findData(static_cast<int>(StageOrder::Sequential)));
        Q_EMIT order->activated(order->currentIndex());
        QVERIFY(editor.journey() == journey);
        QVERIFY(settle());
    }

    // The list in the window said other things of an order than the table of the command line.
    void theListSaysWhatTheTableSays() {
        Window w(workspace_);
        Host<CasesView> list(QSize(900, 500), w.orders);
        QVERIFY(settle());
        const CasesModel& model = list.view->model();
        const auto table = list.view->tabular();
        QVERIFY(table != nullptr && model.rowCount() > 5);
        QCOMPARE(table->rows.size(), size_t(model.rowCount()));
        const auto at = [&](const std::string& key) { return static_cast<size_t>(std::find_if(table->columns.begin(), table->columns.end(), [&](const Column& column) { return column.key == key; }) - table->columns.begin()); };
        const size_t state = at("state"), cameTo = at("came_to"), lead = at("lead_ns"), whole = at("first_to_last_ns");
        QVERIFY(std::max({state, cameTo, lead, whole}) < table->columns.size());
        const auto shown = [&](int row, int column) { return model.index(row, column).data().toString().toStdString(); };
        for (int row = 0; row < model.rowCount(); ++row) {
            const auto& cells = table->rows[static_cast<size_t>(row)];
            QCOMPARE(shown(row, CasesModel::StageColumn), std::get<std::string>(cells[cameTo].value));
            QCOMPARE(shown(row, CasesModel::OutcomeColumn), std::get<std::string>(cells[state].value));
            QCOMPARE(shown(row, CasesModel::LeadColumn), formatDuration(std::get<int64_t>(cells[lead].value)));
            QCOMPARE(shown(row, CasesModel::DurationColumn), formatDuration(std::get<int64_t>(cells[whole].value)));
        }
        for (const auto& [section, column] : {std::pair(int(CasesModel::LeadColumn), lead), {int(CasesModel::DurationColumn), whole}, {int(CasesModel::StageColumn), cameTo}})
            QCOMPARE(model.headerData(section, Qt::Horizontal, Qt::DisplayRole).toString().toStdString(), table->columns[column].title);
        const FulfilmentLog& log = *w.orders.orderLog();
        auto* header = list.view->list()->horizontalHeader();
        QVERIFY(!header->isSectionHidden(CasesModel::LeadColumn));
        header->setSortIndicator(CasesModel::LeadColumn, Qt::DescendingOrder);
        QVERIFY(settle());
        for (int row = 1; row < model.rowCount(); ++row)
            QVERIFY(log.lead[model.caseAt(row - 1)] >= log.lead[model.caseAt(row)]);
        header->setSortIndicator(CasesModel::StageColumn, Qt::AscendingOrder);
        QVERIFY(settle());
        const auto rank = [&](int row) { return log.reached[model.caseAt(row)] == kNoStage ? -1 : static_cast<int64_t>(log.reached[model.caseAt(row)]); };
        for (int row = 1; row < model.rowCount(); ++row)
            QVERIFY(rank(row - 1) <= rank(row));
    }

    void speaksOfOrders() {
        Window w(workspace_);
        Host<CasesView> list(QSize(900, 500), w.orders);
        Host<PathsView> map(QSize(900, 500), w.orders);
        map.view->setActivities(QStringLiteral("stages"));
        Host<BreakdownView> values(QSize(900, 500), w.orders);
        QVERIFY(settle());
        const auto check = [&](const char* when) {
            for (const QWidget* page : std::initializer_list<const QWidget*>{w.host.view, list.view, map.view, values.view})
                if (const QString wrong = wrongWords(*page); !wrong.isEmpty()) {
                    const QString what = QStringLiteral("%1: %2").arg(QLatin1String(when), wrong);
                    QFAIL(qPrintable(what));
                }
        };
        QCOMPARE(list.view->accessibleName(), QStringLiteral("Orders"));
        QCOMPARE(named<QLineEdit>(list.view, QStringLiteral("Filter orders"))->placeholderText(), QStringLiteral("Filter orders"));
        QVERIFY2(map.view->statusText().contains(QStringLiteral(" orders of ")), qPrintable(map.view->statusText()));
        QVERIFY(named<QComboBox>(values.view, QStringLiteral("Which trace of an order the value is of"))->itemText(0) == QStringLiteral("First value of an order"));
        check("with orders");
        w.live.selection().setScope(Scope().with(term(ScopeTerm::Kind::Service, "not here")));
        QVERIFY(settle());
        QVERIFY2(visibleWords(list.view).contains(QStringLiteral("No order in this scope")), qPrintable(visibleWords(list.view)));
        check("without any in the scope");
        w.live.setWorkspace(nullptr);
        QVERIFY(settle());
        check("without a file");
        // The pages of customers speak as before.
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<CasesView> cases(QSize(900, 500), context);
        QVERIFY(settle());
        QVERIFY(!wrongWords(*cases.view).isEmpty());
    }

private:
    struct Window {
        explicit Window(std::shared_ptr<Workspace> workspace) {
            live.setWorkspace(std::move(workspace));
            [[maybe_unused]] const bool shown = QTest::qWaitForWindowExposed(&host.window);
            if (!settle())
                qFatal("the view is not done");
        }
        JourneyBox* box() const { return host.view->findChild<JourneyBox*>(); }
        QMenu* menu() const { return box()->editButton()->menu(); }
        bool choose(const std::string& name) const {
            const int at = box()->findText(QString::fromStdString(name));
            box()->setCurrentIndex(at);
            Q_EMIT box()->activated(at);
            return at >= 0 && settle();
        }
        JourneyEditor* edit() const { ///< of the flow that is on show
            Q_EMIT menu()->actions()[0]->triggered();
            return host.view->findChild<JourneyEditor*>();
        }
        void save(JourneyEditor* editor) const {
            QTest::mouseClick(buttonWithText<QPushButton>(editor, QStringLiteral("Save")), Qt::LeftButton);
            if (!settle())
                qFatal("it is not saved");
        }
        ViewContext live;
        OrdersContext orders{live};
        Host<FulfilmentView> host{QSize(1000, 700), orders};
    };
    std::unique_ptr<QTemporaryDir> dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestOrderFlows)
#include "tst_order_flows.moc"
