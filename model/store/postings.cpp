#include "store/postings.h"

#include "store/attribute_json.h"

#include <algorithm>
#include <set>

namespace aisle {

namespace {

/// What the spans of one segment say, key by key.
class SegmentPostings {
public:
    struct Entry {
        uint16_t offset;
        uint32_t id; ///< attribute.id; kNone: kept with the span
    };
    static constexpr uint32_t kNone = AttributeDictionary::kNone;

    void add(uint32_t key, uint16_t offset, uint32_t id) {
        if (key != lastKey_) {
            last_ = &keys_[key];
            lastKey_ = key;
        }
        last_->push_back({offset, id});
    }

    const std::unordered_map<uint32_t, std::vector<Entry>>& keys() const { return keys_; }

    static PostingChunk chunk(const std::vector<Entry>& entries) {
        PostingChunk out;
        for (const Entry& entry : entries)
            if (entry.id != kNone)
                out.values.push_back(entry.id);
        std::sort(out.values.begin(), out.values.end());
        out.values.erase(std::unique(out.values.begin(), out.values.end()), out.values.end());
        out.offsets.reserve(entries.size());
        out.codes.reserve(entries.size());
        for (const Entry& entry : entries) {
            out.offsets.push_back(entry.offset);
            out.codes.push_back(entry.id == kNone ? static_cast<uint32_t>(out.values.size())
                                                  : static_cast<uint32_t>(std::lower_bound(out.values.begin(), out.values.end(), entry.id) - out.values.begin()));
        }
        return out;
    }

private:
    std::unordered_map<uint32_t, std::vector<Entry>> keys_;
    uint32_t lastKey_ = kNone;
    std::vector<Entry>* last_ = nullptr;
};

int64_t numberOf(uint32_t segment, uint32_t key) { return static_cast<int64_t>(segment) << 32 | key; }

/// Calls f(row, attributes) for the spans of a segment, in row order.
template <typename F>
void forEachSpan(Statement& rows, uint32_t segment, F&& f) {
    const int64_t first = static_cast<int64_t>(segment) << 16;
    rows.reset();
    for (rows.bind(1, first).bind(2, first + kSegmentRows); rows.step();)
        f(static_cast<uint16_t>(rows.integer(0) - first), rows.text(1));
    rows.reset();
}

constexpr const char* kRows = "SELECT row, attributes FROM span WHERE row >= ?1 AND row < ?2 ORDER BY row";

std::vector<uint32_t> segmentsDue(Database& db, const FileInfo& file) {
    std::vector<uint32_t> due;
    std::set<int64_t> made;
    const uint32_t from = file.firstRow >> 16;
    const auto to = static_cast<uint32_t>((static_cast<uint64_t>(file.firstRow) + file.rows + 0xffff) >> 16);
    Statement s = db.prepare("SELECT number FROM posting_segment WHERE number >= ?1 AND number < ?2");
    for (s.bind(1, from).bind(2, to); s.step();)
        made.insert(s.integer(0));
    for (uint32_t segment = from; segment < to; ++segment)
        if (!made.contains(segment))
            due.push_back(segment);
    return due;
}

} // namespace

bool hasPostings(Database& db) {
    return db.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('posting', 'posting_segment')") == 2;
}

bool postingsAreDue(Database& db, const SpanTable& table) {
    return hasPostings(db) && std::any_of(table.files().begin(), table.files().end(), [&](const FileInfo& file) {
               return !file.loading && !segmentsDue(db, file).empty();
           });
}

void buildPostings(Database& db, const SpanTable& table, const AttributeDictionary& dictionary, const StopToken& stop,
                   const std::function<void(uint64_t done, uint64_t all)>& progress) {
    uint64_t all = 0, done = 0;
    for (const FileInfo& file : table.files())
        if (!file.loading)
            all += segmentsDue(db, file).size();
    // A file may be removed while its segments are read, and another get its rows and its number.
    Statement content = db.prepare("SELECT content_hash FROM file WHERE id = ?1 AND state = 'done' AND first_row = ?2 AND rows = ?3");
    const auto contentOf = [&](const FileInfo& file) {
        content.reset();
        std::string hash = content.bind(1, file.id).bind(2, file.firstRow).bind(3, file.rows).step() ? std::string(content.text(0)) : std::string();
        content.reset();
        return hash;
    };
    Statement rows = db.prepare(kRows), put = db.prepare("INSERT OR REPLACE INTO posting VALUES(?1, ?2)"), made = db.prepare("INSERT OR REPLACE INTO posting_segment VALUES(?1, ?2)");
    for (const FileInfo& file : table.files()) {
        const std::string hash = contentOf(file);
        if (file.loading || hash.empty())
            continue;
        for (const uint32_t segment : segmentsDue(db, file)) {
            stop.check();
            SegmentPostings postings;
            forEachSpan(rows, segment, [&](uint16_t offset, std::string_view attributes) {
                forEachAttribute(
                    attributes,
                    [&](uint32_t id) {
                        if (const auto value = dictionary.value(id); value.key != AttributeDictionary::kNone)
                            postings.add(value.key, offset, id);
                    },
                    [&](uint32_t key, ValueType, std::string_view) { postings.add(key, offset, SegmentPostings::kNone); });
            });
            Transaction transaction(db);
            if (contentOf(file) != hash)
                break;
            for (const auto& [key, entries] : postings.keys()) {
                const std::string packed = pack(SegmentPostings::chunk(entries), numberOf(segment, key));
                put.bind(1, numberOf(segment, key)).bindBlob(2, packed).run();
            }
            made.bind(1, segment).bind(2, static_cast<int64_t>(postings.keys().size())).run();
            transaction.commit();
            if (progress)
                progress(++done, all);
        }
    }
}

PostingReader::PostingReader(Database& db, const SpanTable& table, const AttributeDictionary& dictionary)
    : db_(db), table_(table), dictionary_(dictionary), has_(hasPostings(db)), rows_(db.prepare(kRows)), one_(db.prepare("SELECT attributes FROM span WHERE row = ?1")) {
    if (has_) {
        made_.emplace(db.prepare("SELECT keys = (SELECT count(*) FROM posting WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32) FROM posting_segment WHERE number = ?1"));
        chunk_.emplace(db.prepare("SELECT data FROM posting WHERE id = ?1"));
    }
}

PostingChunk PostingReader::read(uint32_t segment, uint32_t key) {
    if (!has_)
        return scan(segment, key);
    chunk_->reset();
    std::optional<PostingChunk> out;
    const bool isThere = chunk_->bind(1, numberOf(segment, key)).step();
    if (isThere)
        out = unpackPostings(chunk_->blob(0), numberOf(segment, key));
    chunk_->reset();
    if (isThere)
        return out && (out->offsets.empty() || out->offsets.back() < table_.segmentAt(segment).rows()) ? std::move(*out) : scan(segment, key);
    return isMade(segment) ? PostingChunk{} : scan(segment, key);
}

bool PostingReader::isMade(uint32_t segment) {
    if (!has_)
        return false;
    // That none is missing: who took one away would take away what was found by it.
    const auto [known, isNew] = isMade_.try_emplace(segment, false);
    if (isNew) {
        made_->reset();
        known->second = made_->bind(1, segment).step() && made_->integer(0) == 1;
        made_->reset();
    }
    return known->second;
}

void PostingReader::forEachValue(uint32_t segment, const std::function<void(uint16_t, uint32_t)>& pair, const std::function<void(uint16_t, uint32_t, std::string_view)>& kept) {
    const uint32_t size = table_.segmentAt(segment).rows();
    forEachSpan(rows_, segment, [&](uint16_t offset, std::string_view attributes) {
        if (offset < size)
            forEachAttribute(
                attributes, [&](uint32_t id) { pair(offset, id); },
                [&](uint32_t key, ValueType, std::string_view quoted) { kept(offset, key, unquoteJson(quoted)); });
    });
}

PostingChunk PostingReader::scan(uint32_t segment, uint32_t key) {
    std::vector<SegmentPostings::Entry> entries;
    const uint32_t size = table_.segmentAt(segment).rows();
    forEachSpan(rows_, segment, [&](uint16_t offset, std::string_view attributes) {
        if (offset >= size)
            return;
        forEachAttribute(
            attributes,
            [&](uint32_t id) {
                if (dictionary_.value(id).key == key)
                    entries.push_back({offset, id});
            },
            [&](uint32_t its, ValueType, std::string_view) {
                if (its == key)
                    entries.push_back({offset, SegmentPostings::kNone});
            });
    });
    return SegmentPostings::chunk(entries);
}

void PostingReader::forEachKept(Row row, uint32_t key, const std::function<void(ValueType, std::string_view)>& f) {
    one_.reset();
    if (one_.bind(1, static_cast<int64_t>(row)).step())
        forEachAttribute(one_.text(0), [](uint32_t) {}, [&](uint32_t its, ValueType type, std::string_view quoted) {
            if (its == key)
                f(type, unquoteJson(quoted));
        });
    one_.reset();
}

void PostingReader::forEachKey(uint32_t segment, const std::function<void(uint32_t, const PostingChunk&)>& f) {
    if (!has_)
        return;
    Statement chunks = db_.prepare("SELECT id, data FROM posting WHERE id >= ?1 AND id < ?2 ORDER BY id");
    for (chunks.bind(1, numberOf(segment, 0)).bind(2, numberOf(segment + 1, 0)); chunks.step();) {
        const auto key = static_cast<uint32_t>(chunks.integer(0) & 0xffffffff);
        const auto chunk = unpackPostings(chunks.blob(1), chunks.integer(0));
        f(key, chunk && (chunk->offsets.empty() || chunk->offsets.back() < table_.segmentAt(segment).rows()) ? *chunk : scan(segment, key));
    }
}

} // namespace aisle
