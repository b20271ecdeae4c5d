#include "journey/journey_proposal.h"

#include "paths/case_log.h"
#include "resource/resource.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <numeric>

namespace aisle {

namespace {

struct StageWords {
    std::string name;
    std::vector<std::string> words;
};

std::vector<StageWords> readWords(const char* resource) {
    std::vector<StageWords> out;
    for (const auto& item : nlohmann::json::parse(readResource(resource)))
        out.push_back({item.at("name"), item.at("words")});
    return out;
}
const std::vector<StageWords>& stageWords() {
    static const std::vector<StageWords> all = readWords(":/presets/stage_words.json");
    return all;
}
const std::vector<StageWords>& orderWords() {
    static const std::vector<StageWords> all = readWords(":/presets/order_words.json");
    return all;
}

constexpr std::string_view kId = "proposed", kName = "Proposed from the requests of this file";
constexpr size_t kMostConditions = 12, kMostFrequent = 5;

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isCapital(char c) { return c >= 'A' && c <= 'Z'; }

/// Runs of letters in small ones, apart at capitals and whole: "AddItem" is add, item, additem.
std::vector<std::string> wordsOf(std::string_view text) {
    std::vector<std::string> out;
    const auto add = [&](std::string_view word) {
        std::string small(word);
        std::transform(small.begin(), small.end(), small.begin(), [](char c) { return isCapital(c) ? static_cast<char>(c - 'A' + 'a') : c; });
        out.push_back(std::move(small));
    };
    for (size_t i = 0; i < text.size();) {
        if (!isLetter(text[i])) {
            ++i;
            continue;
        }
        const size_t begin = i;
        while (i < text.size() && isLetter(text[i]))
            ++i;
        const std::string_view run = text.substr(begin, i - begin);
        size_t from = 0;
        for (size_t c = 1; c <= run.size(); ++c)
            if (c == run.size() || (isCapital(run[c]) && !isCapital(run[c - 1]))) {
                if (c - from < run.size())
                    add(run.substr(from, c - from));
                from = c;
            }
        add(run);
    }
    return out;
}

bool isRead(std::string_view request) { return request.starts_with("GET ") || request.starts_with("HEAD ") || request.starts_with("OPTIONS "); }

/// What a case did, by activity.
struct Counts {
    std::vector<uint64_t> cases;
    std::vector<double> place; ///< of the first time among the events of a case, 0 to 1, summed over cases
};

Counts countsOf(const CaseLog& log, const StopToken& stop) {
    Counts out{std::vector<uint64_t>(log.activities.size(), 0), std::vector<double>(log.activities.size(), 0)};
    std::vector<CaseNumber> last(log.activities.size(), kNoCase);
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i) {
            const uint32_t activity = log.activity[i];
            if (std::exchange(last[activity], c) == c)
                continue;
            ++out.cases[activity];
            out.place[activity] += static_cast<double>(i - log.first[c]) / static_cast<double>(log.first[c + 1] - log.first[c]);
        }
    }
    return out;
}

StageDefinition stageOf(std::string name, const std::vector<std::string>& conditions) {
    StageDefinition stage;
    stage.name = std::move(name);
    if (conditions.size() == 1) {
        stage.where = conditions.front();
        return stage;
    }
    for (const std::string& condition : conditions) // "{ a }" and "{ b }" are "{ (a) || (b) }"
        stage.where += (stage.where.empty() ? "{ (" : " || (") + condition.substr(2, condition.size() - 4) + ")";
    stage.where += " }";
    return stage;
}

/// Fewer cases than that are no habit.
uint64_t leastCases(const CaseLog& log) { return std::max<uint64_t>(2, log.cases() / 100); }

JourneyDefinition withoutStages(const JourneyState& state) {
    JourneyDefinition out;
    nameAsProposal(out);
    out.caseKey = state.cases().key().id;
    if (state.definition && state.definition->caseKey == out.caseKey)
        out.ownCase = state.definition->ownCase;
    return out;
}

/// By what the most cases asked for, of those that at least `least` did; nothing: none of them.
std::optional<StageDefinition> stageOf(const StageWords& words, std::vector<uint32_t> of, const Activities& found, const Counts& counts, uint64_t least) {
    std::sort(of.begin(), of.end(), [&](uint32_t a, uint32_t b) { return std::pair(counts.cases[b], a) < std::pair(counts.cases[a], b); });
    if (of.empty() || counts.cases[of.front()] < least)
        return std::nullopt;
    std::vector<std::string> conditions;
    for (const uint32_t a : of)
        if (conditions.size() < kMostConditions)
            conditions.push_back(found.conditions[a]);
    return stageOf(words.name, conditions);
}

/// By stage: where in a case its first activity is, 0 to 1, mean over the cases that have one. `stages`: by activity, none is kNone.
std::vector<double> placesOf(const CaseLog& log, const std::vector<size_t>& stages, size_t count, const StopToken& stop) {
    std::vector<double> places(count, 0);
    std::vector<uint64_t> cases(count, 0);
    std::vector<CaseNumber> last(count, kNoCase);
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i) {
            const size_t stage = stages[log.activity[i]];
            if (stage >= count || std::exchange(last[stage], c) == c)
                continue;
            ++cases[stage];
            places[stage] += static_cast<double>(i - log.first[c]) / static_cast<double>(log.first[c + 1] - log.first[c]);
        }
    }
    for (size_t k = 0; k < count; ++k)
        places[k] /= static_cast<double>(std::max<uint64_t>(1, cases[k]));
    return places;
}

size_t orderStage(std::string_view request) {
    size_t found = orderWords().size();
    for (const std::string& word : wordsOf(request))
        for (size_t k = orderWords().size(); k-- > 0;)
            if (const auto& words = orderWords()[k].words; std::find(words.begin(), words.end(), word) != words.end())
                found = found == orderWords().size() ? k : std::max(found, k);
    return found;
}

} // namespace

std::string stageByWords(std::string_view request) {
    const size_t space = request.find(' ');
    if (const std::string_view path = space == std::string_view::npos ? request : request.substr(space + 1); path == "/")
        return stageWords().front().name;
    std::string found;
    for (const std::string& word : wordsOf(request))
        for (const StageWords& stage : stageWords())
            if (std::find(stage.words.begin(), stage.words.end(), word) != stage.words.end())
                found = stage.name;
    return found;
}

std::optional<JourneyDefinition> proposeJourney(const traceql::Context& context, const JourneyState& state, const StopToken& stop) {
    const Activities found = activities(context, state, {}, stop);
    const CaseLog log = caseLog(state, found, stop);
    const Counts counts = countsOf(log, stop);
    const uint64_t least = leastCases(log);
    JourneyDefinition out = withoutStages(state);

    std::map<std::string, std::vector<uint32_t>> byStage;
    std::vector<uint32_t> frequent;
    for (uint32_t a = 0; a < counts.cases.size(); ++a) {
        if (counts.cases[a] == 0 || found.conditions[a].empty())
            continue;
        if (const std::string stage = stageByWords(found.names[a]); !stage.empty())
            byStage[stage].push_back(a);
        if (counts.cases[a] >= least)
            frequent.push_back(a);
    }
    for (const StageWords& words : stageWords()) {
        std::vector<uint32_t>& of = byStage[words.name];
        // Looking at a cart or an order is not to fill it: where something was done, that is the stage.
        const auto isDone = [&](uint32_t a) { return !isRead(found.names[a]); };
        if (std::any_of(of.begin(), of.end(), isDone))
            std::erase_if(of, [&](uint32_t a) { return !isDone(a); });
        if (auto stage = stageOf(words, of, found, counts, least))
            out.stages.push_back(std::move(*stage));
    }
    if (out.stages.size() < 2) {
        out.stages.clear();
        std::sort(frequent.begin(), frequent.end(), [&](uint32_t a, uint32_t b) { return std::pair(counts.cases[b], a) < std::pair(counts.cases[a], b); });
        frequent.resize(std::min(frequent.size(), kMostFrequent));
        std::sort(frequent.begin(), frequent.end(), [&](uint32_t a, uint32_t b) {
            return std::pair(counts.place[a] / static_cast<double>(counts.cases[a]), a) < std::pair(counts.place[b] / static_cast<double>(counts.cases[b]), b);
        });
        for (const uint32_t a : frequent)
            out.stages.push_back(stageOf(found.names[a], {found.conditions[a]}));
    }
    if (out.stages.size() < 2 || !problemOf(out).empty())
        return std::nullopt;
    return out;
}

std::string orderStageByWords(std::string_view request) {
    const size_t stage = orderStage(request);
    return stage < orderWords().size() ? orderWords()[stage].name : std::string();
}

std::optional<JourneyDefinition> proposeOrderJourney(const traceql::Context& context, const JourneyState& state, const StopToken& stop) {
    const Activities found = activities(context, state, {ActivityChoice::Of::Requests, {}, true}, stop);
    const CaseLog log = caseLog(state, found, stop);
    const Counts counts = countsOf(log, stop);
    const std::vector<StageWords>& words = orderWords();
    std::vector<size_t> stages(found.names.size(), words.size()); // by activity
    std::vector<std::vector<uint32_t>> byStage(words.size());
    for (uint32_t a = 0; a < found.names.size(); ++a) {
        if (counts.cases[a] == 0 || found.conditions[a].empty() || isRead(found.names[a])) // to look at an order is not to place it
            continue;
        if ((stages[a] = orderStage(found.names[a])) < words.size())
            byStage[stages[a]].push_back(a);
    }
    const std::vector<double> places = placesOf(log, stages, words.size(), stop);
    std::vector<size_t> order(words.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return places[a] < places[b]; });
    JourneyDefinition out = withoutStages(state);
    for (const size_t k : order)
        if (auto stage = stageOf(words[k], byStage[k], found, counts, leastCases(log)))
            out.stages.push_back(std::move(*stage));
    if (out.stages.size() < 2 || !problemOf(out).empty())
        return std::nullopt;
    return out;
}

bool isProposal(const JourneyDefinition& journey) { return journey.id == kId && journey.name == kName; }

void nameAsProposal(JourneyDefinition& journey) {
    journey.id = kId;
    journey.name = kName;
}

} // namespace aisle
