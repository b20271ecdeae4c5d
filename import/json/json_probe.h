#pragma once
// What the head of a JSON input looks like: its key paths, for format detection. Structural, so that a key
// name inside a string or an attribute does not make a format.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

class JsonProbe {
public:
    /// Walks the head (which may end anywhere); at most kLevels deep and kPaths paths.
    explicit JsonProbe(std::string_view head);

    bool isJson() const { return m_isJson; }
    /// Whether a path was seen: keys joined by '.', "[]" for array elements, arrays around documents left
    /// out: "data[].spans[].traceID".
    bool has(std::string_view path) const { return m_paths.find(path) != m_paths.end(); }
    /// First byte of the path's first value other than null ('{', '[', '"', a digit, ...); 0 when unseen.
    char valueAt(std::string_view path) const;
    /// Own keys of the documents, in order of appearance; at most 16.
    const std::vector<std::string>& topKeys() const { return m_topKeys; }

    static constexpr size_t kLevels = 12;
    static constexpr size_t kPaths = 2000;

private:
    friend class ProbeHandler;
    std::map<std::string, char, std::less<>> m_paths;
    std::vector<std::string> m_topKeys;
    bool m_isJson = false;
};

} // namespace aisle
