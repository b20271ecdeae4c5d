// What is told of an order, worked out by hand; and that nothing of it is lost, and no text of a stranger is more than text.

#include "order_story_fixture.h"
#include "story/order_document.h"
#include "story/plain_words.h"

#include <QTest>

#include <map>
#include <nlohmann/json.hpp>

using namespace aisle;
using namespace aisle::test;

namespace {

const char* const kHostile = "<img src=x onerror=alert(1)> [a](javascript:b) **c** `d` \x1b[31m \xe2\x80\xae e | # f & \"g\"";

std::vector<Visit> sixOrders() {
    std::vector<Visit> out;
    for (uint64_t n = 0; n < 6; ++n) // waits of 10 s, 11 s, ... and of one 28 min
        addOrder(out, n, static_cast<int64_t>(n) * kSecond, n == 5 ? 28 * kMinute : static_cast<int64_t>(10 + n) * kSecond, "ORD-" + std::to_string(n));
    return out;
}

} // namespace

class TestOrderStory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        const Told told(sixOrders());
        // From the end of the checkout, 20 ms, to packing: 28 min 20 s; the others waited 30 s to 34 s.
        QCOMPARE(told.text("ORD-5"), std::string("Customer: The customer went to the checkout.\n"
                                                 "Wait: The order waited 28 min 20 s for packing; 9 of 10 orders waited 34.0 s or less.\n"
                                                 "Customer: The customer sent the payment.\n"
                                                 "Payment: The payment of 45.50 EUR by visa did not go through because the card was declined.\n"
                                                 "Customer saw: The customer saw that the payment was refused.\n"
                                                 "Customer: The customer sent the payment.\n"
                                                 "Payment: The customer paid 45.50 EUR by visa.\n"
                                                 "Failure: The goods could not be packed because there was not enough in stock.\n"
                                                 "Wait: The order waited 18.0 s for packing.\n"
                                                 "Retry: Packing was tried again; this was attempt 2.\n"
                                                 "Order: The goods were packed, which took 3.00 s.\n"
                                                 "Order: A mail was sent to anna@example.com: “order shipped”.\n"
                                                 "Open: Still to come: delivery. Too few orders went on from here to say how long that takes; after 3 min 20 s of silence one is assumed to be stuck.\n"
                                                 "Behind the scenes: 1 more step behind the scenes, 1.00 s altogether, not failed.\n"));
        const OrderPage page = told.page("ORD-5");
        QCOMPARE(page.title, std::string("Order ORD-5"));
        std::string figures;
        for (const auto& figure : page.figures)
            figures += figure.label + "=" + figure.value + "; ";
        QVERIFY2(figures.find("Charged=45.50 EUR; ") != std::string::npos, figures.c_str()); // what was declined is not charged
        QVERIFY2(figures.find("State=under way; ") != std::string::npos, figures.c_str());
        QVERIFY2(figures.find("Customer=anna@example.com; ") != std::string::npos, figures.c_str());
    }

    void authorisedIsNotPaid_data() {
        // The payment's spans: name, kind, parent by number from 1 (0: the request), with the amount or not, failed or not.
        QTest::addColumn<QString>("spans");
        QTest::addColumn<QString>("told"); // P: paid, A: authorised, F: did not go through, in the order of time
        QTest::addColumn<double>("charged");
        QTest::addRow("beside each other") << "AuthorizePayment s 0 10, CapturePayment s 0 10" << "AP" << 10.0;
        QTest::addRow("calls and what they call") << "AuthorizePayment c 0 -, AuthorizePayment s 1 10, CapturePayment c 0 -, CapturePayment s 3 10" << "AP" << 10.0;
        QTest::addRow("charged twice") << "AuthorizePayment s 0 10, CapturePayment s 0 10, CapturePayment s 0 10" << "APP" << 20.0;
        QTest::addRow("two charges") << "pay.PaymentService/Charge s 0 10, pay.PaymentService/Charge s 0 10" << "PP" << 20.0;
        QTest::addRow("authorised only") << "pay.PaymentService/Authorize s 0 10" << "A" << 0.0;
        QTest::addRow("authorised twice, captured once") << "AuthorizePayment s 0 10, AuthorisePayment s 0 10, CapturePayment s 0 10" << "AAP" << 10.0;
        QTest::addRow("in one") << "AuthorizeAndCapturePayment s 0 10" << "P" << 10.0;
        QTest::addRow("within a charge") << "ChargeCard s 0 10, AuthorizePayment s 1 10, CapturePayment s 1 10" << "P" << 10.0;
        QTest::addRow("around the capture") << "AuthorizePayment s 0 10, CapturePayment s 1 10" << "P" << 10.0;
        QTest::addRow("the capture is only called") << "AuthorizePayment s 0 10, CapturePayment c 0 -" << "AP" << 10.0; // the amount is that of the order
        QTest::addRow("what the authorisation calls") << "AuthorizePayment s 0 10, POST bank/charges c 1 -" << "A" << 0.0;
        QTest::addRow("an amount around it") << "PlaceOrder s 0 10, AuthorizePayment s 1 10" << "A" << 0.0;
        QTest::addRow("an amount around it and what it calls") << "PlaceOrder s 0 10, AuthorizePayment s 1 10, POST bank/charges c 2 -" << "A" << 0.0;
        QTest::addRow("an amount around both") << "PlaceOrder s 0 10, AuthorizePayment s 1 10, CapturePayment s 1 10" << "P" << 10.0;
        QTest::addRow("capture fails, then not") << "AuthorizePayment s 0 10, CapturePayment s 0 10 failed, CapturePayment s 0 10" << "AFP" << 10.0;
        QTest::addRow("not authorised") << "AuthorizePayment s 0 10 failed" << "F" << 0.0;
    }
    void authorisedIsNotPaid() {
        QFETCH(QString, spans);
        QFETCH(QString, told);
        QFETCH(double, charged);
        std::vector<Visit> visits = {span(0, "POST /api/payment", Kind::Server, "frontend", 1, 0, 20 * kSecond, {{"order.id", "1"}, {"url.path", "/api/payment"}, {"order.currency", "EUR"}, {"order.amount", "10"}})};
        for (const QString& one : spans.split(QStringLiteral(", "))) {
            const QStringList words = one.split(QLatin1Char(' '));
            const bool hasMethod = words[0] == QStringLiteral("POST"); // of a name with a blank
            const QStringList rest = words.mid(hasMethod ? 2 : 1);
            Pairs attributes;
            if (rest[2] != QStringLiteral("-"))
                attributes.push_back({"payment.amount", rest[2].toStdString()});
            if (rest.size() > 3)
                attributes.push_back({"error", "true"});
            const QString name = words.mid(0, hasMethod ? 2 : 1).join(QLatin1Char(' '));
            const auto at = static_cast<int64_t>(visits.size()) * kSecond;
            const auto parent = static_cast<SpanId>(rest[1].toUInt()) + 1;
            // A child begins after its parent and ends before it.
            visits.push_back(span(at, name.toStdString(), rest[0] == QStringLiteral("c") ? Kind::Client : Kind::Server, "payment", 1, parent, parent == 1 ? 10 * kSecond - at : kMs, attributes));
        }
        const Told shop(visits);
        QString found;
        const std::string text = shop.text("1");
        for (const QString& line : QString::fromStdString(text).split(QLatin1Char('\n')))
            if (line.startsWith(QStringLiteral("Payment: ")))
                found += line.contains(QStringLiteral("was authorised")) ? QLatin1Char('A') : line.contains(QStringLiteral("did not go through")) ? QLatin1Char('F') : line.contains(QStringLiteral("The customer paid 10.00 EUR")) ? QLatin1Char('P') : QLatin1Char('?');
        QVERIFY2(found == told, text.c_str());
        std::string sum;
        for (const auto& figure : shop.page("1").figures)
            if (figure.label == "Charged")
                sum = figure.value;
        QCOMPARE(sum, charged > 0 ? QString::number(charged, 'f', 2).toStdString() + " EUR" : std::string());
    }

    // What stood before the first sign that is no digit was told as the sum: 1.00 EUR of 1,234.56.
    void sumsThatCannotBeReadAreNotGuessed() {
        const auto told = [](const char* amount) {
            return Told({span(0, "POST /api/payment", Kind::Server, "frontend", 1, 0, 20 * kSecond, {{"order.id", "1"}, {"url.path", "/api/payment"}, {"order.currency", "EUR"}}),
                         span(kSecond, "CapturePayment", Kind::Server, "payment", 1, 1, kSecond, {{"payment.amount", amount}})})
                .text("1");
        };
        for (const char* amount : {"10", "10.0", "10 EUR", "10EUR", "10 \u20ac"})
            QVERIFY2(told(amount).find("The customer paid 10.00 EUR") != std::string::npos, told(amount).c_str());
        for (const char* amount : {"1,234.56", "1.234,56", "12,50", "0x10", "12k", "12 k", "1 million", "12.5.1", "1 2", "nan", "ten"})
            QVERIFY2(told(amount).find("an amount that was not recorded") != std::string::npos && told(amount).find("Charged") == std::string::npos, told(amount).c_str());
    }

    void paidBackIsNotPaid() {
        std::vector<Visit> visits;
        addOrder(visits, 0, 0, kMinute, "ORD-0");
        visits.push_back(span(5 * kMinute, "process returns", Kind::Consumer, "returns", 8, 0, kSecond, {{"order.id", "ORD-0"}}));
        visits.push_back(span(5 * kMinute, "pay.PaymentService/Refund", Kind::Server, "payment", 8, visits.size(), kSecond, {{"payment.amount", "45.50"}}));
        const Told told(visits);
        const std::string text = told.text("ORD-0");
        QVERIFY2(text.find("Payment: The customer got 45.50 EUR back.\n") != std::string::npos, text.c_str());
        int sums = 0;
        for (const auto& figure : told.page("ORD-0").figures)
            if (figure.label == "Charged" || figure.label == "Paid back") {
                QCOMPARE(figure.value, std::string("45.50 EUR"));
                ++sums;
            }
        QCOMPARE(sums, 2);
        // One that failed was told without its amount.
        visits.back().attributes.push_back({"error", "true"});
        const Told failed(visits);
        QVERIFY2(failed.text("ORD-0").find("Payment: 45.50 EUR could not be paid back to the customer because ") != std::string::npos, failed.text("ORD-0").c_str());
        QVERIFY(failed.text("ORD-0").find("got 45.50 EUR back") == std::string::npos);
    }

    void manyVisitsAreBounded() {
        std::vector<Visit> visits;
        for (uint64_t n = 0; n < 3000; ++n)
            visits.push_back(span(static_cast<int64_t>(n) * kMs, "process pick-lists", Kind::Consumer, "warehouse", n / 2 + 1, 0, kMs, {{"order.id", "1"}}));
        const Told told(visits);
        const OrderStory story = told.story("1");
        QVERIFY(story.sentences.size() <= OrderStory::kMostSentences + 3);
        size_t traces = 0;
        for (const StorySentence& sentence : story.sentences)
            traces += sentence.traces.size();
        QCOMPARE(traces, size_t(1500));
    }

    void everyTraceOnce() {
        const Told told(sixOrders());
        for (CaseNumber c = 0; c < told.state.cases().cases().size(); ++c) {
            const auto& kase = told.state.cases().cases()[c];
            std::multimap<TraceIndex, int> seen;
            for (const StorySentence& sentence : told.story(kase.value).sentences)
                for (const TraceIndex trace : sentence.traces)
                    seen.emplace(trace, 1);
            QCOMPARE(seen.size(), kase.traces.size());
            for (const TraceIndex trace : kase.traces)
                QCOMPARE(seen.count(trace), size_t(1));
        }
    }

    void unknownOrderIsToldToo() {
        // No stage, no path, no attribute but the number.
        const Told told({span(0, "x", Kind::Internal, "a", 1, 0, kSecond, {{"order.id", "1"}}), span(kSecond, "y", Kind::Internal, "a", 2, 0, kSecond, {{"order.id", "1"}, {"error", "true"}})});
        QCOMPARE(told.text("1"), std::string("Failure: “y” failed because of something that was not recorded; the customer may not have seen it.\n"
                                             "Behind the scenes: 1 more step behind the scenes, 1.00 s altogether, not failed.\n"));
        QCOMPARE(told.page("1").headline, std::string("Order 1 came to none of the steps of an order."));
    }

    void redacted() {
        class Hidden : public Redactor {
        public:
            std::string redact(std::string_view key, std::string_view value) const override { return key == "user.email" ? std::string("(hidden)") : std::string(value); }
        };
        const Told told(sixOrders());
        const OrderPage page = told.page("ORD-1", Hidden());
        for (const OrderForm form : {OrderForm::Text, OrderForm::Markdown, OrderForm::Html, OrderForm::Json}) {
            const std::string out = orderDocument(page, form, true, {true});
            QVERIFY(out.find("example") == std::string::npos);
            QVERIFY(out.find("hidden") != std::string::npos);
        }
    }

    void hostile() {
        std::vector<Visit> visits;
        const std::string number = "ORD-" + std::string(kHostile), email = std::string(kHostile) + std::string(100'000, 'x');
        addOrder(visits, 0, 0, kMinute, number, email);
        const Told told(visits);
        const OrderPage page = told.page(number);
        const std::string html = orderDocument(page, OrderForm::Html, true, {true});
        QVERIFY(html.size() < 40'000);
        for (const char* bad : {"<img", "<script", "http://", "https://", "src=\"", "href=", "\x1b", "\xe2\x80\xae", "url("})
            QVERIFY2(html.find(bad) == std::string::npos, bad);
        QVERIFY(html.find("&lt;img") != std::string::npos);
        QVERIFY(html.find("Content-Security-Policy\" content=\"default-src 'none'") != std::string::npos);
        for (const char* needed : {"prefers-color-scheme: dark", "@media print", "<details open>"})
            QVERIFY2(html.find(needed) != std::string::npos, needed);
        const std::string markdown = orderDocument(page, OrderForm::Markdown, true, {true});
        for (const char* bad : {" <img", " [a", " `d`", "\x1b", "\xe2\x80\xae"})
            QVERIFY2(markdown.find(bad) == std::string::npos, bad);
        QVERIFY(markdown.find("\\<img src=x") != std::string::npos);
        QVERIFY(markdown.find("\\*\\*c\\*\\*") != std::string::npos);
        QVERIFY(markdown.find(" \\| # f") != std::string::npos); // in the table
        QVERIFY2(markdown.find("2026-03-14") != std::string::npos && markdown.find("\\-") == std::string::npos, markdown.c_str());
        const auto json = nlohmann::json::parse(orderDocument(page, OrderForm::Json, false, {true}));
        QVERIFY(json["title"].get<std::string>().find("<img src=x") != std::string::npos);
        QCOMPARE(json["sentences"].size(), page.lines.size());
        const std::string text = orderDocument(page, OrderForm::Text, false, {true});
        for (const char c : text)
            QVERIFY(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
    }

    // Sentences may come with the workspace of a stranger.
    void hostileSentences() {
        const Told told(sixOrders());
        const StoryTemplates words = StoryTemplates::ofKept("{\"language\": \"en\", \"sentences\": {\"page.title\": \"<b>{order}</b>\\u001b[31m\\u202e\"}}");
        const OrderPage page = orderPage(told.story("ORD-1"), *told.shop.table, words, Redactor(), false, {true});
        QVERIFY(page.title.starts_with("<b>ORD-1</b>"));
        for (const char* bad : {"\x1b", "\xe2\x80\xae"})
            QVERIFY(page.title.find(bad) == std::string::npos);
        QVERIFY(orderDocument(page, OrderForm::Html, false, {true}).find("<b>") == std::string::npos);
    }

    void detailOnlyWhenAsked() {
        const Told told(sixOrders());
        const OrderPage page = told.page("ORD-0");
        for (const OrderForm form : {OrderForm::Text, OrderForm::Markdown}) {
            QVERIFY(orderDocument(page, form, false, {true}).find("warehouse") == std::string::npos);
            QVERIFY(orderDocument(page, form, true, {true}).find("warehouse") != std::string::npos);
        }
    }

    void stagesAreCalledByWords() {
        JourneyDefinition own = flow();
        own.stages[0].where = "{ name = \"PlaceOrder\" }";
        own.stages[1].name = "Engraved";
        own.stages[1].where = "{ name = \"engrave\" }";
        const std::vector<Visit> visits = {span(0, "PlaceOrder", Kind::Server, "checkout", 1, 0, kSecond, {{"order.id", "1"}}), span(kSecond, "engrave", Kind::Consumer, "workshop", 2, 0, kSecond, {{"order.id", "1"}}),
                                           span(5 * kSecond, "PlaceOrder", Kind::Server, "checkout", 3, 0, kSecond, {{"order.id", "2"}, {"error", "true"}, {"rpc.grpc.status_code", "UNAVAILABLE"}}),
                                           span(9 * kSecond, "end of the file", Kind::Internal, "a", 9, 0, kSecond, {})};
        const Told told(visits, own);
        QCOMPARE(told.text("1"), std::string("Order: The order was placed.\n"
                                             "Order: The order passed the step “Engraved”, which took 1.00 s.\n"
                                             "Open: Still to come: delivery. Too few orders went on from here to say how long that takes; after 10.0 s of silence one is assumed to be stuck.\n"));
        QCOMPARE(told.page("1").headline, std::string("Order 1 is under way: it has waited 8.00 s after the step “Engraved”."));
        QCOMPARE(told.text("2"), std::string("Failure: The order could not be placed because another system could not be reached.\n"
                                             "Open: Still to come: placing the order, the step “Engraved”, delivery. Too few orders went on from here to say how long that takes; after 10.0 s of silence one is assumed to be stuck.\n"));
        QCOMPARE(told.page("2").headline, std::string("Order 2 is under way: it has waited 4.00 s since placing the order failed."));
    }

    void plainMessages() {
        QCOMPARE(plainMessage("Your cart is empty."), std::string("Your cart is empty"));
        QCOMPARE(plainMessage("The customer's address, as given, is out of reach!"), std::string("The customer's address, as given, is out of reach"));
        QCOMPARE(plainMessage("Die Straße gibt es nicht"), std::string("Die Straße gibt es nicht"));
        for (const char* no : {"", ".", "Empty cart", "Reservation request is older than 600 s", "rpc error: code is Unavailable", "no such host at all", "failed to call CartService today", "the cartservice is away", "the cart_item is away",
                               "an exception was thrown", "all traces were lost", "the span is gone", "<b>bold text here</b>", "a  gap of blanks", "UNAVAILABLE for some time", "see https://evil.example now", "the order {order} is wrong", "turned \xe2\x80\xae around it is",
                               "two\nlines of text", "not \xff valid text"})
            QVERIFY2(plainMessage(no).empty(), no);
        QVERIFY(plainMessage(std::string(98, 'a') + " b c").empty());
        QCOMPARE(plainTitle("order-confirmed"), std::string("order confirmed"));
        QCOMPARE(plainTitle("order_shipped"), std::string("order shipped"));
        for (const char* same : {"Your order 17 is on its way", "10.0.0.1", "order-confirmed@example.com", ""})
            QCOMPARE(plainTitle(same), std::string(same));
    }

    void plainOperations() {
        QCOMPARE(plainOperation("GET /api/shipping/quote/{id}"), std::string("shipping quote"));
        QCOMPARE(plainOperation("/api/v2/orders/4711?x=1"), std::string("orders"));
        QCOMPARE(plainOperation("shop.payment.PaymentService/ChargeCard"), std::string("charge card"));
        QCOMPARE(plainOperation("process pick-lists"), std::string("process pick lists"));
        QCOMPARE(plainOperation("DiscountEngine.apply"), std::string("apply"));
        QCOMPARE(plainOperation("POST"), std::string());
        QCOMPARE(plainOperation(""), std::string());
    }
};

QTEST_GUILESS_MAIN(TestOrderStory)
#include "tst_order_story.moc"
