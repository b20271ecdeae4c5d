// The service graph view with real events: clicks set the focus, a focus from elsewhere stands out, keys walk,
// an empty table explains itself. And the scene as geometry.

#include "graph/graph_painter.h"
#include "graph/graph_view.h"
#include "model/graph_fixture.h"
#include "window/picture.h"

#include <QImage>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace aisle;

namespace {

GraphFixture shop() {
    GraphFixture f;
    for (uint64_t trace = 1; trace <= 20; ++trace) {
        const uint64_t id = trace * 100;
        f.add(trace, id, 0, "frontend", Kind::Server);
        f.add(trace, id + 1, id, "frontend", Kind::Client);
        f.add(trace, id + 2, id + 1, "cart", Kind::Server).isError = trace % 10 == 0;
        if (trace % 2 == 0) {
            f.add(trace, id + 3, id, "frontend", Kind::Client);
            f.add(trace, id + 4, id + 3, "checkout", Kind::Server);
            f.add(trace, id + 5, id + 4, "checkout", Kind::Client);
            f.add(trace, id + 6, id + 5, "payment", Kind::Server);
        }
    }
    return f;
}

struct Window {
    ViewContext context;
    GraphView view{context};

    explicit Window(const GraphFixture& fixture) {
        view.resize(900, 500);
        view.show();
        context.setTable(fixture.table(), false);
        settle();
    }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT(view.graph() && !view.isBusy() && !context.isScopePending(), 10'000);
    }
    uint32_t node(std::string_view name) const {
        for (uint32_t n = 0; n < view.graph()->nodes.size(); ++n)
            if (view.graph()->nodes[n].name == name)
                return n;
        qFatal("no such node");
    }
    QPoint at(std::string_view name) const {
        return view.viewport().toView(view.frame().nodes[node(name)].rect.center()).toPoint();
    }
    uint32_t edge(std::string_view from, std::string_view to) const {
        for (uint32_t e = 0; e < view.graph()->edges.size(); ++e)
            if (view.graph()->edges[e].from == node(from) && view.graph()->edges[e].to == node(to))
                return e;
        qFatal("no such edge");
    }
};

} // namespace

class TestGraphView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void emptyTable() {
        ViewContext context;
        GraphView view(context);
        view.resize(400, 300);
        QTRY_VERIFY(!view.isBusy());
        QVERIFY(view.emptyText().contains(QLatin1String("which services call each other")));
        QVERIFY(view.statusText().isEmpty());
        // It said what to open, but not how.
        QSignalSpy asked(&context, &ViewContext::openRequested);
        view.findChild<QPushButton*>()->click();
        QCOMPARE(asked.count(), 1);
        QVERIFY(!view.pictureSize().isValid() || view.pictureSize().isEmpty());
        view.grab();
    }

    void shows() {
        Window w(shop());
        QVERIFY(w.view.emptyText().isEmpty());
        QCOMPARE(w.view.statusText(), QStringLiteral("4 services, 4 edges"));
        QCOMPARE(w.view.tabular()->rows.size(), size_t(4));
        QVERIFY(!w.view.accessibleName().isEmpty());
        for (const auto& node : w.view.frame().nodes) // fits the window
            QVERIFY(QRectF(w.view.rect()).contains(w.view.viewport().toView(node.rect)));
        QVERIFY(!w.view.frame().edges[w.edge("frontend", "cart")].failed.isEmpty());
        QVERIFY(w.view.frame().edges[w.edge("checkout", "payment")].failed.isEmpty());
    }

    void servicesWithoutCalls() {
        GraphFixture f;
        f.add(1, 1, 0, "alone", Kind::Internal);
        Window w(f);
        QVERIFY(w.view.statusText().contains(QLatin1String("no calls between services")));
        w.view.grab();
    }

    void clickFocuses() {
        Window w(shop());
        QTest::mouseClick(&w.view, Qt::LeftButton, {}, w.at("checkout"));
        QCOMPARE(w.context.selection().focus(), Focus::onService("checkout"));
        QVERIFY(w.view.marks().isDimmed);
        QVERIFY(w.view.marks().nodes[w.node("checkout")] & GraphMarks::kFocused);
        QVERIFY(w.view.marks().nodes[w.node("payment")] & GraphMarks::kRelated);
        QCOMPARE(w.view.marks().nodes[w.node("cart")] & GraphMarks::kRelated, 0);
        QVERIFY(w.context.selection().scope().isEmpty());
        QTest::mouseClick(&w.view, Qt::LeftButton, {}, QPoint(5, 5));
        QCOMPARE(w.context.selection().focus(), Focus());
    }

    void clickOnEdge() {
        Window w(shop());
        const auto& line = w.view.frame().edges[w.edge("frontend", "checkout")].line;
        QTest::mouseClick(&w.view, Qt::LeftButton, {}, w.view.viewport().toView(line[line.size() / 2]).toPoint());
        QCOMPARE(w.context.selection().focus(), Focus::onEdge("frontend", "checkout"));
        QVERIFY(w.view.marks().edges[w.edge("frontend", "checkout")] & GraphMarks::kFocused);
    }

    void everyDrawnThingCanBeHit() {
        Window w(shop());
        for (uint32_t n = 0; n < w.view.frame().nodes.size(); ++n)
            QCOMPARE(hitTest(w.view.frame(), w.view.viewport(), w.view.viewport().toView(w.view.frame().nodes[n].rect.center())),
                     (GraphHit{GraphHit::Kind::Node, n}));
        for (uint32_t e = 0; e < w.view.frame().edges.size(); ++e) {
            const auto& line = w.view.frame().edges[e].line;
            QCOMPARE(hitTest(w.view.frame(), w.view.viewport(), w.view.viewport().toView(line[line.size() / 2])),
                     (GraphHit{GraphHit::Kind::Edge, e}));
        }
    }

    void shiftClickFilters() {
        Window w(shop());
        const GraphFrame before = w.view.frame();
        const QRectF cart = before.nodes[w.node("cart")].rect;
        QTest::mouseClick(&w.view, Qt::LeftButton, Qt::ShiftModifier, w.at("payment"));
        QCOMPARE(w.context.selection().scope().terms().size(), size_t(1));
        QCOMPARE(w.context.selection().scope().terms()[0].text, std::string("payment"));
        w.settle();
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(10));
        QCOMPARE(w.view.frame().nodes[w.node("cart")].rect, cart); // nothing moves
    }

    void filteredGraphHidesWhatIsAbsent() {
        GraphFixture f = shop();
        f.add(99, 9900, 0, "batch", Kind::Client);
        f.add(99, 9901, 9900, "cart", Kind::Server);
        Window w(f);
        const QRectF batch = w.view.frame().nodes[w.node("batch")].rect;
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::Service;
        term.text = "batch";
        w.context.selection().addTerm(term);
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(2));
        QCOMPARE(w.view.frame().nodes[w.node("batch")].rect, batch);
    }

    void focusFromElsewhere() {
        Window w(shop());
        const SpanTablePtr table = w.context.table();
        w.context.selection().setFocus(Focus::onSpan(*table, 2));
        QVERIFY(w.view.marks().nodes[w.node("cart")] & GraphMarks::kFocused);
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 1}));
        QVERIFY(w.view.marks().nodes[w.node("cart")] & GraphMarks::kRelated);
        QCOMPARE(w.view.marks().nodes[w.node("payment")], uint8_t(0));
        w.context.selection().setFocus(Focus::onStage("Payment"));
        QVERIFY(!w.view.marks().isDimmed);
        for (int i = 0; i < 12; ++i) // far into a corner, then a focus scrolls
            w.view.zoom(1.3);
        w.context.selection().setFocus(Focus::onService("payment"));
        QVERIFY(QRectF(w.view.rect()).intersects(w.view.viewport().toView(w.view.frame().nodes[w.node("payment")].rect)));
    }

    // A focus that came while the view was hidden, and tiny, scrolled to it there: shown at its size, the graph stayed
    // a stamp in a corner.
    void focusWhileHidden() {
        Window w(shop());
        w.view.hide();
        w.view.resize(100, 30);
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 1}));
        w.view.resize(900, 500);
        w.view.show();
        const GraphViewport shown = w.view.viewport();
        w.view.fitAll();
        QCOMPARE(shown.scale, w.view.viewport().scale);
        QCOMPARE(shown.offset, w.view.viewport().offset);
    }

    void keysWalkAndFilter() {
        Window w(shop());
        w.view.setFocus();
        // The direction in which calls lead depends on what fits the window.
        const Qt::Key along = w.view.frame().isDownward ? Qt::Key_Down : Qt::Key_Right;
        const Qt::Key against = w.view.frame().isDownward ? Qt::Key_Up : Qt::Key_Left;
        w.context.selection().setFocus(Focus::onService("frontend"));
        QTest::keyClick(&w.view, along);
        const std::string first = w.context.selection().focus().name;
        QVERIFY(first == "checkout" || first == "cart");
        w.context.selection().setFocus(Focus::onService("checkout"));
        QTest::keyClick(&w.view, along);
        QCOMPARE(w.context.selection().focus(), Focus::onService("payment"));
        QTest::keyClick(&w.view, against);
        QCOMPARE(w.context.selection().focus(), Focus::onService("checkout"));
        QTest::keyClick(&w.view, Qt::Key_Return);
        QCOMPARE(w.context.selection().scope().terms().size(), size_t(1));
        QTest::keyClick(&w.view, Qt::Key_Escape);
        QCOMPARE(w.context.selection().focus(), Focus());
    }

    void dragMovesAndFocusesNothing() {
        Window w(shop());
        const QPoint from = w.at("checkout");
        const QPointF offset = w.view.viewport().offset;
        QTest::mousePress(&w.view, Qt::LeftButton, {}, from);
        QTest::mouseMove(&w.view, from + QPoint(60, 40));
        QTest::mouseRelease(&w.view, Qt::LeftButton, {}, from + QPoint(60, 40));
        QCOMPARE(w.view.viewport().offset, offset + QPointF(60, 40));
        QCOMPARE(w.context.selection().focus(), Focus());
        QTest::keyClick(&w.view, Qt::Key_Home);
        QCOMPARE(w.view.viewport().offset, offset);
    }

    void zoomKeepsThePointInPlace() {
        GraphViewport v;
        v.offset = {13, 7};
        const QPointF scene = v.toScene({200, 100});
        v.zoomAt({200, 100}, 1.7);
        QVERIFY(QLineF(v.toView(scene), QPointF(200, 100)).length() < 1e-6);
        v.zoomAt({200, 100}, 1e9);
        QCOMPARE(v.scale, GraphViewport::kMost);
    }

    void labelsMeetNothing() {
        Window w(shop());
        const auto& frame = w.view.frame();
        for (size_t e = 0; e < frame.edges.size(); ++e) {
            for (const auto& node : frame.nodes)
                QVERIFY(!frame.edges[e].labelRect.intersects(node.rect));
            for (size_t o = 0; o < e; ++o)
                QVERIFY(!frame.edges[e].labelRect.intersects(frame.edges[o].labelRect));
        }
    }

    void pictureHasErrorsInRed() {
        Window w(shop());
        const QSize size = w.view.pictureSize();
        QVERIFY(!size.isEmpty());
        QImage image(size, QImage::Format_ARGB32_Premultiplied);
        QPainter painter(&image);
        w.view.paintPicture(painter, size);
        painter.end();
        int red = 0;
        for (int y = 0; y < size.height(); ++y)
            for (int x = 0; x < size.width(); ++x)
                red += image.pixelColor(x, y) == theme().error;
        QVERIFY(red > 20);
    }

    // The exported picture of the graph said every name as it is, whatever the redactor hides.
    void pictureIsRedacted() {
        class Masking : public Redactor {
            std::string redact(std::string_view key, std::string_view) const override { return "<" + std::string(key) + ">"; }
        };
        Window w(shop());
        QVERIFY(svgPicture(w.view).find("checkout") != std::string::npos);
        w.context.exporter() = Export(std::make_shared<Masking>());
        const std::string svg = svgPicture(w.view);
        QVERIFY(svg.find("&lt;service.name&gt;") != std::string::npos);
        for (const char* name : {"frontend", "cart", "checkout", "payment"})
            QVERIFY2(svg.find(name) == std::string::npos, name);
        QCOMPARE(w.view.frame().nodes[w.node("cart")].name, QStringLiteral("cart")); // in the window as before
    }

    void namesFromAFileAreNoMarkup() {
        GraphFixture f;
        f.add(1, 1, 0, "<b>x</b>&\n<img src=http://evil>", Kind::Server);
        Window w(f);
        const uint32_t node = w.view.graph()->nodes[0].kind == ServiceGraph::NodeKind::Service ? 0 : 1;
        QVERIFY(!w.view.frame().nodes[node].name.contains(QLatin1Char('\n')));
        w.view.grab();
    }
};

QTEST_MAIN(TestGraphView)
#include "tst_graph_view.moc"
