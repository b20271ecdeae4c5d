#pragma once
// Sessions that stop or go on after what a test says, and why they stopped.

#include "journey/drop_off.h"
#include "shop_fixture.h"

namespace aisle::test {

/// Sessions, an hour before the file ends, so that all of them are over.
class Sessions {
public:
    Sessions() { visits_.push_back({"late", 4 * 3600 * kSecond, "unrelated"}); }
    /// A request of its own trace; each comes 100 ms or more after the one before.
    Visit& add(int session, const std::string& name, int64_t duration = kMs, Pairs attributes = {}) {
        at_ += duration + 100 * kMs;
        visits_.push_back({"s" + std::to_string(session), at_ - duration, name, std::move(attributes), 0, duration});
        last_ = visits_.size();
        return visits_.back();
    }
    /// A span below that with the id, in its trace; all of its time.
    SpanId below(SpanId parent, const std::string& service, const std::string& name, Kind kind, Pairs attributes = {}) {
        Visit v = visits_[parent - 1];
        v.trace = v.trace != 0 ? v.trace : 1'000'000 + parent;
        v.session.clear();
        v.name = name;
        v.service = service;
        v.kind = kind;
        v.attributes = std::move(attributes);
        v.parent = parent;
        v.instance.clear();
        visits_.push_back(v);
        return visits_.size();
    }
    SpanId last() const { return last_; } ///< of the request that was added last
    const std::vector<Visit>& visits() const { return visits_; }
    std::vector<Visit>& visits() { return visits_; }

private:
    std::vector<Visit> visits_;
    int64_t at_ = 0;
    SpanId last_ = 0;
};

inline const Pairs kFailed = {{"error", "true"}};

struct Looked {
    explicit Looked(const Sessions& sessions, const std::optional<JourneyDefinition>& journey = letters(2), size_t stage = 0)
        : shop(sessions.visits()), state(shop.workOut(journey)), drop(dropOff(shop.context, state, state.counted, stage)) {}
    std::string value(CaseNumber c) const { return state.cases().cases()[c].value; }
    Shop shop;
    JourneyState state;
    DropOff drop;
};

} // namespace aisle::test
