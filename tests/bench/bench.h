#pragma once
// What benchmarks share: interleaved runs, medians, labelled lines.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace aisle::bench {

struct Measured {
    std::string label;
    std::function<void()> run; ///< what is timed
    std::vector<double> seconds = {};

    double median() const {
        std::vector<double> sorted = seconds;
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }
    double spread() const { // of the whole, relative to the median
        const auto [low, high] = std::minmax_element(seconds.begin(), seconds.end());
        return (*high - *low) / median();
    }
};

/// One run of each in turn, so that what else the machine does falls on all of them.
inline void interleave(std::vector<Measured>& all, int runs) {
    for (int i = 0; i < runs; ++i) {
        for (Measured& m : all) {
            const auto began = std::chrono::steady_clock::now();
            m.run();
            m.seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
        }
    }
}

inline void print(const Measured& m, double spans, double bytes) {
    std::printf("%-34s %8.3f s  %8.0f spans/s", m.label.c_str(), m.median(), spans / m.median());
    if (bytes > 0)
        std::printf("  %7.1f MB/s", bytes / m.median() / 1e6);
    std::printf("  (spread %.0f %%)\n", m.spread() * 100);
    std::fflush(stdout);
}

} // namespace aisle::bench
