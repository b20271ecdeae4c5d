#pragma once
// TraceQL of the requests whose paths were folded to one (path_folding.h): what the pattern matches and is called otherwise is left out
// again, and so are background requests. One thread at a time.

#include "paths/background_requests.h"
#include "table/cancel.h"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aisle {

class PathConditions {
public:
    /// A path that is called `folded`, which may be the path itself.
    void add(std::string path, const std::string& folded) { called_[folded].push_back(std::move(path)); }
    /// A path that is called nothing, for it is of `kind`.
    void leaveOut(uint32_t kind, std::string path) { leftOut_[kind].push_back(std::move(path)); }

    /// Once all paths are there. Empty: too much is to be left out again. Throws Stopped.
    const std::string& of(const std::string& folded, const StopToken& stop);

private:
    std::string workOut(const std::string& folded, const StopToken& stop) const;

    std::map<std::string, std::vector<std::string>> called_; ///< in order, so that a condition is the same each time
    std::map<uint32_t, std::vector<std::string>> leftOut_;   ///< by kind of background request
    std::unordered_map<std::string, std::string> known_;
};

} // namespace aisle
