// The cases of a real shop: what it offers without being told.

#include "cases/case_candidates.h"
#include "import_job_fixture.h"
#include "journey/funnel_table.h"
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
        for (const CaseCandidate& c : found)
            qInfo("%s", c.sentence.c_str());
        QVERIFY(found.size() >= 2);
        QCOMPARE(found[0].id, std::string("session"));
        QCOMPARE(found[0].cases, uint64_t(220));
        QVERIFY(found[0].isGood);
        const auto users = std::find_if(found.begin(), found.end(), [](const CaseCandidate& c) { return c.attribute == "app.user.id"; });
        QVERIFY(users != found.end() && users->isGood);
        QCOMPARE(users->id, std::string("user"));
        QCOMPARE(users->traces, uint64_t(15));
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
        for (const std::string& note : funnelNotes(sessions, sessions.everything))
            qInfo("%s", note.c_str());
        QCOMPARE(sessions.unreached, (std::vector<std::string>{"15 spans match Place order, but none of their traces has a session.id; they have app.user.id: choose users as cases."}));
        journey.caseKey = "user";
        const JourneyState users = workOutJourney(context_, journey);
        QCOMPARE(users.everything.stages[1].reached, uint64_t(users.cases().cases().size()));
        journey.stages.erase(journey.stages.begin());
        journey.caseKey = "app.user.id";
        QCOMPARE(workOutJourney(context_, journey).everything.converted, uint64_t(users.cases().cases().size()));
    }

private:
    WorkspaceFixture fixture_;
    std::shared_ptr<Workspace> workspace_;
    traceql::Context context_;
};

QTEST_GUILESS_MAIN(TestShopCases)
#include "tst_shop_cases.moc"
