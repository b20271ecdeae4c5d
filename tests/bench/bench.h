#pragma once
// What benchmarks share: interleaved runs, medians, labelled lines.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

namespace aisle::bench {

/// "--spans N", "--runs N" and "--folder DIR", and what a program has besides.
class Options {
public:
    Options(int argc, char** argv) {
        for (int i = 1; i + 1 < argc; i += 2)
            given_[argv[i]] = argv[i + 1];
    }
    std::string text(const std::string& option, const std::string& otherwise) const {
        const auto found = given_.find(option);
        return found == given_.end() ? otherwise : found->second;
    }
    uint64_t number(const std::string& option, uint64_t otherwise) const { return std::strtoull(text(option, std::to_string(otherwise)).c_str(), nullptr, 10); }

private:
    std::map<std::string, std::string> given_;
};

/// A folder for the inputs of a benchmark, in --folder or where temporary files are; removed with everything in it.
class Folder {
public:
    explicit Folder(const Options& options)
        : path_(std::filesystem::path(options.text("--folder", std::filesystem::temp_directory_path().string())) / ("aisle-bench-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::filesystem::path operator/(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

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

/// With a bar in ms, and beside a limit in seconds, of which it says what it is. False: the bar is missed.
inline bool printBar(const Measured& m, double bar, double limit, const char* ofWhat = "the scan") {
    const double ms = m.median() * 1e3;
    std::printf("%-34s %8.1f ms  bar %6.0f ms  %s  %.1f times %s  (spread %.0f %%)\n", m.label.c_str(), ms, bar, ms <= bar ? "kept" : "MISSED", m.median() / limit, ofWhat, m.spread() * 100);
    std::fflush(stdout);
    return ms <= bar;
}

} // namespace aisle::bench
