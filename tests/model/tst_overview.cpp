// The overview's figures, each counted once more the slow way; quantiles by nearest rank.

#include "analysis/overview.h"
#include "analysis/quantile.h"
#include "analysis/traffic.h"
#include "trace_fixture.h"

#include <QTest>

#include <map>
#include <random>
#include <set>

using namespace aisle;
using test::TraceFixture;

namespace {

SpanTablePtr randomTable(std::mt19937& rng, int spans) {
    const auto pick = [&](int n) { return static_cast<int>(rng() % static_cast<unsigned>(n)); };
    TraceFixture f;
    for (int i = 0; i < spans; ++i) {
        TraceFixture::Span s;
        s.trace = {0, static_cast<uint64_t>(1 + pick(1 + spans / 6))};
        s.id = static_cast<SpanId>(i + 1 - (pick(9) == 0 ? 1 : 0));
        s.parent = pick(3) == 0 ? 0 : static_cast<SpanId>(1 + pick(spans));
        s.service = std::string(1, static_cast<char>('a' + pick(4)));
        s.name = std::string(1, static_cast<char>('x' + pick(3)));
        s.kind = static_cast<Kind>(pick(6));
        s.start = 1000 + pick(5000);
        s.duration = pick(10) == 0 ? 0 : pick(900) - 20;
        if (s.duration < 0)
            s.flags |= kNegative;
        if (pick(12) == 0) {
            s.flags |= kUnfinished;
            s.duration = 0;
        }
        s.status = pick(5) == 0 ? Status::Error : Status::Unset;
        f.add(s);
    }
    return f.table();
}

struct Slow {
    uint64_t calls = 0, errors = 0;
    std::vector<int64_t> durations;
    int64_t rank(double q) { // sorted[ceil(q*n)-1]
        if (durations.empty())
            return 0;
        std::sort(durations.begin(), durations.end());
        size_t k = 0;
        while (static_cast<double>(k + 1) < q * static_cast<double>(durations.size()))
            ++k;
        return durations[k];
    }
};

void verify(const Red& red, Slow& slow) {
    QCOMPARE(red.calls, slow.calls);
    QCOMPARE(red.errors, slow.errors);
    QCOMPARE(red.p50, slow.rank(0.5));
    QCOMPARE(red.p95, slow.rank(0.95));
    QCOMPARE(red.p99, slow.rank(0.99));
    QCOMPARE(red.max, slow.rank(1));
}

} // namespace

class TestOverview : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nearestRank() {
        std::vector<int64_t> ten = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
        QCOMPARE(quantile(ten, 0.5), 5);   // the 5th, no interpolation
        QCOMPARE(quantile(ten, 0.51), 6);
        QCOMPARE(quantile(ten, 0.95), 10); // ceil(9.5)
        QCOMPARE(quantile(ten, 0.9), 9);
        QCOMPARE(quantile(ten, 0), 1);
        QCOMPARE(quantile(ten, 1), 10);
        std::vector<int64_t> one = {7}, none;
        QCOMPARE(quantile(one, 0.99), 7);
        QCOMPARE(quantile(none, 0.5), 0);
        std::vector<int64_t> hundred;
        for (int64_t i = 1; i <= 100; ++i)
            hundred.push_back(i);
        for (int i = 1; i <= 100; ++i)
            QCOMPARE(quantile(hundred, i / 100.0), i);
    }

    void empty() {
        const SpanTablePtr table = SpanTableBuilder().snapshot();
        const Overview o = overview(*table, evaluate(Scope(), {table}));
        QCOMPARE(o.spans, uint64_t(0));
        QVERIFY(o.services.empty() && o.operations.empty() && o.findings.empty());
        QVERIFY(traffic(*table, nullptr, 10).buckets.empty());
    }

    // Unfinished and negative spans count as calls but say nothing about durations; zero says 0.
    void whatIsInTheQuantiles() {
        TraceFixture f;
        const auto add = [&](SpanId id, int64_t duration, uint8_t flags) {
            TraceFixture::Span s{id, 0, "op", "shop", 10, duration, Kind::Server, Status::Unset, flags, {0, id}};
            f.add(s);
        };
        add(1, 0, kUnfinished);
        add(2, -5, kNegative);
        add(3, 0, 0);
        add(4, 100, 0);
        const SpanTablePtr table = f.table();
        const Overview o = overview(*table, evaluate(Scope(), {table}));
        QCOMPARE(o.requests.calls, uint64_t(4));
        QCOMPARE(o.requests.p50, 0);
        QCOMPARE(o.requests.p95, 100);
    }

    void againstReference() {
        std::mt19937 rng(41);
        for (int round = 0; round < 200; ++round) {
            const SpanTablePtr table = randomTable(rng, 1 + static_cast<int>(rng() % 120));
            Scope scope;
            if (round % 3 != 0) {
                ScopeTerm term;
                term.kind = round % 3 == 1 ? ScopeTerm::Kind::Service : ScopeTerm::Kind::Error;
                term.text = "b";
                scope = scope.with(term);
            }
            const ScopeResult in = evaluate(scope, {table});
            const Overview o = overview(*table, in);
            std::map<std::string, std::pair<ServiceOverview, Slow>> services;
            std::map<std::tuple<std::string, std::string, Kind>, std::pair<int64_t, Slow>> operations;
            Slow requests;
            uint64_t spans = 0;
            std::set<TraceIndex> traces;
            table->forEachRow([&](Row r) {
                if (!in.spans[r])
                    return;
                ++spans;
                traces.insert(table->trace(r));
                auto& [service, entries] = services[std::string(table->serviceText(r))];
                ++service.spans;
                service.selfTime += table->selfTime(r);
                const Row up = table->parent(r);
                const Kind kind = table->kind(r);
                Row recorder = up; // through steps of its service
                for (int step = 1; step < 16 && recorder != kNoRow && table->service(recorder) == table->service(r) && (table->kind(recorder) == Kind::Internal || table->kind(recorder) == Kind::Unspecified); ++step)
                    recorder = table->parent(recorder);
                const bool isTwice = recorder != kNoRow && table->service(recorder) == table->service(r) && table->kind(recorder) == kind;
                const bool isRoot = up == kNoRow && (table->parentId(r) == 0 || table->findSpan(table->trace(r), table->parentId(r)) != kNoRow);
                const bool entry = (kind == Kind::Server && !isTwice) || kind == Kind::Consumer || (kind == Kind::Internal && isRoot) ||
                                   (kind == Kind::Unspecified && (up == kNoRow || table->service(up) != table->service(r)));
                if (!entry)
                    return;
                auto& [self, operation] = operations[{std::string(table->serviceText(r)), std::string(table->nameText(r)), kind}];
                self += table->selfTime(r);
                const bool isRequest = isRoot && kind != Kind::Consumer;
                for (Slow* slow : {&entries, &operation, isRequest ? &requests : nullptr}) {
                    if (slow == nullptr)
                        continue;
                    ++slow->calls;
                    slow->errors += table->isError(r);
                    if ((table->flags(r) & (kUnfinished | kNegative)) == 0)
                        slow->durations.push_back(table->duration(r));
                }
            });
            QCOMPARE(o.spans, spans);
            QCOMPARE(o.traces, uint64_t(traces.size()));
            uint64_t errorTraces = 0, orphans = 0;
            int64_t start = INT64_MAX, end = INT64_MIN;
            for (const TraceIndex t : traces) {
                errorTraces += table->summary(t).errors > 0;
                orphans += table->summary(t).orphans;
                start = std::min(start, table->summary(t).start);
                end = std::max(end, table->summary(t).start + table->summary(t).duration);
            }
            QCOMPARE(o.errorTraces, errorTraces);
            QCOMPARE(o.orphans, orphans);
            if (!traces.empty()) {
                QCOMPARE(o.start, start);
                QCOMPARE(o.end, end);
            }
            verify(o.requests, requests);
            QCOMPARE(o.services.size(), services.size());
            for (size_t i = 0; i < o.services.size(); ++i) {
                auto& [service, entries] = services[table->services()[o.services[i].service]];
                QCOMPARE(o.services[i].spans, service.spans);
                QCOMPARE(o.services[i].selfTime, service.selfTime);
                verify(o.services[i].entries, entries);
                QVERIFY(i == 0 || o.services[i - 1].selfTime >= o.services[i].selfTime);
            }
            QCOMPARE(o.operations.size(), operations.size());
            for (size_t i = 0; i < o.operations.size(); ++i) {
                const OperationOverview& op = o.operations[i];
                auto& [self, slow] = operations[{table->services()[op.service], std::string(table->text(op.name)), op.kind}];
                QCOMPARE(op.selfTime, self);
                verify(op.red, slow);
                QVERIFY(i == 0 || o.operations[i - 1].red.p95 >= op.red.p95);
                QVERIFY(table->name(op.slowest) == op.name && table->service(op.slowest) == op.service);
            }
            QCOMPARE(tabulateServices(*table, o).rows.size(), services.size());
            if (QTest::currentTestFailed())
                return;
        }
    }

    // Messages nobody waits for and spans whose caller is in another file counted as what customers waited for.
    void requestsAreWhatCustomersWaitedFor() {
        TraceFixture f;
        const auto add = [&](SpanId id, SpanId parent, Kind kind, int64_t duration) {
            f.add({id, parent, "op", "shop", 10, duration, kind, Status::Unset, 0, {0, id}});
        };
        add(1, 0, Kind::Server, 100);
        add(2, 0, Kind::Internal, 100);
        add(3, 0, Kind::Consumer, 9'000); // a message of another trace
        add(4, 99, Kind::Server, 9'000);  // its caller is in no file
        const SpanTablePtr table = f.table();
        const Overview o = overview(*table, evaluate(Scope(), {table}));
        QCOMPARE(o.requests.calls, uint64_t(2));
        QCOMPARE(o.requests.max, 100);
        QCOMPARE(o.services[0].entries.calls, uint64_t(4)); // as the time strip counts
        QCOMPARE(traffic(*table, nullptr, 1).buckets[0].requests, 4U);
    }

    // Five spans of 73 years each overflowed the sum of their service's self times.
    void sumsDoNotOverflow() {
        TraceFixture f;
        for (SpanId id = 1; id <= 9; ++id)
            f.add({id, 0, "op", "shop", 0, kMaxDuration, Kind::Server, Status::Unset, 0, {0, id}});
        const SpanTablePtr table = f.table();
        const Overview o = overview(*table, evaluate(Scope(), {table}));
        QVERIFY(o.services[0].selfTime > 0);
        QVERIFY(o.operations[0].selfTime > 0);
    }

    void findings() {
        TraceFixture f;
        for (SpanId id = 1; id <= 100; ++id) {
            TraceFixture::Span s{id, id == 7 ? 999U : 0U, "POST /pay", "pay", static_cast<int64_t>(id), id <= 2 ? 2'000'000'000 : 10'000'000,
                                 Kind::Server, id <= 3 ? Status::Error : Status::Unset, 0, {0, id}};
            f.add(s);
        }
        const SpanTablePtr table = f.table();
        const Overview o = overview(*table, evaluate(Scope(), {table}));
        QCOMPARE(o.findings.size(), size_t(3));
        QVERIFY(o.findings[0].kind == Finding::Kind::ErrorShare);
        QCOMPARE(o.findings[0].words, std::string("pay POST /pay fails in 3.0 % of its calls: 3 of 100."));
        QVERIFY(o.findings[1].kind == Finding::Kind::SlowTail);
        QVERIFY(o.findings[2].kind == Finding::Kind::Orphans);
        QVERIFY(o.findings[2].words.starts_with("1 span names a parent"));
    }

    void trafficAgainstReference() {
        std::mt19937 rng(43);
        for (int round = 0; round < 100; ++round) {
            const SpanTablePtr table = randomTable(rng, 1 + static_cast<int>(rng() % 100));
            const uint32_t buckets = 1 + static_cast<uint32_t>(rng() % 50);
            const Traffic t = traffic(*table, nullptr, buckets);
            QCOMPARE(t.buckets.size(), size_t(buckets));
            QCOMPARE(t.start, table->startTime());
            QVERIFY(t.end() > table->endTime());
            uint32_t peak = 0;
            for (size_t b = 0; b < t.buckets.size(); ++b) {
                uint32_t requests = 0, errors = 0;
                const int64_t from = t.start + static_cast<int64_t>(b) * t.width;
                table->forEachRow([&](Row r) {
                    if (table->isEntry(r) && table->start(r) >= from && table->start(r) < from + t.width) {
                        ++requests;
                        errors += table->isError(r);
                    }
                });
                QCOMPARE(t.buckets[b].requests, requests);
                QCOMPARE(t.buckets[b].errors, errors);
                peak = std::max(peak, requests);
            }
            QCOMPARE(t.peak, peak);
        }
    }
};

QTEST_GUILESS_MAIN(TestOverview)
#include "tst_overview.moc"
