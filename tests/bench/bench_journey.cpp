// How long the journeys of 100,000 sessions in 5 M spans take, as the median of interleaved runs.
//
//   bench_journey [--spans 5000000] [--runs 5] [--only LABEL] [--workspace FILE] [--folder DIR]
//
// Bars at 5 M spans: a funnel after another scope or another definition 100 ms, causes of a drop-off and paths 2 s; more or fewer spans, more or
// less in proportion. The limit they are compared with is a scan of one column of eight bytes a span. "Another stage" has one
// condition that was not asked before; "another definition" none that was. --only: what has it in its name, for a profiler.

#include "bench.h"
#include "journey/drop_off.h"
#include "journey/journey_model.h"
#include "paths/follow_graph.h"
#include "paths/variants.h"
#include "selection/scope.h"
#include "shop_workspace.h"

using namespace aisle;
using namespace aisle::bench;

int main(int argc, char** argv) {
    const Options given(argc, argv);
    OpenShop shop(given);
    traceql::Context& context = shop.context;
    const int runs = shop.runs;
    const SpanTable& table = *context.table;

    Measured first{"cases and the first funnel", {}};
    std::vector<Measured> once = {first};
    JourneyState state;
    once[0].run = [&] { state = workOutJourney(context, std::nullopt); };
    interleave(once, 1);
    if (!state.definition) {
        std::printf("%s\n", state.problem.c_str());
        return 1;
    }
    std::printf("%llu spans, %zu %s, %zu events, %zu stages, %d runs\n", static_cast<unsigned long long>(table.spanCount()), state.cases().cases().size(), state.cases().key().plural.c_str(),
                state.events.size(), state.everything.stages.size(), runs);

    int64_t sum = 0;
    int round = 0;
    std::vector<Measured> all;
    all.push_back({"scan of one column", [&] {
                       for (uint32_t s = 0; s < table.segmentCount(); ++s)
                           if (table.hasSegment(s))
                               for (const int64_t duration : table.segmentAt(s).duration)
                                   sum += duration;
                   }});
    traceql::ParseError error;
    const auto scope = Scope::parse("{ trace:duration > 50ms }", error);
    const ScopeResult half = evaluate(*scope, context);
    all.push_back({"another scope", [&] { sum += static_cast<int64_t>(funnelInScope(state, half).converted); }});
    const auto workOut = [&](const JourneyDefinition& journey) { sum += static_cast<int64_t>(workOutJourney(context, journey).everything.converted); };
    all.push_back({"another window", [&] {
                       JourneyDefinition other = *state.definition;
                       other.window = (600 + ++round) * int64_t(1'000'000'000);
                       workOut(other);
                   }});
    all.push_back({"another stage", [&] {
                       JourneyDefinition other = *state.definition;
                       other.stages.back().where = "{ aisle:path =~ \"/api/payment|/none/" + std::to_string(++round) + "\" }";
                       workOut(other);
                   }});
    all.push_back({"another definition", [&] {
                       context.cache = std::make_shared<traceql::ConditionCache>(context.table);
                       (void)context.cache->facts({});
                       workOut(*state.definition);
                   }});
    size_t funnels = all.size();
    std::vector<std::string> labels;
    for (size_t k = 0; k + 1 < state.everything.stages.size(); ++k)
        labels.push_back("causes at " + state.everything.stages[k].name);
    for (size_t k = 0; k < labels.size(); ++k)
        all.push_back({labels[k], [&, k] { sum += static_cast<int64_t>(dropOff(context, state, state.counted, k).compared); }});
    Activities requests;
    CaseLog log;
    all.push_back({"front doors", [&] { sum += static_cast<int64_t>(frontDoors(table, context.cases->facts()->requests).count()); }});
    all.push_back({"requests of paths", [&] { requests = activities(context, state, {}); }});
    all.push_back({"log of paths", [&] { log = caseLog(state, requests); }});
    all.push_back({"map of paths", [&] { sum += static_cast<int64_t>(followGraph(log, state.counted).edges.size()); }});
    all.push_back({"variants of paths", [&] { sum += static_cast<int64_t>(variants(log, state.counted).variants.size()); }});
    const std::string only = given.text("--only", "");
    for (size_t i = all.size(); i-- > 1;)
        if (all[i].label.find(only) == std::string::npos) {
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
            funnels -= i < funnels;
        }
    interleave(all, runs);
    const double scale = static_cast<double>(table.spanCount()) / 5e6, scan = all[0].median();
    std::printf("%-34s %8.1f ms\n%-34s %8.1f ms\n", once[0].label.c_str(), once[0].median() * 1e3, all[0].label.c_str(), scan * 1e3);
    int notKept = sum == 0;
    for (size_t i = 1; i < all.size(); ++i) {
        const double ms = all[i].median() * 1e3, bar = (i < funnels ? 100 : 2000) * scale;
        notKept += ms > bar;
        std::printf("%-34s %8.1f ms  bar %6.0f ms  %s  %.0f times the scan\n", all[i].label.c_str(), ms, bar, ms <= bar ? "kept" : "MISSED", all[i].median() / scan);
    }
    return notKept > 0;
}
