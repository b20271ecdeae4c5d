// What libFuzzer calls.

#include "fuzz.h"

#include <cstdio>
#include <cstdlib>

namespace {

aisle::fuzz::Target chosen;

} // namespace

/// libFuzzer passes over options that begin with two dashes; those are ours.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    constexpr std::string_view kOption = "--target=";
    for (int i = 1; i < *argc; ++i) {
        const std::string_view argument = (*argv)[i];
        for (const auto& target : aisle::fuzz::targets()) {
            if (argument == "--targets")
                std::printf("%s\n", target.name.c_str());
            else if (argument.starts_with(kOption) && argument.substr(kOption.size()) == target.name)
                chosen = target;
        }
        if (argument == "--targets")
            std::exit(0);
    }
    if (!chosen.run) {
        std::fputs("fuzz: say which with --target=NAME; --targets lists them\n", stderr);
        std::exit(2);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    chosen.run({reinterpret_cast<const char*>(data), size});
    return 0;
}
