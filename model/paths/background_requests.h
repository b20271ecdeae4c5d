#pragma once
// Requests that pages and machines make by themselves and that are no acts of customers: pictures, scripts and fonts, health checks,
// telemetry, evaluations of feature flags, webhooks of others. resources/presets/background_requests.json says what they are, by regular expressions (RE2) that are
// the whole path of such a request (aisle:path), or the name of its span where it has no path. Any thread.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

class BackgroundRequests {
public:
    static constexpr uint32_t kNone = 0xffffffffU;

    struct Kind {
        std::string what;    ///< in words, of many: "static assets"
        std::string pattern; ///< all of its expressions as one, as TraceQL's =~ takes it
    };

    static const BackgroundRequests& preset();
    /// Of JSON as the preset has it. Throws nlohmann::json::exception and, where an expression cannot be read, std::runtime_error.
    explicit BackgroundRequests(const std::string& json);
    ~BackgroundRequests();

    const std::vector<Kind>& kinds() const { return kinds_; }
    /// The first kind that a path or name is of; kNone: it may be an act of a customer.
    uint32_t kindOf(std::string_view pathOrName) const;

private:
    struct Expressions;
    std::vector<Kind> kinds_;
    std::unique_ptr<Expressions> expressions_;
};

} // namespace aisle
