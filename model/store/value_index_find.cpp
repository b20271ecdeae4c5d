#include "store/value_chunk.h"
#include "store/value_index.h"
#include "store/value_scan.h"

#include <algorithm>
#include <map>
#include <optional>

namespace aisle {

namespace {

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

[[noreturn]] void damaged() {
    throw StoreError("The workspace's value index is damaged. Import the trace files again into a new workspace.");
}

/// Collects what matches, by value. Of more than `limit` values the first ones stay.
class Hits {
public:
    Hits(const SpanTable& table, ValueMatch match, std::string_view text, size_t limit) : table_(table), match_(match), text_(text), limit_(limit) {}

    bool matches(std::string_view value) const {
        switch (match_) {
        case ValueMatch::Exact: return value == text_;
        case ValueMatch::Prefix: return value.starts_with(text_);
        case ValueMatch::Contains:
            return text_.empty() || std::search(value.begin(), value.end(), text_.begin(), text_.end(), [](char a, char b) { return fold(a) == fold(b); }) != value.end();
        }
        return false;
    }
    void add(std::string_view value, Row row) {
        if (table_.isHidden(row) && (table_.derivedFlags(row) & kFragment) != 0)
            row = table_.parent(row); // the span that it is part of
        if (row == kNoRow || table_.isHidden(row) || !matches(value))
            return;
        if (sink_ != nullptr)
            (*sink_)(row);
        else
            rowsOf(value).push_back(row);
    }
    /// Rows go there instead of being collected.
    void setSink(const std::function<void(Row)>& sink) { sink_ = &sink; }
    /// No value from `value` on can be among the first ones any more.
    bool isBeyond(std::string_view value) const { return found_.size() > limit_ && value > found_.rbegin()->first; }

    ValueHits take() {
        ValueHits out;
        for (auto& [value, rows] : found_) {
            if (rows.empty())
                continue;
            if (out.values.size() == limit_) {
                out.isCut = true;
                break;
            }
            std::sort(rows.begin(), rows.end());
            rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
            out.values.push_back({value, std::move(rows)});
        }
        return out;
    }

private:
    std::vector<Row>& rowsOf(std::string_view value) {
        auto at = found_.find(value);
        if (at == found_.end()) {
            at = found_.emplace(std::string(value), std::vector<Row>()).first;
            if (found_.size() > limit_ + 1) { // one more says that there are more
                const auto last = std::prev(found_.end());
                if (last == at) {
                    dropped_.clear();
                    found_.erase(last);
                    return dropped_;
                }
                found_.erase(last);
            }
        }
        return at->second;
    }

    const SpanTable& table_;
    ValueMatch match_;
    std::string_view text_;
    const std::function<void(Row)>* sink_ = nullptr;
    size_t limit_;
    std::map<std::string, std::vector<Row>, std::less<>> found_;
    std::vector<Row> dropped_;
};

struct Run {
    int64_t id = 0;
    Row from = 0, to = 0;
    uint32_t chunks = 0;
    bool hasGrams = false;
};

class RunReader {
public:
    RunReader(Database& db, ValueScan& scan, Hits& hits, ValueMatch match, std::string_view text, const StopToken& stop)
        : first_(db.prepare("SELECT first FROM value_chunk WHERE id = ?1")),
          data_(db.prepare("SELECT data FROM value_chunk WHERE id = ?1")),
          gram_(db.prepare("SELECT chunks FROM value_gram WHERE id = ?1")), scan_(scan), hits_(hits), match_(match),
          text_(text), stop_(stop) {}

    void read(const Run& run) {
        if (match_ != ValueMatch::Contains) {
            const std::string sought = indexedForm(text_);
            // What a cut value begins with is the text or the text's own beginning.
            const std::string_view beginning = match_ == ValueMatch::Exact ? std::string_view(sought) : std::string_view(sought).substr(0, kIndexedBytes);
            for (uint32_t n = firstChunk(run, beginning); n < run.chunks; ++n)
                if (!readChunk(run, n, beginning))
                    return;
            return;
        }
        if (const auto some = candidates(run)) {
            for (const uint32_t n : *some)
                if (!readChunk(run, n, {}))
                    return;
            return;
        }
        for (uint32_t n = 0; n < run.chunks; ++n)
            if (!readChunk(run, n, {}))
                return;
    }

private:
    /// The last chunk that begins before the text, for the text may be within it.
    uint32_t firstChunk(const Run& run, std::string_view text) {
        uint32_t low = 0, high = run.chunks;
        while (low < high) {
            const uint32_t middle = low + (high - low) / 2;
            first_.reset();
            if (!first_.bind(1, run.id << 32 | middle).step())
                damaged();
            if (first_.blob(0) < text)
                low = middle + 1;
            else
                high = middle;
        }
        first_.reset();
        return low == 0 ? 0 : low - 1;
    }

    /// False when nothing further in this run can match.
    bool readChunk(const Run& run, uint32_t n, std::string_view beginning) {
        stop_.check();
        data_.reset();
        if (!data_.bind(1, run.id << 32 | n).step())
            damaged();
        const auto entries = unpackChunk(data_.blob(0), run.from, run.to);
        data_.reset();
        if (!entries)
            damaged();
        for (const ValueEntry& entry : *entries) {
            if (std::string_view(entry.value).substr(0, beginning.size()) > beginning || hits_.isBeyond(entry.value))
                return false;
            if (!entry.value.starts_with(beginning))
                continue;
            if (isCut(entry.value)) {
                for (const Row row : entry.rows)
                    for (const std::string& value : scan_.of(row))
                        hits_.add(value, row);
            } else if (hits_.matches(entry.value)) {
                for (const Row row : entry.rows)
                    hits_.add(entry.value, row);
            }
        }
        return true;
    }

    std::optional<std::vector<uint32_t>> chunksOf(const Run& run, uint32_t gram) {
        gram_.reset();
        if (!gram_.bind(1, run.id << 32 | gram).step())
            return std::vector<uint32_t>();
        auto chunks = unpackChunkList(gram_.blob(0), run.chunks);
        gram_.reset();
        if (!chunks)
            damaged();
        return chunks;
    }

    /// The chunks that hold every trigram of the text, and those with values of which only the beginning is known.
    std::optional<std::vector<uint32_t>> candidates(const Run& run) {
        if (!run.hasGrams || text_.size() < 3)
            return std::nullopt;
        std::optional<std::vector<uint32_t>> all;
        forEachTrigram(text_, [&](uint32_t gram) {
            if (all && all->empty())
                return;
            const auto chunks = *chunksOf(run, gram);
            if (!all) {
                all = chunks;
                return;
            }
            std::vector<uint32_t> both;
            std::set_intersection(all->begin(), all->end(), chunks.begin(), chunks.end(), std::back_inserter(both));
            all = std::move(both);
        });
        std::vector<uint32_t> out;
        const auto cut = *chunksOf(run, kCutGram);
        std::set_union(all->begin(), all->end(), cut.begin(), cut.end(), std::back_inserter(out));
        return out;
    }

    Statement first_, data_, gram_;
    ValueScan& scan_;
    Hits& hits_;
    ValueMatch match_;
    std::string_view text_;
    const StopToken& stop_;
};

/// The rows of the files that `runs` (in the order of their rows) leave out.
std::vector<std::pair<Row, Row>> gaps(const SpanTable& table, const std::vector<Run>& runs) {
    std::vector<std::pair<Row, Row>> out;
    for (const FileInfo& file : table.files()) {
        Row at = file.firstRow;
        const Row end = file.firstRow + file.rows;
        for (const Run& run : runs) {
            if (run.from < file.firstRow || run.from >= end)
                continue;
            if (run.from > at)
                out.emplace_back(at, run.from);
            at = std::max(at, run.to);
        }
        if (at < end)
            out.emplace_back(at, end);
    }
    return out;
}

} // namespace

/// How many rows had to be read.
static uint64_t look(Database& db, const SpanTable& table, std::string_view key, ValueMatch match, std::string_view text, Hits& hits, const StopToken& stop) {
    const ReadTransaction snapshot(db); // a run and its chunks belong together while another process removes files
    Statement id = db.prepare("SELECT id FROM string WHERE text = ?1");
    if (!id.bind(1, key).step())
        return 0;
    const auto number = static_cast<uint32_t>(id.integer(0));
    std::vector<Run> runs;
    if (hasValueIndex(db)) {
        Statement s = db.prepare("SELECT id, first_row, end_row, chunks, grams FROM value_run WHERE key = ?1 ORDER BY first_row");
        for (s.bind(1, number); s.step();) {
            const int64_t from = s.integer(1), to = s.integer(2), chunks = s.integer(3);
            if (s.integer(0) < 0 || s.integer(0) > kNoRow || from < 0 || to <= from || to > kNoRow || chunks < 0 || chunks > kNoRow)
                damaged();
            // A run of a file that the table does not have (it was added or removed meanwhile) is not looked into.
            if (std::any_of(table.files().begin(), table.files().end(), [&](const FileInfo& file) {
                    return from >= file.firstRow && to <= static_cast<int64_t>(file.firstRow) + file.rows;
                }))
                runs.push_back({s.integer(0), static_cast<Row>(from), static_cast<Row>(to), static_cast<uint32_t>(chunks), s.integer(4) != 0});
        }
    }
    ValueScan scan(db, {&number, 1});
    if (!runs.empty()) {
        RunReader reader(db, scan, hits, match, text, stop);
        for (const Run& run : runs)
            reader.read(run);
    }
    uint64_t rowsRead = 0;
    for (const auto& [from, to] : gaps(table, runs)) {
        rowsRead += to - from;
        scan.run(
            from, to,
            [&](Row row, uint32_t, std::string_view value) {
                hits.add(value, row);
                return true;
            },
            stop);
    }
    return rowsRead;
}

ValueHits findValues(Database& db, const SpanTable& table, std::string_view key, ValueMatch match, std::string_view text,
                     size_t limit, const StopToken& stop) {
    Hits hits(table, match, text, limit);
    const uint64_t rowsRead = look(db, table, key, match, text, hits, stop);
    ValueHits out = hits.take();
    out.rowsRead = rowsRead;
    return out;
}

void forEachRowWithValue(Database& db, const SpanTable& table, std::string_view key, ValueMatch match, std::string_view text, const std::function<void(Row)>& f,
                         const StopToken& stop) {
    Hits hits(table, match, text, 0);
    hits.setSink(f);
    look(db, table, key, match, text, hits, stop);
}

} // namespace aisle
