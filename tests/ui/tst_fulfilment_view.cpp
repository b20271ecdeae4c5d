// Stages of orders: rows of the model, where time is lost in a shop with a slow instance, what clicks and keys do, the comparison, pictures.

#include "orders/fulfilment_delegate.h"
#include "orders/fulfilment_view.h"
#include "orders_context.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QListView>
#include <QPainter>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QToolButton>

#include <algorithm>
#include <cmath>
#include <set>

using namespace aisle;
using namespace aisle::test;
using LineKind = FulfilmentModel::Kind;

namespace {

/// Remembers what it was asked for.
class AskedRedactor : public Redactor {
public:
    std::string redact(std::string_view, std::string_view value) const override {
        asked.emplace(value);
        return "hidden";
    }
    mutable std::set<std::string> asked;
};

Scope scopeOf(const std::string& text) {
    traceql::ParseError error;
    const auto scope = Scope::parse(text, error);
    if (!scope)
        qFatal("%s", error.message.c_str());
    return *scope;
}

std::vector<CaseNumber> visitorsOf(const FulfilmentLog& log, size_t stage) {
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < log.cases(); ++c)
        for (uint32_t v = log.first[c]; v < log.first[c + 1]; ++v)
            if (log.visits[v].stage == stage) {
                out.push_back(c);
                break;
            }
    return out;
}

} // namespace

class TestFulfilmentView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 1500, demo::Scenario::SlowInventory);
    }

    void rows() {
        Window w(workspace_);
        const FulfilmentModel& model = w.model();
        const FulfilmentFigures& f = model.content().figures;
        const auto& stages = w.orders.journey()->definition->stages;
        QVERIFY(f.orders > 100 && f.done + f.underWay + f.stuck + f.failed == f.orders);
        QVERIFY(static_cast<size_t>(model.rowCount()) > stages.size() + 3);
        QCOMPARE(model.line(0)->text, QStringLiteral("Where orders lose time")); // what is asked first
        const int first = w.rowOf(LineKind::Stage);
        QVERIFY(first > w.rowOf(LineKind::Bottleneck) && first < w.rowOf(LineKind::Deviation));
        QCOMPARE(model.line(first - 1)->text, QStringLiteral("Stages"));
        for (size_t k = 0; k < stages.size(); ++k) {
            const auto row = first + static_cast<int>(k);
            QVERIFY(model.line(row)->kind == LineKind::Stage && model.line(row)->at == k);
            QCOMPARE(model.line(row)->text.toStdString(), stages[k].name);
            QCOMPARE(model.rowOfStage(stages[k].name), row);
            QCOMPARE(model.ordersOf(row), visitorsOf(*model.content().log, k));
            QCOMPARE(model.ordersOf(row).size(), f.stages[k].orders);
            QVERIFY2(model.line(row)->detail.startsWith(QString::fromStdString(formatCount(f.stages[k].orders)) + QStringLiteral(" order")), qPrintable(model.line(row)->detail));
            QCOMPARE(model.line(row)->alarm.contains(QStringLiteral(" stuck")), f.stages[k].stuck > 0);
            QVERIFY(f.stages[k].waitShare + f.stages[k].workShare <= model.mostShare());
            QVERIFY(model.line(row)->baseline.isEmpty());
        }
        QCOMPARE(model.rowOfStage("nowhere"), -1);
        QVERIFY(model.line(-1) == nullptr && model.line(model.rowCount()) == nullptr && model.ordersOf(model.rowCount()).empty());
        int headings = 0;
        for (int row = 0; row < model.rowCount(); ++row) {
            const FulfilmentModel::Line& line = *model.line(row);
            const QModelIndex index = model.index(row);
            const bool isChosen = line.kind != LineKind::Heading && line.kind != LineKind::Words;
            QCOMPARE(bool(model.flags(index) & Qt::ItemIsSelectable), isChosen);
            QCOMPARE(model.ordersOf(row).empty(), !isChosen || line.kind == LineKind::More);
            QVERIFY(!line.text.isEmpty() && index.data(Qt::AccessibleTextRole).toString().startsWith(line.text));
            headings += line.kind == LineKind::Heading;
        }
        QCOMPARE(headings, 3);
        QVERIFY(f.failed > 0);
        QCOMPARE(w.host.view->statusText(), QStringLiteral("%1 orders, %2 of them stuck, %3 failed").arg(QString::fromStdString(formatCount(f.orders)), QString::fromStdString(formatCount(f.stuck)), QString::fromStdString(formatCount(f.failed))));
        QCOMPARE(w.host.view->tabular()->rows.size(), stages.size());
    }

    void namesTheSlowInstance() {
        Window w(workspace_);
        const FulfilmentModel& model = w.model();
        const int row = w.rowOf(LineKind::Bottleneck);
        QVERIFY(row > 0);
        QVERIFY2(model.line(row)->text.contains(QStringLiteral("inventory-2 of inventory")) && model.line(row)->text.contains(QStringLiteral("UPDATE stock")), qPrintable(model.line(row)->text));
        QVERIFY(!model.line(row)->detail.isEmpty());
        QCOMPARE(model.ordersOf(row), model.bottlenecks()->found[0].orders);
        QVERIFY(model.index(row).data(Qt::ToolTipRole).toString().contains(QStringLiteral("inventory-2")));

        w.click(row);
        QCOMPARE(w.live.selection().focus(), Focus::onService("inventory"));
        // E leads to an example at that instance, and then to the next one.
        const auto& examples = model.bottlenecks()->found[0].examples;
        QVERIFY(examples.size() > 1);
        w.list()->setFocus();
        for (const size_t at : {size_t(0), size_t(1)}) {
            QTest::keyClick(w.list(), Qt::Key_E);
            QCOMPARE(w.live.selection().focus(), Focus::onSpan(*w.live.table(), examples[at].row));
        }
    }

    void clicksFocusAndEnterLists() {
        Window w(workspace_);
        CaseSet listed;
        int times = 0;
        connect(w.host.view, &CasePage::casesWanted, this, [&](const CaseSet& set) {
            listed = set;
            ++times;
        });
        const int row = w.model().rowOfStage("Reserved");
        w.click(row);
        QCOMPARE(w.live.selection().focus(), Focus::onStage("Reserved"));
        w.list()->setFocus();
        QTest::keyClick(w.list(), Qt::Key_Return);
        QCOMPARE(times, 1);
        QVERIFY(listed.journey == w.orders.journey());
        QCOMPARE(listed.words, std::string("came to Reserved"));
        QCOMPARE(listed.cases, visitorsOf(*w.orders.orderLog(), w.model().line(row)->at));
        // A stage that is chosen elsewhere is chosen here, by the keyboard one is put in focus.
        w.live.selection().setFocus(Focus::onStage("Packed"));
        QCOMPARE(w.list()->currentIndex().row(), w.model().rowOfStage("Packed"));
        QTest::keyClick(w.list(), Qt::Key_Down);
        QTest::keyClick(w.list(), Qt::Key_Space);
        QCOMPARE(w.live.selection().focus(), Focus::onStage("Shipped"));
        w.live.selection().setFocus(Focus::onService("inventory")); // is of no stage
        QCOMPARE(w.list()->currentIndex().row(), w.model().rowOfStage("Shipped"));

        w.click(w.rowOf(LineKind::More));
        for (const LineKind kind : {LineKind::Bottleneck, LineKind::LongWait, LineKind::Deviation}) {
            const int of = w.rowOf(kind);
            QVERIFY(of > 0);
            const int before = times;
            w.list()->setCurrentIndex(w.list()->model()->index(of, 0));
            QTest::keyClick(w.list(), Qt::Key_L);
            QCOMPARE(times, before + 1);
            QCOMPARE(listed.cases, w.model().ordersOf(of));
            QCOMPARE(listed.words, w.model().line(of)->text.toStdString());
        }
        const int before = times;
        w.list()->setCurrentIndex(w.list()->model()->index(w.rowOf(LineKind::Heading), 0));
        QTest::keyClick(w.list(), Qt::Key_Return);
        QCOMPARE(times, before);
    }

    // A click and keys unfold what is no bottleneck, or costs less.
    void unfolds() {
        Window w(workspace_);
        const FulfilmentModel& model = w.model();
        const int more = w.rowOf(LineKind::More), rows = model.rowCount();
        QVERIFY(more > 0 && more < w.rowOf(LineKind::Stage));
        QCOMPARE(w.rowOf(LineKind::LongWait), -1);
        const Focus before = w.live.selection().focus();
        w.click(more);
        QVERIFY(model.isUnfolded() && w.rowOf(LineKind::LongWait) > more && w.rowOf(LineKind::LongWait) < w.rowOf(LineKind::Stage));
        const int all = model.rowCount();
        QVERIFY(all > rows);
        w.list()->setFocus();
        for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Space}) {
            QTest::keyClick(w.list(), key);
            QCOMPARE(model.rowCount(), rows);
            QTest::keyClick(w.list(), key);
            QCOMPARE(model.rowCount(), all);
            QCOMPARE(w.list()->currentIndex().row(), more);
        }
        QCOMPARE(w.live.selection().focus(), before);
    }

    // What is found comes above the stages, which jumped under the mouse.
    void stagesStayWhereTheyAre() {
        Window w(workspace_);
        w.host.view->resize(1000, 320);
        int top = 0, before = 0;
        QPersistentModelIndex stage;
        const auto depth = [&] { return w.list()->visualRect(stage).top() + w.list()->verticalScrollBar()->value(); };
        connect(w.list()->model(), &QAbstractItemModel::modelReset, this, [&] {
            if (w.rowOf(LineKind::Looking) != 1)
                return;
            stage = w.list()->model()->index(w.model().rowOfStage("Shipped"), 0);
            w.list()->doItemsLayout();
            w.list()->setCurrentIndex(stage);
            top = w.list()->visualRect(stage).top();
            before = depth();
        });
        w.live.selection().setScope(scopeOf("{ resource.service.name != \"nobody\" }"));
        QVERIFY(settle());
        QVERIFY(stage.isValid() && w.rowOf(LineKind::Looking) < 0);
        QCOMPARE(stage.row(), w.model().rowOfStage("Shipped"));
        w.list()->doItemsLayout();
        QCOMPARE(w.list()->visualRect(stage).top(), top);
        QVERIFY(depth() != before); // what is above it has another height
    }

    void menu() {
        Window w(workspace_);
        CaseSet listed;
        connect(w.host.view, &CasePage::casesWanted, this, [&](const CaseSet& set) { listed = set; });
        const auto& stages = w.model().content().figures.stages;
        const auto at = [&](size_t k) { // brings it into sight
            const QModelIndex index = w.list()->model()->index(w.model().rowOfStage(stages[k].name), 0);
            w.list()->scrollTo(index);
            return w.list()->visualRect(index).center();
        };
        const auto stuck = static_cast<size_t>(std::find_if(stages.begin(), stages.end(), [](const auto& stage) { return stage.stuck > 0; }) - stages.begin());
        QVERIFY(stuck < stages.size());
        QVERIFY(chooseInMenu(w.list()->viewport(), at(stuck), QStringLiteral("List the %1 that are stuck").arg(QString::fromStdString(formatCount(stages[stuck].stuck)))));
        QCOMPARE(listed.cases.size(), stages[stuck].stuck);
        const FulfilmentLog& log = *w.orders.orderLog();
        for (const CaseNumber c : listed.cases)
            QVERIFY(log.state[c] == OrderState::Stuck && log.cameTo[c] == stuck);
        const size_t reserved = w.model().line(w.model().rowOfStage("Reserved"))->at;
        QVERIFY(chooseInMenu(w.list()->viewport(), at(reserved), QStringLiteral("Filter to the orders that passed it")));
        QCOMPARE(w.live.selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Stage, "Reserved")});
        QVERIFY(settle());
        QVERIFY(w.live.scopeResult()->problems.empty());
        QCOMPARE(w.model().content().figures.orders, w.orders.journey()->everything.stages[reserved].reached);
    }

    void comparesWithABaseline() {
        Window w(workspace_);
        const auto& cases = w.orders.journey()->cases().cases();
        const std::vector<CaseNumber> placed = visitorsOf(*w.orders.orderLog(), 0);
        const Scope first = Scope().with(term(ScopeTerm::Kind::Case, cases[placed[0]].value));
        w.live.selection().setScope(first);
        QVERIFY(settle());
        QCOMPARE(w.model().content().figures.orders, uint64_t(1));
        buttonWithText<QToolButton>(w.host.view, QStringLiteral("Compare"))->click(); // with everything else
        QVERIFY(settle());
        QVERIFY(w.model().content().baseline.has_value());
        std::vector<bool> others = w.orders.journey()->counted;
        others[placed[0]] = false;
        const FulfilmentFigures expected = fulfilment(*w.orders.journey(), *w.orders.orderLog(), others);
        const FulfilmentFigures& found = *w.model().content().baseline;
        QCOMPARE(found.orders, expected.orders);
        for (size_t k = 0; k < expected.stages.size(); ++k) {
            QCOMPARE(found.stages[k].orders, expected.stages[k].orders);
            QCOMPARE(found.stages[k].wait.p50, expected.stages[k].wait.p50);
            const QString words = w.model().line(w.model().rowOfStage(expected.stages[k].name))->baseline;
            QVERIFY2(words.startsWith(QStringLiteral("compared with %1 order").arg(QString::fromStdString(formatCount(expected.stages[k].orders)))), qPrintable(words));
        }
        QCOMPARE(w.list()->sizeHintForRow(w.rowOf(LineKind::Stage)), layOutStage(true, {}, w.list()->viewport()->width(), QFontMetrics(theme().font)).height);

        // What it is compared with is a setting.
        const Scope second = Scope().with(term(ScopeTerm::Kind::Case, cases[placed[1]].value));
        w.host.view->applySettings({{QStringLiteral("baseline"), QString::fromStdString(second.toText())}});
        QVERIFY(settle());
        QCOMPARE(w.model().content().baseline->orders, uint64_t(1));
        Window copy(workspace_);
        copy.live.selection().setScope(first);
        copy.host.view->applySettings(w.host.view->settings());
        QVERIFY(settle());
        QCOMPARE(copy.model().content().baseline->orders, uint64_t(1));
        QCOMPARE(copy.host.view->settings(), w.host.view->settings());
        copy.host.view->applySettings({{QStringLiteral("baseline"), QStringLiteral("{ this is no query")}});
        QVERIFY(settle());
        QCOMPARE(copy.host.view->settings(), w.host.view->settings());
        copy.host.view->applySettings({});
        QVERIFY(settle());
        QVERIFY(!copy.model().content().baseline && copy.host.view->settings().isEmpty());
    }

    void nothingOverlaps() {
        const QFontMetrics metrics(theme().font);
        for (const bool hasBaseline : {false, true})
            for (int width = 300; width <= 1600; width += 20) {
                const StageRow row = layOutStage(hasBaseline, {7, 11}, width, metrics);
                std::vector<QRect> parts = {row.name, row.detail, row.bar, row.share, row.alarm, row.times};
                if (hasBaseline)
                    parts.push_back(row.baseline);
                else
                    QVERIFY(row.baseline.isEmpty());
                const QRect whole(7, 11, width, row.height);
                for (size_t i = 0; i < parts.size(); ++i) {
                    QVERIFY2(!parts[i].isEmpty() && whole.contains(parts[i]), qPrintable(QStringLiteral("%1 at %2").arg(i).arg(width)));
                    for (size_t j = 0; j < i; ++j)
                        QVERIFY2(!parts[i].intersects(parts[j]), qPrintable(QStringLiteral("%1 and %2 at %3").arg(i).arg(j).arg(width)));
                }
            }
    }

    void pictures() {
        Window w(workspace_);
        const QSize size = w.host.view->pictureSize();
        QVERIFY(size.width() > 300 && size.height() > 300);
        QImage picture(size, QImage::Format_RGB32);
        picture.fill(Qt::magenta);
        QPainter painter(&picture);
        w.host.view->paintPicture(painter, size);
        painter.end();
        const QFontMetrics metrics(theme().font);
        const auto countOf = [&](const QRect& rect, const QColor& colour) {
            int out = 0;
            for (int y = rect.top(); y <= rect.bottom(); ++y)
                for (int x = rect.left(); x <= rect.right(); ++x)
                    out += picture.pixelColor(x, y) == colour;
            return out;
        };
        QCOMPARE(countOf(picture.rect(), Qt::magenta), 0);
        const FulfilmentDelegate delegate(w.model(), nullptr);
        int y = 0;
        for (int row = 0; row < w.rowOf(LineKind::Stage); ++row)
            y += delegate.heightOf(row, size.width());
        for (size_t k = 0; k < w.model().content().figures.stages.size(); ++k) {
            const StageRow row = layOutStage(false, {0, y}, size.width(), metrics);
            QVERIFY(countOf(row.name, theme().surface) < row.name.width() * row.name.height());
            // As much of the bar waits as the figures say.
            const auto wide = static_cast<int>(std::lround(row.bar.width() * w.model().content().figures.stages[k].waitShare / w.model().mostShare()));
            QCOMPARE(countOf(QRect(row.bar.left(), row.bar.center().y(), row.bar.width(), 1), theme().neutralBar), wide);
            y += row.height;
        }
        QVERIFY(y < size.height()); // what is below is there, too
        QVERIFY(w.host.view->pictureSize(y).height() <= y);
        QVERIFY(w.host.view->pictureSize(10).height() > 0);
    }

    // Names of operations were in the picture as the file has them, whatever they hold.
    void picturesAreRedacted() {
        Window w(workspace_);
        const auto redactor = std::make_shared<const AskedRedactor>();
        w.live.setRedactor(redactor, true);
        QImage shown(w.list()->size(), QImage::Format_RGB32);
        w.list()->render(&shown);
        QVERIFY(redactor->asked.empty()); // on the screen all is as it is
        QImage picture(w.host.view->pictureSize(), QImage::Format_RGB32);
        QPainter painter(&picture);
        w.host.view->paintPicture(painter, picture.size());
        painter.end();
        for (int row = 0; row < w.model().rowCount(); ++row)
            if (const FulfilmentModel::Line& line = *w.model().line(row); line.kind != LineKind::Heading)
                QVERIFY2(redactor->asked.contains(line.text.toStdString()) && (line.detail.isEmpty() || redactor->asked.contains(line.detail.toStdString())), qPrintable(line.text));
        const size_t asked = redactor->asked.size();
        QVERIFY(asked > 5);
        w.list()->render(&shown);
        QCOMPARE(redactor->asked.size(), asked);
    }

    void emptyStates() {
        Window w(nullptr);
        QVERIFY2(visibleWords(w.host.view).contains(QStringLiteral("Open a trace file")), qPrintable(visibleWords(w.host.view)));
        QVERIFY(w.host.view->tabular() == nullptr && w.host.view->pictureSize().isEmpty() && w.host.view->statusText().isEmpty());
        QCOMPARE(w.model().rowCount(), 0);
        w.live.setWorkspace(workspace_);
        QVERIFY(settle());
        QVERIFY(w.model().rowCount() > 0 && !visibleWords(w.host.view).contains(QStringLiteral("Open a trace file")));
        w.live.selection().setScope(scopeOf("{ name = \"nothing is called so\" }"));
        QVERIFY(settle());
        QVERIFY2(visibleWords(w.host.view).contains(QStringLiteral("No order in this scope")), qPrintable(visibleWords(w.host.view)));
        QCOMPARE(w.model().rowCount(), 0);
        QVERIFY(w.host.view->tabular() == nullptr);
        QTest::keyClick(w.list(), Qt::Key_Return); // lists nothing, and breaks nothing
        w.live.selection().setScope({});
        QVERIFY(settle());
        QVERIFY(w.rowOf(LineKind::Bottleneck) > 0);
        w.live.setWorkspace(nullptr);
        QVERIFY(settle());
        QCOMPARE(w.model().rowCount(), 0);
    }

private:
    struct Window {
        explicit Window(std::shared_ptr<Workspace> workspace) {
            new QAbstractItemModelTester(list()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal, &host.window);
            live.setWorkspace(std::move(workspace));
            [[maybe_unused]] const bool shown = QTest::qWaitForWindowExposed(&host.window);
            if (!settle())
                qFatal("the view is not done");
        }
        const FulfilmentModel& model() const { return host.view->model(); }
        QListView* list() const { return host.view->list(); }
        int rowOf(LineKind kind) const { ///< the first one; -1: none
            for (int row = 0; row < model().rowCount(); ++row)
                if (model().line(row)->kind == kind)
                    return row;
            return -1;
        }
        void click(int row) {
            const QModelIndex index = list()->model()->index(row, 0);
            list()->scrollTo(index);
            QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, list()->visualRect(index).center());
        }
        ViewContext live;
        OrdersContext orders{live};
        Host<FulfilmentView> host{QSize(1000, 700), orders};
    };
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestFulfilmentView)
#include "tst_fulfilment_view.moc"
