// Lanes, flame graph, table of spans and statistics of one trace, through real events: what each shows against what the
// model says, focus in both directions, zoom, sorting, empty states.

#include "../model/trace_fixture.h"
#include "flame/flame_view.h"
#include "lanes/lanes_view.h"
#include "store/attribute_column.h"
#include "spans/spans_model.h"
#include "spans/spans_view.h"
#include "statistics/statistics_model.h"
#include "statistics/statistics_view.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/list_delegate.h"
#include "window/picture.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace aisle;
using aisle::test::TraceFixture;

namespace {

constexpr int64_t kMs = 1'000'000, kStart = 1'700'000'000'000 * kMs;

/// web "GET /" -> 6 times db "SELECT", one failed, and cart "add" -> db "SELECT"; one span has no end.
SpanTablePtr shop(uint64_t trace = 1) {
    TraceFixture f;
    const auto add = [&](SpanId id, SpanId parent, const char* service, const char* name, int64_t from, int64_t to, Status status = Status::Unset, uint8_t flags = 0) {
        f.add({id, parent, name, service, kStart + from * kMs, (to - from) * kMs, Kind::Server, status, flags, {0, trace}});
    };
    add(1, 0, "web", "GET /", 0, 100);
    for (SpanId i = 0; i < 6; ++i)
        add(10 + i, 1, "db", "SELECT", 5 + 5 * static_cast<int64_t>(i), 9 + 5 * static_cast<int64_t>(i), i == 3 ? Status::Error : Status::Unset);
    add(2, 1, "cart", "add", 40, 80);
    add(3, 2, "db", "SELECT", 50, 70);
    add(4, 1, "mail", "send", 90, 90, Status::Unset, kUnfinished);
    return f.table();
}

} // namespace

class TestTraceViews : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        aisle::test::failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        context_ = std::make_unique<ViewContext>();
        host_ = std::make_unique<QWidget>();
        host_->resize(1000, 400);
        host_->show();
        QVERIFY(QTest::qWaitForWindowExposed(host_.get()));
    }
    void cleanup() {
        view_.reset();
        host_.reset();
        context_.reset();
    }

    void lanesShowEverySpan() {
        const SpanTablePtr table = shop();
        auto* lanes = show<LanesView>(table);
        QCOMPARE(lanes->statusText(), QStringLiteral("10 spans in 3 lanes"));
        QCOMPARE(lanes->blocks().count(), 10U);
        QCOMPARE(lanes->blocks().rows(), 3U); // web; all below it but one at once; SELECT of the cart
        const BlockFrame f = lanes->frame();
        QCOMPARE(f.boxes.size(), size_t(10));
        int failed = 0;
        for (const BlockBox& box : f.boxes) {
            failed += box.isFailed;
            QTest::mouseClick(lanes, Qt::LeftButton, {}, box.rect.center().toPoint());
            QCOMPARE(lanes->selectedBlock(), box.block);
            QCOMPARE(context_->selection().focus().kind, Focus::Kind::Span);
        }
        QCOMPARE(failed, 1);
        // and back
        context_->selection().setFocus(Focus::onSpan(*table, 8));
        QCOMPARE(lanes->blocks().from[lanes->selectedBlock()], kStart + 50 * kMs);
        QVERIFY(lanes->accessibleDescription().contains(QStringLiteral("SELECT")));
        context_->selection().setFocus(Focus::onTrace({0, 1}));
        QCOMPARE(lanes->selectedBlock(), kNoBlock);
    }

    void lanesSayWhatIsLeftOut() {
        TraceFixture f;
        f.add({1, 0, "a", "s", kStart, 10 * kMs, Kind::Server, Status::Unset, 0, {0, 1}});
        f.add({2, 1, "b", "s", 0, 0, Kind::Server, Status::Unset, kNoStart, {0, 1}});
        f.add({3, 99, "c", "s", kStart, kMs, Kind::Server, Status::Unset, 0, {0, 1}});
        auto* lanes = show<LanesView>(f.table());
        QCOMPARE(lanes->statusText(), QStringLiteral("2 spans in 3 lanes · 1 without a start time is not here"));
    }

    void flameGraphAddsUp() {
        const SpanTablePtr table = shop();
        auto* flame = show<FlameView>(table);
        QCOMPARE(flame->blocks().rows(), 3U);
        QCOMPARE(flame->blocks().count(), 5U);
        QCOMPARE(flame->zoom().bounds(), (TimeRange{0, flame->flameAt(0).weight}));
        const BlockFrame f = flame->frame();
        QStringList texts;
        for (const BlockBox& box : f.boxes)
            if (!box.text.isEmpty())
                texts << box.text;
        QCOMPARE(texts.join(QLatin1Char('|')), QStringLiteral("GET /|add|×6 SELECT|SELECT"));
        // A block leads to its longest span, and a span to its block.
        for (uint32_t block = 0; block < flame->blocks().count(); ++block)
            if (flame->flameAt(block).spans == 6) {
                QVERIFY(flame->blocks().isFailed(block));
                context_->selection().setFocus(Focus::onSpan(*table, 3));
                QCOMPARE(flame->selectedBlock(), block);
                for (const BlockBox& box : flame->frame().boxes)
                    if (box.block == block)
                        QTest::mouseClick(flame, Qt::LeftButton, {}, box.rect.center().toPoint());
                QCOMPARE(context_->selection().focus(), Focus::onSpan(*table, 1)); // all last 4 ms: the first
                QCOMPARE(flame->selectedBlock(), block);
            }
        QVERIFY(flame->tabular()->rows.size() == 5);
        QVERIFY(!paintedPicture(*flame).isNull());
    }

    void keysWalkBlocks() {
        auto* flame = show<FlameView>(shop());
        flame->setFocus();
        QTest::keyClick(flame, Qt::Key_Down);
        QCOMPARE(flame->selectedBlock(), 0U);
        QTest::keyClick(flame, Qt::Key_Down);
        QCOMPARE(flame->selectedBlock(), 1U);
        QTest::keyClick(flame, Qt::Key_Right);
        QCOMPARE(flame->selectedBlock(), 2U);
        QTest::keyClick(flame, Qt::Key_Left);
        QTest::keyClick(flame, Qt::Key_Down);
        QCOMPARE(flame->selectedBlock(), 4U);
        QTest::keyClick(flame, Qt::Key_Up);
        QCOMPARE(flame->selectedBlock(), 1U);
        QTest::keyClick(flame, Qt::Key_F);
        QVERIFY(!flame->zoom().isWhole());
        QVERIFY(flame->zoom().range().from <= flame->blocks().from[1] && flame->zoom().range().to >= flame->blocks().to[1]);
        QTest::keyClick(flame, Qt::Key_F); // again: exactly
        QCOMPARE(flame->zoom().range(), (TimeRange{flame->blocks().from[1], flame->blocks().to[1]}));
        QTest::keyClick(flame, Qt::Key_Escape);
        QTest::keyClick(flame, Qt::Key_Escape);
        QVERIFY(flame->zoom().isWhole());
        QTest::keyClick(flame, Qt::Key_W);
        QVERIFY(!flame->zoom().isWhole());
        QTest::keyClick(flame, Qt::Key_0);
        QVERIFY(flame->zoom().isWhole());
        QTest::keyClick(flame, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(context_->selection().scope().terms().size(), size_t(1));
    }

    // What is dragged over is measured, and zoomed to when that is wanted.
    void draggingMarks() {
        auto* lanes = show<LanesView>(shop());
        const BlockFrame f = lanes->frame();
        const QPoint from(static_cast<int>(f.axis.left() + f.axis.width() / 4), 60), to(static_cast<int>(f.axis.left() + f.axis.width() / 2), 60);
        QTest::mousePress(lanes, Qt::LeftButton, {}, from);
        QTest::mouseMove(lanes, (from + to) / 2);
        QTest::mouseMove(lanes, to);
        QVERIFY(!lanes->frame().brush.isEmpty());
        QTest::mouseRelease(lanes, Qt::LeftButton, {}, to);
        QVERIFY(lanes->zoom().isWhole());
        QVERIFY(!lanes->frame().brush.isEmpty());
        QTest::keyClick(lanes, Qt::Key_Return);
        QVERIFY(lanes->frame().brush.isEmpty());
        QVERIFY(std::abs(lanes->zoom().range().from - kStart - 25 * kMs) < kMs);
        QVERIFY(std::abs(lanes->zoom().range().to - kStart - 50 * kMs) < kMs);
    }

    void spansSortByEverything() {
        const SpanTablePtr table = shop();
        auto* spans = show<SpansView>(table);
        auto* model = qobject_cast<SpansModel*>(spans->list()->model());
        const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        QCOMPARE(model->rowCount(), 10);
        for (int column = 0; column < SpansModel::ColumnTotal; ++column) {
            for (int turn = 0; turn < 2; ++turn) {
                QHeaderView* header = spans->list()->horizontalHeader();
                QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {header->sectionViewportPosition(column) + 20, 8});
                QVERIFY(aisle::test::settle());
                const bool descending = header->sortIndicatorOrder() == Qt::DescendingOrder;
                for (int row = 1; row < model->rowCount(); ++row) {
                    const auto value = [&](int at) -> QVariant {
                        const Row r = spans->data()->tree.nodes[model->content().nodes[static_cast<size_t>(at)]].row;
                        switch (column) {
                        case SpansModel::StartColumn: return qint64(table->start(r));
                        case SpansModel::DurationColumn: return (table->flags(r) & kUnfinished) != 0 ? qint64(-1) : qint64(table->duration(r));
                        case SpansModel::SelfColumn: return qint64(table->selfTime(r));
                        case SpansModel::PathColumn: return qint64(model->content().path[model->content().nodes[static_cast<size_t>(at)]]);
                        case SpansModel::StatusColumn: return table->isError(r) ? 1 : 0;
                        default: return model->index(at, column).data().toString();
                        }
                    };
                    const auto order = QVariant::compare(value(row - 1), value(row));
                    QVERIFY2(descending ? order != QPartialOrdering::Less : order != QPartialOrdering::Greater, qPrintable(QStringLiteral("column %1 row %2").arg(column).arg(row)));
                }
            }
        }
        // The first column by the mouse, the error red, unfinished said.
        int errors = 0, unfinished = 0;
        for (int row = 0; row < model->rowCount(); ++row) {
            errors += model->index(row, SpansModel::StatusColumn).data(Qt::ForegroundRole).isValid();
            unfinished += model->index(row, SpansModel::DurationColumn).data().toString() == QStringLiteral("unfinished");
        }
        QCOMPARE(errors, 1);
        QCOMPARE(unfinished, 1);
    }

    void spansAndFocus() {
        const SpanTablePtr table = shop();
        auto* spans = show<SpansView>(table);
        for (int row = 0; row < 10; ++row) {
            spans->list()->setCurrentIndex(spans->list()->model()->index(row, 0));
            QCOMPARE(context_->selection().focus().kind, Focus::Kind::Span);
            QCOMPARE(spans->list()->currentIndex().row(), row);
        }
        context_->selection().setFocus(Focus::onSpan(*table, 8));
        QCOMPARE(spans->list()->currentIndex().siblingAtColumn(SpansModel::OperationColumn).data().toString(), QStringLiteral("SELECT"));
        context_->selection().setFocus(Focus::onTrace({0, 1}));
        QVERIFY(!spans->list()->currentIndex().isValid());
    }

    void statisticsByOperationAndService() {
        const SpanTablePtr table = shop();
        auto* statistics = show<StatisticsView>(table);
        auto* model = qobject_cast<StatisticsModel*>(statistics->list()->model());
        const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        QCOMPARE(model->rowCount(), 4);
        const auto rowOf = [&](const QString& name) {
            for (int row = 0; row < model->rowCount(); ++row)
                if (model->index(row, 0).data().toString() == name)
                    return row;
            return -1;
        };
        const int select = rowOf(QStringLiteral("SELECT"));
        const auto text = [&](int row, int column) { return model->index(row, column).data().toString(); };
        QCOMPARE(text(select, StatisticsModel::SpansColumn), QStringLiteral("7"));
        QCOMPARE(text(select, StatisticsModel::ErrorsColumn), QStringLiteral("1"));
        QCOMPARE(text(select, StatisticsModel::TotalColumn), QStringLiteral("44.0 ms"));
        QCOMPARE(text(select, StatisticsModel::P50Column), QStringLiteral("4.00 ms"));
        QCOMPARE(text(select, StatisticsModel::MaxColumn), QStringLiteral("20.0 ms"));
        QVERIFY(text(select, StatisticsModel::PathColumn).startsWith(QStringLiteral("44.0 %")) || text(select, StatisticsModel::PathColumn).startsWith(QStringLiteral("44 %")));
        QCOMPARE(text(rowOf(QStringLiteral("send")), StatisticsModel::P50Column), QString()); // no end, no quantile
        // A group leads to its longest span, and a span to its group.
        statistics->list()->setCurrentIndex(model->index(select, 0));
        QCOMPARE(context_->selection().focus(), Focus::onSpan(*table, 8));
        context_->selection().setFocus(Focus::onSpan(*table, 7));
        QCOMPARE(statistics->list()->currentIndex().row(), rowOf(QStringLiteral("add")));

        statistics->groupBy(QStringLiteral("service"));
        QVERIFY(aisle::test::settle());
        QCOMPARE(model->rowCount(), 4);
        QVERIFY(statistics->list()->isColumnHidden(StatisticsModel::ServiceColumn));
        QVERIFY(model->index(0, 0).data(ServiceRole).isValid());
        statistics->groupBy(QStringLiteral("no.such.key"));
        QVERIFY(aisle::test::settle());
        QCOMPARE(model->rowCount(), 0);
        QVERIFY(aisle::test::visibleWords(statistics).contains(QStringLiteral("No span of this trace has it.")));
    }

    // Sums past the largest number: the ticks of the axis never ended.
    void timesOfCenturies() {
        TraceFixture f;
        constexpr int64_t kLong = 2'300'000'000'000'000'000; // 73 years
        f.add({1, 0, "root", "a", 0, kLong, Kind::Server, Status::Unset, 0, {0, 1}});
        for (SpanId id = 2; id < 9; ++id)
            f.add({id, 1, "op " + std::to_string(id), "b", 0, kLong, Kind::Server, Status::Unset, 0, {0, 1}});
        const SpanTablePtr table = f.table();
        auto* flame = show<FlameView>(table);
        QVERIFY(flame->frame().ticks.ticks.size() < 100);
        for (uint32_t block = 0; block < flame->blocks().count(); ++block) {
            QVERIFY(flame->blocks().from[block] >= 0 && flame->blocks().to[block] >= flame->blocks().from[block]);
            flame->fit(block);
        }
        QVERIFY(!paintedPicture(*flame).isNull());
        auto* lanes = show<LanesView>(table);
        for (uint32_t block = 0; block < lanes->blocks().count(); ++block)
            lanes->fit(block);
        QVERIFY(lanes->frame().ticks.ticks.size() < 100);
        for (const TimeRange range : {TimeRange{0, std::numeric_limits<int64_t>::max()}, TimeRange{400'000'000'000'000'000, std::numeric_limits<int64_t>::max()}})
            for (const int most : {1, 2, 10})
                QVERIFY(timesAt(range, range.from, timeStep(range, most)).size() <= static_cast<size_t>(most) + 2);
    }

    // What is hidden did its work all the same, and scrolled with a height that it did not have.
    void hiddenPagesCatchUp() {
        const SpanTablePtr table = shop();
        context_->setTable(table, false);
        auto* lanes = new LanesView(*context_, host_.get());
        view_.reset(lanes);
        lanes->setGeometry(0, 0, 600, 60); // two rows
        context_->selection().setFocus(Focus::onSpan(*table, 8));
        QVERIFY(aisle::test::settle());
        QVERIFY(!lanes->data());
        lanes->show();
        QVERIFY(aisle::test::settle());
        QVERIFY(lanes->data() != nullptr);
        const BlockFrame f = lanes->frame();
        QVERIFY(std::any_of(f.boxes.begin(), f.boxes.end(), [&](const BlockBox& box) { return box.isSelected && f.body.contains(box.rect.center()); }));
    }

    // Another order asked for while another trace was on its way brought back the one before.
    void sortingDoesNotBringBackATrace() {
        TraceFixture f;
        for (uint64_t trace = 1; trace <= 2; ++trace)
            for (SpanId id = 1; id <= trace * 3; ++id)
                f.add({id, id == 1 ? 0U : 1U, "op", "s", kStart + static_cast<int64_t>(id), kMs, Kind::Server, Status::Unset, 0, {0, trace}});
        auto* spans = show<SpansView>(f.table());
        QCOMPARE(spans->list()->model()->rowCount(), 3);
        context_->selection().setFocus(Focus::onTrace({0, 2}));
        while (!context_->shownTrace().data() || context_->shownTrace().data()->tree.traceIds.front() != TraceId{0, 2})
            QCoreApplication::processEvents();
        QHeaderView* header = spans->list()->horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {header->sectionViewportPosition(SpansModel::DurationColumn) + 20, 8});
        QVERIFY(aisle::test::settle());
        QCOMPARE(spans->list()->model()->rowCount(), 6);
    }

    void statisticsByAttribute() {
        const QTemporaryDir folder;
        const auto workspace = aisle::test::demoWorkspace(folder.path(), 30);
        context_->setWorkspace(workspace);
        auto* statistics = new StatisticsView(*context_, host_.get());
        place(statistics);
        context_->shownTrace().openSlowest();
        QVERIFY(aisle::test::settle());
        auto* model = qobject_cast<StatisticsModel*>(statistics->list()->model());
        const auto total = [&] {
            uint64_t spans = 0;
            for (const GroupStatistics& g : model->content().groups)
                spans += g.spans;
            return spans;
        };
        QCOMPARE(total(), uint64_t(statistics->data()->tree.spanCount()));
        statistics->groupBy(QStringLiteral("attribute:service.name")); // of the resource
        QVERIFY(aisle::test::settle());
        QCOMPARE(total(), uint64_t(statistics->data()->tree.spanCount()));
        QVERIFY(model->rowCount() >= 1);
        QCOMPARE(model->headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("service.name"));
        // The same as the whole column says.
        const auto db = workspace->connect();
        const ColumnSpec spec{{"service.name"}, true};
        const AttributeColumn column = readColumns(*db, *workspace->table(), {&spec, 1}).front();
        for (int row = 0; row < model->rowCount(); ++row) {
            const QString name = model->index(row, 0).data().toString();
            uint32_t expected = 0;
            for (const NodeIndex node : statistics->data()->tree.byRow)
                expected += QString::fromStdString(std::string(column.textAt(statistics->data()->tree.nodes[node].row))) == name;
            QCOMPARE(model->content().groups[static_cast<size_t>(row)].spans, expected);
        }
        QVERIFY(statistics->tabular()->rows.size() == static_cast<size_t>(model->rowCount()));
    }

    void emptyStatesLeadOn() {
        const auto check = [&](View* view) {
            place(view);
            context_->setTable(TraceFixture().table(), false);
            QVERIFY(aisle::test::settle());
            QVERIFY(view->statusText().isEmpty());
            QVERIFY(aisle::test::visibleWords(view).contains(QStringLiteral("No trace")));
            context_->setTable(shop(), false);
            QVERIFY(aisle::test::settle());
            QTest::mouseClick(aisle::test::buttonWithText<QPushButton>(view, QStringLiteral("Open the slowest trace")), Qt::LeftButton);
            QVERIFY(aisle::test::settle());
            QVERIFY(!view->statusText().isEmpty());
            QVERIFY(!aisle::test::visibleWords(view).contains(QStringLiteral("No trace")));
            // Another file: what was shown goes.
            context_->setTable(shop(2), false);
            QVERIFY(aisle::test::settle());
            QVERIFY(view->statusText().isEmpty());
            context_->selection().setFocus({});
        };
        check(new LanesView(*context_, host_.get()));
        check(new FlameView(*context_, host_.get()));
        check(new SpansView(*context_, host_.get()));
        check(new StatisticsView(*context_, host_.get()));
    }

private:
    template <typename T>
    T* show(const SpanTablePtr& table) {
        auto* view = new T(*context_, host_.get());
        place(view);
        context_->setTable(table, false);
        context_->selection().setFocus(Focus::onTrace({0, 1}));
        [&] { QVERIFY(aisle::test::settle()); }();
        return view;
    }
    void place(View* view) {
        view_.reset(view);
        view->setGeometry(host_->rect());
        view->show();
    }
    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<QWidget> host_; ///< has no size hints, of which the offscreen platform would warn
    std::unique_ptr<View> view_;
};

AISLE_TEST_MAIN(TestTraceViews)
#include "tst_trace_views.moc"
