#include "store/string_pool.h"
#include "store/value_chunk.h"
#include "store/value_index.h"
#include "store/value_scan.h"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>

namespace aisle {

namespace {

/// Values longer than this on average are texts or URLs: looked for by their beginning, hardly by a part.
constexpr size_t kIdLikeBytes = 64;

/// What a run is made from: the distinct values of one key in some rows, and who has which.
class RunValues {
public:
    void add(Row row, std::string_view value) {
        const auto found = pool_.insert(value.size() > kIndexedBytes ? std::string_view(cut_ = indexedForm(value)) : value);
        valueOf_.push_back(found.id);
        rows_.push_back(row);
    }
    uint64_t count() const { return rows_.size(); }
    uint64_t memory() const { return pool_.memory() + 16ULL * pool_.size() + 12ULL * rows_.size(); } // to be sorted, too
    bool isIdLike() const { return pool_.bytes() <= kIdLikeBytes * pool_.size(); }

    /// Calls f(value, rows) in the order of the values.
    template <typename F>
    void forEachSorted(F&& f) {
        std::vector<uint32_t> firstOf(pool_.size() + 1, 0);
        for (const uint32_t value : valueOf_)
            ++firstOf[value + 1];
        std::partial_sum(firstOf.begin(), firstOf.end(), firstOf.begin());
        std::vector<Row> rows(rows_.size());
        std::vector<uint32_t> next(firstOf.begin(), firstOf.end() - 1);
        for (size_t i = 0; i < rows_.size(); ++i)
            rows[next[valueOf_[i]]++] = rows_[i];
        // The first eight bytes as a number decide most comparisons without a look at the text.
        std::vector<std::pair<uint64_t, uint32_t>> order(pool_.size());
        for (uint32_t id = 0; id < pool_.size(); ++id)
            order[id] = {firstBytes(pool_[id]), id};
        std::sort(order.begin(), order.end(), [this](const auto& a, const auto& b) {
            return a.first != b.first ? a.first < b.first : pool_[a.second] < pool_[b.second];
        });
        for (const auto& [bytes, id] : order)
            f(pool_[id], std::span<const Row>(rows).subspan(firstOf[id], firstOf[id + 1] - firstOf[id]));
    }

private:
    static uint64_t firstBytes(std::string_view text) {
        uint64_t out = 0;
        for (size_t i = 0; i < 8; ++i)
            out = out << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
        return out;
    }
    StringPool pool_;
    std::vector<uint32_t> valueOf_;
    std::vector<Row> rows_;
    std::string cut_;
};

class RunWriter {
public:
    explicit RunWriter(Database& db)
        : db_(db), run_(db.prepare("INSERT INTO value_run VALUES(?1,?2,?3,?4,?5,?6,?7,?8)")),
          chunk_(db.prepare("INSERT INTO value_chunk VALUES(?1,?2,?3)")),
          gram_(db.prepare("INSERT INTO value_gram VALUES(?1,?2)")) {}

    void write(uint32_t key, Row from, Row to, RunValues& values) {
        const int64_t run = db_.integer("SELECT coalesce(max(id), 0) + 1 FROM value_run");
        grams_.clear();
        if (values.isIdLike())
            grams_.resize(kTrigrams + 1);
        bytes_ = 0;
        chunks_ = 0;
        ChunkBuilder chunk(from);
        values.forEachSorted([&](std::string_view value, std::span<const Row> rows) {
            while (!rows.empty()) {
                const size_t taken = chunk.add(value, rows);
                rows = rows.subspan(taken);
                if (taken > 0 && !grams_.empty())
                    addGrams(value);
                if (taken == 0 || !rows.empty())
                    flush(run, chunk);
            }
        });
        flush(run, chunk);
        for (uint32_t gram = 0; gram < grams_.size(); ++gram) {
            if (grams_[gram].isEmpty())
                continue;
            const std::string packed = grams_[gram].packed();
            bytes_ += packed.size();
            gram_.bind(1, run << 32 | gram).bindBlob(2, packed).run();
        }
        run_.bind(1, run)
            .bind(2, key)
            .bind(3, from)
            .bind(4, to)
            .bind(5, static_cast<int64_t>(values.count()))
            .bind(6, chunks_)
            .bind(7, grams_.empty() ? 0 : 1)
            .bind(8, static_cast<int64_t>(bytes_))
            .run();
    }

private:
    void addGrams(std::string_view value) {
        if (isCut(value)) {
            grams_[kCutGram].add(chunks_);
            value.remove_suffix(1);
        }
        forEachTrigram(value, [this](uint32_t gram) { grams_[gram].add(chunks_); });
    }
    void flush(int64_t run, ChunkBuilder& chunk) {
        if (chunk.isEmpty())
            return;
        bytes_ += chunk.bytes().size() + chunk.first().size();
        chunk_.bind(1, run << 32 | chunks_++).bindBlob(2, chunk.first()).bindBlob(3, chunk.bytes()).run();
        chunk.clear();
    }

    Database& db_;
    Statement run_, chunk_, gram_;
    std::vector<ChunkList> grams_;
    uint64_t bytes_ = 0;
    uint32_t chunks_ = 0;
};

/// Keys of a file that are covered up to the same row, and that row.
using Uncovered = std::map<Row, std::vector<uint32_t>>;

Uncovered uncoveredOf(Database& db, const FileInfo& file, std::span<const uint32_t> keys) {
    Uncovered out;
    const uint64_t end = static_cast<uint64_t>(file.firstRow) + file.rows;
    Statement covered = db.prepare("SELECT max(end_row) FROM value_run WHERE key = ?1 AND first_row >= ?2 AND first_row < ?3");
    for (const uint32_t key : keys) {
        covered.reset();
        covered.bind(1, key).bind(2, file.firstRow).bind(3, static_cast<int64_t>(end));
        const int64_t to = covered.step() && !covered.isNull(0) ? covered.integer(0) : file.firstRow;
        if (to >= file.firstRow && static_cast<uint64_t>(to) < end)
            out[static_cast<Row>(to)].push_back(key);
    }
    return out;
}

std::vector<uint32_t> indexedKeys(Database& db) {
    std::vector<uint32_t> keys;
    for (Statement s = db.prepare("SELECT key FROM value_key ORDER BY key"); s.step();)
        keys.push_back(static_cast<uint32_t>(s.integer(0)));
    return keys;
}

} // namespace

bool hasValueIndex(Database& db) {
    return db.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('value_key', 'value_run', 'value_chunk', 'value_gram')") == 4;
}

ValueIndexSize valueIndexSize(Database& db) {
    ValueIndexSize size;
    if (!hasValueIndex(db))
        return size;
    Statement s = db.prepare("SELECT count(DISTINCT key), coalesce(sum(entries), 0), coalesce(sum(bytes), 0) FROM value_run WHERE entries > 0");
    if (s.step())
        size = {static_cast<uint32_t>(s.integer(0)), static_cast<uint64_t>(s.integer(1)), static_cast<uint64_t>(s.integer(2))};
    return size;
}

std::vector<ValueKey> valueKeys(Database& db) {
    std::vector<ValueKey> keys;
    const std::string isMany = hasValueIndex(db) ? "a.key IN (SELECT key FROM value_key)" : "count(*) >= 65536";
    Statement s = db.prepare("SELECT s.text, count(*), " + isMany + " FROM attribute a JOIN string s ON s.id = a.key GROUP BY a.key ORDER BY s.text");
    while (s.step())
        keys.push_back({std::string(s.text(0)), static_cast<uint64_t>(s.integer(1)), s.integer(2) != 0});
    return keys;
}

bool valueIndexIsDue(Database& db, const SpanTable& table) {
    if (!hasValueIndex(db))
        return false;
    const auto keys = indexedKeys(db);
    return !keys.empty() && std::any_of(table.files().begin(), table.files().end(), [&](const FileInfo& file) {
        return !file.loading && !uncoveredOf(db, file, keys).empty();
    });
}

void buildValueIndex(Database& db, const SpanTable& table, const StopToken& stop,
                     const std::function<void(uint64_t done, uint64_t all)>& progress, ValueRunLimits limits) {
    const auto keys = indexedKeys(db);
    if (keys.empty())
        return;
    uint64_t all = 0, done = 0;
    for (const FileInfo& file : table.files())
        for (const auto& [from, some] : uncoveredOf(db, file, keys))
            all += file.firstRow + file.rows - from;
    RunWriter writer(db);
    // A file may be removed while its run is made, and another get its rows and its number.
    Statement content = db.prepare("SELECT content_hash FROM file WHERE id = ?1 AND state = 'done' AND first_row = ?2 AND rows = ?3");
    const auto contentOf = [&](const FileInfo& file) {
        content.reset();
        std::string hash = content.bind(1, file.id).bind(2, file.firstRow).bind(3, file.rows).step() ? std::string(content.text(0)) : std::string();
        content.reset();
        return hash;
    };
    for (const FileInfo& file : table.files()) {
        const std::string hash = contentOf(file);
        if (file.loading || hash.empty())
            continue;
        for (const auto& [start, some] : uncoveredOf(db, file, keys)) {
            ValueScan scan(db, some);
            for (Row from = start, end = file.firstRow + file.rows; from < end;) {
                std::vector<RunValues> values(some.size());
                uint64_t n = 0;
                const auto visit = [&](Row row, uint32_t key, std::string_view value) {
                    values[key].add(row, value);
                    if (++n % 4096 != 0)
                        return true;
                    return std::accumulate(values.begin(), values.end(), uint64_t(0),
                                           [](uint64_t sum, const RunValues& v) { return sum + v.memory(); }) < limits.bytes;
                };
                const Row to = scan.run(from, from + std::min(end - from, limits.rows), visit, stop);
                Transaction transaction(db);
                if (contentOf(file) != hash)
                    break;
                for (size_t i = 0; i < some.size(); ++i) {
                    stop.check();
                    writer.write(some[i], from, to, values[i]);
                }
                transaction.commit();
                done += to - from;
                from = to;
                if (progress)
                    progress(done, all);
            }
        }
    }
}

} // namespace aisle
