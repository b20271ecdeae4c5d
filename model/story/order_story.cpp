#include "story/order_story.h"

#include "analysis/saturating.h"
#include "analysis/span_marks.h"
#include "journey/case_money.h"
#include "query/request_path.h"
#include "story/amount_text.h"
#include "story/charges.h"
#include "story/failure_reasons.h"
#include "story/plain_words.h"
#include "story/span_facts.h"
#include "story/story_attributes.h"
#include "story/story_head.h"
#include "story/story_values.h"
#include "story/usual_waits.h"
#include "text/format.h"
#include "text/utf8.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <unordered_set>

namespace aisle {

namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kSlowAnswer = 2 * kSecond, kShortestWait = kSecond, kLongWait = 10 * kSecond;
constexpr const char* kNameKey = "name";

class Teller {
public:
    Teller(Database* db, const JourneyState& state, const FulfilmentLog& log, CaseNumber number, const StoryTemplates& words, const StopToken& stop)
        : state_(state), log_(log), table_(*state.table), kase_(state.cases().cases()[number]), words_(words), stop_(stop), names_(StoryAttributes::preset()), charges_(names_), mailing_(names_.mailing, options()), usual_(log, number, stop) {
        out_.number = number;
        out_.order = kase_.value;
        if (db != nullptr)
            facts_ = SpanFacts(*db, table_, kase_.traces, stop);
        if (number < log.cases())
            visits_ = std::span(log.visits).subspan(log.first[number], log.first[number + 1] - log.first[number]);
        std::vector<bool> hasFailed(log.stages.size());
        for (uint32_t v = 0; v < visits_.size(); ++v) {
            byTrace_.push_back(v);
            isRetry_.push_back(hasFailed[visits_[v].stage]);
            hasFailed[visits_[v].stage] = visits_[v].failed;
        }
        std::stable_sort(byTrace_.begin(), byTrace_.end(), [&](uint32_t a, uint32_t b) { return traceOf(a) < traceOf(b); });
        nouns_.resize(log.stages.size());
    }

    OrderStory tell() {
        std::vector<Row> all;
        for (const TraceIndex trace : kase_.traces)
            for (const Row row : table_.rowsOf(trace))
                if (!table_.isHidden(row))
                    all.push_back(row);
        std::stable_sort(all.begin(), all.end(), [&](Row a, Row b) { return table_.start(a) < table_.start(b); });
        everywhere_ = {valueOf("order", state_.cases().attribute(), kase_.value)};
        const SpanFacts::Fact *email = facts_.ofAny(all, names_.email), *tracking = facts_.ofAny(all, names_.tracking);
        everywhere_.push_back(email != nullptr ? valueOf("customer", email->key, email->value) : own("customer", words_.text("unknown.customer")));
        everywhere_.push_back(tracking != nullptr ? valueOf("tracking", tracking->key, tracking->value) : own("tracking", words_.text("unknown.customer")));
        if (const SpanFacts::Fact* currency = facts_.ofAny(all, names_.currencies))
            currency_ = std::string(beginning(printable(currency->value), 16));
        for (const TraceIndex trace : kase_.traces) {
            stop_.check();
            if (table_.summary(trace).spans == 0)
                continue;
            if (isFull())
                untold_.push_back(trace);
            else
                tellTrace(trace);
        }
        if (tracking != nullptr)
            for (const Row row : all)
                if (facts_.of(row, names_.tracking) == tracking) {
                    say(StoryKind::Happened, "tracking", {}, {row}, table_.end(row));
                    break;
                }
        std::stable_sort(out_.sentences.begin(), out_.sentences.end(), [](const StorySentence& a, const StorySentence& b) { return a.time && (!b.time || *a.time < *b.time); });
        tellState();
        tellRest(all);
        out_.figures = storyFigures(out_.state, log_, out_.number, {email, tracking, charged_}, words_);
        return std::move(out_);
    }

private:
    static re2::RE2::Options options() {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_case_sensitive(false);
        return options;
    }

    StorySentence& sayPattern(StoryKind kind, const std::string& pattern, std::vector<StoryValue> values, std::vector<Row> rows, std::optional<int64_t> time) {
        StorySentence& out = out_.sentences.emplace_back();
        out.kind = kind;
        out.pattern = pattern;
        out.values = std::move(values);
        out.values.insert(out.values.end(), everywhere_.begin(), everywhere_.end());
        told_.insert(rows.begin(), rows.end());
        out.time = time;
        if (!rows.empty() && time && (table_.flags(rows.front()) & kNoStart) != 0)
            out.time.reset();
        out.rows = std::move(rows);
        return out;
    }
    StorySentence& say(StoryKind kind, std::string_view key, std::vector<StoryValue> values, std::vector<Row> rows, std::optional<int64_t> time) {
        return sayPattern(kind, words_.text(key), std::move(values), std::move(rows), time);
    }

    bool isFull() const { return out_.sentences.size() >= OrderStory::kMostSentences; }

    // --- what spans say

    std::vector<std::string> namesOf(Row row) const {
        std::vector<std::string> out = {std::string(table_.nameText(row))};
        if (const SpanFacts::Fact* path = facts_.of(row, names_.path))
            out.emplace_back(traceql::pathOf(path->value));
        if (const SpanFacts::Fact* topic = facts_.of(row, names_.topic))
            out.push_back(topic->value);
        return out;
    }

    /// Itself, and the errors below it.
    std::vector<Row> errorsBelow(Row top) const {
        std::vector<Row> out = {top};
        const NodeIndex node = tree_.nodeOf(top);
        if (node == kNoNode)
            return out;
        for (auto at = std::upper_bound(tree_.errors.begin(), tree_.errors.end(), node); at != tree_.errors.end() && *at < tree_.nodes[node].end; ++at)
            out.push_back(tree_.nodes[*at].row);
        return out;
    }

    StoryValue reasonOf(const std::vector<Row>& rows) const { return reasons_->of(rows); }

    static StoryValue at(std::string place, StoryValue value) {
        value.place = std::move(place);
        return value;
    }

    /// In words, which nothing personal is found in any more: masked is what they are made of.
    StoryValue operationOf(const char* place, Row row, const char* unknown) const {
        const std::string& nothing = words_.text(unknown);
        if (const SpanFacts::Fact* path = facts_.of(row, names_.path))
            if (const std::string words = plainOperation(traceql::pathOf(path->value)); !words.empty()) {
                StoryValue out = valueOf(place, kNameKey, words);
                out.source = path->value;
                out.whenMasked = path->key == "http.route" ? nothing : plainOperation(firstSegment(traceql::pathOf(path->value)));
                if (path->key != "http.route") // anybody may be named in it
                    out.source.clear();
                if (out.whenMasked.empty())
                    out.whenMasked = nothing;
                return out;
            }
        const std::string_view name = table_.nameText(row);
        const std::string words = plainOperation(name);
        if (words.empty())
            return own(place, nothing);
        StoryValue out = valueOf(place, kNameKey, words);
        out.source = name;
        out.whenMasked = nothing;
        return out;
    }

    bool isUnfinished(Row row) const { return (table_.flags(row) & kUnfinished) != 0; }

    // --- a trace

    void tellTrace(TraceIndex trace) {
        rows_.clear();
        errors_.clear();
        for (const Row row : table_.rowsOf(trace))
            if (!table_.isHidden(row)) {
                rows_.push_back(row);
                if (table_.isError(row))
                    errors_.push_back(row);
            }
        std::stable_sort(rows_.begin(), rows_.end(), [&](Row a, Row b) { return table_.start(a) < table_.start(b); });
        tree_ = waterfall(table_, trace, {}, stop_);
        reasons_.emplace(table_, tree_, facts_, words_, rows_);
        const Row root = table_.summary(trace).root, main = root != kNoRow ? root : rows_.front();
        const size_t before = out_.sentences.size();
        const bool isRequest = isOfCustomer(main);
        if (isRequest)
            tellRequest(main);
        tellCharges(isRequest ? main : kNoRow);
        tellStages(trace, isRequest);
        if (out_.sentences.size() == before)
            tellStep(main);
        tellRetries();
        const bool isAnsweredSo = isRequest && tellAnswer(main);
        const FulfilmentLog::Visit* failed = isAnsweredSo ? failedVisitOf(main) : nullptr;
        if (failed == nullptr || !tellFailedRequest(*failed, before))
            tellFailures(isAnsweredSo ? "failed.behind" : "failed.inside");
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
        if (table_.kind(main) == Kind::Consumer || table_.kind(main) == Kind::Producer || facts_.of(main, names_.path) == nullptr)
            return false;
        return words_.stageStep({}, namesOf(main)) == nullptr;
    }

    void tellRequest(Row main) {
        const StoryTemplates::Step* step = words_.requestStep(namesOf(main));
        const StoryValue page = operationOf("page", main, "unknown.page");
        sayPattern(StoryKind::Did, step != nullptr && !step->done.empty() ? step->done : words_.text("request.did"), {page, at("stage", page), own("time", formatDuration(table_.duration(main))), reasonOf({main})}, {main}, table_.start(main));
    }

    /// Errors that are only those of what was told already, further out.
    std::vector<Row> consequences() const {
        std::unordered_set<Row> above;
        for (const Row row : errors_)
            if (told_.contains(row)) {
                int steps = 1000;
                for (Row up = table_.parent(row); up != kNoRow && steps-- > 0 && above.insert(up).second; up = table_.parent(up)) {
                }
            }
        std::vector<Row> out;
        for (const Row row : errors_)
            if (above.contains(row) && !told_.contains(row))
                out.push_back(row);
        return out;
    }

    /// Did it fail?
    bool tellAnswer(Row main) {
        int status = 0;
        if (const SpanFacts::Fact* fact = facts_.of(main, names_.status))
            std::from_chars(fact->value.data(), fact->value.data() + fact->value.size(), status);
        const int64_t end = table_.end(main);
        if (isUnfinished(main)) {
            say(StoryKind::Saw, "saw.nothing", {}, {main}, end);
        } else if (status >= 400 || table_.isError(main)) {
            const char* key = status == 402 ? "saw.refused" : status == 401 || status == 403 ? "saw.denied" : status == 404 || status == 410 ? "saw.notFound" : status == 409 || status == 412 ? "saw.conflict"
                              : status == 429 ? "saw.tooMany" : status >= 400 && status < 500 ? "saw.invalid" : status >= 502 && status <= 504 ? "saw.unavailable" : "saw.fault";
            std::vector<Row> rows = consequences();
            std::erase(rows, main);
            rows.insert(rows.begin(), main);
            say(StoryKind::Saw, key, {}, std::move(rows), end);
            return true;
        } else if (table_.duration(main) >= kSlowAnswer) {
            say(StoryKind::Saw, "saw.slow", {own("time", formatDuration(table_.duration(main)))}, {main}, end);
        }
        return false;
    }

    /// `request`: of the customer, who sends a payment by it; kNoRow: the trace begins otherwise.
    void tellCharges(Row request) {
        const std::vector<Charge> found = charges_.find(table_, tree_, facts_, rows_, request);
        if (found.empty())
            return;
        const OfTrace known = {facts_.ofAny(rows_, names_.method), facts_.ofAny(rows_, names_.amounts), facts_.ofAny(rows_, names_.currencies)};
        for (const Charge& charge : found)
            if (!isFull())
                tellCharge(charge, known);
    }

    /// What any span of the trace says; null: none does.
    struct OfTrace {
        const SpanFacts::Fact *method, *amount, *currency;
    };

    /// The first span below it that says one of these; null: none does. In OpenTelemetry's demo the sum is in a span of its own below the request.
    const SpanFacts::Fact* factBelow(Row row, const std::vector<std::string>& names) const {
        const NodeIndex top = tree_.nodeOf(row);
        for (NodeIndex node = top + 1; node < tree_.nodes[top].end; ++node)
            if (const SpanFacts::Fact* fact = facts_.of(tree_.nodes[node].row, names))
                return fact;
        return nullptr;
    }

    void tellCharge(const Charge& charge, const OfTrace& known) {
        const Row row = charge.row;
        const SpanFacts::Fact *amount = facts_.of(row, names_.charge), *method = known.method;
        if (amount == nullptr)
            amount = factBelow(row, names_.charge);
        if (amount == nullptr)
            amount = facts_.of(row, names_.amounts);
        if (amount == nullptr)
            amount = known.amount;
        StoryValue sum = own("amount", words_.text("unknown.amount"));
        if (const auto number = amount != nullptr ? amountOf(amount->value) : std::nullopt) {
            const std::string unit = known.currency != nullptr ? std::string(beginning(printable(known.currency->value), 16)) : currency_;
            sum = valueOf("amount", amount->key, exactMoney(*number, unit));
            if (!table_.isError(row) && !isUnfinished(row) && charge.kind == Charge::Kind::Paid)
                charged_[unit] += *number;
        }
        std::vector<StoryValue> values = {std::move(sum), method != nullptr ? valueOf("method", method->key, method->value) : own("method", words_.text("unknown.method"))};
        if (charge.kind == Charge::Kind::PaidBack) {
            if (!table_.isError(row) && !isUnfinished(row)) // else it is told as other failures are
                say(StoryKind::Charged, "charged.back", std::move(values), {row}, table_.start(row));
        } else if (isUnfinished(row)) {
            say(StoryKind::Charged, "charged.unfinished", std::move(values), {row}, table_.start(row));
        } else if (table_.isError(row)) {
            std::vector<Row> rows = errorsBelow(row);
            values.push_back(reasonOf(rows));
            say(StoryKind::Charged, "charged.failed", std::move(values), std::move(rows), table_.start(row));
        } else if (charge.kind == Charge::Kind::Authorised) {
            say(StoryKind::Charged, "charged.authorised", std::move(values), {row}, table_.start(row));
        } else {
            say(StoryKind::Charged, "charged.paid", std::move(values), {row}, table_.start(row));
        }
    }

    // --- stages

    const StoryTemplates::Step* stepOf(uint32_t stage, Row row) const { return words_.stageStep(log_.stages[stage], namesOf(row)); }

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
        const StoryTemplates::Step* step = words_.stageStep(log_.stages[stage], {});
        return step != nullptr && !step->noun.empty() ? step->noun : filledIn(words_.text("unknown.stage"), {{"stage", shortened(log_.stages[stage])}});
    }

    TraceIndex traceOf(uint32_t visit) const { return table_.trace(visits_[visit].row); }

    void tellStages(TraceIndex trace, bool isRequest) {
        const auto first = std::lower_bound(byTrace_.begin(), byTrace_.end(), trace, [&](uint32_t v, TraceIndex of) { return traceOf(v) < of; });
        for (auto at = first; at != byTrace_.end() && traceOf(*at) == trace && !isFull(); ++at) {
            const FulfilmentLog::Visit& visit = visits_[*at];
            // What the customer did, and what was charged, is told.
            if (told_.contains(visit.row))
                continue;
            const std::string& noun = nounOf(visit.stage);
            if (!isRequest || at != first) // the time before a request is the customer's
                tellWait(visit, noun);
            if (isRetry_[*at])
                say(StoryKind::Retried, "retried.stage", {ofStage("stage", noun), own("attempt", formatCount(visit.attempt))}, {visit.row}, visit.start);
            const StoryTemplates::Step* step = stepOf(visit.stage, visit.row);
            if (isMail(visit.row) && (step == nullptr || re2::RE2::PartialMatch(log_.stages[visit.stage], mailing_)))
                tellMail(visit.row);
            else
                tellStage(visit.row, visit.failed, ofStage("stage", noun), step, visit.start);
        }
    }

    void tellStage(Row row, bool isFailed, const StoryValue& noun, const StoryTemplates::Step* step, int64_t time) {
        const std::string* pattern = step == nullptr ? nullptr : isFailed ? &step->failed : &step->done;
        std::vector<Row> rows = isFailed ? errorsBelow(row) : std::vector<Row>{row};
        std::vector<StoryValue> values = {at("stage", noun), at("page", noun), own("time", formatDuration(std::max<int64_t>(table_.duration(row), 0))), isFailed ? reasonOf(rows) : own("reason", words_.text("unknown.reason"))};
        if (isUnfinished(row))
            say(StoryKind::Open, "stage.unfinished", std::move(values), std::move(rows), time);
        else if (pattern != nullptr && !pattern->empty())
            sayPattern(isFailed ? StoryKind::Failed : StoryKind::Happened, *pattern, std::move(values), std::move(rows), time);
        else
            say(isFailed ? StoryKind::Failed : StoryKind::Happened, isFailed ? "stage.failed" : "stage.done", std::move(values), std::move(rows), time);
    }

    /// What is no visit of a stage: a mail, or something that the templates know.
    void tellStep(Row main) {
        if (table_.kind(main) == Kind::Producer) // "send shipments": that was asked for, and nothing handed over yet
            return;
        const std::vector<std::string> names = namesOf(main);
        if (const StoryTemplates::Step* step = words_.stageStep({}, names))
            tellStage(main, table_.isError(main), step->noun.empty() ? operationOf("stage", main, "unknown.what") : ofStage("stage", step->noun), step, table_.start(main));
        else if (isMail(main))
            tellMail(main);
    }

    bool isMail(Row row) const {
        if (table_.kind(row) == Kind::Client || table_.kind(row) == Kind::Producer)
            return false;
        std::vector<std::string> names = namesOf(row);
        names.emplace_back(table_.serviceText(row));
        return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return re2::RE2::PartialMatch(name, mailing_); });
    }

    void tellMail(Row row) {
        const SpanFacts::Fact *mail = facts_.of(row, names_.mail), *address = facts_.of(row, names_.email);
        std::vector<StoryValue> values = {address != nullptr ? valueOf("address", address->key, address->value) : own("address", words_.text("unknown.address"))};
        if (mail != nullptr)
            values.push_back(valueOf("mail", mail->key, plainTitle(mail->value)));
        if (!table_.isError(row)) {
            say(StoryKind::Happened, mail != nullptr ? "mail.sent" : "mail.sentUntitled", std::move(values), {row}, table_.start(row));
            return;
        }
        std::vector<Row> rows = errorsBelow(row);
        values.push_back(reasonOf(rows));
        say(StoryKind::Failed, mail != nullptr ? "mail.failed" : "mail.failedUntitled", std::move(values), std::move(rows), table_.start(row));
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
        say(StoryKind::Waited, usual ? "waited.compared" : "waited.alone", std::move(values), {visit.row}, timeBefore(visit.start, visit.wait));
    }
    static int64_t timeBefore(int64_t time, int64_t by) { return time < std::numeric_limits<int64_t>::min() + by ? std::numeric_limits<int64_t>::min() : time - by; }

    // --- within a trace

    void tellRetries() {
        std::map<std::pair<std::string_view, std::string_view>, std::vector<Row>> again; // by service and name
        for (const Retry& retry : retries(table_, tree_, stop_))
            if (const Row row = tree_.nodes[retry.node].row; row != kNoRow)
                again[{table_.serviceText(row), table_.nameText(row)}].push_back(row);
        for (auto& [what, rows] : again) {
            const uint64_t count = rows.size();
            const int64_t time = table_.start(rows.front());
            const StoryValue operation = operationOf("what", rows.front(), "unknown.what");
            sayPattern(StoryKind::Retried, words_.text("retried.inside", count), {operation, own("count", formatCount(count))}, std::move(rows), time);
        }
    }

    /// The visit of a stage that the request was, if it failed; null: none.
    const FulfilmentLog::Visit* failedVisitOf(Row main) const {
        const auto at = std::find_if(visits_.begin(), visits_.end(), [&](const FulfilmentLog::Visit& visit) { return visit.row == main; });
        return at != visits_.end() && at->failed ? &*at : nullptr;
    }

    /// What failed behind a request that would have been a stage, as that of the stage: "The order could not be placed because ...". False: there are no
    /// words for it, or it was told from sentence `from` on: the payment that was refused.
    bool tellFailedRequest(const FulfilmentLog::Visit& visit, size_t from) {
        const StoryTemplates::Step* step = stepOf(visit.stage, visit.row);
        const auto tellsFailure = [&](const StorySentence& one) { return one.kind == StoryKind::Failed || (one.kind == StoryKind::Charged && table_.isError(one.rows.front())); };
        if (step == nullptr || step->failed.empty() || std::any_of(out_.sentences.begin() + static_cast<std::ptrdiff_t>(from), out_.sentences.end(), tellsFailure))
            return false;
        std::vector<Row> rows = untoldErrors();
        const StoryValue reason = reasonOf(rows.empty() ? std::vector<Row>{visit.row} : rows);
        const std::string& noun = nounOf(visit.stage);
        const int64_t time = rows.empty() ? visit.end : table_.start(rows.front());
        if (rows.empty())
            rows.push_back(visit.row);
        sayPattern(StoryKind::Failed, step->failed, {ofStage("stage", noun), ofStage("page", noun), own("time", formatDuration(timeBetween(visit.start, visit.end))), reason}, std::move(rows), time);
        return true;
    }

    /// Errors that nothing has told, the innermost first.
    std::vector<Row> untoldErrors() {
        const std::vector<Row> outer = consequences();
        told_.insert(outer.begin(), outer.end());
        std::vector<Row> rows;
        for (const Row row : errors_)
            if (!told_.contains(row))
                rows.push_back(row);
        if (rows.empty())
            return rows;
        const Row origin = *std::max_element(rows.begin(), rows.end(), [&](Row a, Row b) { return table_.depth(a) < table_.depth(b); });
        std::stable_partition(rows.begin(), rows.end(), [&](Row row) { return row == origin; });
        return rows;
    }

    void tellFailures(const char* key) {
        std::vector<Row> rows = untoldErrors();
        if (rows.empty())
            return;
        const Row origin = rows.front();
        const StoryValue what = operationOf("what", origin, "unknown.what"), reason = reasonOf(rows);
        say(StoryKind::Failed, key, {what, reason}, std::move(rows), table_.start(origin));
    }

    // --- the order

    /// How it stands, and what is still to come.
    void tellState() {
        StoryHead head = storyHead(state_, log_, out_.number, words_, [this](uint32_t stage) { return nounOf(stage); });
        out_.state = head.state;
        out_.headline = std::move(head.headline);
        out_.headline.values.insert(out_.headline.values.end(), everywhere_.begin(), everywhere_.end());
        if (head.open)
            sayPattern(head.open->kind, head.open->pattern, std::move(head.open->values), std::move(head.open->rows), head.open->time);
    }

    void tellRest(const std::vector<Row>& all) {
        uint64_t count = 0, failures = 0;
        int64_t time = 0;
        for (const Row row : all)
            if (!told_.contains(row)) {
                ++count;
                failures += table_.isError(row);
                addSaturated(time, std::max<int64_t>(table_.selfTime(row), 0));
            }
        if (count == 0 && untold_.empty())
            return;
        std::vector<StoryValue> values = {own("count", formatCount(count)), own("time", formatDuration(time)), own("failures", formatCount(failures))};
        sayPattern(StoryKind::More, words_.text(failures == 0 ? "more.fine" : "more.failed", count), std::move(values), {}, std::nullopt).traces = untold_;
    }

    const JourneyState& state_;
    const FulfilmentLog& log_;
    const SpanTable& table_;
    const CaseIndex::Case& kase_;
    const StoryTemplates& words_;
    const StopToken& stop_;
    const StoryAttributes& names_;
    const ChargeFinder charges_;
    const re2::RE2 mailing_;
    std::span<const FulfilmentLog::Visit> visits_;
    std::vector<uint32_t> byTrace_;                  ///< numbers of visits, by trace, then time
    std::vector<bool> isRetry_;                      ///< by visit: the one of its stage before it failed
    std::vector<std::optional<std::string>> nouns_; ///< by stage, those that were asked for
    SpanFacts facts_;
    OrderStory out_;
    std::vector<StoryValue> everywhere_;
    std::string currency_;
    std::map<std::string, double> charged_;
    UsualWaits usual_;
    std::unordered_set<Row> told_;
    std::vector<TraceIndex> untold_;
    std::vector<Row> rows_, errors_; ///< of the trace that is told
    Waterfall tree_;                 ///< the same
    std::optional<FailureReasons> reasons_; ///< the same
};

} // namespace

OrderStory orderStory(Database* db, const JourneyState& state, const FulfilmentLog& log, CaseNumber number, const StoryTemplates& words, const StopToken& stop) {
    return Teller(db, state, log, number, words, stop).tell();
}

} // namespace aisle
