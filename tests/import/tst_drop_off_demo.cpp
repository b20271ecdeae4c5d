// Shops of the demo: what a scenario puts in comes out, what it does not put in does not.
#include "demo/demo_shop.h"
#include "import_job.h"
#include "journey/drop_off.h"
#include "store/postings.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace aisle;

namespace {

/// A demo shop, read, with its journey.
struct Shop {
    Shop(demo::Scenario scenario, uint64_t sessions, const std::optional<JourneyDefinition>& journey = std::nullopt) {
        const std::filesystem::path in(folder.path().toStdString());
        demo::Options options;
        options.scenario = scenario;
        options.sessions = sessions;
        options.seed = 2;
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
        state = workOutJourney(context, journey);
    }
    DropOff at(const std::string& stage) const {
        size_t k = 0;
        while (k < state.everything.stages.size() && state.everything.stages[k].name != stage)
            ++k;
        return dropOff(context, state, state.counted, k);
    }
    QTemporaryDir folder;
    std::shared_ptr<Workspace> workspace;
    traceql::Context context;
    JourneyState state;
};

/// What stands out that nobody put there: values of attributes that say nothing about how it went.
std::string strange(const DropOff& drop) {
    std::string out;
    for (const DropCause& cause : drop.causes)
        if (cause.factor.kind == DropFactor::Kind::Resource || (cause.factor.kind == DropFactor::Kind::Attribute && !cause.factor.isOutcome))
            out += sentenceOf(drop, cause) + "\n";
    return out;
}

std::string words(const DropOff& drop) {
    std::string out;
    for (const DropCause& cause : drop.causes)
        out += sentenceOf(drop, cause) + " " + alsoOf(drop, cause) + "\n";
    return out;
}

const DropCause* causeOf(const DropOff& drop, DropFactor::Kind kind, const std::string& operation) {
    for (const DropCause& cause : drop.causes)
        if (cause.factor.kind == kind && cause.factor.operation == operation)
            return &cause;
    return nullptr;
}

} // namespace

class TestDropOffDemo : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void slowQuotes() {
        const DropOff drop = steady().at("Add to cart");
        QVERIFY(!drop.causes.empty());
        // Every carrier that keeps somebody waiting for more than two seconds loses most of them; the deepest span of these is named.
        const DropFactor& first = drop.causes[0].factor;
        QVERIFY2(first.kind == DropFactor::Kind::Latency && first.operation == "POST /v2/rates" && first.request == "GET /api/shipping/quote" && first.threshold == 2'000'000'000, words(drop).c_str());
        QVERIFY(drop.causes[0].cases.shareWith() > 0.45 && drop.causes[0].cases.shareWithout() < 0.12);
        QVERIFY2(causeOf(drop, DropFactor::Kind::Failure, "shop.inventory.StockService/Check") != nullptr, words(drop).c_str()); // sold out
        QVERIFY2(strange(drop).empty(), strange(drop).c_str());
        QVERIFY(drop.money.sums.empty() && drop.money.usual > 20 && drop.money.usualCurrency == "EUR"); // no order was placed yet
    }

    void nothingElseAtOtherStages() {
        const DropOff product = steady().at("Product"), checkout = steady().at("Checkout");
        QVERIFY2(strange(product).empty(), strange(product).c_str());
        QVERIFY2(strange(checkout).empty(), strange(checkout).c_str());
        for (const DropOff* drop : {&product, &checkout})
            for (const DropCause& cause : drop->causes)
                QVERIFY2(cause.factor.kind != DropFactor::Kind::Latency && cause.factor.kind != DropFactor::Kind::CriticalPath, words(*drop).c_str());
        QVERIFY2(causeOf(checkout, DropFactor::Kind::Failure, "DiscountEngine.apply") == nullptr, words(checkout).c_str());
        QVERIFY(!checkout.money.sums.empty() && checkout.money.sums[0].currency == "EUR" && checkout.money.sums[0].seen > 100);
    }

    void badRelease() {
        const Shop shop(demo::Scenario::BadRelease, kSessions);
        const DropOff drop = shop.at("Checkout");
        const DropCause* cause = causeOf(drop, DropFactor::Kind::Failure, "DiscountEngine.apply");
        QVERIFY2(cause != nullptr && cause->factor.value == "java.lang.NullPointerException" && cause->factor.service == "checkout", words(drop).c_str());
        QVERIFY2(strange(drop).empty(), strange(drop).c_str());
        // Most stop at the first stage, where nothing is to be found; the answer to "why" began and ended there.
        const auto clearest = clearestDropOff(shop.context, shop.state, shop.state.counted, 0);
        QVERIFY(clearest && !clearest->causes.empty());
        for (const char* stage : {"Product", "Add to cart", "Checkout"})
            if (const DropOff other = shop.at(stage); !other.causes.empty())
                QVERIFY(other.causes[0].odds.low <= clearest->causes[0].odds.low);
        // Before it only what is sold out, in this shop as in every other.
        for (const DropCause* before = drop.causes.data(); before != cause; ++before)
            QCOMPARE(before->factor.operation, std::string("shop.inventory.StockService/Check"));
    }

    void badReleaseAtPayments() {
        // A payment that fails is none: it lies between checkout and what never came.
        JourneyDefinition journey;
        for (const JourneyDefinition& preset : journeyPresets())
            if (preset.id == "shop")
                journey = preset;
        QVERIFY(!journey.stages.empty());
        journey.stages.back().where = "{ .http.request.method = \"POST\" && aisle:path = \"/api/payment\" && .http.response.status_code = 200 }";
        const Shop shop(demo::Scenario::BadRelease, kSessions, journey);
        const DropOff drop = shop.at("Checkout");
        const DropCause* discount = nullptr;
        for (const DropCause& cause : drop.causes)
            if (cause.factor.operation == "DiscountEngine.apply" && cause.factor.request == "POST /api/payment")
                discount = &cause;
        QVERIFY2(discount != nullptr && discount->factor.kind == DropFactor::Kind::Failure, words(drop).c_str());
        QVERIFY(discount->cases.shareWith() > 0.4);
        QVERIFY2(causeOf(drop, DropFactor::Kind::Failure, "POST /v1/charges") != nullptr, words(drop).c_str()); // declined cards
    }

    void flashSale() {
        // Inventory nearly full times out.
        const DropOff drop = Shop(demo::Scenario::FlashSale, kSessions).at("Add to cart");
        bool isFound = false;
        for (const DropCause& cause : drop.causes)
            isFound = isFound || (cause.factor.kind == DropFactor::Kind::Failure && cause.factor.request == "POST /api/cart" && cause.factor.service == "inventory");
        QVERIFY2(isFound, words(drop).c_str());
    }

    void slowInventory() {
        // What waits in a queue behind the shop keeps nobody from paying.
        const Shop shop(demo::Scenario::SlowInventory, kSessions);
        const DropOff drop = shop.at("Checkout");
        QVERIFY2(strange(drop).empty(), strange(drop).c_str());
        for (const DropCause& cause : drop.causes)
            QVERIFY2(cause.factor.kind != DropFactor::Kind::Latency, words(drop).c_str());
    }

private:
    static constexpr uint64_t kSessions = 1500;
    const Shop& steady() {
        static const Shop shop(demo::Scenario::Steady, kSessions);
        return shop;
    }
};

QTEST_GUILESS_MAIN(TestDropOffDemo)
#include "tst_drop_off_demo.moc"
