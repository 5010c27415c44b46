#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

/// @brief Latencies from 1 ns to 18 minutes with three significant digits, in constant space.
///
/// Log-linear, as HdrHistogram has it: values below 2,048 ns have a bucket each; above that, every
/// doubling has 1,024 buckets, so that a bucket is narrower than a thousandth of what is in it.
class histogram
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    void record(nanoseconds value)
    {
        auto const v = static_cast<std::uint64_t>(
            std::clamp<std::int64_t>(value.count(), 0, static_cast<std::int64_t>(largest))
        );
        ++buckets_[index_of(v)];
        min_ = count_ == 0 ? v : std::min(min_, v);
        max_ = std::max(max_, v);
        sum_ += static_cast<double>(v);
        ++count_;
    }

    void merge(histogram const& other)
    {
        if (other.count_ == 0) return;
        for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
        min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
        max_ = std::max(max_, other.max_);
        sum_ += other.sum_;
        count_ += other.count_;
    }

    std::uint64_t count() const { return count_; }
    nanoseconds min() const { return nanoseconds(min_); }
    nanoseconds max() const { return nanoseconds(max_); }
    double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

    /// @param percent 0 to 100
    /// @return what that share of the values does not exceed, up to the width of a bucket; 0 if
    /// there are none
    nanoseconds percentile(double percent) const
    {
        if (count_ == 0) return nanoseconds(0);
        double const share = std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(count_);
        // 99.9 % of 1,000 is 999.0000000000001 in doubles.
        auto const wanted =
            std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share - 1e-9 * share)));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            seen += buckets_[i];
            if (seen >= wanted) return nanoseconds(std::clamp(last_of(i), min_, max_));
        }
        return max();
    }

private:
    static constexpr unsigned linear_bits = 11;
    static constexpr std::uint64_t linear = 1u << linear_bits;
    static constexpr std::uint64_t half = linear / 2;
    static constexpr unsigned top_bits = 40;
    static constexpr std::uint64_t largest = (std::uint64_t(1) << top_bits) - 1;

    static std::size_t index_of(std::uint64_t v)
    {
        if (v < linear) return static_cast<std::size_t>(v);
        auto const shift = static_cast<unsigned>(std::bit_width(v)) - linear_bits;
        return static_cast<std::size_t>(linear + (shift - 1) * half + ((v >> shift) - half));
    }

    static std::uint64_t last_of(std::size_t index)
    {
        if (index < linear) return index;
        std::uint64_t const above = index - linear;
        auto const shift = static_cast<unsigned>(above / half) + 1;
        return ((half + above % half + 1) << shift) - 1;
    }

    std::vector<std::uint64_t> buckets_ =
        std::vector<std::uint64_t>(linear + (top_bits - linear_bits) * half);
    std::uint64_t count_ = 0;
    std::uint64_t min_ = 0;
    std::uint64_t max_ = 0;
    double sum_ = 0;
};

}  // namespace bench
