#pragma once
// Lines of the details panel as several kinds of focus have them.

#include "details/attribute_model.h"
#include "text/format.h"

namespace aisle {

inline constexpr size_t kMostLines = 200; ///< of one group; more are counted

inline DetailItem line(std::string key, std::string value, Focus target = {}) {
    DetailItem item;
    item.key = std::move(key);
    item.value = std::move(value);
    item.target = std::move(target);
    return item;
}

inline ScopeTerm term(ScopeTerm::Kind kind, std::string text, std::string other = {}) {
    return {kind, std::move(text), std::move(other), 0, 0};
}

inline std::string share(uint64_t part, uint64_t whole) {
    return whole == 0 ? "0 %" : formatPercent(static_cast<double>(part) / static_cast<double>(whole));
}

inline void sayErrors(DetailItem& item, uint64_t errors) {
    if (errors == 0)
        return;
    item.errorPart = counted(errors, "error", "errors");
    item.value += " · " + item.errorPart;
}

inline void sayMore(DetailItem& group, size_t all) {
    if (all > group.children.size()) {
        DetailItem more = line(formatCount(all - group.children.size()) + " more", "not shown here");
        more.tone = DetailItem::Tone::Muted;
        group.children.push_back(std::move(more));
    }
}

} // namespace aisle
