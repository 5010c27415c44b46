#ifndef COHUB_SIM_RANDOM_HPP
#define COHUB_SIM_RANDOM_HPP

#include <cohub/core/clock.hpp>

#include <cstdint>

namespace cohub::inline abi_0_2::sim {

/// @brief The source of all random decisions in a world: the same seed gives the same numbers, on
/// every machine (SplitMix64).
class random
{
public:
    /// @param seed determines all numbers
    explicit random(std::uint64_t seed) noexcept : state_(seed) {}

    /// @brief The next number, between 0 and 2^64 - 1.
    std::uint64_t next() noexcept
    {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    /// @brief A number from 0 to `n` - 1; 0 if `n` is 0.
    std::uint64_t below(std::uint64_t n) noexcept { return n == 0 ? 0 : next() % n; }
    /// @brief True with this probability.
    bool chance(double probability) noexcept
    {
        return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
    }
    /// @brief A duration from `low` to `high`, both included.
    clock::duration between(clock::duration low, clock::duration high) noexcept
    {
        if (high <= low) return low;
        auto const span = static_cast<std::uint64_t>((high - low).count());
        return low + clock::duration(static_cast<clock::duration::rep>(below(span + 1)));
    }

private:
    std::uint64_t state_;
};

}  // namespace cohub::inline abi_0_2::sim

#endif
