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
        QCOMPARE(std::pair(money.converted, money.wentOn), std::pair(uint64_t(80), uint64_t(80)));
        QCOMPARE(money.toWords(), std::string("about 829.00 EUR and 105.50 USD expected to be lost")); // 180 and 11 times 59
        QCOMPARE(formatMoney(1234567.6, "EUR"), std::string("1,234,568 EUR"));
        QCOMPARE(formatMoney(0.05, ""), std::string("0.05"));
        // 12,345.67 EUR were told as 12,346 EUR charged.
        for (const auto& [amount, currency, text] : std::vector<std::tuple<double, std::string, std::string>>{{12345.67, "EUR", "12,345.67 EUR"}, {10000.5, "EUR", "10,000.50 EUR"}, {12345.678, "KWD", "12,345.678 KWD"}, {9999.995, "EUR", "9,999.995 EUR"},
                                                                                                              {1234.5, "JPY", "1,234.5 JPY"}, {1234, "JPY", "1,234 JPY"}, {0.1 + 0.2, "EUR", "0.30 EUR"}, {45.5, "", "45.50"}, {-3, "EUR", "-3.00 EUR"}, {1e300, "EUR", "1,000,000,000,000,000+ EUR"}})
            QCOMPARE(exactMoney(amount, currency), text);
        QCOMPARE(formatMoney(-4.5, "EUR"), std::string("-4.50 EUR"));
        QCOMPARE(formatMoney(999.999, "EUR"), std::string("1,000.00 EUR"));
        QCOMPARE(formatMoney(120, "JPY"), std::string("120 JPY")); // "120.00 JPY", of which there is no hundredth
        QCOMPARE(formatMoney(119.6, "krw"), std::string("120 krw"));
        QCOMPARE(formatMoney(4.5, "KWD"), std::string("4.500 KWD"));
        QCOMPARE(formatMoney(4.0056, "TND"), std::string("4.006 TND"));
        QCOMPARE(formatMoney(1204.5, "KWD"), std::string("1,205 KWD"));
        QCOMPARE(formatMoney(1e300, "EUR"), std::string("1,000,000,000,000,000+ EUR")); // "1e+300 EUR"
        QVERIFY(CaseMoney().toWords().empty() && CaseMoney().explained("sessions").empty());
    }

    // It was said to be lost as if everybody who stopped would have bought.
    void notEverybodyWouldHaveBought() {
        // Of 20 that stop at A ten have a cart of 30. Of 80 that go on 20 buy, for 50 each: one in four. Who is still there says nothing.
        Sessions sessions;
        for (int i = 0; i < 100; ++i) {
            sessions.add(i, "A");
            if (i < 10)
                sessions.add(i, "cart", kMs, {{"cart.total", "30"}, {"currency", "EUR"}});
            if (i >= 20)
                sessions.add(i, "B");
            if (i >= 80)
                sessions.add(i, "C", kMs, {{"cart.total", "50"}, {"currency", "EUR"}});
        }
        for (const char* name : {"A", "B"}) {
            Visit last = sessions.visits().back();
            last.session = "still here";
            last.name = name;
            last.at = (4 * 3600 + (name[0] == 'B')) * kSecond;
            last.attributes.clear();
            sessions.visits().push_back(last);
        }
        // Nor does who has just bought: those who came as late and have yet to are not counted, either.
        for (const char* name : {"A", "B", "C"}) {
            Visit last = sessions.visits().back();
            last.session = "bought just now";
            last.name = name;
            last.at = (4 * 3600 + (name[0] - 'A')) * kSecond;
            sessions.visits().push_back(last);
        }
        const Looked looked(sessions, letters(3));
        QCOMPARE(looked.drop.stopped, uint64_t(20));
        QCOMPARE(looked.drop.wentOn, uint64_t(82));
        const CaseMoney& money = looked.drop.money;
        QCOMPARE(std::pair(money.converted, money.wentOn), std::pair(uint64_t(20), uint64_t(80)));
        QVERIFY((money.expectedLoss() == std::vector<std::pair<std::string, double>>{{"EUR", 200}})); // a quarter of 10 times 30 and 10 times 50
        QCOMPARE(money.toWords(), std::string("about 200.00 EUR expected to be lost"));
        QCOMPARE(money.toWords(0.5), std::string("about 100.00 EUR expected to be lost"));
        QCOMPARE(dropOffNotes(looked.drop).back(),
                 std::string("Expected loss of all that stopped here: about 200.00 EUR, had all of them gone on and then converted as often as those that did go on and are over (20 of 80). "
                             "Before they stopped 300.00 EUR was seen of 10 of these sessions; the other 10 count with the median of those that converted, 50.00 EUR."));
        for (const DropCause& cause : looked.drop.causes)
            QCOMPARE(cause.money.wentOn, uint64_t(80));
    }

    void whatIsAssumedIsSaid() {
        CaseMoney money;
        money.sums = {{"EUR", 300, 3}};
        money.unknown = 1;
        QVERIFY(money.toWords().empty()); // nobody went on
        QCOMPARE(money.explained("orders"), std::string("Before they stopped 300.00 EUR was seen of 3 of these orders. Nobody who went on from here has converted, so that nothing says how much of it would have been bought."));
        money.wentOn = 4;
        money.converted = 2;
        QCOMPARE(money.explained("orders"), std::string("Expected loss of all that stopped here: about 150.00 EUR, had all of them gone on and then converted as often as those that did go on and are over (2 of 4). "
                                                        "Before they stopped 300.00 EUR was seen of 3 of these orders; the others do not count."));
        money.sums.clear();
        QVERIFY(money.explained("orders").empty());
        money.usual = 10;
        money.usualOf = 2;
        QCOMPARE(money.explained("orders"), std::string("Expected loss of all that stopped here: about 5.00, had all of them gone on and then converted as often as those that did go on and are over (2 of 4). "
                                                        "No amount was seen of them before they stopped; each counts with the median of those that converted, 10.00."));
        // What is usual in a currency that none of them has is a sum of its own.
        money.sums = {{"EUR", 300, 3}};
        QCOMPARE(money.toWords(), std::string("about 150.00 EUR and 5.00 expected to be lost"));
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
        money.wentOn = money.converted = 1;
        QCOMPARE(money.toWords(), std::string("about 4.00 EUR and 3.00 USD and 2.00 GBP and 1.00 CHF and amounts in 1 other currency expected to be lost"));
        money.sums.resize(2);
        QCOMPARE(money.toWords(), std::string("about 4.00 EUR and 3.00 USD expected to be lost"));
    }

    // Beside ten that stopped more than among the others stood what all twenty would have paid, and something was lost by chance.
    void ofTheExcess() {
        DropCause cause;
        cause.money.sums = {{"EUR", 100, 4}};
        cause.money.wentOn = 96;
        cause.money.converted = 48;
        cause.cases.with = 4;
        cause.cases.withOther = 6;
        cause.cases.without = 10;
        cause.cases.withoutOther = 90; // one of ten: three of the four are more than that
        cause.q = 0.01;
        QCOMPARE(cause.moneyWords(), std::string("about 37.50 EUR expected to be lost"));
        cause.q = 0.2;
        QCOMPARE(cause.moneyWords(), std::string());
    }
};

QTEST_GUILESS_MAIN(TestCaseMoney)
#include "tst_case_money.moc"
