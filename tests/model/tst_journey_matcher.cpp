// How far a case came: each rule by hand, and every way to choose events tried on random cases.

#include "journey/journey_matcher.h"

#include <QTest>

#include <algorithm>
#include <bit>
#include <functional>
#include <random>

using namespace aisle;

namespace {

JourneyDefinition journeyOf(size_t stages) {
    JourneyDefinition journey;
    for (size_t k = 0; k < stages; ++k)
        journey.stages.push_back({std::string(1, static_cast<char>('A' + k)), {}, false});
    return journey;
}

/// "A1 B3 AB5 x6 C7/2": stages that the event may fill, exclusions in small letters from x on, its time, and the value that is held.
std::vector<JourneyEvent> eventsOf(const std::string& text) {
    std::vector<JourneyEvent> events;
    for (size_t i = 0; i < text.size();) {
        JourneyEvent event;
        for (; i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])); ++i) {
            if (text[i] >= 'x')
                event.is.exclusions |= static_cast<uint8_t>(1U << (text[i] - 'x'));
            else
                event.is.stages |= 1U << (text[i] - 'A');
        }
        size_t read = 0;
        event.time = std::stoi(text.substr(i), &read);
        i += read;
        if (i < text.size() && text[i] == '/') {
            event.is.held = static_cast<uint32_t>(std::stoi(text.substr(i + 1), &read));
            i += read + 1;
        }
        event.is.row = static_cast<Row>(events.size());
        events.push_back(event);
        while (i < text.size() && text[i] == ' ')
            ++i;
    }
    return events;
}

/// "A1 B3": the stages that are filled, and when.
QString filled(const JourneyDefinition& journey, const std::string& events, int64_t resolution = 1) {
    JourneyMatcher matcher(journey);
    const std::vector<JourneyEvent> all = eventsOf(events);
    const JourneyMatcher::Match& match = matcher.match(all, resolution);
    QStringList words;
    for (size_t k = 0; k < journey.stages.size(); ++k) {
        if ((match.filled >> k & 1) != (match.rows[k] != kNoRow ? 1U : 0U))
            qFatal("rows and stages differ");
        if (match.rows[k] != kNoRow)
            words << QString::fromStdString(journey.stages[k].name) + QString::number(match.times[k]);
    }
    return words.join(QLatin1Char(' ')) + (match.isConverted ? QStringLiteral(" !") : QString());
}

} // namespace

class TestJourneyMatcher : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sequential() {
        const JourneyDefinition abc = journeyOf(3);
        QCOMPARE(filled(abc, ""), QString());
        QCOMPARE(filled(abc, "A1 C2 B3"), QStringLiteral("A1 B3"));
        QCOMPARE(filled(abc, "A1 B2 A3 C4"), QStringLiteral("A1 B2 C4 !")); // others in between
        QCOMPARE(filled(abc, "B1 C2"), QString());
        QCOMPARE(filled(abc, "A1 A2 B3"), QStringLiteral("A2 B3")); // a later beginning is the better attempt
        QCOMPARE(filled(journeyOf(2), "AB1"), QStringLiteral("A1")); // one event fills one stage
        QCOMPARE(filled(journeyOf(2), "AB1 AB2"), QStringLiteral("A1 B2 !"));
    }

    void window() {
        JourneyDefinition abc = journeyOf(3);
        abc.window = 5;
        QCOMPARE(filled(abc, "A1 B2 C6"), QStringLiteral("A1 B2 C6 !")); // its edge is in it
        QCOMPARE(filled(abc, "A1 B2 C7"), QStringLiteral("A1 B2"));
        QCOMPARE(filled(abc, "A1 B2 A4 B5 C8"), QStringLiteral("A4 B5 C8 !")); // re-entry
        QCOMPARE(filled(abc, "A1 A2 B3 C7"), QStringLiteral("A2 B3 C7 !"));
    }

    // Events by clocks of strangers, further apart than a number holds, lay within any window.
    void farTimes() {
        JourneyDefinition ab = journeyOf(2);
        for (const StageOrder order : {StageOrder::Sequential, StageOrder::Any}) {
            ab.order = order;
            for (const int64_t window : {int64_t(5), int64_t(0)}) {
                ab.window = window;
                std::vector<JourneyEvent> events(2);
                events[0] = {std::numeric_limits<int64_t>::min() + 1, {0, 1}};
                events[1] = {std::numeric_limits<int64_t>::max(), {1, 2}};
                JourneyMatcher matcher(ab);
                QCOMPARE(matcher.match(events, 1).isConverted, window == 0);
            }
        }
    }

    // Of a case with a million events each step of each attempt was kept, 24 bytes each, however many attempts overtook it.
    void overtakenAttemptsAreForgotten() {
        for (const StageOrder order : {StageOrder::Sequential, StageOrder::Strict}) {
            JourneyDefinition abc = journeyOf(4);
            abc.order = order;
            std::string text;
            for (int i = 0; i < 3000; i += 3)
                text += "A" + std::to_string(i) + " B" + std::to_string(i + 1) + " C" + std::to_string(i + 2) + " ";
            const std::vector<JourneyEvent> events = eventsOf(text + "D3000");
            JourneyMatcher few(abc, 10), many(abc);
            QCOMPARE(few.match(events, 1).rows, (std::vector<Row>{2997, 2998, 2999, 3000}));
            QCOMPARE(few.match(events, 1).times, many.match(events, 1).times);
        }
    }

    void ties() {
        QCOMPARE(filled(journeyOf(3), "C4 B4 A4"), QStringLiteral("A4 B4 C4 !")); // in the order of the stages
        QCOMPARE(filled(journeyOf(2), "B10 A12", 10), QStringLiteral("A12 B10 !"));
        QCOMPARE(filled(journeyOf(2), "B9 A12", 10), QStringLiteral("A12"));
    }

    void optionalStages() {
        JourneyDefinition abc = journeyOf(4);
        abc.stages[1].isOptional = abc.stages[2].isOptional = true;
        QCOMPARE(filled(abc, "A1 D2"), QStringLiteral("A1 D2 !"));
        QCOMPARE(filled(abc, "A1 C2 D3"), QStringLiteral("A1 C2 D3 !"));
        QCOMPARE(filled(abc, "A1 C2 B3 D4"), QStringLiteral("A1 B3 D4 !"));       // either; the one that came first to D from there
        QCOMPARE(filled(abc, "A1 B2 C3 A4 D5"), QStringLiteral("A1 B2 C3 D5 !")); // more stages before a later beginning
        QCOMPARE(filled(abc, "A1 C2"), QStringLiteral("A1 C2"));
        abc.stages[3].isOptional = true;
        QCOMPARE(filled(abc, "A1"), QStringLiteral("A1 !"));
    }

    void repeatedStages() {
        JourneyDefinition abc = journeyOf(3);
        abc.stages[1].times = 2;
        QCOMPARE(filled(abc, "A1 B2 C3"), QStringLiteral("A1"));
        QCOMPARE(filled(abc, "A1 B2 B4 C5"), QStringLiteral("A1 B4 C5 !"));
        QCOMPARE(filled(abc, "B0 A1 B2 C3"), QStringLiteral("A1"));
        abc.stages[0].times = 2;
        QCOMPARE(filled(abc, "A1 A2 B3 B4 C5"), QStringLiteral("A2 B4 C5 !"));
        abc.window = 3;
        QCOMPARE(filled(abc, "A1 A2 B3 B4 C5"), QStringLiteral("A2 B4")); // from the first of the first
    }

    void strict() {
        JourneyDefinition abc = journeyOf(3);
        abc.order = StageOrder::Strict;
        QCOMPARE(filled(abc, "A1 B2 C3"), QStringLiteral("A1 B2 C3 !"));
        QCOMPARE(filled(abc, "A1 C2 B3"), QStringLiteral("A1"));
        QCOMPARE(filled(abc, "A1 B2 B3 C4"), QStringLiteral("A1 B2"));
        QCOMPARE(filled(abc, "A1 A2 B3 C4"), QStringLiteral("A2 B3 C4 !"));
        abc.stages[1].isOptional = true;
        QCOMPARE(filled(abc, "A1 C2"), QStringLiteral("A1 C2 !"));
    }

    void anyOrder() {
        JourneyDefinition abc = journeyOf(3);
        abc.order = StageOrder::Any;
        QCOMPARE(filled(abc, "C1 A2 B3"), QStringLiteral("A2 B3 C1 !"));
        QCOMPARE(filled(abc, "AB1 A2"), QStringLiteral("A2 B1")); // paired so that most are filled
        abc.window = 2;
        QCOMPARE(filled(abc, "C1 A2 B4"), QStringLiteral("A2 B4")); // two fit either way: the later window
        QCOMPARE(filled(abc, "C1 A2 C3 B4"), QStringLiteral("A2 B4 C3 !"));
        abc.stages[2].isOptional = true;
        QCOMPARE(filled(abc, "C1 A2 B4"), QStringLiteral("A2 B4 !"));
    }

    void exclusions() {
        JourneyDefinition abc = journeyOf(3);
        abc.exclusions = {{"x", {}, 0, 2}};
        QCOMPARE(filled(abc, "A1 B2 x3 C4"), QStringLiteral("A1 B2")); // what was reached stays counted
        QCOMPARE(filled(abc, "A1 x2 B3 C4"), QStringLiteral("A1"));
        QCOMPARE(filled(abc, "A1 x2 A3 B4 C5"), QStringLiteral("A3 B4 C5 !")); // another attempt may follow
        QCOMPARE(filled(abc, "x0 A1 B2 C3 x4"), QStringLiteral("A1 B2 C3 !"));
        QCOMPARE(filled(abc, "A1 x1 B2 C2 x2"), QStringLiteral("A1 B2 C2 !")); // strictly between
        abc.exclusions = {{"x", {}, 1, 2}};
        QCOMPARE(filled(abc, "A1 x2 B3 C4"), QStringLiteral("A1 B3 C4 !"));
        abc.stages[2].times = 2;
        QCOMPARE(filled(abc, "A1 B2 C3 x4 C5"), QStringLiteral("A1 B2")); // some of the last stage's are not all
    }

    void holdsConstant() {
        JourneyDefinition abc = journeyOf(3);
        abc.hold = {"product.id"};
        QCOMPARE(filled(abc, "A1/1 B2/2 C3/1"), QStringLiteral("A1"));
        QCOMPARE(filled(abc, "A1/1 A2/2 B3/2 C4/2"), QStringLiteral("A2 B3 C4 !"));
        QCOMPARE(filled(abc, "A1/1 B2 C3/1"), QStringLiteral("A1")); // without a value
        abc.stages[2].holds = false;
        QCOMPARE(filled(abc, "A1/1 B2/1 C3"), QStringLiteral("A1 B2 C3 !"));
        std::string many;
        for (int i = 0; i < 1100; ++i)
            many += "A" + std::to_string(i + 1) + "/" + std::to_string(i) + " ";
        JourneyMatcher matcher(abc);
        const auto events = eventsOf(many);
        QVERIFY(matcher.match(events, 1).isCut);
    }

    void openJourneys() {
        JourneyDefinition abc = journeyOf(3);
        abc.isOpen = true;
        QCOMPARE(filled(abc, "B1 C2"), QStringLiteral("B1 C2"));
        QCOMPARE(filled(abc, "C1"), QStringLiteral("C1"));
        QCOMPARE(filled(abc, "A1 B2 C3 C4"), QStringLiteral("A1 B2 C3 !")); // more stages
    }

    void stops() {
        JourneyDefinition abc = journeyOf(2);
        std::vector<JourneyEvent> events(100'000);
        for (size_t i = 0; i < events.size(); ++i) {
            events[i].time = static_cast<int64_t>(i);
            events[i].is.stages = 1;
        }
        const StopToken stop;
        stop.stop();
        JourneyMatcher matcher(abc);
        QVERIFY_THROWS_EXCEPTION(Stopped, matcher.match(events, 1, stop));
    }

    // Everything that may happen at once.
    void randomAgainstAllChoices_data() {
        QTest::addColumn<int>("order");
        QTest::newRow("sequential") << 0;
        QTest::newRow("strict") << 1;
        QTest::newRow("any") << 2;
    }
    void randomAgainstAllChoices() {
        QFETCH(int, order);
        std::mt19937 random(static_cast<unsigned>(order) + 5);
        const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
        int converted = 0, held = 0;
        for (int round = 0; round < 6000; ++round) {
            JourneyDefinition journey = journeyOf(2 + static_cast<size_t>(pick(3)));
            journey.order = static_cast<StageOrder>(order);
            journey.window = pick(2) == 0 ? 0 : 1 + pick(6);
            journey.isOpen = order != 2 && pick(4) == 0;
            if (pick(3) == 0)
                journey.hold = {"k"};
            for (size_t k = 0; k < journey.stages.size(); ++k) {
                journey.stages[k].isOptional = k > 0 && pick(4) == 0;
                journey.stages[k].times = order != 2 && pick(5) == 0 ? 2 : 1;
                journey.stages[k].holds = pick(4) != 0;
            }
            if (order != 2 && pick(2) == 0)
                for (int x = 1 + pick(2); x > 0; --x) {
                    const auto last = static_cast<uint32_t>(journey.stages.size() - 1);
                    const auto after = static_cast<uint32_t>(pick(static_cast<int>(last)));
                    if (!journey.stages[after].isOptional)
                        journey.exclusions.push_back({"x", {}, after, after + 1 + static_cast<uint32_t>(pick(static_cast<int>(last - after)))});
                }
            std::vector<JourneyEvent> events(static_cast<size_t>(pick(8)));
            for (size_t i = 0; i < events.size(); ++i) {
                events[i].time = pick(10);
                events[i].is.row = static_cast<Row>(i);
                for (size_t k = 0; k < journey.stages.size(); ++k)
                    if (pick(3) == 0)
                        events[i].is.stages |= 1U << k;
                if (pick(5) == 0)
                    events[i].is.exclusions = static_cast<uint8_t>(1 + pick(3));
                if (pick(4) != 0)
                    events[i].is.held = static_cast<uint32_t>(pick(2));
            }
            std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
            const int64_t resolution = 1 + pick(2);
            JourneyMatcher matcher(journey, round % 2 == 0 ? size_t(1) << 16 : size_t(1)); // one that forgets at once
            const JourneyMatcher::Match& match = matcher.match(events, resolution);
            const auto bits = [&](auto&& which) {
                uint32_t mask = 0;
                for (uint32_t k = 0; k < journey.stages.size(); ++k)
                    if (which(journey.stages[k]))
                        mask |= 1U << k;
                return mask;
            };
            const uint32_t required = bits([](const StageDefinition& s) { return !s.isOptional; });
            QCOMPARE(match.isConverted, (match.filled & required) == required);
            const auto [first, second] = order == 2 ? bestInAnyOrder(journey, events, required) : bestInOrder(journey, events, resolution);
            const std::pair<int, int> found = order == 2 ? std::pair(std::popcount(match.filled & required), std::popcount(match.filled))
                                                         : std::pair(match.filled == 0 ? -1 : 31 - std::countl_zero(match.filled), std::popcount(match.filled));
            if (found != std::pair(first, second)) {
                QString text;
                for (const auto& e : events)
                    text += QStringLiteral(" %1:%2x%3/%4").arg(e.time).arg(e.is.stages, 0, 2).arg(e.is.exclusions).arg(static_cast<int>(e.is.held));
                QFAIL(qPrintable(QStringLiteral("round %1: %2,%3 not %4,%5 of%6").arg(round).arg(found.first).arg(found.second).arg(first).arg(second).arg(text)));
            }
            converted += match.isConverted;
            held += match.isConverted && !journey.hold.empty();
        }
        QVERIFY2(converted > 200 && held > 20, qPrintable(QStringLiteral("%1 %2").arg(converted).arg(held)));
    }

private:
    using Best = std::pair<int, int>;

    /// The furthest stage (-1: none) and how many are filled, over all chains of events.
    static Best bestInOrder(const JourneyDefinition& journey, std::vector<JourneyEvent> events, int64_t resolution) {
        std::sort(events.begin(), events.end(), [&](const JourneyEvent& a, const JourneyEvent& b) {
            return std::tuple(a.time / resolution, std::countr_zero(a.is.stages), a.time, a.is.row) < std::tuple(b.time / resolution, std::countr_zero(b.is.stages), b.time, b.is.row);
        });
        struct Chain {
            int stage = -1;       // that it stands in: filled, or in part
            uint32_t taken = 0;   // of that stage
            int count = 0;        // stages filled
            int last = -1;        // event
            int64_t start = 0;
            int64_t held = -1;
        };
        Best best{-1, 0};
        const std::function<void(const Chain&)> go = [&](const Chain& chain) {
            const bool isWhole = chain.stage >= 0 && chain.taken == journey.stages[static_cast<size_t>(chain.stage)].times;
            if (isWhole)
                best = std::max(best, Best(chain.stage, chain.count));
            for (int i = chain.last + 1; i < static_cast<int>(events.size()); ++i) {
                const JourneyEvent& event = events[static_cast<size_t>(i)];
                if (event.is.stages == 0)
                    continue;
                if (chain.last >= 0) {
                    bool isOver = journey.window > 0 && event.time - chain.start > journey.window;
                    if (journey.order == StageOrder::Strict)
                        for (int between = chain.last + 1; between < i; ++between)
                            isOver |= canFill(journey, events[static_cast<size_t>(between)], chain.held) != 0;
                    for (const JourneyEvent& other : events)
                        for (size_t x = 0; x < journey.exclusions.size(); ++x) {
                            const auto from = static_cast<int>(journey.exclusions[x].after) + (isWhole ? 0 : 1), to = static_cast<int>(journey.exclusions[x].before) + (isWhole ? 0 : 1);
                            isOver |= (other.is.exclusions >> x & 1) != 0 && other.time / resolution > events[static_cast<size_t>(chain.last)].time / resolution &&
                                      other.time / resolution < event.time / resolution && chain.stage >= from && chain.stage < to;
                        }
                    if (isOver)
                        continue;
                }
                for (int k = 0; k < static_cast<int>(journey.stages.size()); ++k) {
                    const StageDefinition& stage = journey.stages[static_cast<size_t>(k)];
                    if ((event.is.stages >> k & 1) == 0)
                        continue;
                    const bool goesOn = chain.stage == k && !isWhole;
                    bool begins = chain.stage < 0 && (k == 0 || journey.isOpen);
                    if (isWhole && k > chain.stage) {
                        begins = true;
                        for (int skipped = chain.stage + 1; skipped < k; ++skipped)
                            begins &= journey.stages[static_cast<size_t>(skipped)].isOptional;
                    }
                    if (!goesOn && !begins)
                        continue;
                    Chain next = chain;
                    if (!journey.hold.empty() && stage.holds) {
                        if (event.is.held == StageEvent::kNothing || (chain.held >= 0 && chain.held != event.is.held))
                            continue;
                        if (chain.held < 0 && journey.order == StageOrder::Strict && chain.last >= 0 && !mayHave(journey, events, chain.last, i, event.is.held))
                            continue;
                        next.held = event.is.held;
                    }
                    if (chain.last < 0)
                        next.start = event.time;
                    next.stage = k;
                    next.taken = goesOn ? chain.taken + 1 : 1;
                    next.count += next.taken == stage.times;
                    next.last = i;
                    go(next);
                }
            }
        };
        go({});
        return best;
    }

    /// Stages that an event may fill with that value; -1: it is not known yet, then those that do not hold.
    static uint32_t canFill(const JourneyDefinition& journey, const JourneyEvent& event, int64_t held) {
        uint32_t stages = 0;
        for (size_t k = 0; k < journey.stages.size(); ++k)
            if ((event.is.stages >> k & 1) != 0 && (journey.hold.empty() || !journey.stages[k].holds || (held >= 0 && held == event.is.held)))
                stages |= 1U << k;
        return stages;
    }
    /// Strictly: nothing of that value between the two either.
    static bool mayHave(const JourneyDefinition& journey, const std::vector<JourneyEvent>& events, int from, int to, uint32_t held) {
        for (int i = from + 1; i < to; ++i)
            if (canFill(journey, events[static_cast<size_t>(i)], held) != 0)
                return false;
        return true;
    }

    /// How many stages that are not optional, and how many at all, over all windows and pairings.
    static Best bestInAnyOrder(const JourneyDefinition& journey, const std::vector<JourneyEvent>& events, uint32_t required) {
        Best best{0, 0};
        for (const JourneyEvent& first : events) {
            std::vector<bool> isTaken(events.size());
            const std::function<void(size_t, int64_t, uint32_t)> choose = [&](size_t k, int64_t held, uint32_t filled) {
                if (k == journey.stages.size()) {
                    best = std::max(best, Best(std::popcount(filled & required), std::popcount(filled)));
                    return;
                }
                choose(k + 1, held, filled);
                for (size_t i = 0; i < events.size(); ++i) {
                    const JourneyEvent& e = events[i];
                    const bool isHeld = !journey.hold.empty() && journey.stages[k].holds;
                    if (isTaken[i] || (e.is.stages >> k & 1) == 0 || e.time < first.time || (journey.window > 0 && e.time - first.time > journey.window) ||
                        (isHeld && (e.is.held == StageEvent::kNothing || (held >= 0 && held != e.is.held))))
                        continue;
                    isTaken[i] = true;
                    choose(k + 1, isHeld ? int64_t(e.is.held) : held, filled | 1U << k);
                    isTaken[i] = false;
                }
            };
            choose(0, -1, 0);
        }
        return best;
    }
};

QTEST_APPLESS_MAIN(TestJourneyMatcher)
#include "tst_journey_matcher.moc"
