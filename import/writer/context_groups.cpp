#include "writer/context_groups.h"

namespace aisle {

std::string& ContextGroups::begin(ContextHandle context, bool isLog) {
    current_ = size_t(context) * 2 + (isLog ? 1 : 0);
    if (current_ >= groups_.size())
        groups_.resize(current_ + 1);
    before_ = groups_[current_].records.size();
    return groups_[current_].records;
}

void ContextGroups::end() {
    Group& group = groups_[current_];
    bytes_ += group.records.size() - before_;
    if (++group.count >= kRecords || group.records.size() >= kGroupBytes)
        take(current_);
    else if (bytes_ >= kBytes)
        takeAll();
}

void ContextGroups::takeAll() {
    for (size_t i = 0; i < groups_.size(); ++i)
        take(i);
    groups_.clear();
}

void ContextGroups::take(size_t index) {
    Group& group = groups_[index];
    if (group.count == 0)
        return;
    take_(static_cast<ContextHandle>(index / 2), index % 2 != 0, group.records);
    bytes_ -= group.records.size();
    group = {};
}

} // namespace aisle
