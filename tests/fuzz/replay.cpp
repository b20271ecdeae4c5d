// Runs the targets over files, without libFuzzer: what CI does with the committed corpora.
//
//   fuzz --target=NAME [FILE|FOLDER]...    those files
//   fuzz --all CORPORA [--damaged]         each target over the folder of its name in CORPORA
//   --damaged: each file also cut off at every 1/64 of it, and with bits flipped
//
// The name of each input is printed before it is run: the last one is the one that failed. One that takes longer
// than a minute ends the program as well (SIGALRM).

#include "fuzz.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <unistd.h>

namespace fs = std::filesystem;
using aisle::fuzz::Target;

namespace {

size_t runs = 0;

void run(const Target& target, std::string_view data) {
    ::alarm(60);
    // Exactly as large as the data: a byte read behind its end is seen.
    const std::vector<char> copy(data.begin(), data.end());
    target.run({copy.data(), copy.size()});
    ++runs;
}

void runDamaged(const Target& target, std::string_view data) {
    constexpr size_t kParts = 64, kFlips = 16;
    size_t last = data.size();
    for (size_t part = kParts - 1; part > 0; --part)
        if (const size_t size = data.size() * part / kParts; size != last)
            run(target, data.substr(0, last = size));
    std::mt19937 random(static_cast<uint32_t>(data.size()));
    for (size_t round = 0; !data.empty() && round < kFlips; ++round) {
        std::string damaged(data);
        for (size_t flips = 0; flips <= round % 4; ++flips) {
            char& byte = damaged[random() % damaged.size()];
            byte = static_cast<char>(byte ^ (1 << random() % 8));
        }
        run(target, damaged);
    }
}

void replay(const Target& target, const fs::path& path, bool alsoDamaged) {
    std::vector<fs::path> files;
    if (fs::is_directory(path)) {
        for (const auto& entry : fs::recursive_directory_iterator(path))
            if (entry.is_regular_file())
                files.push_back(entry.path());
        std::sort(files.begin(), files.end());
    } else {
        files.push_back(path);
    }
    for (const fs::path& file : files) {
        std::fprintf(stderr, "%s: %s\n", target.name.c_str(), file.c_str());
        std::ifstream in(file, std::ios::binary);
        const std::string data{std::istreambuf_iterator<char>(in), {}};
        aisle::fuzz::require(!in.bad() && !data.empty(), "the file can be read");
        run(target, data);
        if (alsoDamaged)
            runDamaged(target, data);
    }
}

} // namespace

int main(int argc, char** argv) {
    const auto targets = aisle::fuzz::targets();
    std::string name;
    fs::path corpora;
    bool damaged = false;
    std::vector<fs::path> files;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument.starts_with("--target="))
            name = argument.substr(std::strlen("--target="));
        else if (argument == "--all" && i + 1 < argc)
            corpora = argv[++i];
        else if (argument == "--damaged")
            damaged = true;
        else
            files.emplace_back(argument);
    }
    size_t found = 0;
    for (const Target& target : targets) {
        if (!corpora.empty()) {
            aisle::fuzz::require(fs::is_directory(corpora / target.name), "there is a corpus of " + target.name);
            replay(target, corpora / target.name, damaged);
            ++found;
        } else if (target.name == name) {
            for (const fs::path& file : files)
                replay(target, file, damaged);
            ++found;
        }
    }
    if (found == 0 || runs == 0) {
        std::fputs("usage: fuzz --target=NAME FILE... | fuzz --all CORPORA, and --damaged\nTargets:", stderr);
        for (const Target& target : targets)
            std::fprintf(stderr, " %s", target.name.c_str());
        std::fputs("\n", stderr);
        return 2;
    }
    std::fprintf(stderr, "%zu inputs\n", runs);
    return 0;
}
