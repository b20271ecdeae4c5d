// Postings: packed and unpacked, made and removed with their file, damaged ones noticed and done without.

#include "store/postings.h"
#include "traceql_fixture.h"

#include <QTest>

#include <random>

using namespace aisle;
using namespace aisle::test;

class TestPostings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void damagedPostingsAreReadFromTheRows() {
        QueryShop shop;
        shop.add("shop.json", fill);
        shop.index();
        QVERIFY(shop.db->integer("SELECT count(*) FROM posting") > 5);
        const auto ask = [&] { return spansOf(*shop.workspace->table(), evaluate(read("{ .rows > 4 }"), shop.source()).spans); };
        QCOMPARE(ask(), QStringLiteral("1.2 1.3"));
        for (const char* damage : {"UPDATE posting SET data = substr(data, 1, length(data) - 1)", "UPDATE posting SET data = x'01'", "UPDATE posting SET data = zeroblob(40)", "DELETE FROM posting"}) {
            shop.db->exec(damage);
            QCOMPARE(ask(), QStringLiteral("1.2 1.3"));
        }
    }

    void postingsGoWithTheirFile() {
        QueryShop shop;
        shop.add("one.json", fill);
        shop.add("two.json", [](SpanSink& sink) { fillSimple(sink, 9, 100); });
        QVERIFY(postingsAreDue(*shop.db, *shop.workspace->table()));
        shop.index();
        QVERIFY(!postingsAreDue(*shop.db, *shop.workspace->table()));
        const int64_t before = shop.db->integer("SELECT count(*) FROM posting");
        shop.workspace->removeFiles({shop.workspace->table()->files()[0].id});
        QVERIFY(shop.db->integer("SELECT count(*) FROM posting") < before);
        QCOMPARE(shop.db->integer("SELECT count(*) FROM posting_segment"), 1);
        QCOMPARE(evaluate(read("{ .order.id = \"7\" }"), shop.source()).spanCount, uint64_t(100));
        QVERIFY(!postingsAreDue(*shop.db, *shop.workspace->table()));
    }

    void chunksComeBackAsTheyWere() {
        std::mt19937 dice(3);
        const auto random = [&] { return static_cast<uint32_t>(dice()); };
        for (int round = 0; round < 200; ++round) {
            PostingChunk chunk;
            const uint32_t values = random() % 3 == 0 ? random() % 3 : random() % 700;
            for (uint32_t i = 0, at = 0; i < values; ++i)
                chunk.values.push_back(at += 1 + random() % 1000);
            const uint32_t step = random() % 2 == 0 ? 3 : 2000;
            for (uint32_t at = random() % step; at < kSegmentRows; at += 1 + random() % step) {
                chunk.offsets.push_back(static_cast<uint16_t>(at));
                chunk.codes.push_back(static_cast<uint32_t>(random() % (chunk.values.size() + 1)));
                if (round % 4 == 0 && random() % 50 == 0) {
                    chunk.offsets.push_back(static_cast<uint16_t>(at));
                    chunk.codes.push_back(0);
                }
            }
            const std::string bytes = pack(chunk, round);
            const auto back = unpackPostings(bytes, round);
            QVERIFY(!unpackPostings(bytes, round + 1));
            QVERIFY(back);
            QVERIFY(*back == chunk);
            for (int n = 0; n < 20; ++n) { // whatever a stranger makes of it: nothing, or something within its bounds
                std::string damaged = bytes.substr(0, bytes.size() - random() % std::min<size_t>(bytes.size(), 30));
                damaged[random() % damaged.size()] ^= static_cast<char>(1U << random() % 8);
                if (const auto read = unpackPostings(damaged, round))
                    for (size_t i = 0; i < read->codes.size(); ++i)
                        QVERIFY(read->codes[i] <= read->values.size());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestPostings)
#include "tst_postings.moc"
