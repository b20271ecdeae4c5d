#include "table/segment.h"

#include "store/string_pool.h"

#include <cstring>
#include <type_traits>

namespace aisle {

namespace {

constexpr uint32_t kChunkVersion = 1;
constexpr uint32_t kChunkMagic = 0x31524153; // "SAR1"

struct Header {
    uint32_t magic, version, rows, links;
    uint64_t checksum;
};
static_assert(sizeof(Header) == 24 && sizeof(SpanLink) == 32);

template <typename T>
void put(std::string& out, const std::vector<T>& column) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (!column.empty())
        out.append(reinterpret_cast<const char*>(column.data()), column.size() * sizeof(T));
}

template <typename T>
bool take(std::string_view& in, std::vector<T>& column, size_t count) {
    if (in.size() < count * sizeof(T))
        return false;
    column.resize(count);
    if (count > 0)
        std::memcpy(column.data(), in.data(), count * sizeof(T));
    in.remove_prefix(count * sizeof(T));
    return true;
}

void seal(std::string& chunk, uint32_t magic, uint32_t rows, size_t links) {
    Header header{magic, kChunkVersion, rows, static_cast<uint32_t>(links), 0};
    header.checksum = hashBytes(std::string_view(chunk).substr(sizeof header), rows);
    std::memcpy(chunk.data(), &header, sizeof header);
}

bool open(std::string_view& chunk, uint32_t magic, Header& header) {
    if (chunk.size() < sizeof header)
        return false;
    std::memcpy(&header, chunk.data(), sizeof header);
    chunk.remove_prefix(sizeof header);
    return header.magic == magic && header.version == kChunkVersion && header.rows <= kSegmentRows &&
           header.checksum == hashBytes(chunk, header.rows);
}

} // namespace

void Segment::reserve(size_t rows) {
    start.reserve(rows);
    duration.reserve(rows);
    id.reserve(rows);
    parentId.reserve(rows);
    trace.reserve(rows);
    context.reserve(rows);
    name.reserve(rows);
    kind.reserve(rows);
    status.reserve(rows);
    flags.reserve(rows);
    attributeCount.reserve(rows);
}

void DerivedSegment::resize(uint32_t rows, size_t links) {
    parent.resize(rows, kNoRow);
    depth.resize(rows);
    selfTime.resize(rows);
    flags.resize(rows);
    linkTarget.resize(links, kNoRow);
}

std::string toChunk(const Segment& s) {
    std::string out(sizeof(Header), '\0');
    put(out, s.start);
    put(out, s.duration);
    put(out, s.id);
    put(out, s.parentId);
    put(out, s.trace);
    put(out, s.context);
    put(out, s.name);
    put(out, s.kind);
    put(out, s.status);
    put(out, s.flags);
    put(out, s.attributeCount);
    for (const SpanLink& link : s.links) { // field by field: padding bytes would be indeterminate
        const uint64_t fields[4] = {link.offset, link.trace.high, link.trace.low, link.span};
        out.append(reinterpret_cast<const char*>(fields), sizeof fields);
    }
    seal(out, kChunkMagic, s.rows(), s.links.size());
    return out;
}

std::shared_ptr<Segment> segmentFromChunk(std::string_view chunk) {
    Header header{};
    if (!open(chunk, kChunkMagic, header))
        return nullptr;
    auto s = std::make_shared<Segment>();
    const size_t n = header.rows;
    if (!take(chunk, s->start, n) || !take(chunk, s->duration, n) || !take(chunk, s->id, n) ||
        !take(chunk, s->parentId, n) || !take(chunk, s->trace, n) || !take(chunk, s->context, n) ||
        !take(chunk, s->name, n) || !take(chunk, s->kind, n) || !take(chunk, s->status, n) ||
        !take(chunk, s->flags, n) || !take(chunk, s->attributeCount, n) || chunk.size() != header.links * 32ULL)
        return nullptr;
    s->links.reserve(header.links);
    for (uint32_t i = 0; i < header.links; ++i) {
        uint64_t fields[4];
        std::memcpy(fields, chunk.data() + i * sizeof fields, sizeof fields);
        if (fields[0] >= n)
            return nullptr;
        s->links.push_back({static_cast<uint32_t>(fields[0]), {fields[1], fields[2]}, fields[3]});
    }
    return s;
}

} // namespace aisle
