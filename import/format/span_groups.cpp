#include "format/span_groups.h"

#include <algorithm>

namespace aisle {

namespace {
constexpr size_t kLevels = 6;
}

JsonTake SpanGroups::classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) {
    if (!m_open.empty() && m_open.back() == '{') // within a wrapper
        return key == m_wrapper && first == '[' ? JsonTake::Descend : JsonTake::Skip;
    if (first == '[' && level < kLevels)
        return JsonTake::Descend;
    if (first != '{' || level > kLevels) {
        m_sink.skipped("something else than an object of spans", m_at);
        return JsonTake::Skip;
    }
    // An empty list of spans does not make a group, so that a wrapper is known by its own key first.
    const bool isWrapper = level < kLevels && firstKeyOf(splitter.ahead(64 * 1024), {m_wrapper}) == m_wrapper;
    return isWrapper ? JsonTake::Descend : JsonTake::Whole;
}

void SpanGroups::value(std::string_view, const JsonSlice& slice, size_t level) {
    m_at.offset = slice.offset;
    if (slice.truncated && level == 0) // further in the splitter says it, of what is open around it
        m_sink.skipped("the input ends inside a JSON document", m_at);
    Members spans;
    m_header = '{';
    JsonMembers members(slice);
    while (members.next()) {
        if (std::find(m_spans.begin(), m_spans.end(), members.key()) != m_spans.end()) {
            spans.emplace_back(members.key(), members.value());
        } else if (!members.value().truncated) {
            if (m_header.size() > 1)
                m_header += ',';
            m_header += '"';
            m_header += members.key();
            m_header += "\":";
            m_header += members.value().text;
        }
    }
    m_header += '}';
    const size_t size = m_header.size();
    m_header.append(kJsonPadding, ' ');
    const JsonSlice header{std::string_view(m_header).substr(0, size), slice.offset};
    clearHeader();
    const RecordOutcome outcome =
        readRecord(m_headerParser, header, [&](JsonObject object) { readHeader(object); });
    if (!outcome.taken)
        m_sink.skipped("what spans have in common could not be read: " + outcome.reason, m_at);
    else if (!outcome.repair.empty())
        m_sink.repaired(outcome.repair, m_at);
    if (members.hadGarbage() && !slice.truncated)
        m_sink.repaired("text between the members of an object that is no member", m_at);
    readSpans(spans);
}

void SpanGroups::readSpans(const Members& members) {
    for (const auto& [key, slice] : members)
        readList(slice);
}

void SpanGroups::readList(const JsonSlice& list) {
    if (!list.text.starts_with('[')) {
        if (list.text != "null")
            m_sink.skipped("spans that are no list", {list.offset, m_at.record});
        return;
    }
    JsonMembers spans(list);
    while (spans.next()) {
        m_at.offset = spans.value().offset;
        ++m_at.record;
        m_remark = {};
        const bool truncated = spans.value().truncated;
        const RecordOutcome outcome =
            readRecord(m_parser, spans.value(), [&](JsonObject object) { readSpan(object, truncated); });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, m_at);
            continue;
        }
        const bool odd = !outcome.repair.empty() || !m_remark.empty();
        if (odd)
            m_sink.repaired(outcome.repair.empty() ? m_remark : outcome.repair, m_at);
        emit(odd ? kRepaired : 0);
    }
    if (spans.hadGarbage())
        m_sink.skipped("text between spans that is no span", {list.offset, m_at.record});
}

void SpanGroups::problem(std::string_view reason, uint64_t offset) {
    m_sink.skipped(reason, {offset, m_at.record});
}

} // namespace aisle
