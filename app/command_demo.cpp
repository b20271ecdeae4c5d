#include "command.h"

#include "demo/demo_shop.h"
#include "option_checks.h"
#include "store/workspace.h"
#include "text/format.h"

#include <cerrno>
#include <cstring>
#include <cstdio>
#include <filesystem>

namespace aisle {

namespace {

struct Options {
    std::string scenario = "steady", out;
    demo::Options shop;
};

int runDemo(const Options& o) {
    demo::Options shop = o.shop;
    shop.scenario = *demo::scenarioFromName(o.scenario);
    const bool toStdout = o.out == "-";
    std::error_code notThere; // a device or pipe is written to, never replaced
    const bool isDevice = std::filesystem::exists(o.out, notThere) && !std::filesystem::is_regular_file(o.out, notThere);
    if (looksLikeWorkspace(o.out))
        throw std::runtime_error(o.out + " is a workspace or another database; it is not overwritten. Choose another name.");
    const std::string partial = isDevice ? o.out : o.out + ".part";
    std::FILE* file = toStdout ? stdout : std::fopen(partial.c_str(), "wb");
    if (file == nullptr)
        throw std::runtime_error(o.out + " cannot be written: " + std::strerror(errno) + ".");
    const demo::Totals totals = demo::write(shop, [&](std::string_view chunk) {
        return std::fwrite(chunk.data(), 1, chunk.size(), file) == chunk.size();
    });
    const bool broken = std::fflush(file) != 0 || std::ferror(file) != 0;
    const int error = errno;
    if (!toStdout && (std::fclose(file) != 0 || broken || (!isDevice && std::rename(partial.c_str(), o.out.c_str()) != 0))) {
        if (!isDevice)
            std::remove(partial.c_str());
        throw std::runtime_error(o.out + " cannot be written: " + std::strerror(error) + ".");
    }
    if (broken)
        throw std::runtime_error(std::string("Standard output cannot be written: ") + std::strerror(error) + ".");
    std::fprintf(stderr, "%s spans, %s traces, %s sessions, %s orders, %s\n", formatCount(totals.spans).c_str(),
                 formatCount(totals.traces).c_str(), formatCount(totals.sessions).c_str(),
                 formatCount(totals.orders).c_str(), formatBytes(totals.bytes).c_str());
    return kDone;
}

} // namespace

void addDemoCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("demo", "Write a demo shop as OTLP JSON lines; the same bytes for the same options");
    auto o = std::make_shared<Options>();
    command->add_option("--scenario", o->scenario, "What goes wrong in the shop")
        ->check(CLI::IsMember({"steady", "flash-sale", "bad-release", "slow-inventory"}))
        ->capture_default_str();
    command->add_option("--sessions", o->shop.sessions, "Customer sessions")->check(wholeNumber(1))->capture_default_str();
    command->add_option("--spans", o->shop.spans, "Stop starting sessions after so many spans, instead of --sessions")->check(wholeNumber(1));
    command->add_option("--seed", o->shop.seed, "Another shop of the same kind")->check(wholeNumber(0))->capture_default_str();
    command->add_option("--out", o->out, "File to write, or - for standard output")->required();
    command->callback([o, &run] { run = [o](int&, char**) { return runDemo(*o); }; });
}

} // namespace aisle
