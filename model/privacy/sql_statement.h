#pragma once
// A statement of SQL as its words, texts and marks, and which of what stands in double quotes is a name. What sql_literals.h promises is made of
// this; nothing else needs it. Any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aisle::sql {

inline constexpr std::string_view kSpaces = " \t\r\n\f\v";

inline bool isAnyOf(char c, std::string_view of) { return of.find(c) != std::string_view::npos; }
inline bool isDigit(char c) { return c >= '0' && c <= '9'; }
inline bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }

struct Token {
    enum class Type : uint8_t { Word, Name, Number, Text, Quoted, Comment, Mark }; ///< Name: within `; Quoted: within "
    Type type = Type::Mark;
    uint32_t begin = 0, end = 0; ///< without quotes; a statement that long is cut
};

class Statement {
public:
    enum class Within : uint8_t {
        Nothing,
        Text ///< which quotes it and goes on behind it: a text ends where a statement can go on, and not where it is longest
    };
    /// `text` outlives it, and is shorter than 4 GB.
    explicit Statement(std::string_view text, Within within = Within::Nothing);

    const std::vector<Token>& tokens() const { return tokens_; }
    std::string_view of(size_t i) const { return text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin); }
    bool is(size_t i, Token::Type type) const { return i < tokens_.size() && tokens_[i].type == type; }
    bool isMark(size_t i, std::string_view any) const { return is(i, Token::Type::Mark) && isAnyOf(text_[tokens_[i].begin], any); }
    /// In lower case, of those that may be keywords; empty: it is none.
    std::string wordAt(size_t i) const;
    /// A text of its own, where it may be one in double quotes.
    bool isText(size_t i) const;
    /// More than two digits, or hex digits, which may be letters.
    bool isLongNumber(size_t i) const;

private:
    void findNames();
    bool isAssigned(size_t i, std::string_view before) const;

    std::string_view text_;
    std::vector<Token> tokens_;
    std::vector<bool> isName_, isList_; ///< of tokens: stand where only a name can; in a list of values
    bool hasNames_ = false, wasList_ = false;
};

} // namespace aisle::sql
