#include "query/value_counts.h"

#include "query/request_path.h"
#include "query/row_values.h"
#include "query/semantic_conventions.h"
#include "store/postings.h"
#include "store/string_pool.h"
#include "store/value_index.h"
#include "text/utf8.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace aisle::traceql {

namespace {

class Counter {
public:
    Counter(const Source& source, const RowSet* rows, std::string_view containing, size_t limit, const StopToken& stop)
        : source_(source), table_(*source.table), rows_(rows), containing_(containing), limit_(limit), stop_(stop) {}

    ValueCounts ofAttribute(const Field& field) {
        if (source_.db == nullptr || !source_.attributes)
            return {};
        const std::vector<std::string> names = namesOf(field.name);
        if (std::count_if(names.begin(), names.end(), [&](const std::string& name) { return source_.attributes->keyOf(name) != AttributeDictionary::kNone; }) > 1)
            return ofNumbered(field); // a span that has the old and the new one counts once
        for (const std::string& name : names) {
            const uint32_t key = source_.attributes->keyOf(name);
            if (key == AttributeDictionary::kNone)
                continue;
            if (field.scope == Scope::Any || field.scope == Scope::Span)
                spans(key, name);
            if (field.scope == Scope::Any || field.scope == Scope::Resource)
                resources(key);
        }
        return take();
    }

    ValueCounts ofNumbered(const Field& field) {
        if (source_.db == nullptr || !source_.attributes)
            return {};
        RowSet all(table_);
        useAll(all);
        Source quick = source_;
        quick.readsKept = false;
        const FieldValues values(quick, field, *rows_, stop_);
        std::vector<uint64_t> counts(values.valueNumbers());
        rows_->forEach([&](Row row) { ++counts[values.valueNumber(row)]; });
        for (uint32_t n = 1; n < counts.size(); ++n) {
            const Value value = values.numbered(n);
            out_.present += counts[n];
            if (value.type == Value::Type::Nil)
                out_.uncounted += counts[n];
            else
                add(value.toText(), value.type == Value::Type::Number ? ValueType::Double : value.type == Value::Type::Bool ? ValueType::Bool : ValueType::String, counts[n]);
        }
        return take();
    }

    ValueCounts ofIntrinsic(const Field& field) {
        RowSet all(table_);
        useAll(all);
        const FieldValues values(source_, field, *rows_, stop_);
        StringPool texts;
        std::vector<uint64_t> counts;
        uint64_t n = 0;
        rows_->forEach([&](Row row) {
            if ((++n & 0xffff) == 0)
                stop_.check();
            const Value value = values(row);
            if (value.type == Value::Type::Nil)
                return;
            ++out_.present;
            const auto found = value.type == Value::Type::Bool ? texts.insert(value.number != 0 ? "true" : "false") : texts.insert(value.text);
            if (found.isNew)
                counts.push_back(0);
            ++counts[found.id];
        });
        for (uint32_t id = 0; id < texts.size(); ++id)
            add(texts[id], ValueType::String, counts[id]);
        return take();
    }

private:
    /// Where no rows were asked about: every visible one.
    void useAll(RowSet& all) {
        if (rows_ != nullptr)
            return;
        table_.forEachRow([&](Row row) { all.set(row); });
        rows_ = &all;
    }
    bool isWanted(Row row) const { return !table_.isHidden(row) && (rows_ == nullptr || (*rows_)[row]); }

    void add(std::string_view text, ValueType type, uint64_t spans) {
        if (spans > 0 && (containing_.empty() || containsFolded(text, containing_)))
            counts_[{std::string(text), type}] += spans;
    }

    void spans(uint32_t key, const std::string& name) {
        PostingReader postings(*source_.db, table_, *source_.attributes);
        std::vector<uint64_t> ofId(source_.attributes->idCount());
        uint64_t kept = 0;
        std::vector<uint64_t> local;
        for (uint32_t s = 0; s < table_.segmentCount(); ++s) {
            if (!table_.hasSegment(s))
                continue;
            stop_.check();
            const PostingChunk chunk = postings.read(s, key);
            local.assign(chunk.values.size() + 1, 0);
            for (size_t i = 0; i < chunk.offsets.size(); ++i)
                if (isWanted(static_cast<Row>(s << 16 | chunk.offsets[i]))) {
                    ++local[chunk.codes[i]];
                    ++out_.present;
                }
            for (size_t i = 0; i < chunk.values.size(); ++i)
                if (chunk.values[i] < ofId.size())
                    ofId[chunk.values[i]] += local[i];
            kept += local.back();
        }
        for (uint32_t id = 0; id < ofId.size(); ++id)
            if (ofId[id] > 0)
                add(source_.attributes->value(id).text, source_.attributes->value(id).type, ofId[id]);
        if (kept == 0)
            return;
        out_.uncounted += kept;
        if (rows_ != nullptr)
            return;
        // Of one type, as a rule.
        static constexpr std::array kTypes = {ValueType::String, ValueType::Int, ValueType::Double, ValueType::Bool, ValueType::Bytes, ValueType::Array, ValueType::Map};
        const auto known = source_.attributes->valuesOf(key);
        const ValueType type = known.empty() ? ValueType::String : source_.attributes->value(known.front()).type;
        // Of a key with very many values the index knows those that begin so, of which the dictionary's are counted already.
        for (const ValueHit& hit : findValues(*source_.db, table_, name, ValueMatch::Prefix, containing_, limit_, stop_).values)
            if (std::none_of(kTypes.begin(), kTypes.end(), [&](ValueType t) { return counts_.contains({hit.value, t}); }))
                counts_[{hit.value, type}] = hit.rows.size();
    }

    void resources(uint32_t key) {
        std::vector<uint64_t> spans(table_.contextCount());
        uint64_t n = 0;
        const auto count = [&](Row row) {
            if ((++n & 0xffff) == 0)
                stop_.check();
            ++spans[table_.context(row)];
        };
        const auto& contexts = source_.attributes->contexts();
        if (std::none_of(contexts.begin(), contexts.end(), [&](const auto& context) { return std::any_of(context.resource.begin(), context.resource.end(), [&](const auto& value) { return value.key == key; }); }))
            return;
        if (rows_ != nullptr)
            rows_->forEach(count);
        else
            table_.forEachRow(count);
        for (size_t c = 0; c < contexts.size() && c < spans.size(); ++c)
            for (const auto& value : contexts[c].resource)
                if (value.key == key) {
                    add(value.text, value.type, spans[c]);
                    out_.present += spans[c];
                }
    }

    ValueCounts take() {
        for (const auto& [value, spans] : counts_)
            out_.values.push_back({value.first, value.second, spans});
        std::stable_sort(out_.values.begin(), out_.values.end(), [](const ValueCount& a, const ValueCount& b) { return a.spans > b.spans; });
        out_.isCut = out_.values.size() > limit_;
        if (out_.isCut)
            out_.values.resize(limit_);
        return std::move(out_);
    }

    const Source& source_;
    const SpanTable& table_;
    const RowSet* rows_;
    std::string_view containing_;
    const size_t limit_;
    const StopToken& stop_;
    std::map<std::pair<std::string, ValueType>, uint64_t> counts_;
    ValueCounts out_;
};

} // namespace

ValueCounts valueCounts(const Source& source, const Field& field, const RowSet* rows, std::string_view containing, size_t limit, const StopToken& stop) {
    Counter counter(source, rows, containing, limit, stop);
    if (isRequestPath(field))
        return counter.ofNumbered(field);
    const bool isService = field.name == "service.name" && (field.scope == Scope::Any || field.scope == Scope::Resource);
    return field.scope == Scope::Intrinsic || isService ? counter.ofIntrinsic(field) : counter.ofAttribute(field);
}

std::vector<KeyCount> keyCounts(const Source& source, const StopToken& stop, const RowSet* rows) {
    std::vector<KeyCount> out;
    if (source.db == nullptr || !source.attributes)
        return out;
    const SpanTable& table = *source.table;
    PostingReader postings(*source.db, table, *source.attributes);
    struct Count {
        uint64_t spans = 0, selected = 0;
    };
    const auto isSelected = [&](Row row) { return rows == nullptr || (*rows)[row]; };
    std::map<uint32_t, Count> ofSpans;
    for (uint32_t s = 0; s < table.segmentCount(); ++s) {
        if (!table.hasSegment(s))
            continue;
        stop.check();
        const auto add = [&](Count& count, uint16_t offset) {
            const auto row = static_cast<Row>(s << 16 | offset);
            if (table.isHidden(row))
                return;
            ++count.spans;
            count.selected += isSelected(row);
        };
        if (!postings.isMade(s))
            postings.forEachValue(s, [&](uint16_t offset, uint32_t id) { add(ofSpans[source.attributes->value(id).key], offset); },
                                  [&](uint16_t offset, uint32_t key, std::string_view) { add(ofSpans[key], offset); });
        else
            postings.forEachKey(s, [&](uint32_t key, const PostingChunk& chunk) {
                stop.check();
                Count& count = ofSpans[key];
                for (const uint16_t offset : chunk.offsets)
                    add(count, offset);
            });
    }
    for (const auto& [key, count] : ofSpans)
        if (count.spans > 0 && key != AttributeDictionary::kNone)
            out.push_back({std::string(source.attributes->keyText(key)), Scope::Span, count.spans, count.selected});
    std::vector<Count> ofContext(table.contextCount());
    table.forEachRow([&](Row row) {
        Count& count = ofContext[table.context(row)];
        ++count.spans;
        count.selected += isSelected(row);
    });
    std::map<uint32_t, Count> ofResource;
    const auto& contexts = source.attributes->contexts();
    for (size_t c = 0; c < contexts.size() && c < ofContext.size(); ++c)
        for (const auto& value : contexts[c].resource) {
            ofResource[value.key].spans += ofContext[c].spans;
            ofResource[value.key].selected += ofContext[c].selected;
        }
    for (const auto& [key, count] : ofResource)
        out.push_back({std::string(source.attributes->keyText(key)), Scope::Resource, count.spans, count.selected});
    std::stable_sort(out.begin(), out.end(), [](const KeyCount& a, const KeyCount& b) { return a.spans > b.spans; });
    return out;
}

std::vector<Field> comparedFields(const Source& source, const StopToken& stop) {
    std::vector<Field> out = {{Scope::Intrinsic, false, "span:name"}, {Scope::Resource, false, "service.name"}, {Scope::Intrinsic, false, "span:kind"}, {Scope::Intrinsic, false, "span:status"}};
    std::set<std::pair<Scope, std::string>> seen{{Scope::Resource, "service.name"}};
    for (const KeyCount& key : keyCounts(source, stop))
        if (seen.insert({key.scope, std::string(namesOf(key.name).front())}).second)
            out.push_back({key.scope, false, key.name});
    return out;
}

} // namespace aisle::traceql
