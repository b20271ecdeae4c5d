#include "query/numbered_field.h"

#include "query/request_path.h"

namespace aisle::traceql {

namespace {

Value textValue(std::string_view text) { return {Value::Type::Text, false, 0, text}; }

NumberedField intrinsic(const SpanTablePtr& table, const std::string& name) {
    const auto root = [table](Row row) { return table->summary(table->trace(row)).root; };
    if (name == "span:name")
        return {[table](Row row) { return table->name(row) + 1; }, table->stringCount() + 1, [table](uint32_t n) { return textValue(table->text(n - 1)); }};
    if (name == "trace:rootName")
        return {[table, root](Row row) { return root(row) == kNoRow ? 0 : table->name(root(row)) + 1; }, table->stringCount() + 1, [table](uint32_t n) { return textValue(table->text(n - 1)); }};
    if (name == "trace:rootService")
        return {[table, root](Row row) { return root(row) == kNoRow ? 0 : table->service(root(row)) + 1; }, static_cast<uint32_t>(table->services().size()) + 1,
                [table](uint32_t n) { return textValue(table->services()[n - 1]); }};
    if (name == "span:kind")
        return {[table](Row row) { return static_cast<uint32_t>(table->kind(row)) + 1; }, static_cast<uint32_t>(Kind::Consumer) + 2,
                [](uint32_t n) { return Value{Value::Type::Kind, false, 0, kindName(static_cast<Kind>(n - 1))}; }};
    if (name == "span:status")
        return {[table](Row row) { return static_cast<uint32_t>(table->status(row)) + 1; }, static_cast<uint32_t>(Status::Error) + 2,
                [](uint32_t n) { return Value{Value::Type::Status, false, 0, statusName(static_cast<Status>(n - 1))}; }};
    if (name == "aisle:error")
        return {[table](Row row) { return table->isError(row) ? 2U : 1U; }, 3, [](uint32_t n) { return Value{Value::Type::Bool, false, n == 2 ? 1.0 : 0.0, {}}; }};
    if (name == "aisle:file") {
        std::vector<uint32_t> ofSegment(table->segmentCount());
        const auto& files = table->files();
        for (uint32_t f = 0; f < files.size(); ++f) // a file begins with a segment
            for (uint64_t row = files[f].firstRow; row < uint64_t(files[f].firstRow) + files[f].rows; row += kSegmentRows)
                if (row >> 16 < ofSegment.size())
                    ofSegment[row >> 16] = f + 1;
        return {[ofSegment = std::move(ofSegment)](Row row) { return ofSegment[row >> 16]; }, static_cast<uint32_t>(files.size()) + 1,
                [table](uint32_t n) { return textValue(table->files()[n - 1].name); }};
    }
    return {[](Row) { return 0U; }, 1, [](uint32_t) { return Value{}; }};
}

} // namespace

NumberedField numberedField(const Source& source, const Field& field, const RowSet& rows, const StopToken& stop) {
    const SpanTablePtr table = source.table;
    if (field.scope == Scope::Intrinsic && !isRequestPath(field))
        return intrinsic(table, field.name);
    if (field.name == "service.name" && (field.scope == Scope::Resource || field.scope == Scope::Any))
        return {[table](Row row) { return table->serviceText(row) == kUnknownService ? 0 : table->service(row) + 1; }, static_cast<uint32_t>(table->services().size()) + 1,
                [table](uint32_t n) { return textValue(table->services()[n - 1]); }};
    if (source.db == nullptr || !source.attributes)
        return {[](Row) { return 0U; }, 1, [](uint32_t) { return Value{}; }};
    Source quick = source;
    quick.readsKept = false; // whose values are so many that counting by them says nothing
    const auto values = std::make_shared<FieldValues>(quick, field, rows, stop);
    return {[values](Row row) { return values->valueNumber(row); }, values->valueNumbers(), [values](uint32_t n) { return values->numbered(n); },
            values->rowsWithOne() == nullptr ? nullptr : std::shared_ptr<const RowSet>(values, values->rowsWithOne())};
}

} // namespace aisle::traceql
