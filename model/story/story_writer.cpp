#include "story/story_writer.h"

#include "query/request_path.h"
#include "story/plain_words.h"
#include "story/story_values.h"

#include <algorithm>
#include <utility>

namespace aisle {

std::vector<Row> ToldTrace::errorsBelow(Row top) const {
    std::vector<Row> out = {top};
    const NodeIndex node = tree.nodeOf(top);
    if (node == kNoNode)
        return out;
    for (auto at = std::upper_bound(tree.errors.begin(), tree.errors.end(), node); at != tree.errors.end() && *at < tree.nodes[node].end; ++at)
        out.push_back(tree.nodes[*at].row);
    return out;
}

StorySentence& StoryWriter::sayPattern(StoryKind kind, const std::string& pattern, std::vector<StoryValue> values, std::vector<Row> rows, std::optional<int64_t> time) {
    StorySentence& out = sentences.emplace_back();
    out.kind = kind;
    out.pattern = pattern;
    out.values = std::move(values);
    out.values.insert(out.values.end(), everywhere.begin(), everywhere.end());
    told.insert(rows.begin(), rows.end());
    out.time = time;
    if (!rows.empty() && time && (table.flags(rows.front()) & kNoStart) != 0)
        out.time.reset();
    out.rows = std::move(rows);
    return out;
}

StorySentence& StoryWriter::say(StoryKind kind, std::string_view key, std::vector<StoryValue> values, std::vector<Row> rows, std::optional<int64_t> time) {
    return sayPattern(kind, words.text(key), std::move(values), std::move(rows), time);
}

std::vector<std::string> StoryWriter::namesOf(Row row) const {
    std::vector<std::string> out = {std::string(table.nameText(row))};
    if (const SpanFacts::Fact* path = facts.of(row, names.path))
        out.emplace_back(traceql::pathOf(path->value));
    if (const SpanFacts::Fact* topic = facts.of(row, names.topic))
        out.push_back(topic->value);
    return out;
}

StoryValue StoryWriter::operationOf(std::string place, Row row, std::string_view unknown) const {
    constexpr const char* kNameKey = "name";
    const std::string& nothing = words.text(unknown);
    if (const SpanFacts::Fact* path = facts.of(row, names.path))
        if (const std::string said = plainOperation(traceql::pathOf(path->value)); !said.empty()) {
            StoryValue out = valueOf(std::move(place), kNameKey, said);
            if (path->key == "http.route") {
                out.source = path->value;
                out.whenMasked = nothing;
            } else { // anybody may be named in it
                out.whenMasked = plainOperation(firstSegment(traceql::pathOf(path->value)));
                if (out.whenMasked.empty())
                    out.whenMasked = nothing;
            }
            return out;
        }
    const std::string_view name = table.nameText(row);
    const std::string said = plainOperation(name);
    if (said.empty())
        return own(std::move(place), nothing);
    StoryValue out = valueOf(std::move(place), kNameKey, said);
    out.source = name;
    out.whenMasked = nothing;
    return out;
}

} // namespace aisle
