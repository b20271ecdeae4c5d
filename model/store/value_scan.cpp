#include "store/value_scan.h"

#include "store/attribute_json.h"

namespace aisle {

ValueScan::ValueScan(Database& db, std::span<const uint32_t> keys)
    : rows_(db.prepare("SELECT row, attributes FROM span WHERE row >= ?1 AND row < ?2 ORDER BY row")),
      one_(db.prepare("SELECT attributes FROM span WHERE row = ?1")) {
    for (uint32_t i = 0; i < keys.size(); ++i)
        keys_.emplace(keys[i], i);
    for (Statement pairs = db.prepare("SELECT id, key, value FROM attribute"); pairs.step();)
        if (const auto key = keys_.find(static_cast<uint32_t>(pairs.integer(1))); key != keys_.end())
            pairs_.emplace(static_cast<uint32_t>(pairs.integer(0)), Pair{key->second, std::string(pairs.text(2))});
}

template <typename F>
void ValueScan::read(std::string_view attributes, F&& f) {
    forEachAttribute(
        attributes,
        [&](uint32_t id) {
            if (const auto pair = pairs_.find(id); pair != pairs_.end())
                f(pair->second.key, std::string_view(pair->second.value));
        },
        [&](uint32_t id, ValueType, std::string_view quoted) {
            const auto key = keys_.find(id);
            if (key == keys_.end())
                return;
            if (quoted.find('\\') == std::string_view::npos)
                f(key->second, quoted.substr(1, quoted.size() - 2));
            else
                f(key->second, std::string_view(unquoteJson(quoted)));
        });
}

Row ValueScan::run(Row from, Row to, const Visit& visit, const StopToken& stop) {
    rows_.reset();
    rows_.bind(1, from).bind(2, to);
    for (uint32_t n = 0; rows_.step(); ++n) {
        if (n % 4096 == 0)
            stop.check();
        const auto row = static_cast<Row>(rows_.integer(0));
        bool goOn = true;
        read(rows_.text(1), [&](uint32_t key, std::string_view value) { goOn = visit(row, key, value) && goOn; });
        if (!goOn) {
            rows_.reset();
            return row + 1;
        }
    }
    rows_.reset();
    return to;
}

std::vector<std::string> ValueScan::of(Row row) {
    std::vector<std::string> values;
    one_.reset();
    if (one_.bind(1, row).step())
        read(one_.text(0), [&](uint32_t key, std::string_view value) {
            if (key == 0)
                values.emplace_back(value);
        });
    one_.reset();
    return values;
}

} // namespace aisle
