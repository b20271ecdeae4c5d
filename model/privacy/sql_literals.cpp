#include "privacy/sql_literals.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace aisle {

namespace {

constexpr std::string_view kSpaces = " \t\r\n\f\v";

bool isAnyOf(char c, std::string_view of) { return of.find(c) != std::string_view::npos; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }
bool isOfWord(char c) { return isDigit(c) || isLetter(c) || isAnyOf(c, "_$@"); }

/// Of a keyword; what is longer is none.
std::string lowered(std::string_view word) {
    constexpr size_t kLongest = 10;
    std::string out(word.substr(0, kLongest + 1));
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

bool isBeforeTable(std::string_view word) { return word == "join" || word == "into" || word == "update" || word == "table"; }

struct Token {
    enum class Type : uint8_t { Word, Name, Number, Text, Quoted, Comment, Mark }; ///< Name: within `; Quoted: within "
    Type type = Type::Mark;
    size_t begin = 0, end = 0; ///< without quotes
};

class Tokens {
public:
    explicit Tokens(std::string_view text) : text_(text), lastQuote_(text.find_last_of("'\"")) {}

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
        const Token token{type, begin, end};
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
        if (isPostgres_)
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

    /// Behind $$ or $tag$; 0: it is none.
    size_t endOfTag(size_t i) const {
        size_t end = i + 1;
        while (end < text_.size() && (isLetter(text_[end]) || text_[end] == '_' || (end > i + 1 && isDigit(text_[end]))))
            ++end;
        return end < text_.size() && text_[end] == '$' ? end + 1 : 0;
    }

    std::string_view text_;
    size_t lastQuote_; ///< npos: nothing is quoted
    size_t open_ = 0;  ///< parentheses
    bool isPostgres_ = false;
    std::vector<Token> out_;
};

class Statement {
public:
    explicit Statement(std::string_view text) : text_(text), tokens_(Tokens(text).read()), isName_(tokens_.size()), isList_(tokens_.size()) {
        findNames();
    }

    void forEachLiteral(const std::function<void(size_t, size_t, bool)>& found) const {
        for (size_t i = 0; i < tokens_.size(); ++i) {
            const Token& token = tokens_[i];
            const std::string_view text = of(i);
            const bool isLiteral = token.type == Type::Text || (token.type == Type::Quoted && isText(i)) || (token.type == Type::Comment && !saysWhere(text));
            const bool isNumber = token.type == Type::Number && isLong(text);
            if (!isLiteral && !isNumber)
                continue;
            size_t begin = token.begin, end = token.end;
            while (token.type == Type::Comment && begin < end && isAnyOf(text_[begin], kSpaces))
                ++begin;
            while (token.type == Type::Comment && begin < end && isAnyOf(text_[end - 1], kSpaces))
                --end;
            if (std::any_of(text_.begin() + static_cast<ptrdiff_t>(begin), text_.begin() + static_cast<ptrdiff_t>(end), [](char c) { return isDigit(c) || isLetter(c); }))
                found(begin, end, isNumber);
        }
    }

    void forEachOfColumns(const std::function<void(const SqlLiteral&, const std::vector<std::string_view>&)>& found) const {
        const std::vector<std::string_view> tables = tablesOf();
        std::vector<std::string_view> inserted; // columns that rows have
        bool areInserted = false, isRow = false;
        size_t depth = 0, place = 0; // in a row
        std::string_view column;
        bool isColumn = false;
        for (size_t i = 0; i < tokens_.size(); ++i) {
            const std::string word = wordAt(i);
            if (word == "insert" || word == "replace") {
                inserted.clear();
                areInserted = true;
            } else if (areInserted && (word == "values" || word == "value")) {
                isRow = true;
                areInserted = false;
                depth = 0;
            } else if (areInserted && isIdentifier(i)) {
                if (i > 0 && isMark(i - 1, "(,"))
                    inserted.push_back(of(i));
            } else if (isRow && isMark(i, "(")) {
                place = depth++ == 0 ? 0 : place;
            } else if (isRow && isMark(i, ")")) {
                depth -= depth > 0;
            } else if (isRow && depth == 1 && isMark(i, ",")) {
                ++place;
            } else if (isRow && depth == 0 && isIdentifier(i)) {
                isRow = false; // ON CONFLICT ... DO UPDATE SET
            }
            if (isIdentifier(i) && !isOperator(word)) {
                column = of(i);
                isColumn = true;
            }
            const bool isNumber = tokens_[i].type == Type::Number && isLong(of(i));
            if (!isNumber && tokens_[i].type != Type::Text && (tokens_[i].type != Type::Quoted || !isText(i)))
                continue;
            const bool isNamed = isRow && place < inserted.size();
            if (isRow ? isNamed || inserted.empty() : isColumn)
                found({tokens_[i].begin, tokens_[i].end, isNumber, !isRow ? column : isNamed ? inserted[place] : std::string_view()}, tables);
        }
    }

private:
    using Type = Token::Type;

    /// Names, and words that may be one.
    bool isIdentifier(size_t i) const { return tokens_[i].type == Type::Word || tokens_[i].type == Type::Name || (tokens_[i].type == Type::Quoted && !isText(i)); }

    /// What stands between a column and what it is compared with.
    static bool isOperator(std::string_view word) {
        constexpr std::array<std::string_view, 15> kOperators = {"in", "like", "ilike", "between", "and", "not", "is", "regexp", "rlike", "match", "glob", "any", "n", "e", "to"};
        return std::find(kOperators.begin(), kOperators.end(), word) != kOperators.end();
    }

    std::vector<std::string_view> tablesOf() const {
        constexpr size_t kMost = 8;
        std::vector<std::string_view> out;
        for (size_t i = 0; i + 1 < tokens_.size() && out.size() < kMost; ++i) {
            const std::string word = wordAt(i);
            if (!isBeforeTable(word) && word != "from")
                continue;
            size_t name = i + 1;
            while (name + 2 < tokens_.size() && isMark(name + 1, ".")) // of a schema
                name += 2;
            const bool isName = tokens_[name].type == Type::Word || tokens_[name].type == Type::Name || tokens_[name].type == Type::Quoted;
            if (isName && std::find(out.begin(), out.end(), of(name)) == out.end())
                out.push_back(of(name));
        }
        return out;
    }

    std::string_view of(size_t i) const { return text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin); }
    bool isMark(size_t i, std::string_view any) const { return i < tokens_.size() && tokens_[i].type == Type::Mark && isAnyOf(text_[tokens_[i].begin], any); }
    std::string wordAt(size_t i) const { return tokens_[i].type == Type::Word ? lowered(of(i)) : std::string(); }

    /// Which stand where only a name can; which stand in a list of values.
    void findNames() {
        struct Level {
            bool hasTables = false; ///< SELECT or DELETE: FROM is no part of a call, as in TRIM(FROM x)
            bool isList = false;
        };
        std::vector<Level> levels(1);
        std::string before;
        for (size_t i = 0; i < tokens_.size(); ++i) {
            const std::string word = wordAt(i);
            if (word == "select" || word == "delete")
                levels.back().hasTables = true;
            if (isMark(i, "(")) {
                const bool isNextRow = before == "," && i >= 2 && isMark(i - 2, ")") && wasList_;
                levels.push_back({false, before == "values" || before == "value" || before == "in" || isNextRow});
            } else if (isMark(i, ")") && levels.size() > 1) {
                wasList_ = levels.back().isList;
                levels.pop_back();
            }
            isList_[i] = levels.back().isList;
            if (tokens_[i].type == Type::Quoted) {
                const bool isTable = isBeforeTable(before) || (before == "from" && levels.back().hasTables);
                isName_[i] = isTable || (i > 0 && isMark(i - 1, ".")) || isMark(i + 1, ".");
                hasNames_ = hasNames_ || isName_[i];
            }
            before = tokens_[i].type == Type::Mark ? std::string(of(i)) : word;
        }
    }

    bool isText(size_t i) const {
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

    /// More than two digits, or hex digits, which may be letters.
    static bool isLong(std::string_view text) {
        constexpr size_t kShortest = 3;
        const bool isHex = text.size() > 2 && (text[1] == 'x' || text[1] == 'X');
        return text.size() >= kShortest && (isHex || std::all_of(text.begin(), text.end(), [](char c) { return isDigit(c) || c == '.'; }));
    }

    static bool saysWhere(std::string_view comment) {
        static const re2::RE2 pairs(R"re(\s*(?:(?:traceparent|tracestate|route|framework|controller|action|application|db_driver)='[^']*'\s*,?\s*)+)re");
        return re2::RE2::FullMatch(re2::StringPiece(comment.data(), comment.size()), pairs);
    }

    std::string_view text_;
    std::vector<Token> tokens_;
    std::vector<bool> isName_, isList_;
    bool hasNames_ = false, wasList_ = false;
};

} // namespace

bool looksLikeStatement(std::string_view text) {
    static const re2::RE2 words(R"re((?i)^[\s(]*(?:/\*|--|#|select|insert|update|delete|with|merge|replace|call|exec|execute|values|set|copy|create|alter|drop|grant|explain|declare|begin|upsert|truncate|show|do|prepare))re");
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), words);
}

size_t findStatement(std::string_view text) {
    if (text.find_first_of("'\"") == std::string_view::npos)
        return std::string_view::npos;
    static const re2::RE2 begins(R"re((?i)\b((?:insert\s+(?:ignore\s+)?into|replace\s+into|delete\s+from|update\s+\S+\s+(?:as\s+)?(?:\w+\s+)?set|select\s[^;]*?\sfrom)\s))re");
    re2::StringPiece statement;
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), begins, &statement) ? static_cast<size_t>(statement.data() - text.data()) : std::string_view::npos;
}

void findLiteralsOfColumns(std::string_view statement, const std::function<void(const SqlLiteral&, const std::vector<std::string_view>&)>& found) { Statement(statement).forEachOfColumns(found); }

void findSqlLiterals(std::string_view statement, const std::function<void(size_t begin, size_t end, bool isNumber)>& found) { Statement(statement).forEachLiteral(found); }

} // namespace aisle
