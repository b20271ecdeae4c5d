#include "orders/dead_letters.h"

#include <re2/re2.h>

#include <unordered_map>
#include <vector>

namespace aisle {

bool isDeadLetterQueue(std::string_view operation) {
    static const re2::RE2 called("(?i)(^|[^a-z0-9])(dlq|dlt|dead[-_. ]?letters?([-_. ]?(queue|topic|exchange))?)([^a-z0-9]|$)|(?-i:DeadLetter|[a-z0-9](DLQ|DLT)([^a-z]|$))");
    return re2::RE2::PartialMatch(re2::StringPiece(operation.data(), operation.size()), called);
}

void markSetAside(const SpanTable& table, FulfilmentLog& log, const StopToken& stop) {
    std::unordered_map<uint32_t, bool> names; // few of those that send
    std::vector<Row> sent;
    table.forEachRow([&](Row row) {
        if ((row & 0xffff) == 0)
            stop.check();
        if (const Kind kind = table.kind(row); kind != Kind::Producer && kind != Kind::Client)
            return;
        const uint32_t name = table.name(row);
        const auto [at, isNew] = names.try_emplace(name, false);
        if (isNew)
            at->second = isDeadLetterQueue(table.text(name));
        if (at->second)
            sent.push_back(row);
    });
    if (sent.empty())
        return;
    std::unordered_map<Row, FulfilmentLog::Visit*> visits;
    for (FulfilmentLog::Visit& visit : log.visits)
        visits.emplace(visit.row, &visit);
    for (const Row row : sent) {
        int steps = 1000;
        for (Row up = table.parent(row); up != kNoRow && steps-- > 0; up = table.parent(up))
            if (const auto at = visits.find(up); at != visits.end()) {
                at->second->isSetAside = at->second->failed = true;
                break;
            }
    }
}

} // namespace aisle
