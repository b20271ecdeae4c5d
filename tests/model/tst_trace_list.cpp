// Which traces are listed and in which order, against a filter and sort written the plain way.

#include "analysis/trace_list.h"
#include "trace_fixture.h"

#include <QTest>

#include <random>

using namespace aisle;
using test::TraceFixture;

namespace {

SpanTablePtr randomTable(std::mt19937& rng) {
    const auto pick = [&](int n) { return static_cast<int>(rng() % static_cast<unsigned>(n)); };
    static const char* const names[] = {"GET /cart", "POST /cart", "checkout", "Pay"};
    TraceFixture f;
    const int spans = 1 + pick(80);
    for (int i = 0; i < spans; ++i) {
        TraceFixture::Span s;
        s.trace = {static_cast<uint64_t>(pick(2)), 0xabc0 + static_cast<uint64_t>(pick(12))};
        s.id = static_cast<SpanId>(i + 1);
        s.parent = pick(3) == 0 ? 0 : static_cast<SpanId>(1 + pick(spans));
        s.service = std::string(1, static_cast<char>('a' + pick(4)));
        s.name = names[pick(4)];
        s.start = pick(20);
        s.duration = pick(30);
        s.status = pick(8) == 0 ? Status::Error : Status::Unset;
        f.add(s);
    }
    return f.table();
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = static_cast<char>(tolower(c));
    return out;
}

} // namespace

class TestTraceList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void againstReference() {
        std::mt19937 rng(51);
        const auto pick = [&](int n) { return static_cast<int>(rng() % static_cast<unsigned>(n)); };
        for (int round = 0; round < 600; ++round) {
            const SpanTablePtr table = randomTable(rng);
            TraceFilter filter;
            static const char* const texts[] = {"", "", "cart", "CART", "pay", "a", "000000000000abc5", "0000000000000000", "abc", "nothing"};
            filter.text = texts[pick(10)];
            if (pick(3) == 0)
                filter.service = std::string(1, static_cast<char>('a' + pick(5)));
            if (pick(3) == 0)
                filter.minDuration = pick(30);
            if (pick(3) == 0)
                filter.maxDuration = pick(40);
            filter.errorsOnly = pick(4) == 0;
            Scope scope;
            if (pick(3) == 0) {
                ScopeTerm term;
                term.kind = ScopeTerm::Kind::Service;
                term.text = "b";
                scope = scope.with(term);
            }
            const ScopeResult in = evaluate(scope, {table});
            const auto column = static_cast<TraceColumn>(pick(7));
            const bool descending = pick(2) == 0;
            const auto got = traceList(*table, in, filter, column, descending);

            std::vector<TraceIndex> expected;
            for (TraceIndex t = 0; t < table->traceSlots(); ++t) {
                const TraceSummary& s = table->summary(t);
                bool text = filter.text.empty(), service = filter.service.empty();
                for (const Row r : table->rowsOf(t)) {
                    if (table->isHidden(r))
                        continue;
                    text |= lower(table->nameText(r)).find(lower(filter.text)) != std::string::npos ||
                            lower(table->serviceText(r)).find(lower(filter.text)) != std::string::npos;
                    service |= table->serviceText(r) == filter.service;
                }
                const bool isHex = filter.text.size() >= 4 && filter.text.find_first_not_of("0123456789abcdef") == std::string::npos;
                text |= isHex && toHex(table->traceId(t)).starts_with(filter.text);
                if (in.traces[t] && text && service && s.duration >= filter.minDuration && (filter.maxDuration == 0 || s.duration <= filter.maxDuration) &&
                    (!filter.errorsOnly || s.errors > 0))
                    expected.push_back(t);
            }
            const auto before = [&](TraceIndex a, TraceIndex b) {
                const TraceSummary &x = table->summary(a), &y = table->summary(b);
                const auto compare = [&]() -> std::partial_ordering {
                    switch (column) {
                    case TraceColumn::Start: return x.start <=> y.start;
                    case TraceColumn::Operation: return std::partial_ordering(table->nameText(x.root) <=> table->nameText(y.root));
                    case TraceColumn::Service: return std::partial_ordering(table->serviceText(x.root) <=> table->serviceText(y.root));
                    case TraceColumn::Duration: return x.duration <=> y.duration;
                    case TraceColumn::Spans: return x.spans <=> y.spans;
                    case TraceColumn::Services: return x.services <=> y.services;
                    case TraceColumn::Errors: return x.errors <=> y.errors;
                    case TraceColumn::Other: break;
                    }
                    return std::partial_ordering::equivalent;
                }();
                if (compare != 0)
                    return descending ? compare > 0 : compare < 0;
                return std::tuple(x.start, a) < std::tuple(y.start, b); // ties always by start, then index
            };
            std::sort(expected.begin(), expected.end(), before);
            QVERIFY2(got == expected, ("round " + std::to_string(round) + ", text " + filter.text).c_str());
        }
    }

    // Traces without any start were listed as of 1970, first, and exported so.
    void tracesWithoutStart() {
        TraceFixture f;
        f.add({1, 0, "a", "s", 500, 10, Kind::Server, Status::Unset, 0, {0, 1}});
        f.add({2, 0, "b", "s", 0, 10, Kind::Server, Status::Unset, kNoStart, {0, 2}});
        f.add({3, 0, "c", "s", 100, 10, Kind::Server, Status::Unset, 0, {0, 3}});
        const SpanTablePtr table = f.table();
        const ScopeResult all = evaluate(Scope(), {table});
        QCOMPARE(traceList(*table, all, {}, TraceColumn::Start, false), (std::vector<TraceIndex>{2, 0, 1}));
        QCOMPARE(traceList(*table, all, {}, TraceColumn::Start, true), (std::vector<TraceIndex>{0, 2, 1}));
        QCOMPARE(traceList(*table, all, {}, TraceColumn::Spans, false), (std::vector<TraceIndex>{2, 0, 1})); // ties by start
        const Tabular out = tabulateTraces(*table, {1}, true);
        QVERIFY(std::holds_alternative<std::monostate>(out.rows[0][1].value));
        QVERIFY(out.rows[0][1].shown.empty());
    }

    void tabulated() {
        TraceFixture f;
        f.add({1, 0, "GET /", "front", 1'773'478'800'000'000'000, 1'500'000, Kind::Server, Status::Error, 0, {0, 0xabc}});
        f.add({2, 1, "q", "db", 1'773'478'800'000'000'100, 50, Kind::Client, Status::Unset, 0, {0, 0xabc}});
        const SpanTablePtr table = f.table();
        const Tabular out = tabulateTraces(*table, {0}, true);
        QCOMPARE(out.rows.size(), size_t(1));
        QCOMPARE(std::get<std::string>(out.rows[0][0].value), std::string("0000000000000abc"));
        QCOMPARE(std::get<std::string>(out.rows[0][1].value), std::string("2026-03-14T09:00:00.000000000Z"));
        QCOMPARE(std::get<std::string>(out.rows[0][2].value), std::string("front"));
        QCOMPARE(std::get<std::string>(out.rows[0][3].value), std::string("GET /"));
        QCOMPARE(std::get<int64_t>(out.rows[0][4].value), 1'500'000);
        QCOMPARE(std::get<int64_t>(out.rows[0][5].value), 2);
        QCOMPARE(std::get<int64_t>(out.rows[0][6].value), 2);
        QCOMPARE(std::get<int64_t>(out.rows[0][7].value), 1);
    }

    void removedTracesAreNotListed() {
        TraceFixture f;
        f.add(1, 0, 0, 10);
        SpanTableBuilder builder(f.table());
        builder.removeFile(1);
        const SpanTablePtr table = builder.snapshot();
        QVERIFY(traceList(*table, evaluate(Scope(), {table}), {}, TraceColumn::Operation, false).empty());
    }
};

QTEST_GUILESS_MAIN(TestTraceList)
#include "tst_trace_list.moc"
