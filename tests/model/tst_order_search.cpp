// Orders are found by what is known of them, also mistyped.

#include "shop_fixture.h"
#include "story/order_search.h"

#include <QTest>

#include <map>
#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

/// The definition of optimal string alignment, word by word.
uint32_t naiveEdits(const std::u16string& a, const std::u16string& b) {
    std::map<std::pair<size_t, size_t>, uint32_t> known;
    const auto edits = [&](const auto& self, size_t i, size_t j) -> uint32_t {
        if (i == 0 || j == 0)
            return static_cast<uint32_t>(i + j);
        if (const auto at = known.find({i, j}); at != known.end())
            return at->second;
        uint32_t least = std::min({self(self, i - 1, j) + 1, self(self, i, j - 1) + 1, self(self, i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0U : 1U)});
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            least = std::min(least, self(self, i - 2, j - 2) + 1);
        return known[{i, j}] = least;
    };
    return edits(edits, a.size(), b.size());
}

Visit request(int64_t at, Pairs attributes, const std::string& session = {}) { return {session, at * kSecond, "POST", std::move(attributes)}; }

/// Two orders of one session, one of another; mails and parcels in traces of their own.
std::vector<Visit> threeOrders() {
    return {request(1, {{"order.id", "ORD-1000014"}, {"user.id", "u-77"}}, "4f21aa"),
            request(2, {{"order.id", "ORD-1000023"}, {"user.id", "u-77"}}, "4f21aa"),
            request(3, {{"order.id", "ORD-2000000"}, {"user.id", "u-80"}}, "99bb00"),
            request(4, {{"order.id", "ORD-1000014"}, {"user.email", "Anna.Berg@example.com"}}),
            request(5, {{"order.id", "ORD-2000000"}, {"shipping.tracking.id", "PW300000098"}}),
            request(6, {{"user.email", "nobody@example.com"}}, "77cc11")}; // no order
}

struct Searched {
    explicit Searched(const std::vector<Visit>& visits) : shop(visits), search(*shop.context.cases, shop.context.cases->cases("order")) {}
    std::string words(std::string_view text, size_t limit = 10) const {
        std::string out;
        for (const OrderHit& hit : search.find(text, limit).hits)
            out += (out.empty() ? "" : "; ") + search.orders()->cases()[hit.order].value + " by " + sentenceOf(hit);
        return out;
    }
    Shop shop;
    OrderSearch search;
};

} // namespace

class TestOrderSearch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byAnythingKnown() {
        const Searched s(threeOrders());
        QCOMPARE(s.words("ORD-1000014"), std::string("ORD-1000014 by order number ORD-1000014"));
        QCOMPARE(s.words("  ord-1000014 "), std::string("ORD-1000014 by order number ORD-1000014"));
        QCOMPARE(s.words("4f21aa"), std::string("ORD-1000014 by session 4f21aa; ORD-1000023 by session 4f21aa"));
        QCOMPARE(s.words("u-80"), std::string("ORD-2000000 by user u-80"));
        QCOMPARE(s.words("anna.berg@EXAMPLE.com"), std::string("ORD-1000014 by e-mail address Anna.Berg@example.com"));
        QCOMPARE(s.words("pw300000098"), std::string("ORD-2000000 by tracking number PW300000098"));
    }

    void beginningsAndParts() {
        const Searched s(threeOrders());
        QCOMPARE(s.words("ord-1"), std::string("ORD-1000014 by order number ORD-1000014, which begins so; ORD-1000023 by order number ORD-1000023, which begins so"));
        QCOMPARE(s.words("1000023"), std::string("ORD-1000023 by order number ORD-1000023, a part of which begins so"));
        QCOMPARE(s.words("berg"), std::string("ORD-1000014 by e-mail address Anna.Berg@example.com, a part of which begins so"));
        QCOMPARE(s.words("erg@"), std::string()); // within a word
    }

    void typingErrors() {
        const Searched s(threeOrders());
        QCOMPARE(s.words("ORD-1000041"), std::string("ORD-1000014 by order number ORD-1000014, which differs by 1 typing error; ORD-1000023 by order number ORD-1000023, which differs by 2 typing errors")); // exchanged; replaced twice
        QCOMPARE(s.words("ORD-200000"), std::string("ORD-2000000 by order number ORD-2000000, which begins so"));
        QCOMPARE(s.words("OR-2000O00"), std::string("ORD-2000000 by order number ORD-2000000, which differs by 2 typing errors"));
        QCOMPARE(s.words("OR-200OO00"), std::string());
        QCOMPARE(s.words("4f12aa"), std::string("ORD-1000014 by session 4f21aa, which differs by 1 typing error; ORD-1000023 by session 4f21aa, which differs by 1 typing error"));
        QCOMPARE(s.words("4f1baa"), std::string()); // two in a short text
        QCOMPARE(s.words("ORD-1000014x"), std::string("ORD-1000014 by order number ORD-1000014, which differs by 1 typing error"));
    }

    // Of a number that goes up by one, nine differ in the last digit, and more by two edits: they hid the one that was meant.
    void exchangedComesFirst() {
        std::vector<Visit> visits;
        int64_t at = 0;
        for (const char* number : {"ORD-1000700", "ORD-1000717", "ORD-1000750", "ORD-1000755", "ORD-1000775", "ORD-1000777", "ORD-1000857", "ORD-1000577"})
            visits.push_back(request(++at, {{"order.id", number}}));
        const Searched s(visits);
        std::string found;
        for (const OrderHit& hit : s.search.find("ord-1000757", 10).hits)
            found += (found.empty() ? "" : " ") + hit.value.substr(4) + (hit.isExchange ? "x" : " ") + std::to_string(hit.edits);
        // Exchanged: 57 and 75, before it in 577 with 75 as 57. One digit is another: 717, 750, 755, 777, 857. Two: 700.
        QCOMPARE(found, std::string("1000577x1 1000775x1 1000717 1 1000750 1 1000755 1 1000777 1 1000857 1 1000700 2"));
    }

    void exchanges() {
        QVERIFY(isExchangeOf(u"ab", u"ba") && isExchangeOf(u"xab", u"xba") && isExchangeOf(u"abx", u"bax"));
        for (const auto& [a, b] : {std::pair(u"ab", u"ab"), std::pair(u"ab", u"bb"), std::pair(u"abc", u"cba"), std::pair(u"abcd", u"badc"), std::pair(u"ab", u"bax"), std::pair(u"", u""), std::pair(u"a", u"b"), std::pair(u"aa", u"aa")})
            QVERIFY(!isExchangeOf(a, b));
        std::mt19937 rng(5);
        uint64_t exchanged = 0;
        for (int n = 0; n < 20'000; ++n) {
            std::u16string a(rng() % 6, u'a'), b(rng() % 6, u'a');
            for (std::u16string* text : {&a, &b})
                for (char16_t& c : *text)
                    c = static_cast<char16_t>(u'a' + rng() % 2);
            bool expected = false; // each exchange one by one
            for (size_t i = 0; i + 1 < a.size(); ++i) {
                std::u16string other = a;
                std::swap(other[i], other[i + 1]);
                expected = expected || (other == b && a != b);
            }
            QCOMPARE(isExchangeOf(a, b), expected);
            exchanged += expected;
        }
        QVERIFY(exchanged > 150); // 226 are to be expected
    }

    void nothing() {
        const Searched s(threeOrders());
        QCOMPARE(s.words(""), std::string());
        QCOMPARE(s.words("   "), std::string());
        QCOMPARE(s.words("nobody@example.com"), std::string());
        const OrderHits none = s.search.find("<b>", 10);
        QCOMPARE(tabulate(s.search, none, "<b>").notes.size(), size_t(1));
        QVERIFY(!none.isCut);
    }

    void limit() {
        const Searched s(threeOrders());
        const OrderHits hits = s.search.find("ord", 2);
        QCOMPARE(hits.hits.size(), size_t(2));
        QVERIFY(hits.isCut);
        QVERIFY(!s.search.find("ord", 3).isCut);
    }

    void editsOfRandomTexts() {
        std::mt19937 rng(11);
        uint64_t near = 0, exchanged = 0;
        for (int n = 0; n < 20'000; ++n) {
            const auto text = [&] {
                std::u16string out(rng() % 9, u'a');
                for (char16_t& c : out)
                    c = static_cast<char16_t>(u'a' + rng() % 3);
                return out;
            };
            const std::u16string a = text();
            std::u16string b = text();
            if (n % 2 == 0 && a.size() > 2) { // near ones
                b = a;
                std::swap(b[1], b[2]);
                ++exchanged;
            }
            const uint32_t expected = naiveEdits(a, b);
            for (const uint32_t most : {1U, 2U}) {
                QCOMPARE(editsBetween(a, b, most), std::min(expected, most + 1));
                near += expected <= most;
            }
        }
        QVERIFY(near > 5'000 && exchanged > 5'000);
    }

    // What is found is what the rule says of each value, one by one.
    void randomOrders() {
        std::mt19937 rng(3);
        const auto value = [&](size_t length) {
            std::string out;
            for (size_t i = 0; i < length; ++i)
                out += "ab-1"[rng() % 4];
            return out;
        };
        std::vector<Visit> visits;
        std::map<std::string, std::string> orderOf; // by session; a session has one
        for (int i = 0; i < 200; ++i) {
            const std::string session = "x" + value(4 + rng() % 6), order = "ORDER" + std::to_string(i);
            if (orderOf.try_emplace(session, order).second)
                visits.push_back(request(i, {{"order.id", order}}, session));
        }
        const Searched s(visits);
        const auto fold = [](const std::string& text) { return std::u16string(text.begin(), text.end()); };
        uint64_t similar = 0, parts = 0;
        for (int n = 0; n < 300; ++n) {
            const std::string asked = (n % 3 == 0 ? "" : "x") + value(2 + rng() % 8);
            std::set<std::string> whole, part, alike;
            for (const auto& [session, order] : orderOf) {
                if (session.starts_with(asked))
                    whole.insert(order);
                for (size_t at = session.find(asked, 1); at != std::string::npos; at = session.find(asked, at + 1))
                    if (session[at - 1] == '-')
                        part.insert(order);
                if (naiveEdits(fold(session), fold(asked)) <= (asked.size() >= 8 ? 2U : 1U))
                    alike.insert(order);
            }
            const std::set<std::string>& expected = !whole.empty() ? whole : !part.empty() ? part : alike;
            std::set<std::string> found;
            for (const OrderHit& hit : s.search.find(asked, 1000).hits)
                if (hit.what == "session")
                    found.insert(s.search.orders()->cases()[hit.order].value);
            if (found != expected) // no number of an order is near to anything that is asked
                QFAIL(("asked for " + asked).c_str());
            similar += whole.empty() && part.empty() && !alike.empty();
            parts += whole.empty() && !part.empty();
        }
        QVERIFY(similar > 5 && parts > 5);
    }
};

QTEST_GUILESS_MAIN(TestOrderSearch)
#include "tst_order_search.moc"
