#include "format/key_index.h"

#include <QtTest/QtTest>

#include <random>
#include <vector>

using namespace aisle;

class TestKeyIndex : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Equal to a search from the front, below and beyond the length from which keys are looked up.
    void equalsASearch() {
        struct Element {
            std::string key;
        };
        std::mt19937 random(7);
        for (const unsigned keys : {5U, 60U, 400U}) {
            std::vector<Element> list;
            KeyIndex index(list);
            for (int i = 0; i < 1000; ++i) {
                const std::string key = "k" + std::to_string(random() % keys);
                size_t expected = 0;
                while (expected < list.size() && list[expected].key != key)
                    ++expected;
                QCOMPARE(index.find(key), expected);
                if (expected == list.size() || random() % 4 == 0) // also twice, as some records have them
                    list.push_back({key});
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestKeyIndex)
#include "tst_key_index.moc"
