#include "json/json_probe.h"

#include "json/json_splitter.h"

#include <algorithm>

namespace aisle {

class ProbeHandler : public JsonHandler {
public:
    explicit ProbeHandler(JsonProbe& probe) : m_probe(probe) {}

    JsonTake classify(JsonSplitter&, std::string_view key, char first, size_t level) override {
        const bool container = first == '{' || first == '[';
        if (level == 0 && container)
            m_probe.m_isJson = true;
        const std::string path = child(key);
        if (!path.empty() && !path.ends_with("[]")) {
            if (m_probe.m_paths.size() < JsonProbe::kPaths || m_probe.has(path)) {
                char& seen = m_probe.m_paths[path];
                if (seen == '\0' || seen == 'n')
                    seen = first;
            }
            if (path == key && m_probe.m_topKeys.size() < 16 &&
                std::find(m_probe.m_topKeys.begin(), m_probe.m_topKeys.end(), key) == m_probe.m_topKeys.end())
                m_probe.m_topKeys.emplace_back(key);
        }
        return container && level < JsonProbe::kLevels ? JsonTake::Descend : JsonTake::Skip;
    }

    void enter(std::string_view key, char bracket, size_t) override {
        m_open.push_back({m_path.size(), bracket == '['});
        m_path = m_open.size() == 1 ? std::string() : childOf(m_open[m_open.size() - 2].isArray, key);
    }

    void leave(size_t) override {
        const Level level = m_open.back();
        m_open.pop_back();
        // The parent's path is a prefix of the child's.
        m_path.resize(std::min(level.parentLength, m_path.size()));
    }

    void value(std::string_view, const JsonSlice&, size_t) override {}
    void problem(std::string_view, uint64_t) override {}

private:
    struct Level {
        size_t parentLength;
        bool isArray;
    };

    std::string child(std::string_view key) const {
        return m_open.empty() ? std::string() : childOf(m_open.back().isArray, key);
    }

    std::string childOf(bool inArray, std::string_view key) const {
        if (m_path.empty()) // arrays around documents leave no trace
            return inArray ? std::string() : std::string(key);
        std::string path = m_path;
        if (inArray) {
            path += "[]";
        } else {
            path += '.';
            path += key;
        }
        return path;
    }

    JsonProbe& m_probe;
    std::string m_path;
    std::vector<Level> m_open;
};

JsonProbe::JsonProbe(std::string_view head) {
    ProbeHandler handler(*this);
    const auto source = memorySource(std::string(head));
    JsonSplitter(*source, handler, 1U << 20).run();
}

char JsonProbe::valueAt(std::string_view path) const {
    const auto found = m_paths.find(path);
    return found == m_paths.end() ? '\0' : found->second;
}

} // namespace aisle
