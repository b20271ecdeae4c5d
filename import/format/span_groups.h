#pragma once
// Objects that hold spans beside what these have in common (a trace with its id, a segment with its service),
// in any order of keys. A group is taken whole: first what is common, then span by span, so that a bad span
// costs only itself. Groups come alone, in lists, in a wrapper's list, as JSON lines.

#include "json/json_members.h"
#include "json/json_records.h"

#include <string>
#include <utility>
#include <vector>

namespace aisle {

class SpanGroups : public JsonHandler {
public:
    /// `wrapper`: the key of a list of groups; `spans`: the keys of a group under which its spans are.
    SpanGroups(SpanSink& sink, std::string_view wrapper, std::vector<std::string_view> spans)
        : m_sink(sink), m_wrapper(wrapper), m_spans(std::move(spans)) {}

    JsonTake classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) override;
    void enter(std::string_view, char bracket, size_t) override { m_open.push_back(bracket); }
    void leave(size_t) override { m_open.pop_back(); }
    void value(std::string_view, const JsonSlice& slice, size_t) override;
    void problem(std::string_view reason, uint64_t offset) override;

protected:
    using Members = std::vector<std::pair<std::string_view, JsonSlice>>;

    /// What groups have in common: clearHeader() before each, then readHeader(), maybe twice, if it is
    /// readable.
    virtual void clearHeader() = 0;
    virtual void readHeader(JsonObject object) = 0;
    /// Of what was under the keys of spans; the base takes each as a list of spans.
    virtual void readSpans(const Members& members);
    /// Throws simdjson_error and RecordError. What could not be read as it was goes to m_remark.
    virtual void readSpan(JsonObject object, bool truncated) = 0;
    /// Hands over the span that was read.
    virtual void emit(uint8_t flags) = 0;

    void readList(const JsonSlice& list);

    SpanSink& m_sink;
    std::string_view m_remark;

private:
    std::string_view m_wrapper;
    std::vector<std::string_view> m_spans;
    JsonParser m_headerParser, m_parser;
    std::string m_header;
    std::vector<char> m_open; ///< brackets
    Position m_at;
};

} // namespace aisle
