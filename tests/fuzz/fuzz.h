#pragma once
// What is fuzzed. A target takes any bytes and aborts when something that must hold does not hold; crashes, leaks
// and undefined behaviour are the sanitizers' to see.
//
// One program holds them all (fuzz --target=NAME): libFuzzer's where it is built with clang (preset fuzz), one that
// replays files elsewhere (replay.cpp).

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle::fuzz {

struct Target {
    std::string name;
    std::function<void(std::string_view data)> run;
};

/// One for each importer, under its format's name, and the others.
std::vector<Target> targets();

void addImporters(std::vector<Target>& to);
void detect(std::string_view data);
void jsonSplitter(std::string_view data);
void jsonText(std::string_view data);
void csvMapping(std::string_view data);
void protoFraming(std::string_view data);
void input(std::string_view data);
void scope(std::string_view data);
void workspaceFile(std::string_view data);
void workspaceRows(std::string_view data);

/// Aborts with the sentence unless it holds.
void require(bool holds, std::string_view what);
/// Aborts with the first line in which two transcripts of the same input differ.
void requireSame(std::string_view one, std::string_view other, std::string_view what);

/// Whether a text is JSON (RFC 8259) and nothing else; numbers may be of any size.
bool isJson(std::string_view text);

/// A number that depends on the bytes alone: what a target varies besides them. `n` tells its uses apart.
uint64_t dice(std::string_view data, uint64_t n);

} // namespace aisle::fuzz
