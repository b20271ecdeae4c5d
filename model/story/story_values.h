#pragma once
// How the values of a sentence are made.

#include "story/order_story.h"
#include "text/utf8.h"

namespace aisle {

/// Made here, of numbers and words of the templates: it is never masked.
inline StoryValue own(std::string place, std::string text) { return {std::move(place), {}, std::move(text)}; }

/// What a stage is called within a sentence: in a flow that is proposed an operation's name, and so a stranger's.
inline StoryValue ofStage(std::string place, std::string text) { return {std::move(place), "stage", std::move(text)}; }

/// Of the attribute `key` of a file: untrusted, so that it is shortened to 200 bytes and one line.
inline StoryValue valueOf(std::string place, std::string key, std::string_view text) {
    constexpr size_t kMost = 200;
    return {std::move(place), std::move(key), shortened(text, kMost)};
}

/// The same in another place.
inline StoryValue at(std::string place, StoryValue value) {
    value.place = std::move(place);
    return value;
}

} // namespace aisle
