#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace bench {

/// A long run against a server that fails in about one of a hundred calls.
struct soak_plan
{
    std::uint64_t calls = 1'000'000;
    /// So many scripts that end with a fault are given to connections, over the whole time.
    std::uint64_t connections = 10'000;
    std::size_t concurrency = 64;
    std::uint64_t seed = 1;
};

struct soak_outcome
{
    std::uint64_t calls = 0, succeeded = 0, requests = 0, connections = 0, faults = 0;
    /// Calls that never completed, or completed more than once.
    std::uint64_t lost = 0;
    /// Calls that may have an effect, and that the server read more than once.
    std::uint64_t doubled = 0;
    /// Answers of another call, and successes that the server knows nothing of.
    std::uint64_t wrong = 0;
    std::map<std::string, std::uint64_t> failures;
    /// After the first tenth, and at the end.
    std::size_t memory_then = 0, memory_now = 0, descriptors_then = 0, descriptors_now = 0;
    double seconds = 0;
    /// The signal that ended it early; 0: none.
    int signal = 0;

    bool is_flat() const
    {
        constexpr std::size_t slack = 16u << 20;
        return memory_now <= memory_then + memory_then / 10 + slack &&
               descriptors_now <= descriptors_then + 8;
    }
    bool most_succeed() const { return succeeded >= calls / 10 * 9; }
    /// Without a fault, or if most calls fail, nothing was shown.
    bool good() const
    {
        return lost == 0 && doubled == 0 && wrong == 0 && is_flat() && faults != 0 &&
               most_succeed();
    }
};

/// A signal (SIGINT, SIGTERM) ends it at once.
/// @param tell called after each hundredth
soak_outcome soak(soak_plan const& plan, std::function<void(soak_outcome const&)> const& tell);
std::string as_text(soak_outcome const& o);

}  // namespace bench
