// Rules of masking that a user adds: keys, patterns, and their JSON.

#include "privacy/masking_redactor.h"
#include "privacy/own_rules.h"

#include <QTest>

using namespace aisle;

class TestOwnRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void patterns() {
        const auto withPatterns = std::make_shared<const MaskingRules>("{\"rules\": [{\"name\": \"a\", \"word\": \"b\", \"patterns\": [\"K[0-9]\", \"no ([0-9]+)\", \"\\\\b\"]}], \"find\": {}}",
                                                                       "{\"rules\": [{\"name\": \"a\", \"keys\": [\"order id\"]}, {\"name\": \"own\", \"patterns\": [\"77[0-9]\"]}]}");
        const MaskingRedactor one(withPatterns, "salt");
        QVERIFY(one.redact("x", "K1").starts_with("b ")); // shorter than anything that is looked for else
        const std::string twice = one.redact("x", "K1, no 12 and K%32 of K");
        QVERIFY2(twice.starts_with("b ") && twice.find(", no b ") != std::string::npos && twice.ends_with(" of K") && twice.find("%32") == std::string::npos, twice.c_str());
        QCOMPARE(one.redact("x", twice), twice);
        QVERIFY(one.redact("order.id", "7").starts_with("b "));
        QVERIFY(one.redactNumber("x", "771").starts_with("value ") && one.redact("session.id", "771").starts_with("value "));
        QCOMPARE(one.redactNumber("x", "7710"), std::string("7710"));
    }

    void keys() {
        // Keys of one's own are one's own, whatever the program left as it is; what cannot be read is said.
        const std::string preset = "{\"rules\": [{\"name\": \"a\", \"word\": \"b\"}], \"leave\": [\"order id\"], \"find\": {}}";
        QCOMPARE(MaskingRules(preset).ofKey("order.id").isLeft, true);
        QCOMPARE(MaskingRules(preset, "{\"rules\": [{\"name\": \"a\", \"keys\": [\"order id\"]}]}").ofKey("order.id").rule, 0U);
        for (const char* wrong : {"{", "{}", "{\"rules\": [{\"keys\": [\"a\"]}]}", "{\"rules\": [{\"name\": \"\", \"keys\": [\"a\"]}]}", "{\"rules\": [{\"name\": \"a\"}]}", "{\"rules\": [{\"name\": \"a\", \"patterns\": [\"(\"]}]}",
                                  "{\"rules\": [{\"name\": \"a\", \"patterns\": [\"a*\"]}]}"})
            QVERIFY_EXCEPTION_THROWN(MaskingRules(preset, wrong), std::runtime_error);
    }

    // Each of these matches one letter, and to find that out reads up to the end: what no search comes to is masked, not let through.
    void patternsThatAreSlow() {
        const auto slow = std::make_shared<const MaskingRules>("{\"rules\": [{\"name\": \"a\", \"word\": \"b\"}], \"find\": {}}", "{\"rules\": [{\"name\": \"own\", \"patterns\": [\"x.*y|x\"]}]}");
        const MaskingRedactor one(slow, "salt");
        const std::string out = one.redact("message", "begin " + std::string(1'000'000, 'x') + " end");
        QVERIFY(out.starts_with("begin value ") && out.find("xxx") == std::string::npos && out.find(" end") == std::string::npos);
        QVERIFY(out.size() < 100'000);
        const std::string few = one.redact("message", std::string(100'000, 'o') + "x end"); // a long one as such is looked through
        QVERIFY(few.starts_with(std::string(100'000, 'o') + "value ") && few.ends_with(" end"));
    }

    // After some hundred matches a long log was masked whole, though none of them took long to find.
    void longLogs() {
        const auto rules = std::make_shared<const MaskingRules>("{\"rules\": [{\"name\": \"a\", \"word\": \"b\"}], \"find\": {}}", "{\"rules\": [{\"name\": \"own\", \"patterns\": [\"K[0-9]+\", \"^begin\", \"last$\"]}]}");
        std::string log = "begin\n", expected;
        for (int i = 0; i < 40'000; ++i)
            log += "took K17 from the shelf\n";
        log += "begin, not last\nlast";
        const MaskingRedactor one(rules, "salt");
        const std::string key = one.redact("message", "K17"), begin = one.redact("message", "begin"), last = one.redact("message", "last");
        QVERIFY(key.starts_with("value ") && begin.starts_with("value ") && last.starts_with("value "));
        expected = begin + "\n";
        for (int i = 0; i < 40'000; ++i)
            expected += "took " + key + " from the shelf\n";
        expected += "begin, not last\n" + last; // anchors are those of the text
        QVERIFY(one.redact("message", log) == expected);
        const std::string over = "{\"rules\": [{\"name\": \"own\", \"patterns\": [\"PIN[^:]*:\\\\s*([0-9]+)\"]}]}"; // goes on in the next line
        const MaskingRedactor lines(std::make_shared<const MaskingRules>("{\"rules\": [{\"name\": \"a\", \"word\": \"b\"}], \"find\": {}}", over), "salt");
        QVERIFY(lines.redact("message", "PIN\nof it:\n4711").starts_with("PIN\nof it:\nvalue "));
    }

    // Each text of a document had as much to search as all of it.
    void slowTextsOfOneValue() {
        const auto slow = std::make_shared<const MaskingRules>("{\"rules\": [{\"name\": \"a\", \"word\": \"b\"}], \"find\": {}}", "{\"rules\": [{\"name\": \"own\", \"patterns\": [\"x.*y|x\"]}]}");
        std::string json = "[";
        for (int i = 0; i < 8; ++i)
            json += (i == 0 ? "\"" : ",\"") + std::string(12'000, 'x') + "\"";
        const std::string out = MaskingRedactor(slow, "salt").redact("body", json + "]");
        QVERIFY(out.find("xx") == std::string::npos);
        QVERIFY(out.substr(out.rfind(',')).size() < 100); // 72 MB each: the last one is masked whole
    }

    // What a library says of a place in its own words helps nobody who wrote the file.
    void wrongRulesAreToldInWords_data() {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char* rules, const char* problem) { QTest::addRow("%s", rules) << QByteArray(rules).replace('\'', '"') << QByteArray(problem).replace('\'', '"'); };
        row("{'rules': [", "it is no JSON (it ends too early, in line 1, column 12; a quote or a bracket is not closed).");
        row("{\n'rules': [}", "it is no JSON (look for a missing comma, quote or bracket at line 2, column 11).");
        row("[]", "it has no list 'rules'; write {'rules': [{'name': 'card number', 'word': 'card', 'keys': ['card number']}], ...}.");
        row("{'rules': [7]}", "rule 1 is no object; write {'name': 'card number', ...}.");
        row("{'rules': [{'word': 'b'}]}", "rule 1: it has no 'name'.");
        row("{'rules': [{'name': 'a', 'word': 5}]}", "rule 1 (a): 'word' must be a text in quotes.");
        row("{'rules': [{'name': 'a', 'word': 'b', 'keys': 'c'}]}", "rule 1 (a): 'keys' must be a list of texts, ['one', 'two'].");
        row("{'rules': [{'name': 'a', 'word': 'b', 'phrase': 1}]}", "rule 1 (a): 'phrase' must be true or false.");
        row("{'rules': [{'name': 'a', 'word': 'b', 'patterns': ['[']}]}", "the pattern '[' is none: a ] is missing.");
        row("{'rules': [{'name': 'a', 'word': 'b'}]}", "it has no object 'find'; write 'find': {'email': 'e-mail address'}, or 'find': {} to look at keys only.");
        row("{'rules': [{'name': 'a', 'word': 'b'}], 'find': {'email': 'c'}}", "'find' says 'email': 'c', but no rule has that name.");
        row("{'rules': [{'name': 'a', 'word': 'b'}], 'find': {'smell': 'a'}}", "'find' knows no 'smell'; it knows email, card, phone, ip, iban, token, encoded, sql, user_info, name, security_code and command_line.");
    }
    void wrongRulesAreToldInWords() {
        QFETCH(QByteArray, rules);
        QFETCH(QByteArray, problem);
        QByteArray said;
        try {
            (void)MaskingRules(rules.toStdString());
        } catch (const std::runtime_error& e) {
            said = e.what();
        }
        QCOMPARE(said, "The rules of masking cannot be read: " + problem);
    }

    void readsWhatItWrites() {
        const std::vector<OwnRule> rules{{"a \"b\"", {"c d"}, {"\\bE[0-9]+", "f"}}, {"name of a person", {"g"}, {}}};
        QVERIFY(ownRulesOf(toJson(rules)) == rules);
        QCOMPARE(problemOf(rules), std::string());
        QCOMPARE(problemOf({{"", {"a"}, {}}}), std::string("This rule has no name."));
        QCOMPARE(problemOf({{"a", {}, {}}}), std::string("The rule a has neither an attribute nor a pattern."));
        const std::string pattern = problemOf({{"a", {}, {"("}}});
        QVERIFY2(pattern.starts_with("The pattern \"(\" is none: "), pattern.c_str());
        QCOMPARE(problemOf({{"a", {}, {"("}}}), pattern); // known by then
        QVERIFY(maskingRulesWith(toJson(rules))->ofKey("x.g").rule == maskingRules()->ofKey("user.name").rule); // one rule by its name
        QVERIFY(maskingRulesWith({})->patterns().empty());
    }
};

QTEST_GUILESS_MAIN(TestOwnRules)
#include "tst_own_rules.moc"
