#include "journey/stage_events.h"

#include "query/conditions.h"
#include "query/context.h"
#include "query/evaluate.h"
#include "query/row_values.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <stdexcept>
#include <tuple>

namespace aisle {

namespace {

/// The values of events that are held constant, numbered.
class HeldValues {
public:
    HeldValues(const traceql::Source& source, const std::vector<std::string>& keys, const StopToken& stop) : table_(*source.table) {
        for (const std::string& key : keys) {
            const traceql::Field field{traceql::Scope::Any, false, key};
            traceql::ParseError error;
            const auto query = traceql::parse("{ " + traceql::toText(field) + " != nil }", error);
            const RowSet rows = query ? traceql::evaluate(*query, source, stop).spans : RowSet(table_);
            const auto& values = columns_.emplace_back(source, field, rows, stop);
            std::vector<Row> earliest(table_.traceSlots(), kNoRow);
            uint64_t n = 0;
            rows.forEach([&](Row row) {
                if ((++n & 0xffff) == 0)
                    stop.check();
                if (values.valueNumber(row) == 0)
                    return;
                Row& there = earliest[table_.trace(row)];
                const auto moment = [&](Row r) { return std::tuple((table_.flags(r) & kNoStart) != 0, table_.start(r), r); }; // without a start last
                if (there == kNoRow || moment(row) < moment(there))
                    there = row;
            });
            ofTrace_.push_back(std::move(earliest));
        }
    }

    /// kNothing: one of the values is not known.
    uint32_t of(Row row) {
        std::vector<uint32_t> numbers;
        for (size_t c = 0; c < columns_.size(); ++c) {
            uint32_t number = columns_[c].valueNumber(row);
            if (number == 0)
                if (const Row of = ofTrace_[c][table_.trace(row)]; of != kNoRow)
                    number = columns_[c].valueNumber(of);
            if (number == 0)
                return StageEvent::kNothing;
            numbers.push_back(number);
        }
        return numbers_.try_emplace(numbers, static_cast<uint32_t>(numbers_.size())).first->second;
    }

private:
    const SpanTable& table_;
    std::vector<traceql::FieldValues> columns_;
    std::vector<std::vector<Row>> ofTrace_; ///< by column and trace: the earliest span that has a value
    std::map<std::vector<uint32_t>, uint32_t> numbers_;
};

/// The rows of a stage or an exclusion.
struct Asked {
    traceql::Query query;
    bool anySpan = true;
    RowSet rows = {};
    std::vector<std::string> problems = {};
};

Asked askedFor(const std::string& where, bool anySpan) {
    traceql::ParseError error;
    auto query = traceql::parse(where, error);
    if (!query)
        throw std::runtime_error("The condition " + where + " cannot be read: " + error.message); // a definition that was not checked
    return {std::move(*query), anySpan};
}

void ask(Asked& asked, const traceql::Source& source, const RowSet& requests, const StopToken& stop) {
    const traceql::Node& root = asked.query.nodes[asked.query.root];
    // A condition of one span is asked of requests only; structure needs to see the others.
    if (!asked.anySpan && root.type == traceql::Node::Type::Spanset) {
        traceql::Source ofRequests = source;
        ofRequests.within = &requests;
        ofRequests.withinName = "requests ";
        traceql::Conditions conditions(asked.query, ofRequests, stop, asked.problems);
        asked.rows = root.children.empty() ? conditions.all() : conditions.where(root.children[0]);
        return;
    }
    traceql::Result found = traceql::evaluate(asked.query, source, stop);
    asked.rows = std::move(found.spans);
    asked.problems = std::move(found.problems);
    if (!asked.anySpan)
        asked.rows &= requests;
}

/// In this thread, which `source` belongs to, and in another one, with a connection of its own.
void ask(std::vector<Asked>& all, const traceql::Source& source, const traceql::Context& context, const traceql::Needs& needs, const RowSet& requests, const StopToken& stop) {
    std::atomic<size_t> next = 0;
    const auto some = [&](const traceql::Source& of) {
        for (size_t i = next++; i < all.size(); i = next++)
            ask(all[i], of, requests, stop);
    };
    std::future<void> others;
    if (all.size() > 1)
        others = std::async(std::launch::async, [&] { some(traceql::OpenSource(context, needs, stop).source()); });
    some(source);
    if (others.valid())
        others.get();
}

} // namespace

RowSet requests(const SpanTable& table, const StopToken& stop) {
    RowSet out(table);
    table.forEachRow([&](Row row) {
        if ((row & 0xffff) == 0)
            stop.check();
        if (!table.isEntry(row))
            return;
        const Row up = table.parent(row);
        if (up == kNoRow || table.service(up) != table.service(row))
            out.set(row);
    });
    return out;
}

std::vector<StageEvent> stageEvents(const JourneyDefinition& journey, const traceql::Context& context, const RowSet& requests,
                                    std::vector<std::string>& problems, const StopToken& stop) {
    const SpanTable& table = *context.table;
    std::vector<Asked> asked; // stages, then exclusions
    for (const StageDefinition& stage : journey.stages)
        asked.push_back(askedFor(stage.where, stage.anySpan));
    for (const ExclusionDefinition& exclusion : journey.exclusions)
        asked.push_back(askedFor(exclusion.where, true));
    traceql::Needs needs;
    needs.attributes = !journey.hold.empty();
    for (const Asked& one : asked) {
        const traceql::Needs more = traceql::needsOf(one.query);
        needs.attributes |= more.attributes;
        needs.graph |= more.graph;
    }
    const traceql::OpenSource open(context, needs, stop);
    ask(asked, open.source(), context, needs, requests, stop);
    RowSet any(table);
    for (Asked& one : asked) {
        any |= one.rows;
        for (std::string& problem : one.problems)
            if (std::find(problems.begin(), problems.end(), problem) == problems.end())
                problems.push_back(std::move(problem));
    }
    std::vector<StageEvent> events;
    events.reserve(any.count());
    std::optional<HeldValues> held;
    if (!journey.hold.empty())
        held.emplace(open.source(), journey.hold, stop);
    const size_t stages = journey.stages.size();
    any.forEach([&](Row row) {
        if ((events.size() & 0xffff) == 0)
            stop.check();
        StageEvent& event = events.emplace_back();
        event.row = row;
        for (size_t k = 0; k < stages; ++k)
            event.stages |= static_cast<uint32_t>(asked[k].rows[row]) << k;
        for (size_t x = stages; x < asked.size(); ++x)
            event.exclusions = static_cast<uint8_t>(event.exclusions | (asked[x].rows[row] ? 1 : 0) << (x - stages));
        if (held)
            event.held = held->of(row);
    });
    return events;
}

std::vector<StageEvent> failedEvents(const JourneyDefinition& journey, const std::vector<StageEvent>& events, const traceql::Context& context, const RowSet& requests, const StopToken& stop) {
    JourneyDefinition asked;
    std::vector<uint32_t> stageOf;
    for (uint32_t k = 0; k < journey.stages.size(); ++k)
        if (const StageDefinition& stage = journey.stages[k]; !stage.failed.empty()) {
            StageDefinition& one = asked.stages.emplace_back();
            one.where = stage.failed;
            one.anySpan = stage.anySpan;
            stageOf.push_back(k);
        }
    std::vector<StageEvent> out;
    if (stageOf.empty())
        return out;
    std::vector<std::string> ignored;
    auto filling = events.begin();
    for (StageEvent event : stageEvents(asked, context, requests, ignored, stop)) {
        while (filling != events.end() && filling->row < event.row)
            ++filling;
        if (filling != events.end() && filling->row == event.row && filling->stages != 0)
            continue;
        uint32_t stages = 0;
        for (size_t i = 0; i < stageOf.size(); ++i)
            stages |= (event.stages >> i & 1) << stageOf[i];
        event.stages = stages;
        out.push_back(event);
    }
    return out;
}

std::vector<uint64_t> eventsByStage(const std::vector<StageEvent>& events, size_t stages, const StopToken& stop) {
    std::vector<uint64_t> out(stages, 0);
    for (size_t i = 0; i < events.size(); ++i) {
        if (i % 65536 == 0)
            stop.check();
        for (size_t k = 0; k < stages; ++k)
            out[k] += events[i].stages >> k & 1;
    }
    return out;
}

} // namespace aisle
