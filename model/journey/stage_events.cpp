#include "journey/stage_events.h"

#include "query/evaluate.h"
#include "query/row_values.h"

#include <map>

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
                if (there == kNoRow || std::pair(table_.start(row), row) < std::pair(table_.start(there), there))
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

RowSet rowsOf(const std::string& where, bool anySpan, const traceql::Source& source, const RowSet& requests, std::vector<std::string>& problems, const StopToken& stop) {
    traceql::ParseError error;
    const auto query = traceql::parse(where, error);
    if (!query)
        throw std::runtime_error("The condition " + where + " cannot be read: " + error.message); // a definition that was not checked
    traceql::Source asked = source;
    // A condition of one span is asked of requests only; structure needs to see the others.
    if (!anySpan && query->nodes[query->root].type == traceql::Node::Type::Spanset) {
        asked.within = &requests;
        asked.withinName = "requests ";
    }
    traceql::Result found = traceql::evaluate(*query, asked, stop);
    if (!anySpan)
        found.spans &= requests;
    for (std::string& problem : found.problems)
        if (std::find(problems.begin(), problems.end(), problem) == problems.end())
            problems.push_back(std::move(problem));
    return std::move(found.spans);
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

std::vector<StageEvent> stageEvents(const JourneyDefinition& journey, const traceql::Source& source, const RowSet& requests,
                                    std::vector<std::string>& problems, const StopToken& stop) {
    const SpanTable& table = *source.table;
    std::vector<RowSet> stages, exclusions;
    RowSet any(table);
    for (const StageDefinition& stage : journey.stages)
        any |= stages.emplace_back(rowsOf(stage.where, stage.anySpan, source, requests, problems, stop));
    for (const ExclusionDefinition& exclusion : journey.exclusions)
        any |= exclusions.emplace_back(rowsOf(exclusion.where, true, source, requests, problems, stop));
    std::vector<StageEvent> events;
    events.reserve(any.count());
    std::optional<HeldValues> held;
    if (!journey.hold.empty())
        held.emplace(source, journey.hold, stop);
    any.forEach([&](Row row) {
        if ((events.size() & 0xffff) == 0)
            stop.check();
        StageEvent& event = events.emplace_back();
        event.row = row;
        for (size_t k = 0; k < stages.size(); ++k)
            event.stages |= static_cast<uint32_t>(stages[k][row]) << k;
        for (size_t x = 0; x < exclusions.size(); ++x)
            event.exclusions = static_cast<uint8_t>(event.exclusions | (exclusions[x][row] ? 1 : 0) << x);
        if (held)
            event.held = held->of(row);
    });
    return events;
}

} // namespace aisle
