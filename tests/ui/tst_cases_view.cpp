// The list of cases and the choice of what a case is, through real events on a small demo shop.

#include "cases_view_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestCasesView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    void emptyStates() {
        ViewContext context;
        Host<CasesView> host({900, 500}, context);
        QVERIFY(host.view->tabular() == nullptr);
        QVERIFY2(visibleWords(&host.window).contains(QStringLiteral("how far it came on the journey")), qPrintable(visibleWords(&host.window)));
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QVERIFY(host.view->model().rowCount() > 100);
        traceql::ParseError error;
        context.selection().setScope(*Scope::parse("{ name = \"nothing is called so\" }", error));
        QVERIFY(settle());
        QVERIFY(host.view->tabular() == nullptr);
        QVERIFY(visibleWords(&host.window).contains(QStringLiteral("No case in this scope")));
    }

    void listsTheCases() {
        Window w(workspace_);
        const JourneyState& journey = *w.context.journey();
        const CasesModel& model = w.view->model();
        QCOMPARE(static_cast<uint64_t>(model.rowCount()), journey.everything.cases);
        QCOMPARE(w.view->tabular()->rows.size(), size_t(model.rowCount()));
        QVERIFY2(w.view->statusText().contains(QStringLiteral("sessions")), qPrintable(w.view->statusText()));
        QVERIFY(!w.view->pictureSize().isEmpty());
        for (int row = 1; row < model.rowCount(); ++row)
            QVERIFY(model.at(row - 1).start <= model.at(row).start);
        for (int row = 0; row < model.rowCount(); ++row) {
            const CaseProgress& progress = journey.everything.progress[model.caseAt(row)];
            QCOMPARE(model.index(row, CasesModel::OutcomeColumn).data().toString() == QStringLiteral("converted"), progress.isConverted);
            QCOMPARE(model.index(row, CasesModel::StageColumn).data().toString().isEmpty(), progress.last == 0);
            QCOMPARE(model.index(row, CasesModel::ValueColumn).data().toString().toStdString(), model.at(row).value);
        }
    }

    // The first case of a list came into focus when the keyboard came to the list: Qt makes it the current one.
    void theKeyboardChoosesNothing() {
        Window w(workspace_);
        w.context.selection().setFocus({});
        QVERIFY(settle());
        w.view->list()->setCurrentIndex({});
        w.view->list()->selectionModel()->setCurrentIndex(w.view->model().index(0, 0), QItemSelectionModel::NoUpdate); // as QAbstractItemView::focusInEvent() does
        QVERIFY(w.context.selection().focus() == Focus());
        QTest::keyClick(w.view->list(), Qt::Key_Down);
        QVERIFY(w.context.selection().focus() == Focus::onCase(w.view->model().at(1).value));
    }

    void sortsByEveryColumn() {
        Window w(workspace_);
        const CasesModel& model = w.view->model();
        auto* header = w.view->list()->horizontalHeader();
        for (int column = 0; column < CasesModel::ColumnTotal; ++column)
            for (const Qt::SortOrder order : {Qt::DescendingOrder, Qt::AscendingOrder}) {
                header->setSortIndicator(column, order);
                QVERIFY(settle());
                QVERIFY(model.rowCount() > 100);
                const auto totals = model.content().totals;
                const auto value = [&](int row) -> int64_t {
                    const CaseIndex::Case& one = model.at(row);
                    switch (column) {
                    case CasesModel::StartColumn: return one.start;
                    case CasesModel::DurationColumn: return one.end - one.start;
                    case CasesModel::TracesColumn: return static_cast<int64_t>(one.traces.size());
                    case CasesModel::SpansColumn: return static_cast<int64_t>(totals->spans[model.caseAt(row)]);
                    case CasesModel::ErrorsColumn: return static_cast<int64_t>(totals->errors[model.caseAt(row)]);
                    case CasesModel::StageColumn: return model.content().journey->everything.progress[model.caseAt(row)].last;
                    case CasesModel::OutcomeColumn: return static_cast<int64_t>(outcomeOf(model.content().journey->everything.progress[model.caseAt(row)]));
                    default: return 0;
                    }
                };
                for (int row = 1; row < model.rowCount(); ++row) {
                    if (column == CasesModel::ValueColumn)
                        QVERIFY(order == Qt::AscendingOrder ? model.at(row - 1).value < model.at(row).value : model.at(row).value < model.at(row - 1).value);
                    else
                        QVERIFY(order == Qt::AscendingOrder ? value(row - 1) <= value(row) : value(row - 1) >= value(row));
                }
            }
    }

    void filters() {
        Window w(workspace_);
        const CasesModel& model = w.view->model();
        const FunnelResult& all = w.context.journey()->everything;
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        auto* text = named<QLineEdit>(w.view, QStringLiteral("Filter cases"));
        const auto choose = [&](const QString& words) {
            const int index = which->findText(words, Qt::MatchExactly);
            QVERIFY2(index >= 0, qPrintable(words));
            which->setCurrentIndex(index);
            QVERIFY(settle());
        };
        choose(QStringLiteral("Converted"));
        QCOMPARE(static_cast<uint64_t>(model.rowCount()), all.converted);
        QVERIFY2(w.view->statusText().contains(QStringLiteral(" of ")), qPrintable(w.view->statusText()));
        for (const FunnelStage& stage : all.stages) {
            choose(QStringLiteral("Reached ") + QString::fromStdString(stage.name));
            QCOMPARE(static_cast<uint64_t>(model.rowCount()), stage.reached);
        }
        for (size_t k = 0; k + 1 < all.stages.size(); ++k) {
            choose(QStringLiteral("Stopped at ") + QString::fromStdString(all.stages[k].name));
            QCOMPARE(static_cast<uint64_t>(model.rowCount()), all.stages[k].dropped);
        }
        choose(QStringLiteral("All"));
        const std::string value = model.at(7).value;
        text->setText(QString::fromStdString(value).toUpper());
        QVERIFY(settle());
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.at(0).value, value);
        text->setText(QStringLiteral("nobody is called so"));
        QVERIFY(settle());
        QCOMPARE(model.rowCount(), 0);
        QVERIFY2(w.view->statusText().startsWith(QStringLiteral("None of ")), qPrintable(w.view->statusText()));
    }

    void focusAndScope() {
        Window w(workspace_);
        QTableView* list = w.view->list();
        const std::string value = w.view->model().at(3).value;
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(w.view->model().index(3, 2)).center());
        QCOMPARE(w.context.selection().focus(), Focus::onCase(value));
        QVERIFY(w.context.selection().scope().isEmpty());
        QVERIFY(w.view->model().index(3, 0).data(MarkRole).toBool());
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(w.context.selection().focus(), Focus::onCase(w.view->model().at(4).value));
        // From elsewhere: the row comes into view.
        const std::string last = w.view->model().at(w.view->model().rowCount() - 1).value;
        w.context.selection().setFocus(Focus::onCase(last));
        QVERIFY(settle());
        QCOMPARE(list->currentIndex().row(), w.view->model().rowCount() - 1);
        QVERIFY(list->viewport()->rect().intersects(list->visualRect(list->currentIndex())));
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(w.context.selection().scope().terms().size(), size_t(1));
        QVERIFY(w.context.selection().scope().contains(term(ScopeTerm::Kind::Case, last)));
        QCOMPARE(w.view->model().rowCount(), 1);
        QCOMPARE(w.view->model().at(0).value, last);
    }

    // A trace in focus did not show which case it belongs to.
    void followsATrace() {
        Window w(workspace_);
        const Focus trace = Focus::onTrace(w.context.table()->traceId(w.view->model().at(3).traces[0]));
        w.context.selection().setFocus(trace);
        QVERIFY(settle());
        QVERIFY(w.view->model().index(3, 0).data(MarkRole).toBool() && !w.view->model().index(2, 0).data(MarkRole).toBool());
        QCOMPARE(w.context.selection().focus(), trace);
    }

    void doubleClickFilters() {
        Window w(workspace_);
        QTableView* list = w.view->list();
        const std::string value = w.view->model().at(2).value;
        const QPoint at = list->visualRect(w.view->model().index(2, 0)).center();
        QSignalSpy opened(&w.context, &ViewContext::traceRequested);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, at);
        QVERIFY(settle());
        QCOMPARE(opened.size(), 0); // chosen, not opened
        QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, at);
        QVERIFY(settle());
        QVERIFY(w.context.selection().scope().contains(term(ScopeTerm::Kind::Case, value)));
        QCOMPARE(w.context.selection().focus(), Focus::onCase(value));
        QCOMPARE(opened.size(), 1);
        // Enter as well, also when a trace of it was in focus.
        w.context.selection().setScope({});
        const CaseNumber number = w.context.journey()->cases().find(value);
        w.context.selection().setFocus(Focus::onTrace(w.context.table()->traceId(w.context.journey()->cases().cases()[number].traces.back())));
        QVERIFY(settle());
        QCOMPARE(list->currentIndex().row(), w.view->model().rowOf(number));
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(w.context.selection().scope().contains(term(ScopeTerm::Kind::Case, value)));
        QCOMPARE(w.context.selection().focus(), Focus::onCase(value));
        QCOMPARE(opened.size(), 2);
    }

    void menu() {
        Window w(workspace_);
        QTableView* list = w.view->list();
        std::string copied;
        w.context.exporter().clipboard = [&](const std::string& text) { copied = text; };
        const CaseIndex::Case& one = w.view->model().at(1);
        const QPoint at = list->visualRect(w.view->model().index(1, 0)).center();
        QSignalSpy opened(&w.context, &ViewContext::traceRequested);
        QVERIFY(chooseInMenu(list->viewport(), at, QStringLiteral("Show its traces on one timeline")));
        QCOMPARE(opened.size(), 1);
        QCOMPARE(w.context.selection().focus().kind, Focus::Kind::Traces);
        QCOMPARE(w.context.selection().focus().traces.size(), one.traces.size());
        QVERIFY(chooseInMenu(list->viewport(), at, QStringLiteral("Copy session.id")));
        QCOMPARE(copied, one.value);
        copied.clear();
        QVERIFY(chooseInMenu(list->viewport(), at, QStringLiteral("Copy list as CSV")));
        QVERIFY(settle());
        QCOMPARE(copied, w.context.exporter().render(*w.view->tabular(), TextFormat::Csv));
        QVERIFY(copied.find(one.value) != std::string::npos && copied.starts_with("case,start"));
        QVERIFY2(w.view->statusText().endsWith(QStringLiteral("sessions")), qPrintable(w.view->statusText())); // as before
        QVERIFY(chooseInMenu(list->viewport(), at, QStringLiteral("Filter to this session")));
        QVERIFY(w.context.selection().scope().contains(term(ScopeTerm::Kind::Case, one.value)));
    }

    void settings() {
        Window w(workspace_);
        w.view->applySettings({{QStringLiteral("which"), 7777}, {QStringLiteral("sort"), -4}, {QStringLiteral("filter"), 5}});
        QVERIFY(settle());
        QCOMPARE(static_cast<uint64_t>(w.view->model().rowCount()), w.context.journey()->everything.cases);
        w.view->list()->horizontalHeader()->setSortIndicator(CasesModel::SpansColumn, Qt::DescendingOrder);
        named<QComboBox>(w.view, QStringLiteral("Which cases"))->setCurrentIndex(1);
        QVERIFY(settle());
        const QJsonObject kept = w.view->settings();
        Window other(workspace_);
        other.view->applySettings(kept);
        QVERIFY(settle());
        QCOMPARE(other.view->model().content().cases, w.view->model().content().cases);
        // Before the journey is known, too.
        w.context.selection().setFocus(Focus::onStage(w.context.journey()->everything.stages[1].name));
        QVERIFY(settle());
        ViewContext context;
        Host<CasesView> host({900, 500}, context);
        host.view->applySettings(w.view->settings());
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QCOMPARE(host.view->model().content().cases, w.view->model().content().cases);
    }

    // Views were saved with the number of a stage.
    void settingsNameTheStage() {
        Window w(workspace_);
        auto* which = named<QComboBox>(w.view, QStringLiteral("Which cases"));
        const QString key = QStringLiteral("which"), stageKey = QStringLiteral("stage");
        const auto& stages = w.context.journey()->everything.stages;
        const QString second = QString::fromStdString(stages[1].name);
        which->setCurrentIndex(which->findText(QStringLiteral("Stopped at ") + second, Qt::MatchExactly));
        QCOMPARE(w.view->settings()[key].toString(), QStringLiteral("stopped-at"));
        QCOMPARE(w.view->settings()[stageKey].toString(), second);
        const auto after = [&](const QJsonObject& settings) {
            w.view->applySettings(settings);
            return which->currentText();
        };
        for (const auto& [name, words] : {std::pair("all", "All"), {"converted", "Converted"}, {"stopped", "Stopped"}, {"open", "Still open"}, {"never-began", "Never began"}}) {
            QCOMPARE(after({{key, QString::fromLatin1(name)}}), QString::fromLatin1(words));
            QCOMPARE(w.view->settings()[key].toString(), QString::fromLatin1(name));
            QVERIFY(!w.view->settings().contains(stageKey));
        }
        const QString reached = QStringLiteral("reached");
        QCOMPARE(after({{key, reached}, {stageKey, second}}), QStringLiteral("Reached ") + second);
        QCOMPARE(after({{key, QStringLiteral("no such kind")}}), QStringLiteral("Reached ") + second); // makes no sense, and changes nothing
        QCOMPARE(after({{QStringLiteral("sort"), 1}}), QStringLiteral("Reached ") + second);
        QCOMPARE(after({{key, reached}, {stageKey, QStringLiteral("no such stage")}}), QStringLiteral("All"));
        // As they were: kind << 8 | number.
        QCOMPARE(after({{key, 1 << 8 | 1}}), QStringLiteral("Reached ") + second);
        QCOMPARE(after({{key, 3 << 8 | 2}}), QStringLiteral("Stopped"));
        QCOMPARE(after({{key, 3 << 8 | 0}}), QStringLiteral("Never began"));
        QCOMPARE(after({{key, 2 << 8 | 0}}), QStringLiteral("Stopped at ") + QString::fromStdString(stages[0].name));
        QCOMPARE(after({{key, 2 << 8 | 99}}), QStringLiteral("All"));
        QCOMPARE(after({{key, 3 << 8 | 3}}), QStringLiteral("Converted"));
        QCOMPARE(after({{key, 0}}), QStringLiteral("All"));
        QVERIFY(settle());
        // Before a journey is known they wait for it, and are handed on meanwhile.
        for (const QJsonObject& settings : {QJsonObject{{key, 1 << 8 | 1}}, QJsonObject{{key, reached}, {stageKey, second}}}) {
            ViewContext context;
            Host<CasesView> host({900, 500}, context);
            host.view->applySettings(settings);
            QCOMPARE(host.view->settings().value(key), settings.value(key));
            QCOMPARE(host.view->settings().value(stageKey), settings.value(stageKey));
            context.setWorkspace(workspace_);
            QVERIFY(settle());
            QCOMPARE(named<QComboBox>(host.view, QStringLiteral("Which cases"))->currentText(), QStringLiteral("Reached ") + second);
            QCOMPARE(host.view->settings()[stageKey].toString(), second);
        }
    }

    void whatACaseIs() {
        ViewContext context;
        Host<CaseKeyBox> host({400, 40}, context);
        QVERIFY(!host.view->isEnabled());
        context.setWorkspace(workspace_);
        QVERIFY(settle());
        QVERIFY(host.view->isEnabled() && host.view->count() == static_cast<int>(host.view->candidates().size()) + 2);
        QCOMPARE(host.view->itemText(host.view->count() - 1), QStringLiteral("Edit what a case is…")); // behind a line
        QVERIFY(host.view->candidates().size() >= 2);
        const auto now = static_cast<size_t>(host.view->currentIndex());
        QCOMPARE(host.view->candidates()[now].attribute, context.journey()->cases().attribute());
        const auto* items = qobject_cast<QStandardItemModel*>(host.view->model());
        for (int i = 0; i < host.view->count() - 2; ++i) {
            const CaseCandidate& c = host.view->candidates()[static_cast<size_t>(i)];
            QVERIFY(host.view->itemText(i).contains(QString::fromStdString(c.attribute)));
            QVERIFY(host.view->itemData(i, Qt::ToolTipRole).toString().contains(QString::fromStdString(c.attribute)));
            QCOMPARE(items->item(i)->isEnabled(), c.isGood);
        }
        QSignalSpy chosen(host.view, &CaseKeyBox::caseKeyChosen);
        size_t other = 0;
        while (other == now || !host.view->candidates()[other].isGood)
            ++other;
        QVERIFY(other < host.view->candidates().size());
        host.view->setCurrentIndex(static_cast<int>(other));
        Q_EMIT host.view->activated(static_cast<int>(other));
        QCOMPARE(chosen.size(), 1);
        JourneyDefinition journey = *context.journey()->definition;
        journey.caseKey = chosen[0][0].toString().toStdString();
        context.setJourney(journey);
        QVERIFY(settle());
        QCOMPARE(context.journey()->cases().attribute(), host.view->candidates()[other].attribute);
        QCOMPARE(static_cast<size_t>(host.view->currentIndex()), other);
        context.setWorkspace(nullptr);
        QVERIFY(settle());
        QVERIFY(!host.view->isEnabled() && host.view->count() == 0);
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestCasesView)
#include "tst_cases_view.moc"
