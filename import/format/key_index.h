#pragma once
// Where a key is in a list that grows: short lists are searched, longer ones, which only a stranger's records have,
// are looked up, so that a record of a million keys is not compared with itself.

#include <string>
#include <string_view>
#include <unordered_map>

namespace aisle {

/// `List`: a vector of elements with a `key`. It may only grow meanwhile, and its keys stay.
template <typename List> class KeyIndex {
public:
    static constexpr size_t kSearched = 64;

    explicit KeyIndex(const List& list) : m_list(list) {}

    /// The first element with that key; the list's size when there is none.
    size_t find(std::string_view key) {
        if (m_list.size() <= kSearched) {
            size_t i = 0;
            while (i < m_list.size() && m_list[i].key != key)
                ++i;
            return i;
        }
        for (; m_seen < m_list.size(); ++m_seen)
            m_at.try_emplace(std::string(m_list[m_seen].key), m_seen);
        const auto found = m_at.find(std::string(key));
        return found == m_at.end() ? m_list.size() : found->second;
    }

private:
    const List& m_list;
    std::unordered_map<std::string, size_t> m_at;
    size_t m_seen = 0;
};

} // namespace aisle
