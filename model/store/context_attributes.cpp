#include "store/context_attributes.h"

#include "store/attribute_json.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace aisle {

namespace {

/// Pairs of the dictionary, looked up once each: resources are alike.
class Pairs {
public:
    explicit Pairs(Database& db) : pair_(db.prepare("SELECT key, value FROM attribute WHERE id = ?1")) {}

    struct Pair {
        int64_t key = -1; ///< -1: no such pair
        std::string value;
    };
    const Pair& at(uint32_t id) {
        const auto [found, isNew] = known_.try_emplace(id);
        if (isNew) {
            pair_.reset();
            if (pair_.bind(1, static_cast<int64_t>(id)).step())
                found->second = {pair_.integer(0), std::string(pair_.text(1))};
        }
        return found->second;
    }

private:
    Statement pair_;
    std::unordered_map<uint32_t, Pair> known_;
};

} // namespace

void forEachResource(Database& db, const SpanTable& table, const std::function<void(uint32_t context, ResourceAttributes)>& f,
                     const StopToken& stop) {
    Pairs pairs(db);
    std::vector<std::pair<std::string_view, std::string_view>> resource;
    std::deque<std::string> inlined;
    Statement contexts = db.prepare("SELECT id, resource FROM context WHERE id >= 0 AND id < ?1 ORDER BY id");
    contexts.bind(1, static_cast<int64_t>(table.contextCount()));
    while (contexts.step()) {
        stop.check();
        resource.clear();
        inlined.clear();
        const auto add = [&](int64_t key, std::string_view value) {
            if (key >= 0 && key < table.stringCount())
                resource.emplace_back(table.text(static_cast<uint32_t>(key)), value);
        };
        forEachAttribute(
            contexts.text(1),
            [&](uint32_t id) {
                const Pairs::Pair& pair = pairs.at(id);
                add(pair.key, pair.value);
            },
            [&](uint32_t key, ValueType, std::string_view quoted) { add(key, inlined.emplace_back(unquoteJson(quoted))); });
        f(static_cast<uint32_t>(contexts.integer(0)), resource);
    }
}

} // namespace aisle
