#include "cases/case_source.h"

#include "journey/funnel.h"
#include "journey/journey.h"
#include "query/context.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace aisle {

std::vector<CaseKey> CaseSource::keys() {
    const std::lock_guard lock(mutex_);
    return keysLocked();
}

bool CaseSource::setOwn(std::vector<CaseKey> own) {
    const std::lock_guard lock(ownMutex_);
    if (own_ && *own_ == own)
        return false;
    own_ = std::move(own);
    isOwnNew_ = true;
    return true;
}

std::vector<CaseSource::ColumnPtr> CaseSource::columns(const std::vector<std::string>& attributes, const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    return columnsLocked(attributes, stop);
}

std::string CaseSource::attributeOf(const CaseKey& key, const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    return attributeLocked(key, stop);
}

const std::vector<CaseKey>& CaseSource::keysLocked() {
    std::unique_lock lock(ownMutex_);
    if (!own_) {
        lock.unlock(); // setOwn() does not wait for a store
        std::vector<CaseKey> read = caseKeysOf(userItems(*workspace_->connect(), kCaseKey, kMostOwnCaseKeys));
        lock.lock();
        if (!own_)
            own_ = std::move(read);
        isOwnNew_ = true;
    }
    if (std::exchange(isOwnNew_, false)) {
        keys_ = withPresets(*own_);
        byKey_.clear();
    }
    return keys_;
}

std::vector<CaseSource::ColumnPtr> CaseSource::columnsLocked(const std::vector<std::string>& attributes, const StopToken& stop) {
    std::vector<std::string> missing;
    const auto want = [&](const std::string& attribute) {
        if (!columns_.contains(attribute) && std::find(missing.begin(), missing.end(), attribute) == missing.end())
            missing.push_back(attribute);
    };
    for (const std::string& attribute : attributes)
        want(attribute);
    if (!missing.empty()) {
        // One pass over the spans reads whatever it is asked for, so what the presets need is read with the first.
        for (const CaseKey& key : keysLocked())
            for (const auto* list : {&key.keys, &key.ties})
                for (const std::string& attribute : *list)
                    want(attribute);
        for (const auto& [attribute, values] : syntheticMarks())
            want(attribute);
        const auto db = workspace_->connect();
        const auto dictionary = attributes_ ? attributes_->get(*db, stop) : nullptr;
        std::vector<CaseColumn> read = readCaseColumns(*db, *table_, dictionary.get(), missing, stop);
        for (size_t i = 0; i < missing.size(); ++i)
            columns_[missing[i]] = std::make_shared<const CaseColumn>(std::move(read[i]));
    }
    std::vector<ColumnPtr> out;
    for (const std::string& attribute : attributes)
        out.push_back(columns_.at(attribute));
    return out;
}

namespace {

/// A key with one value for everything (a shared test session) groups nothing.
bool tellsApart(const CaseColumn& column, const SpanTable& table) {
    for (size_t i = 0; i < column.said.size(); ++i)
        if (column.decides(i) && column.said[i].value != column.said.front().value)
            return true;
    return !column.isEmpty() && table.traceCount() < 2;
}

} // namespace

std::string CaseSource::attributeLocked(const CaseKey& key, const StopToken& stop) {
    std::string first;
    for (const ColumnPtr& column : columnsLocked(key.keys, stop)) {
        if (tellsApart(*column, *table_))
            return column->attribute;
        if (!column->isEmpty() && first.empty())
            first = column->attribute;
    }
    return first;
}

std::vector<TraceIndex> CaseSource::syntheticTraces(const CaseKey& key, const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    return syntheticLocked(key, stop);
}

std::vector<TraceIndex> CaseSource::syntheticLocked(const CaseKey& key, const StopToken& stop) {
    std::vector<TraceIndex> out;
    if (!key.bots.empty()) {
        if (const std::string problem = problemOfCondition(key.bots); !problem.empty()) // a notion that was not checked
            throw std::runtime_error("The condition of bots " + key.bots + " cannot be used: " + problem + ".");
        traceql::Context context{table_};
        context.attributes = attributes_ ? attributes_ : std::make_shared<traceql::DictionarySource>(workspace_, table_);
        context.graph = std::make_shared<GraphSource>(workspace_, table_);
        traceql::ParseError error;
        traceql::evaluate(*traceql::parse(key.bots, error), context, stop).traces.forEach([&](size_t t) { out.push_back(static_cast<TraceIndex>(t)); });
    }
    for (const auto& [mark, values] : syntheticMarks()) {
        const ColumnPtr column = columnsLocked({mark}, stop).front();
        for (const CaseColumn::Said& said : column->said) {
            const std::string& value = column->distinct[said.value];
            if (values.empty() ? value != "false" && value != "0" : std::find(values.begin(), values.end(), value) != values.end())
                out.push_back(said.trace);
        }
    }
    return out;
}

std::shared_ptr<const CaseIndex> CaseSource::build(const CaseKey& key, const std::string& attribute, const StopToken& stop) {
    const ColumnPtr own = columnsLocked({attribute}, stop).front();
    CaseParts parts;
    std::vector<ColumnPtr> kept = columnsLocked(key.ties, stop);
    for (const ColumnPtr& tie : kept)
        if (!tie->isEmpty() && tie->attribute != attribute)
            parts.ties.push_back(tie.get());
    parts.synthetic = syntheticLocked(key, stop);
    return std::make_shared<const CaseIndex>(CaseIndex::build(*table_, *own, key, parts, stop));
}

std::shared_ptr<const CaseIndex> CaseSource::cases(const std::string& keyId, const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    std::vector<CaseKey> order = keysLocked();
    if (const auto known = byKey_.find(keyId); known != byKey_.end())
        return known->second;
    const auto asked = std::find_if(order.begin(), order.end(), [&](const CaseKey& key) { return key.id == keyId; });
    const bool isNotion = asked != order.end();
    if (isNotion)
        std::rotate(order.begin(), asked, asked + 1);
    else if (!keyId.empty())
        order.insert(order.begin(), caseKeyOf(order, keyId));
    const CaseKey* found = nullptr;
    std::string attribute;
    for (const CaseKey& key : order) {
        const std::string mine = attributeLocked(key, stop);
        if (mine.empty())
            continue;
        const bool isApart = tellsApart(*columns_.at(mine), *table_);
        if (isApart || found == nullptr) {
            found = &key;
            attribute = mine;
        }
        if (isApart || (!isNotion && key.id == keyId)) // an attribute that was named is meant, even if it is one case
            break;
    }
    return byKey_[keyId] = found == nullptr ? std::make_shared<const CaseIndex>() : build(*found, attribute, stop);
}

std::shared_ptr<const CaseIndex> CaseSource::cases(const CaseKey& key, const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    if (given_.second && given_.first == key)
        return given_.second;
    const std::string attribute = attributeLocked(key, stop);
    auto index = attribute.empty() ? std::make_shared<const CaseIndex>() : build(key, attribute, stop);
    given_ = {key, index};
    return index;
}

std::shared_ptr<const CaseSource::Facts> CaseSource::facts(const StopToken& stop) {
    const std::lock_guard lock(factsMutex_);
    if (!facts_)
        facts_ = std::make_shared<const Facts>(Facts{requests(*table_, stop), clockResolutions(*table_)});
    return facts_;
}

} // namespace aisle
