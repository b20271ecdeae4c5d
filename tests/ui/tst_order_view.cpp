// The page of one order: found and told, its technical detail, masked unless revealed. What leaves it is in tst_order_out.cpp.

#include "orders/order_delegate.h"
#include "order_view_fixture.h"

#include <fstream>

using namespace aisle;
using namespace aisle::test;

namespace {

OrderPage someLines() {
    OrderPage page;
    page.title = "Order <b>1</b>";
    for (const char* text : {"The <i>order</i> was placed.", "It was packed."}) {
        auto& line = page.lines.emplace_back();
        line.kind = StoryKind::Happened;
        line.label = "<i>Order</i>";
        line.clock = "09:00:00";
        line.text = text;
    }
    page.lines[0].details.resize(2);
    page.lines[0].details[0].isTrace = true;
    page.lines[0].details[0].traceId = "0a";
    page.lines[0].details[1].spanId = "0b";
    page.lines[0].moreDetails = 1200;
    return page;
}

} // namespace

class TestOrderView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
        masking_ = std::make_shared<const MaskingRedactor>(maskingRules(), "aisle_salt_of_this_test");
    }

    void rowsOpenAndClose() {
        OrderModel model;
        new QAbstractItemModelTester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal, &model);
        QCOMPARE(model.rowCount(), 0);
        model.toggle(0);
        model.setPage(someLines(), {true});
        QCOMPARE(model.rowCount(), 2);
        model.toggle(1); // has no detail
        QCOMPARE(model.rowCount(), 2);
        model.toggle(0);
        QCOMPARE(model.rowCount(), 5); // a trace, a span, and how many more there are
        QVERIFY(model.index(0).data(OrderModel::OpenRole).toBool());
        QVERIFY(model.detail(0) == nullptr && model.detail(1)->isTrace && model.detail(2)->spanId == "0b" && model.detail(3) == nullptr && model.detail(5) == nullptr);
        QCOMPARE(model.index(3).data(Qt::DisplayRole).toString(), QStringLiteral("1,200 more"));
        QCOMPARE(model.placeOf(4).line, size_t(1));
        model.toggle(2); // is a detail
        QCOMPARE(model.rowCount(), 5);
        model.toggle(0);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0).data(Qt::DisplayRole).toString(), QStringLiteral("The <i>order</i> was placed."));
        QVERIFY(model.index(0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("&lt;i&gt;Order")));
        QVERIFY(model.index(0).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("closed")));
        model.toggle(0);
        model.setPage(someLines(), {true});
        QCOMPARE(model.rowCount(), 2);
        model.setPage({}, {});
        QCOMPARE(model.rowCount(), 0);
    }

    void nothingOverlaps() {
        const QFontMetrics metrics(theme().font);
        const QString longer = QString(120, QLatin1Char('x')).replace(QStringLiteral("xxxx"), QStringLiteral("xxx "));
        for (int width = 300; width <= 1600; width += 50)
            for (const bool isDetail : {false, true}) {
                const OrderRow row = layOutOrder(longer, isDetail, 60, {5, 9}, width, metrics);
                QVERIFY(!row.clock.intersects(row.mark) && !row.mark.intersects(row.sentence) && !row.clock.intersects(row.sentence));
                for (const QRect& part : {row.clock, row.mark, row.sentence})
                    QVERIFY(QRect(5, 9, width, row.height).contains(part));
            }
        QVERIFY(layOutOrder(longer, false, 60, {}, 300, metrics).height > layOutOrder(longer, false, 60, {}, 1600, metrics).height);
        QCOMPARE(layOutOrder(longer, true, 60, {}, 300, metrics).sentence.height(), metrics.height()); // detail is one line
        // In a narrow page a time lost its seconds: "09:00:".
        const QString clock = QStringLiteral("2026-03-14 09:00:51");
        QCOMPARE(shownClock(clock, metrics.horizontalAdvance(clock) + 1, metrics), clock);
        QCOMPARE(shownClock(clock, metrics.horizontalAdvance(clock) - 1, metrics), QStringLiteral("03-14 09:00:51"));
        QCOMPARE(shownClock(clock, metrics.horizontalAdvance(QStringLiteral("09:00:51")) + 1, metrics), QStringLiteral("09:00:51"));
    }

    // The column was as wide as so many zeros, and took the room of the sentences.
    void timesTakeTheRoomThatTheyNeed() {
        OrderModel model;
        const OrderDelegate delegate(model, nullptr);
        QCOMPARE(delegate.clockWidth(), 0);
        const QFontMetrics metrics(theme().tabular());
        const auto isAsWideAs = [&](const char* clock) {
            const int wide = metrics.horizontalAdvance(QLatin1String(clock));
            return delegate.clockWidth() >= wide && delegate.clockWidth() <= wide + 2;
        };
        OrderPage page = someLines();
        model.setPage(page, {true});
        QVERIFY(isAsWideAs("09:00:00"));
        page.lines[1].clock = "2026-03-14 09:00:00";
        model.setPage(page, {true});
        QVERIFY(isAsWideAs("2026-03-14 09:00:00"));
        for (auto& line : page.lines)
            line.clock.clear();
        model.setPage(page, {true});
        QCOMPARE(delegate.clockWidth(), 0);
    }

    void followsTheFocus() {
        Window w(workspace_);
        QVERIFY2(visibleWords(w.view()).contains(QStringLiteral("Choose an order")), qPrintable(visibleWords(w.view())));
        const auto& cases = w.cases();
        w.live.selection().setFocus(Focus::onCase(cases[0].value));
        QVERIFY(settle());
        QVERIFY2(w.view()->statusText().contains(QString::fromStdString(cases[0].value)), qPrintable(w.view()->statusText()));
        QVERIFY(w.model().rowCount() > 3);
        QVERIFY(!visibleWords(w.view()).contains(QStringLiteral("Choose an order")));
        // A trace belongs to its order; what belongs to none leaves the order on show.
        w.live.selection().setFocus(Focus::onTrace(w.live.table()->traceId(cases[1].traces.front())));
        QVERIFY(settle());
        QVERIFY(w.view()->statusText().contains(QString::fromStdString(cases[1].value)));
        const std::string page = w.model().page().title;
        w.live.selection().setFocus(Focus::onService("inventory"));
        QVERIFY(settle());
        QCOMPARE(w.model().page().title, page);
        QCOMPARE(w.view()->tabular()->rows.size(), w.model().page().lines.size());
        // It stayed when nothing was in focus any more, beside empty details.
        w.live.selection().setFocus({});
        QVERIFY(settle());
        QVERIFY(w.view()->statusText().isEmpty() && w.model().rowCount() == 0);
        QVERIFY(visibleWords(w.view()).contains(QStringLiteral("Choose an order")));
        w.live.selection().goBack(); // to the service, of which no order is
        QVERIFY(settle());
        QVERIFY(w.view()->statusText().isEmpty());
        w.live.selection().setFocus(Focus::onCase(cases[0].value));
        QVERIFY(settle());
        QVERIFY(w.view()->statusText().contains(QString::fromStdString(cases[0].value)));
    }

    // The box kept what had been searched for while another order was on show.
    void searchBelongsToThePage() {
        Window w(workspace_);
        const auto& cases = w.cases();
        const QString order = QString::fromStdString(cases[2].value);
        w.view()->openSearch();
        QTest::keyClicks(w.view()->searchLine(), order);
        QVERIFY(settle());
        QTest::keyClick(w.view()->searchLine(), Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(w.view()->searchLine()->text(), order);
        w.view()->searchLine()->setFocus();
        QTest::keyClick(w.view()->searchLine(), Qt::Key_Down); // once more what was found
        QVERIFY(settle());
        QVERIFY(w.view()->hits()->isVisible());
        w.live.selection().setFocus(Focus::onCase(cases[3].value));
        QVERIFY(settle());
        QVERIFY(w.view()->statusText().contains(QString::fromStdString(cases[3].value)));
        QVERIFY(w.view()->searchLine()->text().isEmpty() && !w.view()->hits()->isVisible());
        QTest::keyClicks(w.view()->searchLine(), QStringLiteral("nothing is called like this"));
        QVERIFY(settle());
        w.live.selection().setFocus({});
        QVERIFY(settle());
        QVERIFY(w.view()->searchLine()->text().isEmpty() && !w.view()->hits()->isVisible());
    }

    // The list showed half a row, and cut lines without a way to read them.
    void hitsAreWholeRows() {
        Window w(workspace_);
        w.view()->openSearch();
        QTest::keyClicks(w.view()->searchLine(), QStringLiteral("ORD"));
        QVERIFY(settle());
        QListWidget* hits = w.view()->hits();
        QVERIFY(hits->count() > 3);
        for (const int high : {700, 320, 150}) {
            w.view()->resize(300, high);
            QCoreApplication::processEvents();
            QVERIFY(hits->height() <= high / 2 + hits->sizeHintForRow(0)); // there is room for the page
            QVERIFY(hits->viewport()->height() >= hits->sizeHintForRow(0));
            QCOMPARE(hits->viewport()->height() % hits->sizeHintForRow(0), 0);
        }
        for (int row = 0; row < hits->count(); ++row)
            QVERIFY(!hits->item(row)->toolTip().isEmpty());
    }

    // Half an id was all that was seen of a detail.
    void detailSaysTheOperationFirst() {
        OrderModel model;
        OrderPage page = someLines();
        auto& trace = page.lines[0].details[0];
        trace.traceId = "0123456789abcdef0123456789abcdef";
        trace.service = "frontend";
        trace.operation = "POST /api/checkout";
        model.setPage(page, {true});
        model.toggle(0);
        const QString text = model.index(1).data(Qt::DisplayRole).toString(), id = model.index(1).data(OrderModel::IdRole).toString();
        QCOMPARE(id, QStringLiteral("trace 0123456789abcdef0123456789abcdef"));
        QVERIFY2(text.startsWith(QStringLiteral("frontend POST /api/checkout, ")) && text.endsWith(QStringLiteral(", ") + id), qPrintable(text));
        QVERIFY(model.index(0).data(OrderModel::IdRole).isNull() && model.index(3).data(OrderModel::IdRole).isNull());
        const QFontMetrics metrics(theme().font);
        const int whole = metrics.horizontalAdvance(text), head = metrics.horizontalAdvance(text.chopped(id.size()));
        QCOMPARE(shownDetail(text, id, whole, metrics), text);
        for (int width = 150; width < whole; width += 20) {
            const QString shown = shownDetail(text, id, width, metrics);
            QVERIFY2(metrics.horizontalAdvance(shown) <= width + 1, qPrintable(shown)); // a fraction of a pixel is rounded away
            QVERIFY2(shown.startsWith(QStringLiteral("fro")), qPrintable(shown));
            QVERIFY2(shown.endsWith(QLatin1Char('f')), qPrintable(shown)); // ids are told apart by both of their ends
        }
        QVERIFY(shownDetail(text, id, head + (whole - head) * 3 / 4, metrics).startsWith(text.chopped(id.size())));
    }

    void foundByItsNumber() {
        Window w(workspace_);
        const std::string order = w.cases()[2].value;
        const auto type = [&](const std::string& text) {
            w.view()->openSearch();
            w.view()->searchLine()->clear();
            QTest::keyClicks(w.view()->searchLine(), QString::fromStdString(text));
            return settle();
        };
        QVERIFY(type(order));
        QCOMPARE(w.view()->hits()->count(), 1);
        QVERIFY(w.view()->hits()->item(0)->text().startsWith(QString::fromStdString(order)));
        QTest::keyClick(w.view()->searchLine(), Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(w.live.selection().focus(), Focus::onCase(order));
        QVERIFY(w.view()->statusText().contains(QString::fromStdString(order)));
        QVERIFY(!w.view()->hits()->isVisible());

        // With a wrong letter: what is nearest comes first.
        const std::string other = w.cases()[4].value;
        QVERIFY(other.starts_with("ORD-"));
        QVERIFY(type("OLD-" + other.substr(4)));
        QVERIFY(w.view()->hits()->isVisible());
        QVERIFY2(w.view()->hits()->item(0)->text().startsWith(QString::fromStdString(other)), qPrintable(w.view()->hits()->item(0)->text()));
        QTest::mouseClick(w.view()->hits()->viewport(), Qt::LeftButton, {}, w.view()->hits()->visualItemRect(w.view()->hits()->item(0)).center());
        QVERIFY(settle());
        QCOMPARE(w.live.selection().focus(), Focus::onCase(other));

        QVERIFY(type("nothing is called like this"));
        QCOMPARE(w.view()->hits()->count(), 1);
        QVERIFY(w.view()->hits()->item(0)->text().startsWith(QStringLiteral("No order is known by that")));
        // Enter opened what was found by the text before, while another one was being searched for.
        QVERIFY(type(order));
        w.view()->searchLine()->setText(QStringLiteral("nothing is called like this"));
        QTest::keyClick(w.view()->searchLine(), Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(w.live.selection().focus(), Focus::onCase(other));
        QTest::keyClick(w.view()->searchLine(), Qt::Key_Return);
        QCOMPARE(w.live.selection().focus(), Focus::onCase(other));
        QTest::keyClick(w.view()->searchLine(), Qt::Key_Escape);
        QVERIFY(settle());
        QVERIFY(!w.view()->hits()->isVisible() && w.view()->searchLine()->text().isEmpty());
    }

    // A click on the detail closed what it was in, so that a double click met another row.
    void detailLeadsToTheTrace() {
        Window w(workspace_);
        w.live.selection().setFocus(Focus::onCase(w.cases()[0].value));
        QVERIFY(settle());
        const auto& lines = w.model().page().lines;
        const auto at = std::find_if(lines.begin(), lines.end(), [](const OrderPage::Line& line) { return !line.details.empty() && line.details[0].isTrace; });
        QVERIFY(at != lines.end());
        const auto row = static_cast<int>(at - lines.begin());
        const int closed = w.model().rowCount();
        w.click(row);
        QCOMPARE(w.model().rowCount(), closed + static_cast<int>(at->details.size()) + (at->moreDetails > 0 ? 1 : 0));
        const int open = w.model().rowCount();
        QSignalSpy traces(&w.live, &ViewContext::traceRequested);
        w.click(row + 1);
        QVERIFY(settle());
        QCOMPARE(w.live.selection().focus().kind, Focus::Kind::Trace);
        QCOMPARE(toHex(w.live.selection().focus().trace), at->details[0].traceId);
        QCOMPARE(w.model().rowCount(), open);
        QCOMPARE(traces.count(), 0);
        QTest::mouseDClick(w.list()->viewport(), Qt::LeftButton, {}, w.list()->visualRect(w.list()->model()->index(row + 1, 0)).center());
        QVERIFY(settle());
        QCOMPARE(traces.count(), 1);
        QCOMPARE(toHex(w.live.selection().focus().trace), at->details[0].traceId);
        // The same by keys; a span behind a sentence is put in focus as that.
        w.list()->setFocus();
        w.list()->setCurrentIndex(w.list()->model()->index(row, 0));
        QTest::keyClick(w.list(), Qt::Key_Return);
        QCOMPARE(w.model().rowCount(), closed);
        QTest::keyClick(w.list(), Qt::Key_Space);
        QCOMPARE(w.model().rowCount(), open);
        const auto& details = w.model().page().lines[static_cast<size_t>(row)].details;
        const auto span = std::find_if(details.begin(), details.end(), [](const OrderPage::Detail& detail) { return !detail.isTrace; });
        if (span != details.end()) {
            w.list()->setCurrentIndex(w.list()->model()->index(row + 1 + static_cast<int>(span - details.begin()), 0));
            QTest::keyClick(w.list(), Qt::Key_Return);
            QVERIFY(settle());
            QCOMPARE(w.live.selection().focus().kind, Focus::Kind::Span);
            QCOMPARE(toHex(w.live.selection().focus().span), span->spanId);
            QCOMPARE(traces.count(), 2);
        }
    }

    void maskedUntilRevealed() {
        Window w(workspace_);
        w.live.setRedactor(masking_, true);
        w.live.selection().setFocus(Focus::onCase(w.cases()[0].value));
        QVERIFY(settle());
        QVERIFY(w.model().rowCount() > 3);
        QVERIFY2(!w.all().contains(kSecret), w.all().constData());
        QVERIFY(w.all().contains("e-mail "));
        // Hits are masked, too, although what was typed is known.
        QTest::keyClicks(w.view()->searchLine(), QStringLiteral("example"));
        QVERIFY(settle());
        QVERIFY(w.view()->hits()->count() > 3);
        QVERIFY2(!w.hits().contains(kSecret), w.hits().constData());

        auto* reveal = buttonWithText<QToolButton>(w.view(), QStringLiteral("Reveal"));
        QVERIFY(!reveal->isChecked());
        QSignalSpy asked(&w.live, &ViewContext::revealRequested); // of the window, which decides
        reveal->click();
        QCOMPARE(asked.count(), 1);
        QVERIFY(asked[0][0].toBool());
        QVERIFY2(!w.all().contains(kSecret), w.all().constData());
        w.live.setRedactor(std::make_shared<const Redactor>(), false);
        QVERIFY(settle());
        QVERIFY2(w.all().contains(kSecret), w.all().constData());
        QVERIFY2(w.hits().contains(kSecret), w.hits().constData());
        QVERIFY(reveal->isChecked());
        QCOMPARE(reveal->text(), QStringLiteral("Mask"));
        // What was found while it was revealed stayed so when it was masked again.
        w.live.setRedactor(masking_, true);
        QVERIFY(settle());
        QVERIFY2(!w.all().contains(kSecret), w.all().constData());
        QVERIFY2(!w.hits().contains(kSecret), w.hits().constData());
        QVERIFY(!reveal->isChecked());
    }

    // An order that was asked for when the file was closed was not told when the file was opened again.
    void anotherFileMeanwhile() {
        Window w(workspace_);
        const std::string order = w.cases()[0].value;
        w.live.selection().setFocus(Focus::onCase(order));
        w.live.setWorkspace(nullptr); // before it is told
        QVERIFY(settle());
        QVERIFY(w.view()->statusText().isEmpty());
        QVERIFY(visibleWords(w.view()).contains(QStringLiteral("Open a trace file")));
        w.live.setWorkspace(workspace_);
        QVERIFY(settle());
        w.live.selection().setFocus(Focus::onCase(order));
        QVERIFY(settle());
        QVERIFY(w.view()->statusText().contains(QString::fromStdString(order)));
        // Nor does what was told stay when the flow is another one.
        JourneyDefinition two = *w.orders.journey()->definition;
        two.stages.resize(2);
        QTest::keyClicks(w.view()->searchLine(), QStringLiteral("ORD"));
        QVERIFY(settle());
        QVERIFY(w.view()->hits()->isVisible());
        w.orders.setJourney(two);
        QVERIFY(settle());
        QVERIFY(w.view()->statusText().contains(QString::fromStdString(order)));
        QCOMPARE(w.view()->searchLine()->text(), QStringLiteral("ORD")); // what is being searched for stays, too
        QVERIFY(w.view()->hits()->isVisible() && w.view()->hits()->count() > 3);
        w.live.setWorkspace(nullptr);
        QVERIFY(settle());
        QVERIFY(w.view()->documents().empty() && w.model().rowCount() == 0);
    }

    void emptyStates() {
        Window w(nullptr);
        QVERIFY2(visibleWords(w.view()).contains(QStringLiteral("Open a trace file")), qPrintable(visibleWords(w.view())));
        QVERIFY(!w.view()->searchLine()->isEnabled() && w.view()->statusText().isEmpty());
        const std::filesystem::path in(dir_.path().toStdString());
        std::ofstream(in / "one.json") << "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\",\"name\":\"one\",\"startTimeUnixNano\":\"1700000000000000000\",\"endTimeUnixNano\":\"1700000001000000000\"}]}]}]}";
        w.live.setWorkspace(importInto(in / "one.aisle", {in / "one.json"}));
        QVERIFY(settle());
        QVERIFY2(visibleWords(w.view()).contains(QStringLiteral("No orders in this file")), qPrintable(visibleWords(w.view())));
        w.live.setWorkspace(workspace_);
        QVERIFY(settle());
        QVERIFY(w.view()->searchLine()->isEnabled());
        QVERIFY(visibleWords(w.view()).contains(QStringLiteral("Choose an order")));
        w.live.selection().setFocus(Focus::onCase("no order"));
        QVERIFY(settle());
        QVERIFY(visibleWords(w.view()).contains(QStringLiteral("Choose an order")));
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
    std::shared_ptr<const Redactor> masking_;
};

AISLE_TEST_MAIN(TestOrderView)
#include "tst_order_view.moc"
