#pragma once
// Random traces in which everything that a service graph pairs occurs: all kinds of spans, queues, databases, caches, links into
// other traces, spans without a start or an end. Ids are unique, parents are in the same trace and come first.

#include "graph_fixture.h"

#include <random>

namespace aisle::test {

/// Of 1 to 20 spans each, of services a to d; starts in the 1,000 ns after a second, durations below 2^30 ns.
inline GraphFixture randomGraph(std::mt19937& random, uint32_t traces) {
    const auto below = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
    GraphFixture f;
    uint64_t id = 0;
    for (uint64_t trace = 1; trace <= traces; ++trace) {
        const uint64_t first = id + 1;
        for (uint32_t n = 1 + below(20); n > 0; --n) {
            ++id;
            const uint64_t parent = id == first ? 0 : first + below(static_cast<uint32_t>(id - first));
            auto& span = f.add(trace, id, parent, std::string(1, static_cast<char>('a' + below(4))), static_cast<Kind>(below(6)));
            span.start = static_cast<int64_t>(1'000'000'000 + below(1000));
            span.duration = static_cast<int64_t>(1) << below(30);
            span.isError = below(6) == 0;
            span.flags = below(12) == 0 ? kUnfinished : 0;
            if (below(10) == 0) {
                span.flags |= kNoStart;
                span.start = 0;
            }
            if (below(4) == 0)
                span.attributes.emplace_back("messaging.destination.name", below(2) == 0 ? "q1" : "q2");
            if (below(5) == 0)
                span.attributes.emplace_back("db.system", below(2) == 0 ? "redis" : "mysql");
            if (below(4) == 0 && id > 1) {
                const uint64_t to = 1 + below(static_cast<uint32_t>(id - 1));
                span.links = {{f.spans[to - 1].trace, to}};
            }
        }
    }
    return f;
}

} // namespace aisle::test
