#include "json/json_members.h"

#include <algorithm>

namespace aisle {

namespace {

bool isSpace(char c) {
    return static_cast<unsigned char>(c) <= ' ';
}

bool endsScalar(char c) {
    return isSpace(c) || c == ',' || c == ']' || c == '}';
}

} // namespace

JsonMembers::JsonMembers(const JsonSlice& container)
    : m_begin(container.text.data()), m_at(m_begin + (container.text.empty() ? 0 : 1)),
      m_end(m_begin + container.text.size()), m_offset(container.offset),
      m_isObject(container.text.starts_with('{')) {}

void JsonMembers::skipSpace(bool commas) {
    while (m_at != m_end && (isSpace(*m_at) || (commas && *m_at == ',')))
        ++m_at;
}

bool JsonMembers::next() {
    for (;; m_garbage = true) {
        skipSpace(true);
        if (m_at == m_end || *m_at == '}' || *m_at == ']')
            return false;
        if (m_isObject && !readKey())
            continue;
        skipSpace(false);
        if (m_at == m_end)
            return false;
        if (endsScalar(*m_at) || *m_at == ':') {
            ++m_at;
            continue;
        }
        readValue();
        return true;
    }
}

/// Moves behind the colon, or one byte on when there is no key.
bool JsonMembers::readKey() {
    if (*m_at != '"') {
        ++m_at;
        return false;
    }
    const char* const start = ++m_at;
    ScanState state;
    state.inString = true;
    if (scanString(&m_at, m_end, state, false) != ScanStop::Complete)
        return false;
    m_key = {start, static_cast<size_t>(m_at - start - 1)};
    skipSpace(false);
    if (m_at == m_end || *m_at != ':')
        return false;
    ++m_at;
    return true;
}

void JsonMembers::readValue() {
    const char* const start = m_at;
    ScanState state;
    bool whole = true;
    if (*m_at == '{' || *m_at == '[') {
        whole = scanContainer(&m_at, m_end, state, false) == ScanStop::Complete;
    } else if (*m_at == '"') {
        ++m_at;
        state.inString = true;
        whole = scanString(&m_at, m_end, state, false) == ScanStop::Complete;
    } else {
        m_at = std::find_if(m_at, m_end, endsScalar);
        whole = m_at != m_end;
    }
    m_value = {{start, static_cast<size_t>(m_at - start)},
               m_offset + static_cast<uint64_t>(start - m_begin),
               !whole,
               state.deepest > kJsonDepth};
}

std::string_view firstKeyOf(std::string_view text, std::initializer_list<std::string_view> names) {
    if (!text.starts_with('{'))
        return {};
    JsonMembers members({text});
    while (members.next())
        if (std::find(names.begin(), names.end(), members.key()) != names.end())
            return members.key();
    return {};
}

} // namespace aisle
