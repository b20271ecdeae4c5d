// What is drawn on the bars of the waterfall: groups and their members, errors in collapsed rows, colours, highlights.

#include "theme/theme.h"
#include "waterfall_view_fixture.h"

#include <QTest>

#include <algorithm>

using namespace aisle;
using namespace aisle::test;

class TestWaterfallMarks : public QObject, protected WaterfallViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void everythingDrawnCanBeHit();
    void initTestCase() {
        aisle::test::failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() { open(); }
    void cleanup() { close(); }
    void groupsOfSiblings();
    void everyErrorInACollapsedRowHasItsPixel();
    void coloursByStatusAndSelfTime();
    void serviceFocusHighlights();
};

void TestWaterfallMarks::groupsOfSiblings() {
    TraceFixture f;
    f.add({.id = 1, .parent = 0, .name = "GET /", .service = "web", .start = kStart, .duration = 1000 * kMs});
    for (uint32_t i = 0; i < 40; ++i)
        f.add({.id = 10 + i, .parent = 1, .name = "SELECT", .service = "db", .start = kStart + i * 20 * kMs, .duration = (i == 7 ? 15 : 5) * kMs,
               .status = i == 30 ? Status::Error : Status::Unset});
    const SpanTablePtr table = f.table();
    show(table, Focus::onTrace({0, 1}));
    QCOMPARE(view_->visibleRows().count(), 2U);
    const WaterfallRow group = view_->frame().rows.at(1);
    QVERIFY(group.isGroup && group.isCollapsed && !group.isMissing);
    QCOMPARE(group.name, QString(QChar(0x00d7)) + QStringLiteral("40 SELECT"));
    QCOMPARE(group.service, QStringLiteral("db"));
    QCOMPARE(group.count, QStringLiteral("210 ms, 1 error"));
    QCOMPARE(group.label, QString()); // no room beside the members, which it would hide
    QVERIFY(group.isErrorInside);
    QCOMPARE(group.errorTicks.size(), size_t(1));
    QCOMPARE(group.members.size(), size_t(40)); // room for each
    for (size_t i = 0; i < group.members.size(); ++i) {
        const double left = view_->frame().xOf(kStart + static_cast<int64_t>(i) * 20 * kMs);
        QVERIFY(std::abs(group.members[i].left() - left) <= 1);
        QVERIFY(i == 0 || group.members[i].left() > group.members[i - 1].right());
    }
    QCOMPARE(view_->frame().rows.at(0).count, QString());
    view_->collapseAll();
    QVERIFY(view_->frame().rows.at(0).count.startsWith(QStringLiteral("+40, 1"))); // the group itself is no span
    view_->expandAll();
    QCOMPARE(view_->visibleRows().count(), 42U);
    // A focus on a member opens its group.
    view_->collapseAll();
    context_->selection().setFocus(Focus::onSpan(*table, 31));
    QTRY_COMPARE(view_->visibleRows().count(), 42U);
    QCOMPARE(view_->data()->tree.nodes[view_->selectedNode()].row, Row(31));
    // Without groups every sibling has its row.
    context_->shownTrace().setGroupsSiblings(false);
    QVERIFY(aisle::test::settle());
    QCOMPARE(view_->data()->tree.groups.size(), size_t(0));
    QCOMPARE(view_->visibleRows().count(), 41U);
}

// Of more than 4,096 errors in a collapsed row some were left out, and with them pixels that should have been red.
void TestWaterfallMarks::everyErrorInACollapsedRowHasItsPixel() {
    TraceFixture f;
    f.add({.id = 1, .parent = 0, .name = "GET /", .service = "web", .start = kStart, .duration = 1'000'000'000});
    for (uint32_t i = 0; i < 20'000; ++i) // many at the beginning, one alone far behind
        f.add({.id = 10 + i, .parent = 1, .name = "SELECT", .service = "db", .start = kStart + (i == 19'999 ? 900'000'000 : static_cast<int64_t>(i) * 1000),
               .duration = 500, .status = Status::Error});
    show(f.table(), Focus::onTrace({0, 1}));
    const WaterfallFrame frame = view_->frame();
    const WaterfallRow& group = frame.rows.at(1);
    QVERIFY(group.isGroup);
    const double alone = frame.xOf(kStart + 900'000'000);
    QVERIFY(std::any_of(group.errorTicks.begin(), group.errorTicks.end(), [&](const QRectF& tick) { return std::abs(tick.left() - alone) <= 1; }));
    QVERIFY(group.errorTicks.size() < 1000);
}

void TestWaterfallMarks::coloursByStatusAndSelfTime() {
    show(shop(), Focus::onTrace({0, 1}));
    view_->setColourBy(ColourBy::Service); // whatever an earlier run left behind
    const QColor service = view_->frame().rows.at(2).barColour;
    QCOMPARE(service, view_->frame().rows.at(2).colour);
    view_->setColourBy(ColourBy::Status);
    QCOMPARE(view_->frame().rows.at(2).barColour, theme().error);
    QCOMPARE(view_->frame().rows.at(0).barColour, theme().neutralBar);
    QCOMPARE(view_->frame().rows.at(2).colour, service); // the stripe stays
    view_->setColourBy(ColourBy::SelfTime);
    QVERIFY(view_->frame().rows.at(0).barColour != view_->frame().rows.at(1).barColour);
    QVERIFY(view_->frame().treeHeaderText.contains(QStringLiteral("self time")));
    view_->setColourBy(ColourBy::Service);
}

void TestWaterfallMarks::serviceFocusHighlights() {
    show(shop(), Focus::onTrace({0, 1}));
    context_->selection().setFocus(Focus::onService("payment"));
    QTRY_VERIFY(view_->frame().rows[2].isHighlighted); // worked out on a worker
    const WaterfallFrame f = view_->frame();
    QVERIFY(f.rows[2].isHighlighted && !f.rows[2].isDimmed);
    QVERIFY(!f.rows[1].isHighlighted && f.rows[1].isDimmed);
}

// Random traces, rows and zooms: what is drawn is hit where it is drawn, and every error that is in the range is red: as its own row,
// or as a tick on what it is collapsed in.
void TestWaterfallMarks::everythingDrawnCanBeHit() {
    std::mt19937 random(11);
    for (uint32_t seed = 1; seed <= 25; ++seed) {
        view_->resize(seed % 2 == 0 ? 1000 : 560, 2400);
        const SpanTablePtr table = randomTrace(seed, 90, {.services = 4, .names = 2, .unfinished = 20});
        show(table, Focus::onTrace({0, 1}));
        for (int round = 0; round < 4; ++round) {
            view_->collapseTo(1 + static_cast<uint32_t>(random() % 5));
            const TimeRange bounds = view_->data()->axis.places();
            const int64_t from = bounds.from + static_cast<int64_t>(random() % static_cast<uint32_t>(bounds.length()));
            view_->zoomTo(round == 0 ? bounds : TimeRange{from, from + bounds.length() / 3});
            const WaterfallFrame f = view_->frame();
            const Waterfall& tree = view_->data()->tree;
            std::map<NodeIndex, const WaterfallRow*> rows;
            for (const WaterfallRow& row : f.rows) {
                rows[row.node] = &row;
                if (!row.label.isEmpty()) { // a label that had no room ran over the names, white on white
                    QVERIFY(row.labelRect.left() >= f.lanes.left() - 1 && row.labelRect.right() <= f.all.right() + 1);
                    QVERIFY(!row.isLabelInside || (row.labelRect.left() >= row.bar.left() && row.labelRect.right() <= row.bar.right()));
                }
                std::vector<QRectF> drawn = row.members;
                drawn.insert(drawn.end(), row.path.begin(), row.path.end());
                if (!row.isGroup && !row.bar.isEmpty())
                    drawn.push_back(row.bar);
                for (const QRectF& tick : row.errorTicks) // what is below may outlive the bar
                    if (!f.splitter.contains(tick.center()))
                        QCOMPARE(f.hit(tick.center()).node, row.node);
                for (const QRectF& rect : drawn) {
                    QVERIFY(rect.width() > 0);
                    if (f.splitter.contains(rect.center()))
                        continue;
                    QCOMPARE(f.hit(rect.center()).node, row.node);
                    QCOMPARE(f.hit(rect.center()).part, WaterfallHit::Part::Bar);
                }
            }
            const int64_t first = view_->data()->axis.timeAt(view_->range().from), last = view_->data()->axis.timeAt(view_->range().to);
            for (const NodeIndex error : tree.errors) {
                if (const auto own = rows.find(error); own != rows.end()) {
                    QVERIFY(own->second->isError);
                    QVERIFY(!own->second->errorMark.isEmpty());
                    continue;
                }
                NodeIndex up = tree.nodes[error].parent;
                while (rows.count(up) == 0 || !view_->visibleRows().isCollapsed(up))
                    up = tree.nodes[up].parent;
                QVERIFY(rows[up]->isError || rows[up]->isErrorInside);
                const int64_t start = tree.startOf(*table, error);
                if (!tree.hasStart(*table, error) || start < first || start > last || rows[up]->beyond != 0)
                    continue;
                const auto& ticks = rows[up]->errorTicks;
                QVERIFY(std::any_of(ticks.begin(), ticks.end(), [&](const QRectF& tick) { return std::abs(tick.left() - f.xOf(start)) <= 2; }));
            }
        }
    }
}

AISLE_TEST_MAIN(TestWaterfallMarks)
#include "tst_waterfall_marks.moc"
