#include "json/json_repair.h"

#include <cstdint>

namespace aisle {

namespace {

/// Length of the valid UTF-8 sequence at `p`, 0 when it is none.
size_t sequenceLength(std::string_view text, size_t at) {
    const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto tail = [&](size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    const unsigned first = byte(at), second = byte(at + 1);
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return tail(at + 1) ? 2 : 0;
    if (first >= 0xe0 && first < 0xf0) {
        if (!tail(at + 1) || !tail(at + 2) || (first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0))
            return 0;
        return 3;
    }
    if (first >= 0xf0 && first < 0xf5) {
        if (!tail(at + 1) || !tail(at + 2) || !tail(at + 3) || (first == 0xf0 && second < 0x90) ||
            (first == 0xf4 && second >= 0x90))
            return 0;
        return 4;
    }
    return 0;
}

bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

class Repair {
public:
    Repair(std::string_view text, bool truncated) : m_text(text), m_truncated(truncated) {
        m_out.reserve(text.size() + 64);
    }

    bool run() {
        while (m_at < m_text.size()) {
            const size_t before = m_out.size();
            if (m_inString)
                insideString();
            else
                outside();
            if (m_out.size() > before && !isSpace(m_out.back()))
                m_last = m_out.back();
        }
        if (m_inString && m_truncated) {
            m_out.resize(m_stringStart);
            note(kCutOff);
        } else if (m_inString) {
            m_out += '"';
            m_isKeyAlone = m_isKey;
            note("an unterminated string closed");
        }
        if (!m_open.empty()) {
            note("missing closing brackets added");
            while (!m_open.empty())
                close();
        }
        return !m_what.empty();
    }

    std::string m_out, m_what;

private:
    void note(std::string_view what) {
        if (m_what.find(what) != std::string::npos || ++m_notes > 2)
            return;
        if (!m_what.empty())
            m_what += ", ";
        m_what += what;
    }

    void insideString() {
        const char c = m_text[m_at];
        if (c == '"') {
            m_inString = false;
            m_isKeyAlone = m_isKey;
            m_out += c;
            ++m_at;
        } else if (c == '\\') {
            escape();
        } else if (static_cast<unsigned char>(c) < 0x20) {
            static constexpr char digits[] = "0123456789abcdef";
            m_out += "\\u00";
            m_out += digits[static_cast<unsigned char>(c) >> 4];
            m_out += digits[c & 15];
            ++m_at;
            note("raw control characters escaped");
        } else {
            const size_t length = sequenceLength(m_text, m_at);
            if (length == 0) {
                m_out += "\xef\xbf\xbd";
                ++m_at;
                note("invalid UTF-8 replaced");
            } else {
                m_out.append(m_text, m_at, length);
                m_at += length;
            }
        }
    }

    /// The four hex digits of \uXXXX at `at`, or -1.
    int unit(size_t at) const {
        if (at + 6 > m_text.size() || m_text[at] != '\\' || m_text[at + 1] != 'u')
            return -1;
        int value = 0;
        for (size_t i = at + 2; i < at + 6; ++i) {
            const char c = m_text[i];
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (digit < 0)
                return -1;
            value = value * 16 + digit;
        }
        return value;
    }

    void escape() {
        const char next = m_at + 1 < m_text.size() ? m_text[m_at + 1] : '\0';
        if (next == 'u') {
            const int high = unit(m_at);
            if (high >= 0xd800 && high < 0xe000) {
                const int low = unit(m_at + 6);
                if (high < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
                    m_out.append(m_text, m_at, 12);
                    m_at += 12;
                } else {
                    m_out += "\\ufffd";
                    m_at += 6;
                    note("a lone surrogate replaced");
                }
                return;
            }
            if (high >= 0) {
                m_out.append(m_text, m_at, 6);
                m_at += 6;
                return;
            }
        } else if (next != '\0' && std::string_view("\"\\/bfnrt").find(next) != std::string_view::npos) {
            m_out += '\\';
            m_out += next;
            m_at += 2;
            return;
        }
        m_out += "\\\\";
        ++m_at;
        note("an invalid escape taken literally");
    }

    void outside() {
        const char c = m_text[m_at];
        if (c == '"') {
            m_inString = true;
            m_isKey = !m_open.empty() && m_open.back() == '{' && (m_last == '{' || m_last == ',');
            m_stringStart = m_out.size();
            m_out += c;
        } else if (c == '{' || c == '[') {
            m_open += c;
            m_out += c;
        } else if (c == '}' || c == ']') {
            if (m_open.empty()) {
                note("a surplus closing bracket dropped");
                m_out += ' '; // it kept apart what stands around it
            } else {
                if ((c == '}') != (m_open.back() == '{'))
                    note("a wrong closing bracket replaced");
                close();
            }
        } else if (c == ',') {
            if (m_last == ',' || m_last == '{' || m_last == '[') {
                note("a surplus comma dropped");
            } else { // one in front of a closing bracket is dropped there
                addMissingValue(m_last);
                m_out += c;
            }
        } else if (isSpace(c) || c == ':') {
            m_isKeyAlone = m_isKeyAlone && c != ':';
            m_out += c;
        } else {
            word();
            return;
        }
        ++m_at;
    }

    void word() {
        const size_t start = m_at;
        while (m_at < m_text.size() && !isSpace(m_text[m_at]) &&
               std::string_view(",:{}[]\"").find(m_text[m_at]) == std::string_view::npos)
            ++m_at;
        const std::string_view word = m_text.substr(start, m_at - start);
        std::string_view name = word;
        if (name.starts_with('-') || name.starts_with('+'))
            name.remove_prefix(1);
        if (name == "NaN" || name == "nan" || name == "Infinity" || name == "inf" || name == "Inf") {
            m_out += "null";
            note("NaN or Infinity read as null");
        } else if (word == "true" || word == "false" || word == "null") {
            m_out += word;
        } else if (m_truncated && m_at == m_text.size()) {
            note(kCutOff); // close() puts null in its place
        } else if (isNumber(word)) {
            m_out += word;
        } else {
            m_out += "null";
            note("a bare word read as null");
        }
    }

    static bool isNumber(std::string_view word) {
        const size_t start = word.starts_with('-') ? 1 : 0;
        if (start == word.size() || word.back() < '0' || word.back() > '9')
            return false;
        return word.find_first_not_of("0123456789.eE+-", start) == std::string_view::npos && word[start] >= '0' &&
               word[start] <= '9';
    }

    void close() {
        size_t end = m_out.size();
        while (end != 0 && isSpace(m_out[end - 1]))
            --end;
        if (end != 0 && m_out[end - 1] == ',') {
            m_out.resize(end - 1);
            note("a surplus comma dropped");
        } else if (end != 0) {
            addMissingValue(m_out[end - 1]);
        }
        m_out += m_last = m_open.back() == '{' ? '}' : ']';
        m_open.pop_back();
    }

    /// Where a value ends that never came. `last` is what stands before, spaces left out.
    void addMissingValue(char last) {
        if (last != ':' && !m_isKeyAlone)
            return;
        m_out += last == ':' ? "null" : ":null";
        m_isKeyAlone = false;
        note("a missing value read as null");
    }

    static constexpr std::string_view kCutOff = "the value that was cut off left out";

    std::string_view m_text;
    size_t m_at = 0, m_stringStart = 0;
    bool m_truncated, m_inString = false;
    bool m_isKey = false;      ///< the present or last string stands where a key does
    bool m_isKeyAlone = false; ///< and has no colon behind it yet
    int m_notes = 0;
    char m_last = '\0'; ///< the last of m_out that is no space, outside strings
    std::string m_open;
};

} // namespace

std::string repairJson(std::string_view text, std::string& what, bool truncated) {
    Repair repair(text, truncated);
    what.clear();
    if (!repair.run())
        return {};
    what = std::move(repair.m_what);
    return std::move(repair.m_out);
}

} // namespace aisle
