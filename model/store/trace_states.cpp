#include "store/trace_states.h"

namespace aisle {

void forEachTraceState(Database& db, const SpanTable& table, const StopToken& stop, const std::function<void(Row, std::string_view)>& f) {
    Statement spans = db.prepare("SELECT row, trace_state FROM span WHERE row >= ?1 AND row < ?2 AND trace_state IS NOT NULL");
    constexpr uint32_t kAtOnce = 65'536; // SQLite passes over rows without one by itself; in between it can be told to stop
    for (const FileInfo& file : table.files()) {
        for (uint32_t from = 0; from < file.rows; from += kAtOnce) {
            stop.check();
            spans.reset();
            spans.bind(1, static_cast<int64_t>(file.firstRow) + from).bind(2, static_cast<int64_t>(file.firstRow) + std::min<int64_t>(file.rows, int64_t(from) + kAtOnce));
            while (spans.step()) {
                const auto row = static_cast<Row>(spans.integer(0));
                if (!table.isHidden(row))
                    f(row, spans.text(1));
            }
        }
    }
}

} // namespace aisle
