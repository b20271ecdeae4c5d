// The demo shop's output: deterministic, valid OTLP JSON, a consistent shop, and each scenario's cause
// visible in its spans.
#include "demo/demo_shop.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

using namespace aisle::demo;
using nlohmann::json;

namespace {

constexpr int64_t kMinute = 60'000'000'000;

std::string generate(const Options& options, Totals* totals = nullptr) {
    std::string bytes;
    const Totals written = write(options, [&](std::string_view chunk) {
        bytes.append(chunk);
        return true;
    });
    if (totals)
        *totals = written;
    return bytes;
}

std::vector<std::string_view> linesOf(std::string_view bytes) {
    std::vector<std::string_view> lines;
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size());
        lines.push_back(bytes.substr(0, end));
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return lines;
}

using Texts = std::map<std::string, std::string>;

// Attribute values as text; a key that comes twice is a failure.
Texts attributesOf(const json& list) {
    Texts attributes;
    for (const json& attribute : list) {
        const json& value = attribute.at("value").begin().value();
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        if (!attributes.emplace(attribute.at("key").get<std::string>(), text).second)
            throw std::runtime_error("attribute twice: " + attribute.dump());
    }
    return attributes;
}

struct Span {
    std::string trace, parent, name, service, version, host, instance;
    int kind = 0;
    int64_t start = 0, end = 0;
    bool error = false;
    Texts attributes;
    std::size_t events = 0;
    std::vector<std::pair<std::string, std::string>> links; // trace, span

    std::string attribute(const std::string& key) const {
        const auto found = attributes.find(key);
        return found == attributes.end() ? std::string() : found->second;
    }
    bool isPage() const { return service == "frontend" && kind == 2; }
};

struct File {
    Totals totals;
    std::map<std::string, Span> spans;                     // by span id
    std::vector<std::pair<std::string, std::string>> logs; // trace, span
    uint64_t spanRecords = 0;
};

File load(const Options& options) {
    File file;
    const std::string bytes = generate(options, &file.totals);
    for (const std::string_view line : linesOf(bytes)) {
        const json document = json::parse(line);
        if (document.contains("resourceLogs")) {
            for (const json& resource : document.at("resourceLogs"))
                for (const json& scope : resource.at("scopeLogs"))
                    for (const json& log : scope.at("logRecords"))
                        file.logs.emplace_back(log.at("traceId"), log.at("spanId"));
            continue;
        }
        for (const json& resource : document.at("resourceSpans")) {
            const Texts about = attributesOf(resource.at("resource").at("attributes"));
            for (const json& record : resource.at("scopeSpans").at(0).at("spans")) {
                Span span;
                span.trace = record.at("traceId");
                span.parent = record.value("parentSpanId", "");
                span.name = record.at("name");
                span.service = about.at("service.name");
                span.version = about.at("service.version");
                span.host = about.at("host.name");
                span.instance = about.at("service.instance.id");
                span.kind = record.at("kind");
                span.start = std::stoll(record.at("startTimeUnixNano").get<std::string>());
                span.end = std::stoll(record.at("endTimeUnixNano").get<std::string>());
                span.error = record.at("status").value("code", 0) == 2;
                span.attributes = attributesOf(record.at("attributes"));
                span.events = record.value("events", json::array()).size();
                for (const json& link : record.value("links", json::array()))
                    span.links.emplace_back(link.at("traceId"), link.at("spanId"));
                file.spans.emplace(record.at("spanId").get<std::string>(), std::move(span));
                ++file.spanRecords;
            }
        }
    }
    return file;
}

const File& fileOf(Scenario scenario) {
    static std::map<Scenario, File> files;
    const auto found = files.find(scenario);
    return found != files.end() ? found->second
                                : files.emplace(scenario, load({scenario, 600, 0, 1})).first->second;
}

// Enough customers for proportions.
const File& crowd() {
    static const File file = load({Scenario::Steady, 1500, 0, 3});
    return file;
}

bool isHex(const std::string& id, std::size_t length) {
    return id.size() == length && std::all_of(id.begin(), id.end(), [](unsigned char c) {
               return std::isdigit(c) || (c >= 'a' && c <= 'f');
           });
}

bool isSkewed(const Span& span) {
    return span.host == "node-3";
}

// ns; nearest rank
int64_t median(std::vector<int64_t> values) {
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[(values.size() + 1) / 2 - 1];
}

// From the end of the PRODUCER to the start of the CONSUMER.
std::vector<int64_t> reserveWaits(const File& file) {
    std::vector<int64_t> waits;
    for (const auto& [id, span] : file.spans) {
        if (span.kind == 5 && span.name == "process reservations")
            waits.push_back(span.start - file.spans.at(span.links.at(0).second).end);
    }
    return waits;
}

struct Share {
    int all = 0;
    int errors = 0;
    double value() const { return all == 0 ? 0 : double(errors) / all; }
};

std::map<std::string, Share> checkoutErrors(const File& file) {
    std::map<std::string, Share> byVersion;
    for (const auto& [id, span] : file.spans) {
        if (span.service == "checkout" && span.kind == 2) {
            Share& share = byVersion[span.version];
            ++share.all;
            share.errors += span.error;
        }
    }
    return byVersion;
}

// Share of the sessions that got a 200 from that page.
double reached(const File& file, const std::string& page) {
    std::set<std::string> sessions, there;
    for (const auto& [id, span] : file.spans) {
        if (!span.isPage())
            continue;
        sessions.insert(span.attribute("session.id"));
        if (span.name == page && span.attribute("http.response.status_code") == "200")
            there.insert(span.attribute("session.id"));
    }
    return double(there.size()) / double(sessions.size());
}

} // namespace

class TestDemo : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scenarioNames();
    void sameBytesForSameOptions();
    void goldenHash();
    void moreSessionsExtend();
    void spansOption();
    void stopsWhenAsked();
    void nothingToDo();
    void identifiersAndTotals_data() { scenarios(); }
    void identifiersAndTotals();
    void treesAndLinks_data() { scenarios(); }
    void treesAndLinks();
    void conventions();
    void failuresAreVisible();
    void funnel();
    void slowQuotesLoseCustomers();
    void overloadedInstanceAndSkewedHost();
    void nPlusOne();
    void fulfilment();
    void flashSale();
    void badRelease();
    void slowInventory();

private:
    void scenarios();
};

void TestDemo::scenarios() {
    QTest::addColumn<int>("scenario");
    for (const Scenario scenario :
         {Scenario::Steady, Scenario::FlashSale, Scenario::BadRelease, Scenario::SlowInventory})
        QTest::newRow(std::string(scenarioName(scenario)).c_str()) << static_cast<int>(scenario);
}

void TestDemo::scenarioNames() {
    for (const char* name : {"steady", "flash-sale", "bad-release", "slow-inventory"}) {
        const std::optional<Scenario> scenario = scenarioFromName(name);
        QVERIFY2(scenario.has_value(), name);
        QVERIFY2(scenarioName(*scenario) == name, name);
    }
    QVERIFY(!scenarioFromName(""));
    QVERIFY(!scenarioFromName("Steady"));
    QVERIFY(!scenarioFromName("steady "));
}

void TestDemo::sameBytesForSameOptions() {
    const Options options{Scenario::FlashSale, 200, 0, 7};
    const std::string bytes = generate(options);
    QVERIFY(bytes == generate(options));

    Options other = options;
    other.seed = 8;
    QVERIFY(bytes != generate(other));
    other = options;
    other.scenario = Scenario::Steady;
    QVERIFY(bytes != generate(other));
}

// FNV-1a of one small file: catches whatever makes the bytes differ between compilers and machines.
// It changes with every change of the shop; take the new value over then.
void TestDemo::goldenHash() {
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : generate({Scenario::SlowInventory, 100, 0, 42}))
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    QCOMPARE(hash, uint64_t{0x6220c649d58bd7abULL});
}

void TestDemo::moreSessionsExtend() {
    const std::string small = generate({Scenario::Steady, 300, 0, 1});
    const std::string large = generate({Scenario::Steady, 600, 0, 1});
    const auto common =
        std::mismatch(small.begin(), small.end(), large.begin(), large.end()).first - small.begin();
    // What is under way when session 301 arrives comes after the common part: the last minutes'
    // sessions, and the fulfilment of the orders.
    QVERIFY2(double(common) > 0.8 * double(small.size()), qPrintable(QString::number(common)));

    // The customers who are in both files do the same in both.
    const auto pages = [](const File& file) {
        std::set<std::tuple<std::string, std::string, int64_t>> all;
        for (const auto& [id, span] : file.spans)
            if (span.isPage())
                all.emplace(span.trace, span.attribute("session.id"), span.end);
        return all;
    };
    const auto few = pages(load({Scenario::Steady, 300, 0, 1}));
    const auto many = pages(fileOf(Scenario::Steady));
    QVERIFY(few.size() < many.size());
    QVERIFY(std::includes(many.begin(), many.end(), few.begin(), few.end()));
}

void TestDemo::spansOption() {
    Totals totals;
    generate({Scenario::Steady, 3, 20'000, 1}, &totals);
    QVERIFY(totals.spans >= 20'000);
    QVERIFY2(totals.spans < 24'000, qPrintable(QString::number(totals.spans)));
    QVERIFY(totals.sessions > 3);
}

void TestDemo::stopsWhenAsked() {
    int chunks = 0;
    const Totals totals =
        write({Scenario::Steady, 0, 1'000'000, 1}, [&](std::string_view) { return ++chunks < 3; });
    QCOMPARE(chunks, 3);
    QVERIFY(totals.spans < 100'000);
}

void TestDemo::nothingToDo() {
    Totals totals;
    QVERIFY(generate({Scenario::Steady, 0, 0, 1}, &totals).empty());
    QCOMPARE(totals.spans, uint64_t{0});
    QCOMPARE(totals.bytes, uint64_t{0});
}

void TestDemo::identifiersAndTotals() {
    QFETCH(int, scenario);
    const File& file = fileOf(static_cast<Scenario>(scenario));
    QCOMPARE(uint64_t(file.spans.size()), file.spanRecords); // no span id twice
    QCOMPARE(file.spanRecords, file.totals.spans);
    QCOMPARE(uint64_t(file.logs.size()), file.totals.logs);
    QCOMPARE(file.totals.sessions, uint64_t{600});

    std::set<std::string> traces, orders, sessions;
    for (const auto& [id, span] : file.spans) {
        QVERIFY(isHex(id, 16));
        QVERIFY(isHex(span.trace, 32));
        traces.insert(span.trace);
        if (span.name == "send orders")
            orders.insert(span.attribute("order.id"));
        if (span.isPage())
            sessions.insert(span.attribute("session.id"));
    }
    QCOMPARE(uint64_t(traces.size()), file.totals.traces);
    QCOMPARE(uint64_t(orders.size()), file.totals.orders);
    QCOMPARE(uint64_t(sessions.size()), file.totals.sessions);
}

void TestDemo::treesAndLinks() {
    QFETCH(int, scenario);
    const File& file = fileOf(static_cast<Scenario>(scenario));
    std::map<std::string, int> roots;
    int links = 0;
    for (const auto& [id, span] : file.spans) {
        QVERIFY(span.start <= span.end);
        if (span.parent.empty()) {
            ++roots[span.trace];
        } else {
            const auto parent = file.spans.find(span.parent);
            QVERIFY2(parent != file.spans.end(), id.c_str());
            QCOMPARE(parent->second.trace, span.trace);
            if (isSkewed(span) == isSkewed(parent->second)) {
                QVERIFY2(parent->second.start <= span.start && span.end <= parent->second.end,
                         span.name.c_str());
            }
        }
        for (const auto& [trace, target] : span.links) {
            ++links;
            const auto cause = file.spans.find(target);
            QVERIFY2(cause != file.spans.end(), span.name.c_str());
            QCOMPARE(cause->second.trace, trace);
            QVERIFY(trace != span.trace);
            QCOMPARE(cause->second.attribute("order.id"), span.attribute("order.id"));
            QVERIFY(!span.attribute("order.id").empty());
            if (span.kind == 5) {
                QCOMPARE(cause->second.kind, 4);
                QCOMPARE(span.attribute("messaging.message.id"),
                         cause->second.attribute("messaging.message.id"));
                QVERIFY(isSkewed(cause->second) || cause->second.end <= span.start);
            }
        }
        if (span.kind == 5)
            QCOMPARE(span.links.size(), std::size_t{1});
    }
    QVERIFY(links > 300);
    for (const auto& [trace, count] : roots)
        QCOMPARE(count, 1);
    for (const auto& [trace, span] : file.logs) {
        QVERIFY(file.spans.contains(span));
        QCOMPARE(file.spans.at(span).trace, trace);
        QVERIFY(file.spans.at(span).error);
    }
}

void TestDemo::conventions() {
    const File& file = fileOf(Scenario::Steady);
    std::set<std::string> services;
    for (const auto& [id, span] : file.spans) {
        services.insert(span.service);
        const Texts& has = span.attributes;
        if (span.isPage()) {
            for (const char* key : {"http.request.method", "http.route", "url.path",
                                    "http.response.status_code", "user_agent.original", "session.id"})
                QVERIFY2(has.contains(key), key);
            QCOMPARE(span.name, has.at("http.request.method") + ' ' + has.at("http.route"));
        }
        if (has.contains("db.system.name")) {
            QCOMPARE(span.kind, 3);
            for (const char* key :
                 {"db.query.text", "db.query.summary", "db.operation.name", "db.namespace", "server.address"})
                QVERIFY2(has.contains(key), key);
            QCOMPARE(span.name, has.at("db.query.summary"));
        }
        if (has.contains("rpc.system.name")) {
            QCOMPARE(span.name, has.at("rpc.method"));
            QVERIFY(has.contains("rpc.response.status_code"));
        }
        if (has.contains("url.full")) // another company's API has no span of its own
            QVERIFY(has.at("server.address").ends_with(".example"));
        if (has.contains("user.email"))
            QVERIFY(has.at("user.email").ends_with("@example.com"));
        // Servers answer 5xx with an error, and 4xx without.
        if (span.isPage())
            QCOMPARE(span.error, has.at("http.response.status_code").front() == '5');
        if (span.error)
            QVERIFY2(has.contains("error.type"), span.name.c_str());
    }
    QCOMPARE(services.size(), std::size_t{14});
}

void TestDemo::failuresAreVisible() {
    const File& file = fileOf(Scenario::Steady);
    int declined = 0, refused = 0;
    for (const auto& [id, span] : file.spans) {
        if (span.service == "payment" && span.attribute("error.type") == "card_declined") {
            QVERIFY(span.error);
            QCOMPARE(span.events, std::size_t{1});
            ++declined;
        }
        refused += span.name == "POST /api/payment" && span.attribute("http.response.status_code") == "402";
    }
    QVERIFY(declined > 3);
    QCOMPARE(declined, refused);
    QVERIFY(!fileOf(Scenario::BadRelease).logs.empty());
}

void TestDemo::funnel() {
    const File& file = crowd();
    const auto within = [&](const char* page, double low, double high) {
        const double share = reached(file, page);
        if (share < low || share > high)
            qWarning("%s: %.3f", page, share);
        return share >= low && share <= high;
    };
    QVERIFY(within("GET /", 0.85, 1.0));
    QVERIFY(within("GET /api/products/{productId}", 0.48, 0.62));
    QVERIFY(within("POST /api/cart", 0.26, 0.37));
    QVERIFY(within("POST /api/checkout", 0.15, 0.24));
    QVERIFY(within("POST /api/payment", 0.12, 0.20));

    std::set<std::string> bots;
    for (const auto& [id, span] : file.spans) {
        if (!span.isPage() || span.attribute("user_agent.synthetic.type") != "bot")
            continue;
        bots.insert(span.attribute("session.id"));
        QVERIFY(span.attribute("http.request.method") == "GET");
    }
    QVERIFY(bots.size() > 20 && bots.size() < 120);
}

void TestDemo::slowQuotesLoseCustomers() {
    const File& file = crowd();
    std::set<std::string> wentOn;
    for (const auto& [id, span] : file.spans)
        if (span.isPage() && span.name == "POST /api/checkout")
            wentOn.insert(span.attribute("session.id"));
    Share slow, fast; // "errors" are those who left
    for (const auto& [id, span] : file.spans) {
        if (!span.isPage() || span.name != "GET /api/shipping/quote" || span.error)
            continue;
        Share& share = span.end - span.start > 2'000'000'000 ? slow : fast;
        ++share.all;
        share.errors += !wentOn.contains(span.attribute("session.id"));
    }
    QVERIFY(slow.all >= 20);
    QVERIFY(slow.value() > 3 * fast.value());
}

void TestDemo::overloadedInstanceAndSkewedHost() {
    const File& file = fileOf(Scenario::Steady);
    std::map<std::string, std::vector<int64_t>> checks;
    int early = 0;
    for (const auto& [id, span] : file.spans) {
        if (span.service == "inventory" && span.kind == 2)
            checks[span.instance].push_back(span.end - span.start);
        if (isSkewed(span) && !span.parent.empty()) {
            const Span& parent = file.spans.at(span.parent);
            // A quick call ends before it began, by the caller's clock.
            early += !isSkewed(parent) && span.start > parent.end;
        }
    }
    QCOMPARE(checks.size(), std::size_t{3});
    QVERIFY(median(checks["inventory-2"]) > 2 * median(checks["inventory-1"]));
    QVERIFY(median(checks["inventory-2"]) > 2 * median(checks["inventory-3"]));
    QVERIFY(early > 100);
}

void TestDemo::nPlusOne() {
    const File& file = fileOf(Scenario::Steady);
    std::map<std::string, int> single; // queries by SERVER span of cart and recommendation
    int slow = 0;
    for (const auto& [id, span] : file.spans) {
        if ((span.service == "cart" || span.service == "recommendation") && span.name == "SELECT products")
            ++single[span.parent];
        slow += span.service == "search" &&
                span.attribute("db.query.text").find(" LIKE ") != std::string::npos &&
                span.end - span.start > 400'000'000;
    }
    QVERIFY(std::count_if(single.begin(), single.end(), [](const auto& entry) { return entry.second >= 3; }) >
            200);
    QVERIFY(slow > 5);
}

void TestDemo::fulfilment() {
    const File& file = fileOf(Scenario::Steady);
    std::map<std::string, std::set<std::string>> steps; // by order
    std::map<std::string, std::pair<int64_t, int64_t>> time;
    for (const auto& [id, span] : file.spans) {
        const std::string order = span.attribute("order.id");
        if (span.parent.empty() && !order.empty()) {
            steps[order].insert(span.name);
            auto& [first, last] = time.try_emplace(order, span.start, span.start).first->second;
            first = std::min(first, span.start);
            last = std::max(last, span.start);
        }
    }
    int paid = 0, delivered = 0, open = 0, long_ = 0;
    for (const auto& [order, names] : steps) {
        if (!names.contains("process orders"))
            continue;
        ++paid;
        if (names.contains("POST /webhooks/carrier")) {
            ++delivered;
            for (const char* step :
                 {"process reservations", "process pick-lists", "process shipments", "process mails"})
                QVERIFY2(names.contains(step), step);
            long_ += time[order].second - time[order].first > 60 * kMinute;
        } else {
            ++open;
        }
    }
    QVERIFY(uint64_t(paid) == file.totals.orders);
    QVERIFY(delivered > paid / 2);
    QVERIFY(open > 0);
    QVERIFY(long_ > delivered / 2);
}

void TestDemo::flashSale() {
    // New sessions a minute: quiet 0-10 and 20-30, sale 10-20.
    const File& file = fileOf(Scenario::FlashSale);
    std::map<std::string, int64_t> arrivals;
    int64_t first = INT64_MAX;
    Share quiet, sale;
    for (const auto& [id, span] : file.spans) {
        if (!span.isPage())
            continue;
        first = std::min(first, span.start);
        const auto entry = arrivals.try_emplace(span.attribute("session.id"), span.start).first;
        entry->second = std::min(entry->second, span.start);
    }
    // The first customer comes within seconds of the beginning.
    const int64_t begin = 1'773'478'800'000'000'000;
    QVERIFY(first - begin < kMinute);
    int before = 0, during = 0;
    for (const auto& [session, at] : arrivals) {
        before += at < begin + 10 * kMinute;
        during += at >= begin + 10 * kMinute && at < begin + 20 * kMinute;
    }
    QVERIFY2(during >= 5 * before && before > 20,
             qPrintable(QStringLiteral("%1 %2").arg(before).arg(during)));

    std::vector<int64_t> calm, busy;
    for (const auto& [id, span] : file.spans) {
        if (span.service != "inventory" || span.kind != 2)
            continue;
        const bool inSale = span.start >= begin + 10 * kMinute && span.start < begin + 20 * kMinute;
        Share& share = inSale ? sale : quiet;
        ++share.all;
        share.errors += span.error;
        (inSale ? busy : calm).push_back(span.end - span.start);
    }
    QVERIFY(median(busy) > 5 * median(calm));
    QVERIFY(sale.value() > 0.1);
    QVERIFY(sale.value() > 5 * quiet.value());
    QVERIFY(file.totals.orders < fileOf(Scenario::Steady).totals.orders);
}

void TestDemo::badRelease() {
    const auto byVersion = checkoutErrors(fileOf(Scenario::BadRelease));
    QCOMPARE(byVersion.size(), std::size_t{2});
    const Share good = byVersion.at("2.4.0"), bad = byVersion.at("2.5.0");
    QVERIFY(good.all > 50 && bad.all > 50);
    QVERIFY(bad.value() >= 0.1);
    QVERIFY(bad.value() >= 3 * good.value());
    QCOMPARE(checkoutErrors(fileOf(Scenario::Steady)).size(), std::size_t{1});
    QVERIFY(fileOf(Scenario::BadRelease).totals.orders < fileOf(Scenario::Steady).totals.orders);
}

void TestDemo::slowInventory() {
    const File& slow = fileOf(Scenario::SlowInventory);
    QVERIFY(median(reserveWaits(slow)) >= 5 * median(reserveWaits(fileOf(Scenario::Steady))));

    // The queue is bounded: what waits longer than ten minutes is given up and stays stuck.
    const std::string longer = generate({Scenario::SlowInventory, 3000, 0, 1});
    QVERIFY(longer.find("send reservations.dlq") != std::string::npos);
    QVERIFY(generate({Scenario::Steady, 3000, 0, 1}).find("send reservations.dlq") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
