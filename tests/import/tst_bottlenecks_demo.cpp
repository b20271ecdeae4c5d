// Orders of the demo's shops: the slow instance that a scenario puts in comes out first, and in the others nothing that costs as much.
#include "demo/demo_shop.h"
#include "import_job.h"
#include "orders/bottlenecks.h"
#include "orders/order_flow.h"
#include "query/context.h"
#include "store/postings.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace aisle;

Q_DECLARE_METATYPE(aisle::demo::Scenario)

namespace {

struct Shop {
    Shop(demo::Scenario scenario, uint64_t seed) {
        const std::filesystem::path in(folder.path().toStdString());
        demo::Options options;
        options.scenario = scenario;
        options.sessions = 1500;
        options.seed = seed;
        std::ofstream out(in / "shop.jsonl", std::ios::binary);
        demo::write(options, [&](std::string_view chunk) { return static_cast<bool>(out.write(chunk.data(), static_cast<std::streamsize>(chunk.size()))); });
        out.close();
        workspace = Workspace::open(in / "shop.aisle", Workspace::Access::Create);
        ImportJob job(workspace, {in / "shop.jsonl"}, {});
        job.start();
        job.wait();
        context.table = workspace->table();
        context.attributes = std::make_shared<traceql::DictionarySource>(workspace, context.table);
        buildPostings(*workspace->connect(), *context.table, *context.attributes->get(*workspace->connect(), {}));
        context.cases = std::make_shared<CaseSource>(workspace, context.table);
        state = workOutFulfilment(context, std::nullopt);
        log = fulfilmentLog(state);
        found = bottlenecks(state, log, state.counted);
    }
    std::string words() const {
        std::string out = state.problem;
        for (const Bottleneck& one : found.found)
            out += sentenceOf(one) + " " + figuresOf(one) + "\n";
        return out;
    }
    QTemporaryDir folder;
    std::shared_ptr<Workspace> workspace;
    traceql::Context context;
    JourneyState state;
    FulfilmentLog log;
    Bottlenecks found;
};

} // namespace

class TestBottlenecksDemo : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void slowInventory_data() {
        QTest::addColumn<uint64_t>("seed");
        QTest::addRow("seed 1") << uint64_t(1);
        QTest::addRow("seed 2") << uint64_t(2);
    }
    void slowInventory() {
        QFETCH(uint64_t, seed);
        const Shop shop(demo::Scenario::SlowInventory, seed);
        QVERIFY2(!shop.found.found.empty(), shop.words().c_str());
        const Bottleneck& first = shop.found.found[0];
        const std::string words = shop.words();
        QVERIFY2(first.kind == Bottleneck::Kind::Queue && first.service == "inventory" && first.instance == "inventory-2", words.c_str());
        QVERIFY2(first.operation == "UPDATE stock" && first.operationService == "inventory" && first.operationShare > 0.9, words.c_str());
        QVERIFY2(first.saturation && first.saturation->share() > 0.9 && first.saturation->busy > 0.95 && first.saturation->slots == 1, words.c_str());
        QVERIFY2(first.imbalance && first.share > 0.02 && first.p50 > 120 * kSecond, words.c_str());
        for (const Bottleneck& one : shop.found.found)
            QVERIFY2(one.kind == Bottleneck::Kind::Repeats || (one.instance == "inventory-2" && one.stage == first.stage), words.c_str());
        // A carrier takes hours, which is not why.
        QVERIFY(!shop.found.longest.empty() && shop.found.longest[0].p50 > first.p50);
    }

    void elsewhere_data() {
        QTest::addColumn<demo::Scenario>("scenario");
        QTest::addColumn<uint64_t>("seed");
        for (const uint64_t seed : {uint64_t(1), uint64_t(2)}) {
            QTest::addRow("steady %d", int(seed)) << demo::Scenario::Steady << seed;
            QTest::addRow("flash sale %d", int(seed)) << demo::Scenario::FlashSale << seed;
            QTest::addRow("bad release %d", int(seed)) << demo::Scenario::BadRelease << seed;
        }
    }
    void elsewhere() {
        QFETCH(demo::Scenario, scenario);
        QFETCH(uint64_t, seed);
        const Shop shop(scenario, seed);
        const std::string words = shop.words();
        QVERIFY2(shop.state.problem.empty() && shop.found.orders > 100, words.c_str());
        // What is sold out, and a carrier that does not answer, are tried again in every shop: of a few orders, and at no instance more often.
        for (const Bottleneck& one : shop.found.found) {
            QVERIFY2(one.kind == Bottleneck::Kind::Repeats && one.share < 0.02 && !one.imbalance, words.c_str());
            QVERIFY2(one.orders.size() * 10 < shop.found.orders, words.c_str());
        }
        QVERIFY2(!shop.found.found.empty(), words.c_str());
        QVERIFY(!shop.found.longest.empty() && shop.found.longest[0].p50 > 3600 * kSecond);
    }

private:
    static constexpr int64_t kSecond = 1'000'000'000;
};

QTEST_GUILESS_MAIN(TestBottlenecksDemo)
#include "tst_bottlenecks_demo.moc"
