// The time strip through real events: a brush is the scope's time range, a drag is one step of history, and the strip
// itself is never filtered by its own brush.

#include "model/trace_fixture.h"
#include "theme/theme.h"
#include "time_strip/time_strip.h"
#include "ui_fixture.h"

#include <QImage>
#include <QToolTip>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr int64_t kSecond = 1'000'000'000, kStart = 1'700'000'000 * kSecond;

/// A request per second for 1,000 s, but none in [400 s, 500 s); the last 200 s are of another service.
SpanTablePtr traffic() {
    TraceFixture f;
    for (uint32_t i = 0; i < 1000; ++i) {
        if (i >= 400 && i < 500)
            continue;
        f.add({.id = 1,
               .name = "GET /",
               .service = i < 800 ? "early" : "late",
               .start = kStart + i * kSecond,
               .duration = kSecond,
               .kind = Kind::Server,
               .status = i == 100 ? Status::Error : Status::Unset,
               .trace = {1, i + 1}});
    }
    return f.table();
}

} // namespace

class TestTimeStrip : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        context_ = std::make_unique<ViewContext>();
        context_->setTimeZone({true});
        host_ = std::make_unique<Host<TimeStrip>>(QSize(1016, 64), *context_);
        strip_ = host_->view;
        QVERIFY(QTest::qWaitForWindowExposed(&host_->window));
        context_->setTable(traffic(), false);
        QVERIFY(settle());
    }
    void cleanup() {
        host_.reset();
        context_.reset();
    }

    void axis() {
        QCOMPARE(strip_->timeAt(8), kStart);
        QVERIFY(std::abs(strip_->timeAt(1008) - (kStart + 1000 * kSecond)) < kSecond);
        for (const int x : {8, 100, 508, 1000})
            QVERIFY(std::abs(strip_->xOf(strip_->timeAt(x)) - x) < 0.01);
        QCOMPARE(strip_->timeAt(-50), strip_->timeAt(8)); // outside: the nearest end
    }

    void dragSetsTheRange() {
        drag(200, 500);
        QVERIFY(settle());
        QVERIFY(isRange(strip_->timeAt(200), strip_->timeAt(500)));
        QCOMPARE(context_->selection().scope().terms().size(), size_t(1));
        // One step of history, however many events the drag had.
        QVERIFY(context_->selection().canGoBack());
        context_->selection().goBack();
        QVERIFY(context_->selection().scope().isEmpty());
        QVERIFY(!context_->selection().canGoBack());
        context_->selection().goForward();
        QVERIFY(isRange(strip_->timeAt(200), strip_->timeAt(500)));
        // The scope means what the brush shows.
        QVERIFY(settle());
        uint64_t expected = 0;
        context_->table()->forEachRow([&](Row r) {
            expected += context_->table()->start(r) >= strip_->timeAt(200) && context_->table()->start(r) < strip_->timeAt(500);
        });
        QVERIFY(expected > 150);
        QCOMPARE(context_->scopeResult()->spanCount, expected);
    }

    void dragBackwards() {
        drag(500, 200);
        QVERIFY(isRange(strip_->timeAt(200), strip_->timeAt(500)));
    }

    void eachDragIsAStep() {
        drag(100, 200);
        const Scope first = context_->selection().scope();
        drag(600, 700);
        const Scope second = context_->selection().scope();
        QVERIFY(isRange(strip_->timeAt(600), strip_->timeAt(700)));
        QVERIFY(!(first == second));
        QCOMPARE(second.terms().size(), size_t(1)); // one range, not two
        context_->selection().goBack();
        QCOMPARE(context_->selection().scope(), first);
        context_->selection().goBack();
        QVERIFY(context_->selection().scope().isEmpty());
        QVERIFY(!context_->selection().canGoBack());
    }

    void aClickIsNoDrag() {
        QTest::mouseClick(strip_, Qt::LeftButton, {}, {300, 24});
        QVERIFY(context_->selection().scope().isEmpty());
        QVERIFY(!context_->selection().canGoBack());
        QTest::mousePress(strip_, Qt::LeftButton, {}, {300, 24});
        QTest::mouseMove(strip_, {302, 24});
        QTest::mouseRelease(strip_, Qt::LeftButton, {}, {302, 24});
        QVERIFY(context_->selection().scope().isEmpty());
    }

    void dragsEdges() {
        drag(300, 600);
        const auto left = strip_->timeAt(300), right = strip_->timeAt(600);
        drag(601, 750); // takes hold of the edge although one pixel beside it
        QVERIFY(isRange(left, strip_->timeAt(750)));
        drag(300, 200);
        QVERIFY(isRange(strip_->timeAt(200), strip_->timeAt(750)));
        // An edge stops at the other one and does not turn the range round.
        drag(750, 100);
        const ScopeTerm& now = context_->selection().scope().terms()[0];
        QCOMPARE(now.from, strip_->timeAt(200));
        QVERIFY(now.to > now.from && strip_->xOf(now.to) < 210);
        Q_UNUSED(right);
    }

    void movesTheRange() {
        drag(300, 400);
        const int64_t length = strip_->timeAt(400) - strip_->timeAt(300);
        drag(350, 550);
        const ScopeTerm moved = context_->selection().scope().terms()[0];
        QCOMPARE(moved.to - moved.from, length);
        QVERIFY(std::abs(strip_->xOf(moved.from) - 500) < 0.5);
        drag(550, 2000); // as far as there is something
        const ScopeTerm last = context_->selection().scope().terms()[0];
        QCOMPARE(last.to - last.from, length);
        QVERIFY(std::abs(strip_->xOf(last.to) - 1008) < 0.5);
    }

    void clears() {
        drag(300, 400);
        QTest::mouseDClick(strip_, Qt::LeftButton, {}, {350, 24});
        QVERIFY(context_->selection().scope().isEmpty());
        context_->selection().goBack();
        QVERIFY(isRange(strip_->timeAt(300), strip_->timeAt(400)));
        QTest::mouseClick(strip_, Qt::LeftButton, {}, {800, 24}); // a click beside it
        QVERIFY(context_->selection().scope().isEmpty());
    }

    void keys() {
        QTest::keyClick(strip_, Qt::Key_Right); // makes a range to move
        QCOMPARE(context_->selection().scope().terms().size(), size_t(1));
        const ScopeTerm first = context_->selection().scope().terms()[0];
        QCOMPARE(first.from, kStart);
        QTest::keyClick(strip_, Qt::Key_Right);
        const ScopeTerm second = context_->selection().scope().terms()[0];
        QVERIFY(second.from > first.from);
        QCOMPARE(second.to - second.from, first.to - first.from);
        QTest::keyClick(strip_, Qt::Key_Left);
        QCOMPARE(context_->selection().scope().terms()[0], first);
        QTest::keyClick(strip_, Qt::Key_Left); // at the start already
        QCOMPARE(context_->selection().scope().terms()[0], first);
        QTest::keyClick(strip_, Qt::Key_Right, Qt::ShiftModifier);
        const ScopeTerm wider = context_->selection().scope().terms()[0];
        QVERIFY(wider.from == first.from && wider.to > first.to);
        QTest::keyClick(strip_, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(context_->selection().scope().terms()[0], first);
        QTest::keyClick(strip_, Qt::Key_Escape);
        QVERIFY(context_->selection().scope().isEmpty());
    }

    void keepsOtherParts() {
        context_->selection().addTerm(term(ScopeTerm::Kind::Service, "early"));
        drag(200, 500);
        QCOMPARE(context_->selection().scope().terms().size(), size_t(2));
        QTest::mouseDClick(strip_, Qt::LeftButton, {}, {350, 24});
        QCOMPARE(context_->selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Service, "early")});
    }

    /// The bars of the whole stay: outside the brush there is still something to brush next.
    void isNotFilteredByItsOwnBrush() {
        QVERIFY(hasBar(100) && hasBar(300) && hasBar(900));
        QVERIFY(!hasBar(458)); // the quiet hundred seconds
        const QImage before = strip_->grab().toImage();
        drag(200, 400);
        QVERIFY(settle());
        QVERIFY(hasBar(100) && hasBar(300) && hasBar(900));
        QVERIFY(!hasBar(458));
        QVERIFY(strip_->grab().toImage() != before);
        // Nor does the axis change: what a pixel means stays.
        QCOMPARE(strip_->timeAt(8), kStart);
        // Inside the brush the bars are as high as before.
        QCOMPARE(barHeight(strip_->grab().toImage(), 300), barHeight(before, 300));
    }

    /// By another part of the scope the matching share is shown over the whole.
    void showsWhatMatches() {
        context_->selection().addTerm(term(ScopeTerm::Kind::Service, "late"));
        QVERIFY(settle());
        const QImage picture = strip_->grab().toImage();
        QVERIFY(hasBar(100) && hasBar(900));
        // What matches is drawn in full, the rest pale: both differ from the ground, the pale less.
        const auto distance = [&](int x) { return std::abs(qGray(picture.pixel(x, 42)) - qGray(theme().surface.rgb())); };
        QVERIFY(distance(barX(900)) > distance(barX(100)) + 20);
    }

    void focusIsPointedAt() {
        const QImage before = strip_->grab().toImage();
        context_->selection().setFocus(Focus::onTrace({1, 701}));
        QVERIFY(settle());
        const QImage after = strip_->grab().toImage();
        const int x = static_cast<int>(strip_->xOf(kStart + 700 * kSecond));
        QVERIFY(QColor(after.pixel(x, 5)) == theme().accent);
        QVERIFY(QColor(before.pixel(x, 5)) != theme().accent);
    }

    void hoverExplains() {
        QTest::mouseMove(strip_, {100, 24});
        QVERIFY2(QToolTip::text().contains(QStringLiteral("entry span")), qPrintable(QToolTip::text()));
        QToolTip::hideText();
        QTRY_VERIFY(!QToolTip::isVisible());
    }

    void emptyTable() {
        context_->setTable(TraceFixture().table(), false);
        QVERIFY(settle());
        drag(100, 300);
        QTest::keyClick(strip_, Qt::Key_Right);
        QTest::mouseDClick(strip_, Qt::LeftButton, {}, {350, 24});
        QVERIFY(context_->selection().scope().isEmpty());
        QTest::mouseMove(strip_, {200, 24});
        QVERIFY(!QToolTip::isVisible()); // nothing to say, so nothing is said
        strip_->grab();
    }

private:
    void drag(int from, int to) {
        QTest::mousePress(strip_, Qt::LeftButton, {}, {from, 24});
        for (int i = 1; i <= 5; ++i)
            QTest::mouseMove(strip_, {from + (to - from) * i / 5, 24});
        QTest::mouseRelease(strip_, Qt::LeftButton, {}, {to, 24});
        QVERIFY(settle());
    }
    bool isRange(int64_t from, int64_t to) const {
        for (const ScopeTerm& t : context_->selection().scope().terms())
            if (t.kind == ScopeTerm::Kind::Time)
                return t.from == from && t.to == to;
        return false;
    }
    /// The nearest column that is no gap between bars.
    int barX(int x) const {
        const QImage picture = strip_->grab().toImage();
        for (int at = x; at < x + 3; ++at)
            if (QColor(picture.pixel(at, 43)) != theme().surface)
                return at;
        return x;
    }
    bool hasBar(int x) const {
        return QColor(strip_->grab().toImage().pixel(barX(x), 43)) != theme().surface;
    }
    int barHeight(const QImage& picture, int x) const {
        int height = 0;
        while (height < 40 && std::abs(qGray(picture.pixel(barX(x), 43 - height)) - qGray(theme().neutralBar.rgb())) < 40)
            ++height;
        return height;
    }
    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<TimeStrip>> host_;
    TimeStrip* strip_ = nullptr;
};

AISLE_TEST_MAIN(TestTimeStrip)
#include "tst_time_strip.moc"
