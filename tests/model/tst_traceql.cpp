// TraceQL as it is written: what it means as a tree, what is wrong with it and where, and that it is written again as the same.

#include "query/traceql.h"

#include <QTest>

#include <random>

using namespace aisle::traceql;

namespace {

/// The tree in brackets: "(and (= span:status error) (> span:duration 100ms))".
std::string tree(const Query& query, NodeIndex index) {
    static constexpr const char* ops[] = {"or", "and", "=", "!=", "=~", "!~", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^", "not", "neg", "child", "descendant", "parent", "ancestor", "sibling"};
    const Node& node = query.nodes[index];
    const auto around = [&](std::string what) {
        for (const NodeIndex child : node.children)
            what += " " + tree(query, child);
        return "(" + what + ")";
    };
    switch (node.type) {
    case Node::Type::Literal:
    case Node::Type::Field: {
        Query one;
        one.nodes.push_back(node);
        return one.toText();
    }
    case Node::Type::Unary:
    case Node::Type::Binary: return around(ops[static_cast<size_t>(node.op)]);
    case Node::Type::Combined: return around((node.form == Form::Not ? "not-" : node.form == Form::Union ? "both-" : "") + std::string("sets-") + ops[static_cast<size_t>(node.op)]);
    case Node::Type::Spanset: return around("set");
    case Node::Type::Within: return around(node.function);
    case Node::Type::Pipeline: return around("pipe");
    case Node::Type::By: return around("by");
    case Node::Type::Select: return around("select");
    case Node::Type::Coalesce: return "coalesce";
    case Node::Type::Aggregate:
    case Node::Type::Metric: return around(node.function);
    }
    return {};
}

std::string treeOf(const std::string& text) {
    ParseError error;
    const auto query = parse(text, error);
    return query ? tree(*query, query->root) : "error at " + std::to_string(error.position) + ": " + error.message;
}

} // namespace

class TestTraceQl : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void trees_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* expected) { QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected); };
        row("{ }", "(set)");
        row("{}", "(set)");
        row("{ status = error }", "(set (= span:status error))");
        row("aisle:case({ name = \"a\" } && !{ name = \"b\" })", "(case (sets-and (set (= span:name \"a\")) (not (set (= span:name \"b\")))))");
        row("{ } && aisle:case(!({ } || { }))", "(sets-and (set) (case (not (sets-or (set) (set)))))");
        row("{ .http.status_code >= 500 && span.http.method = \"GET\" }", "(set (and (>= .http.status_code 500) (= span.http.method \"GET\")))");
        row("{ resource.service.name =~ \"check.*\" || duration > 1.5s }", "(set (or (=~ resource.service.name \"check.*\") (> span:duration 1500ms)))");
        // && and || bind equally, to the left.
        row("{ .a = 1 || .b = 2 && .c = 3 }", "(set (and (or (= .a 1) (= .b 2)) (= .c 3)))");
        row("{ .a = 1 || (.b = 2 && .c = 3) }", "(set (or (= .a 1) (and (= .b 2) (= .c 3))))");
        row("{ .a = 1 && .b = 2 && .c = 3 }", "(set (and (= .a 1) (= .b 2) (= .c 3)))");
        row("{ .a + .b * 2 ^ 3 ^ .c - 4 = 7 }", "(set (= (- (+ .a (* .b (^ 2 (^ 3 .c)))) 4) 7))");
        row("{ !.a = true }", "(set (= (not .a) true))");
        row("{ !(.a = true) }", "(set (not (= .a true)))");
        row("{ .a = -5 && .b > -.c }", "(set (and (= .a -5) (> .b (neg .c))))");
        row("{ parent.span.x = 1 && parent.y = 2 }", "(set (and (= parent.span.x 1) (= parent.\"y\" 2)))");
        row("{ span.\"my key\" != nil }", "(set (!= span.\"my key\" nil))");
        row("{ .a-b = 1 }", "(set (= .a-b 1))");
        row("{ name = `C:\\dir` }", "(set (= span:name \"C:\\\\dir\"))");
        row("{ name =~ \"\\d+\" }", "(set (=~ span:name \"\\\\d+\"))");
        row("{ traceDuration > 1h30m && rootServiceName = \"a\" }", "(set (and (> trace:duration 90m) (= trace:rootService \"a\")))");
        row("{ kind = server && event:name = \"exception\" }", "(set (and (= span:kind server) (= event:name \"exception\")))");
        row("{ aisle:case = \"s-1\" }", "(set (= aisle:case \"s-1\"))");
        row("{ .a } && { .b } || { .c }", "(sets-or (sets-and (set .a) (set .b)) (set .c))");
        row("{ .a } >> { .b } > { .c }", "(sets-child (sets-descendant (set .a) (set .b)) (set .c))");
        row("{ .a } && { .b } >> { .c }", "(sets-and (set .a) (sets-descendant (set .b) (set .c)))");
        row("{ .a } !>> { .b }", "(not-sets-descendant (set .a) (set .b))");
        row("{ .a } &~ { .b }", "(both-sets-sibling (set .a) (set .b))");
        row("({ .a } | count() > 2) && { .b }", "(sets-and (pipe (set .a) (> (count) 2)) (set .b))");
        row("{ .a } | by(resource.service.name, name) | avg(duration) > 2 * min(.x) | coalesce() | select(.y)",
            "(pipe (set .a) (by resource.service.name span:name) (> (avg span:duration) (* 2 (min .x))) coalesce (select .y))");
        row("{ .a } | { .b } && { .c }", "(pipe (set .a) (sets-and (set .b) (set .c)))");
        row("{ } | rate() by (name)", "(pipe (set) (rate (by span:name)))");
        row("{ } | quantile_over_time(duration, 0.9, .99)", "(pipe (set) (quantile_over_time span:duration 0.90000000000000002 0.98999999999999999))");
        row("{ } | compare({ status = error })", "(pipe (set) (compare (set (= span:status error))))");
        row("{ } | (count() + 1) * 2 > 4", "(pipe (set) (> (* (+ (count) 1) 2) 4))");
    }
    void trees() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(treeOf(text.toStdString())), expected);
    }

    void errors_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("at");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* text, int at, const char* words) { QTest::newRow(text) << QString::fromUtf8(text) << at << QString::fromUtf8(words); };
        row("", 0, "A spanset begins with {");
        row("status = error", 0, "A spanset begins with {");
        row("{ status = error", 16, "a } at the end of the spanset");
        row("{ status = }", 11, "A field or a value is missing here");
        row("{ staus = error }", 2, "did you mean status?");
        row("{ durration > 1s }", 2, "did you mean duration?");
        row("{ shop = \"a\" }", 2, "attributes begin with a point, .shop");
        row("{ service = \"a\" }", 2, "did you mean resource.service.name?");
        row("{ name = \"a }", 9, "A quote is not closed");
        row("{ duration > 5sec }", 13, "durations end with");
        row("{ duration > 1h30 }", 13, "has no unit");
        row("{ .a & .b }", 5, "&& means and");
        row("{ .a } }", 7, "one closing bracket too many");
        row("{ .a } { .b }", 7, "join spansets by");
        row("{ .a } | cont() > 2", 9, "did you mean count?");
        row("{ .a } | count()", 16, "compared with something");
        row("{ .a } | avg() > 2", 13, "A field is missing here");
        row("{ .a } | count(.b) > 2", 9, "count() has no argument");
        row("{ . = 1 }", 2, "key of an attribute is missing");
        row("{ (.a = 1 }", 10, "A ) is missing");
        row("{ .a # 1 }", 5, "means nothing here");
    }
    void errors() {
        QFETCH(QString, text);
        QFETCH(int, at);
        QFETCH(QString, words);
        ParseError error;
        QVERIFY(!parse(text.toStdString(), error));
        QVERIFY2(QString::fromStdString(error.message).contains(words), error.message.c_str());
        QCOMPARE(static_cast<int>(error.position), at);
        QVERIFY(error.message.ends_with(".") || error.message.ends_with("?"));
    }

    // Random trees written, read and written again.
    void writtenAgain() {
        std::mt19937 random(17);
        const auto pick = [&](size_t n) { return static_cast<size_t>(random() % n); };
        for (int round = 0; round < 3000; ++round) {
            Query query;
            const auto add = [&](Node node) {
                query.nodes.push_back(std::move(node));
                return static_cast<NodeIndex>(query.nodes.size() - 1);
            };
            const auto node = [](Node::Type type, std::vector<NodeIndex> children, Op op = Op::And, Form form = Form::Plain) {
                Node out;
                out.type = type;
                out.op = op;
                out.form = form;
                out.children = std::move(children);
                return out;
            };
            std::function<NodeIndex(int)> value = [&](int deep) -> NodeIndex {
                Node out;
                switch (deep <= 0 ? pick(6) : pick(12)) {
                case 0: out.literal = {Literal::Type::Integer, static_cast<int64_t>(pick(1000)) - 500, 0, {}}; break;
                case 1: out.literal = {Literal::Type::Duration, static_cast<int64_t>(random()) * static_cast<int64_t>(1 + pick(1'000'000'000)), 0, {}}; break;
                case 2: out.literal = {Literal::Type::Text, 0, 0, std::string("a\"\\\n\td").substr(pick(5))}; break;
                case 3: out.literal = {Literal::Type::Number, 0, (static_cast<double>(random()) - 2e9) / 7, {}}; break;
                case 4: out.type = Node::Type::Field, out.field = {static_cast<Scope>(pick(6)), pick(2) == 0, std::vector<std::string>{"a.b", "my key", "5xx", "x-y", "span.z", "\"q\\"}[pick(6)]}; break;
                case 5: out.type = Node::Type::Field, out.field = {Scope::Intrinsic, false, "span:duration"}; break;
                case 6: return add(node(Node::Type::Unary, {value(deep - 1)}, Op::Not));
                case 7: {
                    const NodeIndex operand = value(deep - 1);
                    return query.nodes[operand].type == Node::Type::Literal ? operand : add(node(Node::Type::Unary, {operand}, Op::Negate));
                }
                case 8: {
                    std::vector<NodeIndex> parts;
                    for (size_t i = 0; i < 2 + pick(3); ++i)
                        parts.push_back(value(deep - 1));
                    return add(node(Node::Type::Binary, parts, pick(2) == 0 ? Op::And : Op::Or));
                }
                default: {
                    const NodeIndex left = value(deep - 1), right = value(deep - 1);
                    return add(node(Node::Type::Binary, {left, right}, static_cast<Op>(2 + pick(14))));
                }
                }
                return add(std::move(out));
            };
            std::function<NodeIndex(int)> set = [&](int deep) -> NodeIndex {
                if (deep <= 0 || pick(3) == 0)
                    return pick(5) == 0 ? add(node(Node::Type::Spanset, {})) : add(node(Node::Type::Spanset, {value(3)}));
                const NodeIndex left = set(deep - 1), right = set(deep - 1);
                if (pick(2) == 0)
                    return add(node(Node::Type::Combined, {left, right}, pick(2) == 0 ? Op::And : Op::Or));
                if (pick(4) == 0)
                    return add(node(Node::Type::Pipeline, {left, add(node(Node::Type::Coalesce, {})), right}));
                return add(node(Node::Type::Combined, {left, right}, static_cast<Op>(static_cast<int>(Op::Child) + static_cast<int>(pick(5))), static_cast<Form>(pick(3))));
            };
            query.root = set(3);
            const std::string text = query.toText();
            ParseError error;
            const auto again = parse(text, error);
            QVERIFY2(again, (text + "\n" + error.message + " " + std::to_string(error.position)).c_str());
            QCOMPARE(tree(*again, again->root), tree(query, query.root));
            QCOMPARE(again->toText(), text);
        }
    }

    void hostileTexts() {
        ParseError error;
        QVERIFY(!parse(std::string(100'000, '('), error));
        QVERIFY(!parse("{ " + std::string(60'000, '('), error));
        QVERIFY(!parse("{ " + std::string(60'000, '!') + ".a }", error));
        QVERIFY(!parse("{ " + std::string(60'000, '-') + ".a }", error));
        std::string chain = "{ .a";
        for (int i = 0; i < 10'000; ++i)
            chain += " + 1";
        QVERIFY(!parse(chain + " = 1 }", error));
        QVERIFY(error.message.find("So many operators") != std::string::npos);
        std::string long_ = "{ .a = 0";
        for (int i = 0; i < 5'000; ++i)
            long_ += " || .a=1";
        const auto many = parse(long_ + " }", error);
        QVERIFY(many);
        QCOMPARE(many->nodes[many->nodes[many->root].children[0]].children.size(), size_t(5001));
        // Random bytes and cut texts: an error with a place within the text, or a query.
        std::mt19937 random(3);
        const std::string good = "{ resource.service.name = \"a\" && duration > 1.5s } >> { .x =~ `b` } | by(name) | avg(.y) > 2 ^ 3";
        for (int i = 0; i < 20'000; ++i) {
            std::string text = good.substr(0, random() % (good.size() + 1));
            for (size_t k = random() % 4; k > 0 && !text.empty(); --k)
                text[random() % text.size()] = static_cast<char>(random() % 256);
            ParseError wrong;
            if (const auto query = parse(text, wrong)) {
                ParseError other;
                QVERIFY2(parse(query->toText(), other), query->toText().c_str());
            } else {
                QVERIFY(wrong.position <= text.size());
                QVERIFY(!wrong.message.empty());
            }
        }
    }

    void suggestions() {
        QCOMPARE(didYouMean("staus", {"status", "stage"}), std::string_view("status"));
        QCOMPARE(didYouMean("xyz", {"status", "name"}), std::string_view());
        QCOMPARE(didYouMean("ab", {"xy"}), std::string_view()); // everything would have to change
        QVERIFY(intrinsics().size() > 20);
        QVERIFY(!aggregates().empty() && !metrics().empty());
    }
};

QTEST_GUILESS_MAIN(TestTraceQl)
#include "tst_traceql.moc"
