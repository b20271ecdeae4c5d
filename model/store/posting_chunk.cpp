#include "store/posting_chunk.h"

#include "store/string_pool.h"
#include "table/ids.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace aisle {

namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kBits = 1; ///< offsets are one bit a span, each at most once; else differences

struct Header {
    uint8_t version, form, codeBytes, unused;
    uint32_t values, entries, unused2;
    uint64_t checksum;
};
static_assert(sizeof(Header) == 24);

uint64_t seedOf(const Header& header, int64_t id) { return static_cast<uint64_t>(id) ^ (uint64_t(header.entries) << 20) ^ (uint64_t(header.form) << 8 | header.codeBytes); }

void putNumber(std::string& out, uint32_t number) {
    for (; number >= 0x80; number >>= 7)
        out.push_back(static_cast<char>(number | 0x80));
    out.push_back(static_cast<char>(number));
}

bool takeNumber(std::string_view& in, uint32_t& number) {
    uint64_t value = 0;
    for (int shift = 0; shift < 35 && !in.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= uint64_t(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            number = static_cast<uint32_t>(value);
            return value <= 0xffffffffU;
        }
    }
    return false;
}

template <typename T>
void putCodes(std::string& out, const std::vector<uint32_t>& codes) {
    const size_t from = out.size();
    out.resize(from + codes.size() * sizeof(T));
    char* at = out.data() + from;
    for (const uint32_t code : codes) {
        const auto narrow = static_cast<T>(code);
        std::memcpy(at, &narrow, sizeof narrow);
        at += sizeof narrow;
    }
}

template <typename T>
bool takeCodes(std::string_view in, std::vector<uint32_t>& codes, size_t most) {
    const char* at = in.data();
    uint32_t highest = 0;
    for (uint32_t& code : codes) {
        T narrow = 0;
        std::memcpy(&narrow, at, sizeof narrow);
        at += sizeof narrow;
        code = narrow;
        highest = std::max(highest, code);
    }
    return highest <= most;
}

bool takeOffsets(std::string_view& in, bool isBits, PostingChunk& out, size_t entries) {
    out.offsets.resize(entries);
    if (isBits) {
        if (in.size() < kSegmentRows / 8)
            return false;
        size_t n = 0;
        for (uint32_t w = 0; w < kSegmentRows / 64; ++w) {
            uint64_t word = 0;
            std::memcpy(&word, in.data() + w * 8, sizeof word);
            if (n + static_cast<size_t>(std::popcount(word)) > entries)
                return false;
            for (; word != 0; word &= word - 1)
                out.offsets[n++] = static_cast<uint16_t>(w * 64 + static_cast<uint32_t>(std::countr_zero(word)));
        }
        in.remove_prefix(kSegmentRows / 8);
        return n == entries;
    }
    uint64_t last = 0;
    for (size_t i = 0; i < entries; ++i) {
        uint32_t step = 0;
        if (!takeNumber(in, step) || (last += step) >= kSegmentRows)
            return false;
        out.offsets[i] = static_cast<uint16_t>(last);
    }
    return true;
}

} // namespace

std::string pack(const PostingChunk& chunk, int64_t id) {
    std::string out(sizeof(Header), '\0');
    const size_t most = chunk.values.size(); // the highest code
    const bool isBits = chunk.offsets.size() > kSegmentRows / 8 &&
                        std::adjacent_find(chunk.offsets.begin(), chunk.offsets.end()) == chunk.offsets.end();
    const bool isOne = most == 1 && std::all_of(chunk.codes.begin(), chunk.codes.end(), [](uint32_t code) { return code == 0; });
    Header header{kVersion, isBits ? kBits : uint8_t(0), isOne || most == 0 ? uint8_t(0) : most < 256 ? uint8_t(1) : most < 65536 ? uint8_t(2) : uint8_t(4), 0,
                  static_cast<uint32_t>(chunk.values.size()), static_cast<uint32_t>(chunk.offsets.size()), 0, 0};
    uint32_t last = 0;
    for (const uint32_t value : chunk.values) {
        putNumber(out, value - last);
        last = value;
    }
    if (isBits) {
        std::vector<uint64_t> bits(kSegmentRows / 64);
        for (const uint16_t offset : chunk.offsets)
            bits[offset >> 6] |= uint64_t(1) << (offset & 63);
        out.append(reinterpret_cast<const char*>(bits.data()), bits.size() * 8);
    } else {
        uint32_t before = 0;
        for (const uint16_t offset : chunk.offsets) {
            putNumber(out, offset - before);
            before = offset;
        }
    }
    switch (header.codeBytes) {
    case 1: putCodes<uint8_t>(out, chunk.codes); break;
    case 2: putCodes<uint16_t>(out, chunk.codes); break;
    case 4: putCodes<uint32_t>(out, chunk.codes); break;
    default: break;
    }
    header.checksum = hashBytes(std::string_view(out).substr(sizeof header), seedOf(header, id));
    std::memcpy(out.data(), &header, sizeof header);
    return out;
}

std::optional<PostingChunk> unpackPostings(std::string_view bytes, int64_t id) {
    Header header{};
    if (bytes.size() < sizeof header)
        return std::nullopt;
    std::memcpy(&header, bytes.data(), sizeof header);
    bytes.remove_prefix(sizeof header);
    // A number takes a byte at least, so that no more memory is asked for than there are bytes; of bits the entries are bounded.
    if (header.version != kVersion || header.checksum != hashBytes(bytes, seedOf(header, id)) || header.values > bytes.size() ||
        header.entries > std::max<size_t>(bytes.size(), kSegmentRows))
        return std::nullopt;
    PostingChunk out;
    out.values.resize(header.values);
    uint64_t last = 0;
    for (size_t i = 0; i < out.values.size(); ++i) {
        uint32_t step = 0;
        if (!takeNumber(bytes, step) || (step == 0 && i > 0) || (last += step) > 0xffffffffU)
            return std::nullopt;
        out.values[i] = static_cast<uint32_t>(last);
    }
    if (!takeOffsets(bytes, (header.form & kBits) != 0, out, header.entries))
        return std::nullopt;
    out.codes.resize(out.offsets.size());
    if (bytes.size() != out.codes.size() * header.codeBytes)
        return std::nullopt;
    bool isRight = true;
    switch (header.codeBytes) {
    case 0: isRight = header.values <= 1; break;
    case 1: isRight = takeCodes<uint8_t>(bytes, out.codes, out.values.size()); break;
    case 2: isRight = takeCodes<uint16_t>(bytes, out.codes, out.values.size()); break;
    case 4: isRight = takeCodes<uint32_t>(bytes, out.codes, out.values.size()); break;
    default: isRight = false;
    }
    return isRight ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace aisle
