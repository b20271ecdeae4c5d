#pragma once
// `aisle` in a process of its own: what it says is dropped, its memory is watched.

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace aisle::bench {

struct ChildResult {
    bool succeeded = false;
    double seconds = 0;
    uint64_t anonymous = 0; ///< bytes: highest RssAnon seen, looked at every 5 ms
    uint64_t fed = 0;       ///< bytes written to its standard input
};

/// Writes to the child; false when the child has gone.
using Feed = std::function<bool(std::string_view bytes)>;

inline uint64_t anonymousBytes(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    std::string line;
    while (std::getline(in, line))
        if (line.starts_with("RssAnon:"))
            return std::strtoull(line.c_str() + std::strlen("RssAnon:"), nullptr, 10) * 1024;
    return 0;
}

/// Runs AISLE_PROGRAM with these arguments; `feeder`, if any, makes its standard input on this thread.
inline ChildResult runAisle(const std::vector<std::string>& arguments, const std::function<void(const Feed&)>& feeder = {}) {
    std::vector<char*> argv{const_cast<char*>(AISLE_PROGRAM)};
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    int ends[2] = {-1, -1};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (feeder) {
        if (::pipe2(ends, O_CLOEXEC) != 0)
            return {};
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    }
    const auto began = std::chrono::steady_clock::now();
    ChildResult result;
    pid_t child = 0; // spawned, not forked: until exec a forked child has its parent's memory
    const int failed = ::posix_spawn(&child, AISLE_PROGRAM, &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        return result;
    std::atomic<bool> ended{false};
    std::thread watch([&] {
        while (!ended) {
            result.anonymous = std::max(result.anonymous, anonymousBytes(child));
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    });
    if (feeder) {
        ::close(ends[0]);
        std::signal(SIGPIPE, SIG_IGN);
        feeder([&](std::string_view bytes) {
            while (!bytes.empty()) {
                const ssize_t n = ::write(ends[1], bytes.data(), bytes.size());
                if (n < 0 && errno == EINTR)
                    continue;
                if (n < 0)
                    return false;
                result.fed += static_cast<uint64_t>(n);
                bytes.remove_prefix(static_cast<size_t>(n));
            }
            return true;
        });
        ::close(ends[1]);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ended = true;
    watch.join();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    result.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!result.succeeded)
        std::printf("AISLE FAILED: %s\n", arguments.empty() ? "" : arguments.front().c_str());
    return result;
}

} // namespace aisle::bench
