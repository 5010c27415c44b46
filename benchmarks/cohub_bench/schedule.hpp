#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// @brief When the calls of an open loop are due, in seconds from the begin of the measuring.
///
/// One rate without an end, or stages one after the other, in each of which the rate stays or goes
/// up or down in a straight line.
class schedule
{
public:
    struct stage
    {
        std::string text;         ///< as it was given: `10s:100-500`
        double length = 0;        ///< s
        double from = 0, to = 0;  ///< calls a second
        double begin = 0;         ///< s
        double before = 0;        ///< calls that are due before it
        double calls() const { return length * (from + to) / 2; }
    };

    /// @brief None: calls are made as fast as answers come.
    schedule() = default;
    /// @param per_second more than 0
    static schedule constant(double per_second);
    /// @param text `10s:100,30s:100-1000,1m:1000`
    /// @throws usage_error
    static schedule of_stages(std::string_view text);

    /// @brief The rate with which it begins, and that alone: of the first stage in which anything
    /// is due, that of its begin or, if that is 0, of its end.
    schedule beginning() const;

    bool is_open() const { return rate_ > 0 || !stages_.empty(); }
    /// @brief The one rate; 0 if there are stages or none.
    double rate() const { return rate_; }
    std::vector<stage> const& stages() const { return stages_; }
    /// @brief Of all stages.
    double length() const;

    /// @brief When call number `i`, from 0, is due; after all stages: infinity.
    double due(std::uint64_t i) const;
    /// @brief How many calls are due in the first `seconds`, on a straight line from one to the
    /// next.
    double calls_by(double seconds) const;
    /// @brief How many calls are due before then. A call that is due just then is not.
    std::uint64_t due_before(double seconds) const;
    /// @brief The stage in which call number `i` is due; the last one for calls beyond.
    std::size_t stage_of(std::uint64_t i) const;

    /// @brief As it was given; empty without stages.
    std::string text() const;

private:
    double rate_ = 0;
    std::vector<stage> stages_;
};

}  // namespace bench
