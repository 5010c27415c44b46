#pragma once

#include <cohub/fake/script.hpp>

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fault.hpp"
#include "random.hpp"

namespace cohub::inline abi_0_2::fake::detail {

/// A step that a call has used, and the number of its plan.
struct applied_fault
{
    fault step;
    std::uint64_t plan = 0;
};

/// The queued faults. A call gets its step from the first plan that matches it and has a step left.
class script_store
{
public:
    /// @param seed of the random numbers for chances and ranges of time
    explicit script_store(std::uint64_t seed) : seed_(seed) {}

    fake::script begin(std::string pattern) { return fake::script(*this, std::move(pattern)); }

    /// Queues the plans that `reset` restores.
    void start_with(std::vector<fault_plan> plans);
    /// @return its number: 1, 2, … A number is never used twice
    std::uint64_t add(fault_plan plan);
    void replace(std::vector<fault_plan> plans);
    /// @return false: there is no plan with this number, or it is used up
    bool remove(std::uint64_t number);
    void reset();

    /// @return the step, in which each range of time is replaced by one time
    std::optional<applied_fault> next(asked_call const& call);

    /// The steps that have not been used, one text each.
    std::vector<std::string> unused() const;
    struct plan_state
    {
        std::uint64_t number;
        std::string text;      ///< the rest of it, in the text grammar
        std::size_t used = 0;  ///< how many calls used it
    };
    std::vector<plan_state> left() const;

private:
    struct queued
    {
        std::uint64_t number = 0;
        fault_plan plan;
        random_source random{0};  ///< one for each plan, so that other plans do not matter
        std::size_t at = 0;
        std::size_t used = 0;   ///< how often the step at `at` was used
        std::size_t asked = 0;  ///< how often the chance of this step was drawn
        std::size_t total = 0;
    };

    void push(fault_plan plan);
    static std::string text_of(queued const& q);

    std::uint64_t const seed_;

    mutable std::mutex mutex_;
    std::atomic<bool> armed_ = false;  ///< avoids the lock when there is no plan
    std::uint64_t last_number_ = 0;
    std::uint64_t drawers_ = 0;  ///< plans since the last reset that draw random numbers
    std::vector<fault_plan> initial_;
    std::list<queued> queue_;
};

}  // namespace cohub::inline abi_0_2::fake::detail
