#include "proto/proto_framing.h"

#include <tuple>

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
    uint64_t spans = 0, logs = 0, metrics = 0;
    bool good = true;
};

/// The head ends inside it.
bool isCut(const Field& field) { return field.content.size() < field.length; }

/// What of the fields that the three kinds number differently was seen, by wire type: numeric, fixed, bytes.
struct Seen {
    bool ids = false;      ///< 16 bytes in 1 and 8 bytes in 2
    bool name = false;     ///< bytes in 1
    bool spanOnly = false, logOnly = false, valueOfMetric = false, anyOfLog = false, other = false, bad = false;
};

Seen look(std::string_view bytes, bool cut) {
    Fields fields(bytes, cut);
    Field field;
    Seen seen;
    bool trace = false, span = false;
    while (fields.next(field)) {
        const bool isVarint = field.wire == 0, isFixed64 = field.wire == 1, isBytes = field.wire == 2, isFixed32 = field.wire == 5;
        switch (field.number) {
        case 1: // a trace id, a log's time, a metric's name
            trace = isBytes && field.length == 16;
            seen.name = seen.name || isBytes;
            seen.logOnly = seen.logOnly || isFixed64;
            break;
        case 2: // a span id, a log's severity, a metric's description
            span = isBytes && field.length == 8;
            seen.logOnly = seen.logOnly || isVarint;
            break;
        case 5: // a span's name, a log's body, a metric's gauge
            seen.anyOfLog = seen.anyOfLog || isBytes;
            seen.valueOfMetric = seen.valueOfMetric || isBytes;
            break;
        case 6: // a span's kind, a log's attributes
            seen.spanOnly = seen.spanOnly || isVarint;
            seen.anyOfLog = seen.anyOfLog || isBytes;
            break;
        case 7: // a span's start, how many attributes a log lost, a metric's sum
            seen.spanOnly = seen.spanOnly || isFixed64;
            seen.logOnly = seen.logOnly || isVarint;
            seen.valueOfMetric = seen.valueOfMetric || isBytes;
            break;
        case 8: // a span's end, a log's flags
            seen.spanOnly = seen.spanOnly || isFixed64;
            seen.logOnly = seen.logOnly || isFixed32;
            break;
        case 9: // a span's attributes, a log's trace id, a metric's histogram
        case 10:
            seen.anyOfLog = seen.anyOfLog || isBytes;
            seen.valueOfMetric = seen.valueOfMetric || isBytes;
            break;
        case 11: // a span's events, when a log was seen, a metric's summary
            seen.logOnly = seen.logOnly || isFixed64;
            seen.valueOfMetric = seen.valueOfMetric || isBytes;
            break;
        default: seen.other = seen.other || field.number > 16;
        }
    }
    seen.ids = trace && span;
    seen.bad = fields.isBad();
    return seen;
}

OtlpRecord recordOf(const Seen& seen) {
    if (seen.logOnly)
        return OtlpRecord::Log;
    if (seen.ids || seen.spanOnly)
        return OtlpRecord::Span;
    if (seen.name)
        return seen.valueOfMetric ? OtlpRecord::Metric : OtlpRecord::Unknown;
    return seen.anyOfLog ? OtlpRecord::Log : OtlpRecord::Unknown;
}

void countRecord(std::string_view bytes, bool cut, Count& count) {
    const Seen seen = look(bytes, cut);
    const OtlpRecord record = seen.other ? OtlpRecord::Unknown : recordOf(seen);
    if (record == OtlpRecord::Span && seen.ids)
        ++count.spans;
    else if (record == OtlpRecord::Log)
        ++count.logs;
    else if (record == OtlpRecord::Metric)
        ++count.metrics;
    else if (!cut || seen.bad)
        count.good = false;
}

void countScopes(std::string_view bytes, bool cut, Count& count) {
    Fields fields(bytes, cut);
    Field field;
    while (count.good && fields.next(field)) {
        if (field.wire != 2 || field.number > 3)
            count.good = false;
        else if (field.number == 2)
            countRecord(field.content, isCut(field), count);
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

OtlpRecord otlpRecordOf(std::string_view bytes, bool cut) { return recordOf(look(bytes, cut)); }

FramingGuess guessFraming(std::string_view head, bool complete) {
    FramingGuess best;
    for (const ProtoFraming framing :
         {ProtoFraming::BigEndian32, ProtoFraming::LittleEndian64, ProtoFraming::Raw, ProtoFraming::Varint}) {
        const Count count = countFramed(framing, head, complete);
        // A damaged record in the head must not hide the format, so spans read before it count; a cut file is a damaged
        // end. Log records and metrics are too little to go by then.
        const uint64_t logs = count.good ? count.logs : 0, metrics = count.good ? count.metrics : 0;
        if (std::tuple(count.spans, logs, metrics) > std::tuple(best.spans, best.logs, best.metrics))
            best = {framing, count.spans, logs, metrics};
    }
    return best;
}

} // namespace aisle
