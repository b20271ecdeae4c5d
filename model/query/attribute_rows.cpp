#include "query/attribute_rows.h"

#include "query/request_path.h"
#include "query/semantic_conventions.h"
#include "store/attribute_json.h"
#include "store/value_index.h"
#include "text/utf8.h"

#include <algorithm>
#include <set>

namespace aisle::traceql {

namespace {

enum Known : uint8_t { No, Yes, Unknown };

bool hasPath(ValueType type, std::string_view value, const ValueTest& test) {
    const auto paths = pathsOf(type, value);
    return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) { return test.text(path); });
}

} // namespace

AttributeFinder::AttributeFinder(const Source& source, const StopToken& stop) : source_(source), table_(*source.table), stop_(stop) {
    if (source.db != nullptr && source.attributes)
        postings_.emplace(*source.db, table_, *source.attributes);
}

bool AttributeFinder::hasHidden(uint32_t segment) const {
    if (source_.cache) {
        if (!facts_)
            facts_ = source_.cache->facts(stop_);
        return facts_->hasHidden[segment];
    }
    if (hasHidden_.empty())
        hasHidden_.resize(table_.segmentCount());
    auto& is = hasHidden_[segment];
    if (!is) {
        const auto isHidden = [](uint8_t flag) { return (flag & kHidden) != 0; };
        is = table_.hasSegment(segment) && std::any_of(table_.derivedAt(segment).flags.begin(), table_.derivedAt(segment).flags.end(), isHidden);
    }
    return *is;
}

Row AttributeFinder::shown(Row row) const {
    if (!table_.isHidden(row))
        return row;
    return (table_.derivedFlags(row) & kFragment) != 0 ? table_.parent(row) : kNoRow;
}

bool AttributeFinder::hasRow(int64_t row) const {
    return row >= 0 && row >> 16 < table_.segmentCount() && table_.hasSegment(static_cast<uint32_t>(row >> 16)) &&
           (row & 0xffff) < table_.segmentAt(static_cast<uint32_t>(row >> 16)).rows();
}

bool AttributeFinder::isActive(uint32_t segment) const {
    // Hidden rows are asked, too: what they say may be said of a row that is.
    return table_.hasSegment(segment) && (source_.within == nullptr || hasHidden(segment) || source_.within->segment(segment).any());
}

/// What hidden rows say is said by the rows that they are part of.
void AttributeFinder::keep(RowSet& rows) const {
    std::vector<Row> moved;
    for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
        if (!hasHidden(number))
            continue;
        const auto& flags = table_.derivedAt(number).flags;
        rows.segment(number).forEach([&](size_t i) {
            if ((flags[i] & kHidden) != 0)
                moved.push_back(static_cast<Row>(number << 16 | i));
        });
    }
    for (const Row row : moved) {
        rows.reset(row);
        if (const Row of = shown(row); of != kNoRow)
            rows.set(of);
    }
}

/// Whose elements are values, too, which no index has. Of such a key some are in the dictionary, which has the first values.
bool AttributeFinder::hasArrays(uint32_t key) const {
    const auto values = source_.attributes->valuesOf(key);
    return std::any_of(values.begin(), values.end(), [&](uint32_t id) { return source_.attributes->value(id).type == ValueType::Array; });
}

/// Reading values that are kept with their spans is what takes long: not those of rows that nobody asks about, or that are decided.
bool AttributeFinder::isAsked(Row row, const RowSet* decided) const {
    if (decided != nullptr)
        if (const Row of = shown(row); of == kNoRow || (*decided)[of])
            return false;
    return source_.within == nullptr || table_.isHidden(row) || (*source_.within)[row];
}

bool AttributeFinder::isManyValued(uint32_t key) {
    if (!manyValued_) {
        manyValued_.emplace();
        if (hasValueIndex(*source_.db))
            for (Statement s = source_.db->prepare("SELECT key FROM value_key ORDER BY key"); s.step();)
                manyValued_->push_back(static_cast<uint32_t>(s.integer(0)));
    }
    return std::binary_search(manyValued_->begin(), manyValued_->end(), key);
}

AttributeRows AttributeFinder::find(const Field& field, const ValueTest* test) {
    AttributeRows out{RowSet(table_), RowSet(table_)};
    if (!postings_)
        return out;
    const ReadTransaction one(*source_.db);
    const std::vector<std::string> names = field.scope == Scope::Intrinsic ? std::vector<std::string>{} : namesOf(field.name);
    const bool isIntrinsic = field.scope == Scope::Intrinsic;
    if (isIntrinsic && field.name.starts_with("instrumentation:"))
        instrumentation(field, test, out);
    else if (isRequestPath(field))
        paths(test, out);
    else if (field.scope == Scope::Event || (isIntrinsic && field.name.starts_with("event:")))
        events(field, names, test, out);
    else if (field.scope == Scope::Link || (isIntrinsic && field.name.starts_with("link:")))
        links(field, names, test, out);
    else {
        if (field.scope == Scope::Any || field.scope == Scope::Span)
            spans(names, test, out);
        if (field.scope == Scope::Any || field.scope == Scope::Resource)
            contexts(names, false, test, out);
        if (field.scope == Scope::Instrumentation)
            contexts(names, true, test, out);
    }
    keep(out.matched);
    keep(out.present);
    return out;
}

/// Of each row the first of the keys that it has, itself or in a fragment.
void AttributeFinder::paths(const ValueTest* test, AttributeRows& out) {
    if (source_.cache && source_.within != nullptr && !source_.withinName.empty()) {
        const auto known = source_.cache->pathValues(std::string(source_.withinName), [this] { return pathValues(); });
        if (known->isWhole) {
            std::vector<uint8_t> memo(source_.attributes->idCount(), Unknown);
            for (const auto& [row, id] : known->ids) {
                out.present.set(row);
                if (test == nullptr || id >= memo.size())
                    continue;
                if (memo[id] == Unknown)
                    memo[id] = hasPath(source_.attributes->value(id).type, source_.attributes->value(id).text, *test) ? Yes : No;
                if (memo[id] == Yes)
                    out.matched.set(row);
            }
            return;
        }
    }
    for (const std::string_view key : kRequestPathKeys) {
        if (source_.attributes->keyOf(key) == AttributeDictionary::kNone)
            continue;
        AttributeRows found{RowSet(table_), RowSet(table_)};
        spans({std::string(key)}, test, found, &out.present);
        keep(found.matched);
        keep(found.present);
        found.matched -= out.present;
        out.matched |= found.matched;
        out.present |= found.present;
    }
}

ConditionCache::PathValues AttributeFinder::pathValues() {
    ConditionCache::PathValues out;
    RowSet decided(table_);
    for (const std::string_view name : kRequestPathKeys) {
        const uint32_t key = source_.attributes->keyOf(name);
        if (key == AttributeDictionary::kNone)
            continue;
        const size_t first = out.ids.size();
        for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
            if (!isActive(number))
                continue;
            stop_.check();
            const PostingChunk chunk = postings_->read(number, key);
            const bool someHidden = hasHidden(number);
            for (size_t i = 0; i < chunk.offsets.size(); ++i) {
                Row row = static_cast<Row>(number << 16 | chunk.offsets[i]);
                if (someHidden)
                    row = shown(row);
                if (row == kNoRow || !(*source_.within)[row] || decided[row])
                    continue;
                if (chunk.codes[i] >= chunk.values.size()) {
                    out.isWhole = false;
                    return out;
                }
                out.ids.emplace_back(row, chunk.values[chunk.codes[i]]);
            }
        }
        for (size_t i = first; i < out.ids.size(); ++i)
            decided.set(out.ids[i].first);
    }
    return out;
}

/// With rows that are `decided` already, the paths of values are compared, and all that have the key are present.
void AttributeFinder::spans(const std::vector<std::string>& names, const ValueTest* test, AttributeRows& out, const RowSet* decided) {
    const bool isPath = decided != nullptr;
    const auto matches = [&](ValueType type, std::string_view text) {
        return isPath ? hasPath(type, text, *test) : (*test)(type, text);
    };
    std::vector<uint8_t> memo(source_.attributes->idCount(), Unknown);
    for (const std::string& name : names) {
        const uint32_t key = source_.attributes->keyOf(name);
        if (key == AttributeDictionary::kNone)
            continue;
        bool isIndexed = false; // then the index knows all rows, those of the dictionary's values, too
        std::optional<RowSet> candidates; // of a path: whose values have it somewhere
        if (const std::string* text = test == nullptr ? nullptr : test->equalText(); text != nullptr && !(isPath && text->empty()) && isManyValued(key) && !hasArrays(key)) {
            if (isPath) {
                candidates.emplace(table_);
                forEachRowWithValue(*source_.db, table_, name, ValueMatch::Contains, *text, [&](Row row) { candidates->set(row); }, stop_);
            } else {
                forEachRowWithValue(*source_.db, table_, name, ValueMatch::Exact, *text, [&](Row row) { out.matched.set(row); }, stop_);
                isIndexed = true;
                if (!test->isNegative())
                    continue; // who has the key at all is not asked
            }
        }
        std::vector<uint8_t> local;
        for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
            if (!isActive(number))
                continue;
            stop_.check();
            const PostingChunk chunk = postings_->read(number, key);
            if (chunk.isEmpty())
                continue;
            BitSet& matched = out.matched.segment(number);
            if (test == nullptr || test->isNegative() || isPath) {
                BitSet& present = out.present.segment(number);
                for (const uint16_t offset : chunk.offsets)
                    present.set(offset);
                if (test == nullptr || isIndexed)
                    continue;
            }
            local.resize(chunk.values.size() + 1);
            bool any = false;
            for (size_t i = 0; i < chunk.values.size(); ++i) {
                const uint32_t id = chunk.values[i];
                if (id >= memo.size()) {
                    local[i] = No;
                    continue;
                }
                if (memo[id] == Unknown) {
                    const auto value = source_.attributes->value(id);
                    memo[id] = matches(value.type, value.text) ? Yes : No;
                }
                local[i] = memo[id];
                any |= local[i] == Yes;
            }
            const auto kept = static_cast<uint32_t>(chunk.values.size());
            const bool hasKept = std::find(chunk.codes.begin(), chunk.codes.end(), kept) != chunk.codes.end();
            local[kept] = hasKept && source_.readsKept ? Unknown : No;
            isPartial_ |= hasKept && !source_.readsKept;
            if (!any && local[kept] != Unknown)
                continue;
            for (size_t i = 0; i < chunk.offsets.size(); ++i) {
                const uint8_t is = local[chunk.codes[i]];
                if (is == Yes)
                    matched.set(chunk.offsets[i]);
                else if (const auto row = static_cast<Row>(number << 16 | chunk.offsets[i]); is == Unknown && isAsked(row, decided) && (!candidates || table_.isHidden(row) || (*candidates)[row])) {
                    if ((i & 0x3ff) == 0)
                        stop_.check();
                    postings_->forEachKept(row, key, [&](ValueType type, std::string_view text) {
                        if (matches(type, text))
                            matched.set(chunk.offsets[i]);
                    });
                }
            }
        }
    }
}

template <typename F>
void AttributeFinder::rowsOfContexts(const std::vector<uint8_t>& contexts, RowSet& rows, F&& flag) const {
    for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
        if (!isActive(number))
            continue;
        stop_.check();
        const auto& column = table_.segmentAt(number).context;
        BitSet bits(column.size());
        bits.setWhere([&](size_t i) { return flag(contexts[column[i]]); });
        rows.segment(number) |= bits;
    }
}

void AttributeFinder::contexts(const std::vector<std::string>& names, bool ofScope, const ValueTest* test, AttributeRows& out) {
    std::vector<uint32_t> keys;
    for (const std::string& name : names)
        if (const uint32_t key = source_.attributes->keyOf(name); key != AttributeDictionary::kNone)
            keys.push_back(key);
    constexpr uint8_t kPresent = 1, kMatched = 2;
    std::vector<uint8_t> found(table_.contextCount());
    uint8_t all = 0;
    const auto& contexts = source_.attributes->contexts();
    for (size_t c = 0; c < contexts.size() && c < found.size(); ++c) {
        for (const auto& value : ofScope ? contexts[c].scope : contexts[c].resource) {
            if (std::find(keys.begin(), keys.end(), value.key) == keys.end())
                continue;
            found[c] |= kPresent;
            if (test != nullptr && (*test)(value.type, value.text))
                found[c] |= kMatched;
        }
        all |= found[c];
    }
    if ((all & kMatched) != 0)
        rowsOfContexts(found, out.matched, [](uint8_t is) { return (is & kMatched) != 0; });
    if ((all & kPresent) != 0 && (test == nullptr || test->isNegative()))
        rowsOfContexts(found, out.present, [](uint8_t is) { return (is & kPresent) != 0; });
}

void AttributeFinder::instrumentation(const Field& field, const ValueTest* test, AttributeRows& out) {
    std::vector<uint8_t> found(table_.contextCount());
    const auto& contexts = source_.attributes->contexts();
    for (size_t c = 0; c < contexts.size() && c < found.size(); ++c) {
        const std::string_view text = field.name == "instrumentation:name" ? contexts[c].scopeName : contexts[c].scopeVersion;
        found[c] = text.empty() ? 0 : test != nullptr && (*test)(ValueType::String, text) ? 3 : 1;
    }
    rowsOfContexts(found, out.matched, [](uint8_t is) { return is == 3; });
    rowsOfContexts(found, out.present, [](uint8_t is) { return is != 0; });
}

template <typename F>
void AttributeFinder::forEachValue(std::string_view json, const std::vector<uint32_t>& keys, F&& f) const {
    const auto isOne = [&](uint32_t key) { return std::find(keys.begin(), keys.end(), key) != keys.end(); };
    forEachAttribute(
        json,
        [&](uint32_t id) {
            if (const auto value = source_.attributes->value(id); isOne(value.key))
                f(value.type, value.text);
        },
        [&](uint32_t key, ValueType type, std::string_view quoted) {
            if (isOne(key))
                f(type, std::string_view(unquoteJson(quoted)));
        });
}

void AttributeFinder::events(const Field& field, const std::vector<std::string>& names, const ValueTest* test, AttributeRows& out) {
    std::vector<uint32_t> keys;
    for (const std::string& name : names)
        keys.push_back(source_.attributes->keyOf(name));
    std::erase(keys, AttributeDictionary::kNone);
    const bool isName = field.name == "event:name" && field.scope == Scope::Intrinsic, isTime = field.name == "event:timeSinceStart" && field.scope == Scope::Intrinsic;
    if (!isName && !isTime && keys.empty())
        return;
    std::unordered_map<uint32_t, bool> memo; // of names
    uint64_t n = 0;
    for (Statement rows = source_.db->prepare("SELECT row, time, name, attributes FROM event"); rows.step();) {
        if ((++n & 0xfff) == 0)
            stop_.check();
        if (!hasRow(rows.integer(0)))
            continue;
        const auto row = static_cast<Row>(rows.integer(0));
        if (isName) {
            const auto name = static_cast<uint32_t>(rows.integer(2));
            out.present.set(row);
            if (test == nullptr || name >= table_.stringCount())
                continue;
            const auto [at, isNew] = memo.try_emplace(name, false);
            if (isNew)
                at->second = (*test)(ValueType::String, table_.text(name));
            if (at->second)
                out.matched.set(row);
        } else if (isTime) {
            out.present.set(row);
            int64_t since = 0;
            if (test != nullptr && !__builtin_sub_overflow(rows.integer(1), table_.start(row), &since) && test->integer(since))
                out.matched.set(row);
        } else {
            forEachValue(rows.text(3), keys, [&](ValueType type, std::string_view text) {
                out.present.set(row);
                if (test != nullptr && (*test)(type, text))
                    out.matched.set(row);
            });
        }
    }
}

void AttributeFinder::links(const Field& field, const std::vector<std::string>& names, const ValueTest* test, AttributeRows& out) {
    std::vector<uint32_t> keys;
    for (const std::string& name : names)
        keys.push_back(source_.attributes->keyOf(name));
    std::erase(keys, AttributeDictionary::kNone);
    const bool isTrace = field.name == "link:traceID" && field.scope == Scope::Intrinsic, isSpan = field.name == "link:spanID" && field.scope == Scope::Intrinsic;
    if (!isTrace && !isSpan && keys.empty())
        return;
    uint64_t n = 0;
    for (Statement rows = source_.db->prepare("SELECT row, high, low, span_id, attributes FROM link"); rows.step();) {
        if ((++n & 0xfff) == 0)
            stop_.check();
        if (!hasRow(rows.integer(0)))
            continue;
        const auto row = static_cast<Row>(rows.integer(0));
        if (isTrace || isSpan) {
            out.present.set(row);
            const std::string text = isTrace ? toHex(TraceId{static_cast<uint64_t>(rows.integer(1)), static_cast<uint64_t>(rows.integer(2))}) : toHex(static_cast<SpanId>(rows.integer(3)));
            if (test != nullptr && (*test)(ValueType::String, text))
                out.matched.set(row);
        } else {
            forEachValue(rows.text(4), keys, [&](ValueType type, std::string_view text) {
                out.present.set(row);
                if (test != nullptr && (*test)(type, text))
                    out.matched.set(row);
            });
        }
    }
}

RowSet AttributeFinder::containing(std::string_view text) {
    RowSet out(table_);
    if (!postings_ || text.empty())
        return out;
    const AttributeDictionary& attributes = *source_.attributes;
    std::vector<uint8_t> holds(attributes.idCount());
    for (uint32_t id = 0; id < attributes.idCount(); ++id) {
        if ((id & 0xfff) == 0)
            stop_.check();
        const auto value = attributes.value(id);
        holds[id] = value.key != AttributeDictionary::kNone && containsFolded(value.text, text);
    }
    std::set<uint32_t> indexed; // keys of which the value index says who has it; of a few rows it is shorter to read those
    for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
        if (!isActive(number))
            continue;
        stop_.check();
        BitSet& rows = out.segment(number);
        if (!postings_->isMade(number)) { // once for all keys
            postings_->forEachValue(
                number,
                [&](uint16_t offset, uint32_t id) {
                    if (id < holds.size() && holds[id] != 0)
                        rows.set(offset);
                },
                [&](uint16_t offset, uint32_t, std::string_view value) {
                    if (containsFolded(value, text))
                        rows.set(offset);
                });
            continue;
        }
        postings_->forEachKey(number, [&](uint32_t key, const PostingChunk& chunk) {
            const bool isMany = source_.within == nullptr && isManyValued(key);
            if (isMany)
                indexed.insert(key);
            const auto kept = static_cast<uint32_t>(chunk.values.size());
            for (size_t i = 0; i < chunk.offsets.size(); ++i) {
                const uint32_t code = chunk.codes[i];
                if (code < kept) {
                    if (chunk.values[code] < holds.size() && holds[chunk.values[code]] != 0)
                        rows.set(chunk.offsets[i]);
                    continue;
                }
                const auto row = static_cast<Row>(number << 16 | chunk.offsets[i]);
                if (isMany || !isAsked(row, nullptr))
                    continue;
                if (!source_.readsKept) {
                    isPartial_ = true;
                    continue;
                }
                if ((i & 0x3ff) == 0)
                    stop_.check();
                postings_->forEachKept(row, key, [&](ValueType, std::string_view value) {
                    if (containsFolded(value, text))
                        rows.set(chunk.offsets[i]);
                });
            }
        });
    }
    for (const uint32_t key : indexed)
        forEachRowWithValue(*source_.db, table_, attributes.keyText(key), ValueMatch::Contains, text, [&](Row row) { out.set(row); }, stop_);
    std::vector<uint8_t> found(table_.contextCount());
    const auto& contexts = attributes.contexts();
    for (size_t c = 0; c < contexts.size() && c < found.size(); ++c)
        found[c] = std::any_of(contexts[c].resource.begin(), contexts[c].resource.end(), [&](const auto& value) { return containsFolded(value.text, text); });
    rowsOfContexts(found, out, [](uint8_t is) { return is != 0; });
    keep(out);
    return out;
}

} // namespace aisle::traceql
