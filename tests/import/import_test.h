#pragma once
// What the import tests share: running an importer over bytes, sources that give few bytes at a time, and
// the folder of real files.

#include <QtTest/QtTest>

#include "importer.h"
#include "input/byte_source.h"
#include "recording_sink.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace aisle {

/// Gives at most `step` bytes per read.
class SlowSource : public ByteSource {
public:
    SlowSource(std::string bytes, size_t step) : m_bytes(std::move(bytes)), m_step(step) {}
    size_t read(char* buffer, size_t size) override {
        const size_t got = std::min({size, m_step, m_bytes.size() - m_position});
        std::memcpy(buffer, m_bytes.data() + m_position, got);
        m_position += got;
        return got;
    }

private:
    std::string m_bytes;
    size_t m_step, m_position = 0;
};

inline const Format* formatNamed(std::string_view id) {
    for (const Format& format : formats())
        if (format.id == id)
            return &format;
    return nullptr;
}

/// For tst_export_round_trip, which sets the folder and runs the other tests for what they read: the first of each test
/// function, as some go over hundreds of beginnings of one text.
inline void keepSample(std::string_view id, const std::string& bytes) {
    const char* const folder = std::getenv("AISLE_SAMPLES");
    static std::map<std::string, int> counts;
    const std::string function = QTest::currentTestFunction() != nullptr ? QTest::currentTestFunction() : "";
    if (folder == nullptr || bytes.size() > 100'000 || ++counts[function] > 20)
        return;
    const std::string name = std::string(id) + "-" + function + std::to_string(counts[function]);
    std::ofstream(std::filesystem::path(folder) / name, std::ios::binary) << bytes;
}

inline RecordingSink importBytes(std::string_view id, std::string bytes, ImportLimits limits = {}) {
    RecordingSink sink;
    keepSample(id, bytes);
    const auto source = memorySource(std::move(bytes));
    formatNamed(id)->create()->run(*source, sink, limits);
    return sink;
}

/// JSON written with apostrophes: json("{'a':1}"). (moc 6.4 stumbles over raw strings with quotes.)
inline std::string json(std::string text) {
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

/// What OpenTelemetry called the tag of an instrumentation scope while scopes were called libraries.
inline std::string formerScopeTag(std::string_view part) { return std::string("otel.") + "library." + std::string(part); }

inline std::string readFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The real files: $AISLE_TRACES, or shared/traces beside the source; empty when there are none.
inline std::filesystem::path traceFolder() {
    const char* const named = std::getenv("AISLE_TRACES");
    const std::filesystem::path folder =
        named ? std::filesystem::path(named) : std::filesystem::path(AISLE_SOURCE_DIR) / "../shared/traces";
    return std::filesystem::exists(folder / "MANIFEST.tsv") ? folder : std::filesystem::path();
}

} // namespace aisle
