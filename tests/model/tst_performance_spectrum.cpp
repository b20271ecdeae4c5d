// The performance spectrum: hand-worked segments, and overtaking, batches and blockages counted one by one on random logs.

#include "orders/performance_spectrum.h"
#include "order_log_fixture.h"

#include <QTest>

#include <limits>
#include <map>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

/// Orders that end A and start B at these times.
FulfilmentLog passing(const std::vector<std::pair<int64_t, int64_t>>& times, int64_t unit = 1, int64_t until = 0) {
    std::vector<Order> orders;
    for (const auto& [start, end] : times)
        orders.push_back({"A" + std::to_string(start) + "-" + std::to_string(start) + " B" + std::to_string(end) + "-" + std::to_string(end)});
    return orderLog(orders, until, 4, unit);
}

PerformanceSpectrum spectrumOf(const FulfilmentLog& log, bool directly = true) {
    SpectrumAsked asked;
    asked.directly = directly;
    return performanceSpectrum(log, allOrders(log), asked);
}

/// "0:1-3 1:2-6": order, start, end.
std::string segmentTexts(const PerformanceSpectrum& spectrum) {
    std::string out;
    for (const auto& s : spectrum.segments)
        out += (out.empty() ? "" : " ") + std::to_string(s.order) + ":" + std::to_string(s.start) + "-" + std::to_string(s.end);
    return out;
}
std::string waitingTexts(const PerformanceSpectrum& spectrum) {
    std::string out;
    for (const auto& w : spectrum.waiting)
        out += (out.empty() ? "" : " ") + std::to_string(w.order) + ":" + std::to_string(w.start) + (w.isStuck ? "!" : "");
    return out;
}

/// As its definition says it, moment by moment.
std::vector<std::tuple<int64_t, int64_t, uint32_t, bool>> blockagesByDefinition(const PerformanceSpectrum& s, int64_t observedUntil) {
    std::vector<int64_t> outs;
    for (const auto& segment : s.segments)
        outs.push_back(segment.end);
    std::sort(outs.begin(), outs.end());
    std::vector<std::tuple<int64_t, int64_t, uint32_t, bool>> found;
    if (outs.size() < 6)
        return found;
    int64_t latestStart = std::numeric_limits<int64_t>::min();
    for (const auto& segment : s.segments)
        latestStart = std::max(latestStart, segment.start);
    std::vector<int64_t> edges = outs;
    edges.push_back(observedUntil);
    for (size_t i = 1; i < edges.size(); ++i) {
        const int64_t from = edges[i - 1], to = edges[i];
        if (from >= to)
            continue;
        uint32_t in = 0;
        int64_t due = std::numeric_limits<int64_t>::max();
        const auto isIn = [&](int64_t start) {
            if (start >= to)
                return;
            ++in;
            due = std::min(due, start + s.p50);
        };
        for (const auto& segment : s.segments)
            if (segment.end > from)
                isIn(segment.start);
        for (const auto& waiting : s.waiting)
            if (waiting.start >= latestStart)
                isIn(waiting.start);
        if (in > 0 && std::max(from, due) < to && to - std::max(from, due) > s.blockageLimit)
            found.emplace_back(std::max(from, due), to, in, i + 1 == edges.size());
    }
    return found;
}

} // namespace

class TestPerformanceSpectrum : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void segmentsAndWhoWaits() {
        const FulfilmentLog log = orderLog({{"A0-2 B5-6 C7-8"},
                                            {"A1-3 A4-5 B9-9"},                            // the second A is followed directly
                                            {"A2-3 C4-5 B8-9"},                            // not directly
                                            {"A4-6", OrderState::UnderWay},
                                            {"A3-4", OrderState::Stuck},
                                            {"A5-6 C7-8", OrderState::Stuck},              // came to A and to something else
                                            {"A1-2"},                                      // done without B
                                            {"A6-12 B10-11"},                              // overlap
                                            {"B1-2 A3-4", OrderState::UnderWay}},
                                           20);
        const PerformanceSpectrum direct = spectrumOf(log), eventual = spectrumOf(log, false);
        QCOMPARE(segmentTexts(direct), std::string("0:2-5 1:5-9 7:10-10"));
        QCOMPARE(waitingTexts(direct), std::string("4:4! 8:4 3:6"));
        QCOMPARE(direct.orders, uint64_t(3));
        QCOMPARE(direct.overlapping, uint64_t(1));
        QCOMPARE(segmentTexts(eventual), std::string("0:2-5 2:3-8 1:3-9 7:10-10"));
        QCOMPARE(waitingTexts(eventual), std::string("4:4! 8:4 3:6 5:6!"));
        QCOMPARE(direct.from + direct.to, std::string("AB"));
        std::vector<bool> only(log.cases());
        only[1] = true;
        const PerformanceSpectrum one = performanceSpectrum(log, only, {});
        QCOMPARE(segmentTexts(one), std::string("1:5-9"));
        QVERIFY(one.waiting.empty());
    }

    // What ended at the stage does not wait there.
    void failedOnesDoNotWait() {
        const FulfilmentLog log = orderLog({{"A4-6", OrderState::Failed}, {"A3-4", OrderState::UnderWay}}, 20);
        QCOMPARE(waitingTexts(spectrumOf(log)), std::string("1:4"));
        QCOMPARE(waitingTexts(spectrumOf(log, false)), std::string("1:4"));
    }

    void quartilesAndTarget() {
        FulfilmentLog log = passing({{0, 1}, {10, 12}, {20, 23}, {30, 34}, {40, 45}, {50, 56}, {60, 67}, {70, 78}});
        log.within[1] = 6;
        const PerformanceSpectrum s = spectrumOf(log);
        QCOMPARE(s.p25, int64_t(2)); // of 1 to 8: nearest rank
        QCOMPARE(s.p50, int64_t(4));
        QCOMPARE(s.p75, int64_t(6));
        QCOMPARE(s.longest, int64_t(8));
        std::string quartiles;
        for (const auto& segment : s.segments)
            quartiles += std::to_string(segment.quartile);
        QCOMPARE(quartiles, std::string("00112233"));
        QCOMPARE(s.target, int64_t(6));
        QCOMPARE(s.late, uint64_t(2));
        // A target is counted from the stage before that is not optional.
        log.within[2] = 6;
        SpectrumAsked asked{.from = 0, .to = 2};
        QCOMPARE(performanceSpectrum(log, allOrders(log), asked).target, int64_t(0));
        log.isOptional[1] = true;
        QCOMPARE(performanceSpectrum(log, allOrders(log), asked).target, int64_t(6));
        asked = {.from = 1, .to = 2};
        QCOMPARE(performanceSpectrum(log, allOrders(log), asked).target, int64_t(0));
    }

    // The target is counted from end to start, as in the figures of the stages: what a stage takes is not the next one's.
    void lateFromEndToStart() {
        FulfilmentLog log = orderLog({{"A0-5 B10-11"}, {"A0-1 B8-9"}}, 11);
        log.within[1] = 6;
        const PerformanceSpectrum s = spectrumOf(log);
        QCOMPARE(segmentTexts(s), std::string("1:1-8 0:5-10"));
        QVERIFY(s.segments[0].isLate && !s.segments[1].isLate); // 7 and 5, though the second one came later
        QCOMPARE(s.late, uint64_t(1));
    }

    void overtakingByHand() {
        // The fourth ends with the second, so it overtakes the third alone; the last overtakes those three.
        const PerformanceSpectrum s = spectrumOf(passing({{0, 3}, {1, 8}, {2, 9}, {3, 8}, {4, 5}}));
        std::string counts;
        for (const auto& segment : s.segments)
            counts += std::to_string(segment.overtook) + std::to_string(segment.overtakenBy) + " ";
        QCOMPARE(counts, std::string("00 01 02 11 30 "));
        QCOMPARE(s.overtakings, uint64_t(4));
        QCOMPARE(s.inOrder, uint64_t(1));
        QCOMPARE(s.fifo(), 0.2);
        QCOMPARE(spectrumOf(passing({{0, 5}, {0, 3}, {0, 4}})).overtakings, uint64_t(0)); // none started later
    }

    void batchesByHand() {
        // Three that started 10 s apart end within 20 ms, and 1 % of the median is 300 ms. Two are no batch.
        const PerformanceSpectrum s = spectrumOf(passing({{0, 50'000}, {10'000, 50'010}, {20'000, 50'020}, {30'000, 60'000}, {40'000, 60'000}}, 1'000'000));
        QCOMPARE(s.p50, 30 * kSecond + 20'000'000);
        QCOMPARE(s.batchGap, int64_t(300'200'000));
        QCOMPARE(s.batches.size(), size_t(1));
        QCOMPARE(s.batches[0].segments, 3U);
        QCOMPARE(s.batches[0].lastEnd - s.batches[0].firstEnd, int64_t(20'000'000));
        QCOMPARE(s.batches[0].lastStart - s.batches[0].firstStart, 20 * kSecond);
        QVERIFY(s.segments[2].batch == 0 && s.segments[3].batch == PerformanceSpectrum::kNone);
        // A steady stream ends as close together as it starts.
        std::vector<std::pair<int64_t, int64_t>> stream;
        for (int64_t i = 0; i < 50; ++i)
            stream.emplace_back(i * 100, i * 100 + 100'000);
        QVERIFY(spectrumOf(passing(stream, 1'000'000)).batches.empty());
        // The gap is 1 s at most.
        const PerformanceSpectrum slow = spectrumOf(passing({{0, 1000}, {100, 1002}, {200, 1004}}, kSecond));
        QCOMPARE(slow.batchGap, kSecond);
        QVERIFY(slow.batches.empty());
        QCOMPARE(tabulateBatches(s, true).rows.size(), size_t(1));
    }

    void blockagesByHand() {
        // One a second goes in, and comes out 2 s later; from 11 s on nothing comes out until 40 s.
        std::vector<std::pair<int64_t, int64_t>> times;
        for (int64_t i = 0; i < 40; ++i)
            times.emplace_back(i, i < 10 ? i + 2 : i < 30 ? std::max<int64_t>(40, i + 2) : i + 11);
        const FulfilmentLog log = passing(times, kSecond);
        const PerformanceSpectrum s = spectrumOf(log);
        QCOMPARE(s.blockageLimit, 3 * kSecond); // of 39 gaps 19 are 0, one is 29 s, the others 1 s
        QCOMPARE(s.blockages.size(), size_t(1));
        QCOMPARE(s.blockages[0].end, 40 * kSecond);
        QCOMPARE(s.blockages[0].start, 10 * kSecond + s.p50); // the order of 10 s is due
        QCOMPARE(s.blockages[0].waiting, 30U);
        QVERIFY(!s.blockages[0].isOpen);
        QCOMPARE(tabulateBlockages(s, true).rows.size(), size_t(1));
        // With a pause of the customers nobody waits, and it is none.
        times.clear();
        for (int64_t i = 0; i < 40; ++i)
            times.emplace_back(i < 20 ? i : i + 100, (i < 20 ? i : i + 100) + 2);
        QVERIFY(spectrumOf(passing(times, kSecond)).blockages.empty());
        QVERIFY(spectrumOf(passing({{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 1000}}, kSecond)).blockages.empty()); // four gaps say nothing
    }

    // A consumer that died: what waits for it waits to the end of the file. One that was lost on the way blocks nothing.
    void blockagesToTheEnd() {
        std::vector<Order> orders;
        for (int i = 0; i < 20; ++i)
            orders.push_back({"A" + std::to_string(i) + "-" + std::to_string(i) + " B" + std::to_string(i + 2) + "-" + std::to_string(i + 2)});
        orders.push_back({"A3-3", OrderState::Stuck});
        QVERIFY(spectrumOf(orderLog(orders, 500)).blockages.empty());
        orders.push_back({"A25-25", OrderState::Stuck});
        const PerformanceSpectrum s = spectrumOf(orderLog(orders, 500));
        QCOMPARE(s.blockages.size(), size_t(1));
        QCOMPARE(s.blockages[0].start, int64_t(27));
        QCOMPARE(s.blockages[0].end, int64_t(500));
        QCOMPARE(s.blockages[0].waiting, 1U);
        QVERIFY(s.blockages[0].isOpen);
        QCOMPARE(s.counts.back().waiting, uint64_t(2));
    }

    void asDefinedOnRandomLogs() {
        std::mt19937 random(7);
        size_t overtakings = 0, batches = 0, blockages = 0;
        for (int round = 0; round < 300; ++round) {
            const int64_t range = round % 3 == 0 ? 10 : round % 3 == 1 ? 300 : 100'000;
            const FulfilmentLog log = randomOrderLog(random, random() % 400, 3, round % 2 == 0 ? -range / 2 : 1'000'000, range, false);
            const std::vector<bool> only = someOrders(random, log);
            SpectrumAsked asked;
            asked.from = static_cast<uint32_t>(random() % 3);
            asked.to = static_cast<uint32_t>(random() % 3);
            asked.directly = random() % 2 == 0;
            asked.bins = 1 + static_cast<uint32_t>(random() % 50);
            const PerformanceSpectrum s = performanceSpectrum(log, only, asked);
            uint64_t pairs = 0, kept = 0;
            for (const auto& one : s.segments) {
                uint32_t overtook = 0, overtaken = 0;
                for (const auto& other : s.segments) {
                    overtook += one.start > other.start && one.end < other.end;
                    overtaken += one.start < other.start && one.end > other.end;
                }
                QCOMPARE(one.overtook, overtook);
                QCOMPARE(one.overtakenBy, overtaken);
                QVERIFY(only[one.order] && one.duration() >= 0);
                pairs += overtook;
                kept += overtook + overtaken == 0;
            }
            QCOMPARE(s.overtakings, pairs);
            QCOMPARE(s.inOrder, kept);
            std::vector<std::tuple<int64_t, int64_t, uint32_t, bool>> found;
            for (const auto& blockage : s.blockages)
                found.emplace_back(blockage.start, blockage.end, blockage.waiting, blockage.isOpen);
            QVERIFY(found == blockagesByDefinition(s, log.observedUntil));
            // Batches: runs of ends that nothing can be added to.
            std::vector<int64_t> ends;
            for (const auto& segment : s.segments)
                ends.push_back(segment.end);
            std::sort(ends.begin(), ends.end());
            std::map<uint32_t, uint32_t> sizes;
            for (const auto& segment : s.segments)
                if (segment.batch != PerformanceSpectrum::kNone) {
                    ++sizes[segment.batch];
                    const auto& batch = s.batches[segment.batch];
                    QVERIFY(segment.end >= batch.firstEnd && segment.end <= batch.lastEnd && segment.start >= batch.firstStart && segment.start <= batch.lastStart);
                }
            QCOMPARE(sizes.size(), s.batches.size());
            for (const auto& [number, size] : sizes) {
                const auto& batch = s.batches[number];
                QCOMPARE(batch.segments, size);
                QVERIFY(size >= 3 && batch.lastStart - batch.firstStart > 2 * (batch.lastEnd - batch.firstEnd));
                const auto first = std::lower_bound(ends.begin(), ends.end(), batch.firstEnd), last = std::upper_bound(ends.begin(), ends.end(), batch.lastEnd);
                QCOMPARE(last - first, static_cast<std::ptrdiff_t>(size));
                QVERIFY(first == ends.begin() || batch.firstEnd - *(first - 1) > s.batchGap);
                QVERIFY(last == ends.end() || *last - batch.lastEnd > s.batchGap);
            }
            // Bins: what is in at the end of each.
            uint64_t in = 0, out = 0;
            for (uint32_t b = 0; b < s.counts.size(); ++b) {
                uint64_t waiting = 0;
                for (const auto& segment : s.segments)
                    waiting += segment.start < s.bins.startOf(b + 1) && segment.end >= s.bins.startOf(b + 1);
                for (const auto& one : s.waiting)
                    waiting += one.start < s.bins.startOf(b + 1);
                QCOMPARE(s.counts[b].waiting, waiting);
                in += s.counts[b].in;
                out += s.counts[b].out;
            }
            QCOMPARE(in, s.segments.size() + s.waiting.size());
            QCOMPARE(out, s.segments.size());
            overtakings += pairs;
            batches += s.batches.size();
            blockages += found.size();
        }
        QVERIFY(overtakings > 100 && batches > 10 && blockages > 10); // else nothing was compared
    }

    void linesForTheScreen() {
        std::mt19937 random(11);
        const FulfilmentLog log = randomOrderLog(random, 3000, 2, 0, 100'000, false);
        const PerformanceSpectrum s = spectrumOf(log);
        QVERIFY(s.segments.size() > 500);
        for (const uint32_t columns : {1U, 7U, 100U, 2000U}) {
            const SpectrumLines lines = spectrumLines(s, columns);
            QCOMPARE(lines.columns, columns);
            uint64_t segments = 0, waiting = 0;
            std::set<std::tuple<uint8_t, uint32_t, uint32_t>> places;
            for (const auto& line : lines.lines) {
                segments += line.count;
                QVERIFY(line.from <= line.to && line.to < columns);
                QVERIFY(places.emplace(line.kind, line.from, line.to).second);
                QCOMPARE(line.kind, s.segments[line.first].quartile);
            }
            QCOMPARE(segments, s.segments.size());
            for (const uint32_t count : lines.waiting)
                waiting += count;
            QCOMPARE(waiting, s.waiting.size());
        }
        const SpectrumLines few = spectrumLines(s, 2000, 50);
        QVERIFY(few.lines.size() <= 50 && few.columns < 2000);
        QVERIFY(spectrumLines(spectrumOf(orderLog({}, 0)), 100).lines.empty());
    }

    void pairsOfStages() {
        const FulfilmentLog log = orderLog({{"A0-1 B3-4 C9-10"}, {"A0-1 B2-3 B5-6 C6-7"}, {"A0-1 A8-9"}}, 20);
        const std::vector<StagePair> pairs = stagePairs(log, allOrders(log));
        std::string texts;
        for (const StagePair& pair : pairs)
            texts += log.stages[pair.from] + log.stages[pair.to] + std::to_string(pair.orders) + "/" + std::to_string(pair.segments) + " " + std::to_string(pair.total) + "; ";
        QCOMPARE(texts, std::string("AA1/1 7; BC2/2 5; AB2/2 3; BB1/1 2; "));
        QCOMPARE(log.stages[widestPair(pairs)->from], std::string("B")); // of two stages
        QVERIFY(!widestPair({}));
        QCOMPARE(tabulatePairs(pairs, log).rows.size(), size_t(4));
    }

    void ends() {
        constexpr int64_t kLast = std::numeric_limits<int64_t>::max(), kFirst = std::numeric_limits<int64_t>::min();
        QVERIFY(spectrumOf(orderLog({}, 0)).counts.empty());
        const PerformanceSpectrum none = spectrumOf(orderLog({{"A1-2"}, {""}}, 5));
        QVERIFY(none.segments.empty() && none.counts.empty());
        QCOMPARE(none.fifo(), 1.0);
        QCOMPARE(spectrumNotes(none).front(), std::string("No order went directly from the end of \"A\" to the start of \"B\"."));
        QCOMPARE(segmentTexts(spectrumOf(passing({{-9, -4}}))), std::string("0:-9--4"));
        SpectrumAsked strange;
        strange.to = 99;
        QVERIFY(performanceSpectrum(passing({{0, 1}}), {true}, strange).segments.empty());
        // Clocks at both ends of time.
        FulfilmentLog log = emptyOrderLog(2);
        std::vector<FulfilmentLog::Visit> visits(2);
        visits[0].start = visits[0].end = kFirst;
        visits[1].start = visits[1].end = kLast;
        visits[1].stage = 1;
        log.visits = visits;
        log.first = {0, 2};
        log.state = {OrderState::Done};
        log.observedUntil = kLast;
        const PerformanceSpectrum far = spectrumOf(log);
        QCOMPARE(far.longest, kLast);
        QVERIFY(!far.counts.empty() && far.counts.size() < 300);
        QCOMPARE(far.counts.front().in + far.counts.back().out, uint64_t(2));
        const SpectrumLines lines = spectrumLines(far, 10);
        QCOMPARE(lines.lines.size(), size_t(1));
        QVERIFY(lines.lines[0].from < lines.lines[0].to);
        StopToken stopped;
        stopped.stop();
        QVERIFY_EXCEPTION_THROWN((void)performanceSpectrum(log, {true}, {}, stopped), Stopped);
    }
};

QTEST_GUILESS_MAIN(TestPerformanceSpectrum)
#include "tst_performance_spectrum.moc"
