#include "story/order_story.h"

#include "analysis/saturating.h"
#include "journey/case_money.h"
#include "story/charge_teller.h"
#include "story/failure_teller.h"
#include "story/plain_words.h"
#include "story/story_head.h"
#include "story/story_values.h"
#include "story/story_writer.h"
#include "story/usual_waits.h"
#include "text/format.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace aisle {

namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kSlowAnswer = 2 * kSecond, kShortestWait = kSecond, kLongWait = 10 * kSecond;

class Teller {
public:
    Teller(Database* db, const JourneyState& state, const FulfilmentLog& log, CaseNumber number, const StoryTemplates& words, const StopToken& stop)
        : state_(state), log_(log), kase_(state.cases().cases()[number]), stop_(stop), out_(*state.table, words), charges_(out_), mailing_(out_.names.mailing), usual_(log, number, stop) {
        story_.number = number;
        story_.order = kase_.value;
        if (db != nullptr)
            out_.facts = SpanFacts(*db, out_.table, kase_.traces, stop);
        if (number < log.cases())
            visits_ = std::span(log.visits).subspan(log.first[number], log.first[number + 1] - log.first[number]);
        std::vector<bool> hasFailed(log.stages.size());
        for (uint32_t v = 0; v < visits_.size(); ++v) {
            byTrace_.push_back(v);
            isRetry_.push_back(hasFailed[visits_[v].stage]);
            hasFailed[visits_[v].stage] = visits_[v].failed;
            if (visits_[v].failed)
                out_.failedVisits.insert(visits_[v].row);
        }
        std::stable_sort(byTrace_.begin(), byTrace_.end(), [&](uint32_t a, uint32_t b) { return traceOf(a) < traceOf(b); });
        nouns_.resize(log.stages.size());
    }

    OrderStory tell() {
        std::vector<Row> all;
        for (const TraceIndex trace : kase_.traces)
            for (const Row row : out_.table.rowsOf(trace))
                if (!out_.table.isHidden(row))
                    all.push_back(row);
        std::stable_sort(all.begin(), all.end(), [&](Row a, Row b) { return out_.table.start(a) < out_.table.start(b); });
        out_.everywhere = {valueOf("order", state_.cases().attribute(), kase_.value)};
        const SpanFacts::Fact *email = out_.facts.ofAny(all, out_.names.email), *tracking = out_.facts.ofAny(all, out_.names.tracking);
        out_.everywhere.push_back(email != nullptr ? valueOf("customer", email->key, email->value) : own("customer", out_.words.text("unknown.customer")));
        out_.everywhere.push_back(tracking != nullptr ? valueOf("tracking", tracking->key, tracking->value) : own("tracking", out_.words.text("unknown.customer")));
        if (const SpanFacts::Fact* currency = out_.facts.ofAny(all, out_.names.currencies))
            charges_.assume(currencyOf(currency->value));
        for (const TraceIndex trace : kase_.traces) {
            stop_.check();
            if (out_.table.summary(trace).spans == 0)
                continue;
            if (out_.isFull())
                untold_.push_back(trace);
            else
                tellTrace(trace);
        }
        if (tracking != nullptr)
            for (const Row row : all)
                if (out_.facts.of(row, out_.names.tracking) == tracking) {
                    out_.say(StoryKind::Happened, "tracking", {}, {row}, out_.table.end(row));
                    break;
                }
        StoryHead head = storyHead(state_, log_, story_.number, out_.words, [this](uint32_t stage) { return nounOf(stage); });
        for (StorySentence& late : head.late)
            add(std::move(late));
        std::stable_sort(out_.sentences.begin(), out_.sentences.end(), [](const StorySentence& a, const StorySentence& b) { return a.time && (!b.time || *a.time < *b.time); });
        if (head.beginning) {
            add(std::move(*head.beginning));
            std::rotate(out_.sentences.begin(), out_.sentences.end() - 1, out_.sentences.end());
        }
        tellState(std::move(head));
        tellRest(all);
        if (const CaseKey& key = state_.cases().key(); key.id == "user" || key.id == "session")
            out_.say(StoryKind::More, "order.standsFor", {own("what", key.noun())}, {}, std::nullopt);
        story_.figures = storyFigures(story_.state, state_, log_, story_.number, {email, tracking, charges_.paid(), charges_.paidBack()}, out_.words);
        story_.sentences = std::move(out_.sentences);
        return std::move(story_);
    }

private:
    // --- a trace

    void tellTrace(TraceIndex trace) {
        trace_.rows.clear();
        trace_.errors.clear();
        for (const Row row : out_.table.rowsOf(trace))
            if (!out_.table.isHidden(row)) {
                trace_.rows.push_back(row);
                if (out_.table.isError(row))
                    trace_.errors.push_back(row);
            }
        std::stable_sort(trace_.rows.begin(), trace_.rows.end(), [&](Row a, Row b) { return out_.table.start(a) < out_.table.start(b); });
        trace_.tree = waterfall(out_.table, trace, {}, stop_);
        trace_.reasons.emplace(out_.table, trace_.tree, out_.facts, out_.words, trace_.rows);
        const Row root = out_.table.summary(trace).root, main = root != kNoRow ? root : trace_.rows.front();
        const size_t before = out_.sentences.size();
        const bool isRequest = isOfCustomer(main);
        if (isRequest)
            tellRequest(main);
        charges_.tell(trace_, isRequest ? main : kNoRow, stop_);
        tellStages(trace, isRequest);
        if (out_.sentences.size() == before)
            tellStep(main);
        tellRetries(out_, trace_, stop_);
        const bool isAnsweredSo = isRequest && tellAnswer(main);
        const FulfilmentLog::Visit* failed = isAnsweredSo ? failedVisitOf(main) : nullptr;
        if (failed == nullptr || !tellFailedStage(out_, trace_, *failed, stepOf(failed->stage, failed->row), nounOf(failed->stage), before, stop_))
            tellFailures(out_, trace_, isAnsweredSo ? "failed.behind" : "failed.inside", stop_);
        if (out_.sentences.size() > before)
            ownerOf(before, main).traces.push_back(trace);
        else
            untold_.push_back(trace);
    }

    /// The sentence about what the trace's first span did, else its first.
    StorySentence& ownerOf(size_t from, Row main) {
        for (size_t i = from; i < out_.sentences.size(); ++i)
            if (const StorySentence& one = out_.sentences[i]; one.kind != StoryKind::Waited && one.kind != StoryKind::Retried && !one.rows.empty() && one.rows.front() == main)
                return out_.sentences[i];
        return out_.sentences[from];
    }

    bool isOfCustomer(Row main) const {
        if (out_.table.kind(main) == Kind::Consumer || out_.table.kind(main) == Kind::Producer || out_.facts.of(main, out_.names.path) == nullptr)
            return false;
        return out_.words.stageStep({}, out_.namesOf(main)) == nullptr;
    }

    void tellRequest(Row main) {
        const StoryTemplates::Step* step = out_.words.requestStep(out_.namesOf(main));
        const StoryValue page = out_.operationOf("page", main, "unknown.page");
        out_.sayPattern(StoryKind::Did, step != nullptr && !step->done.empty() ? step->done : out_.words.text("request.did"), {page, at("stage", page), own("time", formatDuration(out_.table.duration(main))), trace_.reasons->of({main}, stop_)}, {main}, out_.table.start(main));
    }

    /// Did it fail?
    bool tellAnswer(Row main) {
        int status = 0;
        if (const SpanFacts::Fact* fact = out_.facts.of(main, out_.names.status))
            std::from_chars(fact->value.data(), fact->value.data() + fact->value.size(), status);
        const int64_t end = out_.table.end(main);
        if (out_.isUnfinished(main)) {
            out_.say(StoryKind::Saw, "saw.nothing", {}, {main}, end);
        } else if (status >= 400 || out_.table.isError(main)) {
            const char* key = status == 402 ? "saw.refused" : status == 401 || status == 403 ? "saw.denied" : status == 404 || status == 410 ? "saw.notFound" : status == 409 || status == 412 ? "saw.conflict"
                              : status == 429 ? "saw.tooMany" : status >= 400 && status < 500 ? "saw.invalid" : status >= 502 && status <= 504 ? "saw.unavailable" : "saw.fault";
            std::vector<Row> rows = consequences(out_, trace_);
            std::erase(rows, main);
            rows.insert(rows.begin(), main);
            out_.say(StoryKind::Saw, key, {}, std::move(rows), end);
            return true;
        } else if (out_.table.duration(main) >= kSlowAnswer) {
            out_.say(StoryKind::Saw, "saw.slow", {own("time", formatDuration(out_.table.duration(main)))}, {main}, end);
        }
        return false;
    }

    // --- stages

    const StoryTemplates::Step* stepOf(uint32_t stage, Row row) const { return out_.words.stageStep(log_.stages[stage], out_.namesOf(row)); }

    const std::string& nounOf(uint32_t stage) {
        if (!nouns_[stage])
            nouns_[stage] = findNoun(stage);
        return *nouns_[stage];
    }
    std::string findNoun(uint32_t stage) const {
        for (const FulfilmentLog::Visit& visit : visits_)
            if (visit.stage == stage)
                if (const StoryTemplates::Step* step = stepOf(stage, visit.row); step != nullptr && !step->noun.empty())
                    return step->noun;
        const StoryTemplates::Step* step = out_.words.stageStep(log_.stages[stage], {});
        return step != nullptr && !step->noun.empty() ? step->noun : filledIn(out_.words.text("unknown.stage"), {{"stage", shortened(log_.stages[stage])}});
    }

    std::vector<uint32_t>::const_iterator firstIn(TraceIndex trace) const { return std::lower_bound(byTrace_.begin(), byTrace_.end(), trace, [&](uint32_t v, TraceIndex of) { return traceOf(v) < of; }); }
    TraceIndex traceOf(uint32_t visit) const { return out_.table.trace(visits_[visit].row); }

    void tellStages(TraceIndex trace, bool isRequest) {
        const auto first = firstIn(trace);
        for (auto at = first; at != byTrace_.end() && traceOf(*at) == trace && !out_.isFull(); ++at) {
            const FulfilmentLog::Visit& visit = visits_[*at];
            // What the customer did, and what was charged, is told.
            if (out_.told.contains(visit.row))
                continue;
            const std::string& noun = nounOf(visit.stage);
            if (!isRequest || at != first) // the time before a request is the customer's
                tellWait(visit, noun);
            if (isRetry_[*at])
                out_.say(StoryKind::Retried, "retried.stage", {ofStage("stage", noun), own("attempt", formatCount(visit.attempt))}, {visit.row}, visit.start);
            const StoryTemplates::Step* step = stepOf(visit.stage, visit.row);
            if (isMail(visit.row) && (step == nullptr || mailing_.finds(log_.stages[visit.stage])))
                tellMail(visit.row, visit.failed);
            else
                tellStage(visit.row, visit.failed, ofStage("stage", noun), step, visit.start);
        }
    }

    void tellStage(Row row, bool isFailed, const StoryValue& noun, const StoryTemplates::Step* step, int64_t time) {
        const std::string* pattern = step == nullptr ? nullptr : isFailed ? &step->failed : &step->done;
        std::vector<Row> rows = isFailed ? trace_.errorsBelow(row) : std::vector<Row>{row};
        std::vector<StoryValue> values = {at("stage", noun), at("page", noun), own("time", formatDuration(std::max<int64_t>(out_.table.duration(row), 0))), isFailed ? trace_.reasons->of(rows, stop_) : own("reason", out_.words.text("unknown.reason"))};
        if (out_.isUnfinished(row))
            out_.say(StoryKind::Open, "stage.unfinished", std::move(values), std::move(rows), time);
        else if (pattern != nullptr && !pattern->empty())
            out_.sayPattern(isFailed ? StoryKind::Failed : StoryKind::Happened, *pattern, std::move(values), std::move(rows), time);
        else
            out_.say(isFailed ? StoryKind::Failed : StoryKind::Happened, isFailed ? "stage.failed" : "stage.done", std::move(values), std::move(rows), time);
    }

    /// What is no visit of a stage: a mail, or something that the templates know.
    void tellStep(Row main) {
        if (out_.table.kind(main) == Kind::Producer) // "send shipments": that was asked for, and nothing handed over yet
            return;
        const std::vector<std::string> names = out_.namesOf(main);
        if (const StoryTemplates::Step* step = out_.words.stageStep({}, names))
            tellStage(main, out_.table.isError(main), step->noun.empty() ? out_.operationOf("stage", main, "unknown.what") : ofStage("stage", step->noun), step, out_.table.start(main));
        else if (isMail(main))
            tellMail(main, out_.table.isError(main));
    }

    bool isMail(Row row) const {
        if (out_.table.kind(row) == Kind::Client || out_.table.kind(row) == Kind::Producer)
            return false;
        std::vector<std::string> names = out_.namesOf(row);
        names.emplace_back(out_.table.serviceText(row));
        return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return mailing_.finds(name); });
    }

    void tellMail(Row row, bool hasFailed) {
        const SpanFacts::Fact *mail = out_.facts.of(row, out_.names.mail), *address = out_.facts.of(row, out_.names.email);
        std::vector<StoryValue> values = {address != nullptr ? valueOf("address", address->key, address->value) : own("address", out_.words.text("unknown.address"))};
        if (mail != nullptr)
            values.push_back(valueOf("mail", mail->key, plainTitle(mail->value)));
        if (!hasFailed) {
            out_.say(StoryKind::Happened, mail != nullptr ? "mail.sent" : "mail.sentUntitled", std::move(values), {row}, out_.table.start(row));
            return;
        }
        std::vector<Row> rows = trace_.errorsBelow(row);
        values.push_back(trace_.reasons->of(rows, stop_));
        out_.say(StoryKind::Failed, mail != nullptr ? "mail.failed" : "mail.failedUntitled", std::move(values), std::move(rows), out_.table.start(row));
    }

    // --- waits

    void tellWait(const FulfilmentLog::Visit& visit, const std::string& noun) {
        if (visit.wait < kShortestWait)
            return;
        const std::optional<int64_t> usual = visit.attempt == 1 ? usual_.of(visit.stage) : std::nullopt;
        if (visit.wait < kLongWait && (!usual || visit.wait <= *usual))
            return;
        std::vector<StoryValue> values = {ofStage("stage", noun), own("time", formatDuration(visit.wait))};
        if (usual)
            values.push_back(own("usual", formatWait(*usual)));
        out_.say(StoryKind::Waited, usual ? "waited.compared" : "waited.alone", std::move(values), {visit.row}, timeBefore(visit.start, visit.wait));
    }
    static int64_t timeBefore(int64_t time, int64_t by) { return time < std::numeric_limits<int64_t>::min() + by ? std::numeric_limits<int64_t>::min() : time - by; }

    /// The visit of a stage that the request was, if it failed; null: none.
    const FulfilmentLog::Visit* failedVisitOf(Row main) const {
        for (auto at = firstIn(out_.table.trace(main)); at != byTrace_.end() && traceOf(*at) == out_.table.trace(main); ++at)
            if (visits_[*at].row == main && visits_[*at].failed)
                return &visits_[*at];
        return nullptr;
    }

    // --- the order

    /// How it stands, and what is still to come.
    void tellState(StoryHead head) {
        story_.state = head.state;
        story_.headline = std::move(head.headline);
        story_.headline.values.insert(story_.headline.values.end(), out_.everywhere.begin(), out_.everywhere.end());
        if (head.open)
            add(std::move(*head.open));
    }
    void add(StorySentence one) { out_.sayPattern(one.kind, one.pattern, std::move(one.values), std::move(one.rows), one.time); }

    void tellRest(const std::vector<Row>& all) {
        uint64_t count = 0, failures = 0;
        int64_t time = 0;
        for (const Row row : all)
            if (!out_.told.contains(row)) {
                ++count;
                failures += out_.table.isError(row);
                addSaturated(time, std::max<int64_t>(out_.table.selfTime(row), 0));
            }
        if (count == 0 && untold_.empty())
            return;
        std::vector<StoryValue> values = {own("count", formatCount(count)), own("time", formatDuration(time)), own("failures", formatCount(failures))};
        out_.sayPattern(StoryKind::More, out_.words.text(failures == 0 ? "more.fine" : "more.failed", count), std::move(values), {}, std::nullopt).traces = untold_;
    }

    const JourneyState& state_;
    const FulfilmentLog& log_;
    const CaseIndex::Case& kase_;
    const StopToken& stop_;
    StoryWriter out_;
    ChargeTeller charges_;
    const NamePattern mailing_;
    std::span<const FulfilmentLog::Visit> visits_;
    std::vector<uint32_t> byTrace_;                  ///< numbers of visits, by trace, then time
    std::vector<bool> isRetry_;                      ///< by visit: the one of its stage before it failed
    std::vector<std::optional<std::string>> nouns_; ///< by stage, those that were asked for
    UsualWaits usual_;
    OrderStory story_;
    std::vector<TraceIndex> untold_;
    ToldTrace trace_; ///< the one that is told
};

} // namespace

OrderStory orderStory(Database* db, const JourneyState& state, const FulfilmentLog& log, CaseNumber number, const StoryTemplates& words, const StopToken& stop) {
    return Teller(db, state, log, number, words, stop).tell();
}

} // namespace aisle
