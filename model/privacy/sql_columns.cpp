#include "privacy/sql_literals.h"
#include "privacy/sql_statement.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace aisle {

namespace {

using sql::Statement;
using Type = sql::Token::Type;

template <size_t N> bool isOneOf(std::string_view word, const std::array<std::string_view, N>& of) { return std::find(of.begin(), of.end(), word) != of.end(); }

/// What stands between a column and what it is compared with.
bool isOperator(std::string_view word) {
    constexpr std::array<std::string_view, 25> kOperators = {"in", "like", "ilike", "between", "not", "is", "regexp", "rlike", "match", "glob", "any", "all", "some", "similar", "to", "binary", "distinct", "sounds", "against", "contains", "containing", "starts", "ends", "with", "array"};
    return isOneOf(word, kOperators);
}

/// What no column is before.
bool isClause(std::string_view word) {
    constexpr std::array<std::string_view, 35> kClauses = {"where", "and", "or", "xor", "on", "having", "when", "then", "else", "case", "end", "by", "set", "select", "from", "join", "limit", "offset", "returning", "union", "intersect", "except", "inner", "outer", "full", "cross", "order", "group", "window", "escape", "return", "do", "into", "update", "delete"};
    return isOneOf(word, kClauses);
}

struct Table {
    std::string_view name, alias;
};

bool isSame(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// The tables of a statement, with what they are called in it.
class Tables {
public:
    explicit Tables(const Statement& statement) : statement_(statement) {
        std::vector<bool> isCall(1); // by parenthesis: FROM is of a call, as in TRIM(FROM x)
        const size_t count = statement_.tokens().size();
        for (size_t i = 0; i < count && out_.size() < kMost; ++i) {
            const std::string word = statement_.wordAt(i), before = i > 0 ? statement_.wordAt(i - 1) : std::string();
            if (statement_.isMark(i, "("))
                isCall.push_back(i > 0 && statement_.is(i - 1, Type::Word) && !isOperator(before) && !isClause(before));
            else if (statement_.isMark(i, ")") && isCall.size() > 1)
                isCall.pop_back();
            else if (word == "select")
                isCall.back() = false;
            else if ((word == "from" && !isCall.back()) || word == "join" || word == "into" || word == "table" || word == "exec" || word == "execute" || (word == "update" && before != "key" && before != "for" && before != "do" && before != "on"))
                i = read(i + 1);
            else if (statement_.isMark(i, ":") && statement_.is(i + 1, Type::Word) && i > 0 && (statement_.isMark(i - 1, "(") || (i > 1 && statement_.is(i - 1, Type::Word) && statement_.isMark(i - 2, "(")))) // Cypher: (c:Customer)
                add(statement_.of(i + 1), statement_.is(i - 1, Type::Word) ? statement_.of(i - 1) : std::string_view());
        }
    }

    std::vector<Table> take() { return std::move(out_); }

private:
    static constexpr size_t kMost = 16;

    bool isName(size_t i) const {
        const std::string word = statement_.wordAt(i);
        return statement_.is(i, Type::Name) || statement_.is(i, Type::Quoted) || (!word.empty() && !isClause(word) && word != "values" && word != "using" && word != "left" && word != "right" && word != "natural" && word != "default");
    }

    void add(std::string_view name, std::string_view alias) {
        if (std::none_of(out_.begin(), out_.end(), [&](const Table& table) { return table.name == name && table.alias == alias; }))
            out_.push_back({name, alias});
    }

    /// Names from `i` on; the last token that was read.
    size_t read(size_t i) {
        constexpr std::array<std::string_view, 14> kModifiers = {"ignore", "only", "quick", "lateral", "or", "if", "not", "exists", "table", "rollback", "abort", "fail", "replace", "low_priorit"};
        while (isOneOf(statement_.wordAt(i), kModifiers))
            ++i;
        while (out_.size() < kMost) {
            i += statement_.isMark(i, "[");
            if (!isName(i))
                break;
            size_t name = i++;
            i += statement_.isMark(i, "]");
            while (statement_.isMark(i, ".")) {
                i += 1 + statement_.isMark(i + 1, "[");
                if (!isName(i))
                    break;
                name = i++;
                i += statement_.isMark(i, "]");
            }
            i += statement_.wordAt(i) == "as";
            const bool hasAlias = isName(i) && (statement_.is(i, Type::Word) || statement_.is(i, Type::Name));
            add(statement_.of(name), hasAlias ? statement_.of(i) : std::string_view());
            i += hasAlias;
            if (!statement_.isMark(i, ","))
                break;
            ++i;
        }
        return i - 1;
    }

    const Statement& statement_;
    std::vector<Table> out_;
};

/// Goes through a statement once and knows of each literal what it is compared with.
class Columns {
public:
    using Found = std::function<void(const SqlLiteral&, const std::vector<std::string_view>&)>;

    Columns(const Statement& statement, const Found& found) : statement_(statement), found_(found), tables_(Tables(statement).take()), levels_(1) {
        for (const Table& table : tables_)
            names_.push_back(table.name);
    }

    void find() {
        size_t last = kNone;
        for (size_t i = 0; i < statement_.tokens().size(); ++i) {
            if (statement_.is(i, Type::Comment))
                continue;
            last_ = std::exchange(last, i);
            if (isNumberOrText(i))
                literal(i);
            else if (statement_.is(i, Type::Mark))
                mark(i);
            else
                word(i);
        }
    }

private:
    static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max(), kPassword = kNone - 1;

    /// Within a parenthesis, or none.
    struct Level {
        enum class Kind : uint8_t { Plain, Call, List, Names, Row }; ///< Names: of the columns of a row
        Kind kind = Kind::Plain;
        char opens = '\0';
        bool expects = false;                         ///< a literal of the column
        bool isBetween = false, hasRows = false;      ///< BETWEEN, VALUES came
        bool isByPlace = false, isAppended = false;   ///< (a, b) = ('x', 'y'); a comma came
        bool isPendingCompared = false, isFixed = false; ///< 'x' = name; commas do not count
        uint32_t first = 0, count = 0;                ///< in columns_
        uint32_t place = 0;                           ///< in a list or row
        uint32_t pending = kNone;                     ///< a text that no column was before
    };
    using Kind = Level::Kind;

    /// Behind INSERT.
    enum class Insert : uint8_t { No, Begins, HasTable, HasNames }; ///< HasNames: if there are any

    bool isNumberOrText(size_t i) const {
        if (statement_.is(i, Type::Number) || statement_.is(i, Type::Text))
            return true;
        if (!statement_.is(i, Type::Quoted) || levels_.back().kind == Kind::Names || !statement_.isText(i) || insert_ == Insert::Begins)
            return false;
        // WHERE "name" = 'x', where nothing else says that it is a name.
        const std::string_view text = statement_.of(i);
        const bool isSimple = !text.empty() && !sql::isDigit(text[0]) && std::all_of(text.begin(), text.end(), [](char c) { return sql::isDigit(c) || sql::isLetter(c) || c == '_'; });
        const std::string next = statement_.wordAt(i + 1);
        return levels_.back().expects || !isSimple || !(statement_.isMark(i + 1, "=<>!~") || (!next.empty() && isOperator(next)));
    }

    void emit(size_t i, uint32_t column) {
        SqlLiteral out{statement_.tokens()[i].begin, statement_.tokens()[i].end, statement_.is(i, Type::Number), {}, {}};
        if (levels_.back().kind == Kind::Row)
            out.table = insertTable_;
        else if (column == kNone)
            return;
        if (column == kPassword) {
            out.column = "password";
        } else if (column != kNone) {
            out.column = statement_.of(column);
            const size_t dot = column > 0 && statement_.isMark(column - 1, "[") ? column - 2 : column - 1;
            if (out.table.empty() && column > 1 && statement_.isMark(dot, ".") && dot > 0)
                out.table = tableOf(statement_.of(dot - 1));
        }
        found_(out, names_);
    }

    std::string_view tableOf(std::string_view qualifier) const {
        const auto found = std::find_if(tables_.begin(), tables_.end(), [&](const Table& table) { return isSame(table.alias.empty() ? table.name : table.alias, qualifier); });
        return found == tables_.end() ? std::string_view() : found->name;
    }

    void emitOfLevel(size_t i) {
        constexpr uint32_t kMost = 4; // that a call may be of
        const Level& level = levels_.back();
        if (level.kind == Kind::Row) {
            // The first of a row that names no columns is its id.
            if (inserted_.empty() && (statement_.is(i, Type::Text) || statement_.is(i, Type::Quoted) || level.place > 0))
                emit(i, kNone);
            else if (level.place < inserted_.size())
                emit(i, inserted_[level.place]);
        } else if (level.isByPlace && level.kind == Kind::List) {
            if (level.place < level.count)
                emit(i, columns_[level.first + level.place]);
        } else {
            for (uint32_t k = 0; k < std::min(level.count, kMost); ++k)
                emit(i, columns_[level.first + k]);
        }
    }

    void emitPending() {
        Level& level = levels_.back();
        if (level.pending != kNone && level.isPendingCompared)
            emitOfLevel(level.pending);
        level.pending = kNone;
        level.isPendingCompared = false;
    }

    void literal(size_t i) {
        Level& level = levels_.back();
        const bool isNumber = statement_.is(i, Type::Number);
        if (!isNumber && last_ != kNone && statement_.wordAt(last_) == "password") {
            emit(i, kPassword);
        } else if (!isNumber && level.kind != Kind::Row && last_ != kNone && last_ > 0 && statement_.isMark(last_, ">") && (statement_.isMark(last_ - 1, "-") || (last_ > 1 && statement_.isMark(last_ - 1, ">") && statement_.isMark(last_ - 2, "-")))) { // data->>'name' = 'x'
            level.expects = false;
            setColumn(static_cast<uint32_t>(i));
            return;
        } else if (level.expects) {
            if (!isNumber || statement_.isLongNumber(i))
                emitOfLevel(i);
        } else if (!isNumber) {
            level.pending = static_cast<uint32_t>(i);
            level.isPendingCompared = false;
        }
        level.expects = false;
    }

    void setColumn(uint32_t column) {
        Level& level = levels_.back();
        if (level.kind == Kind::List || level.kind == Kind::Row)
            return;
        if (!std::exchange(level.isAppended, false) || level.first + level.count != columns_.size()) {
            level.first = static_cast<uint32_t>(columns_.size());
            level.count = 0;
        }
        columns_.push_back(column);
        ++level.count;
        level.isByPlace = false;
        emitPending();
    }

    void clear() {
        Level& level = levels_.back();
        level.first = static_cast<uint32_t>(columns_.size()); // a list had those of the level around it
        level.count = 0;
        level.expects = level.isAppended = level.isByPlace = level.isBetween = false;
        level.pending = kNone;
        if (level.kind == Kind::List || level.kind == Kind::Row)
            level.kind = Kind::Plain;
    }

    void word(size_t i) {
        Level& level = levels_.back();
        const std::string word = statement_.wordAt(i), before = last_ == kNone ? std::string() : statement_.wordAt(last_);
        const bool isBeforeParenthesis = statement_.isMark(i + 1, "(");
        if (level.kind == Kind::Names && word != "select") {
            if (statement_.isMark(last_, "(,["))
                inserted_.push_back(static_cast<uint32_t>(i));
            return;
        }
        if (std::exchange(isSkipped_, false) || statement_.isMark(i + 1, "."))
            return;
        if ((word == "insert" || word == "replace" || word == "merge") && !isBeforeParenthesis && insert_ != Insert::Begins) {
            clear();
            insert_ = Insert::Begins;
            inserted_.clear();
        } else if (insert_ == Insert::Begins) {
            if (before == "into" || statement_.isMark(last_, ".[") || before == "ignore") {
                insertTable_ = statement_.of(i);
                insert_ = word == "into" ? Insert::Begins : Insert::HasTable;
            }
        } else if (insert_ != Insert::No && (word == "values" || word == "value")) {
            clear();
            level.hasRows = true;
            insert_ = Insert::HasNames;
        } else if (insert_ != Insert::No && word == "select") {
            if (level.kind == Kind::Names)
                inserted_.clear();
            clear();
            level.kind = Kind::Row;
            level.place = 0;
            level.isFixed = false;
            level.expects = true;
            insert_ = Insert::No;
        } else if (word == "identified") {
            setColumn(kPassword);
            levels_.back().expects = true;
        } else if (word == "and" && level.isBetween) {
            level.isBetween = false;
            level.expects = true;
        } else if ((word == "from" || word == "for") && (level.kind == Kind::Call || before == "distinct")) {
            // SUBSTRING(name FROM 1), IS DISTINCT FROM
        } else if (word == "by" && level.expects) {
            // IDENTIFIED BY
        } else if (isClause(word)) {
            clear();
            level.hasRows = false;
            if (insert_ != Insert::No && (word == "on" || word == "set"))
                insert_ = Insert::No;
        } else if (word == "collate" || word == "as" || word == "using") {
            isSkipped_ = true;
        } else if (isOperator(word) && !(word == "match" && isBeforeParenthesis)) {
            const bool isOfList = level.kind == Kind::List || level.kind == Kind::Row;
            level.expects = level.expects || isOfList || level.count > 0;
            level.isBetween = word == "between";
        } else if (isBeforeParenthesis || statement_.is(i + 1, Type::Text)) {
            // A call, and N'text'.
        } else if (level.count == 0 || columns_[level.first] != kPassword) { // but in IDENTIFIED WITH plugin BY
            level.expects = false;
            level.hasRows = level.hasRows && word == "row";
            setColumn(static_cast<uint32_t>(i));
        }
    }

    void mark(size_t i) {
        Level& level = levels_.back();
        if (statement_.isMark(i, "[(")) {
            if (statement_.isMark(i, "(") || (last_ != kNone && statement_.wordAt(last_) == "array"))
                open(i);
            return;
        }
        isSkipped_ = statement_.isMark(i, ":") && statement_.isMark(last_, ":"); // name::text
        if (statement_.isMark(i, "{")) {
            levels_.push_back({});
            levels_.back().opens = '{';
            levels_.back().first = static_cast<uint32_t>(columns_.size());
        } else if ((statement_.isMark(i, ")") && level.opens == '(') || (statement_.isMark(i, "]") && level.opens == '[') || (statement_.isMark(i, "}") && level.opens == '{')) {
            close();
        } else if (statement_.isMark(i, "=<>!~|+") || (statement_.isMark(i, ":") && level.opens == '{')) {
            level.expects = level.kind == Kind::List || level.kind == Kind::Row || level.count > 0;
            level.isPendingCompared = level.pending != kNone;
        } else if (statement_.isMark(i, ",")) {
            level.pending = kNone;
            if (level.kind == Kind::List || level.kind == Kind::Row) {
                level.place += !level.isFixed;
                level.expects = true;
            } else if (level.opens == '(') {
                level.isAppended = true;
                level.expects = false;
            } else {
                const bool hasRows = level.hasRows;
                clear();
                level.hasRows = hasRows;
            }
        } else if (statement_.isMark(i, ";")) {
            levels_.assign(1, {});
            columns_.clear();
            insert_ = Insert::No;
        }
    }

    void open(size_t i) {
        const Level& outer = levels_.back();
        const std::string before = last_ == kNone ? std::string() : statement_.wordAt(last_);
        const bool isBehindName = last_ != kNone && (statement_.is(last_, Type::Name) || statement_.is(last_, Type::Quoted) || (!before.empty() && !isClause(before) && !isOperator(before)));
        Level inner;
        inner.opens = statement_.isMark(i, "(") ? '(' : '[';
        inner.first = static_cast<uint32_t>(columns_.size());
        if (insert_ == Insert::HasTable && (isBehindName || statement_.isMark(last_, "]"))) {
            inner.kind = Kind::Names;
        } else if (outer.hasRows) {
            inner.kind = Kind::Row;
            inner.expects = true;
        } else if (outer.kind == Kind::Row) {
            inner.kind = Kind::Row;
            inner.isFixed = true;
            inner.place = outer.place;
            inner.expects = outer.expects;
        } else if (outer.expects) {
            inner.kind = Kind::List;
            inner.first = outer.first;
            inner.count = outer.count;
            inner.isByPlace = outer.isByPlace;
            inner.expects = true;
        } else if (isBehindName || before == "match") {
            inner.kind = Kind::Call;
        }
        levels_.push_back(inner);
    }

    void close() {
        const Level inner = levels_.back();
        levels_.pop_back();
        Level& level = levels_.back();
        level.expects = false;
        if (inner.kind == Kind::Names)
            insert_ = Insert::HasNames;
        if ((inner.kind != Kind::Plain && inner.kind != Kind::Call) || inner.count == 0 || inner.opens != '(' || level.kind == Kind::List || level.kind == Kind::Row)
            return;
        if (level.isAppended) {
            const uint32_t column = columns_[inner.first];
            columns_.resize(std::min<size_t>(columns_.size(), level.first + level.count));
            setColumn(column);
            return;
        }
        level.first = inner.first;
        level.count = inner.count;
        level.isByPlace = inner.kind == Kind::Plain && inner.count > 1;
        emitPending();
    }

    const Statement& statement_;
    const Found& found_;
    std::vector<Table> tables_;
    std::vector<std::string_view> names_;
    std::vector<Level> levels_;
    std::vector<uint32_t> columns_, inserted_; ///< tokens
    std::string_view insertTable_;
    Insert insert_ = Insert::No;
    bool isSkipped_ = false; ///< what comes is the name of a type or the like
    size_t last_ = kNone;    ///< the token before, comments aside
};

} // namespace

size_t findBeginOfStatement(std::string_view text, size_t from, size_t* behind) {
    static const re2::RE2 begins(R"re((?i)\b((?:insert\s+(?:\w+\s+){0,3}into|insert\s+ignore|replace\s+into|merge\s+into|delete\s+(?:\w+\s+){0,2}from|update\s[^;=]*?\sset|select\s[^;]*?\sfrom)\b|exec(?:ute)?\s+[\w.\[\]]+\s+@\w|(?:create|alter)\s+(?:user|role|login)\s|(?:match|merge|create)\s*\(\s*\w*\s*:\s*\w))re");
    re2::StringPiece statement;
    if (!begins.Match(re2::StringPiece(text.data(), text.size()), from, text.size(), re2::RE2::UNANCHORED, &statement, 1))
        return std::string_view::npos;
    const auto begin = static_cast<size_t>(statement.data() - text.data());
    *behind = begin + statement.size();
    return begin;
}

size_t findStatement(std::string_view text) {
    size_t behind = 0;
    return text.find_first_of("'\"") == std::string_view::npos ? std::string_view::npos : findBeginOfStatement(text, 0, &behind);
}

void findLiteralsOfColumns(std::string_view text, StatementIs is, const std::function<void(const SqlLiteral&, const std::vector<std::string_view>&)>& found) {
    const Statement statement(text, is == StatementIs::InText ? Statement::Within::Text : Statement::Within::Nothing);
    Columns(statement, found).find();
}

} // namespace aisle
