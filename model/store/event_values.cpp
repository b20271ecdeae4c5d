#include "store/event_values.h"

#include "store/attribute_json.h"

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace aisle {

void forEachEventValue(Database& db, std::string_view key, const RowSet& rows, const StopToken& stop, const std::function<void(Row, std::string_view)>& f) {
    std::unordered_set<uint32_t> keys; // string ids
    std::unordered_map<uint32_t, std::string> values; // by attribute.id
    Statement named = db.prepare("SELECT id FROM string WHERE text = ?1");
    Statement pairs = db.prepare("SELECT id, value FROM attribute WHERE key = ?1");
    named.bind(1, key);
    while (named.step()) {
        keys.insert(static_cast<uint32_t>(named.integer(0)));
        pairs.reset();
        pairs.bind(1, named.integer(0));
        while (pairs.step())
            values.emplace(static_cast<uint32_t>(pairs.integer(0)), pairs.text(1));
    }
    if (keys.empty())
        return;
    Statement events = db.prepare("SELECT attributes FROM event WHERE row = ?1 ORDER BY n");
    size_t seen = 0;
    rows.forEach([&](Row row) {
        if (++seen % 1024 == 0)
            stop.check();
        events.reset();
        events.bind(1, static_cast<int64_t>(row));
        while (events.step())
            forEachAttribute(
                events.text(0),
                [&](uint32_t pair) {
                    if (const auto found = values.find(pair); found != values.end())
                        f(row, found->second);
                },
                [&](uint32_t kept, ValueType, std::string_view quoted) {
                    if (keys.contains(kept))
                        f(row, unquoteJson(quoted));
                });
    });
}

} // namespace aisle
