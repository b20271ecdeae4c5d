#pragma once
// The members of a JSON object or array that is in memory, as slices, without parsing them: brackets and
// quotes are scanned, as JsonSplitter does for input that is not.

#include "json/json_splitter.h"

#include <initializer_list>
#include <string_view>

namespace aisle {

class JsonMembers {
public:
    /// `container` begins with its bracket; it may be cut off.
    explicit JsonMembers(const JsonSlice& container);
    /// Moves to the next member; false behind the last one, or where the text ends.
    bool next();
    /// Raw, without its quotes; empty in an array.
    std::string_view key() const { return m_key; }
    const JsonSlice& value() const { return m_value; }
    /// Bytes were passed over that are no member.
    bool hadGarbage() const { return m_garbage; }

private:
    bool readKey();
    void readValue();
    void skipSpace(bool commas);

    const char *m_begin, *m_at, *m_end;
    uint64_t m_offset;
    bool m_isObject, m_garbage = false;
    std::string_view m_key;
    JsonSlice m_value;
};

/// The first own key of the object at the beginning of `text` (which may end anywhere) that is one of
/// `names`; empty when there is none.
std::string_view firstKeyOf(std::string_view text, std::initializer_list<std::string_view> names);

} // namespace aisle
