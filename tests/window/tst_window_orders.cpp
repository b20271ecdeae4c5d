// The perspective of orders in the real window: from the stages to the list of orders, to one order, and to its trace.

#include "cases/cases_view.h"
#include "orders/fulfilment_view.h"
#include "orders/order_model.h"
#include "orders/order_view.h"
#include "window_fixture.h"

#include <QListView>

#include <fstream>
#include <iterator>

using namespace aisle;
using namespace aisle::test;

class TestWindowOrders : public QObject, private WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

    void fromAStageToATrace() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QVERIFY(window_->context().otherJourney() == nullptr); // nobody has looked at orders
        window_->setPerspective(5);
        QVERIFY(settle());
        auto* stages = qobject_cast<FulfilmentView*>(window_->view("fulfilment"));
        auto* orders = qobject_cast<CasesView*>(window_->view("orders"));
        auto* order = qobject_cast<OrderView*>(window_->view("order"));
        QVERIFY(stages->isVisible() && order->isVisible());
        QVERIFY2(words().contains(stages->statusText()) && !stages->statusText().isEmpty(), qPrintable(words()));

        // Enter lists the orders of a stage in the list of orders, and not in that of the sessions.
        const int row = stages->model().rowOfStage("Reserved");
        const std::vector<CaseNumber> there = stages->model().ordersOf(row);
        QVERIFY(there.size() > 3);
        stages->list()->setCurrentIndex(stages->list()->model()->index(row, 0));
        QTest::keyClick(stages->list(), Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(orders->isVisible() && !window_->view("cases")->isVisible());
        QCOMPARE(orders->model().rowCount(), static_cast<int>(there.size()));

        // An order that is clicked there is told beside it.
        const std::string number = orders->model().at(2).value;
        QTest::mouseClick(orders->list()->viewport(), Qt::LeftButton, {}, orders->list()->visualRect(orders->model().index(2, 0)).center());
        QVERIFY(settle());
        QCOMPARE(window_->context().selection().focus(), Focus::onCase(number));
        QVERIFY2(order->statusText().contains(QString::fromStdString(number)), qPrintable(order->statusText()));
        QCOMPARE(qobject_cast<DetailsView*>(window_->view("details"))->content().title, number);

        // Its detail opens in the waterfall, which was not there.
        QVERIFY(!window_->view("waterfall")->isVisible());
        const auto& lines = order->model().page().lines;
        const auto line = std::find_if(lines.begin(), lines.end(), [](const OrderPage::Line& one) { return !one.details.empty() && one.details[0].isTrace; });
        QVERIFY(line != lines.end());
        const auto at = static_cast<int>(line - lines.begin());
        order->list()->setCurrentIndex(order->list()->model()->index(at, 0));
        QTest::keyClick(order->list(), Qt::Key_Return);
        order->list()->setCurrentIndex(order->list()->model()->index(at + 1, 0));
        QTest::keyClick(order->list(), Qt::Key_Return);
        QVERIFY(settle());
        auto* waterfall = qobject_cast<WaterfallView*>(window_->view("waterfall"));
        QVERIFY(waterfall->isVisible());
        QCOMPARE(toHex(waterfall->data()->tree.traceIds.front()), line->details[0].traceId);
    }

    // The page of an order has no picture, and so could not be exported at all.
    void exportsThePage() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(5);
        QVERIFY(settle());
        const std::string number = window_->context().otherJourney()->cases().cases()[0].value;
        window_->context().selection().setFocus(Focus::onCase(number));
        QVERIFY(settle());
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_, 3000));
        window_->view("order")->takeFocus();
        for (const auto& [name, begin] : {std::pair("order.md", "# Order "), std::pair("order.pdf", "%PDF-"), std::pair("order.html", "<!DOCTYPE html>")}) {
            const fs::path path = folder_ / name;
            chooseFile(QStringLiteral("Export &picture of the view..."), path);
            QTRY_VERIFY(fs::exists(path));
            QVERIFY(settle());
            std::ifstream in(path, std::ios::binary);
            const QByteArray bytes = QByteArray::fromStdString(std::string(std::istreambuf_iterator<char>(in), {}));
            QVERIFY2(bytes.startsWith(begin), name);
            QVERIFY2(!QByteArray(bytes).replace('\\', QByteArray()).contains("@example.com"), name); // not revealed
            QTRY_VERIFY(window_->findChild<QFileDialog*>() == nullptr);
        }
        // By the button of the page: a document, and the traces, which open again.
        const auto* button = buttonWithText<QToolButton>(window_->view("order"), QStringLiteral("Export"));
        const auto exportAs = [&](const QString& words, const fs::path& path) {
            for (QAction* entry : button->menu()->actions())
                if (entry->text().startsWith(words))
                    entry->trigger();
            QFileDialog* dialog = nullptr;
            QTRY_VERIFY((dialog = window_->findChild<QFileDialog*>()) != nullptr && dialog->isVisible());
            dialog->setDirectory(QString::fromStdString(path.parent_path().string()));
            dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(QString::fromStdString(path.filename().string()));
            QMetaObject::invokeMethod(dialog, "accept");
            QTRY_VERIFY(fs::exists(path));
            QVERIFY(settle());
            QTRY_VERIFY(window_->findChild<QFileDialog*>() == nullptr);
        };
        exportAs(QStringLiteral("&JSON"), folder_ / "page.json");
        exportAs(QStringLiteral("Its &traces"), folder_ / "order.jsonl");
        auto* report = window_->findChild<TraceExportDialog*>();
        QVERIFY(report != nullptr);
        report->close();
        const auto& order = window_->context().otherJourney()->cases().cases()[0];
        uint64_t spans = 0;
        for (const TraceIndex trace : order.traces)
            spans += window_->context().table()->summary(trace).spans;
        QPointer<MainWindow> other = newWindow();
        other->open({folder_ / "order.jsonl"});
        QTRY_VERIFY_WITH_TIMEOUT(other->document() && !other->document()->isImporting() && Worker::busyCount() == 0, 60'000);
        QCOMPARE(other->context().table()->spanCount(), spans);
        other->close();
        QTRY_VERIFY(!other);
    }
};

int main(int argc, char** argv) { return runWindowTest<TestWindowOrders>(argc, argv); }

#include "tst_window_orders.moc"
