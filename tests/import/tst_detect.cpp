// Over the real files: each is claimed by exactly one format and gives the manifest's numbers, others are
// refused in words; and whatever is cut off or flipped in them, nothing crashes or hangs.

#include "import_test.h"
#include "known_differences.h"

#include <QtTest/QtTest>

#include <ctime>
#include <map>
#include <set>
#include <sstream>

using namespace aisle;

namespace {

constexpr size_t kHead = 64 * 1024;

struct Entry {
    std::string path, format;
    size_t bytes = 0, spans = 0, traces = 0, services = 0;
};

std::vector<Entry> manifest() {
    std::vector<Entry> rows;
    std::ifstream file(traceFolder() / "MANIFEST.tsv");
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        Entry row;
        std::string bytes, spans, traces, services;
        std::getline(fields, row.path, '\t');
        std::getline(fields, row.format, '\t');
        std::getline(fields, bytes, '\t');
        std::getline(fields, spans, '\t');
        std::getline(fields, traces, '\t');
        std::getline(fields, services, '\t');
        row.bytes = std::stoul(bytes);
        row.spans = std::stoul(spans);
        row.traces = std::stoul(traces);
        row.services = std::stoul(services);
        rows.push_back(row);
    }
    return rows;
}

std::string contentOf(const std::string& path) {
    ImportProgress progress;
    const auto input = openInput(traceFolder() / path, progress);
    std::string content;
    while (auto member = input->next()) {
        std::string buffer(1 << 20, '\0');
        while (const size_t got = member->source->read(buffer.data(), buffer.size()))
            content.append(buffer, 0, got);
    }
    return content;
}

InputHead headOf(const std::string& content) { return {std::string_view(content).substr(0, kHead), content.size() < kHead}; }

const Format* detect(const std::string& content, std::string& reason) {
    return detectFormat(headOf(content), reason);
}

/// Folders whose traces and services the store counts by another rule: tst_import_job has the numbers.
const std::set<std::string> kCountedInStore = {"chrome-trace"};

/// Whatever a damaged file looks like, every importer must get through it.
void importDamaged(const std::string& bytes, std::string_view format) {
    std::string reason;
    static_cast<void>(detect(bytes, reason));
    RecordingSink sink;
    SlowSource source(bytes, 10000);
    try {
        formatNamed(format)->create()->run(source, sink, {});
    } catch (const ImportError&) {
    }
}

} // namespace

class TestDetect : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (traceFolder().empty())
            QSKIP("no real files: set AISLE_TRACES");
    }

    void realFiles() {
        for (const Entry& row : manifest()) {
            if (row.bytes == 0)
                continue;
            const std::string content = contentOf(row.path);
            std::string reason;
            const Format* const format = detect(content, reason);
            QVERIFY2(!reason.empty(), row.path.c_str());
            size_t claims = 0;
            for (const Format& candidate : formats())
                claims += candidate.sniff(headOf(content)).confidence != Claim::No;
            const auto known = kFormatOf.find(row.format);
            if (row.format == "negative")
                continue; // negativesSayWhy(), and tst_import_job
            if (known == kFormatOf.end() || row.spans == 0) { // no importer, or nothing to count: no other one may claim it
                if (format && (known == kFormatOf.end() || format->id != known->second))
                    QFAIL(("claimed: " + row.path + " by " + std::string(format->id)).c_str());
                continue;
            }
            QVERIFY2(format && format->id == known->second, (row.path + ": " + reason).c_str());
            QVERIFY2(claims == 1, row.path.c_str());
            const RecordingSink sink = importBytes(format->id, content);
            std::set<TraceId> traces;
            std::set<std::string> services;
            for (const RecordedSpan& span : sink.spans) {
                traces.insert(span.record.trace.id);
                services.insert(sink.service(span));
            }
            services.erase("(none)");
            services.erase("");
            const std::string got = row.path + ": " + std::to_string(sink.spans.size()) + " spans, " +
                                    std::to_string(traces.size()) + " traces, " + std::to_string(services.size()) +
                                    " services; " + sink.problems();
            const auto differs = kDifferences.find(row.path);
            const Difference want = differs != kDifferences.end()
                                        ? differs->second
                                        : Difference{row.spans, row.traces, row.services, 0, 0, ""};
            QVERIFY2(sink.spans.size() == want.spans + want.duplicates + want.fragments, got.c_str());
            if (kCountedInStore.contains(row.format))
                continue;
            QVERIFY2(traces.size() == want.traces && services.size() == want.services, got.c_str());
            QVERIFY2(sink.skipCount() == 0, got.c_str());
        }
    }

    void negativesSayWhy() {
        for (const Entry& row : manifest()) {
            if (row.format != "negative")
                continue;
            std::string reason;
            if (row.path.find("logs") != std::string::npos)
                continue; // log records alone may join spans: the import says whether they do (tst_import_job)
            QVERIFY2(!detect(contentOf(row.path), reason), row.path.c_str());
            QVERIFY2(reason.find("top-level keys are") != std::string::npos,
                     (row.path + ": " + reason).c_str());
        }
    }

    void otherThings_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("empty") << QByteArray() << QByteArray("empty");
        QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1a\n") << QByteArray("PNG image");
        QTest::newRow("elf") << QByteArray("\x7f"
                                           "ELF\2\1")
                             << QByteArray("ELF binary");
        QTest::newRow("text") << QByteArray("Hello there\n") << QByteArray("text");
        QTest::newRow("binary") << QByteArray("\1\2\3\4\5\6", 6) << QByteArray("binary data");
        QTest::newRow("a name in a string") << QByteArray("{\"note\":\"resourceSpans\",\"x\":{\"y\":\"traceID spanID\"}}")
                                            << QByteArray("top-level keys are note, x");
    }
    void otherThings() {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, expected);
        std::string reason;
        QVERIFY(!detect(head.toStdString(), reason));
        QVERIFY2(reason.find(expected.toStdString()) != std::string::npos, reason.c_str());
    }

    void aCutHeadIsStillKnown() {
        std::string text = "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"k\",\"value\":{\"stringValue\":\"";
        text += std::string(kHead, 'x');
        std::string reason;
        const Format* const format = detect(text, reason);
        QVERIFY(format && format->id == "otlp-json");
    }

    void damagedFiles() {
        const std::clock_t begun = std::clock(); // of this process: a busy machine is no failure
        for (const Entry& row : manifest()) {
            const auto known = kFormatOf.find(row.format);
            if (known == kFormatOf.end() || row.bytes == 0 || row.bytes > 120000)
                continue;
            const std::string content = contentOf(row.path);
            for (size_t part = 1; part < 16; ++part)
                importDamaged(content.substr(0, content.size() * part / 16), known->second);
            uint32_t random = 12345;
            for (int round = 0; round < 24; ++round) {
                std::string damaged = content;
                for (int flips = 0; flips <= round % 4; ++flips) {
                    random = random * 1664525 + 1013904223;
                    const size_t at = random % damaged.size();
                    damaged[at] = round % 3 == 0 ? "\"{}[],:\\"[random >> 28 & 7] : static_cast<char>(damaged[at] ^ (1 << (random >> 24 & 7)));
                }
                importDamaged(damaged, known->second);
            }
            // Each file through the importers it is not for.
            for (const Format& format : formats())
                importDamaged(content, format.id);
        }
        QVERIFY2(std::clock() - begun < 120 * CLOCKS_PER_SEC, "damaged files take too long");
    }
};

QTEST_GUILESS_MAIN(TestDetect)
#include "tst_detect.moc"
