// The sentences of an order's story, and files of shops in their place.

#include "story/story_templates.h"

#include <QTest>

using namespace aisle;

namespace {

StoryTemplates own(std::string text) {
    for (char& c : text)
        if (c == '\'')
            c = '"';
    return StoryTemplates::fromJson(text);
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts)
        out += text + "\n";
    return out;
}

} // namespace

class TestStoryTemplates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void english() {
        const StoryTemplates& words = StoryTemplates::english();
        QCOMPARE(joined(words.problems()), std::string());
        for (const std::string& key : StoryTemplates::sentenceKeys())
            QVERIFY2(!words.text(key).empty(), key.c_str());
        QCOMPARE(filledIn(words.text("more.fine", 12), {{"count", "12"}, {"time", "3.00 s"}}), std::string("12 more steps behind the scenes, 3.00 s altogether, none failed."));
        QCOMPARE(filledIn(words.text("more.fine", 1), {{"count", "1"}, {"time", "3.00 s"}}), std::string("1 more step behind the scenes, 3.00 s altogether, not failed."));
    }

    void places() {
        QCOMPARE(filledIn("{a} and {b}, {{c}}", {{"a", "1"}, {"b", "{a}"}}), std::string("1 and {a}, {c}"));
        QCOMPARE(filledIn("", {}), std::string());
        QCOMPARE(filledIn("{strange}", {}), std::string("{strange}"));
    }

    void steps() {
        const StoryTemplates& words = StoryTemplates::english();
        QCOMPARE(words.stageStep("Whatever", {"process pick-lists"})->noun, std::string("packing"));
        QCOMPARE(words.stageStep("PACKED", {"x"})->noun, std::string("packing"));
        QVERIFY(words.stageStep("Whatever", {"x"}) == nullptr);
        QVERIFY(words.stageStep("", {"x"}) == nullptr);
        QCOMPARE(words.requestStep({"POST", "/api/checkout"})->done, std::string("The customer went to the checkout."));
        QVERIFY(words.requestStep({"process pick-lists"}) == nullptr);
        QCOMPARE(*words.reason({"x", "card_declined"}), std::string("the card was declined"));
        QCOMPARE(*words.reason({"canceling statement due to lock timeout"}), std::string("somebody else was changing the same thing"));
        QVERIFY(words.reason({"java.lang.NullPointerException"}) == nullptr);
    }

    // "The certificate has expired" had been told as an order that was set aside, and whatever was declined as a card.
    void reasons_data() {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("reason"); // empty: none
        const auto row = [](const char* said, const char* reason = "") { QTest::newRow(said) << QString::fromUtf8(said) << QString::fromUtf8(reason); };
        for (const char* said : {"out_of_stock", "InsufficientStockException", "shop.inventory.OutOfStockError", "stock.available=false", "not enough stock for 3 items", "SoldOut"})
            row(said, "there was not enough in stock");
        for (const char* said : {"ProductUnavailableException", "item not available", "product is unavailable"})
            row(said, "a product was not available");
        for (const char* said : {"expired_card", "The card has expired"})
            row(said, "the card had expired");
        for (const char* said : {"declined by fraud rules", "suspected fraud", "FraudDetectedException"})
            row(said, "it was taken for a possible fraud");
        for (const char* said : {"card_declined", "CardDeclinedError", "The issuer declined the card", "insufficient_funds", "do_not_honor"})
            row(said, "the card was declined");
        for (const char* said : {"declined", "payment declined", "PaymentDeclinedException"})
            row(said, "the payment was declined");
        for (const char* said : {"coupon expired", "invalid voucher"})
            row(said, "the voucher was not valid");
        for (const char* said : {"account locked", "user is blocked", "user account is disabled"})
            row(said, "the account could not be used");
        for (const char* said : {"certificate has expired", "x509: certificate signed by unknown authority", "SSLHandshakeException"})
            row(said, "a secure connection to another system could not be made");
        for (const char* said : {"shop.inventory.ReservationExpiredException", "dead-lettered: dead letter", "order expired"})
            row(said, "the order had waited too long and was set aside");
        for (const char* said : {"token expired", "session has expired", "message: jwt expired", "Request token expired"})
            row(said, "a sign-in had expired");
        for (const char* said : {"550 5.1.1 mailbox unavailable", "recipient rejected"})
            row(said, "the address did not take it");
        for (const char* said : {"missing recipient name", "shipping address is incomplete", "invalid shipping address", "missing street", "unknown delivery address", "postcode invalid"})
            row(said, "something about the address was missing or wrong");
        for (const char* said : {"canceling statement due to lock timeout", "deadlock detected", "OptimisticLockException", "could not obtain lock on row", "customer row locked by another transaction", "could not serialize access due to concurrent update"})
            row(said, "somebody else was changing the same thing");
        for (const char* said : {"No answer from api.cardbank.example within 5000 ms", "context deadline exceeded", "connection timed out", "throws TimeoutException", "browser timeout", "clock timeout", "failed to send record: timeout", "failed to call fraud-detection: deadline exceeded"})
            row(said, "no answer came in time");
        for (const char* said : {"UNAVAILABLE", "503 Server Error: Service Unavailable for url", "connect ECONNREFUSED 10.0.0.1:5432", "java.net.UnknownHostException: shipping-service", "status code: 502", "503", "fraud-detection: connection refused", "product-service unavailable", "product catalog: Unavailable"})
            row(said, "another system could not be reached");
        for (const char* said : {"401", "HTTP 403", "PERMISSION_DENIED"})
            row(said, "it was not allowed");
        for (const char* said : {"FAILED_PRECONDITION", "412"})
            row(said, "a condition for it was not met");
        for (const char* said : {"runtime error: invalid memory address or nil pointer dereference", "gzip: invalid header", "invalid IP address", "422"})
            row(said, "what was sent was not accepted");
        row("promotion-service: host not found", "something that was needed was not there");
        for (const char* said : {"402", "Payment Required"})
            row(said, "the payment was refused");
        for (const char* said : {"java.lang.NullPointerException", "order 404 lost its box", "500", "unlocked the door", "the clockwork broke", "1503", "slow inventory lookup", "no quantity given", "Request has expired", "missing port in address", "12 UNIMPLEMENTED: unknown service shipping.ShippingService", "empty response from billing"})
            row(said);
    }
    void reasons() {
        QFETCH(QString, said);
        QFETCH(QString, reason);
        const std::string* found = StoryTemplates::english().reason({said.toStdString()});
        QCOMPARE(found == nullptr ? QString() : QString::fromStdString(*found), reason);
    }

    void ownSentences() {
        const StoryTemplates words = own("{'language': 'en', 'sentences': {'charged.paid': 'We got {amount} from {customer}.'},\n"
                                         " 'steps': [{'of': 'stage', 'operation': 'engrave', 'noun': 'engraving', 'done': 'Engraved.'}], 'reasons': [{'when': 'oops', 'say': 'a mishap'}]}");
        QCOMPARE(joined(words.problems()), std::string());
        QCOMPARE(words.text("charged.paid"), std::string("We got {amount} from {customer}."));
        QCOMPARE(words.text("charged.failed"), StoryTemplates::english().text("charged.failed"));
        QCOMPARE(words.stageStep("", {"Engrave/Do"})->done, std::string("Engraved."));
        QCOMPARE(words.stageStep("", {"process pick-lists"})->noun, std::string("packing"));
        QCOMPARE(*words.reason({"Oops"}), std::string("a mishap"));
        QVERIFY(words.reason({"card_declined"}) != nullptr);
    }

    // Polish has three forms; what is not translated stays English, with the forms of English.
    void anotherLanguage() {
        const StoryTemplates words = own("{'language': 'pl', 'sentences': {'retried.inside': {'one': '{count} raz', 'few': '{count} razy', 'many': '{count} razy!', 'other': '{count} razu'}}}");
        QCOMPARE(words.problems().size(), size_t(1));
        QVERIFY(words.problems()[0].find("more.fine") != std::string::npos);
        QVERIFY(words.problems()[0].find("retried.inside") == std::string::npos);
        QCOMPARE(words.text("retried.inside", 1), std::string("{count} raz"));
        QCOMPARE(words.text("retried.inside", 22), std::string("{count} razy"));
        QCOMPARE(words.text("retried.inside", 12), std::string("{count} razy!"));
        QCOMPARE(words.text("more.fine", 12), StoryTemplates::english().text("more.fine", 2));
        QVERIFY(words.stageStep("Packed", {}) == nullptr); // its sentences would be English among Polish ones
    }

    void plurals_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("categories"); // of 0, 1, 2, 5, 11, 21, 22, 111, 112
        QTest::newRow("en") << "en-GB" << "other one other other other other other other other";
        QTest::newRow("fr") << "fr" << "one one other other other other other other other";
        QTest::newRow("ja") << "ja" << "other other other other other other other other other";
        QTest::newRow("ru") << "ru" << "many one few many many one few many many";
        QTest::newRow("hr") << "hr_HR" << "other one few other other one few other other";
        QTest::newRow("pl") << "pl" << "many one few many many many few many many";
        QTest::newRow("cs") << "cs" << "other one few other other other other other other";
        QTest::newRow("unknown") << "xx" << "other one other other other other other other other";
    }
    void plurals() {
        QFETCH(QString, language);
        QFETCH(QString, categories);
        std::string out;
        for (const uint64_t n : {0, 1, 2, 5, 11, 21, 22, 111, 112})
            out += (out.empty() ? "" : " ") + std::string(pluralCategory(language.toStdString(), n));
        QCOMPARE(out, categories.toStdString());
    }

    void problems_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        QTest::newRow("place") << "{'language': 'en',\n 'sentences': {\n'charged.paid': 'Got {amonut}'}}" << "Line 3: charged.paid has a place {amonut}, which it does not know (it knows {amount}, {method}, {order}, {customer}, {tracking}).";
        QTest::newRow("open") << "{'language': 'en',\n 'sentences': {'charged.paid': 'Got {amount'}}" << "Line 2: charged.paid has a { without its }; {{ is a brace.";
        QTest::newRow("nested") << "{'language': 'en',\n 'sentences': {'charged.paid': 'Got {a{mount}'}}" << "Line 2: charged.paid has a { without its }; {{ is a brace.";
        QTest::newRow("closed") << "{'language': 'en', 'sentences': {'charged.paid': 'Got amount}'}}" << "Line 1: charged.paid has a } that no { belongs to; }} is a brace.";
        QTest::newRow("key") << "{'language': 'en',\n 'sentences': {'charged.pai': 'x'}}" << "Line 2: there is no sentence charged.pai.";
        QTest::newRow("form") << "{'language': 'en', 'sentences': {'charged.paid': {'one': 'x'}}}" << "Line 1: charged.paid has no form \"other\".";
        QTest::newRow("step") << "{'language': 'en',\n\n 'steps': [{'of': 'stage', 'stage': 'a', 'done': '{amount}'}]}" << "Line 3: a step has a place {amount}, which it does not know (it knows {stage}, {page}, {time}, {reason}, {order}, {customer}, {tracking}).";
        QTest::newRow("expression") << "{'language': 'en', 'steps': [{'of': 'stage', 'stage': '(', 'done': 'x'}]}" << "Line 1: \"stage\" is no regular expression: missing ): (.";
    }
    void problems() {
        QFETCH(QString, file);
        QFETCH(QString, says);
        const StoryTemplates words = own(file.toStdString());
        QCOMPARE(joined(words.problems()), says.toStdString() + "\n");
        QCOMPARE(words.text("charged.paid"), StoryTemplates::english().text("charged.paid"));
    }

    // A workspace may come from a stranger.
    void kept() {
        QVERIFY(StoryTemplates::ofKept({}).problems().empty());
        QCOMPARE(StoryTemplates::ofKept("{\"language\": \"en\", \"sentences\": {\"page.title\": \"No. {order}\"}}").text("page.title"), std::string("No. {order}"));
        const StoryTemplates none = StoryTemplates::ofKept("[]");
        QCOMPARE(none.problems().size(), size_t(1));
        QVERIFY(none.problems()[0].starts_with("The sentences that are kept in the workspace are not in use: "));
        QCOMPARE(none.text("page.title"), StoryTemplates::english().text("page.title"));
    }

    void bounded() {
        const std::string longest(1000, 'x');
        QCOMPARE(own("{'language': 'en', 'sentences': {'page.title': '" + longest + "'}}").text("page.title"), longest);
        const StoryTemplates longer = own("{'language': 'en', 'sentences': {'page.title': 'x" + longest + "'}}");
        QCOMPARE(joined(longer.problems()), std::string("Line 1: page.title is longer than 1000 characters.\n"));
        QCOMPARE(longer.text("page.title"), StoryTemplates::english().text("page.title"));
        std::string strange, steps, reasons;
        for (int i = 0; i < 1000; ++i) {
            strange += (i == 0 ? "'x" : ", 'x") + std::to_string(i) + "': 'y'";
            steps += (i == 0 ? "" : ", ") + std::string("{'of': 'stage', 'noun': '") + longest.substr(0, 200) + "'}";
            reasons += (i == 0 ? "" : ", ") + std::string("{'when': 'a', 'say': 'b'}");
        }
        QCOMPARE(own("{'language': 'en', 'sentences': {" + strange + "}}").problems().size(), size_t(100));
        QVERIFY(own("{'language': 'en', 'steps': [" + steps + "], 'reasons': [" + reasons + "]}").problems().empty());
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, own("{'language': 'en', 'steps': [" + steps + ", {'of': 'stage'}]}"));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, own("{'language': 'en', 'reasons': [" + reasons + ", {'when': 'a', 'say': 'b'}]}"));
    }

    // Letters of other languages counted as two and more, and nouns and reasons were cut without a word.
    void longTexts() {
        const auto repeated = [](size_t times) {
            std::string out;
            for (size_t i = 0; i < times; ++i)
                out += "\u00e4";
            return out;
        };
        QCOMPARE(own("{'language': 'en', 'sentences': {'page.title': '" + repeated(1000) + "'}}").text("page.title"), repeated(1000));
        QCOMPARE(joined(own("{'language': 'en', 'sentences': {'page.title': '" + repeated(1001) + "'}}").problems()), std::string("Line 1: page.title is longer than 1000 characters.\n"));
        // Made of other letters: a problem is said of the first line that has the text.
        const auto others = [&](size_t times) { return repeated(times - 1) + "\u00f6"; };
        const auto steps = [&](size_t noun, size_t reason) {
            return own("{'language': 'en',\n 'steps': [{'of': 'stage', 'stage': 'wrap', 'noun': '" + repeated(noun) + "'}],\n 'reasons': [{'when': 'torn', 'say': '" + others(reason) + "'}]}");
        };
        const StoryTemplates fine = steps(200, 200), longer = steps(201, 201);
        QVERIFY(fine.problems().empty());
        QCOMPARE(fine.stageStep("wrap", {})->noun, repeated(200));
        QCOMPARE(*fine.reason({"torn"}), others(200));
        QCOMPARE(joined(longer.problems()), std::string("Line 2: the noun of a step is longer than 200 characters.\nLine 3: a reason is longer than 200 characters.\n"));
        QVERIFY(longer.stageStep("wrap", {})->noun.empty()); // it is called as the flow calls it
        QVERIFY(longer.reason({"torn"}) == nullptr);
    }

    void noFile() {
        for (const char* text : {"", "[]", "{}", "{'language': 3}", "{'language': 'en', 'sentences': {'charged.paid': 3}}", "{'language': 'en', 'steps': [{'of': 'x'}]}", "{'language': 'en', 'sentences': 'x'}"})
            QVERIFY_THROWS_EXCEPTION(std::runtime_error, own(text));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, StoryTemplates::ofFile("/no/such/file"));
    }
};

QTEST_GUILESS_MAIN(TestStoryTemplates)
#include "tst_story_templates.moc"
