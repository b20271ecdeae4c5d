// Stories of the demo's orders: nothing is lost, and no word of tracing stands above the technical detail.
#include "demo/demo_shop.h"
#include "import_job_fixture.h"
#include "orders/order_flow.h"
#include "query/context.h"
#include "story/order_page.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <regex>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

/// Words that only those know who built the shop.
const std::regex& jargon() {
    static const std::regex words("\\b(spans?|traces?|root|latency|p50|p90|p95|p99|percentile|consumers?|producers?|rpc|grpc|https?|status codes?|status_code|instances?|\\w+service|\\w+-service|attributes?|"
                                  "exceptions?|\\w+exception|\\w+error|endpoint|api|kafka|topic|partition|queue|database|sql|null|timeout|\\w+_\\w+|\\w+::\\w+)\\b|[{}]|/api/",
                                  std::regex::icase);
    return words;
}

void verifyStories(const traceql::Context& context, Database& db, size_t most, std::set<StoryKind>& kinds, std::set<OrderState>& states) {
    const JourneyState state = workOutFulfilment(context, std::nullopt);
    QVERIFY2(state.problem.empty(), state.problem.c_str());
    const FulfilmentLog log = fulfilmentLog(state);
    const auto& cases = state.cases().cases();
    QVERIFY(!cases.empty());
    for (CaseNumber c = 0; c < cases.size() && c < most; ++c) {
        const OrderStory story = orderStory(&db, state, log, c, StoryTemplates::english());
        if (story.state)
            states.insert(*story.state);
        std::multiset<TraceIndex> seen;
        for (const StorySentence& sentence : story.sentences) {
            kinds.insert(sentence.kind);
            seen.insert(sentence.traces.begin(), sentence.traces.end());
        }
        QVERIFY2(seen == std::multiset<TraceIndex>(cases[c].traces.begin(), cases[c].traces.end()), cases[c].value.c_str());
        const OrderPage page = orderPage(story, *context.table, StoryTemplates::english(), Redactor(), false, {true});
        std::string all = page.title + "\n" + page.headline + "\n";
        for (const auto& figure : page.figures)
            all += figure.label + " " + figure.value + "\n";
        for (const auto& line : page.lines)
            all += line.label + " " + line.text + "\n";
        std::smatch found;
        QVERIFY2(!std::regex_search(all, found, jargon()), (found.str() + " in\n" + all).c_str());
    }
}

} // namespace

class TestOrderStoryDemo : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theListFinds() {
        for (const char* bad : {"a span", "Trace", "the PaymentService", "status code", "HTTP 500", "p90", "gRPC", "card_declined", "java.sql.SQLException"})
            QVERIFY2(std::regex_search(bad, jargon()), bad);
        for (const char* good : {"The goods were packed, which took 3.00 s.", "9 of 10 orders waited 18 min 00 s or less", "Customer service", "anna.berg@example.com"})
            QVERIFY2(!std::regex_search(good, jargon()), good);
    }

    void demo_data() {
        QTest::addColumn<int>("scenario");
        QTest::newRow("steady") << static_cast<int>(demo::Scenario::Steady);
        QTest::newRow("flash sale") << static_cast<int>(demo::Scenario::FlashSale);
        QTest::newRow("bad release") << static_cast<int>(demo::Scenario::BadRelease);
        QTest::newRow("slow inventory") << static_cast<int>(demo::Scenario::SlowInventory);
    }
    void demo() {
        QFETCH(int, scenario);
        const QTemporaryDir folder;
        const std::filesystem::path in(folder.path().toStdString());
        demo::Options options;
        options.scenario = static_cast<demo::Scenario>(scenario);
        options.sessions = 400;
        std::ofstream out(in / "shop.jsonl", std::ios::binary);
        demo::write(options, [&](std::string_view chunk) { return static_cast<bool>(out.write(chunk.data(), static_cast<std::streamsize>(chunk.size()))); });
        out.close();
        const auto workspace = Workspace::open(in / "shop.aisle", Workspace::Access::Create);
        ImportJob job(workspace, {in / "shop.jsonl"}, {});
        job.start();
        job.wait();
        traceql::Context context{workspace->table()};
        context.attributes = std::make_shared<traceql::DictionarySource>(workspace, context.table);
        context.cases = std::make_shared<CaseSource>(workspace, context.table, context.attributes);
        std::set<StoryKind> kinds;
        std::set<OrderState> states;
        verifyStories(context, *workspace->connect(), 150, kinds, states);
        for (const StoryKind kind : {StoryKind::Did, StoryKind::Saw, StoryKind::Charged, StoryKind::Happened, StoryKind::Waited, StoryKind::Failed, StoryKind::Open, StoryKind::More})
            QVERIFY2(kinds.contains(kind), std::string(kindName(kind)).c_str());
        QVERIFY(states.contains(OrderState::Done));
        QVERIFY(states.size() > 1);
    }

    void astronomyShop() {
        if (traceFolder().empty())
            QSKIP("the real files are not here; set AISLE_TRACES");
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        import(workspace, {traceFolder() / "otlp-proto/stef-astronomy-oteltraces.zst"});
        traceql::Context context{workspace->table()};
        context.attributes = std::make_shared<traceql::DictionarySource>(workspace, context.table);
        context.cases = std::make_shared<CaseSource>(workspace, context.table, context.attributes);
        std::set<StoryKind> kinds;
        std::set<OrderState> states;
        verifyStories(context, *workspace->connect(), 15, kinds, states);
    }
};

QTEST_GUILESS_MAIN(TestOrderStoryDemo)
#include "tst_order_story_demo.moc"
