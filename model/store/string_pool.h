#pragma once
// Bytes to small numbers: an arena and an open-addressing table. About 40 ns a hit on 20-byte keys, where
// std::unordered_map<std::string> needs 90 ns and an allocation per entry.
//
// Not thread-safe. Ids are consecutive from 0; the bytes of an id stay where they are.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace aisle {

/// A 64-bit hash of bytes (multiply-mix over 8-byte words); for tables in memory, never stored.
uint64_t hashBytes(std::string_view bytes, uint64_t seed = 0);

class StringPool {
public:
    struct Found {
        uint32_t id;
        bool isNew;
    };
    Found insert(std::string_view bytes);
    /// A new number for the bytes even where they already have one (which find() keeps giving).
    uint32_t append(std::string_view bytes);
    /// Number of the bytes, or nothing (0xffffffff).
    uint32_t find(std::string_view bytes) const;
    std::string_view operator[](uint32_t id) const { return entries_[id]; }
    uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
    uint64_t bytes() const { return bytes_; }
    /// What it takes in memory, about: the bytes, and 32 for an entry and its share of the table.
    uint64_t memory() const { return bytes_ + 32ULL * entries_.size(); }

private:
    struct Slot {
        uint32_t tag = 0; // upper half of the hash
        uint32_t id = kEmpty;
    };
    static constexpr uint32_t kEmpty = 0xffffffffU;
    std::string_view keep(std::string_view bytes);
    void grow();

    std::vector<Slot> slots_;
    std::vector<std::string_view> entries_;
    std::vector<std::unique_ptr<char[]>> arena_;
    size_t arenaUsed_ = 0, arenaSize_ = 0;
    uint64_t bytes_ = 0;
};

} // namespace aisle
