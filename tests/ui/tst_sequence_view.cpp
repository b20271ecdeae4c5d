// The sequence diagram of a trace, through real events: focus in both directions, loops that open and fold, keys, menu, empty
// states, pictures; its layout as geometry.

#include "../model/trace_fixture.h"
#include "sequence/sequence_chart.h"
#include "sequence/sequence_view.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "window/picture.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QHelpEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>
#include <QToolButton>
#include <QToolTip>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr int64_t kMs = 1'000'000, kStart = 1'700'000'000'000 * kMs;
constexpr uint32_t kNone = SequenceScene::kNone;

struct Fixture : TraceFixture {
    Row span(SpanId id, SpanId parent, const char* service, Kind kind, const std::string& name, int64_t from, int64_t to, bool failed = false) {
        Span out;
        out.id = id;
        out.parent = parent;
        out.service = service;
        out.name = name;
        out.kind = kind;
        out.start = kStart + from * kMs;
        out.duration = (to - from) * kMs;
        out.status = failed ? Status::Error : Status::Unset;
        return add(out);
    }
    /// A CLIENT `id` and its SERVER `id` + 1, whose row comes back.
    Row call(SpanId id, SpanId parent, const char* from, const char* to, const std::string& name, int64_t start, int64_t end, bool failed = false) {
        span(id, parent, from, Kind::Client, name, start, end, failed);
        return span(id + 1, id, to, Kind::Server, name, start, end, failed);
    }
};

/// A user asks web, which asks the cart (which thinks), six times the stock (the fourth fails), and sends messages to itself and to mail.
SpanTablePtr shop() {
    Fixture f;
    f.span(1, 0, "web", Kind::Server, "GET /", 0, 100); // row 0
    f.call(2, 1, "web", "cart", "cart.Get", 5, 25);     // rows 1, 2
    f.span(4, 3, "cart", Kind::Internal, "think", 6, 20); // row 3
    for (SpanId i = 0; i < 6; ++i)                      // rows 4 to 15
        f.call(10 + 2 * i, 1, "web", "stock", "stock.Check", 30 + 5 * static_cast<int64_t>(i), 34 + 5 * static_cast<int64_t>(i), i == 3);
    f.span(30, 1, "web", Kind::Producer, "later", 62, 63);  // row 16
    f.span(31, 30, "web", Kind::Consumer, "later", 64, 68); // row 17
    f.span(40, 1, "web", Kind::Producer, "send mail", 70, 71); // row 18
    f.span(41, 40, "mail", Kind::Consumer, "send mail", 75, 140); // row 19
    return f.table();
}

/// Many services, of which each call is another one.
SpanTablePtr large(uint32_t services, uint32_t calls) {
    Fixture f;
    f.span(1, 0, "service 0", Kind::Server, "root", 0, 10 * calls);
    for (uint32_t i = 0; i < calls; ++i)
        f.call(10 + 2 * i, 1, "service 0", ("service " + std::to_string(i % (services - 1) + 1)).c_str(), "operation " + std::to_string(i), 10 * i, 10 * i + 5);
    return f.table();
}

QString textsOf(const SequenceFrame& frame) {
    QStringList texts;
    for (const SequenceFrame::Arrow& arrow : frame.arrows)
        texts << arrow.label.name + (arrow.label.note.isEmpty() ? QString() : QLatin1Char(' ') + arrow.label.note) + (arrow.label.failed.isEmpty() ? QString() : QStringLiteral(" !") + arrow.label.failed);
    return texts.join(QLatin1Char('|'));
}

/// Names in angle brackets are what a redactor left.
class Masking : public Redactor {
public:
    std::string redact(std::string_view key, std::string_view) const override { return "<" + std::string(key) + ">"; }
};

} // namespace

class TestSequenceView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() {
        context_ = std::make_unique<ViewContext>();
        host_ = std::make_unique<Host<SequenceView>>(QSize(1400, 700), *context_);
        view_ = host_->view;
        chart_ = &view_->chart();
        QVERIFY(QTest::qWaitForWindowExposed(&host_->window));
    }
    void cleanup() {
        host_.reset();
        context_.reset();
    }

    void whoCallsWhom() {
        show(shop());
        QCOMPARE(view_->statusText(), QStringLiteral("5 participants, 10 calls, 1 failed"));
        const SequenceFrame frame = chart_->frame();
        QStringList names;
        for (const SequenceFrame::Card& card : frame.cards)
            names << card.name;
        QCOMPARE(names.join(QLatin1Char(' ')), QStringLiteral("User web cart stock mail"));
        QCOMPARE(textsOf(frame), QStringLiteral("GET /|cart.Get| 20.0 ms|stock.Check !1 failed| 24.0 ms in all|later 1.00 ms|send mail 1.00 ms| 100 ms"));
        QCOMPARE(frame.loops.size(), size_t(1));
        QCOMPARE(frame.loops[0].title.name, QStringLiteral("×6"));
        QCOMPARE(frame.loops[0].title.failed, QStringLiteral("1 failed"));
        QVERIFY(frame.loops[0].title.isFailed);
        QCOMPARE(frame.arrows[1].offset, QStringLiteral("5.00 ms"));
        int failed = 0, messages = 0, selves = 0;
        for (const SequenceFrame::Arrow& arrow : frame.arrows) {
            failed += arrow.isFailed;
            messages += arrow.isMessaging;
            selves += arrow.isSelf;
            QCOMPARE(arrow.label.isFailed, arrow.isFailed); // never the hue alone
        }
        QCOMPARE(failed, 2); // there and back
        QCOMPARE(messages, 2);
        QCOMPARE(selves, 1);
        QCOMPARE(view_->tabular()->rows.size(), size_t(5));
    }

    void clickingLeadsToSpans() {
        const SpanTablePtr table = show(shop());
        const Row rows[] = {0, 2, 5, 17, 19};
        for (const SequenceFrame::Arrow& arrow : chart_->frame().arrows) {
            click(arrow.row.center());
            QCOMPARE(context_->selection().focus(), Focus::onSpan(*table, rows[arrow.message]));
            QCOMPARE(chart_->selected(), arrow.message);
            QVERIFY(chart_->accessibleDescription().startsWith(QStringLiteral("Selected: ")));
        }
        click(chart_->frame().arrows[3].row.center());
        QCOMPARE(chart_->accessibleDescription(), QStringLiteral("Selected: web to stock: stock.Check, 6 calls, 24.0 ms in all, 1 failed"));
        click(chart_->frame().arrows[1].row.center(), Qt::ShiftModifier);
        QCOMPARE(context_->selection().scope(), Scope().with({ScopeTerm::Kind::Name, "cart.Get", {}, 0, 0}));
    }

    void participantsLeadToServices() {
        show(shop());
        click(card(QStringLiteral("stock")).center());
        QCOMPARE(context_->selection().focus(), Focus::onService("stock"));
        QVERIFY(settle());
        QCOMPARE(chart_->focusedParticipant(), view_->content()->participantNamed("stock"));
        for (const SequenceFrame::Arrow& arrow : chart_->frame().arrows)
            QCOMPARE(arrow.isDim, arrow.label.name != QStringLiteral("stock.Check") && arrow.label.note != QStringLiteral("24.0 ms in all"));
        click(card(QStringLiteral("stock")).center(), Qt::ShiftModifier);
        QCOMPARE(context_->selection().scope(), Scope().with({ScopeTerm::Kind::Service, "stock", {}, 0, 0}));
        // Users have no spans: what can be filtered is their call.
        click(card(QStringLiteral("User")).center(), Qt::ShiftModifier);
        QCOMPARE(context_->selection().scope().terms().back().kind, ScopeTerm::Kind::Edge);
    }

    void followsTheFocus() {
        const SpanTablePtr table = show(shop());
        const auto focus = [&](Row row) { context_->selection().setFocus(Focus::onSpan(*table, row)); };
        focus(3); // within the call of the cart
        QCOMPARE(chart_->selected(), 1U);
        focus(13); // the fifth of a loop
        QCOMPARE(chart_->selected(), 2U);
        focus(1); // the client's side
        QCOMPARE(chart_->selected(), 1U);
        context_->selection().setFocus(Focus::onService("cart"));
        QVERIFY(settle());
        QCOMPARE(chart_->selected(), kNone);
        QCOMPARE(chart_->focusedParticipant(), 2U);
        QVERIFY(chart_->frame().cards[2].isFocused);
        context_->selection().setFocus(Focus::onTrace({0, 1}));
        QCOMPARE(chart_->focusedParticipant(), kNone);
        QVERIFY(!chart_->frame().arrows[0].isDim);
        // What is far away is scrolled to.
        const SpanTablePtr many = show(large(40, 200));
        for (const Row row : {Row(2 + 2 * 150), Row(2 + 2 * 37), Row(2 + 2 * 199)}) {
            focus(0);
            context_->selection().setFocus(Focus::onSpan(*many, row));
            const SequenceFrame frame = chart_->frame();
            const auto arrow = std::find_if(frame.arrows.begin(), frame.arrows.end(), [&](const auto& a) { return a.isSelected; });
            QVERIFY(arrow != frame.arrows.end());
            QVERIFY(frame.body.contains(arrow->row.center()) && arrow->from >= frame.body.left());
        }
        context_->selection().setFocus(Focus::onService("service 39"));
        QVERIFY(chart_->frame().header.contains(card(QStringLiteral("service 39"))));
        context_->selection().setFocus(Focus::onService("service 0"));
        QVERIFY(chart_->frame().header.contains(card(QStringLiteral("service 0"))));
    }

    void loopsOpenAndFold() {
        const SpanTablePtr table = show(shop());
        const auto isOpen = [&] { return chart_->scene().loops.at(0).isExpanded; };
        const auto messages = [&] { return view_->content()->diagram.messages.size(); };
        QCOMPARE(messages(), size_t(5));
        const QPointF title = chart_->frame().loops[0].row.center();
        click(title); // its first call
        QCOMPARE(context_->selection().focus(), Focus::onSpan(*table, 5));
        QTest::mouseDClick(chart_->viewport(), Qt::LeftButton, {}, title.toPoint());
        QVERIFY(settle());
        QVERIFY(isOpen());
        QCOMPARE(messages(), size_t(10));
        QCOMPARE(view_->statusText(), QStringLiteral("5 participants, 10 calls, 1 failed"));
        QCOMPARE(chart_->scene().loops[0].title.name, QStringLiteral("6 calls"));
        QCOMPARE(chart_->selected(), 2U); // the same span
        // The chevron: one click.
        const QRectF tab = chart_->frame().loops[0].tab;
        click({tab.left() + 8, tab.center().y()});
        QVERIFY(settle());
        QVERIFY(!isOpen());
        // Keys, from any of its calls.
        key(Qt::Key_Right);
        QVERIFY(isOpen());
        key(Qt::Key_Down);
        key(Qt::Key_Down);
        QCOMPARE(context_->selection().focus(), Focus::onSpan(*table, 9));
        key(Qt::Key_Right); // is listed already
        QVERIFY(isOpen());
        key(Qt::Key_Left);
        QVERIFY(!isOpen());
        QCOMPARE(context_->selection().focus(), Focus::onSpan(*table, 9));
        QCOMPARE(chart_->selected(), 2U);
        key(Qt::Key_Return);
        QVERIFY(isOpen());
        key(Qt::Key_Return);
        QVERIFY(!isOpen());
        // And for all.
        QTest::mouseClick(buttonWithText<QToolButton>(view_, QStringLiteral("Fold repeats")), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(messages(), size_t(10));
        QVERIFY(chart_->scene().loops.empty());
    }

    void keysWalkMessages() {
        show(shop());
        key(Qt::Key_Down);
        QCOMPARE(chart_->selected(), 0U);
        key(Qt::Key_Down);
        QCOMPARE(chart_->selected(), 1U);
        key(Qt::Key_Up);
        key(Qt::Key_Up);
        QCOMPARE(chart_->selected(), 0U);
        key(Qt::Key_End);
        QCOMPARE(chart_->selected(), 4U);
        key(Qt::Key_Down);
        QCOMPARE(chart_->selected(), 4U);
        key(Qt::Key_PageUp);
        QCOMPARE(chart_->selected(), 0U);
        key(Qt::Key_End);
        key(Qt::Key_Home);
        QCOMPARE(chart_->selected(), 0U);
        QTest::keyClick(chart_, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(context_->selection().scope(), Scope().with({ScopeTerm::Kind::Name, "GET /", {}, 0, 0}));
        key(Qt::Key_Escape);
        QCOMPARE(context_->selection().focus().kind, Focus::Kind::None);
        QCOMPARE(chart_->selected(), kNone);
        QVERIFY(!chart_->frame().arrows.empty()); // what is shown stays
        std::string copied;
        context_->exporter().clipboard = [&](const std::string& text) { copied = text; };
        QTest::keyClick(chart_, Qt::Key_C, Qt::ControlModifier);
        QVERIFY(copied.starts_with("sequenceDiagram\n"));
        QVERIFY(copied.find("cart.Get") != std::string::npos);
    }

    void levelsAndSettings() {
        Fixture f;
        f.span(1, 0, "a", Kind::Server, "root", 0, 100);
        f.call(2, 1, "a", "b", "one", 1, 90);
        f.call(4, 3, "b", "c", "two", 2, 80);
        f.call(6, 5, "c", "d", "three", 3, 70, true);
        show(f.table());
        auto* depth = named<QComboBox>(view_, QStringLiteral("Levels of calls"));
        const int all = depth->count();
        QVERIFY(all >= 4);
        QCOMPARE(depth->currentText(), QStringLiteral("All levels"));
        key(Qt::Key_2);
        QCOMPARE(view_->content()->diagram.messages.size(), size_t(2));
        QCOMPARE(depth->currentText(), QStringLiteral("2 levels"));
        QVERIFY(visibleWords(view_).contains(QStringLiteral("2 calls below those on show are not listed, 1 of them failed.")));
        QCOMPARE(depth->count(), all);
        // A span that is too deep is shown by the call it is in.
        context_->selection().setFocus(Focus::onSpan(*context_->table(), 6));
        QCOMPARE(chart_->selected(), 1U);
        const QJsonObject settings = view_->settings();
        key(Qt::Key_0);
        QCOMPARE(view_->content()->diagram.messages.size(), size_t(4));
        view_->setFoldsRepeats(false);
        view_->applySettings(settings);
        QVERIFY(settle());
        QCOMPARE(view_->levels(), 2U);
        QVERIFY(view_->foldsRepeats());
        view_->applySettings({{QStringLiteral("levels"), -7}, {QStringLiteral("fold"), QStringLiteral("yes")}});
        QCOMPARE(view_->levels(), SequenceView::kAllLevels);
        QVERIFY(view_->foldsRepeats());
        view_->applySettings({{QStringLiteral("levels"), 2'000'000'000}});
        QVERIFY(settle());
        QVERIFY(depth->count() <= 100);
        QCOMPARE(view_->content()->diagram.messages.size(), size_t(4));
    }

    void menus() {
        show(shop());
        std::string copied;
        context_->exporter().clipboard = [&](const std::string& text) { copied = text; };
        const QPoint loop = chart_->frame().arrows[3].row.center().toPoint();
        QVERIFY(chooseInMenu(chart_->viewport(), loop, QStringLiteral("Copy span id")));
        QCOMPARE(copied, toHex(SpanId(11)));
        QCOMPARE(chart_->selected(), 2U);
        QVERIFY(chooseInMenu(chart_->viewport(), loop, QStringLiteral("List one by one")));
        QVERIFY(settle());
        QCOMPARE(view_->content()->diagram.messages.size(), size_t(10));
        QVERIFY(chooseInMenu(chart_->viewport(), loop, QStringLiteral("Fold again")));
        QVERIFY(settle());
        QVERIFY(chooseInMenu(chart_->viewport(), loop, QStringLiteral("Filter to calls from web to stock")));
        QCOMPARE(context_->selection().scope(), Scope().with({ScopeTerm::Kind::Edge, "web", "stock", 0, 0}));
        QVERIFY(chooseInMenu(chart_->viewport(), loop, QStringLiteral("Copy diagram as Mermaid")));
        QVERIFY(copied.starts_with("sequenceDiagram\n"));
        // Another trace comes while the menu is open: it does nothing.
        copied.clear();
        (void)chooseInMenu(chart_->viewport(), loop, QStringLiteral("Copy span id"), [&] {
            context_->setTable(large(3, 5), false);
            QVERIFY(settle());
        });
        QVERIFY(copied.empty());
    }

    void emptyStatesLeadOn() {
        QVERIFY(visibleWords(view_).contains(QStringLiteral("No trace")));
        QVERIFY(view_->statusText().isEmpty() && !view_->tabular() && view_->pictureSize().isEmpty());
        context_->setTable(shop(), false);
        QVERIFY(settle());
        QVERIFY(visibleWords(view_).contains(QStringLiteral("No trace is chosen")));
        QTest::mouseClick(buttonWithText<QPushButton>(view_, QStringLiteral("Open the slowest trace")), Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(!visibleWords(view_).contains(QStringLiteral("No trace")));
        QVERIFY(!view_->statusText().isEmpty());
        // One that calls nobody.
        Fixture f;
        f.span(1, 0, "batch", Kind::Internal, "nightly", 0, 100);
        f.span(2, 1, "batch", Kind::Internal, "step", 10, 20);
        show(f.table());
        QVERIFY(visibleWords(view_).contains(QStringLiteral("No service of this trace calls another one")));
        QVERIFY(view_->pictureSize().isEmpty());
        for (const auto code : {Qt::Key_Down, Qt::Key_Return, Qt::Key_Escape, Qt::Key_5})
            QTest::keyClick(chart_, code);
        context_->setTable(TraceFixture().table(), false);
        QVERIFY(settle());
        QVERIFY(view_->statusText().isEmpty());
        QVERIFY(chart_->frame().arrows.empty());
    }

    // What is hidden does nothing, and has caught up when it is shown.
    void hiddenItWaits() {
        view_->hide();
        const SpanTablePtr table = show(shop());
        QVERIFY(!view_->content());
        context_->selection().setFocus(Focus::onSpan(*table, 2));
        view_->show();
        QVERIFY(settle());
        QVERIFY(view_->content());
        QCOMPARE(chart_->selected(), 1U);
        // It was scrolled for a size that it did not have.
        const SpanTablePtr many = show(large(40, 200));
        view_->hide();
        view_->resize(400, 120);
        context_->selection().setFocus(Focus::onSpan(*many, 2 + 2 * 150));
        view_->resize(1400, 700);
        view_->show();
        const auto selected = [&] {
            for (const SequenceFrame::Arrow& arrow : chart_->frame().arrows)
                if (arrow.isSelected && chart_->frame().body.contains(arrow.row.center()))
                    return true;
            return false;
        };
        QVERIFY(selected());
        view_->resize(1400, 200); // what was in sight stays there
        QVERIFY(selected());
    }

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

    void picturesAreWholeAndRedacted() {
        show(large(12, 300));
        const QSize size = view_->pictureSize();
        QVERIFY(size.height() > 600 * sequence_measure::kRow && size.width() >= 13 * sequence_measure::kLeast);
        const std::string plain = svgPicture(*view_);
        QVERIFY(plain.find("operation 299") != std::string::npos && plain.find("service 11") != std::string::npos);
        context_->exporter() = Export(std::make_shared<Masking>());
        const std::string redacted = svgPicture(*view_);
        QVERIFY(redacted.find("operation") == std::string::npos && redacted.find("service 1") == std::string::npos);
        QVERIFY(redacted.find("name") != std::string::npos);
        // A list that would be taller says so.
        const QSize lower = view_->pictureSize(2000);
        QVERIFY(lower.height() <= 2000 && lower.width() <= 2000);
        QVERIFY(!paintedPicture(*view_).isNull());
        QVERIFY(view_->pictureSize(16'000).height() * static_cast<int64_t>(view_->pictureSize(16'000).width()) <= 40'000'000);
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
        QElapsedTimer making;
        making.start();
        QCOMPARE(sequenceScene(view_->content()->diagram, theme()).lines.size(), size_t(4000));
        const double scene = static_cast<double>(making.nsecsElapsed()) / 1e6;
        std::vector<double> times;
        for (int i = 0; i < 100; ++i) {
            chart_->verticalScrollBar()->setValue(i * 857 % chart_->verticalScrollBar()->maximum());
            chart_->horizontalScrollBar()->setValue(i * 331 % chart_->horizontalScrollBar()->maximum());
            QElapsedTimer timer;
            timer.start();
            chart_->viewport()->repaint();
            times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
            const SequenceFrame frame = chart_->frame();
            QVERIFY(frame.arrows.size() <= static_cast<size_t>(chart_->height() / sequence_measure::kRow + 1));
            QVERIFY(frame.cards.size() <= static_cast<size_t>(chart_->width() / sequence_measure::kLeast + 2));
        }
        std::sort(times.begin(), times.end());
        qInfo("frames of 2,000 messages: median %.2f ms, 95th percentile %.2f ms, slowest of 100 %.2f ms; scene %.1f ms", times[50], times[95], times[99], scene);
        QVERIFY(times[50] < 300); // with sanitizers
    }

private:
    SpanTablePtr show(const SpanTablePtr& table) {
        context_->setTable(table, false);
        context_->selection().setFocus(Focus::onTrace({0, 1}));
        [&] { QVERIFY(settle()); }();
        return table;
    }
    void click(QPointF at, Qt::KeyboardModifiers modifiers = {}) { QTest::mouseClick(chart_->viewport(), Qt::LeftButton, modifiers, at.toPoint()); }
    void key(Qt::Key code) {
        QTest::keyClick(chart_, code);
        [&] { QVERIFY(settle()); }();
    }
    QRectF card(const QString& name) const {
        for (const SequenceFrame::Card& card : chart_->frame().cards)
            if (card.name == name)
                return card.rect;
        return {};
    }

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

    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<SequenceView>> host_;
    SequenceView* view_ = nullptr;
    SequenceChart* chart_ = nullptr;
};

AISLE_TEST_MAIN(TestSequenceView)
#include "tst_sequence_view.moc"
