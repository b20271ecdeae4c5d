// The geometry of the funnel as numbers.

#include "funnel/funnel_layout.h"
#include "journey/journey.h"

#include <QTest>

#include <cmath>

using namespace aisle;
using Part = FunnelFrame::Part;

namespace {

FunnelStage stage(const std::string& name, uint64_t reached, uint64_t dropped, uint64_t open) {
    FunnelStage s;
    s.name = name;
    s.reached = reached;
    s.dropped = dropped;
    s.open = open;
    s.p50FromPrevious = 1'500'000'000;
    s.timed = s.reached;
    return s;
}

FunnelResult example() {
    FunnelResult f;
    f.stages = {stage("Browse", 1000, 300, 100), stage("Cart", 600, 350, 0), stage("Pay", 250, 0, 0), stage("Gone", 0, 0, 0)};
    f.stages[2].dropped = 250;
    f.cases = 1000;
    for (size_t k = 1; k < f.stages.size(); ++k) {
        f.stages[k].before = k - 1;
        f.stages[k].fromBefore = f.stages[k].reached;
    }
    return f;
}

} // namespace

class TestFunnelLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void barsAreProportional() {
        const FunnelResult f = example();
        for (const QSizeF size : {QSizeF(960, 360), QSizeF(1600, 900), QSizeF(500, 220)}) {
            const FunnelFrame frame = layOutFunnel(f, size, 17);
            QCOMPARE(frame.columns.size(), size_t(4));
            QCOMPARE(frame.steps.size(), size_t(3));
            const double whole = frame.columns[0].bar.height();
            QVERIFY(whole > 40);
            for (size_t k = 0; k < frame.columns.size(); ++k) {
                const auto& c = frame.columns[k];
                const double expected = static_cast<double>(f.stages[k].reached) / 1000 * whole;
                QVERIFY2(std::abs(c.bar.height() - expected) <= 1, qPrintable(QString::number(k)));
                QCOMPARE(c.bar.bottom(), frame.baseline.top());
                QVERIFY(c.area.adjusted(-0.01, -0.01, 0.01, 0.01).contains(c.bar) || c.bar.isEmpty());
                QVERIFY(QRectF(QPointF(), size).contains(c.area));
                QVERIFY(c.title.bottom() <= c.count.top() + 0.01 && c.count.bottom() <= c.share.top() + 0.01);
                QVERIFY(c.share.bottom() <= frame.columns[0].bar.top() + 0.01); // words and bars do not overlap
                if (k > 0)
                    QVERIFY(c.area.left() >= frame.columns[k - 1].area.right());
            }
            // What the stage before lost fills up what is missing to it.
            const auto& cart = frame.columns[1];
            QVERIFY(std::abs(cart.open.height() - 0.1 * whole) <= 1);
            QVERIFY(std::abs(cart.dropped.height() - 0.3 * whole) <= 2);
            QVERIFY(std::abs(cart.dropped.top() - frame.columns[0].bar.top()) <= 2);
            QVERIFY(frame.columns[0].dropped.isEmpty() && frame.columns[0].open.isEmpty());
            QVERIFY(frame.columns[3].bar.isEmpty());
        }
        const FunnelFrame frame = layOutFunnel(f, {960, 360}, 17);
        QCOMPARE(frame.steps[0].conversion, QStringLiteral("60.0 %"));
        QCOMPARE(frame.steps[0].time, QStringLiteral("1.50 s"));
        QVERIFY(frame.steps[2].time.isEmpty()); // nobody came that far
    }

    void smallCountsCanBeSeen() {
        FunnelResult f;
        f.stages = {stage("A", 1'000'000, 999'999, 0), stage("B", 1, 0, 0)};
        f.cases = 1'000'000;
        const FunnelFrame frame = layOutFunnel(f, {960, 360}, 17);
        QVERIFY(frame.columns[1].bar.height() >= 2);
        // No stages, no room, one stage: nothing to divide by.
        QVERIFY(layOutFunnel({}, {960, 360}, 17).columns.empty());
        f.stages = {stage("A", 0, 0, 0)};
        QVERIFY(layOutFunnel(f, {0, 0}, 17).columns[0].bar.isEmpty());
        QCOMPARE(layOutFunnel(f, {960, 360}, 17).steps.size(), size_t(0));
    }

    // Of many stages the last ones were drawn beyond the edge, and the figures of the others cut.
    void manyStagesCanBeRead() {
        FunnelResult f;
        for (int k = 0; k < int(JourneyDefinition::kMostStages); ++k)
            f.stages.push_back(stage("Stage " + std::to_string(k), 1000, 0, 0));
        f.cases = 1000;
        const double wide = funnelLeastWidth(f.stages.size());
        const FunnelFrame frame = layOutFunnel(f, {wide, 360}, 17);
        for (const auto& c : frame.columns)
            QVERIFY(QRectF(0, 0, wide, 360).adjusted(-0.01, -0.01, 0.01, 0.01).contains(c.area) && c.area.width() >= 70);
        for (const auto& step : frame.steps)
            QVERIFY(step.area.width() >= 50);
    }

    // What was written above a thin part belonged to the stage, and led there.
    void labelsBelongToTheirParts() {
        FunnelResult f = example();
        f.stages = {stage("A", 1000, 20, 10), stage("B", 400, 300, 0), stage("C", 100, 0, 0)};
        const FunnelFrame frame = layOutFunnel(f, {960, 360}, 17);
        const auto &b = frame.columns[1], &c = frame.columns[2];
        QVERIFY(b.dropped.height() < 17 && b.open.height() < 17); // thin: above it, the one above the other
        QVERIFY(b.droppedLabel.bottom() <= b.dropped.top() && b.openLabel.bottom() <= b.droppedLabel.top() + 0.01);
        QVERIFY(b.openLabel.top() >= b.share.bottom());
        QVERIFY(frame.hit(b.droppedLabel.center()) == (FunnelFrame::Hit{Part::Dropped, 0}));
        QVERIFY(frame.hit(b.openLabel.center()) == (FunnelFrame::Hit{Part::Open, 0}));
        QVERIFY(c.dropped.contains(c.droppedLabel) && c.openLabel.isEmpty());
        QVERIFY(frame.hit(c.droppedLabel.center()) == (FunnelFrame::Hit{Part::Dropped, 1}));
        QVERIFY(frame.columns[0].droppedLabel.isEmpty() && frame.columns[0].openLabel.isEmpty());
    }

    void hits() {
        const FunnelFrame frame = layOutFunnel(example(), {960, 360}, 17);
        for (size_t k = 0; k < 3; ++k) {
            const FunnelFrame::Hit hit = frame.hit(frame.columns[k].bar.center());
            QVERIFY(hit.part == Part::Stage && hit.stage == k);
            QVERIFY(frame.hit(frame.columns[k].title.center()).part == Part::Stage);
        }
        const FunnelFrame::Hit dropped = frame.hit(frame.columns[1].dropped.center());
        QVERIFY(dropped.part == Part::Dropped);
        QCOMPARE(dropped.stage, size_t(0)); // the last stage that they reached
        QVERIFY(frame.hit(frame.columns[1].open.center()) == (FunnelFrame::Hit{Part::Open, 0}));
        QVERIFY(frame.hit(frame.steps[0].area.center()) == (FunnelFrame::Hit{Part::Between, 1}));
        QVERIFY(frame.hit({1, 1}).part == Part::None);
    }
};

QTEST_MAIN(TestFunnelLayout)
#include "tst_funnel_layout.moc"
