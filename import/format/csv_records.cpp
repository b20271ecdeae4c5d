#include "format/csv_records.h"

#include <algorithm>

namespace aisle {

namespace {
constexpr size_t kReadBytes = 256 * 1024;
} // namespace

bool CsvRecords::fill() {
    if (m_inputEnded)
        return false;
    const size_t size = m_buffer.size();
    m_buffer.resize(size + kReadBytes);
    const size_t got = m_input.read(m_buffer.data() + size, kReadBytes);
    m_buffer.resize(size + got);
    m_inputEnded = got == 0;
    return got != 0;
}

void CsvRecords::dropUsed() {
    if (m_position < kReadBytes)
        return;
    m_buffer.erase(0, m_position);
    m_base += m_position;
    m_position = 0;
}

size_t CsvRecords::findEndOfLine(size_t start) {
    for (size_t from = start;;) {
        const size_t found = m_buffer.find('\n', from);
        if (found != std::string::npos)
            return found;
        from = m_buffer.size();
        if (from - start > m_recordBytes || !fill())
            return from;
    }
}

size_t CsvRecords::findEnd(size_t start) {
    m_openQuote = m_textBehindQuote = false;
    bool fieldStart = true;
    size_t breakAt = 0; // the first line break in quotes: how far behind it the record may go, however many quotes follow
    size_t closed = std::string::npos - 1;
    for (size_t i = start;; ++i) {
        if (i >= m_buffer.size() && (i - start > m_recordBytes || !fill()))
            return m_buffer.size();
        const char c = m_buffer[i];
        if (m_openQuote) {
            if (c == '\n' && breakAt == 0)
                breakAt = i;
            if (breakAt != 0 && i - breakAt > m_quotedBytes)
                return i;
            if (c != '"')
                continue;
            if (i + 1 >= m_buffer.size())
                fill();
            if (i + 1 < m_buffer.size() && m_buffer[i + 1] == '"')
                ++i;
            else
                closed = i;
            m_openQuote = closed != i;
        } else if (c == '\n') {
            return i;
        } else if (c == '"' && fieldStart) {
            m_openQuote = true;
        } else if (closed + 1 == i && c != m_delimiter && c != '\r') {
            m_textBehindQuote = true;
        }
        fieldStart = c == m_delimiter;
    }
}

bool CsvRecords::next() {
    for (;;) {
        dropUsed();
        if (!m_started) {
            m_started = true;
            while (m_buffer.size() < 3 && fill()) {
            }
            if (m_buffer.starts_with("\xef\xbb\xbf"))
                m_position = 3;
        }
        const size_t start = m_position;
        m_offset = m_base + start;
        m_fields.clear();
        m_unclosedQuote = m_tooLarge = false;
        bool quotes = true;
        size_t end = findEnd(start);
        const bool severalLines = std::find(m_buffer.begin() + static_cast<std::ptrdiff_t>(start),
                                            m_buffer.begin() + static_cast<std::ptrdiff_t>(end), '\n') !=
                                  m_buffer.begin() + static_cast<std::ptrdiff_t>(end);
        if (!m_openQuote && severalLines && m_expected != 0 &&
            (m_textBehindQuote || countFields(start, end, true) != m_expected))
            m_openQuote = countFields(start, m_buffer.find('\n', start), false) == m_expected;
        if (m_openQuote) {
            m_unclosedQuote = true;
            m_quotedBytes = std::max<size_t>(4096, m_quotedBytes / 2);
            quotes = false;
            end = findEndOfLine(start);
        }
        if (end - start > m_recordBytes) {
            skipTooLarge(start);
            return true;
        }
        m_atEnd = end >= m_buffer.size();
        if (m_atEnd && start >= m_buffer.size())
            return false;
        m_position = std::min(end + 1, m_buffer.size());
        if (end > start && m_buffer[end - 1] == '\r')
            --end;
        if (end == start)
            continue;
        split(start, end, quotes);
        return true;
    }
}

void CsvRecords::skipTooLarge(size_t start) {
    m_tooLarge = true;
    m_position = start;
    for (;;) {
        const size_t found = m_buffer.find('\n', m_position);
        if (found != std::string::npos) {
            m_position = found + 1;
            return;
        }
        m_position = m_buffer.size();
        dropUsed();
        if (!fill())
            return;
    }
}

size_t CsvRecords::countFields(size_t start, size_t end, bool quotes) const {
    size_t count = 1;
    bool fieldStart = true, open = false;
    for (size_t i = start; i < end; ++i) {
        const char c = m_buffer[i];
        if (open) {
            open = c != '"'; // a doubled quote closes and opens again
        } else if (quotes && c == '"' && (fieldStart || (i > start && m_buffer[i - 1] == '"'))) {
            open = true;
        } else if (c == m_delimiter) {
            ++count;
        }
        fieldStart = !open && c == m_delimiter;
    }
    return count;
}

void CsvRecords::split(size_t start, size_t end, bool quotes) {
    size_t at = start;
    for (;;) {
        const size_t begin = at;
        size_t out = at;
        if (quotes && at < end && m_buffer[at] == '"') {
            ++at;
            while (at < end) { // unescaped in place: it never grows
                if (m_buffer[at] == '"') {
                    if (at + 1 >= end || m_buffer[at + 1] != '"') {
                        ++at;
                        break;
                    }
                    ++at;
                }
                m_buffer[out++] = m_buffer[at++];
            }
        }
        while (at < end && m_buffer[at] != m_delimiter)
            m_buffer[out++] = m_buffer[at++];
        m_fields.push_back(std::string_view(m_buffer).substr(begin, out - begin));
        if (m_expected != 0 && m_fields.size() > m_expected + kFieldsTooMany)
            return;
        if (at >= end)
            return;
        ++at;
    }
}

} // namespace aisle
