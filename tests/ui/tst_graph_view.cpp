// The service graph view with real events: clicks set the focus, a focus from elsewhere stands out, keys walk,
// an empty table explains itself. And the scene as geometry.

#include "graph_view_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestGraphView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { failOnWarnings(); }

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
            QVERIFY(QRectF(w.view.canvas().rect()).contains(w.view.viewport().toView(node.rect)));
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
        QTest::mouseClick(&w.view.canvas(), Qt::LeftButton, {}, w.at("checkout"));
        QCOMPARE(w.context.selection().focus(), Focus::onService("checkout"));
        QVERIFY(w.view.marks().isDimmed);
        QVERIFY(w.view.marks().nodes[w.node("checkout")] & GraphMarks::kFocused);
        QVERIFY(w.view.marks().nodes[w.node("payment")] & GraphMarks::kRelated);
        QCOMPARE(w.view.marks().nodes[w.node("cart")] & GraphMarks::kRelated, 0);
        QVERIFY(w.context.selection().scope().isEmpty());
        QTest::mouseClick(&w.view.canvas(), Qt::LeftButton, {}, QPoint(5, 5));
        QCOMPARE(w.context.selection().focus(), Focus());
    }

    void clickOnEdge() {
        Window w(shop());
        const auto& line = w.view.frame().edges[w.edge("frontend", "checkout")].line;
        QTest::mouseClick(&w.view.canvas(), Qt::LeftButton, {}, w.view.viewport().toView(line[line.size() / 2]).toPoint());
        QCOMPARE(w.context.selection().focus(), Focus::onEdge("frontend", "checkout"));
        QVERIFY(w.view.marks().edges[w.edge("frontend", "checkout")] & GraphMarks::kFocused);
    }

    void everyDrawnThingCanBeHit() {
        Window w(shop());
        for (uint32_t n = 0; n < w.view.frame().nodes.size(); ++n)
            QCOMPARE(hitTest(w.view.frame(), w.view.canvas().labels(), w.view.viewport(), w.view.viewport().toView(w.view.frame().nodes[n].rect.center())),
                     (GraphHit{GraphHit::Kind::Node, n}));
        for (uint32_t e = 0; e < w.view.frame().edges.size(); ++e) {
            const auto& line = w.view.frame().edges[e].line;
            QCOMPARE(hitTest(w.view.frame(), w.view.canvas().labels(), w.view.viewport(), w.view.viewport().toView(line[line.size() / 2])),
                     (GraphHit{GraphHit::Kind::Edge, e}));
        }
    }

    void shiftClickFilters() {
        Window w(shop());
        const GraphFrame before = w.view.frame();
        const QRectF cart = before.nodes[w.node("cart")].rect;
        QTest::mouseClick(&w.view.canvas(), Qt::LeftButton, Qt::ShiftModifier, w.at("payment"));
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
        w.settle();
        QVERIFY(w.view.marks().nodes[w.node("cart")] & GraphMarks::kRelated);
        QCOMPARE(w.view.marks().nodes[w.node("payment")], uint8_t(0));
        w.context.selection().setFocus(Focus::onStage("Payment"));
        QTRY_VERIFY(!w.view.marks().isDimmed);
        for (int i = 0; i < 12; ++i) // far into a corner, then a focus scrolls
            w.view.canvas().zoom(1.3);
        w.context.selection().setFocus(Focus::onService("payment"));
        QVERIFY(QRectF(w.view.canvas().rect()).intersects(w.view.viewport().toView(w.view.frame().nodes[w.node("payment")].rect)));
    }

    // A screen reader heard nothing of a focus that came from another view: the graph went on describing what had last been clicked in it.
    void describesAFocusFromElsewhere() {
        Window w(shop());
        const auto description = [&w] { return w.view.canvas().accessibleDescription(); };
        const QString ofAll = description();
        QVERIFY(ofAll.contains(QStringLiteral("arrow keys")));
        w.context.selection().setFocus(Focus::onService("payment"));
        QVERIFY2(description().startsWith(QStringLiteral("payment (service)")), qPrintable(description()));
        w.context.selection().setFocus(Focus::onEdge("frontend", "cart"));
        QVERIFY2(description().startsWith(QStringLiteral("frontend → cart")), qPrintable(description()));
        // With what is worked out later, and of what the scope leaves.
        QVERIFY(settle());
        w.context.selection().setFocus(Focus::onService("cart"));
        const QString before = description();
        w.context.selection().addTerm(term(ScopeTerm::Kind::Service, "payment"));
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(10));
        QVERIFY(description().startsWith(QStringLiteral("cart (service)")) && description() != before);
        w.context.selection().setFocus({});
        QCOMPARE(description(), ofAll);
        // Also of one that was there before the graph.
        ViewContext context;
        GraphView view(context);
        context.selection().setFocus(Focus::onService("payment"));
        view.resize(900, 500);
        view.show();
        context.setTable(shop().table(), false);
        QTRY_VERIFY(view.graph() && !view.isBusy());
        QVERIFY(view.canvas().accessibleDescription().startsWith(QStringLiteral("payment (service)")));
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
        w.view.canvas().fitAll();
        QCOMPARE(shown.scale, w.view.viewport().scale);
        QCOMPARE(shown.offset, w.view.viewport().offset);
    }

    void keysWalkAndFilter() {
        Window w(shop());
        w.view.takeFocus();
        // The direction in which calls lead depends on what fits the window.
        const Qt::Key along = w.view.frame().isDownward ? Qt::Key_Down : Qt::Key_Right;
        const Qt::Key against = w.view.frame().isDownward ? Qt::Key_Up : Qt::Key_Left;
        w.context.selection().setFocus(Focus::onService("frontend"));
        QTest::keyClick(&w.view.canvas(), along);
        const std::string first = w.context.selection().focus().name;
        QVERIFY(first == "checkout" || first == "cart");
        w.context.selection().setFocus(Focus::onService("checkout"));
        QTest::keyClick(&w.view.canvas(), along);
        QCOMPARE(w.context.selection().focus(), Focus::onService("payment"));
        QTest::keyClick(&w.view.canvas(), against);
        QCOMPARE(w.context.selection().focus(), Focus::onService("checkout"));
        QTest::keyClick(&w.view.canvas(), Qt::Key_Return);
        QCOMPARE(w.context.selection().scope().terms().size(), size_t(1));
        QTest::keyClick(&w.view.canvas(), Qt::Key_Escape);
        QCOMPARE(w.context.selection().focus(), Focus());
    }

    void dragMovesAndFocusesNothing() {
        Window w(shop());
        const QPoint from = w.at("checkout");
        const QPointF offset = w.view.viewport().offset;
        QTest::mousePress(&w.view.canvas(), Qt::LeftButton, {}, from);
        QTest::mouseMove(&w.view.canvas(), from + QPoint(60, 40));
        QTest::mouseRelease(&w.view.canvas(), Qt::LeftButton, {}, from + QPoint(60, 40));
        QCOMPARE(w.view.viewport().offset, offset + QPointF(60, 40));
        QCOMPARE(w.context.selection().focus(), Focus());
        QTest::keyClick(&w.view.canvas(), Qt::Key_Home);
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
        for (const double scale : {0.1, 0.5, 0.8, 1.0, 2.0}) {
            const GraphLabels labels = graphLabels(frame, scale, theme());
            size_t shown = 0;
            for (size_t e = 0; e < frame.edges.size(); ++e) {
                shown += !labels.edges[e].isNull();
                for (const auto& node : frame.nodes)
                    QVERIFY(!labels.edges[e].intersects(QRectF(node.rect.topLeft() * scale, node.rect.size() * scale)));
                for (size_t o = 0; o < e; ++o)
                    QVERIFY(!labels.edges[e].intersects(labels.edges[o]));
            }
            QCOMPARE(shown > 0, scale >= 0.5);
            // Cards that are too small for a name are named beside.
            QCOMPARE(std::any_of(labels.names.begin(), labels.names.end(), [](const QRectF& r) { return !r.isNull(); }), scale < 0.3);
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
        GraphFixture f = shop();
        f.spans[2].isError = true;
        Window w(f);
        QVERIFY(svgPicture(w.view).find("checkout") != std::string::npos);
        w.context.exporter() = Export(std::make_shared<Masking>());
        const std::string svg = svgPicture(w.view);
        QVERIFY(svg.find("&lt;service.name&gt;") != std::string::npos);
        for (const char* name : {"frontend", "cart", "checkout", "payment"})
            QVERIFY2(svg.find(name) == std::string::npos, name);
        QCOMPARE(w.view.frame().nodes[w.node("cart")].name, QStringLiteral("cart")); // in the window as before
    }

    // --- a part of it

    // Of the trace in focus only its services were lit, not the databases and queues it called, nor its user.
    void traceInFocusLightsAllItCalled() {
        GraphFixture f = shop();
        f.spans.back().attributes = {};
        auto& query = f.add(1, 190, 102, "cart", Kind::Client);
        query.attributes = {{"db.system.name", "redis"}, {"server.address", "store"}};
        Window w(f);
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 1}));
        w.settle();
        for (const char* name : {"(user)", "frontend", "cart"})
            QVERIFY2(w.view.marks().nodes[w.node(name)] & GraphMarks::kRelated, name);
        QCOMPARE(w.view.marks().nodes[w.node("checkout")], uint8_t(0));
        QVERIFY(w.view.marks().edges[w.edge("(user)", "frontend")] & GraphMarks::kRelated);
        QCOMPARE(w.view.marks().edges[w.edge("frontend", "checkout")], uint8_t(0));
    }

    // What the trace in focus called was worked out on the UI thread, and again for each frame: seconds for a trace of a million calls.
    void traceInFocusIsReadBeside() {
        Window w(shop());
        QVERIFY(settle());
        w.context.selection().setFocus(Focus::onService("payment"));
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 1}));
        QVERIFY(w.view.isBusy());
        QVERIFY(w.view.marks().nodes[w.node("payment")] & GraphMarks::kFocused); // until it is known what stands out
        w.settle();
        QCOMPARE(w.view.marks().nodes[w.node("payment")], uint8_t(0));
        QVERIFY(w.view.marks().edges[w.edge("frontend", "cart")] & GraphMarks::kRelated);
        // A frame of the same graph needs nothing anew.
        const GraphMarks marks = w.view.marks();
        Q_EMIT w.view.canvas().themeChanged();
        QVERIFY(!w.view.isBusy());
        QVERIFY(w.view.marks().nodes == marks.nodes && w.view.marks().edges == marks.edges);
        // Other groups do; another focus does not wait.
        w.view.groupBy(QStringLiteral("kind"));
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(2));
        w.settle();
        QCOMPARE(w.view.marks().nodes[1], uint8_t(GraphMarks::kRelated));
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 2}));
        w.context.selection().setFocus({});
        QVERIFY(!w.view.isBusy() && !w.view.marks().isDimmed);
    }

    void onlyTheFocus() {
        Window w(shop());
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 1}));
        w.view.showOnlyFocus(true);
        w.settle();
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(1));
        QVERIFY(!w.view.marks().isDimmed); // everything is in focus
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 2}));
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(5));
        w.settle();
        w.context.selection().setFocus({});
        w.view.showOnlyFocus(false);
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(20));
    }

    // A step in focus left the button off.
    void onlyOfAStep() {
        Window w(shop());
        auto* only = buttonWithText<QToolButton>(&w.view, QStringLiteral("Only the focus"));
        w.context.selection().setFocus(Focus::onService("cart"));
        QVERIFY(!only->isEnabled());
        w.context.selection().setFocus(Focus::onStep("Cart", "Payment"));
        QVERIFY(only->isEnabled());
    }

    // 5,000 lines in one frame took a tenth of a second each time the mouse moved.
    void manyLinesArePaintedBeside() {
        GraphFixture f;
        uint64_t id = 1;
        for (int from = 0; from < 40; ++from)
            for (int to = 0; to < 40; ++to) {
                const uint64_t trace = id;
                f.add(trace, id, 0, "s" + std::to_string(from), Kind::Client);
                f.add(trace, id + 1, id, "s" + std::to_string(to), Kind::Server);
                id += 2;
            }
        Window w(f);
        QVERIFY(w.view.graph()->edges.size() > GraphEdgeLayer::kMostAtOnce);
        w.view.grab();
        QTRY_VERIFY(!w.view.canvas().isBusy());
        const auto inked = [&] { // pixels that are no ground, beside the cards
            const QImage image = w.view.canvas().grab().toImage();
            int lines = 0;
            for (int y = 0; y < image.height() - 30; ++y)
                for (int x = 0; x < image.width(); ++x) {
                    const QPointF at = w.view.viewport().toScene(QPointF(x, y));
                    const bool isCard = std::any_of(w.view.frame().nodes.begin(), w.view.frame().nodes.end(), [&](const auto& node) { return node.rect.adjusted(-40, -40, 40, 40).contains(at); });
                    lines += !isCard && image.pixelColor(x, y) != theme().background;
                }
            return lines;
        };
        const int all = inked();
        QVERIFY(all > 2'000);
        w.view.canvas().zoom(1.5);
        QVERIFY(inked() > 500); // the last picture, moved, until the next is ready
    }

    // A hub's 5,000 lines were painted on the UI thread each time the pointer was at it, 150 ms, and its menu had an entry for each.
    void hubsArePaintedBesideAndHaveShortMenus() {
        GraphFixture f;
        for (uint64_t id = 1; id <= 600; ++id)
            f.add(id, id, 0, "s" + std::to_string(id), Kind::Server);
        f.add(601, 601, 0, "s300", Kind::Server); // twice: the most
        Window w(f);
        QVERIFY(settle());
        const std::string hub(kUserNode);
        const uint32_t busiest = w.edge(hub, "s300");
        w.view.canvas().fit(w.view.frame().nodes[w.node(hub)].rect);
        const auto isPainted = [&] { return !w.view.canvas().isBusy(); };
        w.view.canvas().grab();
        QTRY_VERIFY(isPainted());
        const QPoint at = w.at(hub);
        QTest::mouseMove(&w.view.canvas(), at);
        QVERIFY(w.view.marks().edges[busiest] & GraphMarks::kHovered);
        const QImage before = w.view.canvas().grab().toImage();
        QVERIFY(w.view.canvas().isBusy()); // with all of them
        QTRY_VERIFY(isPainted());
        const QImage after = w.view.canvas().grab().toImage();
        const auto bright = [](const QImage& image) { // pixels of what the pointer is at, beside the text of few cards
            int pixels = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    pixels += image.pixelColor(x, y) == theme().text;
            return pixels;
        };
        QVERIFY2(bright(after) > bright(before) + 200, qPrintable(QStringLiteral("%1, %2").arg(bright(before)).arg(bright(after))));
        QVERIFY(isPainted());
        QStringList entries;
        const QString words = QStringLiteral("Filter to this: ") + QString::fromStdString(term(ScopeTerm::Kind::Edge, hub, "s300").toWords());
        QVERIFY(chooseInMenu(&w.view.canvas(), at, words, [&entries] {
            for (const QAction* action : qobject_cast<QMenu*>(QApplication::activePopupWidget())->actions())
                entries.append(action->text());
        }));
        QCOMPARE(entries.filter(QStringLiteral("Filter to this")).size(), 12);
        QVERIFY2(entries.contains(QStringLiteral("588 more: filter to them in the table Calls")), qPrintable(entries.join(QLatin1Char('\n'))));
        QCOMPARE(w.context.selection().scope().terms().size(), size_t(1));
    }

    // A name with 200 accents on one letter was painted over everything above it.
    void namesStayOnTheirCards() {
        GraphFixture f;
        f.add(1, 1, 0, "Z" + [] {
            std::string marks;
            for (int i = 0; i < 200; ++i)
                marks += "\xcc\x81"; // U+0301
            return marks;
        }() + "algo", Kind::Internal);
        Window w(f);
        GraphFrame frame = w.view.frame();
        QCOMPARE(frame.nodes.size(), size_t(1));
        QCOMPARE(frame.nodes[0].name.count(QChar(0x301)), 4); // for pictures whose format knows no clipping
        frame.nodes[0].name = QString(QStringLiteral("Z") + QString(200, QChar(0x301)));
        for (const double scale : {1.0, 0.2}) { // on its card, beside it
            GraphViewport viewport;
            viewport.scale = scale;
            viewport.offset = {100, 200};
            GraphLabels labels = graphLabels(frame, scale, theme());
            QImage image(600, 500, QImage::Format_ARGB32_Premultiplied);
            image.fill(theme().background);
            QPainter painter(&image);
            paintGraphNodes(painter, frame, labels, {}, viewport, QRectF(image.rect()), theme());
            painter.end();
            QRectF place = viewport.toView(frame.nodes[0].rect);
            if (!labels.names[0].isNull())
                place |= labels.names[0].translated(viewport.offset);
            const QRect inside = place.toAlignedRect().adjusted(-3, -3, 3, 3);
            int outside = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    outside += !inside.contains(x, y) && image.pixelColor(x, y) != theme().background;
            QCOMPARE(outside, 0);
        }
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

AISLE_TEST_MAIN(TestGraphView)
#include "tst_graph_view.moc"
