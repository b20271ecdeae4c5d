#pragma once

#include <cstdint>

namespace aisle::demo {

// The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
// OOPSLA 2014; constants by Stafford, "Mix13"). It is a bijection, so distinct inputs give distinct
// ids: nothing has to remember which ids were used.
constexpr uint64_t mix64(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

// SplitMix64. The distributions of <random> are left alone on purpose: their results differ between
// standard libraries, and the demo promises the same bytes everywhere.
class Rng {
public:
    explicit constexpr Rng(uint64_t seed = 0) : state_(seed) {}

    constexpr uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        return mix64(state_);
    }

    // Uniform in [0, count); count must not be 0. The bias is below count / 2^32.
    constexpr uint32_t below(uint32_t count) { return static_cast<uint32_t>(((next() >> 32) * count) >> 32); }

    // Uniform in [low, high].
    constexpr int64_t between(int64_t low, int64_t high) {
        return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1));
    }

    constexpr bool chance(uint32_t perMille) { return below(1000) < perMille; }

private:
    uint64_t state_;
};

} // namespace aisle::demo
