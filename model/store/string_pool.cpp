#include "store/string_pool.h"

#include <algorithm>
#include <cstring>

namespace aisle {

namespace {

uint64_t mix(uint64_t a, uint64_t b) {
    const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t load(const char* p, size_t n) {
    uint64_t word = 0;
    std::memcpy(&word, p, n);
    return word;
}

} // namespace

uint64_t hashBytes(std::string_view bytes, uint64_t seed) {
    constexpr uint64_t k0 = 0x9e3779b97f4a7c15ULL, k1 = 0xd6e8feb86659fd93ULL;
    uint64_t hash = seed ^ mix(bytes.size() + k0, k1);
    const char* p = bytes.data();
    size_t left = bytes.size();
    for (; left > 16; p += 16, left -= 16)
        hash = mix(load(p, 8) ^ k0, load(p + 8, 8) ^ hash);
    if (left > 8)
        hash = mix(load(p, 8) ^ k1, load(p + left - 8, 8) ^ hash);
    else if (left > 0)
        hash = mix(load(p, left) ^ k1, hash ^ k0);
    return mix(hash, k1);
}

StringPool::Found StringPool::insert(std::string_view bytes) {
    if (entries_.size() * 2 >= slots_.size())
        grow();
    const uint64_t hash = hashBytes(bytes);
    const auto tag = static_cast<uint32_t>(hash >> 32);
    const size_t mask = slots_.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        Slot& slot = slots_[i];
        if (slot.id == kEmpty) {
            slot = {tag, static_cast<uint32_t>(entries_.size())};
            entries_.push_back(keep(bytes));
            return {slot.id, true};
        }
        if (slot.tag == tag && entries_[slot.id] == bytes)
            return {slot.id, false};
    }
}

uint32_t StringPool::append(std::string_view bytes) {
    if (const auto found = insert(bytes); found.isNew)
        return found.id;
    entries_.push_back(keep(bytes));
    return size() - 1;
}

uint32_t StringPool::find(std::string_view bytes) const {
    if (slots_.empty())
        return kEmpty;
    const uint64_t hash = hashBytes(bytes);
    const auto tag = static_cast<uint32_t>(hash >> 32);
    const size_t mask = slots_.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        const Slot& slot = slots_[i];
        if (slot.id == kEmpty)
            return kEmpty;
        if (slot.tag == tag && entries_[slot.id] == bytes)
            return slot.id;
    }
}

std::string_view StringPool::keep(std::string_view bytes) {
    constexpr size_t kChunk = 256 * 1024;
    if (arenaSize_ - arenaUsed_ < bytes.size() || arena_.empty()) {
        arenaSize_ = std::max(kChunk, bytes.size());
        arena_.push_back(std::make_unique_for_overwrite<char[]>(arenaSize_));
        arenaUsed_ = 0;
    }
    char* to = arena_.back().get() + arenaUsed_;
    if (!bytes.empty())
        std::memcpy(to, bytes.data(), bytes.size());
    arenaUsed_ += bytes.size();
    bytes_ += bytes.size();
    return {to, bytes.size()};
}

void StringPool::grow() {
    std::vector<Slot> bigger(std::max<size_t>(1024, slots_.size() * 2));
    const size_t mask = bigger.size() - 1;
    for (uint32_t id = 0; id < entries_.size(); ++id) {
        const uint64_t hash = hashBytes(entries_[id]);
        const auto tag = static_cast<uint32_t>(hash >> 32);
        size_t i = hash & mask;
        bool known = false; // a second number for the same bytes (append) stays out of the table
        while (bigger[i].id != kEmpty && !known) {
            known = bigger[i].tag == tag && entries_[bigger[i].id] == entries_[id];
            i = (i + 1) & mask;
        }
        if (!known)
            bigger[i] = {tag, id};
    }
    slots_.swap(bigger);
}

} // namespace aisle
