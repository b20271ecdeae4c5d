// The example of import/README.md is compiled and run here, and must stand there as it is here.

#include "format/event_list.h"
#include "format/ids_text.h"
#include "import_test.h"
#include "json/json_importer.h"
#include "json/json_probe.h"
#include "recording_sink.h"

#include <QFile>
#include <QTest>

using namespace aisle;

// example
namespace aisle {

namespace {

/// {"t": trace id, "s": span id, "op": name, "us": [start, duration]}, one a line or in a list.
class TinyReader : public EventListReader {
public:
    using EventListReader::EventListReader;

private:
    void readEvent(JsonObject object) override {
        m_span.clear();
        for (simdjson::ondemand::field& field : members(object)) {
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
            if (key == "t")
                m_span.trace = traceIdFrom(scalarText(value));
            else if (key == "s")
                m_span.span = spanIdFrom(scalarText(value));
            else if (key == "op")
                m_span.name = scalarText(value);
            else if (key == "us")
                for (int n = 0; JsonValue part : value.get_array())
                    (n++ == 0 ? m_span.start : m_span.duration) = scaledInteger(scalarText(part), 3).value_or(0);
            else
                m_span.attributes.push_back(attribute(field.unescaped_key(), value));
        }
        if (!m_span.trace.id)
            throw RecordError{"a record without a trace id"};
    }
    void handOver(bool repaired) override {
        m_span.flags |= repaired ? kRepaired : 0;
        m_span.context = m_sink.context({}); // the resource; records have none here
        m_sink.span(m_span);
    }

    SpanRecord m_span;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    return probe.has("t") && probe.has("s") && probe.has("us") ? Claim{Claim::Yes, "JSON records with t, s and us"} : Claim{};
}

} // namespace

extern const Format kTiny;
constinit const Format kTiny = {"tiny", "Tiny records", "records with t, s, op and us", "*.json *.jsonl", sniff,
                                makeJsonImporter<TinyReader>};

} // namespace aisle
// end of the example

class TestSmallestImporter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads() {
        const std::string bytes = "{\"t\":\"a\",\"s\":\"1\",\"op\":\"buy\",\"us\":[1700000000000000,5],\"card\":true}\n{\"s\":\"2\"}\n{\"t\":\"a\",\"s\":\"3\",\"us\":[7]}\n";
        QCOMPARE(kTiny.sniff({bytes, true}).confidence, Claim::Yes);
        RecordingSink sink;
        kTiny.create()->run(*memorySource(bytes), sink, {});
        QCOMPARE(sink.spans.size(), size_t(2));
        QCOMPARE(sink.spans[0].name, "buy");
        QCOMPARE(sink.spans[0].record.start, 1'700'000'000'000'000'000);
        QCOMPARE(sink.spans[0].record.duration, 5000);
        QCOMPARE(sink.skips.size(), size_t(1));
    }

    void standsInTheReadme() {
        const auto read = [](const char* path) {
            QFile file(QStringLiteral(AISLE_SOURCE_DIR) + QLatin1String(path));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QByteArray source = read("/tests/import/tst_smallest_importer.cpp"), begin = "// example\n", end = "// end of the example";
        const qsizetype from = source.indexOf(begin) + begin.size();
        const QByteArray example = source.mid(from, source.indexOf(end) - from);
        QVERIFY(example.size() > 1000);
        QVERIFY2(read("/import/README.md").contains(example), "copy the example into import/README.md");
    }
};

QTEST_GUILESS_MAIN(TestSmallestImporter)
#include "tst_smallest_importer.moc"
