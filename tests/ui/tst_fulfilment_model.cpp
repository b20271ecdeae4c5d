// Rows of where orders lose time: the first bottlenecks, what is folded away, none, a problem; and that the stages below stay the rows they are.

#include "orders/fulfilment_model.h"
#include "orders/row_anchor.h"
#include "theme/theme.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QListView>
#include <QScrollBar>
#include <QSignalSpy>
#include <QStandardItemModel>

#include <random>

using namespace aisle;
using namespace aisle::test;
using LineKind = FulfilmentModel::Kind;

namespace {

std::shared_ptr<const Bottlenecks> bottlenecksOf(size_t found, size_t longest) {
    auto out = std::make_shared<Bottlenecks>();
    for (size_t i = 0; i < found; ++i) {
        Bottleneck one;
        one.stageName = "Reserved";
        one.service = "inventory";
        one.instance = "inventory-" + std::to_string(i);
        out->found.push_back(one);
    }
    for (size_t i = 0; i < longest; ++i) {
        LongWait one;
        one.stageName = "Delivered " + std::to_string(i);
        out->longest.push_back(one);
    }
    out->orders = 7;
    return out;
}

} // namespace

class TestFulfilmentModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        model_ = std::make_unique<FulfilmentModel>();
        new QAbstractItemModelTester(model_.get(), QAbstractItemModelTester::FailureReportingMode::Fatal, model_.get());
        setContent();
    }

    void atMostThreeAtFirst() {
        QCOMPARE(kinds(), QStringLiteral("H? Hss HW")); // room is kept for them while they are looked for
        QVERIFY(model_->line(1)->text.startsWith(QStringLiteral("Looking at")));
        QCOMPARE(model_->line(1)->at, size_t(3));
        const QPersistentModelIndex stage = model_->index(model_->rowOfStage("Packed"));
        QSignalSpy reset(model_.get(), &QAbstractItemModel::modelReset);
        model_->setBottlenecks(bottlenecksOf(5, 2));
        QCOMPARE(kinds(), QStringLiteral("Hbbb+ Hss HW"));
        QCOMPARE(model_->line(4)->text, QStringLiteral("2 more  ·  2 long waits that are no bottleneck"));
        for (int row = 1; row < 4; ++row)
            QVERIFY(model_->line(row)->text.contains(QStringLiteral("inventory-%1 of inventory").arg(row - 1)));
        QCOMPARE(model_->index(4).data(Qt::AccessibleTextRole).toString(), model_->line(4)->text + QStringLiteral(", folded"));
        QVERIFY(model_->ordersOf(4).empty());

        const QPersistentModelIndex more = model_->index(4);
        model_->setUnfolded(true);
        QCOMPARE(kinds(), QStringLiteral("Hbbb+bbww Hss HW"));
        QCOMPARE(more.row(), 4); // the rows come below it
        QVERIFY(model_->line(6)->text.contains(QStringLiteral("inventory-4 of inventory")));
        QVERIFY(model_->line(8)->text.contains(QStringLiteral("Delivered 1")));
        QVERIFY(model_->index(4).data(Qt::AccessibleTextRole).toString().endsWith(QStringLiteral(", unfolded")));
        QCOMPARE(stage.row(), model_->rowOfStage("Packed"));
        model_->setUnfolded(false);
        QCOMPARE(kinds(), QStringLiteral("Hbbb+ Hss HW"));
        QCOMPARE(stage.row(), model_->rowOfStage("Packed"));
        QCOMPARE(reset.count(), 0);
        // Those of other orders are unfolded, too, where these are, and have the room that these had.
        model_->setUnfolded(true);
        setContent();
        QCOMPARE(kinds(), QStringLiteral("H? Hss HW"));
        model_->setBottlenecks(bottlenecksOf(4, 0));
        QCOMPARE(kinds(), QStringLiteral("Hbbb+b Hss HW"));
        QCOMPARE(model_->line(4)->text, QStringLiteral("1 more"));
    }

    void fewOrNone() {
        model_->setBottlenecks(bottlenecksOf(2, 0));
        QCOMPARE(kinds(), QStringLiteral("Hbb Hss HW"));
        setContent();
        QCOMPARE(model_->line(1)->at, size_t(2));
        model_->setBottlenecks(bottlenecksOf(1, 1));
        QCOMPARE(kinds(), QStringLiteral("Hb+ Hss HW"));
        QCOMPARE(model_->line(2)->text, QStringLiteral("1 long wait that is no bottleneck"));
        auto none = std::make_shared<Bottlenecks>(*bottlenecksOf(0, 0));
        none->small = 2; // two sentences, one line
        model_->setBottlenecks(none);
        QCOMPARE(kinds(), QStringLiteral("HW Hss HW"));
        QVERIFY2(model_->line(1)->text.startsWith(QStringLiteral("No bottleneck was found.")) && model_->line(1)->text.contains(QStringLiteral("2 more cost less")), qPrintable(model_->line(1)->text));
        model_->setBottlenecks(nullptr, QStringLiteral("It cannot be read."));
        QCOMPARE(kinds(), QStringLiteral("HW Hss HW"));
        QCOMPARE(model_->line(1)->text, QStringLiteral("It cannot be read."));
        model_->setContent({});
        QCOMPARE(model_->rowCount(), 0);
        model_->setBottlenecks(bottlenecksOf(4, 1)); // of what is not on show any more
        model_->setUnfolded(true);
        model_->setSpaceAboveStages(20);
        QCOMPARE(model_->rowCount(), 0);
    }

    void spaceIsBelowTheLastOfThem() {
        model_->setBottlenecks(bottlenecksOf(4, 0));
        model_->setSpaceAboveStages(20);
        QCOMPARE(model_->line(4)->space, 20);
        model_->setUnfolded(true); // other rows
        for (int row = 0; row < model_->rowCount(); ++row)
            QCOMPARE(model_->line(row)->space, 0);
    }

    /// Rows above it come and go at random: the anchor stays, give or take what a list at its top or its end cannot scroll.
    void anchorStays() {
        Host<QListView> host(QSize(300, 200));
        QVERIFY(QTest::qWaitForWindowExposed(&host.window));
        QListView& list = *host.view;
        list.viewport()->setAttribute(Qt::WA_UnderMouse, false); // what is pointed at would be the anchor
        QStandardItemModel rows;
        list.setModel(&rows);
        list.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
        std::mt19937 random(3);
        const auto add = [&](int at) {
            auto* item = new QStandardItem(QStringLiteral("row"));
            item->setSizeHint(QSize(100, 10 + static_cast<int>(random() % 40)));
            rows.insertRow(at, item);
        };
        for (int i = 0; i < 60; ++i)
            add(i);
        int held = 0;
        for (int round = 0; round < 200; ++round) {
            list.doItemsLayout();
            const int current = 10 + static_cast<int>(random() % 20);
            list.setCurrentIndex(rows.index(current, 0));
            list.scrollTo(list.currentIndex());
            const QPersistentModelIndex row = list.currentIndex();
            const int top = list.visualRect(row).top();
            RowAnchor anchor(list);
            QVERIFY(anchor.holds());
            const int gone = static_cast<int>(random() % 10);
            if (gone > 0)
                rows.removeRows(0, gone);
            for (int come = static_cast<int>(random() % 10) + (rows.rowCount() < 50 ? 10 : 0); come > 0; --come)
                add(0);
            const int above = anchor.restore();
            QCOMPARE(list.visualRect(row).top(), top - above);
            QVERIFY(above == 0 || list.verticalScrollBar()->value() == 0);
            held += above == 0;
        }
        QVERIFY(held > 100);
        // At the top, with nothing chosen, what comes first is to be seen.
        list.setCurrentIndex({});
        list.scrollToTop();
        QVERIFY(!RowAnchor(list).holds());
        list.verticalScrollBar()->setValue(35);
        RowAnchor scrolled(list);
        QVERIFY(scrolled.holds());
        const QPersistentModelIndex first = list.indexAt(QPoint(1, 0));
        const int top = list.visualRect(first).top();
        add(0);
        QCOMPARE(scrolled.restore(), 0);
        QCOMPARE(list.visualRect(first).top(), top);
        // Where the row itself goes there is nothing to keep.
        RowAnchor lost(list);
        rows.clear();
        QVERIFY(!lost.holds());
        QCOMPARE(lost.restore(), 0);
    }

private:
    void setContent() {
        FulfilmentContent content;
        content.log = std::make_shared<FulfilmentLog>();
        content.figures.orders = 7;
        content.figures.stages.resize(2);
        content.figures.stages[0].name = "Placed";
        content.figures.stages[1].name = "Packed";
        model_->setContent(std::move(content));
    }
    /// One letter a row, with a gap before each further heading.
    QString kinds() const {
        QString out;
        for (int row = 0; row < model_->rowCount(); ++row)
            switch (model_->line(row)->kind) {
            case LineKind::Stage: out += QLatin1Char('s'); break;
            case LineKind::Heading: out += row == 0 ? QStringLiteral("H") : QStringLiteral(" H"); break;
            case LineKind::Bottleneck: out += QLatin1Char('b'); break;
            case LineKind::LongWait: out += QLatin1Char('w'); break;
            case LineKind::Deviation: out += QLatin1Char('d'); break;
            case LineKind::Words: out += QLatin1Char('W'); break;
            case LineKind::Looking: out += QLatin1Char('?'); break;
            case LineKind::More: out += QLatin1Char('+'); break;
            }
        return out;
    }
    std::unique_ptr<FulfilmentModel> model_;
};

AISLE_TEST_MAIN(TestFulfilmentModel)
#include "tst_fulfilment_model.moc"
