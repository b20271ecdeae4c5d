// The dotted chart: hand-worked rows and columns, and every visit found again on random logs.

#include "orders/dotted_chart.h"
#include "order_log_fixture.h"

#include <QTest>

#include <limits>
#include <map>

using namespace aisle;
using namespace aisle::test;

namespace {

std::string orderTexts(const DottedChart& chart) {
    std::string out;
    for (const CaseNumber order : chart.orders)
        out += (out.empty() ? "" : " ") + std::to_string(order);
    return out;
}

/// "0,3A2 0,9B1!": row, column, stage, count, with a failure.
std::string dotTexts(const DottedChart& chart) {
    std::string out;
    for (const auto& dot : chart.dots)
        out += (out.empty() ? "" : " ") + std::to_string(dot.row) + "," + std::to_string(dot.column) + chart.stages[dot.stage] + std::to_string(dot.count) + (dot.failed > 0 ? "!" : "");
    return out;
}

DottedChartAsked asked(DottedTime time, DottedSort sort, uint32_t columns, uint32_t rows) { return {time, sort, columns, rows}; }

} // namespace

class TestDottedChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        FulfilmentLog log = orderLog({{"A10-11 B14-15"}, {"A0-1 B2-9 C9-10"}, {""}, {"A5-6"}}, 100);
        log.visits[1].failed = true; // B of the first order
        const auto chart = [&](DottedTime time, DottedSort sort, uint32_t columns = 15, uint32_t rows = 10) { return dottedChart(log, allOrders(log), asked(time, sort, columns, rows)); };
        const DottedChart byStart = chart(DottedTime::Absolute, DottedSort::Start);
        QCOMPARE(orderTexts(byStart), std::string("1 3 0"));
        QCOMPARE(byStart.rows, 3U);
        QCOMPARE(byStart.from, int64_t(0));
        QCOMPARE(byStart.to, int64_t(14));
        QCOMPARE(dotTexts(byStart), std::string("0,0A1 0,2B1 0,9C1 1,5A1 2,10A1 2,14B1!"));
        QVERIFY(byStart.visitsOf == (std::vector<uint64_t>{3, 2, 1, 0}));
        QCOMPARE(byStart.visits, uint64_t(6));
        QCOMPARE(byStart.failed, uint64_t(1));
        QCOMPARE(orderTexts(chart(DottedTime::Absolute, DottedSort::Lead)), std::string("3 0 1")); // 1, 5, 10
        QCOMPARE(orderTexts(chart(DottedTime::Absolute, DottedSort::LastStage)), std::string("3 0 1")); // A, B, C
        const DottedChart since = chart(DottedTime::SinceStart, DottedSort::Start, 10);
        QCOMPARE(since.to, int64_t(9));
        QCOMPARE(dotTexts(since), std::string("0,0A1 0,2B1 0,9C1 1,0A1 2,0A1 2,4B1!"));
        // Two rows for three orders: the first two share one. In three columns A and B fall together, and stay two dots.
        const DottedChart folded = chart(DottedTime::SinceStart, DottedSort::Start, 3, 2);
        QCOMPARE(dotTexts(folded), std::string("0,0A2 0,0B1 0,2C1 1,0A1 1,1B1!"));
        QCOMPARE(folded.ordersOf(0).size(), size_t(2));
        QCOMPARE(folded.dotsAt(0, 0).size(), size_t(2));
        QVERIFY(folded.dotsAt(0, 1).empty());
        QVERIFY(visitsAt(folded, log, 0, 0) == (std::vector<uint32_t>{2, 3, 5}));
    }

    void asDefinedOnRandomLogs() {
        std::mt19937 random(3);
        size_t foldedRows = 0, foldedDots = 0;
        for (int round = 0; round < 200; ++round) {
            const int64_t range = round % 2 == 0 ? 12 : 1'000'000'000;
            const FulfilmentLog log = randomOrderLog(random, random() % 50, 4, -range / 3, range, false);
            const std::vector<bool> only = someOrders(random, log);
            const auto time = static_cast<DottedTime>(random() % 2);
            const auto sort = static_cast<DottedSort>(random() % 3);
            const DottedChart chart = dottedChart(log, only, asked(time, sort, 1 + static_cast<uint32_t>(random() % 30), 1 + static_cast<uint32_t>(random() % 30)));
            // Orders: each once, sorted, and each in the row that it says.
            std::vector<bool> seen(log.cases());
            for (size_t i = 0; i < chart.orders.size(); ++i) {
                QVERIFY(!seen[chart.orders[i]]);
                seen[chart.orders[i]] = true;
                const auto row = chart.ordersOf(chart.rowOf(i));
                QVERIFY(std::find(row.begin(), row.end(), chart.orders[i]) != row.end());
                if (i == 0)
                    continue;
                const CaseNumber a = chart.orders[i - 1], b = chart.orders[i];
                if (sort == DottedSort::Start)
                    QVERIFY(chart.start[i - 1] <= chart.start[i]);
                else
                    QVERIFY(sort == DottedSort::Lead ? log.lead[a] <= log.lead[b] : log.cameTo[a] <= log.cameTo[b]);
            }
            size_t inRows = 0;
            for (uint32_t row = 0; row < chart.rows; ++row) {
                QVERIFY(!chart.ordersOf(row).empty());
                inRows += chart.ordersOf(row).size();
            }
            QCOMPARE(inRows, chart.orders.size());
            // Dots: every visit of these orders in its cell.
            std::map<std::tuple<uint32_t, uint32_t, uint32_t>, std::pair<uint32_t, uint32_t>> expected;
            uint64_t visits = 0;
            for (size_t i = 0; i < chart.orders.size(); ++i)
                for (uint32_t v = log.first[chart.orders[i]]; v < log.first[chart.orders[i] + 1]; ++v) {
                    const auto& visit = log.visits[v];
                    const int64_t x = time == DottedTime::Absolute ? visit.start : visit.start - chart.start[i];
                    const auto column = static_cast<uint32_t>((x - chart.from) * chart.columns / (chart.to - chart.from + 1));
                    auto& dot = expected[{chart.rowOf(i), column, visit.stage}];
                    ++dot.first;
                    dot.second += visit.failed;
                    ++visits;
                }
            for (CaseNumber c = 0; c < log.cases(); ++c)
                QVERIFY(seen[c] == (only[c] && log.first[c] < log.first[c + 1]));
            QCOMPARE(chart.dots.size(), expected.size());
            auto it = expected.begin();
            for (const auto& dot : chart.dots) {
                QVERIFY(it->first == std::tuple(dot.row, dot.column, dot.stage));
                QVERIFY(it->second == std::pair(dot.count, dot.failed));
                QVERIFY(dot.row < chart.rows && dot.column < chart.columns);
                ++it;
            }
            QCOMPARE(chart.visits, visits);
            // From each cell back to its visits.
            size_t found = 0;
            for (uint32_t row = 0; row < chart.rows; ++row)
                for (uint32_t column = 0; column < chart.columns; ++column) {
                    uint32_t counted = 0;
                    for (const auto& dot : chart.dotsAt(row, column))
                        counted += dot.count;
                    QCOMPARE(visitsAt(chart, log, row, column).size(), size_t(counted));
                    found += counted;
                }
            QCOMPARE(found, chart.visits);
            foldedRows += chart.rows < chart.orders.size();
            foldedDots += chart.dots.size() < chart.visits;
        }
        QVERIFY(foldedRows > 20 && foldedDots > 20);
    }

    void ends() {
        constexpr int64_t kLast = std::numeric_limits<int64_t>::max(), kFirst = std::numeric_limits<int64_t>::min();
        const DottedChart none = dottedChart(orderLog({{""}}, 5), {true}, {});
        QVERIFY(none.orders.empty() && none.dots.empty() && none.rows == 0);
        QCOMPARE(dottedNotes(none).front(), std::string("No order of the scope came to a stage."));
        QVERIFY(none.dotsAt(0, 0).empty());
        const DottedChart one = dottedChart(orderLog({{"B-7--7"}}, 5), {true}, asked(DottedTime::Absolute, DottedSort::Start, 0, 0));
        QCOMPARE(dotTexts(one), std::string("0,0B1"));
        FulfilmentLog log = emptyOrderLog(2);
        FulfilmentLog::Visit visit;
        visit.start = visit.end = kFirst;
        log.visits.push_back(visit);
        visit.start = visit.end = kLast;
        log.visits.push_back(visit);
        log.first = {0, 2};
        log.lead = {kLast};
        log.cameTo = {0};
        log.state = {OrderState::Done};
        for (const DottedTime time : {DottedTime::Absolute, DottedTime::SinceStart})
            QCOMPARE(dotTexts(dottedChart(log, {true}, asked(time, DottedSort::Lead, 100, 100))), std::string("0,0A1 0,99A1"));
        StopToken stopped;
        stopped.stop();
        QVERIFY_EXCEPTION_THROWN((void)dottedChart(log, {true}, {}, stopped), Stopped);
    }
};

QTEST_GUILESS_MAIN(TestDottedChart)
#include "tst_dotted_chart.moc"
