#include "export/tabular.h"

#include "text/format.h"

namespace aisle {

Cell Cell::real(double number, std::string words) {
    Cell cell;
    cell.value = number;
    cell.shown = std::move(words);
    return cell;
}
Cell Cell::count(uint64_t number) { return {static_cast<int64_t>(number), formatCount(number)}; }
Cell Cell::duration(int64_t ns) { return {ns, formatDuration(ns)}; }
Cell Cell::wait(int64_t ns) { return {ns, formatWait(ns)}; }
Cell Cell::percent(double share) { return real(share, formatPercent(share)); }
Cell Cell::time(int64_t ns, bool utc) {
    Cell cell(formatRfc3339(ns));
    cell.shown = formatTime(ns, {utc});
    return cell;
}

} // namespace aisle
