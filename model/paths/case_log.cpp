#include "paths/case_log.h"

#include "analysis/saturating.h"
#include "journey/causal_start.h"
#include "orders/fulfilment_log.h"

#include <algorithm>

namespace aisle {

int64_t CaseLog::duration(CaseNumber c) const {
    if (first[c] == first[c + 1])
        return 0;
    int64_t latest = start[first[c]];
    for (uint32_t i = first[c]; i < first[c + 1]; ++i)
        latest = std::max({latest, start[i], end[i]});
    return timeBetween(start[first[c]], latest);
}

std::string CaseLog::nameOf(uint32_t number, const Redactor& redactor) const {
    // What has no condition is several values, or unread ones, in words of this program.
    const bool isValue = !valuesOf.empty() && number < conditions.size() && !conditions[number].empty();
    return redactor.redact(isValue ? valuesOf : "activity", activities[number]);
}

void CaseLog::eventsOf(CaseNumber c, const std::vector<bool>* kept, std::vector<uint32_t>& out) const {
    out.clear();
    for (uint32_t i = first[c]; i < first[c + 1]; ++i)
        if (kept == nullptr || (*kept)[activity[i]])
            out.push_back(i);
}

void leaveOut(CaseLog& log, const std::vector<std::string>& activities) {
    std::vector<bool> kept(log.activities.size());
    for (size_t a = 0; a < kept.size(); ++a)
        kept[a] = std::find(activities.begin(), activities.end(), log.activities[a]) == activities.end();
    uint32_t to = 0;
    for (size_t c = 0, from = 0; c < log.cases(); ++c) {
        for (; from < log.first[c + 1]; ++from) {
            if (!kept[log.activity[from]])
                continue;
            log.activity[to] = log.activity[from];
            log.row[to] = log.row[from];
            log.start[to] = log.start[from];
            log.end[to++] = log.end[from];
        }
        log.first[c + 1] = to;
    }
    log.activity.resize(to);
    log.row.resize(to);
    log.start.resize(to);
    log.end.resize(to);
}

CaseLog caseLog(const JourneyState& state, const Activities& activities, const StopToken& stop) {
    const SpanTable& table = *state.table;
    const CaseIndex& index = state.cases();
    const auto cases = static_cast<CaseNumber>(index.cases().size());
    CaseLog log;
    log.activities = activities.names;
    log.conditions = activities.conditions;
    log.valuesOf = activities.valuesOf;
    log.isOpen.resize(cases);
    if (state.definition)
        log.isConverted.resize(cases);
    const int64_t idleLimit = state.definition && state.definition->idleLimit > 0 ? state.definition->idleLimit : index.idleLimit();
    for (CaseNumber c = 0; c < cases; ++c) {
        const bool isConverted = state.definition && (state.orders ? state.orders->isDone(c) : state.everything.progress[c].isConverted);
        const bool goesOn = state.orders ? state.everything.progress[c].isOpen : mayGoOn(table, index.cases()[c], idleLimit); // how orders stand is no matter of one silence (followOrders())
        log.isOpen[c] = goesOn && !isConverted;
        if (state.definition)
            log.isConverted[c] = isConverted;
        log.convertedGoOn += state.counted[c] && goesOn && isConverted;
    }

    struct Event {
        int64_t start;
        Row row;
        uint32_t activity;
    };
    log.first.assign(size_t(cases) + 1, 0);
    std::vector<CaseNumber> caseOf(activities.events.size(), kNoCase);
    std::vector<int64_t> starts(activities.events.size());
    for (size_t i = 0; i < activities.events.size(); ++i) {
        if ((i & 0xffff) == 0)
            stop.check();
        const Row row = activities.events[i].row;
        const CaseNumber c = index.caseOf(table.trace(row));
        if (c == kNoCase || !state.counted[c]) // stages are of everybody
            continue;
        const auto start = causalStart(table, row);
        if (!start) {
            ++log.withoutStart;
            continue;
        }
        caseOf[i] = c;
        starts[i] = *start;
        ++log.first[c + 1];
    }
    for (size_t c = 1; c < log.first.size(); ++c)
        log.first[c] += log.first[c - 1];
    std::vector<Event> events(log.first.back());
    std::vector<uint32_t> next(log.first.begin(), log.first.end() - 1);
    for (size_t i = 0; i < activities.events.size(); ++i)
        if (caseOf[i] != kNoCase)
            events[next[caseOf[i]]++] = {starts[i], activities.events[i].row, activities.events[i].activity};
    for (CaseNumber c = 0; c < cases; ++c) {
        if (c % 4096 == 0)
            stop.check();
        std::sort(events.begin() + log.first[c], events.begin() + log.first[c + 1], [](const Event& a, const Event& b) { return std::pair(a.start, a.row) < std::pair(b.start, b.row); });
    }
    log.activity.reserve(events.size());
    log.row.reserve(events.size());
    log.start.reserve(events.size());
    log.end.reserve(events.size());
    for (const Event& event : events) {
        log.activity.push_back(event.activity);
        log.row.push_back(event.row);
        log.start.push_back(event.start);
        const bool isKnown = (table.flags(event.row) & (kNoStart | kUnfinished)) == 0;
        log.end.push_back(isKnown ? std::max(event.start, table.end(event.row)) : CaseLog::kNoEnd);
    }
    return log;
}

} // namespace aisle
