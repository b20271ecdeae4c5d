#pragma once
// Records of a delimited table: quotes with doubled quotes and line breaks inside, CRLF, a byte order mark.
//
// A quote that is never closed costs its own line only: what runs on too long, or to the end, or comes out with
// another number of fields than its first line alone, is read once more with the quote as a character.
// Bytes are not looked at otherwise; memory is one window of the largest record.

#include "input/byte_source.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

class CsvRecords {
public:
    /// Longest text in quotes behind its first line break. Halved with every quote that is not closed, so that a table full of them is
    /// not searched over and over.
    static constexpr size_t kQuotedBytes = 1024 * 1024;

    /// Of a record that has that many more than expected no further ones are read.
    static constexpr size_t kFieldsTooMany = 1000;

    CsvRecords(ByteSource& input, char delimiter, uint64_t recordBytes)
        : m_input(input), m_delimiter(delimiter), m_recordBytes(recordBytes) {}

    /// The next record that is not an empty line; false at the end. Fields are valid until the next call.
    bool next();
    const std::vector<std::string_view>& fields() const { return m_fields; }
    uint64_t offset() const { return m_offset; }
    /// No line end behind it: it may be cut off.
    bool atEnd() const { return m_atEnd; }
    bool unclosedQuote() const { return m_unclosedQuote; }
    bool tooLarge() const { return m_tooLarge; } ///< has no fields
    /// The number of fields a record should have; 0: not known.
    void expect(size_t fields) { m_expected = fields; }

private:
    bool fill();
    void dropUsed();
    /// Index of the line break that ends the record at `start`, or of the end of the input.
    size_t findEnd(size_t start);
    size_t findEndOfLine(size_t start);
    void skipTooLarge(size_t start);
    size_t countFields(size_t start, size_t end, bool quotes) const;
    void split(size_t start, size_t end, bool quotes);

    ByteSource& m_input;
    const char m_delimiter;
    const uint64_t m_recordBytes;
    std::string m_buffer;
    size_t m_position = 0;
    uint64_t m_base = 0, m_offset = 0;
    size_t m_expected = 0;
    std::vector<std::string_view> m_fields;
    bool m_inputEnded = false, m_atEnd = false, m_unclosedQuote = false, m_tooLarge = false, m_started = false;
    size_t m_quotedBytes = kQuotedBytes;
    /// Of the last findEnd(): a quote not closed; text between a closing quote and the delimiter.
    bool m_openQuote = false, m_textBehindQuote = false;
};

} // namespace aisle
