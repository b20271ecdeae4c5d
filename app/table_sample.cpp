#include "table_sample.h"

#include "columns/saved_columns.h"
#include "format/csv_preview.h"
#include "input/sources.h"

namespace aisle {

namespace {

struct Head {
    std::string bytes;
    bool isComplete = false;
};

/// What the functions of a sample work on; they live longer than whoever made them.
std::shared_ptr<const TableSample> sampleOf(const std::shared_ptr<const Head>& head) {
    ImportLimits limits;
    limits.savedMappings = savedMappings();
    const auto table = std::make_shared<const CsvTable>(readCsvTable(head->bytes, head->isComplete, limits));
    auto sample = std::make_shared<TableSample>();
    sample->header = table->header;
    sample->signature = csvSignature(table->header);
    sample->mapping = table->mapping;
    sample->isSaved = table->isSaved;
    sample->guess = [table](const CsvMapping& said) { return guessCsvMapping(table->header, table->rows, said, decimalOf(table->delimiter)); };
    sample->preview = [head](const CsvMapping& mapping) { return previewCsv(head->bytes, head->isComplete, mapping); };
    sample->toText = [table](const CsvMapping& mapping) { return csvMappingToText(withoutGuessable(table->header, mapping)); };
    return sample;
}

} // namespace

std::shared_ptr<const TableSample> openTable(const std::filesystem::path& path, const std::string& member, const StopToken& stop) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        throw ImportError(path.string() + " is not there any more, or is no file.");
    ImportProgress progress;
    progress.stop = stop;
    try {
        const auto input = openInput(path, progress);
        while (auto found = input->next()) {
            if (!member.empty() && nameWithin(path, found->name) != member)
                continue;
            auto head = std::make_shared<Head>();
            head->bytes = readHead(*found->source, kCsvSampleBytes);
            head->isComplete = head->bytes.size() < kCsvSampleBytes;
            const auto sample = mayBeTable(head->bytes) ? sampleOf(head) : nullptr;
            if (sample && sample->header.size() >= 2)
                return sample;
            if (!member.empty())
                break;
        }
    } catch (const Cancelled&) {
        throw Stopped();
    }
    throw ImportError((member.empty() ? path.string() : path.string() + "/" + member) + " is no table: its first line is not a header with names between commas, semicolons, tabs or bars.");
}

std::shared_ptr<const CsvMappings> savedMappings() {
    auto saved = std::make_shared<CsvMappings>();
    std::string problem; // of a damaged line in the settings: those columns are guessed
    for (const auto& [signature, text] : savedColumns())
        if (const auto mapping = csvMappingFromText(text, problem))
            (*saved)[signature] = *mapping;
    return saved;
}

} // namespace aisle
