// What cases that stopped were worth, by hand.
#include "drop_off_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

class TestCaseMoney : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void money() {
        // Orders of 10, 20, ... of those who convert; of those who stop one in two has one, in two currencies.
        Sessions sessions;
        for (int i = 0; i < 100; ++i) {
            const bool stops = i < 20;
            sessions.add(i, "A");
            if (!stops || i % 2 == 0) {
                Visit& order = sessions.add(i, "order", kMs, {{"order.amount", std::to_string(stops ? 30 : i)}, {"order.currency", i < 8 ? "USD" : "EUR"}});
                if (i == 0)
                    order.attributes[0].second = "not a number";
            }
            if (i == 2)
                sessions.add(i, "order", kMs, {{"order.amount", "45.5"}});
            if (!stops)
                sessions.add(i, "B");
        }
        const Looked looked(sessions);
        const CaseMoney& money = looked.drop.money;
        // USD: 2 (45.5, the largest), 4, 6; EUR: 8, 10, ... 18. Unknown: the odd ones and 0.
        QVERIFY((money.sums == std::vector<CaseMoney::Sum>{{"EUR", 180, 6}, {"USD", 105.5, 3}}));
        QCOMPARE(money.unknown, uint64_t(11));
        QCOMPARE(money.usualOf, uint64_t(80)); // 20 to 99, the 40th of 80
        QCOMPARE(money.usual, 59.0);
        QCOMPARE(money.toWords(), std::string("180.00 EUR and 105.50 USD lost, about 649.00 EUR more at risk"));
        QCOMPARE(formatMoney(1234567.6, "EUR"), std::string("1,234,568 EUR"));
        QCOMPARE(formatMoney(0.05, ""), std::string("0.05"));
        QVERIFY(CaseMoney().toWords().empty());
    }

    // Each value of what calls itself a currency was looked for among all others, and the sentence named them all.
    void currenciesOfStrangers() {
        Sessions sessions;
        for (int i = 0; i < 1200; ++i) {
            sessions.add(i, "A", kMs, {{"order.amount", "10"}, {"order.currency", "C" + std::to_string(i / 2)}});
            if (i % 2 == 0)
                sessions.add(i, "B");
        }
        const Looked looked(sessions);
        const std::string words = looked.drop.money.toWords();
        QVERIFY2(words.size() < 200 && words.find("none") == std::string::npos, words.c_str());
        CaseMoney money;
        money.sums = {{"EUR", 4, 1}, {"USD", 3, 1}, {"GBP", 2, 1}, {"CHF", 1, 1}, {"", 5, 1}};
        QCOMPARE(money.toWords(), std::string("4.00 EUR and 3.00 USD and 2.00 GBP and 1.00 CHF and amounts in 1 other currency lost"));
        money.sums.resize(2);
        QCOMPARE(money.toWords(), std::string("4.00 EUR and 3.00 USD lost"));
    }

    // Beside ten that stopped more than among the others stood what all twenty would have paid, and something was lost by chance.
    void ofTheExcess() {
        DropCause cause;
        cause.money.sums = {{"EUR", 100, 4}};
        cause.cases.with = 4;
        cause.cases.withOther = 6;
        cause.cases.without = 10;
        cause.cases.withoutOther = 90; // one of ten: three of the four are more than that
        cause.q = 0.01;
        QCOMPARE(cause.moneyWords(), std::string("75.00 EUR lost"));
        cause.q = 0.2;
        QCOMPARE(cause.moneyWords(), std::string());
    }
};

QTEST_GUILESS_MAIN(TestCaseMoney)
#include "tst_case_money.moc"
