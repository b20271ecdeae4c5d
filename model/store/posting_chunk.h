#pragma once
// Which spans of one segment have a key, and with which values: packed as it is kept in the workspace. Everything that is
// read is checked: a workspace may come from a stranger.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

struct PostingChunk {
    std::vector<uint32_t> values;  ///< attribute.id, ascending
    std::vector<uint16_t> offsets; ///< of spans in the segment, ascending; one twice when a span has the key twice
    std::vector<uint32_t> codes;   ///< by entry: place in `values`; values.size(): the value is kept with the span

    bool isEmpty() const { return offsets.empty(); }
    bool operator==(const PostingChunk&) const = default;
};

/// For dense keys a bit and one or two bytes a span: 1.1 bytes a span and key in the demo shop.
/// `id`: whose it is, so that it is not taken for another's.
std::string pack(const PostingChunk& chunk, int64_t id);
/// Nothing when it is damaged, another's or of another version.
std::optional<PostingChunk> unpackPostings(std::string_view bytes, int64_t id);

} // namespace aisle
