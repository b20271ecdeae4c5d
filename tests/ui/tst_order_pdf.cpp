// The page of an order as PDF: one page, whatever is on it.

#include "orders/order_pdf.h"

#include <QTest>
#include <QThreadPool>

#include <array>

using namespace aisle;

namespace {

OrderPage pageOf(size_t lines) {
    OrderPage page;
    page.title = "Order <b>1</b>";
    page.headline = "It is under way.";
    page.figures = {{"State", "under way"}};
    for (size_t i = 0; i < lines; ++i) {
        auto& line = page.lines.emplace_back();
        line.label = "Order";
        line.clock = "2026-03-14 09:00:00";
        line.text = "The goods were packed, which took " + std::to_string(i) + " s.";
        line.details.emplace_back().traceId = "00";
    }
    return page;
}

int pagesOf(const std::string& pdf) {
    int out = 0;
    for (size_t at = pdf.find("/Type /Page\n"); at != std::string::npos; at = pdf.find("/Type /Page\n", at + 1))
        ++out;
    return out;
}

} // namespace

class TestOrderPdf : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onePage() {
        for (const size_t lines : {size_t(0), size_t(12), size_t(80), size_t(3000)}) {
            const std::string pdf = orderPdf(pageOf(lines), lines == 12, {true});
            QVERIFY(pdf.starts_with("%PDF-"));
            QCOMPARE(pagesOf(pdf), 1);
        }
    }
    // As an export does: on the pool, several at once, and with the same result as on the UI thread.
    void offTheUiThread() {
        const OrderPage page = pageOf(80);
        const std::string here = orderPdf(page, true, {true});
        std::array<std::string, 4> there;
        QThreadPool pool;
        for (std::string& one : there)
            pool.start([&page, &one] { one = orderPdf(page, true, {true}); });
        QVERIFY(pool.waitForDone(60'000));
        for (const std::string& one : there) {
            QVERIFY(one.starts_with("%PDF-"));
            QCOMPARE(pagesOf(one), 1);
            QVERIFY(one.size() > here.size() * 9 / 10 && one.size() < here.size() * 11 / 10); // but for its time and number the same
        }
    }
    void detailTakesRoom() { QVERIFY(orderPdf(pageOf(12), true, {true}) != orderPdf(pageOf(12), false, {true})); }
};

QTEST_MAIN(TestOrderPdf)
#include "tst_order_pdf.moc"
