#pragma once

#include <cstdint>
#include <queue>
#include <utility>
#include <vector>

#include "demo/latency.h"

namespace aisle::demo {

// What is to happen later, earliest first; items of one moment in the order they were added. The
// items stay in place while the heap moves its small entries.
template <typename Item>
class Agenda {
public:
    bool empty() const { return heap_.empty(); }
    Nanos nextAt() const { return heap_.top().at; }

    void add(Nanos at, Item item) {
        uint32_t slot = 0;
        if (free_.empty()) {
            slot = static_cast<uint32_t>(items_.size());
            items_.push_back(std::move(item));
        } else {
            slot = free_.back();
            free_.pop_back();
            items_[slot] = std::move(item);
        }
        heap_.push({at, added_++, slot});
    }

    Item take() {
        const uint32_t slot = heap_.top().slot;
        heap_.pop();
        free_.push_back(slot);
        return std::move(items_[slot]);
    }

private:
    struct Entry {
        Nanos at;
        uint64_t added;
        uint32_t slot;

        bool operator<(const Entry& other) const // std::priority_queue gives the largest first
        {
            return at != other.at ? at > other.at : added > other.added;
        }
    };

    std::priority_queue<Entry> heap_;
    std::vector<Item> items_;
    std::vector<uint32_t> free_;
    uint64_t added_ = 0;
};

} // namespace aisle::demo
