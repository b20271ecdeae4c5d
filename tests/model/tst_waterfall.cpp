// The tree of a trace: its order, groups of siblings, text, and huge and deep ones with all that is made from them.

#include "analysis/waterfall.h"
#include "analysis/waterfall_path.h"
#include "analysis/waterfall_text.h"
#include "trace_fixture.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

using namespace aisle;
using aisle::test::pathText, aisle::test::randomTrace, aisle::test::TraceFixture;

namespace {

/// "1(2(3)4)" by span id; a missing parent is "?id".
QString shape(const SpanTable& table, const Waterfall& tree) {
    QString text;
    uint32_t depth = 0;
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        const WaterfallNode& node = tree.nodes[i];
        if (i > 0) {
            if (node.depth > depth)
                text += QLatin1Char('(');
            else
                text += QString(static_cast<int>(depth - node.depth), QLatin1Char(')')) + QLatin1Char(' ');
        }
        depth = node.depth;
        text += tree.isGroup(i)    ? QLatin1Char('x') + QString::number(tree.groupAt(i)->members)
                : node.row == kNoRow ? QLatin1Char('?') + QString::number(tree.missingAt(i)->id)
                                   : QString::number(table.id(node.row));
    }
    return text + QString(static_cast<int>(depth), QLatin1Char(')'));
}

/// The same tree by plain recursion.
QString naiveShape(const SpanTable& table) {
    struct Item {
        int64_t start, end;
        Row row;
        SpanId missing;
        SpanId id;
    };
    const auto sorted = [](std::vector<Item> items) {
        std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
            return std::tie(a.start, b.end, a.id, a.row) < std::tie(b.start, a.end, b.id, b.row);
        });
        return items;
    };
    const auto rows = table.rowsOf(0);
    std::function<QString(const std::vector<Item>&)> text = [&](const std::vector<Item>& items) {
        QStringList parts;
        for (const Item& item : items) {
            std::vector<Item> children;
            for (const Row row : rows)
                if (!table.isHidden(row) &&
                    (item.missing != 0 ? table.parent(row) == kNoRow && table.parentId(row) == item.missing &&
                                             (table.derivedFlags(row) & kOrphan) != 0
                                       : table.parent(row) == item.row))
                    children.push_back({table.start(row), table.end(row), row, 0, table.id(row)});
            const QString inner = text(sorted(children));
            parts << (item.missing != 0 ? QLatin1Char('?') + QString::number(item.missing)
                                        : QString::number(table.id(item.row))) +
                         (inner.isEmpty() ? QString() : QLatin1Char('(') + inner + QLatin1Char(')'));
        }
        return parts.join(QLatin1Char(' '));
    };
    std::vector<Item> roots;
    std::map<SpanId, Item> missing;
    for (const Row row : rows) {
        if (table.isHidden(row) || table.parent(row) != kNoRow)
            continue;
        if ((table.derivedFlags(row) & kOrphan) == 0) {
            roots.push_back({table.start(row), table.end(row), row, 0, table.id(row)});
            continue;
        }
        const SpanId id = table.parentId(row);
        Item& item = missing.try_emplace(id, Item{table.start(row), table.end(row), row, id, id}).first->second;
        item.start = std::min(item.start, table.start(row));
        item.end = std::max(item.end, table.end(row));
    }
    for (const auto& [id, item] : missing)
        roots.push_back(item);
    return text(sorted(roots));
}

} // namespace

class TestWaterfall : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ordersChildrenByStartThenLength();
    void groupsOrphansPerMissingParent();
    void missingParentsOfSpansWithoutStart();
    void showsSeveralRootsAndBrokenCycles();
    void agreesWithRecursion();
    void findsRowsAndErrors();
    void groupsSiblings();
    void groupsChangeNothingElse();
    void orderOfArrivalDoesNotMatter();
    void tabulates();
    void deepChain();
    void manySiblings();
    void aMillionSpans();
    void stops();
};

void TestWaterfall::ordersChildrenByStartThenLength() {
    TraceFixture f;
    f.add(1, 0, 0, 100);
    f.add(2, 1, 50, 60);
    f.add(3, 1, 10, 20);
    f.add(4, 1, 10, 40); // same start, longer
    f.add(5, 3, 12, 15);
    f.add(6, 1, 50, 60); // same times as 2, later row
    const SpanTablePtr table = f.table();
    const Waterfall tree = waterfall(*table, 0);
    QCOMPARE(shape(*table, tree), QStringLiteral("1(4 3(5) 2 6)"));
    QCOMPARE(tree.start, 0);
    QCOMPARE(tree.end, 100);
    QCOMPARE(tree.nodes[0].children, 4U);
    QCOMPARE(tree.nodes[0].end, 6U);
    QCOMPARE(tree.nodes[2].end, 4U);
    QCOMPARE(tree.maxDepth, 2U);
}

void TestWaterfall::groupsOrphansPerMissingParent() {
    TraceFixture f;
    f.add(1, 0, 10, 100);
    f.add(2, 77, 40, 50);
    f.add(3, 88, 0, 5);
    f.add(4, 77, 20, 30);
    f.add(5, 4, 21, 22);
    const SpanTablePtr table = f.table();
    const Waterfall tree = waterfall(*table, 0);
    QCOMPARE(shape(*table, tree), QStringLiteral("?88(3) 1 ?77(4(5) 2)"));
    QCOMPARE(tree.missing.size(), size_t(2));
    QCOMPARE(tree.missing[1].start, 20);
    QCOMPARE(tree.missing[1].end, 50);
    QCOMPARE(tree.endOf(*table, tree.missing[1].node), 50);
    QCOMPARE(tree.spanCount(), 5U);
    const auto warnings = spanWarnings(*table, 1);
    QCOMPARE(warnings.size(), size_t(1));
    QCOMPARE(warnings[0].word, std::string("missing parent"));
}

// A span without a start pulled its missing parent to 1970, and the whole axis with it.
void TestWaterfall::missingParentsOfSpansWithoutStart() {
    TraceFixture f;
    const auto add = [&](SpanId id, SpanId parent, int64_t start, uint8_t flags) {
        f.add({id, parent, "op", "shop", start, 10, Kind::Internal, Status::Unset, flags});
    };
    add(1, 90, 0, kNoStart);
    add(2, 90, 1'000, 0);
    add(3, 90, 0, kNoStart);
    add(4, 91, 0, kNoStart);
    const SpanTablePtr table = f.table();
    const Waterfall tree = waterfall(*table, 0);
    QCOMPARE(tree.missing.size(), size_t(2));
    for (const MissingParent& m : tree.missing) {
        QCOMPARE(m.hasStart, m.id == 90);
        QCOMPARE(tree.hasStart(*table, m.node), m.id == 90);
        if (m.id == 90)
            QCOMPARE(std::pair(m.start, m.end), (std::pair<int64_t, int64_t>(1'000, 1'010)));
    }
    QVERIFY(!tree.hasStart(*table, tree.nodeOf(0)));
    QVERIFY(tree.hasStart(*table, tree.nodeOf(1)));
}

void TestWaterfall::showsSeveralRootsAndBrokenCycles() {
    TraceFixture f;
    f.add(1, 0, 30, 40);
    f.add(2, 0, 10, 20);
    f.add(3, 4, 50, 60); // 3 and 4 name each other; broken at the earlier
    f.add(4, 3, 45, 70);
    f.add(5, 5, 80, 90); // itself
    const SpanTablePtr table = f.table();
    const Waterfall tree = waterfall(*table, 0);
    QCOMPARE(shape(*table, tree), QStringLiteral("2 1 4(3) 5"));
    QCOMPARE(spanWarnings(*table, 3)[0].word, std::string("cycle"));
    QCOMPARE(waterfall(*table, 12).nodes.size(), size_t(0)); // no such trace
}

void TestWaterfall::agreesWithRecursion() {
    for (uint32_t seed = 0; seed < 60; ++seed) {
        const SpanTablePtr table = randomTrace(seed, 1 + seed * 2);
        QCOMPARE(shape(*table, waterfall(*table, 0)), naiveShape(*table));
    }
}

void TestWaterfall::findsRowsAndErrors() {
    const SpanTablePtr table = randomTrace(7, 200);
    const Waterfall tree = waterfall(*table, 0);
    uint32_t found = 0;
    for (const Row row : table->rowsOf(0)) {
        const NodeIndex node = tree.nodeOf(row);
        if (table->isHidden(row)) {
            QCOMPARE(node, kNoNode);
            continue;
        }
        QCOMPARE(tree.nodes[node].row, row);
        ++found;
    }
    QCOMPARE(found, tree.spanCount());
    QCOMPARE(tree.nodeOf(999999), kNoNode);
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        uint32_t errors = 0;
        for (NodeIndex k = i; k < tree.nodes[i].end; ++k)
            errors += tree.nodes[k].row != kNoRow && table->isError(tree.nodes[k].row);
        QCOMPARE(tree.nodes[i].errors, errors);
    }
    QCOMPARE(tree.errors.size(), size_t(table->summary(0).errors));
}

void TestWaterfall::groupsSiblings() {
    TraceFixture f;
    f.add(1, 0, 0, 1000, "web", "GET /");
    f.add(2, 1, 10, 20, "db", "SELECT");
    f.add(3, 1, 15, 18, "cache", "get");
    f.add(4, 1, 30, 90, "db", "SELECT");
    f.add(5, 4, 40, 50, "db", "read");
    f.add(6, 1, 25, 28, "cache", "SELECT"); // another service
    TraceFixture::Span failed{7, 1, "SELECT", "db", 60, 30, Kind::Client, Status::Error, 0};
    f.add(failed);
    const SpanTablePtr table = f.table();
    QCOMPARE(shape(*table, waterfall(*table, 0)), QStringLiteral("1(2 3 6 4(5) 7)"));
    QCOMPARE(shape(*table, waterfall(*table, 0, {4})), QStringLiteral("1(2 3 6 4(5) 7)"));
    const Waterfall tree = waterfall(*table, 0, {3});
    QCOMPARE(shape(*table, tree), QStringLiteral("1(x3(2 4(5) 7) 3 6)"));
    QCOMPARE(tree.spanCount(), 7U);
    const SiblingGroup* group = tree.groupAt(1);
    QVERIFY(group != nullptr && tree.groupAt(0) == nullptr && !tree.isGroup(2));
    QCOMPARE(group->members, 3U);
    QCOMPARE(group->errors, 1U);
    QCOMPARE(std::pair(group->start, group->end), (std::pair<int64_t, int64_t>(10, 90)));
    QCOMPARE(group->total, int64_t(10 + 60 + 30));
    QCOMPARE(table->id(tree.nodes[group->longest].row), SpanId(4));
    QCOMPARE(tree.startOf(*table, 1), int64_t(10));
    QCOMPARE(tree.endOf(*table, 1), int64_t(90));
    QCOMPARE(tree.parentOf(2), NodeIndex(0));
    QCOMPARE(tree.nodes[2].parent, NodeIndex(1));
    QCOMPARE(tree.parentOf(1), NodeIndex(0));
    QStringList children;
    tree.forEachChild(0, [&](NodeIndex child) { children << QString::number(table->id(tree.nodes[child].row)); });
    QCOMPARE(children.join(QLatin1Char(' ')), QStringLiteral("2 4 7 3 6"));
}

/// Text of everything about a trace that has nothing to do with groups.
static QString facts(const SpanTable& table, const Waterfall& tree) {
    QStringList out;
    std::vector<std::pair<SpanId, NodeIndex>> byId;
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i)
        if (tree.nodes[i].row != kNoRow)
            byId.emplace_back(table.id(tree.nodes[i].row), i);
    std::sort(byId.begin(), byId.end());
    const CriticalPath path = criticalPath(table, tree);
    for (const auto& [id, node] : byId) {
        const NodeIndex parent = tree.parentOf(node);
        const PathSection* stretch = path.stretchOf(node);
        out << QStringLiteral("%1<%2 %3 %4 %5").arg(id).arg(parent == kNoNode || tree.nodes[parent].row == kNoRow ? 0 : table.id(tree.nodes[parent].row))
                   .arg(tree.nodes[node].errors).arg(stretch != nullptr ? stretch->from : 0).arg(stretch != nullptr ? stretch->to : 0);
    }
    std::vector<std::tuple<int64_t, int64_t, SpanId>> sections;
    for (const PathSection& s : path.sections)
        sections.emplace_back(s.from, s.to, table.id(tree.nodes[s.node].row));
    std::sort(sections.begin(), sections.end());
    for (const auto& [from, to, id] : sections)
        out << QStringLiteral("%1-%2 %3").arg(from).arg(to).arg(id);
    return out.join(QLatin1Char('\n'));
}

void TestWaterfall::groupsChangeNothingElse() {
    for (uint32_t seed = 400; seed < 500; ++seed) {
        const SpanTablePtr table = randomTrace(seed, 1 + seed % 90);
        const Waterfall plain = waterfall(*table, 0), grouped = waterfall(*table, 0, {2});
        QCOMPARE(facts(*table, grouped), facts(*table, plain));
        QCOMPARE(grouped.nodes.size(), plain.nodes.size() + grouped.groups.size());
        uint32_t members = 0;
        for (const SiblingGroup& group : grouped.groups) {
            QVERIFY(group.members >= 2);
            members += group.members;
            const Row first = grouped.nodes[group.node + 1].row;
            grouped.forEachChild(group.node, [&](NodeIndex member) {
                QCOMPARE(table->service(grouped.nodes[member].row), table->service(first));
                QCOMPARE(table->name(grouped.nodes[member].row), table->name(first));
                QCOMPARE(grouped.nodes[member].parent, group.node);
            });
        }
        // What is in no group has no sibling of its operation outside either.
        std::map<std::tuple<NodeIndex, uint32_t, uint32_t>, int> alone;
        for (NodeIndex i = 0; i < grouped.nodes.size(); ++i)
            if (const Row row = grouped.nodes[i].row; row != kNoRow && (grouped.nodes[i].parent == kNoNode || !grouped.isGroup(grouped.nodes[i].parent)))
                QCOMPARE(++alone[std::tuple(grouped.nodes[i].parent, table->service(row), table->name(row))], 1);
        QVERIFY(members <= grouped.spanCount());
    }
}

// The order among siblings of one time was that in which they came, and with it what the path and the groups began with.
void TestWaterfall::orderOfArrivalDoesNotMatter() {
    std::mt19937 random(5);
    for (int round = 0; round < 60; ++round) {
        std::vector<TraceFixture::Span> spans;
        for (SpanId id = 1; id <= 60; ++id)
            spans.push_back({id, random() % 8 == 0 ? 0 : random() % 60 + 1, "op", "s" + std::to_string(random() % 3),
                             static_cast<int64_t>(random() % 20), static_cast<int64_t>(random() % 10), Kind::Internal, Status::Unset, 0});
        QString before;
        for (int order = 0; order < 4; ++order) {
            TraceFixture f;
            for (const auto& span : spans)
                f.add(span);
            const SpanTablePtr table = f.table();
            const Waterfall tree = waterfall(*table, 0, {3});
            const QString now = shape(*table, tree) + QLatin1Char('\n') + pathText(*table, tree);
            QVERIFY2(before.isEmpty() || now == before, qPrintable(before + QLatin1Char('\n') + now));
            before = now;
            std::shuffle(spans.begin(), spans.end(), random);
        }
    }
}

void TestWaterfall::tabulates() {
    TraceFixture f;
    f.add(1, 0, 0, 1000000, "frontend", "GET /");
    f.add(2, 1, 500000, 2000000, "cart", "get");
    f.add(3, 99, 10, 20, "db", "q");
    const SpanTablePtr table = f.table();
    const Tabular text = tabulate(*table, waterfall(*table, 0));
    QCOMPARE(text.rows.size(), size_t(4));
    QCOMPARE(text.rows[1][0].shown, std::string("  get"));
    QCOMPARE(std::get<std::string>(text.rows[1][0].value), std::string("get"));
    QCOMPARE(std::get<int64_t>(text.rows[1][3].value), 500000);
    QCOMPARE(std::get<std::string>(text.rows[1][7].value), std::string("outlives parent"));
    QCOMPARE(std::get<std::string>(text.rows[2][0].value), std::string("missing parent 0000000000000063"));
    QCOMPARE(text.notes.size(), size_t(1));
    for (const auto& row : text.rows)
        QCOMPARE(row.size(), text.columns.size());

    TraceFixture g;
    const auto add = [&](SpanId id, SpanId parent, const char* service, const char* name, int64_t from, int64_t to, Kind kind, Status status = Status::Unset) {
        g.add({id, parent, name, service, from, to - from, kind, status, 0, {0, 1}});
    };
    add(1, 0, "web", "GET", 0, 1000, Kind::Server, Status::Error);
    add(2, 1, "web", "call", 100, 300, Kind::Client, Status::Error);
    add(3, 2, "pay", "charge", 120, 290, Kind::Server, Status::Error);
    add(4, 1, "web", "call", 400, 500, Kind::Client);
    add(5, 1, "web", "send", 600, 610, Kind::Producer);
    add(6, 5, "mail", "process", 2610, 2700, Kind::Consumer);
    const SpanTablePtr second = g.table();
    const Waterfall tree = waterfall(*second, 0);
    const Tabular marked = tabulate(*second, tree);
    QStringList notes;
    for (const auto& row : marked.rows)
        notes << QString::fromStdString(std::get<std::string>(row[7].value));
    QCOMPARE(notes.join(QLatin1Char('|')), QStringLiteral("|under way 20 ns + 10 ns|error began here|attempt 2||starts after parent, waited 2.00 µs"));
    const Tabular one = tabulate(*second, tree, 1);
    QCOMPARE(one.rows.size(), size_t(1));
    QCOMPARE(std::get<std::string>(one.rows[0][7].value), std::string("under way 20 ns + 10 ns"));
}

void TestWaterfall::deepChain() {
    constexpr int64_t kDeep = 100000;
    TraceFixture f;
    for (int64_t i = 0; i < kDeep; ++i)
        f.add(static_cast<SpanId>(i + 1), static_cast<SpanId>(i), i, 2 * kDeep - i);
    const SpanTablePtr table = f.table();
    const Waterfall tree = waterfall(*table, 0);
    QCOMPARE(tree.maxDepth, uint32_t(kDeep - 1));
    QCOMPARE(tree.nodes[0].end, uint32_t(kDeep));
    const CriticalPath path = criticalPath(*table, tree);
    QCOMPARE(path.sections.size(), size_t(2 * kDeep - 1));
    int64_t onPath = 0;
    for (const PathSection& section : path.sections)
        onPath += section.to - section.from;
    QCOMPARE(onPath, 2 * kDeep);
    QVERIFY(tabulate(*table, tree).rows[kDeep - 1][0].shown.size() < 200);
    VisibleRows rows(tree);
    rows.collapseAll();
    QCOMPARE(rows.count(), 1U);
    rows.reveal(kDeep - 1);
    QCOMPARE(rows.count(), uint32_t(kDeep));
}

void TestWaterfall::manySiblings() {
    constexpr int64_t kMany = 200000;
    TraceFixture f;
    f.add(1, 0, 0, kMany * 10);
    for (int64_t i = 0; i < kMany; ++i)
        f.add(static_cast<SpanId>(i + 2), 1, (kMany - 1 - i) * 10, (kMany - i) * 10); // latest first
    const SpanTablePtr table = f.table();
    const Waterfall tree = waterfall(*table, 0);
    QCOMPARE(tree.nodes[0].children, uint32_t(kMany));
    QCOMPARE(tree.nodes[1].row, Row(65536) * (kMany / 65536) + kMany % 65536); // the last row starts first
    QCOMPARE(criticalPath(*table, tree).sections.size(), size_t(kMany));
}

void TestWaterfall::aMillionSpans() {
    constexpr uint32_t kSpans = 1000000;
    TraceFixture f;
    for (uint32_t i = 0; i < kSpans; ++i)
        f.add(i + 1, i == 0 ? 0 : (i - 1) / 8 + 1, i, 4 * int64_t(kSpans) - i);
    const SpanTablePtr table = f.table();
    QElapsedTimer timer;
    timer.start();
    const Waterfall tree = waterfall(*table, 0);
    const qint64 built = timer.restart();
    QCOMPARE(tree.nodes.size(), size_t(kSpans));
    criticalPath(*table, tree);
    const qint64 walked = timer.restart();
    VisibleRows rows(tree);
    timer.restart();
    rows.collapseAll();
    rows.expandAll();
    const qint64 toggled = timer.elapsed();
    qInfo("1 M spans: tree %lld ms, critical path %lld ms, collapse and expand all %lld ms", built, walked,
          toggled);
    QVERIFY2(toggled < 500,
             "collapsing and expanding everything must not be felt"); // 10 times what is promised
}

void TestWaterfall::stops() {
    const SpanTablePtr table = randomTrace(1, 10);
    StopToken stop;
    stop.stop();
    QVERIFY_THROWS_EXCEPTION(Stopped, waterfall(*table, 0, {}, stop));
}

QTEST_GUILESS_MAIN(TestWaterfall)
#include "tst_waterfall.moc"
