#include "demo/demo_shop.h"
#include "import_job.h"
#include "journey/drop_off.h"
#include "store/postings.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace aisle;

namespace {

/// A demo shop, read, with its journey.
struct Shop {
    Shop(demo::Scenario scenario, uint64_t sessions) {
        const std::filesystem::path in(folder.path().toStdString());
        demo::Options options;
        options.scenario = scenario;
        options.sessions = sessions;
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
    }
    QTemporaryDir folder;
    std::shared_ptr<Workspace> workspace;
    traceql::Context context;
};

} // namespace

class TestDropOffDemo : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void print() {
        for (const auto scenario : {demo::Scenario::Steady, demo::Scenario::BadRelease, demo::Scenario::FlashSale, demo::Scenario::SlowInventory}) {
            const Shop shop(scenario, 3000);
            const auto& context = shop.context;
            const JourneyState state = workOutJourney(context, std::nullopt);
            for (size_t k = 0; k < state.everything.stages.size(); ++k) {
                QElapsedTimer t; t.start();
                const DropOff drop = dropOff(context, state, state.counted, k);
                std::printf("=== %s, %s (%lld ms)\n", std::string(demo::scenarioName(scenario)).c_str(), drop.stageName.c_str(), t.elapsed());
                for (const auto& n : dropOffNotes(drop)) std::printf("  %s\n", n.c_str());
                for (const auto* list : {&drop.causes, &drop.chance})
                  for (const auto& c : *list) {
                    std::printf(" %s %s\n      OR %.3g (%.3g to %.3g) p %.2g q %.2g excess %.1f; %s\n      %s\n", list == &drop.causes ? "*" : "?", sentenceOf(drop, c).c_str(), c.odds.value, c.odds.low, c.odds.high, c.p, c.q, c.cases.excess(), c.money.toWords(c.excessShare()).c_str(), alsoOf(drop, c).c_str());
                    if (list == &drop.chance && &c - list->data() >= 2) break;
                  }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestDropOffDemo)
#include "tst_drop_off_demo.moc"
