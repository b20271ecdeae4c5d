// A workspace said again: in which order, which part of it, and what the sink has to keep.

#include "model/workspace_fixture.h"
#include "store/span_replay.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

/// What it is told, as text; how many contexts it has to know at once.
class Recorder : public ReplaySink {
public:
    ContextHandle context(const ContextRecord& record) override {
        std::string service;
        for (const Attribute& attribute : record.resource)
            if (attribute.key == "service.name")
                service = attribute.value;
        services.push_back(service);
        most = std::max(most, services.size());
        return static_cast<ContextHandle>(services.size() - 1);
    }
    void forgetContexts() override {
        services.clear();
        ++forgotten;
    }
    void span(const SpanRecord& s) override {
        if (s.context >= services.size())
            qFatal("a context that was forgotten");
        spans += std::to_string(s.trace.id.low) + "/" + std::string(s.name) + (s.eventCount > 0 ? "+" + std::string(s.events[0].name) : "") + "@" +
                 services[s.context] + " ";
    }
    void log(const LogRecord& l) override { logs += std::string(l.body) + " "; }

    std::vector<std::string> services;
    std::string spans, logs;
    size_t most = 0, forgotten = 0;
};

void say(SpanSink& sink, uint64_t trace, SpanId id, std::string_view name, std::string_view service, int64_t start, Kind kind = Kind::Server,
         uint8_t flags = 0) {
    SpanRecord span;
    span.trace.id.low = trace;
    span.span.id = id;
    span.name = name;
    span.context = serviceContext(sink, service);
    span.start = start;
    span.duration = 10;
    span.kind = kind;
    span.flags = flags;
    if (name == "b") {
        span.addEvent().name = "first";
        span.addEvent().name = "second";
    }
    sink.span(span);
}

/// Two traces, mixed; b is there twice, c has a fragment.
void traces(SpanSink& sink) {
    say(sink, 1, 1, "a", "web", 100);
    say(sink, 2, 2, "b", "web", 200);
    say(sink, 1, 3, "c", "shop", 300);
    say(sink, 1, 3, "", "shop", 0, Kind::Unspecified, kNoStart | kUnfinished);
    say(sink, 2, 2, "b", "web", 200);
    say(sink, 2, 4, "d", "shop", 400);
    LogRecord log;
    for (const auto& [span, body] : {std::pair(SpanId(2), "of-b"), {SpanId(3), "of-c"}, {SpanId(77), "of-none"}}) {
        log.context = serviceContext(sink, "web");
        log.trace.id.low = span == 2 ? 2 : 1;
        log.span.id = span;
        log.body = body;
        sink.log(log);
    }
}

ReplayCounts replayed(Workspace& workspace, const ReplayRequest& request, Recorder& sink) {
    const auto db = workspace.connect();
    return replay(*db, *workspace.table(), request, Redactor(), sink);
}

#define COMPARE_TEXT(actual, expected) QCOMPARE(QByteArray::fromStdString(actual), QByteArray(expected))

} // namespace

class TestReplay : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Fragments were left out, and with them whatever only they said.
    void orders() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "traces", traces);
        Recorder rows, byTrace;
        const ReplayCounts counts = replayed(*workspace, {}, rows);
        COMPARE_TEXT(rows.spans, "1/a@web 2/b+first@web 1/c@shop 1/@shop 2/d@shop ");
        COMPARE_TEXT(rows.logs, "of-b of-c of-none ");
        QCOMPARE(counts.spans, uint64_t(4));
        QCOMPARE(counts.copies, uint64_t(1));
        QCOMPARE(counts.logs, uint64_t(3));
        replayed(*workspace, {nullptr, ReplayOrder::Traces, {}}, byTrace);
        COMPARE_TEXT(byTrace.spans, "1/a@web 1/c@shop 1/@shop 2/b+first@web 2/d@shop ");
        COMPARE_TEXT(byTrace.logs, "of-b of-c of-none ");
    }

    void aPart() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "traces", traces);
        const SpanTablePtr table = workspace->table();
        for (const auto& [name, spans, logs, copies] :
             {std::tuple("c", "1/c@shop 1/@shop ", "of-c ", uint64_t(0)), {"b", "2/b+first@web ", "of-b ", uint64_t(1)}, {"d", "2/d@shop ", "", uint64_t(0)}}) {
            RowSet wanted(*table);
            table->forEachRow([&](Row row) {
                if (table->nameText(row) == name)
                    wanted.set(row);
            });
            for (const ReplayOrder order : {ReplayOrder::Rows, ReplayOrder::Traces}) {
                Recorder sink;
                const ReplayCounts counts = replayed(*workspace, {&wanted, order, {}}, sink);
                COMPARE_TEXT(sink.spans, spans);
                COMPARE_TEXT(sink.logs, logs);
                QCOMPARE(counts.spans, uint64_t(1));
                QCOMPARE(counts.copies, copies);
            }
        }
    }

    // A resource per span must not be kept for every span.
    void contextsAreForgotten() {
        constexpr int kSpans = 6000;
        const std::string text(20'000, 'x'); // 120 MB in all
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "contexts", [&](SpanSink& sink) {
            for (int i = 1; i <= kSpans; ++i) {
                SpanRecord span;
                span.trace.id.low = i <= kSpans / 2 ? static_cast<uint64_t>(i) : 1'000'000; // half of them in one trace
                span.span.id = static_cast<SpanId>(i);
                ContextRecord record;
                const std::string service = "s" + std::to_string(i);
                record.resource = {{"service.name", ValueType::String, service}, {"text", ValueType::String, text}};
                span.context = sink.context(record);
                span.name = "n";
                sink.span(span);
            }
        });
        Recorder rows, byTrace;
        QCOMPARE(replayed(*workspace, {}, rows).spans, uint64_t(kSpans));
        QVERIFY(rows.forgotten >= 1 && rows.most < 3500); // 64 MB
        QCOMPARE(replayed(*workspace, {nullptr, ReplayOrder::Traces, {}}, byTrace).spans, uint64_t(kSpans));
        QVERIFY(byTrace.forgotten >= 3 && byTrace.most < 3500); // after 16 MB where traces are small
        QCOMPARE(rows.spans, byTrace.spans);
    }

    void progressAndStop() {
        WorkspaceFixture f;
        const auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "many", [](SpanSink& sink) {
            for (uint64_t i = 1; i <= 10'000; ++i)
                say(sink, i / 10, i, "n", "web", static_cast<int64_t>(i));
        });
        for (const ReplayOrder order : {ReplayOrder::Rows, ReplayOrder::Traces}) {
            std::vector<uint64_t> said;
            Recorder sink;
            QCOMPARE(replayed(*workspace, {nullptr, order, [&](uint64_t spans) { said.push_back(spans); }}, sink).spans, uint64_t(10'000));
            QCOMPARE(said, (std::vector<uint64_t>{4095, 8191}));
            const StopToken stop;
            stop.stop();
            const auto db = workspace->connect();
            QVERIFY_EXCEPTION_THROWN(replay(*db, *workspace->table(), {nullptr, order, {}}, Redactor(), sink, stop), Stopped);
        }
    }
};

QTEST_GUILESS_MAIN(TestReplay)
#include "tst_replay.moc"
