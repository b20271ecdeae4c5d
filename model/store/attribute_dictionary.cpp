#include "store/attribute_dictionary.h"

#include "store/attribute_json.h"

#include <algorithm>

namespace aisle {

namespace {

/// An import keeps longer values with their spans; a stranger's file must not make every group of a query as long as it likes.
constexpr size_t kLongest = 4096;

ValueType typeOf(int64_t type) {
    return type < 0 || type > static_cast<int64_t>(ValueType::Map) ? ValueType::String : static_cast<ValueType>(type);
}

} // namespace

std::shared_ptr<const AttributeDictionary> AttributeDictionary::read(Database& db, SpanTablePtr table, const StopToken& stop) {
    auto out = std::make_shared<AttributeDictionary>();
    out->table_ = std::move(table);
    const ReadTransaction one(db); // all of one state
    out->readValues(db, stop);
    out->readContexts(db, stop);
    return out;
}

std::string_view AttributeDictionary::keep(std::string_view text) {
    constexpr size_t kBlock = 1U << 20;
    if (texts_.empty() || texts_.back().capacity() - texts_.back().size() < text.size())
        texts_.emplace_back().reserve(std::max(kBlock, text.size()));
    std::string& block = texts_.back();
    const size_t from = block.size();
    block.append(text); // never beyond its capacity, so that what is in it stays where it is
    return std::string_view(block).substr(from);
}

void AttributeDictionary::readValues(Database& db, const StopToken& stop) {
    const int64_t rows = db.integer("SELECT count(*) FROM attribute");
    const int64_t most = db.integer("SELECT max(id) FROM attribute");
    if (most > 4 * rows + 65536 || db.integer("SELECT min(id) FROM attribute") < 0)
        throw StoreError("The workspace's attributes are damaged. Import the trace files again into a new workspace.");
    values_.resize(rows == 0 ? 0 : static_cast<size_t>(most) + 1);
    uint64_t n = 0;
    for (Statement pairs = db.prepare("SELECT id, key, type, value FROM attribute ORDER BY id"); pairs.step();) {
        if ((++n & 0xffff) == 0)
            stop.check();
        const int64_t id = pairs.integer(0), key = pairs.integer(1);
        if (key < 0 || key >= table_->stringCount())
            continue;
        values_[static_cast<size_t>(id)] = {static_cast<uint32_t>(key), typeOf(pairs.integer(2)), keep(pairs.text(3).substr(0, kLongest))};
        ofKey_[static_cast<uint32_t>(key)].push_back(static_cast<uint32_t>(id));
    }
    for (const auto& [key, ids] : ofKey_)
        keys_.emplace(table_->text(key), key);
}

void AttributeDictionary::list(std::string_view json, std::vector<Value>& out) {
    forEachAttribute(
        json,
        [&](uint32_t id) {
            if (const Value known = value(id); known.key != kNone)
                out.push_back(known);
        },
        [&](uint32_t key, ValueType type, std::string_view quoted) {
            if (key < table_->stringCount())
                out.push_back({key, type, keep(unquoteJson(quoted))});
        });
}

void AttributeDictionary::readContexts(Database& db, const StopToken& stop) {
    contexts_.resize(table_->contextCount());
    for (Statement contexts = db.prepare("SELECT id, resource, scope, scope_name, scope_version FROM context"); contexts.step();) {
        stop.check();
        const int64_t id = contexts.integer(0);
        if (id < 0 || id >= static_cast<int64_t>(contexts_.size()))
            continue;
        Context& context = contexts_[static_cast<size_t>(id)];
        list(contexts.text(1), context.resource);
        list(contexts.text(2), context.scope);
        context.scopeName = keep(contexts.text(3));
        context.scopeVersion = keep(contexts.text(4));
    }
}

uint32_t AttributeDictionary::keyOf(std::string_view name) const {
    if (const auto known = keys_.find(name); known != keys_.end())
        return known->second;
    for (uint32_t id = 0; id < table_->stringCount(); ++id) // of events, or one whose values are all kept with their spans
        if (table_->text(id) == name)
            return id;
    return kNone;
}

std::span<const uint32_t> AttributeDictionary::valuesOf(uint32_t key) const {
    const auto found = ofKey_.find(key);
    return found == ofKey_.end() ? std::span<const uint32_t>() : std::span<const uint32_t>(found->second);
}

} // namespace aisle
