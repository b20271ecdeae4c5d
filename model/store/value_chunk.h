#pragma once
// How the value index packs its entries: chunks of front-coded values with their rows, and for each trigram the
// chunks that hold it. Everything that is read is checked: a workspace may come from a stranger.

#include "table/ids.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

/// A value (the first kIndexedBytes of a longer one, with kCutMark behind them) and the rows that have it, ascending.
struct ValueEntry {
    std::string value;
    std::vector<Row> rows;
};

inline constexpr size_t kIndexedBytes = 256;
inline constexpr char kCutMark = '\xff'; ///< in no UTF-8 text; sorts behind every other continuation
inline bool isCut(std::string_view value) { return !value.empty() && value.back() == kCutMark; }
std::string indexedForm(std::string_view value);

/// Packs ascending values. A chunk is full at kChunkValues, or at kChunkBytes: four of them fill a page of 8 KB.
class ChunkBuilder {
public:
    static constexpr size_t kChunkValues = 64, kChunkBytes = 1960;

    explicit ChunkBuilder(Row base) : base_(base) {}
    /// Takes the value with as many of the rows as fit; how many those are, 0 when the chunk is full.
    size_t add(std::string_view value, std::span<const Row> rows);
    bool isEmpty() const { return count_ == 0; }
    const std::string& bytes() const { return bytes_; }
    const std::string& first() const { return first_; }
    void clear();

private:
    Row base_;
    size_t count_ = 0;
    std::string bytes_, first_, last_;
};

/// The entries of a chunk of rows in [base, end); nothing when it is damaged.
std::optional<std::vector<ValueEntry>> unpackChunk(std::string_view bytes, Row base, Row end);

/// Trigrams: three bytes, each folded to one of 64 classes (letters without case, digits, 28 for the rest), so that
/// a table of all of them is small. What shares a trigram by folding only is told apart by the value itself.
inline constexpr uint32_t kTrigrams = 1U << 18;
/// Stands for "holds a cut value", whose rest has no trigrams here.
inline constexpr uint32_t kCutGram = kTrigrams;
/// Calls f(trigram) for each three bytes.
template <typename F>
void forEachTrigram(std::string_view text, F&& f);

/// Ascending chunk numbers as they are added, packed as differences; packed() gives bits instead where those are
/// shorter (random hexadecimal ids: every trigram in four of ten chunks).
class ChunkList {
public:
    void add(uint32_t chunk); ///< above the last, or equal to it
    bool isEmpty() const { return count_ == 0; }
    std::string packed() const;

private:
    std::string differences_;
    uint32_t next_ = 0, count_ = 0;
};

/// Nothing when it is damaged or names a chunk from `chunks` on.
std::optional<std::vector<uint32_t>> unpackChunkList(std::string_view bytes, uint32_t chunks);

inline uint32_t trigramClass(char c) {
    const auto byte = static_cast<unsigned char>(c);
    const unsigned lower = byte | 0x20U;
    if (lower >= 'a' && lower <= 'z' && byte < 0x80)
        return lower - 'a';
    if (byte >= '0' && byte <= '9')
        return 26 + (byte - '0');
    return 36 + byte % 28;
}

template <typename F>
void forEachTrigram(std::string_view text, F&& f) {
    uint32_t gram = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        gram = (gram << 6 | trigramClass(text[i])) & (kTrigrams - 1);
        if (i >= 2)
            f(gram);
    }
}

} // namespace aisle
