#pragma once
// A shop whose customers make the requests that a test says: for cases, funnels, causes and paths.

#include "journey/journey_model.h"
#include "query/context.h"
#include "selection/scope.h"
#include "workspace_fixture.h"

#include <algorithm>

namespace aisle::test {

inline constexpr int64_t kMs = 1'000'000, kSecond = 1'000'000'000, kBegin = 1'773'478'800 * kSecond;

/// One request of a customer: a SERVER span, a trace of its own unless `trace` says which.
struct Visit {
    std::string session;
    int64_t at; ///< ns after kBegin
    std::string name;
    Pairs attributes = {};
    uint64_t trace = 0;
    int64_t duration = kMs;
    Kind kind = Kind::Server;
    std::string service = "shop";
    SpanId parent = 0;
    std::string instance = {};
    std::string statusMessage = {};
};

class Shop {
    WorkspaceFixture fixture_; // first, so that it goes last: its folder holds the workspace
    std::shared_ptr<Workspace> workspace_;

public:
    explicit Shop(const std::vector<Visit>& visits) {
        workspace_ = fixture_.open();
        WorkspaceFixture::add(*workspace_, "shop.json", [&](SpanSink& sink) {
            SpanRecord s;
            uint64_t id = 1;
            for (const Visit& v : visits) {
                s.clear();
                s.trace.id = {0, v.trace != 0 ? v.trace : 1'000'000 + id};
                s.span.id = id++;
                s.parent.id = v.parent;
                s.context = serviceContext(sink, v.service, v.instance);
                s.name = v.name;
                s.kind = v.kind;
                s.statusMessage = v.statusMessage;
                s.setTimes(kBegin + v.at, kBegin + v.at + v.duration);
                if (!v.session.empty())
                    s.attributes.push_back({"session.id", ValueType::String, v.session == "(empty)" ? std::string_view() : std::string_view(v.session)});
                for (const auto& [key, value] : v.attributes)
                    s.attributes.push_back({key, ValueType::String, value});
                sink.span(s);
            }
        });
        table = workspace_->table();
        db = workspace_->connect();
        context.table = table;
        context.attributes = std::make_shared<traceql::DictionarySource>(workspace_, table);
        context.cases = std::make_shared<CaseSource>(workspace_, table, context.attributes);
    }

    CaseIndex cases(const std::string& attribute = "session.id") const {
        const std::vector<ColumnSpec> specs = {{{attribute}, true}};
        return CaseIndex::build(*table, readColumns(*db, *table, specs)[0], {"session", "Session", "sessions", {attribute}});
    }
    std::vector<StageEvent> events(const JourneyDefinition& journey) const {
        std::vector<std::string> problems;
        return stageEvents(journey, context, requests(*table), problems);
    }
    FunnelResult funnel(const JourneyDefinition& journey, const std::vector<bool>* only = nullptr) const {
        return aisle::funnel(*table, cases(), journey, events(journey), clockResolutions(*table), only);
    }
    const std::shared_ptr<Workspace>& workspace() const { return workspace_; }
    JourneyState workOut(const std::optional<JourneyDefinition>& journey) const { return workOutJourney(context, journey); }

    SpanTablePtr table;
    std::unique_ptr<Database> db;
    traceql::Context context;
};

/// As in OpenTelemetry's demo: browsers say their session, of which 5 visit, 3 fill a cart and 2 only ask for data; of 4 orders only who
/// placed them is known, behind the front door.
inline std::vector<Visit> ordersWithoutSessions() {
    std::vector<Visit> out;
    const auto request = [&](const std::string& session, int64_t at, const char* method, const char* path) {
        out.push_back({session, at, method, {{"http.request.method", method}, {"url.path", path}}});
        out.back().service = "frontend";
        out.back().duration = 10 * kMs;
    };
    for (int s = 0; s < 5; ++s) {
        request("s" + std::to_string(s), s * kSecond, "GET", "/");
        if (s < 3)
            request("s" + std::to_string(s), s * kSecond + 100 * kMs, "POST", "/api/cart");
    }
    request("d0", 6 * kSecond, "GET", "/api/data");
    request("d1", 7 * kSecond, "GET", "/api/data");
    request("d1", 7 * kSecond + 100 * kMs, "GET", "/api/data/");
    for (int o = 0; o < 4; ++o) {
        request("", (10 + o) * kSecond, "POST", "/api/checkout");
        out.back().trace = 100 + static_cast<uint64_t>(o);
        Visit place{"", (10 + o) * kSecond + kMs, "oteldemo.CheckoutService/PlaceOrder", {{"app.user.id", "u" + std::to_string(o)}}, out.back().trace};
        place.service = "checkout";
        place.parent = out.size(); // ids of spans are numbers from 1
        out.push_back(std::move(place));
    }
    return out;
}

/// JSON with ' for each quotation mark, and " for those within.
inline JourneyDefinition journeyOf(std::string text) {
    std::string json;
    for (const char c : text) {
        if (c == '"')
            json += "\\\"";
        else
            json += c == '\'' ? '"' : c;
    }
    return journeyFromJson(json);
}

/// Stages A, B, C, ...: a span fills those whose letter is in its name.
inline JourneyDefinition letters(size_t stages, int64_t window = 0) {
    JourneyDefinition journey;
    journey.id = journey.name = "letters";
    journey.window = window;
    for (size_t k = 0; k < stages; ++k) {
        const std::string letter(1, static_cast<char>('A' + k));
        journey.stages.emplace_back().name = letter;
        journey.stages.back().where = "{ name =~ \".*" + letter + ".*\" }";
    }
    return journey;
}

} // namespace aisle::test
