#pragma once
// An object put together again from members that the splitter handed over one by one, for a record whose largest
// part (subsegments, spans) is handed over on its own.

#include "json/json_repair.h"
#include "json/json_splitter.h"

#include <string>
#include <string_view>

namespace aisle {

class ObjectText {
public:
    /// A member that was cut off stays out unless it is a container; repair() says so.
    void add(std::string_view key, const JsonSlice& slice) {
        std::string repaired, what;
        std::string_view value = slice.text;
        if (slice.truncated) {
            m_repair = "cut off";
            if (value[0] != '{' && value[0] != '[')
                return; // what is left of it is another value
            value = repaired = repairJson(value, what, true);
        }
        if (slice.tooDeep) {
            m_repair = "a value nested deeper than 1,000 levels left out";
            return;
        }
        if (m_text.size() > 1)
            m_text += ',';
        m_text += '"';
        m_text += key;
        m_text += "\":";
        m_text += value;
    }

    size_t size() const { return m_text.size(); }
    const std::string& repair() const { return m_repair; }

    /// The whole, with the padding that parsing needs; no add() after it.
    JsonSlice close(uint64_t offset) {
        m_text += '}';
        JsonSlice slice;
        slice.offset = offset;
        const size_t length = m_text.size();
        m_text.append(kJsonPadding, ' ');
        slice.text = std::string_view(m_text).substr(0, length);
        return slice;
    }
    void clear() {
        m_text = "{";
        m_repair.clear();
    }

private:
    std::string m_text = "{";
    std::string m_repair;
};

} // namespace aisle
