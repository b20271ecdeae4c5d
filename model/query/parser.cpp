// From the tokens of a query to its tree. Descends by precedence; how deep is bounded, the text comes from a person or a file.

#include "query/lexer.h"

#include <algorithm>
#include <array>

namespace aisle::traceql {

namespace {

constexpr size_t kLongest = 1 << 20;
constexpr int kDeepest = 200;
constexpr int kHighest = 1000; ///< of the tree, which is walked recursively

/// What is written for an intrinsic, and what it is called here.
struct Name {
    std::string_view written, canonical;
};
constexpr Name kIntrinsics[] = {
    {"span:duration", "span:duration"},     {"duration", "span:duration"},
    {"span:name", "span:name"},             {"name", "span:name"},
    {"span:status", "span:status"},         {"status", "span:status"},
    {"span:statusMessage", "span:statusMessage"}, {"statusMessage", "span:statusMessage"},
    {"span:kind", "span:kind"},             {"kind", "span:kind"},
    {"span:id", "span:id"},                 {"span:parentID", "span:parentID"},
    {"span:childCount", "span:childCount"}, {"childCount", "span:childCount"},
    {"trace:duration", "trace:duration"},   {"traceDuration", "trace:duration"},
    {"trace:rootName", "trace:rootName"},   {"rootName", "trace:rootName"},
    {"trace:rootService", "trace:rootService"}, {"rootServiceName", "trace:rootService"},
    {"trace:id", "trace:id"},               {"event:name", "event:name"},
    {"event:timeSinceStart", "event:timeSinceStart"}, {"link:traceID", "link:traceID"},
    {"link:spanID", "link:spanID"},         {"instrumentation:name", "instrumentation:name"},
    {"instrumentation:version", "instrumentation:version"}, {"parent", "parent"},
    {"nestedSetParent", "nestedSetParent"}, {"nestedSetLeft", "nestedSetLeft"},
    {"nestedSetRight", "nestedSetRight"},   {"aisle:error", "aisle:error"},
    {"aisle:traceTime", "aisle:traceTime"}, {"aisle:time", "aisle:time"},           {"aisle:file", "aisle:file"},
    {"aisle:edge", "aisle:edge"},           {"aisle:case", "aisle:case"},
    {"aisle:stage", "aisle:stage"},         {"aisle:dropped", "aisle:dropped"},
    {"aisle:text", "aisle:text"},           {"aisle:selfTime", "aisle:selfTime"},
    {"aisle:path", "aisle:path"},
};

std::optional<std::string_view> canonicalIntrinsic(std::string_view word) {
    const auto found = std::find_if(std::begin(kIntrinsics), std::end(kIntrinsics), [&](const Name& name) { return name.written == word; });
    return found == std::end(kIntrinsics) ? std::nullopt : std::optional(found->canonical);
}

constexpr std::array<std::string_view, 3> kStatuses = {"error", "ok", "unset"};
constexpr std::array<std::string_view, 6> kKinds = {"unspecified", "internal", "server", "client", "producer", "consumer"};

class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    std::optional<Query> run(ParseError& error) {
        const NodeIndex root = pipeline();
        if (!error_ && now().type != Token::Type::End)
            fail(now(), now().text == "}" || now().text == ")" ? "There is one closing bracket too many." : "The query ends before this; join spansets by && or ||, stages by |.");
        if (error_) {
            error = *error_;
            return std::nullopt;
        }
        query_.root = root;
        return std::move(query_);
    }

private:
    // --- tokens
    const Token& now() const { return tokens_[at_]; }
    bool is(std::string_view symbol) const { return now().type == Token::Type::Symbol && now().text == symbol; }
    bool isWord(std::string_view word) const { return now().type == Token::Type::Word && now().text == word; }
    void take() {
        if (at_ + 1 < tokens_.size())
            ++at_;
    }
    bool accept(std::string_view symbol) {
        if (error_ || !is(symbol))
            return false;
        take();
        return true;
    }
    void expect(std::string_view symbol, std::string message) {
        if (!error_ && !accept(symbol))
            fail(now(), std::move(message));
    }
    /// The first error counts; after it nothing is read any more.
    NodeIndex fail(const Token& at, std::string message) {
        if (at.type == Token::Type::Word && (at.text == "and" || at.text == "or" || at.text == "AND" || at.text == "OR"))
            message = at.text == "and" || at.text == "AND" ? "And is written &&." : "Or is written ||.";
        if (!error_)
            error_ = ParseError{at.from, at.to - at.from, std::move(message)};
        return 0;
    }

    NodeIndex add(Node node) {
        int height = 1;
        for (const NodeIndex child : node.children)
            height = std::max(height, height_[child] + 1);
        if (height > kHighest)
            return fail(now(), "So many operators in a row are not understood; use brackets or fewer.");
        height_.push_back(height);
        query_.nodes.push_back(std::move(node));
        return static_cast<NodeIndex>(query_.nodes.size() - 1);
    }
    NodeIndex addAround(Node::Type type, std::vector<NodeIndex> children, size_t from, Op op = Op::And, Form form = Form::Plain) {
        if (error_)
            return 0;
        Node node;
        node.type = type;
        node.op = op;
        node.form = form;
        node.children = std::move(children);
        node.from = from;
        node.to = tokens_[at_ > 0 ? at_ - 1 : 0].to;
        return add(std::move(node));
    }

    /// Counts how deep the parser is.
    class Level {
    public:
        explicit Level(Parser& parser) : parser_(parser) {
            if (++parser_.depth_ > kDeepest)
                parser_.fail(parser_.now(), "This is nested too deeply.");
        }
        ~Level() { --parser_.depth_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        Parser& parser_;
    };

    // --- spansets
    NodeIndex pipeline() {
        const Level level(*this);
        if (error_)
            return 0;
        const size_t from = now().from;
        std::vector<NodeIndex> stages{combined()};
        while (accept("|"))
            stages.push_back(stage());
        return error_ || stages.size() == 1 ? stages.front() : addAround(Node::Type::Pipeline, std::move(stages), from);
    }

    /// && and || of spansets: one level, to the left; of one kind in a row they are one node.
    NodeIndex combined() {
        const Level level(*this);
        if (error_)
            return 0;
        const size_t from = now().from;
        NodeIndex left = related();
        while (!error_ && (is("&&") || is("||"))) {
            const Op op = is("&&") ? Op::And : Op::Or;
            std::vector<NodeIndex> parts{left};
            while (!error_ && is(op == Op::And ? "&&" : "||")) {
                take();
                parts.push_back(related());
            }
            left = addAround(Node::Type::Combined, std::move(parts), from, op);
        }
        return left;
    }

    NodeIndex related() {
        struct Relation {
            std::string_view symbol;
            Op op;
            Form form;
        };
        static constexpr Relation relations[] = {
            {">", Op::Child, Form::Plain},     {">>", Op::Descendant, Form::Plain},  {"<", Op::Parent, Form::Plain},  {"<<", Op::Ancestor, Form::Plain},  {"~", Op::Sibling, Form::Plain},
            {"!>", Op::Child, Form::Not},      {"!>>", Op::Descendant, Form::Not},   {"!<", Op::Parent, Form::Not},   {"!<<", Op::Ancestor, Form::Not},   {"!~", Op::Sibling, Form::Not},
            {"&>", Op::Child, Form::Union},    {"&>>", Op::Descendant, Form::Union}, {"&<", Op::Parent, Form::Union}, {"&<<", Op::Ancestor, Form::Union}, {"&~", Op::Sibling, Form::Union}};
        const size_t from = now().from;
        NodeIndex left = spanset();
        while (!error_) {
            const auto found = std::find_if(std::begin(relations), std::end(relations), [&](const Relation& r) { return is(r.symbol); });
            if (found == std::end(relations))
                break;
            take();
            const NodeIndex right = spanset();
            left = addAround(Node::Type::Combined, {left, right}, from, found->op, found->form);
        }
        return left;
    }

    NodeIndex spanset() {
        const size_t from = now().from;
        if (isWithin(now()))
            return within();
        if (withinDepth_ > 0 && is("!")) {
            const Level level(*this);
            if (error_)
                return 0;
            take();
            const NodeIndex none = spanset();
            return error_ ? 0 : addAround(Node::Type::Unary, {none}, from, Op::Not);
        }
        if (accept("(")) {
            // Within a case brackets may hold conditions about it; a pipeline in them is about one trace.
            const NodeIndex inner = pipeline();
            expect(")", "A ) is missing here.");
            return inner;
        }
        if (!accept("{"))
            return fail(now(), "A spanset begins with {, for example { status = error }.");
        if (accept("}"))
            return addAround(Node::Type::Spanset, {}, from);
        const NodeIndex condition = logical();
        expect("}", "Expected an operator, or a } at the end of the spanset.");
        return addAround(Node::Type::Spanset, {condition}, from);
    }

    static bool isWithin(const Token& token) { return token.type == Token::Type::Word && (token.text == "aisle:case" || token.text == "aisle:trace"); }

    NodeIndex within() {
        const Level level(*this);
        if (error_)
            return 0;
        const size_t from = now().from;
        const std::string function = now().text.substr(now().text.find(':') + 1);
        take();
        expect("(", "Spansets in brackets are missing here, for example aisle:case({ name = \"AddItem\" } && !{ name = \"Pay\" }).");
        ++withinDepth_;
        const NodeIndex inner = error_ ? 0 : combined();
        --withinDepth_;
        expect(")", "A ) is missing here.");
        if (error_)
            return 0;
        const NodeIndex at = addAround(Node::Type::Within, {inner}, from);
        if (!error_)
            query_.nodes[at].function = function;
        return at;
    }

    // --- stages
    NodeIndex stage() {
        const size_t from = now().from;
        if (isWord("by") || isWord("select")) {
            const bool isBy = isWord("by");
            take();
            return addAround(isBy ? Node::Type::By : Node::Type::Select, arguments(1), from);
        }
        if (isWord("coalesce")) {
            take();
            arguments(0);
            return addAround(Node::Type::Coalesce, {}, from);
        }
        if (now().type == Token::Type::Word && std::find(metrics().begin(), metrics().end(), now().text) != metrics().end())
            return metric();
        if (is("{") || isWithin(now()))
            return combined();
        if (now().type == Token::Type::Attribute || (now().type == Token::Type::Word && canonicalIntrinsic(now().text)))
            return fail(now(), "A condition about spans is in braces: | { status = error }.");
        if (now().type == Token::Type::Word && !isAggregate(now())) {
            std::vector<std::string_view> names = aggregates();
            names.insert(names.end(), metrics().begin(), metrics().end());
            names.insert(names.end(), {"by", "select", "coalesce"});
            return fail(now(), suggestion("There is no stage " + now().text, now().text, names));
        }
        if (is("(")) { // a spanset in brackets, or a calculation
            size_t ahead = at_;
            while (tokens_[ahead].type == Token::Type::Symbol && tokens_[ahead].text == "(")
                ++ahead;
            if (tokens_[ahead].text == "{" || isWithin(tokens_[ahead]))
                return combined();
        }
        const NodeIndex comparison = compared();
        if (error_)
            return 0;
        if (const Node& node = query_.nodes[comparison]; node.type != Node::Type::Binary || node.op < Op::Equal || node.op > Op::GreaterOrEqual)
            return fail(now(), "An aggregate is compared with something here, for example count() > 2.");
        return comparison;
    }

    NodeIndex metric() {
        const size_t from = now().from;
        Node node{};
        node.type = Node::Type::Metric;
        node.function = now().text;
        take();
        expect("(", "Arguments in brackets are missing here.");
        if (!error_ && !is(")")) {
            do {
                node.children.push_back(is("{") ? spanset() : calculated());
            } while (accept(","));
        }
        expect(")", "A ) is missing here.");
        if (isWord("by")) {
            const size_t by = now().from;
            take();
            node.children.push_back(addAround(Node::Type::By, arguments(1), by));
        }
        node.from = from;
        node.to = tokens_[at_ > 0 ? at_ - 1 : 0].to;
        return error_ ? 0 : add(std::move(node));
    }

    std::vector<NodeIndex> arguments(size_t least) {
        std::vector<NodeIndex> out;
        expect("(", "Arguments in brackets are missing here.");
        if (!error_ && !is(")")) {
            do {
                out.push_back(calculated());
            } while (accept(","));
        }
        if (!error_ && out.size() < least)
            fail(now(), "A field is missing here, for example name.");
        expect(")", "A ) is missing here.");
        return out;
    }

    // --- values of a span
    NodeIndex logical() {
        const Level level(*this);
        if (error_)
            return 0;
        const size_t from = now().from;
        NodeIndex left = compared();
        while (!error_ && (is("&&") || is("||"))) {
            const Op op = is("&&") ? Op::And : Op::Or;
            std::vector<NodeIndex> parts{left};
            while (!error_ && is(op == Op::And ? "&&" : "||")) {
                take();
                parts.push_back(compared());
            }
            left = addAround(Node::Type::Binary, std::move(parts), from, op);
        }
        return left;
    }

    NodeIndex compared() {
        return chainOf({{"=", Op::Equal}, {"!=", Op::NotEqual}, {"=~", Op::Matches}, {"!~", Op::NotMatches}, {"<=", Op::LessOrEqual}, {"<", Op::Less}, {">=", Op::GreaterOrEqual}, {">", Op::Greater}}, &Parser::calculated);
    }
    NodeIndex calculated() { return chainOf({{"+", Op::Add}, {"-", Op::Subtract}}, &Parser::negated); }
    NodeIndex negated() {
        if (!is("!"))
            return product();
        const Level level(*this);
        if (error_)
            return 0;
        const size_t from = now().from;
        take();
        const NodeIndex operand = negated();
        return error_ ? 0 : addAround(Node::Type::Unary, {operand}, from, Op::Not);
    }
    NodeIndex product() { return chainOf({{"*", Op::Multiply}, {"/", Op::Divide}, {"%", Op::Modulo}}, &Parser::power); }
    NodeIndex power() {
        const Level level(*this);
        if (error_)
            return 0;
        const size_t from = now().from;
        const NodeIndex base = primary();
        if (!accept("^"))
            return base;
        const NodeIndex exponent = power(); // to the right
        return error_ ? 0 : addAround(Node::Type::Binary, {base, exponent}, from, Op::Power);
    }

    NodeIndex chainOf(std::initializer_list<std::pair<std::string_view, Op>> ops, NodeIndex (Parser::*operand)()) {
        const size_t from = now().from;
        NodeIndex left = (this->*operand)();
        while (!error_) {
            const auto found = std::find_if(ops.begin(), ops.end(), [&](const auto& op) { return is(op.first); });
            if (found == ops.end())
                break;
            take();
            const NodeIndex right = (this->*operand)();
            left = addAround(Node::Type::Binary, {left, right}, from, found->second);
        }
        return left;
    }

    NodeIndex primary() {
        const Level level(*this);
        if (error_)
            return 0;
        const Token token = now();
        const size_t from = token.from;
        if (accept("(")) {
            const NodeIndex inner = logical();
            expect(")", "A ) is missing here.");
            return inner;
        }
        if (accept("-")) {
            const NodeIndex operand = primary();
            if (error_)
                return 0;
            Node& node = query_.nodes[operand];
            if (node.type == Node::Type::Literal && node.from > from && (node.literal.type == Literal::Type::Integer || node.literal.type == Literal::Type::Number || node.literal.type == Literal::Type::Duration)) {
                node.literal.integer = -node.literal.integer;
                node.literal.number = -node.literal.number;
                node.from = from;
                return operand;
            }
            return addAround(Node::Type::Unary, {operand}, from, Op::Negate);
        }
        Node node;
        node.from = from;
        node.to = token.to;
        switch (token.type) {
        case Token::Type::Integer:
            node.literal.type = Literal::Type::Integer;
            node.literal.integer = token.integer;
            break;
        case Token::Type::Number:
            node.literal.type = Literal::Type::Number;
            node.literal.number = token.number;
            break;
        case Token::Type::Duration:
            node.literal.type = Literal::Type::Duration;
            node.literal.integer = token.integer;
            break;
        case Token::Type::Text:
            node.literal.type = Literal::Type::Text;
            node.literal.text = token.text;
            break;
        case Token::Type::Attribute:
            node.type = Node::Type::Field;
            node.field = {token.scope, token.ofParent, token.text};
            break;
        case Token::Type::Word:
            if (isAggregate(token))
                return aggregate();
            if (!word(node, token))
                return 0;
            break;
        case Token::Type::Symbol:
        case Token::Type::End:
            return fail(token, token.type == Token::Type::End ? "The query ends here, where a field or a value is missing." : "A field or a value is missing here.");
        }
        take();
        return add(std::move(node));
    }

    /// A keyword or an intrinsic.
    bool word(Node& node, const Token& token) {
        const std::string& text = token.text;
        if (text == "true" || text == "false" || text == "nil") {
            node.literal.type = text == "nil" ? Literal::Type::Nil : Literal::Type::Bool;
            node.literal.integer = text == "true";
        } else if (std::find(kStatuses.begin(), kStatuses.end(), text) != kStatuses.end()) {
            node.literal.type = Literal::Type::Status;
            node.literal.text = text;
        } else if (std::find(kKinds.begin(), kKinds.end(), text) != kKinds.end()) {
            node.literal.type = Literal::Type::Kind;
            node.literal.text = text;
        } else if (const auto intrinsic = canonicalIntrinsic(text)) {
            node.type = Node::Type::Field;
            node.field = {Scope::Intrinsic, false, std::string(*intrinsic)};
        } else {
            std::vector<std::string_view> names;
            for (const Name& name : kIntrinsics)
                names.push_back(name.written);
            names.insert(names.end(), kStatuses.begin(), kStatuses.end());
            names.insert(names.end(), kKinds.begin(), kKinds.end());
            names.insert(names.end(), {"true", "false", "nil"});
            // What other tools and earlier versions call it.
            static constexpr std::pair<std::string_view, std::string_view> others[] = {{"service", "resource.service.name"}, {"serviceName", "resource.service.name"}, {"operation", "name"},
                                                                                       {"self", "aisle:selfTime"},           {"selfTime", "aisle:selfTime"},              {"traceID", "trace:id"},
                                                                                       {"traceId", "trace:id"},              {"spanID", "span:id"},                        {"spanId", "span:id"}};
            std::string_view meant = didYouMean(text, names);
            for (const auto& [other, name] : others)
                if (text == other)
                    meant = name;
            fail(token, "There is no field " + text + (meant.empty() ? "; attributes begin with a point, ." + text + ", and texts are in quotes." : "; did you mean " + std::string(meant) + "?"));
            return false;
        }
        return true;
    }

    bool isAggregate(const Token& token) const {
        return token.type == Token::Type::Word && tokens_[std::min(at_ + 1, tokens_.size() - 1)].text == "(" &&
               std::find(aggregates().begin(), aggregates().end(), token.text) != aggregates().end();
    }

    NodeIndex aggregate() {
        const size_t from = now().from;
        const Token name = now();
        take();
        std::vector<NodeIndex> given = arguments(name.text == "count" ? 0 : 1);
        if (!error_ && given.size() != (name.text == "count" ? 0U : 1U))
            return fail(name, name.text == "count" ? "count() has no argument." : name.text + "() has one argument.");
        const NodeIndex at = addAround(Node::Type::Aggregate, std::move(given), from);
        if (!error_)
            query_.nodes[at].function = name.text;
        return at;
    }

    static std::string suggestion(const std::string& what, std::string_view word, const std::vector<std::string_view>& names) {
        const std::string_view meant = didYouMean(word, names);
        return what + (meant.empty() ? "." : "; did you mean " + std::string(meant) + "?");
    }

    std::vector<Token> tokens_;
    size_t at_ = 0;
    int depth_ = 0, withinDepth_ = 0;
    std::vector<int> height_; ///< of the nodes, in nodes
    std::optional<ParseError> error_;
    Query query_;
};

} // namespace

std::optional<Query> parse(std::string_view text, ParseError& error) {
    if (text.size() > kLongest) {
        error = {kLongest, 0, "A query has at most 1 MB."};
        return std::nullopt;
    }
    std::optional<ParseError> problem;
    std::vector<Token> all = tokens(text, problem);
    if (problem) {
        error = *problem;
        return std::nullopt;
    }
    return Parser(std::move(all)).run(error);
}

const std::vector<std::string_view>& intrinsics() {
    static const std::vector<std::string_view> all = [] {
        std::vector<std::string_view> out;
        for (const Name& name : kIntrinsics)
            if (name.written == name.canonical)
                out.push_back(name.written);
        return out;
    }();
    return all;
}

std::optional<Field> intrinsic(std::string_view word) {
    const auto canonical = canonicalIntrinsic(word);
    return canonical ? std::optional(Field{Scope::Intrinsic, false, std::string(*canonical)}) : std::nullopt;
}

const std::vector<std::string_view>& aggregates() {
    static const std::vector<std::string_view> all = {"count", "avg", "max", "min", "sum"};
    return all;
}

const std::vector<std::string_view>& metrics() {
    static const std::vector<std::string_view> all = {"rate", "count_over_time", "min_over_time", "max_over_time", "avg_over_time", "sum_over_time", "quantile_over_time", "histogram_over_time", "compare", "topk", "bottomk"};
    return all;
}

/// Levenshtein's distance, as far as 2.
std::string_view didYouMean(std::string_view word, const std::vector<std::string_view>& names) {
    constexpr size_t kMost = 2;
    size_t best = kMost + 1;
    std::string_view meant;
    if (word.size() > 64)
        return meant;
    for (const std::string_view name : names) {
        std::vector<size_t> row(name.size() + 1);
        for (size_t i = 0; i <= name.size(); ++i)
            row[i] = i;
        for (size_t k = 1; k <= word.size(); ++k) {
            size_t diagonal = row[0];
            row[0] = k;
            for (size_t i = 1; i <= name.size(); ++i) {
                const size_t above = row[i];
                row[i] = std::min({above + 1, row[i - 1] + 1, diagonal + (name[i - 1] == word[k - 1] ? 0 : 1)});
                diagonal = above;
            }
        }
        if (row.back() < best && row.back() < std::max(word.size(), name.size())) {
            best = row.back();
            meant = name;
        }
    }
    return meant;
}

} // namespace aisle::traceql
