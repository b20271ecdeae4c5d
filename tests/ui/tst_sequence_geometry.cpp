// The sequence diagram as geometry: nothing runs into anything, whatever the trace, its names and the font, and a frame holds what is in sight.

#include "sequence_view_fixture.h"

#include <QHelpEvent>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

using namespace aisle;
using namespace aisle::test;

class TestSequenceGeometry : public QObject, private SequenceViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { open(); }
    void cleanup() { close(); }

    void themesAndFonts() {
        show(shop());
        const auto colour = [&] { return chart_->frame().cards[1].colour; };
        const auto ground = [&] { return view_->grab().toImage().pixelColor(view_->width() / 2, view_->height() - 40); };
        const QColor before = colour();
        QCOMPARE(ground(), theme().surface);
        applyTheme(ThemeMode::Dark);
        QVERIFY(colour() != before);
        QCOMPARE(ground(), theme().surface);
        applyTheme(ThemeMode::Light);
        QCOMPARE(colour(), before);
        // Half as large again nothing runs into anything.
        const QFont font = QApplication::font();
        QFont larger = font;
        larger.setPointSizeF(font.pointSizeF() * 1.5);
        QApplication::setFont(larger);
        verifyGeometry();
        QApplication::setFont(font);
    }

    void hostileNames() {
        const std::string evil = "<img src=x>\n<b>" + std::string(3000, 'W') + "\xe2\x80\xae" "end";
        Fixture f;
        f.span(1, 0, evil.c_str(), Kind::Server, evil, 0, 100);
        f.call(2, 1, evil.c_str(), "b", evil, 1, 50, true);
        f.call(4, 1, evil.c_str(), evil.c_str(), evil, 51, 60);
        f.call(6, 1, evil.c_str(), "", "", 61, 70);
        show(f.table());
        const SequenceFrame frame = chart_->frame();
        for (const SequenceFrame::Card& card : frame.cards)
            QVERIFY(!card.name.contains(QLatin1Char('\n')));
        for (const SequenceFrame::Arrow& arrow : frame.arrows)
            QVERIFY(!arrow.label.name.contains(QLatin1Char('\n')) && !arrow.label.name.contains(QChar(0x202e)));
        verifyGeometry();
        for (const QPointF at : {frame.arrows[0].row.center(), frame.cards[1].rect.center()}) {
            QHelpEvent help(QEvent::ToolTip, at.toPoint(), chart_->viewport()->mapToGlobal(at.toPoint()));
            QCoreApplication::sendEvent(chart_->viewport(), &help);
            QVERIFY(QToolTip::text().contains(QStringLiteral("&lt;img")));
        }
        click(frame.arrows[0].row.center());
        QVERIFY(!chart_->accessibleDescription().contains(QLatin1Char('\n')));
        QVERIFY(!paintedPicture(*view_).isNull());
    }

    void nothingRunsIntoAnything() {
        show(shop());
        verifyGeometry();
        show(large(30, 60));
        verifyGeometry();
        for (uint32_t seed = 1; seed <= 40; ++seed) {
            RandomSpans with;
            with.names = 2;
            with.services = 2 + seed % 5;
            show(randomTrace(seed, 150, with));
            if (view_->content()->diagram.messages.empty())
                continue;
            verifyGeometry();
            // Every loop opened, one after the other; frames nest all the same.
            for (int i = 0; i < 3; ++i) {
                const auto& loops = chart_->scene().loops;
                const auto folded = std::find_if(loops.begin(), loops.end(), [](const auto& loop) { return !loop.isExpanded; });
                if (folded == loops.end())
                    break;
                const SequenceScene::Line first = chart_->scene().lines[folded->firstLine + 1];
                if (first.kind != SequenceScene::Line::Kind::Request)
                    break;
                chart_->select(first.number);
                key(Qt::Key_Right);
                verifyGeometry();
            }
        }
    }

    // Calls of a service to itself that return, too; loops in loops that end together.
    void nothingRunsIntoAnythingByHand() {
        SequenceDiagram d;
        d.participants = {{SequenceDiagram::NodeKind::Service, "a", 0}, {SequenceDiagram::NodeKind::Queue, "b", kNone}, {SequenceDiagram::NodeKind::Service, "c", 1}};
        const auto call = [&](uint32_t from, uint32_t to) {
            SequenceDiagram::Message message;
            message.from = from;
            message.to = to;
            message.label = "operation with a name that is long " + std::to_string(d.messages.size());
            message.firstCall = static_cast<uint32_t>(d.calls.size());
            message.endCall = message.firstCall + 1;
            message.hasReturn = true;
            const auto number = static_cast<uint32_t>(d.messages.size());
            d.calls.push_back({0, 1, number * kMs, (20 - number) * kMs, true, true, false});
            d.activations.push_back({to, number, number * kMs, 20 * kMs, 0});
            d.messages.push_back(message);
            d.steps.push_back({number, false});
        };
        for (const auto& [from, to] : {std::pair(0U, 2U), {2U, 2U}, {2U, 2U}, {2U, 0U}, {0U, 0U}, {0U, 1U}, {0U, 0U}})
            call(from, to);
        for (uint32_t message = static_cast<uint32_t>(d.messages.size()); message-- > 0;)
            d.steps.push_back({message, true});
        for (uint32_t depth = 0; depth < 5; ++depth)
            d.loops.push_back({1 + depth, 13 - depth / 2, depth, 1, 1'000'000, 999, 0, kMs, depth});
        const SequenceScene scene = sequenceScene(d, theme());
        SequenceInput in;
        in.scene = &scene;
        in.diagram = &d;
        in.colours.assign(3, theme().neutralBar);
        for (const QSize size : {QSize(scene.gutter + scene.width, sequence_measure::kHeader + scene.height()), QSize(500, 300)})
            for (const QPoint scroll : {QPoint(0, 0), QPoint(90, 45), QPoint(200, 170)}) {
                in.size = size;
                in.scroll = scroll;
                verifyFrame(layoutSequence(in, theme()));
            }
        in.size = {scene.gutter + scene.width, sequence_measure::kHeader + scene.height()};
        in.scroll = {};
        const SequenceFrame frame = layoutSequence(in, theme());
        QCOMPARE(frame.arrows.size(), size_t(14));
        for (const SequenceFrame::Arrow& arrow : frame.arrows)
            QVERIFY(!arrow.label.rect.isEmpty());
        QCOMPARE(frame.loops.size(), size_t(5));
        for (size_t i = 1; i < frame.loops.size(); ++i)
            QVERIFY(frame.loops[i - 1].rect.contains(frame.loops[i].rect) && frame.loops[i - 1].rect.bottom() > frame.loops[i].rect.bottom());
    }

    // A frame costs what is in sight, whatever the diagram holds.
    void framesOfLargeDiagrams() {
        show(large(60, 1999)); // the user calls, too
        QCOMPARE(view_->content()->diagram.messages.size(), size_t(2000));
        QCOMPARE(view_->content()->diagram.participants.size(), size_t(61));
        host_->window.resize(1920, 1080);
        view_->resize(1920, 1080);
        QCOMPARE(sequenceScene(view_->content()->diagram, theme()).lines.size(), size_t(4000));
        const auto rows = static_cast<size_t>(chart_->height() / sequence_measure::kRow + 1), columns = static_cast<size_t>(chart_->width() / sequence_measure::kLeast + 2);
        QVERIFY(rows < 100 && columns < 61);
        size_t arrows = 0;
        for (int i = 0; i < 100; ++i) {
            chart_->verticalScrollBar()->setValue(i * 857 % chart_->verticalScrollBar()->maximum());
            chart_->horizontalScrollBar()->setValue(i * 331 % chart_->horizontalScrollBar()->maximum());
            const SequenceFrame frame = chart_->frame();
            QVERIFY(frame.arrows.size() <= rows);
            QVERIFY(frame.cards.size() <= columns);
            QVERIFY(frame.bars.size() <= rows + columns); // one for each call, and of who works all the time
            QVERIFY(frame.loops.empty()); // each call is another one
            arrows = std::max(arrows, frame.arrows.size());
        }
        QVERIFY(arrows > rows / 2); // there is something to draw
    }

private:
    /// At several places that the chart is scrolled to.
    void verifyGeometry() {
        const int right = chart_->horizontalScrollBar()->maximum(), down = chart_->verticalScrollBar()->maximum();
        for (const int x : {0, right / 3, right})
            for (const int y : {0, down / 2 + 7, down}) {
                chart_->horizontalScrollBar()->setValue(x);
                chart_->verticalScrollBar()->setValue(y);
                verifyFrame(chart_->frame());
                if (QTest::currentTestFailed())
                    return;
            }
    }

    void verifyFrame(const SequenceFrame& frame) {
        QVERIFY(!frame.arrows.empty() || !frame.loops.empty());
        for (size_t i = 1; i < frame.cards.size(); ++i)
            QVERIFY(frame.cards[i - 1].rect.right() < frame.cards[i].rect.left());
        for (const SequenceFrame::Card& card : frame.cards) {
            const QRectF seen = card.rect.intersected(frame.header);
            QVERIFY(frame.hit(seen.center()) == (SequenceHit{SequenceHit::Kind::Participant, card.participant, false}));
            QVERIFY(card.rect.left() < card.x && card.x < card.rect.right());
        }
        for (const SequenceFrame::Arrow& arrow : frame.arrows) {
            if (frame.body.intersects(arrow.row)) {
                const QRectF seen = arrow.row.intersected(frame.body);
                QVERIFY(frame.hit(seen.center()) == (SequenceHit{SequenceHit::Kind::Message, arrow.message, false}));
            }
            const QRectF& label = arrow.label.rect;
            if (label.isEmpty())
                continue;
            QVERIFY(arrow.row.contains(label) && label.bottom() <= arrow.y);
            QVERIFY(label.left() >= frame.body.left() && label.right() <= frame.body.right());
            for (const SequenceFrame::Card& card : frame.cards)
                QVERIFY(card.x < label.left() || card.x > label.right());
            for (const SequenceFrame::Bar& bar : frame.bars)
                QVERIFY(!bar.rect.intersects(label));
            for (const SequenceFrame::Loop& loop : frame.loops)
                QVERIFY(!loop.rect.intersects(label) || (loop.rect.left() < label.left() && label.right() < loop.rect.right()));
        }
        for (const SequenceFrame::Loop& loop : frame.loops) {
            if (frame.body.intersects(loop.row))
                QVERIFY(frame.hit(loop.row.intersected(frame.body).center()).kind == SequenceHit::Kind::Loop);
            if (!loop.row.isEmpty() && !loop.rect.isEmpty())
                QVERIFY(loop.rect.contains(loop.tab) || loop.tab.right() < frame.body.left() || loop.tab.left() > frame.body.right());
            for (const SequenceFrame::Loop& other : frame.loops)
                QVERIFY(loop.rect.isEmpty() || other.rect.isEmpty() || !loop.rect.intersects(other.rect) || loop.rect.contains(other.rect) || other.rect.contains(loop.rect));
        }
        for (const SequenceFrame::Bar& bar : frame.bars)
            QVERIFY(bar.rect.height() > 0 && bar.rect.width() == sequence_measure::kBar);
    }
};

AISLE_TEST_MAIN(TestSequenceGeometry)
#include "tst_sequence_geometry.moc"
