#pragma once
// What the tests of the waterfall share: a waterfall in sight, traces to show in it, and where its rows are.

#include "model/trace_fixture.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "waterfall/waterfall_view.h"

#include <QTest>

namespace aisle::test {

inline constexpr int64_t kMs = 1000000, kStart = 1700000000000 * kMs;

/// frontend -> checkout -> (payment with an error, shipping), and a second trace that is slower.
inline SpanTablePtr shop() {
    TraceFixture f;
    f.add({.id = 1,
           .parent = 0,
           .name = "POST /checkout",
           .service = "frontend",
           .start = kStart,
           .duration = 100 * kMs,
           .kind = Kind::Server});
    f.add({.id = 2,
           .parent = 1,
           .name = "PlaceOrder",
           .service = "checkout",
           .start = kStart + 10 * kMs,
           .duration = 80 * kMs,
           .kind = Kind::Server});
    f.add({.id = 3,
           .parent = 2,
           .name = "Charge",
           .service = "payment",
           .start = kStart + 20 * kMs,
           .duration = 30 * kMs,
           .kind = Kind::Server,
           .status = Status::Error});
    f.add({.id = 4,
           .parent = 2,
           .name = "Ship",
           .service = "shipping",
           .start = kStart + 60 * kMs,
           .duration = 20 * kMs,
           .kind = Kind::Server});
    f.add({.id = 9,
           .parent = 0,
           .name = "GET /",
           .service = "frontend",
           .start = kStart,
           .duration = 500 * kMs,
           .kind = Kind::Server,
           .trace = {0, 2}});
    return f.table();
}

inline SpanTablePtr wide(uint32_t spans, uint64_t trace = 1) {
    TraceFixture f;
    for (uint32_t i = 0; i < spans; ++i)
        f.add({.id = i + 1,
               .parent = i == 0 ? 0 : (i - 1) / 10 + 1,
               .name = "op " + std::to_string(i % 50),
               .service = "s" + std::to_string(i % 12),
               .start = kStart + i * 1000,
               .duration = 2 * int64_t(spans) * 1000 - i * 1500,
               .status = i % 97 == 5 ? Status::Error : Status::Unset,
               .trace = {0, trace}});
    return f.table();
}

class WaterfallViewFixture {
protected:
    void open() {
        context_ = std::make_unique<ViewContext>();
        view_ = std::make_unique<WaterfallView>(*context_);
        view_->resize(1000, 400);
        view_->show();
        QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
        view_->setFocus();
    }

    void close() {
        view_.reset();
        context_.reset();
    }

    void show(const SpanTablePtr& table, const Focus& focus) {
        context_->setTable(table, false);
        context_->selection().setFocus(focus);
        QTRY_VERIFY(view_->data() && view_->data()->table == table && !view_->isBusy());
    }

    QPoint centre(NodeIndex node, bool onBar = false) const {
        for (const WaterfallRow& row : view_->frame().rows)
            if (row.node == node)
                return (onBar ? row.bar : row.nameRect).center().toPoint();
        return {};
    }

    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<WaterfallView> view_;
};

} // namespace aisle::test
