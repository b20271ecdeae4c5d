// One target for each importer. What it says to its sink is consistent, does not depend on how the bytes arrive, and
// the store's encoder and the table take it.

#include "checking_sink.h"
#include "fuzz.h"
#include "importer.h"
#include "sources.h"

#include "store/batch_sink.h"
#include "table/span_table_builder.h"
#include "text/utf8.h"

#include <limits>

namespace aisle::fuzz {

namespace {

/// The way of the records into a workspace, without its file.
class Store {
public:
    Store() : m_sink(m_dictionary, m_report, 0, [this](std::unique_ptr<Batch> batch) { add(*batch); }) {
        m_builder.beginFile({1, "fuzz", "fuzz", "fuzz", 0, 0, false});
    }
    SpanSink& sink() { return m_sink; }

    void finish() {
        m_sink.flush();
        m_builder.endFile();
        const SpanTablePtr table = m_builder.snapshot();
        uint64_t visible = 0, inTraces = 0;
        for (uint64_t row = 0; row < m_rows; ++row)
            visible += !table->isHidden(static_cast<Row>(row));
        for (TraceIndex trace = 0; trace < table->traceSlots(); ++trace)
            inTraces += table->summary(trace).spans;
        require(table->rowCount() == m_rows && m_report.spansRead == m_rows, "every span that was said has a row");
        require(table->spanCount() == visible && inTraces == visible, "the table counts its spans");

        const std::string json = m_report.toJson(), text = m_report.toText();
        require(ImportReport::fromJson(json).toJson() == json, "a report is read back as it was written");
        for (const char c : text)
            require(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f), "a report does not steer the terminal");
    }

private:
    void add(const Batch& batch) {
        require(isUtf8(batch.text), "stored text is UTF-8");
        for (const auto& span : batch.spans) {
            require(span.start >= kMinTime && span.start <= kMaxTime && span.duration >= -kMaxDuration && span.duration <= kMaxDuration,
                    "stored times are within bounds");
            require(isJson(batch[span.attributes]), "stored attributes are JSON");
        }
        for (const auto& event : batch.events)
            require(event.span < batch.spans.size() && isJson(batch[event.attributes]), "stored events belong to a span");
        for (const auto& context : batch.contexts)
            require(isJson(batch[context.resource]) && isJson(batch[context.scope]), "stored resources are JSON");
        m_builder.append(batch, m_traceOf);
        m_rows += batch.spans.size();
    }

    Dictionary m_dictionary;
    ImportReport m_report;
    SpanTableBuilder m_builder;
    std::vector<TraceIndex> m_traceOf;
    uint64_t m_rows = 0;
    BatchSink m_sink;
};

/// All that the importer said, and with what it ended.
std::string read(const Format& format, std::string_view data, size_t step, const ImportLimits& limits, SpanSink* next) {
    CheckingSink sink(data.size(), next);
    PiecewiseSource source(data, step);
    std::string ending;
    try {
        format.create()->run(source, sink, limits);
    } catch (const ImportError& error) {
        ending = error.what();
        require(!ending.empty(), "an error is said in words");
    }
    return sink.transcript() + ending;
}

void importer(const Format& format, std::string_view data) {
    ImportLimits limits;
    if (dice(data, 1) % 4 == 0)
        limits.recordBytes = 32 + dice(data, 2) % 512;
    Store store;
    const std::string whole = read(format, data, std::numeric_limits<size_t>::max(), limits, &store.sink());
    store.finish();
    const std::string pieces = read(format, data, stepFor(dice(data, 3), data.size()), limits, nullptr);
    requireSame(whole, pieces, "the same bytes are read alike, however they arrive");
}

} // namespace

void addImporters(std::vector<Target>& to) {
    for (const Format& format : formats())
        to.push_back({std::string(format.id), [&format](std::string_view data) { importer(format, data); }});
}

} // namespace aisle::fuzz
