// The critical path beside that of two peers, CRISP (uber-research/CRISP) and jaeger-ui, on the traces that they test theirs
// with and some of their other files. Each row says what the peer finds and, where ours is another path, by which rule.
//
// CRISP's files say the time on the path by operation, which is checked here against the row; the sections of 2, 4, 5, 7, 8,
// 10, 13, 14, 16, 17 and 19 are those of its golden files, the others follow from its rule. The paths of jaeger-ui's tests are
// the ones that are recorded there. What is marked as computed is recorded nowhere and follows from the peer's rule.

#include "analysis/waterfall.h"
#include "analysis/waterfall_path.h"
#include "import/import_job_fixture.h"
#include "trace_fixture.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

// What makes a path another one, the peer's way first.
//   overlap tolerance    CRISP: a sibling that ends less than 1 % of the parent's duration after the next one's start comes
//                        before it, both count in full. Ours: it runs beside it and is not on the path.
//   longer at both ends  CRISP: a child that begins before and ends after its parent is left out. Ours: it is clipped.
//   back to back         jaeger-ui: a sibling comes before another one if it ends before its start. Ours: at or before.
//   ties                 jaeger-ui: of siblings with one end the earliest start, then the first in the file. Ours: the latest
//                        start, then the smallest id.
//   asynchronous         jaeger-ui, newer: only CONSUMER children of a PRODUCER are waited for by nobody. Ours: also children
//                        by FOLLOWS_FROM.
//   copies               jaeger-ui: a span that is there twice is two. Ours: one.
//   start at zero        jaeger-ui: a span that starts at 0 is left out. Ours: 0 is a time.
const QString kOverlap = QStringLiteral("overlap tolerance"), kBothEnds = QStringLiteral("longer at both ends"),
              kBackToBack = QStringLiteral("back to back"), kTies = QStringLiteral("ties"),
              kAsynchronous = QStringLiteral("asynchronous"), kCopies = QStringLiteral("copies"),
              kStartAtZero = QStringLiteral("start at zero");

/// What sections are called by: the operation, or the last four digits of the span's id. Where several spans have one name
/// their times tell them apart.
enum class Label { Name, Id };

QString labelOf(const SpanTable& table, Row row, Label by) {
    return QString::fromStdString(by == Label::Name ? std::string(table.nameText(row)) : toHex(table.id(row)).substr(12));
}

/// "O1 0-10, O2 10-60" from `origin` in units of `unit` ns, by start, as sections of several roots may overlap.
QString sectionsText(const SpanTable& table, const Waterfall& tree, Label by, int64_t origin, int64_t unit) {
    std::vector<PathSection> sections = criticalPath(table, tree).sections;
    std::stable_sort(sections.begin(), sections.end(), [](const PathSection& a, const PathSection& b) { return a.from < b.from; });
    QStringList parts;
    for (const PathSection& s : sections)
        parts << QStringLiteral("%1 %2-%3").arg(labelOf(table, tree.nodes[s.node].row, by)).arg((s.from - origin) / unit)
                     .arg((s.to - origin) / unit);
    return parts.join(QStringLiteral(", "));
}

/// A span of a trace that is made here.
struct Shape {
    const char *name, *parent;
    int64_t start, end;
    Kind kind = Kind::Internal;
    bool follows = false;
};

SpanTablePtr tableOf(const std::vector<Shape>& shapes) {
    std::map<std::string, SpanId> ids{{"", 0}};
    for (const Shape& shape : shapes)
        ids.emplace(shape.name, ids.size());
    TraceFixture fixture;
    for (const Shape& shape : shapes) {
        TraceFixture::Span span;
        span.id = ids.at(shape.name);
        span.parent = ids.at(shape.parent);
        span.name = shape.name;
        span.start = shape.start;
        span.duration = shape.end - shape.start;
        span.kind = shape.kind;
        span.flags = shape.follows ? kFollowsFrom : 0;
        fixture.add(span);
    }
    return fixture.table();
}

void columns() {
    QTest::addColumn<QString>("peer");
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("ours");
}

std::filesystem::path jaegerFolder() { return traceFolder() / "jaeger-json"; }

/// The times by operation that a file of CRISP asks for.
std::map<std::string, int64_t> askedFor(const std::filesystem::path& path) {
    const nlohmann::json testing = nlohmann::json::parse(readFile(path)).at("testing");
    std::map<std::string, int64_t> times;
    for (const auto& [operation, time] : (testing.is_array() ? testing.at(0) : testing.at("opTimeExclusive")).items())
        times[operation.substr(operation.find(' ') + 1)] = time.get<int64_t>();
    return times;
}

/// The same of a path. CRISP gives a root what its children on the path leave, so that the overlaps are taken off there.
std::map<std::string, int64_t> timesOf(const QString& path, const std::string& root, int64_t duration) {
    std::map<std::string, int64_t> times;
    for (const QString& section : path.split(QStringLiteral(", "))) {
        const QStringList words = section.split(QLatin1Char(' ')), bounds = words.at(1).split(QLatin1Char('-'));
        times[words.at(0).toStdString()] += bounds.at(1).toLongLong() - bounds.at(0).toLongLong();
    }
    times[root] = duration;
    for (const auto& [operation, time] : times)
        if (operation != root)
            times[root] -= time;
    return times;
}

} // namespace

class TestCriticalPathPeers : public QObject {
    Q_OBJECT

    static void compare(const QString& found) {
        QFETCH(QString, peer);
        QFETCH(QString, rule);
        QFETCH(QString, ours);
        QCOMPARE(found, ours);
        QCOMPARE(ours == peer, rule.isEmpty());
    }

private Q_SLOTS:
    void files_data();
    void files();
    void shapes_data();
    void shapes();
};

// Times are microseconds from the start of the trace.
void TestCriticalPathPeers::files_data() {
    if (traceFolder().empty())
        QSKIP("the real files are not here; set AISLE_TRACES");
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("by");
    columns();
    std::set<std::string> rows;
    const auto row = [&](const char* name, const char* file, Label by, const char* peer, const QString& rule = {},
                         const char* ours = nullptr) {
        rows.insert(file);
        QTest::newRow(name) << QString::fromLatin1(file) + QStringLiteral(".json") << static_cast<int>(by) << QString::fromLatin1(peer)
                            << rule << QString::fromLatin1(ours != nullptr ? ours : peer);
    };
    const auto crisp = [&](const char* file, const char* peer, const QString& rule = {}, const char* ours = nullptr) {
        row(file, file, Label::Name, peer, rule, ours);
    };
    crisp("crisp-01", "O1 0-100");
    crisp("crisp-02", "O1 0-10, O2 10-60, O1 60-100");
    crisp("crisp-04", "O1 0-10, O2 10-20, O3 20-30, O2 30-60, O1 60-100");
    crisp("crisp-05", "O1 0-10, O2 10-30, O1 30-40, O2 40-50, O1 50-60, O2 60-90, O1 90-100");
    crisp("crisp-07", "O1 0-10, O2 10-40, O3 40-50, O2 50-100");           // O2 ends after its parent
    crisp("crisp-08", "O1 0-10, O2 10-20, O3 20-70, O1 70-100");           // O3 does
    crisp("crisp-10", "O1 0-10, O2 10-210, O3 209-309, O4 308-608, O1 608-1000", kOverlap,
          "O1 0-10, O2 10-210, O1 210-308, O4 308-608, O1 608-1000");
    crisp("crisp-11", "O1 0-30, O2 30-60, O1 60-100");
    crisp("crisp-13", "O1 0-10, O2 10-30, O4 30-50, O2 50-70, O1 70-100"); // O3 runs beside O4
    crisp("crisp-14", "O1 0-10, O2 10-30, O1 30-40, O4 40-65, O1 65-80");  // O3 overlaps O4 by 6 %
    crisp("crisp-16", "O1 0-10, O2 10-20, O1 20-30, O4 30-40, O1 40-50, O5 50-60, O1 60-70, O6 70-80, O7 80-90, O6 90-100, O1 100-110");
    crisp("crisp-17", "O1 0-20, O2 20-30, O3 30-50, O2 50-70, O1 70-80, O4 80-90, O1 90-100");
    for (const char* file : {"crisp-19", "crisp-20", "crisp-21"})
        crisp(file, "O1 0-10, O2 10-210, O3 205-305, O4 300-600", kOverlap, "O1 0-10, O2 10-210, O1 210-300, O4 300-600");
    for (const char* file : {"crisp-23", "crisp-24"})
        crisp(file, "O1 0-50, O2 50-100, O3 100-150, O2 150-200, O3 200-250, O2 250-300, O3 300-350, O1 350-400, "
                    "O2 400-450, O3 450-500, O2 500-550, O3 550-600, O2 600-650, O3 650-700");
    for (const char* file : {"crisp-err1-1", "crisp-err2-2"})
        crisp(file, "O1 0-70, O2 70-100");
    for (const char* file : {"crisp-err3-1", "crisp-err4-1"})
        crisp(file, "O2 0-70, O3 70-100");
    row("crisp-01 in jaeger-ui, computed", "crisp-01", Label::Name, "", kStartAtZero, "O1 0-100");

    row("jaeger-ui test 3", "jaegerui-tableValuesTestTrace-traceWithSingleChildLongerThanParentAndStartsAfterParent", Label::Id,
        "f205 0-40");
    row("graph, computed", "jaegerui-TraceGraph-testTrace", Label::Name,
        "op1 0-125000, op2 125000-158000, op1 158000-180000, op3 180000-200000, op1 200000-201000, op2 201000-219000, op1 219000-220000, "
        "op3 220000-246000, op1 246000-250000, op2 250000-287000, op1 287000-300000, op4 300000-320000, op1 320000-330000, "
        "op6 330000-331000, op7 331000-340000, op1 340000-390000",
        kTies,
        "op1 0-125000, op2 125000-158000, op1 158000-180000, op3 180000-200000, op1 200000-201000, op2 201000-219000, op1 219000-220000, "
        "op3 220000-246000, op1 246000-250000, op2 250000-287000, op1 287000-300000, op4 300000-320000, op1 320000-330000, "
        "op6 330000-332000, op7 332000-340000, op1 340000-390000");
    row("graph in CRISP, computed", "jaegerui-TraceGraph-testTrace", Label::Name,
        "op1 0-125000, op2 125000-158000, op1 158000-180000, op3 180000-200000, op1 200000-201000, op2 201000-219000, op1 219000-220000, "
        "op3 220000-246000, op1 246000-250000, op2 250000-287000, op1 287000-300000, op4 300000-320000, op1 320000-330000, "
        "op6 330000-332000, op7 332000-340000, op1 340000-390000");
    row("agents, computed", "jaegerui-TraceTimelineViewer-genaiTestTrace", Label::Id,
        "0001 0-1000, 0002 1000-2000, 0003 2000-43001000, 0001 43001000-44000000");
    row("copies, computed", "jaegerui-otlp2jaeger-out", Label::Id, "e074 0-123, e074 0-123", kCopies, "e074 0-123");
    row("among each other and grouped, computed", "jaegerui-tableValuesTestTrace-spanAmongEachOtherGroupedAndSpans", Label::Id,
        "d70a 0-376, 3741 376-1016, d944 1016-1849, ce74 1849-1880, d944 1880-1897, 0001 1897-1937, d944 1937-2522, "
        "93c2 2522-2568, d944 2568-2658, b97f 2658-2677, d944 2677-2712, 3741 2712-3353, d70a 3353-3720");
    row("among each other, computed", "jaegerui-tableValuesTestTrace-spansAmongEachOther", Label::Id,
        "d70a 0-376, 3741 376-1016, d944 1016-1849, ce74 1849-1880, d944 1880-2712, 3741 2712-3353, d70a 3353-3720");
    // Two servers have the same times; two others end after their parent, and so with it.
    row("longer than the parent, computed", "jaegerui-tableValuesTestTrace-spanLongerAsParent", Label::Id,
        "6ffd 0-1636, 4193 1636-2782, b50a 2782-7381, 2561 7381-7796, b50a 7796-8366, a6ce 8366-8509, b50a 8509-10011, "
        "4193 10011-10080, 0001 10080-11157, 6ffd 11157-12887",
        kTies, "6ffd 0-1636, 4193 1636-2782, 0000 2782-10011, 4193 10011-10440, 0002 10440-11157, 6ffd 11157-12887");
    row("normal, computed", "jaegerui-tableValuesTestTrace-testTraceNormal", Label::Id,
        "b46b 0-820, de0b 820-1200, bc3b 1200-2059, 9851 2059-2080, bc3b 2080-2840, 623e 2840-2892, bc3b 2892-2939, "
        "de0b 2939-3319, b46b 3319-4902");
    row("four roots, computed", "jaegerui-tableValuesTestTrace-traceWithMultipleSpansWithTheSameValueInDifferentTags", Label::Id,
        "f205 0-40, 7e32 10-20, 7e32 10-20, 3d48 400-500");

    // Another file of theirs is another row.
    for (const auto& entry : std::filesystem::directory_iterator(jaegerFolder())) {
        const std::string file = entry.path().stem().string();
        QVERIFY2(rows.contains(file) || !(file.starts_with("crisp-") || file.starts_with("jaegerui-")), file.c_str());
    }
}

void TestCriticalPathPeers::files() {
    QFETCH(QString, file);
    QFETCH(int, by);
    QFETCH(QString, peer);
    const std::filesystem::path path = jaegerFolder() / file.toStdString();
    WorkspaceFixture f;
    const auto workspace = f.open();
    import(workspace, {path});
    const SpanTablePtr table = workspace->table();
    QCOMPARE(table->traceSlots(), 1U);
    const Waterfall tree = waterfall(*table, 0);
    compare(sectionsText(*table, tree, static_cast<Label>(by), tree.start, 1000));
    if (file.startsWith(QStringLiteral("crisp")) && !peer.isEmpty()) {
        const Row root = tree.nodes.front().row;
        QVERIFY(timesOf(peer, std::string(table->nameText(root)), table->duration(root) / 1000) == askedFor(path));
    }
}

// jaeger-ui's tests by number, with their times; test 3 is a file.
void TestCriticalPathPeers::shapes_data() {
    QTest::addColumn<std::vector<Shape>>("spans");
    columns();
    const auto row = [](const char* name, std::vector<Shape> spans, const char* peer, const QString& rule = {},
                        const char* ours = nullptr) {
        QTest::newRow(name) << std::move(spans) << QString::fromLatin1(peer) << rule << QString::fromLatin1(ours != nullptr ? ours : peer);
    };
    const std::vector<Shape> follows{{"A", "", 1, 31}, {"B", "A", 10, 20, Kind::Internal, true}, {"C", "B", 12, 14}};
    const std::vector<Shape> outside{{"A", "", 10, 30}, {"B", "A", 5, 35}};
    const std::vector<Shape> sequence{{"P", "", 100, 200}, {"C1", "P", 100, 150}, {"C2", "P", 150, 200}};
    row("jaeger-ui test 1", {{"C", "", 1, 101}, {"D", "C", 20, 40}, {"E", "C", 50, 60}}, "C 1-20, D 20-40, C 40-50, E 50-60, C 60-101");
    row("jaeger-ui test 2", {{"X", "", 1, 101}, {"A", "X", 10, 50}, {"C", "X", 20, 60}}, "X 1-20, C 20-60, X 60-101");
    row("jaeger-ui test 4", {{"A", "", 1, 31}, {"B", "A", 40, 80}, {"C", "B", 50, 60}}, "A 1-31");
    row("jaeger-ui test 5", follows, "A 1-31");
    row("jaeger-ui test 5 by kinds, computed",
        {{"A", "", 1, 31, Kind::Producer}, {"B", "A", 10, 20, Kind::Consumer}, {"C", "B", 12, 14}}, "A 1-31");
    row("jaeger-ui test 5 without kinds in newer versions, computed", follows, "A 1-10, B 10-12, C 12-14, B 14-20, A 20-31",
        kAsynchronous, "A 1-31");
    row("jaeger-ui test 6", {{"A", "", 1, 30}, {"B", "A", 15, 35}, {"C", "B", 10, 25}}, "A 1-15, C 15-25, B 25-30");
    row("jaeger-ui test 7", {{"A", "", 1, 30}, {"B", "A", 15, 35}, {"C", "B", 20, 40}}, "A 1-15, B 15-20, C 20-30");
    row("jaeger-ui test 8", outside, "B 10-30");
    row("jaeger-ui test 8 in CRISP, computed", outside, "A 10-30", kBothEnds, "B 10-30");
    row("jaeger-ui test 9", {{"A", "", 10, 30}, {"B", "A", 1, 5}}, "A 10-30");
    row("jaeger issue 9148, computed", sequence, "P 100-150, C2 150-200", kBackToBack, "C1 100-150, C2 150-200");
    row("jaeger issue 9148 in CRISP, computed", sequence, "C1 100-150, C2 150-200");
}

void TestCriticalPathPeers::shapes() {
    QFETCH(std::vector<Shape>, spans);
    const SpanTablePtr table = tableOf(spans);
    compare(sectionsText(*table, waterfall(*table, 0), Label::Name, 0, 1));
}

QTEST_GUILESS_MAIN(TestCriticalPathPeers)
#include "tst_critical_path_peers.moc"
