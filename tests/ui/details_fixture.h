#pragma once
// The details panel on a small workspace that has one of everything, and how to find a line in what it says.

#include "details/details_view.h"
#include "store/batch_sink.h"
#include "store/store_writer.h"
#include "theme/theme.h"

#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

namespace aisle::test {

inline constexpr int64_t kMs = 1000000, kStart = 1700000000000 * kMs;
inline const std::string kLong(5000, 'x');

/// A checkout with an event, an exception, links in both directions, a log, a text id and a copy in a second span.
inline std::shared_ptr<Workspace> makeWorkspace(const QString& path) {
    auto workspace = Workspace::open(path.toStdString(), Workspace::Access::Create);
    const auto db = workspace->connect();
    Dictionary dictionary;
    dictionary.load(*db);
    ImportReport report;
    StoreWriter writer(*db, workspace->table());
    writer.begin({"shop.json", "/tmp/shop.json", "otlp-json", 1});
    BatchSink sink(dictionary, report, writer.nextContext(), [&](std::unique_ptr<Batch> batch) { writer.add(*batch); });
    ContextRecord context;
    context.resource = {{"service.name", ValueType::String, "checkout"},
                        {"host.name", ValueType::String, "node-1"}};
    context.scopeName = "io.opentelemetry.http";
    context.scopeVersion = "1.2";
    const ContextHandle checkout = sink.context(context);
    context.resource[0].value = "payment";
    const ContextHandle payment = sink.context(context);

    SpanRecord span;
    span.trace.id = {0, 1};
    span.span.id = 1;
    span.context = checkout;
    span.name = "PlaceOrder <b>bold</b>";
    span.kind = Kind::Server;
    span.setTimes(kStart, kStart + 100 * kMs);
    span.status = Status::Error;
    span.statusMessage = "card declined";
    span.traceState = "ot=th:8";
    span.attributes = {{"order.id", ValueType::String, "4711"},
                       {"note", ValueType::String, kLong},
                       {"quote", ValueType::String, "say \"hi\"\n<img src=x>"}};
    EventRecord& event = span.addEvent();
    event.name = "charged";
    event.time = kStart + 30 * kMs;
    event.attributes = {{"amount", ValueType::Double, "12.5"}};
    EventRecord& exception = span.addEvent();
    exception.name = "exception";
    exception.time = kStart + 40 * kMs;
    exception.attributes = {{"exception.message", ValueType::String, "declined"}};
    LinkRecord& link = span.addLink();
    link.trace.id = {0, 2};
    link.span.id = 7;
    LinkRecord& nowhere = span.addLink();
    nowhere.trace.id = {0, 99};
    nowhere.span.id = 8;
    sink.span(span);

    span.clear();
    span.trace.id = {0, 1};
    span.span = {spanIdFromText("pay-1"), "pay-1"};
    span.parent.id = 1;
    span.context = payment;
    span.name = "Charge";
    span.kind = Kind::Server;
    span.setTimes(kStart + 10 * kMs, kStart + 150 * kMs); // outlives its parent
    sink.span(span);

    span.clear();
    span.trace.id = {0, 2};
    span.span.id = 7;
    span.parent.id = 1234; // nowhere
    span.context = payment;
    span.name = "settle";
    span.kind = Kind::Consumer;
    span.setTimes(kStart + 500 * kMs, kStart + 520 * kMs);
    LinkRecord& back = span.addLink();
    back.trace.id = {0, 1};
    back.span.id = 1;
    sink.span(span);

    LogRecord log;
    log.trace.id = {0, 1};
    log.span.id = 1;
    log.context = checkout;
    log.time = kStart + 5 * kMs;
    log.severity = 17;
    log.severityText = "ERROR";
    log.body = "no money";
    sink.log(log);
    sink.flush();
    workspace->setTable(writer.finish(report, "hash"));
    return workspace;
}

inline const DetailItem* find(const std::vector<DetailItem>& items, const std::string& key) {
    for (const DetailItem& item : items)
        if (item.key == key)
            return &item;
    return nullptr;
}

/// Slots of a test: initTestCase() calls begin(), init() beginTest(), cleanup() endTest().
class DetailsFixture : public QObject {
protected:
    void begin() {
        applyTheme(ThemeMode::Light);
        workspace_ = makeWorkspace(dir_.filePath(QStringLiteral("shop.aisle")));
        QCOMPARE(workspace_->table()->spanCount(), uint64_t(3));
    }
    void beginTest() {
        context_ = std::make_unique<ViewContext>();
        context_->setWorkspace(workspace_);
        context_->setTable(workspace_->table(), false);
        // In a plain window: as one itself its size hints would make the offscreen platform warn.
        host_ = std::make_unique<QWidget>();
        host_->resize(420, 700);
        view_ = new DetailsView(*context_, host_.get());
        view_->resize(420, 700);
        host_->show();
        QVERIFY(QTest::qWaitForWindowExposed(host_.get()));
    }
    void endTest() {
        host_.reset();
        context_.reset();
        Worker::pool().waitForDone(); // what is stopped lets go of the workspace before its folder goes
    }
    void focus(const Focus& focus) {
        context_->selection().setFocus(focus);
        QTRY_VERIFY(!view_->isBusy());
    }

    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<QWidget> host_;
    DetailsView* view_ = nullptr; ///< in host_
};

} // namespace aisle::test
