// What the cases did that never reached the first stage.

#include "journey/funnel_table.h"
#include "journey/never_began.h"
#include "shop_fixture.h"

#include <QTest>

#include <map>
#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

std::vector<std::string> valuesOf(const JourneyState& state, const std::vector<CaseNumber>& cases) {
    std::vector<std::string> out;
    for (const CaseNumber c : cases)
        out.push_back(state.cases().cases()[c].value);
    std::sort(out.begin(), out.end());
    return out;
}

QString sentence(const Shop& shop, const JourneyState& state) { return QString::fromStdString(sentenceOf(neverBegan(shop.context, state, state.counted), state)); }

} // namespace

class TestNeverBegan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        const Pairs picture{{"http.request.method", "GET"}, {"url.path", "/item/17.jpg"}}, data{{"http.request.method", "GET"}, {"url.path", "/api/data"}}, same{{"http.request.method", "GET"}, {"url.path", "/api/data/"}};
        const Shop shop({{"began", 1, "A"}, {"began", 2, "X"}, {"x", 3, "X"}, {"xd", 4, "X"}, {"xd", 5, "GET", data}, {"xd", 6, "GET", same}, {"looks", 7, "GET", picture}});
        const JourneyState state = shop.workOut(letters(1));
        const NeverBegan found = neverBegan(shop.context, state, state.counted);
        QCOMPARE(valuesOf(state, found.cases), (std::vector<std::string>{"looks", "x", "xd"}));
        QCOMPARE(found.requests.size(), size_t(2));
        QCOMPARE(found.requests[0].name, std::string("X"));
        QCOMPARE(valuesOf(state, found.requests[0].cases), (std::vector<std::string>{"x", "xd"}));
        QCOMPARE(valuesOf(state, found.requests[1].cases), (std::vector<std::string>{"xd"}));
        QCOMPARE(found.silent, uint64_t(1));
        QCOMPARE(QString::fromStdString(sentenceOf(found, state)), QStringLiteral("3 sessions never reached A: they only asked for X (2) and GET /api/data (1); 1 made no request that is an act of a customer."));
        // Said once, in place of the number alone.
        const auto notes = funnelNotes(state, state.everything, &found);
        QCOMPARE(notes[0], std::string("4 sessions by session.id; 1 of those that never began may still go on."));
        QCOMPARE(notes[1], sentenceOf(found, state));
        QCOMPARE(funnelNotes(state, state.everything)[0], std::string("4 sessions by session.id, 3 of them never reached the first stage (1 may still go on)."));
        // Of some of them.
        std::vector<bool> only(state.counted.size(), false);
        only[state.cases().find("x")] = only[state.cases().find("began")] = true;
        QCOMPARE(QString::fromStdString(sentenceOf(neverBegan(shop.context, state, only), state)), QStringLiteral("1 session never reached A: it only asked for X."));
        only[state.cases().find("x")] = false;
        QVERIFY(sentenceOf(neverBegan(shop.context, state, only), state).empty());
    }

    void words() {
        const Shop silent({{"began", 1, "A"}, {"looks", 2, "GET", {{"http.request.method", "GET"}, {"url.path", "/x.css"}}}});
        QCOMPARE(sentence(silent, silent.workOut(letters(1))), QStringLiteral("1 session never reached A: it made no request that is an act of a customer."));
        std::vector<Visit> visits = {{"began", 1, "A"}};
        for (int i = 0; i < 7; ++i)
            for (int s = i; s < 7; ++s)
                visits.push_back({"s" + std::to_string(s), 10 + i * 10 + s, "X" + std::to_string(i)});
        const Shop many(visits);
        JourneyDefinition journey = letters(2);
        QCOMPARE(sentence(many, many.workOut(journey)), QStringLiteral("7 sessions never reached A: they asked for X0 (7), X1 (6), X2 (5), X3 (4), X4 (3) and 2 other requests."));
        journey.isOpen = true;
        QVERIFY(sentence(many, many.workOut(journey)).startsWith(QStringLiteral("7 sessions never reached any stage: ")));
        QVERIFY(sentenceOf({}, JourneyState()).empty());
        QVERIFY(neverBegan(many.context, JourneyState(), {}).cases.empty());
    }

    // Sessions whose first span lacks what is held constant "never reached A: they only asked for A".
    void lacksWhatIsHeld() {
        const Pairs product{{"product.id", "1"}};
        JourneyDefinition journey = letters(1);
        journey.stages[0].holds = true;
        journey.hold = {"product.id"};
        const Shop some({{"has", 1, "A", product}, {"lacks", 2, "A"}, {"lacks", 3, "A"}, {"x", 4, "X"}});
        QCOMPARE(sentence(some, some.workOut(journey)),
                 QStringLiteral("2 sessions never reached A: they only asked for A (1) and X (1); 1 session would have reached A, but the spans have no product.id, which the journey holds constant."));
        const Shop all({{"lacks", 2, "A"}, {"too", 3, "A"}});
        QCOMPARE(sentence(all, all.workOut(journey)), QStringLiteral("2 sessions would have reached A, but the spans have no product.id, which the journey holds constant."));
        journey.stages[0].holds = false;
        QVERIFY(sentence(all, all.workOut(journey)).isEmpty());
    }

    // The rest of very many names was a request, "(202 others)".
    void ofAScanner() {
        std::vector<Visit> visits = {{"began", 1, "A"}, {"odd", 2, "Z"}};
        for (int i = 0; i < 1200; ++i)
            visits.push_back({"scans", 10 + i, "X" + std::to_string(i)});
        const Shop shop(visits);
        const JourneyState state = shop.workOut(letters(1));
        const NeverBegan found = neverBegan(shop.context, state, state.counted);
        QCOMPARE(found.requests.size() + found.others, size_t(1201));
        for (const NeverBegan::Request& request : found.requests)
            QVERIFY2(!request.name.starts_with('('), request.name.c_str());
        QCOMPARE(found.silent, uint64_t(0)); // that of "odd" is among the rest
    }

    // A path of a stranger filled the page.
    void longNamesAreCut() {
        const Shop shop({{"began", 1, "A"}, {"x", 2, "X" + std::string(100'000, 'x') + "\n"}});
        const QString words = sentence(shop, shop.workOut(letters(1)));
        QVERIFY(words.startsWith(QStringLiteral("1 session never reached A: it only asked for Xxx")));
        QVERIFY(words.size() < 200 && !words.contains(QLatin1Char('\n')));
    }

    void againstANaiveCount() {
        std::mt19937 random(7);
        const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
        for (int round = 0; round < 20; ++round) {
            std::vector<Visit> visits;
            std::map<std::string, std::set<std::string>> asked; // by session
            const int sessions = 1 + below(30);
            for (int i = 0; i < 100; ++i) {
                const std::string session = "s" + std::to_string(below(sessions)), name = below(40) == 0 ? "A" : "X" + std::to_string(below(4 + round / 4));
                visits.push_back({session, (i + 1) * kMs, name});
                asked[session].insert(name);
            }
            const Shop shop(visits);
            const JourneyState state = shop.workOut(letters(1));
            std::vector<bool> only(state.counted.size());
            for (size_t c = 0; c < only.size(); ++c)
                only[c] = below(4) > 0;
            std::vector<std::string> expected;
            std::map<std::string, size_t> counts;
            for (const auto& [session, names] : asked) {
                if (!only[state.cases().find(session)] || names.contains("A"))
                    continue;
                expected.push_back(session);
                for (const std::string& name : names)
                    ++counts[name];
            }
            std::vector<std::pair<std::string, size_t>> most(counts.begin(), counts.end());
            std::stable_sort(most.begin(), most.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
            const NeverBegan found = neverBegan(shop.context, state, only);
            QCOMPARE(valuesOf(state, found.cases), expected);
            QCOMPARE(found.requests.size() + found.others, most.size());
            QCOMPARE(found.requests.size(), std::min(most.size(), NeverBegan::kMost));
            for (size_t i = 0; i < found.requests.size(); ++i) {
                QCOMPARE(found.requests[i].name, most[i].first);
                QCOMPARE(found.requests[i].cases.size(), most[i].second);
                QVERIFY(std::is_sorted(found.requests[i].cases.begin(), found.requests[i].cases.end()));
                for (const CaseNumber c : found.requests[i].cases)
                    QVERIFY(asked[state.cases().cases()[c].value].contains(most[i].first));
            }
            QCOMPARE(found.silent, uint64_t(0));
        }
    }
};

QTEST_GUILESS_MAIN(TestNeverBegan)
#include "tst_never_began.moc"
