// Archives and compressed files, nested: what comes out does not depend on how it is read, is bounded, and a damaged
// member costs itself.

#include "fuzz.h"
#include "input/byte_source.h"
#include "temporary_file.h"
#include "text/utf8.h"

#include <algorithm>

namespace aisle::fuzz {

namespace {

constexpr uint64_t kBytes = 1 << 20;

/// All members of the file, each with its content or the reason why it has none.
std::string read(const std::filesystem::path& path, size_t packed, size_t bufferBytes, bool half) {
    std::string transcript, buffer(bufferBytes, '\0');
    uint64_t total = 0;
    ImportProgress progress;
    try {
        const auto input = openInput(path, progress, kBytes);
        for (size_t count = 0; auto member = input->next(); ++count) {
            require(isUtf8(member->name) && !member->name.empty(), "a member has a name that is text");
            transcript += member->name + " [" + member->container + "]: ";
            try {
                // Whoever is not interested in a member leaves it half read.
                uint64_t wanted = half && count % 2 == 0 ? 100 : UINT64_MAX;
                while (wanted > 0) {
                    const size_t got = member->source->read(buffer.data(), static_cast<size_t>(std::min<uint64_t>(buffer.size(), wanted)));
                    if (got == 0)
                        break;
                    require(got <= buffer.size(), "no more is read than was asked for");
                    wanted -= got;
                    total += got;
                    if (transcript.size() < 4 << 20)
                        transcript.append(buffer, 0, got);
                }
            } catch (const ImportError& error) {
                transcript += error.what();
            }
            transcript += '\n';
        }
    } catch (const ImportError& error) {
        transcript += error.what();
    }
    require(total <= std::max(kBytes, kUnpackRatio * packed) + bufferBytes + packed, "what comes out is bounded");
    return transcript;
}

} // namespace

void input(std::string_view data) {
    static const TemporaryFile file("input");
    file.write(data);
    const bool half = dice(data, 1) % 2 != 0;
    requireSame(read(file.path(), data.size(), 64 * 1024, half), read(file.path(), data.size(), 1 + dice(data, 2) % 5000, half),
                "the same file gives the same members, however they are read");
}

} // namespace aisle::fuzz
