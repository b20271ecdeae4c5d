// The splitter, and the helpers that work on its slices.

#include "fuzz.h"
#include "json/json_members.h"
#include "json/json_repair.h"
#include "json/json_splitter.h"
#include "json/json_value.h"
#include "sources.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace aisle::fuzz {

namespace {

/// Takes, skips and descends by a number and the key, and writes down what it is told.
class Walker : public JsonHandler {
public:
    Walker(std::string_view data, uint64_t dice) : m_data(data), m_dice(dice) {}

    JsonTake classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) override {
        require(level == m_open.size(), "the level is the number of open containers");
        const size_t wanted = m_dice % 100;
        const std::string_view ahead = splitter.ahead(wanted);
        require(!ahead.empty() || wanted == 0, "ahead() shows the value");
        require(ahead.empty() || ahead[0] == first, "ahead() begins with the value's first byte");
        require(m_data.find(ahead) != std::string_view::npos, "ahead() shows the input");
        const uint64_t roll = (m_dice >> 8) + level * 7 + key.size() * 3;
        const bool isContainer = first == '{' || first == '[';
        const JsonTake take = isContainer && roll % 4 < 2 ? JsonTake::Descend : roll % 5 == 0 ? JsonTake::Skip : JsonTake::Whole;
        write("classify", key, std::string(1, first) + std::to_string(static_cast<int>(take)));
        return take;
    }
    void enter(std::string_view key, char bracket, size_t level) override {
        require(level == m_open.size() && (bracket == '{' || bracket == '['), "enter() is for containers, on the way down");
        m_open += bracket;
        write("enter", key, {});
    }
    void leave(size_t level) override {
        require(!m_open.empty() && level == m_open.size() - 1, "leave() is of the innermost container");
        m_open.pop_back();
        write("leave", {}, {});
    }
    void value(std::string_view key, const JsonSlice& slice, size_t level) override {
        require(level == m_open.size(), "a value is at the level of its container");
        check(slice);
        if (!slice.truncated && !slice.tooDeep)
            ++whole;
        broken = broken || slice.truncated || !isJson(slice.text);
        write(slice.truncated ? "truncated" : slice.tooDeep ? "deep" : "value", key, slice.text);
    }
    bool line(const JsonSlice& slice) override {
        require(m_open.empty(), "a line is offered between documents");
        check(slice);
        require(slice.text.find('\n') == std::string_view::npos, "a line is one line");
        const bool take = m_dice >> 20 & 1;
        write(take ? "line" : "line left", {}, slice.text);
        return take;
    }
    void problem(std::string_view reason, uint64_t offset) override {
        require(offset <= m_data.size() && !reason.empty(), "a problem has a place and a reason");
        broken = true;
        write("problem", reason, std::to_string(offset));
    }

    const std::string& transcript() const {
        require(m_open.empty(), "what was entered is left");
        return m_transcript;
    }
    bool broken = false;
    size_t whole = 0;

private:
    void check(const JsonSlice& slice) {
        require(slice.offset >= m_last && slice.offset + slice.text.size() <= m_data.size(), "slices come in order");
        require(m_data.substr(slice.offset, slice.text.size()) == slice.text, "a slice is a part of the input");
        m_last = slice.offset;
        volatile char sum = 0; // simdjson reads behind the slice
        for (size_t i = 0; i < kJsonPadding; ++i)
            sum = static_cast<char>(sum + slice.text.data()[slice.text.size() + i]);
    }
    void write(std::string_view what, std::string_view key, std::string_view text) {
        m_transcript += what;
        m_transcript += '\t';
        m_transcript += key;
        m_transcript += '\t';
        m_transcript += text;
        m_transcript += '\n';
    }

    std::string_view m_data;
    const uint64_t m_dice;
    std::string m_open, m_transcript;
    uint64_t m_last = 0;
};

} // namespace

void jsonSplitter(std::string_view data) {
    const uint64_t taste = dice(data, 1), recordBytes = dice(data, 2) % 3 == 0 ? 16 + dice(data, 3) % 200 : 64U << 20;
    const auto walk = [&](size_t step) {
        Walker walker(data, taste);
        PiecewiseSource source(data, step);
        JsonSplitter(source, walker, recordBytes).run();
        (void)walker.transcript();
        return walker;
    };
    const Walker whole = walk(std::numeric_limits<size_t>::max());
    for (const uint64_t n : {4U, 5U})
        requireSame(whole.transcript(), walk(stepFor(dice(data, n), data.size())).transcript(), "the same values are found, however the bytes arrive");
    // A document without line breaks that is whole and right is found to be so.
    const size_t first = data.find_first_not_of(" \t");
    const bool isDocument = first != std::string_view::npos && (data[first] == '{' || data[first] == '[') && data.find('\n') == std::string_view::npos;
    if (isDocument && recordBytes > data.size() && isJson(data))
        require(!whole.broken, "valid JSON has no problems");
}

void jsonText(std::string_view data) {
    const bool isValid = isJson(data), isObject = data.starts_with('{');
    std::string what, again;
    const std::string repaired = repairJson(data, what, dice(data, 1) % 2 != 0);
    require(repaired.size() <= 6 * data.size() + 64, "a repair does not blow up"); // \u001f for a control character
    if (isObject || data.starts_with('[')) {
        require(repaired.empty() == what.empty(), "a repair is said in words, and nothing else is");
        require(!isValid || repaired.empty(), "valid JSON needs no repair");
        require(repaired.empty() || repairJson(repaired, again, false).empty(), "what is repaired needs no repair");
        JsonSlice slice;
        slice.text = data;
        JsonMembers members(slice);
        size_t count = 0;
        while (members.next()) {
            const JsonSlice& value = members.value();
            require(value.offset + value.text.size() <= data.size() && data.substr(value.offset, value.text.size()) == value.text, "a member is a part of its container");
            require(!isValid || isJson(value.text), "members of valid JSON are valid JSON");
            ++count;
        }
        if (isValid) {
            size_t expected = 0; // nlohmann's objects drop keys that come twice: they are counted as they come
            const auto counted = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json&) {
                using E = nlohmann::json::parse_event_t;
                expected += depth == 1 && (isObject ? event == E::key : event == E::value || event == E::object_start || event == E::array_start);
                return true;
            };
            if (!nlohmann::json::parse(data, counted, false).is_discarded()) // numbers beyond a double it does not read
                require(count == expected && !members.hadGarbage(), "all members are found");
        }
    }
    const std::string_view key = firstKeyOf(data, {"a", "traceId", "spans"});
    require(key.empty() || data.find(key) != std::string_view::npos, "a first key is in the text");

    const std::string number(data.substr(0, 64));
    for (const int scale : {0, 3, 6, 9})
        if (const auto scaled = scaledInteger(number, scale); scaled && scale == 0 && isJsonInteger(number) && number.size() < 18)
            require(*scaled == std::stoll(number), "an integer is read as it is");
}

} // namespace aisle::fuzz
