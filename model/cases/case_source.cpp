#include "cases/case_source.h"

#include "journey/funnel.h"

#include <algorithm>

namespace aisle {

struct CaseSource::Columns {
    std::vector<CaseKey> keys;
    std::vector<AttributeColumn> values; ///< of each attribute of each key, in their order; then who is synthetic
};

const CaseSource::Columns& CaseSource::columns(const StopToken& stop) {
    if (!columns_) {
        auto columns = std::make_shared<Columns>();
        columns->keys = caseKeys();
        // Kept apart by attribute: a file that has session.id and app.session.id is grouped by one of them.
        std::vector<ColumnSpec> specs;
        for (const CaseKey& key : columns->keys)
            for (const std::string& attribute : key.keys)
                specs.push_back({{attribute}, true});
        specs.push_back({{"user_agent.synthetic.type"}, false});
        columns->values = readColumns(*workspace_->connect(), *table_, specs, stop);
        columns_ = std::move(columns);
    }
    return *columns_;
}

std::shared_ptr<const CaseIndex> CaseSource::cases(const std::string& keyId, const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    if (const auto known = byKey_.find(keyId); known != byKey_.end())
        return known->second;
    const Columns& all = columns(stop);
    std::vector<std::pair<size_t, size_t>> order; // key, column
    size_t column = 0;
    for (size_t k = 0; k < all.keys.size(); ++k)
        for (size_t a = 0; a < all.keys[k].keys.size(); ++a)
            order.emplace_back(k, column++);
    std::stable_partition(order.begin(), order.end(), [&](const auto& one) { return all.keys[one.first].id == keyId; });
    CaseIndex found;
    for (const auto& [key, at] : order) {
        if (all.values[at].rows().empty())
            continue;
        CaseIndex index = CaseIndex::build(*table_, all.values[at], all.keys[key], &all.values.back());
        stop.check();
        const bool ties = index.cases().size() >= 2 || table_->traceCount() < 2;
        // A key with one value for everything (a shared test session) groups nothing.
        if (ties || found.cases().empty())
            found = std::move(index);
        if (ties)
            break;
    }
    return byKey_[keyId] = std::make_shared<const CaseIndex>(std::move(found));
}

std::shared_ptr<const CaseSource::Facts> CaseSource::facts(const StopToken& stop) {
    const std::lock_guard lock(factsMutex_);
    if (!facts_)
        facts_ = std::make_shared<const Facts>(Facts{requests(*table_, stop), clockResolutions(*table_)});
    return facts_;
}

} // namespace aisle
