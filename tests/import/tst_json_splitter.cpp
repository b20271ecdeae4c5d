#include "import_test.h"
#include "json/json_repair.h"
#include "json/json_splitter.h"
#include "json/json_value.h"

#include <QtTest/QtTest>

#include <random>

using namespace aisle;

namespace {

/// Descends arrays and objects down to `depth` levels, takes the rest whole, and writes down what it hears.
class Scribe : public JsonHandler {
public:
    explicit Scribe(size_t depth) : m_depth(depth) {}
    JsonTake classify(JsonSplitter&, std::string_view key, char first, size_t level) override {
        if (key == "skip")
            return JsonTake::Skip;
        return level < m_depth && (first == '{' || first == '[') ? JsonTake::Descend : JsonTake::Whole;
    }
    void enter(std::string_view key, char bracket, size_t level) override {
        text += std::string(key) + bracket + std::to_string(level) + " ";
    }
    void leave(size_t level) override { text += "/" + std::to_string(level) + " "; }
    void value(std::string_view key, const JsonSlice& slice, size_t) override {
        text += std::string(key) + "=" + std::string(slice.text) + "@" + std::to_string(slice.offset) +
                (slice.truncated ? "!" : "") + (slice.tooDeep ? "^" : "") + " ";
        values.emplace_back(slice.text);
    }
    void problem(std::string_view reason, uint64_t offset) override {
        text += "(" + std::string(reason) + "@" + std::to_string(offset) + ") ";
    }
    std::string text;
    std::vector<std::string> values;

private:
    size_t m_depth;
};

std::string split(const std::string& input, size_t depth, size_t step = 1 << 20, uint64_t limit = 1 << 20) {
    SlowSource source(input, step);
    Scribe scribe(depth);
    JsonSplitter(source, scribe, limit).run();
    return scribe.text;
}

std::string randomJson(std::mt19937& random, int depth) {
    const auto space = [&] { return std::string(random() % 3, " \n\t"[random() % 3]); };
    switch (depth > 0 ? random() % 7 : random() % 4) {
    case 0: return std::to_string(random() % 100000);
    case 1: return "null";
    case 2: return "-1.5e3";
    case 3: {
        static const char* const parts[] = {"a", "\\\"", "\\\\", "{", "]", "}", "[", ",", ":", "\xc3\xa9", "\\n", "long text "};
        std::string text = "\"";
        for (auto i = random() % 30; i > 0; --i)
            text += parts[random() % std::size(parts)];
        return text + "\"";
    }
    case 4: {
        std::string text = "{" + space();
        const auto count = random() % 5;
        for (size_t i = 0; i < count; ++i)
            text += (i ? "," : "") + space() + "\"k" + std::to_string(i) + "\"" + space() + ":" + space() +
                    randomJson(random, depth - 1) + space();
        return text + "}";
    }
    default: {
        std::string text = "[" + space();
        const auto count = random() % 5;
        for (size_t i = 0; i < count; ++i)
            text += (i ? "," : "") + space() + randomJson(random, depth - 1) + space();
        return text + "]";
    }
    }
}

/// Behind the value that starts at `at`, byte by byte: what the masks must agree with.
size_t naiveEnd(std::string_view text, size_t at) {
    int depth = 0;
    bool inString = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (inString) {
            if (c == '\\')
                ++at;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return at + 1;
        }
    }
    return std::string::npos;
}

} // namespace

class TestJsonSplitter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void documents_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("empty") << QByteArray() << QByteArray();
        QTest::newRow("object") << QByteArray("{\"a\": 1, \"b\": [2]}") << QByteArray("{0 a=1@6 b=[2]@14 /0 ");
        QTest::newRow("bom") << QByteArray("\xef\xbb\xbf{\"a\":1}") << QByteArray("{0 a=1@8 /0 ");
        QTest::newRow("lines") << QByteArray("{\"a\":1}\n{\"a\":2}\n") << QByteArray("{0 a=1@5 /0 {0 a=2@13 /0 ");
        QTest::newRow("pretty, concatenated")
            << QByteArray("{\n \"a\":1\n}\n{\n \"a\":2\n}") << QByteArray("{0 a=1@7 /0 {0 a=2@18 /0 ");
        QTest::newRow("without a space between") << QByteArray("{\"a\":1}{\"a\":2}") << QByteArray("{0 a=1@5 /0 {0 a=2@12 /0 ");
        QTest::newRow("skip") << QByteArray("{\"skip\":{\"x\":[1,\"}\"]},\"b\":2}") << QByteArray("{0 b=2@26 /0 ");
        QTest::newRow("surplus comma") << QByteArray("{\"a\":1,}") << QByteArray("{0 a=1@5 (a comma too many@7) /0 ");
        QTest::newRow("text between") << QByteArray("{\"a\":1}\nlog line\n{\"a\":2}")
                                      << QByteArray("{0 a=1@5 /0 (text that is not JSON@8) {0 a=2@22 /0 ");
        QTest::newRow("a broken line costs itself")
            << QByteArray("{\"a\":1}\n{\"a\":[\"x\n{\"a\":3}\n")
            << QByteArray("{0 a=1@5 /0 {0 a=[\"x@13! (the line ends inside a JSON document@16) /0 {0 a=3@22 /0 ");
        QTest::newRow("the first line broken")
            << QByteArray("{\"key\":[\"x\n{\"key\":3}\n{\"key\":4}\n")
            << QByteArray("{0 key=[\"x@7! (the line ends inside a JSON document@10) /0 {0 key=3@18 /0 {0 key=4@28 /0 ");
        QTest::newRow("pretty among lines") << QByteArray("{\"a\":1}\n{\"a\":2}\n{\n\"a\":3,\n\"b\":4\n}\n")
                                            << QByteArray("{0 a=1@5 /0 {0 a=2@13 /0 {0 a=3@22 b=4@29 /0 ");
        QTest::newRow("truncated") << QByteArray("{\"a\":1,\"b\":[1,2")
                                   << QByteArray("{0 a=1@5 b=[1,2@11! (the input ends inside a JSON document@15) /0 ");
        QTest::newRow("wrong bracket") << QByteArray("{\"a\":1]}") << QByteArray("{0 a=1@5 (a closing bracket too many@6) /0 ");
    }
    void documents() {
        QFETCH(QByteArray, input);
        QFETCH(QByteArray, expected);
        QCOMPARE(QByteArray::fromStdString(split(input.toStdString(), 1)), expected);
    }

    void readSizesMakeNoDifference() {
        std::mt19937 random(7);
        for (int round = 0; round < 60; ++round) {
            std::string input;
            const bool lines = round % 2 == 0;
            for (int i = 0; i < 6; ++i) {
                std::string document = "{\"first\":" + randomJson(random, 5) + "}";
                if (lines)
                    std::replace(document.begin(), document.end(), '\n', ' ');
                input += document + "\n";
            }
            if (round % 3 == 0) // some are damaged
                input[random() % input.size()] = "\"{}[],:\n\\x"[random() % 10];
            const size_t depth = random() % 4;
            const std::string expected = split(input, depth);
            for (const size_t step : {1U, 2U, 3U, 7U, 63U, 64U, 65U, 1000U})
                QCOMPARE(split(input, depth, step), expected);
        }
    }

    void agreesWithANaiveScanner() {
        std::mt19937 random(11);
        for (int round = 0; round < 500; ++round) {
            std::string input;
            std::vector<std::string> expected;
            for (int i = 0; i < 4; ++i) {
                input += std::string(random() % 70, ' ');
                const size_t start = input.size();
                input += "[" + randomJson(random, 6) + "]";
                const size_t end = naiveEnd(input, start);
                QCOMPARE(end, input.size());
                expected.push_back(input.substr(start));
            }
            SlowSource source(input, 1 + random() % 200);
            Scribe scribe(0);
            JsonSplitter(source, scribe, 1 << 20).run();
            QVERIFY2(scribe.values == expected, input.c_str());
        }
    }

    void escapesAcrossBlocks() {
        // Every position of a run of backslashes against the 64-byte blocks.
        for (size_t before = 0; before < 140; ++before)
            for (size_t slashes = 0; slashes < 6; ++slashes) {
                const std::string value = "[\"" + std::string(before, 'x') + std::string(2 * slashes, '\\') + "\\\"]\"]";
                Scribe scribe(0);
                SlowSource source(value + " [1]", 1 << 20);
                JsonSplitter(source, scribe, 1 << 20).run();
                QCOMPARE(scribe.values, (std::vector<std::string>{value, "[1]"}));
            }
    }

    void deepNestingDoesNotRecurse() {
        const std::string deep = std::string(100000, '[') + std::string(100000, ']');
        const std::string text = split("{\"a\":" + deep + ",\"b\":1}", 1);
        QVERIFY(text.find("]@5^ ") != std::string::npos);
        QVERIFY(text.find("b=1") != std::string::npos);
    }

    void largeRecordIsSkipped() {
        const std::string input = "{\"a\":\"" + std::string(5000, 'x') + "\",\"b\":[1]}";
        for (const size_t step : {1U, 100U, 100000U})
            QCOMPARE(split(input, 1, step, 1000), std::string("{0 (a record larger than 1000 bytes@5) b=[1]@5012 /0 "));
    }

    void repair_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("nothing to do") << QByteArray("{\"a\":1}") << QByteArray();
        QTest::newRow("utf-8") << QByteArray("{\"a\":\"x\xff\"}") << QByteArray("{\"a\":\"x\xef\xbf\xbd\"}");
        QTest::newRow("control") << QByteArray("{\"a\":\"x\ny\"}") << QByteArray("{\"a\":\"x\\u000ay\"}");
        QTest::newRow("lone surrogate") << QByteArray("{\"a\":\"\\ud800x\"}") << QByteArray("{\"a\":\"\\ufffdx\"}");
        QTest::newRow("a pair stays") << QByteArray("[\"\\ud83d\\ude00\\udc00\"]") << QByteArray("[\"\\ud83d\\ude00\\ufffd\"]");
        QTest::newRow("NaN") << QByteArray("{\"a\":NaN,\"b\":-Infinity}") << QByteArray("{\"a\":null,\"b\":null}");
        QTest::newRow("unterminated") << QByteArray("{\"a\":[\"x") << QByteArray("{\"a\":[\"x\"]}");
        QTest::newRow("key only") << QByteArray("{\"a\":1,\"b") << QByteArray("{\"a\":1,\"b\":null}");
        QTest::newRow("comma") << QByteArray("{\"a\":[1,],}") << QByteArray("{\"a\":[1]}");
        QTest::newRow("escape") << QByteArray("{\"a\":\"\\x\"}") << QByteArray("{\"a\":\"\\\\x\"}");
    }
    void repair() {
        QFETCH(QByteArray, input);
        QFETCH(QByteArray, expected);
        std::string what;
        QCOMPARE(QByteArray::fromStdString(repairJson(input.toStdString(), what)), expected);
        QCOMPARE(what.empty(), expected.isEmpty());
    }

    void integers() {
        QCOMPARE(scaledInteger("1605223981761425", 3), std::optional<int64_t>(1605223981761425000));
        QCOMPARE(scaledInteger("9007199254740993"), std::optional<int64_t>(9007199254740993));
        QCOMPARE(scaledInteger("1.47E9", 9), std::optional<int64_t>(1470000000000000000));
        QCOMPARE(scaledInteger("-2.5", 3), std::optional<int64_t>(-2500));
        QCOMPARE(scaledInteger("0.0005", 3), std::optional<int64_t>(0));
        QCOMPARE(scaledInteger("9223372036854775807", 3), std::optional<int64_t>());
        QCOMPARE(scaledInteger("99999999999999999999999"), std::optional<int64_t>());
        QCOMPARE(scaledInteger("1e400"), std::optional<int64_t>());
        QCOMPARE(scaledInteger("invalid"), std::optional<int64_t>());
        QCOMPARE(scaledInteger(""), std::optional<int64_t>());
    }
};

QTEST_GUILESS_MAIN(TestJsonSplitter)
#include "tst_json_splitter.moc"
