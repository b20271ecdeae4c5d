// Numbers and times as people read them, and the literals that scopes are made of.

#include "text/duration_text.h"
#include "text/format.h"
#include "text/utf8.h"

#include <QTest>

#include <nlohmann/json.hpp>
#include <random>

using namespace aisle;

namespace {
constexpr int64_t kNine = 1'773'478'800'000'000'000; // 2026-03-14 09:00:00 UTC
}

class TestFormat : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void durations_data() {
        QTest::addColumn<qlonglong>("ns");
        QTest::addColumn<QString>("words");
        const auto row = [](qlonglong ns, const char* words) { QTest::addRow("%lld", ns) << ns << QString::fromUtf8(words); };
        row(0, "0 ns");
        row(1, "1 ns");
        row(999, "999 ns");
        row(1000, "1.00 \xc2\xb5s");
        row(9994, "9.99 \xc2\xb5s");
        row(9996, "10.0 \xc2\xb5s");
        row(983'000, "983 \xc2\xb5s");
        row(999'499, "999 \xc2\xb5s");
        row(999'500, "1.00 ms");
        row(1'240'000, "1.24 ms");
        row(999'600'000, "1.00 s");
        row(59'949'000'000, "59.9 s");
        row(59'950'000'000, "1 min 00 s");
        row(125'000'000'000, "2 min 05 s");
        row(3'599'400'000'000, "59 min 59 s");
        row(3'599'600'000'000, "1 h 00 min");
        row(11'520'000'000'000, "3 h 12 min");
        row(86'399'000'000'000, "1 d 00 h");
        row(93'600'000'000'000, "1 d 02 h");
        row(-1'240'000, "\xe2\x88\x92" "1.24 ms");
        row(INT64_MAX, "106752 d 00 h");
        row(INT64_MIN, "\xe2\x88\x92" "106752 d 00 h");
    }
    void durations() {
        QFETCH(qlonglong, ns);
        QFETCH(QString, words);
        QCOMPARE(QString::fromStdString(formatDuration(ns)), words);
    }

    void counts() {
        QCOMPARE(formatCount(0), std::string("0"));
        QCOMPARE(formatCount(999), std::string("999"));
        QCOMPARE(formatCount(1000), std::string("1,000"));
        QCOMPARE(formatCount(64'151), std::string("64,151"));
        QCOMPARE(formatCount(1'234'567), std::string("1,234,567"));
        QCOMPARE(formatCount(UINT64_MAX), std::string("18,446,744,073,709,551,615"));
    }

    void bytes() {
        QCOMPARE(formatBytes(0), std::string("0 bytes"));
        QCOMPARE(formatBytes(999), std::string("999 bytes"));
        QCOMPARE(formatBytes(1000), std::string("1.00 kB"));
        QCOMPARE(formatBytes(999'499), std::string("999 kB"));
        QCOMPARE(formatBytes(999'500), std::string("1.00 MB"));
        QCOMPARE(formatBytes(12'300'000), std::string("12.3 MB"));
        QCOMPARE(formatBytes(5'000'000'000'000'000), std::string("5000 TB"));
    }

    void percents() {
        QCOMPARE(formatPercent(0), std::string("0 %"));
        QCOMPARE(formatPercent(0.0004), std::string("<0.1 %"));
        QCOMPARE(formatPercent(0.0005), std::string("0.1 %"));
        QCOMPARE(formatPercent(0.123), std::string("12.3 %"));
        QCOMPARE(formatPercent(0.9994), std::string("99.9 %"));
        QCOMPARE(formatPercent(1), std::string("100 %"));
        QCOMPARE(formatPercent(0.0 / 0.0), std::string("\xe2\x80\x93"));
    }

    void rates() {
        QCOMPARE(formatRate(1.234), std::string("1.23 /s"));
        QCOMPARE(formatRate(999.6), std::string("1,000 /s"));
        QCOMPARE(formatRate(0.05), std::string("3.00 /min"));
        QCOMPARE(formatRate(0.01), std::string("36.0 /h"));
        QCOMPARE(formatRate(1 / 86400.0), std::string("1.00 /day")); // "0.00 /min"
        QCOMPARE(formatRate(1e-9), std::string("<0.01 /day"));
        QCOMPARE(formatRate(0), std::string("0.00 /s"));
        QCOMPARE(formatRate(1.0 / 0.0), std::string("\xe2\x80\x93"));
    }

    void times() {
        const TimeZone utc{true};
        QCOMPARE(formatTime(kNine + 123'456'789, utc), std::string("2026-03-14 09:00:00.123"));
        QCOMPARE(formatTime(kNine + 123'456'789, utc, 9), std::string("2026-03-14 09:00:00.123456789"));
        QCOMPARE(formatTime(kNine, utc, 0), std::string("2026-03-14 09:00:00"));
        QCOMPARE(formatClock(kNine + 123'456'789, utc, 6), std::string("09:00:00.123456"));
        QCOMPARE(formatTime(-1, utc, 9), std::string("1969-12-31 23:59:59.999999999"));
        QCOMPARE(formatTime(INT64_MIN, utc, 0), std::string("1677-09-21 00:12:43"));
        QCOMPARE(zoneName(kNine, utc), std::string("UTC"));
        QCOMPARE(formatTime(kNine), std::string("2026-03-14 09:00:00.000")); // tests run with TZ=UTC
    }

    void rfc3339() {
        QCOMPARE(formatRfc3339(kNine + 1), std::string("2026-03-14T09:00:00.000000001Z"));
        std::mt19937_64 rng(1);
        for (int i = 0; i < 20'000; ++i) {
            const int64_t at = static_cast<int64_t>(rng() % (1ULL << 62)) - (i % 2 != 0 ? (1LL << 59) : 0);
            int64_t back = 0;
            QVERIFY(parseRfc3339(formatRfc3339(at), back));
            QCOMPARE(back, at);
        }
    }

    void rfc3339Parsing_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<qlonglong>("after"); // ns after nine
        const auto row = [](const char* text, bool ok, qlonglong after = 0) { QTest::newRow(*text != 0 ? text : "(empty)") << QString::fromLatin1(text) << ok << after; };
        row("2026-03-14T09:00:00Z", true);
        row("2026-03-14 09:00:00z", true);
        row("2026-03-14T10:30:00+01:30", true);
        row("2026-03-14T00:00:00-09:00", true);
        row("2026-03-14T09:00:00.5Z", true, 500'000'000);
        row("2026-03-14T09:00:00.1234567891Z", true, 123'456'789);
        row("2026-03-14T09:00:60Z", true, 60'000'000'000);
        row("", false);
        row("2026-03-14", false);
        row("2026-03-14T09:00Z", false);
        row("2026-03-14T09:00:00", false);
        row("2026-03-14T09:00:00Zx", false);
        row("2026-03-14T09:00:00.Z", false);
        row("2026-13-14T09:00:00Z", false);
        row("2026-02-30T09:00:00Z", false);
        row("2025-02-29T09:00:00Z", false);
        row("2026-03-14T24:00:00Z", false);
        row("2026-03-14T09:60:00Z", false);
        row("2026- 3-14T09:00:00Z", false);
        row("2026-+3-14T09:00:00Z", false);
        row("1677-03-14T09:00:00Z", false);
        row("9999-03-14T09:00:00Z", false);
        row("2026-03-14T09:00:00+1:30", false);
    }
    void rfc3339Parsing() {
        QFETCH(QString, text);
        QFETCH(bool, ok);
        QFETCH(qlonglong, after);
        int64_t ns = 0;
        QCOMPARE(parseRfc3339(text.toStdString(), ns), ok);
        if (ok)
            QCOMPARE(ns, kNine + after);
    }

    void durationLiterals() {
        QCOMPARE(formatDurationLiteral(100'000'000), std::string("100ms"));
        QCOMPARE(formatDurationLiteral(1'500'000'000), std::string("1500ms"));
        QCOMPARE(formatDurationLiteral(7'200'000'000'000), std::string("2h"));
        QCOMPARE(formatDurationLiteral(0), std::string("0s"));
        QCOMPARE(formatDurationLiteral(INT64_MAX), std::string("9223372036854775807ns"));
        std::mt19937_64 rng(2);
        for (int i = 0; i < 20'000; ++i) {
            const auto ns = static_cast<int64_t>(rng() >> (1 + rng() % 62));
            int64_t back = -1;
            QVERIFY(parseDurationLiteral(formatDurationLiteral(ns), back));
            QCOMPARE(back, ns);
        }
    }

    void durationLiteralParsing() {
        const auto parse = [](const char* text) {
            int64_t ns = 0;
            return parseDurationLiteral(text, ns) ? ns : -1;
        };
        QCOMPARE(parse("1.5s"), 1'500'000'000);
        QCOMPARE(parse("0.1us"), 100);
        QCOMPARE(parse("3\xc2\xb5s"), 3000);
        QCOMPARE(parse("2m"), 120'000'000'000);
        QCOMPARE(parse("1.5h"), 5'400'000'000'000);
        for (const char* bad : {"", "s", "5", "5 s", "-5s", "5sec", "1.2.3s", "1e9s", "9999999999h", "99999999999999999999s", "1e400s"})
            QVERIFY2(parse(bad) == -1, bad);
    }

    // What the program writes itself was no time to it: a target of "10 min" was lost.
    void durationsAsPeopleWriteThem() {
        const auto parse = [](std::string_view text) {
            int64_t ns = 0;
            return parseDurationText(text, ns) ? ns : -1;
        };
        constexpr int64_t kMinute = 60'000'000'000;
        QCOMPARE(parse("10 min"), 10 * kMinute);
        QCOMPARE(parse("3 h"), 180 * kMinute);
        QCOMPARE(parse("1h30m"), 90 * kMinute);
        QCOMPARE(parse(" 1 h 30 min "), 90 * kMinute);
        QCOMPARE(parse("2d"), 2880 * kMinute);
        QCOMPARE(parse("1 day 2 hours"), 1560 * kMinute);
        QCOMPARE(parse("1.5h"), 90 * kMinute);
        QCOMPARE(parse("0.1us"), 100);
        QCOMPARE(parse("3\xc2\xb5s 5ns"), 3005);
        QCOMPARE(parse(formatDuration(33 * 60 * kMinute)), 33 * 60 * kMinute);
        QCOMPARE(parse(formatDuration(10 * kMinute)), 10 * kMinute);
        for (const std::string_view bad : {"", " ", "s", "5", "600", "-5s", "1.2.3s", "1e9s", "30m 1h", "1h 2h", "1h banana", "banana", "1h 30", "9999999999h", "99999999999999999999s", "1 moon", "h 1"})
            QVERIFY2(parse(bad) == -1, std::string(bad).c_str());
    }

    void linesForATerminal() {
        QCOMPARE(printableLines("a\x1b[31m,b\r\n\xc2\x9b" "2J\n\nend"), std::string("a [31m,b \n 2J\n\nend"));
        QCOMPARE(printableLines(""), std::string());
    }

    void utf8() {
        const std::pair<std::string, std::string> cases[] = {{"plain", "plain"},
                                                             {"\xc3\xbc \xe2\x82\xac \xf0\x9f\x9b\x92", "\xc3\xbc \xe2\x82\xac \xf0\x9f\x9b\x92"},
                                                             {"a\xff" "b", "a\xef\xbf\xbd" "b"},
                                                             {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},             // overlong
                                                             {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, // surrogate
                                                             {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, // past U+10FFFF
                                                             {"12345678\xe2\x82", "12345678\xef\xbf\xbd\xef\xbf\xbd"},
                                                             {std::string("a\0b", 3), std::string("a\0b", 3)}};
        for (const auto& [in, out] : cases) {
            QCOMPARE(toUtf8(in), out);
            QCOMPARE(isUtf8(in), in == out);
            QVERIFY(isUtf8(toUtf8(in)));
        }
    }

    void jsonStrings() {
        for (int c = 0; c < 128; ++c) {
            std::string out;
            const std::string text = "x" + std::string(1, static_cast<char>(c)) + "y";
            appendJsonString(out, text);
            QCOMPARE(nlohmann::json::parse(out).get<std::string>(), text);
        }
    }
};

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
