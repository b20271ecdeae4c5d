// The sequence diagram of a trace, through real events: focus in both directions, loops that open and fold, keys, menu, empty
// states, pictures.

#include "sequence_view_fixture.h"

#include <QComboBox>
#include <QPushButton>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;

namespace {

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

class TestSequenceView : public QObject, private SequenceViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { open(); }
    void cleanup() { close(); }

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
};

AISLE_TEST_MAIN(TestSequenceView)
#include "tst_sequence_view.moc"
