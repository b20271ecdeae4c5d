#pragma once
// A set of span rows or of traces: plain bits. 5 M rows are 625 kB; and/or/count run at memory speed, which
// measures better here than compressed bitmaps for sets that hold more than one row in a hundred.

#include "table/span_table.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace aisle {

/// Bits 0..size-1.
class BitSet {
public:
    BitSet() = default;
    explicit BitSet(size_t size, bool value = false)
        : words_((size + 63) / 64, value ? ~uint64_t(0) : 0), size_(size) {
        trim();
    }
    size_t size() const { return size_; }
    bool operator[](size_t i) const { return (words_[i >> 6] >> (i & 63) & 1) != 0; }
    void set(size_t i) { words_[i >> 6] |= uint64_t(1) << (i & 63); }
    void reset(size_t i) { words_[i >> 6] &= ~(uint64_t(1) << (i & 63)); }
    size_t count() const {
        size_t n = 0;
        for (const uint64_t word : words_)
            n += static_cast<size_t>(std::popcount(word));
        return n;
    }
    BitSet& operator&=(const BitSet& other) {
        for (size_t i = 0; i < words_.size(); ++i)
            words_[i] &= i < other.words_.size() ? other.words_[i] : 0;
        return *this;
    }
    BitSet& operator|=(const BitSet& other) {
        for (size_t i = 0; i < words_.size() && i < other.words_.size(); ++i)
            words_[i] |= other.words_[i];
        trim();
        return *this;
    }
    BitSet& operator-=(const BitSet& other) {
        for (size_t i = 0; i < words_.size() && i < other.words_.size(); ++i)
            words_[i] &= ~other.words_[i];
        return *this;
    }
    bool any() const {
        return std::any_of(words_.begin(), words_.end(), [](uint64_t word) { return word != 0; });
    }
    /// Sets every bit for which f(i) is true, and no other.
    template <typename F>
    void setWhere(F&& f) {
        for (size_t w = 0; w < words_.size(); ++w)
            words_[w] = wordWhere(w, f);
    }
    /// The same among the bits of another set of this size.
    template <typename F>
    void setWhere(const BitSet& among, F&& f) {
        constexpr int kFew = 12; // then asking for each is cheaper than for all 64 in a row
        for (size_t w = 0; w < words_.size(); ++w) {
            const uint64_t mask = among.words_[w];
            if (std::popcount(mask) > kFew) {
                words_[w] = wordWhere(w, f) & mask;
                continue;
            }
            words_[w] = 0;
            for (uint64_t word = mask; word != 0; word &= word - 1)
                if (f(w * 64 + static_cast<size_t>(std::countr_zero(word))))
                    words_[w] |= word & (~word + 1);
        }
    }
    bool operator==(const BitSet&) const = default;
    /// In how many bits two sets of one size differ, and f(bit, whether it is in this one) for each of them.
    size_t differences(const BitSet& other) const {
        size_t n = 0;
        for (size_t i = 0; i < words_.size(); ++i)
            n += static_cast<size_t>(std::popcount(words_[i] ^ other.words_[i]));
        return n;
    }
    template <typename F>
    void forEachDifference(const BitSet& other, F&& f) const {
        for (size_t w = 0; w < words_.size(); ++w)
            for (uint64_t word = words_[w] ^ other.words_[w]; word != 0; word &= word - 1) {
                const size_t bit = w * 64 + static_cast<size_t>(std::countr_zero(word));
                f(bit, (*this)[bit]);
            }
    }
    template <typename F>
    void forEach(F&& f) const {
        for (size_t w = 0; w < words_.size(); ++w)
            for (uint64_t word = words_[w]; word != 0; word &= word - 1)
                f(w * 64 + static_cast<size_t>(std::countr_zero(word)));
    }

private:
    template <typename F>
    uint64_t wordWhere(size_t w, F&& f) const {
        const size_t from = w * 64, n = std::min<size_t>(64, size_ - from);
        uint64_t word = 0;
        for (size_t i = 0; i < n; ++i)
            word |= uint64_t(f(from + i) ? 1 : 0) << i;
        return word;
    }
    void trim() {
        if (size_ % 64 != 0)
            words_.back() &= (uint64_t(1) << (size_ % 64)) - 1;
    }
    std::vector<uint64_t> words_;
    size_t size_ = 0;
};

/// Rows of a table, by segment.
class RowSet {
public:
    RowSet() = default;
    explicit RowSet(const SpanTable& table) {
        segments_.reserve(table.segmentCount());
        for (uint32_t i = 0; i < table.segmentCount(); ++i)
            segments_.emplace_back(table.hasSegment(i) ? table.segmentAt(i).rows() : 0);
    }
    bool operator[](Row row) const {
        return row >> 16 < segments_.size() && (row & 0xffff) < segments_[row >> 16].size() &&
               segments_[row >> 16][row & 0xffff];
    }
    void set(Row row) { segments_[row >> 16].set(row & 0xffff); }
    void reset(Row row) { segments_[row >> 16].reset(row & 0xffff); }
    RowSet& operator&=(const RowSet& other) { return each(other, [](BitSet& a, const BitSet& b) { a &= b; }); }
    RowSet& operator|=(const RowSet& other) { return each(other, [](BitSet& a, const BitSet& b) { a |= b; }); }
    RowSet& operator-=(const RowSet& other) { return each(other, [](BitSet& a, const BitSet& b) { a -= b; }); }
    bool any() const {
        return std::any_of(segments_.begin(), segments_.end(), [](const BitSet& segment) { return segment.any(); });
    }
    BitSet& segment(uint32_t number) { return segments_[number]; }
    const BitSet& segment(uint32_t number) const { return segments_[number]; }
    size_t count() const {
        size_t n = 0;
        for (const BitSet& segment : segments_)
            n += segment.count();
        return n;
    }
    template <typename F>
    void forEach(F&& f) const {
        for (size_t number = 0; number < segments_.size(); ++number)
            segments_[number].forEach([&](size_t i) { f(static_cast<Row>(number << 16 | i)); });
    }
    bool operator==(const RowSet&) const = default;

private:
    /// Both are of one table.
    template <typename F>
    RowSet& each(const RowSet& other, F&& f) {
        for (size_t i = 0; i < segments_.size() && i < other.segments_.size(); ++i)
            f(segments_[i], other.segments_[i]);
        return *this;
    }
    std::vector<BitSet> segments_;
};

} // namespace aisle
