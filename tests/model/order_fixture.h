#pragma once
// A shop whose orders go through the stages that a test says: for the log of their visits and all that is worked out from it.

#include "orders/fulfilment_log.h"
#include "query/context.h"
#include "shop_fixture.h"

#include <random>

namespace aisle::test {

/// One span of an order. Times are seconds after kBegin.
struct Step {
    std::string order, name;
    int64_t from = 0, to = 0;
    bool failed = false, isUnfinished = false;
    Kind kind = Kind::Server;
    size_t link = 0; ///< number of the step that it links to, from 1; 0: none
    std::string service = "shop";
    Pairs attributes = {};
    size_t below = 0; ///< number of the step whose child it is, from 1; 0: it begins a trace
};

class OrderShop {
    WorkspaceFixture fixture_; // first, so that it goes last: its folder holds the workspace
    std::shared_ptr<Workspace> workspace_;

public:
    /// What the file saw ends at `until`, by a span of nobody; 0: with the last step.
    explicit OrderShop(const std::vector<Step>& steps, int64_t until = 0) {
        workspace_ = fixture_.open();
        WorkspaceFixture::add(*workspace_, "orders.json", [&](SpanSink& sink) {
            SpanRecord s;
            uint64_t id = 1;
            std::vector<uint64_t> traces = {0};
            const auto add = [&](const Step& step) {
                s.clear();
                traces.push_back(step.below != 0 ? traces[step.below] : 1'000'000 + id);
                s.trace.id = {0, traces.back()};
                s.parent.id = step.below;
                s.span.id = id++;
                s.context = serviceContext(sink, step.service);
                s.name = step.name;
                s.kind = step.kind;
                s.status = step.failed ? Status::Error : Status::Unset;
                s.setTimes(kBegin + step.from * kSecond, step.isUnfinished ? 0 : kBegin + step.to * kSecond);
                if (!step.order.empty())
                    s.attributes.push_back({"order.id", ValueType::String, step.order});
                for (const auto& [key, value] : step.attributes)
                    s.attributes.push_back({key, ValueType::String, value});
                if (step.link != 0) {
                    LinkRecord& link = s.addLink();
                    link.trace.id = {0, traces[step.link]};
                    link.span.id = step.link;
                }
                sink.span(s);
            };
            for (const Step& step : steps)
                add(step);
            if (until != 0)
                add({"", "end of the file", until, until});
        });
        context.table = workspace_->table();
        context.attributes = std::make_shared<traceql::DictionarySource>(workspace_, context.table);
        context.cases = std::make_shared<CaseSource>(workspace_, context.table, context.attributes);
    }

    JourneyState workOut(const JourneyDefinition& flow) const { return workOutJourney(context, flow); }

    traceql::Context context;
};

/// Stages A, B, C, ... of orders; a case is over after 100 s.
inline JourneyDefinition flowOf(size_t stages) {
    JourneyDefinition flow = letters(stages);
    flow.caseKey = "order";
    flow.idleLimit = 100 * kSecond;
    return flow;
}

inline CaseNumber numberOf(const JourneyState& state, const std::string& order) { return state.cases().find(order); }

/// "A 1 wait - queue - | B 1! wait 10 queue 8": stage, attempt, ! failed, ? unfinished; seconds, - for none.
inline std::string words(const FulfilmentLog& log, CaseNumber order) {
    const auto seconds = [](int64_t ns) { return ns < 0 ? std::string("-") : std::to_string(ns / kSecond); };
    std::string out;
    for (uint32_t i = log.first[order]; i < log.first[order + 1]; ++i) {
        const FulfilmentLog::Visit& v = log.visits[i];
        out += (out.empty() ? "" : " | ") + log.stages[v.stage] + " " + std::to_string(v.attempt) + (v.failed ? "!" : "") + (v.isUnfinished ? "?" : "") + " wait " + seconds(v.wait) + " queue " + seconds(v.queue);
    }
    return out;
}

/// A shop of up to `orders` orders whose spans lie anywhere, with failures, repeats and spans that never ended.
inline std::vector<Step> randomSteps(uint32_t seed, size_t orders, size_t stages, size_t steps) {
    std::mt19937 random(seed);
    const auto below = [&](size_t n) { return static_cast<int64_t>(random() % n); };
    std::vector<Step> out;
    for (size_t i = 0; i < steps; ++i) {
        const int64_t from = below(400);
        Step step{"o" + std::to_string(below(orders)), std::string(1, static_cast<char>('A' + below(stages))), from, from + below(60)};
        step.failed = below(5) == 0;
        step.isUnfinished = below(12) == 0;
        step.service = "s" + std::to_string(below(3));
        out.push_back(step);
    }
    return out;
}

} // namespace aisle::test
