#pragma once

#include <string>
#include <string_view>

#include "comparison.hpp"
#include "outcome.hpp"

namespace bench {

/// What came of an assertion.
struct verdict
{
    std::string text;    ///< the assertion, as it was given
    std::string figure;  ///< what was measured, for people
    bool holds = false;
};

/// @brief A bound that a run has to keep to: `p99<20ms`, `max<1s`, `errors<0.1%`, `errors<=3`,
/// `rate>=1000`.
///
/// `pN` and `max` are of all calls that were due: a call that failed, had no answer yet or was not
/// sent counts as one that takes for ever, so that `p99<20ms` says that 99 of 100 calls were
/// answered within 20 ms. `errors` are the calls sent that had no right answer: their number, or
/// with `%` their share. `rate` is answers a second. Nothing holds for a run without a call.
///
/// `p99<+10%` and `rate>-5%` are about the old run of a comparison: they fail if it is certain, so
/// far as the noise lets it be, that the change goes beyond the bound. `pN` is then of the answered
/// calls.
class assertion
{
public:
    /// @throws usage_error if that is none
    explicit assertion(std::string_view text);

    /// @param compared needed if `is_relative()`
    verdict judge(outcome const& o, comparison const* compared = nullptr) const;

    /// @brief It is about an old run, too.
    bool is_relative() const { return is_relative_; }
    /// @brief The percentile that it is about; 0: none.
    double percent() const { return what_ == subject::latency ? percent_ : 0; }

    /// @brief It says how many calls may fail, so that a failed call alone fails no run.
    bool bounds_errors() const { return what_ == subject::errors || what_ == subject::error_share; }

private:
    enum class subject
    {
        latency,
        errors,
        error_share,
        rate
    };
    enum class relation
    {
        less,
        less_or_equal,
        greater,
        greater_or_equal
    };

    void read_subject(std::string_view name);
    void read_bound(std::string_view bound);
    double measured(outcome const& o) const;
    std::string shown(double figure, outcome const& o) const;
    bool holds_for(double figure) const;
    verdict judge_change(comparison const* compared) const;

    std::string text_;
    subject what_ = subject::latency;
    relation how_ = relation::less;
    double percent_ = 100;  // for `latency`
    double bound_ = 0;      // ns, calls, percent, or calls a second
    bool is_relative_ = false;
};

}  // namespace bench
