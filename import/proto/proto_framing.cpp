#include "proto/proto_framing.h"

namespace aisle {

FrameHeader readVarint(std::string_view bytes) {
    FrameHeader header;
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size() && i < 10; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        value |= static_cast<uint64_t>(byte & 0x7fU) << (7 * i);
        if ((byte & 0x80U) == 0) {
            header.size = i + 1;
            header.length = value;
            return header;
        }
    }
    return header;
}

FrameHeader frameHeader(ProtoFraming framing, std::string_view bytes) {
    FrameHeader header;
    switch (framing) {
    case ProtoFraming::BigEndian32:
        if (bytes.size() >= 4) {
            header.size = 4;
            for (size_t i = 0; i < 4; ++i)
                header.length = header.length << 8 | static_cast<unsigned char>(bytes[i]);
        }
        break;
    case ProtoFraming::LittleEndian64:
        if (bytes.size() >= 8) {
            header.size = 8;
            for (size_t i = 8; i-- > 0;)
                header.length = header.length << 8 | static_cast<unsigned char>(bytes[i]);
        }
        break;
    case ProtoFraming::Varint: return readVarint(bytes);
    default: break;
    }
    return header;
}

std::string_view framingName(ProtoFraming framing) {
    switch (framing) {
    case ProtoFraming::Raw: return "one message";
    case ProtoFraming::BigEndian32: return "messages with 32-bit big-endian lengths";
    case ProtoFraming::LittleEndian64: return "messages with 64-bit little-endian lengths";
    case ProtoFraming::Varint: return "messages with varint lengths";
    default: return "no framing";
    }
}

namespace {

struct Field {
    uint32_t number = 0;
    uint32_t wire = 0;
    uint64_t length = 0;      ///< of wire type 2
    std::string_view content; ///< of wire type 2; shorter than `length` at the end of the head
};

/// Walks one message's fields; stops quietly where the head ends.
class Fields {
public:
    explicit Fields(std::string_view bytes, bool mayBeCut) : m_left(bytes), m_cut(mayBeCut) {}

    bool next(Field& field) {
        if (m_left.empty() || m_bad)
            return false;
        const FrameHeader tag = readVarint(m_left);
        if (tag.size == 0)
            return end();
        field.number = static_cast<uint32_t>(tag.length >> 3);
        field.wire = static_cast<uint32_t>(tag.length & 7);
        if (field.number == 0 || tag.length > UINT32_MAX)
            return bad();
        m_left.remove_prefix(tag.size);
        field.content = {};
        field.length = 0;
        switch (field.wire) {
        case 0: {
            const FrameHeader value = readVarint(m_left);
            if (value.size == 0)
                return end();
            m_left.remove_prefix(value.size);
            return true;
        }
        case 1: return fixed(8);
        case 5: return fixed(4);
        case 2: {
            const FrameHeader length = readVarint(m_left);
            if (length.size == 0)
                return end();
            m_left.remove_prefix(length.size);
            field.length = length.length;
            if (length.length > m_left.size()) {
                if (!m_cut)
                    return bad();
                field.content = m_left;
                m_left = {};
            } else {
                field.content = m_left.substr(0, static_cast<size_t>(length.length));
                m_left.remove_prefix(static_cast<size_t>(length.length));
            }
            return true;
        }
        default: return bad();
        }
    }
    bool isBad() const { return m_bad; }

private:
    bool fixed(size_t size) {
        if (m_left.size() < size)
            return end();
        m_left.remove_prefix(size);
        return true;
    }
    bool end() {
        m_left = {};
        return m_cut ? false : bad();
    }
    bool bad() {
        m_bad = true;
        return false;
    }

    std::string_view m_left;
    bool m_cut, m_bad = false;
};

struct Count {
    uint64_t spans = 0, logs = 0;
    bool good = true;
};

bool isCut(const Field& field) { return field.content.size() < field.length; }

void countSpan(std::string_view bytes, bool cut, Count& count) {
    Fields fields(bytes, cut);
    Field field;
    bool trace = false, span = false, logTime = false, other = false;
    while (fields.next(field)) {
        if (field.number == 1 && field.wire == 2)
            trace = field.length == 16;
        else if (field.number == 2 && field.wire == 2)
            span = field.length == 8;
        else if ((field.number == 1 || field.number == 11) && field.wire == 1)
            logTime = true;
        else if (field.number > 16)
            other = true;
    }
    if (trace && span && !other)
        ++count.spans;
    else if (logTime)
        ++count.logs;
    else if (!cut || fields.isBad())
        count.good = false;
}

void countScopes(std::string_view bytes, bool cut, Count& count) {
    Fields fields(bytes, cut);
    Field field;
    while (count.good && fields.next(field)) {
        if (field.wire != 2 || field.number > 3)
            count.good = false;
        else if (field.number == 2)
            countSpan(field.content, isCut(field), count);
    }
    count.good = count.good && !fields.isBad();
}

void countResources(std::string_view bytes, bool cut, Count& count) {
    Fields fields(bytes, cut);
    Field field;
    while (count.good && fields.next(field)) {
        if (field.wire != 2 || (field.number > 3 && field.number != 1000))
            count.good = false;
        else if (field.number == 2 || field.number == 1000)
            countScopes(field.content, isCut(field), count);
    }
    count.good = count.good && !fields.isBad();
}

void countMessage(std::string_view bytes, bool cut, Count& count) {
    Fields fields(bytes, cut);
    Field field;
    while (count.good && fields.next(field)) {
        if (field.number != 1 || field.wire != 2)
            count.good = false;
        else
            countResources(field.content, isCut(field), count);
    }
    count.good = count.good && !fields.isBad();
}

Count countFramed(ProtoFraming framing, std::string_view head, bool complete) {
    Count count;
    if (framing == ProtoFraming::Raw) {
        countMessage(head, !complete, count);
        return count;
    }
    std::string_view left = head;
    while (count.good && !left.empty()) {
        const FrameHeader header = frameHeader(framing, left);
        if (header.size == 0)
            break;
        left.remove_prefix(header.size);
        if (header.length > 4ULL << 30) {
            count.good = false;
            break;
        }
        const bool cut = header.length > left.size();
        const std::string_view message = cut ? left : left.substr(0, static_cast<size_t>(header.length));
        countMessage(message, cut, count); // a file may have been cut as well
        left.remove_prefix(message.size());
    }
    return count;
}

} // namespace

FramingGuess guessFraming(std::string_view head, bool complete) {
    FramingGuess best;
    for (const ProtoFraming framing :
         {ProtoFraming::BigEndian32, ProtoFraming::LittleEndian64, ProtoFraming::Raw, ProtoFraming::Varint}) {
        Count count = countFramed(framing, head, complete);
        // A damaged record in the head must not hide the format, so what was read before it counts; a cut
        // file is a damaged end.
        if (count.spans == 0 && !count.good)
            count.logs = 0;
        if (count.spans > best.spans) {
            best.framing = framing;
            best.spans = count.spans;
        } else if (best.spans == 0 && count.logs != 0) {
            best.logs = true;
        }
    }
    if (best.spans != 0)
        best.logs = false;
    return best;
}

} // namespace aisle
