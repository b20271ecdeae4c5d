// The service graphs of two real shops, as they were reviewed: golden/ says what was expected, what is missing and why.

#include "import_job_fixture.h"
#include "model/graph_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

/// The lines below the review.
QStringList golden(const QString& name) {
    const fs::path path = fs::path(AISLE_SOURCE_DIR) / "tests/import/golden" / name.toStdString();
    QStringList lines = QString::fromStdString(readFile(path)).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    lines.removeIf([](const QString& line) { return line.startsWith(QLatin1Char('#')); });
    return lines;
}

/// Nodes, then edges.
QStringList linesOf(const ServiceGraph& graph) {
    QStringList lines;
    for (const ServiceGraph::Node& node : graph.nodes)
        lines << QString::fromStdString(node.id);
    for (const std::string& line : GraphFixture::text(graph))
        lines << QString::fromStdString(line);
    return lines;
}

} // namespace

class TestShopGraphs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void shops_data() {
        if (traceFolder().empty())
            QSKIP("the real files are not here; set AISLE_TRACES");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<int>("unnamed");
        QTest::newRow("Astronomy Shop") << QStringLiteral("otlp-proto/stef-astronomy-oteltraces.zst") << QStringLiteral("astronomy_shop_graph.txt") << 15;
        QTest::newRow("Online Boutique") << QStringLiteral("csv-spans/nezha-ob-2022-08-22-0353.csv.zst") << QStringLiteral("online_boutique_graph.txt") << 0;
    }

    void shops() {
        QFETCH(QString, file);
        QFETCH(QString, expected);
        QFETCH(int, unnamed);
        WorkspaceFixture f;
        const auto workspace = f.open();
        import(workspace, {traceFolder() / file.toStdString()});
        const auto db = workspace->connect();
        const SpanTablePtr table = workspace->table();
        const ServiceGraph graph = serviceGraph(*table, nullptr, readPeerColumns(*db, *table));
        QCOMPARE(linesOf(graph), golden(expected));
        QCOMPARE(graph.unnamedCalls, uint64_t(unnamed));
    }
};

QTEST_GUILESS_MAIN(TestShopGraphs)
#include "tst_shop_graphs.moc"
