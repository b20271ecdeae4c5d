#pragma once
// Contexts by the raw text they were read from: what is known costs one comparison or one lookup instead of
// parsing it and asking the sink.

#include "store/span_sink.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace aisle {

/// Parts of a key, each with its length in front: a part may hold any separator.
inline void appendKeyPart(std::string& key, std::string_view part) {
    key += std::to_string(part.size());
    key += ':';
    key += part;
}

/// A resource is kept with each context that has it. Together they may take 1 GB and eight times what was read: a
/// stranger's resource of 1 MB may have a million scopes.
class ContextBudget {
public:
    static constexpr std::string_view kSpent = "a resource left out: with their contexts they take more than 1 GB";

    void given(size_t bytes) { m_given += bytes; }
    /// False: a context of so many bytes is too much.
    bool take(size_t bytes) {
        m_made += bytes;
        return m_made <= (1U << 30) + 8 * m_given;
    }

    /// A resource that is too much: its service is what it must not lose.
    static void onlyService(Attributes& resource) {
        std::erase_if(resource, [](const Attribute& attribute) { return attribute.key != "service.name"; });
    }

private:
    uint64_t m_given = 0, m_made = 0;
};

class ContextCache {
public:
    /// The handle of `key`, made by `make()` when it is new.
    template <typename Make>
    ContextHandle get(const std::string& key, Make&& make) {
        if (m_lastSet && key == m_lastKey)
            return m_last;
        const auto found = m_known.find(key);
        if (found != m_known.end()) {
            m_last = found->second;
        } else {
            m_last = make();
            // A file whose every span has a resource of its own must not fill the memory with keys.
            if (m_bytes > kBytes) {
                m_known.clear();
                m_bytes = 0;
            }
            m_bytes += key.size() + 64;
            m_known.emplace(key, m_last);
        }
        m_lastKey = key;
        m_lastSet = true;
        return m_last;
    }

private:
    static constexpr size_t kBytes = 64U << 20;
    std::unordered_map<std::string, ContextHandle> m_known;
    std::string m_lastKey;
    ContextHandle m_last = 0;
    bool m_lastSet = false;
    size_t m_bytes = 0;
};

} // namespace aisle
