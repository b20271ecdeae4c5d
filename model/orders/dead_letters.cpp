#include "orders/dead_letters.h"

#include <re2/re2.h>

#include <vector>

namespace aisle {

namespace {

bool finds(const re2::RE2& what, std::string_view text) { return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), what); }

} // namespace

bool isDeadLetterQueue(std::string_view operation) {
    static const re2::RE2 called("(?i)(^|[^a-z0-9])(dlq|dlt|dead[-_. ]?letters?([-_. ]?(queue|topic|exchange))?|parking[-_. ]?lot|poison[-_. ](messages?|queue|topic))([^a-z0-9]|$)|(?-i:DeadLetter|[a-z0-9](DLQ|DLT)([^a-z]|$))");
    return finds(called, operation);
}

bool saysThatItSends(std::string_view operation) {
    static const re2::RE2 sends("(?i)send|publish|enqueue|(^|[^a-z])produce[rs]?([^a-z]|$)|(^|[^a-z])(put|add)([^a-z]|$)|(?-i:(^|[^A-Za-z])(put|add)[A-Z]|(^|[^A-Z])(Put|Add)([^a-z]|$)|[a-z]Produce([^a-z]|$))");
    static const re2::RE2 takes("(?i)(^|[^a-z])(receive|poll|get|read|fetch|peek|consume|process)([^a-z]|$)|(?-i:(^|[^A-Z])(Receive|Poll|Get|Read|Fetch|Peek|Consume|Process)([^a-z]|$))");
    return finds(sends, operation) && !finds(takes, operation);
}

SetAside setAside(const SpanTable& table, const RowSet& visits, const StopToken& stop) {
    enum class Says : uint8_t { Unknown, Nothing, Queue, Sends }; // what the name of a span says: it is of such a queue, and that it sends there
    std::vector<Says> names;
    std::vector<Row> sent;
    SetAside out{RowSet(table), {}};
    table.forEachRow([&](Row row) {
        if ((row & 0xffff) == 0)
            stop.check();
        const Kind kind = table.kind(row);
        if (kind != Kind::Producer && kind != Kind::Client && kind != Kind::Consumer)
            return;
        const uint32_t name = table.name(row);
        if (name >= names.size())
            names.resize(name + size_t(1) + names.size() / 2, Says::Unknown);
        if (names[name] == Says::Unknown) {
            const std::string_view text = table.text(name);
            names[name] = !isDeadLetterQueue(text) ? Says::Nothing : saysThatItSends(text) ? Says::Sends : Says::Queue;
        }
        if (names[name] == Says::Nothing)
            return;
        if (kind == Kind::Producer || (kind == Kind::Client && names[name] == Says::Sends))
            sent.push_back(row);
        else if (kind == Kind::Consumer)
            out.others.push_back(row);
    });
    RowSet passed(table), isBelow(table); // passed: what lies above it is known; isBelow: and that is a visit
    std::vector<Row> way;
    for (const Row row : sent) {
        way.clear();
        bool isFound = false;
        for (Row up = table.parent(row); up != kNoRow; up = table.parent(up)) {
            if ((way.size() & 0xffff) == 0xffff)
                stop.check();
            if (passed[up]) {
                isFound = isBelow[up];
                break;
            }
            way.push_back(up);
            passed.set(up);
            if (visits[up]) {
                out.visits.set(up);
                isFound = true;
                break;
            }
        }
        for (const Row up : way)
            if (isFound)
                isBelow.set(up);
        if (!isFound)
            out.others.push_back(row);
    }
    return out;
}

SetAside setAside(const JourneyState& state, const StopToken& stop) {
    RowSet visits(*state.table);
    for (const StageEvent& event : state.events)
        if (event.stages != 0)
            visits.set(event.row);
    for (const StageEvent& event : state.failed)
        visits.set(event.row);
    return setAside(*state.table, visits, stop);
}

} // namespace aisle
