#pragma once
// A table of results on its way out: what views copy and what `aisle show` prints. Analyses make it beside their
// result struct, so that each number on screen can be checked without a window.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace aisle {

struct Cell {
    /// For machines (CSV, JSON): text, a number, nothing.
    std::variant<std::monostate, std::string, int64_t, double> value;
    /// For people (text); empty: as `value`.
    std::string shown;

    Cell() = default;
    Cell(std::string text) : value(std::move(text)) {}
    Cell(int64_t number, std::string words = {}) : value(number), shown(std::move(words)) {}
    static Cell real(double number, std::string words);
    static Cell count(uint64_t number);   ///< 64,151
    static Cell duration(int64_t ns);     ///< 1.24 ms; nanoseconds for machines
    static Cell wait(int64_t ns);         ///< the same between two things; of 0 "at once"
    static Cell percent(double share);    ///< 12.3 %; 0..1 for machines
    static Cell time(int64_t ns, bool utc); ///< RFC 3339 for machines
};

struct Column {
    std::string key;   ///< for machines: "duration_ns"
    std::string title; ///< for people: "Duration"
    bool isNumber = false;
    std::string help = {}; ///< for people, where the title does not say it
    std::string valuesOf = {}; ///< attribute whose values these are, for a redactor; empty: `key` says it
};

struct Tabular {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::vector<std::string> notes; ///< sentences below the table ("12 traces left out: ...")
};

} // namespace aisle
