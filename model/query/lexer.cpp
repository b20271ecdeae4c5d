#include "query/lexer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <tuple>

namespace aisle::traceql {

namespace {

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
/// Keys go on up to what may follow them; so `.a-b` is one key, as in Tempo.
bool isKey(char c) { return !isSpace(c) && std::string_view("{}()=~!<>&|^,\"`").find(c) == std::string_view::npos; }

std::optional<Scope> scopeOf(std::string_view word) {
    if (word == "span")
        return Scope::Span;
    if (word == "resource")
        return Scope::Resource;
    if (word == "event")
        return Scope::Event;
    if (word == "link")
        return Scope::Link;
    if (word == "instrumentation")
        return Scope::Instrumentation;
    return std::nullopt;
}

class Lexer {
public:
    Lexer(std::string_view text, std::optional<ParseError>& error) : text_(text), error_(error) {}

    std::vector<Token> run() {
        while (!error_) {
            while (at_ < text_.size() && isSpace(text_[at_]))
                ++at_;
            Token token;
            token.from = at_;
            if (at_ < text_.size())
                next(token);
            token.to = at_;
            if (error_)
                break;
            out_.push_back(std::move(token));
            if (out_.back().type == Token::Type::End)
                break;
        }
        return std::move(out_);
    }

private:
    void fail(size_t from, std::string message) { error_ = ParseError{from, at_ > from ? at_ - from : 1, std::move(message)}; }
    char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void next(Token& token) {
        const char c = peek();
        if (c == '"' || c == '`')
            quoted(token);
        else if (isDigit(c) || (c == '.' && isDigit(peek(1)) && !isKeyLike()))
            number(token);
        else if (c == '.')
            attribute(token, Scope::Any);
        else if (isLetter(c))
            word(token);
        else
            symbol(token);
    }

    /// `.5` is a number, `.5xx` is a key.
    bool isKeyLike() const {
        size_t i = at_ + 1;
        while (i < text_.size() && isDigit(text_[i]))
            ++i;
        return i < text_.size() && isLetter(text_[i]) && unitAt(i).first == 0;
    }

    void quoted(Token& token) {
        token.type = Token::Type::Text;
        token.text = string();
    }

    std::string string() {
        const size_t from = at_;
        const char quote = text_[at_++];
        std::string out;
        while (at_ < text_.size() && text_[at_] != quote) {
            char c = text_[at_++];
            if (c == '\\' && quote == '"' && at_ < text_.size()) {
                c = text_[at_++];
                if (c == 'n')
                    c = '\n';
                else if (c == 't')
                    c = '\t';
                else if (c == 'r')
                    c = '\r';
                else if (uint32_t point = 0; c == 'u' && hex(at_, point)) {
                    at_ += 4;
                    appendUtf8(out, point);
                    continue;
                } else if (c != '"' && c != '\\')
                    out += '\\'; // of a regular expression: \d stays
            }
            out += c;
        }
        if (at_ >= text_.size())
            fail(from, "A quote is not closed.");
        else
            ++at_;
        return out;
    }

    /// Four hexadecimal digits of a character that is no half of a pair.
    bool hex(size_t from, uint32_t& point) const {
        const std::string_view digits = text_.substr(std::min(from, text_.size()), 4);
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), point, 16);
        return digits.size() == 4 && problem == std::errc() && end == digits.data() + 4 && (point < 0xd800 || point > 0xdfff);
    }
    static void appendUtf8(std::string& out, uint32_t point) {
        if (point < 0x80)
            out += static_cast<char>(point);
        else if (point < 0x800)
            out += {static_cast<char>(0xc0 | point >> 6), static_cast<char>(0x80 | (point & 0x3f))};
        else
            out += {static_cast<char>(0xe0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3f)), static_cast<char>(0x80 | (point & 0x3f))};
    }

    /// Length and nanoseconds of a unit; 0 when there is none.
    std::pair<size_t, int64_t> unitAt(size_t i) const {
        static constexpr std::array<std::pair<std::string_view, int64_t>, 8> units = {
            std::pair<std::string_view, int64_t>{"ns", 1}, {"us", 1000}, {"\xc2\xb5s", 1000}, {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}, {"d", 86'400'000'000'000}};
        for (const auto& [name, size] : units)
            if (text_.substr(i, name.size()) == name && (i + name.size() >= text_.size() || !isLetter(text_[i + name.size()])))
                return {name.size(), size};
        return {0, 0};
    }

    double digits(bool& isWhole) {
        const size_t from = at_;
        isWhole = true;
        while (isDigit(peek()))
            ++at_;
        if (peek() == '.' && isDigit(peek(1))) {
            isWhole = false;
            ++at_;
            while (isDigit(peek()))
                ++at_;
        }
        if ((peek() == 'e' || peek() == 'E') && (isDigit(peek(1)) || ((peek(1) == '-' || peek(1) == '+') && isDigit(peek(2))))) {
            isWhole = false;
            at_ += 2;
            while (isDigit(peek()))
                ++at_;
        }
        return std::strtod(std::string(text_.substr(from, at_ - from)).c_str(), nullptr);
    }

    void number(Token& token) {
        bool isWhole = true;
        double value = peek() == '.' ? (isWhole = false, fraction()) : digits(isWhole);
        auto [length, size] = unitAt(at_);
        if (length == 0) {
            if (isLetter(peek())) {
                while (isLetter(peek()) || isDigit(peek()))
                    ++at_;
                fail(token.from, "This is no number and no duration; durations end with ns, us, ms, s, m, h or d.");
                return;
            }
            token.type = isWhole && value < 9.2e18 ? Token::Type::Integer : Token::Type::Number;
            token.number = value;
            if (token.type == Token::Type::Integer) {
                errno = 0;
                token.integer = std::strtoll(std::string(text_.substr(token.from, at_ - token.from)).c_str(), nullptr, 10);
            }
            return;
        }
        double sum = 0;
        int64_t exact = 0; // while it fits: a double is exact up to 104 days only
        size_t part = token.from;
        for (;;) { // 1h30m
            if (__builtin_add_overflow(exact, exactly(text_.substr(part, at_ - part), size), &exact))
                exact = std::numeric_limits<int64_t>::max();
            at_ += length;
            sum += value * static_cast<double>(size);
            if (!isDigit(peek()))
                break;
            part = at_;
            value = digits(isWhole);
            std::tie(length, size) = unitAt(at_);
            if (length == 0) {
                fail(token.from, "A part of this duration has no unit.");
                return;
            }
        }
        token.type = Token::Type::Duration;
        token.integer = sum >= 9.3e18 ? std::numeric_limits<int64_t>::max() : exact;
    }

    /// A decimal number times `size`, rounded down; what does not fit is not asked for.
    static int64_t exactly(std::string_view number, int64_t size) {
        using Wide = unsigned __int128;
        Wide value = 0, scale = 1;
        bool isBehindPoint = false;
        for (const char c : number) {
            if (c == 'e' || c == 'E') // 1e3s
                return static_cast<int64_t>(std::llround(std::min(9e18, std::strtod(std::string(number).c_str(), nullptr) * static_cast<double>(size))));
            if (c == '.') {
                isBehindPoint = true;
            } else if (value < Wide(1) << 70 && scale < 1'000'000'000'000'000'000ULL) {
                value = value * 10 + static_cast<Wide>(c - '0');
                scale *= isBehindPoint ? 10 : 1;
            }
        }
        return static_cast<int64_t>(std::min<Wide>(value * static_cast<Wide>(size) / scale, std::numeric_limits<int64_t>::max()));
    }

    double fraction() {
        const size_t from = at_++;
        while (isDigit(peek()))
            ++at_;
        return std::strtod(("0" + std::string(text_.substr(from, at_ - from))).c_str(), nullptr);
    }

    /// Behind the scope; at the point.
    void attribute(Token& token, Scope scope) {
        ++at_;
        token.type = Token::Type::Attribute;
        token.scope = scope;
        while (at_ < text_.size() && !error_) { // parts in quotes may hold anything
            if (peek() == '"')
                token.text += string();
            else if (isKey(peek()))
                token.text += text_[at_++];
            else
                break;
        }
        if (token.text.empty() && !error_)
            fail(token.from, "The key of an attribute is missing behind the point.");
    }

    void word(Token& token) {
        const size_t from = at_;
        while (isLetter(peek()) || isDigit(peek()) || (peek() == ':' && isLetter(peek(1))))
            ++at_;
        std::string_view word = text_.substr(from, at_ - from);
        if (peek() == '.' && word == "parent") {
            token.ofParent = true;
            const size_t second = at_ + 1;
            size_t end = second;
            while (end < text_.size() && isLetter(text_[end]))
                ++end;
            if (end < text_.size() && text_[end] == '.' && scopeOf(text_.substr(second, end - second))) {
                word = text_.substr(second, end - second);
                at_ = end;
            } else {
                attribute(token, Scope::Any);
                return;
            }
        }
        if (const auto scope = scopeOf(word); scope && peek() == '.') {
            attribute(token, *scope);
            return;
        }
        token.type = Token::Type::Word;
        token.text = word;
    }

    void symbol(Token& token) {
        if (text_.substr(at_, 2) == "==") {
            at_ += 2;
            fail(at_ - 2, "Equality is written with one =.");
            return;
        }
        static constexpr std::array<std::string_view, 35> symbols = {"!>>", "!<<", "&>>", "&<<", "&&", "||", "!=", "!~", "=~", ">=", "<=", ">>", "<<", "!>", "!<", "&>", "&<", "&~", "{",  "}",
                                                                     "(",   ")",   ",",   "|",   "=",  "!",  "<",  ">",  "~",  "+",  "-",  "*",  "/",  "%",  "^"};
        for (const std::string_view s : symbols) {
            if (text_.substr(at_, s.size()) != s)
                continue;
            token.type = Token::Type::Symbol;
            token.text = s;
            at_ += s.size();
            return;
        }
        const size_t from = at_++;
        if (text_[from] == '&')
            fail(from, "A single & means nothing; && means and.");
        else if (text_[from] == '\'')
            fail(from, "Texts are in double quotes: \"a\".");
        else
            fail(from, "This sign means nothing here.");
    }

    std::string_view text_;
    std::optional<ParseError>& error_;
    std::vector<Token> out_;
    size_t at_ = 0;
};

} // namespace

std::vector<Token> tokens(std::string_view text, std::optional<ParseError>& error) { return Lexer(text, error).run(); }

} // namespace aisle::traceql
