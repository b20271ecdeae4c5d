#include "store/value_chunk.h"

#include <algorithm>

namespace aisle {

namespace {

void appendVarint(std::string& out, uint32_t value) {
    for (; value >= 0x80; value >>= 7)
        out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
}

/// Reads forward; after something impossible it is at its end and not ok.
class VarintReader {
public:
    explicit VarintReader(std::string_view bytes) : left_(bytes) {}
    bool isOk() const { return ok_; }
    bool atEnd() const { return left_.empty(); }

    uint32_t number() {
        uint32_t value = 0;
        for (unsigned shift = 0; shift < 35; shift += 7) {
            if (left_.empty())
                break;
            const auto byte = static_cast<unsigned char>(left_.front());
            left_.remove_prefix(1);
            value |= static_cast<uint32_t>(byte & 0x7fU) << shift;
            if (byte < 0x80)
                return value;
        }
        fail();
        return 0;
    }
    std::string_view bytes(size_t size) {
        if (size > left_.size()) {
            fail();
            return {};
        }
        const std::string_view out = left_.substr(0, size);
        left_.remove_prefix(size);
        return out;
    }

private:
    void fail() {
        ok_ = false;
        left_ = {};
    }
    std::string_view left_;
    bool ok_ = true;
};

constexpr char kDifferences = 0, kBits = 1;

} // namespace

std::string indexedForm(std::string_view value) {
    std::string out(value.substr(0, kIndexedBytes));
    if (value.size() > kIndexedBytes)
        out.push_back(kCutMark);
    return out;
}

size_t ChunkBuilder::add(std::string_view value, std::span<const Row> rows) {
    constexpr size_t kRowBytes = 5; // the longest varint
    // A value needs room for itself and a few rows at least; an empty chunk has that for any value.
    if (count_ == kChunkValues || (count_ > 0 && bytes_.size() + value.size() + 8 * kRowBytes > kChunkBytes))
        return 0;
    const auto shared = static_cast<size_t>(std::mismatch(value.begin(), value.end(), last_.begin(), last_.end()).first - value.begin());
    appendVarint(bytes_, static_cast<uint32_t>(shared));
    appendVarint(bytes_, static_cast<uint32_t>(value.size() - shared));
    bytes_.append(value.substr(shared));
    std::string packed;
    size_t taken = 0;
    for (Row last = base_; taken < rows.size() && bytes_.size() + packed.size() + 2 * kRowBytes <= kChunkBytes; last = rows[taken++])
        appendVarint(packed, rows[taken] - last);
    appendVarint(bytes_, static_cast<uint32_t>(taken));
    bytes_.append(packed);
    if (count_++ == 0)
        first_ = value;
    last_ = value;
    return taken;
}

void ChunkBuilder::clear() {
    count_ = 0;
    bytes_.clear();
    first_.clear();
    last_.clear();
}

std::optional<std::vector<ValueEntry>> unpackChunk(std::string_view bytes, Row base, Row end) {
    std::vector<ValueEntry> entries;
    VarintReader in(bytes);
    while (!in.atEnd()) {
        const size_t shared = in.number(), fresh = in.number();
        const std::string_view last = entries.empty() ? std::string_view() : entries.back().value;
        if (shared > last.size() || shared + fresh > kIndexedBytes + 1)
            return std::nullopt;
        ValueEntry entry;
        entry.value = last.substr(0, shared);
        entry.value += in.bytes(fresh);
        Row row = base;
        for (uint32_t n = in.number(); n > 0 && in.isOk(); --n) {
            const uint32_t step = in.number();
            if (step >= end - row) // also where the sum would run over
                return std::nullopt;
            row += step;
            entry.rows.push_back(row);
        }
        entries.push_back(std::move(entry));
    }
    if (!in.isOk())
        return std::nullopt;
    return entries;
}

void ChunkList::add(uint32_t chunk) {
    if (count_ > 0 && chunk + 1 == next_)
        return;
    appendVarint(differences_, chunk - next_);
    next_ = chunk + 1;
    ++count_;
}

std::string ChunkList::packed() const {
    const size_t bitBytes = (static_cast<size_t>(next_) + 7) / 8;
    if (differences_.size() <= bitBytes)
        return kDifferences + differences_;
    std::string bits(bitBytes + 1, '\0');
    bits[0] = kBits;
    VarintReader in(differences_);
    for (uint32_t chunk = 0; !in.atEnd(); ++chunk) {
        chunk += in.number();
        bits[1 + chunk / 8] = static_cast<char>(static_cast<unsigned char>(bits[1 + chunk / 8]) | 1U << (chunk % 8));
    }
    return bits;
}

std::optional<std::vector<uint32_t>> unpackChunkList(std::string_view bytes, uint32_t chunks) {
    std::vector<uint32_t> out;
    if (bytes.empty())
        return std::nullopt;
    const char form = bytes.front();
    bytes.remove_prefix(1);
    if (form == kBits) {
        for (size_t i = 0; i < bytes.size(); ++i)
            for (unsigned bit = 0; bit < 8; ++bit)
                if ((static_cast<unsigned char>(bytes[i]) >> bit & 1U) != 0)
                    out.push_back(static_cast<uint32_t>(i * 8 + bit));
        if (!out.empty() && out.back() >= chunks)
            return std::nullopt;
        return out;
    }
    VarintReader in(bytes);
    for (uint64_t next = 0; !in.atEnd(); ++next) {
        next += in.number();
        if (next >= chunks)
            return std::nullopt;
        out.push_back(static_cast<uint32_t>(next));
    }
    if (form != kDifferences || !in.isOk())
        return std::nullopt;
    return out;
}

} // namespace aisle
