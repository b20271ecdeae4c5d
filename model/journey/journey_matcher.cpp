#include "journey/journey_matcher.h"

#include "analysis/saturating.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace aisle {

JourneyMatcher::JourneyMatcher(const JourneyDefinition& journey, size_t fewLinks)
    : stageCount_(journey.stages.size()), order_(journey.order), isOpen_(journey.isOpen), window_(journey.window > 0 ? journey.window : std::numeric_limits<int64_t>::max()), fewLinks_(fewLinks),
      mostLinks_(fewLinks) {
    std::vector<uint32_t> ends; // last slots of stages that the next stage can follow
    for (uint32_t k = 0; k < stageCount_; ++k) {
        const StageDefinition& stage = journey.stages[k];
        if (!stage.isOptional)
            required_ |= 1U << k;
        if (stage.holds)
            holding_ |= 1U << k;
        for (uint32_t i = 0; i < stage.times; ++i) {
            before_.push_back(i == 0 ? ends : std::vector<uint32_t>{static_cast<uint32_t>(slots_.size() - 1)});
            slots_.push_back({k, i == 0, i + 1 == stage.times});
        }
        if (!stage.isOptional)
            ends.clear();
        ends.push_back(static_cast<uint32_t>(slots_.size() - 1));
    }
    holds_ = !journey.hold.empty() && holding_ != 0;
    for (const ExclusionDefinition& exclusion : journey.exclusions)
        exclusions_.emplace_back(exclusion.after, exclusion.before);
    match_.rows.resize(stageCount_);
    match_.times.resize(stageCount_);
}

const JourneyMatcher::Match& JourneyMatcher::match(std::span<const JourneyEvent> events, int64_t resolution, const StopToken& stop) {
    match_.filled = 0;
    match_.isConverted = match_.isCut = false;
    std::fill(match_.rows.begin(), match_.rows.end(), kNoRow);
    std::fill(match_.times.begin(), match_.times.end(), 0);
    best_ = {};
    links_.clear();
    mostLinks_ = fewLinks_;
    sort(events, resolution);
    const auto tryThese = [&] { order_ == StageOrder::Any ? matchAnyOrder(stop) : matchOrdered(stop); };
    if (!holds_) {
        tryThese();
    } else {
        std::vector<uint32_t> values;
        for (const Timed& timed : timed_)
            if ((timed.stages & holding_) != 0 && timed.event->is.held != StageEvent::kNothing)
                values.push_back(timed.event->is.held);
        std::sort(values.begin(), values.end());
        values.erase(std::unique(values.begin(), values.end()), values.end());
        match_.isCut = values.size() > kMostValues;
        if (match_.isCut)
            values.resize(kMostValues);
        values.push_back(StageEvent::kNothing); // stages that do not hold, by themselves
        all_ = timed_;
        for (const uint32_t value : values) {
            stop.check();
            timed_.clear();
            for (const Timed& timed : all_) {
                Timed one = timed;
                if (value == StageEvent::kNothing || timed.event->is.held != value)
                    one.stages &= ~holding_;
                if (one.stages != 0 || one.event->is.exclusions != 0)
                    timed_.push_back(one);
            }
            tryThese();
        }
    }
    for (uint32_t at = best_.count > 0 ? best_.attempt.last : kNoLink; at != kNoLink; at = links_[at].previous) {
        const Link& link = links_[at];
        if ((match_.filled >> link.stage & 1) != 0)
            continue; // an earlier one of those that the stage takes
        match_.filled |= 1U << link.stage;
        match_.rows[link.stage] = link.row;
        match_.times[link.stage] = link.time;
    }
    match_.isConverted = (match_.filled & required_) == required_;
    return match_;
}

/// By time as far as the clock can tell it, then in the order of the stages, exclusions last; in any order by time alone.
void JourneyMatcher::sort(std::span<const JourneyEvent> events, int64_t resolution) {
    timed_.clear();
    for (const JourneyEvent& event : events)
        if (event.is.stages != 0 || event.is.exclusions != 0)
            timed_.push_back({order_ == StageOrder::Any ? event.time : event.time / resolution, &event, event.is.stages});
    std::sort(timed_.begin(), timed_.end(), [](const Timed& a, const Timed& b) {
        return std::tuple(a.tick, std::countr_zero(a.stages), a.event->time, a.event->is.row) < std::tuple(b.tick, std::countr_zero(b.stages), b.event->time, b.event->is.row);
    });
}

void JourneyMatcher::matchOrdered(const StopToken& stop) {
    settled_.assign(slots_.size() * (stageCount_ + 1), {});
    fresh_.assign(settled_.size(), {});
    const bool isStrict = order_ == StageOrder::Strict;
    size_t steps = 0;
    int64_t lastTick = kNever; // of an event that may fill a stage
    for (size_t begin = 0; begin < timed_.size();) {
        const int64_t tick = timed_[begin].tick;
        uint8_t excluded = 0;
        for (; begin < timed_.size() && timed_[begin].tick == tick; ++begin) {
            const Timed& timed = timed_[begin];
            excluded |= timed.event->is.exclusions;
            if ((++steps & 0xfff) == 0)
                stop.check();
            if (timed.stages == 0)
                continue;
            lastTick = tick;
            if (links_.size() > mostLinks_)
                forgetLinks();
            // From the last slot down, so that one event fills one slot of an attempt.
            for (size_t s = slots_.size(); s-- > 0;) {
                if ((timed.stages >> slots_[s].stage & 1) == 0)
                    continue;
                if (!isStrict)
                    fillSlot(s, *timed.event, fresh_);
                fillSlot(s, *timed.event, settled_);
            }
            if (isStrict) { // only what came to this event goes on
                settled_.swap(fresh_);
                std::fill(fresh_.begin(), fresh_.end(), Attempt{});
            }
        }
        if (!isStrict || lastTick != tick)
            exclude(excluded);
        if (!isStrict)
            settle();
    }
}

/// The event fills the slot of the attempts that stand before it, and begins one.
void JourneyMatcher::fillSlot(size_t s, const JourneyEvent& event, const std::vector<Attempt>& from) {
    const Slot& slot = slots_[s];
    const uint32_t more = slot.isLast ? 1 : 0;
    if (slot.isFirst && (slot.stage == 0 || isOpen_))
        offer(s, more, event.time, kNoLink, event);
    for (const uint32_t before : before_[s])
        for (uint32_t count = 0; count < stageCount_; ++count)
            if (const Attempt attempt = from[at(before, count)]; attempt.last != kNoLink && timeBetween(attempt.start, event.time) <= window_)
                offer(s, count + more, attempt.start, attempt.last, event);
}

void JourneyMatcher::offer(size_t s, uint32_t count, int64_t start, uint32_t previous, const JourneyEvent& event) {
    Attempt& there = fresh_[at(s, count)];
    if (there.last != kNoLink && there.start >= start)
        return;
    // Of attempts that began together the one that came here first stays.
    if (const Attempt& before = settled_[at(s, count)]; exclusions_.empty() && order_ == StageOrder::Sequential && before.last != kNoLink && before.start >= start)
        return;
    links_.push_back({event.is.row, event.time, slots_[s].stage, previous});
    there = {start, static_cast<uint32_t>(links_.size() - 1)};
    if (!slots_[s].isLast)
        return;
    if (std::tuple(best_.stage, best_.count, best_.attempt.start) < std::tuple(slots_[s].stage, count, start) || best_.count == 0)
        best_ = {slots_[s].stage, count, there};
}

/// Attempts that came to their stage before this moment end where they are excluded. One that has some of the events of a stage, and not
/// all, stands at the stage before.
void JourneyMatcher::exclude(uint8_t excluded) {
    for (size_t x = 0; x < exclusions_.size(); ++x) {
        if ((excluded >> x & 1) == 0)
            continue;
        for (size_t s = 0; s < slots_.size(); ++s)
            if (const uint32_t part = slots_[s].isLast ? 0 : 1; slots_[s].stage >= exclusions_[x].first + part && slots_[s].stage < exclusions_[x].second + part)
                std::fill_n(settled_.begin() + static_cast<std::ptrdiff_t>(at(s, 0)), stageCount_ + 1, Attempt{});
    }
}

void JourneyMatcher::settle() {
    for (size_t i = 0; i < fresh_.size(); ++i) {
        if (fresh_[i].last != kNoLink && (settled_[i].last == kNoLink || fresh_[i].start > settled_[i].start))
            settled_[i] = fresh_[i];
        fresh_[i] = {};
    }
}

/// Of a case with a million events nearly all links are of attempts that were overtaken.
void JourneyMatcher::forgetLinks() {
    std::vector<bool> isUsed(links_.size(), false);
    const auto forEachAttempt = [&](auto&& f) {
        for (auto* attempts : {&settled_, &fresh_})
            for (Attempt& attempt : *attempts)
                f(attempt.last);
        f(best_.attempt.last);
    };
    forEachAttempt([&](uint32_t last) {
        for (uint32_t at = last; at != kNoLink && !isUsed[at]; at = links_[at].previous)
            isUsed[at] = true;
    });
    std::vector<uint32_t> numberOf(links_.size(), kNoLink);
    uint32_t count = 0;
    for (size_t at = 0; at < links_.size(); ++at) {
        if (!isUsed[at])
            continue;
        Link link = links_[at]; // what it refers to is before it
        if (link.previous != kNoLink)
            link.previous = numberOf[link.previous];
        links_[count] = link;
        numberOf[at] = count++;
    }
    links_.resize(count);
    forEachAttempt([&](uint32_t& last) { last = last == kNoLink ? kNoLink : numberOf[last]; });
    mostLinks_ = std::max<size_t>(fewLinks_, 2 * size_t(count));
}

/// Without a window the earliest events, else the latest window of those in which most stages are filled.
void JourneyMatcher::matchAnyOrder(const StopToken& stop) {
    std::vector<std::vector<uint32_t>> eventsOf(stageCount_);
    for (uint32_t i = 0; i < timed_.size(); ++i)
        for (uint32_t k = 0; k < stageCount_; ++k)
            if ((timed_[i].stages >> k & 1) != 0)
                eventsOf[k].push_back(i);
    std::vector<uint32_t> stages; // those that are not optional first: what is paired once stays so
    for (const bool isRequired : {true, false})
        for (uint32_t k = 0; k < stageCount_; ++k)
            if ((required_ >> k & 1) == (isRequired ? 1U : 0U))
                stages.push_back(k);
    const bool hasWindow = window_ != std::numeric_limits<int64_t>::max();
    std::vector<size_t> from(stageCount_, 0); // in eventsOf
    std::vector<uint32_t> owner(timed_.size(), kNoLink);
    std::vector<uint32_t> paired(stageCount_, kNoLink);
    for (uint32_t first = 0; first < (hasWindow ? timed_.size() : std::min<size_t>(1, timed_.size())); ++first) {
        if (first % 64 == 0)
            stop.check();
        const int64_t start = timed_[first].event->time;
        std::fill(paired.begin(), paired.end(), kNoLink);
        for (uint32_t k = 0; k < stageCount_; ++k)
            while (from[k] < eventsOf[k].size() && eventsOf[k][from[k]] < first)
                ++from[k];
        uint32_t visited = 0;
        // Kuhn's algorithm; a stage needs to look at no more events than there are stages.
        const auto pair = [&](auto&& self, uint32_t k) -> bool {
            visited |= 1U << k;
            const size_t end = std::min(eventsOf[k].size(), from[k] + stageCount_);
            for (size_t i = from[k]; i < end; ++i) {
                const uint32_t event = eventsOf[k][i];
                if (timeBetween(start, timed_[event].event->time) > window_)
                    continue;
                if (owner[event] == kNoLink || ((visited >> owner[event] & 1) == 0 && self(self, owner[event]))) {
                    owner[event] = k;
                    paired[k] = event;
                    return true;
                }
            }
            return false;
        };
        uint32_t needed = 0, count = 0;
        for (const uint32_t k : stages) {
            visited = 0;
            if (pair(pair, k)) {
                ++count;
                needed += required_ >> k & 1;
            }
        }
        if (count > 0 && (best_.count == 0 || std::tuple(best_.stage, best_.count, best_.attempt.start) < std::tuple(needed, count, start))) {
            best_ = {needed, count, {start, kNoLink}};
            links_.clear();
            for (uint32_t k = 0; k < stageCount_; ++k)
                if (paired[k] != kNoLink) {
                    links_.push_back({timed_[paired[k]].event->is.row, timed_[paired[k]].event->time, k, best_.attempt.last});
                    best_.attempt.last = static_cast<uint32_t>(links_.size() - 1);
                }
        }
        for (const uint32_t event : paired)
            if (event != kNoLink)
                owner[event] = kNoLink;
    }
}

} // namespace aisle
