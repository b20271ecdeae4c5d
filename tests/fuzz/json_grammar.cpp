// JSON's grammar once more, plain and slow: what our readers and writers are compared with.

#include "fuzz.h"
#include "text/utf8.h"

#include <cctype>

namespace aisle::fuzz {

namespace {

class Grammar {
public:
    explicit Grammar(std::string_view text) : m_left(text) {}

    bool document() {
        bool isValueNext = true;
        for (;;) {
            space();
            if (isValueNext) {
                if (take('{')) {
                    m_open += '{';
                    space();
                    isValueNext = !take('}');
                    if (!isValueNext)
                        m_open.pop_back();
                    else if (!key())
                        return false;
                } else if (take('[')) {
                    m_open += '[';
                    space();
                    isValueNext = !take(']');
                    if (!isValueNext)
                        m_open.pop_back();
                } else if (scalar()) {
                    isValueNext = false;
                } else {
                    return false;
                }
            } else if (m_open.empty()) {
                return m_left.empty();
            } else if (take(',')) {
                space();
                isValueNext = true;
                if (m_open.back() == '{' && !key())
                    return false;
            } else if (take(m_open.back() == '{' ? '}' : ']')) {
                m_open.pop_back();
            } else {
                return false;
            }
        }
    }

private:
    bool take(char c) {
        if (!m_left.starts_with(c))
            return false;
        m_left.remove_prefix(1);
        return true;
    }
    void space() {
        while (take(' ') || take('\n') || take('\r') || take('\t')) {
        }
    }
    bool key() {
        if (!string())
            return false;
        space();
        return take(':');
    }
    bool scalar() {
        for (const std::string_view word : {"true", "false", "null"})
            if (m_left.starts_with(word)) {
                m_left.remove_prefix(word.size());
                return true;
            }
        return m_left.starts_with('"') ? string() : number();
    }
    bool digits() {
        const size_t before = m_left.size();
        while (!m_left.empty() && std::isdigit(static_cast<unsigned char>(m_left[0])) != 0)
            m_left.remove_prefix(1);
        return m_left.size() != before;
    }
    bool number() {
        take('-');
        if (!take('0') && !digits())
            return false;
        if (take('.') && !digits())
            return false;
        if (take('e') || take('E')) {
            if (!take('+'))
                take('-');
            return digits();
        }
        return true;
    }
    bool string() {
        if (!take('"'))
            return false;
        const std::string_view from = m_left;
        while (!m_left.empty() && m_left[0] != '"') {
            if (static_cast<unsigned char>(m_left[0]) < 0x20)
                return false;
            if (m_left[0] == '\\' && !escape())
                return false;
            else
                m_left.remove_prefix(1);
        }
        return isUtf8(from.substr(0, from.size() - m_left.size())) && take('"');
    }
    /// Moves to the last byte of it. A surrogate without its other half is refused: no text has one.
    bool escape() {
        m_left.remove_prefix(1);
        if (m_left.empty())
            return false;
        if (m_left[0] != 'u')
            return std::string_view("\"\\/bfnrt").find(m_left[0]) != std::string_view::npos;
        unsigned first = 0, second = 0;
        if (!unit(first) || (first >= 0xdc00 && first < 0xe000))
            return false;
        if (first < 0xd800 || first >= 0xdc00)
            return true;
        if (!m_left.substr(1).starts_with("\\u"))
            return false;
        m_left.remove_prefix(2);
        return unit(second) && second >= 0xdc00 && second < 0xe000;
    }
    /// From the u to the last of four digits.
    bool unit(unsigned& value) {
        for (int i = 0; i < 4; ++i) {
            m_left.remove_prefix(1);
            if (m_left.empty() || std::isxdigit(static_cast<unsigned char>(m_left[0])) == 0)
                return false;
            const char c = m_left[0];
            value = value * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        return true;
    }

    std::string_view m_left;
    std::string m_open;
};

} // namespace

bool isJson(std::string_view text) { return Grammar(text).document(); }

} // namespace aisle::fuzz
