#pragma once
// What operations are called, as the presets and templates of stories say it: a regular expression (RE2), searched without regard to case.

#include <re2/re2.h>

#include <string>
#include <string_view>

namespace aisle {

class NamePattern {
public:
    explicit NamePattern(const std::string& pattern) : pattern_(pattern, options()) {}
    /// The others of RE2, and that nothing is written to the log: what is wrong with a pattern is told to who wrote it.
    static re2::RE2::Options options() {
        re2::RE2::Options out;
        out.set_log_errors(false);
        out.set_case_sensitive(false);
        return out;
    }
    bool finds(std::string_view name) const { return re2::RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), pattern_); }

private:
    re2::RE2 pattern_;
};

} // namespace aisle
