#include "orders/order_list.h"

#include "analysis/saturating.h"
#include "orders/fulfilment.h"
#include "text/format.h"

#include <array>

namespace aisle {

namespace {

/// Where it was late: "Packed, the whole"; empty: nowhere.
std::string lateAt(const FulfilmentLog& log, CaseNumber order) {
    std::string out;
    const auto say = [&](const std::string& what) { out += (out.empty() ? "" : ", ") + what; };
    for (size_t k = 0; k < log.stages.size(); ++k)
        if (isLateAt(log, order, k))
            say(log.stages[k]);
    if (isLate(log, order))
        say("the whole");
    return out;
}

Cell silentCell(int64_t ns) {
    Cell out = Cell::duration(ns);
    out.shown = silentText(ns);
    return out;
}

} // namespace

std::string silentText(int64_t ns) { return ns < 1'000'000'000 ? "<1 s" : formatDuration(ns); }

std::string_view orderStateName(OrderState state) {
    constexpr std::array<std::string_view, 4> kNames = {"done", "under way", "stuck", "failed"};
    return kNames[static_cast<size_t>(state)];
}

bool passes(const FulfilmentLog& log, CaseNumber order, const OrderFilter& filter) {
    return log.hasVisits(order) && (!filter.state || log.state[order] == *filter.state) && (!filter.late || isLateAnywhere(log, order));
}

std::vector<CaseNumber> listOrders(const JourneyState& state, const FulfilmentLog& log, const std::vector<bool>& only, const OrderFilter& filter, const StopToken& stop) {
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < log.cases(); ++c) { // numbers are by start
        if (c % 4096 == 0)
            stop.check();
        if (only[c] && state.counted[c] && passes(log, c, filter))
            out.push_back(c);
    }
    return out;
}

Tabular tabulateOrders(const JourneyState& state, const FulfilmentLog& log, const std::vector<CaseNumber>& orders, bool utc, const StopToken& stop) {
    Tabular out;
    const std::string title = state.cases().key().title;
    out.columns = {{"order", title.empty() ? "Order" : title},
                   {"placed_at", log.stages.empty() ? std::string("Placed") : log.stages.front(), false, "Start of its first visit of the first stage; empty: that is not in the file"},
                   {"state", "State"},
                   {"came_to", "Came to", false, "The last stage that it reached with success"},
                   {"silent_ns", "Waits now for", true, "From the end of all that was done for it to the end of what the files saw; not of what is done or failed"},
                   {"lead_ns", "Lead time", true, "From the start of its first stage to the end of its last one"},
                   {"working_ns", "Working", true, "The time in which something was done for it"},
                   {"first_to_last_ns", "First to last", true, "From the start of its first span to the end of its last one, also of traces that were tied to it later"},
                   {"visits", "Visits", true},
                   {"failed", "Failed", true},
                   {"late", "Late"}};
    out.columns.front().valuesOf = state.cases().attribute();
    for (const CaseNumber c : orders) {
        if ((out.rows.size() & 0xfff) == 0)
            stop.check();
        Cell placed;
        uint64_t failed = 0;
        for (uint32_t i = log.first[c + 1]; i-- > log.first[c];) {
            failed += log.visits[i].failed;
            if (log.visits[i].stage == 0)
                placed = Cell::time(log.visits[i].start, utc);
        }
        const CaseIndex::Case& one = state.cases().cases()[c];
        const bool hasVisits = log.hasVisits(c), hasStart = state.table->summary(one.traces.front()).hasStart;
        out.rows.push_back({Cell(one.value), placed, hasVisits ? Cell(std::string(orderStateName(log.state[c]))) : Cell(), Cell(std::string(log.reachedName(c))),
                            !hasVisits || isOver(log.state[c]) ? Cell() : silentCell(log.silent[c]), hasVisits ? Cell::duration(log.lead[c]) : Cell(), hasVisits ? Cell::duration(log.working[c]) : Cell(),
                            hasStart ? Cell::duration(timeBetween(one.start, one.end)) : Cell(), Cell::count(log.first[c + 1] - log.first[c]), Cell::count(failed), Cell(lateAt(log, c))});
    }
    return out;
}

} // namespace aisle
