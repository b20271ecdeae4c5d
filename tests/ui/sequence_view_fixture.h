#pragma once
// What the tests of the sequence diagram share: one in sight, and traces to show in it.

#include "model/trace_fixture.h"
#include "sequence/sequence_chart.h"
#include "sequence/sequence_view.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "window/picture.h"

#include <QTest>

#include <memory>

namespace aisle::test {

inline constexpr int64_t kMs = 1'000'000, kStart = 1'700'000'000'000 * kMs;
inline constexpr uint32_t kNone = SequenceScene::kNone;

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
inline SpanTablePtr shop() {
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
inline SpanTablePtr large(uint32_t services, uint32_t calls) {
    Fixture f;
    f.span(1, 0, "service 0", Kind::Server, "root", 0, 10 * calls);
    for (uint32_t i = 0; i < calls; ++i)
        f.call(10 + 2 * i, 1, "service 0", ("service " + std::to_string(i % (services - 1) + 1)).c_str(), "operation " + std::to_string(i), 10 * i, 10 * i + 5);
    return f.table();
}

/// Slots initTestCase(), init() and cleanup() of a test call begin(), open() and close().
class SequenceViewFixture {
protected:
    static void begin() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void open() {
        context_ = std::make_unique<ViewContext>();
        host_ = std::make_unique<Host<SequenceView>>(QSize(1400, 700), *context_);
        view_ = host_->view;
        chart_ = &view_->chart();
        QVERIFY(QTest::qWaitForWindowExposed(&host_->window));
    }
    void close() {
        host_.reset();
        context_.reset();
    }
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

    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<SequenceView>> host_;
    SequenceView* view_ = nullptr;
    SequenceChart* chart_ = nullptr;
};

} // namespace aisle::test
