#pragma once
// A text as it is read, for finding things in it: percent-encoding, escapes of JSON and entities of HTML (numbers also without their
// semicolon) are undone (up to eight times, one in another), digits of any script are ASCII, so are full-width and mathematical letters, all
// dashes are "-" and all spaces " "; what cannot be seen (zero-width characters, marks, bytes that are no UTF-8) is gone. Each byte knows what
// it was in the text. Linear. Any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

class FoldedText {
public:
    explicit FoldedText(std::string_view text);

    std::string_view text() const { return text_; }
    /// Where in the text a byte of this one began; of the end its end.
    size_t beginOf(size_t at) const { return isSame_ ? at : at < from_.size() ? from_[at] : size_; }
    size_t endOf(size_t at) const { return isSame_ ? at + 1 : to_[at]; }
    /// The first byte that is of what stands at `place` of the text, or behind it.
    size_t at(size_t place) const;

private:
    bool decodeOnce();
    void foldCharacters();

    std::string text_;
    bool isSame_ = true;
    size_t size_ = 0;
    std::vector<uint32_t> from_, to_; ///< by byte; not filled while nothing is changed
};

} // namespace aisle
