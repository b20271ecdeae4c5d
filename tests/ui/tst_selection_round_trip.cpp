// One selection in every view: a click in any view shows in all others. A whole window, real events, the demo shop.

#include "selection_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestSelectionRoundTrip : public SelectionFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

    void traceRow() {
        show(1);
        clickRow(7);
        const TraceIndex trace = traces_->traceAt(7);
        QCOMPARE(focus(), Focus::onTrace(table_->traceId(trace)));
        QCOMPARE(waterfall_->data()->tree.traceIds.front(), table_->traceId(trace));
        QCOMPARE(waterfall_->data()->tree.spanCount(), uint64_t(table_->summary(trace).spans));
        QCOMPARE(details_->content().what, std::string("Trace"));
        std::vector<bool> inTrace(table_->services().size());
        for (const Row r : table_->rowsOf(trace))
            inTrace[table_->service(r)] = true;
        checkGraphServices([&](uint32_t service) { return service < inTrace.size() && inTrace[service]; });
        show(2);
        const CaseNumber number = window_->context().journey()->cases().caseOf(trace);
        QVERIFY(number != kNoCase);
        const uint32_t reached = funnel_->funnel().progress[number].last;
        for (size_t k = 0; k < funnel_->funnel().stages.size(); ++k)
            QCOMPARE(isStageMarked(k), k + 1 == reached);
        QCOMPARE(list_->currentIndex().row(), 7);
    }

    void waterfallRow() {
        show(1);
        const TraceIndex trace = longTrace();
        window_->context().selection().setFocus(Focus::onTrace(table_->traceId(trace)));
        QVERIFY(settle());
        const WaterfallFrame frame = waterfall_->frame();
        QVERIFY(frame.rows.size() > 3);
        const NodeIndex node = frame.rows[3].node;
        const Row row = waterfall_->data()->tree.nodes[node].row;
        QTest::mouseClick(waterfall_, Qt::LeftButton, {}, frame.rows[3].nameRect.center().toPoint());
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onSpan(*table_, row));
        QCOMPARE(waterfall_->selectedNode(), node);
        QCOMPARE(traces_->traceAt(list_->currentIndex().row()), trace);
        QVERIFY(list_->viewport()->rect().contains(list_->visualRect(list_->currentIndex()).center()));
        QCOMPARE(details_->content().what, std::string("Span"));
        QCOMPARE(details_->content().title, std::string(table_->nameText(row)));
        QVERIFY(graph_->marks().nodes[nodeOf(std::string(table_->serviceText(row)))] & GraphMarks::kFocused);
        QVERIFY(graph_->marks().isDimmed);
    }

    void graphNode() {
        show(3);
        QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, {}, atNode("payment"));
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onService("payment"));
        checkService("payment");
    }

    /// A database has no spans of its own: a click on it highlighted nothing in the other views, and Shift+click and Enter
    /// did nothing where several services call it.
    void graphNodeWithoutSpans() {
        show(3);
        const ServiceGraphPtr graph = graph_->graph();
        std::vector<uint32_t> calls;
        uint32_t node = 0;
        for (; node < graph->nodes.size(); ++node) {
            calls.clear();
            for (uint32_t e = 0; e < graph->edges.size(); ++e)
                if (graph->edges[e].from == node || graph->edges[e].to == node)
                    calls.push_back(e);
            if (graph->nodes[node].kind != ServiceGraph::NodeKind::Service && calls.size() > 1)
                break;
        }
        QVERIFY(node < graph->nodes.size());
        const std::string name = graph->nodes[node].name;
        QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, {}, atNode(name));
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onService(name));
        RowSet expected(*table_);
        for (const uint32_t e : calls)
            for (const auto& pair : graph->pairsOf(e))
                expected.set(pair.server != kNoRow ? pair.server : pair.client);
        uint64_t rows = 0, missing = 0;
        expected.forEach([&](Row row) { missing += !window_->context().focusMatches()->rows[row]; });
        window_->context().focusMatches()->rows.forEach([&](Row) { ++rows; });
        QVERIFY(rows > 0 && missing == 0);
        QCOMPARE(rows, expected.count());
        checkMatchedRows();

        const ScopeTerm call = term(Term::Edge, graph->nodes[graph->edges[calls[1]].from].name, graph->nodes[graph->edges[calls[1]].to].name);
        const QString words = QStringLiteral("Filter to this: ") + QString::fromStdString(call.toWords());
        QVERIFY(chooseInMenu([&] { QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, Qt::ShiftModifier, atNode(name)); }, words));
        QCOMPARE(window_->context().selection().scope().terms(), std::vector<ScopeTerm>{call});
        window_->context().selection().setScope({});
        QVERIFY(settle());
        QVERIFY(chooseInMenu([&] { QTest::keyClick(&graph_->canvas(), Qt::Key_Return); }, words));
        QCOMPARE(window_->context().selection().scope().terms(), std::vector<ScopeTerm>{call});
    }

    void overviewService() {
        show(0);
        const int row = overviewRow("cart");
        QTest::mouseClick(servicesTable_->viewport(), Qt::LeftButton, {}, servicesTable_->visualItemRect(servicesTable_->item(row, 0)).center());
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onService("cart"));
        checkService("cart");
    }

    void graphEdge() {
        show(3);
        const uint32_t edge = serviceEdge();
        const std::string from = graph_->graph()->nodes[graph_->graph()->edges[edge].from].name,
                          to = graph_->graph()->nodes[graph_->graph()->edges[edge].to].name;
        QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, {}, atEdge(edge));
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onEdge(from, to));
        QVERIFY(graph_->marks().edges[edge] & GraphMarks::kFocused);
        // Calls of the edge: spans of the callee below spans of the caller.
        const FocusMatches& matches = *window_->context().focusMatches();
        QVERIFY(matches.traceCount > 0);
        matches.rows.forEach([&](Row r) { QCOMPARE(std::string(table_->serviceText(r)), to); });
        checkMatchedRows();
        checkWaterfallHighlight();
        QCOMPARE(details_->content().title, from + " \xe2\x86\x92 " + to);
    }

    void funnelStage() {
        show(2);
        const size_t k = 2;
        const std::string name = funnel_->funnel().stages[k].name;
        QTest::mouseClick(funnel_->chart(), Qt::LeftButton, {}, funnel_->chart()->frame().columns[k].bar.center().toPoint());
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onStage(name));
        QVERIFY(isStageMarked(k) && !isStageMarked(0));
        // As many events as cases that came so far, each on a row of the list.
        uint64_t events = 0;
        window_->context().focusMatches()->rows.forEach([&](Row) { ++events; });
        QCOMPARE(events, funnel_->funnel().stages[k].reached);
        checkMatchedRows();
        checkWaterfallHighlight();
        const auto& services = window_->context().focusMatches()->services;
        checkGraphServices([&](uint32_t service) { return service < services.size() && services[service]; });
        QCOMPARE(details_->content().title, name);
    }

    /// A stage of orders is one everywhere, though the journey of the window does not have it.
    void orderStage() {
        show(5);
        QTest::mouseClick(stages_->list()->viewport(), Qt::LeftButton, {}, atOrderStage("Reserved"));
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onStage("Reserved"));
        checkMatchedRows();
        checkWaterfallHighlight();
        const auto& services = window_->context().focusMatches()->services;
        checkGraphServices([&](uint32_t service) { return service < services.size() && services[service]; });
        QCOMPARE(details_->content().title, std::string("Reserved"));
        QVERIFY(!QString::fromStdString(details_->content().subtitle).contains(QStringLiteral("not a stage")));
    }
};

AISLE_TEST_MAIN(TestSelectionRoundTrip)
#include "tst_selection_round_trip.moc"
