#include "store/attribute_column.h"

#include "store/attribute_json.h"
#include "store/postings.h"

#include <algorithm>

namespace aisle {

uint32_t AttributeColumn::at(Row row) const {
    const auto found = std::lower_bound(rows_.begin(), rows_.end(), row);
    return found != rows_.end() && *found == row ? values_[static_cast<size_t>(found - rows_.begin())] : kNone;
}

std::string_view AttributeColumn::textAt(Row row) const {
    const uint32_t value = at(row);
    return value == kNone ? std::string_view() : std::string_view(distinct_[value]);
}

/// Fills columns while the spans pass by.
class ColumnReader {
public:
    ColumnReader(Database& db, std::span<const ColumnSpec> specs) : specs_(specs), columns_(specs.size()), numbers_(specs.size()) {
        Statement keys = db.prepare("SELECT id FROM string WHERE text = ?1");
        Statement pairs = db.prepare("SELECT id, value FROM attribute WHERE key = ?1");
        for (uint32_t c = 0; c < specs.size(); ++c) {
            for (uint32_t rank = 0; rank < specs[c].keys.size(); ++rank) {
                keys.reset();
                keys.bind(1, std::string_view(specs[c].keys[rank]));
                while (keys.step()) {
                    const auto key = static_cast<uint32_t>(keys.integer(0));
                    if (columns_[c].key_.empty())
                        columns_[c].key_ = specs[c].keys[rank];
                    uses_[key].push_back({c, rank});
                    pairs.reset();
                    pairs.bind(1, key);
                    while (pairs.step()) {
                        const auto id = static_cast<uint32_t>(pairs.integer(0));
                        pairUses_[id].push_back({c, rank, number(c, pairs.text(1))});
                    }
                }
            }
        }
        best_.resize(specs.size());
    }

    bool isEmpty() const { return uses_.empty(); }

    void readResources(Database& db) {
        Statement contexts = db.prepare("SELECT id, resource FROM context");
        while (contexts.step()) {
            read(contexts.text(1));
            for (uint32_t c = 0; c < specs_.size(); ++c)
                if (specs_[c].withResource && best_[c].rank != kNoRank)
                    ofContext_[static_cast<uint32_t>(contexts.integer(0))].emplace_back(c, best_[c].value);
        }
    }

    void readSpan(Row row, uint32_t context, std::string_view attributes) {
        read(attributes);
        if (const auto shared = ofContext_.find(context); shared != ofContext_.end())
            for (const auto& [c, value] : shared->second)
                if (best_[c].rank == kNoRank)
                    best_[c] = {0, value};
        for (uint32_t c = 0; c < specs_.size(); ++c) {
            if (best_[c].rank == kNoRank)
                continue;
            columns_[c].rows_.push_back(row);
            columns_[c].values_.push_back(best_[c].value);
        }
    }

    /// What a fragment says is said of the span it was merged into, unless that says it itself.
    void readFragment(Row into, std::string_view attributes) {
        read(attributes);
        for (uint32_t c = 0; c < specs_.size(); ++c)
            if (best_[c].rank != kNoRank)
                fragments_.push_back({c, into, best_[c].value});
    }

    /// Of all rows. False: so many values are kept with their spans that a pass over these is faster; nothing was read.
    bool readPostings(Database& db, const SpanTable& table, const AttributeDictionary& dictionary, const StopToken& stop) {
        struct Key {
            uint32_t column, rank, key;
        };
        std::vector<Key> keys; // by column, the last that would count first
        for (const auto& [key, uses] : uses_)
            for (const Use& use : uses)
                keys.push_back({use.column, use.rank, key});
        std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return std::pair(a.column, b.rank) < std::pair(b.column, a.rank); });
        PostingReader postings(db, table, dictionary);
        const auto forEachChunk = [&](auto&& f) {
            for (uint32_t segment = 0; segment < table.segmentCount(); ++segment) {
                if (!table.hasSegment(segment))
                    continue;
                stop.check();
                f(segment);
            }
        };
        uint64_t kept = 0;
        forEachChunk([&](uint32_t segment) {
            for (const Key& key : keys) {
                const PostingChunk chunk = postings.read(segment, key.key);
                kept += static_cast<uint64_t>(std::count(chunk.codes.begin(), chunk.codes.end(), static_cast<uint32_t>(chunk.values.size())));
            }
        });
        if (kept > table.rowCount() / 5)
            return false;
        std::vector<uint32_t> codes(kSegmentRows), numbers; // 0: none, else 1 + the value
        forEachChunk([&](uint32_t segment) {
            const uint32_t rows = table.segmentAt(segment).rows();
            auto key = keys.begin();
            for (uint32_t c = 0; c < specs_.size(); ++c) {
                std::fill_n(codes.begin(), rows, 0U);
                for (; key != keys.end() && key->column == c; ++key)
                    readChunk(postings, postings.read(segment, key->key), segment, *key, codes, numbers);
                collect(table, segment, c, codes);
            }
        });
        return true;
    }

    std::vector<AttributeColumn> take() {
        for (const Fragment& fragment : fragments_) { // few in any file
            AttributeColumn& column = columns_[fragment.column];
            const auto at = std::lower_bound(column.rows_.begin(), column.rows_.end(), fragment.into);
            if (at != column.rows_.end() && *at == fragment.into)
                continue;
            column.values_.insert(column.values_.begin() + (at - column.rows_.begin()), fragment.value);
            column.rows_.insert(at, fragment.into);
        }
        return std::move(columns_);
    }

private:
    static constexpr uint32_t kNoRank = 0xffffffffU;
    struct Use {
        uint32_t column, rank;
    };
    struct PairUse {
        uint32_t column, rank, value;
    };
    struct Fragment {
        uint32_t column;
        Row into;
        uint32_t value;
    };
    struct Best {
        uint32_t rank = kNoRank, value = 0;
    };

    /// Of a column's key: over what keys that count less said.
    template <typename Key>
    void readChunk(PostingReader& postings, const PostingChunk& chunk, uint32_t segment, const Key& key, std::vector<uint32_t>& codes, std::vector<uint32_t>& numbers) {
        numbers.assign(chunk.values.size(), 0);
        for (size_t v = 0; v < chunk.values.size(); ++v)
            if (const auto found = pairUses_.find(chunk.values[v]); found != pairUses_.end())
                for (const PairUse& use : found->second)
                    if (use.column == key.column && use.rank == key.rank)
                        numbers[v] = use.value + 1;
        for (size_t i = chunk.offsets.size(); i-- > 0;) { // the first of several counts
            uint32_t code = 0;
            if (chunk.codes[i] < numbers.size())
                code = numbers[chunk.codes[i]];
            else
                postings.forEachKept(segment << 16 | chunk.offsets[i], key.key, [&](ValueType, std::string_view value) { code = code == 0 ? number(key.column, value) + 1 : code; });
            if (code != 0)
                codes[chunk.offsets[i]] = code;
        }
    }

    void collect(const SpanTable& table, uint32_t segment, uint32_t c, const std::vector<uint32_t>& codes) {
        std::unordered_map<uint32_t, uint32_t> ofContext;
        for (const auto& [context, values] : ofContext_)
            for (const auto& [column, value] : values)
                if (column == c)
                    ofContext[context] = value + 1;
        const Segment& columns = table.segmentAt(segment);
        for (uint32_t i = 0; i < columns.rows(); ++i) {
            const Row row = segment << 16 | i;
            uint32_t code = codes[i];
            if (table.isHidden(row)) {
                if (code != 0 && (table.derivedFlags(row) & kFragment) != 0)
                    fragments_.push_back({c, table.parent(row), code - 1});
                continue;
            }
            if (code == 0 && !ofContext.empty())
                if (const auto shared = ofContext.find(columns.context[i]); shared != ofContext.end())
                    code = shared->second;
            if (code == 0)
                continue;
            columns_[c].rows_.push_back(row);
            columns_[c].values_.push_back(code - 1);
        }
    }

    uint32_t number(uint32_t column, std::string_view text) {
        const auto [at, isNew] =
            numbers_[column].try_emplace(std::string(text), static_cast<uint32_t>(columns_[column].distinct_.size()));
        if (isNew)
            columns_[column].distinct_.emplace_back(text);
        return at->second;
    }

    void read(std::string_view json) {
        std::fill(best_.begin(), best_.end(), Best{});
        forEachAttribute(
            json,
            [this](uint32_t pair) {
                const auto found = pairUses_.find(pair);
                if (found == pairUses_.end())
                    return;
                for (const PairUse& use : found->second)
                    if (use.rank < best_[use.column].rank)
                        best_[use.column] = {use.rank, use.value};
            },
            [this](uint32_t key, ValueType, std::string_view quoted) {
                const auto found = uses_.find(key);
                if (found == uses_.end())
                    return;
                for (const Use& use : found->second)
                    if (use.rank < best_[use.column].rank)
                        best_[use.column] = {use.rank, number(use.column, unquoteJson(quoted))};
            });
    }

    std::span<const ColumnSpec> specs_;
    std::vector<AttributeColumn> columns_;
    std::vector<std::unordered_map<std::string, uint32_t>> numbers_;
    std::unordered_map<uint32_t, std::vector<Use>> uses_;
    std::unordered_map<uint32_t, std::vector<PairUse>> pairUses_;
    std::unordered_map<uint32_t, std::vector<std::pair<uint32_t, uint32_t>>> ofContext_;
    std::vector<Best> best_;
    std::vector<Fragment> fragments_;
};

std::vector<AttributeColumn> readColumns(Database& db, const SpanTable& table, std::span<const ColumnSpec> specs,
                                         const StopToken& stop) {
    const ReadTransaction one(db);
    ColumnReader reader(db, specs);
    if (reader.isEmpty()) // none of the keys occurs
        return reader.take();
    reader.readResources(db);
    Statement spans = db.prepare("SELECT row, context, attributes FROM span WHERE row >= ?1 AND row < ?2 ORDER BY row");
    for (const FileInfo& file : table.files()) {
        spans.reset();
        spans.bind(1, static_cast<int64_t>(file.firstRow)).bind(2, static_cast<int64_t>(file.firstRow) + file.rows);
        for (uint32_t n = 0; spans.step(); ++n) {
            if (n % 4096 == 0)
                stop.check();
            const auto row = static_cast<Row>(spans.integer(0));
            if (!table.isHidden(row))
                reader.readSpan(row, static_cast<uint32_t>(spans.integer(1)), spans.text(2));
            else if ((table.derivedFlags(row) & kFragment) != 0)
                reader.readFragment(table.parent(row), spans.text(2));
        }
    }
    return reader.take();
}

std::vector<AttributeColumn> readColumns(Database& db, const SpanTable& table, const AttributeDictionary& dictionary, std::span<const ColumnSpec> specs, const StopToken& stop) {
    const ReadTransaction one(db); // 0.8 M values that are kept with their spans are as many queries
    if (hasPostings(db) && !postingsAreDue(db, table)) {
        ColumnReader reader(db, specs);
        if (reader.isEmpty())
            return reader.take();
        reader.readResources(db);
        if (reader.readPostings(db, table, dictionary, stop))
            return reader.take();
    }
    return readColumns(db, table, specs, stop);
}

} // namespace aisle
