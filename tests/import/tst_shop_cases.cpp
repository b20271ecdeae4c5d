// The cases of a real shop: what it offers without being told.

#include "cases/case_candidates.h"
#include "import_job_fixture.h"
#include "journey/never_began.h"
#include "journey/unreached.h"
#include "query/context.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

class TestShopCases : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        if (traceFolder().empty())
            QSKIP("the real files are not here; set AISLE_TRACES");
        workspace_ = fixture_.open();
        import(workspace_, {traceFolder() / "otlp-proto/stef-astronomy-oteltraces.zst"});
        context_.table = workspace_->table();
        context_.attributes = std::make_shared<traceql::DictionarySource>(workspace_, context_.table);
        context_.cases = std::make_shared<CaseSource>(workspace_, context_.table, context_.attributes);
    }

    // Its browsers say session.id, its orders only who placed them.
    void bothKindsAreOffered() {
        const auto found = caseCandidates(context_);
        QVERIFY(found.size() >= 2);
        QCOMPARE(found[0].id, std::string("session"));
        QCOMPARE(found[0].cases, uint64_t(220));
        QCOMPARE(found[0].sentence, std::string("session.id: 220 sessions over 1,816 of 13,211 traces, 8.3 traces each."));
        QVERIFY(found[0].isGood);
        const auto users = std::find_if(found.begin(), found.end(), [](const CaseCandidate& c) { return c.attribute == "app.user.id"; });
        QVERIFY(users != found.end() && users->isGood);
        QCOMPARE(users->id, std::string("user"));
        QCOMPARE(users->sentence, std::string("app.user.id: 15 users, only on 15 of 13,211 traces, of checkoutservice, each in one trace."));
        for (const CaseCandidate& c : found)
            QVERIFY2(c.isPreset || !c.isGood, c.sentence.c_str()); // products and feature flags are none
        QCOMPARE(context_.cases->cases("session")->cases().size(), size_t(220));
    }

    void whyAFunnelBySessionShowsNoOrder() {
        JourneyDefinition journey;
        journey.id = journey.name = "orders";
        journey.stages.emplace_back().name = "Browse";
        journey.stages.back().where = "{ resource.service.name = \"frontend\" }";
        journey.stages.emplace_back().name = "Place order";
        journey.stages.back().where = "{ name = \"oteldemo.CheckoutService/PlaceOrder\" }";
        const JourneyState sessions = workOutJourney(context_, journey);
        QCOMPARE(sessions.everything.stages[1].reached, uint64_t(0));
        QCOMPARE(sessions.unreached, (std::vector<std::string>{"15 spans match Place order, but none of their traces has a session.id; they have app.user.id: choose users as cases."}));
        journey.caseKey = "user";
        const JourneyState users = workOutJourney(context_, journey);
        QCOMPARE(users.everything.stages[1].reached, uint64_t(users.cases().cases().size()));
        journey.stages.erase(journey.stages.begin());
        journey.caseKey = "app.user.id";
        QCOMPARE(workOutJourney(context_, journey).everything.converted, uint64_t(users.cases().cases().size()));
    }

    // By user it showed nothing, and advised to choose sessions.
    void ordersByUserWithoutConfiguration() {
        const JourneyState sessions = workOutJourney(context_, std::nullopt);
        QVERIFY(sessions.definition);
        QCOMPARE(sessions.everything.stages.back().reached, uint64_t(0));
        QCOMPARE(sessions.unreached, (std::vector<std::string>{"15 spans match Place order, but none of their traces has a session.id; they have app.user.id: choose users as cases."}));
        const JourneyState users = workOutJourney(context_, journeyByCases(context_, sessions.definition, "user", {}));
        QCOMPARE(users.everything.stages.size(), size_t(2));
        QCOMPARE(users.everything.stages.back().name, std::string("Place order"));
        QCOMPARE(users.everything.stages.back().reached, uint64_t(15));
        QCOMPARE(users.everything.converted, uint64_t(15));
        // All of them failed, which nobody was told.
        QCOMPARE(users.unreached, (std::vector<std::string>{"In the whole workspace 15 of the 15 users that came to Place order had nothing but failures there: add \"aisle:error = false\" to its condition to count only what succeeded."}));
        QVERIFY(journeyByCases(context_, users.definition, "session", {}) == *sessions.definition);
    }

    void whatThoseDidThatNeverBegan() {
        const JourneyState sessions = workOutJourney(context_, std::nullopt);
        QCOMPARE(QString::fromStdString(sentenceOf(neverBegan(context_, sessions, sessions.counted), sessions)), QStringLiteral("112 sessions never reached Visit: they only asked for GET /api/cart (107) and GET /api/data (5)."));
    }

private:
    WorkspaceFixture fixture_;
    std::shared_ptr<Workspace> workspace_;
    traceql::Context context_;
};

QTEST_GUILESS_MAIN(TestShopCases)
#include "tst_shop_cases.moc"
