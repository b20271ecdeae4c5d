#include "orders/dead_letters.h"

#include <re2/re2.h>

#include <vector>

namespace aisle {

namespace {

bool finds(const re2::RE2& what, std::string_view text) { return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), what); }

} // namespace

bool isDeadLetterQueue(std::string_view operation) {
    static const re2::RE2 called("(?i)(^|[^a-z0-9])(dlq|dlt|dead[-_. ]?letters?([-_. ]?(queue|topic|exchange))?)([^a-z0-9]|$)|(?-i:DeadLetter|[a-z0-9](DLQ|DLT)([^a-z]|$))");
    return finds(called, operation);
}

bool saysThatItSends(std::string_view operation) {
    static const re2::RE2 sends("(?i)send|publish|produc|enqueue|(^|[^a-z])(put|add)|(?-i:[a-z]Put|[a-z]Add)");
    return finds(sends, operation);
}

RowSet setAside(const SpanTable& table, const RowSet& visits, const StopToken& stop) {
    enum class Sends : uint8_t { Unknown, No, Producer, Any }; // which spans of that name send to such a queue
    std::vector<Sends> names;
    std::vector<Row> sent;
    table.forEachRow([&](Row row) {
        if ((row & 0xffff) == 0)
            stop.check();
        const Kind kind = table.kind(row);
        if (kind != Kind::Producer && kind != Kind::Client)
            return;
        const uint32_t name = table.name(row);
        if (name >= names.size())
            names.resize(name + size_t(1) + names.size() / 2, Sends::Unknown);
        if (names[name] == Sends::Unknown) {
            const std::string_view text = table.text(name);
            names[name] = !isDeadLetterQueue(text) ? Sends::No : saysThatItSends(text) ? Sends::Any : Sends::Producer;
        }
        if (names[name] == Sends::Any || (names[name] == Sends::Producer && kind == Kind::Producer))
            sent.push_back(row);
    });
    RowSet out(table), passed(table);
    size_t steps = 0;
    for (const Row row : sent)
        for (Row up = table.parent(row); up != kNoRow && !passed[up]; up = table.parent(up)) { // what lies above a row that was passed is known
            if ((++steps & 0xffff) == 0)
                stop.check();
            passed.set(up);
            if (visits[up]) {
                out.set(up);
                break;
            }
        }
    return out;
}

} // namespace aisle
