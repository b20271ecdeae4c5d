// What masking would do to a workspace: all values are looked at, also those that only one span has; of a key with very many a part, which is said.

#include "model/workspace_fixture.h"
#include "privacy/masking_preview.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr uint64_t kSpans = 100, kOdd = 77; ///< kOdd: the one with what is personal, which is not among those evenly chosen

void fill(SpanSink& sink) {
    const ContextHandle context = serviceContext(sink, "checkout");
    for (uint64_t i = 0; i < kSpans; ++i) {
        const bool isOdd = i == kOdd;
        const std::string message = isOdd ? "no such user ada@lovelace.example" : "failed " + std::to_string(i), note = isOdd ? "for grace@hopper.example" : "n" + std::to_string(i);
        SpanRecord span;
        span.trace.id.low = i + 1;
        span.span.id = i + 1;
        span.context = context;
        span.name = "pay";
        span.start = static_cast<int64_t>(i);
        span.duration = 1;
        span.statusMessage = message;
        span.attributes.push_back({"note", ValueType::String, note}); // each in the dictionary
        if (isOdd) {
            span.attributes.push_back({"customer.email", ValueType::String, "ada@lovelace.example"}); // masked by its key
            EventRecord& event = span.addEvent();
            event.name = "exception";
            event.attributes.push_back({"exception.message", ValueType::String, "mary@shelley.example"});
        }
        sink.span(span);
    }
}

const MaskingPreview::Key* line(const MaskingPreview& preview, const char* key, const char* rule) {
    for (const MaskingPreview::Key& each : preview.keys)
        if (each.key == key && each.rule == rule)
            return &each;
    return nullptr;
}

} // namespace

class TestMaskingPreview : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyValueIsLookedAt() {
        const MaskingPreview all = preview(1000);
        for (const char* key : {"status_message", "note", "exception.message"}) {
            const MaskingPreview::Key* found = line(all, key, "e-mail address");
            QVERIFY2(found != nullptr && found->masked == 1 && !found->isSampled, key);
        }
        QCOMPARE(line(all, "status_message", "e-mail address")->values, kSpans);
        QCOMPARE(line(all, "note", "e-mail address")->values, kSpans);
        QVERIFY(tabulate(all).notes.empty() || tabulate(all).notes.front().find("not every value") == std::string::npos);
    }

    void whatIsSampledIsSaid() {
        const MaskingPreview some = preview(10);
        QVERIFY(line(some, "status_message", "e-mail address") == nullptr);
        const MaskingPreview::Key* sampled = line(some, "status_message", "");
        QVERIFY(sampled != nullptr && sampled->isSampled);
        QCOMPARE(sampled->values, uint64_t(10));
        // Neither what spans share nor what there is little of is a part.
        QCOMPARE(line(some, "note", "e-mail address")->values, kSpans);
        QCOMPARE(line(some, "exception.message", "e-mail address")->masked, uint64_t(1));
        QVERIFY(!line(some, "note", "e-mail address")->isSampled && !line(some, "exception.message", "e-mail address")->isSampled);
        const std::vector<std::string> notes = tabulate(some).notes;
        QVERIFY(!notes.empty());
        QVERIFY2(notes.back().starts_with("Of status_message not every value was looked at: 10 of each"), notes.back().c_str());
    }

    // It was said that as many as asked for were looked at, evenly chosen, where nothing more was looked at at all.
    void whatIsCutIsSaid() {
        const MaskingPreview cut = preview(1000, 20);
        uint64_t values = 0;
        for (const MaskingPreview::Key& key : cut.keys) {
            values += key.values;
            QVERIFY(!key.isSampled);
        }
        QCOMPARE(values, uint64_t(20));
        const MaskingPreview::Key* status = line(cut, "status_message", "");
        QVERIFY(status != nullptr && status->isCut);
        const std::vector<std::string> notes = tabulate(cut).notes;
        QVERIFY(!notes.empty());
        QVERIFY2(notes.back().starts_with("After 20 different values of all attributes together") && notes.back().find("status_message") != std::string::npos, notes.back().c_str());
        for (const std::string& note : notes)
            QVERIFY2(note.find("evenly chosen") == std::string::npos, note.c_str());
        for (const MaskingPreview::Key& key : preview(1000, 1000).keys)
            QVERIFY(!key.isCut);
        // What nobody looked at was said to remain, also where its key masks it.
        const MaskingPreview none = preview(1000, 0);
        const MaskingPreview::Key* email = line(none, "customer.email", "e-mail address");
        QVERIFY(email != nullptr && email->isByKey && email->values == 0);
        const Tabular table = tabulate(none);
        for (const auto& row : table.rows)
            QVERIFY(std::get<std::string>(row[1].value) != "remains");
        for (const std::string& note : table.notes)
            QVERIFY2(!note.starts_with("Nothing in this file"), note.c_str());
    }

private:
    static MaskingPreview preview(uint32_t most, uint64_t mostOfAll = 5'000'000) {
        const WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        WorkspaceFixture::add(*workspace, "shop", fill);
        return maskingPreview(*workspace->connect(), workspace->table(), MaskingRedactor(maskingRules(), "salt"), most, {}, mostOfAll);
    }
};

QTEST_GUILESS_MAIN(TestMaskingPreview)
#include "tst_masking_preview.moc"
