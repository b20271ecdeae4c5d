// The axis of the trace views: folds, ticks, labels.

#include "trace/axis_ticks.h"

#include <QFontMetricsF>
#include <QTest>

#include <random>

using namespace aisle;

namespace {
constexpr int64_t kMs = 1'000'000, kSecond = 1000 * kMs, kMinute = 60 * kSecond, kHour = 60 * kMinute;

AxisFrame layout(const TraceAxis& axis, TimeRange range, double width, std::optional<TimeZone> clock = std::nullopt) {
    return layoutAxis({&axis, range, axis.bounds().from, clock, QRectF(10, 0, width, 24), width + 20, 1}, Theme::light().axisFont);
}
QStringList labels(const AxisFrame& frame) {
    QStringList out;
    for (const AxisTick& tick : frame.ticks)
        out << tick.label;
    return out;
}
} // namespace

class TestTraceAxis : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Two requests of a second, an hour apart: the hour takes at most a quarter of the place of the two seconds.
    void longIdleTimeIsFolded() {
        const TraceAxis axis({0, kHour + 2 * kSecond}, {{kSecond, kHour + kSecond}});
        QCOMPARE(axis.folds().size(), size_t(1));
        const TraceAxis::Fold& fold = axis.folds()[0];
        QCOMPARE(fold.from, kSecond);
        QCOMPARE(fold.to, kHour + kSecond);
        QCOMPARE(fold.at, kSecond);
        QVERIFY(fold.place > 0 && fold.place <= kSecond / 2);
        QCOMPARE(axis.at(0), 0);
        QCOMPARE(axis.at(kSecond), kSecond);
        QCOMPARE(axis.at(kHour + kSecond), kSecond + fold.place);
        QCOMPARE(axis.places().to, 2 * kSecond + fold.place);
        QCOMPARE(axis.timeAt(axis.places().to), kHour + 2 * kSecond);
        QCOMPARE(axis.bounds(), (TimeRange{0, kHour + 2 * kSecond}));
    }

    void shortIdleTimeStays() {
        const TraceAxis axis({0, kSecond}, {{500 * kMs, 510 * kMs}});
        QVERIFY(!axis.hasFolds());
        QCOMPARE(axis.at(123), 123);
        QCOMPARE(axis.timeAt(123), 123);
    }

    // Never decreasing, and what is no idle time keeps its length and comes back.
    void randomGaps() {
        std::mt19937 random(3);
        for (int round = 0; round < 200; ++round) {
            std::vector<IdleGap> gaps;
            int64_t at = 0;
            for (int i = 0; i < static_cast<int>(random() % 300); ++i) {
                const int64_t from = at + 1 + random() % 1000, to = from + 1 + (random() % 4 == 0 ? random() % 100'000'000 : random() % 100);
                gaps.push_back({from, to});
                at = to;
            }
            const TraceAxis axis({0, at + 500}, gaps);
            QVERIFY(axis.folds().size() <= TraceAxis::kMostFolds);
            int64_t last = -1, lastTime = -1;
            for (const IdleGap& gap : gaps)
                for (const int64_t time : {gap.from - 1, gap.from, gap.from + gap.length() / 3, gap.to}) {
                    QVERIFY(axis.at(time) >= last);
                    last = axis.at(time);
                    const bool isWithin = std::any_of(axis.folds().begin(), axis.folds().end(), [&](const TraceAxis::Fold& f) { return time > f.from && time < f.to; });
                    if (!isWithin)
                        QCOMPARE(axis.timeAt(axis.at(time)), time);
                }
            for (int64_t place = axis.places().from; place <= axis.places().to; place += 1 + axis.places().length() / 300) {
                QVERIFY(axis.timeAt(place) >= lastTime);
                lastTime = axis.timeAt(place);
            }
            QCOMPARE(axis.timeAt(axis.places().to), axis.bounds().to);
        }
    }

    // Of ten points the axis was 9 ns long: zooming in showed less.
    void pointsAlone() {
        std::vector<IdleGap> gaps;
        for (int64_t i = 0; i < 9; ++i)
            gaps.push_back({i * 100 * kMs, (i + 1) * 100 * kMs});
        const TraceAxis axis({0, 900 * kMs}, gaps);
        QVERIFY(axis.hasFolds());
        QVERIFY(axis.places().length() > 100 * TimeRange::kShortest);
        QVERIFY(!TraceAxis({0, 1000}, {{0, 400}, {400, 1000}}).hasFolds());
    }

    void gapsAtTheEndsOfTime() {
        constexpr int64_t kLast = std::numeric_limits<int64_t>::max();
        const TraceAxis axis({0, kLast}, {{10, kLast - 10}});
        QVERIFY(axis.hasFolds());
        QCOMPARE(axis.timeAt(axis.places().to), kLast);
        QVERIFY(layout(axis, axis.places(), 800).ticks.size() < 100);
    }

    void labelsNeverTouch() {
        for (const int64_t length : {int64_t(37), 5 * kMs, 1234 * kMs, 50 * kMinute, 40 * kHour}) {
            for (const double width : {60.0, 150.0, 333.0, 800.0, 1700.0}) {
                for (const int64_t from : {int64_t(0), 3 * kHour + 7 * kMinute}) {
                    for (const auto& clock : {std::optional<TimeZone>(), std::optional(TimeZone{true})}) {
                        const TraceAxis axis({0, from + length});
                        const AxisFrame frame = layout(axis, {from, from + length}, width, clock);
                        double reached = 0;
                        for (const AxisTick& tick : frame.ticks) {
                            if (tick.label.isEmpty())
                                continue;
                            QVERIFY(tick.rect.left() >= reached);
                            QVERIFY(tick.rect.width() >= QFontMetricsF(Theme::light().axisFont).horizontalAdvance(tick.label));
                            reached = tick.rect.right() + 4;
                            QVERIFY(tick.rect.right() <= (clock ? frame.zoneRect.left() : width + 20));
                        }
                        QCOMPARE(frame.zone, clock ? QStringLiteral("UTC") : QString());
                        QStringList all = labels(frame);
                        all.removeAll(QString());
                        QCOMPARE(all.removeDuplicates(), 0); // neighbours can be told apart
                    }
                }
            }
        }
    }

    // "3 h 12 min" was said of ticks ten seconds apart.
    void labelsOfLongOffsets() {
        QCOMPARE(offsetLabel(3 * kHour + 12 * kMinute + 5 * kSecond, 5 * kSecond), QStringLiteral("3:12:05"));
        QCOMPARE(offsetLabel(3 * kHour + 12 * kMinute + 5 * kSecond + 250 * kMs, 50 * kMs), QStringLiteral("3:12:05.25"));
        QCOMPARE(offsetLabel(2 * kMinute + 5 * kSecond, 5 * kSecond), QStringLiteral("2 min 05 s"));
        QCOMPARE(offsetLabel(3 * kHour, kHour), QStringLiteral("3 h 00 min"));
        QCOMPARE(offsetLabel(0, kHour), QStringLiteral("0"));
    }

    void ticksOnBothSidesOfAFold() {
        const TraceAxis axis({0, kHour + 2 * kSecond}, {{kSecond, kHour + kSecond}});
        const AxisFrame frame = layout(axis, axis.places(), 900);
        QCOMPARE(frame.folds.size(), size_t(1));
        QCOMPARE(frame.folds[0].label, QStringLiteral("1 h 00 min"));
        QCOMPARE(frame.folds[0].length, kHour);
        bool isBehind = false;
        for (const AxisTick& tick : frame.ticks) {
            QVERIFY(tick.x <= frame.folds[0].rect.left() + 1 || tick.x >= frame.folds[0].rect.right() - 1);
            isBehind = isBehind || tick.label.startsWith(QStringLiteral("1:00:01"));
        }
        QVERIFY(isBehind);
    }

    void timeOfDay() {
        constexpr int64_t kNine = 1773478800 * kSecond; // 2026-03-14 09:00:00 UTC
        const TraceAxis axis({kNine, kNine + 10 * kSecond});
        const QStringList all = labels(layout(axis, axis.places(), 900, TimeZone{true}));
        QVERIFY(all.contains(QStringLiteral("09:00:02")));
    }
};

QTEST_MAIN(TestTraceAxis)
#include "tst_trace_axis.moc"
