#pragma once
// Records gathered by resource and scope, for formats that say those once for many records. What is held is bounded;
// the order of records changes within those bounds only.

#include "store/span_sink.h"

#include <functional>
#include <string>
#include <vector>

namespace aisle {

class ContextGroups {
public:
    /// Takes the records of one group; `records` is emptied behind it.
    using Take = std::function<void(ContextHandle context, bool isLog, std::string_view records)>;

    explicit ContextGroups(Take take) : take_(std::move(take)) {}

    /// Where a record of that context is to be appended; end() behind it.
    std::string& begin(ContextHandle context, bool isLog);
    void end();
    void takeAll();

private:
    static constexpr size_t kRecords = 200;           ///< of a group
    static constexpr size_t kGroupBytes = 256U << 10; ///< readers of lines may refuse more than 1 MiB
    static constexpr size_t kBytes = 8U << 20;        ///< of all groups

    struct Group {
        std::string records;
        size_t count = 0;
    };
    void take(size_t index);

    Take take_;
    std::vector<Group> groups_; ///< two of a context: its spans, its log records
    size_t current_ = 0, before_ = 0, bytes_ = 0;
};

} // namespace aisle
