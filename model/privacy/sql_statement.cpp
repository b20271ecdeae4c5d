#include "privacy/sql_statement.h"

#include <algorithm>
#include <array>
#include <utility>

namespace aisle::sql {

namespace {

bool isOfWord(char c) { return isDigit(c) || isLetter(c) || isAnyOf(c, "_$@"); }

/// Of a keyword; what is longer is none.
std::string lowered(std::string_view word) {
    constexpr size_t kLongest = 10;
    std::string out(word.substr(0, kLongest + 1));
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

bool isBeforeTable(std::string_view word) { return word == "join" || word == "into" || word == "update" || word == "table"; }

class Tokens {
public:
    Tokens(std::string_view text, bool isWithinText) : text_(text), isWithinText_(isWithinText), lastQuote_(text.find_last_of("'\"")) {}

    std::vector<Token> read() {
        for (size_t i = 0; i < text_.size();)
            i = next(i);
        return std::move(out_);
    }

private:
    using Type = Token::Type;

    /// Where the one after it begins.
    size_t next(size_t i) {
        const char c = text_[i];
        if (isAnyOf(c, kSpaces))
            return i + 1;
        if (startsAt(i, "--") || (c == '#' && isComment(i)))
            return add(Type::Comment, i + (c == '#' ? 1 : 2), std::min(text_.find('\n', i), text_.size()), 0);
        if (startsAt(i, "/*!") || startsAt(i, "/*+")) // which are run, or read by the planner
            return i + 3;
        if (startsAt(i, "/*"))
            return comment(i + 2);
        if (c == '\'' || c == '"')
            return quoted(i);
        if (const size_t close = c == '`' ? text_.find('`', i + 1) : std::string_view::npos; close != std::string_view::npos)
            return add(Type::Name, i + 1, close, 1);
        if (c == '$')
            if (const size_t tag = endOfTag(i); tag != 0) {
                const size_t close = text_.find(text_.substr(i, tag - i), tag);
                return close == std::string_view::npos ? add(Type::Text, tag, text_.size(), 0) : add(Type::Text, tag, close, tag - i);
            }
        if (const size_t q = c == 'n' || c == 'N' ? i + 1 : i; !closingOf(q).empty()) {
            const std::string closing = closingOf(q);
            const size_t close = text_.find(closing, q + 3);
            return close == std::string_view::npos ? add(Type::Text, q + 3, text_.size(), 0) : add(Type::Text, q + 3, close, closing.size());
        }
        if (!isOfWord(c))
            return add(Type::Mark, i, i + 1, 0);
        size_t end = i;
        while (end < text_.size() && (isOfWord(text_[end]) || (isDigit(c) && text_[end] == '.')))
            ++end;
        return add(isDigit(c) ? Type::Number : Type::Word, i, end, 0);
    }

    size_t add(Type type, size_t begin, size_t end, size_t closing) {
        const Token token{type, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
        isPostgres_ = isPostgres_ || saysPostgres(token);
        if (type == Type::Mark && text_[begin] == '(')
            ++open_;
        else if (type == Type::Mark && text_[begin] == ')' && open_ > 0)
            --open_;
        out_.push_back(token);
        return end + closing;
    }

    bool startsAt(size_t i, std::string_view what) const { return text_.substr(i, what.size()) == what; }

    /// Of MySQL, and no operator of PostgreSQL or table of SQL Server. In doubt it is one, but before a number alone (isXor()).
    bool isComment(size_t i) const {
        if (isPostgres_ || isParameter(i))
            return false;
        if (i + 1 >= text_.size() || isAnyOf(text_[i + 1], kSpaces))
            return !isXor(i);
        if (out_.empty())
            return true;
        if (isAnyOf(text_[i + 1], ">-#"))
            return !isOperator(i);
        const std::string before = lowered(text_.substr(out_.back().begin, out_.back().end - out_.back().begin));
        return !isBeforeTable(before) && before != "from" && before != "." && before != "#";
    }

    /// #{email} of MyBatis.
    bool isParameter(size_t i) const {
        constexpr size_t kLongest = 64;
        const std::string_view rest = text_.substr(i + 1, kLongest);
        const size_t end = rest.find_first_of("} \t\r\n'\"");
        return rest.starts_with('{') && end != std::string_view::npos && end > 1 && rest[end] == '}';
    }

    /// flags # 4 up to the end of a line or a parenthesis: nothing but a number would be in the comment, and one of three digits and more is masked
    /// as that.
    bool isXor(size_t i) const {
        const size_t digit = text_.find_first_not_of(" \t", i + 1);
        const size_t end = digit == std::string_view::npos ? digit : std::min(text_.find_first_not_of("0123456789", digit), text_.size());
        if (out_.empty() || end == std::string_view::npos || end == digit)
            return false;
        const size_t next = std::min(text_.find_first_not_of(" \t", end), text_.size());
        return next == text_.size() || isAnyOf(text_[next], "\r\n") || (text_[next] == ')' && open_ > 0);
    }

    /// #>, #>>, #- and ## with what stands on their right, data #>> '{a,b}', which a comment does not begin with.
    bool isOperator(size_t i) const {
        constexpr size_t kLongest = 3;
        size_t at = i + 1;
        while (at < text_.size() && at < i + kLongest && isAnyOf(text_[at], "#>-"))
            ++at;
        at = std::min(text_.find_first_not_of(" \t", at), text_.size());
        return at < text_.size() && (isAnyOf(text_[at], "'$:?") || lowered(text_.substr(at, 5)) == "array");
    }

    /// Whether it is PostgreSQL, by what came so far: $1 and ::, which no program has whose comments begin with #.
    bool saysPostgres(const Token& token) const {
        const std::string_view text = text_.substr(token.begin, token.end - token.begin);
        if (token.type == Type::Word)
            return text.size() > 1 && text[0] == '$' && isDigit(text[1]);
        return token.type == Type::Mark && text == ":" && token.begin > 0 && text_[token.begin - 1] == ':' && !out_.empty() && out_.back().type == Type::Mark && out_.back().end == token.begin;
    }

    /// Behind q'[ of Oracle what closes it; empty: there is no such text.
    std::string closingOf(size_t i) const {
        if (i + 2 >= text_.size() || (text_[i] != 'q' && text_[i] != 'Q') || text_[i + 1] != '\'' || isAnyOf(text_[i + 2], kSpaces))
            return {};
        const char opens = text_[i + 2];
        const size_t pair = std::string_view("[{(<").find(opens);
        return {pair == std::string_view::npos ? opens : std::string_view("]})>")[pair], '\''};
    }

    size_t comment(size_t begin) {
        size_t end = text_.find("*/", begin);
        if (end != std::string_view::npos && text_.substr(begin, end - begin).find("/*") != std::string_view::npos)
            end = text_.rfind("*/");
        return end == std::string_view::npos ? add(Type::Comment, begin, text_.size(), 0) : add(Type::Comment, begin, end, 2);
    }

    size_t quoted(size_t i) {
        const char quote = text_[i];
        if (isWithinText_)
            return isApostrophe(i) ? i + 1 : quotedWithin(i, quote);
        bool isUnsure = false;
        size_t end = i + 1;
        while (end < text_.size() && (text_[end] != quote || (end + 1 < text_.size() && text_[end + 1] == quote))) {
            isUnsure = isUnsure || (text_[end] == '\\' && end + 1 < text_.size() && text_[end + 1] == quote);
            end += text_[end] == '\\' || text_[end] == quote ? 2 : 1;
        }
        end = std::min(end, text_.size());
        if (isUnsure)
            end = std::max(end, lastQuote_);
        return add(quote == '"' && !isUnsure && end < text_.size() ? Type::Quoted : Type::Text, i + 1, end, end < text_.size() ? 1 : 0);
    }

    /// Of "didn't", between two statements, which opens no text, as that of N'text' and LIKE'text' does.
    bool isApostrophe(size_t i) const {
        constexpr std::array<std::string_view, 36> kBeforeText = {"n", "e", "b", "x", "q", "nq", "u", "r", "br", "rb", "like", "ilike", "rlike", "regexp", "glob", "match", "in", "and", "or", "not", "then", "else", "when", "case", "select", "by", "as", "between", "escape", "binary", "to", "with", "is", "values", "similar", "date"};
        if (text_[i] != '\'' || i == 0 || i + 1 >= text_.size() || !isLetter(text_[i - 1]) || !isLetter(text_[i + 1]))
            return false;
        constexpr size_t kLongest = 12;
        size_t begin = i;
        while (begin > 0 && i - begin < kLongest && isOfWord(text_[begin - 1]))
            --begin;
        return text_[begin] != '_' && std::find(kBeforeText.begin(), kBeforeText.end(), lowered(text_.substr(begin, i - begin))) == kBeforeText.end();
    }

    /// name = 'Ann O\'Brien', in MySQL or escaped by what quotes the statement; and name = ''Ann'', where that is a text itself.
    size_t quotedWithin(size_t i, char quote) {
        const std::string_view two = text_.substr(i, 2);
        if (i + 2 < text_.size() && two[1] == quote && isOfWord(text_[i + 2]))
            if (const size_t close = text_.find(two, i + 2); close != std::string_view::npos)
                return add(Type::Text, i + 2, close, 2);
        size_t end = i + 1;
        for (; end < text_.size(); ++end) {
            if (text_[end] != quote)
                continue;
            if (text_[end - 1] == '\\' && end > i + 1 ? canGoOn(end + 1) : end + 1 >= text_.size() || text_[end + 1] != quote)
                break;
            end += text_[end - 1] != '\\';
        }
        end = std::min(end, text_.size());
        size_t last = end; // of \"Ann\" the second backslash is of the quote
        while (i > 0 && text_[i - 1] == '\\' && last > i + 1 && text_[last - 1] == '\\')
            --last;
        return add(quote == '"' && end < text_.size() ? Type::Quoted : Type::Text, i + 1, last, end - last + (end < text_.size()));
    }

    /// Whether a statement, or what quotes it, goes on behind a text.
    bool canGoOn(size_t i) const {
        const size_t next = text_.find_first_not_of(kSpaces, i);
        if (next == std::string_view::npos || !isOfWord(text_[next]))
            return true;
        constexpr std::array<std::string_view, 16> kNext = {"and", "or", "where", "order", "group", "limit", "from", "as", "returning", "on", "union", "having", "collate", "then", "else", "end"};
        size_t end = next;
        while (end < text_.size() && end < next + 10 && isOfWord(text_[end]))
            ++end;
        return next > i && std::find(kNext.begin(), kNext.end(), lowered(text_.substr(next, end - next))) != kNext.end();
    }

    /// Behind $$ or $tag$; 0: it is none.
    size_t endOfTag(size_t i) const {
        size_t end = i + 1;
        while (end < text_.size() && (isLetter(text_[end]) || text_[end] == '_' || (end > i + 1 && isDigit(text_[end]))))
            ++end;
        return end < text_.size() && text_[end] == '$' ? end + 1 : 0;
    }

    std::string_view text_;
    bool isWithinText_;
    size_t lastQuote_; ///< npos: nothing is quoted
    size_t open_ = 0;  ///< parentheses
    bool isPostgres_ = false;
    std::vector<Token> out_;
};

} // namespace

Statement::Statement(std::string_view text, Within within) : text_(text), tokens_(Tokens(text, within == Within::Text).read()), isName_(tokens_.size()), isList_(tokens_.size()) { findNames(); }

std::string Statement::wordAt(size_t i) const { return is(i, Token::Type::Word) ? lowered(of(i)) : std::string(); }

void Statement::findNames() {
    struct Level {
        bool hasTables = false; ///< SELECT or DELETE: FROM is no part of a call, as in TRIM(FROM x)
        bool isList = false;
        bool isOfColumns = false; ///< INSERT INTO t ("a", "b")
    };
    std::vector<Level> levels(1);
    size_t behindTable = tokens_.size(); // of INSERT INTO
    std::string before;
    for (size_t i = 0; i < tokens_.size(); ++i) {
        const std::string word = wordAt(i);
        if (word == "select" || word == "delete")
            levels.back().hasTables = true;
        if (isMark(i, "(")) {
            const bool isNextRow = before == "," && i >= 2 && isMark(i - 2, ")") && wasList_;
            levels.push_back({false, before == "values" || before == "value" || before == "in" || isNextRow || (levels.back().isList && !levels.back().hasTables), behindTable == i});
        } else if (isMark(i, ")") && levels.size() > 1) {
            wasList_ = levels.back().isList;
            levels.pop_back();
        }
        isList_[i] = levels.back().isList;
        if (tokens_[i].type == Token::Type::Quoted) {
            const bool isTable = isBeforeTable(before) || (before == "from" && levels.back().hasTables);
            isName_[i] = isTable || (i > 0 && isMark(i - 1, ".")) || isMark(i + 1, ".") || levels.back().isOfColumns || isAssigned(i, before);
            hasNames_ = hasNames_ || isName_[i];
        } else if (before == "into" || (behindTable == i && (isMark(i, ".[]") || before == "." || before == "["))) {
            behindTable = i + 1;
        }
        hasNames_ = hasNames_ || (word.size() > 1 && word[0] == '$' && isDigit(word[1])); // of PostgreSQL, where double quotes are of names
        before = tokens_[i].type == Token::Type::Mark ? std::string(of(i)) : word;
    }
}

/// "email" = ?, where a text would be compared with nothing that can be another one, and SET "email" =.
bool Statement::isAssigned(size_t i, std::string_view before) const { return isMark(i + 1, "=") && (before == "set" || isMark(i + 2, "?%$:") || (is(i + 2, Token::Type::Word) && isAnyOf(text_[tokens_[i + 2].begin], "$@"))); }

bool Statement::isText(size_t i) const {
    if (isName_[i])
        return false;
    if (!hasNames_)
        return true;
    const std::string_view text = of(i);
    if (text.empty() || isDigit(text[0]) || !std::all_of(text.begin(), text.end(), [](char c) { return isDigit(c) || isLetter(c) || isAnyOf(c, "_$-"); }))
        return true;
    if (i == 0)
        return false;
    constexpr std::array<std::string_view, 9> kCompares = {"like", "ilike", "glob", "match", "regexp", "rlike", "between", "to", "is"};
    const std::string before = wordAt(i - 1);
    return isMark(i - 1, "=<>~") || std::find(kCompares.begin(), kCompares.end(), before) != kCompares.end() || (isList_[i] && isMark(i - 1, "(,"));
}

bool Statement::isLongNumber(size_t i) const {
    constexpr size_t kShortest = 3;
    if (!is(i, Token::Type::Number))
        return false;
    const std::string_view text = of(i);
    const bool isHex = text.size() > 2 && (text[1] == 'x' || text[1] == 'X');
    return text.size() >= kShortest && (isHex || std::all_of(text.begin(), text.end(), [](char c) { return isDigit(c) || c == '.'; }));
}

} // namespace aisle::sql
