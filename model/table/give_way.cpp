#include "table/give_way.h"

#ifdef __linux__
#include <sys/resource.h>
#endif

namespace aisle {

void giveWay() {
#ifdef __linux__
    constexpr int kNice = 10;
    thread_local const int is = setpriority(PRIO_PROCESS, 0, kNice); // on Linux that of the thread that asks
    static_cast<void>(is);
#endif
}

} // namespace aisle
