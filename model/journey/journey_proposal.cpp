#include "journey/journey_proposal.h"

#include "paths/case_log.h"
#include "resource/resource.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace aisle {

namespace {

struct StageWords {
    std::string name;
    std::vector<std::string> words;
};

const std::vector<StageWords>& stageWords() {
    static const std::vector<StageWords> all = [] {
        std::vector<StageWords> out;
        for (const auto& item : nlohmann::json::parse(readResource(":/presets/stage_words.json")))
            out.push_back({item.at("name"), item.at("words")});
        return out;
    }();
    return all;
}

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
    const uint64_t least = std::max<uint64_t>(2, log.cases() / 100);
    JourneyDefinition out;
    out.id = "proposed";
    out.name = "Proposed from the requests of this file";
    out.caseKey = state.cases().key().id;
    if (state.definition && state.definition->caseKey == out.caseKey)
        out.ownCase = state.definition->ownCase;

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
    constexpr size_t kMostConditions = 12, kMostFrequent = 5;
    for (const StageWords& words : stageWords()) {
        std::vector<uint32_t>& of = byStage[words.name];
        // Looking at a cart or an order is not to fill it: where something was done, that is the stage.
        const auto isDone = [&](uint32_t a) { return !isRead(found.names[a]); };
        if (std::any_of(of.begin(), of.end(), isDone))
            std::erase_if(of, [&](uint32_t a) { return !isDone(a); });
        std::sort(of.begin(), of.end(), [&](uint32_t a, uint32_t b) { return std::pair(counts.cases[b], a) < std::pair(counts.cases[a], b); });
        uint64_t most = 0;
        std::vector<std::string> conditions;
        for (const uint32_t a : of) {
            most = std::max(most, counts.cases[a]);
            if (conditions.size() < kMostConditions)
                conditions.push_back(found.conditions[a]);
        }
        if (most >= least)
            out.stages.push_back(stageOf(words.name, conditions));
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

} // namespace aisle
