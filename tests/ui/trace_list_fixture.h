#pragma once
// A window with the list of traces, for tests of that view.

#include "model/trace_fixture.h"
#include "theme/theme.h"

#include "trace_list/trace_list_view.h"
#include "widgets/list_delegate.h"
#include "widgets/sort_header.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTimer>
#include <QToolButton>

#include <random>
#include <set>

namespace aisle::test {

inline constexpr int64_t kMs = 1'000'000, kStart = 1'700'000'000'000 * kMs;

/// Traces of one to five spans with many ties in every column, not in the order of their start.
inline SpanTablePtr shop(uint32_t traces) {
    TraceFixture f;
    std::mt19937 random(7);
    const auto pick = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
    for (uint32_t t = 1; t <= traces; ++t) {
        const int64_t start = kStart + static_cast<int64_t>(pick(traces * 2)) * 10 * kMs;
        const uint32_t spans = 1 + pick(5);
        const int64_t duration = (1 + static_cast<int64_t>(pick(40))) * 50 * kMs;
        for (uint32_t i = 0; i < spans; ++i)
            f.add({.id = i + 1,
                   .parent = i == 0 ? 0U : 1U,
                   .name = "op " + std::to_string(pick(9)),
                   .service = i == 0 ? "front-" + std::to_string(pick(3)) : "back-" + std::to_string(pick(4)),
                   .start = start,
                   .duration = i == 0 ? duration : duration / 2,
                   .kind = i == 0 ? Kind::Server : Kind::Client,
                   .status = pick(6) == 0 ? Status::Error : Status::Unset,
                   .trace = {t * 0x9e3779b97f4a7c15ULL, t}});
    }
    return f.table();
}

/// Slots of a test: initTestCase() calls begin(), init() beginTest(), cleanup() endTest().
class TraceListFixture : public QObject {
protected:
    void begin() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void beginTest() {
        context_ = std::make_unique<ViewContext>();
        host_ = std::make_unique<Host<TraceListView>>(QSize(1200, 500), *context_);
        QVERIFY(QTest::qWaitForWindowExposed(&host_->window));
        list_ = host_->view->findChild<QTableView*>();
        model_ = qobject_cast<TraceListModel*>(list_->model());
        tester_ = std::make_unique<QAbstractItemModelTester>(model_, QAbstractItemModelTester::FailureReportingMode::Fatal);
    }
    void endTest() {
        tester_.reset();
        host_.reset();
        context_.reset();
    }

    void load(const SpanTablePtr& table) {
        table_ = table;
        context_->setTable(table, false);
        QVERIFY(settle());
    }
    QPoint centreOf(int row) const { return list_->visualRect(model_->index(row, TraceListModel::OperationColumn)).center(); }
    void clickHeader(int column) {
        const QHeaderView* header = list_->horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(column) + header->sectionSize(column) / 2, header->height() / 2});
        QVERIFY(settle());
    }
    template <typename F>
    bool anySpan(TraceIndex t, F&& matches) const {
        const auto rows = table_->rowsOf(t);
        return std::any_of(rows.begin(), rows.end(), matches);
    }
    /// All traces by a column, ties by start, then by the order in which they came.
    std::vector<TraceIndex> naive(int column, bool descending) const {
        std::vector<TraceIndex> traces(table_->traceSlots());
        for (TraceIndex t = 0; t < traces.size(); ++t)
            traces[t] = t;
        const auto compare = [&](TraceIndex a, TraceIndex b) {
            const TraceSummary &x = table_->summary(a), &y = table_->summary(b);
            const auto number = [](int64_t v, int64_t w) { return v < w ? -1 : v > w ? 1 : 0; };
            switch (column) {
            case TraceListModel::ServiceColumn: return table_->serviceText(x.root).compare(table_->serviceText(y.root));
            case TraceListModel::OperationColumn: return table_->nameText(x.root).compare(table_->nameText(y.root));
            case TraceListModel::DurationColumn: return number(x.duration, y.duration);
            case TraceListModel::SpansColumn: return number(x.spans, y.spans);
            case TraceListModel::ServicesColumn: return number(x.services, y.services);
            case TraceListModel::ErrorsColumn: return number(x.errors, y.errors);
            default: return number(x.start, y.start);
            }
        };
        std::sort(traces.begin(), traces.end(), [&](TraceIndex a, TraceIndex b) {
            if (const int c = compare(a, b); c != 0)
                return descending ? c > 0 : c < 0;
            if (table_->summary(a).start != table_->summary(b).start)
                return table_->summary(a).start < table_->summary(b).start;
            return a < b;
        });
        return traces;
    }
    /// The list holds exactly the traces of which that is true.
    template <typename F>
    void compareWith(F&& isWanted) {
        std::set<TraceIndex> expected;
        for (TraceIndex t = 0; t < table_->traceSlots(); ++t)
            if (isWanted(t))
                expected.insert(t);
        QVERIFY(!expected.empty());
        QCOMPARE(std::set<TraceIndex>(model_->traces().begin(), model_->traces().end()), expected);
        QCOMPARE(model_->traces().size(), expected.size());
    }

    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<TraceListView>> host_;
    std::unique_ptr<QAbstractItemModelTester> tester_;
    QTableView* list_ = nullptr;
    TraceListModel* model_ = nullptr;
    SpanTablePtr table_;
};

} // namespace aisle::test
