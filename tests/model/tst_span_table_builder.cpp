// One content, however it came together: files in any order, in any batches, removed again, opened again.

// GCC 12 takes the empty vector of links in an initializer list for a null pointer that is written to.
#pragma GCC diagnostic ignored "-Wnonnull"

#include "analysis/overview.h"
#include "analysis/traffic.h"
#include "analysis/trace_list.h"
#include "workspace_fixture.h"

#include <QTest>

#include <ctime>
#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

struct Link {
    TraceId trace;
    SpanId span;
};

struct Span {
    uint64_t trace = 1;
    SpanId id = 1, parent = 0;
    int64_t start = 0, duration = 10;
    std::string service = "shop", instance = {}, name = "op";
    Kind kind = Kind::Internal;
    uint8_t flags = 0;
    std::vector<Link> links = {};
};
using File = std::vector<Span>;

void put(SpanSink& sink, const Span& s, ContextHandle context) {
    SpanRecord record;
    record.trace.id = {0, s.trace};
    record.span.id = s.id;
    record.parent.id = s.parent;
    record.context = context;
    record.name = s.name;
    record.kind = s.kind;
    record.flags = s.flags;
    record.start = s.start;
    record.duration = s.duration;
    for (const Link& link : s.links) {
        LinkRecord& out = record.addLink();
        out.trace.id = link.trace;
        out.span.id = link.span;
    }
    sink.span(record);
}

/// A workspace in memory: a builder and what importers need.
class Bench {
public:
    /// `batch`: spans per batch; `snapshots`: a provisional look after each batch.
    void add(int64_t id, const File& file, size_t batch = 1000, bool snapshots = false) {
        if (reopen_)
            builder_ = std::make_unique<SpanTableBuilder>(builder_->snapshot());
        FileInfo info;
        info.id = id;
        info.name = std::to_string(id) + ".json";
        builder_->beginFile(info);
        ImportReport report;
        std::vector<TraceIndex> traceOf;
        BatchSink sink(dictionary_, report, builder_->contextCount(),
                       [&](std::unique_ptr<Batch> b) { builder_->append(*b, traceOf); });
        for (size_t i = 0; i < file.size(); ++i) {
            put(sink, file[i], serviceContext(sink, file[i].service, file[i].instance));
            if ((i + 1) % batch == 0) {
                sink.flush();
                if (snapshots)
                    (void)builder_->snapshot();
            }
        }
        sink.flush();
        builder_->endFile();
    }
    void remove(int64_t id) { builder_->removeFile(id); }
    SpanTablePtr table() { return builder_->snapshot(); }
    void reopenBetweenFiles() { reopen_ = true; }
    SpanTableBuilder& builder() { return *builder_; }
    Dictionary& dictionary() { return dictionary_; }

private:
    Dictionary dictionary_;
    std::unique_ptr<SpanTableBuilder> builder_ = std::make_unique<SpanTableBuilder>();
    bool reopen_ = false;
};

/// Files that share traces, span ids, copies, parents and links. Different spans never start together, because what
/// is a tie in everything is decided by the order of the files.
std::vector<File> randomFiles(unsigned seed) {
    std::mt19937 rng(seed);
    const auto pick = [&](int n) { return static_cast<int>(rng() % static_cast<unsigned>(n)); };
    std::vector<File> files(2 + rng() % 4);
    std::vector<Span> known;
    int64_t clock = 1000;
    for (File& file : files) {
        const int n = 1 + pick(40);
        for (int i = 0; i < n; ++i) {
            Span s;
            if (!known.empty() && pick(3) == 0) {
                s = known[rng() % known.size()]; // a copy, maybe with another end
                if (s.start != 0 && pick(2) == 0)
                    s.duration = pick(90);
            } else {
                s.trace = static_cast<uint64_t>(1 + pick(6));
                s.id = static_cast<SpanId>(1 + pick(12));
                s.parent = static_cast<SpanId>(pick(13));
                s.start = clock += 1 + pick(5);
                s.duration = pick(60);
                s.service = std::string(1, static_cast<char>('a' + pick(3)));
                s.instance = pick(2) == 0 ? "" : std::string(1, static_cast<char>('x' + pick(2)));
                s.name = std::string(1, static_cast<char>('p' + pick(3)));
                s.kind = static_cast<Kind>(pick(6));
                if (pick(8) == 0) {
                    s.kind = Kind::Unspecified;
                    s.flags = kNoStart | kUnfinished;
                    s.start = s.duration = 0;
                    s.name = "fragment";
                    s.service = "a";
                    s.instance.clear();
                    s.parent = 0;
                }
                else if (pick(8) == 0)
                    s.flags |= kSharedId;
                for (int k = s.start == 0 ? 0 : pick(4); k > 2; --k)
                    s.links.push_back({{0, static_cast<uint64_t>(1 + pick(7))}, static_cast<SpanId>(1 + pick(12))});
            }
            known.push_back(s);
            file.push_back(s);
        }
    }
    return files;
}

void verifyEqual(SpanTablePtr a, SpanTablePtr b, const std::string& what) {
    const std::string found = difference(contentOf(*a), contentOf(*b));
    QVERIFY2(found.empty(), (what + found).c_str());
}

} // namespace

class TestSpanTableBuilder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void empty() {
        const SpanTablePtr table = SpanTableBuilder().snapshot();
        QVERIFY(table->isEmpty());
        QCOMPARE(table->startTime(), 0);
        QCOMPARE(table->services().size(), size_t(1));
        QVERIFY(!table->findTrace({0, 1}));
    }

    // The files of a workspace are a set: neither their order nor what was once among them may show.
    void anyOrderThenRemovalEqualsTheRestAlone() {
        for (unsigned seed = 1; seed <= 150; ++seed) {
            const std::vector<File> files = randomFiles(seed);
            std::mt19937 rng(seed);
            std::vector<size_t> order(files.size());
            for (size_t i = 0; i < order.size(); ++i)
                order[i] = i;
            Bench inOrder, shuffled;
            shuffled.reopenBetweenFiles();
            for (const size_t i : order)
                inOrder.add(static_cast<int64_t>(i), files[i], 7, seed % 2 == 0);
            std::shuffle(order.begin(), order.end(), rng);
            for (const size_t i : order)
                shuffled.add(static_cast<int64_t>(i), files[i], 1000);
            const std::string name = "seed " + std::to_string(seed);
            verifyEqual(inOrder.table(), shuffled.table(), name + ", order");
            if (QTest::currentTestFailed())
                return;
            while (order.size() > 1) {
                const size_t at = rng() % order.size();
                inOrder.remove(static_cast<int64_t>(order[at]));
                shuffled.remove(static_cast<int64_t>(order[at]));
                order.erase(order.begin() + static_cast<std::ptrdiff_t>(at));
                if (rng() % 2 == 0)
                    continue; // two removals at once
                Bench rest;
                for (const size_t i : order)
                    rest.add(static_cast<int64_t>(i), files[i]);
                verifyEqual(inOrder.table(), rest.table(), name + ", removal");
                verifyEqual(shuffled.table(), rest.table(), name + ", removal after another order");
                if (QTest::currentTestFailed())
                    return;
            }
        }
    }

    void addedAgainAfterRemoval() {
        const std::vector<File> files = randomFiles(4711);
        Bench a, b;
        for (size_t i = 0; i < files.size(); ++i)
            a.add(static_cast<int64_t>(i), files[i]);
        for (size_t i = 0; i < files.size(); ++i)
            b.add(static_cast<int64_t>(i), files[i]);
        b.remove(0);
        (void)b.table();
        b.add(100, files[0]);
        verifyEqual(a.table(), b.table(), "added again");
    }

    void provisionalSnapshotsEndAsTheFinalOne() {
        for (unsigned seed = 300; seed < 340; ++seed) {
            File all;
            for (const File& file : randomFiles(seed))
                all.insert(all.end(), file.begin(), file.end());
            Bench watched, blind;
            watched.add(1, all, 1 + seed % 5, true);
            blind.add(1, all);
            verifyEqual(watched.table(), blind.table(), "seed " + std::to_string(seed));
            if (QTest::currentTestFailed())
                return;
        }
    }

    void snapshotsNeverChange() {
        Bench bench;
        bench.add(1, {{1, 1, 0, 100, 50}});
        const SpanTablePtr before = bench.table();
        const auto content = contentOf(*before);
        bench.add(2, {{1, 2, 1, 110, 10}, {2, 1, 0, 5, 5}});
        (void)bench.table();
        bench.remove(1);
        (void)bench.table();
        QCOMPARE(difference(contentOf(*before), content), std::string());
    }

    void generationGrows() {
        Bench bench;
        const uint64_t first = bench.table()->generation();
        bench.add(1, {{}});
        QVERIFY(bench.table()->generation() > first);
    }

    void linksAcrossFiles() {
        Span from{1, 1};
        from.links = {{{0, 2}, 7}, {{0, 9}, 1}};
        Bench bench;
        bench.add(1, {from});
        QCOMPARE(bench.table()->derivedAt(0).linkTarget, (std::vector<Row>{kNoRow, kNoRow}));
        bench.add(2, {{2, 7, 0, 5}});
        QCOMPARE(bench.table()->derivedAt(0).linkTarget, (std::vector<Row>{1U << 16, kNoRow}));
        bench.remove(2);
        QCOMPARE(bench.table()->derivedAt(0).linkTarget, (std::vector<Row>{kNoRow, kNoRow}));
        bench.add(3, {{9, 1, 0, 5}});
        QCOMPARE(bench.table()->derivedAt(0).linkTarget, (std::vector<Row>{kNoRow, 1U << 16}));
    }

    // A link went on pointing to a row that a better copy from a later file had hidden.
    void linkFollowsTheCopyThatIsShown() {
        Span from{1, 1};
        from.links = {{{0, 2}, 7}};
        Span unfinished{2, 7, 0, 5, 0};
        unfinished.flags = kUnfinished;
        Bench bench;
        bench.add(1, {from, unfinished});
        QCOMPARE(bench.table()->derivedAt(0).linkTarget[0], 1U);
        bench.add(2, {{2, 7, 0, 5, 30}});
        QCOMPARE(bench.table()->derivedAt(0).linkTarget[0], 1U << 16);
        bench.remove(2);
        QCOMPARE(bench.table()->derivedAt(0).linkTarget[0], 1U);
    }

    void contextsCompletedLate() {
        Bench bench;
        FileInfo info;
        info.id = 1;
        bench.builder().beginFile(info);
        ImportReport report;
        std::vector<TraceIndex> traceOf;
        BatchSink sink(bench.dictionary(), report, 0, [&](std::unique_ptr<Batch> b) { bench.builder().append(*b, traceOf); });
        const ContextHandle late = sink.openContext(), never = sink.openContext();
        put(sink, {1, 1, 0, 10, 50}, late);
        put(sink, {1, 2, 1, 20, 5}, never);
        sink.flush();
        const SpanTablePtr early = bench.table();
        QCOMPARE(early->serviceText(0), kUnknownService);
        QCOMPARE(early->summary(0).services, 1U);
        ContextRecord record;
        record.resource.push_back({"service.name", ValueType::String, "checkout"});
        record.resource.push_back({"host.name", ValueType::String, "pod-1"});
        sink.complete(late, record);
        sink.flush();
        bench.builder().endFile();
        const SpanTablePtr table = bench.table();
        QCOMPARE(table->serviceText(0), std::string_view("checkout"));
        QCOMPARE(table->text(table->contextInfo(table->context(0)).instance), std::string_view("pod-1"));
        QCOMPARE(table->serviceText(1), kUnknownService);
        QCOMPARE(table->summary(0).services, 2U);
        QCOMPARE(early->serviceText(0), kUnknownService); // the snapshot that was handed out did not change
    }

    // The service decides what is a copy: spans that looked alike while it was unknown must come apart.
    void lateServiceTakesCopiesApart() {
        Bench bench;
        FileInfo info;
        info.id = 1;
        bench.builder().beginFile(info);
        ImportReport report;
        std::vector<TraceIndex> traceOf;
        BatchSink sink(bench.dictionary(), report, 0, [&](std::unique_ptr<Batch> b) { bench.builder().append(*b, traceOf); });
        const ContextHandle one = sink.openContext(), two = sink.openContext();
        put(sink, {1, 1}, one);
        put(sink, {1, 1}, two);
        sink.flush();
        QCOMPARE(bench.table()->spanCount(), uint64_t(1));
        ContextRecord a, b;
        a.resource.push_back({"service.name", ValueType::String, "a"});
        b.resource.push_back({"service.name", ValueType::String, "b"});
        sink.complete(one, a);
        sink.complete(two, b);
        sink.flush();
        QCOMPARE(bench.table()->spanCount(), uint64_t(2));
    }

    void segmentsOf65536Rows() {
        File big;
        for (uint32_t i = 0; i < 2 * kSegmentRows + 100; ++i) {
            Span s{i / 1000, i + 1, i % 1000 == 0 ? 0 : i, static_cast<int64_t>(i), 5};
            if (i % 1000 == 999)
                s.links = {{{0, (i + 500) / 1000}, i + 2}};
            big.push_back(s);
        }
        const File small = {{5, 900'001, 1, 10, 10}, {900, 1, 0, 1, 1}};
        Bench bench, other;
        bench.add(1, small);
        bench.add(2, big, 5000, true);
        bench.add(3, {{900, 2, 1, 3, 1}});
        other.add(3, {{900, 2, 1, 3, 1}});
        other.add(2, big, 100'000);
        other.add(1, small);
        verifyEqual(bench.table(), other.table(), "big");
        const SpanTablePtr table = bench.table();
        QCOMPARE(table->segmentCount(), 5U); // 1, 3 and 1
        QCOMPARE(table->files()[1].firstRow, 1U << 16);
        QCOMPARE(table->files()[1].rows, 2 * kSegmentRows + 100);
        QCOMPARE(table->files()[2].firstRow, 4U << 16);
        QCOMPARE(table->segmentAt(1).rows(), kSegmentRows);
        QCOMPARE(table->segmentAt(3).rows(), 100U);

        bench.remove(2);
        const SpanTablePtr gap = bench.table();
        Bench rest;
        rest.add(1, small);
        rest.add(3, {{900, 2, 1, 3, 1}});
        verifyEqual(gap, rest.table(), "gap");
        QVERIFY(!gap->hasSegment(2) && gap->hasSegment(4));
        QCOMPARE(gap->files()[1].firstRow, 4U << 16); // rows are never renumbered
    }

    void nothingTripsOverGaps() {
        Bench bench;
        for (int64_t file = 0; file < 5; ++file)
            bench.add(file, {{static_cast<uint64_t>(file), 1, 0, 100 * file, 10}, {77, static_cast<SpanId>(file + 1), 1, 100 * file + 1, 10}});
        bench.remove(0);
        bench.remove(2);
        bench.remove(4);
        const SpanTablePtr table = bench.table();
        QCOMPARE(table->segmentCount(), 4U); // what was last is cut off
        QCOMPARE(table->spanCount(), uint64_t(4));
        QCOMPARE(table->traceCount(), 3U);
        QVERIFY(!table->findTrace({0, 0}) && !table->findTrace({0, 2}) && table->findTrace({0, 1}));
        QCOMPARE(table->startTime(), 100);
        uint64_t rows = 0;
        table->forEachRow([&](Row r) {
            ++rows;
            QVERIFY((r >> 16) % 2 == 1);
        });
        QCOMPARE(rows, uint64_t(4));
        const ScopeResult all = evaluate(Scope(), {table});
        QCOMPARE(all.spans.count(), size_t(4));
        QCOMPARE(all.traces.count(), size_t(3));
        Scope scope;
        scope = scope.with({ScopeTerm::Kind::Service, "shop", {}, 0, 0});
        QCOMPARE(evaluate(scope, {table}).spanCount, uint64_t(4));
        QCOMPARE(overview(*table, all).spans, uint64_t(4));
        QCOMPARE(traceList(*table, all, {}, TraceColumn::Start, true).size(), size_t(3));
        QCOMPARE(traffic(*table, nullptr, 10).buckets.size(), size_t(10));
        QVERIFY(!RowSet(*table)[0]);
        QVERIFY(!RowSet(*table)[9U << 16]);
    }

    void removalOfWhatIsNotThere() {
        Bench bench;
        bench.add(1, {{}});
        bench.remove(99);
        QCOMPARE(bench.table()->spanCount(), uint64_t(1));
        bench.remove(1);
        bench.remove(1);
        QVERIFY(bench.table()->isEmpty());
        QCOMPARE(bench.table()->segmentCount(), 0U);
    }

    // 200,000 traces of one span: work per snapshot must not grow with the square of the traces.
    void manyTracesStayFast() {
        File file;
        for (uint64_t i = 0; i < 200'000; ++i)
            file.push_back({i, 1, 0, static_cast<int64_t>(i), 1});
        Bench bench;
        const std::clock_t begun = std::clock(); // of this process: a busy machine is no failure
        bench.add(1, file, 20'000, true);
        QCOMPARE(bench.table()->traceCount(), 200'000U);
        QVERIFY(std::clock() - begun < 20 * CLOCKS_PER_SEC);
    }

    void outOfRangeSegmentsAreRefused() {
        const auto make = [] {
            auto s = std::make_shared<Segment>();
            s->start = {1};
            s->duration = {1};
            s->id = {1};
            s->parentId = {0};
            s->trace = {0};
            s->context = {0};
            s->name = {0};
            s->kind = {Kind::Server};
            s->status = {Status::Ok};
            s->flags = {0};
            s->attributeCount = {0};
            return s;
        };
        SpanTableBuilder builder;
        builder.addString("");
        builder.addContext(0, std::nullopt, std::nullopt);
        builder.addTrace({0, 1});
        const auto refused = [&](auto&& change) {
            auto s = make();
            change(*s);
            return !builder.addSegment(0, s);
        };
        QVERIFY(refused([](Segment& s) { s.trace = {1}; }));
        QVERIFY(refused([](Segment& s) { s.context = {1}; }));
        QVERIFY(refused([](Segment& s) { s.name = {1}; }));
        QVERIFY(refused([](Segment& s) { s.kind = {static_cast<Kind>(6)}; }));
        QVERIFY(refused([](Segment& s) { s.status = {static_cast<Status>(3)}; }));
        QVERIFY(refused([](Segment& s) { s.start = {kMaxTime + 1}; }));
        QVERIFY(refused([](Segment& s) { s.start = {INT64_MIN}; }));
        QVERIFY(refused([](Segment& s) { s.duration = {kMaxDuration + 1}; }));
        QVERIFY(refused([](Segment& s) { s.duration = {INT64_MIN}; }));
        QVERIFY(builder.addSegment(0, make()));
        QCOMPARE(builder.snapshot()->spanCount(), uint64_t(1));
    }

    void chunks() {
        auto s = std::make_shared<Segment>();
        s->start = {1, -5};
        s->duration = {7, 0};
        s->id = {~0ULL, 2};
        s->parentId = {0, ~0ULL};
        s->trace = {0, 3};
        s->context = {1, 2};
        s->name = {5, 6};
        s->kind = {Kind::Server, Kind::Consumer};
        s->status = {Status::Ok, Status::Error};
        s->flags = {1, 255};
        s->attributeCount = {0, 255};
        s->links = {{1, {8, 9}, 10}};
        const std::string chunk = toChunk(*s);
        const auto back = segmentFromChunk(chunk);
        QVERIFY(back);
        QVERIFY(back->start == s->start && back->duration == s->duration && back->id == s->id && back->parentId == s->parentId);
        QVERIFY(back->trace == s->trace && back->context == s->context && back->name == s->name && back->kind == s->kind);
        QVERIFY(back->status == s->status && back->flags == s->flags && back->attributeCount == s->attributeCount);
        QCOMPARE(back->links.size(), size_t(1));
        QVERIFY(back->links[0].offset == 1 && back->links[0].trace == (TraceId{8, 9}) && back->links[0].span == 10);
        for (size_t i = 0; i < chunk.size(); ++i) { // every byte counts
            std::string damaged = chunk;
            damaged[i] = static_cast<char>(damaged[i] ^ 0x40);
            QVERIFY2(!segmentFromChunk(damaged), QByteArray::number(int(i)));
            QVERIFY(!segmentFromChunk(std::string_view(chunk).substr(0, i)));
        }
        QVERIFY(!segmentFromChunk(chunk + "x"));
    }
};

QTEST_GUILESS_MAIN(TestSpanTableBuilder)
#include "tst_span_table_builder.moc"
