// The value index beside a naive reference that reads every span, over runs small enough that there are many.

#include "store/span_reader.h"
#include "store/value_chunk.h"
#include "store/value_index.h"
#include "store/schema.h"
#include "workspace_fixture.h"

#include <QTest>

#include <map>
#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

using Found = std::map<std::string, std::vector<Row>>;

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool matches(std::string value, ValueMatch match, std::string text) {
    switch (match) {
    case ValueMatch::Exact: return value == text;
    case ValueMatch::Prefix: return value.substr(0, text.size()) == text;
    case ValueMatch::Contains: break;
    }
    for (char& c : value)
        c = folded(c);
    for (char& c : text)
        c = folded(c);
    return value.find(text) != std::string::npos;
}

/// What every visible span says, read one by one.
std::vector<std::pair<Row, AttributeList>> allSpans(Database& db, const SpanTable& table) {
    std::vector<std::pair<Row, AttributeList>> out;
    table.forEachRow([&](Row row) { out.emplace_back(row, readSpan(db, table, row).attributes); });
    return out;
}

Found naive(const std::vector<std::pair<Row, AttributeList>>& spans, const std::string& key, ValueMatch match, const std::string& text) {
    Found out;
    for (const auto& [row, list] : spans) {
        for (const AttributeValue& a : list) {
            if (a.key != key || !matches(a.value, match, text))
                continue;
            auto& rows = out[a.value];
            if (rows.empty() || rows.back() != row)
                rows.push_back(row);
        }
    }
    return out;
}

Found naive(Database& db, const SpanTable& table, const std::string& key, ValueMatch match, const std::string& text) {
    return naive(allSpans(db, table), key, match, text);
}

Found asMap(const ValueHits& hits) {
    Found out;
    for (const ValueHit& hit : hits.values)
        out[hit.value] = hit.rows;
    return out;
}

/// Values of every kind that the index treats differently.
std::string anyValue(std::mt19937& random) {
    static constexpr char hex[] = "0123456789abcdef";
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    switch (pick(8)) {
    case 0: return "ORD-" + std::to_string(1000 + pick(60));
    case 1: return "often";
    case 2: return "";
    case 3: return "ord-" + std::to_string(pick(2000)) + "\"\\\n";
    case 4: return "\xc3\xa4pfel " + std::to_string(pick(50));
    case 5: return std::string(255 + pick(4), 'x') + std::to_string(pick(3)); // around the cut
    case 6: return std::string(256, 'y') + "tail" + std::to_string(pick(5)); // the same beginning
    default: {
        std::string id;
        for (int i = 0; i < 12; ++i)
            id += hex[pick(16)];
        return id;
    }
    }
}

void fill(SpanSink& sink, unsigned seed, int spans) {
    std::mt19937 random(seed);
    const ContextHandle context = serviceContext(sink, "shop");
    for (int i = 0; i < spans; ++i) {
        const std::string id = anyValue(random), other = anyValue(random);
        Pairs pairs{{"order.id", id}};
        if (i % 3 == 0)
            pairs = {{"user", "u" + std::to_string(i % 7)}};
        else if (i % 5 == 0)
            pairs.push_back({"order.id", other}); // twice the same key
        const Attributes list = attributes(pairs);
        SpanRecord span;
        span.trace.id = {seed, static_cast<uint64_t>(i / 4 + 1)};
        span.span.id = static_cast<SpanId>(i + 1);
        span.context = context;
        span.name = "GET /";
        span.start = 1'700'000'000'000'000'000 + i;
        span.duration = 10;
        span.attributes = list;
        sink.span(span);
    }
}

void makeManyValued(Database& db, const char* key) {
    db.prepare("INSERT OR IGNORE INTO value_key SELECT id FROM string WHERE text = ?1").bind(1, std::string_view(key)).run();
}

constexpr ValueRunLimits kSmall{100, 96U << 20};

} // namespace

class TestValueIndex : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sameAsReadingEverySpan() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) { fill(sink, 1, 700); });
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& sink) { fill(sink, 2, 400); });
        WorkspaceFixture::add(*workspace, "a again", [](SpanSink& sink) { fill(sink, 1, 90); }); // hidden copies
        const auto db = workspace->connect();
        makeManyValued(*db, "order.id");
        const SpanTablePtr table = workspace->table();
        QVERIFY(valueIndexIsDue(*db, *table));
        std::vector<std::string> texts{"ORD-10", "ORD-1007", "often", "", "ord-1", "ord-1999\"\\\n", "\xc3\xa4pfel 4", "pfel", "a", "3f", "0b1", "x", std::string(255, 'x'),
                                       std::string(256, 'y'), std::string(256, 'y') + "tail3", std::string(256, 'y') + "ta", "tail3", "yT", "nowhere", "\xff"};
        const auto spans = allSpans(*db, *table);
        const auto check = [&](uint64_t rowsRead) {
            for (const ValueMatch match : {ValueMatch::Exact, ValueMatch::Prefix, ValueMatch::Contains}) {
                for (const std::string& text : texts) {
                    const ValueHits hits = findValues(*db, *table, "order.id", match, text, 100'000);
                    QVERIFY(!hits.isCut);
                    QCOMPARE(hits.rowsRead, rowsRead);
                    const Found expected = naive(spans, "order.id", match, text);
                    QVERIFY2(asMap(hits) == expected, qPrintable(QStringLiteral("match %1 of '%2': %3 values, not %4")
                                                                     .arg(int(match)).arg(QString::fromStdString(text)).arg(hits.values.size()).arg(expected.size())));
                }
            }
        };
        check(1190); // nothing is indexed yet
        buildValueIndex(*db, *table, {}, {}, kSmall);
        QVERIFY(!valueIndexIsDue(*db, *table));
        check(0);
        const ValueIndexSize size = valueIndexSize(*db);
        QCOMPARE(size.keys, 1U);
        QVERIFY(size.values > 700 && size.bytes > 0);
        buildValueIndex(*db, *table, {}, {}, kSmall); // adds nothing
        QVERIFY(valueIndexSize(*db) == size);

        WorkspaceFixture::add(*workspace, "c", [](SpanSink& sink) { fill(sink, 3, 150); });
        const SpanTablePtr more = workspace->table();
        QCOMPARE(findValues(*db, *more, "order.id", ValueMatch::Exact, "often", 9).rowsRead, 150U); // read until it is indexed
        workspace->removeFiles({1});
        const SpanTablePtr less = workspace->table();
        QVERIFY(asMap(findValues(*db, *less, "order.id", ValueMatch::Contains, "o", 100'000)) == naive(*db, *less, "order.id", ValueMatch::Contains, "o"));
        buildValueIndex(*db, *less, {}, {}, kSmall);
        QVERIFY(asMap(findValues(*db, *less, "order.id", ValueMatch::Contains, "o", 100'000)) == naive(*db, *less, "order.id", ValueMatch::Contains, "o"));
        QCOMPARE(db->integer("SELECT count(*) FROM value_chunk WHERE id >> 32 NOT IN (SELECT id FROM value_run)"), 0);
        QCOMPARE(db->integer("SELECT count(*) FROM value_gram WHERE id >> 32 NOT IN (SELECT id FROM value_run)"), 0);
    }

    /// A piece of a span that was written apart has values of its own; they are found at the span it belongs to.
    void valuesOfFragments() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) {
            const ContextHandle context = serviceContext(sink, "shop");
            for (const bool isFragment : {true, false}) {
                const Pairs pairs{{"order.id", isFragment ? "ORD-piece" : "ORD-whole"}};
                const Attributes list = attributes(pairs);
                SpanRecord span;
                span.trace.id = {0, 1};
                span.span.id = 5;
                span.context = context;
                span.name = "pay";
                span.kind = isFragment ? Kind::Unspecified : Kind::Client;
                span.attributes = list;
                if (isFragment) {
                    span.setTimes(0, 0);
                } else {
                    span.setTimes(1'700'000'000'000'000'000, 1'700'000'000'000'000'010);
                }
                sink.span(span);
            }
        });
        const auto db = workspace->connect();
        const SpanTablePtr table = workspace->table();
        QCOMPARE(table->spanCount(), uint64_t(1));
        makeManyValued(*db, "order.id");
        for (const bool indexed : {false, true}) {
            if (indexed)
                buildValueIndex(*db, *table, {}, {}, kSmall);
            const Found found = asMap(findValues(*db, *table, "order.id", ValueMatch::Prefix, "ORD-", 10));
            const Row whole = table->findSpan(0, 5);
            QVERIFY2(found == (Found{{"ORD-piece", {whole}}, {"ORD-whole", {whole}}}), qPrintable(QString::fromStdString(found.begin()->first + " at " + std::to_string(found.begin()->second.at(0)))));
        }
    }

    void aKeyOfTheDictionaryIsReadWithoutIndex() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) { fill(sink, 1, 100); });
        const auto db = workspace->connect();
        const ValueHits hits = findValues(*db, *workspace->table(), "user", ValueMatch::Exact, "u3", 10);
        QVERIFY(asMap(hits) == naive(*db, *workspace->table(), "user", ValueMatch::Exact, "u3"));
        QCOMPARE(hits.values.size(), size_t(1));
        QCOMPARE(hits.rowsRead, 100U);
        QVERIFY(findValues(*db, *workspace->table(), "no.such.key", ValueMatch::Prefix, "", 10).values.empty());
    }

    void theFirstOnesOfManyAreGivenInOrder() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) { fill(sink, 5, 900); });
        const auto db = workspace->connect();
        makeManyValued(*db, "order.id");
        for (const bool indexed : {false, true}) {
            if (indexed)
                buildValueIndex(*db, *workspace->table(), {}, {}, kSmall);
            for (const ValueMatch match : {ValueMatch::Prefix, ValueMatch::Contains}) {
                const Found all = naive(*db, *workspace->table(), "order.id", match, "o");
                const ValueHits hits = findValues(*db, *workspace->table(), "order.id", match, "o", 7);
                QVERIFY(hits.isCut);
                Found first;
                for (auto at = all.begin(); first.size() < 7; ++at)
                    first.insert(*at);
                QVERIFY(asMap(hits) == first);
                QCOMPARE(findValues(*db, *workspace->table(), "order.id", match, "o", all.size()).isCut, false);
            }
        }
    }

    // 65,536 values of a key are in the dictionary, the rest in the spans: both must be in the index, unasked.
    void keysThatLeaveTheDictionaryAreMarkedByTheImport() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) {
            const ContextHandle context = serviceContext(sink, "shop");
            for (int i = 0; i < 66'000; ++i) {
                const std::string value = "order-" + std::to_string(100'000 + i);
                const Pairs pairs{{"order.id", value}, {"kind", "new"}};
                const Attributes list = attributes(pairs);
                SpanRecord span;
                span.trace.id = {1, 1};
                span.span.id = static_cast<SpanId>(i + 1);
                span.context = context;
                span.name = "buy";
                span.start = 1'700'000'000'000'000'000;
                span.attributes = list;
                sink.span(span);
            }
        });
        const auto db = workspace->connect();
        QCOMPARE(db->integer("SELECT count(*) FROM value_key"), 1);
        buildValueIndex(*db, *workspace->table());
        QCOMPARE(valueIndexSize(*db).values, 66'000U);
        for (const int i : {0, 65'535, 65'536, 65'999}) {
            const ValueHits hits = findValues(*db, *workspace->table(), "order.id", ValueMatch::Exact, "order-" + std::to_string(100'000 + i), 5);
            QCOMPARE(hits.rowsRead, 0U);
            QCOMPARE(hits.values.size(), size_t(1));
            QVERIFY(hits.values[0].rows == std::vector<Row>{static_cast<Row>(i)});
        }
        QCOMPARE(findValues(*db, *workspace->table(), "order.id", ValueMatch::Contains, "R-16599", 100).values.size(), size_t(10));
    }

    void memoryOfARunIsBounded() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) { fill(sink, 1, 20'000); });
        const auto db = workspace->connect();
        makeManyValued(*db, "order.id");
        buildValueIndex(*db, *workspace->table(), {}, {}, {1U << 20, 1 << 16});
        QVERIFY(db->integer("SELECT count(*) FROM value_run") > 2);
        const SpanTablePtr table = workspace->table();
        QVERIFY(asMap(findValues(*db, *table, "order.id", ValueMatch::Prefix, "ORD-10", 100'000)) == naive(*db, *table, "order.id", ValueMatch::Prefix, "ORD-10"));
    }

    void stoppedHalfWayItGoesOnLater() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) { fill(sink, 1, 1000); });
        const auto db = workspace->connect();
        makeManyValued(*db, "order.id");
        const StopToken stop;
        bool stopped = false;
        try {
            buildValueIndex(*db, *workspace->table(), stop, [&](uint64_t done, uint64_t all) {
                if (done * 2 >= all)
                    stop.stop();
            }, kSmall);
        } catch (const Stopped&) {
            stopped = true;
        }
        QVERIFY(stopped);
        QVERIFY(valueIndexIsDue(*db, *workspace->table()));
        QCOMPARE(findValues(*db, *workspace->table(), "order.id", ValueMatch::Exact, "often", 9).rowsRead, 500U);
        buildValueIndex(*db, *workspace->table(), {}, {}, kSmall);
        QCOMPARE(db->integer("SELECT count(*) FROM value_run"), 10);
        QVERIFY(!valueIndexIsDue(*db, *workspace->table()));
    }

    void damageIsSaid() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) { fill(sink, 1, 300); });
        const auto db = workspace->connect();
        makeManyValued(*db, "order.id");
        buildValueIndex(*db, *workspace->table(), {}, {}, kSmall);
        for (const char* sql : {"UPDATE value_chunk SET data = x'ff'", "UPDATE value_chunk SET data = x'00ffffffff0f'", "DELETE FROM value_chunk WHERE id & 0xffffffff = 0",
                                "UPDATE value_run SET end_row = first_row", "UPDATE value_run SET chunks = -1"}) {
            db->exec("SAVEPOINT whole");
            db->exec(sql);
            bool said = false;
            try {
                (void)findValues(*db, *workspace->table(), "order.id", ValueMatch::Prefix, "", 1000);
            } catch (const StoreError&) {
                said = true;
            }
            QVERIFY2(said, sql);
            db->exec("ROLLBACK TO whole; RELEASE whole");
        }
        db->exec("UPDATE value_gram SET chunks = x'00ffffff7f'");
        QVERIFY_THROWS_EXCEPTION(StoreError, (void)findValues(*db, *workspace->table(), "order.id", ValueMatch::Contains, "ORD-1", 1000));
    }

    void chunksPackAndUnpack() {
        std::mt19937 random(7);
        for (int round = 0; round < 200; ++round) {
            std::map<std::string, std::vector<Row>> values;
            for (int i = 0; i < 30; ++i) {
                auto& rows = values[indexedForm(anyValue(random))];
                for (auto n = random() % 40 + 1; n > 0; --n)
                    rows.push_back(static_cast<Row>(1000 + random() % 5000));
            }
            std::map<std::string, std::vector<Row>> back;
            ChunkBuilder chunk(1000);
            const auto flush = [&] {
                QVERIFY(chunk.bytes().size() <= ChunkBuilder::kChunkBytes);
                const auto entries = unpackChunk(chunk.bytes(), 1000, 6000);
                QVERIFY(entries.has_value());
                QCOMPARE(entries->front().value, chunk.first());
                for (const ValueEntry& entry : *entries)
                    back[entry.value].insert(back[entry.value].end(), entry.rows.begin(), entry.rows.end());
                chunk.clear();
            };
            for (auto& [value, rows] : values) {
                std::sort(rows.begin(), rows.end());
                for (std::span<const Row> left = rows; !left.empty();) {
                    const size_t taken = chunk.add(value, left);
                    left = left.subspan(taken);
                    if (!left.empty())
                        flush();
                }
            }
            if (!chunk.isEmpty())
                flush();
            QVERIFY(back == values);

            ChunkList list;
            std::vector<uint32_t> numbers;
            const auto step = 1 + random() % 20; // dense and sparse
            for (uint32_t n = static_cast<uint32_t>(random() % 50); numbers.size() < 100; n += 1 + static_cast<uint32_t>(random() % step)) {
                numbers.push_back(n);
                list.add(n);
                list.add(n);
            }
            QVERIFY(unpackChunkList(list.packed(), numbers.back() + 1) == numbers);
            QVERIFY(!unpackChunkList(list.packed(), numbers.back()));
            QVERIFY(list.packed().size() <= numbers.back() / 8 + 2);
        }
    }

    // A workspace of version 1 has no index: it is read as it is, and gets one when it is opened for writing.
    void anOlderWorkspaceIsMigrated() {
        WorkspaceFixture f;
        {
            const auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", [](SpanSink& sink) { fill(sink, 1, 100); });
            workspace->connect()->exec("DROP TABLE value_key; DROP TABLE value_run; DROP TABLE value_chunk; DROP TABLE value_gram; DROP TABLE posting; DROP TABLE posting_segment; DROP TABLE user_item; PRAGMA user_version=1");
        }
        {
            const auto workspace = f.open(Workspace::Access::ReadOnly);
            const auto db = workspace->connect();
            QVERIFY(asMap(findValues(*db, *workspace->table(), "order.id", ValueMatch::Prefix, "ORD", 1000)) ==
                    naive(*db, *workspace->table(), "order.id", ValueMatch::Prefix, "ORD"));
            QVERIFY(!valueIndexIsDue(*db, *workspace->table()));
            QVERIFY(valueIndexSize(*db) == ValueIndexSize());
        }
        const auto workspace = f.open();
        QCOMPARE(workspace->connect()->integer("PRAGMA user_version"), kSchemaVersion);
        QVERIFY(workspace->connect()->integer("SELECT count(context) FROM spans") > 0); // views are as they are now
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM value_run"), 0);
        QCOMPARE(workspace->table()->spanCount(), 100U);
    }
};

QTEST_GUILESS_MAIN(TestValueIndex)
#include "tst_value_index.moc"
