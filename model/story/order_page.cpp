#include "story/order_page.h"

#include "text/utf8.h"

#include <algorithm>

namespace aisle {

namespace {

std::string shownValue(const StoryValue& value, const Redactor& redactor, bool isMasked) {
    if (isMasked && !value.whenMasked.empty() && (value.source.empty() || redactor.redact(value.key, value.source) != value.source))
        return printable(value.whenMasked);
    return printable(value.key.empty() ? value.text : redactor.redact(value.key, value.text));
}

std::string sentenceText(const std::string& pattern, const std::vector<StoryValue>& values, const Redactor& redactor, bool isMasked) {
    std::vector<std::pair<std::string, std::string>> shown;
    for (const StoryValue& value : values)
        shown.emplace_back(value.place, shownValue(value, redactor, isMasked));
    std::string out = printable(filledIn(pattern, shown)); // the pattern may come from a stranger, too
    // "packing failed": a stage within a sentence is written small. What a file says stays as it is.
    const bool isOwn = std::any_of(values.begin(), values.end(), [&](const StoryValue& value) { return (value.key.empty() || value.key == "stage") && pattern.starts_with("{" + value.place + "}"); });
    if (isOwn && !out.empty() && out[0] >= 'a' && out[0] <= 'z')
        out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out;
}

class Details {
public:
    Details(const SpanTable& table, const Redactor& redactor) : table_(table), redactor_(redactor) {}

    void add(OrderPage::Line& line, const StorySentence& sentence) const {
        for (const TraceIndex trace : sentence.traces)
            if (hasRoom(line))
                line.details.push_back(ofTrace(trace));
        for (const Row row : sentence.rows)
            if (hasRoom(line))
                line.details.push_back(ofSpan(row));
    }

private:
    static bool hasRoom(OrderPage::Line& line) {
        const bool has = line.details.size() < OrderPage::kMostDetails;
        line.moreDetails += !has;
        return has;
    }
    OrderPage::Detail ofSpan(Row row) const {
        constexpr size_t kMost = 200;
        OrderPage::Detail out;
        out.traceId = toHex(table_.traceId(table_.trace(row)));
        out.spanId = toHex(table_.id(row));
        out.service = shortened(redactor_.redact("service.name", table_.serviceText(row)), kMost);
        out.operation = shortened(redactor_.redact("name", table_.nameText(row)), kMost);
        if (const ContextInfo& context = table_.contextInfo(table_.context(row)); context.instance != ContextInfo::kNoInstance)
            out.instance = shortened(redactor_.redact("service.instance.id", table_.text(context.instance)), kMost);
        if ((table_.flags(row) & kNoStart) == 0)
            out.start = table_.start(row);
        out.duration = std::max<int64_t>(table_.duration(row), 0);
        out.errors = table_.isError(row);
        out.isUnfinished = (table_.flags(row) & kUnfinished) != 0;
        return out;
    }
    OrderPage::Detail ofTrace(TraceIndex trace) const {
        const TraceSummary& summary = table_.summary(trace);
        OrderPage::Detail out;
        if (summary.root != kNoRow)
            out = ofSpan(summary.root);
        out.isTrace = true;
        out.traceId = toHex(table_.traceId(trace));
        out.spanId.clear();
        out.instance.clear();
        if (summary.hasStart)
            out.start = summary.start;
        out.duration = summary.duration;
        out.spans = summary.spans;
        out.errors = summary.errors;
        out.isUnfinished = false;
        return out;
    }

    const SpanTable& table_;
    const Redactor& redactor_;
};

} // namespace

OrderPage orderPage(const OrderStory& story, const SpanTable& table, const StoryTemplates& words, const Redactor& redactor, bool isMasked, TimeZone zone) {
    OrderPage out;
    const auto say = [&](std::string_view key, const std::vector<StoryValue>& values = {}) { return sentenceText(words.text(key), values, redactor, isMasked); };
    out.language = words.language();
    out.headline = sentenceText(story.headline.pattern, story.headline.values, redactor, isMasked);
    out.title = say("page.title", story.headline.values);
    std::optional<int64_t> began;
    for (const StorySentence& sentence : story.sentences)
        if (sentence.time && (!began || *sentence.time < *began))
            began = sentence.time;
    for (const OrderStory::Figure& figure : story.figures)
        out.figures.push_back({say(figure.label), shownValue(figure.value, redactor, isMasked)});
    if (began) {
        const auto afterState = out.figures.empty() ? out.figures.begin() : out.figures.begin() + 1;
        out.figures.insert(afterState, {say("page.began"), formatTime(*began, zone, 0)});
    }
    const Details details(table, redactor);
    for (const StorySentence& sentence : story.sentences) {
        OrderPage::Line& line = out.lines.emplace_back();
        line.kind = sentence.kind;
        line.label = say("kind." + std::string(kindName(sentence.kind)));
        line.time = sentence.time;
        if (line.time)
            line.clock = formatTime(*line.time, zone, 0);
        line.text = sentenceText(sentence.pattern, sentence.values, redactor, isMasked);
        details.add(line, sentence);
    }
    out.detailTitle = say("page.detail");
    if (began)
        out.notes.push_back(say("page.zone", {{"zone", {}, zoneName(*began, zone)}}));
    if (isMasked)
        out.notes.push_back(say("page.masked"));
    return out;
}

/// What tells it from its neighbours first: in a narrow page the end is cut.
std::string detailText(const OrderPage::Detail& detail, TimeZone zone) {
    std::string out = detail.service + " " + detail.operation;
    if (detail.isTrace)
        out += ", " + counted(detail.spans, "span", "spans");
    out += ", " + formatDuration(detail.duration);
    if (detail.errors > 0)
        out += detail.isTrace ? ", " + counted(detail.errors, "error", "errors") : ", error";
    if (detail.isUnfinished)
        out += ", never ended";
    if (!detail.instance.empty())
        out += ", on " + detail.instance;
    if (detail.start)
        out += ", " + formatTime(*detail.start, zone);
    return out + ", " + detailId(detail);
}

std::string detailId(const OrderPage::Detail& detail) { return detail.isTrace ? "trace " + detail.traceId : "span " + detail.spanId + " of trace " + detail.traceId; }

} // namespace aisle
