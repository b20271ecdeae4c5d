#include "paths/background_requests.h"

#include "resource/resource.h"

#include <nlohmann/json.hpp>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <stdexcept>

namespace aisle {

namespace {

/// As those of TraceQL, which is asked for the same patterns.
re2::RE2::Options options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(true);
    return options;
}

} // namespace

struct BackgroundRequests::Expressions {
    re2::RE2::Set set{options(), re2::RE2::ANCHOR_BOTH}; ///< one of each kind
};

BackgroundRequests::BackgroundRequests(const std::string& json) : expressions_(std::make_unique<Expressions>()) {
    for (const auto& item : nlohmann::json::parse(json)) {
        Kind kind;
        kind.what = item.at("what");
        for (const auto& path : item.at("paths"))
            kind.pattern += (kind.pattern.empty() ? "(?:" : "|(?:") + path.get<std::string>() + ")";
        std::string problem;
        if (expressions_->set.Add(kind.pattern, &problem) < 0)
            throw std::runtime_error("The paths of " + kind.what + " cannot be read: " + problem + ".");
        kinds_.push_back(std::move(kind));
    }
    if (!expressions_->set.Compile())
        throw std::runtime_error("There are too many paths of background requests.");
}

BackgroundRequests::~BackgroundRequests() = default;

const BackgroundRequests& BackgroundRequests::preset() {
    static const BackgroundRequests rules(readResource(":/presets/background_requests.json"));
    return rules;
}

uint32_t BackgroundRequests::kindOf(std::string_view pathOrName) const {
    std::vector<int> found;
    if (!expressions_->set.Match(re2::StringPiece(pathOrName.data(), pathOrName.size()), &found))
        return kNone;
    return static_cast<uint32_t>(*std::min_element(found.begin(), found.end()));
}

} // namespace aisle
