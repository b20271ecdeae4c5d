#include "story/span_facts.h"

#include "store/event_values.h"
#include "store/trace_attributes.h"
#include "story/story_attributes.h"

#include <algorithm>
#include <unordered_set>

namespace aisle {

namespace {

constexpr const char* kExceptionKeys[] = {"exception.type", "exception.message"};

const std::unordered_set<std::string>& wantedKeys() {
    static const std::unordered_set<std::string> known = [] {
        const StoryAttributes& names = StoryAttributes::preset();
        std::unordered_set<std::string> out;
        for (const auto* some : {&names.email, &names.tracking, &names.charge, &names.method, &names.mail, &names.reason, &names.status, &names.path, &names.topic, &names.amounts, &names.currencies})
            out.insert(some->begin(), some->end());
        return out;
    }();
    return known;
}

} // namespace

SpanFacts::SpanFacts(Database& db, const SpanTable& table, std::span<const TraceIndex> traces, const StopToken& stop) {
    const TraceAttributes attributes = TraceAttributes::read(db, table, traces, stop);
    TraceAttributes::Reader reader(db, attributes);
    RowSet failed(table);
    for (size_t place = 0; place < attributes.places(); ++place) {
        if ((place & 0xff) == 0)
            stop.check();
        const Row row = attributes.rowAt(place);
        if (table.isError(row))
            failed.set(row);
        if (attributes.hasOthers(place)) {
            for (const auto& pair : reader.of(place))
                add(row, pair.key, pair.value);
        } else {
            for (const uint32_t number : attributes.of(place))
                add(row, attributes.pairs()[number].key, attributes.pairs()[number].value);
        }
    }
    for (const char* key : kExceptionKeys)
        forEachEventValue(db, key, failed, stop, [&](Row row, std::string_view value) { add(row, key, std::string(value)); });
    Statement status = db.prepare("SELECT status_message FROM span WHERE row = ?1");
    failed.forEach([&](Row row) {
        if ((table.flags(row) & kHasSideRecords) == 0)
            return;
        status.reset();
        if (status.bind(1, static_cast<int64_t>(row)).step() && !status.isNull(0) && !status.text(0).empty())
            messages_[row] = status.text(0);
    });
}

void SpanFacts::add(Row row, const std::string& key, const std::string& value) {
    const auto& refusals = StoryAttributes::preset().refusals;
    if (const auto refusal = refusals.find(key); refusal != refusals.end() ? refusal->second == value : !value.empty() && wantedKeys().contains(key))
        facts_[row].push_back({key, value});
}

const SpanFacts::Fact* SpanFacts::of(Row row, const std::vector<std::string>& names) const {
    const auto at = facts_.find(row);
    if (at == facts_.end())
        return nullptr;
    for (const std::string& name : names)
        for (const Fact& fact : at->second)
            if (fact.key == name)
                return &fact;
    return nullptr;
}

const SpanFacts::Fact* SpanFacts::ofAny(std::span<const Row> rows, const std::vector<std::string>& names) const {
    for (const Row row : rows)
        if (const Fact* fact = of(row, names))
            return fact;
    return nullptr;
}

std::vector<std::string> SpanFacts::reasons(Row row) const {
    std::vector<std::string> out;
    if (const auto at = facts_.find(row); at != facts_.end())
        for (const std::string& name : StoryAttributes::preset().reason)
            for (const Fact& fact : at->second)
                if (fact.key == name)
                    out.push_back(fact.value);
    if (const std::string_view said = message(row); !said.empty())
        out.emplace_back(said);
    return out;
}

std::string SpanFacts::refusal(Row row) const {
    if (const auto at = facts_.find(row); at != facts_.end())
        for (const Fact& fact : at->second)
            if (StoryAttributes::preset().refusals.contains(fact.key))
                return fact.key + "=" + fact.value;
    return {};
}

std::string_view SpanFacts::message(Row row) const {
    const auto at = messages_.find(row);
    return at == messages_.end() ? std::string_view() : std::string_view(at->second);
}

} // namespace aisle
