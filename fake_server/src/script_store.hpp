#pragma once

#include <cohub/fake/script.hpp>

#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fault.hpp"

namespace cohub::fake::detail {

/// The queued faults. The first plan in the order of queueing that matches a call and has a step
/// left gives it.
class script_store
{
public:
    fake::script begin(std::string pattern) { return fake::script(*this, std::move(pattern)); }

    void add(fault_plan plan);
    void replace(std::vector<fault_plan> plans);
    void clear();

    std::optional<fault> next(std::string_view path, std::string_view name);

    /// Steps that have not been used, one text each.
    std::vector<std::string> unused() const;
    /// All that is left, in the text grammar.
    std::vector<std::string> left() const;

private:
    struct queued
    {
        fault_plan plan;
        std::size_t at = 0;
        std::size_t used = 0;  ///< of the step at `at`
    };

    mutable std::mutex mutex_;
    std::atomic<bool> armed_ = false;  ///< spares the lock when there is nothing
    std::list<queued> queue_;
};

}  // namespace cohub::fake::detail
