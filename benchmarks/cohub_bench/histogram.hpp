#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace bench {

/// @brief Latencies from 1 ns to 18 minutes, in bounded space.
///
/// It has room for the buckets from the lowest to the highest value that came, and no others: a run
/// has 64 of them and more for each thread, most of them with few values.
///
/// Log-linear, as HdrHistogram has it: values below 2^Bits ns have a bucket each; above that, every
/// doubling has 2^(Bits - 1) buckets, so that a bucket is narrower than 2^(1 - Bits) of what is in
/// it. All members but the percentiles are exact, and so is the sum of two histograms.
template <unsigned Bits>
class basic_histogram
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    static constexpr unsigned bits = Bits;
    static constexpr unsigned top_bits = 40;
    /// What is longer counts as this, in ns.
    static constexpr std::uint64_t largest = (std::uint64_t(1) << top_bits) - 1;

    void record(nanoseconds value)
    {
        auto const v = static_cast<std::uint64_t>(
            std::clamp<std::int64_t>(value.count(), 0, static_cast<std::int64_t>(largest))
        );
        ++bucket(index_of(v));
        min_ = count_ == 0 ? v : std::min(min_, v);
        max_ = std::max(max_, v);
        sum_ += v;
        ++count_;
    }

    void merge(basic_histogram const& other)
    {
        if (other.count_ == 0) return;
        reach(other.begin_, other.begin_ + other.buckets_.size());
        std::size_t const offset = other.begin_ - begin_;
        for (std::size_t i = 0; i < other.buckets_.size(); ++i)
            buckets_[offset + i] += other.buckets_[i];
        min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
        max_ = std::max(max_, other.max_);
        sum_ += other.sum_;
        count_ += other.count_;
    }

    std::uint64_t count() const { return count_; }
    nanoseconds min() const { return nanoseconds(min_); }
    nanoseconds max() const { return nanoseconds(max_); }
    /// @brief Of all values, in ns.
    std::uint64_t sum() const { return sum_; }
    double mean() const
    {
        return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
    }

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
            if (seen >= wanted) return nanoseconds(std::clamp(last_of(begin_ + i), min_, max_));
        }
        return max();
    }

    /// @brief Calls `f(last, count)` for each bucket that holds something, in ascending order;
    /// `last` is the largest value that the bucket takes, in ns.
    template <class F>
    void for_each(F const& f) const
    {
        for (std::size_t i = 0; i < buckets_.size(); ++i)
            if (buckets_[i] != 0) f(last_of(begin_ + i), buckets_[i]);
    }

    /// @brief Buckets that it has room for.
    std::size_t room() const { return buckets_.size(); }

    /// @brief What `for_each`, `min`, `max` and `sum` of a histogram told, made one again.
    /// @param filled pairs of `last` and `count`, ascending
    /// @return nothing if no histogram of this precision tells that
    template <class Pairs>
    static std::optional<basic_histogram> restored(
        Pairs const& filled, std::uint64_t min, std::uint64_t max, std::uint64_t sum
    )
    {
        basic_histogram h;
        double least = 0, most = 0;  // what the sum may be
        std::uint64_t previous = 0;
        for (auto const& [last, count] : filled) {
            if (last > largest || count == 0 || (h.count_ != 0 && last <= previous)) return {};
            std::size_t const i = index_of(last);
            if (last_of(i) != last || count > ~std::uint64_t(0) - h.count_) return {};
            least += static_cast<double>(count) * static_cast<double>(first_of(i));
            most += static_cast<double>(count) * static_cast<double>(last);
            h.bucket(i) = count;
            h.count_ += count;
            if (h.count_ == count && index_of(min) != i) return {};
            previous = last;
        }
        bool const is_empty = h.count_ == 0;
        if (is_empty ? min != 0 || max != 0 || sum != 0
                     : max > largest || min > max || index_of(max) != index_of(previous))
            return {};
        auto const told = static_cast<double>(sum);
        // The bounds are sums of doubles.
        if (told < least * (1 - 1e-9) || told > most * (1 + 1e-9)) return {};
        h.min_ = min;
        h.max_ = max;
        h.sum_ = sum;
        return h;
    }

private:
    static constexpr std::uint64_t linear = std::uint64_t(1) << Bits;
    static constexpr std::uint64_t half = linear / 2;

    static std::size_t index_of(std::uint64_t v)
    {
        if (v < linear) return static_cast<std::size_t>(v);
        auto const shift = static_cast<unsigned>(std::bit_width(v)) - Bits;
        return static_cast<std::size_t>(linear + (shift - 1) * half + ((v >> shift) - half));
    }

    static std::uint64_t first_of(std::size_t index)
    {
        return index == 0 ? 0 : last_of(index - 1) + 1;
    }

    static std::uint64_t last_of(std::size_t index)
    {
        if (index < linear) return index;
        std::uint64_t const above = index - linear;
        auto const shift = static_cast<unsigned>(above / half) + 1;
        return ((half + above % half + 1) << shift) - 1;
    }

    std::uint64_t& bucket(std::size_t index)
    {
        // Below `begin_`, the difference wraps.
        if (index - begin_ >= buckets_.size()) reach(index, index + 1);
        return buckets_[index - begin_];
    }

    // Makes room for the buckets from `first` up to `last`.
    void reach(std::size_t first, std::size_t last)
    {
        constexpr std::size_t block = 64;
        first -= first % block;
        last += (block - last % block) % block;
        if (buckets_.empty()) begin_ = first;
        if (first < begin_) {
            buckets_.insert(buckets_.begin(), begin_ - first, 0);
            begin_ = first;
        }
        if (last - begin_ > buckets_.size()) buckets_.resize(last - begin_);
    }

    // The first one is of the index `begin_`.
    std::vector<std::uint64_t> buckets_;
    std::size_t begin_ = 0;
    std::uint64_t count_ = 0;
    std::uint64_t min_ = 0;
    std::uint64_t max_ = 0;
    std::uint64_t sum_ = 0;
};

/// Three significant digits: what is reported.
using histogram = basic_histogram<11>;
/// Within 0.4 %: what many short intervals have each.
using coarse_histogram = basic_histogram<9>;

}  // namespace bench
