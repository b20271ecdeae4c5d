// What a case could be in a file, and why a funnel by one kind of case shows nothing of another.

#include "cases/case_candidates.h"
#include "journey/funnel_table.h"
#include "journey/unreached.h"
#include "shop_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

/// A shop of 40 sessions with 5 requests each. Everything else is like in a real file: products, releases, requests, carts, 6 orders.
std::vector<Visit> busyShop() {
    std::vector<Visit> visits;
    for (int s = 0; s < 40; ++s)
        for (int i = 0; i < 5; ++i) {
            const std::string session = std::to_string(s), request = std::to_string(s * 5 + i);
            Visit v{"s" + session, (s * 100 + i) * kSecond, "look", {}};
            v.attributes = {{"app.product.id", "p" + std::to_string((s + i) % 30)}, {"request_number", request}, {"release.key", std::to_string(s % 3)},
                            {"shop.cartId", "c" + session}, {"tenant.id", "one"}, {"http.method", "GET"}, {"thread.id", std::to_string(i)}};
            visits.push_back(std::move(v));
        }
    for (int o = 0; o < 6; ++o) {
        visits.push_back({"", (9000 + o) * kSecond, "place", {{"app.user.id", "u" + std::to_string(o)}, {"shop.order_no", "o" + std::to_string(o)}}});
        visits.back().service = "checkout";
    }
    return visits;
}

const CaseCandidate* of(const std::vector<CaseCandidate>& all, const std::string& attribute) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const CaseCandidate& c) { return c.attribute == attribute; });
    return found == all.end() ? nullptr : &*found;
}

bool says(const std::vector<std::string>& notes, const std::string& sentence) { return std::find(notes.begin(), notes.end(), sentence) != notes.end(); }

} // namespace

class TestCaseCandidates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ofABusyShop_data() {
        QTest::addColumn<QString>("attribute");
        QTest::addColumn<QString>("id");
        QTest::addColumn<bool>("isGood");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* attribute, const char* id, bool isGood, const char* sentence) {
            QTest::newRow(attribute) << QString::fromLatin1(attribute) << QString::fromLatin1(id) << isGood << QString::fromLatin1(sentence);
        };
        row("session.id", "session", true, "session.id: 40 sessions over 200 of 206 traces, 5 traces each.");
        row("app.user.id", "user", true, "app.user.id: 6 users, only on 6 of 206 traces, of checkout, each in one trace.");
        row("shop.order_no", "shop.order_no", true, "shop.order_no: 6 orders, only on 6 of 206 traces, of checkout, each order is one trace here.");
        row("shop.cartId", "shop.cartId", true, "shop.cartId: 40 carts over 200 of 206 traces, 5 traces each.");
        row("app.product.id", "app.product.id", true, "app.product.id: 30 cases over 200 of 206 traces, 6.7 traces each.");
        row("request_number", "request_number", false, "request_number: 200 cases over 200 of 206 traces, each in one trace; a different value on every span, as of a request, ties nothing together.");
        row("release.key", "release.key", false, "release.key: 3 cases over 200 of 206 traces, 67 traces each; so few values are those of versions or servers rather than of customers.");
        row("tenant.id", "tenant.id", false, "tenant.id: 1 case over 200 of 206 traces; one value for everything tells nothing apart.");
    }
    void ofABusyShop() {
        QFETCH(QString, attribute);
        QFETCH(QString, id);
        QFETCH(bool, isGood);
        QFETCH(QString, sentence);
        static const Shop shop(busyShop());
        const auto found = caseCandidates(shop.context);
        const CaseCandidate* candidate = of(found, attribute.toStdString());
        QVERIFY(candidate != nullptr);
        QCOMPARE(QString::fromStdString(candidate->sentence), sentence);
        QCOMPARE(QString::fromStdString(candidate->id), id);
        QCOMPARE(candidate->isGood, isGood);
        // Any of them can be what a case is.
        const auto index = shop.context.cases->cases(candidate->id);
        QCOMPARE(index->attribute(), candidate->attribute);
        QCOMPARE(index->cases().size(), size_t(candidate->cases));
        QCOMPARE(index->key().plural, candidate->key.plural);
        uint64_t most = 0;
        for (const auto& one : index->cases())
            most = std::max<uint64_t>(most, static_cast<uint64_t>(std::count_if(one.traces.begin(), one.traces.end(), [&](TraceIndex t) { return index->tieOf(t) == CaseTie::Own; })));
        QCOMPARE(most, candidate->most);
    }

    void presetsFirstThenGoodOnes() {
        const Shop shop(busyShop());
        const auto found = caseCandidates(shop.context);
        QCOMPARE(found.size(), size_t(8));
        QCOMPARE(found[0].attribute, std::string("session.id"));
        QCOMPARE(found[1].attribute, std::string("app.user.id"));
        QVERIFY(found[0].isPreset && found[1].isPreset && !found[2].isPreset);
        for (size_t i = 3; i < found.size(); ++i)
            QVERIFY(found[i].isGood <= found[i - 1].isGood);
        QVERIFY(of(found, "thread.id") == nullptr && of(found, "http.method") == nullptr);
        const Tabular table = tabulate(found);
        QCOMPARE(table.rows.size(), found.size());
        QCOMPARE(table.columns.size(), table.rows[0].size());
        QVERIFY(caseCandidates(Shop({{"", 1, "x"}}).context).empty());
        QVERIFY(says(tabulate(std::vector<CaseCandidate>()).notes, "No attribute of this file looks like that of a session, user or order. --by-case takes any attribute."));
    }

    // Each attribute that looks like an id was counted and kept, however many there are.
    void veryManyThatLookLikeIds() {
        std::vector<Visit> visits = {{"s", 1, "x", {}}, {"t", 2, "x", {{"most.id", "1"}}}, {"t", 3, "x", {{"most.id", "2"}}}};
        for (int i = 0; i < 120; ++i)
            visits[0].attributes.emplace_back("a" + std::to_string(i) + ".id", "1");
        const auto found = caseCandidates(Shop(visits).context);
        QCOMPARE(found.size(), size_t(101)); // and the session
        QVERIFY(of(found, "most.id") != nullptr);
        QVERIFY(says(tabulate(found).notes, "Of attributes that no preset names these are the 100 on most spans whose names end like those of ids."));
    }

    // Every product was looked at by a bot: a good choice, but a funnel by it left all of them out.
    void withoutBots_data() {
        QTest::addColumn<int>("looked"); // products that the bot looked at
        QTest::addColumn<bool>("isGood");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("none") << 0 << true << QStringLiteral("app.product.id: 12 cases over 48 traces, 4 traces each.");
        QTest::newRow("some") << 2 << true << QStringLiteral("app.product.id: 12 cases over 50 traces, 4.2 traces each.");
        QTest::newRow("few are left") << 3 << false << QStringLiteral("app.product.id: 12 cases over 51 traces, 4.3 traces each; without those of bots and synthetic traffic, which journeys leave out, only 9 are left.");
        QTest::newRow("one is left") << 11 << false << QStringLiteral("app.product.id: 12 cases over 59 traces, 4.9 traces each; without those of bots and synthetic traffic, which journeys leave out, one is left, which tells nothing apart.");
        QTest::newRow("all") << 12 << false << QStringLiteral("app.product.id: 12 cases over 60 traces, 5 traces each; all of them have traces of bots or synthetic traffic, and journeys leave such cases out.");
    }
    void withoutBots() {
        QFETCH(int, looked);
        QFETCH(bool, isGood);
        QFETCH(QString, sentence);
        std::vector<Visit> visits;
        for (int p = 0; p < 12; ++p) {
            const std::string product = "p" + std::to_string(p);
            for (int s = 0; s < 4; ++s)
                visits.push_back({"s" + std::to_string(s), (s * 100 + p) * kSecond, "A", {{"app.product.id", product}}});
            if (p < looked)
                visits.push_back({"crawler", (500 + p) * kSecond, "A", {{"app.product.id", product}, {"user_agent.synthetic.type", "bot"}}});
        }
        const Shop shop(visits);
        const auto found = caseCandidates(shop.context);
        const CaseCandidate* product = of(found, "app.product.id");
        QVERIFY(product != nullptr);
        QCOMPARE(QString::fromStdString(product->sentence), sentence);
        QCOMPARE(product->isGood, isGood);
        QCOMPARE(product->bots, uint64_t(looked));
        QVERIFY(of(found, "session.id")->isGood);
        QCOMPARE(of(found, "session.id")->bots, uint64_t(looked > 0));
        // A funnel by it leaves out the same.
        JourneyDefinition journey = letters(1);
        journey.caseKey = "app.product.id";
        QCOMPARE(workOutJourney(shop.context, journey).everything.cases, uint64_t(12 - looked));
    }

    // What bots do is no reason against an attribute of customers; a notion says who is a bot.
    void botsAreNotJudged() {
        const auto visits = [](const std::string& mark) {
            std::vector<Visit> out;
            for (int i = 0; i < 36; ++i)
                out.push_back({"s" + std::to_string(i % 12), i * kSecond, "A", {{"member.id", "m" + std::to_string(i % 12)}}});
            for (int i = 0; i < 60; ++i)
                for (const char* several : {"x", "y"})
                    out.push_back({"crawler", (100 + i) * kSecond, "A", {{"member.id", several + std::to_string(i)}, {mark, "bot"}}, static_cast<uint64_t>(i + 1)});
            return out;
        };
        const Shop marked(visits("user_agent.synthetic.type")), shop(visits("agent"));
        const auto known = caseCandidates(marked.context), unknown = caseCandidates(shop.context);
        QVERIFY2(of(known, "member.id")->isGood && !of(known, "member.id")->isPreset, of(known, "member.id")->sentence.c_str());
        QVERIFY(!of(unknown, "member.id")->isGood);
        QVERIFY2(of(unknown, "member.id")->sentence.find("each; most of these traces name several") != std::string::npos, of(unknown, "member.id")->sentence.c_str());
        const CaseKey member{"member", "Case", "members", {"member.id"}, {}, false, "{ .agent = \"bot\" }"};
        const CaseTrial trial = tryCaseKey(shop.context, member);
        QCOMPARE(trial.candidate.bots, uint64_t(60));
        QCOMPARE(trial.bots, uint64_t(60));
        QVERIFY(trial.candidate.isGood);
        CaseKey everybody = member;
        everybody.bots = "{ name = \"A\" }";
        const CaseTrial nobody = tryCaseKey(shop.context, everybody);
        QVERIFY(!nobody.candidate.isGood);
        QCOMPARE(nobody.candidate.sentence, std::string("member.id: 72 members over 96 traces, 1.3 traces each; all of them have traces of bots or synthetic traffic, and journeys leave such members out."));
    }

    // Two attributes of one notion: one is the notion's, the other is itself.
    void twoAttributesOfASession() {
        const Shop shop({{"a", 1, "x", {{"app.session.id", "1"}}}, {"a", 2, "x", {{"app.session.id", "2"}}}, {"b", 3, "x"}});
        const auto found = caseCandidates(shop.context);
        QCOMPARE(found.size(), size_t(2));
        QCOMPARE(found[0].id, std::string("session"));
        QCOMPARE(found[1].id, std::string("app.session.id"));
        QCOMPARE(found[1].key.plural, std::string("sessions"));
        QCOMPARE(shop.context.cases->cases(found[1].id)->cases().size(), size_t(2));
    }

    // A customer of several sessions looks at what most traces of a customer name several of.
    void severalInMostTraces() {
        std::vector<Visit> visits;
        for (int i = 0; i < 20; ++i)
            for (int k = 0; k < 3; ++k)
                visits.push_back({"s" + std::to_string(i % 4), i * kSecond + k, "x", {{"item.id", std::to_string(k == 0 ? 100 + i / 2 : k)}}, static_cast<uint64_t>(i + 1)});
        const Shop shop(visits);
        const auto found = caseCandidates(shop.context);
        const CaseCandidate* item = of(found, "item.id");
        QVERIFY(item != nullptr && !item->isGood);
        QVERIFY2(item->sentence.find("most of these traces name several") != std::string::npos, item->sentence.c_str());
    }

    void unreachedStages() {
        const Shop shop({{"s", 1, "A", {}}, {"t", 2, "A", {}}, {"", 3, "B", {{"app.user.id", "u1"}}}, {"", 4, "B", {{"app.user.id", "u2"}}}, {"", 5, "C", {}}, {"s", 6, "D"}});
        JourneyDefinition journey = letters(4);
        const JourneyState state = workOutJourney(shop.context, journey);
        QCOMPARE(state.everything.stages[0].reached, uint64_t(2));
        QCOMPARE(state.unreached, (std::vector<std::string>{"2 spans match B, but none of their traces has a session.id; they have app.user.id: choose users as cases.",
                                                            "1 span matches C, but its trace has no session.id.",
                                                            "1 span matches D, but the session it belongs to did not come that far in the order of the stages."}));
        QVERIFY(says(funnelNotes(state, state.everything), state.unreached[0]));
        journey.caseKey = "user";
        const JourneyState users = workOutJourney(shop.context, journey);
        QVERIFY(says(users.unreached, "2 spans match A, but none of their traces has an app.user.id; they have session.id: choose sessions as cases."));
        // Said only that these did not come that far: by sessions "choose users", by users "choose sessions".
        QVERIFY(says(users.unreached, "2 spans match B, but none of the 2 users they belong to came that far in the order of the stages, for they have none of the stages before: let attempts begin at any stage."));
        journey.isOpen = true;
        QCOMPARE(workOutJourney(shop.context, journey).everything.stages[1].reached, uint64_t(2));
        QVERIFY(workOutJourney(shop.context, letters(1)).unreached.empty());
    }

    // A name that was misspelt in a file of a journey was said nowhere: the funnel ended at 0.
    void stagesThatNothingMatches() {
        const Shop shop({{"s", 1, "A", {}}, {"t", 2, "A", {}}});
        JourneyDefinition journey = letters(2);
        journey.stages[1].where = "{ .pay_method = \"card\" }";
        const JourneyState state = workOutJourney(shop.context, journey);
        QCOMPARE(state.unreached, (std::vector<std::string>{"No span matches B.", "Nothing here has the attribute pay_method."}));
        QVERIFY(says(funnelNotes(state, state.everything), "No span matches B."));
    }

    // A payment that failed counted as a conversion, and nothing said so.
    void convertedByFailuresAlone() {
        const Pairs failed{{"http.response.status_code", "500"}};
        const Shop shop({{"again", 1, "A"}, {"again", 2, "B", failed}, {"again", 3, "B"}, {"never", 4, "A"}, {"never", 5, "B", failed}, {"never", 6, "B", failed}, {"well", 7, "A"}, {"well", 8, "B"}});
        const JourneyState state = workOutJourney(shop.context, letters(2));
        QCOMPARE(state.everything.converted, uint64_t(3));
        QCOMPARE(state.unreached, (std::vector<std::string>{"In the whole workspace 1 of the 3 sessions that came to B had nothing but failures there: add \"aisle:error = false\" to its condition to count only what succeeded."}));
        JourneyDefinition succeeds = letters(2);
        succeeds.stages[1].where = "{ name = \"B\" && aisle:error = false }";
        const JourneyState other = workOutJourney(shop.context, succeeds);
        QCOMPARE(other.everything.converted, uint64_t(2));
        QVERIFY(other.unreached.empty());
    }

    void aRangeOfTimeIsExplained() {
        const Shop shop({{"s", 1, "A", {}}, {"t", 2, "A", {}}});
        const JourneyState state = workOutJourney(shop.context, letters(2));
        const std::string sentence = "Counted are sessions with any trace in that time, and long ones are more often among them than short ones: shares of those that began in it are in the conversion over time.";
        traceql::ParseError error;
        for (const char* text : {"{ aisle:time = \"2026-03-14T09:00:00Z/2026-03-14T10:00:00Z\" }", "{ aisle:traceTime = \"2026-03-14T09:00:00Z/2026-03-14T10:00:00Z\" && name = \"A\" }"}) {
            const auto scope = Scope::parse(text, error);
            QVERIFY2(scope, error.message.c_str());
            QCOMPARE(funnelNotes(state, state.everything, nullptr, *scope)[1], sentence); // behind how many there are
            QVERIFY(says(tabulateFunnel(state, state.everything, nullptr, *scope).notes, sentence));
        }
        const auto other = Scope::parse("{ name = \"A\" }", error);
        QVERIFY(other && !says(funnelNotes(state, state.everything, nullptr, *other), sentence));
        QVERIFY(!says(funnelNotes(state, state.everything), sentence));
    }

    void unreachedByPartOfTheTraces() {
        const Shop shop({{"s", 1, "A", {}}, {"t", 2, "A", {}}, {"", 3, "B", {{"app.user.id", "u1"}}}, {"", 4, "B"}});
        QCOMPARE(workOutJourney(shop.context, letters(2)).unreached, (std::vector<std::string>{"2 spans match B, but none of their traces has a session.id; 1 of these 2 traces has app.user.id: choose users as cases."}));
    }

    // By the attribute of a preset, which can still be chosen; one of which the file has nothing is there to be edited.
    void ownNotions() {
        const Shop shop(busyShop());
        const CaseKey visit{"visit", "Visit", "visits", {"sid", "session.id"}, {}, false, "{ .app.product.id = \"p0\" }"}, till{"till", "Till", "tills", {"till.id", "till"}};
        QVERIFY(shop.context.cases->setOwn({visit, till}));
        const auto found = caseCandidates(shop.context);
        QCOMPARE(found.size(), size_t(10));
        QCOMPARE(std::tuple(found[0].id, found[0].attribute, found[0].isOwn, found[0].isGood), std::tuple(std::string("visit"), std::string("session.id"), true, true));
        QCOMPARE(found[0].sentence, std::string("session.id: 40 visits over 200 of 206 traces, 5 traces each."));
        QCOMPARE(std::tuple(found[1].id, found[1].isOwn, found[1].isGood), std::tuple(std::string("till"), true, false));
        QCOMPARE(found[1].sentence, std::string("No span of this file has till.id, till."));
        QCOMPARE(std::tuple(found[2].id, found[2].attribute, found[2].isOwn), std::tuple(std::string("session"), std::string("session.id"), false));
        const Tabular table = tabulate(found);
        QCOMPARE(table.columns.size(), table.rows[0].size());
        QCOMPARE(shop.context.cases->cases("visit")->key(), visit);
    }

    void oneNotionInAllItsParts() {
        const Shop shop({{"s", 1, "A", {}}, {"s", 2, "B", {{"app.order.id", "1"}}}, {"t", 2, "A", {{"agent", "bot"}}}, {"", 3, "C", {{"app.order.id", "1"}}}});
        CaseKey key{"visit", "Visit", "visits", {"session.id"}, {"app.order.id"}, false, "{ .agent = \"bot\" }"};
        const CaseTrial trial = tryCaseKey(shop.context, key);
        QCOMPARE(trial.candidate.sentence, std::string("session.id: 2 visits over 3 of 4 traces, 1.5 traces each."));
        QCOMPARE(trial.bots, uint64_t(1));
        QCOMPARE(trial.notes, (std::vector<std::string>{sentenceOf(key), "1 trace without session.id was tied by app.order.id.", "1 visit is of bots and synthetic traffic."}));
        QCOMPARE(tabulate(trial).rows.size(), size_t(1));
        QCOMPARE(tabulate(trial).notes, trial.notes);
        key.bots = "{ .agent = \"nobody\" }";
        QCOMPARE(tryCaseKey(shop.context, key).notes.back(), std::string("Nobody is a bot by { .agent = \"nobody\" }."));
        key.keys = {"till"};
        const CaseTrial nothing = tryCaseKey(shop.context, key);
        QVERIFY(!nothing.candidate.isGood && nothing.index->cases().empty());
        QCOMPARE(nothing.candidate.sentence, std::string("No span of this file has till."));
        JourneyDefinition journey = letters(2);
        journey.ownCase = key;
        QCOMPARE(workOutJourney(shop.context, journey).problem, std::string("No span of this file says which visit it belongs to."));
    }

    void botsAreSaid() {
        const Shop shop({{"s", 1, "A"}, {"t", 2, "A", {{"user_agent.synthetic.type", "bot"}}}, {"u", 3, "A", {{"user_agent.synthetic.type", "test"}}}});
        JourneyDefinition journey = letters(1);
        const JourneyState without = workOutJourney(shop.context, journey);
        QVERIFY(says(funnelNotes(without, without.everything), "2 sessions of bots and synthetic traffic are left out."));
        journey.withBots = true;
        const JourneyState with = workOutJourney(shop.context, journey);
        QVERIFY(says(funnelNotes(with, with.everything), "2 sessions of bots and synthetic traffic count as well."));
    }

    // What ties traces is said where the cases are counted.
    void tiesAreSaid() {
        const Shop shop({{"s", 1, "A", {}}, {"s", 2, "B", {{"app.order.id", "1"}}}, {"t", 2, "A"}, {"", 3, "C", {{"app.order.id", "1"}}}});
        const JourneyState state = workOutJourney(shop.context, letters(3));
        QCOMPARE(state.everything.stages[2].reached, uint64_t(1));
        QVERIFY(says(funnelNotes(state, state.everything), "1 trace without session.id was tied by app.order.id."));
    }
};

QTEST_GUILESS_MAIN(TestCaseCandidates)
#include "tst_case_candidates.moc"
