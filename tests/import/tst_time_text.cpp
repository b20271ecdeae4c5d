#include "format/time_text.h"

#include <QtTest/QtTest>

using namespace aisle;

namespace {
constexpr int64_t kNone = -1; // what the tests write for "nothing"; no expected time is -1
}

class TestTimeText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rfc3339_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("expected");
        const auto row = [](const char* text, int64_t expected) { QTest::newRow(text) << QByteArray(text) << qint64(expected); };
        row("1970-01-01T00:00:00Z", 0);
        row("1970-01-01T00:00:00.000000001Z", 1);
        row("1970-01-01T00:00:00.1Z", 100'000'000);
        row("1970-01-01t00:00:01z", 1'000'000'000);
        row("1970-01-01 00:00:00,25Z", 250'000'000); // as ISO 8601 and Python have it
        row("1970-01-01 00:00:01Z", 1'000'000'000);
        row("1970-01-01T01:00:00+01:00", 0);
        row("1969-12-31T19:00:00.5-05:00", 500'000'000);
        row("1969-12-31T23:59:59.25Z", -750'000'000);
        row("2000-02-29T12:00:00Z", 951'825'600'000'000'000);
        row("2016-12-31T23:59:60Z", 1'483'228'800'000'000'000); // a leap second
        row("2015-09-03T16:40:00.841654024Z", 1'441'298'400'841'654'024); // more than a double holds
        row("2015-09-03T16:40:00.8416540249Z", 1'441'298'400'841'654'024);
        row("1900-02-29T12:00:00Z", kNone); // no leap year
        row("2015-13-01T00:00:00Z", kNone);
        row("2015-00-01T00:00:00Z", kNone);
        row("2015-04-31T00:00:00Z", kNone);
        row("2015-09-03T24:00:00Z", kNone);
        row("2015-09-03T16:60:00Z", kNone);
        row("2015-09-03T16:40:61Z", kNone);
        row("2015-09-03T16:40:00.Z", kNone);
        row("2015-09-03T16:40:00+24:00", kNone);
        row("2015-09-03T16:40:00Zx", kNone);
        row("0000-01-01T00:00:00Z", kNone); // outside of 64 bits of nanoseconds
        row("9999-12-31T23:59:59Z", kNone);
        row("1441298400841654024", kNone);
        row("", kNone);
    }
    void rfc3339() {
        QFETCH(QByteArray, text);
        QFETCH(qint64, expected);
        QCOMPARE(qint64(nanosFromRfc3339(text.toStdString()).value_or(kNone)), expected);
    }

    void cutOffIsNoTime() {
        const std::string text = "2015-09-03T16:40:00.841654024+01:00";
        for (size_t size = 0; size < text.size(); ++size)
            QVERIFY2(!nanosFromRfc3339(text.substr(0, size)), text.substr(0, size).c_str());
        QVERIFY(nanosFromRfc3339(text));
    }

    void seconds() {
        QCOMPARE(nanosFromSeconds("1.5s"), std::optional<int64_t>(1'500'000'000));
        QCOMPARE(nanosFromSeconds("0.000005s"), std::optional<int64_t>(5'000));
        QCOMPARE(nanosFromSeconds("-0.000000001s"), std::optional<int64_t>(-1));
        QCOMPARE(nanosFromSeconds("0s"), std::optional<int64_t>(0));
        QCOMPARE(nanosFromSeconds("9007199254.740993001s"), std::optional<int64_t>(9'007'199'254'740'993'001));
        for (const char* const text : {"", "s", "1.5", "1.5ms", "9007199254740993s", "one s"})
            QVERIFY2(!nanosFromSeconds(text), text);
    }
};

QTEST_GUILESS_MAIN(TestTimeText)
#include "tst_time_text.moc"
