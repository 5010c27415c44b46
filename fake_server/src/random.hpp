#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::fake {

/// SplitMix64. The standard's distributions may differ between libraries. This gives the same
/// numbers everywhere.
class random_source
{
public:
    explicit random_source(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next()
    {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

    /// From 0 to n - 1. The bias of the remainder does not matter here.
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    /// From 0 up to 1, but never 1.
    double fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    bool chance(unsigned percent) { return below(100) < percent; }

    template <class Range>
    auto const& pick(Range const& range)
    {
        return range[below(std::size(range))];
    }

    std::string text(std::size_t length)
    {
        static constexpr std::string_view letters =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        std::string out;
        for (std::size_t i = 0; i < length; ++i) out += letters[below(letters.size())];
        return out;
    }

    /// A UUID of version 4.
    std::string uuid()
    {
        static constexpr char digits[] = "0123456789abcdef";
        std::string out = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
        for (char& c : out) {
            if (c == 'x') c = digits[below(16)];
            if (c == 'y') c = digits[8 + below(4)];
        }
        return out;
    }

private:
    std::uint64_t state_;
};

}  // namespace cohub::inline abi_0_2::fake
